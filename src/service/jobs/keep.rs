//! Making jobs, changing them, switching them on and off, deleting them.
//!
//! A run changes its job as well, so a form is in nobody's way because the job has run since
//! it was opened: only another edit is a conflict.

use crate::domain::audit::Action;
use crate::domain::id::JobId;
use crate::domain::job::{Job, JobRun, Schedule, Step};
use crate::domain::problem::{Code, Problem};
use crate::domain::role::Permission;
use crate::domain::schedule::When;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::domain::validate::{self, Field};
use crate::domain::zone::Zone;
use crate::store::{AuditDraft, Changes, CommitError, Key, Kind, Stamp, Versioned};

use super::super::accounts::ROUNDS;
use super::super::commit::Subject;
use super::super::companies::{keep, yes_no};
use super::super::error::{Conflict, Edit};
use super::super::page::entities;
use super::super::trail::{created, differences};
use super::super::{Desk, DeskError, Session};
use super::{AHEAD, JobView};

/// The name of a job.
const NAME: Field = Field { name: "name", label: "Name", max: 60 };

/// What a job's form holds, as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobForm {
    /// Its name.
    pub name: String,
    /// What it does, in this order.
    pub steps: Vec<Step>,
    /// When it is due.
    pub when: When,
    /// Whether it runs by itself.
    pub enabled: bool,
}

/// What a schedule comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobCheck {
    /// When it is due, in words.
    pub words: String,
    /// The next moments at which it is, at most [`AHEAD`].
    pub next: Vec<Timestamp>,
}

/// What was read of a form.
struct Read {
    name: Text,
    steps: Vec<Step>,
    schedule: Schedule,
}

impl JobForm {
    /// Reads it over the schedule that there is. What is typed as it stands is not read anew:
    /// an interval goes on being counted from where it began, and a moment may be past.
    fn read(&self, old: Option<&Schedule>, now: Timestamp, zone: Zone) -> Result<Read, DeskError> {
        let mut problems = Vec::new();
        let name = keep(&mut problems, validate::short_name(NAME, &self.name));
        let mut steps: Vec<Step> = Vec::new();
        for step in &self.steps {
            if !steps.contains(step) {
                steps.push(*step);
            }
        }
        if steps.is_empty() {
            problems.push(Problem::field(
                Code::Missing,
                "steps",
                "The job does nothing; choose at least one step.",
            ));
        }
        let kept = old.filter(|it| it.typed(zone) == self.when).cloned();
        let schedule = match kept {
            Some(schedule) => Some(schedule),
            None => keep(&mut problems, self.when.read(now, zone))
                .map(|new| old.filter(|it| it.is_same(&new)).cloned().unwrap_or(new)),
        };
        match (name, schedule) {
            (Some(name), Some(schedule)) if problems.is_empty() => {
                Ok(Read { name, steps, schedule })
            }
            _ => Err(DeskError::Problems(problems)),
        }
    }
}

impl Desk {
    /// What the schedule of a form comes to: in words, and when it would be due.
    ///
    /// # Errors
    /// When it is no schedule, about its field, or the role may not.
    pub fn check_job(&self, who: &Session, form: &JobForm) -> Result<JobCheck, DeskError> {
        self.authorize(who, Permission::Administer)?;
        let (now, zone) = (self.clock.now(), self.clock.zone());
        let schedule = form.when.read(now, zone)?;
        Ok(JobCheck { words: schedule.in_words(zone), next: schedule.following(now, zone, AHEAD) })
    }

