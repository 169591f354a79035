//! Second factors: what an account has to show besides its password.

use serde::{Deserialize, Serialize};

use super::id::UserId;
use super::time::Timestamp;

/// A kind of second factor: the Authentication Factor Provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Factor {
    /// Codes of an authenticator app (RFC 6238).
    #[serde(rename = "authenticator-app")]
    AuthenticatorApp,
    /// A code sent to the email.
    #[serde(rename = "email-code")]
    EmailCode,
}

impl Factor {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::AuthenticatorApp, Self::EmailCode];

    /// The words on the screen.
    pub const fn words(self) -> &'static str {
        match self {
            Self::AuthenticatorApp => "Authenticator app",
            Self::EmailCode => "Email code",
        }
    }
}

/// How an account's codes are checked; shares its user's number. Shown to nobody.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFactor {
    /// The user it belongs to.
    pub user: UserId,
    /// The seed, sealed under the key file outside the store.
    pub sealed_seed: Vec<u8>,
    /// When setting it up began.
    pub begun_at: Timestamp,
    /// When a first code proved it; none until then.
    pub enrolled_at: Option<Timestamp>,
    /// The last time step whose code was accepted; it and all before it are used up.
    pub last_step: u64,
    /// The hashes of the recovery codes that are left.
    pub recovery: Vec<[u8; 32]>,
}

impl std::fmt::Debug for SecondFactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SecondFactor of {} [redacted]", self.user)
    }
}
