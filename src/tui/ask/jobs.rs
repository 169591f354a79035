//! Questions about jobs and their runs.

use crate::domain::id::JobId;
use crate::service::jobs::{JobCheck, JobForm, JobRow, JobView, RunRow};
use crate::service::{ListArgs, NoStatus, Page, Stamp};

/// A question about jobs. `base` is what the asker has seen, as in [`super::RequestAsk`].
#[derive(Debug, Clone)]
pub enum JobAsk {
    /// A page of them.
    List(ListArgs<NoStatus>),
    /// One job.
    Show(JobId),
    /// When a job would be due that is being typed.
    Check(Box<JobForm>),
    /// Make one.
    Add(Box<JobForm>),
    /// Save its fields.
    Save {
        /// Which.
        id: JobId,
        /// What was seen.
        base: Stamp,
        /// The fields.
        form: Box<JobForm>,
    },
    /// Let it run by itself, or not.
    Use {
        /// Which.
        id: JobId,
        /// What was seen.
        base: Stamp,
        /// Whether it runs by itself.
        enabled: bool,
    },
    /// Delete it, with its runs.
    Delete {
        /// Which.
        id: JobId,
        /// What was seen.
        base: Stamp,
    },
    /// Its runs that are kept, the newest first.
    Runs(JobId),
    /// Run it now. It may take long, see [`super::Reply::Progress`].
    Run(JobId),
}

impl JobAsk {
    pub(super) fn changes(&self) -> bool {
        !matches!(self, Self::List(_) | Self::Show(_) | Self::Check(_) | Self::Runs(_))
    }
}

/// An answer to one of them.
#[derive(Debug, Clone)]
pub enum JobReply {
    /// A page of jobs.
    List(Page<JobRow>),
    /// One job.
    Job(Box<JobView>),
    /// When a job would be due; or why never, in a sentence.
    Checked(Result<JobCheck, String>),
    /// A job as it was before it was deleted.
    Deleted(Box<JobView>),
    /// Runs of a job.
    Runs(Vec<RunRow>),
    /// What came of a run.
    Ran(Box<RunRow>),
}
