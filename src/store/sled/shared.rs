//! What readers, the writer and the keeper of an open store share, and how they take turns.
//!
//! Owns the locks: the writer's, which is held for a whole commit, and the view's, which is
//! never held while anybody waits for the disk. The keeper takes the writer's for a moment at
//! a time and lets commits go first.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{
    Condvar, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
};
use std::thread;
use std::time::Duration;

use super::checking::Checking;
use super::directory::Roster;
use super::disk::Durable;
use super::engine::Engine;
use super::lock::Lock;
use super::open::Parts;
use super::reading::{self, Reading};
use super::seal::SealFile;
use super::snapshot::{self, Moment, Snapshot};
use super::stage::Staged;
use super::totals::Totals;
use super::view::View;
use crate::domain::problem::reason;
use crate::store::changes::Changes;
use crate::store::error::StoreError;
use crate::store::query::{List, Stop};
use crate::store::record::{Kind, UniqueKey};

/// How often somebody who waits looks whether the answer is still wanted.
const LOOK: Duration = Duration::from_millis(20);
/// Changed records that are worth saving the lists of a small store.
const MANY: u64 = 50_000;
/// How long the check of a store waits whose lists were saved.
const HOLD_BACK: Duration = Duration::from_secs(2);
/// How long the keeper stands back while a commit is about to begin.
const STAND_BACK: Duration = Duration::from_micros(50);

/// An open store.
#[derive(Debug)]
pub struct Shared {
    /// sled.
    pub engine: Engine,
    /// The directory of the store.
    pub dir: PathBuf,
    view: RwLock<View>,
    /// The highest numbers that were given.
    pub numbers: Mutex<BTreeMap<Kind, u64>>,
    writer: Mutex<Writer>,
    /// Commits that wait for the writer's turn.
    waiting: AtomicU64,
    turn: Mutex<()>,
    turned: Condvar,
    ending: AtomicBool,
    /// Whether the lists are to be saved now.
    saving: AtomicBool,
    /// Whether somebody waits for the check.
    hurried: AtomicBool,
    /// Where contacts are to be had from that have been put off.
    snapshot: Mutex<Option<Snapshot>>,
    /// Released last, when sled has let go of its files.
    _lock: Lock,
}

/// What only the one who writes may touch.
#[derive(Debug)]
pub struct Writer {
    durable: Durable,
    /// The seal.
    pub seal: SealFile,
    /// What the check of all rows has counted so far, while it goes on.
    pub checking: Option<Checking>,
    /// Records changed since the lists were saved.
    pub unsaved: u64,
    /// How many of them make it worth saving at once.
    many: u64,
    /// Why nothing more may be written.
    broken: Option<StoreError>,
}

impl Writer {
    /// Whether it may write.
    ///
    /// # Errors
    /// Why not.
    pub fn expect_whole(&self) -> Result<(), StoreError> {
        self.broken.clone().map_or(Ok(()), Err)
    }
}

/// As many changed records as make it worth saving the lists: a part of all that there are,
/// so that an import saves them a few times only.
fn many(totals: &Totals) -> u64 {
    let records: u64 = totals.given.values().sum();
    // No more than the trail may tell of at the next opening.
    MANY.max(records / 4).min(snapshot::MOST_CHANGED as u64 * 9 / 10)
}

impl Shared {
    /// Puts the parts of a store that has been opened together.
    pub fn new(dir: PathBuf, parts: Parts) -> Self {
        let given = |kind: Kind| parts.view.totals.given.get(&(kind as u8)).copied();
        let numbers = Kind::ALL.into_iter().filter_map(|kind| Some((kind, given(kind)?)));
        let writer = Writer {
            durable: parts.durable,
            seal: parts.seal,
            checking: None,
            unsaved: parts.unsaved,
            many: many(&parts.view.totals),
            broken: None,
        };
        Self {
            numbers: Mutex::new(numbers.collect()),
            engine: parts.engine,
            dir,
            view: RwLock::new(parts.view),
            writer: Mutex::new(writer),
            waiting: AtomicU64::new(0),
            turn: Mutex::new(()),
            turned: Condvar::new(),
            ending: AtomicBool::new(false),
            saving: AtomicBool::new(false),
            hurried: AtomicBool::new(false),
            snapshot: Mutex::new(parts.snapshot),
            _lock: parts.lock,
        }
    }

