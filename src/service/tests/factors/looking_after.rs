//! Looking after other people's second factors: giving, taking away, resetting.

use crate::domain::audit::Action;
use crate::domain::factor::Factor;
use crate::domain::role::Role;
use crate::domain::user::Badge;
use crate::service::bulk::Selection;
use crate::service::tests::House;
use crate::service::tests::people::{RIGHT, assert_told, problem, secret, sign_in, signed_in};
use crate::service::{Deed, DeskError, SignIn};

use super::{enter, leave};

const APP: Option<Factor> = Some(Factor::AuthenticatorApp);

#[test]
fn a_factor_is_given_and_the_person_sets_it_up() {
    let house = House::new();
    let root = house.person(Role::SecurityAdministrator, "root", None);
    let anna = house.person(Role::CustomerService, "anna", None).user();
    let view = house.desk.set_second_factor(&root, anna, None, APP).unwrap();
    assert_eq!((view.second_factor, view.factor_enrolled_at), (APP, None));
    assert!(view.row.badges.contains(&Badge::NotEnrolled));
    assert!(!view.must_change_password);
    assert_told(&house.last_told(), Some(anna), Action::UserFactor, "");
    let change = &house.last_told().changes[0];
    assert_eq!(change.field, "second_factor");
    assert_eq!(change.after.as_ref().unwrap().raw(), "Authenticator app");
    leave(&house, "anna");
    let again = house.desk.set_second_factor(&root, anna, None, APP);
    assert!(problem(again).1.contains("has Authenticator app already"));
}

#[test]
fn taking_it_away_asks_for_a_new_password_and_leaves_nothing() {
    let house = House::new();
    let root = house.person(Role::SecurityAdministrator, "root", None);
    let (anna, _, _) = house.with_app(Role::CustomerService, "anna");
    assert!(house.kept(anna.user()).is_some());
    let view = house.desk.set_second_factor(&root, anna.user(), None, None).unwrap();
    assert_eq!((view.second_factor, view.factor_enrolled_at), (None, None));
    assert!(view.must_change_password);
    assert!(house.kept(anna.user()).is_none());
    let SignIn::MustChange(leave) = sign_in(&house.desk, "anna", RIGHT) else {
        panic!("a password that stands alone is asked for")
    };
    let short = house.desk.change_first_password(&leave, &secret("vivid-ox"));
    assert!(problem(short).1.contains("at least 15"));
}

#[test]
fn a_reset_factor_is_set_up_anew() {
    let house = House::new();
    let root = house.person(Role::SecurityAdministrator, "root", None);
    let (anna, app, codes) = house.with_app(Role::CustomerService, "anna");
    let view = house.desk.reset_second_factor(&root, anna.user(), None).unwrap();
    assert_eq!((view.second_factor, view.factor_enrolled_at), (APP, None));
    assert!(!view.must_change_password && house.kept(anna.user()).is_none());
    assert_told(&house.last_told(), Some(anna.user()), Action::FactorReset, "");
    for old in [app.code(&house).as_str(), codes.0[0].expose()] {
        let out = enter(&house.desk, "anna", Some(old));
        assert!(matches!(out, SignIn::NeedsEnrolment(_)), "{out:?}");
    }
    let nothing = house.desk.reset_second_factor(&root, anna.user(), None);
    assert!(problem(nothing).1.contains("nothing to reset"));
    let bert = house.person(Role::Auditor, "bert", None).user();
    assert!(house.desk.reset_second_factor(&root, bert, None).is_err());
}

#[test]
fn nobody_looks_after_their_own_and_edits_meanwhile_are_told() {
    let house = House::new();
    let root = house.person(Role::SecurityAdministrator, "root", None);
    for own in [
        house.desk.set_second_factor(&root, root.user(), None, APP),
        house.desk.reset_second_factor(&root, root.user(), None),
    ] {
        assert!(problem(own).1.contains("your own account"));
    }
    let anna = house.person(Role::CustomerService, "anna", None).user();
    let seen = house.desk.user(&root, anna).unwrap().row.stamp;
    house.desk.set_second_factor(&root, anna, Some(seen), APP).unwrap();
    let late = house.desk.set_second_factor(&root, anna, Some(seen), None);
    assert!(matches!(late, Err(DeskError::Conflict(_))), "{late:?}");
}

#[test]
fn what_can_be_chosen_is_said_with_the_reason() {
    let house = House::new();
    let root = house.person(Role::SecurityAdministrator, "root", None);
    let offers = house.desk.factor_offers(&root).unwrap();
    let words: Vec<_> = offers.iter().map(|it| (it.words, it.why_not.is_none())).collect();
    assert_eq!(words, [("None", true), ("Authenticator app", true), ("Email code", false)]);
    let why_not = offers[2].why_not.as_ref().unwrap();
    assert!(why_not.starts_with("Codes by email can't be had yet"), "{why_not}");
    let mailed = house.person(Role::Auditor, "bert", Some("bert@ours.example")).user();
    let email = Some(Factor::EmailCode);
    assert_eq!(&problem(house.desk.set_second_factor(&root, mailed, None, email)).1, why_not);
    let unmailed = house.person(Role::Auditor, "carl", None).user();
    let (field, message) = problem(house.desk.set_second_factor(&root, unmailed, None, email));
    assert!(field == Some("second_factor") && message.contains("needs an email"), "{message}");
}

#[test]
fn who_is_deleted_leaves_no_second_factor() {
    let house = House::new();
    let root = house.person(Role::SecurityAdministrator, "root", None);
    let (anna, ..) = house.with_app(Role::CustomerService, "anna");
    house.desk.delete_user(&root, anna.user(), None).unwrap();
    assert!(house.kept(anna.user()).is_none());
    let (bert, ..) = house.with_app(Role::CustomerService, "bert");
    let chosen = Selection::These(vec![bert.user()]);
    house.desk.bulk(&root, Deed::Delete, &chosen, 1, &()).unwrap();
    assert!(house.kept(bert.user()).is_none());
}

#[test]
fn a_session_goes_on_when_a_factor_is_given() {
    let house = House::new();
    let root = house.person(Role::SecurityAdministrator, "root", None);
    house.person(Role::CustomerService, "anna", None);
    let anna = signed_in(sign_in(&house.desk, "anna", RIGHT));
    house.desk.set_second_factor(&root, anna.user(), None, APP).unwrap();
    assert_eq!(house.desk.own_second_factor(&anna).unwrap().factor, APP);
}
