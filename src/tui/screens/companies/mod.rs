//! Companies: the customers and partners, and what belongs to each: its contacts, its users,
//! its contracts.
//!
//! Owns what is shown and typed there. Must not decide what may be changed: the services do.

#[cfg(test)]
mod added_tests;
mod contract_edit;
mod contracts;
mod criteria;
mod details;
mod edit;
mod list;
mod list_view;
mod record;
mod tab;
#[cfg(test)]
mod tests;

pub use criteria::Criteria;
pub use list::{List, UsersOf};
pub use record::Record;

use crate::domain::role::Permission;
use crate::tui::event::Can;
use crate::tui::state::Seen;

/// Whether the person's role may keep companies, with the reason when not.
fn may_keep(seen: &Seen) -> Can {
    Can::unless(seen.who.as_ref().and_then(|who| who.why_not(Permission::KeepCompanyFile)))
}
