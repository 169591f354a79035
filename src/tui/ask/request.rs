//! Questions about portal requests.

use crate::domain::id::{ContactId, RequestId};
use crate::domain::request::RequestStatus;
use crate::service::approve::CompanyChoice;
use crate::service::contacts::ContactForm;
use crate::service::requests::RequestForm;
use crate::service::{ListArgs, Stamp};

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
    /// Turn it down; to undo a reopening, link the contact that it had before.
    Reject {
        /// Which.
        id: RequestId,
        /// What was seen.
        base: Stamp,
        /// Why.
        reason: String,
        /// The contact that it had.
        had: Option<ContactId>,
    },
    /// Take it up again; to undo a rejection, link the contact that it had after.
    Reopen {
        /// Which.
        id: RequestId,
        /// What was seen.
        base: Stamp,
        /// The contact that it had.
        had: Option<ContactId>,
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
