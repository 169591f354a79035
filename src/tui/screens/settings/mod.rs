//! Settings: what the portal stands on and who looks after it, in tabs.
//!
//! Owns what is shown and typed there. Must not decide who may change what: the services do,
//! and say why not in their views.

mod frame;
mod group_edit;
mod group_record;
mod groups;
mod mail;
mod mail_lines;
mod mail_test;
#[cfg(test)]
mod mail_tests;
mod role_edit;
mod role_record;
mod roles;
mod site_edit;
mod site_record;
mod sites;
mod sync;
mod tab;
#[cfg(test)]
mod tests;

pub use frame::Settings;
pub use group_record::GroupRecord;
pub use role_record::RoleRecord;
pub use site_record::SiteRecord;
pub use sync::SiteSync;
pub use tab::Tab;

use crate::domain::role::Permission;
use crate::tui::event::Can;
use crate::tui::keymap::Action;
use crate::tui::state::Seen;
use crate::tui::theme::{Ink, Mark};
use crate::tui::widgets::column::Cell;

/// Whether the person's role may look after the Settings, with the reason when not.
fn may_administer(seen: &Seen) -> Can {
    may(Permission::Administer, seen)
}

fn may(permission: Permission, seen: &Seen) -> Can {
    Can::unless(seen.who.as_ref().and_then(|who| who.why_not(permission)))
}

/// Whether taking something into use, or out of it, makes sense; `None` for other actions.
fn may_use(action: Action, active: Option<bool>, seen: &Seen) -> Option<Can> {
    let wanted = match action {
        Action::Deactivate => true,
        Action::Activate => false,
        _ => return None,
    };
    Some(if active == Some(wanted) { may_administer(seen) } else { Can::Hidden })
}

/// Whether something is in use: `● Active`, `■ Inactive`.
fn state(active: bool) -> Cell {
    if active {
        Cell::marked(Mark::Full, "Active", Ink::Good)
    } else {
        Cell::marked(Mark::Square, "Inactive", Ink::Faint)
    }
}
