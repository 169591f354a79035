//! Roles: the built-in ones with what the table grants them, and portal roles of one's own.
//!
//! Built-in roles can be looked at and no more. A role of one's own says what people may do at
//! the portal; who has one keeps it when it is deactivated, and it can't be deleted while
//! somebody has it. Which of them somebody may give is said by [`super::roles_to_give`].

use std::collections::HashMap;

use serde::Serialize;

use crate::domain::audit::Action;
use crate::domain::fold;
use crate::domain::id::RoleId;
use crate::domain::problem::{Code, Problem};
use crate::domain::role::{Permission, PortalRight, PortalRole, Role, RoleChoice, name_key};
use crate::domain::text::{Text, thousands};
use crate::domain::user::User;
use crate::domain::validate::{self, ROLE_DESCRIPTION, ROLE_NAME};
use crate::store::query::{Clause, Filter, List, Query, Stop, Test};
use crate::store::{AuditDraft, Changes, Key, Kind, RepositoryExt, Stamp, UniqueKey, Versioned};

use super::commit::Subject;
use super::companies::{keep, yes_no};
use super::page::{NoStatus, entities};
use super::trail::{HistoryLine, created, differences};
use super::{Desk, DeskError, ListArgs, Page, Session, Sort};

/// A role in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RoleRow {
    /// Its number; none for a built-in one.
    pub id: Option<RoleId>,
    /// Which one.
    #[serde(skip)]
    pub choice: RoleChoice,
    /// Its name.
    pub name: Text,
    /// What it is for.
    pub description: Option<Text>,
    /// `built in` or `portal`.
    pub function: &'static str,
    /// Whether it can be given.
    pub active: bool,
    /// What it lets people do at the portal.
    pub rights: Vec<PortalRight>,
    /// What it lets people do, in words that follow “may”: in the back office, then at the
    /// portal.
    pub grants: Vec<String>,
    /// What it was read at; none for a built-in one, which never changes.
    #[serde(skip)]
    pub stamp: Option<Stamp>,
}

impl RoleRow {
    fn built_in(role: Role) -> Self {
        let rights: Vec<PortalRight> = match role {
            Role::PortalAdmin | Role::SuperUser | Role::PortalUser => {
                PortalRight::BUILT_IN.to_vec()
            }
            Role::CustomerService
            | Role::PortalDataAdministrator
            | Role::SecurityAdministrator
            | Role::Auditor => Vec::new(),
        };
        let permissions = Permission::ALL.into_iter().filter(|it| role.may(*it));
        let mut grants: Vec<String> = permissions.map(|it| it.deed().to_owned()).collect();
        grants.extend(in_words(&rights));
        Self {
            id: None,
            choice: RoleChoice::BuiltIn(role),
            name: role.name().into(),
            description: Some(role.purpose().into()),
            function: "built in",
            active: true,
            rights,
            grants,
            stamp: None,
        }
    }

    fn own(role: Versioned<PortalRole>) -> Self {
        let PortalRole { id, name, description, rights, active } = role.value;
        Self {
            id: Some(id),
            choice: RoleChoice::Own(id),
            name,
            description,
            function: "portal",
            active,
            grants: in_words(&rights).collect(),
            rights,
            stamp: Some(role.stamp),
        }
    }
}

/// A role with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RoleView {
    /// The role.
    #[serde(flatten)]
    pub row: RoleRow,
    /// How many users have it.
    pub users: u64,
    /// How often it has changed; none for a built-in one.
    pub version: Option<u64>,
    /// What happened to it, newest first.
    pub history: Vec<HistoryLine>,
    /// Why who asked may not change it; none when they may.
    pub why_not_edit: Option<String>,
}

impl RoleView {
    /// The form as it is opened on this role.
    pub fn form(&self) -> RoleForm {
        let it = &self.row;
        let description = it.description.as_ref().map_or("", Text::raw).to_owned();
        let rights = it.rights.clone();
        RoleForm { name: it.name.raw().to_owned(), description, rights }
    }

    /// What follows from deactivating it, in a sentence or two.
    pub fn if_deactivated(&self) -> String {
        let users = match self.users {
            0 => String::from("Nobody has it."),
            1 => String::from("The one user who has it keeps it."),
            n => format!("The {} users who have it keep it.", thousands(n)),
        };
        format!("{users} It can't be given any more until it is activated again.")
    }
}

