//! Add Portal User: from a company's file (workflow C) and from Portal Access (workflow D).

use serde::Serialize;

use crate::domain::audit::{Action, Actor};
use crate::domain::company::Company;
use crate::domain::contact::{Contact, label};
use crate::domain::id::{CompanyId, ContactId, UserId};
use crate::domain::problem::{Code, Problem, Warning};
use crate::domain::role::Permission;
use crate::domain::secret::Secret;
use crate::domain::text::Text;
use crate::domain::user::{CreatedVia, User};
use crate::domain::validate::{self, EMAIL, FIRST, LAST, LOGIN, PHONE};
use crate::store::{AuditDraft, Changes, CommitError, Key, Kind, RepositoryExt, Stamp, Versioned};

use super::accounts::ROUNDS;
use super::companies::keep;
use super::contacts::ContactRow;
use super::delete_user::about_user;
use super::passwords::{check_password, with_password};
use super::portal_user::{Person, PortalSites, created_fields, new_portal_user, new_profile};
use super::user_views::UserView;
use super::{Desk, DeskError, Session};

/// The way in which a portal user is added: what the form asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entrance {
    /// Company ▸ Contacts ▸ Users: name, surname, username and password, all four required.
    CompanyFile,
    /// Settings ▸ Client ▸ Portal Access: company, email (which is the login) and password.
    PortalAccess,
}

/// What the form of **Add Portal User** holds, as typed.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Which form it is.
    pub via: Entrance,
    /// The company that the user acts for.
    pub company: CompanyId,
    /// The company as the form last saw it ([`NewUserCheck::seen`]): who deactivates it
    /// meanwhile is told of. `None` decides on what is there now.
    pub seen: Option<Stamp>,
    /// First name.
    pub first: String,
    /// Last name.
    pub last: String,
    /// Email; in Portal Access it is the login too.
    pub email: String,
    /// Phone.
    pub phone: String,
    /// The login, with or without `.P`; empty in Portal Access.
    pub login: String,
    /// The password; without one the user is Pending.
    pub password: Option<Secret>,
    /// Whether the person has to choose an own password at the first sign-in.
    pub must_change: bool,
}

impl NewUser {
    /// An empty form for that company.
    pub fn new(via: Entrance, company: CompanyId) -> Self {
        Self {
            via,
            company,
            seen: None,
            first: String::new(),
            last: String::new(),
            email: String::new(),
            phone: String::new(),
            login: String::new(),
            password: None,
            must_change: true,
        }
    }
}

/// What a form would come to, as shown beside it while it is filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewUserCheck {
    /// The User ID that it would give, once the login can be read.
    pub user_id: Option<Text>,
    /// What stops it, in the order of the form's fields.
    pub problems: Vec<Problem>,
    /// What is worth a second look and stops nothing.
    pub warnings: Vec<Warning>,
    /// What follows and is no trouble, a sentence each.
    pub remarks: Vec<String>,
    /// The contact that would be linked; `None` when one would be made.
    pub contact: Option<ContactRow>,
    /// The company as it was read for this check; for [`NewUser::seen`].
    #[serde(skip)]
    pub seen: Option<Stamp>,
}

/// A form as it was read, beside what there is.
struct Draft {
    problems: Vec<Problem>,
    /// The account, as far as it can be read; without number and hash.
    user: User,
    company: Option<Versioned<Company>>,
    contact: Option<Versioned<Contact>>,
    sites: Option<PortalSites>,
}

impl Desk {
    /// What a form would come to; nothing is hashed and nothing written.
    ///
    /// # Errors
    /// When the role may not create portal users, or the store can't be read.
    pub fn check_new_user(&self, who: &Session, form: &NewUser) -> Result<NewUserCheck, DeskError> {
        self.authorize(who, Permission::CreatePortalUsers)?;
        let draft = self.draft(form)?;
        let company = draft.company.as_ref().map(|it| &it.value);
        let contact = draft.contact.as_ref().map(|it| &it.value);
        let warnings = self.newcomer_warnings(&draft.user, company, contact)?;
        let has_login = !draft.user.login_name.is_blank();
        Ok(NewUserCheck {
            user_id: has_login.then(|| draft.user.user_id()),
            warnings,
            remarks: remarks(&draft),
            contact: self.contact_rows(draft.contact.into_iter().collect())?.pop(),
            seen: draft.company.map(|it| it.stamp),
            problems: draft.problems,
        })
    }

