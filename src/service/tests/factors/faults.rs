//! The fault sweep over second factors: whatever fails, a code is used up exactly when it has
//! let somebody in, and what is set up is there whole or not at all.

use crate::domain::factor::{Factor, SecondFactor};
use crate::domain::login::Door;
use crate::domain::role::Role;
use crate::domain::secret::Secret;
use crate::domain::totp::Seed;
use crate::service::sealing::owner;
use crate::service::tests::faults::{Step, sweep};
use crate::service::tests::people::{RIGHT, secret};
use crate::service::tests::{House, origin};
use crate::service::{Credentials, Desk, DeskError, Session, SignIn};
use crate::store::Record;

use super::done;

/// What everybody's codes are made of here.
const SEED: &[u8; 20] = b"12345678901234567890";

/// The code that the app shows now.
fn code(desk: &Desk) -> Secret {
    secret(&Seed::from_bytes(SEED).unwrap().code_at(desk.clock.now()))
}

/// A house in which anna and jo have an app of that seed; root, who is signed in, has none.
fn house() -> (House, Session) {
    let house = House::new();
    let root = house.person(Role::SecurityAdministrator, "root", None);
    let anna = house.person(Role::Auditor, "anna", None);
    let jo = house.person(Role::CustomerService, "jo", None);
    for id in [anna.user(), jo.user()] {
        let now = house.desk.clock.now();
        let sealed_seed = house.desk.seal(SEED, &owner("second factor", id.0)).unwrap().unwrap();
        house.put(vec![Record::SecondFactor(SecondFactor {
            user: id,
            sealed_seed,
            begun_at: now,
            enrolled_at: Some(now),
            last_step: 0,
            recovery: Vec::new(),
        })]);
        house.edit_user(id, |user| {
            user.second_factor = Some(Factor::AuthenticatorApp);
            user.factor_enrolled_at = Some(now);
        });
    }
    (house, root)
}

fn sign_in(desk: &Desk, code: Option<&Secret>) -> Result<SignIn, DeskError> {
    let password = secret(RIGHT);
    let shown = Credentials::new("anna", &password).with_code(code);
    desk.sign_in(&shown, Door::Console, &origin())
}

const STEPS: [(&str, Step); 7] = [
    ("sign in with a code", |desk, _| {
        let out = sign_in(desk, Some(&code(desk)))?;
        assert!(matches!(out, SignIn::SignedIn(_)), "{out:?}");
        Ok(())
    }),
    ("be asked for a code", |desk, _| sign_in(desk, None).map(drop)),
    ("sign in with a wrong code", |desk, _| sign_in(desk, Some(&secret("000000"))).map(drop)),
    ("renew the recovery codes", |desk, _| {
        let (password, code) = (secret(RIGHT), code(desk));
        let shown = Credentials::new("anna", &password).with_code(Some(&code));
        done(desk.renew_recovery_codes(&shown, Door::Console, &origin())?);
        Ok(())
    }),
    ("begin to set one up", |desk, who| {
        done(desk.begin_own_enrolment(who, &secret(RIGHT))?);
        Ok(())
    }),
    ("reset one", |desk, who| {
        let jo = desk.user_by_name(who, "jo")?.row.id;
        desk.reset_second_factor(who, jo, None).map(drop)
    }),
    ("take one away", |desk, who| {
        let jo = desk.user_by_name(who, "jo")?.row.id;
        desk.set_second_factor(who, jo, None, None).map(drop)
    }),
];

#[test]
fn every_operation_of_a_second_factor_may_fail() {
    for (name, step) in STEPS {
        sweep(name, house, step);
    }
}
