//! What can go wrong with the store, each in a sentence that says what to do.

use super::record::{Key, UniqueKey};

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
    #[error(
        "the data directory {path} can't be used: {reason}; give another with --data-dir, or mend its permissions"
    )]
    Directory {
        /// The directory.
        path: String,
        /// The system's words.
        reason: String,
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
        "the store is damaged: {what}; restore the last backup, and keep the damaged directory for a look"
    )]
    Damaged {
        /// What is wrong, and where.
        what: String,
    },
    /// A write failed before; nothing more is written until the store is opened anew.
    #[error(
        "the store is read-only since a write failed ({reason}); make room on the disk, then start again"
    )]
    ReadOnly {
        /// What failed then.
        reason: String,
    },
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
