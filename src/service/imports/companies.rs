//! Files of companies. A row is known by its **Customer Id**, which is the company's code.

use std::collections::HashMap;
use std::sync::PoisonError;

use crate::domain::audit::Action;
use crate::domain::company::{Company, CompanyKind};
use crate::domain::fold;
use crate::domain::id::{CompanyId, SiteId};
use crate::domain::problem::{Code, Problem};
use crate::domain::role::Permission;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::domain::validate::{
    self, CITY, COMPANY_CODE, COMPANY_NAME, COMPANY_WEBSITE, COUNTRY, PHONE,
};
use crate::service::companies::keep;
use crate::service::trail::differences;
use crate::service::{Desk, DeskError, Session};
use crate::store::{Key, Kind, RepositoryExt, UniqueKey, Versioned};

use super::batch::{Batch, Seen};
use super::engine::{self, Intake, PLANNED, Run};
use super::sheet::Column;
use super::text::Source;
use super::{ImportArgs, ImportRow, ImportSummary, Imported, RowOutcome, Sink};

/// A row that can be read.
pub(super) struct Draft {
    line: u64,
    /// The code, folded.
    key: String,
    code: Text,
    name: Option<Text>,
    kind: Option<CompanyKind>,
    email: Option<Text>,
    phone: Option<Text>,
    city: Option<Text>,
    country: Option<Text>,
    website: Option<Text>,
    active: Option<bool>,
    on_hold: Option<bool>,
}

/// Companies on their way in.
#[derive(Default)]
struct Companies {
    seen: Seen,
    /// The codes of new companies that a dry run would have brought in.
    planned: HashMap<String, Company>,
}

impl Desk {
    /// Imports companies from a CSV file with the columns
    /// `Customer Id,Company,Kind,Email,Phone,City,Country,Website,Active,On Hold`, in any order.
    ///
    /// A company that is there is changed to what the row says; an empty cell leaves what it
    /// has. `sink` is told of each chunk once it is on the disk, and may stop the rest.
    ///
    /// # Errors
    /// When the role may not, the file is none of the kind, or the store can't be written. A
    /// bad row is no error.
    pub fn import_companies(
        &self,
        who: &Session,
        args: ImportArgs<'_>,
        source: &mut dyn Source,
        sink: &mut Sink<'_>,
    ) -> Result<ImportSummary, DeskError> {
        engine::go_through(self, who, args, source, Companies::default(), sink)
    }
}

impl Intake for Companies {
    type Draft = Draft;
    const COLUMNS: &'static [Column] = &[
        Column::required(
            "Customer Id",
            &["code", "company code", "customer number", "customer no", "partner id"],
        ),
        Column::optional("Company", &["name", "company name"]),
        Column::optional("Kind", &["company kind", "account type"]),
        Column::optional("Email", &["e mail", "company email", "mail"]),
        Column::optional("Phone", &["telephone", "phone number"]),
        Column::optional("City", &["town"]),
        Column::optional("Country", &[]),
        Column::optional("Website", &["web", "url", "homepage"]),
        Column::optional("Active", &[]),
        Column::optional("On Hold", &["hold"]),
    ];
    const PERMISSION: Permission = Permission::KeepCompanyFile;
    const CHUNK: usize = 100;

    fn read(line: u64, cells: Vec<String>, _now: Timestamp) -> Result<Draft, Vec<Problem>> {
        let mut cells = cells.into_iter();
        let mut next = || cells.next().unwrap_or_default();
        let mut problems = Vec::new();
        let code = keep(&mut problems, validate::required(COMPANY_CODE, &next()));
        let mut text = |field| keep(&mut problems, validate::optional(field, &next())).flatten();
        let name = text(COMPANY_NAME);
        let kind = keep(&mut problems, kind(&next())).flatten();
        let email = keep(&mut problems, validate::optional_email(&next())).flatten();
        let mut text = |field| keep(&mut problems, validate::optional(field, &next())).flatten();
        let (phone, city, country) = (text(PHONE), text(CITY), text(COUNTRY));
        let website = validate::optional_website(COMPANY_WEBSITE, &next());
        let website = keep(&mut problems, website).flatten();
        let active = keep(&mut problems, yes_or_no("active", "Active", &next())).flatten();
        let on_hold = keep(&mut problems, yes_or_no("on_hold", "On Hold", &next())).flatten();
        match code.filter(|_| problems.is_empty()) {
            None => Err(problems),
            Some(code) => Ok(Draft {
                line,
                key: fold::identity(code.raw()),
                code,
                name,
                kind,
                email,
                phone,
                city,
                country,
                website,
                active,
                on_hold,
            }),
        }
    }

    fn settle(
        &mut self,
        desk: &Desk,
        run: &Run<'_>,
        drafts: Vec<Draft>,
    ) -> Result<Vec<ImportRow>, DeskError> {
        engine::retrying(|| self.attempt(desk, run, &drafts))
    }
}

