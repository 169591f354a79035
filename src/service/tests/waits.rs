//! Waits after failed sign-ins, the lock after a hundred, and how they end.

use std::sync::Barrier;

use crate::domain::login::{Door, LoginOutcome, Throttle};
use crate::domain::role::Role;
use crate::domain::time::{MINUTE, SECOND};
use crate::domain::user::LOCK_AFTER;
use crate::service::Credentials;
use crate::service::sign_in::REFUSED;
use crate::service::{Refusal, SignIn};
use crate::store::{Key, Kind, Record};

use super::people::{OTHER, RIGHT, WRONG, at_host, refusal, secret, sign_in, signed_in};
use super::{House, origin};

fn refused(house: &House, name: &str, password: &str, host: &str) -> Refusal {
    match house
        .desk
        .sign_in(&Credentials::new(name, &secret(password)), Door::Console, &at_host(host))
        .unwrap()
    {
        SignIn::Refused(refusal) => refusal,
        other => panic!("let in: {other:?}"),
    }
}

/// Milliseconds until the next try is looked at.
fn wait(house: &House, name: &str) -> i64 {
    let refusal = refused(house, name, RIGHT, "localhost");
    refusal.retry_at.map_or(0, |at| at.millis_since(house.desk.clock.now()))
}

#[test]
fn waits_double_from_the_fifth_failure_for_known_and_unknown_names_alike() {
    let house = House::new();
    house.person(Role::Auditor, "known", None);
    for _ in 0..4 {
        for name in ["known", "unknown"] {
            assert_eq!(refusal(sign_in(&house.desk, name, WRONG)), REFUSED);
        }
    }
    for expected in [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300] {
        for name in ["known", "unknown"] {
            let fifth = refused(&house, name, WRONG, "localhost");
            assert_eq!((fifth.message.as_str(), fifth.retry_at), (REFUSED, None));
            assert_eq!(wait(&house, name), expected * SECOND, "{name}");
            // A try during the wait is told to wait, and does not make the wait longer.
            assert_eq!(wait(&house, name), expected * SECOND, "{name}");
        }
        let sentences = ["known", "unknown"].map(|name| refusal(sign_in(&house.desk, name, RIGHT)));
        assert_eq!(sentences[0], sentences[1]);
        house.clock.advance(expected * SECOND);
    }
}

#[test]
fn a_wait_is_for_one_account_at_one_door_and_ends_with_success() {
    let house = House::new();
    let id = house.person(Role::Auditor, "anna", Some("anna@ours.example")).user();
    house.person(Role::Auditor, "bert", None);
    for n in 0..5 {
        // Neither another name for the account nor another claimed host begins anew.
        let name = if n % 2 == 0 { "anna" } else { "anna@ours.example" };
        refused(&house, name, WRONG, &format!("host{n}"));
    }
    assert_eq!(house.user(id).failed_count, 5);
    assert!(house.user(id).throttled_until.is_some());
    assert_eq!(wait(&house, "anna@ours.example"), SECOND);
    signed_in(sign_in(&house.desk, "bert", RIGHT));
    assert!(refused(&house, "anna", RIGHT, "there").retry_at.is_some());
    let there =
        house.desk.sign_in(&Credentials::new("anna", &secret(RIGHT)), Door::Command, &origin());
    signed_in(there.unwrap());
    assert_eq!((house.user(id).failed_count, house.user(id).throttled_until), (0, None));
    assert_eq!(wait(&house, "anna"), SECOND, "who guesses here still waits");
    assert_eq!(house.outcomes(id)[..2], [LoginOutcome::Ok, LoginOutcome::Throttled]);
    house.clock.advance(SECOND);
    signed_in(sign_in(&house.desk, "anna", RIGHT));
    for _ in 0..4 {
        assert_eq!(refusal(sign_in(&house.desk, "anna", WRONG)), REFUSED);
    }
    assert_eq!(house.user(id).failed_count, 4, "success began the count anew");
    assert!(house.user(id).throttled_until.is_none());
}

#[test]
fn a_hundred_failures_lock_until_staff_unlock() {
    let house = House::new();
    let boss = house.person(Role::SecurityAdministrator, "boss", None);
    let id = house.person(Role::Auditor, "anna", None).user();
    for n in 0..LOCK_AFTER {
        refused(&house, "anna", WRONG, &format!("host{}", n % 3));
        house.clock.advance(5 * MINUTE);
    }
    assert!(house.user(id).is_locked());
    for host in ["host0", "elsewhere"] {
        assert_eq!(refused(&house, "anna", RIGHT, host).message, REFUSED);
        house.clock.advance(5 * MINUTE);
    }
    let view = house.desk.unlock_user(&boss, id, None).unwrap();
    assert_eq!((view.failed_count, view.throttled_until), (0, None));
    for host in ["host0", "host1", "host2", "elsewhere"] {
        let outcome = house.desk.sign_in(
            &Credentials::new("anna", &secret(RIGHT)),
            Door::Console,
            &at_host(host),
        );
        signed_in(outcome.unwrap());
    }
}

