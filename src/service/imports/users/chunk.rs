//! A chunk of users: who each row is about, what is made of it, and the one commit.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::domain::company::Company;
use crate::domain::contact::label;
use crate::domain::fold;
use crate::domain::id::{ContactId, UserId};
use crate::domain::problem::Problem;
use crate::domain::text::Text;
use crate::domain::user::{CreatedVia, PortalProfile, User, UserKind};
use crate::service::portal_user::{Person, new_portal_user};
use crate::service::{Desk, DeskError};
use crate::store::{Kind, RepositoryExt, UniqueKey, Versioned};

use super::super::batch::Batch;
use super::super::engine::{PLANNED, Run};
use super::super::firms::Keyed;
use super::super::{ImportRow, Imported, RowOutcome};
use super::refusals::{nameless, no_company, no_staff, other_kind, twice};
use super::{Draft, Users};

/// Who has a name or an external id: a user that is kept, or one that this chunk makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    Kept(u64),
    New(usize),
}

/// A user that is kept, as the rows so far have made it.
pub(super) struct Slot {
    pub read: Versioned<User>,
    pub read_profile: Option<Versioned<PortalProfile>>,
    pub user: User,
    pub profile: Option<PortalProfile>,
    /// Whether a row of this chunk has named it.
    pub named: bool,
}

/// A user that this chunk makes.
pub(super) struct New {
    pub line: u64,
    pub user: User,
    pub company: Arc<Versioned<Company>>,
    pub others: Vec<Arc<Versioned<Company>>>,
    pub contact: Option<ContactId>,
    /// The name and number that its login was made of.
    login: Option<(String, u64)>,
    known_by: Vec<u64>,
    digest: u64,
}

/// What a row came to.
pub(super) enum Settled {
    New(usize),
    Kept(u64, RowOutcome),
    /// A row of a dry run that says what an earlier one does.
    Planned,
}

/// A chunk that is being decided.
pub(super) struct Chunk<'a> {
    pub desk: &'a Desk,
    pub run: &'a Run<'a>,
    pub users: &'a mut Users,
    /// Who signs in by which folded name, as the rows so far have made it.
    pub names: HashMap<String, Option<Owner>>,
    pub externals: HashMap<String, Option<Owner>>,
    pub kept: HashMap<u64, Slot>,
    pub new: Vec<New>,
    used: HashSet<ContactId>,
    pub batch: Batch,
}

impl Users {
    /// Decides a chunk and commits it; `None` when its records moved meanwhile.
    pub(super) fn attempt(
        &mut self,
        desk: &Desk,
        run: &Run<'_>,
        drafts: &[Draft],
    ) -> Result<Option<Vec<ImportRow>>, DeskError> {
        let sites = desk.portal_sites()?;
        let others = drafts.iter().flat_map(|it| it.others.iter().flatten());
        let codes = drafts.iter().filter_map(|it| it.company.code.as_ref()).chain(others);
        self.firms.look_up(desk, codes, drafts.iter().map(|it| &it.company))?;
        let mut chunk = Chunk {
            desk,
            run,
            users: self,
            names: HashMap::new(),
            externals: HashMap::new(),
            kept: HashMap::new(),
            new: Vec::new(),
            used: HashSet::new(),
            batch: Batch::default(),
        };
        chunk.look_up(drafts)?;
        let mut settled = Vec::with_capacity(drafts.len());
        for draft in drafts {
            settled.push((draft.line, chunk.decide(draft)));
        }
        let mut rows = Vec::with_capacity(drafts.len());
        let mut done = Vec::with_capacity(drafts.len());
        for (line, outcome) in settled {
            match outcome {
                Ok(it) => done.push((line, it)),
                Err(DeskError::Problems(problems)) => rows.push(ImportRow::refused(line, problems)),
                Err(error) => return Err(error),
            }
        }
        if !run.args.dry_run && !chunk.commit(&sites)? {
            return Ok(None);
        }
        let found = done.into_iter().map(|(line, it)| chunk.row(line, &it));
        rows.extend(found);
        chunk.remember();
        Ok(Some(rows))
    }
}

