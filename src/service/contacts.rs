//! Contacts: the list, the record with its portal user, making and editing one.

use serde::Serialize;

use crate::domain::audit::{Action, Actor};
use crate::domain::company::Company;
use crate::domain::contact::Contact;
use crate::domain::id::{CompanyId, ContactId, UserId};
use crate::domain::problem::{Code, Problem};
use crate::domain::role::Permission;
use crate::domain::text::Text;
use crate::domain::user::{User, UserStatus};
use crate::domain::validate::{self, FIRST, LAST, PHONE};
use crate::store::query::List;
use crate::store::{AuditDraft, Changes, Key, Kind, RepositoryExt, Stamp, UniqueKey, Versioned};

use super::commit::Subject;
use super::companies::keep;
use super::page::{NoStatus, entities};
use super::trail::{HistoryLine, created, differences};
use super::{Desk, DeskError, ListArgs, Page, Session};

/// A contact in a list or a look-up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContactRow {
    /// Its identity.
    pub id: ContactId,
    /// First name.
    pub first: Option<Text>,
    /// Last name.
    pub last: Option<Text>,
    /// Email.
    pub email: Option<Text>,
    /// Phone.
    pub phone: Option<Text>,
    /// The company.
    pub company: Option<CompanyId>,
    /// The company's code.
    pub company_code: Option<Text>,
    /// The company's name.
    pub company_name: Option<Text>,
    /// The portal user that the contact is.
    pub user: Option<UserId>,
    /// That user's User ID, with `.P`.
    pub user_id: Option<Text>,
    /// That user's status.
    pub user_status: Option<UserStatus>,
    /// What it was read at.
    #[serde(skip)]
    pub stamp: Stamp,
}

impl ContactRow {
    /// The name that people know the contact by.
    pub fn label(&self) -> Text {
        crate::domain::contact::label(self.first.as_ref(), self.last.as_ref())
            .or_else(|| self.email.clone())
            .unwrap_or_else(|| Text::new(self.id.to_string()))
    }
}

/// A contact with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContactView {
    /// The contact.
    #[serde(flatten)]
    pub row: ContactRow,
    /// How often it has changed.
    pub version: u64,
    /// What happened to it, newest first.
    pub history: Vec<HistoryLine>,
}

/// What a contact's form holds, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContactForm {
    /// First name.
    pub first: String,
    /// Last name.
    pub last: String,
    /// Email.
    pub email: String,
    /// Phone.
    pub phone: String,
    /// The company.
    pub company: Option<CompanyId>,
}

impl Desk {
    /// One page of the contacts.
    ///
    /// # Errors
    /// When the role may not read, or the store can't be read.
    pub fn contacts(
        &self,
        who: &Session,
        args: &ListArgs<NoStatus>,
    ) -> Result<Page<ContactRow>, DeskError> {
        self.authorize(who, Permission::Read)?;
        let mut found = self.repo.query(&self.asked_plainly(List::Contacts, args)?)?;
        let rows = self.contact_rows(entities(std::mem::take(&mut found.rows)))?;
        Ok(Page::of(&found, args.per_page, rows))
    }

    /// One contact.
    ///
    /// # Errors
    /// When there is none of that number, or the role may not read.
    pub fn contact(&self, who: &Session, id: ContactId) -> Result<ContactView, DeskError> {
        self.authorize(who, Permission::Read)?;
        self.contact_view(id)
    }

    /// Makes a contact.
    ///
    /// # Errors
    /// When a field is wrong, the company is gone, or the role may not.
    pub fn create_contact(
        &self,
        who: &Session,
        form: &ContactForm,
    ) -> Result<ContactView, DeskError> {
        let actor = self.authorize(who, Permission::KeepCompanyFile)?;
        let contact = self.new_contact(form)?;
        let company = self.chosen_company(form.company)?;
        let entry = self.contact_created(&actor, &contact, company.as_ref().map(|it| &it.value));
        let mut changes = Changes::new(entry).create(contact.clone());
        if let Some(company) = company {
            changes = changes.guard(Key::new(Kind::Company, company.value.id.0), company.stamp);
        }
        let key = Key::new(Kind::Contact, contact.id.0);
        self.commit(changes, &Subject { key, label: contact.label(), read: None })?;
        self.contact_view(contact.id)
    }

