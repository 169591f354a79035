//! Editing users: fields, login, password, companies, and who is told of it.

use crate::domain::audit::Action;
use crate::domain::company::CompanyKind;
use crate::domain::contact::Contact;
use crate::domain::factor::Factor;
use crate::domain::id::{CompanyId, UserId};
use crate::domain::problem::Code;
use crate::domain::role::Role;
use crate::domain::user::{PortalProfile, UserStatus};
use crate::service::Credentials;
use crate::service::user_views::UserView;
use crate::service::{DeskError, ListArgs, NewUser, PortalSignIn, Session, Sort, UserForm};
use crate::store::{Key, Kind, RepositoryExt};

use super::new_user::{by_email, faults, in_file};
use super::people::{OTHER, RIGHT, WRONG, secret, sign_in, signed_in};
use super::{House, origin};

/// A portal user of those companies, the first one primary, with the password [`RIGHT`].
pub(super) fn member(house: &House, login: &str, companies: &[CompanyId]) -> UserId {
    let anna = house.staff(Role::PortalAdmin);
    let form = NewUser {
        email: format!("{login}@acme.example"),
        must_change: false,
        ..in_file(companies[0], login)
    };
    let view = house.desk.create_portal_user(&anna, &form).unwrap();
    let form = UserForm { companies: companies.to_vec(), ..UserForm::of(&view) };
    house.desk.edit_user(&anna, view.row.id, None, &form).unwrap().row.id
}

fn agent(house: &House) -> Session {
    house.staff(Role::CustomerService)
}

fn companies(view: &UserView) -> Vec<CompanyId> {
    UserForm::of(view).companies
}

fn contact_of(house: &House, user: UserId) -> Contact {
    let profile = house.repo.fetch::<PortalProfile>(user.0).unwrap().unwrap().value;
    house.repo.fetch::<Contact>(profile.contact.0).unwrap().unwrap().value
}

#[test]
fn the_email_that_codes_go_to_stays() {
    let house = House::new();
    let anna = agent(&house);
    let id = member(&house, "zoe", &[house.company("Acme", None)]);
    let without = || {
        let form = UserForm::of(&house.desk.user(&anna, id).unwrap());
        let form = UserForm { email: String::new(), ..form };
        house.desk.edit_user(&anna, id, None, &form)
    };
    house.edit_user(id, |user| user.second_factor = Some(Factor::EmailCode));
    assert_eq!(faults(without()), [(Code::SecondFactor, "second_factor")]);
    super::invariants::check(&*house.repo);
    house.edit_user(id, |user| user.second_factor = Some(Factor::AuthenticatorApp));
    assert_eq!(without().unwrap().row.email, None);
}

#[test]
fn every_field_is_edited_and_told_before_and_after() {
    let house = House::new();
    let anna = agent(&house);
    let acme = house.company("Acme", None);
    let id = member(&house, "zoe", &[acme]);
    let view = house.desk.user(&anna, id).unwrap();
    let form = UserForm {
        first: "Zoe".into(),
        last: String::new(),
        email: "z@acme.example".into(),
        phone: "0123456789".into(),
        login: "zobrien.P".into(),
        password: Some(secret(OTHER)),
        must_change: false,
        ..UserForm::of(&view)
    };
    let check = house.desk.check_user(&anna, id, &form).unwrap();
    assert_eq!((check.problems.len(), check.user_id.unwrap().raw()), (0, "zobrien.P"));
    assert!(check.warnings.iter().any(|it| it.code == "W7"), "the contact keeps its email");
    let view = house.desk.edit_user(&anna, id, Some(view.row.stamp), &form).unwrap();
    assert_eq!((view.row.user_id.raw(), view.row.last.clone()), ("zobrien.P", None));
    assert_eq!(contact_of(&house, id).email, Some("zoe@acme.example".into()));
    let told: Vec<(Action, Vec<String>)> = house
        .trail()
        .into_iter()
        .rev()
        .take(2)
        .map(|it| (it.action, it.changes.into_iter().map(|it| it.field).collect()))
        .collect();
    assert_eq!(told[0].0, Action::UserPassword);
    assert_eq!(told[1].0, Action::UserEdit);
    assert_eq!(told[1].1, ["first", "last", "email", "phone", "login_name"]);
    assert!(!format!("{:?}", house.trail()).contains(OTHER));
    let enters = |login: &str, password: &str| {
        house
            .desk
            .portal_sign_in(&Credentials::new(login, &secret(password)), None, &origin())
            .unwrap()
    };
    assert!(matches!(enters("zobrien", OTHER), PortalSignIn::Ok(_)));
    assert!(matches!(enters("z@acme.example", OTHER), PortalSignIn::Ok(_)));
    assert!(matches!(enters("zoe", RIGHT), PortalSignIn::Refused(_)), "the old login is free");
    super::invariants::check(&*house.repo);
}

