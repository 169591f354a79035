//! What the console does by itself while it is open: mails that are due go out, and jobs that
//! are due run, whoever is signed in and while nobody is.
//!
//! Owns when that is looked at. Mails and jobs have a thread each, so that an invitation that a
//! form has just queued does not wait for the ten thousand mails of a job. A thread waits to be
//! nudged, or until a while has passed, and it ends at the next mail when the console does.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use crate::service::delivery::{Deliver, Delivered};
use crate::service::jobs::RunRow;
use crate::service::{Desk, Origin, Stop, Watch};

/// The longest that nothing is looked at.
pub(super) const WHILE: Duration = Duration::from_secs(30);

/// The shortest time between two looks that nobody asked for.
const MOMENT: Duration = Duration::from_secs(1);

/// What was done behind, where there is something to know of it.
#[derive(Debug, Clone)]
pub enum Behind {
    /// Mails went out, or could not.
    Delivered(Box<Delivered>),
    /// A job ran.
    Ran(Box<RunRow>),
    /// Jobs could not be run; why, in a sentence.
    Broke(String),
}

/// Passes on that the console ends.
struct Ending<'a>(&'a Stop);

impl Watch for Ending<'_> {
    fn progress(&self, _done: u64, _of: Option<u64>) {}

    fn stopped(&self) -> bool {
        self.0.is_set()
    }
}

/// Looks after what is due until `stop` is set and a nudge comes, or nobody can nudge any more.
/// `wait` says after each look how long the next one may wait.
pub(super) fn attend(
    stop: &Stop,
    nudges: &Receiver<()>,
    look: &dyn Fn(&dyn Watch),
    wait: &dyn Fn() -> Duration,
) {
    loop {
        let call = || look(&Ending(stop));
        // A fault in it must not end what is done behind for good.
        if catch_unwind(AssertUnwindSafe(call)).is_err() {
            tracing::error!("what the console does behind ended in a fault");
        }
        match nudges.recv_timeout(wait().min(WHILE)) {
            Err(RecvTimeoutError::Disconnected) => return,
            _ if stop.is_set() => return,
            Ok(()) => while nudges.try_recv().is_ok() {},
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

/// Until a job is due; no shorter than a moment, as one that can't begin stays due.
pub(super) fn until_due(desk: &Desk) -> Duration {
    match desk.due_in() {
        Ok(Some(left)) => Duration::from_millis(left).max(MOMENT),
        Ok(None) | Err(_) => WHILE,
    }
}

/// Sends the invitations that are due now.
pub(in crate::tui) fn deliver(desk: &Desk, watch: &dyn Watch, told: &dyn Fn(Behind)) {
    let delivered = desk.deliver(&Deliver::DueInvitations, watch);
    if !delivered.is_idle() {
        told(Behind::Delivered(Box::new(delivered)));
    }
}

/// Runs the jobs that are due now.
pub(in crate::tui) fn run_due(
    desk: &Desk,
    origin: &Origin,
    watch: &dyn Watch,
    told: &dyn Fn(Behind),
) {
    match desk.run_due(origin, watch) {
        Ok(runs) => runs.into_iter().for_each(|run| told(Behind::Ran(Box::new(run)))),
        Err(error) => told(Behind::Broke(error.to_string())),
    }
}
