//! Staff accounts, and looking after other people's: who may, what happens, what is told.

use crate::domain::audit::Action;
use crate::domain::id::UserId;
use crate::domain::problem::Code;
use crate::domain::role::{Permission, Role};
use crate::domain::time::MINUTE;
use crate::domain::user::UserStatus;
use crate::service::{DeskError, ListArgs, PasswordChange, Session, Sort, StaffForm};

use super::House;
use super::people::{OTHER, RIGHT, WRONG, assert_told, problem, secret, sign_in, signed_in};

pub(super) fn form(login: &str) -> StaffForm {
    StaffForm {
        login: login.into(),
        first: "Bert".into(),
        last: "Baker".into(),
        email: format!("{login}@ours.example"),
        role: Role::CustomerService,
        password: secret(RIGHT),
        must_change: true,
    }
}

type Deed = fn(&House, &Session, UserId) -> Result<(), DeskError>;

/// The deeds of this file, each with what makes it possible and what the trail says of it.
const DEEDS: [(&str, Deed, Deed, Action); 4] = [
    (
        "set password",
        |_, _, _| Ok(()),
        |house, who, id| house.desk.set_password(who, id, None, &secret(OTHER), true).map(drop),
        Action::UserPassword,
    ),
    (
        "disable",
        |_, _, _| Ok(()),
        |house, who, id| house.desk.disable_user(who, id, None).map(drop),
        Action::UserDisable,
    ),
    (
        "enable",
        |house, _, id| {
            house.disable(id);
            Ok(())
        },
        |house, who, id| house.desk.enable_user(who, id, None).map(drop),
        Action::UserEnable,
    ),
    (
        "unlock",
        |house, _, id| {
            house.edit_user(id, |user| user.failed_count = 100);
            Ok(())
        },
        |house, who, id| house.desk.unlock_user(who, id, None).map(drop),
        Action::UserUnlock,
    ),
];

/// Every deed, by every role, to an account of every role: what the table grants, told in
/// the trail, and nothing else, leaving no trace.
#[test]
fn every_role_may_look_after_whom_the_table_says() {
    for target in Role::ALL {
        let permission = match target {
            Role::PortalUser => Permission::ManagePortalUsers,
            Role::PortalAdmin | Role::SuperUser => Permission::ManagePrivilegedUsers,
            _ => Permission::Administer,
        };
        for role in Role::ALL {
            for (name, prepare, deed, action) in DEEDS {
                let house = House::new();
                let who = house.staff(role);
                let id = house.person(target, "target", None).user();
                prepare(&house, &who, id).unwrap();
                let before = (house.user(id), house.trail().len());
                match deed(&house, &who, id) {
                    Ok(()) => {
                        assert!(role.may(permission), "{role} was allowed: {name} {target}");
                        let told = house.last_told();
                        assert_told(&told, Some(id), action, "");
                        assert_eq!(told.actor.user, Some(who.user()));
                        assert!(!told.changes.is_empty(), "{name} tells no field");
                    }
                    Err(DeskError::Denied { may, .. }) => {
                        assert!(!role.may(permission), "{role} was refused: {name} {target}");
                        assert_eq!(may, permission.holders_in_words());
                        assert_eq!((house.user(id), house.trail().len()), before);
                    }
                    Err(DeskError::SignedOut(_)) => assert!(!role.uses_console()),
                    Err(other) => panic!("{role}, {name}: {other}"),
                }
            }
        }
    }
}

#[test]
fn the_view_says_why_not_as_the_call_does() {
    let house = House::new();
    let target = house.person(Role::SuperUser, "target", None).user();
    for role in Role::ALL.into_iter().filter(|role| role.uses_console()) {
        let who = house.staff(role);
        let why_not = house.desk.user(&who, target).unwrap().why_not_manage;
        let call = house.desk.set_password(&who, target, None, &secret(OTHER), true);
        assert_eq!(why_not, call.err().map(|error| error.to_string()), "{role}");
    }
}

#[test]
fn nobody_does_any_of_it_to_their_own_account() {
    let house = House::new();
    let boss = house.person(Role::SecurityAdministrator, "boss", None);
    for (name, _, deed, _) in DEEDS {
        let error = deed(&house, &boss, boss.user()).unwrap_err().to_string();
        assert!(error.contains("your own account"), "{name}: {error}");
    }
    let why_not = house.desk.user(&boss, boss.user()).unwrap().why_not_manage;
    assert!(why_not.is_some_and(|why| why.contains("your own account")));
    assert_eq!(house.user(boss.user()).status, UserStatus::Active);
}

