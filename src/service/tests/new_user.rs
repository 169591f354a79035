//! Adding portal users from a company's file (C) and under Portal Access (D).

use std::sync::Arc;

use crate::domain::audit::Action;
use crate::domain::company::{Company, CompanyKind};
use crate::domain::contact::Contact;
use crate::domain::id::{CompanyId, ContactId};
use crate::domain::problem::Code;
use crate::domain::role::{Role, RoleChoice};
use crate::domain::text::Text;
use crate::domain::user::{CreatedVia, PortalProfile, UserStatus};
use crate::service::Credentials;
use crate::service::hashing::HashCost;
use crate::service::{Desk, DeskError, Entrance, NewUser, Session};
use crate::store::{AuditDraft, Changes, Key, Kind, RepositoryExt};

use super::people::{RIGHT, secret};
use super::races::Before;
use super::{House, origin};

/// A form of a company's file, filled in well.
pub(super) fn in_file(company: CompanyId, login: &str) -> NewUser {
    NewUser {
        first: "Zoë".into(),
        last: "O'Brien".into(),
        login: login.into(),
        password: Some(secret(RIGHT)),
        ..NewUser::new(Entrance::CompanyFile, company)
    }
}

/// A form of Portal Access, filled in well.
pub(super) fn by_email(company: CompanyId, email: &str) -> NewUser {
    NewUser {
        email: email.into(),
        password: Some(secret(RIGHT)),
        ..NewUser::new(Entrance::PortalAccess, company)
    }
}

/// A form of the account utility, filled in well.
pub(super) fn by_utility(company: CompanyId, login: &str) -> NewUser {
    NewUser {
        account_type: Some(CompanyKind::Customer),
        email: format!("{login}@acme.example"),
        retyped: Some(secret(RIGHT)),
        via: Entrance::Utility,
        ..in_file(company, login)
    }
}

/// A form of Create User, filled in well, that nothing is to be warned of.
pub(super) fn by_role(house: &House, role: Role, login: &str) -> NewUser {
    let acme = house.company("Acme", Some("info@acme.example"));
    house.contract(acme, "2026-01-01", None);
    NewUser {
        via: Entrance::CreateUser,
        role: Some(RoleChoice::BuiltIn(role)),
        email: format!("{login}@acme.example"),
        password: None,
        ..in_file(acme, login)
    }
}

fn agent(house: &House) -> Session {
    house.staff(Role::CustomerService)
}

fn profile(house: &House, user: crate::domain::id::UserId) -> PortalProfile {
    house.repo.fetch::<PortalProfile>(user.0).unwrap().unwrap().value
}

fn contact(house: &House, id: ContactId) -> Contact {
    house.repo.fetch::<Contact>(id.0).unwrap().unwrap().value
}

/// The problems of a refused form: code and field.
pub(super) fn faults<T: std::fmt::Debug>(
    result: Result<T, DeskError>,
) -> Vec<(Code, &'static str)> {
    match result.unwrap_err() {
        DeskError::Problems(problems) => {
            problems.iter().map(|it| (it.code, it.field.unwrap_or("-"))).collect()
        }
        other => panic!("{other}"),
    }
}

/// Deactivates or activates a company as its own call does.
pub(super) fn switch(house: &House, who: &Session, id: CompanyId, active: bool) {
    let read = house.repo.fetch::<Company>(id.0).unwrap().unwrap();
    let action = if active { Action::CompanyActivate } else { Action::CompanyDeactivate };
    let actor = house.desk.authorize(who, crate::domain::role::Permission::Read).unwrap();
    let entry = AuditDraft::new(house.desk.clock.now(), &actor, action)
        .on(Key::new(Kind::Company, id.0), read.value.name.clone());
    let company = Company { active, ..read.value };
    house.repo.commit(Changes::new(entry).update(company, read.stamp)).unwrap();
}

