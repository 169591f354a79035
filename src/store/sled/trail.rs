//! The trail, the sign-ins and the short lists: those that are read from the disk, not kept
//! in memory.
//!
//! Owns paging over them. An acknowledged entry never changes, so the trail is read without
//! holding anybody up; without a filter only the page itself is read.

use std::ops::ControlFlow;

use super::engine::Engine;
use super::view::{self, View};
use super::{codec, keys};
use crate::store::error::StoreError;
use crate::store::facts::{Matcher, compare};
use crate::store::line::Line;
use crate::store::query::{Filter, Found, Query, Row, place};
use crate::store::record::{AuditEntry, Key, Stored};

/// One page of the trail up to the entry `last`.
///
/// # Errors
/// When sled can't read it or an entry is damaged.
pub fn page(engine: &Engine, last: u64, query: &Query) -> Result<Found, StoreError> {
    if query.filter == Filter::default() {
        let (page, pages, range) = place(last, query.page, query.per_page);
        let seq = |at: u64| if query.reverse { last - at } else { at + 1 };
        let rows = range
            .map(|at| view::entry(engine, seq(at)).map(Row::Audit))
            .collect::<Result<_, _>>()?;
        return Ok(Found { rows, total: last, all: last, page, pages, loading: None });
    }
    let matcher = Matcher::new(&query.filter);
    let mut matching = Vec::new();
    engine.scan(&keys::trail(), |row, bytes| {
        let entry: AuditEntry = codec::decode(row, &bytes)?;
        if entry.seq > last {
            return Ok(ControlFlow::Break(()));
        }
        if matcher.lets_through(&Line::of_audit(&entry)) {
            matching.push(entry.seq);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    if query.reverse {
        matching.reverse();
    }
    let total = matching.len() as u64;
    let (page, pages, range) = place(total, query.page, query.per_page);
    let rows = matching[range.start as usize..range.end as usize]
        .iter()
        .map(|seq| view::entry(engine, *seq).map(Row::Audit))
        .collect::<Result<_, _>>()?;
    Ok(Found { rows, total, all: last, page, pages, loading: None })
}

/// The trail of one record back from the entry `head`, newest first.
///
/// # Errors
/// As [`page`], and when an entry is not about that record.
pub fn history(
    engine: &Engine,
    key: Key,
    head: u64,
    limit: usize,
) -> Result<Vec<AuditEntry>, StoreError> {
    let mut entries = Vec::new();
    let mut next = head;
    while next > 0 && entries.len() < limit {
        let entry = view::entry(engine, next)?;
        let target = entry.targets.iter().find(|target| target.key == key);
        let before = target.map_or(next, |target| target.prev_seq);
        if before >= next {
            let what = format!("the history of {key} breaks off at entry {next} of the trail");
            return Err(StoreError::Damaged { what });
        }
        next = before;
        entries.push(entry);
    }
    Ok(entries)
}

/// One page of what lies under a prefix of keys: a user's sign-ins, a company's contracts, all
/// sites.
///
/// # Errors
/// As [`page`].
pub fn below(
    engine: &Engine,
    view: &View,
    prefix: &[u8],
    query: &Query,
) -> Result<Found, StoreError> {
    let mut found: Vec<(Line, Stored)> = Vec::new();
    let mut take = |row: &[u8], bytes: &[u8]| -> Result<(), StoreError> {
        let stored = view::stored(row, bytes)?;
        found.extend(view.directory.line(&stored.record).map(|line| (line, stored)));
        Ok(())
    };
    engine.scan(prefix, |row, bytes| {
        if !view.pending.contains_key(row) {
            take(row, &bytes)?;
        }
        Ok(ControlFlow::Continue(()))
    })?;
    for (row, before) in view.pending.iter().filter(|(row, _)| row.starts_with(prefix)) {
        if let Some(before) = before {
            take(row, before)?;
        }
    }
    let all = found.len() as u64;
    let matcher = Matcher::new(&query.filter);
    found.retain(|(line, _)| matcher.lets_through(line));
    found.sort_by(|(a, _), (b, _)| compare(a, b, query.sort));
    if query.reverse {
        found.reverse();
    }
    let total = found.len() as u64;
    let (page, pages, range) = place(total, query.page, query.per_page);
    let rows = found
        .drain(range.start as usize..range.end as usize)
        .map(|(_, stored)| Row::Record(stored))
        .collect();
    Ok(Found { rows, total, all, page, pages, loading: None })
}
