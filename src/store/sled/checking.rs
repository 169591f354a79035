//! The check of every row: its checksum, and whether all are there in their last state.
//!
//! Owns counting while commits go on: what has been passed already is counted along with
//! every commit, so that at the end the sums are those of one moment.

use std::collections::BTreeMap;

use super::codec;
use super::keys::{self, Section};
use super::shared::Shared;
use super::stage::Write;
use super::totals::{self, Tally};
use crate::store::error::StoreError;

/// Rows that are looked at in one turn.
const ROWS: usize = 64;

/// How far the check has come.
#[derive(Debug, Default)]
pub struct Checking {
    upto: Vec<u8>,
    found: BTreeMap<Section, Tally>,
}

impl Checking {
    /// Counts what a commit changes among the rows that have been passed.
    pub fn follow(&mut self, writes: &BTreeMap<Vec<u8>, Write>) {
        for (row, write) in writes.range(..=self.upto.clone()) {
            totals::count(&mut self.found, row, write.before.as_deref(), write.after.as_deref());
        }
    }
}

/// Looks at every row.
///
/// # Errors
/// [`StoreError::Damaged`] that says what is wrong; [`StoreError::Stopped`] when the store is
/// closed meanwhile, [`StoreError::ReadOnly`] when it could not be written.
pub fn check(shared: &Shared) -> Result<(), StoreError> {
    shared.pause()?.checking = Some(Checking::default());
    for prefix in keys::counted() {
        while step(shared, &prefix)? {}
    }
    let mut writer = shared.pause()?;
    let found = writer.checking.take().unwrap_or_default().found;
    let totals = shared.read().totals.clone();
    for (section, _) in keys::sections() {
        totals.expect(section, found.get(&section).copied().unwrap_or_default())?;
    }
    Ok(())
}

/// Looks at some rows; whether there were any.
fn step(shared: &Shared, prefix: &[u8; 1]) -> Result<bool, StoreError> {
    let mut writer = shared.pause()?;
    let Some(checking) = &mut writer.checking else { return Ok(false) };
    let rows = shared.engine.after(prefix, &checking.upto, ROWS)?;
    for (row, bytes) in &rows {
        codec::open(row, bytes)?;
        totals::count(&mut checking.found, row, None, Some(bytes));
    }
    // At the end, all that may still come with this prefix has been passed.
    let end = || prefix.iter().map(|first| first + 1).collect();
    checking.upto = rows.last().map_or_else(end, |(row, _)| row.to_vec());
    Ok(!rows.is_empty())
}
