//! Jobs: made and changed, due and made up, by hand and by schedule, once at a time, and what
//! is left of a run in whose middle the program ended.

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};

use crate::clock::FixedClock;
use crate::domain::audit::Action;
use crate::domain::id::{JobId, RunId};
use crate::domain::job::{Job, RUNS_KEPT, RunState, Schedule, Step, Trigger};
use crate::domain::role::Role;
use crate::domain::schedule::When;
use crate::domain::time::{DAY, HOUR, MINUTE, Timestamp};
use crate::service::{Desk, DeskError, HashCost, JobForm, RunRow, Watch};
use crate::store::failing::{Failing, Failure};
use crate::store::{Key, Kind, Record, RepositoryExt};

use super::calls::administration::site;
use super::calls::jobs::{job, nightly, running};
use super::delivery::Mailroom;
use super::edit_user::member;
use super::{House, origin};

pub(super) fn every(text: &str) -> JobForm {
    JobForm { when: When::Every(text.into()), ..nightly() }
}

pub(super) fn made(house: &House, form: &JobForm) -> JobId {
    let boss = house.staff(Role::SecurityAdministrator);
    house.desk.create_job(&boss, form).unwrap().row.id
}

pub(super) fn record(house: &House, id: JobId) -> Job {
    house.repo.fetch::<Job>(id.0).unwrap().unwrap().value
}

pub(super) fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

pub(super) fn due(house: &House) -> Vec<RunRow> {
    house.desk.run_due(&origin(), &()).unwrap()
}

pub(super) fn runs(house: &House, id: JobId) -> Vec<RunRow> {
    let who = house.staff(Role::Auditor);
    house.desk.job_runs(&who, id, 1, 1_000).unwrap().rows
}

/// Something for Site sync to do: a portal user without an account at a second site.
pub(super) fn work(house: &House) {
    let company = house.company("Acme", None);
    member(house, "zoe", &[company]);
    site(house, true);
}

/// The house's clock stands at noon of 1 March 2026.
#[test]
fn a_job_is_due_by_its_schedule_and_runs_once_each_time() {
    let house = House::new();
    let id = made(&house, &every("10m"));
    assert_eq!(record(&house, id).next_run_at, Some(at("2026-03-01T12:10:00Z")));
    assert_eq!(due(&house), [], "it is not due yet");
    house.clock.advance(10 * MINUTE);
    let [run] = &due(&house)[..] else { panic!("it is due") };
    assert_eq!((run.trigger, run.state, run.times), (Trigger::Schedule, RunState::Done, 1));
    assert_eq!((run.by.raw(), run.job_name.raw()), ("Portal Desk", "Nightly"));
    assert_eq!(record(&house, id).next_run_at, Some(at("2026-03-01T12:20:00Z")));
    assert_eq!(due(&house), [], "it has run");
}

#[test]
fn what_was_missed_is_made_up_once_however_often_it_was() {
    let house = House::new();
    let id = made(&house, &every("10m"));
    house.clock.advance(3 * DAY + 4 * MINUTE);
    let [run] = &due(&house)[..] else { panic!("it is due") };
    assert_eq!(run.trigger, Trigger::MadeUp);
    assert_eq!(record(&house, id).next_run_at, Some(at("2026-03-04T12:10:00Z")));
    assert_eq!(due(&house), []);
    // A timer that comes by every five minutes is not late.
    house.clock.advance(6 * MINUTE + 5 * MINUTE);
    assert_eq!(due(&house)[0].trigger, Trigger::Schedule);
}

