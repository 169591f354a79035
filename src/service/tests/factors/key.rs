//! The key that seeds are sealed under: bound to the user, missing, another one.

use std::sync::Arc;

use crate::domain::factor::SecondFactor;
use crate::domain::login::Door;
use crate::domain::role::Role;
use crate::service::sealing::{KeyPlace, SealingKey};
use crate::service::tests::people::{RIGHT, problem, refusal, secret, signed_in};
use crate::service::tests::{House, origin};
use crate::service::{Credentials, DeskError, SignIn};
use crate::store::Record;

use super::{App, done, enter};

/// A sign-in whose code can't be checked: the sentence.
fn unchecked(house: &House, name: &str, code: &str) -> String {
    let (password, code) = (secret(RIGHT), secret(code));
    let shown = Credentials::new(name, &password).with_code(Some(&code));
    match house.desk.sign_in(&shown, Door::Console, &origin()) {
        Err(DeskError::Machine(message)) => message,
        other => panic!("the code was looked at: {other:?}"),
    }
}

#[test]
fn the_seed_is_not_in_the_store_in_clear() {
    let house = House::new();
    let anna = house.person(Role::Auditor, "anna", None);
    let offer = done(house.desk.begin_own_enrolment(&anna, &secret(RIGHT)).unwrap());
    let key: String = offer.key.expose().split(' ').collect();
    let seed = totp_rs::Secret::try_from_base32(&key).unwrap();
    let kept = house.kept(anna.user()).unwrap();
    assert!(!kept.sealed_seed.windows(8).any(|it| seed.as_bytes().windows(8).any(|s| s == it)));
    assert!(!format!("{:?}", house.trail()).contains(&key));
    assert_eq!(format!("{kept:?}"), format!("SecondFactor of {} [redacted]", anna.user()));
}

#[test]
fn a_lost_key_is_said_and_recovery_codes_still_let_in() {
    let house = House::new();
    let root = house.person(Role::SecurityAdministrator, "root", None);
    let (anna, app, codes) = house.with_app(Role::CustomerService, "anna");
    let key = house.keys.0.lock().unwrap().take();
    let before = house.trail().len();
    let message = unchecked(&house, "anna", &app.code(&house));
    assert!(message.contains("key file of Portal Desk is missing"), "{message}");
    assert!(message.contains("recovery code"), "the way out is named: {message}");
    assert_eq!(house.user(anna.user()).failed_count, 0, "it is no failure of hers");
    assert_eq!(house.trail().len(), before);
    signed_in(enter(&house.desk, "anna", Some(codes.0[0].expose())));

    *house.keys.0.lock().unwrap() = key;
    let code = app.code(&house);
    signed_in(enter(&house.desk, "anna", Some(&code)));
    house.keys.0.lock().unwrap().take();
    house.desk.reset_second_factor(&root, anna.user(), None).unwrap();
    assert!(matches!(enter(&house.desk, "anna", None), SignIn::NeedsEnrolment(_)));
}

#[test]
fn another_key_is_told_from_the_right_one() {
    let house = House::new();
    let (_, app, _) = house.with_app(Role::CustomerService, "anna");
    let other = SealingKey::new(zeroize::Zeroizing::new([7; 32]));
    *house.keys.0.lock().unwrap() = Some(other);
    let message = unchecked(&house, "anna", &app.code(&house));
    assert!(message.contains("another than before"), "{message}");
}

#[test]
fn a_seed_of_somebody_else_opens_nothing() {
    let house = House::new();
    let (anna, _, _) = house.with_app(Role::CustomerService, "anna");
    let (bert, app, _) = house.with_app(Role::CustomerService, "bert");
    let theirs = house.kept(bert.user()).unwrap();
    let swapped = SecondFactor { user: anna.user(), last_step: 0, ..theirs };
    house.put(vec![Record::SecondFactor(swapped)]);
    let message = unchecked(&house, "anna", &app.code(&house));
    assert!(message.contains("damaged"), "{message}");
}

/// A place that can't be used.
struct Broken;

impl KeyPlace for Broken {
    fn name(&self) -> String {
        String::from("/keys/secrets.key")
    }

    fn read(&self) -> Result<Option<SealingKey>, String> {
        Err(String::from("can't be read: permission denied"))
    }

    fn keep(&self, _: SealingKey) -> Result<SealingKey, String> {
        Err(String::from("can't be made: permission denied"))
    }
}

#[test]
fn a_key_file_that_can_not_be_used_is_said_before_anything_is_set_up() {
    let house = House::new();
    let anna = house.person(Role::Auditor, "anna", None);
    let desk = house.desk.clone().with_keys(Arc::new(Broken));
    let offers = desk.factor_offers(&anna).unwrap();
    let why_not = offers[1].why_not.clone().unwrap();
    let named = "The key file /keys/secrets.key can't be read: permission denied";
    assert!(why_not.starts_with(named), "{why_not}");
    assert_eq!(desk.own_second_factor(&anna).unwrap().why_not_enrol, Some(why_not.clone()));
    assert_eq!(problem(desk.begin_own_enrolment(&anna, &secret(RIGHT))).1, why_not);
    assert!(house.kept(anna.user()).is_none());
    let bare = crate::service::Desk::new(house.repo.clone(), house.clock.clone());
    let nowhere = bare.factor_offers(&anna).unwrap();
    assert!(nowhere[1].why_not.as_ref().unwrap().contains("has no place here"));
}

#[test]
fn the_first_key_is_made_when_it_is_needed_and_stays() {
    let house = House::new();
    let anna = house.person(Role::Auditor, "anna", None);
    house.desk.own_second_factor(&anna).unwrap();
    assert!(house.keys.read().unwrap().is_none());
    let offer = done(house.desk.begin_own_enrolment(&anna, &secret(RIGHT)).unwrap());
    let made = house.keys.read().unwrap().unwrap();
    house.desk.finish_own_enrolment(&anna, &secret(&App::told(&offer).code(&house))).unwrap();
    house.with_app(Role::Auditor, "bert");
    assert_eq!(house.keys.read().unwrap().unwrap().bytes(), made.bytes());
    assert!(refusal(enter(&house.desk, "anna", Some("000000"))).contains("code is wrong"));
}
