//! Warnings in Create User, which they stop: each provoked alone, and beside it what does not
//! provoke it.

use std::collections::BTreeSet;

use crate::domain::contact::Contact;
use crate::domain::id::UserId;
use crate::domain::role::Role;
use crate::domain::user::PortalProfile;
use crate::service::{DeskError, NewUser, Overriding};
use crate::store::{Record, RepositoryExt};

use super::edit_user::member;
use super::new_user::by_role;
use super::{House, origin, zoe};

/// A change to a form of Create User that nothing is warned of.
type Change = fn(&House, NewUser) -> NewUser;

/// Each warning: what provokes it alone in Create User, and beside it what does not.
#[test]
fn every_warning_stops_create_user_until_it_is_overridden() {
    let same: Change = |_, form| form;
    let trials: [(&str, Change, Change); 11] = [
        ("W1", |_, f| NewUser { email: "zoe@gmail.com".into(), ..f }, same),
        ("W1", |_, f| NewUser { email: "zoe@bolt.example".into(), ..f }, same),
        (
            "W2",
            |h, f| {
                let contact = h.contact(("zoe", "o'brien"), "z@acme.example", Some(f.companies[0]));
                let held = h.repo.fetch::<Contact>(contact.0).unwrap().unwrap().value;
                // One who is a user by it already: the other one is a new contact.
                let user = PortalProfile {
                    contact,
                    ..profile_of(h, member(h, "other", &[f.companies[0]]))
                };
                h.put(vec![Record::Contact(held), Record::Profile(user)]);
                f
            },
            |h, f| {
                h.contact(("zoe", "o'brien"), "z@bolt.example", Some(h.company("Bolt", None)));
                f
            },
        ),
        (
            "W3",
            |h, f| {
                h.edit_company(f.companies[0], |it| it.active = false);
                f
            },
            same,
        ),
        (
            "W4",
            |h, mut f| {
                f.companies.push(h.company("Bolt", None));
                f
            },
            |h, mut f| {
                let bolt = h.company("Bolt", None);
                h.contract(bolt, "2020-01-01", Some("2026-03-01"));
                f.companies.push(bolt);
                f
            },
        ),
        (
            "W5",
            |h, f| {
                h.edit_site(|site| site.portal_enabled = false);
                f
            },
            same,
        ),
        (
            "W6",
            |_, f| NewUser { phone: "call me".into(), ..f },
            |_, f| NewUser { phone: "+44 20 7946 0018".into(), ..f },
        ),
        (
            "W7",
            |h, f| {
                h.contact(("Zoë", "O'Brien"), "other@acme.example", Some(f.companies[0]));
                f
            },
            |h, f| {
                h.contact(("Zoë", "O'Brien"), "ZOE@acme.example", Some(f.companies[0]));
                f
            },
        ),
        (
            "W8",
            |h, f| {
                h.desk.submit_request(&zoe(), None, &origin()).unwrap();
                f
            },
            |h, f| {
                let number = h.desk.submit_request(&zoe(), None, &origin()).unwrap().id;
                h.desk
                    .reject_request(&h.staff(Role::CustomerService), number, None, "spam")
                    .unwrap();
                f
            },
        ),
        ("W9", |h, f| many(h, f, 21), |h, f| many(h, f, 20)),
        (
            "W10",
            |h, f| {
                // Nothing but the look-alike: the company has no email of its own.
                h.edit_company(f.companies[0], |it| it.email = None);
                NewUser { email: "zоe@acme.example".into(), ..f }
            },
            same,
        ),
    ];
    let mut found = BTreeSet::new();
    for (code, cause, beside) in trials {
        let house = House::new();
        let boss = house.staff(Role::PortalAdmin);
        let form = cause(&house, by_role(&house, Role::PortalUser, "zoe"));
        let outcome = house.desk.create_portal_user(&boss, &form);
        let Err(DeskError::Warned(warnings)) = outcome else { panic!("{code}: {outcome:?}") };
        let codes: Vec<&str> = warnings.iter().map(|it| it.code).collect();
        assert_eq!(codes, [code], "{warnings:?}");
        let form = NewUser { overriding: Overriding::Shown(warnings), ..form };
        house.desk.create_portal_user(&boss, &form).unwrap();
        found.insert(code);
        let house = House::new();
        let boss = house.staff(Role::PortalAdmin);
        let form = beside(&house, by_role(&house, Role::PortalUser, "zoe"));
        house.desk.create_portal_user(&boss, &form).unwrap();
    }
    assert_eq!(found.len(), 10, "W1 to W10");
}

fn profile_of(house: &House, id: UserId) -> PortalProfile {
    house.repo.fetch(id.0).unwrap().unwrap().value
}

/// So many companies, all with contracts.
fn many(house: &House, form: NewUser, count: usize) -> NewUser {
    let more = (form.companies.len()..count).map(|n| {
        let id = house.company(&format!("Firm {n}"), None);
        house.contract(id, "2026-01-01", None);
        id
    });
    NewUser { companies: form.companies.iter().copied().chain(more).collect(), ..form }
}

#[test]
fn warnings_of_several_companies_name_them_in_one_sentence() {
    let house = House::new();
    let boss = house.staff(Role::PortalAdmin);
    let form = many(&house, by_role(&house, Role::PortalUser, "zoe"), 7);
    for id in &form.companies[..5] {
        house.edit_company(*id, |it| it.on_hold = true);
    }
    house.edit_company(form.companies[6], |it| it.active = false);
    let check = house.desk.check_new_user(&boss, &form).unwrap();
    let said: Vec<(&str, &str)> =
        check.warnings.iter().map(|it| (it.code, it.message.as_str())).collect();
    assert_eq!(
        said,
        [("W3", "Firm 6 is inactive."), ("W3", "Acme, Firm 1, Firm 2 and 2 more are on hold."),]
    );
    let stopped = house.desk.create_portal_user(&boss, &form).unwrap_err();
    assert!(matches!(stopped, DeskError::Warned(ref all) if all.len() == 2), "{stopped:?}");
    let overriding = Overriding::Codes(vec!["W3".into()]);
    house.desk.create_portal_user(&boss, &NewUser { overriding, ..form }).unwrap();
}
