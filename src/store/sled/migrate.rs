//! Migration: what an older program wrote becomes what this one reads.
//!
//! Owns the step from rows of a record each, and rows for unique keys, to blocks of records.
//! It goes in small commits, each of which leaves a whole store, so that it may be cut off
//! anywhere and goes on at the next opening.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;

use super::block::{self, Edits};
use super::disk::Durable;
use super::engine::{Bytes, Engine};
use super::keys::{self, Section};
use super::totals::Totals;
use super::{codec, view};
use crate::store::error::StoreError;
use crate::store::record::Kind;

/// Rows that go in one commit.
const ROWS: usize = 1_000;

/// Brings the store whose sled is in `dir` up to date; does nothing to one that is.
///
/// # Errors
/// When sled can't read or write it, or a row is damaged.
pub fn migrate(engine: &Engine, totals: &mut Totals, dir: &Path) -> Result<(), StoreError> {
    let has_rows = |totals: &Totals, section: Section| {
        totals.tallies.get(&section).is_some_and(|tally| tally.count > 0)
    };
    let blocked = Kind::ALL.into_iter().filter(|kind| keys::is_blocked(*kind));
    let mut old: Vec<(Section, Vec<u8>)> =
        blocked.map(|kind| (kind as Section, keys::records_of(kind))).collect();
    old.push((keys::UNIQUES, keys::uniques()));
    old.retain(|(section, _)| has_rows(totals, *section));
    if old.is_empty() {
        return Ok(());
    }
    tracing::info!("the store is from an older program; it is brought up to date");
    let unusable = |e: std::io::Error| StoreError::directory(dir, &e);
    let mut durable = Durable::open(dir).map_err(unusable)?;
    for (_, prefix) in old {
        while step(engine, totals, &prefix)? {
            durable.sync().map_err(unusable)?;
        }
    }
    Ok(())
}

/// Moves some rows; answers whether there were any.
fn step(engine: &Engine, totals: &mut Totals, prefix: &[u8]) -> Result<bool, StoreError> {
    let mut rows: Vec<(Vec<u8>, Bytes)> = Vec::new();
    engine.scan(prefix, |row, bytes| {
        rows.push((row.to_vec(), bytes));
        Ok(if rows.len() < ROWS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    })?;
    if rows.is_empty() {
        return Ok(false);
    }
    let mut blocks: BTreeMap<Vec<u8>, Edits> = BTreeMap::new();
    for (row, bytes) in &rows {
        if let Some((block, slot)) = keys::parse(row).and_then(block::place) {
            // What is moved is of this format afterwards.
            let stored = view::stored(row, bytes)?;
            let record = codec::plain(&(stored.stamp, stored.record))?;
            blocks.entry(block).or_default().insert(slot, Some(record));
        }
    }
    let mut writes: Vec<(Vec<u8>, Option<Vec<u8>>)> = Vec::new();
    for (row, before) in rows {
        totals.count(&row, Some(&before), None);
        writes.push((row, None));
    }
    for (row, edits) in blocks {
        let before = engine.get(&row)?;
        let after = block::edit(&row, before.as_deref(), &edits)?;
        totals.count(&row, before.as_deref(), after.as_deref());
        writes.push((row, after));
    }
    totals.generation += 1;
    writes.push((keys::TOTALS.to_vec(), Some(codec::encode(&keys::TOTALS, totals)?)));
    engine.apply(writes.iter().map(|(row, bytes)| (row.as_slice(), bytes.as_deref())))?;
    Ok(true)
}
