//! Imports from a file: a result for every row, twice without a duplicate.
//!
//! The file's encoding and header are judged before anything goes in; after that a bad row
//! stops nobody but itself. Rows go in chunk by chunk; what is in stays in, and a second run
//! of the same file does the rest and changes nothing else. One thread reads and checks the
//! rows while another commits them, and no more than a few chunks are ever in memory.
//!
//! `text`, `rows` and `sheet` read the file; `engine` goes through it; a file for each kind
//! of record says what its rows mean.

mod batch;
mod companies;
mod contacts;
mod engine;
mod firms;
mod person;
mod requests;
mod row;
mod rows;
mod sheet;
mod text;
mod unlinked;
mod users;

use std::ops::ControlFlow;

use serde::Serialize;

use crate::domain::id::{CompanyId, ContactId, RequestId, UserId};
use crate::domain::problem::Problem;
use crate::domain::text::Text;

pub use text::Source;

/// What to import, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImportArgs<'a> {
    /// The file's name, for the trail.
    pub file: &'a str,
    /// Whether nothing goes in and only the result is wanted.
    pub dry_run: bool,
}

/// What became of one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportRow {
    /// The line on which it begins, the header being line 1.
    pub line: u64,
    /// What became of it.
    pub outcome: RowOutcome,
    /// The record that it is about, when there is one: `"request": 7`.
    #[serde(flatten)]
    pub record: Option<Imported>,
    /// What people call that record: a User ID, a company's name.
    pub name: Option<Text>,
    /// What is wrong with it; empty unless refused.
    pub problems: Vec<Problem>,
}

/// The record that a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Imported {
    /// A portal request.
    Request(RequestId),
    /// A company.
    Company(CompanyId),
    /// A contact.
    Contact(ContactId),
    /// A user.
    User(UserId),
}

/// What can become of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowOutcome {
    /// It is a record now.
    Imported,
    /// It would be one, had this not been a dry run.
    WouldBeImported,
    /// The record that was there has changed to what it says.
    Changed,
    /// It would have, had this not been a dry run.
    WouldBeChanged,
    /// What it says is there already; nothing was done.
    AlreadyThere,
    /// Something is wrong with it.
    Refused,
}

impl RowOutcome {
    /// The words for a person or a file of results.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Imported => "imported",
            Self::WouldBeImported => "would be imported",
            Self::Changed => "changed",
            Self::WouldBeChanged => "would be changed",
            Self::AlreadyThere => "already there",
            Self::Refused => "refused",
        }
    }
}

/// How many rows came to what.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ImportSummary {
    /// Rows looked at.
    pub rows: u64,
    /// Those that are records now, or would be.
    pub imported: u64,
    /// Those whose record has changed, or would.
    pub changed: u64,
    /// Those that were there already.
    pub already_there: u64,
    /// Those that are refused.
    pub refused: u64,
    /// The columns of the file that nothing was read from.
    pub ignored_columns: Vec<Text>,
    /// Whether nothing went in.
    pub dry_run: bool,
    /// Whether it was stopped before the end of the file.
    pub stopped: bool,
}

impl ImportSummary {
    fn count(&mut self, outcome: RowOutcome) {
        self.rows += 1;
        match outcome {
            RowOutcome::Imported | RowOutcome::WouldBeImported => self.imported += 1,
            RowOutcome::Changed | RowOutcome::WouldBeChanged => self.changed += 1,
            RowOutcome::AlreadyThere => self.already_there += 1,
            RowOutcome::Refused => self.refused += 1,
        }
    }
}

/// How far an import is, after each chunk.
#[derive(Debug)]
pub struct Progress<'a> {
    /// The chunk's rows, in the order of the file.
    pub rows: &'a [ImportRow],
    /// All rows so far.
    pub so_far: &'a ImportSummary,
    /// Bytes of the file that have been read.
    pub bytes: u64,
    /// Bytes of the file.
    pub of_bytes: u64,
}

/// Who is told of each chunk once it is on the disk; may stop the rest.
pub type Sink<'a> = dyn FnMut(Progress<'_>) -> ControlFlow<()> + 'a;
