//! Warnings: what is worth a second look at somebody who is to become a portal user.
//!
//! One function a warning of DOMAIN.md §4; which of them a form shows is its own affair.

use crate::domain::company::Company;
use crate::domain::contact::{Contact, label};
use crate::domain::fold;
use crate::domain::id::{RequestId, SiteId};
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
/// Contacts of one name looked at for those of the companies.
const NAMESAKES: u64 = 1_000;
/// The most companies that nobody wonders at.
const FEW_COMPANIES: usize = 20;
/// Companies that a sentence names; the others are counted.
const NAMED: usize = 3;

/// W1: a public mailbox, or a domain unlike those of all the companies.
pub(super) fn email_domain(email: &Text, companies: &[&Company]) -> Option<Warning> {
    let domain = matching::domain_of(email.raw())?;
    let warning = |message| Some(Warning { code: "W1", message });
    if matching::is_public_mailbox(&domain) {
        return warning(format!("{email} is a public mailbox; anybody can have one."));
    }
    let theirs: Vec<(&Text, String)> = companies.iter().filter_map(|it| domain_of(it)).collect();
    if theirs.iter().any(|(_, theirs)| *theirs == domain) {
        return None;
    }
    match theirs.as_slice() {
        [] => None,
        [(name, theirs)] => warning(format!("{email} is not of {name}'s domain {theirs}.")),
        [(name, theirs), others @ ..] => warning(format!(
            "{email} is not of {name}'s domain {theirs}, nor of {} other{}.",
            others.len(),
            if others.len() == 1 { "'s" } else { "s'" }
        )),
    }
}

/// The name of a company and the domain of its email.
fn domain_of(company: &Company) -> Option<(&Text, String)> {
    Some((&company.name, matching::domain_of(company.email.as_ref()?.raw())?))
}

/// W3: companies that are inactive or on hold.
pub(super) fn company_states(companies: &[&Company]) -> Vec<Warning> {
    let inactive = companies.iter().copied().filter(|it| !it.active).collect::<Vec<_>>();
    let held = companies.iter().copied().filter(|it| it.active && it.on_hold).collect::<Vec<_>>();
    let states = [(inactive, "inactive"), (held, "on hold")];
    let found = states.into_iter().filter(|(companies, _)| !companies.is_empty());
    found
        .map(|(companies, state)| {
            let are = if companies.len() == 1 { "is" } else { "are" };
            Warning { code: "W3", message: format!("{} {are} {state}.", listed(&companies)) }
        })
        .collect()
}

/// W9: more companies than one person usually acts for.
pub(super) fn many_companies(companies: &[&Company]) -> Option<Warning> {
    (companies.len() > FEW_COMPANIES).then(|| Warning {
        code: "W9",
        message: format!(
            "The user is to act for {} companies; more than {FEW_COMPANIES} are rarely meant.",
            companies.len()
        ),
    })
}

/// Companies by their names.
fn listed(companies: &[&Company]) -> String {
    let names: Vec<String> = companies.iter().map(|it| it.name.to_string()).collect();
    in_words(&names)
}

/// The first few of some names, and how many more there are.
fn in_words(names: &[String]) -> String {
    let (first, rest) = names.split_at(names.len().min(NAMED));
    let mut words = first.to_vec();
    if !rest.is_empty() {
        words.push(format!("{} more", rest.len()));
    }
    match words.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => words.join(""),
    }
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

/// What it means for a user that the portal is off at some of its active sites.
fn where_off(open: &[Site], off: &[Site], home: Option<SiteId>) -> Option<String> {
    let until = "until it is switched on";
    if off.is_empty() {
        return None;
    }
    if open.is_empty() {
        return Some(format!("The portal is off everywhere; nobody can sign in {until}."));
    }
    let name = |site: &Site| site.name.to_string();
    let at_home = off.iter().find(|it| Some(it.id) == home);
    let elsewhere: Vec<String> = off.iter().filter(|it| Some(it.id) != home).map(name).collect();
    let elsewhere = in_words(&elsewhere);
    if let Some(home) = at_home {
        let and_at =
            if elsewhere.is_empty() { String::new() } else { format!(", and at {elsewhere}") };
        let home = &home.name;
        return Some(format!(
            "The portal is off at {home}, the user's home site{and_at}; nobody can sign in there {until}."
        ));
    }
    let mut message =
        format!("The portal is off at {elsewhere}; nobody can sign in there {until}.");
    if let Some(home) = open.iter().find(|it| Some(it.id) == home) {
        message.push_str(&format!(" The user's home site, {}, is open.", home.name));
    }
    Some(message)
}

