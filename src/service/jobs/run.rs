//! Running jobs: when they are due, and by hand.
//!
//! A run that has anything to do is on the disk before its first step and after its last, so
//! that one in whose middle the program ended is known. The job's next moment is moved on in
//! the same commit; a moment that has passed by then, however long ago and however many with
//! it, is one run. One that falls into a run of the same job is left out. A moment that was
//! reckoned while the clock was ahead is not waited for: the job is due at once.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::domain::audit::{Action, Actor};
use crate::domain::id::{JobId, RunId};
use crate::domain::job::{Job, JobRun, RUNS_KEPT, RunState, Schedule, StepRun, Trigger};
use crate::domain::problem::Code;
use crate::domain::role::Permission;
use crate::domain::text::Text;
use crate::domain::time::{MINUTE, Timestamp};
use crate::domain::zone::Zone;
use crate::store::query::List;
use crate::store::{AuditDraft, Changes, CommitError, Entity, RepositoryExt, Versioned};

use super::super::accounts::ROUNDS;
use super::super::doer::Doer;
use super::super::page::entities;
use super::super::session::stranger;
use super::super::trail::created;
use super::super::{Desk, DeskError, Origin, Session, Sort, Watch};
use super::keep::{busy, runs_now};
use super::steps::Worked;
use super::{RunRow, run_key};

/// How late a run is called made up, in milliseconds: a console is there when a job is due,
/// and a timer comes by every five minutes at the latest.
const LATE: i64 = 5 * MINUTE;
/// Who runs what is due.
const PROGRAM: &str = "Portal Desk";

/// The jobs that run in this process, and so at all: no other has the store open.
#[derive(Debug, Default)]
pub(in crate::service) struct Turns(Mutex<BTreeSet<JobId>>);

impl Turns {
    fn jobs(&self) -> MutexGuard<'_, BTreeSet<JobId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether that job runs.
    pub(super) fn has(&self, job: JobId) -> bool {
        self.jobs().contains(&job)
    }

    /// The turn of a job; none while it runs.
    fn take(&self, job: JobId) -> Option<Turn<'_>> {
        let is_free = self.jobs().insert(job);
        // Not `then_some`: a turn that is not given would end the one that is.
        is_free.then(|| Turn { turns: self, job })
    }
}

/// That a job runs; over when it is dropped, however the run ends.
struct Turn<'a> {
    turns: &'a Turns,
    job: JobId,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.turns.jobs().remove(&self.job);
    }
}

/// A run that has begun.
struct Begun {
    job: Job,
    run: JobRun,
    actor: Actor,
}

impl Desk {
    /// Runs a job now, whether it is due or not and enabled or not.
    ///
    /// # Errors
    /// When there is no such job, it runs already, the role may not, or the store fails. That a
    /// step failed is no error: the run says so.
    pub fn run_job(
        &self,
        who: &Session,
        id: JobId,
        watch: &dyn Watch,
    ) -> Result<RunRow, DeskError> {
        self.authorize(who, Permission::RunJobs)?;
        let name = self.job_record(id)?.value.name;
        let Some(_turn) = self.runs.take(id) else {
            return Err(DeskError::refused(Code::WrongState, runs_now(&name)));
        };
        let doer = Doer::Person(who);
        for _ in 0..ROUNDS {
            let actor = self.still_may(&doer, Permission::RunJobs)?;
            let job = self.job_record(id)?;
            if let Some(begun) = self.begin(job, actor, Trigger::ByHand, who.user_id())? {
                return self.go_on(begun, &doer, watch);
            }
        }
        Err(busy(id))
    }

