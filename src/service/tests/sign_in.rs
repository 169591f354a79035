//! Sign-in to the console: names, refusals, first passwords, unlocking.

use crate::domain::audit::Action;
use crate::domain::login::{Door, LoginOutcome};
use crate::domain::role::Role;
use crate::domain::time::MINUTE;
use crate::domain::user::{User, UserStatus};
use crate::service::Credentials;
use crate::service::sign_in::{NOT_YOURS, REFUSED};
use crate::service::{DeskError, HashCost, PasswordChange, SignIn};

use super::people::{
    OTHER, RIGHT, WRONG, assert_told, at_host, problem, refusal, secret, sign_in, signed_in,
};
use super::{House, origin};

#[test]
fn a_name_may_be_typed_in_every_documented_way() {
    let house = House::new();
    let anna = house.person(Role::CustomerService, "anna", Some("anna@ours.example"));
    let kim = house.person(Role::PortalAdmin, "kim", Some("kim@acme.example"));
    for (typed, who) in [
        ("anna", &anna),
        (" ANNA ", &anna),
        ("Anna@Ours.Example", &anna),
        ("kim", &kim),
        ("kim.P", &kim),
        ("KIM.p", &kim),
        ("kim@acme.example", &kim),
    ] {
        let session = signed_in(sign_in(&house.desk, typed, RIGHT));
        assert_eq!(session.user(), who.user(), "{typed}");
        assert_eq!(session.since(), house.desk.clock.now());
    }
    let user = house.user(kim.user());
    assert_eq!(user.last_login_at, Some(house.desk.clock.now()));
    assert_eq!(house.outcomes(kim.user()), [LoginOutcome::Ok; 4]);
    let told = house.last_told();
    assert_told(&told, Some(kim.user()), Action::SignIn, "");
    assert_eq!(told.actor.user, Some(kim.user()));
    assert_eq!(told.actor.role, Some(Role::PortalAdmin));
}

/// Logins that end in `.P` are made no more, but a store may hold some.
#[test]
fn a_user_id_goes_before_a_login_of_old_that_reads_the_same() {
    let house = House::new();
    let kim = house.person(Role::PortalAdmin, "kim", None);
    let old = house.person(Role::SuperUser, "kim.p", None);
    let bert = house.person(Role::Auditor, "bert", None);
    let old_staff = house.person(Role::Auditor, "bert.p", None);
    for (typed, who) in
        [("kim", &kim), ("kim.P", &kim), ("kim.p.P", &old), ("bert", &bert), ("bert.P", &old_staff)]
    {
        assert_eq!(signed_in(sign_in(&house.desk, typed, RIGHT)).user(), who.user(), "{typed}");
    }
}

#[test]
fn nothing_typed_is_told_field_by_field_and_not_counted() {
    let house = House::new();
    let before = house.trail().len();
    let typed = |name, password| {
        problem(house.desk.sign_in(
            &Credentials::new(name, &secret(password)),
            Door::Console,
            &origin(),
        ))
        .0
    };
    assert_eq!(typed("  ", RIGHT), Some("login_name"));
    assert_eq!(typed("anna", ""), Some("password"));
    assert_eq!(house.trail().len(), before);
}

