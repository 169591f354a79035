//! Importing portal requests from a file: a result for every row, twice without a duplicate.
//!
//! A row is known by a digest of what it says, its import key, which the request keeps: a
//! row that was imported before is “already there”, however the request was edited since.
//! The file's encoding and header are judged before anything goes in; after that a bad row
//! stops nobody but itself. The portal's switch is about visitors: staff may import while
//! it is off.

mod row;
mod sheet;

use std::collections::HashMap;
use std::ops::ControlFlow;

use serde::Serialize;

use crate::domain::audit::{Action, Actor};
use crate::domain::id::{RequestId, SiteId};
use crate::domain::problem::{Code, Problem};
use crate::domain::request::PortalRequest;
use crate::domain::role::Permission;
use crate::domain::site::Site;
use crate::store::{AuditDraft, Changes, CommitError, Key, Kind, UniqueKey};

use super::{Desk, DeskError, Session};

pub use sheet::MAX_BYTES;

use row::{COLUMNS, Draft};
use sheet::{Sheet, SheetRow};

/// Rows in one commit: more would lock readers out for too long (ARCHITECTURE.md, the store).
const CHUNK: usize = 100;

/// How often a chunk is decided anew when somebody else imports the same rows meanwhile.
const TRIES: usize = 5;

/// What to import, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImportArgs<'a> {
    /// The file's name, for the trail.
    pub file: &'a str,
    /// The code of the site that the requests belong to; `None` for the portal's first.
    pub site: Option<&'a str>,
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
    /// The request, when there is one.
    pub request: Option<RequestId>,
    /// What is wrong with it; empty unless refused.
    pub problems: Vec<Problem>,
}

/// What can become of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowOutcome {
    /// It is a request now.
    Imported,
    /// It would be one, had this not been a dry run.
    WouldBeImported,
    /// The same row was imported before, or stands further up in the file.
    AlreadyThere,
    /// Something is wrong with it.
    Refused,
}

/// How many rows came to what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct ImportSummary {
    /// Rows looked at.
    pub rows: u64,
    /// Those that are requests now, or would be.
    pub imported: u64,
    /// Those that were there already.
    pub already_there: u64,
    /// Those that are refused.
    pub refused: u64,
    /// Whether nothing went in.
    pub dry_run: bool,
    /// Whether it was stopped before the end of the file.
    pub stopped: bool,
}

/// How far an import is, after each chunk.
#[derive(Debug)]
pub struct Progress<'a> {
    /// The chunk's rows, in the order of the file.
    pub rows: &'a [ImportRow],
    /// All rows so far.
    pub so_far: ImportSummary,
    /// Bytes of the file that have been dealt with.
    pub bytes: usize,
    /// Bytes of the file.
    pub of_bytes: usize,
}

/// What became of a draft.
struct Settled {
    line: u64,
    key: String,
    outcome: RowOutcome,
    request: Option<RequestId>,
}

