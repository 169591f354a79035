//! The strict model: a repository in memory that says at once when a service misuses the port.
//!
//! Owns the plainest reading of the contract, without an index or a cache, so that the real
//! store can be held against it. It panics where the real one would quietly go along: a
//! record written twice in one deed, a change that the trail does not tell of, an entry
//! about a record that never was, a number given to a second record.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::domain::id::{CompanyId, SiteId, UserId};

use super::chain;
use super::changes::{AuditDraft, Changes, Committed, Guard};
use super::error::{CommitError, Moved, StoreError};
use super::facts::{Matcher, compare};
use super::line::{Line, Related, companies_of};
use super::query::{Found, List, Query, Row, place};
use super::record::{AuditEntry, Key, Kind, Record, Stamp, Stored, UniqueKey};
use super::{Repository, changes::Put};

/// A repository that forgets everything when it is dropped; for tests.
#[derive(Debug, Default)]
pub struct Memory {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    records: BTreeMap<Key, Stored>,
    uniques: BTreeMap<UniqueKey, Key>,
    trail: Vec<AuditEntry>,
    /// The last entry about each record, living or gone.
    heads: BTreeMap<Key, u64>,
    /// The highest number given of each kind.
    given: BTreeMap<Kind, u64>,
    /// Deleted records whose numbers may not come back.
    gone: BTreeSet<Key>,
}

impl Memory {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic of the model itself leaves the state as it was: it checks before it writes.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Repository for Memory {
    fn get(&self, key: Key) -> Result<Option<Stored>, StoreError> {
        Ok(self.state().records.get(&key).cloned())
    }

    fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Stored>>, StoreError> {
        let state = self.state();
        Ok(keys.iter().map(|key| state.records.get(key).cloned()).collect())
    }

    fn owners(&self, uniques: &[UniqueKey]) -> Result<Vec<Option<u64>>, StoreError> {
        let state = self.state();
        Ok(uniques.iter().map(|unique| state.uniques.get(unique).map(|key| key.id)).collect())
    }

    fn query(&self, query: &Query) -> Result<Found, StoreError> {
        Ok(self.state().query(query))
    }

    fn numbers(&self, query: &Query) -> Result<Vec<u64>, StoreError> {
        let whole = Query { page: 1, per_page: u64::MAX, ..query.clone() };
        Ok(self.state().query(&whole).rows.iter().map(Row::number).collect())
    }

    fn history(&self, key: Key, limit: usize) -> Result<Vec<AuditEntry>, StoreError> {
        let state = self.state();
        let about = |entry: &&AuditEntry| entry.targets.iter().any(|target| target.key == key);
        Ok(state.trail.iter().rev().filter(about).take(limit).cloned().collect())
    }

    fn reserve(&self, kind: Kind, count: u64) -> Result<u64, StoreError> {
        assert!(kind.is_numbered(), "a {} has no number of its own", kind.word());
        let mut state = self.state();
        let given = state.given.entry(kind).or_default();
        let first = *given + 1;
        *given += count;
        Ok(first)
    }

    fn commit(&self, changes: Changes) -> Result<Committed, CommitError> {
        let mut state = self.state();
        state.expect_wellformed(&changes);
        state.expect_told(&changes);
        state.expect_unmoved(&changes)?;
        state.expect_untaken(&changes)?;
        let audit_seq = state.extend_trail(changes.audit())?;
        for Guard { key, .. } in changes.deletes() {
            state.take_out(*key);
            state.gone.insert(*key);
        }
        // All old keys go before the new ones come: two records may swap theirs.
        let before: Vec<_> =
            changes.puts().iter().map(|put| state.take_out(put.record.key())).collect();
        let mut stamps = Vec::new();
        for (put, before) in changes.puts().iter().zip(before) {
            stamps.push(state.put_in(&put.record, before, changes.audit(), audit_seq));
        }
        Ok(Committed { audit_seq, stamps })
    }
}

impl State {
    fn version(&self, key: Key) -> u64 {
        self.records.get(&key).map_or(0, |stored| stored.stamp.version)
    }

