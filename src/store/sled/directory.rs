//! The directory: the lists in memory, kept up to date with every commit.
//!
//! Owns which lines a change touches, the names and memberships that lines are joined with
//! included; knows records, not sled. It is built by a scan at open and never written.

use std::collections::{BTreeSet, HashMap};

use super::roster::{Page, Roster};
use crate::domain::id::{CompanyId, SiteId, UserId};
use crate::store::Changes;
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
    joined: Joined,
}

#[derive(Debug, Default)]
struct Joined {
    names: HashMap<CompanyId, String>,
    members: HashMap<UserId, (Vec<CompanyId>, SiteId)>,
}

impl Related for Joined {
    fn company_name(&self, id: CompanyId) -> Option<String> {
        self.names.get(&id).cloned()
    }

    fn companies_of(&self, user: UserId) -> Vec<CompanyId> {
        self.members.get(&user).map(|(companies, _)| companies.clone()).unwrap_or_default()
    }

    fn site_of(&self, user: UserId) -> Option<SiteId> {
        self.members.get(&user).map(|(_, site)| *site)
    }
}

impl Directory {
    /// The order in which a scan has to bring the kinds, so that each line finds what it is
    /// joined with; kinds that no list shows and nothing is joined with are left out.
    pub const SCANNED: [Kind; 5] =
        [Kind::Company, Kind::Profile, Kind::Contact, Kind::Request, Kind::User];

    /// Takes in a record that a scan has found.
    pub fn load(&mut self, record: &Record) {
        self.join(record);
        self.enter(record);
    }

    /// One page of a list, and the kind of its rows; `None` for a list that is not kept here.
    pub fn page(&self, query: &Query) -> Option<(Kind, Page)> {
        let (kind, roster) = match query.list {
            List::Requests => (Kind::Request, &self.requests),
            List::Contacts => (Kind::Contact, &self.contacts),
            List::Companies => (Kind::Company, &self.companies),
            List::Users => (Kind::User, &self.users),
            List::Logins(_) | List::Contracts(_) | List::Audit => return None,
        };
        Some((kind, roster.page(query)))
    }

    /// The line of a record as things stand.
    pub fn line(&self, record: &Record) -> Option<Line> {
        Line::of(record, &self.joined).map(|(_, line)| line)
    }

    /// The records that do not change themselves and whose lines do, because of a company's
    /// name or a user's memberships.
    pub fn dependents(&self, changes: &Changes) -> Vec<Key> {
        let written: BTreeSet<Key> = changes
            .puts()
            .iter()
            .map(|put| put.record.key())
            .chain(changes.deletes().iter().map(|guard| guard.key))
            .collect();
        let mut found: BTreeSet<Key> = BTreeSet::new();
        for put in changes.puts() {
            match &put.record {
                Record::Company(it) if self.is_renamed(it.id, it.name.raw()) => {
                    self.joined_with(it.id, &mut found);
                }
                Record::Profile(it) => {
                    found.insert(Key::new(Kind::User, it.user.0));
                }
                _ => {}
            }
        }
        for gone in changes.deletes() {
            match gone.key.kind {
                Kind::Company => self.joined_with(CompanyId(gone.key.id), &mut found),
                Kind::Profile => {
                    found.insert(Key::new(Kind::User, gone.key.id));
                }
                _ => {}
            }
        }
        found.difference(&written).copied().collect()
    }

    /// Brings the lists up to date; `dependents` are the records of [`Self::dependents`].
    pub fn apply(&mut self, changes: &Changes, dependents: &[Record]) {
        for gone in changes.deletes() {
            self.remove(gone.key);
        }
        for put in changes.puts() {
            self.join(&put.record);
        }
        let written = changes.puts().iter().map(|put| &put.record);
        for record in written.chain(dependents) {
            self.enter(record);
        }
    }

    fn is_renamed(&self, company: CompanyId, name: &str) -> bool {
        self.joined.names.get(&company).is_none_or(|old| old != name)
    }

    fn joined_with(&self, company: CompanyId, found: &mut BTreeSet<Key>) {
        for (roster, kind) in [(&self.contacts, Kind::Contact), (&self.users, Kind::User)] {
            let numbers = roster.numbers_where(|line| line.companies.contains(&company));
            found.extend(numbers.into_iter().map(|number| Key::new(kind, number)));
        }
    }

    fn join(&mut self, record: &Record) {
        match record {
            Record::Company(it) => {
                self.joined.names.insert(it.id, it.name.raw().to_owned());
            }
            Record::Profile(it) => {
                self.joined.members.insert(it.user, (companies_of(it), it.home_site));
            }
            _ => {}
        }
    }

    fn enter(&mut self, record: &Record) {
        let Some((list, line)) = Line::of(record, &self.joined) else { return };
        match list {
            List::Requests => self.requests.put(line),
            List::Contacts => self.contacts.put(line),
            List::Companies => self.companies.put(line),
            List::Users => self.users.put(line),
            List::Logins(_) | List::Contracts(_) | List::Audit => {}
        }
    }

    fn remove(&mut self, key: Key) {
        match key.kind {
            Kind::Request => self.requests.remove(key.id),
            Kind::Contact => self.contacts.remove(key.id),
            Kind::Company => {
                self.companies.remove(key.id);
                self.joined.names.remove(&CompanyId(key.id));
            }
            Kind::User => self.users.remove(key.id),
            Kind::Profile => {
                self.joined.members.remove(&UserId(key.id));
            }
            Kind::Site
            | Kind::PortalGroup
            | Kind::LoginEvent
            | Kind::Throttle
            | Kind::SlotKey
            | Kind::Contract => {}
        }
    }
}