    /// Saves an edited contact; `base` is what the form was opened with.
    ///
    /// # Errors
    /// When a field is wrong, somebody else changed it meanwhile, its portal user belongs
    /// to its company, or the role may not.
    pub fn edit_contact(
        &self,
        who: &Session,
        id: ContactId,
        base: Option<Stamp>,
        form: &ContactForm,
    ) -> Result<ContactView, DeskError> {
        let actor = self.authorize(who, Permission::KeepCompanyFile)?;
        let old = self.contact_record(id)?;
        let key = Key::new(Kind::Contact, id.0);
        self.expect_unmoved(key, &old.value.label(), base, old.stamp)?;
        let external_id = old.value.external_id.clone();
        let new = Contact { external_id, ..read(id, form)? };
        let company = self.chosen_company(form.company)?;
        if new.company != old.value.company {
            self.expect_no_user(id)?;
        }
        let before = match old.value.company {
            Some(company) => Some(self.company_record(company)?.value.name),
            None => None,
        };
        let after = company.as_ref().map(|it| it.value.name.clone());
        let edits = differences([
            ("first", old.value.first.clone(), new.first.clone()),
            ("last", old.value.last.clone(), new.last.clone()),
            ("email", old.value.email.clone(), new.email.clone()),
            ("phone", old.value.phone.clone(), new.phone.clone()),
            ("company", before, after),
        ]);
        if new == old.value {
            return self.contact_view(id);
        }
        let entry = AuditDraft::new(self.clock.now(), &actor, Action::ContactEdit)
            .on(key, new.label())
            .changing(edits);
        let mut changes = Changes::new(entry).update(new.clone(), old.stamp);
        if let Some(company) = company {
            changes = changes.guard(Key::new(Kind::Company, company.value.id.0), company.stamp);
        }
        let moves = new.company != old.value.company;
        if moves {
            changes = changes.guard_free(UniqueKey::ContactOfUser(id.0));
        }
        let subject = Subject { key, label: new.label(), read: Some(old.stamp) };
        if let Err(error) = self.commit(changes, &subject) {
            // Who became a user between the look and the commit is told in the same words.
            if moves {
                self.expect_no_user(id)?;
            }
            return Err(error);
        }
        self.contact_view(id)
    }

    /// A contact made of a form, with a number of its own.
    pub(super) fn new_contact(&self, form: &ContactForm) -> Result<Contact, DeskError> {
        let contact = read(ContactId(0), form)?;
        let id = ContactId(self.repo.reserve(Kind::Contact, 1)?);
        Ok(Contact { id, ..contact })
    }

    /// The entry of the trail for a new contact.
    pub(super) fn contact_created(
        &self,
        actor: &Actor,
        contact: &Contact,
        company: Option<&Company>,
    ) -> AuditDraft {
        AuditDraft::new(self.clock.now(), actor, Action::ContactCreate)
            .on(Key::new(Kind::Contact, contact.id.0), contact.label())
            .changing(created([
                ("first", contact.first.clone()),
                ("last", contact.last.clone()),
                ("email", contact.email.clone()),
                ("phone", contact.phone.clone()),
                ("company", company.map(|it| it.name.clone())),
            ]))
    }

    pub(super) fn contact_record(&self, id: ContactId) -> Result<Versioned<Contact>, DeskError> {
        self.repo.fetch::<Contact>(id.0)?.ok_or_else(|| DeskError::not_found("contact", id))
    }

    /// The portal user that a contact is, if any.
    pub(super) fn user_of_contact(&self, id: ContactId) -> Result<Option<User>, DeskError> {
        match self.repo.owner(&UniqueKey::ContactOfUser(id.0))? {
            Some(user) => Ok(self.repo.fetch::<User>(user)?.map(|it| it.value)),
            None => Ok(None),
        }
    }

