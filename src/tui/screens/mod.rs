//! The screens, one room each, and where each is opened from.

pub mod dashboard;
pub mod gate;
pub mod requests;

use super::event::Screen;
use super::place::Place;
use crate::service::Session;
use crate::service::request_views::RequestView;

/// The screen before anybody is signed in.
pub fn entrance() -> Box<dyn Screen> {
    Box::new(gate::Entrance::default())
}

/// The screen of a locked console.
pub fn lock(who: &Session) -> Box<dyn Screen> {
    Box::new(gate::Lock::new(who))
}

/// A top-level screen.
pub fn open(place: Place) -> Box<dyn Screen> {
    match place {
        Place::Dashboard => Box::new(dashboard::Dashboard::default()),
        Place::Requests => Box::new(requests::List::default()),
    }
}

/// What a screen tells the one below when it closes.
#[derive(Debug, Clone)]
pub enum Word {
    /// Search requests by this.
    Search(requests::Criteria),
    /// A request was changed: its new state, and what to tell.
    Request {
        /// The request as it is now.
        view: Box<RequestView>,
        /// What was done.
        told: String,
    },
}
