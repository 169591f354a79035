//! The engine: sled itself, behind calls that neither panic nor speak of it.
//!
//! Owns the one tree and is the only file that names sled's types. sled panics where it finds
//! its file damaged or can't write it; here that becomes an error.

use std::any::Any;
use std::io;
use std::ops::{Bound, ControlFlow};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::domain::problem::reason;
use crate::store::error::StoreError;

/// The bytes of a value as sled lends them out.
pub type Bytes = ::sled::IVec;

/// How often sled's lock on its own file is tried. A thread of sled may let go of the file a
/// moment after the store was closed, which is no reason to turn anybody away.
const LOCK_TRIES: u32 = 25;
const LOCK_PAUSE: Duration = Duration::from_millis(20);

/// An open sled.
#[derive(Debug)]
pub struct Engine {
    db: ::sled::Db,
}

impl Engine {
    /// Opens or makes the sled in `dir`, with a cache of so many bytes.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when sled can't make sense of its files, [`StoreError::Held`]
    /// when another has them open, [`StoreError::Io`] when it can't read or write them.
    pub fn open(dir: &Path, cache_bytes: u64) -> Result<Self, StoreError> {
        let config = ::sled::Config::new()
            .path(dir)
            .cache_capacity(cache_bytes)
            .flush_every_ms(None)
            .mode(::sled::Mode::HighThroughput);
        for _ in 0..LOCK_TRIES {
            match guarded("opened", || config.open()) {
                Err(StoreError::Io { reason, .. }) if reason.contains("acquire lock") => {
                    thread::sleep(LOCK_PAUSE);
                }
                opened => return opened.map(|db| Self { db }),
            }
        }
        // Our own lock is taken by now; so somebody has removed the file of who holds it.
        Err(StoreError::Held { holder: "another process".to_owned() })
    }

    /// The value at a key.
    ///
    /// # Errors
    /// When the file is damaged or can't be read.
    pub fn get(&self, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
        guarded("read", || self.db.get(key))
    }

    /// Shows every row whose key begins with `prefix`, in order, until told to stop.
    ///
    /// # Errors
    /// As [`Engine::get`], and the first one that `show` gives.
    pub fn scan(
        &self,
        prefix: &[u8],
        mut show: impl FnMut(&[u8], Bytes) -> Result<ControlFlow<()>, StoreError>,
    ) -> Result<(), StoreError> {
        let mut rows = self.db.scan_prefix(prefix);
        while let Some((key, value)) = guarded("read", || rows.next().transpose())? {
            self.count(&key)?;
            if show(&key, value)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// The first rows after one, up to so many, of those whose key begins with `prefix`.
    ///
    /// # Errors
    /// As [`Engine::get`].
    pub fn after(
        &self,
        prefix: &[u8],
        row: &[u8],
        most: usize,
    ) -> Result<Vec<(Bytes, Bytes)>, StoreError> {
        let from = std::cmp::max(prefix, row).to_vec();
        let mut rows = self.db.range((Bound::Excluded(from), Bound::Unbounded));
        let mut found = Vec::new();
        while found.len() < most
            && let Some((key, value)) = guarded("read", || rows.next().transpose())?
            && key.starts_with(prefix)
        {
            self.count(&key)?;
            found.push((key, value));
        }
        Ok(found)
    }

    /// Asks for a row that a scan has just shown. sled looks how full its cache is only after
    /// pages were asked for dozens of times; a scan asks for each of them once, and a million
    /// users would all stay in memory: 270 MB, and with this 85.
    fn count(&self, key: &[u8]) -> Result<(), StoreError> {
        self.get(key).map(drop)
    }

    /// Writes all of it or nothing, and hands it to the system; see [`disk::Durable`] for
    /// what else makes it last.
    ///
    /// # Errors
    /// When it can't be written; sled may show some of it all the same until it is reopened.
    pub fn apply<'a>(
        &self,
        writes: impl Iterator<Item = (&'a [u8], Option<&'a [u8]>)>,
    ) -> Result<(), StoreError> {
        let mut batch = ::sled::Batch::default();
        for (key, value) in writes {
            match value {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            }
        }
        guarded("written", || {
            self.db.apply_batch(batch)?;
            self.db.flush().map(|_| ())
        })
    }
}

fn guarded<T>(
    deed: &'static str,
    run: impl FnOnce() -> ::sled::Result<T>,
) -> Result<T, StoreError> {
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(translate(deed, error)),
        Err(panic) => Err(panicked(deed, panic.as_ref())),
    }
}

fn translate(deed: &'static str, error: ::sled::Error) -> StoreError {
    match error {
        ::sled::Error::Io(error) if is_loss(error.kind()) => {
            StoreError::Damaged { what: "one of its files is missing or cut short".to_owned() }
        }
        ::sled::Error::Io(error) => StoreError::Io { deed, reason: words(&error) },
        ::sled::Error::Corruption { .. } => {
            StoreError::Damaged { what: format!("a page of it can't be {deed}") }
        }
        other => StoreError::Damaged { what: format!("it can't be {deed} ({other})") },
    }
}

const fn is_loss(kind: io::ErrorKind) -> bool {
    matches!(kind, io::ErrorKind::NotFound | io::ErrorKind::UnexpectedEof)
}

/// sled repeats an error of the system in a form of its own that only keeps the kind.
fn words(error: &io::Error) -> String {
    match (error.raw_os_error(), error.kind()) {
        (None, kind) if kind != io::ErrorKind::Other => kind.to_string(),
        _ => reason(error),
    }
}

/// What a panic of sled comes to: damage, with its own words for the curious.
pub fn panicked(deed: &str, panic: &(dyn Any + Send)) -> StoreError {
    let words = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no reason given");
    let first = words.lines().next().unwrap_or_default();
    let what = format!("it can't be {deed} ({})", crate::domain::text::escape(first));
    StoreError::Damaged { what }
}
