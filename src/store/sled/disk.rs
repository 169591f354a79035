//! The disk: directories and files that only their owner may read, and what makes a commit
//! durable.
//!
//! Owns modes and syncing; knows nothing of records. sled's own `flush` is not enough: it
//! calls `sync_file_range`, which neither writes the file's length nor empties the disk's
//! cache, and what it puts into files of their own (`blobs/`, pages above 128 KiB) it never
//! syncs.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::store::error::StoreError;

const PRIVATE_DIR: u32 = 0o700;
const PRIVATE_FILE: u32 = 0o600;
const OTHERS_WRITE: u32 = 0o022;

/// Makes a directory, and those above it, that only its owner may enter.
///
/// # Errors
/// [`StoreError::Directory`] when it can't be made or is no directory.
pub fn make_dir(dir: &Path) -> Result<(), StoreError> {
    let made = DirBuilder::new().recursive(true).mode(PRIVATE_DIR).create(dir);
    made.map_err(|e| StoreError::directory(dir, &e))
}

/// Makes the data directory, or finds it fit to hold a store: nobody but its owner may put
/// files into it. An empty one of our own is closed to others; one with something in it may
/// be meant for more than the store, and what is in it may not be ours, so it stays as it is.
///
/// # Errors
/// [`StoreError::Directory`] when it can't be made, is no directory, or others may write.
pub fn private_dir(dir: &Path) -> Result<(), StoreError> {
    make_dir(dir)?;
    close_or_refuse(dir).map_err(|e| StoreError::directory(dir, &e))?.map_or(Ok(()), |mode| {
        Err(StoreError::Directory {
            path: dir.display().to_string(),
            reason: format!("others may write to it (mode {mode:o})"),
            remedy: "look at what is in it and close it with chmod 700, or give another with --data-dir",
        })
    })
}

/// The mode of a directory that others may write to and that is not ours to close.
fn close_or_refuse(dir: &Path) -> io::Result<Option<u32>> {
    let about = fs::metadata(dir)?;
    let mode = about.permissions().mode() & 0o7777;
    let ours = about.uid() == rustix::process::geteuid().as_raw();
    if mode & 0o077 != 0 && ours && fs::read_dir(dir)?.next().is_none() {
        fs::set_permissions(dir, Permissions::from_mode(PRIVATE_DIR))?;
        return Ok(None);
    }
    Ok((mode & OTHERS_WRITE != 0).then_some(mode))
}

/// Opens a file to read and write, made so that only its owner may.
///
/// # Errors
/// As the system has it.
pub fn private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(PRIVATE_FILE)
        .open(path)
}

/// Closes a directory and all in it to everybody but its owner.
///
/// # Errors
/// As the system has it.
pub fn close_to_others(dir: &Path) -> io::Result<()> {
    fs::set_permissions(dir, Permissions::from_mode(PRIVATE_DIR))?;
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            close_to_others(&entry.path())?;
        } else {
            fs::set_permissions(entry.path(), Permissions::from_mode(PRIVATE_FILE))?;
        }
    }
    Ok(())
}

/// Writes the names in a directory to the disk.
///
/// # Errors
/// As the system has it.
pub fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

/// The files behind an open sled, and which of them are known to be on the disk.
#[derive(Debug)]
pub struct Durable {
    db: File,
    blobs: PathBuf,
    synced: BTreeSet<OsString>,
}

impl Durable {
    /// Opens the files of the sled in `dir` beside it.
    ///
    /// # Errors
    /// As the system has it.
    pub fn open(dir: &Path) -> io::Result<Self> {
        let db = OpenOptions::new().read(true).write(true).open(dir.join("db"))?;
        let blobs = dir.join("blobs");
        Ok(Self { db, blobs, synced: BTreeSet::new() })
    }

    /// Brings everything that sled has flushed to the disk.
    ///
    /// # Errors
    /// As the system has it; what was flushed may be lost then.
    pub fn sync(&mut self) -> io::Result<()> {
        self.sync_blobs()?;
        self.db.sync_data()
    }

    fn sync_blobs(&mut self) -> io::Result<()> {
        let mut present = BTreeSet::new();
        for entry in fs::read_dir(&self.blobs)? {
            present.insert(entry?.file_name());
        }
        let fresh: Vec<&OsString> = present.difference(&self.synced).collect();
        for name in &fresh {
            match File::open(self.blobs.join(name)) {
                Ok(file) => file.sync_all()?,
                // sled has replaced the page meanwhile and removed its file.
                Err(e) if e.kind() == io::ErrorKind::NotFound => {}
                Err(e) => return Err(e),
            }
        }
        if !fresh.is_empty() {
            sync_dir(&self.blobs)?;
        }
        self.synced = present;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_open_to_others_is_closed() {
        let dir = tempfile::tempdir().unwrap();
        let inner = dir.path().join("inner");
        fs::create_dir(&inner).unwrap();
        fs::write(inner.join("file"), "x").unwrap();
        close_to_others(dir.path()).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&inner), 0o700);
        assert_eq!(mode(&inner.join("file")), 0o600);
    }

    #[test]
    fn a_directory_that_others_may_write_to_holds_no_store() {
        let parent = tempfile::tempdir().unwrap();
        let dir = parent.path().join("desk");
        let chmod = |mode| fs::set_permissions(&dir, Permissions::from_mode(mode)).unwrap();
        let mode = || fs::metadata(&dir).unwrap().permissions().mode() & 0o777;
        private_dir(&dir).unwrap();
        assert_eq!(mode(), 0o700);
        for open in [0o755, 0o775, 0o777] {
            chmod(open);
            private_dir(&dir).unwrap();
            assert_eq!(mode(), 0o700, "an empty one of ours is closed");
        }
        fs::write(dir.join("letter"), "x").unwrap();
        for open in [0o770, 0o702, 0o777] {
            chmod(open);
            let refused = private_dir(&dir).unwrap_err().to_string();
            for part in ["desk can't be used", &format!("(mode {open:o})"), "chmod 700"] {
                assert!(refused.contains(part), "{part:?} in {refused}");
            }
            assert_eq!(mode(), open, "nothing is changed");
        }
        chmod(0o755);
        private_dir(&dir).unwrap();
        assert_eq!(mode(), 0o755, "others may look at the names in it and no more");
    }
}
