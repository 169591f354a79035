//! Files of portal requests.
//!
//! A row is known by a digest of what it says, its import key, which the request keeps: a
//! row that was imported before is “already there”, however the request was edited since.
//! The portal's switch is about visitors: staff may import while it is off.

use std::collections::{HashMap, HashSet};

use crate::domain::audit::Action;
use crate::domain::id::{RequestId, SiteId};
use crate::domain::problem::{Code, Problem};
use crate::domain::request::PortalRequest;
use crate::domain::role::Permission;
use crate::domain::site::Site;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::service::{Desk, DeskError, Session};
use crate::store::{AuditDraft, Changes, CommitError, Key, Kind, RepositoryExt, UniqueKey};

use super::engine::{self, Intake, PLANNED, Run, TRIES};
use super::row::{self, COLUMNS, Draft};
use super::sheet::Column;
use super::text::Source;
use super::{ImportArgs, ImportRow, ImportSummary, Imported, RowOutcome, Sink};

/// What became of a draft.
struct Settled {
    line: u64,
    key: String,
    outcome: RowOutcome,
    request: Option<RequestId>,
}

/// Requests on their way in.
struct Requests {
    site: SiteId,
    /// Digests of the rows that a dry run would have brought in; what really goes in, the
    /// store knows again.
    planned: HashSet<String>,
}

impl Desk {
    /// Imports requests from a CSV file with the columns
    /// `First Name,Last Name,Email,Phone,Company,Submitted At`, in any order.
    ///
    /// `site` is the code of the site that they belong to, `None` for the portal's first.
    /// `sink` is told of each chunk once it is on the disk, and may stop the rest. The
    /// rows that are in stay in, also when a later chunk fails; a second run does the rest.
    ///
    /// # Errors
    /// When the role may not, the file is none of the kind, there is no such site, or the
    /// store can't be written. A bad row is no error.
    pub fn import_requests(
        &self,
        who: &Session,
        args: ImportArgs<'_>,
        site: Option<&str>,
        source: &mut dyn Source,
        sink: &mut Sink<'_>,
    ) -> Result<ImportSummary, DeskError> {
        self.authorize(who, Permission::HandleRequests)?;
        let (group, site) = self.portal_site(site)?;
        if !group.sites.contains(&site.id) {
            return Err(outside_portal(&site));
        }
        let intake = Requests { site: site.id, planned: HashSet::new() };
        engine::go_through(self, who, args, source, intake, sink)
    }
}

impl Intake for Requests {
    type Draft = Draft;
    const COLUMNS: &'static [Column] = &COLUMNS;
    const PERMISSION: Permission = Permission::HandleRequests;
    const CHUNK: usize = 100;

    fn read(line: u64, cells: Vec<String>, now: Timestamp) -> Result<Draft, Vec<Problem>> {
        row::read(line, cells, now)
    }

    fn settle(
        &mut self,
        desk: &Desk,
        run: &Run<'_>,
        chunk: Vec<Draft>,
    ) -> Result<Vec<ImportRow>, DeskError> {
        let mut seen: HashMap<String, Option<RequestId>> = HashMap::new();
        let mut drafts: Vec<Draft> = Vec::new();
        let mut repeated = Vec::new();
        for draft in chunk {
            if seen.contains_key(&draft.key) || self.planned.contains(&draft.key) {
                repeated.push((draft.line, draft.key));
            } else {
                seen.insert(draft.key.clone(), None);
                drafts.push(draft);
            }
        }
        let mut rows = Vec::new();
        for Settled { line, key, outcome, request } in self.bring_in(desk, run, drafts)? {
            if run.args.dry_run {
                if self.planned.len() > PLANNED {
                    self.planned.clear();
                }
                self.planned.insert(key.clone());
            }
            seen.insert(key, request);
            rows.push(told(line, outcome, request));
        }
        rows.extend(repeated.into_iter().map(|(line, key)| {
            told(line, RowOutcome::AlreadyThere, seen.get(&key).copied().flatten())
        }));
        Ok(rows)
    }
}

impl Requests {
    /// Commits the drafts that are not there yet; what became of each, by line and key.
    fn bring_in(
        &self,
        desk: &Desk,
        run: &Run<'_>,
        drafts: Vec<Draft>,
    ) -> Result<Vec<Settled>, DeskError> {
        let keys: Vec<UniqueKey> =
            drafts.iter().map(|it| UniqueKey::ImportedRequest(it.key.clone())).collect();
        for _ in 0..TRIES {
            let mut owners = desk.repo.owners(&keys)?;
            for (owner, known) in owners.iter_mut().zip(by_number(desk, &drafts)?) {
                *owner = owner.or(known);
            }
            let mut new: Vec<&Draft> = Vec::new();
            for (draft, owner) in drafts.iter().zip(&owners) {
                if owner.is_none() {
                    new.push(draft);
                }
            }
            let first = match (new.len() as u64, run.args.dry_run) {
                (0, _) | (_, true) => None,
                (count, false) => Some(desk.repo.reserve(Kind::Request, count)?),
            };
            if let Some(first) = first {
                let now = desk.clock.now();
                match desk.repo.commit(changes(run, self.site, first, &new, now)) {
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
}

/// The requests that rows of an export are about, by the number that they give.
fn by_number(desk: &Desk, drafts: &[Draft]) -> Result<Vec<Option<u64>>, DeskError> {
    if drafts.iter().all(|it| it.number.is_none()) {
        return Ok(vec![None; drafts.len()]);
    }
    let ids: Vec<u64> = drafts.iter().map(|it| it.number.map_or(0, |it| it.0)).collect();
    let found = desk.repo.fetch_many::<PortalRequest>(&ids)?;
    let known = drafts
        .iter()
        .zip(found)
        .map(|(draft, found)| found.filter(|it| draft.is(&it.value)).map(|it| it.value.id.0));
    Ok(known.collect())
}

/// One commit's worth of new requests, numbered from `first`, with their one entry.
fn changes(run: &Run<'_>, site: SiteId, first: u64, new: &[&Draft], now: Timestamp) -> Changes {
    let lines = match (new.first(), new.last()) {
        (Some(a), Some(b)) if a.line != b.line => format!("lines {} to {}", a.line, b.line),
        (Some(only), _) => format!("line {}", only.line),
        _ => String::new(),
    };
    let mut entry = AuditDraft::new(now, run.actor, Action::RequestImport)
        .noting(format!("{}, {lines}", run.args.file));
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

fn outside_portal(site: &Site) -> DeskError {
    Problem::field(
        Code::NoActiveSite,
        "site",
        format!("Site {} does not belong to the portal; name one that does.", site.code),
    )
    .into()
}

fn told(line: u64, outcome: RowOutcome, request: Option<RequestId>) -> ImportRow {
    let name = request.map(|it| Text::new(it.to_string()));
    ImportRow::about(line, outcome, request.map(Imported::Request), name)
}