    /// Makes a job.
    ///
    /// # Errors
    /// When a field is wrong, a job of that name exists, or the role may not.
    pub fn create_job(&self, who: &Session, form: &JobForm) -> Result<JobView, DeskError> {
        let actor = self.authorize(who, Permission::Administer)?;
        let (now, zone) = (self.clock.now(), self.clock.zone());
        let Read { name, steps, schedule } = form.read(None, now, zone)?;
        let job = Job {
            id: JobId(self.repo.reserve(Kind::Job, 1)?),
            next_run_at: schedule.next_after(now, zone).filter(|_| form.enabled),
            name,
            schedule,
            steps,
            enabled: form.enabled,
            created_at: now,
            running: None,
            last_run: None,
        };
        let (id, label) = (job.id, job.name.clone());
        let key = Key::new(Kind::Job, id.0);
        let entry = AuditDraft::new(now, &actor, Action::JobCreate)
            .on(key, label.clone())
            .changing(created(fields(&job, zone)));
        let subject = Subject { key, label, read: None };
        self.commit_as(who, Permission::Administer, Changes::new(entry).create(job), &subject)?;
        self.job_view(who, id)
    }

    /// Saves an edited job; `base` is what the form was opened with. With another schedule it
    /// is due by that one from now on.
    ///
    /// # Errors
    /// When a field is wrong, another job has the name, somebody else edited it meanwhile, or
    /// the role may not.
    pub fn edit_job(
        &self,
        who: &Session,
        id: JobId,
        base: Option<Stamp>,
        form: &JobForm,
    ) -> Result<JobView, DeskError> {
        let (now, zone) = (self.clock.now(), self.clock.zone());
        self.change_job(who, id, base, Action::JobEdit, |old| {
            let Read { name, steps, schedule } = form.read(Some(&old.schedule), now, zone)?;
            let stays = schedule == old.schedule && form.enabled == old.enabled;
            let next = if stays { old.next_run_at } else { schedule.next_after(now, zone) };
            Ok(Job {
                name,
                steps,
                schedule,
                enabled: form.enabled,
                next_run_at: next.filter(|_| form.enabled),
                ..old.clone()
            })
        })
    }

    /// Lets a job run by itself again, from its next moment on; what it missed meanwhile is
    /// not made up.
    ///
    /// # Errors
    /// When it is enabled already, its one moment has passed, somebody else edited it since
    /// `base`, or the role may not.
    pub fn enable_job(
        &self,
        who: &Session,
        id: JobId,
        base: Option<Stamp>,
    ) -> Result<JobView, DeskError> {
        let (now, zone) = (self.clock.now(), self.clock.zone());
        self.change_job(who, id, base, Action::JobEnable, |old| {
            if old.enabled {
                return Err(wrong_state(old, "is enabled already; nothing was changed."));
            }
            let next = old.schedule.next_after(now, zone);
            if next.is_none() {
                return Err(wrong_state(
                    old,
                    "was due once, and that has passed; give it another time first.",
                ));
            }
            Ok(Job { enabled: true, next_run_at: next, ..old.clone() })
        })
    }

    /// Lets a job run by hand only; a run that goes on is not stopped.
    ///
    /// # Errors
    /// When it is disabled already, somebody else edited it since `base`, or the role may not.
    pub fn disable_job(
        &self,
        who: &Session,
        id: JobId,
        base: Option<Stamp>,
    ) -> Result<JobView, DeskError> {
        self.change_job(who, id, base, Action::JobDisable, |old| {
            if !old.enabled {
                return Err(wrong_state(old, "is disabled already; nothing was changed."));
            }
            Ok(Job { enabled: false, next_run_at: None, ..old.clone() })
        })
    }

