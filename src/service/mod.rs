//! What can be done: authorize → decide → [`Changes`](crate::store::Changes) → commit.
//!
//! One file per aggregate, all of them methods of [`Desk`]. Screens, commands and jobs come
//! through here and nowhere else, so that a rule holds whichever way somebody comes in.
//! Knows the store's port, the domain and the clock; knows no screen, no argument, no file.

pub mod approve;
mod commit;
pub mod companies;
pub mod contacts;
pub mod error;
pub mod matches;
pub mod page;
pub mod request_views;
pub mod requests;
pub mod session;
#[cfg(test)]
mod tests;
pub mod trail;

use std::sync::Arc;

use crate::clock::Clock;
use crate::store::SharedRepository;

pub use crate::store::Stamp;
pub use crate::store::query::Sort;
pub use error::{Conflict, DeskError};
pub use page::{ListArgs, NoStatus, Page};
pub use session::Session;

/// Everything that can be done with one store.
///
/// Cheap to clone; all clones share the store. Calls block on the disk and on password
/// hashing: never make one on the thread that draws.
#[derive(Clone)]
pub struct Desk {
    repo: SharedRepository,
    clock: Arc<dyn Clock>,
}

impl Desk {
    /// A desk over that store and that clock.
    pub fn new(repo: SharedRepository, clock: Arc<dyn Clock>) -> Self {
        Self { repo, clock }
    }
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Desk")
    }
}