#[test]
fn a_company_s_file_makes_a_user_who_signs_in_with_the_password() {
    let house = House::new();
    let anna = agent(&house);
    let acme = house.company("Acme", None);
    let view = house.desk.create_portal_user(&anna, &in_file(acme, "zoe.P")).unwrap();
    assert_eq!((view.row.user_id.raw(), view.row.status), ("zoe.P", UserStatus::Active));
    assert_eq!((view.created_via, view.must_change_password), (CreatedVia::CompanyFile, true));
    let profile = profile(&house, view.row.id);
    let made = contact(&house, profile.contact);
    assert_eq!((made.label().raw(), made.company), ("Zoë O'Brien", Some(acme)));
    assert_eq!(profile.site_accounts.len(), 1);
    let user = house.user(view.row.id);
    assert!(!user.login_follows_email);
    let entered = house
        .desk
        .portal_sign_in(&Credentials::new("zoe", &secret(RIGHT)), None, &origin())
        .unwrap();
    assert!(matches!(entered, crate::service::PortalSignIn::MustChange), "{entered:?}");
    super::invariants::check(&*house.repo);
    let told = house.trail();
    let actions: Vec<Action> = told.iter().rev().take(4).map(|it| it.action).collect();
    assert!(actions.contains(&Action::UserCreate) && actions.contains(&Action::ContactCreate));
    assert!(!format!("{told:?}").contains(RIGHT));
}

#[test]
fn under_portal_access_the_email_is_the_login_and_no_name_is_needed() {
    let house = House::new();
    let anna = agent(&house);
    let acme = house.company("Acme", Some("info@acme.example"));
    let form = NewUser { must_change: false, invite: false, ..by_email(acme, "Info@acme.example") };
    let view = house.desk.create_portal_user(&anna, &form).unwrap();
    assert_eq!(view.row.user_id.raw(), "Info@acme.example.P");
    assert_eq!(view.row.label().raw(), "Info@acme.example");
    assert!(!view.must_change_password);
    assert!(house.user(view.row.id).login_follows_email);
    let pending = NewUser { password: None, ..by_email(acme, "two@acme.example") };
    let view = house.desk.create_portal_user(&anna, &pending).unwrap();
    assert_eq!((view.row.status, view.password_set_at), (UserStatus::Pending, None));
    super::invariants::check(&*house.repo);
}

#[test]
fn everything_wrong_with_a_form_is_told_at_once_in_its_order() {
    let house = House::new();
    let anna = agent(&house);
    let acme = house.company("Acme", None);
    let empty = NewUser::new(Entrance::CompanyFile, CompanyId(99));
    assert_eq!(
        faults(house.desk.create_portal_user(&anna, &empty)),
        [
            (Code::CompanyMissing, "company"),
            (Code::Missing, "first"),
            (Code::Missing, "last"),
            (Code::Missing, "login_name"),
            (Code::Missing, "password"),
        ]
    );
    let short = NewUser { password: Some(secret("short")), ..by_email(acme, "zoe") };
    assert_eq!(
        faults(house.desk.create_portal_user(&anna, &short)),
        [(Code::Malformed, "email"), (Code::Password, "password")]
    );
    let own = NewUser { password: Some(secret("Acme Acme Acme Zoë")), ..in_file(acme, "zoe") };
    assert_eq!(faults(house.desk.create_portal_user(&anna, &own)), [(Code::Password, "password")]);
    let odd = by_email(acme, "a&b@acme.example");
    assert_eq!(faults(house.desk.create_portal_user(&anna, &odd)), [(Code::Malformed, "email")]);
    let login = NewUser { login: "zoe".into(), ..by_email(acme, "zoe@acme.example") };
    assert_eq!(
        faults(house.desk.create_portal_user(&anna, &login)),
        [(Code::Malformed, "login_name")]
    );
    let check = house.desk.check_new_user(&anna, &empty).unwrap();
    assert_eq!((check.problems.len(), check.user_id, check.seen), (5, None, None));
    assert_eq!(house.trail().iter().filter(|it| it.action == Action::UserCreate).count(), 0);
}

