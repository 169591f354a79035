//! Second factors: what an account has to show besides its password.

use serde::{Deserialize, Serialize};

use super::id::UserId;
use super::secret::Secret;
use super::time::Timestamp;

/// How many recovery codes there are (DOMAIN.md §7).
pub const RECOVERY_CODES: usize = 10;
/// Letters of a recovery code; five bits each, so 80 bits.
const RECOVERY_LETTERS: usize = 16;
/// Letters and digits without those that are taken for one another (0 O 1 l I).
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

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

/// Makes a recovery code of 80 bits in four groups, out of 16 random bytes.
pub fn recovery_code(random: [u8; RECOVERY_LETTERS]) -> Secret {
    let mut text = String::with_capacity(RECOVERY_LETTERS + RECOVERY_LETTERS / 4);
    for (at, byte) in random.iter().enumerate() {
        if at > 0 && at % 4 == 0 {
            text.push('-');
        }
        text.push(char::from(ALPHABET[usize::from(byte & 31)]));
    }
    Secret::new(text)
}

/// What is kept of a recovery code: its hash, bound to its user.
///
/// 80 random bits can't be guessed, so a fast hash keeps them. Case, hyphens and blanks do
/// not count.
pub fn recovery_hash(user: UserId, code: &Secret) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key("portaldesk 2026-11 recovery code");
    hasher.update(&user.0.to_le_bytes());
    for c in code.expose().chars().filter(|c| !c.is_whitespace() && *c != '-') {
        let mut bytes = [0; 4];
        hasher.update(c.to_ascii_lowercase().encode_utf8(&mut bytes).as_bytes());
    }
    *hasher.finalize().as_bytes()
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

impl SecondFactor {
    /// The same without that recovery code; `None` when it is none of those that are left.
    pub fn without(&self, code: &Secret) -> Option<Self> {
        let hash = recovery_hash(self.user, code);
        let at = self.recovery.iter().position(|it| *it == hash)?;
        let mut left = self.clone();
        left.recovery.remove(at);
        Some(left)
    }
}

impl std::fmt::Debug for SecondFactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SecondFactor of {} [redacted]", self.user)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recovery_code_is_good_once_and_for_its_user() {
        let code = recovery_code(std::array::from_fn(|at| u8::try_from(at * 37 % 256).unwrap()));
        assert_eq!(code.expose(), "afkr-w38d-ipuz-6bgm");
        let record = SecondFactor {
            user: UserId(7),
            sealed_seed: Vec::new(),
            begun_at: Timestamp::from_millis(0),
            enrolled_at: None,
            last_step: 0,
            recovery: vec![[0; 32], recovery_hash(UserId(7), &code)],
        };
        for typed in ["afkr-w38d-ipuz-6bgm", " AFKR W38D IPUZ 6BGM ", "afkrw38dipuz6bgm"] {
            let left = record.without(&Secret::new(typed.into())).unwrap();
            assert_eq!(left.recovery, [[0; 32]], "{typed}");
            assert_eq!(left.without(&code), None, "it is used up");
        }
        assert_eq!(record.without(&Secret::new("afkr-w38d-ipuz-6bgn".into())), None);
        let other = SecondFactor { user: UserId(8), ..record };
        assert_eq!(other.without(&code), None, "it is another user's");
    }
}
