//! Verification: a walk over every row that checks what belongs together.
//!
//! Owns the questions; changes nothing. What opening checks is checked here again, and what
//! would take too long there as well: the whole trail, and every link into it.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::engine::Engine;
use super::view::{self, View};
use super::{codec, keys};
use crate::store::chain;
use crate::store::error::StoreError;
use crate::store::record::{AuditEntry, Key, Kind, Stamp};

/// What was found to be in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// Records.
    pub records: u64,
    /// Unique keys.
    pub uniques: u64,
    /// Entries of the trail.
    pub entries: u64,
}

/// Walks everything.
///
/// # Errors
/// [`StoreError::Damaged`] with the first thing that is wrong.
pub fn verify(engine: &Engine, view: &View) -> Result<Verified, StoreError> {
    let mut owners: BTreeMap<Vec<u8>, Key> = BTreeMap::new();
    let mut stamps: BTreeMap<Key, Stamp> = BTreeMap::new();
    for kind in Kind::ALL {
        engine.scan(&keys::records_of(kind), |row, bytes| {
            let stored = view::stored(row, &bytes)?;
            let key = stored.record.key();
            for unique in stored.record.unique_keys() {
                if let Some(other) = owners.insert(keys::unique(&unique), key) {
                    return damaged(format!("{other} and {key} hold the same unique key"));
                }
            }
            stamps.insert(key, stored.stamp);
            Ok(ControlFlow::Continue(()))
        })?;
    }
    let uniques = check_uniques(engine, &owners)?;
    let heads = walk_trail(engine, view)?;
    check_heads(engine, &stamps, &heads)?;
    Ok(Verified { records: stamps.len() as u64, uniques, entries: view.totals.audit_seq })
}

fn check_uniques(engine: &Engine, owners: &BTreeMap<Vec<u8>, Key>) -> Result<u64, StoreError> {
    let mut found = 0;
    engine.scan(&keys::uniques(), |row, bytes| {
        let owner: Key = codec::decode(row, &bytes)?;
        if owners.get(row) != Some(&owner) {
            return damaged(format!("a unique key is kept for {owner} that it does not hold"));
        }
        found += 1;
        Ok(ControlFlow::Continue(()))
    })?;
    if found == owners.len() as u64 {
        return Ok(found);
    }
    damaged(format!("of {} unique keys {found} are kept", owners.len()))
}

/// Checks chain and links; answers with the last entry about each record.
fn walk_trail(engine: &Engine, view: &View) -> Result<BTreeMap<Key, u64>, StoreError> {
    let mut heads: BTreeMap<Key, u64> = BTreeMap::new();
    let mut last = (0, [0; 32]);
    engine.scan(&keys::trail(), |row, bytes| {
        let entry: AuditEntry = codec::decode(row, &bytes)?;
        if keys::entry(entry.seq) != row {
            return damaged(format!("{} is another one", keys::name(row)));
        }
        chain::check(&entry, last)?;
        let link = |key: Key| heads.get(&key).copied().unwrap_or(0);
        if let Some(target) = entry.targets.iter().find(|it| it.prev_seq != link(it.key)) {
            let (key, seq) = (target.key, entry.seq);
            return damaged(format!("the history of {key} breaks off at entry {seq}"));
        }
        heads.extend(entry.targets.iter().map(|target| (target.key, entry.seq)));
        last = (entry.seq, entry.hash);
        Ok(ControlFlow::Continue(()))
    })?;
    if last != (view.totals.audit_seq, view.totals.audit_hash) {
        return damaged(format!("the trail ends with entry {}", last.0));
    }
    Ok(heads)
}

fn check_heads(
    engine: &Engine,
    stamps: &BTreeMap<Key, Stamp>,
    heads: &BTreeMap<Key, u64>,
) -> Result<(), StoreError> {
    let mut kept: BTreeMap<Key, u64> =
        stamps.iter().map(|(key, stamp)| (*key, stamp.audit_seq)).collect();
    engine.scan(&keys::heads(), |row, bytes| {
        let seq: u64 = codec::decode(row, &bytes)?;
        let Some(key) = keys::parse(row) else {
            return damaged(format!("{} can't be told", keys::name(row)));
        };
        let known = kept.entry(key).or_default();
        *known = seq.max(*known);
        Ok(ControlFlow::Continue(()))
    })?;
    kept.retain(|_, seq| *seq > 0);
    match heads.iter().find(|(key, seq)| kept.get(key) != Some(seq)) {
        Some((key, _)) => damaged(format!("the history of {key} can't be found")),
        None if kept.len() > heads.len() => damaged("a history leads nowhere".to_owned()),
        None => Ok(()),
    }
}

fn damaged<T>(what: String) -> Result<T, StoreError> {
    Err(StoreError::Damaged { what })
}
