//! Opening: what has to be right on the disk before anybody reads from it.
//!
//! Owns the order of steps: directory, lock, seal, left-overs, sled, what the seal says of it.
//! That no row is missing or altered, `checking` finds: before a small store is opened,
//! behind a big one. sled runs on a thread of its own, because it panics over a damaged file.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use super::disk::{self, Durable};
use super::engine::{self, Engine};
use super::keys;
use super::lock::Lock;
use super::reading::Reading;
use super::seal::{Seal, SealFile};
use super::snapshot::{self, Snapshot, Unusable};
use super::totals::Totals;
use super::view::{self, View};
use super::{OPENING_THREAD, Options, codec, migrate};
use crate::domain::problem::reason;
use crate::store::error::StoreError;

/// Everything that an open store consists of.
pub struct Parts {
    /// sled.
    pub engine: Engine,
    /// What readers see.
    pub view: View,
    /// What makes commits last.
    pub durable: Durable,
    /// The seal.
    pub seal: SealFile,
    /// The lock; has to go last.
    pub lock: Lock,
    /// Records changed since the lists were saved.
    pub unsaved: u64,
    /// Where contacts are to be had from that have been put off.
    pub snapshot: Option<Snapshot>,
}

/// Opens or makes the store in `dir`.
///
/// # Errors
/// As [`super::SledRepository::open`].
pub fn open(dir: &Path, options: &Options) -> Result<Parts, StoreError> {
    disk::private_dir(dir)?;
    let lock = Lock::take(dir, options.now)?;
    let (mut seal, sealed) = SealFile::open(dir)?;
    let data = dir.join("sled");
    if sealed.is_some() && !data.join("db").exists() {
        return Err(StoreError::Damaged { what: "its file sled/db is missing".to_owned() });
    }
    disk::make_dir(&data)?;
    remove_leftovers(&data).map_err(|e| StoreError::directory(&data, &e))?;
    let (engine, totals) = apart(|| recover(&data, options.cache_bytes, sealed.as_ref()))?;
    let rows: u64 = totals.tallies.values().map(|tally| tally.count).sum();
    let lists =
        if rows > options.small { apart(|| saved_lists(dir, &engine, &totals))? } else { None };
    let (view, unsaved, snapshot) = lists.unwrap_or_else(|| {
        let reading = Some(Reading::default());
        (View { totals, reading, ..View::default() }, 0, None)
    });
    let view = View { busy: true, ..view };
    let durable = settle(dir, &data).map_err(|e| StoreError::directory(&data, &e))?;
    seal.note(&view.totals)?;
    seal.sync()?;
    Ok(Parts { engine, view, durable, seal, lock, unsaved, snapshot })
}

/// A kill while sled writes a snapshot leaves a file that it then stumbles over.
fn remove_leftovers(data: &Path) -> std::io::Result<()> {
    let mut leftovers: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(data)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("snap.") && name.ends_with(".generating") {
            leftovers.push(entry.path());
        }
    }
    for path in leftovers {
        tracing::info!("removed {}, left over from an interrupted run", path.display());
        fs::remove_file(path)?;
    }
    Ok(())
}

/// Runs something on a thread on which a panic of sled is an error.
///
/// # Errors
/// Those of `run`, and the panic.
pub fn apart<T: Send>(run: impl FnOnce() -> Result<T, StoreError> + Send) -> Result<T, StoreError> {
    thread::scope(|scope| {
        let thread = thread::Builder::new().name(OPENING_THREAD.to_owned());
        let running = thread
            .spawn_scoped(scope, run)
            .map_err(|e| StoreError::Io { deed: "opened", reason: reason(&e) })?;
        running.join().unwrap_or_else(|panic| Err(engine::panicked("opened", panic.as_ref())))
    })
}

fn recover(
    data: &Path,
    cache_bytes: u64,
    sealed: Option<&Seal>,
) -> Result<(Engine, Totals), StoreError> {
    let engine = Engine::open(data, cache_bytes)?;
    let mut totals: Totals = match engine.get(&keys::TOTALS)? {
        Some(bytes) => codec::decode(&keys::TOTALS, &bytes)?,
        None => Totals::default(),
    };
    expect_sealed(&engine, sealed, &totals)?;
    migrate::migrate(&engine, &mut totals, data)?;
    expect_trail_end(&engine, &totals)?;
    Ok((engine, totals))
}

/// The lists as they were saved, brought up to date; with how many records have changed since
/// and where contacts are to be had from.
fn saved_lists(
    dir: &Path,
    engine: &Engine,
    totals: &Totals,
) -> Result<Option<(View, u64, Option<Snapshot>)>, StoreError> {
    let Some(snapshot) = snapshot::find(dir, engine, totals) else { return Ok(None) };
    match snapshot.load(engine, totals) {
        Ok(Some((view, changed))) => Ok(Some((view, changed, Some(snapshot)))),
        Ok(None) => Ok(None),
        Err(Unusable::Store(error)) => Err(error),
        Err(Unusable::Snapshot(error)) => {
            tracing::warn!(%error, "the saved lists can't be read; all is read anew");
            Ok(None)
        }
    }
}

/// The trail is not walked at open, only looked at where it should end.
fn expect_trail_end(engine: &Engine, totals: &Totals) -> Result<(), StoreError> {
    let last = totals.audit_seq;
    let altered = last > 0 && view::entry(engine, last)?.hash != totals.audit_hash;
    if altered || engine.get(&keys::entry(last + 1))?.is_some() {
        let what = format!("its trail does not end with entry {last} as it should");
        return Err(StoreError::Damaged { what });
    }
    Ok(())
}

fn expect_sealed(
    engine: &Engine,
    sealed: Option<&Seal>,
    totals: &Totals,
) -> Result<(), StoreError> {
    let Some(seal) = sealed else {
        if totals.generation == 0 {
            return Ok(());
        }
        return Err(StoreError::Damaged { what: "its file seal is missing".to_owned() });
    };
    seal.expect(totals)?;
    if seal.audit_seq > 0 && view::entry(engine, seal.audit_seq)?.hash != seal.audit_hash {
        let what = format!("entry {} of its trail is not the sealed one", seal.audit_seq);
        return Err(StoreError::Damaged { what });
    }
    Ok(())
}

/// Closes the files to others and brings their names to the disk.
fn settle(dir: &Path, data: &Path) -> std::io::Result<Durable> {
    disk::close_to_others(data)?;
    let mut durable = Durable::open(data)?;
    durable.sync()?;
    disk::sync_dir(data)?;
    disk::sync_dir(dir)?;
    // The first start may have made the directory itself; a parent that may not be read was
    // there before.
    if let Some(Err(error)) = dir.canonicalize()?.parent().map(disk::sync_dir) {
        tracing::info!("the directory above the store is not synced: {error}");
    }
    Ok(durable)
}
