//! Password hashes: Argon2id in PHC strings, at most two at work at once.
//!
//! Owns what a hash costs and when one is out of date. Knows nothing of users or of what
//! follows from a wrong password.

use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError};

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};

use crate::clock::Clock;
use crate::domain::password;
use crate::domain::secret::Secret;
use crate::domain::user::PasswordHash;

use super::DeskError;

/// Hashes at work at once in the process (DOMAIN.md §7).
const AT_ONCE: usize = 2;

/// What a hash costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashCost {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes, one after the other here.
    pub lanes: u32,
}

impl HashCost {
    /// Argon2id, 19 MiB, two passes, one lane: OWASP's and DOMAIN.md §7's floor.
    pub const STANDARD: Self = Self { memory_kib: 19_456, passes: 2, lanes: 1 };
    /// The least that Argon2 allows; for tests and demonstrations, never for a store that is kept.
    pub const CHEAP: Self = Self { memory_kib: 8, passes: 1, lanes: 1 };
}

/// Who is at the hasher.
#[derive(Debug, Default)]
struct Gate {
    /// Hashes at work.
    working: usize,
    /// Callers in front of it that somebody waits for.
    waiting: usize,
}

/// Makes and checks password hashes; all callers share its gate.
#[derive(Debug)]
pub struct Hasher {
    cost: HashCost,
    gate: Mutex<Gate>,
    freed: Condvar,
    /// A hash of a password that nobody has, for names that nobody has.
    dummy: OnceLock<PasswordHash>,
}

impl Hasher {
    /// A hasher of that cost.
    pub fn new(cost: HashCost) -> Self {
        Self { cost, gate: Mutex::default(), freed: Condvar::new(), dummy: OnceLock::new() }
    }

    /// Hashes a new password with a fresh salt; takes some 24 ms at [`HashCost::STANDARD`].
    ///
    /// # Errors
    /// When the system gives no random numbers, or not the memory.
    pub fn hash(&self, password: &Secret, clock: &dyn Clock) -> Result<PasswordHash, DeskError> {
        self.hash_in(password, clock, Self::wait_for_turn)
    }

    /// The same for a password that nobody waits for yet: everybody who is waited for goes
    /// first, so that thousands of these keep nobody from signing in.
    ///
    /// # Errors
    /// As [`Hasher::hash`].
    pub fn hash_ahead(
        &self,
        password: &Secret,
        clock: &dyn Clock,
    ) -> Result<PasswordHash, DeskError> {
        self.hash_in(password, clock, Self::wait_for_quiet)
    }

    fn hash_in<'a>(
        &'a self,
        password: &Secret,
        clock: &dyn Clock,
        wait: fn(&'a Self) -> Turn<'a>,
    ) -> Result<PasswordHash, DeskError> {
        let mut salt = [0u8; 16];
        clock.random(&mut salt)?;
        let password = password::normalize(password);
        let _turn = wait(self);
        let hash = self
            .argon2()?
            .hash_password_with_salt(password.expose().as_bytes(), &salt)
            .map_err(|error| failed(&error))?;
        Ok(PasswordHash(hash.to_string()))
    }

    /// Whether `password` is the one behind `hash`; without a hash it takes as long and is not.
    ///
    /// A password over [`password::MAX_BYTES`] can't be right; it costs one hash all the same.
    ///
    /// # Errors
    /// As [`Hasher::hash`], and when the hash can't be read.
    pub fn verify(
        &self,
        password: &Secret,
        hash: Option<&PasswordHash>,
        clock: &dyn Clock,
    ) -> Result<bool, DeskError> {
        // Made before the first check of any name, so that no first check takes longer.
        let dummy = self.dummy(clock)?;
        let password = password::normalize(password);
        let fits = password.expose().len() <= password::MAX_BYTES;
        let bytes = if fits { password.expose().as_bytes() } else { &[] };
        let _turn = self.wait_for_turn();
        match self.argon2()?.verify_password(bytes, hash.unwrap_or(dummy).0.as_str()) {
            Ok(()) => Ok(fits && hash.is_some()),
            Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
            Err(error) => Err(failed(&error)),
        }
    }

    /// Whether a hash was made at another cost than is asked for now.
    pub fn is_outdated(&self, hash: &PasswordHash) -> bool {
        let Ok(parsed) = argon2::PasswordHash::new(&hash.0) else { return true };
        Params::try_from(&parsed).map_or(true, |params| {
            params.m_cost() < self.cost.memory_kib
                || params.t_cost() < self.cost.passes
                || params.p_cost() < self.cost.lanes
        })
    }

    fn dummy(&self, clock: &dyn Clock) -> Result<&PasswordHash, DeskError> {
        if let Some(dummy) = self.dummy.get() {
            return Ok(dummy);
        }
        let mut random = [0u8; 20];
        clock.random(&mut random)?;
        let made = self.hash(&password::generate(random), clock)?;
        Ok(self.dummy.get_or_init(|| made))
    }

