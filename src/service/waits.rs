//! Waits after failures: the slots that failures are counted in, and how a wait ends.
//!
//! Owns the arithmetic and the words of waiting. Whether somebody has to wait, and what is
//! written then, is decided where a password is tried.

use crate::domain::audit::Action;
use crate::domain::fold;
use crate::domain::id::UserId;
use crate::domain::login::{Door, SlotKey, THROTTLE_MAX, Throttle, wait_after};
use crate::domain::text::Text;
use crate::domain::time::{MINUTE, SECOND, Timestamp};
use crate::domain::user::User;
use crate::domain::validate::strip_portal_suffix;
use crate::store::record::SLOT_KEY;
use crate::store::{Changes, Key, Kind, RepositoryExt, Versioned};

use super::attempt::Refusal;
use super::{Desk, DeskError};

/// Slots that failures are counted in; what the counters can take up at most.
const SLOTS: u64 = 65_536;
/// How often a try that is not looked at is told of, in milliseconds.
const TOLD_EVERY: i64 = MINUTE;
/// Entries of a user's trail in which failures are looked for when their waits end.
const WAITS_LOOKED_BACK: usize = 200;

impl Desk {
    /// Adds to `changes` that the waits of a user end: at every door, and at the portal for
    /// every host that the trail knows.
    pub(super) fn forget_waits(
        &self,
        mut changes: Changes,
        user: &User,
    ) -> Result<Changes, DeskError> {
        let Some(key) = self.kept_slot_key()? else { return Ok(changes) };
        for throttle in self.waits_in(&self.slots_of(&key, user)?)? {
            let key = Key::new(Kind::Throttle, throttle.value.slot);
            changes = changes.delete(key, throttle.stamp);
        }
        Ok(changes)
    }

    /// The slots that the failures of a user may be counted in, each once.
    pub(super) fn slots_of(&self, key: &SlotKey, user: &User) -> Result<Vec<u64>, DeskError> {
        Ok(self.places_of(key, user)?.into_iter().map(|it| it.slot).collect())
    }

    /// Where a user may have to wait, each slot once: both doors of the console, and the portal
    /// for every host that the trail knows.
    pub(super) fn places_of(&self, key: &SlotKey, user: &User) -> Result<Vec<Place>, DeskError> {
        let whose = Whose::Account(user.id);
        let at = |door, host: Option<Text>| {
            let slot = slot(key, door, whose, host.as_ref().unwrap_or(&Text::default()));
            Place { slot, door, host }
        };
        let mut places = vec![at(Door::Console, None), at(Door::Command, None)];
        for entry in self.repo.history(Key::new(Kind::User, user.id.0), WAITS_LOOKED_BACK)? {
            if entry.action == Action::SignInRefused {
                places.push(at(Door::Portal, Some(entry.actor.origin)));
            }
        }
        places.sort_by_key(|it| it.slot);
        places.dedup_by_key(|it| it.slot);
        Ok(places)
    }

    /// Whether some door still has a wait of a user.
    pub(super) fn has_waits(&self, user: &User) -> Result<bool, DeskError> {
        let Some(key) = self.kept_slot_key()? else { return Ok(false) };
        let (waits, now) = (self.waits_in(&self.slots_of(&key, user)?)?, self.clock.now());
        Ok(waits.iter().any(|it| waits_until(&it.value, now).is_some()))
    }

    /// The counters in those slots that there are.
    pub(super) fn waits_in(&self, slots: &[u64]) -> Result<Vec<Versioned<Throttle>>, DeskError> {
        Ok(self.repo.fetch_many::<Throttle>(slots)?.into_iter().flatten().collect())
    }

    /// What slots are hashed with, once a password has been tried at all.
    pub(super) fn kept_slot_key(&self) -> Result<Option<SlotKey>, DeskError> {
        Ok(self.repo.fetch::<SlotKey>(SLOT_KEY)?.map(|it| it.value))
    }

    /// What slots are hashed with, and whether it is new and has still to be kept.
    pub(super) fn slot_key(&self) -> Result<(SlotKey, bool), DeskError> {
        if let Some(kept) = self.repo.fetch::<SlotKey>(SLOT_KEY)? {
            return Ok((kept.value, false));
        }
        let mut random = [0; 32];
        self.clock.random(&mut random)?;
        Ok((SlotKey(random), true))
    }
}

/// Where somebody's failures may be counted.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub slot: u64,
    pub door: Door,
    /// The host, at the portal.
    pub host: Option<Text>,
}

/// Whose failures are counted together.
#[derive(Debug, Clone, Copy)]
pub(super) enum Whose<'a> {
    /// An account's, whichever of its names was typed.
    Account(UserId),
    /// Those of a name that nobody has, as [`sign_in_name`] gives it.
    Name(&'a str),
}

/// The form in which a name that nobody has is counted: folded, without `.P`.
pub(super) fn sign_in_name(typed: &str) -> String {
    fold::identity(strip_portal_suffix(typed.trim()))
}

