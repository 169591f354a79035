//! Files in and out: companies, contacts and users imported, and exported again.

mod export;
mod firms;
mod random;
mod users;

use std::io::Cursor;
use std::ops::ControlFlow;

use crate::domain::role::Role;
use crate::service::bulk::Selection;
use crate::service::imports::{ImportArgs, ImportRow, ImportSummary, RowOutcome};
use crate::service::{Desk, DeskError, ListArgs, Session, Sort};

use super::House;

/// What a file brings in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Companies,
    Contacts,
    Users,
}

type Ran = Result<(ImportSummary, Vec<ImportRow>), DeskError>;

fn run(desk: &Desk, who: &Session, what: What, dry_run: bool, text: &str) -> Ran {
    run_until(desk, who, what, dry_run, text, usize::MAX)
}

/// The same, stopped after so many chunks.
fn run_until(
    desk: &Desk,
    who: &Session,
    what: What,
    dry_run: bool,
    text: &str,
    mut chunks: usize,
) -> Ran {
    let mut rows = Vec::new();
    let args = ImportArgs { file: "file.csv", dry_run };
    let mut source = Cursor::new(text.as_bytes());
    let sink = &mut |step: crate::service::imports::Progress<'_>| {
        rows.extend_from_slice(step.rows);
        chunks -= 1;
        if chunks == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let summary = match what {
        What::Companies => desk.import_companies(who, args, &mut source, sink),
        What::Contacts => desk.import_contacts(who, args, &mut source, sink),
        What::Users => desk.import_users(who, args, &mut source, sink),
    }?;
    assert_eq!(summary.rows, rows.len() as u64);
    Ok((summary, rows))
}

impl House {
    /// Somebody of Customer Service.
    fn anna(&self) -> Session {
        self.staff(Role::CustomerService)
    }

    /// Imports by Customer Service; what became of each row, and why it was refused.
    fn import(&self, what: What, text: &str) -> Vec<(RowOutcome, String)> {
        let anna = self.anna();
        let (_, rows) = run(&self.desk, &anna, what, false, text).unwrap();
        rows.into_iter().map(|it| (it.outcome, said(&it))).collect()
    }

    /// Imports what has to go through whole: so many new and so many changed rows.
    #[track_caller]
    fn brings(&self, what: What, text: &str, imported: u64, changed: u64) {
        let anna = self.anna();
        let (summary, rows) = run(&self.desk, &anna, what, false, text).unwrap();
        let figures = (summary.imported, summary.changed, summary.refused);
        assert_eq!(figures, (imported, changed, 0), "{rows:?}");
    }

    /// The only refusal of an import.
    #[track_caller]
    fn refuses(&self, what: What, text: &str) -> String {
        let mut all = self.import(what, text);
        all.retain(|(outcome, _)| *outcome == RowOutcome::Refused);
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0).1
    }

    /// The export of a list, as Customer Service gets it.
    fn exported(&self, what: What) -> String {
        let anna = self.anna();
        let mut out = Vec::new();
        let plain = ListArgs::all(Sort::Number, false);
        let portal = ListArgs { text: "kind:portal".into(), ..ListArgs::all(Sort::Number, false) };
        let users = Selection::Matching { args: portal, except: Vec::new() };
        match what {
            What::Companies => self.desk.export_companies(&anna, &plain, &mut out, &()),
            What::Contacts => self.desk.export_contacts(&anna, &plain, &mut out, &()),
            What::Users => self.desk.export_users(&anna, &users, &mut out, &()),
        }
        .unwrap();
        String::from_utf8(out).unwrap()
    }
}

fn said(row: &ImportRow) -> String {
    row.problems.iter().map(|it| it.message.as_str()).collect::<Vec<_>>().join(" ")
}
