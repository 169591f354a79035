//! A decorator that fails on purpose: the Nth operation, or every read.
//!
//! Owns the counting; knows nothing of what it wraps. A sweep runs a deed once to learn how
//! many operations it takes, then once for each of them, and checks that a failure anywhere
//! leaves all or nothing.

use std::sync::atomic::{AtomicU64, Ordering};

use super::Repository;
use super::changes::{Changes, Committed};
use super::error::{CommitError, StoreError};
use super::query::{Found, Query};
use super::record::{AuditEntry, Key, Kind, Stored, UniqueKey};

/// What fails. A failed operation never reaches the repository behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Nothing: only count.
    Never,
    /// The operation of that number, from 1, and no other.
    Nth(u64),
    /// Every operation but commits.
    Reads,
    /// Every commit.
    Commits,
}

/// A repository whose operations are counted and fail on purpose; for tests.
#[derive(Debug)]
pub struct Failing<R> {
    inner: R,
    failure: Failure,
    operations: AtomicU64,
}

impl<R: Repository> Failing<R> {
    /// Wraps a repository.
    pub const fn new(inner: R, failure: Failure) -> Self {
        Self { inner, failure, operations: AtomicU64::new(0) }
    }

    /// How many operations there were, the failed ones included.
    pub fn operations(&self) -> u64 {
        self.operations.load(Ordering::Relaxed)
    }

    /// The repository behind, to look at what was left.
    pub const fn inner(&self) -> &R {
        &self.inner
    }

    fn step(&self, is_commit: bool) -> Result<(), StoreError> {
        let number = self.operations.fetch_add(1, Ordering::Relaxed) + 1;
        let fails = match self.failure {
            Failure::Never => false,
            Failure::Nth(chosen) => number == chosen,
            Failure::Reads => !is_commit,
            Failure::Commits => is_commit,
        };
        if !fails {
            return Ok(());
        }
        let deed = if is_commit { "written" } else { "read" };
        Err(StoreError::Io { deed, reason: format!("operation {number} fails on purpose") })
    }
}

impl<R: Repository> Repository for Failing<R> {
    fn get(&self, key: Key) -> Result<Option<Stored>, StoreError> {
        self.step(false)?;
        self.inner.get(key)
    }

    fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Stored>>, StoreError> {
        self.step(false)?;
        self.inner.get_many(keys)
    }

    fn owners(&self, uniques: &[UniqueKey]) -> Result<Vec<Option<u64>>, StoreError> {
        self.step(false)?;
        self.inner.owners(uniques)
    }

    fn query(&self, query: &Query) -> Result<Found, StoreError> {
        self.step(false)?;
        self.inner.query(query)
    }

    fn numbers(&self, query: &Query) -> Result<Vec<u64>, StoreError> {
        self.step(false)?;
        self.inner.numbers(query)
    }

    fn history(&self, key: Key, limit: usize) -> Result<Vec<AuditEntry>, StoreError> {
        self.step(false)?;
        self.inner.history(key, limit)
    }

    fn reserve(&self, kind: Kind, count: u64) -> Result<u64, StoreError> {
        self.step(false)?;
        self.inner.reserve(kind, count)
    }

    fn commit(&self, changes: Changes) -> Result<Committed, CommitError> {
        self.step(true)?;
        self.inner.commit(changes)
    }
}

#[cfg(test)]
mod tests {
    use super::super::contract::sample::*;
    use super::super::memory::Memory;
    use super::*;

    /// Reserves, looks and commits twice; five operations.
    fn deed(repo: &dyn Repository) -> Result<(), CommitError> {
        let id = repo.reserve(Kind::Contact, 1)?;
        repo.get(Key::new(Kind::Contact, id))?;
        repo.commit(creating([contact(id, "Anna Arndt", "", None).into()]))?;
        repo.history(Key::new(Kind::Contact, id), 1)?;
        repo.commit(creating([company(1, "Acme").into()]))?;
        Ok(())
    }

    #[test]
    fn each_operation_fails_once_and_before_it_is_done() {
        let counted = Failing::new(Memory::new(), Failure::Never);
        deed(&counted).unwrap();
        assert_eq!(counted.operations(), 5);
        let left = [0, 0, 0, 1, 1];
        for (nth, entries) in (1..).zip(left) {
            let failing = Failing::new(Memory::new(), Failure::Nth(nth));
            let error = deed(&failing).unwrap_err().to_string();
            assert!(error.contains(&format!("operation {nth} fails")), "{error}");
            assert_eq!(failing.operations(), nth);
            assert_eq!(whole_trail(failing.inner()).len(), entries);
        }
    }

    #[test]
    fn reads_or_commits_fail_as_a_whole() {
        let failing = Failing::new(Memory::new(), Failure::Reads);
        failing.reserve(Kind::Contact, 1).unwrap_err();
        failing.query(&listing(crate::store::query::List::Contacts)).unwrap_err();
        failing.commit(creating([company(1, "Acme").into()])).unwrap();
        let failing = Failing::new(Memory::new(), Failure::Commits);
        failing.get(Key::new(Kind::Contact, 1)).unwrap();
        failing.commit(creating([company(1, "Acme").into()])).unwrap_err();
        assert_eq!(whole_trail(failing.inner()).len(), 0);
    }
}
