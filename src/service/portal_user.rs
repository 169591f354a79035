//! What makes somebody a portal user, however they came: the account, its profile, its
//! contact, and its place at every active site.
//!
//! Approval, Add Portal User and imports all come through here, so that the invariants of a
//! new portal user are kept in one place. Owns no commit: it hands over the parts of one.

use crate::domain::audit::FieldChange;
use crate::domain::company::Company;
use crate::domain::contact::Contact;
use crate::domain::fold;
use crate::domain::id::{CompanyId, ContactId, SiteId, UserId};
use crate::domain::role::Role;
use crate::domain::site::{PortalGroup, Site};
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::domain::user::{
    CreatedVia, Group, Membership, PortalProfile, SiteAccount, User, UserKind, UserStatus,
};
use crate::store::query::{Filter, List, Query};
use crate::store::record::PORTAL_GROUP;
use crate::store::{Changes, Key, Kind, RepositoryExt, Stamp, UniqueKey, Versioned};

use super::companies::no_site;
use super::page::entities;
use super::{Desk, DeskError, Sort};

/// Contacts of one company with the same email or name that are looked at together.
const ALIKE: u64 = 50;

/// The active sites of the portal site group, as they were read.
#[derive(Debug, Clone)]
pub(super) struct PortalSites {
    group: Stamp,
    sites: Vec<Versioned<Site>>,
}

impl PortalSites {
    /// The account that a new user has at each of them.
    pub fn accounts(&self) -> Vec<SiteAccount> {
        let account = |it: &Versioned<Site>| SiteAccount { site: it.value.id, synced_version: 1 };
        self.sites.iter().map(account).collect()
    }

    /// Lets changes through only while these are still the active sites.
    pub fn guarding(&self, mut changes: Changes) -> Changes {
        changes = changes.guard(Key::new(Kind::PortalGroup, PORTAL_GROUP), self.group);
        for site in &self.sites {
            changes = changes.guard(Key::new(Kind::Site, site.value.id.0), site.stamp);
        }
        changes
    }
}

/// Who somebody is, as a new account has it.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub login_name: Text,
    pub first: Option<Text>,
    pub last: Option<Text>,
    pub email: Option<Text>,
    pub phone: Option<Text>,
}

/// An account for the portal without a password, Pending; its number is still to be filled in.
pub(super) fn new_portal_user(person: Person, via: CreatedVia, now: Timestamp) -> User {
    User {
        id: UserId(0),
        kind: UserKind::Portal,
        login_name: person.login_name,
        first: person.first,
        last: person.last,
        email: person.email,
        phone: person.phone,
        role: Role::PortalUser,
        groups: vec![Group::Portals],
        status: UserStatus::Pending,
        password_hash: None,
        must_change_password: true,
        password_set_at: None,
        failed_count: 0,
        throttled_until: None,
        last_login_at: None,
        created_at: now,
        created_via: via,
        login_follows_email: false,
        external_id: None,
        licence: None,
        portal_role: None,
        second_factor: None,
        factor_enrolled_at: None,
        temporary_until: None,
        invitation: None,
        last_mail: None,
    }
}

/// The profile of a new portal user of that company.
pub(super) fn new_profile(
    user: UserId,
    company: &Company,
    contact: ContactId,
    home_site: SiteId,
    sites: &PortalSites,
) -> PortalProfile {
    PortalProfile {
        user,
        account_type: company.kind,
        contact,
        home_site,
        can_create_users: false,
        claim_authorization_required: false,
        memberships: vec![Membership { company: company.id, primary: true }],
        site_accounts: sites.accounts(),
        organization_configs: Vec::new(),
    }
}

/// What the trail says of a new portal user.
pub(super) fn created_fields(user: &User, role: Text, companies: Text) -> Vec<FieldChange> {
    let password_set = user.password_set_at.map(|at| Text::new(at.to_string()));
    super::trail::created([
        ("login_name", Some(user.login_name.clone())),
        ("first", user.first.clone()),
        ("last", user.last.clone()),
        ("email", user.email.clone()),
        ("phone", user.phone.clone()),
        ("role", Some(role)),
        (super::passwords::PASSWORD_SET_AT, password_set),
        ("company", Some(companies)),
    ])
}

impl Desk {
    /// The active sites of the portal site group.
    ///
    /// # Errors
    /// When there is none, or the store can't be read.
    pub(super) fn portal_sites(&self) -> Result<PortalSites, DeskError> {
        let group = self.repo.fetch::<PortalGroup>(PORTAL_GROUP)?.ok_or_else(no_site)?;
        let ids: Vec<u64> = group.value.sites.iter().map(|id| id.0).collect();
        let mut sites: Vec<Versioned<Site>> =
            self.repo.fetch_many::<Site>(&ids)?.into_iter().flatten().collect();
        sites.retain(|it| it.value.active);
        if sites.is_empty() {
            return Err(no_site());
        }
        Ok(PortalSites { group: group.stamp, sites })
    }

    /// The contact of a company that is nobody's user yet and has that email, else that name.
    ///
    /// `name` is first and last name as one; `None` of either is not looked for.
    pub(super) fn unlinked_contact(
        &self,
        company: CompanyId,
        email: Option<&Text>,
        name: Option<&Text>,
    ) -> Result<Option<Versioned<Contact>>, DeskError> {
        if let Some(email) = email {
            let emails = vec![fold::search(email.raw())];
            let filter = Filter { company: Some(company), emails, ..Filter::default() };
            let identity = fold::identity(email.raw());
            let same = |it: &Contact| {
                it.email.as_ref().is_some_and(|it| fold::identity(it.raw()) == identity)
            };
            if let Some(found) = self.unlinked(filter, same)? {
                return Ok(Some(found));
            }
        }
        let Some(name) = name else { return Ok(None) };
        let name = Some(fold::search(name.raw()));
        let filter = Filter { company: Some(company), name, ..Filter::default() };
        // A contact without a name is listed under its email; that is no name.
        self.unlinked(filter, |it| it.first.is_some() || it.last.is_some())
    }

    /// The first contact of a filter, in the order of their numbers, that is wanted and free.
    fn unlinked(
        &self,
        filter: Filter,
        is_wanted: impl Fn(&Contact) -> bool,
    ) -> Result<Option<Versioned<Contact>>, DeskError> {
        let mut query = Query {
            list: List::Contacts,
            filter,
            sort: Sort::Number,
            reverse: false,
            page: 1,
            per_page: ALIKE,
            partly: false,
            stop: self.stop.clone(),
        };
        loop {
            let found = self.repo.query(&query)?;
            let is_last = found.page >= found.pages;
            let mut contacts = entities::<Contact>(found.rows);
            contacts.retain(|it| is_wanted(&it.value));
            let keys: Vec<UniqueKey> =
                contacts.iter().map(|it| UniqueKey::ContactOfUser(it.value.id.0)).collect();
            let owners = self.repo.owners(&keys)?;
            let free = contacts.into_iter().zip(owners).find(|(_, owner)| owner.is_none());
            if free.is_some() || is_last {
                return Ok(free.map(|(contact, _)| contact));
            }
            query.page += 1;
        }
    }
}
