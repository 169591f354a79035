//! Delivery: mails that wait are taken up, handed to the server, and what came of it is kept.
//!
//! Owns the way of a mail from Queued to Sent or wherever else it ends, one commit a step, so
//! that whatever happens between two of them a mail is neither lost nor sent twice: before its
//! text goes out the store knows that it may ([`Mail::handed_over_at`]), and what was found so
//! after an end in between is [`MailState::Unknown`] and left to people. Secrets are made here,
//! in memory, and are gone with the letter. What a letter says and how a server is spoken to
//! is the affair of the [`Post`](super::post::Post).

mod hand_over;
mod limits;
mod mint;
mod recover;
mod send;
mod settle;
mod take;
mod turns;

use std::sync::{Mutex, PoisonError};

use serde::Serialize;

use crate::domain::audit::Actor;
use crate::domain::id::{JobId, MailId, RunId};
use crate::domain::job::{Job, LOG_KEPT};
use crate::domain::mail::{Mail, MailState, Purpose};
use crate::domain::text::{Text, thousands};
use crate::domain::time::{HOUR, MINUTE, Timestamp};
use crate::store::query::{Clause, Filter, List, Query, Status, Stop, Test};
use crate::store::{CommitError, RepositoryExt};

use super::{Desk, DeskError, Sort, Watch};

use limits::Limits;
use send::Line;
use turns::Turns;

/// Mails that are taken up in one commit.
const BATCH: usize = 50;
/// How long the console leaves a server alone that it could not reach, in milliseconds.
const LEFT_ALONE: i64 = MINUTE;
/// Who sends where nobody is signed in.
const SENDER: &str = "mail delivery";

/// Which mails are to go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deliver {
    /// Those that a command or form has just queued.
    Now(Vec<MailId>),
    /// Invitations and new sign-ins that are due: what the console does by itself.
    DueInvitations,
    /// Everything that is due, notifications of Create User included: a job's Notification step.
    All {
        /// The run that does it.
        run: Option<(JobId, RunId)>,
    },
}

impl Deliver {
    /// Whether mails of that purpose leave the queue now.
    fn takes(&self, purpose: Purpose) -> bool {
        matches!(self, Self::All { .. }) || !purpose.waits_for_job()
    }

    fn run(&self) -> Option<(JobId, RunId)> {
        match self {
            Self::All { run } => *run,
            Self::Now(_) | Self::DueInvitations => None,
        }
    }
}

/// What came of a delivery.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Delivered {
    /// Mails that the server took.
    pub sent: u64,
    /// Mails that did not go out and are not tried again by themselves.
    pub failed: u64,
    /// Mails that wait for another try: put off by the server, or beyond a limit.
    pub waiting: u64,
    /// Mails of which nobody knows whether they went out.
    pub unknown: u64,
    /// Mails that are held now.
    pub held: u64,
    /// What there is to say of single mails; at most [`LOG_KEPT`] lines, the last one counts
    /// the rest.
    pub log: Vec<Text>,
    /// Why it ended before it was through, in a sentence; what is done stays done, and the rest
    /// waits as it did.
    pub broke: Option<Text>,
    /// Whether it was stopped before it was through.
    pub stopped: bool,
    /// Lines that the log has no room for.
    #[serde(skip)]
    unsaid: u64,
}

impl Delivered {
    /// Whether there is nothing to tell of it.
    pub fn is_idle(&self) -> bool {
        self.sent + self.failed + self.waiting + self.unknown + self.held == 0
            && self.log.is_empty()
            && self.broke.is_none()
    }

    fn say(&mut self, line: impl Into<Text>) {
        if self.log.len() < LOG_KEPT - 1 {
            self.log.push(line.into());
            return;
        }
        self.unsaid += 1;
        self.log.truncate(LOG_KEPT - 1);
        let plural = if self.unsaid == 1 { "" } else { "s" };
        self.log.push(Text::new(format!("{} more line{plural}", thousands(self.unsaid))));
    }

    fn say_of(&mut self, mail: &Mail, what: impl std::fmt::Display) {
        self.say(format!("{} to {}: {what}", mail.id, mail.address.raw()));
    }
}

/// What deliveries of one process share.
#[derive(Debug, Default)]
pub(super) struct Outgoing {
    turns: Turns,
    /// The mails of the last hour, once they were looked up.
    limits: Mutex<Option<Limits>>,
    /// Before when the console does not try a server again that it could not reach.
    left_alone_until: Mutex<Option<Timestamp>>,
}

impl Desk {
    /// Sends mails that are due, in batches of up to 50, over one connection as long as that
    /// lasts. Several at once take turns, a batch each.
    ///
    /// What goes wrong with one mail is kept with it and told in the log; only what ends the
    /// whole of it is [`Delivered::broke`]: a server that is not reached, or a store that fails.
    pub fn deliver(&self, which: &Deliver, watch: &dyn Watch) -> Delivered {
        let mut out = Delivered::default();
        if let Err(error) = self.deliver_into(which, watch, &mut out) {
            out.broke = Some(Text::new(error.to_string()));
        }
        out
    }

