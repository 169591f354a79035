//! Who may this be? Candidates for a request, and what is worth a second look.

use std::collections::HashMap;

use serde::Serialize;

use crate::domain::company::Company;
use crate::domain::contact::Contact;
use crate::domain::fold;
use crate::domain::matching::{self, Likeness};
use crate::domain::problem::Warning;
use crate::domain::request::PortalRequest;
use crate::domain::user::User;
use crate::store::query::{Filter, List, Query};
use crate::store::{RepositoryExt, UniqueKey, Versioned};

use super::contacts::ContactRow;
use super::page::entities;
use super::{Desk, DeskError, Sort, warnings};

/// Candidates shown at most.
const CANDIDATES: usize = 10;
/// Contacts looked at for each way of being alike.
const LOOKED_AT: u64 = 50;
/// No end to a page whose filter lets few rows through.
const ALL_OF_THEM: u64 = u64::MAX;

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
            for contact in self.contacts_passing(filter, LOOKED_AT)? {
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

    pub(super) fn contacts_passing(
        &self,
        filter: Filter,
        limit: u64,
    ) -> Result<Vec<Versioned<Contact>>, DeskError> {
        let query = Query {
            list: List::Contacts,
            filter,
            sort: Sort::Name,
            reverse: false,
            page: 1,
            per_page: limit,
            partly: false,
            stop: self.stop.clone(),
        };
        Ok(entities(self.repo.query(&query)?.rows))
    }

    /// How many contacts have each of those emails, one query for all.
    ///
    /// The store's lists find `acme` for `acmé`; an email is the same only when its identity is.
    pub(super) fn contacts_with_emails(&self, emails: &[&str]) -> Result<Vec<u32>, DeskError> {
        if emails.is_empty() {
            return Ok(Vec::new());
        }
        let wanted = emails.iter().map(|email| fold::search(email)).collect();
        let filter = Filter { emails: wanted, ..Filter::default() };
        let mut theirs: HashMap<String, u32> = HashMap::new();
        for contact in self.contacts_passing(filter, ALL_OF_THEM)? {
            if let Some(email) = &contact.value.email {
                *theirs.entry(fold::identity(email.raw())).or_default() += 1;
            }
        }
        let count = |email: &&str| theirs.get(&fold::identity(email)).copied().unwrap_or(0);
        Ok(emails.iter().map(count).collect())
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
        let companies = company.as_slice();
        let mut found = Vec::new();
        found.extend(warnings::email_domain(&request.email, companies));
        if let Some(contact) = contact {
            found.extend(self.namesake(&contact.label(), Some(contact), companies)?);
            found.extend(warnings::company_states(companies));
            found.extend(self.contract_missing(companies)?);
        }
        found.extend(self.portal_off(company.map(|it| it.home_site))?);
        found.extend(warnings::phone(&request.phone));
        found.extend(contact.and_then(|contact| differing_email(request, contact)));
        found.extend(self.open_request(&request.email, Some(request.id))?);
        found.extend(self.lookalike(&request.email, companies)?);
        Ok(found)
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

/// W7, in the words of an approval: the user gets the contact's email.
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
