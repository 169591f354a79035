//! Signing in with a code: asked for, right, wrong, used, a recovery code.

use std::sync::Arc;

use crate::domain::audit::Action;
use crate::domain::login::{Door, LoginOutcome};
use crate::domain::role::Role;
use crate::domain::time::{MINUTE, SECOND};
use crate::service::tests::people::{
    OTHER, RIGHT, WRONG, assert_told, refusal, secret, sign_in, signed_in,
};
use crate::service::tests::{House, origin};
use crate::service::{Credentials, Desk, HashCost, SignIn};

use super::enter;

#[test]
fn the_code_is_asked_for_after_a_right_password_and_lets_in() {
    let house = House::new();
    let (anna, app, _) = house.with_app(Role::CustomerService, "anna");
    house.clock.advance(MINUTE);
    sign_in(&house.desk, "anna", WRONG);
    let SignIn::NeedsCode { user_id, .. } = enter(&house.desk, "anna", None) else {
        panic!("the code is asked for")
    };
    assert_eq!(user_id.raw(), "anna");
    assert_eq!(house.user(anna.user()).failed_count, 1, "nothing is forgotten yet");
    assert_told(&house.last_told(), Some(anna.user()), Action::SignIn, "code asked for");
    assert_eq!(house.outcomes(anna.user())[0], LoginOutcome::SecondFactor);
    for nothing in ["", "  "] {
        let again = enter(&house.desk, "anna", Some(nothing));
        assert!(matches!(again, SignIn::NeedsCode { .. }), "{again:?}");
    }

    let code = app.code(&house);
    assert_eq!(signed_in(enter(&house.desk, "anna", Some(&code))).user(), anna.user());
    assert_eq!(house.user(anna.user()).failed_count, 0);
    assert_told(&house.last_told(), Some(anna.user()), Action::SignIn, "");
    assert_eq!(house.outcomes(anna.user())[0], LoginOutcome::Ok);
}

#[test]
fn a_right_code_is_of_no_use_without_the_password() {
    let house = House::new();
    let (_, app, _) = house.with_app(Role::CustomerService, "anna");
    let (wrong, code) = (secret(WRONG), secret(&app.code(&house)));
    let shown = Credentials::new("anna", &wrong).with_code(Some(&code));
    let out = house.desk.sign_in(&shown, Door::Console, &origin()).unwrap();
    assert!(refusal(out).starts_with("That name and password"), "nothing is said of the code");
    let code = app.code(&house);
    signed_in(enter(&house.desk, "anna", Some(&code)));
}

/// Used up in the commit that let its person in: at every door, one step around, and by a desk
/// that was started anew.
#[test]
fn a_used_code_lets_nobody_in_again() {
    let house = House::new();
    let (anna, app, _) = house.with_app(Role::CustomerService, "anna");
    let before = app.code(&house);
    let used = app.next_code(&house);
    signed_in(enter(&house.desk, "anna", Some(&used)));
    let keys = house.keys.clone();
    let anew = Desk::new(house.repo.clone(), house.clock.clone())
        .with_hashing(HashCost::CHEAP)
        .with_keys(keys);
    for (desk, code) in [(&house.desk, &used), (&anew, &used), (&anew, &before)] {
        let message = refusal(enter(desk, "anna", Some(code)));
        assert!(message.contains("wrong or was used before"), "{message}");
        assert_told(&house.last_told(), Some(anna.user()), Action::SignInRefused, "wrong code");
    }
    house.clock.advance(30 * SECOND);
    assert!(refusal(enter(&anew, "anna", Some(&used))).contains("used before"));
    let step = u64::try_from(house.desk.clock.now().millis() / (30 * SECOND)).unwrap();
    assert_eq!(house.kept(anna.user()).unwrap().last_step, step - 1);
    assert_eq!(house.user(anna.user()).failed_count, 4);
    let next = app.code(&house);
    signed_in(enter(&anew, "anna", Some(&next)));
}

#[test]
fn two_at_once_with_one_code_are_one_too_many() {
    let house = House::new();
    let (_, app, _) = house.with_app(Role::CustomerService, "anna");
    let code = app.code(&house);
    let desk = Arc::new(house.desk.clone());
    let outs: Vec<SignIn> = std::thread::scope(|scope| {
        let tries: Vec<_> =
            (0..4).map(|_| scope.spawn(|| enter(&desk, "anna", Some(&code)))).collect();
        tries.into_iter().map(|it| it.join().unwrap()).collect()
    });
    let let_in = outs.iter().filter(|it| matches!(it, SignIn::SignedIn(_))).count();
    assert_eq!(let_in, 1, "{outs:?}");
}

