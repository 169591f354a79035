//! The store on sled: one directory, one process, nothing acknowledged that could be lost.
//!
//! Owns the files in its directory: `lock` (who holds it), `seal` (how far it had come),
//! `sled/` (the rows) and `lists` (a snapshot of what is kept in memory). One writer at a time checks a change, writes its rows in one batch,
//! waits until they are on the disk, and only then lets readers see them. Readers never wait
//! for the disk of a writer. Must not know services or what its records are for.
//!
//! Reading order: `keys`, `codec`, `block` and `totals` say what lies in the tree; `stage` what
//! a commit writes; `view`, `directory`, `uniques` and `trail` what is read; `open`, `lock`,
//! `seal`, `disk`, `migrate` and `engine` how it gets onto the disk and back; `shared` how all
//! take turns, and `keeper`, `reading`,
//! `checking` and `snapshot` what is done behind.

mod block;
mod checking;
mod codec;
pub mod directory;
mod disk;
mod engine;
mod keeper;
mod keys;
mod lock;
mod migrate;
mod open;
mod reading;
mod seal;
mod shared;
mod snapshot;
mod stage;
#[cfg(test)]
mod tests;
mod totals;
mod trail;
mod uniques;
mod verify;
mod view;

use std::path::Path;
use std::sync::{Arc, PoisonError};
use std::thread::JoinHandle;

use self::shared::Shared;
use super::Repository;
use super::changes::{Changes, Committed};
use super::error::{CommitError, StoreError};
use super::query::{Found, List, Query, Row};
use super::record::{AuditEntry, Key, Kind, Stored, UniqueKey};
use crate::domain::time::Timestamp;

pub use self::disk::private_dir;
pub use self::verify::Verified;

/// The name of the thread that opens a store. sled panics over a damaged file; on this
/// thread that is turned into an error, so a panic hook has nothing to report.
pub const OPENING_THREAD: &str = "opening the store";

/// How to open a store.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The present moment, for the lock file.
    pub now: Timestamp,
    /// How much memory sled may use for pages, in bytes.
    pub cache_bytes: u64,
    /// Rows up to which a store is read and checked before it is opened; a bigger one is
    /// read and checked behind, while it is used.
    pub small: u64,
    /// Records that must have changed before the lists of a bigger one are saved at its end.
    pub save_after: u64,
}

impl Options {
    /// The usual ones: a cache of 8 MiB; what takes longer than a moment is done behind.
    pub const fn at(now: Timestamp) -> Self {
        Self { now, cache_bytes: 8 << 20, small: 2_000, save_after: 1_000 }
    }
}

/// A store on the disk. Dropping it releases the lock.
#[derive(Debug)]
pub struct SledRepository {
    shared: Arc<Shared>,
    keeper: Option<JoinHandle<()>>,
    options: Options,
}

impl SledRepository {
    /// Opens the store in `dir`, or makes one there.
    ///
    /// # Errors
    /// [`StoreError::Directory`] when the directory can't be used, [`StoreError::Held`] when
    /// another process has it, [`StoreError::Damaged`] when it is not what was last written;
    /// in a big store some of that is found later, and then nothing more is written.
    pub fn open(dir: &Path, options: Options) -> Result<Self, StoreError> {
        let parts = open::open(dir, &options)?;
        let shared = Arc::new(Shared::new(dir.to_owned(), parts));
        let is_small = shared.rows() <= options.small;
        if is_small {
            open::apart(|| keeper::prepare(&shared))?;
        }
        let keeper = Some(keeper::start(&shared, is_small)?);
        Ok(Self { shared, keeper, options })
    }

    /// Waits until all lists have been read, for who gives one answer and is gone.
    ///
    /// # Errors
    /// Why they can't be.
    pub fn wait_for_lists(&self) -> Result<(), StoreError> {
        self.shared.wait_until_read()
    }

    /// Waits until all lists have been read and every row has been looked at.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn settle(&self) -> Result<(), StoreError> {
        self.shared.wait_until_checked()
    }

    /// Whether the next opening gains by lists that are saved now.
    fn wants_saving(&self) -> bool {
        let writer = self.shared.last_turn();
        let is_whole = {
            let view = self.shared.read();
            view.failed.is_none() && view.reading.is_none() && view.totals.audit_seq > 0
        };
        writer.expect_whole().is_ok()
            && is_whole
            && writer.unsaved > self.options.save_after
            && self.shared.rows() > self.options.small
    }

    /// Walks everything and checks it: checksums, unique keys, history links, hash chain.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] with the first thing that is wrong.
    pub fn verify(&self) -> Result<Verified, StoreError> {
        self.settle()?;
        // No commit may come in between.
        let _writer = self.shared.last_turn();
        verify::verify(&self.shared.engine, &self.shared.read())
    }

    /// Waits for what a list needs, and works out what a page needs while nobody is held up:
    /// what that takes time for is kept.
    fn prepare(&self, query: &Query) -> Result<(), StoreError> {
        self.shared.fetch(query.list)?;
        if let Some(kind) = reading::kind_of(query.list).filter(|_| !query.partly) {
            self.shared.wait_for(kind, &query.stop)?;
        }
        let sight = self.shared.read().directory.sight(query.list);
        sight.map_or(Ok(()), |(_, sight)| sight.prepare(query))
    }
}

