//! Setting a second factor up: the leave, the first code, the recovery codes, one's own.

use crate::domain::audit::Action;
use crate::domain::factor::Factor;
use crate::domain::id::UserId;
use crate::domain::login::{Door, LoginOutcome};
use crate::domain::role::Role;
use crate::domain::time::MINUTE;
use crate::service::tests::people::{
    OTHER, RIGHT, WRONG, assert_told, problem, refusal, secret, signed_in,
};
use crate::service::tests::{House, origin};
use crate::service::{Credentials, DeskError, Proven, SignIn};

use super::{App, done, enter, leave};

#[test]
fn a_factor_that_is_to_be_set_up_lets_nobody_in_before() {
    let house = House::new();
    let anna = house.person(Role::CustomerService, "anna", None);
    house.give_app(anna.user());
    let leave = leave(&house, "anna");
    assert_eq!(leave.user_id().raw(), "anna");
    assert_eq!(house.user(anna.user()).last_login_at, None);
    assert_eq!(house.outcomes(anna.user())[0], LoginOutcome::SecondFactor);

    let first = house.desk.begin_enrolment(&leave).unwrap();
    assert_told(
        &house.last_told(),
        Some(anna.user()),
        Action::FactorEnrol,
        "begun, still to be proven",
    );
    let offer = house.desk.begin_enrolment(&leave).unwrap();
    assert_ne!(first.key.expose(), offer.key.expose(), "each time another key");
    assert_eq!(offer.key.expose().len(), 39);
    let uri = "otpauth://totp/Portal%20Desk:anna?secret=";
    assert!(offer.uri.expose().starts_with(uri), "{}", offer.uri.expose());
    let (old, app) = (App::told(&first), App::told(&offer));
    for wrong in ["000000", "", &old.code(&house)] {
        let (field, message) = problem(house.desk.finish_enrolment(&leave, &secret(wrong)));
        assert!(field == Some("code") && message.contains("not the code"), "{message}");
    }
    assert!(matches!(enter(&house.desk, "anna", None), SignIn::NeedsEnrolment(_)));

    let enrolled = house.desk.finish_enrolment(&leave, &secret(&app.code(&house))).unwrap();
    let session = signed_in(enrolled.then);
    assert_eq!(session.user(), anna.user());
    house.desk.own_second_factor(&session).unwrap();
    let user = house.user(anna.user());
    assert_eq!(user.factor_enrolled_at, Some(house.desk.clock.now()));
    assert_eq!(user.last_login_at, Some(house.desk.clock.now()));
    let told: Vec<Action> = house.trail().iter().rev().take(2).map(|it| it.action).collect();
    assert_eq!(told, [Action::SignIn, Action::FactorEnrol]);
    let used = app.code(&house);
    assert!(refusal(enter(&house.desk, "anna", Some(&used))).contains("used before"));
    assert!(house.desk.begin_enrolment(&leave).is_err(), "the leave is used up");
}

#[test]
fn leave_to_set_up_ends_with_time_and_with_the_account() {
    type Meanwhile = fn(&House, UserId);
    let ends: [Meanwhile; 4] = [
        |house, _| house.clock.advance(10 * MINUTE),
        |house, id| house.disable(id),
        |house, id| house.edit_user(id, |user| user.second_factor = None),
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
        house.give_app(id);
        let leave = leave(&house, "x");
        let app = App::told(&house.desk.begin_enrolment(&leave).unwrap());
        end(&house, id);
        let before = house.user(id);
        let late = house.desk.finish_enrolment(&leave, &secret(&app.code(&house)));
        assert!(matches!(late, Err(DeskError::SignedOut(_))), "{late:?}");
        assert!(matches!(house.desk.begin_enrolment(&leave), Err(DeskError::SignedOut(_))));
        assert_eq!(house.user(id), before);
    }
}

#[test]
fn setting_up_goes_on_to_a_password_that_has_to_be_changed() {
    let house = House::new();
    let anna = house.person(Role::CustomerService, "anna", None);
    house.give_app(anna.user());
    house.edit_user(anna.user(), |user| user.must_change_password = true);
    let leave = leave(&house, "anna");
    let app = App::told(&house.desk.begin_enrolment(&leave).unwrap());
    let enrolled = house.desk.finish_enrolment(&leave, &secret(&app.code(&house))).unwrap();
    let SignIn::MustChange(leave) = enrolled.then else { panic!("not yet signed in") };
    assert_eq!(house.user(anna.user()).last_login_at, None);
    assert_eq!(house.outcomes(anna.user())[0], LoginOutcome::MustChange);
    house.desk.change_first_password(&leave, &secret(OTHER)).unwrap();
}