/// What a role's form holds, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoleForm {
    /// Its name.
    pub name: String,
    /// What it is for; may be empty.
    pub description: String,
    /// What it lets people do at the portal.
    pub rights: Vec<PortalRight>,
}

impl RoleForm {
    /// The role of the form, active; its number is yet to be given.
    fn read(&self) -> Result<PortalRole, DeskError> {
        let mut problems = Vec::new();
        let name = keep(&mut problems, validate::short_name(ROLE_NAME, &self.name));
        if let Some(role) = name.as_ref().and_then(|name| Role::named(name.raw())) {
            problems.push(taken(role.name().into()));
        }
        let description =
            keep(&mut problems, validate::optional(ROLE_DESCRIPTION, &self.description)).flatten();
        if self.rights.is_empty() {
            problems.push(Problem::field(
                Code::Missing,
                "rights",
                "The role lets nobody do anything; choose at least one right.",
            ));
        }
        let mut rights = self.rights.clone();
        rights.sort_unstable();
        rights.dedup();
        match name.filter(|_| problems.is_empty()) {
            None => Err(DeskError::Problems(problems)),
            Some(name) => Ok(PortalRole { id: RoleId(0), name, description, rights, active: true }),
        }
    }
}

impl Desk {
    /// One page of the roles: the built-in ones first, then one's own by name or number.
    ///
    /// # Errors
    /// When the role may not read, or the store can't be read.
    pub fn roles(
        &self,
        who: &Session,
        args: &ListArgs<NoStatus>,
    ) -> Result<Page<RoleRow>, DeskError> {
        self.authorize(who, Permission::Read)?;
        let whole = ListArgs { page: 1, per_page: u64::MAX, ..args.clone() };
        let mut found = self.repo.query(&self.asked_plainly(List::Roles, &whole)?)?;
        let own = entities(std::mem::take(&mut found.rows)).into_iter().map(RoleRow::own).collect();
        let text = fold::search(&args.text);
        let is_wanted = |row: &RoleRow| {
            let described = row.description.as_ref().map_or("", Text::raw);
            let searched = fold::search(&format!("{} {described}", row.name.raw()));
            text.split_whitespace().all(|word| searched.contains(word))
        };
        let mut built_in: Vec<RoleRow> =
            Role::ALL.into_iter().map(RoleRow::built_in).filter(is_wanted).collect();
        if args.sort == Sort::Name {
            built_in.sort_by(|a, b| a.name.cmp(&b.name));
        }
        if args.reverse {
            built_in.reverse();
        }
        let all = found.all + Role::ALL.len() as u64;
        Ok(Page::with_first(args, built_in, own, all))
    }

    /// One role with all that is known of it.
    ///
    /// # Errors
    /// When there is no such role, or the role of who asks may not read.
    pub fn role(&self, who: &Session, choice: RoleChoice) -> Result<RoleView, DeskError> {
        self.authorize(who, Permission::Read)?;
        self.role_view(who, choice)
    }

    /// The role of that name, in any case, hyphens or underscores for spaces.
    ///
    /// # Errors
    /// When there is none, or the role of who asks may not read.
    pub fn role_by_name(&self, who: &Session, name: &str) -> Result<RoleRow, DeskError> {
        self.authorize(who, Permission::Read)?;
        if let Some(role) = Role::named(name) {
            return Ok(RoleRow::built_in(role));
        }
        let id = self.repo.owner(&UniqueKey::RoleName(name_key(name)))?;
        let id = id.ok_or_else(|| DeskError::not_found("role", name.trim()))?;
        Ok(RoleRow::own(self.role_record(RoleId(id))?))
    }