    /// Makes a portal user: Active with a password, Pending without one.
    ///
    /// The user, its profile, its membership, its contact and its account at every active
    /// site of the portal site group are one commit with the trail.
    ///
    /// # Errors
    /// [`DeskError::Problems`] with everything that is wrong with the form, what somebody
    /// else took or deactivated meanwhile included; [`DeskError::Denied`] when the role may
    /// not; when the store or the hasher fails.
    pub fn create_portal_user(&self, who: &Session, form: &NewUser) -> Result<UserView, DeskError> {
        let (mut seen, mut hash) = (form.seen, None);
        for _ in 0..ROUNDS {
            let actor = self.authorize(who, Permission::CreatePortalUsers)?;
            let mut draft = self.draft(form)?;
            if let (Some(company), Some(seen)) = (&draft.company, seen) {
                draft.problems.splice(0..0, self.deactivated_since(company, seen)?);
            }
            let Draft { problems, user, company: Some(company), contact, sites: Some(sites) } =
                draft
            else {
                return Err(DeskError::Problems(draft.problems));
            };
            if !problems.is_empty() {
                return Err(DeskError::Problems(problems));
            }
            // Who is deactivated between two rounds is told of like one that was while the
            // form was filled in.
            seen = seen.or(Some(company.stamp));
            let user = match password_of(form) {
                None => user,
                Some(password) => {
                    let made = match hash.take() {
                        Some(hash) => hash,
                        None => self.hash_anew(&user, password)?,
                    };
                    hash = Some(made.clone());
                    with_password(&user, made, form.must_change, self.clock.now())
                }
            };
            let (id, changes) = self.creation(&actor, user, &company, contact, &sites)?;
            match self.commit_raw(changes) {
                Ok(_) => return self.user_view(who, id),
                Err(CommitError::Conflict(_) | CommitError::Taken { .. }) => {}
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
        Err(DeskError::refused(
            Code::WrongState,
            "Others changed the company or took the name over and over just now; try again.",
        ))
    }

    /// Reads a form and holds it against what there is.
    fn draft(&self, form: &NewUser) -> Result<Draft, DeskError> {
        let mut problems = Vec::new();
        let company = self.repo.fetch::<Company>(form.company.0)?;
        if company.is_none() {
            problems.push(company_gone());
        }
        let person = read(form, &mut problems);
        let via = match form.via {
            Entrance::CompanyFile => CreatedVia::CompanyFile,
            Entrance::PortalAccess => CreatedVia::PortalAccess,
        };
        let mut user = new_portal_user(person, via, self.clock.now());
        user.login_follows_email = form.via == Entrance::PortalAccess;
        let login = (!user.login_name.is_blank()).then_some(&user.login_name);
        problems.extend(self.names_taken(login, user.email.as_ref(), None)?);
        match password_of(form) {
            Some(password) => {
                let own: Vec<Text> = company.iter().map(|it| it.value.name.clone()).collect();
                keep(&mut problems, check_password(&user, &own, password));
            }
            None if form.via == Entrance::CompanyFile => problems.push(password_missing()),
            None => {}
        }
        let contact = match &company {
            Some(company) => {
                let name = label(user.first.as_ref(), user.last.as_ref());
                self.unlinked_contact(company.value.id, user.email.as_ref(), name.as_ref())?
            }
            None => None,
        };
        let sites = match self.portal_sites() {
            Ok(sites) => Some(sites),
            Err(DeskError::Problems(more)) => {
                problems.extend(more);
                None
            }
            Err(error) => return Err(error),
        };
        in_form_order(&mut problems);
        Ok(Draft { problems, user, company, contact, sites })
    }

    /// That the company was deactivated since the form saw it, by whom.
    fn deactivated_since(
        &self,
        company: &Versioned<Company>,
        seen: Stamp,
    ) -> Result<Option<Problem>, DeskError> {
        if company.value.active || company.stamp.version == seen.version {
            return Ok(None);
        }
        let key = Key::new(Kind::Company, company.value.id.0);
        let edits = self.edits_since(key, seen.audit_seq)?;
        let edit = edits.into_iter().find(|it| it.action == Action::CompanyDeactivate);
        Ok(edit.map(|edit| {
            Problem::field(
                Code::WrongState,
                "company",
                format!(
                    "{} was deactivated by {} meanwhile; choose another company, or save again to add the user all the same.",
                    company.value.name, edit.actor.name
                ),
            )
        }))
    }

    /// Everything that a new portal user writes.
    fn creation(
        &self,
        actor: &Actor,
        user: User,
        company: &Versioned<Company>,
        contact: Option<Versioned<Contact>>,
        sites: &PortalSites,
    ) -> Result<(UserId, Changes), DeskError> {
        let id = UserId(self.repo.reserve(Kind::User, 1)?);
        let user = User { id, ..user };
        let (contact, found) = match contact {
            Some(Versioned { value, stamp }) => (value, Some(stamp)),
            None => (self.contact_of(&user, company.value.id)?, None),
        };
        let contact_key = Key::new(Kind::Contact, contact.id.0);
        let entry = AuditDraft::new(self.clock.now(), actor, Action::UserCreate)
            .on(Key::new(Kind::User, id.0), user.user_id())
            .on(Key::new(Kind::Profile, id.0), user.user_id())
            .on(contact_key, contact.label())
            .noting(about_user(&user))
            .changing(created_fields(&user, &company.value));
        let home = company.value.home_site;
        let profile = new_profile(id, &company.value, contact.id, home, sites);
        let mut changes = Changes::new(entry)
            .create(user)
            .create(profile)
            .guard(Key::new(Kind::Company, company.value.id.0), company.stamp);
        changes = match found {
            Some(stamp) => changes.guard(contact_key, stamp),
            None => changes
                .also(self.contact_created(actor, &contact, Some(&company.value)))
                .create(contact),
        };
        Ok((id, sites.guarding(changes)))
    }

    /// The contact that is made for a user whom none fits.
    fn contact_of(&self, user: &User, company: CompanyId) -> Result<Contact, DeskError> {
        Ok(Contact {
            id: ContactId(self.repo.reserve(Kind::Contact, 1)?),
            first: user.first.clone(),
            last: user.last.clone(),
            email: user.email.clone(),
            phone: user.phone.clone(),
            company: Some(company),
            external_id: None,
        })
    }
}

/// Brings problems into the order of the fields; what is about none of them comes last.
pub(super) fn in_form_order(problems: &mut [Problem]) {
    const FIELDS: [&str; 8] =
        ["company", "companies", "first", "last", "email", "phone", "login_name", "password"];
    problems.sort_by_key(|it| FIELDS.iter().position(|field| it.field == Some(field)).unwrap_or(8));
}

/// Reads the person of a form; a login that can't be read is left blank.
fn read(form: &NewUser, problems: &mut Vec<Problem>) -> Person {
    let named = |field, raw: &str| match form.via {
        Entrance::CompanyFile => validate::required(field, raw).map(Some),
        Entrance::PortalAccess => validate::optional(field, raw),
    };
    let first = keep(problems, named(FIRST, &form.first)).flatten();
    let last = keep(problems, named(LAST, &form.last)).flatten();
    let email = match form.via {
        Entrance::CompanyFile => validate::optional_email(&form.email),
        Entrance::PortalAccess => validate::email(&form.email).map(Some),
    };
    let email = keep(problems, email).flatten();
    let phone = keep(problems, validate::optional(PHONE, &form.phone)).flatten();
    let login = match form.via {
        Entrance::CompanyFile => keep(problems, validate::portal_login(&form.login)),
        Entrance::PortalAccess => {
            if !form.login.trim().is_empty() {
                problems.push(login_is_email());
            }
            let login = email.as_ref().map(|email| login_of_email(email.raw()));
            login.and_then(|login| keep(problems, login))
        }
    };
    Person { login_name: login.unwrap_or_default(), first, last, email, phone }
}

/// An email as a login; what is wrong with it is wrong with the email.
pub(super) fn login_of_email(email: &str) -> Result<Text, Problem> {
    validate::portal_login(email).map_err(|problem| {
        let message = format!("The email is the login here. {}", problem.message);
        Problem::field(problem.code, EMAIL.name, message)
    })
}

/// The password that was typed; an empty field is none.
fn password_of(form: &NewUser) -> Option<&Secret> {
    form.password.as_ref().filter(|it| !it.is_empty())
}

fn password_missing() -> Problem {
    let message = "Password is missing; type one of at least 15 characters, or generate one.";
    Problem::field(Code::Missing, "password", message)
}

fn login_is_email() -> Problem {
    Problem::field(
        Code::Malformed,
        LOGIN.name,
        "Under Portal Access the email is the login; leave the login empty.",
    )
}

pub(super) fn company_gone() -> Problem {
    Problem::field(Code::CompanyMissing, "company", "There is no such company; choose another.")
}

/// What follows from a form and is no trouble.
fn remarks(draft: &Draft) -> Vec<String> {
    let mut remarks = Vec::new();
    if draft.user.email.is_none() {
        remarks.push("Without an email the user can be neither invited nor mailed.".into());
    }
    if let Some(contact) = &draft.contact {
        let contact = &contact.value;
        remarks.push(format!("Contact {} {} becomes this user.", contact.id, contact.label()));
    }
    remarks
}
