//! The words, marks and inks of statuses.

use crate::domain::request::RequestStatus;
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