    fn argon2(&self) -> Result<Argon2<'static>, DeskError> {
        let HashCost { memory_kib, passes, lanes } = self.cost;
        let params = Params::new(memory_kib, passes, lanes, None).map_err(|error| {
            DeskError::Machine(format!("Passwords can't be hashed at that cost: {error}."))
        })?;
        Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }

    fn wait_for_turn(&self) -> Turn<'_> {
        let mut gate = self.gate();
        gate.waiting += 1;
        let gate = self.freed.wait_while(gate, |gate| gate.working >= AT_ONCE);
        let mut gate = gate.unwrap_or_else(PoisonError::into_inner);
        gate.waiting -= 1;
        gate.working += 1;
        Turn(self)
    }

    fn wait_for_quiet(&self) -> Turn<'_> {
        let busy = |gate: &mut Gate| gate.working >= AT_ONCE || gate.waiting > 0;
        let gate = self.freed.wait_while(self.gate(), busy);
        gate.unwrap_or_else(PoisonError::into_inner).working += 1;
        Turn(self)
    }

    fn gate(&self) -> MutexGuard<'_, Gate> {
        self.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn failed(error: &argon2::password_hash::Error) -> DeskError {
    DeskError::Machine(format!(
        "The password could not be checked: {error}; try again, and tell your administrator if it goes on."
    ))
}

/// A place at the hasher; given back on drop.
struct Turn<'a>(&'a Hasher);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.gate().working -= 1;
        // All, because those who wait for quiet may have to leave it to somebody else.
        self.0.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::FixedClock;
    use crate::domain::time::Timestamp;

    fn secret(text: &str) -> Secret {
        Secret::new(text.into())
    }

    fn clock() -> FixedClock {
        FixedClock::at(Timestamp::from_millis(0))
    }

    #[test]
    fn a_hash_knows_its_password_and_no_other() {
        let (hasher, clock) = (Hasher::new(HashCost::CHEAP), clock());
        let hash = hasher.hash(&secret("tolles Gewitter am Mittag"), &clock).unwrap();
        let verify = |text: &str| hasher.verify(&secret(text), Some(&hash), &clock).unwrap();
        assert!(hash.0.starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
        assert!(verify("tolles Gewitter am Mittag"));
        assert!(!verify("tolles Gewitter am Abend"));
        assert!(!verify(""));
        assert!(!verify(&"x".repeat(password::MAX_BYTES + 1)));
    }

    #[test]
    fn two_keyboards_type_the_same_password() {
        let (hasher, clock) = (Hasher::new(HashCost::CHEAP), clock());
        let hash = hasher.hash(&secret("Zoe\u{308} und die Brombeeren"), &clock).unwrap();
        assert!(
            hasher.verify(&secret("Zo\u{eb} und die Brombeeren"), Some(&hash), &clock).unwrap()
        );
    }

    #[test]
    fn no_hash_is_never_right_and_an_unreadable_one_is_told() {
        let (hasher, clock) = (Hasher::new(HashCost::CHEAP), clock());
        assert!(!hasher.verify(&secret("anything"), None, &clock).unwrap());
        let broken = PasswordHash("$argon2id$nonsense".into());
        assert!(hasher.verify(&secret("anything"), Some(&broken), &clock).is_err());
        assert!(hasher.is_outdated(&broken));
    }

    #[test]
    fn raised_costs_make_old_hashes_outdated() {
        let clock = clock();
        let old = Hasher::new(HashCost::CHEAP).hash(&secret("correct horse"), &clock).unwrap();
        assert!(!Hasher::new(HashCost::CHEAP).is_outdated(&old));
        assert!(Hasher::new(HashCost { passes: 2, ..HashCost::CHEAP }).is_outdated(&old));
        assert!(Hasher::new(HashCost::STANDARD).is_outdated(&old));
    }

    #[test]
    fn the_gate_lets_two_through_and_the_rest_in_turn() {
        let hasher = Hasher::new(HashCost::CHEAP);
        let (first, second) = (hasher.wait_for_turn(), hasher.wait_for_turn());
        assert_eq!(hasher.gate().working, AT_ONCE);
        std::thread::scope(|scope| {
            let third = scope.spawn(|| drop(hasher.wait_for_turn()));
            drop(first);
            third.join().unwrap();
        });
        drop(second);
        assert_eq!(hasher.gate().working, 0);
    }
    #[test]
    fn who_is_waited_for_goes_before_what_is_hashed_ahead() {
        let hasher = Hasher::new(HashCost::CHEAP);
        let order = Mutex::new(Vec::new());
        let turns = (hasher.wait_for_turn(), hasher.wait_for_turn());
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    let _turn = hasher.wait_for_quiet();
                    order.lock().unwrap().push("ahead");
                });
            }
            let sign_in = scope.spawn(|| {
                let _turn = hasher.wait_for_turn();
                order.lock().unwrap().push("sign-in");
            });
            while hasher.gate().waiting == 0 {
                std::thread::yield_now();
            }
            drop(turns.0);
            sign_in.join().unwrap();
            drop(turns.1);
        });
        assert_eq!(order.into_inner().unwrap(), ["sign-in", "ahead", "ahead", "ahead"]);
    }
}
