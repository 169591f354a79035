//! The directory: the lists in memory, kept up to date with every commit.
//!
//! Owns which lines a change touches, the names and memberships that lines are joined with
//! included; knows records, not sled.
//!
//! Reading order: `segment` and `packed` say how a line is kept, `companies` what lines are
//! joined with, `roster` how lines come and go; `sight` a page of them, `search` and `words`
//! what a filter finds, `lookups` what is found without a search, `orders` and `sorting` in
//! which order it is told; `saved` and `bytes` how all of it is written and read; `bits` and
//! `numbers` are what it is made of.

mod bits;
mod bytes;
mod companies;
mod lookups;
mod numbers;
mod orders;
mod packed;
mod roster;
mod saved;
mod search;
mod segment;
mod sight;
mod sorting;
#[cfg(test)]
mod tests;
mod words;

use std::collections::{BTreeSet, HashMap};
use std::io::{self, Read, Write};
use std::sync::Arc;

use self::companies::Companies;
pub use self::roster::Roster;
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
    mails: Roster,
    names: Arc<Companies>,
    /// Memberships of users whose lines are not there yet.
    early: HashMap<UserId, Membership>,
    /// The contacts that were taken out while the others were put off; `None` when they are
    /// here.
    gone: Option<BTreeSet<u64>>,
}

/// The directory at one moment, to be written while it goes on changing.
#[derive(Debug)]
pub struct Picture {
    names: Arc<Companies>,
    lists: Vec<(List, Sight)>,
}

impl Picture {
    /// Writes the table of companies, which all lists need.
    ///
    /// # Errors
    /// As `to` has it.
    pub fn write_table(&self, to: &mut impl Write) -> io::Result<()> {
        self.names.write(to)
    }

    /// The lists that are in it: all but contacts that are still put off.
    pub fn lists(&self) -> impl Iterator<Item = (List, &Sight)> {
        self.lists.iter().map(|(list, sight)| (*list, sight))
    }
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

    /// The lists that are kept here.
    pub const LISTS: [List; 5] =
        [List::Companies, List::Users, List::Requests, List::Contacts, List::Mails];

    /// A directory without lines, with a table of companies that was written before.
    ///
    /// # Errors
    /// As `from` has it, and when it is damaged.
    pub fn with_table(from: &mut impl Read) -> io::Result<Self> {
        Ok(Self { names: Arc::new(Companies::read(from)?), ..Self::default() })
    }

    /// How many companies the table knows: what [`Roster::read`] has to be told, when a list is
    /// read while others go on with this directory.
    pub fn table_len(&self) -> usize {
        self.names.len()
    }

    /// Reads a list that was written before with the same table; nothing is changed by it.
    ///
    /// # Errors
    /// As `from` has it, and when it is damaged.
    pub fn read(&self, from: &mut impl Read) -> io::Result<Roster> {
        Roster::read(from, self.names.len())
    }

    /// Puts off reading the contacts. What changes of them meanwhile is remembered; they must
    /// be [adopted](Self::adopt) before anybody asks for them or a picture is taken.
    pub fn put_contacts_off(&mut self) {
        self.gone.get_or_insert_default();
    }

    /// Whether a list is still put off.
    pub fn is_put_off(&self, list: List) -> bool {
        list == List::Contacts && self.gone.is_some()
    }

    /// Takes a list in that was [read](Self::read), beneath what has changed of it since.
    pub fn adopt(&mut self, list: List, mut roster: Roster) {
        let names = Arc::clone(&self.names);
        if list == List::Contacts {
            for number in self.gone.take().unwrap_or_default() {
                roster.remove(number, &names);
            }
        }
        if let Some(own) = self.roster(list) {
            roster.put_all(own, &names);
            *own = roster;
        }
    }

    /// The lists as they are now.
    pub fn picture(&self) -> Picture {
        let at_hand = Self::LISTS.into_iter().filter(|list| !self.is_put_off(*list));
        let lists = at_hand.filter_map(|list| Some((list, self.sight(list)?.1)));
        Picture { names: Arc::clone(&self.names), lists: lists.collect() }
    }

    fn roster(&mut self, list: List) -> Option<&mut Roster> {
        match list {
            List::Requests => Some(&mut self.requests),
            List::Contacts => Some(&mut self.contacts),
            List::Companies => Some(&mut self.companies),
            List::Users => Some(&mut self.users),
            List::Mails => Some(&mut self.mails),
            List::Logins(_)
            | List::Contracts(_)
            | List::Audit
            | List::Sites
            | List::SiteGroups
            | List::Roles
            | List::SecondFactors
            | List::Jobs
            | List::Runs(_) => None,
        }
    }

    /// The lines of a list as they are now; `None` for a list that is not kept here.
    pub fn sight(&self, list: List) -> Option<(Kind, Sight)> {
        let (kind, roster) = match list {
            List::Requests => (Kind::Request, &self.requests),
            List::Contacts => (Kind::Contact, &self.contacts),
            List::Companies => (Kind::Company, &self.companies),
            List::Users => (Kind::User, &self.users),
            List::Mails => (Kind::Mail, &self.mails),
            List::Logins(_)
            | List::Contracts(_)
            | List::Audit
            | List::Sites
            | List::SiteGroups
            | List::Roles
            | List::SecondFactors
            | List::Jobs
            | List::Runs(_) => return None,
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
        match list {
            List::Users => drop(self.early.remove(&UserId(line.number))),
            List::Contacts => {
                if let Some(gone) = &mut self.gone {
                    gone.remove(&line.number);
                }
            }
            _ => {}
        }
        let names = Arc::clone(&self.names);
        if let Some(roster) = self.roster(list) {
            roster.put(&Entry::of(&line, &places), &names);
        }
    }

    /// Takes a record out.
    pub fn remove(&mut self, key: Key) {
        let names = Arc::clone(&self.names);
        match key.kind {
            Kind::Request => self.requests.remove(key.id, &names),
            Kind::Contact => {
                if let Some(gone) = &mut self.gone {
                    gone.insert(key.id);
                }
                self.contacts.remove(key.id, &names);
            }
            Kind::Company => {
                drop(names);
                Arc::make_mut(&mut self.names).rename(CompanyId(key.id), None);
                self.companies.remove(key.id, &self.names);
            }
            Kind::User => self.users.remove(key.id, &names),
            Kind::Mail => self.mails.remove(key.id, &names),
            Kind::Profile => {
                self.early.remove(&UserId(key.id));
                self.users.join(key.id, &[], None, &names);
            }
            Kind::Site
            | Kind::PortalGroup
            | Kind::LoginEvent
            | Kind::Throttle
            | Kind::SlotKey
            | Kind::Contract
            | Kind::SecondFactor
            | Kind::PortalRole
            | Kind::SiteGroup
            | Kind::Job
            | Kind::JobRun => {}
        }
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
