//! Site sync: who gets what, what it writes, and what others do while it runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::domain::audit::Action;
use crate::domain::id::{CompanyId, SiteId, UserId};
use crate::domain::role::Role;
use crate::domain::user::PortalProfile;
use crate::service::hashing::HashCost;
use crate::service::{Desk, DeskError, UserForm, Watch};
use crate::store::{Key, Kind, RepositoryExt};

use super::super::House;
use super::super::calls::administration::site;
use super::super::invariants::check;
use super::super::new_user::in_file;
use super::super::races::Before;
use super::house;

/// Portal users of one company, made before a second site comes in.
fn town(users: usize) -> (House, crate::service::Session, CompanyId, Vec<UserId>) {
    let (house, boss) = house();
    let clerk = house.staff(Role::PortalAdmin);
    let acme = house.company("Acme", None);
    let made = (0..users).map(|n| {
        let form = in_file(acme, &format!("zoe{n}"));
        house.desk.create_portal_user(&clerk, &form).unwrap().row.id
    });
    let made = made.collect();
    (house, boss, acme, made)
}

fn profile(house: &House, user: UserId) -> crate::store::Versioned<PortalProfile> {
    house.repo.fetch::<PortalProfile>(user.0).unwrap().unwrap()
}

/// Stops once so many are behind.
struct StopsAt(u64, AtomicU64);

impl Watch for StopsAt {
    fn progress(&self, done: u64, _: Option<u64>) {
        self.1.store(done, Ordering::Relaxed);
    }

    fn stopped(&self) -> bool {
        self.1.load(Ordering::Relaxed) >= self.0
    }
}

#[test]
fn everybody_gets_an_account_and_histories_stay_right() {
    let (house, boss, acme, users) = town(3);
    let clerk = house.staff(Role::PortalAdmin);
    let form_opened = house.desk.user(&clerk, users[0]).unwrap();
    let north = site(&house, true);
    let entries = house.trail().len();
    let synced = house.desk.site_sync(&boss, &()).unwrap();
    assert_eq!((synced.users, synced.made, synced.stopped), (3, 3, false));
    assert_eq!(synced.sites, ["NORTH".into()]);
    check(&*house.repo);
    assert!(!house.desk.site(&boss, north).unwrap().row.sync_due);
    // One entry for the users of a commit, one for the site, and none more.
    let trail = house.trail();
    let told: Vec<_> = trail[entries..].iter().map(|it| (it.action, it.targets.len())).collect();
    assert_eq!(told, [(Action::SiteSync, 3), (Action::SiteSync, 1)]);
    assert_eq!(trail[entries].note.as_ref().unwrap().raw(), "3 portal users");
    assert_eq!(trail[entries].changes[0].after.as_ref().unwrap().raw(), "NORTH");
    let read = profile(&house, users[0]);
    assert_eq!(read.value.site_accounts.len(), 2);
    let history = house.repo.history(Key::new(Kind::Profile, users[0].0), 9).unwrap();
    assert_eq!(history[0].seq, read.stamp.audit_seq, "its last change is told");
    // The account was not touched: a form that is open on it can be saved.
    let form = UserForm { first: "Zoe".into(), ..UserForm::of(&form_opened) };
    house.desk.edit_user(&clerk, users[0], Some(form_opened.row.stamp), &form).unwrap();
    let history = house.desk.site(&boss, north).unwrap().history;
    assert_eq!(
        (history[0].did, history[0].note.as_ref().unwrap().raw()),
        ("synced", "3 portal users")
    );
    // Again: nothing to do, and nothing is told.
    let entries = house.trail().len();
    let again = house.desk.site_sync(&boss, &()).unwrap();
    assert_eq!((again.users, again.sites.len()), (0, 0));
    assert_eq!(house.trail().len(), entries);
    house.desk.create_portal_user(&clerk, &in_file(acme, "jo")).unwrap();
    check(&*house.repo);
}

#[test]
fn it_is_stopped_between_commits_and_goes_on_later() {
    let (house, boss, _, users) = town(2);
    let north = site(&house, true);
    let stopped = house.desk.site_sync(&boss, &StopsAt(0, AtomicU64::new(0))).unwrap();
    assert_eq!((stopped.users, stopped.stopped), (0, true));
    assert!(house.desk.site(&boss, north).unwrap().row.sync_due, "it still waits");
    assert_eq!(profile(&house, users[1]).value.site_accounts.len(), 1);
    let synced = house.desk.site_sync(&boss, &StopsAt(9, AtomicU64::new(0))).unwrap();
    assert_eq!((synced.users, synced.stopped), (2, false));
    assert!(!house.desk.site(&boss, north).unwrap().row.sync_due);
}

