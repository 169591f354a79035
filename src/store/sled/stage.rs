//! Staging: from changes to the rows that they write, all checks included.
//!
//! Owns the decision whether a commit goes through and what exactly it writes; writes
//! nothing itself. The one writer calls it, so that nothing moves meanwhile.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;

use super::block::{self, Edits};
use super::engine::{Bytes, Engine};
use super::totals::Totals;
use super::uniques::{self, Moves};
use super::view::View;
use super::{codec, keys};
use crate::store::chain;
use crate::store::changes::{Changes, Committed};
use crate::store::error::{CommitError, Moved, StoreError};
use crate::store::record::{Key, Kind, Stamp, Stored, UniqueKey};

/// A commit that will go through: its rows, and what follows from it.
#[derive(Debug)]
pub struct Staged {
    /// The rows, by key.
    pub writes: BTreeMap<Vec<u8>, Write>,
    /// The totals after it.
    pub totals: Totals,
    /// What becomes of the table of unique keys.
    pub moves: Moves,
    /// The answer once it is on the disk.
    pub committed: Committed,
}

/// What a row was and what it will be; `None` for no row.
#[derive(Debug)]
pub struct Write {
    /// What it was.
    pub before: Option<Bytes>,
    /// What it will be.
    pub after: Option<Vec<u8>>,
}

struct Stage<'a> {
    engine: &'a Engine,
    view: &'a View,
    changes: &'a Changes,
    /// The records that are written or deleted, as they are now.
    current: HashMap<Key, Stored>,
    writes: BTreeMap<Vec<u8>, Write>,
    /// What becomes of records that lie in blocks, by the row of the block.
    blocks: BTreeMap<Vec<u8>, Edits>,
    moves: Moves,
    totals: Totals,
}

/// Checks the changes against what is there and works out what to write.
///
/// # Errors
/// As [`crate::store::Repository::commit`].
pub fn stage(engine: &Engine, view: &View, changes: &Changes) -> Result<Staged, CommitError> {
    let mut stage = Stage {
        engine,
        view,
        changes,
        current: HashMap::new(),
        writes: BTreeMap::new(),
        blocks: BTreeMap::new(),
        moves: Moves::default(),
        totals: view.totals.clone(),
    };
    stage.expect_unmoved()?;
    stage.expect_free()?;
    stage.move_unique_keys()?;
    let told = stage.extend_trail()?;
    let stamps = stage.write_records(&told)?;
    stage.write_blocks()?;
    stage.finish_totals()?;
    let committed = Committed { audit_seq: stage.totals.audit_seq, stamps };
    let Stage { writes, totals, moves, .. } = stage;
    Ok(Staged { writes, totals, moves, committed })
}

