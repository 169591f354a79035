//! The service layer over the strict model of the store.

mod accounts;
pub(super) mod activation;
mod administration;
mod bulk;
mod calls;
mod companies;
mod conditions;
mod config_use;
mod create_user;
mod delegated;
mod delete_user;
pub(super) mod delivery;
mod edit_access;
mod edit_user;
mod entrances;
mod explain;
mod factors;
mod faults;
mod files;
mod imports;
mod invariants;
mod invitations;
mod job_moments;
mod jobs;
mod mail_settings;
mod makers;
mod new_user;
mod new_user_errors;
mod new_user_warnings;
mod outlook;
mod people;
mod portal;
mod races;
mod reading;
mod refusals;
mod role_table;
mod setup;
mod sign_in;
mod sources;
mod user_life;
mod waits;
mod warnings;
mod workflow_a;

use std::sync::Arc;

use crate::clock::FixedClock;
use crate::domain::audit::{Action, Actor};
use crate::domain::company::{Company, CompanyKind};
use crate::domain::contact::Contact;
use crate::domain::contract::Contract;
use crate::domain::id::{CompanyId, ContactId, ContractId, SiteId, UserId};
use crate::domain::role::Role;
use crate::domain::site::{PortalGroup, Site};
use crate::domain::time::Timestamp;
use crate::domain::user::{CreatedVia, Group, User, UserKind, UserStatus};
use crate::store::memory::Memory;
use crate::store::record::PORTAL_GROUP;
use crate::store::{AuditDraft, Changes, Key, Kind, Record, RepositoryExt, SharedRepository};

use super::requests::RequestForm;
use super::sealing::TestKeys;
use super::session::Origin;
use super::{Desk, HashCost, Session};

/// A desk over an empty model, at a fixed moment, with one site whose portal is on.
pub(super) struct House {
    pub desk: Desk,
    pub repo: SharedRepository,
    pub clock: Arc<FixedClock>,
    pub keys: Arc<TestKeys>,
}

/// The code of the one site.
pub(super) const SITE: &str = "MAIN";

impl House {
    pub fn new() -> Self {
        let clock = Arc::new(FixedClock::at(Timestamp::parse("2026-03-01T12:00:00Z").unwrap()));
        let repo: SharedRepository = Arc::new(Memory::new());
        let keys = Arc::new(TestKeys::default());
        let desk = Desk::new(repo.clone(), clock.clone())
            .with_hashing(HashCost::CHEAP)
            .with_keys(keys.clone());
        let house = Self { desk, repo, clock, keys };
        let site = SiteId(house.repo.reserve(Kind::Site, 1).unwrap());
        house.put(vec![
            Record::Site(Site {
                id: site,
                code: SITE.into(),
                name: "Main".into(),
                website: "https://portal.example".into(),
                active: true,
                portal_enabled: true,
                sync_due: false,
            }),
            Record::PortalGroup(PortalGroup {
                code: "PORTAL".into(),
                sites: vec![site],
                portal_enabled: true,
            }),
        ]);
        house
    }

    /// Writes records as they are, over whatever is there.
    pub fn put(&self, records: Vec<Record>) {
        let mut entry = AuditDraft::new(Timestamp::from_millis(0), &test_actor(), Action::Setup);
        for record in &records {
            entry = entry.on(record.key(), "fixture");
        }
        let mut changes = Changes::new(entry);
        for record in records {
            let read = self.repo.get(record.key()).unwrap().map(|it| it.stamp);
            changes = changes.upsert(record, read);
        }
        self.repo.commit(changes).unwrap();
    }

