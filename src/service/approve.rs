//! From a request to a portal user: the contact made for it, the login, the approval.

use serde::Serialize;

use crate::domain::audit::{Action, Actor};
use crate::domain::company::Company;
use crate::domain::contact::Contact;
use crate::domain::fold;
use crate::domain::id::{CompanyId, RequestId, UserId};
use crate::domain::matching;
use crate::domain::problem::{Code, Problem};
use crate::domain::request::PortalRequest;
use crate::domain::role::Permission;
use crate::domain::text::Text;
use crate::domain::user::{CreatedVia, User};
use crate::domain::validate;
use crate::store::{AuditDraft, Changes, Key, Kind, Stamp, UniqueKey, Versioned};

use super::commit::{Subject, contact_has_user};
use super::companies::CompanyForm;
use super::contacts::ContactForm;
use super::portal_user::{Person, PortalSites, created_fields, new_portal_user, new_profile};
use super::request_views::RequestView;
use super::requests::fields_of;
use super::trail::differences;
use super::{Desk, DeskError, Session};

/// How often a suggested login is chosen anew when somebody else takes it meanwhile.
const LOGIN_TRIES: usize = 5;

/// The company of a contact that is made for a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompanyChoice {
    /// The one whose name is exactly what the visitor typed, when there is just one.
    AsTyped,
    /// None.
    None,
    /// One that exists.
    Existing(CompanyId),
    /// One that is made in the same commit.
    New(CompanyForm),
}

/// What an approval came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Approved {
    /// The request, Processed.
    #[serde(flatten)]
    pub request: RequestView,
}

impl Desk {
    /// What the form of **Contact** `+` is filled in with.
    ///
    /// # Errors
    /// When there is no such request, or the role may not read.
    pub fn contact_prefill(&self, who: &Session, id: RequestId) -> Result<ContactForm, DeskError> {
        self.authorize(who, Permission::Read)?;
        let request = self.request_record(id)?.value;
        let company = self.company_named(request.company_name.raw())?.map(|it| it.id);
        Ok(ContactForm { company, ..prefilled(&request) })
    }

    /// Makes a contact for a request and links it, and its company if wanted, in one commit.
    ///
    /// `form` is `None` for the contact as the request has it. `form.company` is not looked
    /// at: `company` says which.
    ///
    /// # Errors
    /// When a field is wrong, the company is gone or its code taken, the request is closed
    /// or was changed meanwhile, or the role may not.
    pub fn create_contact_for_request(
        &self,
        who: &Session,
        id: RequestId,
        base: Option<Stamp>,
        form: Option<&ContactForm>,
        company: &CompanyChoice,
    ) -> Result<RequestView, DeskError> {
        let actor = self.authorize(who, Permission::HandleRequests)?;
        let old = self.expect_request(id, base)?;
        let mut new = old.value.clone();
        new.expect_open("make a contact for")?;
        let (existing, fresh) = self.company_for(&old.value, company)?;
        let form = ContactForm {
            company: existing.as_ref().map(|it| it.value.id).or(fresh.as_ref().map(|it| it.id)),
            ..form.cloned().unwrap_or_else(|| prefilled(&old.value))
        };
        let contact = self.new_contact(&form)?;
        new.set_contact(Some(contact.id))?;
        let key = Key::new(Kind::Request, id.0);
        let named = existing.as_ref().map(|it| &it.value).or(fresh.as_ref());
        let entry = AuditDraft::new(self.clock.now(), &actor, Action::RequestLink)
            .on(key, id.to_string())
            .changing(differences(fields_of(Some(&old.value), Some(&new))));
        let mut changes = Changes::new(entry)
            .also(self.contact_created(&actor, &contact, named))
            .create(contact)
            .update(new, old.stamp);
        if let Some(it) = existing {
            changes = changes.guard(Key::new(Kind::Company, it.value.id.0), it.stamp);
        }
        if let Some(company) = fresh {
            changes = changes.also(self.company_created(&actor, &company)).create(company);
        }
        let subject = Subject { key, label: Text::new(id.to_string()), read: Some(old.stamp) };
        self.commit(changes, &subject)?;
        self.request_view(id)
    }