impl Desk {
    /// Imports requests from a CSV file with the header
    /// `First Name,Last Name,Email,Phone,Company,Submitted At`, in any order.
    ///
    /// `progress` is told of each chunk once it is on the disk, and may stop the rest. The
    /// rows that are in stay in, also when a later chunk fails; a second run does the rest.
    ///
    /// # Errors
    /// When the role may not, the file is none of the kind, there is no such site, or the
    /// store can't be written. A bad row is no error.
    pub fn import_requests(
        &self,
        who: &Session,
        args: ImportArgs<'_>,
        bytes: &[u8],
        progress: &mut dyn FnMut(Progress<'_>) -> ControlFlow<()>,
    ) -> Result<ImportSummary, DeskError> {
        self.authorize(who, Permission::HandleRequests)?;
        let (group, site) = self.portal_site(args.site)?;
        if !group.sites.contains(&site.id) {
            return Err(outside_portal(&site));
        }
        let site = site.id;
        let mut sheet = Sheet::open(bytes, &COLUMNS)?;
        let mut summary = ImportSummary { dry_run: args.dry_run, ..ImportSummary::default() };
        let mut seen = HashMap::new();
        loop {
            let chunk: Vec<SheetRow> = sheet.by_ref().take(CHUNK).collect();
            if chunk.is_empty() {
                return Ok(summary);
            }
            // Asked at each chunk: who is disabled meanwhile is out.
            let actor = self.authorize(who, Permission::HandleRequests)?;
            let rows = self.import_chunk(&actor, args, site, chunk, &mut seen)?;
            rows.iter().for_each(|row| summary.count(row.outcome));
            let step = Progress {
                rows: &rows,
                so_far: summary,
                bytes: sheet.read(),
                of_bytes: bytes.len(),
            };
            if progress(step).is_break() {
                summary.stopped = true;
                return Ok(summary);
            }
        }
    }

    /// Sorts a chunk into what is wrong, what is there and what is new; the new goes in.
    fn import_chunk(
        &self,
        actor: &Actor,
        args: ImportArgs<'_>,
        site: SiteId,
        chunk: Vec<SheetRow>,
        seen: &mut HashMap<String, Option<RequestId>>,
    ) -> Result<Vec<ImportRow>, DeskError> {
        let now = self.clock.now();
        let mut rows = Vec::with_capacity(chunk.len());
        let mut drafts: Vec<Draft> = Vec::new();
        let mut repeated = Vec::new();
        for SheetRow { line, cells } in chunk {
            match cells.map_err(|it| vec![it]).and_then(|cells| row::read(line, cells, now)) {
                Err(problems) => {
                    rows.push(ImportRow { problems, ..told(line, RowOutcome::Refused, None) });
                }
                Ok(draft) if seen.contains_key(&draft.key) => repeated.push((line, draft.key)),
                Ok(draft) => {
                    seen.insert(draft.key.clone(), None);
                    drafts.push(draft);
                }
            }
        }
        for Settled { line, key, outcome, request } in
            self.import_drafts(actor, args, site, drafts)?
        {
            seen.insert(key, request);
            rows.push(told(line, outcome, request));
        }
        rows.extend(repeated.into_iter().map(|(line, key)| {
            told(line, RowOutcome::AlreadyThere, seen.get(&key).copied().flatten())
        }));
        rows.sort_by_key(|row| row.line);
        Ok(rows)
    }

    /// Commits the drafts that are not there yet; what became of each, by line and key.
    fn import_drafts(
        &self,
        actor: &Actor,
        args: ImportArgs<'_>,
        site: SiteId,
        drafts: Vec<Draft>,
    ) -> Result<Vec<Settled>, DeskError> {
        let keys: Vec<UniqueKey> =
            drafts.iter().map(|it| UniqueKey::ImportedRequest(it.key.clone())).collect();
        for _ in 0..TRIES {
            let owners = self.repo.owners(&keys)?;
            let mut new: Vec<&Draft> = Vec::new();
            for (draft, owner) in drafts.iter().zip(&owners) {
                if owner.is_none() {
                    new.push(draft);
                }
            }
            let first = match (new.len() as u64, args.dry_run) {
                (0, _) | (_, true) => None,
                (count, false) => Some(self.repo.reserve(Kind::Request, count)?),
            };
            if let Some(first) = first {
                match self.repo.commit(self.chunk_changes(actor, args, site, first, &new)) {
                    Ok(_) => {}
                    Err(CommitError::Store(error)) => return Err(error.into()),
                    // Somebody imports the same rows at the same time: look again.
                    Err(CommitError::Taken { .. } | CommitError::Conflict(_)) => continue,
                }
            }
            let mut next = first;
            let result = drafts.into_iter().zip(owners).map(|(draft, owner)| {
                let (outcome, request) = match (owner, &mut next) {
                    (Some(owner), _) => (RowOutcome::AlreadyThere, Some(RequestId(owner))),
                    (None, None) => (RowOutcome::WouldBeImported, None),
                    (None, Some(next)) => {
                        *next += 1;
                        (RowOutcome::Imported, Some(RequestId(*next - 1)))
                    }
                };
                Settled { line: draft.line, key: draft.key, outcome, request }
            });
            return Ok(result.collect());
        }
        Err(DeskError::refused(
            Code::WrongState,
            "Somebody else imports the same rows right now; wait until that is done, then run it again.",
        ))
    }

    /// One commit's worth of new requests, numbered from `first`, with their one entry.
    fn chunk_changes(
        &self,
        actor: &Actor,
        args: ImportArgs<'_>,
        site: SiteId,
        first: u64,
        new: &[&Draft],
    ) -> Changes {
        let now = self.clock.now();
        let lines = match (new.first(), new.last()) {
            (Some(a), Some(b)) if a.line != b.line => format!("lines {} to {}", a.line, b.line),
            (Some(only), _) => format!("line {}", only.line),
            _ => String::new(),
        };
        let mut entry = AuditDraft::new(now, actor, Action::RequestImport)
            .noting(format!("{}, {lines}", args.file));
        let requests: Vec<PortalRequest> = new
            .iter()
            .zip(first..)
            .map(|(draft, id)| draft.request(RequestId(id), site, now))
            .collect();
        for it in &requests {
            entry = entry.on(Key::new(Kind::Request, it.id.0), it.id.to_string());
        }
        requests.into_iter().fold(Changes::new(entry), Changes::create)
    }
}

impl ImportSummary {
    fn count(&mut self, outcome: RowOutcome) {
        self.rows += 1;
        match outcome {
            RowOutcome::Imported | RowOutcome::WouldBeImported => self.imported += 1,
            RowOutcome::AlreadyThere => self.already_there += 1,
            RowOutcome::Refused => self.refused += 1,
        }
    }
}

fn outside_portal(site: &Site) -> DeskError {
    Problem::field(
        Code::NoActiveSite,
        "site",
        format!("Site {} does not belong to the portal; name one that does.", site.code),
    )
    .into()
}

fn told(line: u64, outcome: RowOutcome, request: Option<RequestId>) -> ImportRow {
    ImportRow { line, outcome, request, problems: Vec::new() }
}
