//! Exports: a list as a CSV file that imports can read again, and that does no harm.
//!
//! The numbers of the rows are taken once, in the list's order; the records are read in
//! chunks after that. So what others change meanwhile neither doubles a row nor drops
//! another; a record that is deleted meanwhile is left out. The trail tells of an export
//! before its first row leaves.

mod file;
mod rows;

use std::collections::HashSet;
use std::io::Write;

use serde::Serialize;

use crate::domain::audit::Action;
use crate::domain::problem::reason;
use crate::domain::request::RequestStatus;
use crate::domain::role::Permission;
use crate::domain::text::Text;
use crate::store::query::{List, Query, Status};
use crate::store::{AuditDraft, Changes, CommitError};

use super::bulk::Selection;
use super::{Desk, DeskError, ListArgs, NoStatus, Session, Watch, cell};

pub use file::to_file;
pub(super) use file::{IfThere, write_whole};

use rows::Table;

/// Rows that are read at once.
const CHUNK: usize = 500;

/// What an export came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Exported {
    /// Rows that were written.
    pub rows: u64,
    /// Whether it was stopped before the last one.
    pub stopped: bool,
}

impl Desk {
    /// Writes users to `out` as CSV: all that match, in the list's order, or those that are
    /// ticked, in the order given.
    ///
    /// # Errors
    /// When the role may not read, the filter can't be read, the store can't, or `out` can't
    /// be written.
    pub fn export_users(
        &self,
        who: &Session,
        selection: &Selection,
        out: &mut dyn Write,
        watch: &dyn Watch,
    ) -> Result<Exported, DeskError> {
        self.authorize(who, Permission::Read)?;
        let (numbers, what) = match selection {
            Selection::These(ids) => {
                let mut seen = HashSet::new();
                let numbers = ids.iter().map(|it| it.0).filter(|it| seen.insert(*it)).collect();
                (numbers, String::from("users, ticked one by one"))
            }
            Selection::Matching { args, except } => {
                let except: HashSet<u64> = except.iter().map(|it| it.0).collect();
                let mut numbers = self.repo.numbers(&self.users_query(args)?)?;
                numbers.retain(|it| !except.contains(it));
                (numbers, told("users", args, args.status.map(|it| it.word())))
            }
        };
        self.export(who, &what, numbers, &mut rows::Users::default(), out, watch)
    }

    /// Writes contacts to `out` as CSV, in the list's order.
    ///
    /// # Errors
    /// As [`Desk::export_users`].
    pub fn export_contacts(
        &self,
        who: &Session,
        args: &ListArgs<NoStatus>,
        out: &mut dyn Write,
        watch: &dyn Watch,
    ) -> Result<Exported, DeskError> {
        self.authorize(who, Permission::Read)?;
        let query = self.asked_plainly(List::Contacts, args)?;
        let (numbers, what) = (self.repo.numbers(&query)?, told("contacts", args, None));
        self.export(who, &what, numbers, &mut rows::Contacts::default(), out, watch)
    }

    /// Writes companies to `out` as CSV, in the list's order.
    ///
    /// # Errors
    /// As [`Desk::export_users`].
    pub fn export_companies(
        &self,
        who: &Session,
        args: &ListArgs<NoStatus>,
        out: &mut dyn Write,
        watch: &dyn Watch,
    ) -> Result<Exported, DeskError> {
        self.authorize(who, Permission::Read)?;
        let query = self.asked_plainly(List::Companies, args)?;
        let (numbers, what) = (self.repo.numbers(&query)?, told("companies", args, None));
        self.export(who, &what, numbers, &mut rows::Companies, out, watch)
    }

    /// Writes portal requests to `out` as CSV, in the list's order.
    ///
    /// # Errors
    /// As [`Desk::export_users`].
    pub fn export_requests(
        &self,
        who: &Session,
        args: &ListArgs<RequestStatus>,
        out: &mut dyn Write,
        watch: &dyn Watch,
    ) -> Result<Exported, DeskError> {
        self.authorize(who, Permission::Read)?;
        let query: Query = self.asked(List::Requests, args, |it| Status::Request(*it))?;
        let what = told("requests", args, args.status.map(RequestStatus::word));
        self.export(who, &what, self.repo.numbers(&query)?, &mut rows::Requests, out, watch)
    }

    /// Tells the trail, then writes the header and the rows of those numbers.
    fn export(
        &self,
        who: &Session,
        what: &str,
        numbers: Vec<u64>,
        table: &mut dyn Table,
        out: &mut dyn Write,
        watch: &dyn Watch,
    ) -> Result<Exported, DeskError> {
        let total = numbers.len() as u64;
        self.tell_export(who, &format!("{what}: {total} rows"))?;
        let mut writer =
            csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
        writer.write_record(table.header()).map_err(|error| unwritable(&error.into()))?;
        let mut exported = Exported { rows: 0, stopped: false };
        let mut behind = 0;
        for chunk in numbers.chunks(CHUNK) {
            if watch.stopped() {
                exported.stopped = true;
                break;
            }
            // Asked at each chunk: who is disabled meanwhile is out.
            self.authorize(who, Permission::Read)?;
            for row in table.rows(self, chunk)? {
                let cells = row.iter().map(|it| cell::write(it));
                let cells = cells.map(std::borrow::Cow::into_owned);
                writer.write_record(cells).map_err(|error| unwritable(&error.into()))?;
                exported.rows += 1;
            }
            behind += chunk.len() as u64;
            watch.progress(behind, Some(total));
        }
        writer.flush().map_err(|error| unwritable(&error))?;
        Ok(exported)
    }

    fn tell_export(&self, who: &Session, note: &str) -> Result<(), DeskError> {
        let actor = self.authorize(who, Permission::Read)?;
        let entry = AuditDraft::new(self.clock.now(), &actor, Action::Export).noting(note);
        match self.repo.commit(Changes::new(entry)) {
            Ok(_) => Ok(()),
            Err(CommitError::Store(error)) => Err(error.into()),
            // An entry alone depends on no record.
            Err(error) => Err(DeskError::Machine(error.to_string())),
        }
    }
}

/// Which rows an export takes, for the trail.
fn told<S>(list: &str, args: &ListArgs<S>, status: Option<&str>) -> String {
    let mut told = list.to_owned();
    if !args.text.trim().is_empty() {
        told.push_str(&format!(" matching “{}”", Text::from(args.text.trim())));
    }
    if let Some(status) = status {
        told.push_str(&format!(", status {status}"));
    }
    if let Some(since) = args.since {
        told.push_str(&format!(", since {since}"));
    }
    if let Some(until) = args.until {
        told.push_str(&format!(", before {until}"));
    }
    if let Some(company) = args.company {
        told.push_str(&format!(", company {company}"));
    }
    told
}

fn unwritable(error: &std::io::Error) -> DeskError {
    DeskError::Machine(format!("The export can't be written: {}.", reason(error)))
}