#[test]
fn staff_who_set_a_password_end_the_waits_for_every_way_to_type_the_name() {
    let house = House::new();
    let boss = house.person(Role::SecurityAdministrator, "boss", None);
    let id = house.person(Role::Auditor, "anna", Some("anna@ours.example")).user();
    for door in [Door::Console, Door::Command] {
        for _ in 0..5 {
            house.desk.sign_in(&Credentials::new("anna", &secret(WRONG)), door, &origin()).unwrap();
        }
    }
    assert_eq!(wait(&house, "anna@ours.example"), SECOND);
    house.desk.set_password(&boss, id, None, &secret(OTHER), false).unwrap();
    for name in ["anna", "anna@ours.example"] {
        signed_in(sign_in(&house.desk, name, OTHER));
        let by_command =
            house.desk.sign_in(&Credentials::new(name, &secret(OTHER)), Door::Command, &origin());
        signed_in(by_command.unwrap());
    }
}

#[test]
fn tries_during_a_wait_are_told_of_once_a_minute() {
    let house = House::new();
    let id = house.person(Role::Auditor, "anna", None).user();
    let hammer = |name: &str| {
        let before = house.trail().len();
        for _ in 0..30 {
            assert!(refused(&house, name, RIGHT, "localhost").retry_at.is_some());
        }
        house.trail().len() - before
    };
    for name in ["anna", "nobody"] {
        for _ in 0..5 {
            refused(&house, name, WRONG, "localhost");
        }
        assert_eq!(hammer(name), 1);
        house.clock.advance(SECOND);
        refused(&house, name, WRONG, "localhost");
        assert_eq!(hammer(name), 1, "a new wait is told of at once");
        for _ in 0..10 {
            house.clock.advance(5 * MINUTE);
            refused(&house, name, WRONG, "localhost");
        }
        assert_eq!(hammer(name), 1);
        house.clock.advance(MINUTE);
        assert_eq!(hammer(name), 1);
    }
    assert_eq!(house.outcomes(id).iter().filter(|it| **it == LoginOutcome::Throttled).count(), 4);
}

#[test]
fn tries_while_the_portal_is_off_are_told_of_once_a_minute() {
    let house = House::new();
    let id = house.person(Role::PortalUser, "jo", None).user();
    house.portal(false);
    let hammer = || {
        let before = house.trail().len();
        for n in 0..30 {
            for name in ["jo", &format!("nobody{n}")] {
                house
                    .desk
                    .portal_sign_in(&Credentials::new(name, &secret(RIGHT)), None, &origin())
                    .unwrap();
            }
        }
        house.trail().len() - before
    };
    assert_eq!(hammer(), 2, "one of the account, one of unknown names");
    house.clock.advance(MINUTE);
    assert_eq!(hammer(), 2);
    assert_eq!(house.outcomes(id), [LoginOutcome::PortalOff; 2]);
}

#[test]
fn the_key_of_the_slots_is_made_once() {
    let house = House::new();
    let key = || house.repo.get(Key::new(Kind::SlotKey, 1)).unwrap();
    assert_eq!(key(), None);
    sign_in(&house.desk, "nobody", WRONG);
    let made = key();
    assert!(made.is_some());
    sign_in(&house.desk, "nobody", WRONG);
    assert_eq!(key(), made);
    assert_eq!(failures(&house), 2);
}

#[test]
fn guesses_at_the_same_moment_wait_like_guesses_in_a_row() {
    const GUESSES: usize = 12;
    let house = House::new();
    let id = house.person(Role::Auditor, "anna", None).user();
    let start = Barrier::new(GUESSES);
    let looked_at = std::thread::scope(|scope| {
        let guesses: Vec<_> = (0..GUESSES)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    let at = origin();
                    let outcome = house.desk.sign_in(
                        &Credentials::new("anna", &secret(WRONG)),
                        Door::Console,
                        &at,
                    );
                    match outcome {
                        Ok(SignIn::Refused(refusal)) => usize::from(refusal.retry_at.is_none()),
                        Ok(other) => panic!("let in: {other:?}"),
                        // Moved under it too often: not looked at, and told so.
                        Err(error) => {
                            assert!(error.to_string().contains("same moment"), "{error}");
                            0
                        }
                    }
                })
            })
            .collect();
        guesses.into_iter().map(|guess| guess.join().unwrap()).sum::<usize>()
    });
    assert!((1..=5).contains(&looked_at), "{looked_at} guesses were looked at");
    assert_eq!(house.user(id).failed_count as usize, looked_at);
    assert_eq!(failures(&house), looked_at);
}

/// Failures in the one slot that is in use.
fn failures(house: &House) -> usize {
    (0..65_536)
        .filter_map(|slot| house.repo.get(Key::new(Kind::Throttle, slot)).unwrap())
        .map(|stored| match stored.record {
            Record::Throttle(Throttle { failed, .. }) => failed as usize,
            other => panic!("{other:?}"),
        })
        .sum()
}
