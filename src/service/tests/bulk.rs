//! One deed to many users: what is planned, what is done, who is refused, where it ends.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use proptest::prelude::*;

use crate::domain::audit::Action;
use crate::domain::id::UserId;
use crate::domain::problem::Code;
use crate::domain::role::Role;
use crate::domain::user::UserStatus;
use crate::service::Credentials;
use crate::service::bulk::{Outcome, Selection};
use crate::service::hashing::HashCost;
use crate::service::{Deed, Desk, DeskError, ListArgs, NewUser, Session, Sort, UserFilter, Watch};
use crate::store::failing::{Failing, Failure};
use crate::store::{Key, Kind, RepositoryExt};

use super::edit_user::member;
use super::new_user::{by_email, faults};
use super::people::{WRONG, secret};
use super::races::Before;
use super::{House, origin};

fn agent(house: &House) -> Session {
    house.staff(Role::CustomerService)
}

/// Portal users `u000@acme.example` and on, Pending.
fn many(house: &House, count: usize) -> Vec<UserId> {
    let (anna, acme) = (agent(house), house.company("Acme", None));
    (0..count)
        .map(|n| {
            let email = format!("u{n:03}@acme.example");
            let form = NewUser { password: None, ..by_email(acme, &email) };
            house.desk.create_portal_user(&anna, &form).unwrap().row.id
        })
        .collect()
}

fn matching(text: &str) -> Selection {
    let args = ListArgs { text: text.into(), ..ListArgs::all(Sort::Email, false) };
    Selection::Matching { args, except: Vec::new() }
}

fn status(house: &House, id: UserId) -> Option<UserStatus> {
    let user = house.repo.fetch::<crate::domain::user::User>(id.0).unwrap();
    user.map(|it| it.value.status)
}

/// Remembers what it was told, and asks to stop once so many are behind.
#[derive(Default)]
struct Looking {
    told: Mutex<Vec<(u64, Option<u64>)>>,
    stop_at: Option<u64>,
}

impl Watch for Looking {
    fn progress(&self, done: u64, of: Option<u64>) {
        self.told.lock().unwrap().push((done, of));
    }

    fn stopped(&self) -> bool {
        let behind = self.told.lock().unwrap().last().map_or(0, |it| it.0);
        self.stop_at.is_some_and(|at| behind >= at)
    }
}

#[test]
fn all_that_match_on_every_page_but_the_unticked() {
    let house = House::new();
    let anna = agent(&house);
    let ids = many(&house, 230);
    let Selection::Matching { args, .. } = matching("acme -u00") else { unreachable!() };
    let selection = Selection::Matching { args, except: vec![ids[20], ids[229]] };
    let plan = house.desk.bulk_plan(&anna, Deed::Disable, &selection).unwrap();
    assert_eq!((plan.count, plan.can, plan.refused.len(), plan.sample.len()), (218, 218, 0, 10));
    assert_eq!(plan.sample[0].email.as_ref().unwrap().raw(), "u010@acme.example");
    let watch = Looking::default();
    let before = house.trail().len();
    let outcome = house.desk.bulk(&anna, Deed::Disable, &selection, 218, &watch).unwrap();
    assert_eq!((outcome.done, outcome.left(), outcome.stopped), (218, 0, false));
    let told = watch.told.into_inner().unwrap();
    assert_eq!(told, [(100, Some(218)), (200, Some(218)), (218, Some(218))]);
    for (n, id) in ids.iter().enumerate() {
        let off = n >= 10 && n != 20 && n != 229;
        assert_eq!(status(&house, *id) == Some(UserStatus::Disabled), off, "u{n:03}");
    }
    let trail = house.trail();
    assert_eq!(trail.len() - before, 218, "an entry a user");
    assert!(trail[before..].iter().all(|it| it.action == Action::UserDisable));
    super::invariants::check(&*house.repo);
}

