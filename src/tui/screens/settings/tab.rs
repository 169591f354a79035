//! The tabs of the Settings: their words, their places, and the lists that they hold.

use crate::tui::event::Screen;
use crate::tui::keymap::Context;
use crate::tui::place::Place;
use crate::tui::screens::list::List;
use crate::tui::screens::listing::Added;
use crate::tui::screens::users::StaffAccounts;

/// A part of the Settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// The accounts of colleagues.
    Staff,
}

impl Tab {
    /// The tabs, in their order.
    pub(super) const ALL: [Self; 1] = [Self::Staff];

    pub(super) const fn place(self) -> Place {
        match self {
            Self::Staff => Place::StaffAccounts,
        }
    }

    pub(super) const fn context(self) -> Context {
        match self {
            Self::Staff => Context::StaffList,
        }
    }
}

/// The lists, as far as they were shown already.
#[derive(Debug, Default)]
pub(super) struct Lists {
    staff: Option<List<StaffAccounts>>,
}

impl Lists {
    /// The list of a tab, once it was shown.
    pub(super) fn get(&self, tab: Tab) -> Option<&dyn Screen> {
        match tab {
            Tab::Staff => self.staff.as_ref().map(|it| it as &dyn Screen),
        }
    }

    /// The same, to be told something.
    pub(super) fn get_mut(&mut self, tab: Tab) -> Option<&mut dyn Screen> {
        match tab {
            Tab::Staff => self.staff.as_mut().map(|it| it as &mut dyn Screen),
        }
    }

    /// Makes the list of a tab.
    pub(super) fn make(&mut self, tab: Tab) {
        match tab {
            Tab::Staff => self.staff = Some(List::default()),
        }
    }

    /// Selects what was just added, in the list that it was added to, once that is read again.
    pub(super) fn look_for(&mut self, tab: Tab, added: Added) {
        match tab {
            Tab::Staff => {
                if let Some(list) = &mut self.staff {
                    list.look_for(added);
                }
            }
        }
    }
}
