//! Going through a file: chunk by chunk, one thread reading ahead of the other.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use crate::domain::audit::Actor;
use crate::domain::problem::{Code, Problem};
use crate::domain::role::Permission;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::service::{Desk, DeskError, Session};
use crate::store::{Changes, CommitError};

use super::sheet::{Column, Sheet, SheetRow};
use super::text::Source;
use super::{ImportArgs, ImportRow, ImportSummary, Imported, Progress, RowOutcome, Sink};

/// Chunks that are read ahead.
const AHEAD: usize = 2;

/// How often a chunk is decided anew when somebody else moves its records meanwhile.
pub(super) const TRIES: usize = 5;

/// What a dry run keeps to know rows again; beyond it, it begins anew, and does not see that
/// rows further apart than that are about one record.
pub(super) const PLANNED: usize = 1_000_000;

/// What the rows of a file mean: one for each kind of record.
pub(super) trait Intake {
    /// A row that can be read.
    type Draft: Send;
    /// The columns of its files.
    const COLUMNS: &'static [Column];
    /// What it takes to bring such a file in.
    const PERMISSION: Permission;
    /// Rows in one commit.
    const CHUNK: usize;

    /// Reads the cells of a row; every problem with it at once.
    ///
    /// # Errors
    /// The problems.
    fn read(line: u64, cells: Vec<String>, now: Timestamp) -> Result<Self::Draft, Vec<Problem>>;

    /// Brings the drafts of a chunk in, all or nothing; a result for each, in any order.
    ///
    /// # Errors
    /// When the store fails, or others move the same records over and over.
    fn settle(
        &mut self,
        desk: &Desk,
        run: &Run<'_>,
        drafts: Vec<Self::Draft>,
    ) -> Result<Vec<ImportRow>, DeskError>;
}

/// What a chunk is brought in for.
pub(super) struct Run<'a> {
    /// Who brings it in.
    pub actor: &'a Actor,
    /// The file's name and whether this is a dry run.
    pub args: ImportArgs<'a>,
}

/// Rows that have been read.
struct Chunk<D> {
    refused: Vec<ImportRow>,
    drafts: Vec<D>,
    bytes: u64,
}

/// Goes through a file.
///
/// # Errors
/// When the role may not, the file is none of the kind, or the store can't be written. A bad
/// row is no error.
pub(super) fn go_through<I: Intake>(
    desk: &Desk,
    who: &Session,
    args: ImportArgs<'_>,
    source: &mut dyn Source,
    mut intake: I,
    sink: &mut Sink<'_>,
) -> Result<ImportSummary, DeskError> {
    desk.authorize(who, I::PERMISSION)?;
    let mut sheet = Sheet::open(source, I::COLUMNS)?;
    let (_, of_bytes) = sheet.progress();
    let mut summary = ImportSummary {
        dry_run: args.dry_run,
        ignored_columns: std::mem::take(&mut sheet.ignored),
        ..ImportSummary::default()
    };
    let now = desk.clock.now();
    thread::scope(|scope| {
        let (sender, receiver) = sync_channel(AHEAD);
        scope.spawn(move || read_ahead::<I>(sheet, now, &sender));
        take_in(desk, who, args, &mut intake, &receiver, &mut summary, of_bytes, sink)
    })?;
    Ok(summary)
}

/// Reads the rows of a file until it ends, can't be read, or nobody wants them any more.
fn read_ahead<I: Intake>(
    mut sheet: Sheet<'_>,
    now: Timestamp,
    sender: &SyncSender<Result<Chunk<I::Draft>, Problem>>,
) {
    loop {
        let mut chunk = Chunk { refused: Vec::new(), drafts: Vec::new(), bytes: 0 };
        let mut trouble = None;
        for row in sheet.by_ref().take(I::CHUNK) {
            match row {
                Ok(SheetRow { line, cells }) => {
                    match cells.map_err(|it| vec![it]).and_then(|cells| I::read(line, cells, now)) {
                        Ok(draft) => chunk.drafts.push(draft),
                        Err(problems) => chunk.refused.push(ImportRow::refused(line, problems)),
                    }
                }
                Err(problem) => {
                    trouble = Some(problem);
                    break;
                }
            }
        }
        (chunk.bytes, _) = sheet.progress();
        if chunk.drafts.is_empty() && chunk.refused.is_empty() && trouble.is_none() {
            return;
        }
        let sent = sender.send(Ok(chunk));
        if let Some(problem) = trouble {
            // Nobody listens any more when the import was stopped.
            let _ = sender.send(Err(problem));
            return;
        }
        if sent.is_err() {
            return;
        }
    }
}