/// What a try leads to: the account, the password, the sentence, the history, the remark.
#[test]
fn refusals_tell_nothing_but_to_who_knows_the_password() {
    type Case = (fn(&mut User), Role, &'static str, Option<&'static str>, LoginOutcome);
    let cases: [Case; 9] = [
        (|_| {}, Role::Auditor, WRONG, None, LoginOutcome::WrongPassword),
        (|_| {}, Role::PortalUser, WRONG, None, LoginOutcome::WrongPassword),
        (
            |_| {},
            Role::PortalUser,
            RIGHT,
            Some("x.P is an account for the portal"),
            LoginOutcome::WrongDoor,
        ),
        (off, Role::Auditor, WRONG, None, LoginOutcome::WrongPassword),
        (off, Role::Auditor, RIGHT, Some("x is disabled"), LoginOutcome::Disabled),
        (off, Role::PortalAdmin, RIGHT, Some("x.P is disabled"), LoginOutcome::Disabled),
        (pending, Role::SuperUser, RIGHT, None, LoginOutcome::Pending),
        (locked, Role::Auditor, WRONG, None, LoginOutcome::Locked),
        (locked, Role::Auditor, RIGHT, None, LoginOutcome::Locked),
    ];
    for (edit, role, password, sentence, outcome) in cases {
        let house = House::new();
        let id = house.person(role, "x", None).user();
        house.edit_user(id, edit);
        let before = house.user(id);
        let message = refusal(sign_in(&house.desk, "x", password));
        match sentence {
            None => assert_eq!(message, REFUSED),
            Some(start) => assert!(message.starts_with(start), "{message}"),
        }
        assert_eq!(house.outcomes(id), [outcome]);
        assert_told(&house.last_told(), Some(id), Action::SignInRefused, outcome.words());
        let after = house.user(id);
        let counted = u32::from(sentence.is_none());
        assert_eq!(after.failed_count, before.failed_count + counted, "{outcome:?}");
        assert_eq!(after.last_login_at, None);
    }
}

fn off(user: &mut User) {
    user.status = UserStatus::Disabled;
}

fn pending(user: &mut User) {
    user.status = UserStatus::Pending;
    user.password_hash = None;
}

fn locked(user: &mut User) {
    user.failed_count = 100;
}

#[test]
fn an_unknown_name_is_refused_alike_and_written_nowhere() {
    let house = House::new();
    let message = refusal(sign_in(&house.desk, "my secret typed too early", WRONG));
    assert_eq!(message, REFUSED);
    assert_told(&house.last_told(), None, Action::SignInRefused, "unknown name");
    assert!(!format!("{:?}", house.trail()).contains("typed too early"));
}

#[test]
fn a_first_password_is_changed_before_anything_else() {
    let house = House::new();
    let id = house.person(Role::CustomerService, "anna", None).user();
    house.edit_user(id, |user| user.must_change_password = true);
    let SignIn::MustChange(leave) = sign_in(&house.desk, "anna", RIGHT) else {
        panic!("the password has to be changed")
    };
    assert_eq!(leave.user_id().raw(), "anna");
    assert_eq!(house.user(id).last_login_at, None);
    assert_told(&house.last_told(), Some(id), Action::SignIn, "must change password");

    let change = |to: &str| house.desk.change_first_password(&leave, &secret(to));
    assert!(problem(change("short")).1.contains("at least 15"));
    assert!(problem(change(RIGHT)).1.contains("the present one"));
    let session = change(OTHER).unwrap();
    assert_eq!(session.user(), id);
    let told: Vec<Action> = house.trail().iter().rev().take(2).map(|it| it.action).collect();
    assert_eq!(told, [Action::SignIn, Action::OwnPassword]);
    assert_eq!(house.outcomes(id), [LoginOutcome::Ok, LoginOutcome::MustChange]);
    assert!(matches!(change(WRONG), Err(DeskError::SignedOut(_))), "the leave is used up");
    signed_in(sign_in(&house.desk, "anna", OTHER));
    assert_eq!(refusal(sign_in(&house.desk, "anna", RIGHT)), REFUSED);
}

#[test]
fn leave_to_change_ends_with_time_and_with_the_account() {
    type Meanwhile = fn(&House, crate::domain::id::UserId);
    let ends: [Meanwhile; 3] = [
        |house, _| house.clock.advance(10 * MINUTE),
        |house, id| house.disable(id),
        |house, id| {
            house.edit_user(id, |user| {
                let hash = house.desk.hasher.hash(&secret(OTHER), &*house.desk.clock);
                user.password_hash = Some(hash.unwrap());
            });
        },
    ];
    for end in ends {
        let house = House::new();
        let id = house.person(Role::Auditor, "x", None).user();
        house.edit_user(id, |user| user.must_change_password = true);
        let SignIn::MustChange(leave) = sign_in(&house.desk, "x", RIGHT) else {
            panic!("the password has to be changed")
        };
        end(&house, id);
        let before = house.user(id);
        let late = house.desk.change_first_password(&leave, &secret("yet another good one"));
        assert!(matches!(late, Err(DeskError::SignedOut(_))));
        assert_eq!(house.user(id), before);
    }
}

