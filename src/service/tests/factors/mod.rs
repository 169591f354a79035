//! Second factors: signing in with them, setting them up, looking after them, their key.

mod faults;
mod key;
mod looking_after;
mod portal;
mod setting_up;
mod sign_in;

use crate::domain::factor::{Factor, SecondFactor};
use crate::domain::id::UserId;
use crate::domain::login::Door;
use crate::domain::role::Role;
use crate::domain::time::SECOND;
use crate::domain::totp::Seed;
use crate::service::{
    Credentials, Desk, EnrolLeave, EnrolmentOffer, Proven, RecoveryCodes, Session, SignIn,
};
use crate::store::RepositoryExt;

use super::people::{RIGHT, secret};
use super::{House, origin};

/// The authenticator app of somebody.
pub(in crate::service) struct App(Seed);

impl App {
    /// An app that was told that key.
    pub fn told(offer: &EnrolmentOffer) -> Self {
        let key: String = offer.key.expose().split(' ').collect();
        let bytes = totp_rs::Secret::try_from_base32(key).unwrap();
        Self(Seed::from_bytes(bytes.as_bytes()).unwrap())
    }

    /// The code that it shows now.
    pub fn code(&self, house: &House) -> String {
        self.0.code_at(house.desk.clock.now())
    }

    /// The code that it shows when the present one is over.
    pub fn next_code(&self, house: &House) -> String {
        house.clock.advance(30 * SECOND);
        self.code(house)
    }
}

/// A sign-in at the console with that code.
pub(super) fn enter(desk: &Desk, name: &str, code: Option<&str>) -> SignIn {
    let (password, code) = (secret(RIGHT), code.map(secret));
    let shown = Credentials::new(name, &password).with_code(code.as_ref());
    desk.sign_in(&shown, Door::Console, &origin()).unwrap()
}

/// Leave to set up the second factor that an account has been given.
pub(super) fn leave(house: &House, name: &str) -> EnrolLeave {
    match enter(&house.desk, name, None) {
        SignIn::NeedsEnrolment(leave) => leave,
        other => panic!("no leave: {other:?}"),
    }
}

pub(super) fn done<T: std::fmt::Debug>(proven: Proven<T>) -> T {
    match proven {
        Proven::Done(it) => it,
        Proven::Refused(refusal) => panic!("refused: {refusal}"),
    }
}

impl House {
    /// Somebody of that role with the password [`RIGHT`] and an authenticator app, whose first
    /// code was used thirty seconds ago.
    pub fn with_app(&self, role: Role, login: &str) -> (Session, App, RecoveryCodes) {
        let who = self.person(role, login, None);
        self.give_app(who.user());
        let leave = leave(self, login);
        let app = App::told(&self.desk.begin_enrolment(&leave).unwrap());
        let enrolled = self.desk.finish_enrolment(&leave, &secret(&app.code(self))).unwrap();
        self.clock.advance(30 * SECOND);
        (who, app, enrolled.codes)
    }

    /// Gives an account an authenticator app, to be set up.
    pub fn give_app(&self, id: UserId) {
        self.edit_user(id, |user| user.second_factor = Some(Factor::AuthenticatorApp));
    }

    /// What is kept of somebody's second factor.
    pub fn kept(&self, id: UserId) -> Option<SecondFactor> {
        self.repo.fetch::<SecondFactor>(id.0).unwrap().map(|it| it.value)
    }
}