#[test]
fn what_somebody_has_is_told_by_name_about_the_field_it_was_typed_in() {
    let house = House::new();
    let anna = agent(&house);
    let acme = house.company("Acme", None);
    house.desk.create_portal_user(&anna, &by_email(acme, "jo@acme.example")).unwrap();
    house.desk.create_portal_user(&anna, &in_file(acme, "kim")).unwrap();
    let (taken, create) =
        (Code::Taken, |form: NewUser| house.desk.create_portal_user(&anna, &form));
    let error = create(by_email(acme, "JO@acme.example")).unwrap_err();
    assert!(error.to_string().contains("taken by jo@acme.example.P"), "{error}");
    assert_eq!(faults(create(by_email(acme, "JO@acme.example"))), [(taken, "email")]);
    let both = NewUser { email: "jo@acme.example".into(), ..in_file(acme, "KIM.p") };
    assert_eq!(faults(create(both)), [(taken, "email"), (taken, "login_name")]);
    let as_login = in_file(acme, "jo@acme.example");
    assert_eq!(faults(create(as_login)), [(taken, "login_name")]);
}

#[test]
fn the_company_s_contact_of_that_email_else_that_name_is_linked() {
    let house = House::new();
    let anna = agent(&house);
    let (acme, bolt) = (house.company("Acme", None), house.company("Bolt", None));
    let elsewhere = house.contact(("Zoë", "O'Brien"), "zoe@acme.example", Some(bolt));
    let named = house.contact(("ZOE", "O'Brien"), "other@acme.example", Some(acme));
    let mailed = house.contact(("Z", "B"), "ZOE@acme.example", Some(acme));
    let form = |login| NewUser { email: format!("{login}@acme.example"), ..in_file(acme, login) };
    let check = |form: &NewUser| house.desk.check_new_user(&anna, form).unwrap();
    let linked = |form: &NewUser| {
        let planned = check(form).contact.map(|it| it.id);
        let view = house.desk.create_portal_user(&anna, form).unwrap();
        let used = profile(&house, view.row.id).contact;
        assert!(planned.is_none_or(|it| it == used), "as the form said");
        (planned, used)
    };
    assert_eq!(linked(&form("zoe")), (Some(mailed), mailed), "the email goes before the name");
    let by_name = form("zoe2");
    let codes =
        |form: &NewUser| -> Vec<&str> { check(form).warnings.iter().map(|it| it.code).collect() };
    assert!(codes(&by_name).contains(&"W7"), "the contact has another email");
    assert_eq!(linked(&by_name), (Some(named), named));
    assert_eq!(contact(&house, named).email, Some("other@acme.example".into()), "it keeps it");
    let (planned, made) = linked(&form("zoe3"));
    assert_eq!(planned, None, "both are users by now, and the third works elsewhere");
    assert!(![elsewhere, named, mailed].contains(&made));
    super::invariants::check(&*house.repo);
}

#[test]
fn a_free_contact_is_found_behind_any_number_of_namesakes() {
    let house = House::new();
    let anna = agent(&house);
    let acme = house.company("Acme", None);
    let namesakes = 120;
    for n in 0..namesakes {
        let login = format!("zoe{n}");
        house.desk.create_portal_user(&anna, &in_file(acme, &login)).unwrap();
    }
    let free = house.contact(("zoë", "O\'BRIEN"), "zoe@acme.example", Some(acme));
    let view = house.desk.create_portal_user(&anna, &in_file(acme, "zoe")).unwrap();
    assert_eq!(view.row.contact, Some(free));
}

#[test]
fn a_company_deactivated_while_the_form_was_open_is_told_once() {
    let house = House::new();
    let (anna, bert) = (agent(&house), house.staff(Role::PortalAdmin));
    let acme = house.company("Acme", None);
    let mut form = by_email(acme, "jo@acme.example");
    form.seen = house.desk.check_new_user(&anna, &form).unwrap().seen;
    switch(&house, &bert, acme, false);
    let error = house.desk.create_portal_user(&anna, &form).unwrap_err();
    assert_eq!(error.field(), Some("company"));
    assert!(error.to_string().contains(bert.user_id().raw()), "{error}");
    let check = house.desk.check_new_user(&anna, &form).unwrap();
    assert!(check.warnings.iter().any(|it| it.code == "W3") && check.problems.is_empty());
    form.seen = check.seen;
    house.desk.create_portal_user(&anna, &form).unwrap();
}