#[test]
fn another_number_than_was_confirmed_changes_nothing() {
    let house = House::new();
    let anna = agent(&house);
    many(&house, 3);
    let before = house.trail().len();
    for expect in [0, 2, 4, 1_000_000] {
        let refused = house.desk.bulk(&anna, Deed::Delete, &matching("acme"), expect, &());
        let message = refused.as_ref().unwrap_err().to_string();
        assert!(message.starts_with("3 users are selected"), "{message}");
        assert_eq!(faults(refused), [(Code::WrongState, "expect")]);
    }
    assert_eq!(house.trail().len(), before);
}

#[test]
fn who_can_t_is_told_one_by_one_and_the_others_go_on() {
    let house = House::new();
    let helper = house.person(Role::PortalAdmin, "helper", Some("helper@acme.example"));
    let boss = house.person(Role::SecurityAdministrator, "boss", Some("boss@acme.example"));
    let super_user = house.person(Role::SuperUser, "super", Some("super@acme.example")).user();
    let ids = many(&house, 3);
    house.disable(ids[1]);
    house.desk.delete_user(&helper, ids[2], None).unwrap();
    let these = [vec![helper.user(), boss.user(), super_user], ids.clone(), ids.clone()].concat();
    let these = Selection::These(these);
    let plan = house.desk.bulk_plan(&helper, Deed::Disable, &these).unwrap();
    let planned: u64 = plan.refused.iter().map(|it| it.count).sum();
    assert_eq!((plan.count, plan.can, planned), (6, 1, 5));
    let outcome = house.desk.bulk(&helper, Deed::Disable, &these, 6, &()).unwrap();
    let refused: Vec<(&str, &str)> =
        outcome.refused.iter().map(|it| (it.user_id.raw(), it.why.as_str())).collect();
    let words = ["your own account", "staff accounts", "Portal Admin and Super User", "already"];
    let who = ["helper.P", "boss", "super.P", "u001@acme.example.P"];
    for (at, (who, words)) in who.into_iter().zip(words).enumerate() {
        assert!(refused[at].0 == who && refused[at].1.contains(words), "{:?}", refused[at]);
    }
    assert!(refused[4].1.contains("is gone"), "{:?}", refused[4]);
    assert_eq!((outcome.done, refused.len()), (1, 5));
    assert_eq!(status(&house, ids[0]), Some(UserStatus::Disabled));
    assert_eq!(status(&house, boss.user()), Some(UserStatus::Active));
    // A Security Administrator looks after the others, and not after ordinary portal users.
    let outcome = house.desk.bulk(&boss, Deed::Disable, &these, 6, &()).unwrap();
    assert_eq!(outcome.done, 2, "{:?}", outcome.refused);
    assert_eq!(status(&house, helper.user()), Some(UserStatus::Disabled));
    assert_eq!(status(&house, boss.user()), Some(UserStatus::Active));
}

#[test]
fn who_may_do_it_to_nobody_is_refused_at_once() {
    for role in Role::ALL {
        for deed in Deed::ALL {
            let house = House::new();
            let who = house.staff(role);
            many(&house, 1);
            let may = match role {
                Role::Auditor | Role::PortalUser => false,
                Role::SuperUser => deed != Deed::Delete,
                _ => true,
            };
            let plan = house.desk.bulk_plan(&who, deed, &matching("acme"));
            let outcome = house.desk.bulk(&who, deed, &matching("acme"), 1, &());
            assert_eq!((plan.is_ok(), outcome.is_ok()), (may, may), "{role} {deed:?}");
            if !may && role.uses_console() {
                assert!(matches!(outcome, Err(DeskError::Denied { .. })), "{outcome:?}");
            }
        }
    }
}

