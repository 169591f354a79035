//! Who may this be? Candidates for a request, and what is worth a second look.

use serde::Serialize;

use crate::domain::company::Company;
use crate::domain::contact::Contact;
use crate::domain::fold;
use crate::domain::matching::{self, Likeness};
use crate::domain::problem::Warning;
use crate::domain::request::{PortalRequest, RequestStatus};
use crate::domain::site::{PortalGroup, Site};
use crate::domain::user::User;
use crate::store::query::{Filter, List, Query, Status};
use crate::store::record::PORTAL_GROUP;
use crate::store::{RepositoryExt, UniqueKey, Versioned};

use super::contacts::ContactRow;
use super::page::entities;
use super::{Desk, DeskError, Sort};

/// Candidates shown at most.
const CANDIDATES: usize = 10;
/// Contacts looked at for each way of being alike.
const LOOKED_AT: u64 = 50;

/// A contact that may be the person of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// The contact.
    #[serde(flatten)]
    pub contact: ContactRow,
    /// Why.
    pub likeness: Likeness,
}

impl Desk {
    /// The contacts that a request may belong to, best first, at most ten.
    ///
    /// Those without a portal user come before those that have one.
    pub(super) fn candidates(&self, request: &PortalRequest) -> Result<Vec<Candidate>, DeskError> {
        let mut seen: Vec<(Likeness, Versioned<Contact>)> = Vec::new();
        for filter in likely_filters(request) {
            for contact in self.contacts_passing(filter)? {
                let known = seen.iter().any(|(_, it)| it.value.id == contact.value.id);
                if let (false, Some(likeness)) =
                    (known, matching::likeness(request, &contact.value))
                {
                    seen.push((likeness, contact));
                }
            }
        }
        seen.sort_by_key(|(likeness, contact)| (*likeness, contact.value.id));
        let (likenesses, contacts): (Vec<Likeness>, Vec<_>) = seen.into_iter().unzip();
        let rows = self.contact_rows(contacts)?;
        let mut candidates: Vec<Candidate> = rows
            .into_iter()
            .zip(likenesses)
            .map(|(contact, likeness)| Candidate { contact, likeness })
            .collect();
        candidates.sort_by_key(|it| (it.likeness, it.contact.user.is_some()));
        candidates.truncate(CANDIDATES);
        Ok(candidates)
    }

    fn contacts_passing(&self, filter: Filter) -> Result<Vec<Versioned<Contact>>, DeskError> {
        let query = Query {
            list: List::Contacts,
            filter,
            sort: Sort::Name,
            reverse: false,
            page: 1,
            per_page: LOOKED_AT,
        };
        Ok(entities(self.repo.query(&query)?.rows))
    }

    /// How many contacts have each of those emails, one query for all.
    pub(super) fn contacts_with_emails(&self, emails: &[&str]) -> Result<Vec<u32>, DeskError> {
        let wanted: Vec<String> = emails.iter().map(|email| fold::search(email)).collect();
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let filter = Filter { emails: wanted.clone(), ..Filter::default() };
        let found = self.contacts_passing(filter)?;
        let theirs: Vec<String> = found
            .iter()
            .filter_map(|it| it.value.email.as_ref())
            .map(|email| fold::search(email.raw()))
            .collect();
        Ok(wanted
            .iter()
            .map(|email| {
                u32::try_from(theirs.iter().filter(|it| *it == email).count()).unwrap_or(u32::MAX)
            })
            .collect())
    }

    /// The portal or staff user that has the request's email already.
    pub(super) fn user_with_email(&self, email: &str) -> Result<Option<User>, DeskError> {
        match self.repo.owner(&UniqueKey::SignInName(fold::identity(email)))? {
            Some(user) => Ok(self.repo.fetch::<User>(user)?.map(|it| it.value)),
            None => Ok(None),
        }
    }

    /// What is worth a second look before a request is approved.
    pub(super) fn warnings(
        &self,
        request: &PortalRequest,
        contact: Option<&Contact>,
        company: Option<&Company>,
    ) -> Result<Vec<Warning>, DeskError> {
        let mut warnings = Vec::new();
        warnings.extend(email_warning(request, company));
        if let (Some(contact), Some(company)) = (contact, company) {
            warnings.extend(self.namesake_warning(contact, company)?);
            warnings.extend(company_warning(company));
        }
        warnings.extend(self.portal_warning()?);
        warnings.extend(contact.and_then(|contact| differing_email(request, contact)));
        warnings.extend(self.other_request(request)?);
        Ok(warnings)
    }

