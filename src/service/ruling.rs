//! What a right password leads to, and what is written with it.

use crate::domain::audit::{Action, FieldChange};
use crate::domain::factor::SecondFactor;
use crate::domain::login::LoginOutcome;
use crate::domain::user::User;
use crate::store::Stamp;

use super::acceptance::MailEnd;
use super::attempt::Refusal;

/// What came of a try.
#[derive(Debug)]
pub(super) enum Answer<T> {
    Granted(T),
    Refused(Refusal),
}

/// What a right password leads to.
#[derive(Debug)]
pub(super) struct Ruling<T> {
    pub answer: Answer<T>,
    /// The account to be written, when it changes.
    pub user: Option<User>,
    /// Whether the failures so far are forgotten.
    pub clears: bool,
    /// What the login history says, when it was a sign-in.
    pub outcome: Option<LoginOutcome>,
    /// What the trail says.
    pub action: Action,
    pub changes: Vec<FieldChange>,
    pub note: Option<&'static str>,
    /// The second factor to be written, when it is used or set up.
    pub factor: Option<FactorPut>,
    /// Whether it counts as a failure after all: the password was right, the code was not.
    pub fails: bool,
    /// The user's current mail, when it ends with this.
    pub mail: Option<MailEnd>,
}

/// A second factor to be written, on the version that was read.
#[derive(Debug)]
pub(super) struct FactorPut {
    pub record: SecondFactor,
    pub read: Option<Stamp>,
    /// What the trail says of it beside the rest.
    pub note: Option<String>,
}

impl FactorPut {
    /// How many recovery codes are left, when one of them was used: only then is something told.
    pub fn recovery_left(&self) -> Option<usize> {
        self.note.as_ref().map(|_| self.record.recovery.len())
    }
}

impl<T> Ruling<T> {
    /// Right, and let in (or to the next step, as `outcome` says).
    pub fn grant(user: User, outcome: LoginOutcome, answer: T) -> Self {
        Self {
            answer: Answer::Granted(answer),
            user: Some(user),
            clears: true,
            outcome: Some(outcome),
            action: Action::SignIn,
            changes: Vec::new(),
            note: (!outcome.is_ok()).then_some(outcome.words()),
            factor: None,
            fails: false,
            mail: None,
        }
    }

    /// Right so far; something more is asked for, and nothing is forgotten or changed.
    pub fn ask(outcome: LoginOutcome, answer: T) -> Self {
        Self {
            answer: Answer::Granted(answer),
            user: None,
            clears: false,
            outcome: Some(outcome),
            action: Action::SignIn,
            changes: Vec::new(),
            note: Some(outcome.words()),
            factor: None,
            fails: false,
            mail: None,
        }
    }

    /// The password was right, the code was not: counted like a wrong password.
    pub fn wrong_code(message: impl Into<String>) -> Self {
        Self { fails: true, ..Self::refuse(LoginOutcome::WrongCode, message) }
    }

    /// The same, writing a second factor with it.
    pub fn writing(self, factor: Option<FactorPut>) -> Self {
        Self { factor, ..self }
    }

    /// The same, ending the user's current mail with it.
    pub fn ending(self, mail: Option<MailEnd>) -> Self {
        Self { mail, ..self }
    }

    /// Right, but not to be let in; the counters stay as they are.
    pub fn refuse(outcome: LoginOutcome, message: impl Into<String>) -> Self {
        Self {
            answer: Answer::Refused(Refusal::new(message)),
            user: None,
            clears: false,
            outcome: Some(outcome),
            action: Action::SignInRefused,
            changes: Vec::new(),
            note: Some(outcome.words()),
            factor: None,
            fails: false,
            mail: None,
        }
    }
}
