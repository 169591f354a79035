//! The only part of the console that calls services: on threads of its own.
//!
//! Owns the queue of questions. A question that waits is replaced by a newer one of the same
//! layer and slot, and one that is being answered is told to end, so that typing never builds
//! up a backlog. A long deed tells how far it is on its ticket. Must not know the state.

mod behind;
mod perform;
mod queue;
#[cfg(test)]
mod tests;

#[cfg(test)]
pub(super) use behind::{deliver, run_due};
#[cfg(test)]
pub(super) use perform::perform;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::ask::{Answer, Ask, Reply};
use super::event::Slot;
use super::state::{LayerId, Ticket};
use crate::service::session::Origin;
use crate::service::{Desk, DeskError, Session, Stop, Watch};
use queue::{Job, Queue};

pub use behind::Behind;

/// The threads that ask: one may hash or search while another reads.
const WORKERS: usize = 2;

/// After how long somebody who leaves is told that it is not over yet.
const SOON: Duration = Duration::from_secs(1);

/// Opens the desk; called once, on a thread of its own.
pub type Opening = Box<dyn FnOnce() -> Result<Desk, DeskError> + Send>;

/// The desk while it is being opened; threads wait for it.
#[derive(Default)]
struct Door {
    /// None until it is open; then none again when it could not be.
    opened: Mutex<Option<Option<Desk>>>,
    moved: Condvar,
}

impl Door {
    fn open(&self, desk: Option<Desk>) {
        *self.opened.lock().unwrap_or_else(PoisonError::into_inner) = Some(desk);
        self.moved.notify_all();
    }

    /// The desk, when it is open by now.
    fn desk(&self) -> Option<Desk> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).clone().flatten()
    }

    fn wait(&self) -> Option<Desk> {
        let opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let opened = self.moved.wait_while(opened, |opened| opened.is_none());
        opened.unwrap_or_else(PoisonError::into_inner).clone().flatten()
    }
}

/// Asks the services on its own threads and hands the answers to a callback.
pub struct Runner {
    queue: Arc<Queue>,
    workers: Vec<thread::JoinHandle<()>>,
    /// Has the mails that are due looked at at once.
    nudge: Sender<()>,
    /// Has the jobs that are due looked at at once.
    rouse: Sender<()>,
    /// Set when the console ends.
    ending: Stop,
    door: Arc<Door>,
}