#[test]
fn one_active_security_administrator_always_remains() {
    let house = House::new();
    let (anna, bert) = (
        house.person(Role::SecurityAdministrator, "anna", None),
        house.person(Role::SecurityAdministrator, "bert", None),
    );
    // Each switches the other off at the same moment: one of them is too late.
    let (one, other) = std::thread::scope(|scope| {
        let one = scope.spawn(|| house.desk.disable_user(&anna, bert.user(), None));
        let other = scope.spawn(|| house.desk.disable_user(&bert, anna.user(), None));
        (one.join().unwrap(), other.join().unwrap())
    });
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    let late = one.err().or(other.err()).unwrap();
    assert!(matches!(late, DeskError::SignedOut(_)), "{late}");
    let active = [&anna, &bert].map(|it| house.user(it.user()).status == UserStatus::Active);
    assert_eq!(active.iter().filter(|it| **it).count(), 1);
}

#[test]
fn disabling_and_enabling_keep_what_the_account_is() {
    let house = House::new();
    let (agent, boss) =
        (house.staff(Role::CustomerService), house.staff(Role::SecurityAdministrator));
    let jo = house.person(Role::PortalUser, "jo", None).user();
    let new = house.person(Role::PortalUser, "new", None).user();
    house.edit_user(new, |user| {
        user.status = UserStatus::Pending;
        user.password_hash = None;
    });
    for (id, back) in [(jo, UserStatus::Active), (new, UserStatus::Pending)] {
        assert!(problem(house.desk.enable_user(&agent, id, None)).1.contains("not disabled"));
        let view = house.desk.disable_user(&agent, id, None).unwrap();
        assert_eq!(view.row.status, UserStatus::Disabled);
        assert!(problem(house.desk.disable_user(&agent, id, None)).1.contains("already"));
        // A password does not switch a user on.
        assert_eq!(house.desk.enable_user(&agent, id, None).unwrap().row.status, back);
    }
    house.desk.disable_user(&agent, jo, None).unwrap();
    let view = house.desk.set_password(&agent, jo, None, &secret(OTHER), true).unwrap();
    assert_eq!(view.row.status, UserStatus::Disabled, "a password switches nobody on");
    assert!(problem(house.desk.unlock_user(&agent, new, None)).1.contains("nothing to unlock"));
    // Whoever is disabled is out at their next step.
    house.desk.disable_user(&boss, agent.user(), None).unwrap();
    let out = house.desk.enable_user(&agent, jo, None);
    assert!(matches!(out, Err(DeskError::SignedOut(_))));
}

#[test]
fn sign_ins_since_the_form_was_opened_are_no_edits_but_edits_are() {
    let house = House::new();
    let (agent, other) = (house.staff(Role::CustomerService), house.staff(Role::SuperUser));
    let id = house.person(Role::PortalUser, "jo", None).user();
    let base = Some(house.desk.user(&agent, id).unwrap().row.stamp);
    sign_in(&house.desk, "jo", WRONG);
    assert_eq!(house.user(id).failed_count, 1);
    let view = house.desk.set_password(&agent, id, base, &secret(OTHER), true).unwrap();
    assert_eq!(view.failed_count, 0);
    let late = house.desk.set_password(&other, id, base, &secret(RIGHT), true);
    let Err(DeskError::Conflict(conflict)) = late else { panic!("{late:?}") };
    assert_eq!(conflict.what.raw(), "jo.P");
    let by: Vec<&str> = conflict.edits.iter().map(|edit| edit.by.raw()).collect();
    assert_eq!(by, [agent.user_id().raw()], "who failed to sign in has changed nothing");
}

#[test]
fn an_edit_is_found_however_many_sign_ins_came_after_it() {
    let house = House::new();
    let (agent, other) = (house.staff(Role::CustomerService), house.staff(Role::SuperUser));
    let id = house.person(Role::PortalUser, "jo", None).user();
    let base = Some(house.desk.user(&agent, id).unwrap().row.stamp);
    house.desk.disable_user(&agent, id, None).unwrap();
    for _ in 0..520 {
        sign_in(&house.desk, "jo", WRONG);
        house.clock.advance(5 * MINUTE);
    }
    let late = house.desk.set_password(&other, id, base, &secret(OTHER), true);
    let Err(DeskError::Conflict(conflict)) = late else { panic!("{late:?}") };
    let did: Vec<&str> = conflict.edits.iter().map(|edit| edit.did).collect();
    assert_eq!(did, ["disabled"]);
}

