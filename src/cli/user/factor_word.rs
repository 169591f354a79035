//! A second factor, as it is typed.

use clap::ValueEnum;

use crate::domain::factor::Factor;

/// A kind of second factor, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FactorWord {
    /// The password alone.
    None,
    /// Codes of an authenticator app.
    AuthenticatorApp,
    /// A code sent to the email.
    EmailCode,
}

impl FactorWord {
    /// The factor that it names.
    pub(super) const fn factor(self) -> Option<Factor> {
        match self {
            Self::None => None,
            Self::AuthenticatorApp => Some(Factor::AuthenticatorApp),
            Self::EmailCode => Some(Factor::EmailCode),
        }
    }
}