/// A company as the rows so far have made it.
struct Slot {
    read: Option<Versioned<Company>>,
    now: Company,
    /// Whether a row of this chunk has named it.
    named: bool,
}

impl Companies {
    /// Decides a chunk and commits it; `None` when its records moved meanwhile.
    fn attempt(
        &mut self,
        desk: &Desk,
        run: &Run<'_>,
        drafts: &[Draft],
    ) -> Result<Option<Vec<ImportRow>>, DeskError> {
        let site = desk.home_site()?;
        let mut slots = self.slots(desk, drafts)?;
        // A company keeps its kind while it has users: none may come in between the look and
        // the commit.
        let kind_moves = |it: &Draft| {
            slots.get(&it.key).is_some_and(|slot| it.kind.is_some_and(|kind| kind != slot.now.kind))
        };
        let _alone = drafts
            .iter()
            .any(kind_moves)
            .then(|| desk.members.write().unwrap_or_else(PoisonError::into_inner));
        let mut rows = Vec::with_capacity(drafts.len());
        let mut done = Vec::with_capacity(drafts.len());
        for draft in drafts {
            match self.decide(desk, run, draft, &mut slots, site) {
                Ok(outcome) => done.push((draft, outcome)),
                Err(DeskError::Problems(problems)) => {
                    rows.push(ImportRow::refused(draft.line, problems));
                }
                Err(error) => return Err(error),
            }
        }
        if !run.args.dry_run && !commit(desk, run, &done, &mut slots)? {
            return Ok(None);
        }
        for (draft, outcome) in done {
            rows.extend(slots.get(&draft.key).map(|slot| told(draft, &slot.now, outcome)));
        }
        if self.planned.len() > PLANNED {
            self.planned.clear();
        }
        for (key, slot) in slots {
            match slot.now.id {
                CompanyId(0) => drop(self.planned.insert(key, slot.now)),
                id if slot.named => self.seen.add(id.0),
                _ => {}
            }
        }
        Ok(Some(rows))
    }

    /// Makes or changes a company as a row says.
    fn decide(
        &self,
        desk: &Desk,
        run: &Run<'_>,
        draft: &Draft,
        slots: &mut HashMap<String, Slot>,
        site: SiteId,
    ) -> Result<RowOutcome, DeskError> {
        let Some(slot) = slots.get_mut(&draft.key) else {
            let new = draft.patch(Company {
                id: CompanyId(0),
                code: draft.code.clone(),
                name: draft.name.clone().ok_or_else(|| nameless(draft))?,
                kind: CompanyKind::Customer,
                email: None,
                phone: None,
                active: true,
                on_hold: false,
                home_site: site,
                city: None,
                country: None,
                website: None,
                registered_by: None,
            });
            slots.insert(draft.key.clone(), Slot { read: None, now: new, named: true });
            return Ok(run.made());
        };
        let again = slot.named || self.seen.has(slot.now.id.0);
        let new = draft.patch(slot.now.clone());
        if new == slot.now {
            slot.named = true;
            return Ok(RowOutcome::AlreadyThere);
        }
        if again {
            return Err(twice(draft).into());
        }
        if new.kind != slot.now.kind {
            desk.expect_no_users(&slot.now)?;
        }
        (slot.now, slot.named) = (new, true);
        Ok(run.changed())
    }

    /// What is there of the companies that a chunk names.
    fn slots(&self, desk: &Desk, drafts: &[Draft]) -> Result<HashMap<String, Slot>, DeskError> {
        let keys: Vec<UniqueKey> =
            drafts.iter().map(|it| UniqueKey::CompanyCode(it.key.clone())).collect();
        let owners = desk.repo.owners(&keys)?;
        let mut ids: Vec<u64> = owners.into_iter().flatten().collect();
        ids.sort_unstable();
        ids.dedup();
        let found = desk.repo.fetch_many::<Company>(&ids)?.into_iter().flatten();
        let mut slots: HashMap<String, Slot> = found
            .map(|read| {
                let now = read.value.clone();
                (fold::identity(now.code.raw()), Slot { read: Some(read), now, named: false })
            })
            .collect();
        for draft in drafts {
            if let Some(planned) = self.planned.get(&draft.key) {
                let slot = Slot { read: None, now: planned.clone(), named: true };
                slots.entry(draft.key.clone()).or_insert(slot);
            }
        }
        Ok(slots)
    }
}