#[test]
fn a_password_set_by_staff_keeps_the_policy_and_must_be_changed() {
    let house = House::new();
    let agent = house.staff(Role::CustomerService);
    let id = house.person(Role::PortalUser, "jo", Some("jo@acme.example")).user();
    let set = |password: &str| house.desk.set_password(&agent, id, None, &secret(password), true);
    for (password, why) in [("short", "15"), ("jo@acme.example.", "own name"), (RIGHT, "present")] {
        let (field, message) = problem(set(password));
        assert!(field == Some("password") && message.contains(why), "{password}: {message}");
    }
    let made = house.desk.generate_password().unwrap();
    let view = set(made.expose()).unwrap();
    assert!(view.must_change_password);
    assert_eq!(view.history[0].did, "password set");
    assert!(!format!("{:?}", house.trail()).contains(made.expose()));
    assert!(!house.desk.generate_password().unwrap().same_as(&made));
}

#[test]
fn a_password_set_by_staff_ends_the_sessions_and_an_own_change_does_not() {
    let house = House::new();
    let root = house.staff(Role::SecurityAdministrator);
    house.person(Role::CustomerService, "bob", None);
    let list = |who: &Session| house.desk.users(who, &ListArgs::all(Sort::Time, true)).map(drop);
    for must_change in [true, false] {
        let bob = house.user(house.desk.user_by_name(&root, "bob").unwrap().row.id);
        house.edit_user(bob.id, |user| user.must_change_password = false);
        let old = if must_change { RIGHT } else { OTHER };
        let (one, two) = [(); 2].map(|()| signed_in(sign_in(&house.desk, "bob", old))).into();
        house.clock.advance(MINUTE);
        let own = house.desk.change_own_password(&one, &secret(old), &secret(WRONG)).unwrap();
        assert!(matches!(own, PasswordChange::Changed));
        assert_eq!((list(&one), list(&two)), (Ok(()), Ok(())), "an own change ends no session");
        house.clock.advance(MINUTE);
        house.desk.set_password(&root, bob.id, None, &secret(OTHER), must_change).unwrap();
        for session in [&one, &two] {
            let Err(DeskError::SignedOut(message)) = list(session) else {
                panic!("still signed in with a password that staff have replaced")
            };
            assert!(message.contains("set anew by staff"), "{message}");
        }
        if !must_change {
            list(&signed_in(sign_in(&house.desk, "bob", OTHER))).unwrap();
        }
    }
}

#[test]
fn only_security_administrators_make_staff_accounts() {
    for role in Role::ALL {
        let house = House::new();
        let who = house.staff(role);
        let before = house.trail().len();
        match house.desk.create_staff(&who, &form("bert")) {
            Ok(view) => {
                assert!(role.may(Permission::Administer), "{role}");
                assert_told(&house.last_told(), Some(view.row.id), Action::UserCreate, "");
                assert_eq!(view.row.status, UserStatus::Active);
                assert!(view.must_change_password);
                assert!(!format!("{:?}", house.trail()).contains(RIGHT));
            }
            Err(DeskError::Denied { .. }) => {
                assert!(!role.may(Permission::Administer), "{role}");
                assert_eq!(house.trail().len(), before);
            }
            Err(DeskError::SignedOut(_)) => assert!(!role.uses_console()),
            Err(other) => panic!("{role}: {other}"),
        }
    }
}

#[test]
fn a_staff_form_names_what_is_wrong() {
    let house = House::new();
    let boss = house.staff(Role::SecurityAdministrator);
    house.desk.create_staff(&boss, &StaffForm { must_change: false, ..form("bert") }).unwrap();
    signed_in(sign_in(&house.desk, "bert@ours.example", RIGHT));
    let create = |form: StaffForm| match house.desk.create_staff(&boss, &form).unwrap_err() {
        DeskError::Problems(problems) => {
            problems.iter().map(|it| (it.code, it.field.unwrap_or("-"))).collect::<Vec<_>>()
        }
        other => panic!("{other}"),
    };
    let (taken, role) = (Code::Taken, Code::Role);
    assert_eq!(create(form("BERT")), [(taken, "login_name"), (taken, "email")]);
    let as_email = StaffForm { email: "bert@ours.example".into(), ..form("carl") };
    assert_eq!(create(as_email), [(taken, "email")]);
    let portal = StaffForm { role: Role::PortalAdmin, login: "carl.P".into(), ..form("carl") };
    assert_eq!(create(portal), [(Code::Malformed, "login_name"), (role, "role")]);
    let own = StaffForm { password: secret("Bert Baker carl Bert"), ..form("carl") };
    assert_eq!(create(own), [(Code::Password, "password")]);
}
