//! Questions about mails: the outbox.

use crate::domain::id::{MailId, UserId};
use crate::domain::mail::MailState;
use crate::service::invitations::{HeldPlan, MailRow, MailView, Released};
use crate::service::post::Preview;
use crate::service::{ListArgs, Page, Stamp};

/// A question about mails.
#[derive(Debug, Clone)]
pub enum MailAsk {
    /// A page of them.
    List(ListArgs<MailState>),
    /// One with every try.
    Show(MailId),
    /// How it reads, with dots for its secret.
    Preview(MailId),
    /// Send its user a new one in its place, and show that.
    Resend {
        /// Whom.
        user: UserId,
        /// What was seen of the user: where the mail goes is as it was then.
        base: Stamp,
        /// Whether it was agreed that somebody who has signed in before gets a new way in.
        again: bool,
    },
    /// Take it back.
    Cancel(MailId),
    /// Let it be sent after all.
    Release(MailId),
    /// What letting all go that are held would do.
    HeldPlan,
    /// Let all that are held be sent, as far as one may. It may take long, see
    /// [`super::Reply::Progress`].
    SendHeld,
}

impl MailAsk {
    pub(super) fn changes(&self) -> bool {
        !matches!(self, Self::List(_) | Self::Show(_) | Self::Preview(_) | Self::HeldPlan)
    }
}

/// An answer about mails.
#[derive(Debug, Clone)]
pub enum MailReply {
    /// A page of them.
    Mails(Page<MailRow>),
    /// One of them.
    Mail(Box<MailView>),
    /// How one reads.
    Preview(Box<Preview>),
    /// What Send held would do.
    HeldPlan(HeldPlan),
    /// What became of those that were held.
    Released(Released),
}