#[test]
fn it_writes_at_most_a_hundred_users_at_once() {
    let (house, boss, acme, _) = town(1);
    let sample = profile(&house, UserId(3)).value;
    let user = house.user(UserId(3));
    for n in 1..=250u64 {
        let (id, contact) =
            (UserId(1_000 + n), house.contact(("A", "B"), &format!("{n}@a.example"), Some(acme)));
        let login = format!("many{n}").into();
        let more = crate::domain::user::User { id, login_name: login, email: None, ..user.clone() };
        house.put(vec![more.into(), PortalProfile { user: id, contact, ..sample.clone() }.into()]);
    }
    site(&house, true);
    let entries = house.trail().len();
    let synced = house.desk.site_sync(&boss, &()).unwrap();
    assert_eq!(synced.users, 251);
    let told: Vec<_> = house.trail()[entries..].iter().map(|it| it.targets.len()).collect();
    assert_eq!(told, [100, 100, 51, 1]);
    check(&*house.repo);
}

#[test]
fn a_site_that_comes_in_meanwhile_is_not_forgotten() {
    let (house, boss, _, _) = town(2);
    let north = site(&house, true);
    house.desk.deactivate_site(&boss, north, None).unwrap();
    let south = crate::service::SiteForm {
        code: "SOUTH".into(),
        in_portal: true,
        ..crate::service::SiteForm::default()
    };
    house.desk.create_site(&boss, &south).unwrap();
    let (other, who) = (house.desk.clone(), boss.clone());
    let repo = Arc::new(Before::new(house.repo.clone(), move || {
        other.activate_site(&who, north, None).unwrap();
    }));
    let desk = Desk::new(repo, house.clock.clone()).with_hashing(HashCost::CHEAP);
    let synced = desk.site_sync(&boss, &()).unwrap();
    assert_eq!((synced.users, synced.made), (4, 4), "both of them twice, a site each time");
    let rows = house.desk.portal_state(&boss).unwrap();
    assert_eq!((rows.sites, rows.waiting), (3, 0));
    check(&*house.repo);
}

#[test]
fn a_user_who_is_edited_or_deleted_meanwhile_stops_nothing() {
    let (house, boss, acme, users) = town(2);
    let clerk = house.staff(Role::PortalAdmin);
    let bolt = house.company("Bolt", None);
    site(&house, true);
    let (other, who, ids) = (house.desk.clone(), clerk.clone(), users.clone());
    let repo = Arc::new(Before::new(house.repo.clone(), move || {
        other.delete_user(&who, ids[0], None).unwrap();
        let view = other.user(&who, ids[1]).unwrap();
        let form = UserForm { companies: vec![bolt, acme], ..UserForm::of(&view) };
        other.edit_user(&who, ids[1], None, &form).unwrap();
    }));
    let desk = Desk::new(repo, house.clock.clone()).with_hashing(HashCost::CHEAP);
    assert_eq!(desk.site_sync(&boss, &()).unwrap().users, 1);
    assert_eq!(profile(&house, users[1]).value.primary(), Some(bolt), "the edit stays");
    check(&*house.repo);
}

#[test]
fn who_may_not_any_more_runs_it_no_further() {
    let (house, boss, _, users) = town(1);
    let runner = house.staff(Role::PortalAdmin);
    let north = site(&house, true);
    let (other, id) = (house.desk.clone(), runner.user());
    let repo = Arc::new(Before::new(house.repo.clone(), move || {
        other.disable_user(&boss, id, None).unwrap();
    }));
    let desk = Desk::new(repo, house.clock.clone()).with_hashing(HashCost::CHEAP);
    let refused = desk.site_sync(&runner, &());
    assert!(matches!(refused, Err(DeskError::SignedOut(_))), "{refused:?}");
    // What was on its way is done; the site still waits for who may.
    assert_eq!(profile(&house, users[0]).value.site_accounts.len(), 2);
    assert!(
        house.repo.fetch::<crate::domain::site::Site>(north.0).unwrap().unwrap().value.sync_due
    );
    assert_ne!(north, SiteId(1));
}