impl Desk {
    /// What is worth a second look before somebody gets an account in companies, the primary
    /// one first.
    ///
    /// `contact` is the one that becomes the user; a new one is made when there is none.
    pub(super) fn newcomer_warnings(
        &self,
        user: &User,
        companies: &[&Company],
        contact: Option<&Contact>,
    ) -> Result<Vec<Warning>, DeskError> {
        let email = user.email.as_ref();
        let mut found = Vec::new();
        found.extend(email.and_then(|email| email_domain(email, companies)));
        if let Some(name) = label(user.first.as_ref(), user.last.as_ref()) {
            found.extend(self.namesake(&name, contact, companies)?);
        }
        found.extend(company_states(companies));
        found.extend(self.contract_missing(companies)?);
        // Which site matters is known with the company.
        if let Some(primary) = companies.first() {
            found.extend(self.portal_off(Some(primary.home_site))?);
        }
        found.extend(user.phone.as_ref().and_then(phone));
        found.extend(contact.and_then(|contact| contact_email(contact, email)));
        if let Some(email) = email {
            found.extend(self.open_request(email, None)?);
        }
        found.extend(many_companies(companies));
        if let Some(email) = email {
            found.extend(self.lookalike(email, companies)?);
        }
        Ok(found)
    }

    /// W2: another contact of that name in one of the companies.
    pub(super) fn namesake(
        &self,
        name: &Text,
        contact: Option<&Contact>,
        companies: &[&Company],
    ) -> Result<Option<Warning>, DeskError> {
        // Of several companies all at once: a question for each would take a while.
        let (company, limit) = match companies {
            [] => return Ok(None),
            [one] => (Some(one.id), 2),
            _ => (None, NAMESAKES),
        };
        let name = Some(fold::search(name.raw()));
        let filter = Filter { company, name, ..Filter::default() };
        let same = self.first::<Contact>(List::Contacts, filter, Sort::Number, limit)?;
        let other = same.iter().filter(|it| contact.is_none_or(|own| own.id != it.id));
        let found = other
            .filter_map(|it| Some((it, companies.iter().find(|of| it.company == Some(of.id))?)));
        Ok(found.min_by_key(|(it, _)| it.id).map(|(it, company)| Warning {
            code: "W2",
            message: format!(
                "{} has another contact named {}: {}.",
                company.name,
                it.label(),
                it.id
            ),
        }))
    }

    /// W4: companies without a contract that holds today.
    pub(super) fn contract_missing(
        &self,
        companies: &[&Company],
    ) -> Result<Option<Warning>, DeskError> {
        let today = self.clock.now().utc().date_naive();
        let mut without = Vec::new();
        for company in companies {
            let contracts = self.contracts_of(company.id)?;
            if !contracts.iter().any(|it| it.value.is_active(today)) {
                without.push(*company);
            }
        }
        let have = if without.len() == 1 { "has" } else { "have" };
        Ok((!without.is_empty()).then(|| Warning {
            code: "W4",
            message: format!("{} {have} no contract that holds today.", listed(&without)),
        }))
    }

    /// W5: the portal is off at a site; `home` is where the user signs in, once that is known.
    pub(super) fn portal_off(&self, home: Option<SiteId>) -> Result<Option<Warning>, DeskError> {
        let Some(group) = self.repo.fetch::<PortalGroup>(PORTAL_GROUP)?.map(|it| it.value) else {
            return Ok(None);
        };
        let ids: Vec<u64> = group.sites.iter().map(|id| id.0).collect();
        let sites = self.repo.fetch_many::<Site>(&ids)?.into_iter().flatten().map(|it| it.value);
        let (open, off): (Vec<Site>, Vec<Site>) =
            sites.filter(|it| it.active).partition(|it| group.open_at(it));
        Ok(where_off(&open, &off, home).map(|message| Warning { code: "W5", message }))
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
        companies: &[&Company],
    ) -> Result<Option<Warning>, DeskError> {
        let warning = |message| Ok(Some(Warning { code: "W10", message }));
        let domain = matching::domain_of(email.raw());
        let theirs = companies.iter().filter_map(|it| domain_of(it)).find(|(_, theirs)| {
            domain.as_ref().is_some_and(|domain| lookalike::is_lookalike(domain, theirs))
        });
        if let Some((name, theirs)) = theirs {
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
