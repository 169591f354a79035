//! Time, place and randomness as values: the system's, and fixed ones for tests.
//!
//! The only room that may ask the system for the time or for random bytes. Everything
//! else takes a [`Clock`], so that a test decides what time it is.

use std::sync::Mutex;

use crate::domain::time::Timestamp;
use crate::domain::zone::Zone;

/// Where time and randomness come from.
pub trait Clock: Send + Sync {
    /// The present moment, UTC, milliseconds.
    fn now(&self) -> Timestamp;

    /// The time of the place where this process runs.
    fn zone(&self) -> Zone;

    /// Fills `bytes` with random numbers fit for secrets.
    ///
    /// # Errors
    /// When the system has no random source; nothing secret can be made then.
    fn random(&self, bytes: &mut [u8]) -> Result<(), NoRandomness>;
}

/// The system gave no random numbers.
#[derive(Debug, thiserror::Error)]
#[error("the system gives no random numbers ({0}); nothing secret can be made without them")]
pub struct NoRandomness(pub String);

/// The real time and the system's random numbers.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks")]
    fn now(&self) -> Timestamp {
        Timestamp::from_utc(chrono::Utc::now())
    }

    fn zone(&self) -> Zone {
        Zone(local_offset)
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks")]
    fn random(&self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        getrandom::fill(bytes).map_err(|e| NoRandomness(e.to_string()))
    }
}

/// Seconds east of UTC where this process runs, as they are at that moment.
pub fn local_offset(at: Timestamp) -> i32 {
    use chrono::{Local, Offset, TimeZone};
    Local.offset_from_utc_datetime(&at.utc().naive_utc()).fix().local_minus_utc()
}

/// A clock that a test sets, with random bytes from a counter.
#[derive(Debug)]
pub struct FixedClock {
    state: Mutex<(Timestamp, u64)>,
    zone: Zone,
}

impl FixedClock {
    /// A clock that stands at `now` until it is moved, in a place whose time is UTC.
    pub fn at(now: Timestamp) -> Self {
        Self { state: Mutex::new((now, 0)), zone: Zone::UTC }
    }

    /// The same clock in another place.
    #[must_use]
    pub fn in_zone(self, zone: Zone) -> Self {
        Self { zone, ..self }
    }

    /// Moves the clock on by `millis` milliseconds.
    pub fn advance(&self, millis: i64) {
        let mut state = self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        state.0 = state.0.plus_millis(millis);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner).0
    }

    fn zone(&self) -> Zone {
        self.zone
    }

    fn random(&self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        let mut state = self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for chunk in bytes.chunks_mut(32) {
            state.1 += 1;
            let block = blake3::hash(&state.1.to_le_bytes());
            chunk.copy_from_slice(&block.as_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}
