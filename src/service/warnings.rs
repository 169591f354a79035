//! Warnings: what is worth a second look at somebody who is to become a portal user.
//!
//! One function a warning of DOMAIN.md §4; which of them a form shows is its own affair.

use crate::domain::company::Company;
use crate::domain::contact::{Contact, label};
use crate::domain::contract::Contract;
use crate::domain::fold;
use crate::domain::id::RequestId;
use crate::domain::lookalike;
use crate::domain::matching;
use crate::domain::problem::Warning;
use crate::domain::request::{PortalRequest, RequestStatus};
use crate::domain::site::{PortalGroup, Site};
use crate::domain::text::Text;
use crate::domain::user::User;
use crate::domain::validate;
use crate::store::RepositoryExt;
use crate::store::UniqueKey;
use crate::store::query::{Filter, List, Status};
use crate::store::record::PORTAL_GROUP;

use super::{Desk, DeskError, Sort};

/// Requests looked at for one with the same email.
const LOOKED_AT: u64 = 50;
/// Contracts of a company looked at for an active one.
const CONTRACTS: u64 = 1_000;

/// W1: a public mailbox, or a domain unlike the company's.
pub(super) fn email_domain(email: &Text, company: Option<&Company>) -> Option<Warning> {
    let domain = matching::domain_of(email.raw())?;
    if matching::is_public_mailbox(&domain) {
        let message = format!("{email} is a public mailbox; anybody can have one.");
        return Some(Warning { code: "W1", message });
    }
    let company = company?;
    let theirs = matching::domain_of(company.email.as_ref()?.raw())?;
    (theirs != domain).then(|| Warning {
        code: "W1",
        message: format!("{email} is not of {}'s domain {theirs}.", company.name),
    })
}

/// W3: a company that is inactive or on hold.
pub(super) fn company_state(company: &Company) -> Option<Warning> {
    let state = match (company.active, company.on_hold) {
        (false, _) => "inactive",
        (true, true) => "on hold",
        (true, false) => return None,
    };
    Some(Warning { code: "W3", message: format!("{} is {state}.", company.name) })
}

/// W6: a phone that nobody could dial.
pub(super) fn phone(phone: &Text) -> Option<Warning> {
    (!validate::is_dialable(phone.raw())).then(|| Warning {
        code: "W6",
        message: format!("Phone {phone} can't be read as a number to dial."),
    })
}

/// W7: a contact whose email is another one than the user's.
pub(super) fn contact_email(contact: &Contact, email: Option<&Text>) -> Option<Warning> {
    let (theirs, email) = (contact.email.as_ref()?, email?);
    (fold::identity(theirs.raw()) != fold::identity(email.raw())).then(|| Warning {
        code: "W7",
        message: format!(
            "Contact {} has another email, {theirs}; it keeps that one.",
            contact.label()
        ),
    })
}

impl Desk {
    /// What is worth a second look before somebody gets an account in a company.
    ///
    /// `contact` is the one that becomes the user; a new one is made when there is none.
    pub(super) fn newcomer_warnings(
        &self,
        user: &User,
        company: Option<&Company>,
        contact: Option<&Contact>,
    ) -> Result<Vec<Warning>, DeskError> {
        let email = user.email.as_ref();
        let mut found = Vec::new();
        found.extend(email.and_then(|email| email_domain(email, company)));
        if let Some(company) = company {
            if let Some(name) = label(user.first.as_ref(), user.last.as_ref()) {
                found.extend(self.namesake(&name, contact, company)?);
            }
            found.extend(company_state(company));
            found.extend(self.contract_missing(company)?);
        }
        found.extend(self.portal_off()?);
        found.extend(user.phone.as_ref().and_then(phone));
        found.extend(contact.and_then(|contact| contact_email(contact, email)));
        if let Some(email) = email {
            found.extend(self.open_request(email, None)?);
            found.extend(self.lookalike(email, company)?);
        }
        Ok(found)
    }

    /// W2: another contact of that name in the company.
    pub(super) fn namesake(
        &self,
        name: &Text,
        contact: Option<&Contact>,
        company: &Company,
    ) -> Result<Option<Warning>, DeskError> {
        let name = Some(fold::search(name.raw()));
        let filter = Filter { company: Some(company.id), name, ..Filter::default() };
        let same = self.first::<Contact>(List::Contacts, filter, Sort::Number, 2)?;
        let other = same.into_iter().find(|it| contact.is_none_or(|own| own.id != it.id));
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

    /// W4: a company without a contract that holds today.
    pub(super) fn contract_missing(&self, company: &Company) -> Result<Option<Warning>, DeskError> {
        let today = self.clock.now().utc().date_naive();
        let list = List::Contracts(company.id);
        let contracts = self.first::<Contract>(list, Filter::default(), Sort::Number, CONTRACTS)?;
        let missing = !contracts.iter().any(|it| it.is_active(today));
        Ok(missing.then(|| Warning {
            code: "W4",
            message: format!("{} has no contract that holds today.", company.name),
        }))
    }

    /// W5: the portal is off at a site.
    pub(super) fn portal_off(&self) -> Result<Option<Warning>, DeskError> {
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

    /// W8: an open request with that email, other than `but`.
    pub(super) fn open_request(
        &self,
        email: &Text,
        but: Option<RequestId>,
    ) -> Result<Option<Warning>, DeskError> {
        let mut other = None;
        for status in [RequestStatus::New, RequestStatus::Resolved] {
            let filter = Filter {
                emails: vec![fold::search(email.raw())],
                status: Some(Status::Request(status)),
                ..Filter::default()
            };
            let open =
                self.first::<PortalRequest>(List::Requests, filter, Sort::Number, LOOKED_AT)?;
            let email = fold::identity(email.raw());
            let same =
                |it: &PortalRequest| but != Some(it.id) && fold::identity(it.email.raw()) == email;
            other = other.or_else(|| open.into_iter().find(same));
        }
        let rest = match but {
            Some(_) => "one of the two may be a repeat.",
            None => "approve that one instead, or reject it afterwards.",
        };
        Ok(other.map(|it| Warning {
            code: "W8",
            message: format!("{} is open for the same email; {rest}", it.id),
        }))
    }

    /// W10: letters of several scripts, or an email or domain that reads like another one.
    pub(super) fn lookalike(
        &self,
        email: &Text,
        company: Option<&Company>,
    ) -> Result<Option<Warning>, DeskError> {
        let warning = |message| Ok(Some(Warning { code: "W10", message }));
        let domain = matching::domain_of(email.raw());
        let theirs = company
            .and_then(|it| it.email.as_ref())
            .and_then(|email| matching::domain_of(email.raw()));
        if let (Some(domain), Some(theirs), Some(company)) = (domain, theirs, company)
            && lookalike::is_lookalike(&domain, &theirs)
        {
            let name = &company.name;
            return warning(format!("{email} reads like {name}'s domain {theirs}, but is not."));
        }
        let others = lookalike::reads_like(email.raw());
        let keys: Vec<UniqueKey> =
            others.into_iter().map(|it| UniqueKey::SignInName(fold::identity(&it))).collect();
        if let Some(owner) = self.repo.owners(&keys)?.into_iter().flatten().next()
            && let Some(user) = self.repo.fetch::<User>(owner)?
        {
            let other = user.value.user_id();
            return warning(format!(
                "{email} reads like the email or login of {other}, but is not."
            ));
        }
        match lookalike::odd_word(email.raw()) {
            None => Ok(None),
            Some(word) => warning(format!(
                "{email} mixes letters of several scripts or imitates others in “{}”; make sure that it is right.",
                Text::from(word)
            )),
        }
    }
}