    fn expect_wellformed(&self, changes: &Changes) {
        let mut seen = BTreeSet::new();
        let written = changes.puts().iter().map(|put| put.record.key());
        let rest = changes.deletes().iter().chain(changes.guards()).map(|guard| guard.key);
        for key in written.chain(rest) {
            assert!(seen.insert(key), "{key} occurs twice in one deed");
        }
        for guard in changes.deletes() {
            assert!(guard.expected > 0, "{} is deleted without having been read", guard.key);
        }
        for put in changes.puts() {
            let key = put.record.key();
            assert!(key.number() != Some(0), "a {} without a number", key.kind.word());
            assert!(
                put.expected > 0 || !key.kind.is_numbered() || !self.gone.contains(&key),
                "{key} was deleted; its number may not come back"
            );
        }
    }

    /// Every record that is written is named by the trail; a profile, a second factor
    /// and a sign-in are told of with their user, a job and its other runs with a run of it, runs
    /// with their job, and the counters of failed sign-ins go without saying.
    fn expect_told(&self, changes: &Changes) {
        for draft in changes.audit() {
            let named: BTreeSet<Key> = draft.targets.iter().map(|(key, _)| *key).collect();
            assert_eq!(named.len(), draft.targets.len(), "an entry names a record twice");
        }
        let told: BTreeSet<Key> =
            changes.audit().iter().flat_map(|draft| &draft.targets).map(|(key, _)| *key).collect();
        let written: BTreeSet<Key> = changes
            .puts()
            .iter()
            .map(|put| put.record.key())
            .chain(changes.deletes().iter().map(|guard| guard.key))
            .collect();
        for key in &written {
            let by_another = match key.kind {
                Kind::Profile | Kind::LoginEvent | Kind::SecondFactor => {
                    told.contains(&Key::new(Kind::User, key.id))
                }
                Kind::Job | Kind::JobRun => told
                    .iter()
                    .any(|it| it.id == key.id && matches!(it.kind, Kind::Job | Kind::JobRun)),
                Kind::Throttle | Kind::SlotKey => true,
                _ => false,
            };
            assert!(by_another || told.contains(key), "the trail does not tell of {key}");
        }
        for key in &told {
            let known = written.contains(key) || self.records.contains_key(key);
            assert!(known, "the trail tells of {key}, which is not there");
        }
    }

    fn expect_unmoved(&self, changes: &Changes) -> Result<(), CommitError> {
        let puts = changes.puts().iter().map(|put| (put.record.key(), put.expected));
        let rest = changes.deletes().iter().chain(changes.guards());
        let moved: Vec<Moved> = puts
            .chain(rest.map(|guard| (guard.key, guard.expected)))
            .map(|(key, expected)| Moved { key, expected, found: self.version(key) })
            .filter(|it| it.found != it.expected)
            .collect();
        if moved.is_empty() { Ok(()) } else { Err(CommitError::Conflict(moved)) }
    }

    fn expect_untaken(&self, changes: &Changes) -> Result<(), CommitError> {
        for unique in changes.free() {
            if let Some(owner) = self.uniques.get(unique) {
                return Err(CommitError::Taken { unique: unique.clone(), owner: owner.id });
            }
        }
        let freed: BTreeSet<Key> = changes
            .puts()
            .iter()
            .map(|put| put.record.key())
            .chain(changes.deletes().iter().map(|guard| guard.key))
            .collect();
        let mut claimed: BTreeMap<UniqueKey, u64> = BTreeMap::new();
        for Put { record, .. } in changes.puts() {
            for unique in record.unique_keys() {
                let held = self.uniques.get(&unique).filter(|key| !freed.contains(key));
                if let Some(owner) =
                    held.map(|key| key.id).or_else(|| claimed.get(&unique).copied())
                {
                    return Err(CommitError::Taken { unique, owner });
                }
                claimed.insert(unique, record.key().id);
            }
        }
        Ok(())
    }