#[test]
fn an_edit_that_changes_nothing_writes_nothing() {
    let house = House::new();
    let anna = agent(&house);
    let (acme, bolt) = (house.company("Acme", None), house.company("Bolt", None));
    let id = member(&house, "zoe", &[acme, bolt]);
    let before = (house.user(id), house.trail().len());
    let form = UserForm::of(&house.desk.user(&anna, id).unwrap());
    house.desk.edit_user(&anna, id, None, &form).unwrap();
    assert_eq!((house.user(id), house.trail().len()), before);
}

#[test]
fn where_the_login_follows_the_email_a_new_email_moves_it() {
    let house = House::new();
    let anna = agent(&house);
    let acme = house.company("Acme", None);
    let id = house.desk.create_portal_user(&anna, &by_email(acme, "jo@acme.example")).unwrap();
    let id = id.row.id;
    let form = || UserForm::of(&house.desk.user(&anna, id).unwrap());
    let edit = |form: UserForm| house.desk.edit_user(&anna, id, None, &form);
    let moved = UserForm { email: "joe@acme.example".into(), ..form() };
    let check = house.desk.check_user(&anna, id, &moved).unwrap();
    assert!(check.remarks.iter().any(|it| it.contains("joe@acme.example")), "{check:?}");
    assert_eq!(edit(moved).unwrap().row.user_id.raw(), "joe@acme.example.P");
    let emptied = UserForm { email: String::new(), ..form() };
    assert_eq!(faults(edit(emptied)), [(Code::Missing, "email")]);
    let unfit = UserForm { email: "a&b@acme.example".into(), ..form() };
    assert_eq!(faults(edit(unfit)), [(Code::Malformed, "email")]);
    let own = UserForm { email: String::new(), login: "joe".into(), ..form() };
    assert_eq!(edit(own).unwrap().row.user_id.raw(), "joe.P");
    assert!(!house.user(id).login_follows_email, "an own login stays where it is");
    edit(UserForm { email: "jo@acme.example".into(), ..form() }).unwrap();
    assert_eq!(house.user(id).login_name.raw(), "joe");
}

#[test]
fn what_is_wrong_with_an_edit_is_told_at_once_about_its_field() {
    let house = House::new();
    let anna = agent(&house);
    let (acme, ours) = (house.company("Acme", None), house.company("Ours", None));
    house.edit_company(ours, |it| it.kind = CompanyKind::Partner);
    member(&house, "kim", &[acme]);
    let id = member(&house, "zoe", &[acme]);
    let form = UserForm::of(&house.desk.user(&anna, id).unwrap());
    let faults = |form: UserForm| faults(house.desk.edit_user(&anna, id, None, &form));
    let (missing, taken) = (Code::CompanyMissing, Code::Taken);
    let all = UserForm {
        first: "a\u{7}".into(),
        email: "KIM@acme.example".into(),
        login: "kim.p".into(),
        companies: vec![],
        password: Some(secret("short")),
        ..form.clone()
    };
    assert_eq!(
        faults(all),
        [
            (missing, "companies"),
            (Code::Malformed, "first"),
            (taken, "email"),
            (taken, "login_name"),
            (Code::Password, "password"),
        ]
    );
    let gone = UserForm { companies: vec![acme, CompanyId(77)], ..form.clone() };
    assert_eq!(faults(gone), [(missing, "companies")]);
    let other_kind = UserForm { companies: vec![acme, ours], ..form.clone() };
    assert_eq!(faults(other_kind), [(Code::AccountType, "companies")]);
    let same = UserForm { password: Some(secret(RIGHT)), ..form };
    assert_eq!(faults(same), [(Code::Password, "password")]);
}

#[test]
fn companies_are_added_and_taken_off_and_the_contact_stays_with_one_of_them() {
    let house = House::new();
    let anna = agent(&house);
    let [acme, bolt, cern] = ["Acme", "Bolt", "Cern"].map(|name| house.company(name, None));
    let id = member(&house, "zoe", &[acme]);
    let edit = |companies: Vec<CompanyId>| {
        let form = UserForm { companies, ..UserForm::of(&house.desk.user(&anna, id).unwrap()) };
        let check = house.desk.check_user(&anna, id, &form).unwrap();
        (check.remarks, house.desk.edit_user(&anna, id, None, &form).unwrap())
    };
    let (remarks, view) = edit(vec![bolt, acme, bolt]);
    assert_eq!((companies(&view), remarks.len()), (vec![bolt, acme], 0));
    assert_eq!(view.row.company_name.unwrap().raw(), "Bolt");
    assert_eq!(contact_of(&house, id).company, Some(acme), "one of them, it stays");
    let told = house.last_told().changes;
    assert_eq!(told[0].after.as_ref().unwrap().raw(), "Bolt, Acme");
    let (remarks, view) = edit(vec![cern, bolt]);
    assert!(remarks[0].contains("moves to Cern"), "{remarks:?}");
    assert_eq!(companies(&view), [cern, bolt]);
    assert_eq!(contact_of(&house, id).company, Some(cern));
    let contact = Key::new(Kind::Contact, contact_of(&house, id).id.0);
    assert_eq!(house.last_entry(contact).action, Action::ContactEdit);
    super::invariants::check(&*house.repo);
}

