//! The new users of a chunk: their numbers, contacts, profiles, and the commit.

use std::collections::HashMap;

use crate::domain::audit::Action;
use crate::domain::contact::Contact;
use crate::domain::id::{ContactId, UserId};
use crate::domain::user::Membership;
use crate::service::DeskError;
use crate::service::portal_user::{PortalSites, new_profile};
use crate::store::{Key, Kind, RepositoryExt, Versioned};

use super::super::engine;
use super::chunk::Chunk;

impl Chunk<'_> {
    /// Commits what was decided; false when something moved meanwhile.
    pub(super) fn commit(&mut self, sites: &PortalSites) -> Result<bool, DeskError> {
        self.make(sites)?;
        let now = self.desk.clock.now();
        let batch = std::mem::take(&mut self.batch);
        let changes = batch.into_changes(self.run, Action::UserImport, now);
        let changes = changes.map(|it| if self.new.is_empty() { it } else { sites.guarding(it) });
        engine::commit(self.desk, changes)
    }

    /// Gives the new users their numbers, contacts and profiles.
    fn make(&mut self, sites: &PortalSites) -> Result<(), DeskError> {
        if self.new.is_empty() {
            return Ok(());
        }
        let repo = &self.desk.repo;
        let ids: Vec<u64> = self.new.iter().filter_map(|it| it.contact).map(|it| it.0).collect();
        let found = repo.fetch_many::<Contact>(&ids)?.into_iter().flatten();
        let mut found: HashMap<ContactId, Versioned<Contact>> =
            found.map(|it| (it.value.id, it)).collect();
        let first = repo.reserve(Kind::User, self.new.len() as u64)?;
        let wanting = (self.new.len() - found.len()) as u64;
        let mut contact_id = if wanting > 0 { repo.reserve(Kind::Contact, wanting)? } else { 0 };
        for (it, id) in self.new.iter_mut().zip(first..) {
            it.user.id = UserId(id);
            let (user, line, company) = (&it.user, it.line, &it.company);
            self.batch.create(line, user.clone(), user.user_id());
            let contact = match it.contact.and_then(|id| found.remove(&id)) {
                Some(contact) => {
                    let key = Key::new(Kind::Contact, contact.value.id.0);
                    self.batch.name(line, key, contact.value.label());
                    self.batch.guard(key, contact.stamp);
                    contact.value.id
                }
                None => {
                    let contact = Contact {
                        id: ContactId(contact_id),
                        first: user.first.clone(),
                        last: user.last.clone(),
                        email: user.email.clone(),
                        phone: user.phone.clone(),
                        company: Some(company.value.id),
                        external_id: None,
                    };
                    contact_id += 1;
                    let (id, label) = (contact.id, contact.label());
                    self.batch.create(line, contact, label);
                    id
                }
            };
            let home = company.value.home_site;
            let mut profile = new_profile(user.id, &company.value, contact, home, sites);
            for other in &it.others {
                profile.memberships.push(Membership { company: other.value.id, primary: false });
            }
            self.batch.create_with(profile);
            for company in std::iter::once(company).chain(&it.others) {
                self.batch.guard(Key::new(Kind::Company, company.value.id.0), company.stamp);
            }
        }
        Ok(())
    }
}
