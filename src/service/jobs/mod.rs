//! Jobs: what runs by itself, when, and what came of it.
//!
//! Owns jobs and their history as they are read; `keep` makes and changes them, `run` runs them,
//! `steps` says what each step does. What the trail
//! tells of runs names the run and not its job, whose own history is that of its edits.

mod keep;
mod run;
mod steps;

use std::collections::HashMap;

use serde::Serialize;

use crate::domain::id::{JobId, RunId};
use crate::domain::job::{Job, JobRun, RunState, Schedule, Step, StepRun, Trigger};
use crate::domain::role::{Permission, name_key};
use crate::domain::schedule::When;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::domain::zone::Zone;
use crate::store::query::{List, Query};
use crate::store::{Entity, Key, Kind, RepositoryExt, Stamp, UniqueKey, Versioned};

use super::page::{NoStatus, entities};
use super::trail::HistoryLine;
use super::{Desk, DeskError, ListArgs, Page, Session, Sort};

pub use keep::{JobCheck, JobForm};
pub(super) use run::Turns;

/// Moments at which a job is due that are told ahead.
pub const AHEAD: usize = 5;
/// A run of a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunRow {
    /// Its number.
    pub id: RunId,
    /// The job.
    pub job: JobId,
    /// The job's name.
    pub job_name: Text,
    /// What began it.
    pub trigger: Trigger,
    /// Who began it.
    pub by: Text,
    /// How it stands.
    pub state: RunState,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Its steps; of one that goes on, none yet.
    pub steps: Vec<StepRun>,
    /// How many runs this line stands for, see [`JobRun::times`].
    pub times: u64,
}

impl RunRow {
    fn of(run: JobRun, job_name: Text) -> Self {
        let JobRun { job, id, started_at, ended_at, trigger, by, state, steps, times } = run;
        Self { id, job, job_name, trigger, by, state, started_at, ended_at, steps, times }
    }

    /// Whether it has ended and found nothing to do.
    pub fn is_idle(&self) -> bool {
        self.state == RunState::Done && self.steps.iter().all(StepRun::is_idle)
    }

    /// What went through, failed and waits, over all steps.
    pub fn counts(&self) -> (u64, u64, u64) {
        self.steps.iter().fold((0, 0, 0), |(ok, failed, waiting), it| {
            (ok + it.ok, failed + it.failed, waiting + it.waiting)
        })
    }
}

/// A job in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JobRow {
    /// Its identity.
    pub id: JobId,
    /// Its name.
    pub name: Text,
    /// When it is due.
    pub schedule: Schedule,
    /// The same in words.
    pub words: String,
    /// What it does, in this order.
    pub steps: Vec<Step>,
    /// Whether it runs by itself.
    pub enabled: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it is due next; none when it is not.
    pub next_run_at: Option<Timestamp>,
    /// The run that goes on.
    pub running: Option<RunId>,
    /// Its last run; the one that goes on, when there is one.
    pub last: Option<RunRow>,
    /// What it was read at.
    #[serde(skip)]
    pub stamp: Stamp,
}

/// A job with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JobView {
    /// The job.
    #[serde(flatten)]
    pub row: JobRow,
    /// The next moments at which it is due, at most [`AHEAD`].
    pub next: Vec<Timestamp>,
    /// How often it has changed, its runs included.
    pub version: u64,
    /// What happened to it but for its runs, newest first.
    pub history: Vec<HistoryLine>,
    /// Why who asked may not change it; none when they may.
    pub why_not_edit: Option<String>,
    /// Why it can't be run now by who asked; none when it can.
    pub why_not_run: Option<String>,
    /// Its schedule as it is typed.
    #[serde(skip)]
    pub when: When,
}

impl JobView {
    /// The form as it is opened on this job.
    pub fn form(&self) -> JobForm {
        JobForm {
            name: self.row.name.raw().to_owned(),
            steps: self.row.steps.clone(),
            when: self.when.clone(),
            enabled: self.row.enabled,
        }
    }
}

impl Desk {
    /// One page of the jobs, by name or number.
    ///
    /// # Errors
    /// When the role may not read, or the store can't be read.
    pub fn jobs(
        &self,
        who: &Session,
        args: &ListArgs<NoStatus>,
    ) -> Result<Page<JobRow>, DeskError> {
        self.authorize(who, Permission::Read)?;
        let mut found = self.repo.query(&self.asked_plainly(List::Jobs, args)?)?;
        let jobs = entities::<Job>(std::mem::take(&mut found.rows));
        let rows = self.job_rows(jobs)?;
        Ok(Page::of(&found, args.per_page, rows))
    }

    /// One job with all that is known of it.
    ///
    /// # Errors
    /// When there is none of that number, or the role may not read.
    pub fn job(&self, who: &Session, id: JobId) -> Result<JobView, DeskError> {
        self.authorize(who, Permission::Read)?;
        self.job_view(who, id)
    }

