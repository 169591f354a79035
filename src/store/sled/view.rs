//! The view: what readers see, which is the last acknowledged commit and nothing of the next.
//!
//! Owns the moment at which a commit becomes visible. While one is on its way to the disk,
//! its rows lie in sled already; `pending` holds what they were before, and readers are
//! given that. When it fails, that stays so until the store is opened anew; a page that sled
//! then can't read back, because it could not write it, is an error and never made up.

use std::collections::HashMap;

use super::directory::Directory;
use super::engine::{Bytes, Engine};
use super::totals::Totals;
use super::{codec, keys};
use crate::store::error::StoreError;
use crate::store::record::{AuditEntry, Key, Record, Stamp, Stored, UniqueKey};

/// What readers see, behind a lock that no writer holds while it waits for the disk.
#[derive(Debug, Default)]
pub struct View {
    /// The lists.
    pub directory: Directory,
    /// The totals of the last acknowledged commit.
    pub totals: Totals,
    /// What the rows of the commit on its way to the disk were before.
    pub pending: HashMap<Vec<u8>, Option<Bytes>>,
}

impl View {
    /// The value at a key.
    ///
    /// # Errors
    /// When sled can't read it.
    pub fn row(&self, engine: &Engine, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
        match self.pending.get(key) {
            Some(before) => Ok(before.clone()),
            None => engine.get(key),
        }
    }

    /// A record.
    ///
    /// # Errors
    /// When sled can't read it or it is damaged.
    pub fn record(&self, engine: &Engine, key: Key) -> Result<Option<Stored>, StoreError> {
        let row = keys::record(key);
        self.row(engine, &row)?.map(|bytes| stored(&row, &bytes)).transpose()
    }

    /// The number of the record that holds a unique key.
    ///
    /// # Errors
    /// As [`View::record`].
    pub fn owner(&self, engine: &Engine, unique: &UniqueKey) -> Result<Option<Key>, StoreError> {
        let row = keys::unique(unique);
        self.row(engine, &row)?.map(|bytes| codec::decode(&row, &bytes)).transpose()
    }

    /// The last entry of the trail about a record; 0 for none.
    ///
    /// # Errors
    /// As [`View::record`].
    pub fn head(&self, engine: &Engine, key: Key) -> Result<u64, StoreError> {
        let row = keys::head(key);
        // A row of its own says so only when the record was not written together with it.
        let apart: Option<u64> =
            self.row(engine, &row)?.map(|bytes| codec::decode(&row, &bytes)).transpose()?;
        let within = self.record(engine, key)?.map(|stored| stored.stamp.audit_seq);
        Ok(apart.max(within).unwrap_or(0))
    }
}

/// The record in a row.
///
/// # Errors
/// [`StoreError::Damaged`] when it is not the one that belongs there.
pub fn stored(row: &[u8], bytes: &[u8]) -> Result<Stored, StoreError> {
    let (stamp, record): (Stamp, Record) = codec::decode(row, bytes)?;
    if keys::record(record.key()) != row {
        let what = format!("{} lies where {} should", record.key(), keys::name(row));
        return Err(StoreError::Damaged { what });
    }
    Ok(Stored { record, stamp })
}

/// An entry of the trail that was acknowledged; such a one never changes.
///
/// # Errors
/// [`StoreError::Damaged`] when it is missing or altered.
pub fn entry(engine: &Engine, seq: u64) -> Result<AuditEntry, StoreError> {
    let row = keys::entry(seq);
    match engine.get(&row)? {
        Some(bytes) => codec::decode(&row, &bytes),
        None => Err(missing(&row)),
    }
}

/// A row that should be there is not.
pub fn missing(row: &[u8]) -> StoreError {
    StoreError::Damaged { what: format!("{} is missing", keys::name(row)) }
}