#[test]
fn a_user_of_several_companies_is_taken_off_one_of_them() {
    let house = House::new();
    let anna = agent(&house);
    let [acme, bolt, cern] = ["Acme", "Bolt", "Cern"].map(|name| house.company(name, None));
    let id = member(&house, "zoe", &[acme, bolt, cern]);
    let base = Some(house.desk.user(&anna, id).unwrap().row.stamp);
    let leave = |company| house.desk.remove_from_company(&anna, id, None, company);
    let view = house.desk.remove_from_company(&anna, id, base, acme).unwrap();
    assert_eq!(companies(&view), [bolt, cern], "the next one is primary");
    assert_eq!(contact_of(&house, id).company, Some(bolt), "the contact was with Acme");
    let late = house.desk.remove_from_company(&anna, id, base, cern);
    assert!(matches!(late, Err(DeskError::Conflict(_))), "{late:?}");
    assert_eq!(faults(leave(acme)), [(Code::WrongState, "company")]);
    assert_eq!(companies(&leave(cern).unwrap()), [bolt]);
    let entry = house.last_told();
    assert_eq!(entry.action, Action::UserLeave);
    let message = leave(bolt).unwrap_err().to_string();
    assert!(message.contains("only company"), "{message}");
    super::invariants::check(&*house.repo);
}

#[test]
fn a_first_password_makes_a_pending_user_active() {
    let house = House::new();
    let anna = agent(&house);
    let acme = house.company("Acme", None);
    let form = NewUser { password: None, ..by_email(acme, "jo@acme.example") };
    let view = house.desk.create_portal_user(&anna, &form).unwrap();
    let form = UserForm { password: Some(secret(OTHER)), must_change: true, ..UserForm::of(&view) };
    let view = house.desk.edit_user(&anna, view.row.id, Some(view.row.stamp), &form).unwrap();
    assert_eq!((view.row.status, view.must_change_password), (UserStatus::Active, true));
    let actions: Vec<Action> = house.trail().iter().rev().take(2).map(|it| it.action).collect();
    let ended = [Action::InvitationCancel, Action::UserPassword];
    assert_eq!(actions, ended, "no field was edited, and the mail needs not go out any more");
}

#[test]
fn edits_since_the_form_was_opened_are_told_and_sign_ins_are_none() {
    let house = House::new();
    let (anna, bert) = (agent(&house), house.staff(Role::SuperUser));
    let acme = house.company("Acme", None);
    let id = member(&house, "zoe", &[acme]);
    let view = house.desk.user(&anna, id).unwrap();
    let form = UserForm { phone: "0123456789".into(), ..UserForm::of(&view) };
    house.desk.portal_sign_in(&Credentials::new("zoe", &secret(WRONG)), None, &origin()).unwrap();
    house.desk.edit_user(&anna, id, Some(view.row.stamp), &form).unwrap();
    let late = house.desk.edit_user(&bert, id, Some(view.row.stamp), &form);
    let Err(DeskError::Conflict(conflict)) = late else { panic!("{late:?}") };
    assert_eq!((conflict.edits.len(), conflict.edits[0].did), (1, "edited"));
    assert_eq!(conflict.edits[0].changes[0].field, "phone");
}

#[test]
fn staff_are_edited_by_who_may_administer_and_are_out_under_their_old_name() {
    let house = House::new();
    let boss = house.staff(Role::SecurityAdministrator);
    house.person(Role::CustomerService, "bob", None);
    let bob = signed_in(sign_in(&house.desk, "bob", RIGHT));
    let view = house.desk.user(&boss, bob.user()).unwrap();
    let edit = |who: &Session, form: &UserForm| {
        house.desk.edit_user(who, bob.user(), None, form).map(drop)
    };
    let form = UserForm { phone: "0123456789".into(), ..UserForm::of(&view) };
    edit(&boss, &form).unwrap();
    house.desk.users(&bob, &ListArgs::all(Sort::Name, false)).unwrap();
    let denied = edit(&agent(&house), &form).unwrap_err();
    assert!(matches!(denied, DeskError::Denied { .. }), "{denied}");
    let own = house.desk.edit_user(&boss, boss.user(), None, &form).unwrap_err().to_string();
    assert!(own.contains("your own account"), "{own}");
    let portal = UserForm { login: "bob.P".into(), ..form.clone() };
    assert_eq!(faults(edit(&boss, &portal)), [(Code::Malformed, "login_name")]);
    edit(&boss, &UserForm { login: "bobby".into(), ..form }).unwrap();
    let out = house.desk.users(&bob, &ListArgs::all(Sort::Name, false)).unwrap_err();
    assert!(out.to_string().contains("Your User ID is bobby now"), "{out}");
    signed_in(sign_in(&house.desk, "bobby", RIGHT));
}
