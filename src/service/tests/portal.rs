//! Sign-in at the portal, and the rest of workflow A: from Pending to the home page.

use crate::domain::audit::Action;
use crate::domain::id::{SiteId, UserId};
use crate::domain::login::LoginOutcome;
use crate::domain::role::Role;
use crate::domain::site::{PortalGroup, Site};
use crate::domain::time::MINUTE;
use crate::domain::user::UserStatus;
use crate::service::Credentials;
use crate::service::{PasswordChange, PortalSignIn, Refusal};
use crate::store::record::PORTAL_GROUP;
use crate::store::{Kind, Record, RepositoryExt};

use super::people::{OTHER, RIGHT, WRONG, assert_told, problem, secret};
use super::{House, SITE, origin, zoe};

/// Zoë, approved, Pending.
fn approved(house: &House) -> UserId {
    let agent = house.staff(Role::CustomerService);
    let company = house.company("Acme Ltd", None);
    let contact = house.contact(("Zoë", "O'Brien"), "zoe@acme.example", Some(company));
    let request = house.desk.submit_request(&zoe(), None, &origin()).unwrap().id;
    house.desk.link_request(&agent, request, None, contact).unwrap();
    house.desk.approve_request(&agent, request, None, None).unwrap().request.row.user.unwrap()
}

/// Zoë with the password [`RIGHT`], which she may keep.
fn active(house: &House) -> UserId {
    let id = approved(house);
    let agent = house.staff(Role::CustomerService);
    house.desk.set_password(&agent, id, None, &secret(RIGHT), false).unwrap();
    id
}

fn enter(house: &House, name: &str, password: &str) -> PortalSignIn {
    house.desk.portal_sign_in(&Credentials::new(name, &secret(password)), None, &origin()).unwrap()
}

fn refused(outcome: PortalSignIn) -> Refusal {
    assert_eq!(outcome.outcome(), "refused");
    match outcome {
        PortalSignIn::Refused(refusal) => refusal,
        other => panic!("let in: {other:?}"),
    }
}

/// A second site in the portal site group.
fn add_site(house: &House, portal_enabled: bool) -> SiteId {
    let id = SiteId(house.repo.reserve(Kind::Site, 1).unwrap());
    let group = house.repo.fetch::<PortalGroup>(PORTAL_GROUP).unwrap().unwrap().value;
    let sites = [group.sites.clone(), vec![id]].concat();
    house.put(vec![
        Record::Site(Site {
            id,
            code: "NORTH".into(),
            name: "North".into(),
            website: "https://north.example".into(),
            active: true,
            portal_enabled,
            sync_due: false,
        }),
        Record::PortalGroup(PortalGroup { sites, ..group }),
    ]);
    id
}

#[test]
fn from_pending_over_a_temporary_password_to_the_home_page() {
    let house = House::new();
    let id = approved(&house);
    refused(enter(&house, "zoe.obrien.P", RIGHT));
    assert_eq!(house.outcomes(id), [LoginOutcome::Pending]);

    let agent = house.staff(Role::CustomerService);
    let view = house.desk.set_password(&agent, id, None, &secret(RIGHT), true).unwrap();
    assert_eq!((view.row.status, view.must_change_password), (UserStatus::Active, true));
    assert_eq!(view.failed_count, 0);
    assert_eq!(enter(&house, "zoe.obrien.P", RIGHT).outcome(), "must-change-password");
    assert_eq!(house.user(id).last_login_at, None);
    assert_told(&house.last_told(), Some(id), Action::SignIn, "must change password");

    let change = house.desk.portal_change_password(
        &Credentials::new("zoe.obrien", &secret(RIGHT)),
        &secret(OTHER),
        &origin(),
    );
    assert!(matches!(change, Ok(PasswordChange::Changed)));
    assert_told(&house.last_told(), Some(id), Action::OwnPassword, "");
    refused(enter(&house, "zoe.obrien", RIGHT));

    let PortalSignIn::Ok(visit) = enter(&house, "Zoe@Acme.example", OTHER) else {
        panic!("the new password lets in")
    };
    assert_eq!((visit.user_id.raw(), visit.site.raw()), ("zoe.obrien.P", SITE));
    assert_eq!(visit.last_login_at, None);
    assert_eq!(house.user(id).last_login_at, Some(house.desk.clock.now()));
    assert_told(&house.last_told(), Some(id), Action::SignIn, "");
    let history = [LoginOutcome::Ok, LoginOutcome::WrongPassword, LoginOutcome::MustChange];
    assert_eq!(house.outcomes(id)[..3], history);
}

#[test]
fn staff_are_as_unknown_as_nobody() {
    let house = House::new();
    let anna = house.person(Role::CustomerService, "anna", None).user();
    let staff = refused(enter(&house, "anna", RIGHT));
    assert_eq!(staff, refused(enter(&house, "nobody", RIGHT)));
    assert_told(&house.last_told(), None, Action::SignInRefused, "unknown name");
    assert_eq!(house.user(anna).failed_count, 0);
    assert_eq!(house.outcomes(anna), []);
}

