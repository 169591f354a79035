//! Sealing: what the store keeps of secrets that have to be read again.
//!
//! XChaCha20-Poly1305 under a key that lies outside the store, so that a copy of the store
//! gives nothing away. Each sealed text is bound to what it belongs to: put into another
//! record it can't be opened. Owns the form of a sealed text; where the key lies is the affair
//! of who gives the desk its [`KeyPlace`].

mod held;

use std::fmt;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use crate::clock::Clock;

use super::{Desk, DeskError};

use held::Sealed;

/// Bytes of a key.
pub const KEY_BYTES: usize = 32;
/// The form of what is sealed: this byte, the key's mark, the nonce, the sealed text.
const FORM: u8 = 1;
const MARK_BYTES: usize = 8;
const NONCE_BYTES: usize = 24;

/// A key that things are sealed under; wiped on drop, printed as `[redacted]`.
#[derive(Clone)]
pub struct SealingKey(Zeroizing<[u8; KEY_BYTES]>);

impl SealingKey {
    /// The key of those bytes, which have to be random.
    pub fn new(bytes: Zeroizing<[u8; KEY_BYTES]>) -> Self {
        Self(bytes)
    }

    /// Its bytes, to be kept.
    pub fn bytes(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }

    /// What tells this key from others and nothing of it.
    fn mark(&self) -> [u8; MARK_BYTES] {
        let hash = blake3::derive_key("portaldesk 2026-11 mark of a sealing key", &*self.0);
        std::array::from_fn(|at| hash[at])
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.0).into())
    }

    /// Seals a text for `owner`.
    fn seal(&self, plain: &[u8], owner: &[u8], nonce: [u8; NONCE_BYTES]) -> Option<Vec<u8>> {
        let payload = Payload { msg: plain, aad: owner };
        let sealed = self.cipher().encrypt(&XNonce::from(nonce), payload).ok()?;
        Some([&[FORM][..], &self.mark(), &nonce, &sealed].concat())
    }

    /// Opens what was sealed for `owner`.
    fn open(&self, sealed: &[u8], owner: &[u8]) -> Result<Zeroizing<Vec<u8>>, Shut> {
        let (&form, rest) = sealed.split_first().ok_or(Shut::Damaged)?;
        let (mark, rest) = rest.split_at_checked(MARK_BYTES).ok_or(Shut::Damaged)?;
        let (nonce, text) = rest.split_first_chunk::<NONCE_BYTES>().ok_or(Shut::Damaged)?;
        if form != FORM {
            return Err(Shut::Damaged);
        }
        if mark != self.mark() {
            return Err(Shut::OtherKey);
        }
        let payload = Payload { msg: text, aad: owner };
        let plain = self.cipher().decrypt(&XNonce::from(*nonce), payload);
        plain.map(Zeroizing::new).map_err(|_| Shut::Damaged)
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Why something sealed can't be opened with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shut {
    OtherKey,
    Damaged,
}

/// Where the key lies.
pub trait KeyPlace: Send + Sync {
    /// What people call it: a path.
    fn name(&self) -> String;

    /// The key; `None` while there is none.
    ///
    /// # Errors
    /// In words, to follow the name: `can't be read: permission denied`.
    fn read(&self) -> Result<Option<SealingKey>, String>;

    /// Keeps a first key, or gives back the one that somebody has kept meanwhile.
    ///
    /// # Errors
    /// As [`KeyPlace::read`].
    fn keep(&self, key: SealingKey) -> Result<SealingKey, String>;
}

/// No place at all: nothing can be sealed.
pub(super) struct Nowhere;

impl KeyPlace for Nowhere {
    fn name(&self) -> String {
        String::from("The key file")
    }

    fn read(&self) -> Result<Option<SealingKey>, String> {
        Err(String::from("has no place here"))
    }

    fn keep(&self, _: SealingKey) -> Result<SealingKey, String> {
        Err(String::from("has no place here"))
    }
}

