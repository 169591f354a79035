//! Portal Requests: the list, the record, and every step of workflow A.
//!
//! Owns what is shown and typed on the way of a request to a portal user. Must not decide
//! whether a step is allowed: the services do, and say so in their views.

mod approve;
mod contact;
mod edit;
mod list;
mod list_view;
mod look_up;
mod record;
mod record_view;
mod reject;
mod search;

pub use list::List;
pub use record::Record;
pub use search::Criteria;

use crate::domain::role::Permission;
use crate::service::request_views::RequestView;
use crate::tui::event::Can;
use crate::tui::state::Seen;

/// The end of a sentence about a linked request: the approval may follow, or what stands in
/// its way.
fn next(view: &RequestView) -> String {
    match &view.why_not_approve {
        None => " and can be approved: x, Approve.".to_owned(),
        Some(reason) => format!(". It can't be approved yet: {reason}"),
    }
}

/// Whether the person's role may handle requests, with the reason when not.
fn may_handle(seen: &Seen) -> Can {
    Can::unless(seen.who.as_ref().and_then(|who| who.why_not(Permission::HandleRequests)))
}