impl Repository for SledRepository {
    fn get(&self, key: Key) -> Result<Option<Stored>, StoreError> {
        self.shared.read().record(&self.shared.engine, key)
    }

    fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Stored>>, StoreError> {
        let view = self.shared.read();
        keys.iter().map(|key| view.record(&self.shared.engine, *key)).collect()
    }

    fn owners(&self, uniques: &[UniqueKey]) -> Result<Vec<Option<u64>>, StoreError> {
        self.shared.wait_for_keys(uniques)?;
        let view = self.shared.read();
        uniques
            .iter()
            .map(|it| Ok(view.owner(&self.shared.engine, it)?.map(|key| key.id)))
            .collect()
    }

    fn query(&self, query: &Query) -> Result<Found, StoreError> {
        self.prepare(query)?;
        let view = self.shared.read();
        let Some((kind, page)) = view.directory.page(query)? else {
            let last = view.totals.audit_seq;
            let prefix = match query.list {
                List::Logins(user) => keys::records_below(Kind::LoginEvent, user.0),
                List::Contracts(company) => keys::records_below(Kind::Contract, company.0),
                List::Sites => keys::records_of(Kind::Site),
                List::SiteGroups => keys::records_of(Kind::SiteGroup),
                List::Roles => keys::records_of(Kind::PortalRole),
                List::SecondFactors => keys::records_of(Kind::SecondFactor),
                List::Jobs => keys::records_of(Kind::Job),
                List::Runs(job) => keys::records_below(Kind::JobRun, job.0),
                _ => {
                    drop(view);
                    return trail::page(&self.shared.engine, last, query);
                }
            };
            return trail::below(&self.shared.engine, &view, &prefix, query);
        };
        view.expect(kind)?;
        let mut rows = Vec::with_capacity(page.numbers.len());
        for number in page.numbers {
            let key = Key::new(kind, number);
            let stored = view.record(&self.shared.engine, key)?;
            let stored = stored.ok_or_else(|| view::missing(&keys::record(key)))?;
            rows.push(Row::Record(stored));
        }
        Ok(Found {
            rows,
            total: page.total,
            all: page.all,
            page: page.page,
            pages: page.pages,
            loading: view.loading(kind, page.all),
        })
    }

    fn numbers(&self, query: &Query) -> Result<Vec<u64>, StoreError> {
        let whole = Query { page: 1, per_page: u64::MAX, partly: false, ..query.clone() };
        self.shared.fetch(query.list)?;
        if let Some(kind) = reading::kind_of(query.list) {
            self.shared.wait_for(kind, &query.stop)?;
        }
        let sight = self.shared.read().directory.sight(query.list);
        if let Some((_, sight)) = sight {
            return sight.numbers(query);
        }
        Ok(self.query(&whole)?.rows.iter().map(Row::number).collect())
    }

    fn history(&self, key: Key, limit: usize) -> Result<Vec<AuditEntry>, StoreError> {
        let head = self.shared.read().head(&self.shared.engine, key)?;
        trail::history(&self.shared.engine, key, head, limit)
    }

    fn reserve(&self, kind: Kind, count: u64) -> Result<u64, StoreError> {
        let mut numbers = self.shared.numbers.lock().unwrap_or_else(PoisonError::into_inner);
        let given = numbers.entry(kind).or_default();
        let first = *given + 1;
        *given += count;
        Ok(first)
    }

    fn commit(&self, changes: Changes) -> Result<Committed, CommitError> {
        let shared = &self.shared;
        if shared.read().reading.is_some() {
            let claimed = changes.puts().iter().flat_map(|put| put.record.unique_keys());
            let claimed: Vec<UniqueKey> = claimed.collect();
            shared.wait_for_keys(claimed.iter().chain(changes.free()))?;
        }
        let mut writer = shared.write()?;
        let staged = stage::stage(&shared.engine, &shared.read(), &changes)?;
        shared.persist(&mut writer, &staged)?;
        shared.publish(&mut writer, &changes, &staged);
        if let Err(error) = writer.seal.note(&staged.totals) {
            // The commit is on the disk; a seal that lags behind only notices less.
            tracing::warn!("{error}");
        }
        Ok(staged.committed)
    }
}

impl Drop for SledRepository {
    fn drop(&mut self) {
        self.shared.end();
        if let Some(keeper) = self.keeper.take() {
            // What it has found wrong it has said.
            let _ = keeper.join();
        }
        let saved = if self.wants_saving() { self.shared.save() } else { Ok(()) };
        let sealed = self.shared.last_turn().seal.sync();
        for error in [saved, sealed].into_iter().filter_map(Result::err) {
            tracing::warn!("{error}");
        }
    }
}
