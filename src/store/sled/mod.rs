//! The store on sled: one directory, one process, nothing acknowledged that could be lost.
//!
//! Owns the files in its directory: `lock` (who holds it), `seal` (how far it had come) and
//! `sled/` (the rows). One writer at a time checks a change, writes its rows in one batch,
//! waits until they are on the disk, and only then lets readers see them. Readers never wait
//! for the disk of a writer. Must not know services or what its records are for.
//!
//! Reading order: `keys`, `codec` and `totals` say what lies in the tree; `stage` what a
//! commit writes; `view`, `directory` and `trail` what is read; `open`, `lock`,
//! `seal`, `disk` and `engine` how it gets onto the disk and back.

mod block;
mod codec;
mod directory;
mod disk;
mod engine;
mod keys;
mod lock;
mod migrate;
mod open;
mod seal;
mod stage;
#[cfg(test)]
mod tests;
mod totals;
mod trail;
mod uniques;
mod verify;
mod view;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use self::disk::Durable;
use self::engine::Engine;
use self::lock::Lock;
use self::seal::SealFile;
use self::stage::Staged;
use self::view::View;
use super::Repository;
use super::changes::{Changes, Committed};
use super::error::{CommitError, StoreError};
use super::query::{Found, List, Query, Row};
use super::record::{AuditEntry, Key, Kind, Stored, UniqueKey};
use crate::domain::problem::reason;
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
}

impl Options {
    /// The usual ones: a cache of 64 MiB.
    pub const fn at(now: Timestamp) -> Self {
        Self { now, cache_bytes: 64 << 20 }
    }
}

/// A store on the disk. Dropping it releases the lock.
#[derive(Debug)]
pub struct SledRepository {
    engine: Engine,
    view: RwLock<View>,
    numbers: Mutex<BTreeMap<Kind, u64>>,
    writer: Mutex<Writer>,
    /// Released last, when sled has let go of its files.
    _lock: Lock,
}

#[derive(Debug)]
struct Writer {
    durable: Durable,
    seal: SealFile,
    /// Why nothing more may be written.
    broken: Option<String>,
}

impl SledRepository {
    /// Opens the store in `dir`, or makes one there.
    ///
    /// # Errors
    /// [`StoreError::Directory`] when the directory can't be used, [`StoreError::Held`] when
    /// another process has it, [`StoreError::Damaged`] when it is not what was last written.
    pub fn open(dir: &Path, options: Options) -> Result<Self, StoreError> {
        let parts = open::open(dir, &options)?;
        let given = |kind: Kind| parts.view.totals.given.get(&(kind as u8)).copied();
        let numbers = Kind::ALL.into_iter().filter_map(|kind| Some((kind, given(kind)?)));
        Ok(Self {
            numbers: Mutex::new(numbers.collect()),
            engine: parts.engine,
            view: RwLock::new(parts.view),
            writer: Mutex::new(Writer { durable: parts.durable, seal: parts.seal, broken: None }),
            _lock: parts.lock,
        })
    }

    /// Walks everything and checks it: checksums, unique keys, history links, hash chain.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] with the first thing that is wrong.
    pub fn verify(&self) -> Result<Verified, StoreError> {
        // No commit may come in between.
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        verify::verify(&self.engine, &self.read())
    }

    fn read(&self) -> RwLockReadGuard<'_, View> {
        // Should a writer panic while it holds the view, its own lock is poisoned as well, and
        // nothing more is written; what readers see may lag behind.
        self.view.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self) -> RwLockWriteGuard<'_, View> {
        self.view.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Works out what a page needs while nobody is held up: what that takes time for is kept.
    fn prepare(&self, query: &Query) -> Result<(), StoreError> {
        let sight = self.read().directory.sight(query.list);
        sight.map_or(Ok(()), |(_, sight)| sight.prepare(query))
    }

    /// Writes the rows and waits for the disk; readers see the old ones meanwhile.
    fn persist(&self, writer: &mut Writer, staged: &Staged) -> Result<(), StoreError> {
        self.change().pending =
            staged.writes.iter().map(|(key, write)| (key.clone(), write.before.clone())).collect();
        let rows = staged.writes.iter();
        let written = self
            .engine
            .apply(rows.map(|(key, write)| (key.as_slice(), write.after.as_deref())))
            .and_then(|()| {
                writer.durable.sync().map_err(|e| {
                    let reason = reason(&e);
                    StoreError::Io { deed: "written", reason }
                })
            });
        if let Err(error) = &written {
            tracing::error!("a commit failed, the store is read-only from here on: {error}");
            writer.broken = Some(match error {
                StoreError::Io { reason, .. } => reason.clone(),
                other => other.to_string(),
            });
        }
        written
    }

    /// Lets readers see what is on the disk now.
    fn publish(&self, changes: &Changes, staged: &Staged) {
        let mut view = self.change();
        view.directory.apply(changes);
        view.uniques.apply(&staged.moves);
        view.totals = staged.totals.clone();
        view.pending.clear();
        drop(view);
        let mut numbers = self.numbers.lock().unwrap_or_else(PoisonError::into_inner);
        for put in changes.puts() {
            let key = put.record.key();
            if let Some(number) = key.number() {
                let given = numbers.entry(key.kind).or_default();
                *given = number.max(*given);
            }
        }
    }
}

