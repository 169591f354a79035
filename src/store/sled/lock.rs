//! The lock: one process holds a store, and a second one is told which.
//!
//! Owns the file `lock`. What counts is the system's advisory lock on it, which ends with the
//! process however that ends; what the file says is for people only.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::disk;
use crate::domain::text;
use crate::domain::time::Timestamp;
use crate::store::error::StoreError;

/// The store is ours as long as this lives.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

impl Lock {
    /// Takes the lock of the store in `dir`.
    ///
    /// # Errors
    /// [`StoreError::Held`] with the holder when another has it, [`StoreError::Directory`]
    /// when the file can't be made.
    pub fn take(dir: &Path, now: Timestamp) -> Result<Self, StoreError> {
        let path = dir.join("lock");
        let unusable = |e: std::io::Error| StoreError::directory(dir, &e);
        let mut file = disk::private_file(&path).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(StoreError::Held { holder: holder(&mut file) });
            }
            Err(TryLockError::Error(e)) => return Err(unusable(e)),
        }
        let host = rustix::system::uname();
        let line = format!(
            "process {} on {} since {now}\n",
            std::process::id(),
            host.nodename().to_string_lossy(),
        );
        write(&mut file, &line).map_err(unusable)?;
        Ok(Self { file })
    }
}

impl Drop for Lock {
    /// Leaves an empty file. Closing alone would not free it while a process that is just
    /// being started still has a copy of the handle.
    fn drop(&mut self) {
        if let Err(e) = self.file.set_len(0).and_then(|()| self.file.unlock()) {
            tracing::warn!("the lock file could not be emptied: {e}");
        }
    }
}

fn write(file: &mut File, line: &str) -> std::io::Result<()> {
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    file.write_all(line.as_bytes())
}

/// What the file says, on one line and made harmless; it may be in the middle of a change.
fn holder(file: &mut File) -> String {
    let mut line = String::new();
    let read = file.take(256).read_to_string(&mut line);
    let line = line.lines().next().unwrap_or_default().trim();
    if read.is_err() || line.is_empty() {
        return "another process".to_owned();
    }
    text::escape(line).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_one_is_told_who_holds_it() {
        let dir = tempfile::tempdir().unwrap();
        let now = Timestamp::parse("2026-11-21T22:00:00Z").unwrap();
        let lock = Lock::take(dir.path(), now).unwrap();
        let refused = Lock::take(dir.path(), now).unwrap_err().to_string();
        let pid = std::process::id().to_string();
        for part in ["process ", &pid, " on ", "since 2026-11-21T22:00:00Z", "try again later"] {
            assert!(refused.contains(part), "{part:?} in {refused}");
        }
        drop(lock);
        Lock::take(dir.path(), now).unwrap();
    }

    #[test]
    fn a_file_without_a_holder_is_free_and_a_hostile_one_is_escaped() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("lock"), "process 1 on nowhere since ever\n").unwrap();
        let now = Timestamp::from_millis(0);
        let lock = Lock::take(dir.path(), now).unwrap();
        std::fs::write(dir.path().join("lock"), "\u{1b}[2Jx\n").unwrap();
        let refused = Lock::take(dir.path(), now).unwrap_err().to_string();
        assert!(refused.contains("⟨U+001B⟩"), "{refused}");
        drop(lock);
    }
}