    fn deliver_into(
        &self,
        which: &Deliver,
        watch: &dyn Watch,
        out: &mut Delivered,
    ) -> Result<(), DeskError> {
        self.recover_stranded()?;
        if self.is_left_alone(which) {
            return Ok(());
        }
        let ids = match which {
            Deliver::Now(ids) => ids.iter().map(|id| id.0).collect(),
            Deliver::DueInvitations | Deliver::All { .. } => self.waiting_mails()?,
        };
        let of = ids.len() as u64;
        let mut line = Line::new(self, which, ids.len(), self.sender(which)?);
        let mut behind = 0;
        for batch in ids.chunks(BATCH) {
            if watch.stopped() {
                out.stopped = true;
                return Ok(());
            }
            let _turn = self.outgoing.turns.take();
            line.send_batch(batch, out, &mut |done| {
                watch.progress(behind + done, Some(of));
                watch.stopped()
            })?;
            behind += batch.len() as u64;
            watch.progress(behind, Some(of));
            if out.stopped || out.broke.is_some() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Whether the console leaves the server alone just now.
    fn is_left_alone(&self, which: &Deliver) -> bool {
        let until = self.outgoing.left_alone_until.lock().unwrap_or_else(PoisonError::into_inner);
        // Longer than that only when the clock has been put back since.
        let left = until.map(|until| until.millis_since(self.clock.now()));
        *which == Deliver::DueInvitations
            && left.is_some_and(|left| (1..=LEFT_ALONE).contains(&left))
    }

    fn leave_alone(&self, until: Option<Timestamp>) {
        *self.outgoing.left_alone_until.lock().unwrap_or_else(PoisonError::into_inner) = until;
    }

    /// Whether a mail is to go out now that waits for its turn or another try.
    pub(super) fn delivery_is_due(&self) -> Result<bool, DeskError> {
        let (now, ids) = (self.clock.now(), self.waiting_mails()?);
        for ids in ids.chunks(BATCH) {
            let mails = self.repo.fetch_many::<Mail>(ids)?;
            if mails.iter().flatten().any(|it| take::is_due(&it.value, now)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// How many mails wait whose time has not come yet, and when the first one's does.
    pub(super) fn waiting_for_later(&self) -> Result<Option<(u64, Timestamp)>, DeskError> {
        let (now, ids) = (self.clock.now(), self.waiting_mails()?);
        let mut found: Option<(u64, Timestamp)> = None;
        for ids in ids.chunks(1_000) {
            let mails = self.repo.fetch_many::<Mail>(ids)?.into_iter().flatten();
            for at in mails.filter_map(|it| it.value.next_try_at).filter(|at| *at > now) {
                let (mails, first) = found.unwrap_or((0, at));
                found = Some((mails + 1, first.min(at)));
            }
        }
        Ok(found)
    }

    /// The numbers of the mails that wait for their turn or another try, due or not, the oldest
    /// first.
    fn waiting_mails(&self) -> Result<Vec<u64>, DeskError> {
        let mut ids = self.mails_in(MailState::Queued)?;
        ids.extend(self.mails_in(MailState::Retrying)?);
        ids.sort_unstable();
        Ok(ids)
    }

    /// The numbers of the mails in that state.
    fn mails_in(&self, state: MailState) -> Result<Vec<u64>, DeskError> {
        let filter = Filter { status: Some(Status::Mail(state)), ..Filter::default() };
        Ok(self.repo.numbers(&self.mails_where(filter))?)
    }

    fn mails_where(&self, filter: Filter) -> Query {
        Query {
            list: List::Mails,
            filter,
            sort: Sort::Number,
            reverse: false,
            page: 1,
            per_page: u64::MAX,
            partly: false,
            stop: Stop::default(),
        }
    }

    /// Does something with the mails of the last hour.
    fn with_limits<T>(&self, deed: impl FnOnce(&mut Limits) -> T) -> Result<T, DeskError> {
        let mut limits = self.outgoing.limits.lock().unwrap_or_else(PoisonError::into_inner);
        let limits = match &mut *limits {
            Some(limits) => limits,
            unknown => unknown.insert(self.last_hour()?),
        };
        Ok(deed(limits))
    }

    fn last_hour(&self) -> Result<Limits, DeskError> {
        let now = self.clock.now();
        let test = Test::LastLogin(Some(now.plus_millis(-HOUR)), None);
        let filter = Filter { clauses: vec![Clause { not: false, test }], ..Filter::default() };
        let ids = self.repo.numbers(&self.mails_where(filter))?;
        let mut mails = Vec::new();
        for ids in ids.chunks(1_000) {
            mails.extend(self.repo.fetch_many::<Mail>(ids)?.into_iter().flatten());
        }
        Ok(Limits::of(mails.iter().map(|it| &it.value), now))
    }

    /// Who sends, for the trail: the job that does, or the program itself.
    fn sender(&self, which: &Deliver) -> Result<Actor, DeskError> {
        let job = match which.run() {
            Some((job, _)) => self.repo.fetch::<Job>(job.0)?,
            None => None,
        };
        Ok(match job {
            Some(job) => program(format!("job {}", job.value.name.raw())),
            None => program(SENDER),
        })
    }
}

/// The program itself, as the trail names it.
fn program(name: impl Into<Text>) -> Actor {
    Actor {
        user: None,
        name: name.into(),
        role: None,
        os_user: Text::default(),
        origin: Text::default(),
    }
}

/// Whether a commit is to be decided anew.
///
/// # Errors
/// When it failed for another reason than that somebody was faster.
fn again<T>(done: Result<T, CommitError>) -> Result<Option<T>, DeskError> {
    match done {
        Ok(done) => Ok(Some(done)),
        Err(CommitError::Conflict(_) | CommitError::Taken { .. }) => Ok(None),
        Err(CommitError::Store(error)) => Err(error.into()),
    }
}

/// The refusal when a mail, or its user, moved under every round of a step.
fn busy(id: MailId) -> DeskError {
    DeskError::refused(
        crate::domain::problem::Code::WrongState,
        format!("{id} is being changed over and over just now; it is looked at again later."),
    )
}