    /// How many rows there are.
    pub fn rows(&self) -> u64 {
        self.read().totals.tallies.values().map(|tally| tally.count).sum()
    }

    /// What readers see.
    pub fn read(&self) -> RwLockReadGuard<'_, View> {
        // Should a writer panic while it holds the view, its own lock is poisoned as well, and
        // nothing more is written; what readers see may lag behind.
        self.view.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// What readers see, to change it.
    pub fn change(&self) -> RwLockWriteGuard<'_, View> {
        self.view.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The writer's turn, for a commit.
    ///
    /// # Errors
    /// [`StoreError::ReadOnly`] and [`StoreError::Damaged`] when nothing may be written.
    pub fn write(&self) -> Result<MutexGuard<'_, Writer>, StoreError> {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let writer = self.writer.lock();
        self.waiting.fetch_sub(1, Ordering::SeqCst);
        let broken_off =
            |_| StoreError::ReadOnly { reason: "an earlier change broke off".to_owned() };
        let writer = writer.map_err(broken_off)?;
        writer.expect_whole()?;
        Ok(writer)
    }

    /// The writer's turn, to look while nothing is on its way; commits go first.
    ///
    /// # Errors
    /// As [`Shared::write`]; [`StoreError::Stopped`] when the store is being closed.
    pub fn pause(&self) -> Result<MutexGuard<'_, Writer>, StoreError> {
        while self.waiting.load(Ordering::SeqCst) > 0 {
            thread::sleep(STAND_BACK);
        }
        if self.is_ending() {
            return Err(StoreError::Stopped);
        }
        self.write()
    }

    /// The writer's turn whatever has happened, to walk or to close.
    pub fn last_turn(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes the rows and waits for the disk; readers see the old ones meanwhile.
    ///
    /// # Errors
    /// When it can't be written; nothing more is then.
    pub fn persist(&self, writer: &mut Writer, staged: &Staged) -> Result<(), StoreError> {
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
            let reason = match error {
                StoreError::Io { reason, .. } => reason.clone(),
                other => other.to_string(),
            };
            writer.broken = Some(StoreError::ReadOnly { reason });
        }
        written
    }

    /// Lets readers see what is on the disk now.
    pub fn publish(&self, writer: &mut Writer, changes: &Changes, staged: &Staged) {
        let mut view = self.change();
        view.directory.apply(changes);
        view.uniques.apply(&staged.moves);
        view.totals = staged.totals.clone();
        view.pending.clear();
        drop(view);
        if let Some(checking) = &mut writer.checking {
            checking.follow(&staged.writes);
        }
        writer.unsaved += (changes.puts().len() + changes.deletes().len()) as u64;
        if writer.unsaved >= writer.many && !self.saving.swap(true, Ordering::SeqCst) {
            self.tell();
        }
        let mut numbers = self.numbers.lock().unwrap_or_else(PoisonError::into_inner);
        for put in changes.puts() {
            let key = put.record.key();
            if let Some(number) = key.number() {
                let given = numbers.entry(key.kind).or_default();
                *given = number.max(*given);
            }
        }
    }

    /// The keeper can't go on. When the store turned out to be damaged, nothing more is
    /// written, and no list is shown that may lack rows; when a write has failed, what has
    /// been read is as good as before.
    pub fn give_up(&self, error: StoreError) {
        tracing::error!("the store is read-only from here on: {error}");
        let mut writer = self.last_turn();
        writer.checking = None;
        let after_a_write = writer.broken.is_some();
        writer.broken.get_or_insert_with(|| error.clone());
        drop(writer);
        let mut view = self.change();
        view.busy = false;
        if !after_a_write || view.reading.is_some() {
            view.failed = Some(error);
        }
        drop(view);
        self.tell();
    }

    /// Waits until all records of a kind have been read; `stop` ends the waiting.
    ///
    /// # Errors
    /// [`StoreError::Stopped`], and why they can't be read.
    pub fn wait_for(&self, kind: Kind, stop: &Stop) -> Result<(), StoreError> {
        self.wait_until(stop, |view| view.expect(kind))
    }

    /// Waits until everything has been read.
    ///
    /// # Errors
    /// Why it can't be.
    pub fn wait_until_read(&self) -> Result<(), StoreError> {
        self.wait_until(&Stop::default(), |view| {
            view.failed.clone().map_or(Ok(view.reading.is_none()), Err)
        })
    }

    /// Waits until every row has been looked at, which begins at once then.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn wait_until_checked(&self) -> Result<(), StoreError> {
        self.hurried.store(true, Ordering::SeqCst);
        self.tell();
        self.wait_until(&Stop::default(), |view| view.failed.clone().map_or(Ok(!view.busy), Err))
    }

    fn wait_until(
        &self,
        stop: &Stop,
        ready: impl Fn(&View) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        let mut turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if ready(&self.read())? {
                return Ok(());
            }
            if stop.is_set() {
                return Err(StoreError::Stopped);
            }
            let waited = self.turned.wait_timeout(turn, LOOK);
            turn = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits until it is known who holds those keys, if anybody does.
    ///
    /// # Errors
    /// Why it can't be known.
    pub fn wait_for_keys<'a>(
        &self,
        uniques: impl IntoIterator<Item = &'a UniqueKey>,
    ) -> Result<(), StoreError> {
        for unique in uniques {
            let kind = super::uniques::holder(unique, 0).kind;
            let view = self.read();
            // Who has been found holds it, whoever is still to be read.
            let known = view.expect(kind)? || view.owner(&self.engine, unique)?.is_some();
            drop(view);
            if !known {
                self.wait_for(kind, &Stop::default())?;
            }
        }
        Ok(())
    }

    /// Leaves the processor to who has just opened the store, unless somebody waits for the
    /// check.
    pub fn hold_back(&self) {
        let turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let calm = |_: &mut ()| !self.is_ending() && !self.hurried.load(Ordering::SeqCst);
        // Whether the time is over or not, it goes on.
        drop(self.turned.wait_timeout_while(turn, HOLD_BACK, calm));
    }

    /// Sleeps until the lists are to be saved; false when the store is being closed.
    pub fn doze(&self) -> bool {
        let mut turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        while !self.is_ending() && !self.saving.load(Ordering::SeqCst) {
            turn = self.turned.wait(turn).unwrap_or_else(PoisonError::into_inner);
        }
        !self.is_ending()
    }

    /// Saves the lists as they are now; commits go on meanwhile.
    ///
    /// # Errors
    /// When they can't be read or written; the next opening reads everything then.
    pub fn save(&self) -> Result<(), StoreError> {
        self.fetch(List::Contacts)?;
        let mut writer = self.last_turn();
        let view = self.read();
        if view.reading.is_some() || view.failed.is_some() {
            // Half a list must not be taken for the whole; who reads it saves it.
            self.saving.store(false, Ordering::SeqCst);
            return Ok(());
        }
        let moment = Moment {
            picture: view.directory.picture(),
            uniques: view.uniques.clone(),
            totals: view.totals.clone(),
        };
        drop(view);
        (writer.unsaved, writer.many) = (0, many(&moment.totals));
        drop(writer);
        self.saving.store(false, Ordering::SeqCst);
        moment.prepare()?;
        snapshot::write(&self.dir, &moment)
            .map_err(|e| StoreError::Io { deed: "saved", reason: reason(&e) })
    }

    /// Fetches a list whose reading has been put off.
    ///
    /// # Errors
    /// When a record is damaged or can't be read.
    pub fn fetch(&self, list: List) -> Result<(), StoreError> {
        if !self.read().directory.is_put_off(list) {
            return Ok(());
        }
        let mut snapshot = self.snapshot.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(from) = snapshot.take() else { return Ok(()) };
        match from.list(list) {
            Ok(roster) => self.change().directory.adopt(list, roster),
            Err(error) => {
                tracing::warn!(%error, "a saved list can't be read; its records are");
                let mut view = self.change();
                view.reading = Some(Reading::of_contacts());
                view.directory.adopt(list, Roster::default());
                drop(view);
                // Others wait for it; should it fail, they have to hear of it.
                reading::read(self).inspect_err(|error| self.give_up(error.clone()))?;
            }
        }
        Ok(())
    }

    /// Wakes everybody who waits for something here.
    pub fn tell(&self) {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        self.turned.notify_all();
    }

    /// The store is being closed.
    pub fn end(&self) {
        self.ending.store(true, Ordering::SeqCst);
        self.tell();
    }

    /// Whether the store is being closed.
    pub fn is_ending(&self) -> bool {
        self.ending.load(Ordering::SeqCst)
    }
}