    fn company_for(
        &self,
        request: &PortalRequest,
        choice: &CompanyChoice,
    ) -> Result<(Option<Versioned<Company>>, Option<Company>), DeskError> {
        Ok(match choice {
            CompanyChoice::None => (None, None),
            CompanyChoice::Existing(id) => (Some(self.company_record(*id)?), None),
            CompanyChoice::New(form) => (None, Some(self.new_company(form)?)),
            CompanyChoice::AsTyped => {
                let same = self.company_named(request.company_name.raw())?;
                (self.chosen_company(same.map(|it| it.id))?, None)
            }
        })
    }

    /// The login that approval would give: `first.last`, with the lowest free number from 2.
    pub(super) fn suggest_login(&self, request: &PortalRequest) -> Result<String, DeskError> {
        let base =
            matching::suggested_login(request.first.raw(), request.last.raw(), request.email.raw());
        let mut number = 1;
        loop {
            let logins: Vec<String> = (number..number + 20)
                .map(|n| if n == 1 { base.clone() } else { format!("{base}{n}") })
                .collect();
            let keys: Vec<UniqueKey> =
                logins.iter().map(|login| UniqueKey::SignInName(fold::identity(login))).collect();
            if let Some(free) = self.repo.owners(&keys)?.iter().position(Option::is_none) {
                return Ok(logins[free].clone());
            }
            number += 20;
        }
    }

    /// Why a request can't be approved now, in one sentence; `None` when it can.
    pub(super) fn why_not_approve(
        &self,
        request: &PortalRequest,
        contact: Option<&Contact>,
        company: Option<&Company>,
    ) -> Result<Option<String>, DeskError> {
        if let Err(problem) = request.expect_approvable() {
            return Ok(Some(problem.message));
        }
        let Some(contact) = contact else { return Ok(None) };
        if let Some(user) = self.user_of_contact(contact.id)? {
            return Ok(Some(contact_has_user(Some(&user)).message));
        }
        if company.is_none() {
            return Ok(Some(contact_without_company(contact).message));
        }
        let email = email_of(request, contact);
        let owner = self.user_with_email(email.raw())?;
        Ok(owner.map(|user| self.name_taken(email.raw(), Some(&user)).message))
    }

    /// Approves a request: the portal user exists, Pending until staff set a password.
    ///
    /// `login` is what the approver typed, with or without `.P`; `None` takes the suggestion.
    /// The user, its profile, its membership and its account at every active site of the
    /// portal site group are one commit with the request and the trail.
    ///
    /// # Errors
    /// When no contact is linked, the contact has no company or is somebody's already, the
    /// login or email is taken, no site is active, somebody else changed the request
    /// meanwhile, or the role may not.
    pub fn approve_request(
        &self,
        who: &Session,
        id: RequestId,
        base: Option<Stamp>,
        login: Option<&str>,
    ) -> Result<Approved, DeskError> {
        let actor = self.authorize(who, Permission::HandleRequests)?;
        let old = self.expect_request(id, base)?;
        let facts = self.approval_facts(&old.value)?;
        let typed = login.map(validate::portal_login).transpose()?;
        for attempt in 1.. {
            let login = match &typed {
                Some(login) => login.clone(),
                None => Text::new(self.suggest_login(&old.value)?),
            };
            match self.approve_as(&actor, &old, &facts, login) {
                Err(DeskError::Problems(problems))
                    if typed.is_none()
                        && attempt < LOGIN_TRIES
                        && problems
                            .iter()
                            .all(|it| it.code == Code::Taken && it.field == Some("login_name")) => {
                }
                Err(error) => return Err(error),
                Ok(()) => break,
            }
        }
        Ok(Approved { request: self.request_view(id)? })
    }