#[test]
fn a_portal_that_is_off_lets_nobody_in_and_looks_at_no_password() {
    let house = House::new();
    let id = active(&house);
    house.portal(false);
    for password in [RIGHT, WRONG] {
        let refusal = refused(enter(&house, "zoe.obrien", password));
        assert!(refusal.message.contains("switched off"), "{refusal}");
        assert_told(&house.last_told(), Some(id), Action::SignInRefused, "portal off");
        // One such try a minute is told of.
        house.clock.advance(MINUTE);
    }
    let change = house
        .desk
        .portal_change_password(
            &Credentials::new("zoe.obrien", &secret(RIGHT)),
            &secret(OTHER),
            &origin(),
        )
        .unwrap();
    assert!(matches!(change, PasswordChange::Refused(_)));
    assert_eq!(house.user(id).failed_count, 0);
    assert_eq!(house.outcomes(id), [LoginOutcome::PortalOff; 3]);
    house.portal(true);
    assert_eq!(enter(&house, "zoe.obrien", RIGHT).outcome(), "ok");
}

#[test]
fn a_site_must_be_one_of_the_portals_be_open_and_have_the_account() {
    let house = House::new();
    let id = active(&house);
    add_site(&house, true);
    let at = |site: &str| {
        house.desk.portal_sign_in(
            &Credentials::new("zoe.obrien", &secret(RIGHT)),
            Some(site),
            &origin(),
        )
    };
    assert_eq!(at("main").unwrap().outcome(), "ok");
    let (field, message) = problem(at("SOUTH"));
    assert_eq!(field, Some("site"));
    assert!(message.contains("“SOUTH”") && message.contains("MAIN, NORTH"), "{message}");
    let refusal = refused(at("north").unwrap());
    assert!(refusal.message.contains("no account at North"), "{refusal}");
    assert_eq!(house.outcomes(id)[0], LoginOutcome::WrongDoor);
    let closed = House::new();
    active(&closed);
    add_site(&closed, false);
    let there = closed.desk.portal_sign_in(
        &Credentials::new("nobody", &secret(WRONG)),
        Some("NORTH"),
        &origin(),
    );
    assert!(refused(there.unwrap()).message.contains("switched off"));
}

#[test]
fn a_home_site_that_is_off_is_told_to_who_has_the_password_only() {
    let house = House::new();
    let id = active(&house);
    add_site(&house, true);
    let home = house.repo.fetch::<Site>(1).unwrap().unwrap().value;
    house.put(vec![Record::Site(Site { portal_enabled: false, ..home })]);
    assert!(!refused(enter(&house, "zoe.obrien", WRONG)).message.contains("switched off"));
    assert!(refused(enter(&house, "zoe.obrien", RIGHT)).message.contains("switched off"));
    assert_eq!(house.outcomes(id), [LoginOutcome::PortalOff, LoginOutcome::WrongPassword]);
}

#[test]
fn a_disabled_user_is_told_so_after_the_right_password_only() {
    let house = House::new();
    let id = active(&house);
    house.disable(id);
    assert!(!refused(enter(&house, "zoe.obrien", WRONG)).message.contains("disabled"));
    assert!(refused(enter(&house, "zoe.obrien", RIGHT)).message.contains("disabled"));
    let change = |old: &str| {
        house.desk.portal_change_password(
            &Credentials::new("zoe.obrien", &secret(old)),
            &secret(OTHER),
            &origin(),
        )
    };
    assert!(matches!(change(RIGHT), Ok(PasswordChange::Refused(_))));
    assert_eq!(house.user(id).password_set_at, Some(house.user(id).created_at));
}

#[test]
fn changing_a_password_counts_wrong_old_ones_and_keeps_the_policy() {
    let house = House::new();
    let id = active(&house);
    let change = |old: &str, new: &str| {
        house.desk.portal_change_password(
            &Credentials::new("zoe.obrien", &secret(old)),
            &secret(new),
            &origin(),
        )
    };
    for (new, why) in [("Acme-Ltd-Acme-Ltd", "own name"), ("short", "15"), (RIGHT, "present")] {
        let (field, message) = problem(change(RIGHT, new));
        assert!(field == Some("password") && message.contains(why), "{message}");
    }
    for _ in 0..5 {
        assert!(matches!(change(WRONG, OTHER), Ok(PasswordChange::Refused(_))));
    }
    assert_eq!(house.user(id).failed_count, 5);
    let Ok(PasswordChange::Refused(refusal)) = change(RIGHT, OTHER) else {
        panic!("the wait holds for changes too")
    };
    assert!(refusal.retry_at.is_some());
    assert!(refused(enter(&house, "zoe.obrien", RIGHT)).retry_at.is_some());
}
