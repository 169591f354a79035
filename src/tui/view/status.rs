//! The words, marks and inks of statuses.

use crate::domain::mail::MailState;
use crate::domain::request::RequestStatus;
use crate::domain::time::{MINUTE, SECOND, Timestamp};
use crate::domain::user::{Badge, UserStatus};
use crate::tui::theme::{Ink, Mark};
use crate::tui::widgets::column::Cell;

/// The status of a request: `● New`, `◐ Resolved`, `✔ Processed`, `✖ Rejected`.
pub fn request(status: RequestStatus) -> Cell {
    let (mark, ink) = match status {
        RequestStatus::New => (Mark::Full, Ink::Caution),
        RequestStatus::Resolved => (Mark::Half, Ink::Underway),
        RequestStatus::Processed => (Mark::Check, Ink::Good),
        RequestStatus::Rejected => (Mark::Cross, Ink::Faint),
    };
    Cell::marked(mark, status.word(), ink)
}

/// The status of a user: `◌ Pending`, `● Active`, `■ Disabled`.
pub fn user(status: UserStatus) -> Cell {
    let (mark, ink) = match status {
        UserStatus::Pending => (Mark::Hollow, Ink::Caution),
        UserStatus::Active => (Mark::Full, Ink::Good),
        UserStatus::Disabled => (Mark::Square, Ink::Faint),
    };
    Cell::marked(mark, status.word(), ink)
}

/// The state of a mail: `◌ Queued`, `■ Held`, `◐ Retrying`, `✔ Sent`, `✖ Failed`, `● Accepted`.
pub fn mail(state: MailState) -> Cell {
    let (mark, ink) = match state {
        MailState::Queued => (Mark::Hollow, Ink::Underway),
        MailState::Held => (Mark::Square, Ink::Caution),
        MailState::Sending => (Mark::Half, Ink::Underway),
        MailState::Retrying => (Mark::Half, Ink::Caution),
        MailState::Sent => (Mark::Check, Ink::Good),
        MailState::Unknown | MailState::Failed => (Mark::Cross, Ink::Bad),
        MailState::Accepted => (Mark::Full, Ink::Good),
        MailState::Expired => (Mark::Hollow, Ink::Caution),
        MailState::Superseded | MailState::Cancelled => (Mark::Cross, Ink::Faint),
    };
    Cell::marked(mark, state.word(), ink)
}

/// A remark beside the status, in words.
pub fn badge(badge: Badge, now: Timestamp) -> String {
    match badge {
        Badge::Locked => "locked".to_owned(),
        Badge::Throttled { until } => match until.millis_since(now) {
            left @ MINUTE.. => format!("throttled {} min", (left + MINUTE - 1) / MINUTE),
            left => format!("throttled {} s", ((left + SECOND - 1) / SECOND).max(1)),
        },
        Badge::MustChange => "must change".to_owned(),
        Badge::NeverSignedIn => "never signed in".to_owned(),
        Badge::NotEnrolled => "second factor to set up".to_owned(),
        Badge::Invitation(trouble) => trouble.words().to_lowercase(),
    }
}
