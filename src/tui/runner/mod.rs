//! The only part of the console that calls services: on threads of its own.
//!
//! Owns the queue of questions. A question that waits is replaced by a newer one of the same
//! layer and slot, so that typing never builds up a backlog. Must not know the state.

mod perform;
mod queue;

#[cfg(test)]
pub(super) use perform::perform;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;

use super::ask::{Answer, Ask};
use super::event::Slot;
use super::state::{LayerId, Ticket};
use crate::service::session::Origin;
use crate::service::{Desk, DeskError, Session};
use queue::{Job, Queue};

/// The threads that ask: one may hash or search while another reads.
const WORKERS: usize = 2;

/// Asks the services on its own threads and hands the answers to a callback.
pub struct Runner {
    queue: Arc<Queue>,
    workers: Vec<thread::JoinHandle<()>>,
}

impl Runner {
    /// Starts the threads; `answered` is called on them.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(
        desk: &Desk,
        origin: &Origin,
        answered: impl Fn(Ticket, Answer) + Clone + Send + 'static,
    ) -> std::io::Result<Self> {
        let queue = Arc::new(Queue::default());
        let mut workers = Vec::with_capacity(WORKERS);
        for n in 0..WORKERS {
            let (desk, origin) = (desk.clone(), origin.clone());
            let (queue, answered) = (Arc::clone(&queue), answered.clone());
            let thread = thread::Builder::new().name(format!("asks-{n}"));
            workers.push(thread.spawn(move || work(&desk, &origin, &queue, &answered))?);
        }
        Ok(Self { queue, workers })
    }

    /// Queues a question.
    pub fn ask(
        &self,
        ticket: Ticket,
        from: Option<(LayerId, Slot)>,
        who: Option<Session>,
        ask: Ask,
    ) {
        self.queue.push(Job { ticket, from, who, ask });
    }

    /// Takes a question out of the queue, if it still waits there.
    pub fn forget(&self, ticket: Ticket) {
        self.queue.forget(ticket);
    }
}

impl Drop for Runner {
    /// Waits for what is being saved; what only reads is dropped.
    fn drop(&mut self) {
        self.queue.close();
        for worker in self.workers.drain(..) {
            // Faults were caught and reported where they happened.
            let _ = worker.join();
        }
    }
}

fn work(desk: &Desk, origin: &Origin, queue: &Queue, answered: &impl Fn(Ticket, Answer)) {
    while let Some(Job { ticket, who, ask, .. }) = queue.next() {
        let call = || perform::perform(desk, origin, who.as_ref(), ask);
        // A fault in one question must not take the console down with it.
        let answer = catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|_| Err(fault()));
        answered(ticket, answer);
    }
}

fn fault() -> DeskError {
    tracing::error!("a question to the services ended in a fault");
    DeskError::Machine(
        "Something broke while doing this; the log file has the details. Look whether it was done, then try again."
            .to_owned(),
    )
}
