//! Reading the lists and the table of unique keys from the records, when nothing was saved
//! that they could be had from.
//!
//! Owns the order in which records are brought, and gives way to commits after every few
//! blocks. A record that a commit has brought meanwhile may come a second time: that changes
//! nothing.

use super::engine::Bytes;
use super::shared::Shared;
use super::view::{self, View};
use super::{block, keys};
use crate::store::error::StoreError;
use crate::store::query::{List, Loading};
use crate::store::record::{Kind, Stored};

/// Rows that are brought in one turn.
const ROWS: usize = 32;

/// The kinds that are read, those first that more waits for. Profiles come with their users.
const KINDS: [Kind; 10] = [
    Kind::Company,
    Kind::User,
    Kind::Request,
    Kind::Site,
    Kind::SiteGroup,
    Kind::PortalRole,
    Kind::Contract,
    Kind::Mail,
    Kind::Job,
    Kind::Contact,
];

/// How far reading has come.
#[derive(Debug, Default)]
pub struct Reading {
    /// The kinds that are done.
    done: Vec<Kind>,
}

impl Reading {
    /// All but the contacts have been read.
    pub fn of_contacts() -> Self {
        Self { done: KINDS.into_iter().filter(|kind| *kind != Kind::Contact).collect() }
    }

    /// Whether all records of a kind are there.
    pub fn has(&self, kind: Kind) -> bool {
        let with = if kind == Kind::Profile { Kind::User } else { kind };
        self.done.contains(&with) || !KINDS.contains(&with)
    }
}

impl View {
    /// Whether all records of a kind have been read.
    ///
    /// # Errors
    /// Why they can't be.
    pub fn expect(&self, kind: Kind) -> Result<bool, StoreError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        Ok(self.reading.as_ref().is_none_or(|reading| reading.has(kind)))
    }

    /// How far a list of that kind has been read; none when it has been.
    pub fn loading(&self, kind: Kind, read: u64) -> Option<Loading> {
        self.reading.as_ref().filter(|reading| !reading.has(kind))?;
        let given = self.totals.given.get(&(kind as u8)).copied().unwrap_or_default();
        Some(Loading { read, of: given.max(read) })
    }
}

/// The kind of a list's rows; none for a list that is read from the disk.
pub const fn kind_of(list: List) -> Option<Kind> {
    match list {
        List::Requests => Some(Kind::Request),
        List::Contacts => Some(Kind::Contact),
        List::Companies => Some(Kind::Company),
        List::Users => Some(Kind::User),
        List::Mails => Some(Kind::Mail),
        List::Logins(_)
        | List::Contracts(_)
        | List::Audit
        | List::Sites
        | List::SiteGroups
        | List::Roles
        | List::SecondFactors
        | List::Jobs
        | List::Runs(_) => None,
    }
}

/// Reads what there is still to read.
///
/// # Errors
/// When a record is damaged or can't be read; [`StoreError::Stopped`] when the store is closed
/// meanwhile.
pub fn read(shared: &Shared) -> Result<(), StoreError> {
    let done = shared.read().reading.as_ref().map_or(Vec::new(), |it| it.done.clone());
    for kind in KINDS.into_iter().filter(|kind| !done.contains(kind)) {
        let mut upto = Vec::new();
        while step(shared, kind, &mut upto)? {}
        let mut view = shared.change();
        if let Some(reading) = &mut view.reading {
            reading.done.push(kind);
        }
        drop(view);
        shared.tell();
    }
    shared.change().reading = None;
    Ok(())
}

/// Brings some records; whether there may be more.
fn step(shared: &Shared, kind: Kind, upto: &mut Vec<u8>) -> Result<bool, StoreError> {
    // While a commit is on its way, rows may lie there that nobody is to see yet.
    let _writer = shared.pause()?;
    let prefix = rows_of(kind);
    let rows = shared.engine.after(&prefix, upto, ROWS)?;
    let mut records = Vec::new();
    if kind == Kind::User {
        // Before their users, and all of them: a profile can be left over from a user.
        let first = keys::parse_block(upto).map_or(0, |(_, number)| number + 1);
        let last = match rows.last() {
            Some((row, _)) if rows.len() == ROWS => {
                keys::parse_block(row).map_or(u64::MAX, |(_, number)| number)
            }
            _ => u64::MAX,
        };
        records.extend(profiles(shared, first, last)?);
    }
    for (row, bytes) in &rows {
        records.extend(records_in(kind, row, bytes)?);
    }
    let mut view = shared.change();
    for stored in &records {
        view.uniques.load(&stored.record);
        view.directory.load(&stored.record);
    }
    drop(view);
    if let Some((row, _)) = rows.last() {
        *upto = row.to_vec();
    }
    Ok(rows.len() == ROWS)
}

/// The profiles in the blocks of those numbers.
fn profiles(shared: &Shared, first: u64, last: u64) -> Result<Vec<Stored>, StoreError> {
    let mut upto = match first.checked_sub(1) {
        Some(before) => keys::block(Kind::Profile, before),
        None => Vec::new(),
    };
    let mut records = Vec::new();
    loop {
        let rows = shared.engine.after(&keys::blocks_of(Kind::Profile), &upto, ROWS)?;
        for (row, bytes) in &rows {
            if keys::parse_block(row).is_none_or(|(_, number)| number > last) {
                return Ok(records);
            }
            records.extend(records_in(Kind::Profile, row, bytes)?);
        }
        match rows.last() {
            Some((row, _)) if rows.len() == ROWS => upto = row.to_vec(),
            _ => return Ok(records),
        }
    }
}

fn rows_of(kind: Kind) -> Vec<u8> {
    if keys::is_blocked(kind) { keys::blocks_of(kind) } else { keys::records_of(kind) }
}

fn records_in(kind: Kind, row: &[u8], bytes: &Bytes) -> Result<Vec<Stored>, StoreError> {
    if keys::is_blocked(kind) {
        return block::all(row, bytes);
    }
    Ok(vec![view::stored(row, bytes)?])
}
