//! What can be done: authorize → decide → [`Changes`](crate::store::Changes) → commit.
//!
//! One file per aggregate, all of them methods of [`Desk`]. Screens, commands and jobs come
//! through here and nowhere else, so that a rule holds whichever way somebody comes in.
//! Knows the store's port, the domain and the clock; knows no screen, no argument, no file.

mod acceptance;
pub mod accounts;
pub mod activation;
pub mod approve;
mod attempt;
pub mod audit;
pub mod bulk;
pub mod bulk_plan;
pub mod cell;
mod commit;
pub mod companies;
pub mod conditions;
mod config_use;
pub mod configs;
pub mod contacts;
pub mod contracts;
pub mod dashboard;
pub mod deeds;
pub mod delegated;
pub mod delete_user;
pub mod delivery;
mod doer;
pub mod edit_user;
pub mod error;
pub mod explain;
pub mod exports;
pub mod handout;
pub mod hashing;
pub mod imports;
pub mod invitations;
pub mod jobs;
pub mod mail_settings;
pub mod matches;
mod memberships;
pub mod new_user;
pub mod page;
pub mod passwords;
pub mod portal;
pub mod portal_switch;
mod portal_user;
pub mod post;
pub mod request_views;
pub mod requests;
pub mod roles;
pub mod roles_to_give;
mod ruling;
pub mod sealing;
pub mod second_factor;
pub mod session;
pub mod setup;
pub mod sign_in;
pub mod site_groups;
pub mod site_sync;
pub mod sites;
pub mod staff;
#[cfg(test)]
mod tests;
pub mod trail;
pub mod user_views;
pub mod users;
mod waits;
mod warnings;
pub mod watch;

use std::sync::{Arc, Mutex, RwLock};

use crate::clock::Clock;
use crate::store::SharedRepository;

use delivery::Outgoing;
use hashing::Hasher;
use jobs::Turns;
use post::{NoPost, Post};
use sealing::{KeyPlace, Nowhere};

pub use crate::domain::site::PortalScope;
pub use crate::store::Stamp;
pub use crate::store::query::{Loading, Sort, Stop};
pub use activation::{Activated, LinkTrouble};
pub use attempt::{Credentials, Refusal};
pub use bulk::{Outcome, RefusedRow, Selection};
pub use bulk_plan::{Plan, PlanRefusal};
pub use configs::ConfigOffer;
pub use deeds::Deed;
pub use delegated::{ColleagueForm, Delegated};
pub use delete_user::Receipt;
pub use delivery::{Deliver, Delivered};
pub use edit_user::{UserCheck, UserForm};
pub use error::{Conflict, DeskError};
pub use explain::{Explanation, Fix, Verdict};
pub use hashing::HashCost;
pub use invitations::{MailRow, MailView, Released};
pub use jobs::{JobCheck, JobForm, JobRow, JobView, RunRow};
pub use new_user::{Entrance, NewUser, NewUserCheck, Overriding};
pub use page::{ListArgs, NoStatus, Page};
pub use passwords::PasswordChange;
pub use portal::{PortalSignIn, Visit};
pub use portal_switch::PortalState;
pub use roles::RoleForm;
pub use roles_to_give::RoleOffer;
pub use second_factor::{
    EnrolLeave, Enrolled, EnrolmentOffer, FactorOffer, OwnFactor, Proven, RecoveryCodes,
};
pub use session::{Origin, Session};
pub use setup::FirstStart;
pub use sign_in::{FirstChange, SignIn};
pub use site_groups::{GroupChoice, SiteGroupForm};
pub use site_sync::Synced;
pub use sites::SiteForm;
pub use staff::StaffForm;
pub use users::UserFilter;
pub use watch::Watch;

/// Everything that can be done with one store.
///
/// Cheap to clone; all clones share the store. Calls block on the disk and on password
/// hashing: never make one on the thread that draws.
#[derive(Clone)]
pub struct Desk {
    repo: SharedRepository,
    clock: Arc<dyn Clock>,
    hasher: Arc<Hasher>,
    /// Given to every list that is asked for.
    stop: Stop,
    /// Held while somebody becomes a portal user or joins a company, and alone by what may
    /// only be done while nobody does (see [`Desk::commit_alone`]).
    members: Arc<RwLock<()>>,
    /// Where the key lies that secrets are sealed under.
    keys: Arc<dyn KeyPlace>,
    /// The mark of the key that all that is sealed is known to be sealed under.
    proven_key: Arc<Mutex<Option<[u8; 8]>>>,
    /// What carries mails.
    post: Arc<dyn Post>,
    /// What deliveries of mails share.
    outgoing: Arc<Outgoing>,
    /// The jobs that run just now.
    runs: Arc<Turns>,
}

impl Desk {
    /// A desk over that store and that clock; nothing is sealed before [`Desk::with_keys`].
    pub fn new(repo: SharedRepository, clock: Arc<dyn Clock>) -> Self {
        Self {
            repo,
            clock,
            hasher: Arc::new(Hasher::new(HashCost::STANDARD)),
            stop: Stop::default(),
            members: Arc::default(),
            keys: Arc::new(Nowhere),
            proven_key: Arc::default(),
            post: Arc::new(NoPost),
            outgoing: Arc::default(),
            runs: Arc::default(),
        }
    }

    /// The same desk, sealing secrets under the key that lies there.
    #[must_use]
    pub fn with_keys(self, keys: Arc<dyn KeyPlace>) -> Self {
        Self { keys, ..self }
    }

    /// The same desk, sending mails by that post.
    #[must_use]
    pub fn with_post(self, post: Arc<dyn Post>) -> Self {
        Self { post, ..self }
    }

    /// The same desk over the same store, at another time.
    #[must_use]
    pub fn with_clock(&self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self.clone() }
    }

    /// The same desk over the same store, whose lists end early once that flag is set.
    #[must_use]
    pub fn stopping_at(&self, stop: &Stop) -> Self {
        Self { stop: stop.clone(), ..self.clone() }
    }

    /// The same desk, but hashing passwords at that cost.
    #[must_use]
    pub fn with_hashing(self, cost: HashCost) -> Self {
        Self { hasher: Arc::new(Hasher::new(cost)), ..self }
    }
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Desk")
    }
}
