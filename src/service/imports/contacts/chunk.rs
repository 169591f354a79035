//! A chunk of contacts: who each row is about, what is made of it, and the one commit.

use std::collections::HashMap;

use crate::domain::audit::{Action, FieldChange};
use crate::domain::company::Company;
use crate::domain::contact::{Contact, label};
use crate::domain::fold;
use crate::domain::id::{CompanyId, ContactId};
use crate::domain::problem::{Code, Problem};
use crate::domain::text::Text;
use crate::service::trail::differences;
use crate::service::{Desk, DeskError};
use crate::store::query::Filter;
use crate::store::{Key, Kind, RepositoryExt, UniqueKey, Versioned};

use super::super::batch::Batch;
use super::super::engine::{self, PLANNED, Run};
use super::super::{ImportRow, Imported, RowOutcome};
use super::{Contacts, Draft, nobody};

/// Contacts with the emails of a chunk, or with one name, that are looked at.
const ALIKE: u64 = 5_000;

/// A contact as the rows so far have made it.
struct Slot {
    read: Option<Versioned<Contact>>,
    now: Contact,
    line: u64,
    named: bool,
}

/// A chunk that is being decided.
struct Chunk<'a> {
    desk: &'a Desk,
    run: &'a Run<'a>,
    contacts: &'a mut Contacts,
    slots: Vec<Slot>,
    by_id: HashMap<ContactId, usize>,
    by_external: HashMap<String, usize>,
    by_email: HashMap<String, Vec<usize>>,
}

impl Contacts {
    /// Decides a chunk and commits it; `None` when its records moved meanwhile.
    pub(super) fn attempt(
        &mut self,
        desk: &Desk,
        run: &Run<'_>,
        drafts: &[Draft],
    ) -> Result<Option<Vec<ImportRow>>, DeskError> {
        let codes = drafts.iter().filter_map(|it| it.company.code.as_ref());
        self.firms.look_up(desk, codes, drafts.iter().map(|it| &it.company))?;
        let mut chunk = Chunk {
            desk,
            run,
            contacts: self,
            slots: Vec::new(),
            by_id: HashMap::new(),
            by_external: HashMap::new(),
            by_email: HashMap::new(),
        };
        chunk.look_up(drafts)?;
        let mut rows = Vec::with_capacity(drafts.len());
        let mut done = Vec::with_capacity(drafts.len());
        for draft in drafts {
            match chunk.decide(draft) {
                Ok((at, outcome)) => done.push((draft.line, at, outcome)),
                Err(DeskError::Problems(problems)) => {
                    rows.push(ImportRow::refused(draft.line, problems));
                }
                Err(error) => return Err(error),
            }
        }
        if !run.args.dry_run && !chunk.commit()? {
            return Ok(None);
        }
        for (line, at, outcome) in done {
            let contact = &chunk.slots[at].now;
            let record = (contact.id.0 > 0).then_some(Imported::Contact(contact.id));
            rows.push(ImportRow::about(line, outcome, record, contact.label()));
        }
        let Chunk { slots, contacts, .. } = chunk;
        if contacts.planned.len() > PLANNED {
            contacts.planned.clear();
        }
        for slot in slots.iter().filter(|it| it.named) {
            match slot.now.id {
                ContactId(0) => contacts.planned.extend(known_by(&slot.now)),
                id => contacts.seen.add(id.0),
            }
        }
        Ok(Some(rows))
    }
}