#[test]
fn each_deed_does_what_it_says() {
    let house = House::new();
    let anna = agent(&house);
    let acme = house.company("Acme", None);
    let [one, two] = ["one", "two"].map(|login| member(&house, login, &[acme]));
    let all = || Selection::These(vec![one, two]);
    let run = |deed: Deed| house.desk.bulk(&anna, deed, &all(), 2, &()).unwrap();
    assert_eq!(run(Deed::Disable).done, 2);
    assert_eq!(run(Deed::Enable).done, 2);
    assert_eq!(status(&house, one), Some(UserStatus::Active), "it has a password");
    house.desk.portal_sign_in(&Credentials::new("one", &secret(WRONG)), None, &origin()).unwrap();
    let unlocked = run(Deed::Unlock);
    assert_eq!((unlocked.done, unlocked.refused.len()), (1, 1));
    assert!(unlocked.refused[0].why.contains("two.P has no failed sign-ins"));
    for login in ["one", "two"] {
        house
            .desk
            .portal_sign_in(&Credentials::new(login, &secret(WRONG)), None, &origin())
            .unwrap();
    }
    let plan = house.desk.bulk_plan(&anna, Deed::Delete, &all()).unwrap();
    assert!(plan.goes[1].contains("free again") && plan.stays[0].contains("contacts"));
    assert_eq!(run(Deed::Delete).done, 2);
    assert_eq!((status(&house, one), status(&house, two)), (None, None));
    let told = house.last_entry(Key::new(Kind::User, one.0));
    assert_eq!((told.action, told.targets.len()), (Action::UserDelete, 3));
    let companies = told.changes.iter().find(|it| it.field == "companies").unwrap();
    assert_eq!(companies.before.as_ref().unwrap().raw(), "Acme");
    let waits = (0..131_072).map(|slot| Key::new(Kind::Throttle, slot)).collect::<Vec<_>>();
    assert!(house.repo.get_many(&waits).unwrap().iter().all(Option::is_none));
    super::invariants::check(&*house.repo);
    // One user is told as exactly as its receipt.
    let three = member(&house, "three", &[acme]);
    let plan = house.desk.bulk_plan(&anna, Deed::Delete, &Selection::These(vec![three])).unwrap();
    let receipt = house.desk.delete_user(&anna, three, None).unwrap();
    assert_eq!((plan.goes, plan.stays), (receipt.gone, receipt.stays));
}

#[test]
fn it_stops_between_two_chunks_and_what_is_done_stays_done() {
    let house = House::new();
    let anna = agent(&house);
    many(&house, 150);
    let watch = Looking { stop_at: Some(100), ..Looking::default() };
    let outcome = house.desk.bulk(&anna, Deed::Disable, &matching("acme"), 150, &watch).unwrap();
    assert_eq!((outcome.done, outcome.left(), outcome.stopped), (100, 50, true));
    assert_eq!(outcome.done_rows.len(), 100, "who was deleted before the stop is named");
    // The rest is done by asking again.
    let rest = matching("acme -status:disabled");
    let outcome = house.desk.bulk(&anna, Deed::Disable, &rest, 50, &()).unwrap();
    assert_eq!((outcome.done, outcome.stopped), (50, false));
    let at_once = Looking { stop_at: Some(0), ..Looking::default() };
    let outcome = house.desk.bulk(&anna, Deed::Enable, &matching("acme"), 150, &at_once).unwrap();
    assert_eq!((outcome.done, outcome.stopped), (0, true));
}