    /// Makes a portal role, which can be given at once.
    ///
    /// # Errors
    /// When a field is wrong, a role of that name exists, or one's own role may not.
    pub fn create_role(&self, who: &Session, form: &RoleForm) -> Result<RoleView, DeskError> {
        let actor = self.authorize(who, Permission::Administer)?;
        let read = form.read()?;
        let id = RoleId(self.repo.reserve(Kind::PortalRole, 1)?);
        let role = PortalRole { id, ..read };
        let (key, label) = (Key::new(Kind::PortalRole, id.0), role.name.clone());
        let entry = AuditDraft::new(self.clock.now(), &actor, Action::RoleCreate)
            .on(key, label.clone())
            .changing(created(fields(&role)));
        self.commit_as(
            who,
            Permission::Administer,
            Changes::new(entry).create(role),
            &Subject { key, label, read: None },
        )?;
        self.role_view(who, RoleChoice::Own(id))
    }

    /// Saves an edited portal role; `base` is what the form was opened with.
    ///
    /// # Errors
    /// When a field is wrong, another role has the name, somebody else changed it meanwhile,
    /// or one's own role may not.
    pub fn edit_role(
        &self,
        who: &Session,
        id: RoleId,
        base: Option<Stamp>,
        form: &RoleForm,
    ) -> Result<RoleView, DeskError> {
        self.change_role(who, id, base, Action::RoleEdit, |old| {
            Ok(PortalRole { id, active: old.active, ..form.read()? })
        })
    }

    /// Lets a portal role be given again.
    ///
    /// # Errors
    /// When it is active already, somebody else changed it since `base`, or one's own role may
    /// not.
    pub fn activate_role(
        &self,
        who: &Session,
        id: RoleId,
        base: Option<Stamp>,
    ) -> Result<RoleView, DeskError> {
        self.change_role(who, id, base, Action::RoleActivate, |old| {
            if old.active {
                return Err(wrong_state(old, "is active already; nothing was changed."));
            }
            Ok(PortalRole { active: true, ..old.clone() })
        })
    }

    /// Lets a portal role be given no more; who has it keeps it.
    ///
    /// # Errors
    /// When it is inactive already, somebody else changed it since `base`, or one's own role
    /// may not.
    pub fn deactivate_role(
        &self,
        who: &Session,
        id: RoleId,
        base: Option<Stamp>,
    ) -> Result<RoleView, DeskError> {
        self.change_role(who, id, base, Action::RoleDeactivate, |old| {
            if !old.active {
                return Err(wrong_state(old, "is inactive already; nothing was changed."));
            }
            Ok(PortalRole { active: false, ..old.clone() })
        })
    }

    /// Deletes a portal role that nobody has; what it was.
    ///
    /// # Errors
    /// When somebody has it, somebody else changed it since `base`, or one's own role may not.
    pub fn delete_role(
        &self,
        who: &Session,
        id: RoleId,
        base: Option<Stamp>,
    ) -> Result<RoleRow, DeskError> {
        let (own, asked) = self.as_asked(who)?;
        let actor = self.authorize(who, Permission::Administer)?;
        let old = self.role_record(id)?;
        let (key, label) = (Key::new(Kind::PortalRole, id.0), old.value.name.clone());
        self.expect_unmoved(key, &label, base, old.stamp)?;
        let gone = fields(&old.value).into_iter().map(|(name, was)| (name, was, None));
        let entry = AuditDraft::new(self.clock.now(), &actor, Action::RoleDelete)
            .on(key, label.clone())
            .changing(differences(gone));
        let changes = Changes::new(entry).delete(key, old.stamp).guard(own, asked);
        let subject = Subject { key, label, read: Some(old.stamp) };
        // Nobody may be given it between the look and the commit.
        self.commit_alone(changes, &subject, || self.expect_unused(&old.value))?;
        Ok(RoleRow::own(old))
    }

    /// Refuses to delete a role that somebody has.
    fn expect_unused(&self, role: &PortalRole) -> Result<(), DeskError> {
        let users = match self.holders_of(RoleChoice::Own(role.id))? {
            0 => return Ok(()),
            1 => String::from("1 user has it"),
            n => format!("{} users have it", thousands(n)),
        };
        Err(wrong_state(
            role,
            &format!("can't be deleted while {users}; give them another role, or deactivate it."),
        ))
    }