/// The slot that somebody's failures at a door are counted in.
///
/// The portal tells hosts apart; at the console and for commands the host is what the
/// environment claims, and whoever guesses could claim another one each time. Two may share
/// a slot and then wait together: the price of a bounded number.
pub(super) fn slot(key: &SlotKey, door: Door, whose: Whose<'_>, host: &Text) -> u64 {
    let mut hasher = blake3::Hasher::new_keyed(&key.0);
    hasher.update(door.word().as_bytes());
    match whose {
        Whose::Account(id) => hasher.update(&[0]).update(&id.0.to_le_bytes()),
        Whose::Name(name) => hasher.update(&[1]).update(name.as_bytes()),
    };
    if door == Door::Portal {
        hasher.update(&[0]).update(host.raw().as_bytes());
    }
    let mut head = [0u8; 8];
    head.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    u64::from_le_bytes(head) % SLOTS
}

/// The slot after one more failure.
pub(super) fn after_failure(before: Option<&Throttle>, slot: u64, now: Timestamp) -> Throttle {
    let failed = before.map_or(0, |it| it.failed).saturating_add(1);
    Throttle { slot, failed, until: wait_after(failed).map(|wait| now.plus_millis(wait)) }
}

/// The slot in which is kept when a try that was not looked at was last told of.
///
/// They lie behind those of the failures, as many again.
pub(super) const fn telling_slot(slot: u64) -> u64 {
    SLOTS + slot
}

/// That slot after telling: no more is told before its time.
pub(super) fn after_telling(slot: u64, now: Timestamp) -> Throttle {
    Throttle { slot: telling_slot(slot), failed: 1, until: Some(now.plus_millis(TOLD_EVERY)) }
}

/// Whether such a try was told of this minute; one of a time to come is none.
pub(super) fn is_told(told: &Throttle, now: Timestamp) -> bool {
    told.until.is_some_and(|until| (1..=TOLD_EVERY).contains(&until.millis_since(now)))
}

/// The end of a wait that is still on.
///
/// A wait longer than there are any is none: the clock has been put back meanwhile.
pub(super) fn waits_until(throttle: &Throttle, now: Timestamp) -> Option<Timestamp> {
    throttle.until.filter(|until| (1..=THROTTLE_MAX).contains(&until.millis_since(now)))
}

/// The sentence for who has to wait, and until when.
pub(super) fn wait_refusal(now: Timestamp, until: Timestamp) -> Refusal {
    Refusal {
        message: format!(
            "Too many sign-ins failed with this name; wait {}, then try again.",
            wait_in_words(now, until)
        ),
        retry_at: Some(until),
    }
}

/// How long a wait still is: `3 minutes`, rounded up.
pub(super) fn wait_in_words(now: Timestamp, until: Timestamp) -> String {
    let millis = until.millis_since(now);
    let (count, unit) = if millis > 2 * MINUTE {
        (millis.div_euclid(MINUTE) + i64::from(millis.rem_euclid(MINUTE) > 0), "minute")
    } else {
        (millis.div_euclid(SECOND) + i64::from(millis.rem_euclid(SECOND) > 0), "second")
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::DAY;

    #[test]
    fn waits_are_told_in_words() {
        let now = Timestamp::from_millis(0);
        for (millis, words) in [
            (1, "1 second,"),
            (1_000, "1 second,"),
            (1_001, "2 seconds,"),
            (120_000, "120 seconds,"),
            (128_000, "3 minutes,"),
            (300_000, "5 minutes,"),
        ] {
            let refusal = wait_refusal(now, now.plus_millis(millis));
            assert!(refusal.message.contains(words), "{millis}: {}", refusal.message);
        }
    }

    #[test]
    fn a_wait_ends_in_time_and_when_the_clock_is_put_back() {
        let throttle = after_failure(
            Some(&Throttle { slot: 1, failed: 20, until: None }),
            1,
            Timestamp::from_millis(DAY),
        );
        let at = |millis| waits_until(&throttle, Timestamp::from_millis(millis)).is_some();
        assert_eq!(throttle.failed, 21);
        assert!(at(DAY) && at(DAY + THROTTLE_MAX - 1));
        assert!(!at(DAY + THROTTLE_MAX) && !at(DAY - 1) && !at(0));
    }

    #[test]
    fn slots_are_of_one_door_one_account_and_one_store() {
        let (one, other) = (SlotKey([1; 32]), SlotKey([2; 32]));
        let at = |key, door, whose, host: &str| slot(key, door, whose, &Text::from(host));
        let account = Whose::Account(UserId(7));
        let console = at(&one, Door::Console, account, "a");
        assert_eq!(console, at(&one, Door::Console, account, "b"), "a claimed host");
        assert_ne!(console, at(&one, Door::Command, account, "a"));
        assert_ne!(console, at(&other, Door::Console, account, "a"), "another store");
        assert_ne!(console, at(&one, Door::Console, Whose::Account(UserId(8)), "a"));
        let portal = at(&one, Door::Portal, account, "a");
        assert_ne!(portal, at(&one, Door::Portal, account, "b"));
        assert_eq!(sign_in_name("K.Lee.p"), sign_in_name(" k.lee "));
        assert!((0..2_000).all(|n| {
            let name = format!("name{n}");
            slot(&one, Door::Console, Whose::Name(&name), &Text::default()) < SLOTS
        }));
        assert_eq!(format!("{one:?}"), "[redacted]");
    }
}