impl Chunk<'_> {
    fn look_up(&mut self, drafts: &[Draft]) -> Result<(), DeskError> {
        let externals = drafts.iter().filter_map(|it| it.external.as_ref());
        let keys: Vec<UniqueKey> =
            externals.map(|it| UniqueKey::ExternalId(Kind::Contact, it.key.clone())).collect();
        let ids: Vec<u64> = self.desk.repo.owners(&keys)?.into_iter().flatten().collect();
        let known = self.desk.repo.fetch_many::<Contact>(&ids)?;
        self.add(known.into_iter().flatten());
        let mut emails: Vec<String> = drafts
            .iter()
            .filter(|it| {
                it.external.as_ref().is_none_or(|it| !self.by_external.contains_key(&it.key))
            })
            .filter_map(|it| it.email.as_ref())
            .map(|it| fold::search(it.text.raw()))
            .collect();
        emails.sort_unstable();
        emails.dedup();
        if !emails.is_empty() {
            let filter = Filter { emails, ..Filter::default() };
            let found = self.desk.contacts_passing(filter, ALIKE)?;
            self.add(found.into_iter());
        }
        Ok(())
    }

    fn add(&mut self, contacts: impl Iterator<Item = Versioned<Contact>>) {
        for read in contacts {
            if !self.by_id.contains_key(&read.value.id) {
                let now = read.value.clone();
                self.by_id.insert(now.id, self.slots.len());
                self.enlist(Slot { read: Some(read), now, line: 0, named: false });
            }
        }
    }

    fn enlist(&mut self, slot: Slot) -> usize {
        let at = self.slots.len();
        if let Some(external) = &slot.now.external_id {
            self.by_external.insert(fold::identity(external.raw()), at);
        }
        if let Some(email) = &slot.now.email {
            self.by_email.entry(fold::identity(email.raw())).or_default().push(at);
        }
        self.slots.push(slot);
        at
    }

    fn decide(&mut self, draft: &Draft) -> Result<(usize, RowOutcome), DeskError> {
        let company = self.contacts.firms.of(&draft.company)?.cloned();
        let company_id = company.as_ref().map(|it| it.value.id);
        let Some(at) = self.target(draft, company_id)? else {
            return self.create(draft, company_id);
        };
        let slot = &self.slots[at];
        let new = patched(draft, &slot.now, company_id);
        let again = slot.named || self.contacts.seen.has(slot.now.id.0);
        if new == slot.now {
            let outcome = RowOutcome::AlreadyThere;
            self.slots[at].named = true;
            return Ok((at, outcome));
        }
        if again {
            return Err(twice(draft).into());
        }
        if new.company != slot.now.company {
            self.desk.expect_no_user(new.id)?;
        }
        let slot = &mut self.slots[at];
        (slot.now, slot.line, slot.named) = (new, draft.line, true);
        if let Some(external) = &draft.external {
            self.by_external.insert(external.key.clone(), at);
        }
        if let Some(email) = &draft.email {
            self.by_email.entry(email.key.clone()).or_default().push(at);
        }
        Ok((at, self.run.changed()))
    }

    /// The contact that a row is about.
    fn target(
        &mut self,
        draft: &Draft,
        company: Option<CompanyId>,
    ) -> Result<Option<usize>, DeskError> {
        if let Some(external) = &draft.external
            && let Some(at) = self.by_external.get(&external.key)
        {
            return Ok(Some(*at));
        }
        let mut alike: Vec<usize> = match &draft.email {
            Some(email) => self.by_email.get(&email.key).cloned().unwrap_or_default(),
            None if draft.external.is_none() => self.of_name(draft, company)?,
            None => Vec::new(),
        };
        alike.sort_unstable();
        alike.dedup();
        let same_email = |it: &Slot| match (&draft.email, &it.now.email) {
            (Some(wanted), Some(has)) => fold::identity(has.raw()) == wanted.key,
            (wanted, _) => wanted.is_none(),
        };
        alike.retain(|at| {
            let slot = &self.slots[*at];
            same_email(slot) && (draft.external.is_none() || slot.now.external_id.is_none())
        });
        let exact = |at: &&usize| {
            let now = &self.slots[**at].now;
            patched(draft, now, company) == *now
        };
        if let Some(at) = alike.iter().find(exact) {
            return Ok(Some(*at));
        }
        let name = draft.name();
        let has_name = |at: &usize| {
            let now = &self.slots[*at].now;
            name.is_some()
                && label(now.first.as_ref(), now.last.as_ref()).map(|it| fold::search(it.raw()))
                    == name
        };
        // Somebody of another name whom an earlier row named is somebody else.
        alike.retain(|at| {
            let slot = &self.slots[*at];
            has_name(at) || !(slot.named || self.contacts.seen.has(slot.now.id.0))
        });
        for narrower in [&has_name as &dyn Fn(&usize) -> bool, &|at| {
            company.is_some() && self.slots[*at].now.company == company
        }] {
            if alike.len() > 1 && alike.iter().any(narrower) {
                alike.retain(narrower);
            }
        }
        match alike[..] {
            [] => Ok(None),
            [at] => Ok(Some(at)),
            _ => Err(several(draft, alike.len()).into()),
        }
    }

    /// The contacts of a company, or of none, that are called what a row says.
    fn of_name(
        &mut self,
        draft: &Draft,
        company: Option<CompanyId>,
    ) -> Result<Vec<usize>, DeskError> {
        let name = draft.name();
        let found = self
            .desk
            .contacts_passing(Filter { name: name.clone(), company, ..Filter::default() }, ALIKE)?;
        self.add(found.into_iter());
        let is_it = |slot: &Slot| {
            let theirs = label(slot.now.first.as_ref(), slot.now.last.as_ref());
            slot.now.company == company && theirs.map(|it| fold::search(it.raw())) == name
        };
        Ok((0..self.slots.len()).filter(|at| is_it(&self.slots[*at])).collect())
    }

    fn create(
        &mut self,
        draft: &Draft,
        company: Option<CompanyId>,
    ) -> Result<(usize, RowOutcome), DeskError> {
        let contact = Contact {
            id: ContactId(0),
            first: None,
            last: None,
            email: None,
            phone: None,
            company: None,
            external_id: None,
        };
        let new = patched(draft, &contact, company);
        if new.first.is_none() && new.last.is_none() && new.email.is_none() {
            return Err(nobody().into());
        }
        let planned = known_by(&new).is_some_and(|key| self.contacts.planned.contains(&key));
        let slot = Slot { read: None, now: new, line: draft.line, named: true };
        let at = self.enlist(slot);
        Ok((at, if planned { RowOutcome::AlreadyThere } else { self.run.made() }))
    }

    /// Commits what was decided; false when something moved meanwhile.
    fn commit(&mut self) -> Result<bool, DeskError> {
        let new = self.slots.iter().filter(|it| it.read.is_none()).count() as u64;
        let repo = &self.desk.repo;
        let mut next = if new > 0 { repo.reserve(Kind::Contact, new)? } else { 0 };
        let mut batch = Batch::default();
        for slot in &mut self.slots {
            match &slot.read {
                None => {
                    slot.now.id = ContactId(next);
                    next += 1;
                    batch.create(slot.line, slot.now.clone(), slot.now.label());
                }
                Some(read) if read.value != slot.now => {
                    let key = Key::new(Kind::Contact, slot.now.id.0);
                    let fields = fields(self.desk, &read.value, &slot.now)?;
                    batch.tell(slot.line, vec![(key, slot.now.label())], fields);
                    if read.value.company != slot.now.company {
                        // Whoever became a user by it after the look needs it where it was.
                        batch.guard_free(UniqueKey::ContactOfUser(slot.now.id.0));
                    }
                    batch.update(slot.now.clone(), read.stamp);
                }
                Some(_) => {}
            }
        }
        let now = self.desk.clock.now();
        engine::commit(self.desk, batch.into_changes(self.run, Action::ContactImport, now))
    }
}