impl Stage<'_> {
    fn expect_unmoved(&mut self) -> Result<(), CommitError> {
        let puts = self.changes.puts().iter().map(|put| (put.record.key(), put.expected));
        let rest = self.changes.deletes().iter().chain(self.changes.guards());
        let mut seen = BTreeSet::new();
        let mut moved = Vec::new();
        for (key, expected) in puts.chain(rest.map(|guard| (guard.key, guard.expected))) {
            let stored = match self.view.is_fresh(key) {
                true => None,
                false => self.view.record(self.engine, key)?,
            };
            let version = stored.as_ref().map_or(0, |stored| stored.stamp.version);
            // A record named twice in one deed has moved by the time of the second.
            let found = if seen.insert(key) { version } else { version + 1 };
            if found != expected {
                moved.push(Moved { key, expected, found });
            }
            self.current.extend(stored.map(|stored| (key, stored)));
        }
        if moved.is_empty() { Ok(()) } else { Err(CommitError::Conflict(moved)) }
    }

    /// Keys that nobody may hold, although nothing here claims them.
    fn expect_free(&self) -> Result<(), CommitError> {
        for unique in self.changes.free() {
            if let Some(owner) = self.view.owner(self.engine, unique)? {
                return Err(CommitError::Taken { unique: unique.clone(), owner: owner.id });
            }
        }
        Ok(())
    }

    /// Frees the unique keys of all records that are written or deleted, then claims the
    /// new ones, so that two records may swap theirs.
    fn move_unique_keys(&mut self) -> Result<(), CommitError> {
        let written = self.changes.puts().iter().map(|put| put.record.key());
        let deleted = self.changes.deletes().iter().map(|guard| guard.key);
        let mut free: HashMap<UniqueKey, Key> = HashMap::new();
        for key in written.chain(deleted) {
            let keys = self.current.get(&key).into_iter().flat_map(|it| it.record.unique_keys());
            free.extend(keys.map(|unique| (unique, key)));
        }
        let mut claimed: HashMap<UniqueKey, Key> = HashMap::new();
        for put in self.changes.puts() {
            let key = put.record.key();
            for unique in put.record.unique_keys() {
                let holder = match claimed.get(&unique) {
                    Some(holder) => Some(*holder),
                    None if free.contains_key(&unique) => None,
                    None => self.view.owner(self.engine, &unique)?,
                };
                if let Some(holder) = holder {
                    return Err(CommitError::Taken { unique, owner: holder.id });
                }
                claimed.insert(unique, key);
            }
        }
        let entry =
            |(unique, key): (&UniqueKey, &Key)| (uniques::hash(unique), uniques::number(*key));
        // What a record keeps goes and comes again: two of its keys may share a hash.
        self.moves.gone = free.iter().map(entry).collect();
        self.moves.come = claimed.iter().map(entry).collect();
        Ok(())
    }

    /// Adds the entries to the trail; answers with the last one about each record.
    fn extend_trail(&mut self) -> Result<HashMap<Key, u64>, StoreError> {
        let mut heads: HashMap<Key, u64> = HashMap::new();
        let mut told = HashMap::new();
        for draft in self.changes.audit() {
            for (key, _) in &draft.targets {
                if !heads.contains_key(key) {
                    heads.insert(*key, self.view.head(self.engine, *key)?);
                }
            }
            let seq = self.totals.audit_seq + 1;
            let last = |key| heads.get(&key).copied().unwrap_or(0);
            let mut entry = draft.place(seq, self.totals.audit_hash, last);
            entry.hash = chain::hash(&entry)?;
            self.write(keys::entry(seq), &entry)?;
            (self.totals.audit_seq, self.totals.audit_hash) = (seq, entry.hash);
            for (key, _) in &draft.targets {
                heads.insert(*key, seq);
                told.insert(*key, seq);
            }
        }
        Ok(told)
    }

    fn write_records(&mut self, told: &HashMap<Key, u64>) -> Result<Vec<Stamp>, StoreError> {
        let changes = self.changes;
        for gone in changes.deletes() {
            self.put(gone.key, None)?;
        }
        let mut stamps = Vec::with_capacity(changes.puts().len());
        let mut written = BTreeSet::new();
        for put in changes.puts() {
            let key = put.record.key();
            let before = self.current.get(&key).map_or(0, |stored| stored.stamp.audit_seq);
            let audit_seq = told.get(&key).copied().unwrap_or(before);
            let stamp = Stamp { version: put.expected + 1, audit_seq };
            self.put(key, Some(codec::plain(&(stamp, &put.record))?))?;
            if let Some(number) = key.number() {
                self.totals.give(key.kind, number);
            } else if key.kind == Kind::Profile {
                self.totals.give(key.kind, key.id);
            }
            stamps.push(stamp);
            written.insert(key);
        }
        for (key, seq) in told {
            if !written.contains(key) {
                self.write(keys::head(*key), seq)?;
            }
        }
        Ok(stamps)
    }

    fn finish_totals(&mut self) -> Result<(), StoreError> {
        self.writes.retain(|_, write| write.before.as_deref() != write.after.as_deref());
        for (key, write) in &self.writes {
            self.totals.count(key, write.before.as_deref(), write.after.as_deref());
        }
        self.totals.generation += 1;
        let bytes = codec::encode(&keys::TOTALS, &self.totals)?;
        self.set(keys::TOTALS.to_vec(), Some(bytes))
    }

    /// Puts the bytes of a record where they belong, or takes it out.
    fn put(&mut self, key: Key, record: Option<Vec<u8>>) -> Result<(), StoreError> {
        match block::place(key) {
            Some((row, slot)) => {
                self.blocks.entry(row).or_default().insert(slot, record);
                Ok(())
            }
            None => {
                let row = keys::record(key);
                let bytes = record.map(|record| codec::enclose(&row, &record));
                self.set(row, bytes)
            }
        }
    }

    fn write_blocks(&mut self) -> Result<(), StoreError> {
        for (row, edits) in std::mem::take(&mut self.blocks) {
            let before = self.view.row(self.engine, &row)?;
            let after = block::edit(&row, before.as_deref(), &edits)?;
            self.writes.insert(row, Write { before, after });
        }
        Ok(())
    }

    fn write<T: Serialize>(&mut self, key: Vec<u8>, value: &T) -> Result<(), StoreError> {
        let bytes = codec::encode(&key, value)?;
        self.set(key, Some(bytes))
    }

    fn set(&mut self, key: Vec<u8>, after: Option<Vec<u8>>) -> Result<(), StoreError> {
        if let Some(write) = self.writes.get_mut(&key) {
            write.after = after;
            return Ok(());
        }
        let before = self.view.row(self.engine, &key)?;
        self.writes.insert(key, Write { before, after });
        Ok(())
    }
}
