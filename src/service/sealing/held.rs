//! What is sealed under another key than the one that is there: nothing is sealed anew then.

use std::sync::PoisonError;

use crate::domain::factor::SecondFactor;
use crate::domain::mail::{Mail, MailState};
use crate::domain::text::thousands;
use crate::domain::user::User;
use crate::service::{Desk, DeskError, Sort};
use crate::store::query::{Clause, Filter, List, Status, Test};
use crate::store::{Entity, RepositoryExt};

use super::{MARK_BYTES, SealingKey};

/// People who are named when the key is lost that their second factors or mails need.
const NAMED: usize = 5;

/// What is sealed under a key that is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::service) struct Sealed {
    /// In words, to be followed by `sealed`.
    pub words: String,
    /// What rids of it, as an order.
    pub rid: &'static str,
}

impl Sealed {
    /// Of those second factors and passwords that wait in mails, each by who they are for.
    fn of(factors: Option<String>, mails: Option<String>) -> Option<Self> {
        let (words, rid) = match (factors, mails) {
            (None, None) => return None,
            (Some(factors), None) => (factors, "reset each of them"),
            (None, Some(mails)) => (mails, "resend or cancel each of these mails"),
            (Some(factors), Some(mails)) => (
                format!("{factors}, and {mails}"),
                "reset each of these second factors and resend or cancel each of these mails",
            ),
        };
        Some(Self { words, rid })
    }
}

impl Desk {
    /// What is sealed under another key than that.
    ///
    /// Once nothing is, that is remembered of this key: what is sealed from then on is sealed
    /// under it, or under another one that was looked at in its turn.
    pub(super) fn sealed_otherwise(
        &self,
        key: Option<&SealingKey>,
    ) -> Result<Option<Sealed>, DeskError> {
        let mark = key.map(SealingKey::mark);
        let proven = || self.proven_key.lock().unwrap_or_else(PoisonError::into_inner);
        if mark.is_some() && *proven() == mark {
            return Ok(None);
        }
        let is_other = |sealed: &[u8]| mark.is_none_or(|mark| !is_marked(sealed, mark));
        // A second factor that was only begun does not count: it is begun anew each time.
        let kept = self.all_kept::<SecondFactor>(List::SecondFactors, Filter::default())?;
        let others = kept.into_iter().filter(|it| it.enrolled_at.is_some());
        let others = others.filter(|it| is_other(&it.sealed_seed));
        let factors = self.sealed_for(&others.map(|it| it.user.0).collect::<Vec<_>>())?;
        let mails = self.all_kept::<Mail>(List::Mails, that_can_be_sent())?.into_iter();
        let mails = mails.filter(|it| it.sealed_secret.as_deref().is_some_and(is_other));
        let mails = self.sealed_for(&mails.map(|it| it.user.0).collect::<Vec<_>>())?;
        let words = |one: &str, several: &str, names: Names| match names {
            Names { is_one: true, words } => format!("the {one} {words} is"),
            Names { is_one: false, words } => format!("the {several} {words} are"),
        };
        let sealed = Sealed::of(
            factors.map(|it| words("second factor of", "second factors of", it)),
            mails.map(|it| words("password to be mailed to", "passwords to be mailed to", it)),
        );
        if sealed.is_none() {
            *proven() = mark;
        }
        Ok(sealed)
    }

    /// Every entity of a list that passes a filter.
    fn all_kept<E: Entity>(&self, list: List, filter: Filter) -> Result<Vec<E>, DeskError> {
        self.first(list, filter, Sort::Number, u64::MAX)
    }

    /// The User IDs of some users, the first few of them; none of nobody.
    fn sealed_for(&self, users: &[u64]) -> Result<Option<Names>, DeskError> {
        let named = self.repo.fetch_many::<User>(&users[..users.len().min(NAMED)])?;
        let mut names: Vec<String> =
            named.into_iter().flatten().map(|it| it.value.user_id().to_string()).collect();
        let more = users.len().saturating_sub(NAMED);
        if more > 0 {
            names.push(format!("{} more", thousands(more as u64)));
        }
        let Some(last) = names.pop() else { return Ok(None) };
        Ok(Some(match names.is_empty() {
            true => Names { is_one: true, words: last },
            false => Names { is_one: false, words: format!("{} and {last}", names.join(", ")) },
        }))
    }
}

/// Whom something belongs to, in words.
struct Names {
    is_one: bool,
    words: String,
}

/// The mails in which something may be sealed.
fn that_can_be_sent() -> Filter {
    let ended = MailState::ALL.into_iter().filter(|it| !it.may_hold_secret());
    let not = |state| Clause { not: true, test: Test::Status(Status::Mail(state)) };
    Filter { clauses: ended.map(not).collect(), ..Filter::default() }
}

/// Whether something sealed bears the mark of that key.
fn is_marked(sealed: &[u8], mark: [u8; MARK_BYTES]) -> bool {
    sealed.split_first().is_some_and(|(_, rest)| rest.starts_with(&mark))
}