impl Runner {
    /// Starts the threads; `answered` is called on them: once for a question, but before that
    /// any number of times with [`Reply::Progress`] for a long deed. Questions wait until the
    /// desk is open; when it can't be opened, `refused` hears why and none is answered.
    /// `behind` hears what the console has done by itself.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(
        opening: Opening,
        origin: &Origin,
        answered: impl Fn(Ticket, Answer) + Clone + Send + Sync + 'static,
        refused: impl FnOnce(DeskError) + Send + 'static,
        behind: impl Fn(Behind) + Clone + Send + 'static,
    ) -> std::io::Result<Self> {
        let queue = Arc::new(Queue::default());
        let door = Arc::new(Door::default());
        let mut workers = Vec::with_capacity(1 + WORKERS);
        let opener = Arc::clone(&door);
        workers.push(thread::Builder::new().name("opens".to_owned()).spawn(move || {
            // A fault in it must not leave the others waiting.
            let opened = catch_unwind(AssertUnwindSafe(opening)).unwrap_or_else(|_| Err(fault()));
            match opened {
                Ok(desk) => opener.open(Some(desk)),
                Err(error) => {
                    opener.open(None);
                    refused(error);
                }
            }
        })?);
        let ((nudge, nudges), (rouse, roused)) = (channel(), channel());
        let ending = Stop::default();
        let (entry, stop, told) = (Arc::clone(&door), ending.clone(), behind.clone());
        workers.push(thread::Builder::new().name("mails".to_owned()).spawn(move || {
            if let Some(desk) = entry.wait() {
                let look = |watch: &dyn Watch| behind::deliver(&desk, watch, &told);
                behind::attend(&stop, &nudges, &look, &|| behind::WHILE);
            }
        })?);
        let (entry, stop, from) = (Arc::clone(&door), ending.clone(), origin.clone());
        workers.push(thread::Builder::new().name("jobs".to_owned()).spawn(move || {
            if let Some(desk) = entry.wait() {
                let look = |watch: &dyn Watch| behind::run_due(&desk, &from, watch, &behind);
                behind::attend(&stop, &roused, &look, &|| behind::until_due(&desk));
            }
        })?);
        for n in 0..WORKERS {
            let (door, origin, nudge) = (Arc::clone(&door), origin.clone(), nudge.clone());
            let (queue, answered) = (Arc::clone(&queue), answered.clone());
            let thread = thread::Builder::new().name(format!("asks-{n}"));
            workers.push(thread.spawn(move || {
                if let Some(desk) = door.wait() {
                    work(&desk, &origin, &queue, &nudge, &answered);
                }
            })?);
        }
        Ok(Self { queue, workers, nudge, rouse, ending, door })
    }

    /// Queues a question.
    pub fn ask(
        &self,
        ticket: Ticket,
        from: Option<(LayerId, Slot)>,
        who: Option<Session>,
        ask: Ask,
    ) {
        self.queue.push(Job { ticket, from, who, ask, stop: Stop::default() });
    }

    /// Nobody waits for that answer any more: it is taken out of the queue, or, when it only
    /// reads, told to end.
    pub fn forget(&self, ticket: Ticket) {
        self.queue.forget(ticket);
    }

    /// Asks a long deed to end before its next chunk.
    pub fn stop(&self, ticket: Ticket) {
        self.queue.stop(ticket);
    }

    /// Ends it as dropping it does; `late` is called when that lasts.
    pub fn end(self, late: impl FnOnce() + Send + 'static) {
        let (over, waits) = channel::<()>();
        let tells = move || {
            if waits.recv_timeout(SOON) == Err(RecvTimeoutError::Timeout) {
                late();
            }
        };
        // Without a thread nobody is told, and it ends all the same.
        let _ = thread::Builder::new().name("tells".to_owned()).spawn(tells);
        drop(self);
        drop(over);
    }
}

impl Drop for Runner {
    /// Waits for what is being saved, for a long deed until its next chunk; what only reads is
    /// dropped. What is done behind ends at the next mail, and a mail whose text is not on its
    /// way yet is put back.
    fn drop(&mut self) {
        self.queue.close();
        self.ending.set();
        if let Some(desk) = self.door.desk() {
            desk.hang_up();
        }
        // They end on it; of one that has ended already nobody hears it.
        let _ = self.nudge.send(());
        let _ = self.rouse.send(());
        for worker in self.workers.drain(..) {
            // Faults were caught and reported where they happened.
            let _ = worker.join();
        }
    }
}

fn work(
    desk: &Desk,
    origin: &Origin,
    queue: &Queue,
    nudge: &Sender<()>,
    answered: &(impl Fn(Ticket, Answer) + Sync),
) {
    while let Some(Job { ticket, who, ask, stop, .. }) = queue.next() {
        // What is begun to be changed is never left half done by a list that ends early.
        let changes = ask.changes();
        let reading = (!changes).then(|| desk.stopping_at(&stop));
        let desk = reading.as_ref().unwrap_or(desk);
        let watch = Reporter { ticket, stop, answered };
        let call = || perform::perform(desk, origin, who.as_ref(), ask, &watch);
        // A fault in one question must not take the console down with it.
        let answer = catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|_| Err(fault()));
        queue.done(ticket);
        // It may have queued a mail; who looks after those is gone only when the console is.
        if changes && answer.is_ok() {
            let _ = nudge.send(());
        }
        answered(ticket, answer);
    }
}

/// Tells how far a long deed is, and passes on that it is to stop.
struct Reporter<'a, F> {
    ticket: Ticket,
    stop: Stop,
    answered: &'a F,
}

impl<F: Fn(Ticket, Answer) + Sync> Watch for Reporter<'_, F> {
    fn progress(&self, done: u64, of: Option<u64>) {
        (self.answered)(self.ticket, Ok(Reply::Progress { done, of }));
    }

    fn stopped(&self) -> bool {
        self.stop.is_set()
    }
}

fn fault() -> DeskError {
    tracing::error!("a question to the services ended in a fault");
    DeskError::Machine(
        "Something broke while doing this; the log file has the details. Look whether it was done, then try again."
            .to_owned(),
    )
}
