//! Waits after failures: the slots that failures are counted in, and how a wait ends.
//!
//! Owns the arithmetic and the words of waiting. Whether somebody has to wait, and what is
//! written then, is decided where a password is tried.

use crate::domain::audit::Action;
use crate::domain::fold;
use crate::domain::login::{THROTTLE_MAX, Throttle, wait_after};
use crate::domain::text::Text;
use crate::domain::time::{MINUTE, SECOND, Timestamp};
use crate::domain::user::User;
use crate::domain::validate::strip_portal_suffix;
use crate::store::{Changes, Key, Kind, RepositoryExt};

use super::attempt::Refusal;
use super::{Desk, DeskError};

/// Slots that failures are counted in; what the counters can take up at most.
const SLOTS: u64 = 65_536;
/// Entries of a user's trail in which failures are looked for when their waits end.
const WAITS_LOOKED_BACK: usize = 200;

impl Desk {
    /// Adds to `changes` that the waits of a user end: at every host that the trail knows.
    pub(super) fn forget_waits(
        &self,
        mut changes: Changes,
        user: &User,
    ) -> Result<Changes, DeskError> {
        let key = Key::new(Kind::User, user.id.0);
        let mut hosts: Vec<Text> = Vec::new();
        for entry in self.repo.history(key, WAITS_LOOKED_BACK)? {
            let host = entry.actor.origin;
            if entry.action == Action::SignInRefused && !hosts.contains(&host) {
                hosts.push(host);
            }
        }
        let names: Vec<String> = std::iter::once(&user.login_name)
            .chain(&user.email)
            .map(|name| sign_in_name(name.raw()))
            .collect();
        let mut slots: Vec<u64> =
            hosts.iter().flat_map(|host| names.iter().map(|name| slot(name, host))).collect();
        slots.sort_unstable();
        slots.dedup();
        for throttle in self.repo.fetch_many::<Throttle>(&slots)?.into_iter().flatten() {
            let key = Key::new(Kind::Throttle, throttle.value.slot);
            changes = changes.delete(key, throttle.stamp);
        }
        Ok(changes)
    }
}

/// The form in which a typed name is looked up and counted: folded, without `.P`.
pub(super) fn sign_in_name(typed: &str) -> String {
    fold::identity(strip_portal_suffix(typed.trim()))
}

/// The slot that a name at a host is counted in.
///
/// Two names may share a slot and then wait together: the price of a bounded number.
pub(super) fn slot(name: &str, host: &Text) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(name.as_bytes()).update(&[0]).update(host.raw().as_bytes());
    let mut head = [0u8; 8];
    head.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    u64::from_le_bytes(head) % SLOTS
}

/// The slot after one more failure.
pub(super) fn after_failure(before: Option<&Throttle>, slot: u64, now: Timestamp) -> Throttle {
    let failed = before.map_or(0, |it| it.failed).saturating_add(1);
    Throttle { slot, failed, until: wait_after(failed).map(|wait| now.plus_millis(wait)) }
}

/// The end of a wait that is still on.
///
/// A wait longer than there are any is none: the clock has been put back meanwhile.
pub(super) fn waits_until(throttle: &Throttle, now: Timestamp) -> Option<Timestamp> {
    throttle.until.filter(|until| (1..=THROTTLE_MAX).contains(&until.millis_since(now)))
}

/// The sentence for who has to wait, and until when.
pub(super) fn wait_refusal(now: Timestamp, until: Timestamp) -> Refusal {
    let millis = until.millis_since(now);
    let (count, unit) = if millis > 2 * MINUTE {
        (millis.div_euclid(MINUTE) + i64::from(millis.rem_euclid(MINUTE) > 0), "minute")
    } else {
        (millis.div_euclid(SECOND) + i64::from(millis.rem_euclid(SECOND) > 0), "second")
    };
    let plural = if count == 1 { "" } else { "s" };
    Refusal {
        message: format!(
            "Too many sign-ins failed with this name; wait {count} {unit}{plural}, then try again."
        ),
        retry_at: Some(until),
    }
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
    fn a_name_at_a_host_has_one_slot_however_it_is_typed() {
        let slot_of = |name: &str, host: &str| slot(&sign_in_name(name), &Text::from(host));
        assert_eq!(slot_of("K.Lee.p", "a"), slot_of(" k.lee ", "a"));
        assert_ne!(slot_of("k.lee", "a"), slot_of("k.lee", "b"));
        assert!((0..2_000).all(|n| slot_of(&format!("name{n}"), "a") < SLOTS));
    }
}
