//! The outbox: every mail to a portal user, how it stands, and what can be done about it.
//!
//! Owns what is shown of mails. Must not decide what can be sent to whom: the services do, and
//! say why not in their views. Secrets never come here: a preview has dots in their place.

mod criteria;
mod list;
mod list_view;
mod record;
mod record_view;
mod resend;
#[cfg(test)]
mod tests;

pub use criteria::Criteria;
pub use list::List;
pub(super) use list_view::standing;
pub use record::Record;
pub(super) use record::read_letter;
pub(super) use resend::{again, another, cancelling};