#[allow(clippy::too_many_arguments)]
fn take_in<I: Intake>(
    desk: &Desk,
    who: &Session,
    args: ImportArgs<'_>,
    intake: &mut I,
    chunks: &Receiver<Result<Chunk<I::Draft>, Problem>>,
    summary: &mut ImportSummary,
    of_bytes: u64,
    sink: &mut Sink<'_>,
) -> Result<(), DeskError> {
    for chunk in chunks {
        let Chunk { refused: mut rows, drafts, bytes } = chunk?;
        // Asked at each chunk: who is disabled meanwhile is out.
        let actor = desk.authorize(who, I::PERMISSION)?;
        rows.extend(intake.settle(desk, &Run { actor: &actor, args }, drafts)?);
        rows.sort_by_key(|row| row.line);
        rows.iter().for_each(|row| summary.count(row.outcome));
        if sink(Progress { rows: &rows, so_far: summary, bytes, of_bytes }).is_break() {
            summary.stopped = true;
            break;
        }
    }
    Ok(())
}

impl Run<'_> {
    /// What becomes of a row that makes a record.
    pub(super) fn made(&self) -> RowOutcome {
        if self.args.dry_run { RowOutcome::WouldBeImported } else { RowOutcome::Imported }
    }

    /// What becomes of a row that changes one.
    pub(super) fn changed(&self) -> RowOutcome {
        if self.args.dry_run { RowOutcome::WouldBeChanged } else { RowOutcome::Changed }
    }
}

/// The refusal of a row whose cells are not those of the columns, which a sheet never gives.
pub(super) fn torn() -> Problem {
    Problem::whole(Code::Malformed, "The row could not be taken apart; write it anew.")
}

/// Decides a chunk until nothing has moved under it.
///
/// # Errors
/// Those of `attempt`, and when others move the same records over and over.
pub(super) fn retrying(
    mut attempt: impl FnMut() -> Result<Option<Vec<ImportRow>>, DeskError>,
) -> Result<Vec<ImportRow>, DeskError> {
    for _ in 0..TRIES {
        if let Some(rows) = attempt()? {
            return Ok(rows);
        }
    }
    Err(DeskError::refused(
        Code::WrongState,
        "Somebody else changes the same records right now; wait until that is done, then run it again.",
    ))
}

/// Commits a chunk, if there is anything in it; false when its records moved meanwhile.
///
/// # Errors
/// When the store can't be written.
pub(super) fn commit(desk: &Desk, changes: Option<Changes>) -> Result<bool, DeskError> {
    let Some(changes) = changes else { return Ok(true) };
    match desk.commit_raw(changes) {
        Ok(_) => Ok(true),
        Err(CommitError::Store(error)) => Err(error.into()),
        Err(CommitError::Taken { .. } | CommitError::Conflict(_)) => Ok(false),
    }
}

impl ImportRow {
    /// The result of a row that is refused.
    pub(super) fn refused(line: u64, problems: Vec<Problem>) -> Self {
        Self { line, outcome: RowOutcome::Refused, record: None, name: None, problems }
    }

    /// The result of a row that came to a record.
    pub(super) fn about(
        line: u64,
        outcome: RowOutcome,
        record: Option<Imported>,
        name: impl Into<Option<Text>>,
    ) -> Self {
        Self { line, outcome, record, name: name.into(), problems: Vec::new() }
    }
}
