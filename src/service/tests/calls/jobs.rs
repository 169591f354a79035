//! The calls about jobs.

use crate::domain::audit::Action;
use crate::domain::id::{JobId, RunId};
use crate::domain::job::{Job, JobRun, RunState, Step, Trigger};
use crate::domain::role::Permission::{Administer, RunJobs};
use crate::domain::role::Role;
use crate::domain::schedule::When;
use crate::domain::time::DAY;
use crate::service::{JobForm, ListArgs, Sort};
use crate::store::{Kind, Record, RepositoryExt};

use super::super::{House, origin};
use super::{Call, DoorCall, does, reads};

pub(super) const JOBS: [Call; 11] = [
    reads("jobs", |h, s| h.desk.jobs(s, &ListArgs::all(Sort::Name, false)).map(drop)),
    reads("job", |h, s| h.desk.job(s, job(h)).map(drop)),
    reads("job_by_name", |h, s| {
        job(h);
        h.desk.job_by_name(s, "nightly").map(drop)
    }),
    reads("job_runs", |h, s| h.desk.job_runs(s, job(h), 1, 10).map(drop)),
    Call {
        permission: Administer,
        ..reads("check_job", |h, s| h.desk.check_job(s, &nightly()).map(drop))
    },
    does("create_job", Administer, Action::JobCreate, |h, s| {
        h.desk.create_job(s, &nightly()).map(drop)
    }),
    does("edit_job", Administer, Action::JobEdit, |h, s| {
        let form = JobForm { when: When::Every("2h".into()), ..nightly() };
        h.desk.edit_job(s, job(h), None, &form).map(drop)
    }),
    does("enable_job", Administer, Action::JobEnable, |h, s| {
        let (boss, job) = (h.staff(Role::SecurityAdministrator), job(h));
        h.desk.disable_job(&boss, job, None).unwrap();
        h.desk.enable_job(s, job, None).map(drop)
    }),
    does("disable_job", Administer, Action::JobDisable, |h, s| {
        h.desk.disable_job(s, job(h), None).map(drop)
    }),
    does("delete_job", Administer, Action::JobDelete, |h, s| {
        h.desk.delete_job(s, job(h), None).map(drop)
    }),
    does("run_job", RunJobs, Action::JobRun, |h, s| h.desk.run_job(s, job(h), &()).map(drop)),
];

pub(super) const JOB_DOORS: [DoorCall; 3] = [
    ("due_in", None, |h| assert!(h.desk.due_in().unwrap().is_none())),
    ("run_due", Some(Action::JobIdle), |h| {
        job(h);
        h.clock.advance(DAY);
        assert_eq!(h.desk.run_due(&origin(), &()).unwrap().len(), 1);
    }),
    ("recover_runs", Some(Action::JobRun), |h| {
        running(h, job(h));
        assert_eq!(h.desk.recover_runs(&origin()).unwrap(), 1);
    }),
];

/// A run of that job that has begun, behind the services' back; as if the program had ended.
pub(in crate::service::tests) fn running(house: &House, id: JobId) -> RunId {
    let job = house.repo.fetch::<Job>(id.0).unwrap().unwrap().value;
    let run = JobRun {
        job: id,
        id: RunId(house.repo.reserve(Kind::JobRun, 1).unwrap()),
        started_at: house.desk.clock.now(),
        ended_at: None,
        trigger: Trigger::Schedule,
        by: "Portal Desk".into(),
        state: RunState::Running,
        steps: Vec::new(),
        times: 1,
    };
    let number = run.id;
    house.put(vec![Record::Job(Job { running: Some(number), ..job }), Record::JobRun(run)]);
    number
}

/// A job's form, filled in well.
pub(in crate::service::tests) fn nightly() -> JobForm {
    JobForm {
        name: "Nightly".into(),
        steps: vec![Step::SiteSync],
        when: When::Cron("30 2 * * *".into()),
        enabled: true,
    }
}

/// The job of that form.
pub(in crate::service::tests) fn job(house: &House) -> JobId {
    let boss = house.staff(Role::SecurityAdministrator);
    house.desk.create_job(&boss, &nightly()).unwrap().row.id
}
