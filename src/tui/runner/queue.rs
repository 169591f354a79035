//! The questions that wait for a thread: newer reading replaces older, changing never does.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::service::Session;
use crate::tui::ask::Ask;
use crate::tui::event::Slot;
use crate::tui::state::{LayerId, Ticket};

/// A question in the queue.
pub(super) struct Job {
    /// Its number.
    pub ticket: Ticket,
    /// Whose it is.
    pub from: Option<(LayerId, Slot)>,
    /// Who asks.
    pub who: Option<Session>,
    /// The question.
    pub ask: Ask,
}

/// The queue; threads wait on it.
#[derive(Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    woken: Condvar,
}

#[derive(Default)]
struct Waiting {
    jobs: VecDeque<Job>,
    closed: bool,
}

impl Queue {
    /// Puts a question at the end; one that only reads takes the place of an older one of
    /// the same layer and slot.
    pub(super) fn push(&self, job: Job) {
        let mut waiting = self.lock();
        if !job.ask.changes() && job.from.is_some() {
            waiting.jobs.retain(|old| old.from != job.from || old.ask.changes());
        }
        waiting.jobs.push_back(job);
        self.woken.notify_one();
    }

    /// Takes a question out, if it still waits.
    pub(super) fn forget(&self, ticket: Ticket) {
        self.lock().jobs.retain(|job| job.ticket != ticket);
    }

    /// Waits for the next question; none when the queue is closed and empty.
    pub(super) fn next(&self) -> Option<Job> {
        let mut waiting = self.lock();
        loop {
            if let Some(job) = waiting.jobs.pop_front() {
                return Some(job);
            }
            if waiting.closed {
                return None;
            }
            waiting = self.woken.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Takes nothing more; what only reads is dropped, what changes something stays.
    pub(super) fn close(&self) {
        let mut waiting = self.lock();
        waiting.closed = true;
        waiting.jobs.retain(|job| job.ask.changes());
        self.woken.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::RequestId;
    use crate::tui::ask::{GateAsk, RequestAsk};
    use crate::tui::testing::secret;

    fn read(ticket: u64, slot: Slot) -> Job {
        let ask = Ask::Request(RequestAsk::Show(RequestId(ticket)));
        Job { ticket: Ticket(ticket), from: Some((LayerId(1), slot)), who: None, ask }
    }

    fn change(ticket: u64) -> Job {
        let ask = Ask::Gate(GateAsk::SignIn { name: String::new(), password: secret() });
        Job { ask, ..read(ticket, "save") }
    }

    fn drained(queue: &Queue) -> Vec<u64> {
        queue.close();
        std::iter::from_fn(|| queue.next()).map(|job| job.ticket.0).collect()
    }

    #[test]
    fn newer_reading_replaces_older_in_its_slot_only() {
        let queue = Queue::default();
        for job in [read(1, "rows"), read(2, "show"), read(3, "rows")] {
            queue.push(job);
        }
        queue.forget(Ticket(2));
        assert_eq!(queue.next().map(|job| job.ticket), Some(Ticket(3)));
        assert_eq!(drained(&queue), Vec::<u64>::new());
    }

    #[test]
    fn what_changes_something_is_done_even_after_the_end() {
        let queue = Queue::default();
        for job in [change(1), read(2, "save"), change(3), read(4, "rows")] {
            queue.push(job);
        }
        assert_eq!(drained(&queue), [1, 3]);
    }
}