#[test]
fn a_store_that_fails_ends_it_and_the_outcome_says_how_far_it_came() {
    let clean = House::new();
    let anna = agent(&clean);
    many(&clean, 150);
    let counting = Arc::new(Failing::new(clean.repo.clone(), Failure::Never));
    let desk = Desk::new(counting.clone(), clean.clock.clone());
    desk.bulk(&anna, Deed::Delete, &matching("acme"), 150, &()).unwrap();
    let mut ends = [0, 0];
    for nth in 1..=counting.operations() {
        let house = House::new();
        let anna = agent(&house);
        let ids = many(&house, 150);
        let failing = Arc::new(Failing::new(house.repo.clone(), Failure::Nth(nth)));
        let desk = Desk::new(failing, house.clock.clone()).with_hashing(HashCost::CHEAP);
        let left = || ids.iter().filter(|id| status(&house, **id).is_some()).count();
        match desk.bulk(&anna, Deed::Delete, &matching("acme"), 150, &()) {
            Err(error) => {
                assert!(matches!(error, DeskError::Store(_)), "{error}");
                assert_eq!(left(), 150, "operation {nth}: nothing was done");
                ends[0] += 1;
            }
            Ok(Outcome { done, failed, refused, .. }) => {
                assert!(failed.is_some_and(|it| it.contains("fails on purpose")), "{nth}");
                assert_eq!((done, refused.len(), left()), (100, 0, 50), "operation {nth}");
                ends[1] += 1;
            }
        }
        super::invariants::check(&*house.repo);
    }
    assert!(ends[0] > 3 && ends[1] > 3, "{ends:?}");
}

#[test]
fn sign_ins_that_come_between_are_no_hindrance() {
    let house = Arc::new(House::new());
    let anna = agent(&house);
    let acme = house.company("Acme", None);
    let ids: Vec<UserId> =
        ["one", "two", "three"].map(|login| member(&house, login, &[acme])).to_vec();
    let at = house.clone();
    let before = Before::new(house.repo.clone(), move || {
        at.desk.portal_sign_in(&Credentials::new("two", &secret(WRONG)), None, &origin()).unwrap();
    });
    let desk = Desk::new(Arc::new(before), house.clock.clone()).with_hashing(HashCost::CHEAP);
    let outcome = desk.bulk(&anna, Deed::Disable, &Selection::These(ids.clone()), 3, &()).unwrap();
    assert_eq!((outcome.done, outcome.refused.len()), (3, 0));
    assert_eq!(house.user(ids[1]).failed_count, 1, "the failure is still counted");
}

#[test]
fn a_half_that_is_done_is_told_of_when_the_other_fails() {
    let house = Arc::new(House::new());
    let anna = agent(&house);
    let acme = house.company("Acme", None);
    let ids: Vec<UserId> =
        ["one", "two", "three"].map(|login| member(&house, login, &[acme])).to_vec();
    // The last one is in the way of every commit that it is part of: so the first goes alone.
    let run = |failure: Failure| {
        let (at, busy) = (house.clone(), ids[2]);
        let before = Before::each(house.repo.clone(), move || {
            at.edit_user(busy, |user| user.failed_count += 1);
        });
        let failing = Arc::new(Failing::new(before, failure));
        let desk = Desk::new(failing.clone(), house.clock.clone()).with_hashing(HashCost::CHEAP);
        (desk.bulk(&anna, Deed::Disable, &Selection::These(ids.clone()), 3, &()), failing)
    };
    let (outcome, counted) = run(Failure::Never);
    assert_eq!(outcome.unwrap().done, 2);
    for id in &ids[..2] {
        house.edit_user(*id, |user| user.status = UserStatus::Active);
    }
    let (outcome, _) = run(Failure::Nth(counted.operations()));
    let outcome = outcome.unwrap();
    assert_eq!((outcome.done, outcome.left()), (2, 1));
    assert!(outcome.failed.is_some());
}

/// Switches off who does it, once a chunk is done.
struct Treason<'a>(&'a House, UserId);

impl Watch for Treason<'_> {
    fn progress(&self, _: u64, _: Option<u64>) {
        self.0.disable(self.1);
    }

    fn stopped(&self) -> bool {
        false
    }
}

#[test]
fn who_is_disabled_half_way_is_out_before_the_next_chunk() {
    let house = House::new();
    let anna = agent(&house);
    many(&house, 150);
    let watch = Treason(&house, anna.user());
    let outcome = house.desk.bulk(&anna, Deed::Disable, &matching("acme"), 150, &watch).unwrap();
    assert_eq!((outcome.done, outcome.left()), (100, 50));
    assert!(outcome.failed.is_some_and(|it| it.contains("has been disabled")));
}