#[test]
fn a_sign_in_hashes_anew_when_hashes_cost_more() {
    let house = House::new();
    let id = house.person(Role::Auditor, "x", None).user();
    let old = house.user(id).password_hash;
    let dearer = house.desk.clone().with_hashing(HashCost { passes: 2, ..HashCost::CHEAP });
    signed_in(sign_in(&dearer, "x", RIGHT));
    let new = house.user(id).password_hash;
    assert_ne!(new, old);
    signed_in(sign_in(&dearer, "x", RIGHT));
    assert_eq!(house.user(id).password_hash, new);
}

#[test]
fn a_locked_console_opens_to_its_own_person_only() {
    let house = House::new();
    let anna = house.person(Role::CustomerService, "anna", None);
    house.clock.advance(MINUTE);
    let again = signed_in(house.desk.reauthenticate(&anna, &secret(RIGHT), None).unwrap());
    assert_eq!((again.user(), again.since()), (anna.user(), house.desk.clock.now()));
    assert_told(&house.last_told(), Some(anna.user()), Action::SignIn, "console unlocked");
    let wrong = house.desk.reauthenticate(&anna, &secret(WRONG), None).unwrap();
    assert_eq!(refusal(wrong), NOT_YOURS);
    assert_eq!(house.user(anna.user()).failed_count, 1);
    house.disable(anna.user());
    let off = refusal(house.desk.reauthenticate(&anna, &secret(RIGHT), None).unwrap());
    assert!(off.contains("disabled"), "{off}");
}

#[test]
fn an_own_password_is_changed_with_the_old_one() {
    let house = House::new();
    let anna = house.person(Role::Auditor, "anna", Some("anna@ours.example"));
    let change =
        |old: &str, new: &str| house.desk.change_own_password(&anna, &secret(old), &secret(new));
    assert!(matches!(change(WRONG, OTHER), Ok(PasswordChange::Refused(_))));
    assert_eq!(house.user(anna.user()).failed_count, 1);
    for (new, why) in
        [("short", "at least 15"), ("Anna-auditor-Anna", "own name"), (RIGHT, "present")]
    {
        let (field, message) = problem(change(RIGHT, new));
        assert!(field == Some("password") && message.contains(why), "{message}");
        let told = "right password, new one refused";
        assert_told(&house.last_told(), Some(anna.user()), Action::SignInRefused, told);
    }
    assert!(matches!(change(RIGHT, OTHER), Ok(PasswordChange::Changed)));
    assert_told(&house.last_told(), Some(anna.user()), Action::OwnPassword, "");
    assert_eq!(house.user(anna.user()).failed_count, 0);
    signed_in(sign_in(&house.desk, "anna", OTHER));
    house.disable(anna.user());
    assert!(matches!(change(OTHER, RIGHT), Err(DeskError::SignedOut(_))));
}

#[test]
fn no_password_gets_into_the_trail() {
    let house = House::new();
    let anna = house.person(Role::Auditor, "anna", None);
    sign_in(&house.desk, "anna", WRONG);
    sign_in(&house.desk, "anna", RIGHT);
    house.desk.change_own_password(&anna, &secret(RIGHT), &secret(OTHER)).unwrap();
    house
        .desk
        .sign_in(&Credentials::new("anna", &secret(OTHER)), Door::Command, &at_host("there"))
        .unwrap();
    let trail = format!("{:?}", house.trail());
    for password in [RIGHT, WRONG, OTHER, "$argon2id"] {
        assert!(!trail.contains(password));
    }
}
