//! The questions that wait for a thread or are being answered: newer reading replaces older,
//! changing never does; reading that nobody waits for any more is told to end.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::service::{Session, Stop};
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
    /// Set when it is to end early.
    pub stop: Stop,
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
    under_way: Vec<UnderWay>,
    closed: bool,
}

/// A question that a thread is answering.
struct UnderWay {
    ticket: Ticket,
    changes: bool,
    stop: Stop,
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

    /// Takes a question out, if it still waits; one that is being answered by reading is told
    /// to end.
    pub(super) fn forget(&self, ticket: Ticket) {
        let mut waiting = self.lock();
        waiting.jobs.retain(|job| job.ticket != ticket);
        for it in waiting.under_way.iter().filter(|it| it.ticket == ticket && !it.changes) {
            it.stop.set();
        }
    }

    /// Asks a long deed to end before its next chunk; it is answered all the same.
    pub(super) fn stop(&self, ticket: Ticket) {
        let waiting = self.lock();
        let jobs = waiting.jobs.iter().map(|job| (job.ticket, &job.stop));
        let under_way = waiting.under_way.iter().map(|it| (it.ticket, &it.stop));
        for (_, stop) in jobs.chain(under_way).filter(|(own, _)| *own == ticket) {
            stop.set();
        }
    }

    /// A question has been answered.
    pub(super) fn done(&self, ticket: Ticket) {
        self.lock().under_way.retain(|it| it.ticket != ticket);
    }

    /// Waits for the next question; none when the queue is closed and empty.
    pub(super) fn next(&self) -> Option<Job> {
        let mut waiting = self.lock();
        loop {
            if let Some(job) = waiting.jobs.pop_front() {
                let (changes, stop) = (job.ask.changes(), job.stop.clone());
                waiting.under_way.push(UnderWay { ticket: job.ticket, changes, stop });
                return Some(job);
            }
            if waiting.closed {
                return None;
            }
            waiting = self.woken.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Takes nothing more; what only reads is dropped, what changes something stays, but a
    /// long deed ends after its chunk.
    pub(super) fn close(&self) {
        let mut waiting = self.lock();
        waiting.closed = true;
        waiting.jobs.retain(|job| job.ask.changes());
        waiting.jobs.iter().for_each(|job| job.stop.set());
        waiting.under_way.iter().for_each(|it| it.stop.set());
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
        let stop = Stop::default();
        Job { ticket: Ticket(ticket), from: Some((LayerId(1), slot)), who: None, ask, stop }
    }

    fn change(ticket: u64) -> Job {
        let ask =
            Ask::Gate(GateAsk::SignIn { name: String::new(), password: secret(), code: None });
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
    fn reading_that_nobody_waits_for_is_told_to_end_and_changing_only_when_asked() {
        let queue = Queue::default();
        queue.push(read(1, "rows"));
        queue.push(change(2));
        let (reading, changing) = (queue.next().unwrap(), queue.next().unwrap());
        queue.forget(Ticket(1));
        queue.forget(Ticket(2));
        assert!(reading.stop.is_set() && !changing.stop.is_set());
        queue.done(Ticket(1));
        queue.stop(Ticket(2));
        assert!(changing.stop.is_set());
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