    /// The job of that name, in any case, or of that number.
    ///
    /// # Errors
    /// When there is none, or the role may not read.
    pub fn job_by_name(&self, who: &Session, name: &str) -> Result<JobRow, DeskError> {
        self.authorize(who, Permission::Read)?;
        let named = self.repo.owner(&UniqueKey::JobName(name_key(name.trim())))?.map(JobId);
        let id = named.or_else(|| name.parse().ok());
        let id = id.ok_or_else(|| DeskError::not_found("job", name.trim()))?;
        let job = self.job_record(id)?;
        self.job_rows(vec![job])?.pop().ok_or_else(|| DeskError::not_found("job", id))
    }

    /// One page of a job's runs, newest first.
    ///
    /// # Errors
    /// When there is no such job, or the role may not read.
    pub fn job_runs(
        &self,
        who: &Session,
        id: JobId,
        page: u64,
        per_page: u64,
    ) -> Result<Page<RunRow>, DeskError> {
        self.authorize(who, Permission::Read)?;
        let name = self.job_record(id)?.value.name;
        let mut found = self.repo.query(&self.runs_of(id, true, page, per_page))?;
        let runs = entities::<JobRun>(std::mem::take(&mut found.rows));
        let rows = runs.into_iter().map(|it| RunRow::of(it.value, name.clone())).collect();
        Ok(Page::of(&found, per_page, rows))
    }

    /// In how many milliseconds a job is due next that is enabled, 0 for now. None when none is
    /// due.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn due_in(&self) -> Result<Option<u64>, DeskError> {
        let (now, zone) = (self.clock.now(), self.clock.zone());
        let jobs = self.all_of::<Job>(List::Jobs, Sort::Number)?.into_iter().map(|it| it.value);
        let due = jobs.filter(|it| it.enabled && it.running.is_none());
        let next = due.filter_map(|it| run::due_at(&it, now, zone).or(it.next_run_at)).min();
        Ok(next.map(|at| u64::try_from(at.millis_since(now)).unwrap_or(0)))
    }

    pub(super) fn job_record(&self, id: JobId) -> Result<Versioned<Job>, DeskError> {
        self.repo.fetch::<Job>(id.0)?.ok_or_else(|| DeskError::not_found("job", id))
    }

    fn job_view(&self, who: &Session, id: JobId) -> Result<JobView, DeskError> {
        let job = self.job_record(id)?;
        let zone = self.clock.zone();
        let why_not_run = who.why_not(Permission::RunJobs);
        let running = self.runs.has(id).then(|| keep::runs_now(&job.value.name));
        Ok(JobView {
            next: coming(&job.value, zone),
            version: job.stamp.version,
            history: self.history(Key::new(Kind::Job, id.0))?,
            why_not_edit: who.why_not(Permission::Administer),
            why_not_run: why_not_run.or(running),
            when: job.value.schedule.typed(zone),
            row: self.job_rows(vec![job])?.pop().ok_or_else(|| DeskError::not_found("job", id))?,
        })
    }

    /// The jobs as rows, their last runs read together.
    fn job_rows(&self, jobs: Vec<Versioned<Job>>) -> Result<Vec<JobRow>, DeskError> {
        let last = |it: &Job| it.running.or(it.last_run).map(|run| run_key(it.id, run));
        let keys: Vec<Key> = jobs.iter().filter_map(|it| last(&it.value)).collect();
        let runs = self.repo.get_many(&keys)?.into_iter().flatten();
        let mut runs: HashMap<JobId, JobRun> = runs
            .filter_map(|it| JobRun::from_record(it.record))
            .map(|run| (run.job, run))
            .collect();
        let zone = self.clock.zone();
        Ok(jobs
            .into_iter()
            .map(|Versioned { value, stamp }| {
                let last = runs.remove(&value.id).map(|run| RunRow::of(run, value.name.clone()));
                JobRow {
                    words: value.schedule.in_words(zone),
                    id: value.id,
                    name: value.name,
                    schedule: value.schedule,
                    steps: value.steps,
                    enabled: value.enabled,
                    created_at: value.created_at,
                    next_run_at: value.next_run_at,
                    running: value.running,
                    last,
                    stamp,
                }
            })
            .collect())
    }

    /// Asks for a page of a job's runs in the order of their numbers.
    fn runs_of(&self, job: JobId, newest_first: bool, page: u64, per_page: u64) -> Query {
        Query {
            list: List::Runs(job),
            filter: Default::default(),
            sort: Sort::Number,
            reverse: newest_first,
            page,
            per_page,
            partly: false,
            stop: self.stop.clone(),
        }
    }
}

/// When a job is due, from its next moment on.
fn coming(job: &Job, zone: Zone) -> Vec<Timestamp> {
    let Some(next) = job.next_run_at else { return Vec::new() };
    let later = job.schedule.following(next, zone, AHEAD - 1);
    std::iter::once(next).chain(later).collect()
}

fn run_key(job: JobId, run: RunId) -> Key {
    Key { kind: Kind::JobRun, id: job.0, sub: run.0 }
}