    /// Reads and checks all that an approval depends on.
    fn approval_facts(&self, request: &PortalRequest) -> Result<Facts, DeskError> {
        let contact = self.contact_record(request.expect_approvable()?)?;
        if let Some(user) = self.user_of_contact(contact.value.id)? {
            return Err(contact_has_user(Some(&user)).into());
        }
        let company =
            contact.value.company.ok_or_else(|| contact_without_company(&contact.value))?;
        let company = self.company_record(company)?;
        Ok(Facts { contact, company, sites: self.portal_sites()? })
    }

    /// One try to commit the approval under that login.
    fn approve_as(
        &self,
        actor: &Actor,
        old: &Versioned<PortalRequest>,
        facts: &Facts,
        login: Text,
    ) -> Result<(), DeskError> {
        let id = UserId(self.repo.reserve(Kind::User, 1)?);
        let person = person_of(&old.value, &facts.contact.value, login);
        let user = User { id, ..new_portal_user(person, CreatedVia::Request, self.clock.now()) };
        self.expect_names_free(&user)?;
        let mut new = old.value.clone();
        new.approve(id, actor.user)?;
        let request_key = Key::new(Kind::Request, new.id.0);
        let entry = AuditDraft::new(self.clock.now(), actor, Action::RequestApprove)
            .on(request_key, new.id.to_string())
            .on(Key::new(Kind::User, id.0), user.user_id())
            .on(Key::new(Kind::Profile, id.0), user.user_id())
            .on(Key::new(Kind::Contact, facts.contact.value.id.0), facts.contact.value.label())
            .changing(differences(fields_of(Some(&old.value), Some(&new))))
            .changing(created_fields(
                &user,
                user.role.name().into(),
                facts.company.value.name.clone(),
            ));
        let (company, contact) = (&facts.company.value, facts.contact.value.id);
        let changes = Changes::new(entry)
            .create(user)
            .create(new_profile(id, company, contact, new.site, &facts.sites))
            .update(new, old.stamp)
            .guard(Key::new(Kind::Contact, facts.contact.value.id.0), facts.contact.stamp)
            .guard(Key::new(Kind::Company, facts.company.value.id.0), facts.company.stamp);
        let changes = facts.sites.guarding(changes);
        let label = Text::new(old.value.id.to_string());
        self.commit(changes, &Subject { key: request_key, label, read: Some(old.stamp) }).map(drop)
    }
}

/// All that an approval depends on, as it was read.
struct Facts {
    contact: Versioned<Contact>,
    company: Versioned<Company>,
    sites: PortalSites,
}

/// The contact as an account has it, filled up from the request.
fn person_of(request: &PortalRequest, contact: &Contact, login_name: Text) -> Person {
    Person {
        login_name,
        first: contact.first.clone().or_else(|| Some(request.first.clone())),
        last: contact.last.clone().or_else(|| Some(request.last.clone())),
        email: Some(email_of(request, contact)),
        phone: contact.phone.clone().or_else(|| Some(request.phone.clone())),
    }
}

/// The contact's email, else the one that the visitor typed.
fn email_of(request: &PortalRequest, contact: &Contact) -> Text {
    contact.email.clone().unwrap_or_else(|| request.email.clone())
}

/// A contact's form, filled in from a request.
fn prefilled(request: &PortalRequest) -> ContactForm {
    ContactForm {
        first: request.first.raw().to_owned(),
        last: request.last.raw().to_owned(),
        email: request.email.raw().to_owned(),
        phone: request.phone.raw().to_owned(),
        company: None,
    }
}

fn contact_without_company(contact: &Contact) -> Problem {
    Problem::field(
        Code::CompanyMissing,
        "company",
        format!(
            "Contact {} belongs to no company; open the contact and give it one first.",
            contact.label()
        ),
    )
}