/// A contact with what a row says; empty cells leave what it has.
fn patched(draft: &Draft, old: &Contact, company: Option<CompanyId>) -> Contact {
    let keep = |new: Option<&Text>, old: &Option<Text>| new.or(old.as_ref()).cloned();
    Contact {
        id: old.id,
        first: keep(draft.first.as_ref(), &old.first),
        last: keep(draft.last.as_ref(), &old.last),
        email: keep(draft.email.as_ref().map(|it| &it.text), &old.email),
        phone: keep(draft.phone.as_ref(), &old.phone),
        company: company.or(old.company),
        // Whoever has one was found by it, in whatever case.
        external_id: old
            .external_id
            .clone()
            .or_else(|| draft.external.as_ref().map(|it| it.text.clone())),
    }
}

fn fields(desk: &Desk, old: &Contact, new: &Contact) -> Result<Vec<FieldChange>, DeskError> {
    let name = |id: Option<CompanyId>| -> Result<Option<Text>, DeskError> {
        let Some(id) = id else { return Ok(None) };
        Ok(desk.repo.fetch::<Company>(id.0)?.map(|it| it.value.name))
    };
    let companies = if old.company == new.company {
        (None, None)
    } else {
        (name(old.company)?, name(new.company)?)
    };
    Ok(differences([
        ("first", old.first.clone(), new.first.clone()),
        ("last", old.last.clone(), new.last.clone()),
        ("email", old.email.clone(), new.email.clone()),
        ("phone", old.phone.clone(), new.phone.clone()),
        ("external_id", old.external_id.clone(), new.external_id.clone()),
        ("company", companies.0, companies.1),
    ]))
}

/// What a dry run knows a new contact by.
fn known_by(contact: &Contact) -> Option<String> {
    let folded = |text: &Option<Text>| text.as_ref().map(|it| fold::identity(it.raw()));
    let name = label(contact.first.as_ref(), contact.last.as_ref());
    let name = name.map(|it| fold::search(it.raw())).unwrap_or_default();
    match (folded(&contact.external_id), folded(&contact.email)) {
        (Some(external), _) => Some(format!("x{external}")),
        (None, Some(email)) => Some(format!("e{email}\n{name}")),
        (None, None) => Some(format!("n{:?}\n{name}", contact.company)),
    }
}

fn twice(draft: &Draft) -> Problem {
    let what = match (&draft.external, &draft.email) {
        (Some(it), _) => format!("External Id {}", it.text),
        (None, Some(it)) => format!("Email {}", it.text),
        (None, None) => String::from("This name"),
    };
    Problem::field(
        Code::Taken,
        "email",
        format!("{what} is on an earlier line of this file with other data; leave one of the two."),
    )
}

fn several(draft: &Draft, count: usize) -> Problem {
    let what = match &draft.email {
        Some(email) => format!("have the email {}", email.text),
        None => String::from("are called so"),
    };
    Problem::field(
        Code::WrongState,
        "email",
        format!(
            "{count} contacts {what}, and the row fits none of them alone; give their External Id."
        ),
    )
}