    fn extend_trail(&mut self, drafts: &[AuditDraft]) -> Result<u64, StoreError> {
        for draft in drafts {
            let seq = self.trail.len() as u64 + 1;
            let prev_hash = self.trail.last().map_or([0; 32], |entry| entry.hash);
            let heads = &self.heads;
            let mut entry =
                draft.place(seq, prev_hash, |key| heads.get(&key).copied().unwrap_or(0));
            entry.hash = chain::hash(&entry)?;
            for (key, _) in &draft.targets {
                self.heads.insert(*key, seq);
            }
            self.trail.push(entry);
        }
        Ok(self.trail.len() as u64)
    }

    fn take_out(&mut self, key: Key) -> Option<Stored> {
        let before = self.records.remove(&key)?;
        for unique in before.record.unique_keys() {
            self.uniques.remove(&unique);
        }
        Some(before)
    }

    fn put_in(
        &mut self,
        record: &Record,
        before: Option<Stored>,
        drafts: &[AuditDraft],
        last: u64,
    ) -> Stamp {
        let key = record.key();
        let about = |draft: &AuditDraft| draft.targets.iter().any(|(target, _)| *target == key);
        let before = before.map_or(Stamp { version: 0, audit_seq: 0 }, |it| it.stamp);
        let audit_seq = drafts
            .iter()
            .rposition(about)
            .map_or(before.audit_seq, |at| last - (drafts.len() - 1 - at) as u64);
        let stamp = Stamp { version: before.version + 1, audit_seq };
        for unique in record.unique_keys() {
            self.uniques.insert(unique, key);
        }
        if let Some(number) = key.number() {
            let given = self.given.entry(key.kind).or_default();
            *given = number.max(*given);
        }
        self.records.insert(key, Stored { record: record.clone(), stamp });
        stamp
    }

    fn query(&self, query: &Query) -> Found {
        let mut lines: Vec<(Line, Row)> = match query.list {
            List::Audit => self
                .trail
                .iter()
                .map(|entry| (Line::of_audit(entry), Row::Audit(entry.clone())))
                .collect(),
            list => self
                .records
                .values()
                .filter_map(|stored| Some((Line::of(&stored.record, self)?, stored)))
                .filter(|((theirs, _), _)| *theirs == list)
                .map(|((_, line), stored)| (line, Row::Record(stored.clone())))
                .collect(),
        };
        let all = lines.len() as u64;
        let matcher = Matcher::new(&query.filter);
        lines.retain(|(line, _)| matcher.lets_through(line));
        let sort = query.list.order(query.sort);
        lines.sort_by(|(a, _), (b, _)| compare(a, b, sort));
        if query.reverse {
            lines.reverse();
        }
        let total = lines.len() as u64;
        let (page, pages, range) = place(total, query.page, query.per_page);
        let rows = lines
            .into_iter()
            .zip(0..)
            .filter(|(_, at)| range.contains(at))
            .map(|((_, row), _)| row)
            .collect();
        Found { rows, total, all, page, pages, loading: None }
    }
}

impl Related for State {
    fn company_name(&self, id: CompanyId) -> Option<String> {
        match &self.records.get(&Key::new(Kind::Company, id.0))?.record {
            Record::Company(company) => Some(company.name.raw().to_owned()),
            _ => None,
        }
    }

    fn companies_of(&self, user: UserId) -> Vec<CompanyId> {
        match self.records.get(&Key::new(Kind::Profile, user.0)).map(|it| &it.record) {
            Some(Record::Profile(profile)) => companies_of(profile),
            _ => Vec::new(),
        }
    }

    fn site_of(&self, user: UserId) -> Option<SiteId> {
        match &self.records.get(&Key::new(Kind::Profile, user.0))?.record {
            Record::Profile(profile) => Some(profile.home_site),
            _ => None,
        }
    }
}
