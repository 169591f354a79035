//! The port to whatever keeps the records: [`Repository`], [`Changes`], queries, errors.
//!
//! Owns the contract; knows `domain` only. A change is data: a service reads, decides, and
//! hands over [`Changes`], which are applied all or nothing and acknowledged only when they
//! are on the disk. No closure crosses the port, it is synchronous and object-safe.

pub mod chain;
pub mod changes;
#[cfg(test)]
pub(crate) mod contract;
pub mod error;
pub mod facts;
pub mod failing;
pub mod line;
pub mod memory;
pub mod query;
pub mod record;
pub mod sled;

use std::sync::Arc;

pub use changes::{AuditDraft, Changes, Committed};
pub use error::{CommitError, StoreError};
pub use query::{Found, Query};
pub use record::{AuditEntry, Entity, Key, Kind, Record, Stamp, Stored, UniqueKey, Versioned};

/// Where records are kept.
///
/// Reads see the last acknowledged commit. All calls may come from any thread.
pub trait Repository: Send + Sync {
    /// The record of that key, with its stamp.
    ///
    /// # Errors
    /// When the store can't be read or the record is damaged.
    fn get(&self, key: Key) -> Result<Option<Stored>, StoreError>;

    /// The records of those keys, in their order; `None` where there is none.
    ///
    /// # Errors
    /// As [`Repository::get`].
    fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Stored>>, StoreError>;

    /// The numbers of the records that hold those unique keys, in their order.
    ///
    /// # Errors
    /// When the store can't be read.
    fn owners(&self, uniques: &[UniqueKey]) -> Result<Vec<Option<u64>>, StoreError>;

    /// One page of a list.
    ///
    /// # Errors
    /// When the store can't be read or a record is damaged.
    fn query(&self, query: &Query) -> Result<Found, StoreError>;

    /// The numbers of all rows that match, in the order of the list; neither page nor rows a
    /// page are looked at. While the list is still being read, this waits until it is whole.
    ///
    /// # Errors
    /// As [`Repository::query`].
    fn numbers(&self, query: &Query) -> Result<Vec<u64>, StoreError>;

    /// The trail of one record, newest first, at most `limit` entries.
    ///
    /// # Errors
    /// As [`Repository::get`].
    fn history(&self, key: Key, limit: usize) -> Result<Vec<AuditEntry>, StoreError>;

    /// Sets `count` numbers of that kind aside and returns the first; none is given twice.
    ///
    /// A number that a commit used is never given again, even when its record is deleted.
    /// What is reserved but not committed may be given again after a restart.
    ///
    /// # Errors
    /// When the store can't be read.
    fn reserve(&self, kind: Kind, count: u64) -> Result<u64, StoreError>;

    /// Applies `changes` all or nothing; returns once they are on the disk.
    ///
    /// # Errors
    /// [`CommitError::Conflict`] when a record has moved since it was read,
    /// [`CommitError::Taken`] when a unique key belongs to another record,
    /// [`CommitError::Store`] when it could not be written. Nothing is changed then; but when
    /// it was the disk that failed, the next start may find that all of it was written.
    fn commit(&self, changes: Changes) -> Result<Committed, CommitError>;
}

/// A repository shared between threads.
pub type SharedRepository = Arc<dyn Repository>;

impl<R: Repository + ?Sized> Repository for Arc<R> {
    fn get(&self, key: Key) -> Result<Option<Stored>, StoreError> {
        (**self).get(key)
    }

    fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Stored>>, StoreError> {
        (**self).get_many(keys)
    }

    fn owners(&self, uniques: &[UniqueKey]) -> Result<Vec<Option<u64>>, StoreError> {
        (**self).owners(uniques)
    }

    fn query(&self, query: &Query) -> Result<Found, StoreError> {
        (**self).query(query)
    }

    fn numbers(&self, query: &Query) -> Result<Vec<u64>, StoreError> {
        (**self).numbers(query)
    }

    fn history(&self, key: Key, limit: usize) -> Result<Vec<AuditEntry>, StoreError> {
        (**self).history(key, limit)
    }

    fn reserve(&self, kind: Kind, count: u64) -> Result<u64, StoreError> {
        (**self).reserve(kind, count)
    }

    fn commit(&self, changes: Changes) -> Result<Committed, CommitError> {
        (**self).commit(changes)
    }
}

/// Typed reads over any repository.
pub trait RepositoryExt: Repository {
    /// The number of the record that holds a unique key.
    ///
    /// # Errors
    /// As [`Repository::owners`].
    fn owner(&self, unique: &UniqueKey) -> Result<Option<u64>, StoreError> {
        Ok(self.owners(std::slice::from_ref(unique))?.into_iter().next().flatten())
    }

    /// The entity of that number.
    ///
    /// # Errors
    /// As [`Repository::get`].
    fn fetch<E: Entity>(&self, id: u64) -> Result<Option<Versioned<E>>, StoreError> {
        Ok(self.get(Key::new(E::KIND, id))?.and_then(Versioned::of))
    }

    /// The entities of those numbers, in their order, `None` where there is none.
    ///
    /// # Errors
    /// As [`Repository::get`].
    fn fetch_many<E: Entity>(&self, ids: &[u64]) -> Result<Vec<Option<Versioned<E>>>, StoreError> {
        let keys: Vec<Key> = ids.iter().map(|id| Key::new(E::KIND, *id)).collect();
        Ok(self.get_many(&keys)?.into_iter().map(|it| it.and_then(Versioned::of)).collect())
    }
}

impl<R: Repository + ?Sized> RepositoryExt for R {}
