//! All that a verdict is decided on, read once.

use crate::domain::company::Company;
use crate::domain::id::{SiteId, UserId};
use crate::domain::login::{Door, LoginEvent, LoginOutcome};
use crate::domain::mail::{HeldReason, Mail};
use crate::domain::site::{PortalGroup, Site};
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::domain::user::{PortalProfile, User, UserKind};
use crate::service::page::entities;
use crate::service::sealing::SealError;
use crate::service::user_views::LoginRow;
use crate::service::waits::waits_until;
use crate::service::{Desk, DeskError, Sort};
use crate::store::query::{Filter, List, Query};
use crate::store::record::PORTAL_GROUP;
use crate::store::{RepositoryExt, Stamp, Versioned};

/// Tries that are looked through for refused ones.
const LOOKED_THROUGH: u64 = 200;
/// Refused tries that are shown.
const SHOWN: usize = 5;

/// One account and what it depends on, as it is now.
pub(super) struct Case {
    pub user: User,
    /// What the user was read at.
    pub read: Stamp,
    pub now: Timestamp,
    /// The portal side; none for staff.
    pub portal: Option<PortalSide>,
    /// The last mail to them.
    pub mail: Option<MailCase>,
    /// The waits that are on.
    pub waits: Vec<Wait>,
    /// What the second factor is short of, and how many recovery codes there are instead.
    pub factor_trouble: Option<(SealError, usize)>,
    /// Refused tries, newest first.
    pub failures: Vec<LoginRow>,
    /// How many tries were refused since the last one that went through.
    pub in_a_row: usize,
}

/// The last mail to somebody.
pub(super) struct MailCase {
    pub mail: Mail,
    /// Why it would be held now.
    pub holding: Option<HeldReason>,
    /// Why no mail can be sent at all.
    pub why_no_mail: Option<String>,
}

/// What a portal user's sign-in depends on.
pub(super) struct PortalSide {
    /// The home site, whether it is one of the portal's or not.
    pub home: Option<SiteId>,
    /// Where they have an account.
    pub accounts: Vec<SiteId>,
    /// None while the store has no portal at all.
    pub group: Option<PortalGroup>,
    /// The sites of the group, in its order.
    pub sites: Vec<Versioned<Site>>,
    /// The home site, when it is none of them.
    pub home_elsewhere: Option<Site>,
    /// The companies, the primary one first.
    pub companies: Vec<Versioned<Company>>,
}

impl PortalSide {
    /// The site that is meant when none is named: the home site, else the group's first.
    pub fn meant(&self) -> Option<&Site> {
        let home = self.sites.iter().find(|it| Some(it.value.id) == self.home);
        home.or(self.sites.first()).map(|it| &it.value)
    }
}

/// A wait after failures.
pub(super) struct Wait {
    pub door: Door,
    /// The host whose tries wait; the portal tells hosts apart.
    pub host: Option<Text>,
    pub until: Timestamp,
}

impl Desk {
    /// Reads what the verdict on an account is decided on.
    ///
    /// # Errors
    /// When there is no such user, or the store can't be read.
    pub(super) fn case_of(&self, id: UserId) -> Result<Case, DeskError> {
        let Versioned { value: user, stamp: read } = self.user_record(id)?;
        let portal = match user.kind {
            UserKind::Portal => Some(self.portal_side(id)?),
            UserKind::Staff => None,
        };
        let mail = self.mail_case(&user)?;
        let waits = self.waits_of(&user)?;
        let factor_trouble = self.factor_trouble(&user)?;
        let tries = self.tries_of(id)?;
        let in_a_row = tries.iter().take_while(|it| is_refused(it.outcome)).count();
        let failures = tries.into_iter().filter(|it| is_refused(it.outcome)).take(SHOWN).collect();
        let now = self.clock.now();
        Ok(Case { user, read, now, portal, mail, waits, factor_trouble, failures, in_a_row })
    }

    fn mail_case(&self, user: &User) -> Result<Option<MailCase>, DeskError> {
        let Some(mail) = self.last_mail(user)?.map(|it| it.value) else { return Ok(None) };
        let holding = self.switches()?.holding(user, mail.site);
        Ok(Some(MailCase { mail, holding, why_no_mail: self.mail_why_not() }))
    }

    fn portal_side(&self, id: UserId) -> Result<PortalSide, DeskError> {
        let profile = self.repo.fetch::<PortalProfile>(id.0)?.map(|it| it.value);
        let group = self.repo.fetch::<PortalGroup>(PORTAL_GROUP)?.map(|it| it.value);
        let ids: Vec<u64> = group.iter().flat_map(|it| &it.sites).map(|id| id.0).collect();
        let sites: Vec<Versioned<Site>> =
            self.repo.fetch_many::<Site>(&ids)?.into_iter().flatten().collect();
        let home = profile.as_ref().map(|it| it.home_site);
        let home_elsewhere = match home.filter(|home| sites.iter().all(|it| it.value.id != *home)) {
            Some(home) => self.repo.fetch::<Site>(home.0)?.map(|it| it.value),
            None => None,
        };
        let mut members: Vec<_> = profile.iter().flat_map(|it| &it.memberships).collect();
        members.sort_by_key(|it| !it.primary);
        let ids: Vec<u64> = members.iter().map(|it| it.company.0).collect();
        let companies = self.repo.fetch_many::<Company>(&ids)?;
        let companies = companies.into_iter().flatten().collect();
        let accounts = profile.iter().flat_map(|it| &it.site_accounts).map(|it| it.site).collect();
        Ok(PortalSide { home, accounts, group, sites, home_elsewhere, companies })
    }

    /// The waits that are on, at every door and for every host that the trail knows.
    fn waits_of(&self, user: &User) -> Result<Vec<Wait>, DeskError> {
        let Some(key) = self.kept_slot_key()? else { return Ok(Vec::new()) };
        let places = self.places_of(&key, user)?;
        let slots: Vec<u64> = places.iter().map(|it| it.slot).collect();
        let counters = self.waits_in(&slots)?;
        let now = self.clock.now();
        let mut waits = Vec::new();
        for place in places {
            let counter = counters.iter().find(|it| it.value.slot == place.slot);
            let Some(until) = counter.and_then(|it| waits_until(&it.value, now)) else { continue };
            waits.push(Wait { door: place.door, host: place.host, until });
        }
        Ok(waits)
    }

    /// The last tries of an account, newest first.
    fn tries_of(&self, id: UserId) -> Result<Vec<LoginRow>, DeskError> {
        let query = Query {
            list: List::Logins(id),
            filter: Filter::default(),
            sort: Sort::Time,
            reverse: true,
            page: 1,
            per_page: LOOKED_THROUGH,
            partly: false,
            stop: self.stop.clone(),
        };
        let events = entities::<LoginEvent>(self.repo.query(&query)?.rows);
        Ok(events.into_iter().map(|it| LoginRow::from(it.value)).collect())
    }
}

/// Whether somebody was turned away; who was asked for more was not.
pub(super) const fn is_refused(outcome: LoginOutcome) -> bool {
    !matches!(outcome, LoginOutcome::Ok | LoginOutcome::MustChange | LoginOutcome::SecondFactor)
}