/// Commits what was decided; false when something moved meanwhile.
fn commit(
    desk: &Desk,
    run: &Run<'_>,
    done: &[(&Draft, RowOutcome)],
    slots: &mut HashMap<String, Slot>,
) -> Result<bool, DeskError> {
    let new = slots.values().filter(|it| it.read.is_none()).count() as u64;
    let mut next = if new > 0 { desk.repo.reserve(Kind::Company, new)? } else { 0 };
    let mut batch = Batch::default();
    for (draft, outcome) in done {
        let Some(slot) = slots.get_mut(&draft.key) else { continue };
        match (outcome, &slot.read) {
            (RowOutcome::Imported, _) => {
                slot.now.id = CompanyId(next);
                next += 1;
                batch.create(draft.line, slot.now.clone(), slot.now.name.clone());
            }
            (RowOutcome::Changed, Some(read)) => {
                let target = (Key::new(Kind::Company, slot.now.id.0), slot.now.name.clone());
                batch.tell(draft.line, vec![target], fields(&read.value, &slot.now));
                batch.update(slot.now.clone(), read.stamp);
            }
            _ => {}
        }
    }
    let now = desk.clock.now();
    engine::commit(desk, batch.into_changes(run, Action::CompanyImport, now))
}

impl Draft {
    /// A company with what this row says; empty cells leave what it has.
    fn patch(&self, old: Company) -> Company {
        Company {
            name: self.name.clone().unwrap_or(old.name),
            kind: self.kind.unwrap_or(old.kind),
            email: self.email.clone().or(old.email),
            phone: self.phone.clone().or(old.phone),
            city: self.city.clone().or(old.city),
            country: self.country.clone().or(old.country),
            website: self.website.clone().or(old.website),
            active: self.active.unwrap_or(old.active),
            on_hold: self.on_hold.unwrap_or(old.on_hold),
            ..old
        }
    }
}

/// What the trail says of a change.
fn fields(old: &Company, new: &Company) -> Vec<crate::domain::audit::FieldChange> {
    let text = |it: &str| Some(Text::from(it));
    let yes_no = |it: bool| text(if it { "yes" } else { "no" });
    differences([
        ("name", Some(old.name.clone()), Some(new.name.clone())),
        ("kind", text(old.kind.word()), text(new.kind.word())),
        ("email", old.email.clone(), new.email.clone()),
        ("phone", old.phone.clone(), new.phone.clone()),
        ("active", yes_no(old.active), yes_no(new.active)),
        ("on_hold", yes_no(old.on_hold), yes_no(new.on_hold)),
        ("city", old.city.clone(), new.city.clone()),
        ("country", old.country.clone(), new.country.clone()),
        ("website", old.website.clone(), new.website.clone()),
    ])
}

fn told(draft: &Draft, company: &Company, outcome: RowOutcome) -> ImportRow {
    let record = (company.id.0 > 0).then_some(Imported::Company(company.id));
    ImportRow::about(draft.line, outcome, record, company.name.clone())
}

fn nameless(draft: &Draft) -> Problem {
    Problem::field(
        Code::Missing,
        COMPANY_NAME.name,
        format!(
            "There is no company {} yet, and a new one needs a name; fill Company in.",
            draft.code
        ),
    )
}

fn twice(draft: &Draft) -> Problem {
    Problem::field(
        Code::Taken,
        COMPANY_CODE.name,
        format!(
            "Customer Id {} is on an earlier line of this file with other data; leave one of the two.",
            draft.code
        ),
    )
}

fn kind(cell: &str) -> Result<Option<CompanyKind>, Problem> {
    let kinds = [CompanyKind::Customer, CompanyKind::Partner];
    match (cell.trim(), kinds.into_iter().find(|it| it.word().eq_ignore_ascii_case(cell.trim()))) {
        ("", _) => Ok(None),
        (_, Some(kind)) => Ok(Some(kind)),
        (other, None) => Err(Problem::field(
            Code::Malformed,
            "kind",
            format!(
                "Kind “{}” is neither Customer nor Partner; write one of them.",
                Text::from(other)
            ),
        )),
    }
}

/// Reads a cell that says yes or no.
fn yes_or_no(field: &'static str, label: &str, cell: &str) -> Result<Option<bool>, Problem> {
    match cell.trim().to_lowercase().as_str() {
        "" => Ok(None),
        "yes" | "y" | "true" | "1" => Ok(Some(true)),
        "no" | "n" | "false" | "0" => Ok(Some(false)),
        _ => Err(Problem::field(
            Code::Malformed,
            field,
            format!(
                "{label} “{}” is neither yes nor no; write one of them.",
                Text::from(cell.trim())
            ),
        )),
    }
}
