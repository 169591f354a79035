//! First start, by one and by several at once.

use std::sync::Barrier;

use crate::domain::audit::Action;
use crate::domain::role::Role;
use crate::domain::site::{PortalGroup, Site};
use crate::domain::user::{CreatedVia, UserKind, UserStatus};
use crate::service::{Desk, DeskError, FirstStart, HashCost};
use crate::store::RepositoryExt;
use crate::store::memory::Memory;
use crate::store::record::PORTAL_GROUP;

use super::people::{OTHER, RIGHT, secret, sign_in, signed_in};
use super::{House, origin};

/// A desk over a store that nobody has set up.
fn empty() -> House {
    let House { clock, keys, .. } = House::new();
    let repo: crate::store::SharedRepository = std::sync::Arc::new(Memory::new());
    let desk = Desk::new(repo.clone(), clock.clone()).with_hashing(HashCost::CHEAP);
    House { desk, repo, clock, keys }
}

/// A house that has just been set up.
pub(super) fn set_up() -> House {
    let house = empty();
    house.desk.set_up(&first(), &origin()).unwrap();
    house
}

fn first() -> FirstStart {
    FirstStart {
        first: "Anna".into(),
        email: "anna@ours.example".into(),
        website: "https://portal.example".into(),
        ..FirstStart::new("anna", secret(RIGHT))
    }
}

#[test]
fn the_first_start_makes_an_administrator_a_site_and_the_portal() {
    let house = empty();
    assert!(house.desk.is_empty().unwrap());
    let id = house.desk.set_up(&first(), &origin()).unwrap();
    assert!(!house.desk.is_empty().unwrap());
    let user = house.user(id);
    assert_eq!((user.kind, user.status), (UserKind::Staff, UserStatus::Active));
    assert_eq!(
        (user.role, user.created_via),
        (Role::SecurityAdministrator, CreatedVia::FirstStart)
    );
    let group = house.repo.fetch::<PortalGroup>(PORTAL_GROUP).unwrap().unwrap().value;
    let site = house.repo.fetch::<Site>(group.sites[0].0).unwrap().unwrap().value;
    assert!(group.open_at(&site));
    assert_eq!(site.code.raw(), "main");
    let trail = house.trail();
    assert_eq!(trail.len(), 1, "one commit, one entry");
    assert_eq!((trail[0].action, trail[0].actor.name.raw()), (Action::Setup, "first start"));
    assert!(!format!("{trail:?}").contains(RIGHT));
    assert_eq!(signed_in(sign_in(&house.desk, "anna", RIGHT)).user(), id);
}

#[test]
fn a_store_is_set_up_once() {
    let house = empty();
    house.desk.set_up(&first(), &origin()).unwrap();
    let before = house.trail().len();
    let again = house.desk.set_up(&FirstStart::new("eve", secret(OTHER)), &origin());
    assert!(again.unwrap_err().to_string().contains("set up already"));
    assert_eq!(house.trail().len(), before);
    let other = House::new();
    other.staff(Role::Auditor);
    assert!(!other.desk.is_empty().unwrap());
}

#[test]
fn of_several_at_the_same_moment_one_sets_it_up() {
    let house = empty();
    let start = Barrier::new(4);
    let made = std::thread::scope(|scope| {
        let starts: Vec<_> = (0..4)
            .map(|n| {
                let (house, start) = (&house, &start);
                scope.spawn(move || {
                    start.wait();
                    let input = FirstStart::new(format!("admin{n}"), secret(RIGHT));
                    house.desk.set_up(&input, &origin())
                })
            })
            .collect();
        starts.into_iter().map(|it| it.join().unwrap()).filter(Result::is_ok).count()
    });
    assert_eq!(made, 1);
    assert_eq!(house.trail().len(), 1);
}

#[test]
fn every_problem_of_the_form_is_told_at_once() {
    let house = empty();
    let input = FirstStart {
        login: "anna.P".into(),
        email: "nobody".into(),
        password: secret("short"),
        site_code: String::new(),
        ..first()
    };
    let Err(DeskError::Problems(problems)) = house.desk.set_up(&input, &origin()) else {
        panic!("none of it is right")
    };
    let fields: Vec<_> = problems.iter().filter_map(|it| it.field).collect();
    assert_eq!(fields, ["login_name", "email", "password", "site"]);
    assert!(house.desk.is_empty().unwrap());
    let own = FirstStart { password: secret("anna@ours.example"), ..first() };
    assert!(house.desk.set_up(&own, &origin()).is_err());
}
