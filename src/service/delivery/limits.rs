//! How many mails go out within an hour, to one address and altogether.
//!
//! Owns the sliding hour. It is counted in memory and, after a start, from what the mails
//! themselves say of when they went out; mails of users that are gone are not in that.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use crate::domain::fold;
use crate::domain::mail::Mail;
use crate::domain::text::Text;
use crate::domain::time::{HOUR, Timestamp};

use super::super::post::MailPolicy;

/// The mails of the last hour.
#[derive(Debug, Default)]
pub struct Limits {
    /// All of them, the oldest first.
    all: VecDeque<(Timestamp, Arc<str>)>,
    /// The same by their addresses, folded.
    to: HashMap<Arc<str>, VecDeque<Timestamp>>,
    /// Mails that were told to wait for a place among all since the last one got one.
    beyond: usize,
}

impl Limits {
    /// What mails of the last hour say that were sent in it.
    pub fn of<'a>(mails: impl IntoIterator<Item = &'a Mail>, now: Timestamp) -> Self {
        let mut sent: Vec<(Timestamp, &Text)> =
            mails.into_iter().filter_map(|it| Some((it.sent_at?, &it.address))).collect();
        sent.retain(|(at, _)| (0..HOUR).contains(&now.millis_since(*at)));
        sent.sort_by_key(|(at, _)| *at);
        let mut limits = Self::default();
        for (at, address) in sent {
            limits.count(address, at);
        }
        limits
    }

    /// Keeps a place for a mail to that address.
    ///
    /// # Errors
    /// When there is none: since when there will be one.
    pub fn keep(
        &mut self,
        address: &Text,
        policy: &MailPolicy,
        now: Timestamp,
    ) -> Result<(), Timestamp> {
        self.forget(now);
        let to = self.to.get(folded(address).as_str());
        if let Some(at) = to.and_then(|it| freed(it, policy.per_recipient, 0, |at| *at)) {
            return Err(at);
        }
        if let Some(at) = freed(&self.all, policy.per_hour, self.beyond, |it| it.0) {
            self.beyond += 1;
            return Err(at);
        }
        self.beyond = 0;
        self.count(address, now);
        Ok(())
    }

    /// Gives the last place back that was kept for that address: nothing went out to it.
    pub fn give_back(&mut self, address: &Text) {
        let address = folded(address);
        let Some(to) = self.to.get_mut(address.as_str()) else { return };
        to.pop_back();
        if to.is_empty() {
            self.to.remove(address.as_str());
        }
        if let Some(at) = self.all.iter().rposition(|it| *it.1 == *address) {
            self.all.remove(at);
        }
    }

    fn count(&mut self, address: &Text, at: Timestamp) {
        let address: Arc<str> = folded(address).into();
        self.to.entry(address.clone()).or_default().push_back(at);
        self.all.push_back((at, address));
    }

    /// Forgets what is an hour old, and what is still to come: the clock was ahead then.
    fn forget(&mut self, now: Timestamp) {
        while let Some((_, address)) = self.all.back().filter(|(at, _)| *at > now).cloned() {
            self.give_back(&Text::new(&*address));
        }
        while let Some((at, address)) = self.all.front().cloned() {
            if now.millis_since(at) < HOUR {
                break;
            }
            self.all.pop_front();
            if let Some(to) = self.to.get_mut(&address) {
                to.pop_front();
                if to.is_empty() {
                    self.to.remove(&address);
                }
            }
        }
    }
}

fn folded(address: &Text) -> String {
    fold::identity(address.raw())
}

/// When there will be a place for one more than the `beyond` that wait already; `None` when
/// there is one. Who waits is spread over the hours as the places come free.
fn freed<T>(
    kept: &VecDeque<T>,
    limit: u32,
    beyond: usize,
    at: impl Fn(&T) -> Timestamp,
) -> Option<Timestamp> {
    let limit = (limit as usize).max(1);
    let first = kept.len().checked_sub(limit)?;
    let hours = i64::try_from(1 + beyond / limit).unwrap_or(i64::MAX);
    kept.get(first + beyond % limit).map(|it| at(it).plus_millis(HOUR.saturating_mul(hours)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::MINUTE;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_millis(minutes * MINUTE)
    }

    fn policy(per_recipient: u32, per_hour: u32) -> MailPolicy {
        MailPolicy { per_recipient, per_hour, ..MailPolicy::default() }
    }

    #[test]
    fn one_address_gets_so_many_within_any_hour() {
        let (mut limits, policy) = (Limits::default(), policy(2, 100));
        let (jo, kim) = (Text::from("Jo@acme.example"), Text::from("kim@acme.example"));
        assert_eq!(limits.keep(&jo, &policy, at(0)), Ok(()));
        assert_eq!(limits.keep(&"jo@ACME.example".into(), &policy, at(20)), Ok(()));
        assert_eq!(limits.keep(&jo, &policy, at(59)), Err(at(60)));
        assert_eq!(limits.keep(&kim, &policy, at(59)), Ok(()));
        assert_eq!(limits.keep(&jo, &policy, at(60)), Ok(()));
        assert_eq!(limits.keep(&jo, &policy, at(60)), Err(at(80)));
        limits.give_back(&jo);
        assert_eq!(limits.keep(&jo, &policy, at(61)), Ok(()));
    }

    #[test]
    fn what_is_beyond_the_hour_waits_for_the_places_as_they_come_free() {
        let (mut limits, policy) = (Limits::default(), policy(100, 2));
        let mut keep = |name: &str, minutes| limits.keep(&name.into(), &policy, at(minutes));
        assert_eq!([keep("a", 0), keep("b", 10)], [Ok(()), Ok(())]);
        let waits = ["c", "d", "e"].map(|name| keep(name, 20).unwrap_err());
        assert_eq!(waits, [at(60), at(70), at(120)]);
        assert_eq!([keep("c", 60), keep("d", 60)], [Ok(()), Err(at(70))]);
    }

    #[test]
    fn a_place_that_is_given_back_is_the_last_one_of_that_address() {
        let (mut limits, policy) = (Limits::default(), policy(5, 3));
        for (name, minutes) in [("a", 0), ("b", 1), ("a", 2)] {
            limits.keep(&name.into(), &policy, at(minutes)).unwrap();
        }
        limits.give_back(&"a".into());
        limits.give_back(&"nobody".into());
        assert_eq!(limits.all, [(at(0), "a".into()), (at(1), "b".into())]);
        assert_eq!(limits.to[&Arc::from("a")], [at(0)]);
    }
}
