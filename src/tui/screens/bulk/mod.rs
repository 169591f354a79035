//! A deed to one or many users: what it will touch, agreeing to it, doing it, what came of it.
//!
//! Owns the question before the deed, how far it is, and the row-by-row result. Must not
//! decide who may do what to whom: the services do, row by row, and say why not.

mod ask;
mod draw;
mod result;
#[cfg(test)]
mod tests;

pub use ask::Bulk;

use crate::domain::role::Permission;
use crate::service::Deed;
use crate::tui::keymap::Action;
use crate::tui::state::Seen;

/// The deed that an action of a list asks for.
pub fn deed(action: Action) -> Option<Deed> {
    match action {
        Action::Delete | Action::DeleteAccount => Some(Deed::Delete),
        Action::Disable => Some(Deed::Disable),
        Action::Enable => Some(Deed::Enable),
        Action::Unlock => Some(Deed::Unlock),
        Action::Invite => Some(Deed::Invite),
        _ => None,
    }
}

/// Why somebody may do it to no user at all; to which, is decided for each of them.
pub fn why_not(deed: Deed, seen: &Seen) -> Option<String> {
    let who = seen.who.as_ref()?;
    let ordinary = match deed {
        Deed::Delete => Permission::DeletePortalUsers,
        _ => Permission::ManagePortalUsers,
    };
    let others = [Permission::ManagePrivilegedUsers, Permission::Administer];
    let why_not = who.why_not(ordinary)?;
    others.iter().all(|it| who.why_not(*it).is_some()).then_some(why_not)
}
