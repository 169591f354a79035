//! The moments of jobs when the clock is put back, and when the program ends in the middle.

use std::sync::Mutex;

use crate::domain::audit::Action;
use crate::domain::job::{RunState, Trigger};
use crate::domain::role::Role;
use crate::domain::schedule::When;
use crate::domain::time::{DAY, HOUR, MINUTE};
use crate::service::{Desk, JobForm};
use crate::store::{Key, Kind};

use super::calls::jobs::{nightly, running};
use super::jobs::{Stops, at, due, every, made, record, runs, work};
use super::{House, origin};

/// A year and a bit, in milliseconds.
const AHEAD: i64 = 400 * DAY;

#[test]
fn a_clock_that_was_ahead_once_keeps_no_job_from_running() {
    let house = House::new();
    let daily = JobForm { name: "Daily".into(), ..nightly() };
    let (often, nightly) = (made(&house, &every("10m")), made(&house, &daily));
    house.clock.advance(AHEAD);
    assert_eq!(due(&house).len(), 2);
    let boss = house.staff(Role::SecurityAdministrator);
    let form = JobForm { name: "Made then".into(), ..every("7m") };
    let made_then = house.desk.create_job(&boss, &form).unwrap().row.id;
    house.clock.advance(-AHEAD);
    assert_eq!(house.desk.due_in().unwrap(), Some(0));
    let ran = due(&house);
    assert!(ran.len() == 3 && ran.iter().all(|it| it.trigger == Trigger::MadeUp), "{ran:?}");
    assert_eq!(record(&house, often).next_run_at, Some(at("2026-03-01T12:10:00Z")));
    assert_eq!(record(&house, nightly).next_run_at, Some(at("2026-03-02T02:30:00Z")));
    let next = record(&house, made_then).next_run_at.unwrap();
    assert!((1..=7 * MINUTE).contains(&next.millis_since(house.desk.clock.now())), "{next}");
    assert_eq!(due(&house), [], "once is enough");
    house.clock.advance(10 * MINUTE);
    assert_eq!(due(&house).len(), 2);
}

#[test]
fn a_clock_that_is_put_right_by_a_second_has_nothing_run_twice() {
    let house = House::new();
    let id = made(&house, &every("10m"));
    house.clock.advance(10 * MINUTE);
    assert_eq!(due(&house).len(), 1);
    house.clock.advance(-1_000);
    for _ in 0..2 {
        assert_eq!(due(&house), []);
        assert_eq!(record(&house, id).next_run_at, Some(at("2026-03-01T12:20:00Z")));
        house.clock.advance(2_000);
    }
}

#[test]
fn what_is_due_once_is_made_up_when_the_program_ended_in_its_middle() {
    let once = || {
        let house = House::new();
        work(&house);
        let form = JobForm { when: When::At("2026-03-02 08:00".into()), ..nightly() };
        let id = made(&house, &form);
        house.clock.advance(DAY);
        (house, id)
    };
    // Killed in it: the run had begun, and nobody wrote its end.
    let (house, id) = once();
    let run = running(&house, id);
    Desk::new(house.repo.clone(), house.clock.clone()).recover_runs(&origin()).unwrap();
    let [again] = &due(&house)[..] else { panic!("it is due again") };
    assert_eq!((again.trigger, again.state), (Trigger::MadeUp, RunState::Done));
    assert_eq!(runs(&house, id)[1].id, run);
    assert_eq!((record(&house, id).next_run_at, due(&house)), (None, vec![]));
    let begun = house.repo.history(Key::new(Kind::Job, id.0), 9).unwrap();
    assert!(begun.iter().all(|it| it.action != Action::JobEdit));

    // Stopped, as a console does that is closed: before its step, and in it.
    for asked in [2, 3] {
        let (house, id) = once();
        let [run] = &house.desk.run_due(&origin(), &Stops(Mutex::new(asked))).unwrap()[..] else {
            panic!("it is due")
        };
        assert_eq!(run.state, RunState::Stopped, "{asked}");
        house.clock.advance(HOUR);
        assert_eq!(due(&house)[0].state, RunState::Done, "{asked}");
        assert_eq!((record(&house, id).next_run_at, due(&house)), (None, vec![]), "{asked}");
    }
}