impl Chunk<'_> {
    /// Looks up who has the names and ids of the rows, and the logins that they may get.
    fn look_up(&mut self, drafts: &[Draft]) -> Result<(), DeskError> {
        let externals = drafts.iter().filter_map(|it| it.external.as_ref());
        let names = drafts.iter().flat_map(|it| it.email.iter().chain(&it.login));
        let keys: Vec<UniqueKey> = externals
            .map(|it| UniqueKey::ExternalId(Kind::User, it.key.clone()))
            .chain(names.map(|it| UniqueKey::SignInName(it.key.clone())))
            .collect();
        let mut ids = self.owners(keys)?;
        ids.sort_unstable();
        ids.dedup();
        if !ids.is_empty() {
            let users = self.desk.repo.fetch_many::<User>(&ids)?;
            let profiles = self.desk.repo.fetch_many::<PortalProfile>(&ids)?;
            for (read, read_profile) in users.into_iter().zip(profiles) {
                let Some(read) = read else { continue };
                let user = read.value.clone();
                let profile = read_profile.as_ref().map(|it| it.value.clone());
                let slot = Slot { user, profile, read, read_profile, named: false };
                self.kept.insert(slot.user.id.0, slot);
            }
        }
        let mut bases: HashMap<&str, u64> = HashMap::new();
        for draft in drafts.iter().filter(|it| it.login.is_none()) {
            if matches!(self.target(draft), Ok(None)) {
                *bases.entry(&draft.base).or_default() += 1;
            }
        }
        let logins =
            bases.into_iter().flat_map(|(base, count)| self.users.logins.candidates(base, count));
        let keys = logins.map(UniqueKey::SignInName).collect();
        self.owners(keys).map(drop)
    }

    /// Looks up who has these keys; their numbers.
    fn owners(&mut self, keys: Vec<UniqueKey>) -> Result<Vec<u64>, DeskError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let owners = self.desk.repo.owners(&keys)?;
        for (key, owner) in keys.into_iter().zip(&owners) {
            let owner = owner.map(Owner::Kept);
            match key {
                UniqueKey::SignInName(name) => self.names.entry(name).or_insert(owner),
                UniqueKey::ExternalId(_, id) => self.externals.entry(id).or_insert(owner),
                _ => continue,
            };
        }
        Ok(owners.into_iter().flatten().collect())
    }

    fn decide(&mut self, draft: &Draft) -> Result<Settled, DeskError> {
        match self.target(draft)? {
            Some(Owner::Kept(id)) => self.update(draft, id).map(|it| Settled::Kept(id, it)),
            Some(Owner::New(at)) => {
                let new = &self.new[at];
                if new.digest == draft.digest { Ok(Settled::New(at)) } else { Err(twice(draft)) }
            }
            None => self.create(draft),
        }
    }

    /// The user that a row is about.
    fn target(&self, draft: &Draft) -> Result<Option<Owner>, DeskError> {
        let owner_of = |map: &HashMap<String, Option<Owner>>, keyed: &Option<Keyed>| {
            keyed.as_ref().and_then(|it| map.get(&it.key).copied().flatten())
        };
        if let Some(owner) = owner_of(&self.externals, &draft.external) {
            return Ok(Some(owner));
        }
        let Some(name) = draft.email.as_ref().or(draft.login.as_ref()) else { return Ok(None) };
        let Some(owner) = self.names.get(&name.key).copied().flatten() else { return Ok(None) };
        let Some(user) = self.user(owner) else { return Ok(None) };
        let email = user.email.as_ref().map(|it| fold::identity(it.raw()));
        let login = fold::identity(user.login_name.raw());
        let is_theirs = match (&draft.email, email) {
            (Some(_), Some(email)) => email == name.key,
            _ => login == name.key,
        };
        if !is_theirs || (draft.external.is_some() && user.external_id.is_some()) {
            return Err(self.taken(&name.text, owner).into());
        }
        Ok(Some(owner))
    }

    pub(super) fn user(&self, owner: Owner) -> Option<&User> {
        match owner {
            Owner::Kept(id) => self.kept.get(&id).map(|it| &it.user),
            Owner::New(at) => self.new.get(at).map(|it| &it.user),
        }
    }

    /// The refusal of a name that somebody else has.
    pub(super) fn taken(&self, name: &Text, owner: Owner) -> Problem {
        self.desk.name_taken(name.raw(), self.user(owner))
    }

    /// Makes a portal user of a row.
    fn create(&mut self, draft: &Draft) -> Result<Settled, DeskError> {
        if draft.kind == Some(UserKind::Staff) {
            return Err(no_staff().into());
        }
        if draft.first.is_none() && draft.last.is_none() && draft.email.is_none() {
            return Err(nameless().into());
        }
        let known_by = self.known_by(draft);
        if let Some(digest) = known_by.iter().find_map(|it| self.users.planned.get(it)) {
            return if *digest == draft.digest { Ok(Settled::Planned) } else { Err(twice(draft)) };
        }
        let company = self.users.firms.of(&draft.company)?.cloned().ok_or_else(no_company)?;
        let mut others = Vec::new();
        for code in draft.others.iter().flatten() {
            let other = self.users.firms.coded(code)?;
            if other.value.kind != company.value.kind {
                return Err(other_kind(&other.value, &company.value).into());
            }
            let known = std::iter::once(&company).chain(&others);
            if known.into_iter().all(|it: &Arc<Versioned<Company>>| it.value.id != other.value.id) {
                others.push(other.clone());
            }
        }
        let (login_name, login) = match &draft.login {
            Some(login) => {
                if let Some(owner) = self.name_owner(&login.key)? {
                    return Err(self.taken(&login.text, owner).into());
                }
                (login.text.clone(), None)
            }
            None => {
                let (login, number) = self.free_login(&draft.base)?;
                (Text::new(login), Some((draft.base.clone(), number)))
            }
        };
        let person = Person {
            login_name,
            first: draft.first.clone(),
            last: draft.last.clone(),
            email: draft.email.as_ref().map(|it| it.text.clone()),
            phone: draft.phone.clone(),
        };
        let mut user = new_portal_user(person, CreatedVia::Import, self.desk.clock.now());
        user.external_id = draft.external.as_ref().map(|it| it.text.clone());
        let key = |it: &Option<Keyed>| it.as_ref().map(|it| it.key.clone());
        // As under Portal Access: an email that is the login stays the login.
        user.login_follows_email = draft.login.is_some() && key(&draft.login) == key(&draft.email);
        let name = label(user.first.as_ref(), user.last.as_ref());
        let email = draft.email.as_ref().map(|it| it.key.as_str());
        let id = company.value.id;
        let contact = self.users.unlinked.find(self.desk, id, email, name.as_ref(), &self.used)?;
        let owner = Owner::New(self.new.len());
        self.names.insert(fold::identity(user.login_name.raw()), Some(owner));
        self.names.extend(key(&draft.email).map(|it| (it, Some(owner))));
        self.externals.extend(key(&draft.external).map(|it| (it, Some(owner))));
        self.used.extend(contact);
        let (line, digest) = (draft.line, draft.digest);
        self.new.push(New { line, user, company, others, contact, login, known_by, digest });
        Ok(Settled::New(self.new.len() - 1))
    }

    /// Who has a folded name, looked up if nobody has yet.
    pub(super) fn name_owner(&mut self, key: &str) -> Result<Option<Owner>, DeskError> {
        if let Some(owner) = self.names.get(key) {
            return Ok(*owner);
        }
        let ids = self.owners(vec![UniqueKey::SignInName(key.to_owned())])?;
        for read in self.desk.repo.fetch_many::<User>(&ids)?.into_iter().flatten() {
            // Only to name it in a refusal.
            let (user, id) = (read.value.clone(), read.value.id.0);
            let slot = Slot { user, profile: None, read, read_profile: None, named: false };
            self.kept.entry(id).or_insert(slot);
        }
        Ok(self.names.get(key).copied().flatten())
    }

    /// The login for a row that gives none, with the number behind the name.
    fn free_login(&self, base: &str) -> Result<(String, u64), DeskError> {
        self.users.logins.lowest(base, |login| {
            if self.users.planned.contains_key(&digest('n', login)) {
                return Ok(false);
            }
            match self.names.get(login) {
                Some(owner) => Ok(owner.is_none()),
                None => {
                    let key = UniqueKey::SignInName(login.to_owned());
                    Ok(self.desk.repo.owner(&key)?.is_none())
                }
            }
        })
    }

    /// What a dry run knows the user of a row by later.
    fn known_by(&self, draft: &Draft) -> Vec<u64> {
        if !self.run.args.dry_run {
            return Vec::new();
        }
        let external = draft.external.iter().map(|it| digest('x', &it.key));
        let names = draft.email.iter().chain(&draft.login).map(|it| digest('n', &it.key));
        external.chain(names).collect()
    }

    fn row(&self, line: u64, settled: &Settled) -> ImportRow {
        let about = |outcome, user: &User| {
            let record = (user.id.0 > 0).then_some(Imported::User(user.id));
            ImportRow::about(line, outcome, record, user.user_id())
        };
        match settled {
            Settled::New(at) => {
                let new = &self.new[*at];
                let again = new.line != line;
                about(if again { RowOutcome::AlreadyThere } else { self.run.made() }, &new.user)
            }
            Settled::Kept(id, outcome) => match self.kept.get(id) {
                Some(slot) => about(*outcome, &slot.user),
                None => ImportRow::about(line, *outcome, Some(Imported::User(UserId(*id))), None),
            },
            Settled::Planned => ImportRow::about(line, RowOutcome::AlreadyThere, None, None),
        }
    }

    /// What the chunks to come have to know of this one.
    fn remember(self) {
        let Self { users, new, kept, run, .. } = self;
        for slot in kept.values().filter(|it| it.named) {
            users.seen.add(slot.user.id.0);
        }
        for it in new {
            if let Some((base, number)) = &it.login {
                users.logins.used(base, *number);
            }
            if run.args.dry_run {
                if users.planned.len() > PLANNED {
                    users.planned.clear();
                }
                let login = digest('n', &fold::identity(it.user.login_name.raw()));
                for key in it.known_by.into_iter().chain([login]) {
                    users.planned.insert(key, it.digest);
                }
            } else {
                users.seen.add(it.user.id.0);
            }
            if let Some(contact) = it.contact {
                users.unlinked.take(it.company.value.id, contact);
            }
        }
    }
}

fn digest(kind: char, key: &str) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    (kind, key).hash(&mut hasher);
    hasher.finish()
}
