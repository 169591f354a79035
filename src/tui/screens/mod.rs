//! The screens, one room each, and where each is opened from.

pub mod audit;
pub mod bulk;
pub mod companies;
mod conditions;
pub mod contacts;
pub mod dashboard;
mod dates;
mod enrolment;
mod errand;
mod export;

pub mod gate;
mod hand_over;
pub mod jobs;
mod list;
mod listing;
mod look_up;
pub mod outbox;
mod own;
mod record;
pub mod requests;
mod search;
pub mod settings;
mod sheet;
mod tabbed;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod together;
pub mod users;

use super::event::Screen;
use super::place::Place;
use super::way::Way;
use crate::domain::problem::Warning;
use crate::service::companies::CompanyView;
use crate::service::contacts::ContactView;
use crate::service::jobs::JobView;
use crate::service::mail_settings::TestSent;
use crate::service::request_views::RequestView;
use crate::service::roles::RoleView;
use crate::service::site_groups::SiteGroupView;
use crate::service::sites::SiteView;
use crate::service::user_views::UserView;
use crate::service::{Deed, Session};

/// The screen before anybody is signed in.
pub fn entrance() -> Box<dyn Screen> {
    Box::new(gate::Entrance::default())
}

/// The screen of a locked console.
pub fn lock(who: &Session) -> Box<dyn Screen> {
    Box::new(gate::Lock::new(who))
}

/// The window in which somebody changes their own password.
pub fn own_password(who: &Session) -> Box<dyn Screen> {
    Box::new(own::OwnPassword::new(who.user_id().clone()))
}

/// The window about one's own second factor.
pub fn own_factor(who: &Session) -> Box<dyn Screen> {
    Box::new(own::OwnFactor::new(who.user_id().clone()))
}

/// A top-level screen.
pub fn open(place: Place) -> Box<dyn Screen> {
    match place {
        Place::Dashboard => Box::new(dashboard::Dashboard::default()),
        Place::Requests => Box::new(requests::List::default()),
        Place::Users => Box::new(users::List::default()),
        Place::PortalAccess => Box::new(users::PortalAccess::default()),
        Place::Contacts => Box::new(contacts::List::default()),
        Place::Companies => Box::new(companies::List::default()),
        Place::CompanyUsers => Box::new(companies::UsersOf::default()),
        Place::Jobs => Box::new(jobs::Jobs::on(jobs::Tab::Jobs)),
        Place::Outbox => Box::new(jobs::Jobs::on(jobs::Tab::Outbox)),
        Place::Audit => Box::new(audit::List::default()),
        Place::Settings => Box::new(settings::Settings::on(settings::Tab::Sites)),
        Place::SiteGroups => Box::new(settings::Settings::on(settings::Tab::Groups)),
        Place::Roles => Box::new(settings::Settings::on(settings::Tab::Roles)),
        Place::StaffAccounts => Box::new(settings::Settings::on(settings::Tab::Staff)),
        Place::MailSettings => Box::new(settings::Settings::on(settings::Tab::Mail)),
    }
}

/// The form that makes an account in that way.
pub fn new_account(way: Way) -> Box<dyn Screen> {
    users::new_account(way)
}

/// What a screen tells the one below when it closes.
#[expect(clippy::large_enum_variant, reason = "a word always travels in a box of its own")]
#[derive(Debug, Clone)]
pub enum Word {
    /// Search requests by this.
    Requests(requests::Criteria),
    /// A request was changed.
    Request {
        /// The request as it is now.
        view: Box<RequestView>,
        /// What was done, and the way back.
        done: record::Done,
    },
    /// Search users by this.
    Users(users::Criteria),
    /// A user was changed or made: its new state, and what to tell.
    User {
        /// The user as it is now.
        view: Box<UserView>,
        /// What was done.
        told: String,
    },
    /// Search contacts by this.
    Contacts(contacts::Criteria),
    /// A contact was changed or made: its new state, and what to tell.
    Contact {
        /// The contact as it is now.
        view: Box<ContactView>,
        /// What was done.
        told: String,
    },
    /// Search companies by this.
    Companies(companies::Criteria),
    /// A company was changed or made: its new state, and what to tell.
    Company {
        /// The company as it is now.
        view: Box<CompanyView>,
        /// What was done.
        told: String,
    },
    /// Search a list without a search form by this.
    Words(search::Words),
    /// A contract of a company was changed or made: what to tell.
    Contract {
        /// What was done.
        told: String,
    },
    /// These warnings, read to their end, are to be overridden.
    Overriding(Vec<Warning>),
    /// A deed was done to one user, or was not.
    Deed {
        /// Which.
        deed: Deed,
        /// To how many: one or none.
        done: u64,
    },
    /// A job was changed or made: its new state, and what to tell.
    Job {
        /// The job as it is now.
        view: Box<JobView>,
        /// What was done.
        told: String,
    },
    /// A site was changed or made: its new state, and what to tell.
    Site {
        /// The site as it is now.
        view: Box<SiteView>,
        /// What was done.
        told: String,
    },
    /// A site group was changed or made: its new state, and what to tell.
    SiteGroup {
        /// The group as it is now.
        view: Box<SiteGroupView>,
        /// What was done.
        told: String,
    },
    /// A role was changed or made: its new state, and what to tell.
    Role {
        /// The role as it is now.
        view: Box<RoleView>,
        /// What was done.
        told: String,
    },
    /// A test was sent to try how mail is set up.
    Tested(TestSent),
    /// Search mails by this.
    Mails(outbox::Criteria),
    /// Search the trail by this.
    Audit(audit::Criteria),
}