#[test]
fn one_sets_up_an_app_of_ones_own_with_the_password() {
    let house = House::new();
    let anna = house.person(Role::CustomerService, "anna", None);
    let own = house.desk.own_second_factor(&anna).unwrap();
    assert_eq!((own.factor, own.enrolled_at, own.recovery_left), (None, None, 0));
    assert_eq!(own.why_not_enrol, None);
    let not_begun = house.desk.finish_own_enrolment(&anna, &secret("123456"));
    assert!(problem(not_begun).1.contains("begin again"));
    let wrong = house.desk.begin_own_enrolment(&anna, &secret(WRONG)).unwrap();
    assert!(matches!(wrong, Proven::Refused(_)));
    assert_eq!(house.user(anna.user()).failed_count, 1);

    let offer = done(house.desk.begin_own_enrolment(&anna, &secret(RIGHT)).unwrap());
    assert_told(
        &house.last_told(),
        Some(anna.user()),
        Action::FactorEnrol,
        "begun, still to be proven",
    );
    signed_in(enter(&house.desk, "anna", None));
    let app = App::told(&offer);
    let (field, _) = problem(house.desk.finish_own_enrolment(&anna, &secret("000000")));
    assert_eq!(field, Some("code"));
    house.clock.advance(10 * MINUTE);
    let late = house.desk.finish_own_enrolment(&anna, &secret(&app.code(&house)));
    assert!(problem(late).1.contains("more than ten minutes ago"));

    let offer = done(house.desk.begin_own_enrolment(&anna, &secret(RIGHT)).unwrap());
    let app = App::told(&offer);
    let codes = house.desk.finish_own_enrolment(&anna, &secret(&app.code(&house))).unwrap();
    assert_eq!(codes.0.len(), 10);
    let own = house.desk.own_second_factor(&anna).unwrap();
    assert_eq!(own.factor, Some(Factor::AuthenticatorApp));
    assert_eq!((own.enrolled_at, own.recovery_left), (Some(house.desk.clock.now()), 10));
    assert!(own.why_not_enrol.unwrap().contains("set up already"));
    let again = house.desk.begin_own_enrolment(&anna, &secret(RIGHT));
    assert!(problem(again).1.contains("set up already"));
    assert!(matches!(enter(&house.desk, "anna", None), SignIn::NeedsCode { .. }));
}

#[test]
fn new_recovery_codes_take_password_and_code_and_void_the_old_ones() {
    let house = House::new();
    let (anna, app, old) = house.with_app(Role::CustomerService, "anna");
    let renew = |password: &str, code: Option<&str>| {
        let (password, code) = (secret(password), code.map(secret));
        let shown = Credentials::new("anna", &password).with_code(code.as_ref());
        house.desk.renew_recovery_codes(&shown, Door::Console, &origin())
    };
    let (field, message) = problem(renew(RIGHT, None));
    assert!(field == Some("code") && message.contains("missing"), "{message}");
    assert!(matches!(renew(RIGHT, Some("000000")), Ok(Proven::Refused(_))));
    assert_eq!(house.user(anna.user()).failed_count, 1, "a wrong code counts");
    let code = app.code(&house);
    assert!(matches!(renew(WRONG, Some(&code)), Ok(Proven::Refused(_))));
    let new = done(renew(RIGHT, Some(&code)).unwrap());
    assert_told(&house.last_told(), Some(anna.user()), Action::FactorRecovery, "");
    assert!(refusal(enter(&house.desk, "anna", Some(old.0[0].expose()))).contains("code is wrong"));
    signed_in(enter(&house.desk, "anna", Some(new.0[0].expose())));
    let next = done(renew(RIGHT, Some(new.0[1].expose())).unwrap());
    assert_eq!(next.0.len(), 10, "a recovery code does, too");

    house.person(Role::Auditor, "bert", None);
    let (password, code) = (secret(RIGHT), secret("123456"));
    let shown = Credentials::new("bert", &password).with_code(Some(&code));
    let none = house.desk.renew_recovery_codes(&shown, Door::Command, &origin());
    assert!(problem(none).1.contains("set it up first"));
}

#[test]
fn who_is_the_only_security_administrator_is_told_so() {
    let house = House::new();
    let root = house.person(Role::SecurityAdministrator, "root", None);
    let anna = house.person(Role::CustomerService, "anna", None);
    let begin = |who| done(house.desk.begin_own_enrolment(who, &secret(RIGHT)).unwrap()).note;
    let alone =
        Some("Nobody else can reset it for you; make a second Security Administrator, too.");
    assert_eq!((begin(&root), begin(&anna)), (alone, None));
    let eve = house.person(Role::SecurityAdministrator, "eve", None);
    assert_eq!((begin(&root), begin(&eve)), (None, None));
    house.disable(eve.user());
    assert_eq!(begin(&root), alone);
}
