//! The only part of the console that calls services: on threads of its own.
//!
//! Owns the queue of questions. A question that waits is replaced by a newer one of the same
//! layer and slot, so that typing never builds up a backlog. Must not know the state.

mod perform;

#[cfg(test)]
pub(super) use perform::perform;

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::ask::{Answer, Ask};
use super::event::Slot;
use super::state::{LayerId, Ticket};
use crate::service::session::Origin;
use crate::service::{Desk, DeskError, Session};

/// The threads that ask: one may hash or search while another reads.
const WORKERS: usize = 2;

/// A question in the queue.
struct Job {
    ticket: Ticket,
    from: Option<(LayerId, Slot)>,
    who: Option<Session>,
    ask: Ask,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    closed: bool,
}

/// Asks the services on its own threads and hands the answers to a callback.
pub struct Runner {
    shared: Arc<(Mutex<Queue>, Condvar)>,
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
        let shared = Arc::new((Mutex::new(Queue::default()), Condvar::new()));
        let mut workers = Vec::with_capacity(WORKERS);
        for n in 0..WORKERS {
            let (desk, origin, shared, answered) =
                (desk.clone(), origin.clone(), Arc::clone(&shared), answered.clone());
            let thread = thread::Builder::new().name(format!("asks-{n}"));
            workers.push(thread.spawn(move || work(&desk, &origin, &shared, &answered))?);
        }
        Ok(Self { shared, workers })
    }

    /// Queues a question.
    pub fn ask(
        &self,
        ticket: Ticket,
        from: Option<(LayerId, Slot)>,
        who: Option<Session>,
        ask: Ask,
    ) {
        let mut queue = lock(&self.shared.0);
        if !ask.changes() {
            queue.jobs.retain(|job| job.from.is_none() || job.from != from || job.ask.changes());
        }
        queue.jobs.push_back(Job { ticket, from, who, ask });
        self.shared.1.notify_one();
    }

    /// Takes a question out of the queue, if it still waits there.
    pub fn forget(&self, ticket: Ticket) {
        lock(&self.shared.0).jobs.retain(|job| job.ticket != ticket);
    }
}

impl Drop for Runner {
    /// Waits for what is being saved; what only reads is dropped.
    fn drop(&mut self) {
        let mut queue = lock(&self.shared.0);
        queue.closed = true;
        queue.jobs.retain(|job| job.ask.changes());
        drop(queue);
        self.shared.1.notify_all();
        for worker in self.workers.drain(..) {
            // Faults were caught and reported where they happened.
            let _ = worker.join();
        }
    }
}

fn work(
    desk: &Desk,
    origin: &Origin,
    shared: &(Mutex<Queue>, Condvar),
    answered: &impl Fn(Ticket, Answer),
) {
    while let Some(job) = next(shared) {
        let Job { ticket, who, ask, .. } = job;
        // A fault in one question must not take the console down with it.
        let answer =
            catch_unwind(AssertUnwindSafe(|| perform::perform(desk, origin, who.as_ref(), ask)));
        answered(ticket, answer.unwrap_or_else(|_| Err(fault())));
    }
}

fn next(shared: &(Mutex<Queue>, Condvar)) -> Option<Job> {
    let mut queue = lock(&shared.0);
    loop {
        if let Some(job) = queue.jobs.pop_front() {
            return Some(job);
        }
        if queue.closed {
            return None;
        }
        queue = shared.1.wait(queue).unwrap_or_else(PoisonError::into_inner);
    }
}

fn lock(queue: &Mutex<Queue>) -> MutexGuard<'_, Queue> {
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}

fn fault() -> DeskError {
    tracing::error!("a question to the services ended in a fault");
    DeskError::Machine("Something broke while doing this; the log file has the details. Look whether it was done, then try again.".to_owned())
}