#[test]
fn who_is_faster_by_a_hair_is_told_of_and_nothing_is_half_done() {
    let trial = |meanwhile: fn(&House, &Session, CompanyId), fault: Option<&str>| {
        let house = Arc::new(House::new());
        let anna = agent(&house);
        let acme = house.company("Acme", None);
        let zoe = house.contact(("Zoë", "O'Brien"), "zoe@acme.example", Some(acme));
        let (at, by) = (house.clone(), anna.clone());
        let before = Before::new(house.repo.clone(), move || meanwhile(&at, &by, acme));
        let desk = Desk::new(Arc::new(before), house.clock.clone())
            .with_hashing(HashCost::CHEAP)
            .with_keys(house.keys.clone());
        let outcome = desk.create_portal_user(&anna, &by_email(acme, "zoe@acme.example"));
        match fault {
            Some(field) => assert_eq!(outcome.unwrap_err().field(), Some(field)),
            None => drop(outcome.unwrap()),
        }
        super::invariants::check(&*house.repo);
        (house, zoe)
    };
    trial(|house, who, acme| switch(house, who, acme, false), Some("company"));
    let take = |house: &House, who: &Session, acme| {
        house.desk.create_portal_user(who, &by_email(acme, "ZOE@acme.example")).map(drop).unwrap();
    };
    trial(take, Some("email"));
    // The contact becomes another user's: the next best is made.
    let (house, zoe) = trial(
        |house, who, acme| {
            house.desk.create_portal_user(who, &in_file(acme, "zoe")).map(drop).unwrap();
        },
        None,
    );
    let by_mail = house.desk.user_by_name(&agent(&house), "zoe@acme.example").unwrap();
    assert_ne!(profile(&house, by_mail.row.id).contact, zoe);
}

#[test]
fn without_an_email_the_check_says_what_can_t_be_sent() {
    let house = House::new();
    let anna = agent(&house);
    let acme = house.company("Acme", None);
    let check = |form: &NewUser| house.desk.check_new_user(&anna, form).unwrap();
    let without = check(&in_file(acme, "zoe"));
    assert!(without.remarks.iter().any(|it| it.contains("neither invited nor mailed")));
    assert_eq!(without.user_id, Some(Text::from("zoe.P")));
    let with = check(&NewUser { email: "zoe@acme.example".into(), ..in_file(acme, "zoe") });
    assert!(!with.remarks.iter().any(|it| it.contains("neither invited nor mailed")));
    // Reading writes nothing.
    assert_eq!(house.last_told().action, Action::Setup);
}

#[test]
fn rows_tell_the_portal_s_address_the_contact_and_the_companies() {
    let house = House::new();
    let anna = agent(&house);
    let (acme, bolt) = (house.company("Acme", None), house.company("Bolt", None));
    let id = super::edit_user::member(&house, "zoe", &[bolt, acme]);
    let rows = |house: &House| {
        let args = crate::service::ListArgs {
            company: Some(acme),
            ..crate::service::ListArgs::all(crate::service::Sort::Name, false)
        };
        house.desk.users(&anna, &args).unwrap().rows
    };
    let row = rows(&house).remove(0);
    assert_eq!((row.id, row.contact), (id, Some(profile(&house, id).contact)));
    assert_eq!(row.website, Some("https://portal.example".into()));
    assert_eq!((row.company_name, row.more_companies), (Some("Bolt".into()), 1));
    house.edit_site(|site| site.website = Text::default());
    assert_eq!(rows(&house)[0].website, Some("Main".into()), "the site's name else");
    let staff = house.desk.user(&anna, anna.user()).unwrap().row;
    assert_eq!((staff.website, staff.contact, staff.more_companies), (None, None, 0));
}