/// Why something sealed can't be opened, or nothing sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SealError {
    /// There is no key file.
    Missing { place: String },
    /// It can't be read, made or used.
    Unusable { place: String, reason: String },
    /// It is another key than the one that sealed this.
    OtherKey { place: String },
    /// Nothing is sealed anew while there is what only another key opens.
    Held { place: String, missing: bool, what: Sealed },
    /// What is sealed was damaged, or belongs to somebody else.
    Damaged,
}

impl SealError {
    /// What to tell of a password that waits in a mail and can't be read: what is wrong, where,
    /// and what to do.
    pub fn of_mail(&self) -> String {
        const REMEDY: &str = "resend the invitation, for which another password is made";
        match self {
            Self::Missing { place } => {
                format!("The key file {place} is missing; restore it from its copy, or {REMEDY}.")
            }
            Self::Unusable { place, reason } => {
                format!("The key file {place} {reason}; see to it, or {REMEDY}.")
            }
            Self::OtherKey { place } => format!(
                "The key file {place} is not the one that the password was sealed under; restore that one from its copy, or {REMEDY}."
            ),
            Self::Held { .. } => self.to_string(),
            Self::Damaged => format!("The password kept in this mail is damaged; {REMEDY}."),
        }
    }

    /// Why, for who can't mend it.
    pub fn plainly(&self) -> &'static str {
        match self {
            Self::Missing { .. } | Self::Held { missing: true, .. } => {
                "the key file of Portal Desk is missing"
            }
            Self::Unusable { .. } => "the key file of Portal Desk can't be used",
            Self::OtherKey { .. } | Self::Held { missing: false, .. } => {
                "the key file of Portal Desk is another than before"
            }
            Self::Damaged => "what is kept of this second factor is damaged",
        }
    }
}

impl fmt::Display for SealError {
    /// For the administrator: what is wrong, where, and what to do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const REMEDY: &str =
            "restore it from its copy, or reset the second factor of everyone who can't sign in";
        match self {
            Self::Missing { place } => write!(f, "The key file {place} is missing; {REMEDY}."),
            Self::Unusable { place, reason } => {
                write!(f, "The key file {place} {reason}; see to it, or {REMEDY}.")
            }
            Self::OtherKey { place } => write!(
                f,
                "The key file {place} is not the one that this was sealed under; {REMEDY}."
            ),
            Self::Held { place, missing: true, what } => write!(
                f,
                "The key file {place} is missing, and {} sealed under it; restore it from its copy, or {}: once none is left, a new key is made.",
                what.words, what.rid
            ),
            Self::Held { place, missing: false, what } => write!(
                f,
                "The key file {place} is not the one that {} sealed under; restore that one from its copy, or {}: once none is left, this one is used.",
                what.words, what.rid
            ),
            Self::Damaged => f.write_str(
                "What is kept of this second factor is damaged; reset the second factor.",
            ),
        }
    }
}

/// What is sealed for whom: a record of one kind, by its number.
pub(super) fn owner(what: &str, number: u64) -> Vec<u8> {
    [what.as_bytes(), &[0], &number.to_le_bytes()].concat()
}

impl Desk {
    /// Seals a text for `owner`; a first key is made when there is none yet.
    ///
    /// # Errors
    /// Inside, when the key can't be had; outside, when the system gives no random numbers, or
    /// the store can't be read.
    pub(super) fn seal(
        &self,
        plain: &[u8],
        owner: &[u8],
    ) -> Result<Result<Vec<u8>, SealError>, DeskError> {
        let mut nonce = [0; NONCE_BYTES];
        self.clock.random(&mut nonce)?;
        let key = match self.key_to_seal()? {
            Ok(key) => key,
            Err(why) => return Ok(Err(why)),
        };
        let sealed = key.seal(plain, owner, nonce);
        sealed
            .map(Ok)
            .ok_or_else(|| DeskError::Machine(String::from("This is too long to be sealed.")))
    }

