//! Site sync: gives portal users their accounts at sites that came into the portal after them.
//!
//! Owns when a site no longer waits for it: once a whole pass has found nobody without an
//! account there, and neither the portal site group nor the site changed during that pass.
//! Whoever becomes a user meanwhile has an account there from the start, so nobody is missed.
//! It can be stopped between two chunks and begun again: what is done stays done.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::domain::audit::Action;
use crate::domain::problem::Code;
use crate::domain::role::Permission;
use crate::domain::site::{PortalGroup, Site};
use crate::domain::text::{Text, thousands};
use crate::domain::user::{PortalProfile, SiteAccount, User};
use crate::store::record::PORTAL_GROUP;
use crate::store::{AuditDraft, Changes, CommitError, Key, Kind, RepositoryExt, Versioned};

use super::accounts::ROUNDS;
use super::doer::Doer;
use super::trail::created;
use super::{Desk, DeskError, Session, Watch};

/// Users that one commit is about: readers wait for a commit no longer than for any other.
const CHUNK: usize = 100;
/// Users that are looked at together; most of them lack nothing when a pass is repeated.
const LOOK: usize = 1_000;

/// What a Site sync came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Synced {
    /// Users that were given accounts.
    pub users: u64,
    /// The accounts that they were given.
    pub made: u64,
    /// The codes of the sites that no longer wait.
    pub sites: Vec<Text>,
    /// Whether it was stopped before it was through; the rest can be done later.
    pub stopped: bool,
}

/// The active sites of the portal site group, as a pass found them.
struct Portal {
    group: Versioned<PortalGroup>,
    sites: Vec<Versioned<Site>>,
}

impl Desk {
    /// Gives every portal user an account at every active site of the portal site group, at
    /// most 100 users a commit, each with one entry of the trail that names them.
    ///
    /// # Errors
    /// When the portal site group has no active site, who asks may not or may not any more,
    /// the portal's sites keep changing, or the store fails; the chunks before stay done.
    pub fn site_sync(&self, who: &Session, watch: &dyn Watch) -> Result<Synced, DeskError> {
        self.site_sync_by(&Doer::Person(who), watch)
    }

    /// The same by whoever may.
    pub(super) fn site_sync_by(
        &self,
        doer: &Doer<'_>,
        watch: &dyn Watch,
    ) -> Result<Synced, DeskError> {
        self.still_may(doer, Permission::RunJobs)?;
        let mut synced = Synced { users: 0, made: 0, sites: Vec::new(), stopped: false };
        for _ in 0..ROUNDS {
            let portal = self.portal_now()?;
            self.pass(doer, &portal, watch, &mut synced)?;
            if synced.stopped || self.no_longer_due(doer, &portal, &mut synced)? {
                return Ok(synced);
            }
        }
        Err(DeskError::refused(
            Code::WrongState,
            "The sites of the portal kept changing during Site sync; what it gave stays. Run it again.",
        ))
    }

    /// Whether a site of the portal waits for it.
    pub(super) fn site_sync_is_due(&self) -> Result<bool, DeskError> {
        let sites = self.sites_of(self.portal_group()?.value.sites.iter().copied())?;
        Ok(sites.iter().any(|it| it.value.active && it.value.sync_due))
    }

    fn portal_now(&self) -> Result<Portal, DeskError> {
        let group = self.portal_group()?;
        let mut sites = self.sites_of(group.value.sites.iter().copied())?;
        sites.retain(|it| it.value.active);
        if sites.is_empty() {
            return Err(super::companies::no_site());
        }
        Ok(Portal { group, sites })
    }

    /// Goes through all portal users once.
    fn pass(
        &self,
        doer: &Doer<'_>,
        portal: &Portal,
        watch: &dyn Watch,
        synced: &mut Synced,
    ) -> Result<(), DeskError> {
        let ids = self.repo.numbers(&self.all_portal_users())?;
        let of = ids.len() as u64;
        let mut behind = 0;
        for some in ids.chunks(LOOK) {
            let lacking: Vec<u64> = self
                .repo
                .fetch_many::<PortalProfile>(some)?
                .into_iter()
                .flatten()
                .filter(|it| !missing(&it.value, &portal.sites).is_empty())
                .map(|it| it.value.user.0)
                .collect();
            for chunk in lacking.chunks(CHUNK) {
                if watch.stopped() {
                    synced.stopped = true;
                    return Ok(());
                }
                self.give(doer, chunk, portal, synced)?;
            }
            behind += some.len() as u64;
            watch.progress(behind, Some(of));
            if watch.stopped() && behind < of {
                synced.stopped = true;
                return Ok(());
            }
        }
        Ok(())
    }