    /// Deletes a job and what is known of its runs; what it was.
    ///
    /// # Errors
    /// When it runs just now, somebody else edited it since `base`, or the role may not.
    pub fn delete_job(
        &self,
        who: &Session,
        id: JobId,
        base: Option<Stamp>,
    ) -> Result<JobView, DeskError> {
        for _ in 0..ROUNDS {
            let (own, asked) = self.as_asked(who)?;
            let actor = self.authorize(who, Permission::Administer)?;
            let view = self.job_view(who, id)?;
            let Versioned { value: old, stamp } = self.job_record(id)?;
            self.expect_unedited_job(&old, base, stamp)?;
            if self.runs.has(id) {
                return Err(DeskError::refused(Code::WrongState, runs_now(&old.name)));
            }
            let key = Key::new(Kind::Job, id.0);
            let gone = fields(&old, self.clock.zone()).map(|(name, was)| (name, was, None));
            let entry = AuditDraft::new(self.clock.now(), &actor, Action::JobDelete)
                .on(key, old.name.clone())
                .changing(differences(gone));
            let runs = self.repo.query(&self.runs_of(id, false, 1, u64::MAX))?;
            let runs = entities::<JobRun>(runs.rows).into_iter();
            let changes = Changes::new(entry).delete(key, stamp).guard(own, asked);
            let changes = runs.fold(changes, |changes, run| {
                changes.delete(super::run_key(id, run.value.id), run.stamp)
            });
            match self.repo.commit(changes) {
                Ok(_) => return Ok(view),
                Err(CommitError::Conflict(_)) => {}
                Err(CommitError::Taken { unique, owner }) => return Err(self.taken(&unique, owner)),
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
        Err(busy(id))
    }

    /// Does one deed to a job, again when it ran at the same moment; what changes nothing
    /// leaves no trace.
    fn change_job(
        &self,
        who: &Session,
        id: JobId,
        base: Option<Stamp>,
        action: Action,
        deed: impl Fn(&Job) -> Result<Job, DeskError>,
    ) -> Result<JobView, DeskError> {
        let zone = self.clock.zone();
        for _ in 0..ROUNDS {
            let (own, asked) = self.as_asked(who)?;
            let actor = self.authorize(who, Permission::Administer)?;
            let Versioned { value: old, stamp } = self.job_record(id)?;
            self.expect_unedited_job(&old, base, stamp)?;
            let new = deed(&old)?;
            if new == old {
                return self.job_view(who, id);
            }
            let pairs = fields(&old, zone).zip(fields(&new, zone));
            let entry = AuditDraft::new(self.clock.now(), &actor, action)
                .on(Key::new(Kind::Job, id.0), new.name.clone())
                .changing(differences(pairs.map(|((name, was), (_, is))| (name, was, is))));
            match self.repo.commit(Changes::new(entry).update(new, stamp).guard(own, asked)) {
                Ok(_) => return self.job_view(who, id),
                Err(CommitError::Conflict(_)) => {}
                Err(CommitError::Taken { unique, owner }) => return Err(self.taken(&unique, owner)),
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
        Err(busy(id))
    }

    /// Refuses when somebody has edited the job since the form was opened with `base`.
    fn expect_unedited_job(
        &self,
        job: &Job,
        base: Option<Stamp>,
        now: Stamp,
    ) -> Result<(), DeskError> {
        let Some(base) = base.filter(|it| it.version != now.version) else { return Ok(()) };
        let edits = self.edits_since(Key::new(Kind::Job, job.id.0), base.audit_seq)?;
        if edits.is_empty() {
            return Ok(());
        }
        let edits = edits.into_iter().rev().map(|it| Edit {
            by: it.actor.name,
            at: it.at,
            did: it.action.phrase(),
            changes: it.changes,
        });
        let conflict = Conflict { what: job.name.clone(), edits: edits.collect() };
        Err(DeskError::Conflict(Box::new(conflict)))
    }
}

/// That a job runs just now.
pub(super) fn runs_now(name: &Text) -> String {
    format!("{name} runs just now; wait until it has ended, or stop it.")
}

/// The fields of a job as the trail tells them.
fn fields(job: &Job, zone: Zone) -> impl Iterator<Item = (&'static str, Option<Text>)> {
    let steps: Vec<&str> = job.steps.iter().map(|it| it.words()).collect();
    [
        ("name", Some(job.name.clone())),
        ("schedule", Some(Text::new(job.schedule.in_words(zone)))),
        ("steps", Some(Text::new(steps.join(", ")))),
        ("enabled", Some(yes_no(job.enabled).into())),
    ]
    .into_iter()
}

fn wrong_state(job: &Job, what: &str) -> DeskError {
    DeskError::refused(Code::WrongState, format!("{} {what}", job.name))
}

pub(super) fn busy(id: JobId) -> DeskError {
    DeskError::refused(
        Code::WrongState,
        format!("{id} is being run or edited over and over just now; try again."),
    )
}