#[test]
fn one_who_is_signed_in_to_over_and_over_is_told_and_the_others_are_done() {
    let house = Arc::new(House::new());
    let anna = agent(&house);
    let acme = house.company("Acme", None);
    let ids: Vec<UserId> =
        ["one", "two", "three"].map(|login| member(&house, login, &[acme])).to_vec();
    let (at, busy, tries) = (house.clone(), ids[1], Arc::new(AtomicU64::new(0)));
    let counted = tries.clone();
    let before = Before::each(house.repo.clone(), move || {
        counted.fetch_add(1, Ordering::SeqCst);
        at.edit_user(busy, |user| user.failed_count += 1);
    });
    let desk = Desk::new(Arc::new(before), house.clock.clone()).with_hashing(HashCost::CHEAP);
    let outcome = desk.bulk(&anna, Deed::Disable, &Selection::These(ids.clone()), 3, &()).unwrap();
    assert_eq!((outcome.done, outcome.refused.len()), (2, 1));
    assert!(outcome.refused[0].why.contains("signed in to over and over"), "{outcome:?}");
    assert!(tries.load(Ordering::SeqCst) < 50);
}

/// Users of every kind, role and state, some of them matching `acme`.
fn town(house: &House, people: &[(u8, u8, bool)]) -> Vec<UserId> {
    let acme = house.company("Acme", None);
    let person = |(n, (role, state, named)): (usize, &(u8, u8, bool))| {
        let role = Role::ALL[usize::from(*role) % Role::ALL.len()];
        let email = format!("p{n}@{}.example", if *named { "acme" } else { "bolt" });
        let id = match role {
            role if role == Role::PortalUser || role.is_privileged_portal() => {
                let id = member(house, &format!("p{n}"), &[acme]);
                house.edit_user(id, |user| user.role = role);
                id
            }
            role => house.person(role, &format!("p{n}"), None).user(),
        };
        house.edit_user(id, |user| {
            user.email = Some(email.as_str().into());
            match state % 3 {
                0 => user.status = UserStatus::Disabled,
                1 => user.failed_count = 3,
                _ => {}
            }
        });
        id
    };
    people.iter().enumerate().map(person).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Counted, read and done come to the same, whoever asks for whichever deed.
    #[test]
    fn a_plan_tells_what_will_be_done(
        people in proptest::collection::vec((0..7u8, 0..3u8, any::<bool>()), 1..12),
        role in 0..6usize,
        except in proptest::collection::vec(0..12usize, 0..3),
        disabled_only: bool,
    ) {
        for deed in Deed::ALL {
            let house = House::new();
            let ids = town(&house, &people);
            let who = house.staff(Role::ALL[role]);
            house.edit_user(who.user(), |user| user.email = Some("me@acme.example".into()));
            let except = except.iter().filter_map(|at| ids.get(*at)).copied().collect();
            let status = disabled_only.then_some(UserFilter::Status(UserStatus::Disabled));
            let args =
                ListArgs { text: "acme".into(), status, ..ListArgs::all(Sort::Name, false) };
            let selection = Selection::Matching { args, except };
            let counted = house.desk.plan(&who, deed, &selection, 0);
            let read = house.desk.plan(&who, deed, &selection, 1_000);
            let Ok(plan) = read else {
                prop_assert!(counted.is_err());
                continue;
            };
            let sorted = |plan: &crate::service::Plan| {
                let mut refused: Vec<(String, u64)> =
                    plan.refused.iter().map(|it| (it.why.clone(), it.count)).collect();
                refused.sort();
                (plan.count, plan.can, refused)
            };
            prop_assert_eq!(sorted(&counted.unwrap()), sorted(&plan));
            let outcome = house.desk.bulk(&who, deed, &selection, plan.count, &()).unwrap();
            prop_assert_eq!((outcome.done, outcome.refused.len() as u64), (plan.can, plan.count - plan.can));
            super::invariants::check(&*house.repo);
        }
    }
}
