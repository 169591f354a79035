//! Questions to the services and their answers, as data.
//!
//! Owns what a screen can ask for. Must not call anything: `runner` does, elsewhere.

use crate::domain::id::{ContactId, RequestId};
use crate::domain::request::RequestStatus;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::service::approve::CompanyChoice;
use crate::service::companies::CompanyRow;
use crate::service::contacts::{ContactForm, ContactRow};
use crate::service::dashboard::Dashboard;
use crate::service::request_views::{RequestRow, RequestView};
use crate::service::requests::RequestForm;
use crate::service::{
    DeskError, FirstChange, FirstStart, ListArgs, NoStatus, Page, Session, Stamp,
};

/// A question.
#[derive(Debug, Clone)]
pub enum Ask {
    /// Before somebody is signed in, or while the console is locked.
    Gate(GateAsk),
    /// The numbers of the Dashboard; today began at `midnight`.
    Dashboard {
        /// The first moment of the local day.
        midnight: Timestamp,
    },
    /// About portal requests.
    Request(RequestAsk),
    /// A page of the contacts.
    Contacts(ListArgs<NoStatus>),
    /// A page of the companies.
    Companies(ListArgs<NoStatus>),
}

/// A question of the screens before work.
#[derive(Debug, Clone)]
pub enum GateAsk {
    /// Whether nobody has set the store up yet.
    IsEmpty,
    /// Set it up.
    SetUp(Box<FirstStart>),
    /// Sign in.
    SignIn {
        /// Login or email.
        name: String,
        /// The password.
        password: Secret,
    },
    /// Let the person of the locked console in again.
    Reenter {
        /// The password.
        password: Secret,
    },
    /// Change the password of a first sign-in, and sign in.
    ChangeFirst {
        /// The leave that the sign-in gave.
        leave: Box<FirstChange>,
        /// The new password.
        new: Secret,
    },
}

/// A question about portal requests. `base` is what the asker has seen: a change that came
/// between is a conflict.
#[derive(Debug, Clone)]
pub enum RequestAsk {
    /// A page of them.
    List(ListArgs<RequestStatus>),
    /// One with all that is known of it.
    Show(RequestId),
    /// Save its fields and its contact.
    Save {
        /// Which.
        id: RequestId,
        /// What was seen.
        base: Stamp,
        /// The fields.
        form: RequestForm,
        /// The contact.
        contact: Option<ContactId>,
    },
    /// Link it to a contact.
    Link {
        /// Which.
        id: RequestId,
        /// What was seen.
        base: Stamp,
        /// The contact.
        contact: ContactId,
    },
    /// Take the contact off.
    Unlink {
        /// Which.
        id: RequestId,
        /// What was seen.
        base: Stamp,
    },
    /// Turn it down.
    Reject {
        /// Which.
        id: RequestId,
        /// What was seen.
        base: Stamp,
        /// Why.
        reason: String,
    },
    /// Take it up again.
    Reopen {
        /// Which.
        id: RequestId,
        /// What was seen.
        base: Stamp,
    },
    /// Make a portal user of it.
    Approve {
        /// Which.
        id: RequestId,
        /// What was seen.
        base: Stamp,
        /// The login.
        login: String,
    },
    /// What the form for its new contact is filled in with.
    Prefill(RequestId),
    /// Make a contact for it, and link it.
    NewContact {
        /// Which.
        id: RequestId,
        /// What was seen.
        base: Stamp,
        /// The contact's fields.
        form: ContactForm,
        /// The contact's company.
        company: CompanyChoice,
    },
}

impl Ask {
    /// Whether it changes something: such a question is never called back.
    pub fn changes(&self) -> bool {
        match self {
            Self::Request(RequestAsk::List(_) | RequestAsk::Show(_) | RequestAsk::Prefill(_)) => {
                false
            }
            Self::Gate(GateAsk::IsEmpty) | Self::Dashboard { .. } => false,
            Self::Contacts(_) | Self::Companies(_) => false,
            Self::Request(_) | Self::Gate(_) => true,
        }
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub enum Reply {
    /// Whether nobody has set the store up yet.
    IsEmpty(bool),
    /// It is done; there is nothing to show of it.
    Done,
    /// Somebody is signed in.
    SignedIn(Box<Session>),
    /// The password was right, but a new one has to be chosen first.
    MustChange(Box<FirstChange>),
    /// Not let in; the sentence to tell.
    NotLetIn(String),
    /// The numbers of the Dashboard.
    Dashboard(Box<Dashboard>),
    /// A page of requests.
    Requests(Page<RequestRow>),
    /// One request.
    Request(Box<RequestView>),
    /// What a new contact's form is filled in with.
    Prefill(ContactForm),
    /// A page of contacts.
    Contacts(Page<ContactRow>),
    /// A page of companies.
    Companies(Page<CompanyRow>),
}

/// What came of a question.
pub type Answer = Result<Reply, DeskError>;