#[test]
fn wrong_codes_make_wait_and_lock_like_wrong_passwords() {
    let house = House::new();
    let (anna, app, _) = house.with_app(Role::CustomerService, "anna");
    for _ in 0..5 {
        let message = refusal(enter(&house.desk, "anna", Some("000000")));
        assert!(message.contains("That code is wrong"), "{message}");
    }
    assert_eq!(house.outcomes(anna.user())[..5], [LoginOutcome::WrongCode; 5]);
    let code = app.code(&house);
    let SignIn::Refused(waits) = enter(&house.desk, "anna", Some(&code)) else {
        panic!("it waits")
    };
    assert!(waits.retry_at.is_some(), "{waits}");
    house.clock.advance(SECOND);
    let asked = enter(&house.desk, "anna", None);
    assert!(matches!(asked, SignIn::NeedsCode { .. }), "{asked:?}");
    refusal(enter(&house.desk, "anna", Some("000000")));
    house.clock.advance(SECOND);
    let still = refusal(enter(&house.desk, "anna", Some(&code)));
    assert!(still.contains("wait") || still.contains("second"), "{still}");
    house.edit_user(anna.user(), |user| user.failed_count = 100);
    house.clock.advance(10 * MINUTE);
    let code = app.code(&house);
    let locked = refusal(enter(&house.desk, "anna", Some(&code)));
    assert!(locked.starts_with("That name and password"), "{locked}");
}

#[test]
fn a_recovery_code_is_good_once() {
    let house = House::new();
    let (anna, _, codes) = house.with_app(Role::CustomerService, "anna");
    assert_eq!(codes.0.len(), 10);
    let typed = codes.0[3].expose().to_uppercase().replace('-', " ");
    signed_in(enter(&house.desk, "anna", Some(&typed)));
    let note = "recovery code used, 9 left";
    assert_told(&house.last_told(), Some(anna.user()), Action::SignIn, note);
    assert!(refusal(enter(&house.desk, "anna", Some(&typed))).contains("used before"));
    for (at, code) in codes.0.iter().enumerate().filter(|(at, _)| *at != 3) {
        house.clock.advance(10 * MINUTE);
        signed_in(enter(&house.desk, "anna", Some(code.expose())));
        assert!(at != 9 || house.last_told().note.unwrap().raw().ends_with("0 left"));
    }
    assert_eq!(house.desk.own_second_factor(&anna).unwrap().recovery_left, 0);
    let trail = format!("{:?}", house.trail());
    for code in &codes.0 {
        assert!(!trail.contains(code.expose()), "no code gets into the trail");
    }
}

#[test]
fn the_code_comes_before_a_password_that_has_to_be_changed() {
    let house = House::new();
    let (anna, app, _) = house.with_app(Role::CustomerService, "anna");
    house.edit_user(anna.user(), |user| user.must_change_password = true);
    assert!(matches!(enter(&house.desk, "anna", None), SignIn::NeedsCode { .. }));
    let code = app.code(&house);
    let SignIn::MustChange(leave) = enter(&house.desk, "anna", Some(&code)) else {
        panic!("the password has to be changed")
    };
    assert!(refusal(enter(&house.desk, "anna", Some(&code))).contains("used before"));
    let changed = house.desk.change_first_password(&leave, &secret("vivid-ox")).unwrap();
    assert_eq!(changed.user(), anna.user(), "eight characters do beside a second factor");
}

#[test]
fn leave_to_change_ends_with_another_second_factor() {
    let house = House::new();
    let bert = house.person(Role::Auditor, "bert", None);
    house.edit_user(bert.user(), |user| user.must_change_password = true);
    let SignIn::MustChange(leave) = sign_in(&house.desk, "bert", RIGHT) else {
        panic!("the password has to be changed")
    };
    house.give_app(bert.user());
    assert!(house.desk.change_first_password(&leave, &secret(OTHER)).is_err());
}

#[test]
fn a_locked_console_asks_for_the_code_too() {
    let house = House::new();
    let (anna, app, _) = house.with_app(Role::CustomerService, "anna");
    let password = secret(RIGHT);
    let asked = house.desk.reauthenticate(&anna, &password, None).unwrap();
    assert!(matches!(asked, SignIn::NeedsCode { .. }), "{asked:?}");
    let wrong = house.desk.reauthenticate(&anna, &password, Some(&secret("000000"))).unwrap();
    assert!(refusal(wrong).contains("That code is wrong"));
    let code = secret(&app.code(&house));
    signed_in(house.desk.reauthenticate(&anna, &password, Some(&code)).unwrap());
    assert_told(&house.last_told(), Some(anna.user()), Action::SignIn, "console unlocked");
}

#[test]
fn codes_can_not_be_sent_by_email_yet() {
    let house = House::new();
    let bert = house.person(Role::Auditor, "bert", None);
    house.edit_user(bert.user(), |user| {
        user.second_factor = Some(crate::domain::factor::Factor::EmailCode);
    });
    let message = refusal(sign_in(&house.desk, "bert", RIGHT));
    assert!(message.contains("can't be sent by email yet"), "{message}");
    assert_eq!(house.user(bert.user()).failed_count, 0);
}
