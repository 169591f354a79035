//! What `update` wants done outside of the state: data, carried out by the session.

use super::ask::Ask;
use super::state::{LayerId, Ticket};

/// Something to be done outside of the state.
#[derive(Debug)]
pub enum Effect {
    /// Ask the services, and reply with this ticket.
    Ask {
        /// The number of the question.
        ticket: Ticket,
        /// Whose it is: while it waits in the queue, a newer one from there replaces it.
        from: Option<(LayerId, super::event::Slot)>,
        /// The question.
        ask: Box<Ask>,
    },
    /// That question's answer is not wanted any more.
    Forget(Ticket),
    /// That long deed is to end before its next chunk; it is answered all the same.
    Stop(Ticket),
    /// Take the mouse from the terminal, or give it back.
    Mouse(bool),
    /// Clear the terminal, and draw afresh.
    Clear,
}