impl Repository for SledRepository {
    fn get(&self, key: Key) -> Result<Option<Stored>, StoreError> {
        self.read().record(&self.engine, key)
    }

    fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Stored>>, StoreError> {
        let view = self.read();
        keys.iter().map(|key| view.record(&self.engine, *key)).collect()
    }

    fn owners(&self, uniques: &[UniqueKey]) -> Result<Vec<Option<u64>>, StoreError> {
        let view = self.read();
        uniques.iter().map(|it| Ok(view.owner(&self.engine, it)?.map(|key| key.id))).collect()
    }

    fn query(&self, query: &Query) -> Result<Found, StoreError> {
        self.prepare(query)?;
        let view = self.read();
        let Some((kind, page)) = view.directory.page(query)? else {
            let last = view.totals.audit_seq;
            return match query.list {
                List::Logins(user) => {
                    trail::below(&self.engine, &view, (Kind::LoginEvent, user.0), query)
                }
                List::Contracts(company) => {
                    trail::below(&self.engine, &view, (Kind::Contract, company.0), query)
                }
                _ => {
                    drop(view);
                    trail::page(&self.engine, last, query)
                }
            };
        };
        let mut rows = Vec::with_capacity(page.numbers.len());
        for number in page.numbers {
            let key = Key::new(kind, number);
            let stored = view.record(&self.engine, key)?;
            let stored = stored.ok_or_else(|| view::missing(&keys::record(key)))?;
            rows.push(Row::Record(stored));
        }
        Ok(Found {
            rows,
            total: page.total,
            all: page.all,
            page: page.page,
            pages: page.pages,
            loading: None,
        })
    }

    fn numbers(&self, query: &Query) -> Result<Vec<u64>, StoreError> {
        let whole = Query { page: 1, per_page: u64::MAX, ..query.clone() };
        let sight = self.read().directory.sight(query.list);
        if let Some((_, sight)) = sight {
            return sight.numbers(query);
        }
        Ok(self.query(&whole)?.rows.iter().map(Row::number).collect())
    }

    fn history(&self, key: Key, limit: usize) -> Result<Vec<AuditEntry>, StoreError> {
        let head = self.read().head(&self.engine, key)?;
        trail::history(&self.engine, key, head, limit)
    }

    fn reserve(&self, kind: Kind, count: u64) -> Result<u64, StoreError> {
        let mut numbers = self.numbers.lock().unwrap_or_else(PoisonError::into_inner);
        let given = numbers.entry(kind).or_default();
        let first = *given + 1;
        *given += count;
        Ok(first)
    }

    fn commit(&self, changes: Changes) -> Result<Committed, CommitError> {
        let Ok(mut writer) = self.writer.lock() else {
            let reason = "an earlier change broke off".to_owned();
            return Err(StoreError::ReadOnly { reason }.into());
        };
        if let Some(reason) = &writer.broken {
            return Err(StoreError::ReadOnly { reason: reason.clone() }.into());
        }
        let staged = stage::stage(&self.engine, &self.read(), &changes)?;
        self.persist(&mut writer, &staged)?;
        self.publish(&changes, &staged);
        if let Err(error) = writer.seal.note(&staged.totals) {
            // The commit is on the disk; a seal that lags behind only notices less.
            tracing::warn!("{error}");
        }
        Ok(staged.committed)
    }
}

impl Drop for SledRepository {
    fn drop(&mut self) {
        let writer = self.writer.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = writer.seal.sync() {
            tracing::warn!("{error}");
        }
    }
}
