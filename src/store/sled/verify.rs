//! Verification: a walk over every row that checks what belongs together.
//!
//! Owns the questions; changes nothing. What opening checks is checked here again, and what
//! would take too long there as well: the whole trail, and every link into it.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::engine::Engine;
use super::totals::{Tally, Totals};
use super::view::{self, View};
use super::{block, codec, keys};
use crate::store::chain;
use crate::store::error::StoreError;
use crate::store::record::{AuditEntry, Key, Kind, Stamp, Stored, UniqueKey};

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
    let mut owners: BTreeMap<UniqueKey, Key> = BTreeMap::new();
    let mut stamps: BTreeMap<Key, Stamp> = BTreeMap::new();
    for kind in Kind::ALL {
        each(engine, kind, |stored| {
            let key = stored.record.key();
            for unique in stored.record.unique_keys() {
                if view.owner(engine, &unique)? != Some(key) {
                    return damaged(format!("{key} can't be found by a unique key that it holds"));
                }
                if let Some(other) = owners.insert(unique, key) {
                    return damaged(format!("{other} and {key} hold the same unique key"));
                }
            }
            stamps.insert(key, stored.stamp);
            Ok(())
        })?;
    }
    tallies(engine, &view.totals)?;
    let heads = walk_trail(engine, view)?;
    check_heads(engine, &stamps, &heads)?;
    let uniques = owners.len() as u64;
    Ok(Verified { records: stamps.len() as u64, uniques, entries: view.totals.audit_seq })
}

/// Shows every record of a kind, in the order of their keys.
///
/// # Errors
/// [`StoreError::Damaged`] when one is not what belongs there, and the first error of `show`.
pub fn each(
    engine: &Engine,
    kind: Kind,
    mut show: impl FnMut(Stored) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    if !keys::is_blocked(kind) {
        return engine.scan(&keys::records_of(kind), |row, bytes| {
            show(view::stored(row, &bytes)?)?;
            Ok(ControlFlow::Continue(()))
        });
    }
    engine.scan(&keys::blocks_of(kind), |row, bytes| {
        block::all(row, &bytes)?.into_iter().try_for_each(&mut show)?;
        Ok(ControlFlow::Continue(()))
    })
}

/// Counts every row and compares with what there should be; each row is looked at once.
///
/// # Errors
/// [`StoreError::Damaged`] that says what is missing or altered.
pub fn tallies(engine: &Engine, totals: &Totals) -> Result<(), StoreError> {
    for (section, prefix) in keys::sections() {
        let mut tally = Tally::default();
        engine.scan(&prefix, |row, bytes| {
            codec::open(row, &bytes)?;
            tally.add(row, &bytes);
            Ok(ControlFlow::Continue(()))
        })?;
        totals.expect(section, tally)?;
    }
    Ok(())
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
