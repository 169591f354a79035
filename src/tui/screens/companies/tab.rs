//! The tabs of a company: their words, their keys, and the lists that they hold.

use super::contracts::{self, Contracts};
use crate::service::companies::CompanyView;
use crate::tui::event::Screen;
use crate::tui::keymap::Context;
use crate::tui::screens::list::List;
use crate::tui::screens::listing::Added;
use crate::tui::screens::{contacts, tabbed, users};
use crate::tui::widgets::field::Taken;

/// A part of a company.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// What is known of it.
    Details,
    /// The people there.
    Contacts,
    /// Those who use the portal: workflow C.
    Users,
    /// What was agreed with it.
    Contracts,
}

impl Tab {
    /// The tabs, in their order.
    pub(super) const ALL: [Self; 4] = [Self::Details, Self::Contacts, Self::Users, Self::Contracts];

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Details => "Details",
            Self::Contacts => "Contacts",
            Self::Users => "Users",
            Self::Contracts => "Contracts",
        }
    }

    pub(super) const fn context(self) -> Context {
        match self {
            Self::Details => Context::CompanyRecord,
            Self::Contacts => Context::CompanyContacts,
            Self::Users => Context::CompanyUsers,
            Self::Contracts => Context::CompanyContracts,
        }
    }

    /// How many rows it has, where that is said.
    pub(super) fn count(self, view: &CompanyView) -> Option<u64> {
        match self {
            Self::Details => None,
            Self::Contacts => Some(view.contacts),
            Self::Users => Some(view.users),
            Self::Contracts => Some(view.contracts),
        }
    }
}

/// The lists of a company, as far as they were shown already.
#[derive(Debug)]
pub(super) struct Lists {
    /// The company as they know it.
    company: Taken,
    contacts: Option<List<contacts::CompanyContacts>>,
    users: Option<List<users::CompanyUsers>>,
    contracts: Option<List<Contracts>>,
}

impl tabbed::Lists for Lists {
    const TABS: usize = Tab::ALL.len();

    fn get(&self, at: usize) -> Option<&dyn Screen> {
        match Tab::ALL.get(at)? {
            Tab::Details => None,
            Tab::Contacts => self.contacts.as_ref().map(|it| it as &dyn Screen),
            Tab::Users => self.users.as_ref().map(|it| it as &dyn Screen),
            Tab::Contracts => self.contracts.as_ref().map(|it| it as &dyn Screen),
        }
    }

    fn get_mut(&mut self, at: usize) -> Option<&mut dyn Screen> {
        match Tab::ALL.get(at)? {
            Tab::Details => None,
            Tab::Contacts => self.contacts.as_mut().map(|it| it as &mut dyn Screen),
            Tab::Users => self.users.as_mut().map(|it| it as &mut dyn Screen),
            Tab::Contracts => self.contracts.as_mut().map(|it| it as &mut dyn Screen),
        }
    }

    fn make(&mut self, at: usize) {
        let company = self.company.clone();
        match Tab::ALL.get(at) {
            Some(Tab::Contacts) => self.contacts = Some(contacts::of_company(company)),
            Some(Tab::Users) => self.users = Some(users::company_list(company)),
            Some(Tab::Contracts) => self.contracts = Some(contracts::of_company(company)),
            Some(Tab::Details) | None => {}
        }
    }
}

impl Lists {
    /// None yet, of `company`.
    pub(super) fn of(company: Taken) -> Self {
        Self { company, contacts: None, users: None, contracts: None }
    }

    /// Tells the lists the company's name, once it was read or has changed.
    pub(super) fn rename(&mut self, company: &Taken) {
        self.company = company.clone();
        if let Some(list) = &mut self.contacts {
            list.rescope(Some(company.clone()));
        }
        if let Some(list) = &mut self.users {
            list.rescope(Some(company.clone()));
        }
        if let Some(list) = &mut self.contracts {
            list.rescope(Some(company.clone()));
        }
    }

    /// Selects what was just added, in the list that it was added to, once that is read again.
    pub(super) fn look_for(&mut self, tab: Tab, added: Added) {
        match tab {
            Tab::Details | Tab::Contracts => {}
            Tab::Contacts => {
                if let Some(list) = &mut self.contacts {
                    list.look_for(added);
                }
            }
            Tab::Users => {
                if let Some(list) = &mut self.users {
                    list.look_for(added);
                }
            }
        }
    }

    /// The users, once they were shown.
    pub(super) fn users(&self) -> Option<&List<users::CompanyUsers>> {
        self.users.as_ref()
    }

    /// The contracts, once they were shown.
    pub(super) fn contracts(&self) -> Option<&List<Contracts>> {
        self.contracts.as_ref()
    }
}