#[test]
fn once_is_once() {
    let house = House::new();
    let form = JobForm { when: When::At("2026-03-02 08:00".into()), ..nightly() };
    let id = made(&house, &form);
    house.clock.advance(DAY);
    assert_eq!(due(&house).len(), 1);
    assert_eq!(record(&house, id).next_run_at, None);
    house.clock.advance(DAY);
    assert_eq!(due(&house), []);
    assert_eq!(house.desk.due_in().unwrap(), None);
    // Neither switching it off and on nor saving the form as it is brings it back.
    let boss = house.staff(Role::SecurityAdministrator);
    house.desk.edit_job(&boss, id, None, &JobForm { enabled: false, ..form.clone() }).unwrap();
    let refused = house.desk.enable_job(&boss, id, None).unwrap_err().to_string();
    assert!(refused.contains("give it another time first"), "{refused}");
    let view = house.desk.edit_job(&boss, id, None, &form).unwrap();
    assert_eq!((view.row.next_run_at, view.next.len()), (None, 0));
}

#[test]
fn runs_that_find_nothing_to_do_are_one_line_and_one_commit_each() {
    let house = House::new();
    let id = made(&house, &every("5m"));
    for _ in 0..3 {
        house.clock.advance(5 * MINUTE);
        let before = house.trail().len();
        assert_eq!(due(&house).len(), 1);
        let told = &house.trail()[before..];
        assert_eq!(told.iter().map(|it| it.action).collect::<Vec<_>>(), [Action::JobIdle]);
        assert_eq!(told[0].actor.name.raw(), "job Nightly");
    }
    let [line] = &runs(&house, id)[..] else { panic!("one line") };
    assert_eq!((line.times, line.started_at), (3, at("2026-03-01T12:15:00Z")));
    // A run that had something to do is a line of its own, and so is what comes after it.
    work(&house);
    house.clock.advance(5 * MINUTE);
    let [run] = &due(&house)[..] else { panic!("it is due") };
    assert_eq!((run.state, run.counts()), (RunState::Done, (1, 0, 0)));
    assert!(run.steps[0].log.iter().any(|it| it.raw() == "Site NORTH no longer waits"));
    house.clock.advance(5 * MINUTE);
    due(&house);
    let times: Vec<u64> = runs(&house, id).iter().map(|it| it.times).collect();
    assert_eq!(times, [1, 1, 3]);
    // A run by hand is always told.
    let boss = house.staff(Role::PortalAdmin);
    house.desk.run_job(&boss, id, &()).unwrap();
    assert_eq!(runs(&house, id).len(), 4);
}

#[test]
fn a_run_is_told_at_its_beginning_and_its_end_by_who_did_it() {
    let house = House::new();
    work(&house);
    let id = job(&house);
    let boss = house.staff(Role::PortalAdmin);
    let before = house.trail().len();
    let run = house.desk.run_job(&boss, id, &()).unwrap();
    assert_eq!((run.trigger, &run.by), (Trigger::ByHand, boss.user_id()));
    let trail = house.trail();
    let told: Vec<Action> = trail[before..].iter().map(|it| it.action).collect();
    assert_eq!(told, [Action::JobStart, Action::SiteSync, Action::SiteSync, Action::JobRun]);
    assert!(trail[before..].iter().all(|it| it.actor.user == Some(boss.user())));
    let last = trail.last().unwrap();
    assert_eq!(last.changes[0].after.as_ref().unwrap().raw(), "1 done, 0 failed, 0 waiting");
    // By hand it is not due any the less.
    assert_eq!(record(&house, id).next_run_at, Some(at("2026-03-02T02:30:00Z")));
    // What it does by itself says so.
    house.desk.enable_job(&house.staff(Role::SecurityAdministrator), id, None).unwrap_err();
    house.clock.advance(DAY);
    due(&house);
    assert_eq!(house.trail().last().unwrap().actor.name.raw(), "job Nightly");
}

#[test]
fn a_step_that_fails_keeps_none_from_being_taken_and_the_run_has_failed() {
    let house = House::new();
    work(&house);
    let form = JobForm { steps: vec![Step::SiteSync, Step::Notification], ..nightly() };
    let id = made(&house, &form);
    // No active site: Site sync refuses.
    house.edit_site(|it| it.active = false);
    let boss = house.staff(Role::PortalAdmin);
    let second = house.repo.fetch::<crate::domain::site::Site>(2).unwrap().unwrap().value;
    house.put(vec![Record::Site(crate::domain::site::Site { active: false, ..second })]);
    let run = house.desk.run_job(&boss, id, &()).unwrap();
    assert_eq!((run.state, run.steps.len()), (RunState::Failed, 2));
    assert_eq!((run.steps[0].failed, run.steps[1].failed), (1, 0));
    assert!(run.steps[0].log[0].raw().contains("active site"), "{:?}", run.steps[0].log);
    assert_eq!(record(&house, id).running, None);
}