    /// Opens what was sealed for `owner`.
    pub(super) fn open_sealed(
        &self,
        sealed: &[u8],
        owner: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let place = self.keys.name();
        let key = match self.keys.read() {
            Ok(Some(key)) => key,
            Ok(None) => return Err(SealError::Missing { place }),
            Err(reason) => return Err(SealError::Unusable { place, reason }),
        };
        key.open(sealed, owner).map_err(|shut| match shut {
            Shut::OtherKey => SealError::OtherKey { place },
            Shut::Damaged => SealError::Damaged,
        })
    }

    /// Why nothing can be sealed here; `None` when it can, or a first key is still to be made.
    ///
    /// # Errors
    /// When the store can't be read.
    pub(super) fn why_not_sealed(&self) -> Result<Option<SealError>, DeskError> {
        Ok(self.present_key()?.err())
    }

    fn key_to_seal(&self) -> Result<Result<SealingKey, SealError>, DeskError> {
        let kept = match self.present_key()? {
            Ok(Some(key)) => return Ok(Ok(key)),
            Ok(None) => new_key(&*self.clock).map(|key| self.keys.keep(key))?,
            Err(why) => return Ok(Err(why)),
        };
        Ok(kept.map_err(|reason| SealError::Unusable { place: self.keys.name(), reason }))
    }

    /// The key that things are sealed under; `None` while a first one is still to be made.
    ///
    /// Neither a new key nor another one is taken while something is there that it does not
    /// open: else restoring the old key would shut out who was sealed under the new one.
    fn present_key(&self) -> Result<Result<Option<SealingKey>, SealError>, DeskError> {
        let place = self.keys.name();
        let key = match self.keys.read() {
            Ok(key) => key,
            Err(reason) => return Ok(Err(SealError::Unusable { place, reason })),
        };
        Ok(match self.sealed_otherwise(key.as_ref())? {
            Some(what) => Err(SealError::Held { place, missing: key.is_none(), what }),
            None => Ok(key),
        })
    }
}

fn new_key(clock: &dyn Clock) -> Result<SealingKey, DeskError> {
    let mut bytes = Zeroizing::new([0; KEY_BYTES]);
    clock.random(&mut *bytes)?;
    Ok(SealingKey::new(bytes))
}

/// A key that tests take away, put back and change.
#[cfg(test)]
#[derive(Default)]
pub(crate) struct TestKeys(pub std::sync::Mutex<Option<SealingKey>>);

#[cfg(test)]
impl KeyPlace for TestKeys {
    fn name(&self) -> String {
        String::from("/keys/secrets.key")
    }

    fn read(&self) -> Result<Option<SealingKey>, String> {
        Ok(self.0.lock().unwrap().clone())
    }

    fn keep(&self, key: SealingKey) -> Result<SealingKey, String> {
        Ok(self.0.lock().unwrap().get_or_insert(key).clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> SealingKey {
        SealingKey::new(Zeroizing::new([byte; KEY_BYTES]))
    }

    #[test]
    fn what_is_sealed_opens_with_its_key_for_its_owner_only() {
        let (mine, yours) = (owner("second factor", 7), owner("second factor", 8));
        let sealed = key(1).seal(b"twenty bytes of seed", &mine, [9; NONCE_BYTES]).unwrap();
        assert!(!sealed.windows(6).any(|it| it == b"twenty"));
        assert_eq!(*key(1).open(&sealed, &mine).unwrap(), b"twenty bytes of seed");
        assert_eq!(key(2).open(&sealed, &mine), Err(Shut::OtherKey));
        assert_eq!(key(1).open(&sealed, &yours), Err(Shut::Damaged));
        for at in [0, 12, sealed.len() - 1] {
            let mut bent = sealed.clone();
            bent[at] ^= 1;
            assert_eq!(key(1).open(&bent, &mine), Err(Shut::Damaged), "{at}");
        }
        for cut in [0, 1, 9, 33, sealed.len() - 1] {
            assert_eq!(key(1).open(&sealed[..cut], &mine), Err(Shut::Damaged), "{cut}");
        }
    }

    #[test]
    fn a_key_prints_nothing_of_itself() {
        assert_eq!(format!("{:?}", key(1)), "[redacted]");
    }
}
