//! The view: what readers see, which is the last acknowledged commit and nothing of the next.
//!
//! Owns the moment at which a commit becomes visible. While one is on its way to the disk,
//! its rows lie in sled already; `pending` holds what they were before, and readers are
//! given that. When it fails, that stays so until the store is opened anew; a page that sled
//! then can't read back, because it could not write it, is an error and never made up.

use std::collections::HashMap;

use super::directory::Directory;
use super::engine::{Bytes, Engine};
use super::reading::Reading;
use super::totals::Totals;
use super::uniques::{self, Uniques};
use super::{block, codec, keys};
use crate::store::error::StoreError;
use crate::store::record::{AuditEntry, Key, Kind, Record, Stamp, Stored, UniqueKey};

/// What readers see, behind a lock that no writer holds while it waits for the disk.
#[derive(Debug, Default)]
pub struct View {
    /// The lists.
    pub directory: Directory,
    /// Who may hold each unique key.
    pub uniques: Uniques,
    /// The totals of the last acknowledged commit.
    pub totals: Totals,
    /// How far the lists have been read; none when they are whole.
    pub reading: Option<Reading>,
    /// Whether the keeper still reads or checks.
    pub busy: bool,
    /// Why the lists may not be whole, once that is known.
    pub failed: Option<StoreError>,
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
        if let Some((row, slot)) = block::place(key) {
            return match self.row(engine, &row)? {
                Some(bytes) => block::get(&row, &bytes, slot),
                None => Ok(None),
            };
        }
        let row = keys::record(key);
        self.row(engine, &row)?.map(|bytes| stored(&row, &bytes)).transpose()
    }

    /// The record that holds a unique key.
    ///
    /// # Errors
    /// As [`View::record`].
    pub fn owner(&self, engine: &Engine, unique: &UniqueKey) -> Result<Option<Key>, StoreError> {
        for number in self.uniques.candidates(uniques::hash(unique)) {
            let key = uniques::holder(unique, number);
            let stored = self.record(engine, key)?;
            if stored.is_some_and(|it| it.record.unique_keys().contains(unique)) {
                return Ok(Some(key));
            }
        }
        Ok(None)
    }

    /// Whether there can be neither a record of that key nor anything about it, because its
    /// number has not been given yet; what there is to be known without looking.
    pub fn is_fresh(&self, key: Key) -> bool {
        let given = |kind: Kind| self.totals.given.get(&(kind as u8)).copied().unwrap_or(0);
        match key.kind {
            // It has its user's number.
            Kind::Profile => key.id > given(Kind::User).max(given(Kind::Profile)),
            kind => key.number().is_some_and(|number| number > given(kind)),
        }
    }

    /// The last entry of the trail about a record; 0 for none.
    ///
    /// # Errors
    /// As [`View::record`].
    pub fn head(&self, engine: &Engine, key: Key) -> Result<u64, StoreError> {
        if self.is_fresh(key) {
            return Ok(0);
        }
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
        return Err(misplaced(record.key(), row));
    }
    Ok(Stored { record, stamp })
}

/// A record lies in the row of another.
pub fn misplaced(key: Key, row: &[u8]) -> StoreError {
    StoreError::Damaged { what: format!("{key} lies where {} should", keys::name(row)) }
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