/// Stops after it was asked that often.
pub(super) struct Stops(pub Mutex<u32>);

impl Watch for Stops {
    fn progress(&self, _: u64, _: Option<u64>) {}

    fn stopped(&self) -> bool {
        let mut left = self.0.lock().unwrap();
        *left = left.saturating_sub(1);
        *left == 0
    }
}

#[test]
fn a_run_that_is_stopped_says_so_and_takes_no_further_step() {
    let house = House::new();
    work(&house);
    let form = JobForm { steps: vec![Step::SiteSync, Step::Notification], ..nightly() };
    let id = made(&house, &form);
    let boss = house.staff(Role::PortalAdmin);
    // Asked before the step and before its first commit.
    let run = house.desk.run_job(&boss, id, &Stops(Mutex::new(2))).unwrap();
    assert_eq!((run.state, run.steps.len()), (RunState::Stopped, 1));
    let run = house.desk.run_job(&boss, id, &Stops(Mutex::new(1))).unwrap();
    assert_eq!((run.state, run.steps.len()), (RunState::Stopped, 0));
    assert_eq!(house.desk.run_job(&boss, id, &()).unwrap().state, RunState::Done);
    house.clock.advance(DAY);
    assert_eq!(house.desk.run_due(&origin(), &Stops(Mutex::new(1))).unwrap(), []);
}

/// Says that it has begun, and goes on when it is told to.
struct Gate(Sender<()>, Mutex<Receiver<()>>);

impl Watch for Gate {
    fn progress(&self, _: u64, _: Option<u64>) {}

    fn stopped(&self) -> bool {
        let _ = self.0.send(());
        let _ = self.1.lock().unwrap().recv();
        false
    }
}

#[test]
fn a_job_runs_once_at_a_time() {
    let house = House::new();
    work(&house);
    let id = made(&house, &every("10m"));
    let boss = house.staff(Role::SecurityAdministrator);
    house.clock.advance(10 * MINUTE);
    let (begun, has_begun) = channel();
    let (go, goes) = channel();
    let gate = Gate(begun, Mutex::new(goes));
    std::thread::scope(|scope| {
        // Gone with this closure, so that a failure here does not leave the run waiting.
        let go = go;
        let run = scope.spawn(|| house.desk.run_due(&origin(), &gate));
        has_begun.recv().unwrap();
        // Asked between two jobs; the next time it is within the run.
        go.send(()).unwrap();
        has_begun.recv().unwrap();
        assert!(record(&house, id).running.is_some());
        assert_eq!(runs(&house, id)[0].state, RunState::Running);
        assert_eq!(house.desk.due_in().unwrap(), None, "nothing else is due meanwhile");
        let view = house.desk.job(&boss, id).unwrap();
        assert!(view.why_not_run.unwrap().contains("runs just now"));
        for refused in [
            house.desk.run_job(&boss, id, &()).map(drop),
            house.desk.delete_job(&boss, id, None).map(drop),
        ] {
            let refused = refused.unwrap_err().to_string();
            assert!(refused.contains("runs just now"), "{refused}");
        }
        // It becomes due again while it runs, and that is left out.
        house.clock.advance(25 * MINUTE);
        assert_eq!(due(&house), []);
        // An edit meanwhile is kept.
        let form = JobForm { name: "Daily".into(), ..every("10m") };
        house.desk.edit_job(&boss, id, Some(view.row.stamp), &form).unwrap();
        drop(go);
        assert_eq!(run.join().unwrap().unwrap()[0].state, RunState::Done);
    });
    let job = record(&house, id);
    assert_eq!((job.name.raw(), job.running), ("Daily", None));
    assert_eq!(job.next_run_at, Some(at("2026-03-01T12:40:00Z")));
    assert_eq!(runs(&house, id).len(), 1);
}

