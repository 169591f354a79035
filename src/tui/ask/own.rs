//! Questions about one's own account.

use crate::domain::secret::Secret;

/// A question of who is signed in about the own second factor.
#[derive(Debug, Clone)]
pub enum OwnAsk {
    /// What is set.
    SecondFactor,
    /// The key for an authenticator app.
    BeginEnrolment {
        /// The present password.
        password: Secret,
    },
    /// Prove it by a first code.
    FinishEnrolment {
        /// The code.
        code: Secret,
    },
    /// New recovery codes in place of those there are.
    RenewCodes {
        /// The present password.
        password: Secret,
        /// A code, or one of the recovery codes.
        code: Secret,
    },
}
