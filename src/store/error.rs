//! What can go wrong with the store, each in a sentence that says what to do.

use std::io;
use std::path::Path;

use super::record::{Key, UniqueKey};
use crate::domain::problem::reason;

/// The store could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Another process holds it; try again later (exit status 75).
    #[error("the store is held by {holder}; close it there, or try again later")]
    Held {
        /// Process, host and since when.
        holder: String,
    },
    /// The directory can't be made, read or written.
    #[error("the data directory {path} can't be used: {reason}; {remedy}")]
    Directory {
        /// The directory.
        path: String,
        /// The system's words.
        reason: String,
        /// What to do.
        remedy: &'static str,
    },
    /// An operation of the file system failed.
    #[error("the store could not be {deed} ({reason}); see to the disk, then start again")]
    Io {
        /// What was tried, as a participle: `read`, `written`.
        deed: &'static str,
        /// The system's words.
        reason: String,
    },
    /// What is on the disk is not what was written.
    #[error(
        "the store is damaged: {what}; leave the data directory as it is for a look, and put a copy of the whole directory from before in its place"
    )]
    Damaged {
        /// What is wrong, and where.
        what: String,
    },
    /// Nobody waits for the answer any more, see [`super::query::Stop`].
    #[error("the search was stopped")]
    Stopped,
    /// A write failed before; nothing more is written until the store is opened anew.
    #[error(
        "the store is read-only since a write failed ({reason}); make room on the disk, then start again"
    )]
    ReadOnly {
        /// What failed then.
        reason: String,
    },
}

impl StoreError {
    /// What a failure of the file system says about the data directory, or a place in it.
    pub fn directory(path: &Path, error: &io::Error) -> Self {
        let remedy = match error.kind() {
            io::ErrorKind::PermissionDenied => {
                "mend its permissions, or give another with --data-dir"
            }
            io::ErrorKind::StorageFull => "make room on the disk, or give another with --data-dir",
            _ => "give another with --data-dir",
        };
        Self::Directory { path: path.display().to_string(), reason: reason(error), remedy }
    }
}

/// A commit that did not happen; nothing of it did.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// Records have moved since they were read.
    #[error("{} changed meanwhile", list(.0))]
    Conflict(Vec<Moved>),
    /// A unique key belongs to another record.
    #[error("{unique:?} belongs to {owner} already")]
    Taken {
        /// The key.
        unique: UniqueKey,
        /// The number of the record that holds it.
        owner: u64,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A record that is not at the version that it was expected at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// The record.
    pub key: Key,
    /// The version that was expected; 0 for none.
    pub expected: u64,
    /// The version that is there; 0 for none.
    pub found: u64,
}

fn list(moved: &[Moved]) -> String {
    moved.iter().map(|it| it.key.to_string()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_are_to_mend_only_where_they_are_the_trouble() {
        let said = |number| {
            let error = io::Error::from_raw_os_error(number);
            StoreError::directory(Path::new("/srv/desk"), &error).to_string()
        };
        let [denied, full, no_directory] = [13, 28, 20].map(said);
        assert!(denied.ends_with(
            "/srv/desk can't be used: permission denied; mend its permissions, or give another with --data-dir"
        ), "{denied}");
        assert!(full.contains("make room on the disk"), "{full}");
        assert!(
            no_directory.ends_with("not a directory; give another with --data-dir"),
            "{no_directory}"
        );
    }

    #[test]
    fn nothing_is_advised_that_there_is_not() {
        let damaged = StoreError::Damaged { what: "its file seal is missing".into() }.to_string();
        assert!(!damaged.contains("restore") && !damaged.contains("backup"), "{damaged}");
        assert!(damaged.contains("a copy of the whole directory"), "{damaged}");
    }
}