    /// Contacts with the names of their companies and their users, in four reads.
    pub(super) fn contact_rows(
        &self,
        contacts: Vec<Versioned<Contact>>,
    ) -> Result<Vec<ContactRow>, DeskError> {
        let companies: Vec<u64> =
            contacts.iter().filter_map(|it| it.value.company).map(|id| id.0).collect();
        let companies: Vec<Company> = self
            .repo
            .fetch_many::<Company>(&companies)?
            .into_iter()
            .flatten()
            .map(|it| it.value)
            .collect();
        let keys: Vec<UniqueKey> =
            contacts.iter().map(|it| UniqueKey::ContactOfUser(it.value.id.0)).collect();
        let owners = self.repo.owners(&keys)?;
        let ids: Vec<u64> = owners.iter().copied().flatten().collect();
        let users: Vec<User> =
            self.repo.fetch_many::<User>(&ids)?.into_iter().flatten().map(|it| it.value).collect();
        Ok(contacts
            .into_iter()
            .zip(owners)
            .map(|(contact, owner)| {
                let company = companies.iter().find(|it| Some(it.id) == contact.value.company);
                let user = users.iter().find(|it| Some(it.id.0) == owner);
                row(contact, company, user)
            })
            .collect())
    }

    fn contact_view(&self, id: ContactId) -> Result<ContactView, DeskError> {
        let record = self.contact_record(id)?;
        let version = record.stamp.version;
        let row = self
            .contact_rows(vec![record])?
            .pop()
            .ok_or_else(|| DeskError::not_found("contact", id))?;
        Ok(ContactView { row, version, history: self.history(Key::new(Kind::Contact, id.0))? })
    }

    pub(super) fn chosen_company(
        &self,
        id: Option<CompanyId>,
    ) -> Result<Option<Versioned<Company>>, DeskError> {
        id.map(|id| self.company_record(id)).transpose()
    }

    /// A portal user's contact stays in one of the user's companies (invariant 3).
    pub(super) fn expect_no_user(&self, id: ContactId) -> Result<(), DeskError> {
        match self.user_of_contact(id)? {
            None => Ok(()),
            Some(user) => Err(Problem::field(
                Code::ContactHasUser,
                "company",
                format!(
                    "The company can't be changed while portal user {} belongs to this contact; disable or delete that user first.",
                    user.user_id()
                ),
            )
            .into()),
        }
    }
}

fn row(contact: Versioned<Contact>, company: Option<&Company>, user: Option<&User>) -> ContactRow {
    let Versioned { value, stamp } = contact;
    ContactRow {
        id: value.id,
        first: value.first,
        last: value.last,
        email: value.email,
        phone: value.phone,
        company: value.company,
        company_code: company.map(|it| it.code.clone()),
        company_name: company.map(|it| it.name.clone()),
        user: user.map(|it| it.id),
        user_id: user.map(User::user_id),
        user_status: user.map(|it| it.status),
        stamp,
    }
}

/// Reads a contact's form; a name or an email there must be.
fn read(id: ContactId, form: &ContactForm) -> Result<Contact, DeskError> {
    let mut problems = Vec::new();
    let first = keep(&mut problems, validate::optional(FIRST, &form.first));
    let last = keep(&mut problems, validate::optional(LAST, &form.last));
    let email = keep(&mut problems, validate::optional_email(&form.email));
    let phone = keep(&mut problems, validate::optional(PHONE, &form.phone));
    let (Some(first), Some(last), Some(email), Some(phone)) = (first, last, email, phone) else {
        return Err(DeskError::Problems(problems));
    };
    if first.is_none() && last.is_none() && email.is_none() {
        return Err(Problem::field(
            Code::Missing,
            FIRST.name,
            "A contact needs a name or an email; fill in at least one of them.",
        )
        .into());
    }
    Ok(Contact { id, first, last, email, phone, company: form.company, external_id: None })
}
