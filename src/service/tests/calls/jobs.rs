//! The calls about jobs.

use crate::domain::audit::Action;
use crate::domain::id::JobId;
use crate::domain::job::Step;
use crate::domain::role::Permission::Administer;
use crate::domain::role::Role;
use crate::domain::schedule::When;
use crate::service::{JobForm, ListArgs, Sort};

use super::super::House;
use super::{Call, DoorCall, does, reads};

pub(super) const JOBS: [Call; 10] = [
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
];

pub(super) const JOB_DOORS: [DoorCall; 1] =
    [("next_due", None, |h| assert!(h.desk.next_due().unwrap().is_none()))];

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