    /// Runs every job that is due, one after the other, the longest due first; what came of
    /// them. One that runs already is left alone.
    ///
    /// Nobody has to be signed in: it only does what administrators have scheduled.
    ///
    /// # Errors
    /// When the store fails; the runs before are done.
    pub fn run_due(&self, origin: &Origin, watch: &dyn Watch) -> Result<Vec<RunRow>, DeskError> {
        let (now, zone) = (self.clock.now(), self.clock.zone());
        let mut due: Vec<(Timestamp, Job)> = self
            .all_of::<Job>(List::Jobs, Sort::Number)?
            .into_iter()
            .filter_map(|it| Some((due_at(&it.value, now, zone)?, it.value)))
            .collect();
        due.sort_by_key(|(at, _)| *at);
        let mut runs = Vec::new();
        for (_, job) in due {
            if watch.stopped() {
                break;
            }
            let doer = Doer::job(&job.name, origin);
            runs.extend(self.run_if_due(job.id, &doer, watch)?);
        }
        Ok(runs)
    }

    /// Marks the runs that had begun when the program last ended as interrupted; to be called
    /// once, when a store has been opened. How many there were.
    ///
    /// # Errors
    /// When the store fails.
    pub fn recover_runs(&self, origin: &Origin) -> Result<u64, DeskError> {
        let actor = stranger("start", origin);
        let mut found = 0;
        for job in self.all_of::<Job>(List::Jobs, Sort::Number)? {
            let Some(run) = self.interrupted(&job.value)? else { continue };
            let id = job.value.id;
            let entry = AuditDraft::new(self.clock.now(), &actor, Action::JobRun)
                .on(run_key(id, run.value.id), job.value.name.clone())
                .noting("the program had ended while it ran");
            let changes = Changes::new(entry)
                .update(Job { running: None, last_run: Some(run.value.id), ..job.value }, job.stamp)
                .update(run.value, run.stamp);
            match self.repo.commit(changes) {
                Ok(_) => found += 1,
                // Somebody was faster, and it is put right then.
                Err(CommitError::Conflict(_)) => {}
                Err(CommitError::Taken { unique, owner }) => return Err(self.taken(&unique, owner)),
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
        Ok(found)
    }

    fn run_if_due(
        &self,
        id: JobId,
        doer: &Doer<'_>,
        watch: &dyn Watch,
    ) -> Result<Option<RunRow>, DeskError> {
        let Some(_turn) = self.runs.take(id) else { return Ok(None) };
        for _ in 0..ROUNDS {
            // Deleted, disabled or run since it was looked at, it is not due any more.
            let Some(job) = self.repo.fetch::<Job>(id.0)? else { return Ok(None) };
            let (now, zone) = (self.clock.now(), self.clock.zone());
            let Some(due) = due_at(&job.value, now, zone) else { return Ok(None) };
            let is_late = now.millis_since(due) > LATE || is_ahead(&job.value, now, zone);
            let trigger = if is_late { Trigger::MadeUp } else { Trigger::Schedule };
            let actor = self.still_may(doer, Permission::RunJobs)?;
            let mut works = false;
            for step in &job.value.steps {
                works = works || self.has_work(*step)?;
            }
            if works {
                if let Some(begun) = self.begin(job, actor, trigger, &PROGRAM.into())? {
                    return self.go_on(begun, doer, watch).map(Some);
                }
            } else if let Some(run) = self.pass_by(job, &actor, trigger)? {
                return Ok(Some(run));
            }
        }
        Err(busy(id))
    }

    /// Begins a run; none when the job was changed at the same moment.
    fn begin(
        &self,
        job: Versioned<Job>,
        actor: Actor,
        trigger: Trigger,
        by: &Text,
    ) -> Result<Option<Begun>, DeskError> {
        let now = self.clock.now();
        let run = JobRun {
            job: job.value.id,
            id: RunId(self.repo.reserve(crate::store::Kind::JobRun, 1)?),
            started_at: now,
            ended_at: None,
            trigger,
            by: by.clone(),
            state: RunState::Running,
            steps: Vec::new(),
            times: 1,
        };
        let entry = AuditDraft::new(now, &actor, Action::JobStart)
            .on(run_key(run.job, run.id), job.value.name.clone())
            .noting(trigger.words());
        let mut changes = Changes::new(entry).create(run.clone());
        if let Some(old) = self.interrupted(&job.value)? {
            changes = changes.update(old.value, old.stamp);
        }
        changes = self.forgetting(changes, &job.value)?;
        // The one moment of a job is spent when its run has ended, and not before: one in whose
        // middle the program ends is made up.
        let next_run_at = match job.value.schedule {
            Schedule::Once(_) => job.value.next_run_at,
            _ => self.moved_on(&job.value, now),
        };
        let after = Job { running: Some(run.id), next_run_at, ..job.value };
        let changes = changes.update(after.clone(), job.stamp);
        Ok(self.kept(changes)?.then_some(Begun { job: after, run, actor }))
    }

    /// Takes the steps of a run and ends it. A step that fails keeps none from being taken.
    fn go_on(&self, begun: Begun, doer: &Doer<'_>, watch: &dyn Watch) -> Result<RunRow, DeskError> {
        let Begun { job, mut run, actor } = begun;
        let mut stopped = false;
        for step in &job.steps {
            if stopped || watch.stopped() {
                stopped = true;
                break;
            }
            let started = self.clock.now();
            let worked = self.work(*step, doer, (run.job, run.id), watch);
            let worked = worked.unwrap_or_else(|error| {
                tracing::warn!(job = %job.name, step = step.word(), %error, "a step failed");
                Worked::failed(&error)
            });
            stopped = worked.stopped;
            run.steps.push(worked.kept(*step, started, self.clock.now()));
        }
        run.ended_at = Some(self.clock.now());
        run.state = match run.steps.iter().any(|it| it.failed > 0) {
            _ if stopped => RunState::Stopped,
            true => RunState::Failed,
            false => RunState::Done,
        };
        self.end(run, &actor)
    }

    /// Writes down what came of a run.
    fn end(&self, run: JobRun, actor: &Actor) -> Result<RunRow, DeskError> {
        for _ in 0..ROUNDS {
            let now = self.clock.now();
            let job = self.job_record(run.job)?;
            let Some(begun) = self.run_record(run.job, run.id)? else {
                return Err(DeskError::not_found("run", run.id));
            };
            let entry = AuditDraft::new(now, actor, Action::JobRun)
                .on(run_key(run.job, run.id), job.value.name.clone())
                .changing(created(run.steps.iter().map(|it| (it.step.word(), Some(counts(it))))))
                .noting(run.state.word().to_lowercase());
            let name = job.value.name.clone();
            // A moment that has passed meanwhile is left out, but for one that comes only once.
            let next_run_at = match job.value.schedule {
                Schedule::Once(_) if run.state == RunState::Stopped => job.value.next_run_at,
                Schedule::Once(_) => job.value.next_run_at.filter(|at| *at > run.started_at),
                _ => self.moved_on(&job.value, now),
            };
            let after = Job { running: None, last_run: Some(run.id), next_run_at, ..job.value };
            let changes =
                Changes::new(entry).update(after, job.stamp).update(run.clone(), begun.stamp);
            if self.kept(changes)? {
                return Ok(RunRow::of(run, name));
            }
        }
        Err(busy(run.job))
    }

    /// A run that found nothing to do, in one commit; several in a row are one line.
    fn pass_by(
        &self,
        job: Versioned<Job>,
        actor: &Actor,
        trigger: Trigger,
    ) -> Result<Option<RunRow>, DeskError> {
        let now = self.clock.now();
        let last = match job.value.last_run {
            Some(last) => self.run_record(job.value.id, last)?,
            None => None,
        };
        let last = last.filter(|it| it.value.is_idle() && it.value.trigger != Trigger::ByHand);
        let (id, times) = match &last {
            Some(it) => (it.value.id, it.value.times.saturating_add(1)),
            None => (RunId(self.repo.reserve(crate::store::Kind::JobRun, 1)?), 1),
        };
        let nothing = |step: &_| Worked::default().kept(*step, now, now);
        let run = JobRun {
            job: job.value.id,
            id,
            started_at: now,
            ended_at: Some(now),
            trigger,
            by: PROGRAM.into(),
            state: RunState::Done,
            steps: job.value.steps.iter().map(nothing).collect(),
            times,
        };
        let entry = AuditDraft::new(now, actor, Action::JobIdle)
            .on(run_key(run.job, run.id), job.value.name.clone());
        let mut changes = Changes::new(entry).upsert(run.clone(), last.as_ref().map(|it| it.stamp));
        if let Some(old) = self.interrupted(&job.value)? {
            changes = changes.update(old.value, old.stamp);
        }
        if last.is_none() {
            changes = self.forgetting(changes, &job.value)?;
        }
        let name = job.value.name.clone();
        let after = Job {
            running: None,
            last_run: Some(run.id),
            next_run_at: self.moved_on(&job.value, now),
            ..job.value
        };
        let changes = changes.update(after, job.stamp);
        Ok(self.kept(changes)?.then(|| RunRow::of(run, name)))
    }

    /// When a job is due next: a moment that has passed is behind once it runs.
    fn moved_on(&self, job: &Job, now: Timestamp) -> Option<Timestamp> {
        let zone = self.clock.zone();
        match due_at(job, now, zone) {
            Some(_) => job.schedule.next_after(now, zone),
            None => job.next_run_at,
        }
    }

    /// The run of a job that has begun and whose end nobody wrote down; to be asked only by who
    /// has the job's turn, or while nothing runs.
    fn interrupted(&self, job: &Job) -> Result<Option<Versioned<JobRun>>, DeskError> {
        let Some(run) = job.running else { return Ok(None) };
        let run = self.run_record(job.id, run)?.filter(|it| it.value.state == RunState::Running);
        Ok(run.map(|mut it| {
            it.value.state = RunState::Interrupted;
            it.value.ended_at = Some(self.clock.now());
            it
        }))
    }

    /// Drops the oldest runs of a job, so that with one more there are no more than are kept.
    fn forgetting(&self, changes: Changes, job: &Job) -> Result<Changes, DeskError> {
        let found = self.repo.query(&self.runs_of(job.id, false, 1, RUNS_KEPT as u64))?;
        let surplus = (found.total + 1).saturating_sub(RUNS_KEPT as u64);
        let oldest = entities::<JobRun>(found.rows).into_iter();
        let oldest = oldest.filter(|it| Some(it.value.id) != job.running);
        Ok(oldest
            .take(usize::try_from(surplus).unwrap_or(RUNS_KEPT))
            .fold(changes, |all, it| all.delete(run_key(job.id, it.value.id), it.stamp)))
    }

    fn run_record(&self, job: JobId, run: RunId) -> Result<Option<Versioned<JobRun>>, DeskError> {
        let stored = self.repo.get(run_key(job, run))?;
        Ok(stored.and_then(|it| {
            let stamp = it.stamp;
            JobRun::from_record(it.record).map(|value| Versioned { value, stamp })
        }))
    }

    /// Commits; false when something moved at the same moment.
    fn kept(&self, changes: Changes) -> Result<bool, DeskError> {
        match self.repo.commit(changes) {
            Ok(_) => Ok(true),
            Err(CommitError::Conflict(_)) => Ok(false),
            Err(CommitError::Taken { unique, owner }) => Err(self.taken(&unique, owner)),
            Err(CommitError::Store(error)) => Err(error.into()),
        }
    }
}

/// Since when a job is due; none when it is not.
pub(super) fn due_at(job: &Job, now: Timestamp, zone: Zone) -> Option<Timestamp> {
    let at = job.next_run_at.filter(|_| job.enabled)?;
    if is_ahead(job, now, zone) { Some(now) } else { (at <= now).then_some(at) }
}

/// Whether the next moment of a job lies beyond the next two of its schedule: it was reckoned
/// while the clock was ahead. It is two, so that a clock that is put right by a second leaves
/// no moment to come twice.
fn is_ahead(job: &Job, now: Timestamp, zone: Zone) -> bool {
    let second = job.schedule.following(now, zone, 2).pop();
    let is_repeated = !matches!(job.schedule, Schedule::Once(_));
    is_repeated && job.next_run_at.zip(second).is_some_and(|(next, second)| next > second)
}

fn counts(step: &StepRun) -> Text {
    let StepRun { ok, failed, waiting, .. } = step;
    Text::new(format!("{ok} done, {failed} failed, {waiting} waiting"))
}