    /// Gives some users what they lack, in one commit; again when one of them was edited at
    /// the same moment.
    fn give(
        &self,
        doer: &Doer<'_>,
        ids: &[u64],
        portal: &Portal,
        synced: &mut Synced,
    ) -> Result<(), DeskError> {
        for _ in 0..ROUNDS {
            // Asked anew for each chunk: who is disabled while it runs runs it no longer.
            let actor = self.still_may(doer, Permission::RunJobs)?;
            let users = self.repo.fetch_many::<User>(ids)?;
            let profiles = self.repo.fetch_many::<PortalProfile>(ids)?;
            let mut entry = AuditDraft::new(self.clock.now(), &actor, Action::SiteSync);
            let mut puts = Vec::new();
            let (mut made, mut codes) = (0, BTreeSet::new());
            for (user, profile) in users.into_iter().zip(profiles) {
                let (Some(user), Some(profile)) = (user, profile) else { continue };
                let sites = missing(&profile.value, &portal.sites);
                if sites.is_empty() {
                    continue;
                }
                made += sites.len() as u64;
                codes.extend(sites.iter().map(|it| it.code.raw()));
                let new = sites
                    .into_iter()
                    .map(|site| SiteAccount { site: site.id, synced_version: user.stamp.version });
                let mut after = profile.value;
                after.site_accounts.extend(new);
                // The account itself is not changed and its history not added to, so that no
                // form that is open on it finds it edited.
                entry = entry.on(Key::new(Kind::Profile, after.user.0), user.value.user_id());
                puts.push((after, profile.stamp));
            }
            if puts.is_empty() {
                return Ok(());
            }
            let users = puts.len() as u64;
            let codes = Text::new(Vec::from_iter(codes).join(", "));
            let entry = entry.changing(created([("site_accounts", Some(codes))]));
            let changes = Changes::new(entry.noting(count(users)));
            let changes = puts.into_iter().fold(changes, |all, (it, read)| all.update(it, read));
            match self.commit_raw(changes) {
                Ok(_) => {
                    synced.users += users;
                    synced.made += made;
                    return Ok(());
                }
                Err(CommitError::Conflict(_)) => {}
                Err(CommitError::Taken { unique, owner }) => return Err(self.taken(&unique, owner)),
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
        match ids.split_at(ids.len() / 2) {
            ([], _) => Err(DeskError::refused(
                Code::WrongState,
                "A portal user is being edited over and over just now; run Site sync again.",
            )),
            (one, other) => {
                self.give(doer, one, portal, synced)?;
                self.give(doer, other, portal, synced)
            }
        }
    }

    /// Marks the sites of a whole pass as no longer waiting; false when the portal's sites
    /// changed during it, so that somebody may be missing.
    fn no_longer_due(
        &self,
        doer: &Doer<'_>,
        portal: &Portal,
        synced: &mut Synced,
    ) -> Result<bool, DeskError> {
        let due: Vec<&Versioned<Site>> =
            portal.sites.iter().filter(|it| it.value.sync_due).collect();
        if due.is_empty() {
            return Ok(true);
        }
        let actor = self.still_may(doer, Permission::RunJobs)?;
        let mut entry =
            AuditDraft::new(self.clock.now(), &actor, Action::SiteSync).noting(count(synced.users));
        for site in &due {
            entry = entry.on(Key::new(Kind::Site, site.value.id.0), site.value.code.clone());
        }
        let group = Key::new(Kind::PortalGroup, PORTAL_GROUP);
        let changes = due.iter().fold(Changes::new(entry), |changes, site| {
            changes.update(Site { sync_due: false, ..site.value.clone() }, site.stamp)
        });
        let changes = changes.guard(group, portal.group.stamp);
        match self.repo.commit(changes) {
            Ok(_) => {
                synced.sites = due.into_iter().map(|it| it.value.code.clone()).collect();
                Ok(true)
            }
            Err(CommitError::Conflict(_)) => Ok(false),
            Err(CommitError::Taken { unique, owner }) => Err(self.taken(&unique, owner)),
            Err(CommitError::Store(error)) => Err(error.into()),
        }
    }
}

/// The sites at which a user has no account.
fn missing<'a>(profile: &PortalProfile, sites: &'a [Versioned<Site>]) -> Vec<&'a Site> {
    let has = |site: &Site| profile.site_accounts.iter().any(|it| it.site == site.id);
    sites.iter().map(|it| &it.value).filter(|site| !has(site)).collect()
}

fn count(users: u64) -> Text {
    let plural = if users == 1 { "" } else { "s" };
    Text::new(format!("{} portal user{plural}", thousands(users)))
}
