//! The directory: the lists in memory, kept up to date with every commit.
//!
//! Owns which lines a change touches, the names and memberships that lines are joined with
//! included; knows records, not sled.
//!
//! Reading order: `segment` and `packed` say how a line is kept, `companies` what lines are
//! joined with, `roster` how lines come and go; `sight` a page of them, `search` and `words`
//! what a filter finds, `lookups` what is found without a search, `orders` and `sorting` in
//! which order it is told; `bits` and `numbers` are what all of them are made of.

mod bits;
mod companies;
mod lookups;
mod numbers;
mod orders;
mod packed;
mod roster;
mod search;
mod segment;
mod sight;
mod sorting;
mod words;

use std::collections::HashMap;
use std::sync::Arc;

use self::companies::Companies;
use self::roster::Roster;
use self::segment::Entry;
pub use self::sight::{Page, Sight};
use crate::domain::id::{CompanyId, SiteId, UserId};
use crate::store::Changes;
use crate::store::error::StoreError;
use crate::store::facts::Facts;
use crate::store::line::{Line, Related, companies_of};
use crate::store::query::{List, Query};
use crate::store::record::{Key, Kind, Record};

/// The lists and what their lines are joined with.
#[derive(Debug, Default)]
pub struct Directory {
    requests: Roster,
    contacts: Roster,
    companies: Roster,
    users: Roster,
    names: Arc<Companies>,
    /// Memberships of users whose lines are not there yet.
    early: HashMap<UserId, Membership>,
}

#[derive(Debug, Default)]
struct Membership {
    companies: Vec<CompanyId>,
    site: Option<SiteId>,
}

/// What a line is joined with: the companies of a user, whose names are kept apart.
impl Related for Directory {
    fn company_name(&self, _: CompanyId) -> Option<String> {
        None
    }

    fn companies_of(&self, user: UserId) -> Vec<CompanyId> {
        match self.early.get(&user) {
            Some(membership) => membership.companies.clone(),
            None => self
                .users
                .line(user.0, &self.names)
                .map_or_else(Vec::new, |line| line.companies().collect()),
        }
    }

    fn site_of(&self, user: UserId) -> Option<SiteId> {
        match self.early.get(&user) {
            Some(membership) => membership.site,
            None => self.users.line(user.0, &self.names)?.site(),
        }
    }
}

impl Directory {
    /// Takes in a record, in place of what was known of it. A profile may come before its
    /// user or after.
    pub fn load(&mut self, record: &Record) {
        self.join(record);
        self.enter(record);
    }

    /// The lines of a list as they are now; `None` for a list that is not kept here.
    pub fn sight(&self, list: List) -> Option<(Kind, Sight)> {
        let (kind, roster) = match list {
            List::Requests => (Kind::Request, &self.requests),
            List::Contacts => (Kind::Contact, &self.contacts),
            List::Companies => (Kind::Company, &self.companies),
            List::Users => (Kind::User, &self.users),
            List::Logins(_) | List::Contracts(_) | List::Audit => return None,
        };
        Some((kind, roster.sight(&self.names)))
    }

    /// One page of a list, and the kind of its rows; `None` for a list that is not kept here.
    ///
    /// # Errors
    /// [`StoreError::Stopped`] when nobody waits for the page any more.
    pub fn page(&self, query: &Query) -> Result<Option<(Kind, Page)>, StoreError> {
        let Some((kind, sight)) = self.sight(query.list) else { return Ok(None) };
        Ok(Some((kind, sight.page(query)?)))
    }

    /// The line of a record as things stand.
    pub fn line(&self, record: &Record) -> Option<Line> {
        Line::of(record, self).map(|(_, line)| line)
    }

    /// Brings the lists up to date.
    pub fn apply(&mut self, changes: &Changes) {
        for gone in changes.deletes() {
            self.remove(gone.key);
        }
        for put in changes.puts() {
            self.join(&put.record);
        }
        for put in changes.puts() {
            self.enter(&put.record);
        }
    }

    /// Remembers what other lines are joined with.
    fn join(&mut self, record: &Record) {
        match record {
            Record::Company(it) => {
                Arc::make_mut(&mut self.names).rename(it.id, Some(it.name.raw()));
            }
            Record::Profile(it) => {
                let companies = companies_of(it);
                self.belong(it.user, Membership { companies, site: Some(it.home_site) });
            }
            _ => {}
        }
    }

    fn belong(&mut self, user: UserId, membership: Membership) {
        if self.users.line(user.0, &self.names).is_none() {
            self.early.insert(user, membership);
            return;
        }
        let places = places(&mut self.names, &membership.companies);
        self.users.join(user.0, &places, membership.site, &self.names);
    }

    fn enter(&mut self, record: &Record) {
        let Some((list, line)) = Line::of(record, self) else { return };
        let places = places(&mut self.names, &line.companies);
        let entry = Entry::of(&line, &places);
        match list {
            List::Requests => self.requests.put(&entry),
            List::Contacts => self.contacts.put(&entry),
            List::Companies => self.companies.put(&entry),
            List::Users => {
                self.early.remove(&UserId(line.number));
                self.users.put(&entry)
            }
            List::Logins(_) | List::Contracts(_) | List::Audit => false,
        };
    }

    /// Takes a record out.
    pub fn remove(&mut self, key: Key) {
        match key.kind {
            Kind::Request => self.requests.remove(key.id),
            Kind::Contact => self.contacts.remove(key.id),
            Kind::Company => {
                Arc::make_mut(&mut self.names).rename(CompanyId(key.id), None);
                self.companies.remove(key.id)
            }
            Kind::User => self.users.remove(key.id),
            Kind::Profile => {
                self.early.remove(&UserId(key.id));
                self.users.join(key.id, &[], None, &self.names);
                false
            }
            Kind::Site
            | Kind::PortalGroup
            | Kind::LoginEvent
            | Kind::Throttle
            | Kind::SlotKey
            | Kind::Contract => false,
        };
    }
}

/// The places of companies in the table, which is left alone when it knows them all.
fn places(names: &mut Arc<Companies>, companies: &[CompanyId]) -> Vec<u32> {
    let known = |id: &CompanyId| names.known(*id);
    match companies.iter().map(known).collect() {
        Some(places) => places,
        None => {
            let names = Arc::make_mut(names);
            companies.iter().map(|id| names.place(*id)).collect()
        }
    }
}