    fn namesake_warning(
        &self,
        contact: &Contact,
        company: &Company,
    ) -> Result<Option<Warning>, DeskError> {
        let filter = Filter { company: Some(company.id), ..Filter::default() }
            .with_text(contact.label().raw());
        let name = fold::search(contact.label().raw());
        let same = self.first::<Contact>(List::Contacts, filter, Sort::Name, LOOKED_AT)?;
        let other = same
            .into_iter()
            .find(|it| it.id != contact.id && fold::search(it.label().raw()) == name);
        Ok(other.map(|it| Warning {
            code: "W2",
            message: format!(
                "{} has another contact named {}: {}.",
                company.name,
                it.label(),
                it.id
            ),
        }))
    }

    fn portal_warning(&self) -> Result<Option<Warning>, DeskError> {
        let Some(group) = self.repo.fetch::<PortalGroup>(PORTAL_GROUP)?.map(|it| it.value) else {
            return Ok(None);
        };
        let ids: Vec<u64> = group.sites.iter().map(|id| id.0).collect();
        let sites = self.repo.fetch_many::<Site>(&ids)?;
        let off =
            sites.into_iter().flatten().find(|it| it.value.active && !group.open_at(&it.value));
        Ok(off.map(|it| Warning {
            code: "W5",
            message: format!(
                "The portal is off at {}; nobody can sign in there yet.",
                it.value.name
            ),
        }))
    }

    fn other_request(&self, request: &PortalRequest) -> Result<Option<Warning>, DeskError> {
        let mut other = None;
        for status in [RequestStatus::New, RequestStatus::Resolved] {
            let filter = Filter {
                emails: vec![fold::search(request.email.raw())],
                status: Some(Status::Request(status)),
                ..Filter::default()
            };
            let open = self.first::<PortalRequest>(List::Requests, filter, Sort::Number, 2)?;
            other = other.or_else(|| open.into_iter().find(|it| it.id != request.id));
        }
        Ok(other.map(|it| Warning {
            code: "W8",
            message: format!(
                "{} is open for the same email; one of the two may be a repeat.",
                it.id
            ),
        }))
    }
}

/// The ways in which a contact may be alike, each as a filter that the store can answer.
fn likely_filters(request: &PortalRequest) -> Vec<Filter> {
    let mut filters =
        vec![Filter { emails: vec![fold::search(request.email.raw())], ..Filter::default() }];
    let domain =
        matching::domain_of(request.email.raw()).filter(|it| !matching::is_public_mailbox(it));
    if let Some(domain) = domain {
        filters.push(Filter { domain: Some(fold::search(&domain)), ..Filter::default() });
    }
    let name = Filter::default().with_text(request.label().raw());
    if !name.words.is_empty() {
        filters.push(name);
    }
    filters
}

fn email_warning(request: &PortalRequest, company: Option<&Company>) -> Option<Warning> {
    let domain = matching::domain_of(request.email.raw())?;
    if matching::is_public_mailbox(&domain) {
        let message = format!("{} is a public mailbox; anybody can have one.", request.email);
        return Some(Warning { code: "W1", message });
    }
    let company = company?;
    let theirs = matching::domain_of(company.email.as_ref()?.raw())?;
    (theirs != domain).then(|| Warning {
        code: "W1",
        message: format!("{} is not of {}'s domain {theirs}.", request.email, company.name),
    })
}

fn company_warning(company: &Company) -> Option<Warning> {
    let state = match (company.active, company.on_hold) {
        (false, _) => "inactive",
        (true, true) => "on hold",
        (true, false) => return None,
    };
    Some(Warning { code: "W3", message: format!("{} is {state}.", company.name) })
}

fn differing_email(request: &PortalRequest, contact: &Contact) -> Option<Warning> {
    let theirs = contact.email.as_ref()?;
    (fold::identity(theirs.raw()) != fold::identity(request.email.raw())).then(|| Warning {
        code: "W7",
        message: format!(
            "The contact's email is {theirs}, not {}; the user gets the contact's.",
            request.email
        ),
    })
}
