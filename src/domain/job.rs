//! Jobs: what runs by itself, when, and what came of it.

use serde::{Deserialize, Serialize};

use super::id::{JobId, RunId};
use super::text::Text;
use super::time::Timestamp;

/// One step of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Sends what waits in the outbox, the notifications of Create User included.
    Notification,
    /// Gives portal users their accounts at sites that came into the portal after them.
    SiteSync,
    /// Marks invitations that are too old to be accepted, and wipes what they carried.
    ExpireInvitations,
}

impl Step {
    /// Every step.
    pub const ALL: [Self; 3] = [Self::Notification, Self::SiteSync, Self::ExpireInvitations];

    /// The words on the screen: the Job Task.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Notification => "Notification",
            Self::SiteSync => "Site sync",
            Self::ExpireInvitations => "Expire invitations",
        }
    }

    /// The word that commands take.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Notification => "notification",
            Self::SiteSync => "site-sync",
            Self::ExpireInvitations => "expire-invitations",
        }
    }
}

/// When a job is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Schedule {
    /// Once, at that moment.
    Once(Timestamp),
    /// So many minutes after it was last due, counted from the moment in `from`; 1 to 525,600
    /// (a year).
    Every {
        /// Minutes from one run to the next.
        minutes: u32,
        /// Where counting begins.
        from: Timestamp,
    },
    /// By a cron expression of five fields, in the time of the place where the program runs.
    Cron(Text),
}

/// Something that runs by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Its identity.
    pub id: JobId,
    /// Its name; no other job has it.
    pub name: Text,
    /// When it is due.
    pub schedule: Schedule,
    /// What it does, in this order; at least one step, none twice.
    pub steps: Vec<Step>,
    /// Whether it runs by itself; run by hand it can be in any case.
    pub enabled: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it is due next; none when it is not, because it was once or is disabled. A moment
    /// that has passed means that it was missed, and is made up once.
    pub next_run_at: Option<Timestamp>,
    /// The run that has begun and not ended; runs never overlap.
    pub running: Option<RunId>,
    /// Its last run.
    pub last_run: Option<RunId>,
}

/// What began a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// Its schedule.
    Schedule,
    /// Its schedule, later than it should have: nothing was running then.
    MadeUp,
    /// Somebody.
    ByHand,
}

impl Trigger {
    /// The words on the screen.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Schedule => "by schedule",
            Self::MadeUp => "made up",
            Self::ByHand => "by hand",
        }
    }
}

/// How a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// It goes on.
    Running,
    /// All steps went through, and nothing in them failed.
    Done,
    /// A step, or something in one, failed.
    Failed,
    /// Somebody stopped it.
    Stopped,
    /// The program ended while it ran.
    Interrupted,
}

impl RunState {
    /// The word on the screen.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Running => "Running",
            Self::Done => "Done",
            Self::Failed => "Failed",
            Self::Stopped => "Stopped",
            Self::Interrupted => "Interrupted",
        }
    }
}

/// Runs of a job that are kept; the oldest go.
pub const RUNS_KEPT: usize = 100;
/// Lines of a step's log that are kept.
pub const LOG_KEPT: usize = 200;

/// One run of a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobRun {
    /// The job.
    pub job: JobId,
    /// Its number; no run of another job has it either.
    pub id: RunId,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// What began it.
    pub trigger: Trigger,
    /// Who began it: a User ID, or the program.
    pub by: Text,
    /// How it stands.
    pub state: RunState,
    /// Its steps so far.
    pub steps: Vec<StepRun>,
    /// How many runs this line stands for: runs by schedule that found nothing to do are kept
    /// as one line, the last of them.
    pub times: u64,
}

impl JobRun {
    /// Whether it has ended and no step of it did, failed or put off anything.
    pub fn is_idle(&self) -> bool {
        self.state == RunState::Done && self.steps.iter().all(StepRun::is_idle)
    }
}

/// One step of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepRun {
    /// The step.
    pub step: Step,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// What went through: mails sent, users synced, invitations expired.
    pub ok: u64,
    /// What failed.
    pub failed: u64,
    /// What waits for a later run: put off by the server, or beyond a limit.
    pub waiting: u64,
    /// What there is to say of it; at most [`LOG_KEPT`] lines, the last one counts the rest.
    pub log: Vec<Text>,
}

impl StepRun {
    /// Whether nothing was done in it, nothing failed, and there is nothing to say.
    pub fn is_idle(&self) -> bool {
        self.ok + self.failed + self.waiting == 0 && self.log.is_empty()
    }
}