    /// Somebody of that role, signed in.
    pub fn staff(&self, role: Role) -> Session {
        let id = UserId(self.repo.reserve(Kind::User, 1).unwrap());
        let user = User {
            id,
            kind: if role.is_privileged_portal() || role == Role::PortalUser {
                UserKind::Portal
            } else {
                UserKind::Staff
            },
            login_name: format!("{}{}", role.name().replace(' ', "-").to_lowercase(), id.0).into(),
            first: Some("Anna".into()),
            last: Some(role.name().into()),
            email: None,
            phone: None,
            role,
            groups: vec![Group::Staff],
            status: UserStatus::Active,
            password_hash: None,
            must_change_password: false,
            password_set_at: None,
            failed_count: 0,
            throttled_until: None,
            last_login_at: None,
            created_at: self.desk.clock.now(),
            created_via: CreatedVia::StaffAccounts,
            login_follows_email: false,
            external_id: None,
            licence: None,
            portal_role: None,
            second_factor: None,
            factor_enrolled_at: None,
            temporary_until: None,
            invitation: None,
            last_mail: None,
        };
        self.put(vec![Record::User(user.clone())]);
        Session::begin(&user, origin(), self.desk.clock.now())
    }

    pub fn company(&self, name: &str, email: Option<&str>) -> CompanyId {
        let id = CompanyId(self.repo.reserve(Kind::Company, 1).unwrap());
        self.put(vec![Record::Company(Company {
            id,
            code: format!("C{:06}", id.0).into(),
            name: name.into(),
            email: email.map(Into::into),
            phone: None,
            kind: CompanyKind::Customer,
            active: true,
            on_hold: false,
            home_site: SiteId(1),
            city: None,
            country: None,
            website: None,
            registered_by: None,
        })]);
        id
    }

    /// Changes a company behind the services' back.
    pub fn edit_company(&self, id: CompanyId, edit: impl FnOnce(&mut Company)) {
        let mut company = self.repo.fetch::<Company>(id.0).unwrap().unwrap().value;
        edit(&mut company);
        self.put(vec![Record::Company(company)]);
    }

    /// Changes the one site.
    pub fn edit_site(&self, edit: impl FnOnce(&mut Site)) {
        let mut site = self.repo.fetch::<Site>(1).unwrap().unwrap().value;
        edit(&mut site);
        self.put(vec![Record::Site(site)]);
    }

    /// A contract from one day to another, the last included.
    pub fn contract(&self, company: CompanyId, start: &str, end: Option<&str>) {
        let id = ContractId(self.repo.reserve(Kind::Contract, 1).unwrap());
        self.put(vec![Record::Contract(Contract {
            id,
            company,
            number: format!("V-{}", id.0).into(),
            config_code: "EU".into(),
            config_name: "Europe".into(),
            start: start.parse().unwrap(),
            end: end.map(|day| day.parse().unwrap()),
        })]);
    }

    pub fn contact(
        &self,
        name: (&str, &str),
        email: &str,
        company: Option<CompanyId>,
    ) -> ContactId {
        let id = ContactId(self.repo.reserve(Kind::Contact, 1).unwrap());
        self.put(vec![Record::Contact(Contact {
            id,
            first: Some(name.0.into()),
            last: Some(name.1.into()),
            email: Some(email.into()),
            phone: None,
            company,
            external_id: None,
        })]);
        id
    }

    /// The last entry of the trail about a record.
    pub fn last_entry(&self, key: Key) -> crate::store::AuditEntry {
        self.repo.history(key, 1).unwrap().remove(0)
    }

    /// Switches the portal off or on for all sites.
    pub fn portal(&self, on: bool) {
        let stored = self.repo.get(Key::new(Kind::PortalGroup, PORTAL_GROUP)).unwrap().unwrap();
        let Record::PortalGroup(group) = stored.record else { unreachable!("asked for the group") };
        self.put(vec![Record::PortalGroup(PortalGroup { portal_enabled: on, ..group })]);
    }
}

pub(super) fn origin() -> Origin {
    Origin { os_user: "tester".into(), host: "localhost".into() }
}

pub(super) fn test_actor() -> Actor {
    Actor {
        user: None,
        name: "fixture".into(),
        role: None,
        os_user: "tester".into(),
        origin: "test".into(),
    }
}

/// A visitor's form, filled in well.
pub(super) fn zoe() -> RequestForm {
    RequestForm {
        first: "Zoë".into(),
        last: "O'Brien".into(),
        email: "zoe@acme.example".into(),
        phone: "+44 20 7946 0018".into(),
        company_name: "Acme Ltd".into(),
    }
}
