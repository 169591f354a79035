//! The contacts of companies that are nobody's user yet, read once for each company.

use std::collections::{HashMap, HashSet};

use crate::domain::contact::{Contact, label};
use crate::domain::fold;
use crate::domain::id::{CompanyId, ContactId};
use crate::domain::text::Text;
use crate::service::page::entities;
use crate::service::{Desk, DeskError, Sort};
use crate::store::query::{Filter, List, Query};
use crate::store::{UniqueKey, Versioned};

/// Contacts that are kept; beyond it, all are read again.
const KEPT: usize = 100_000;
/// Contacts that are read at once.
const PAGE: u64 = 500;

/// A contact that is nobody's user.
struct Free {
    id: ContactId,
    email: Option<String>,
    name: Option<String>,
}

/// The unlinked contacts of the companies that have been asked for.
#[derive(Default)]
pub(super) struct Unlinked {
    by_company: HashMap<CompanyId, Vec<Free>>,
    kept: usize,
}

impl Unlinked {
    /// Forgets what was read: it has moved.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    /// Forgets a contact that is somebody's user now.
    pub(super) fn take(&mut self, company: CompanyId, id: ContactId) {
        if let Some(contacts) = self.by_company.get_mut(&company) {
            contacts.retain(|it| it.id != id);
        }
    }

    /// The contact of a company for somebody with that email, else that name, which no other
    /// row has used: the first by number.
    ///
    /// # Errors
    /// When the store can't be read.
    pub(super) fn find(
        &mut self,
        desk: &Desk,
        company: CompanyId,
        email: Option<&str>,
        name: Option<&Text>,
        used: &HashSet<ContactId>,
    ) -> Result<Option<ContactId>, DeskError> {
        if !self.by_company.contains_key(&company) {
            if self.kept > KEPT {
                self.forget();
            }
            let contacts = read(desk, company)?;
            self.kept += contacts.len();
            self.by_company.insert(company, contacts);
        }
        let Some(contacts) = self.by_company.get(&company).filter(|it| !it.is_empty()) else {
            return Ok(None);
        };
        let first = |is_it: &dyn Fn(&Free) -> bool| {
            contacts.iter().filter(|it| !used.contains(&it.id)).find(|it| is_it(it)).map(|it| it.id)
        };
        let name = name.map(|it| fold::search(it.raw()));
        let by_email = email.and_then(|email| first(&|it| it.email.as_deref() == Some(email)));
        Ok(by_email.or_else(|| name.and_then(|name| first(&|it| it.name.as_ref() == Some(&name)))))
    }
}

/// The contacts of a company that are nobody's user, by number.
fn read(desk: &Desk, company: CompanyId) -> Result<Vec<Free>, DeskError> {
    let mut free = Vec::new();
    for page in 1.. {
        let query = Query {
            list: List::Contacts,
            filter: Filter { company: Some(company), ..Filter::default() },
            sort: Sort::Number,
            reverse: false,
            page,
            per_page: PAGE,
            partly: false,
            stop: desk.stop.clone(),
        };
        let found = desk.repo.query(&query)?;
        let pages = found.pages;
        let contacts: Vec<Versioned<Contact>> = entities(found.rows);
        let keys: Vec<UniqueKey> =
            contacts.iter().map(|it| UniqueKey::ContactOfUser(it.value.id.0)).collect();
        let owners = desk.repo.owners(&keys)?;
        let unlinked = contacts.into_iter().zip(owners).filter(|(_, owner)| owner.is_none());
        free.extend(unlinked.map(|(it, _)| Free::from(&it.value)));
        if page >= pages {
            break;
        }
    }
    Ok(free)
}

impl From<&Contact> for Free {
    fn from(it: &Contact) -> Self {
        let name = label(it.first.as_ref(), it.last.as_ref());
        Self {
            id: it.id,
            email: it.email.as_ref().map(|it| fold::identity(it.raw())),
            name: name.map(|it| fold::search(it.raw())),
        }
    }
}
