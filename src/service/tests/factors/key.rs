//! The key that seeds are sealed under: bound to the user, missing, another one.

use std::sync::Arc;

use crate::domain::factor::SecondFactor;
use crate::domain::login::Door;
use crate::domain::role::Role;
use crate::domain::time::SECOND;
use crate::service::sealing::{KeyPlace, SealingKey};
use crate::service::tests::edit_user::member;
use crate::service::tests::people::{RIGHT, problem, refusal, secret, signed_in};
use crate::service::tests::{House, origin};
use crate::service::{Credentials, DeskError, SignIn};
use crate::store::Record;

use super::{App, done, enter, leave};

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
    let session = signed_in(enter(&house.desk, "anna", Some(codes.0[0].expose())));
    assert_eq!(session.recovery_note().as_deref(), Some("9 of 10 recovery codes left."));

    *house.keys.0.lock().unwrap() = key;
    let code = app.code(&house);
    assert_eq!(signed_in(enter(&house.desk, "anna", Some(&code))).recovery_note(), None);
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

/// A second factor set up anew by somebody who was given one.
fn enrol(house: &House, name: &str) -> Result<App, DeskError> {
    let leave = leave(house, name);
    let app = App::told(&house.desk.begin_enrolment(&leave)?);
    house.desk.finish_enrolment(&leave, &secret(&app.code(house)))?;
    house.clock.advance(30 * SECOND);
    Ok(app)
}

#[test]
fn no_key_is_made_or_changed_while_a_second_factor_needs_the_lost_one() {
    let house = House::new();
    let root = house.person(Role::SecurityAdministrator, "root", None);
    let (anna, app, _) = house.with_app(Role::CustomerService, "anna");
    let bert = house.person(Role::CustomerService, "bert", None);
    house.give_app(bert.user());
    let key = house.keys.0.lock().unwrap().take();
    let other = SealingKey::new(zeroize::Zeroizing::new([7; 32]));
    let said = [
        (
            None,
            "The key file /keys/secrets.key is missing, and the second factor of anna is sealed",
        ),
        (Some(other), "is not the one that the second factor of anna is sealed under"),
    ];
    for (now, says) in said {
        *house.keys.0.lock().unwrap() = now.clone();
        let Err(DeskError::Machine(message)) = enrol(&house, "bert") else { panic!("set up") };
        assert!(message.contains(says) && message.contains("once none is left"), "{message}");
        let offers = house.desk.factor_offers(&root).unwrap();
        assert_eq!(offers[1].why_not.as_ref(), Some(&message));
        assert!(house.kept(bert.user()).is_none());
        let kept = house.keys.0.lock().unwrap().clone();
        assert_eq!(kept.map(|it| *it.bytes()), now.map(|it| *it.bytes()));
    }
    *house.keys.0.lock().unwrap() = key;
    enrol(&house, "bert").unwrap();
    let code = app.code(&house);
    signed_in(enter(&house.desk, "anna", Some(&code)));
    assert!(house.user(anna.user()).factor_enrolled_at.is_some());
}

#[test]
fn resetting_each_of_them_is_a_way_out_that_ends() {
    let house = House::new();
    let (.., codes) = house.with_app(Role::SecurityAdministrator, "root");
    let (anna, ..) = house.with_app(Role::CustomerService, "anna");
    let (bert, ..) = house.with_app(Role::CustomerService, "bert");
    house.disable(bert.user());
    let carl = house.person(Role::CustomerService, "carl", None);
    done(house.desk.begin_own_enrolment(&carl, &secret(RIGHT)).unwrap());
    let old = house.keys.0.lock().unwrap().take().unwrap();

    // Who is alone looks after the others, and has a second one look after them.
    let root = signed_in(enter(&house.desk, "root", Some(codes.0[0].expose())));
    for id in [anna.user(), bert.user()] {
        house.desk.reset_second_factor(&root, id, None).unwrap();
    }
    let Err(DeskError::Machine(message)) = enrol(&house, "anna") else { panic!("set up") };
    assert!(message.contains("the second factor of root is sealed"), "{message}");
    let eve = house.person(Role::SecurityAdministrator, "eve", None);
    house.desk.reset_second_factor(&eve, root.user(), None).unwrap();

    let app = enrol(&house, "root").unwrap();
    let code = app.code(&house);
    signed_in(enter(&house.desk, "root", Some(&code)));
    assert_ne!(house.keys.read().unwrap().unwrap().bytes(), old.bytes());
    enrol(&house, "anna").unwrap();
}

#[test]
fn many_are_not_all_named() {
    let house = House::new();
    for n in 1..=7 {
        house.with_app(Role::CustomerService, &format!("person{n}"));
    }
    let zoe = house.person(Role::Auditor, "zoe", None);
    house.keys.0.lock().unwrap().take();
    let (_, message) = problem(house.desk.begin_own_enrolment(&zoe, &secret(RIGHT)));
    let what = "the second factors of person1, person2, person3, person4, person5 and 2 more are";
    assert!(message.contains(what), "{message}");
}

#[test]
fn a_customer_is_not_told_where_the_key_lies() {
    let house = House::new();
    house.with_app(Role::CustomerService, "anna");
    let zoe = member(&house, "zoe", &[house.company("Acme", None)]);
    house.give_app(zoe);
    let broken = house.desk.clone().with_keys(Arc::new(Broken));
    house.keys.0.lock().unwrap().take();
    for (desk, why) in [(&house.desk, "is missing"), (&broken, "can't be used")] {
        let password = secret(RIGHT);
        let begun = desk.portal_begin_enrolment(&Credentials::new("zoe", &password), &origin());
        let message = problem(begun).1;
        let plain = format!(
            "A second factor can't be set up now, because the key file of Portal Desk {why}; ask support about it."
        );
        assert_eq!(message, plain);
    }
}