#[test]
fn many_at_once_run_a_job_once() {
    let house = House::new();
    let id = made(&house, &every("10m"));
    house.clock.advance(10 * MINUTE);
    let done: Vec<RunRow> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| due(&house))).collect();
        threads.into_iter().flat_map(|it| it.join().unwrap()).collect()
    });
    assert_eq!(done.len(), 1);
    assert_eq!(runs(&house, id)[0].times, 1);
}

#[test]
fn a_run_in_whose_middle_the_program_ended_is_interrupted() {
    let house = House::new();
    let id = made(&house, &every("10m"));
    let run = running(&house, id);
    let again = Desk::new(house.repo.clone(), house.clock.clone());
    assert_eq!(again.recover_runs(&origin()).unwrap(), 1);
    assert_eq!(again.recover_runs(&origin()).unwrap(), 0);
    let [line] = &runs(&house, id)[..] else { panic!("one line") };
    assert_eq!((line.id, line.state), (run, RunState::Interrupted));
    assert!(line.ended_at.is_some());
    let job = record(&house, id);
    assert_eq!((job.running, job.last_run), (None, Some(run)));
    // It runs again when it is due.
    house.clock.advance(10 * MINUTE);
    assert_eq!(due(&house)[0].state, RunState::Done);
}

#[test]
fn a_run_that_nobody_could_end_is_put_right_by_the_next() {
    for works in [false, true] {
        let house = House::new();
        if works {
            work(&house);
        }
        let id = made(&house, &every("10m"));
        let run = running(&house, id);
        house.clock.advance(HOUR);
        assert_eq!(due(&house).len(), 1);
        let states: Vec<(RunId, RunState)> =
            runs(&house, id).iter().map(|it| (it.id, it.state)).collect();
        assert_eq!(states[1], (run, RunState::Interrupted));
        assert_eq!(record(&house, id).running, None);
    }
}

#[test]
fn the_last_runs_are_kept_and_a_deleted_job_leaves_none() {
    let house = House::new();
    let id = job(&house);
    let boss = house.staff(Role::SecurityAdministrator);
    let all: Vec<RunId> =
        (0..RUNS_KEPT + 3).map(|_| house.desk.run_job(&boss, id, &()).unwrap().id).collect();
    let kept: Vec<RunId> = runs(&house, id).iter().rev().map(|it| it.id).collect();
    assert_eq!(kept, all[3..]);
    let page = house.desk.job_runs(&boss, id, 2, 10).unwrap();
    assert_eq!((page.total, page.page, page.rows[0].id), (RUNS_KEPT as u64, 2, all[92]));
    house.desk.delete_job(&boss, id, None).unwrap();
    let key = |run: &RunId| Key { kind: Kind::JobRun, id: id.0, sub: run.0 };
    assert!(all.iter().all(|it| house.repo.get(key(it)).unwrap().is_none()));
    assert!(matches!(house.desk.job(&boss, id), Err(DeskError::NotFound { .. })));
}

#[test]
fn an_edit_moves_the_next_run_only_with_the_schedule() {
    let house = House::new();
    let id = made(&house, &every("60"));
    let boss = house.staff(Role::SecurityAdministrator);
    let first = record(&house, id);
    house.clock.advance(20 * MINUTE);
    // Another name, and the same interval typed otherwise: counting goes on.
    let form = JobForm { name: "Hourly".into(), ..every("1 hour") };
    let view = house.desk.edit_job(&boss, id, None, &form).unwrap();
    assert_eq!(record(&house, id).schedule, first.schedule);
    assert_eq!(view.row.next_run_at, first.next_run_at);
    assert_eq!((view.row.words.as_str(), view.next.len()), ("every hour", 5));
    assert_eq!(view.form().when, When::Every("1h".into()));
    let view = house.desk.edit_job(&boss, id, None, &every("30m")).unwrap();
    assert_eq!(view.row.next_run_at, Some(at("2026-03-01T12:50:00Z")));
    // Saved as it is, it leaves no trace.
    let before = house.trail().len();
    house.desk.edit_job(&boss, id, None, &view.form()).unwrap();
    assert_eq!(house.trail().len(), before);
    let off = house.desk.disable_job(&boss, id, None).unwrap();
    assert_eq!((off.row.next_run_at, off.next), (None, vec![]));
    // What it missed while it was off is not made up.
    house.clock.advance(DAY);
    assert_eq!(due(&house), []);
    let on = house.desk.enable_job(&boss, id, None).unwrap();
    assert_eq!(on.row.next_run_at, Some(at("2026-03-02T12:50:00Z")));
}

