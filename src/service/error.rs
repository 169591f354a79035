//! Why something was not done, in sentences that a support agent understands.

use crate::domain::audit::FieldChange;
use crate::domain::problem::{Code, Problem, Warning};
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::store::StoreError;

/// A refusal or a failure; nothing was changed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DeskError {
    /// The input has problems: at least one, in the order of the form's fields.
    #[error("{}", first(.0))]
    Problems(Vec<Problem>),
    /// Warnings stop it, and they were not overridden: at least one.
    #[error("{}", warned(.0))]
    Warned(Vec<Warning>),
    /// The role may not do that.
    #[error("Only {may} may {deed}; your role is {role}.")]
    Denied {
        /// The role of who asked.
        role: &'static str,
        /// What was asked, as an infinitive.
        deed: &'static str,
        /// The roles that may.
        may: String,
    },
    /// There is no such record, or no more.
    #[error("There is no {what} {which}; look at the list for what there is.")]
    NotFound {
        /// The kind of record, in a word.
        what: &'static str,
        /// The number or name that was asked for.
        which: Text,
    },
    /// Somebody else has changed it since it was opened.
    #[error("{0}")]
    Conflict(Box<Conflict>),
    /// The session is over: signed out, locked out or disabled meanwhile.
    #[error("{0}")]
    SignedOut(String),
    /// The store could not be read or written.
    #[error("{0}.")]
    Store(#[from] StoreError),
    /// The machine failed: no random numbers, or the hasher refused.
    #[error("{0}")]
    Machine(String),
}

impl DeskError {
    /// A refusal of the whole of what was asked.
    pub fn refused(code: Code, message: impl Into<String>) -> Self {
        Self::Problems(vec![Problem::whole(code, message)])
    }

    /// There is no record of that name.
    pub fn not_found(what: &'static str, which: impl ToString) -> Self {
        Self::NotFound { what, which: Text::new(which.to_string()) }
    }

    /// The word that scripts may rely on.
    pub fn code(&self) -> String {
        let word = match self {
            Self::Problems(problems) => {
                let code = problems.first().map(|p| serde_json::to_value(p.code));
                return match code {
                    Some(Ok(serde_json::Value::String(word))) => word,
                    _ => String::from("refused"),
                };
            }
            Self::Warned(_) => "warnings",
            Self::Denied { .. } => "denied",
            Self::NotFound { .. } => "not_found",
            Self::Conflict(_) => "conflict",
            Self::SignedOut(_) => "signed_out",
            Self::Store(StoreError::Held { .. }) => "store_held",
            Self::Store(_) => "store",
            Self::Machine(_) => "machine",
        };
        word.to_owned()
    }

    /// Whether the same may well work in a while: another process holds the store.
    pub const fn is_held(&self) -> bool {
        matches!(self, Self::Store(StoreError::Held { .. }))
    }

    /// The field that the first problem is about.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::Problems(problems) => problems.first().and_then(|p| p.field),
            _ => None,
        }
    }
}

impl From<Problem> for DeskError {
    fn from(problem: Problem) -> Self {
        Self::Problems(vec![problem])
    }
}

impl From<crate::clock::NoRandomness> for DeskError {
    fn from(error: crate::clock::NoRandomness) -> Self {
        Self::Machine(error.to_string())
    }
}

fn first(problems: &[Problem]) -> String {
    problems.first().map(|p| p.message.clone()).unwrap_or_else(|| String::from("Refused."))
}

fn warned(warnings: &[Warning]) -> String {
    let codes: Vec<&str> = warnings.iter().map(|it| it.code).collect();
    match warnings {
        [one] => format!("{}: {} Override it, or change the form.", one.code, one.message),
        _ => format!("Warnings stop it: {}; override them, or change the form.", codes.join(", ")),
    }
}

/// That a record was changed by somebody else, by whom, and what exactly.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} was changed by {} since you opened it; look at what changed, then save again.", by(.edits))]
pub struct Conflict {
    /// What people call the record.
    pub what: Text,
    /// The edits since, oldest first.
    pub edits: Vec<Edit>,
}

/// One edit by somebody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Who.
    pub by: Text,
    /// When.
    pub at: Timestamp,
    /// What they did, to follow the record's name.
    pub did: &'static str,
    /// Which fields.
    pub changes: Vec<FieldChange>,
}

fn by(edits: &[Edit]) -> String {
    let mut names: Vec<String> = edits.iter().map(|edit| edit.by.to_string()).collect();
    names.dedup();
    if names.is_empty() { String::from("somebody") } else { names.join(" and ") }
}