    /// Does one deed to a role; what changes nothing leaves no trace.
    fn change_role(
        &self,
        who: &Session,
        id: RoleId,
        base: Option<Stamp>,
        action: Action,
        deed: impl FnOnce(&PortalRole) -> Result<PortalRole, DeskError>,
    ) -> Result<RoleView, DeskError> {
        let actor = self.authorize(who, Permission::Administer)?;
        let Versioned { value: old, stamp } = self.role_record(id)?;
        let key = Key::new(Kind::PortalRole, id.0);
        self.expect_unmoved(key, &old.name, base, stamp)?;
        let new = deed(&old)?;
        if new != old {
            let pairs = fields(&old).into_iter().zip(fields(&new));
            let entry = AuditDraft::new(self.clock.now(), &actor, action)
                .on(key, new.name.clone())
                .changing(differences(pairs.map(|((name, was), (_, is))| (name, was, is))));
            let subject = Subject { key, label: old.name, read: Some(stamp) };
            self.commit_as(
                who,
                Permission::Administer,
                Changes::new(entry).update(new, stamp),
                &subject,
            )?;
        }
        self.role_view(who, RoleChoice::Own(id))
    }

    fn role_record(&self, id: RoleId) -> Result<Versioned<PortalRole>, DeskError> {
        self.repo.fetch::<PortalRole>(id.0)?.ok_or_else(|| DeskError::not_found("role", id))
    }

    fn role_view(&self, who: &Session, choice: RoleChoice) -> Result<RoleView, DeskError> {
        let row = match choice {
            RoleChoice::BuiltIn(role) => RoleRow::built_in(role),
            RoleChoice::Own(id) => RoleRow::own(self.role_record(id)?),
        };
        let history = match choice {
            RoleChoice::BuiltIn(_) => Vec::new(),
            RoleChoice::Own(id) => self.history(Key::new(Kind::PortalRole, id.0))?,
        };
        let why_not_edit = match choice {
            RoleChoice::BuiltIn(role) => {
                Some(format!("{role} is built in; what it grants is the same everywhere."))
            }
            RoleChoice::Own(_) => who.why_not(Permission::Administer),
        };
        Ok(RoleView {
            users: self.holders_of(choice)?,
            version: row.stamp.map(|it| it.version),
            history,
            why_not_edit,
            row,
        })
    }

    /// How many users have a role, once all of them have been read.
    fn holders_of(&self, choice: RoleChoice) -> Result<u64, DeskError> {
        let test = match choice {
            RoleChoice::BuiltIn(role) => Test::Role(role),
            RoleChoice::Own(id) => Test::OwnRole(id),
        };
        let query = Query {
            list: List::Users,
            filter: Filter { clauses: vec![Clause { not: false, test }], ..Filter::default() },
            sort: Sort::Number,
            reverse: false,
            page: 1,
            per_page: 0,
            partly: false,
            // A half-finished count would decide.
            stop: Stop::default(),
        };
        Ok(self.repo.query(&query)?.total)
    }

    /// The roles of one's own that some users have, in one read.
    pub(super) fn roles_of<'a>(
        &self,
        users: impl Iterator<Item = &'a User>,
    ) -> Result<HashMap<RoleId, Text>, DeskError> {
        let mut ids: Vec<u64> = users.filter_map(|it| it.portal_role).map(|id| id.0).collect();
        ids.sort_unstable();
        ids.dedup();
        let found = self.repo.fetch_many::<PortalRole>(&ids)?;
        Ok(found.into_iter().flatten().map(|it| (it.value.id, it.value.name)).collect())
    }
}

fn in_words(rights: &[PortalRight]) -> impl Iterator<Item = String> {
    rights.iter().map(|right| format!("{} at the portal", right.words()))
}

/// What the trail says of a role.
fn fields(it: &PortalRole) -> [(&'static str, Option<Text>); 4] {
    let rights: Vec<&str> = it.rights.iter().map(|right| right.words()).collect();
    [
        ("name", Some(it.name.clone())),
        ("description", it.description.clone()),
        ("rights", Some(Text::new(rights.join(", ")))),
        ("active", Some(yes_no(it.active).into())),
    ]
}

/// The refusal of a name that another role has.
fn taken(name: Text) -> Problem {
    Problem::field(
        Code::Taken,
        ROLE_NAME.name,
        format!("Role {name} exists already; choose another name."),
    )
}

fn wrong_state(role: &PortalRole, what: &str) -> DeskError {
    DeskError::refused(Code::WrongState, format!("Role {} {what}", role.name))
}