#[test]
fn only_another_edit_is_in_the_way_of_a_form() {
    let house = House::new();
    let id = made(&house, &every("10m"));
    let boss = house.staff(Role::SecurityAdministrator);
    let open = house.desk.job(&boss, id).unwrap();
    house.clock.advance(10 * MINUTE);
    due(&house);
    house.desk.run_job(&boss, id, &()).unwrap();
    let form = JobForm { name: "Daily".into(), ..open.form() };
    house.desk.edit_job(&boss, id, Some(open.row.stamp), &form).unwrap();
    let late = house.desk.disable_job(&boss, id, Some(open.row.stamp)).unwrap_err();
    let DeskError::Conflict(conflict) = &late else { panic!("{late}") };
    assert_eq!(conflict.edits.len(), 1);
    assert_eq!(conflict.edits[0].changes[0].field, "name");
}

#[test]
fn forms_are_refused_at_the_field() {
    let house = House::new();
    let boss = house.staff(Role::SecurityAdministrator);
    job(&house);
    let wrong = [
        (JobForm { name: " ".into(), ..nightly() }, "name"),
        (JobForm { name: "nightly".into(), ..nightly() }, "name"),
        (JobForm { steps: Vec::new(), ..nightly() }, "steps"),
        (every("soon"), "every"),
        (JobForm { when: When::Cron("0 0 30 2 *".into()), ..nightly() }, "cron"),
        (JobForm { when: When::At("2020-01-01 00:00".into()), ..nightly() }, "at"),
    ];
    for (form, field) in wrong {
        let refused = house.desk.create_job(&boss, &form).unwrap_err();
        assert_eq!(refused.field(), Some(field), "{refused}");
    }
    let check = house.desk.check_job(&boss, &nightly()).unwrap();
    assert_eq!((check.words.as_str(), check.next.len()), ("every day at 02:30", 5));
    let refused = house.desk.check_job(&boss, &every("soon")).unwrap_err();
    assert_eq!(refused.field(), Some("every"));
}

#[test]
fn cron_is_in_the_time_of_the_place() {
    let house = House::new();
    let clock = FixedClock::at(at("2026-03-28T12:00:00Z"));
    let clock = clock.in_zone(crate::domain::zone::tests::BERLIN);
    let desk = house.desk.with_clock(std::sync::Arc::new(clock));
    let boss = house.staff(Role::SecurityAdministrator);
    let view = desk.create_job(&boss, &nightly()).unwrap();
    // 02:30 is left out in that night: it is due when the clocks show 03:00.
    assert_eq!(view.next[..2], [at("2026-03-29T01:00:00Z"), at("2026-03-30T00:30:00Z")]);
}

