//! The tabs of the Settings: their words, their places, and the lists that they hold.

use super::groups::Groups;
use super::mail::Mail;
use super::roles::Roles;
use super::sites::Sites;
use crate::tui::event::Screen;
use crate::tui::keymap::Context;
use crate::tui::place::Place;
use crate::tui::screens::list::List;
use crate::tui::screens::listing::Added;
use crate::tui::screens::tabbed;
use crate::tui::screens::users::StaffAccounts;

/// A part of the Settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// The sites of the portal.
    Sites,
    /// Which sites belong together.
    Groups,
    /// What an account may do.
    Roles,
    /// The accounts of colleagues.
    Staff,
    /// How mail is set up.
    Mail,
}

impl Tab {
    /// The tabs, in their order.
    pub(super) const ALL: [Self; 5] =
        [Self::Sites, Self::Groups, Self::Roles, Self::Staff, Self::Mail];

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Sites => "Sites",
            Self::Groups => "Site groups",
            Self::Roles => "Roles",
            Self::Staff => "Staff accounts",
            Self::Mail => "Mail",
        }
    }

    pub(super) const fn place(self) -> Place {
        match self {
            Self::Sites => Place::Settings,
            Self::Groups => Place::SiteGroups,
            Self::Roles => Place::Roles,
            Self::Staff => Place::StaffAccounts,
            Self::Mail => Place::MailSettings,
        }
    }

    pub(super) const fn context(self) -> Context {
        match self {
            Self::Sites => Context::SiteList,
            Self::Groups => Context::SiteGroupList,
            Self::Roles => Context::RoleList,
            Self::Staff => Context::StaffList,
            Self::Mail => Context::MailSettings,
        }
    }
}

/// The lists, as far as they were shown already.
#[derive(Debug, Default)]
pub(super) struct Lists {
    sites: Option<List<Sites>>,
    groups: Option<List<Groups>>,
    roles: Option<List<Roles>>,
    staff: Option<List<StaffAccounts>>,
    mail: Option<Mail>,
}

impl tabbed::Lists for Lists {
    const TABS: usize = Tab::ALL.len();

    fn get(&self, at: usize) -> Option<&dyn Screen> {
        match Tab::ALL.get(at)? {
            Tab::Sites => self.sites.as_ref().map(|it| it as &dyn Screen),
            Tab::Groups => self.groups.as_ref().map(|it| it as &dyn Screen),
            Tab::Roles => self.roles.as_ref().map(|it| it as &dyn Screen),
            Tab::Staff => self.staff.as_ref().map(|it| it as &dyn Screen),
            Tab::Mail => self.mail.as_ref().map(|it| it as &dyn Screen),
        }
    }

    fn get_mut(&mut self, at: usize) -> Option<&mut dyn Screen> {
        match Tab::ALL.get(at)? {
            Tab::Sites => self.sites.as_mut().map(|it| it as &mut dyn Screen),
            Tab::Groups => self.groups.as_mut().map(|it| it as &mut dyn Screen),
            Tab::Roles => self.roles.as_mut().map(|it| it as &mut dyn Screen),
            Tab::Staff => self.staff.as_mut().map(|it| it as &mut dyn Screen),
            Tab::Mail => self.mail.as_mut().map(|it| it as &mut dyn Screen),
        }
    }

    fn make(&mut self, at: usize) {
        match Tab::ALL.get(at) {
            Some(Tab::Sites) => self.sites = Some(List::default()),
            Some(Tab::Groups) => self.groups = Some(List::default()),
            Some(Tab::Roles) => self.roles = Some(List::default()),
            Some(Tab::Staff) => self.staff = Some(List::default()),
            Some(Tab::Mail) => self.mail = Some(Mail::default()),
            None => {}
        }
    }
}

impl Lists {
    /// Selects what was just added, in the list that it was added to, once that is read again.
    pub(super) fn look_for(&mut self, tab: Tab, added: Added) {
        match tab {
            Tab::Sites => look_for(&mut self.sites, added),
            Tab::Groups => look_for(&mut self.groups, added),
            Tab::Roles => look_for(&mut self.roles, added),
            Tab::Staff => look_for(&mut self.staff, added),
            // Nothing is added to it.
            Tab::Mail => {}
        }
    }
}

fn look_for<K: crate::tui::screens::list::Kind>(list: &mut Option<List<K>>, added: Added) {
    if let Some(list) = list {
        list.look_for(added);
    }
}
