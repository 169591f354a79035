//! Contacts: the people behind requests and portal users.
//!
//! Owns what is shown and typed there, and the way from a contact to its portal user. Must
//! not decide what may be changed: the services do.

mod criteria;
mod edit;
mod list;
mod list_view;
mod of_company;
mod record;
mod record_view;
#[cfg(test)]
mod tests;

pub use criteria::Criteria;
pub use list::List;
pub(super) use list_view::maybe;
pub use of_company::{CompanyContacts, of_company};
pub use record::Record;

use crate::domain::role::Permission;
use crate::tui::event::Can;
use crate::tui::state::Seen;

/// Whether the person's role may keep contacts, with the reason when not.
fn may_keep(seen: &Seen) -> Can {
    Can::unless(seen.who.as_ref().and_then(|who| who.why_not(Permission::KeepCompanyFile)))
}
