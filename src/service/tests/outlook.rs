//! What the Dashboard says of the outbox and of jobs.

use super::House;
use crate::domain::id::{JobId, RunId};
use crate::domain::job::{Job, JobRun, RunState, Step, StepRun};
use crate::domain::mail::{Mail, MailState, Purpose};
use crate::domain::role::Role;
use crate::domain::time::MINUTE;
use crate::service::dashboard::{Dashboard, LastRun, MailNumbers};
use crate::store::contract::sample::{job, letter, run};

fn looked_at(house: &House) -> Dashboard {
    let agent = house.staff(Role::CustomerService);
    let now = house.desk.clock.now();
    house.desk.dashboard(&agent, now).unwrap()
}

#[test]
fn mails_that_need_a_hand_are_counted_by_what_they_need() {
    let house = House::new();
    let none = MailNumbers { not_set_up: true, ..MailNumbers::default() };
    assert_eq!(looked_at(&house).mails, none, "nobody has given this desk a post");
    let states = [
        MailState::Held,
        MailState::Held,
        MailState::Failed,
        MailState::Unknown,
        MailState::Sent,
        MailState::Queued,
        MailState::Superseded,
        MailState::Retrying,
    ];
    let mails = (1..).zip(states).map(|(n, state)| letter(n, n, state).into());
    house.put(mails.collect());
    let mails = looked_at(&house).mails;
    assert_eq!(mails, MailNumbers { held: 2, failed: 1, unknown: 1, retrying: 1, ..none });
}

#[test]
fn notifications_that_no_job_sends_are_told() {
    let house = House::new();
    let profile = |n| Mail { purpose: Purpose::ProfileCreated, ..letter(n, n, MailState::Queued) };
    house.put(vec![
        profile(1).into(),
        profile(2).into(),
        letter(3, 3, MailState::Queued).into(),
        Mail { state: MailState::Sent, ..profile(4) }.into(),
    ]);
    let without_job = || looked_at(&house).mails.without_job;
    assert_eq!(without_job(), 2, "there is no job at all");
    house.put(vec![Job { enabled: false, next_run_at: None, ..job(1, "Notification") }.into()]);
    assert_eq!(without_job(), 2, "the job is disabled");
    house.put(vec![Job { steps: vec![Step::SiteSync], ..job(1, "Notification") }.into()]);
    assert_eq!(without_job(), 2, "the job has another step");
    house.put(vec![job(1, "Notification").into()]);
    assert_eq!(without_job(), 0);
}

#[test]
fn the_next_job_is_the_one_due_first_that_is_enabled() {
    let house = House::new();
    assert_eq!(looked_at(&house).next_job, None);
    let at = |minutes| Some(house.desk.clock.now().plus_millis(minutes * MINUTE));
    let counted = |ok, failed| StepRun {
        step: Step::Notification,
        started_at: house.desk.clock.now(),
        ended_at: None,
        ok,
        failed,
        waiting: 0,
        log: Vec::new(),
    };
    let ran =
        JobRun { state: RunState::Failed, steps: vec![counted(41, 0), counted(2, 1)], ..run(7, 2) };
    house.put(vec![
        Job { next_run_at: at(9), ..job(1, "Later") }.into(),
        Job { next_run_at: at(5), last_run: Some(RunId(7)), ..job(2, "Sooner") }.into(),
        Job { next_run_at: at(1), enabled: false, ..job(3, "Not at all") }.into(),
        Job { next_run_at: None, ..job(4, "Once, and that is over") }.into(),
        ran.clone().into(),
    ]);
    let next = looked_at(&house).next_job.unwrap();
    assert_eq!((next.id, next.name.raw(), Some(next.at)), (JobId(2), "Sooner", at(5)));
    let last = LastRun { started_at: ran.started_at, state: RunState::Failed, ok: 43, failed: 1 };
    assert_eq!(next.last, Some(last));
}