#[test]
fn whatever_fails_a_run_is_ended_or_put_right_by_the_next() {
    let before = || {
        let house = House::new();
        work(&house);
        let id = made(&house, &every("10m"));
        house.clock.advance(10 * MINUTE);
        (house, id)
    };
    let failing = |house: &House, failure| {
        let repo = std::sync::Arc::new(Failing::new(house.repo.clone(), failure));
        let desk = Desk::new(repo.clone(), house.clock.clone()).with_hashing(HashCost::CHEAP);
        (desk, repo)
    };
    let (house, _) = before();
    let (desk, counting) = failing(&house, Failure::Never);
    desk.run_due(&origin(), &()).unwrap();
    assert!(counting.operations() > 5);
    for nth in 1..=counting.operations() {
        let (house, id) = before();
        let (desk, _) = failing(&house, Failure::Nth(nth));
        let outcome = desk.run_due(&origin(), &());
        let failed = outcome.as_ref().is_ok_and(|it| it[0].state == RunState::Failed);
        assert!(outcome.is_err() || failed, "operation {nth} failed and nobody noticed");
        // The same process goes on when the store works again.
        house.clock.advance(10 * MINUTE);
        let (desk, _) = failing(&house, Failure::Never);
        let [run] = &desk.run_due(&origin(), &()).unwrap()[..] else { panic!("{nth}: not due") };
        assert_eq!(run.state, RunState::Done, "{nth}");
        let job = record(&house, id);
        assert_eq!((job.running, job.last_run), (None, Some(run.id)));
        let states: Vec<RunState> = runs(&house, id).iter().map(|it| it.state).collect();
        assert!(!states.contains(&RunState::Running), "{nth}: {states:?}");
        assert!(!house.desk.site_sync_is_due().unwrap(), "{nth}");
    }
}

#[test]
fn the_first_start_makes_the_job_that_sends_mails() {
    let house = super::setup::set_up();
    let [job] = &house
        .desk
        .all_of::<Job>(crate::store::query::List::Jobs, crate::service::Sort::Name)
        .unwrap()[..]
    else {
        panic!("one job")
    };
    let job = &job.value;
    assert_eq!((job.name.raw(), job.enabled), ("Notification", true));
    assert_eq!(job.steps, [Step::Notification, Step::ExpireInvitations]);
    assert!(matches!(job.schedule, Schedule::Every { minutes: 5, .. }));
    assert_eq!(job.next_run_at, Some(at("2026-03-01T12:05:00Z")));
}

/// What a run by hand says of mails that it did not send.
#[test]
fn a_run_by_hand_tells_what_waits_and_what_is_held() {
    let room = Mailroom::new();
    let boss = room.house.staff(Role::SecurityAdministrator);
    let form = JobForm { steps: vec![Step::Notification], ..nightly() };
    let job = room.desk.create_job(&boss, &form).unwrap().row.id;
    let run = || room.desk.run_job(&boss, job, &()).unwrap();
    assert!(run().is_idle());
    let made = room.invited(1);
    room.house.edit_mail(made[0].1, |it| {
        it.next_try_at = Some(room.desk.clock.now().plus_millis(4 * MINUTE));
    });
    let lines = |run: &RunRow| -> Vec<String> {
        run.steps[0].log.iter().map(ToString::to_string).collect()
    };
    let waits = run();
    assert_eq!(waits.counts(), (0, 0, 1));
    assert_eq!(lines(&waits), ["1 mail waits; the next try is at 2026-03-01 12:04 UTC."]);
    room.house.clock.advance(4 * MINUTE);
    room.post.not_set_up(Some("Mail is not set up: set mail.server."));
    let held = run();
    let told = lines(&held);
    assert_eq!(held.counts(), (0, 0, 1));
    assert_eq!(told.last().unwrap(), "1 mail is held: mail is not set up: set mail.server.");
    assert_eq!(lines(&run()), ["1 mail is held: mail is not set up: set mail.server."]);
    room.post.not_set_up(None);
    assert!(lines(&run())[0].contains("nothing holds it back any more"));
    let boss = room.house.staff(Role::PortalAdmin);
    let released = room.desk.send_held(&boss, &()).unwrap();
    assert_eq!((released.released, released.because), (1, Vec::new()));
    let sent = run();
    assert_eq!(sent.counts(), (1, 0, 0));
    let told = lines(&sent);
    assert!(told.len() == 1 && told[0].contains("@acme.example: sent: "), "{told:?}");
    let again = room.house.staff(Role::SecurityAdministrator);
    let taken = room.desk.create_job(&again, &form).unwrap_err().to_string();
    assert_eq!(taken, "Job Nightly exists already; choose another name.");
}
