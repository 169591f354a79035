//! What a portal user with Can Create Users may do at the portal, and what nobody may there.

use crate::domain::audit::Action;
use crate::domain::company::{Company, CompanyKind};
use crate::domain::factor::Factor;
use crate::domain::id::{CompanyId, UserId};
use crate::domain::problem::Code;
use crate::domain::role::{Role, RoleChoice};
use crate::domain::user::{CreatedVia, PortalProfile, UserStatus};
use crate::service::companies::CompanyForm;
use crate::service::portal::PortalSignIn;
use crate::service::{ColleagueForm, Credentials, Delegated, DeskError};
use crate::store::{Record, RepositoryExt};

use super::create_user::own_role;
use super::edit_user::member;
use super::new_user::faults;
use super::people::{OTHER, RIGHT, WRONG, problem, secret};
use super::{House, origin};

/// A portal user of those companies who may create users.
pub(super) fn maker(house: &House, login: &str, companies: &[CompanyId]) -> UserId {
    let id = member(house, login, companies);
    edit_profile(house, id, |it| it.can_create_users = true);
    id
}

fn edit_profile(house: &House, id: UserId, edit: impl FnOnce(&mut PortalProfile)) {
    let mut profile = house.repo.fetch::<PortalProfile>(id.0).unwrap().unwrap().value;
    edit(&mut profile);
    house.put(vec![Record::Profile(profile)]);
}

fn partner(house: &House, name: &str) -> CompanyId {
    let id = house.company(name, None);
    house.edit_company(id, |it| it.kind = CompanyKind::Partner);
    id
}

/// Somebody who is to use the portal, too.
pub(super) fn colleague(login: &str) -> ColleagueForm {
    ColleagueForm {
        first: "Kim".into(),
        last: "Lee".into(),
        email: format!("{login}@acme.example"),
        login: login.into(),
        ..ColleagueForm::default()
    }
}

fn added(
    house: &House,
    by: &str,
    password: &str,
    form: &ColleagueForm,
) -> Result<Delegated<UserId>, DeskError> {
    let password = secret(password);
    let shown = Credentials::new(by, &password);
    Ok(match house.desk.portal_create_user(&shown, None, &origin(), form)? {
        Delegated::Done(row) => Delegated::Done(row.id),
        Delegated::NotIn(entered) => Delegated::NotIn(entered),
    })
}

fn made(house: &House, by: &str, form: &ColleagueForm) -> Result<UserId, DeskError> {
    match added(house, by, RIGHT, form)? {
        Delegated::Done(id) => Ok(id),
        Delegated::NotIn(entered) => panic!("not in: {entered:?}"),
    }
}

fn registered(house: &House, by: &str, name: &str) -> Result<Company, DeskError> {
    let password = secret(RIGHT);
    let form =
        CompanyForm { name: name.into(), partner: true, on_hold: true, ..Default::default() };
    let shown = Credentials::new(by, &password);
    match house.desk.portal_register_customer(&shown, None, &origin(), &form)? {
        Delegated::Done(row) => Ok(house.repo.fetch::<Company>(row.id.0).unwrap().unwrap().value),
        Delegated::NotIn(entered) => panic!("not in: {entered:?}"),
    }
}

#[test]
fn a_customer_s_user_adds_users_for_its_own_companies() {
    let house = House::new();
    let (acme, bolt) = (house.company("Acme", None), house.company("Bolt", None));
    let zoe = maker(&house, "zoe", &[acme, bolt]);
    let password = Some(secret(OTHER));
    let first = made(&house, "zoe.P", &ColleagueForm { password, ..colleague("kim") }).unwrap();
    let second = ColleagueForm { company: Some("c000002".into()), ..colleague("lee") };
    let second = made(&house, "zoe@acme.example", &second).unwrap();
    let profile = |id: UserId| house.repo.fetch::<PortalProfile>(id.0).unwrap().unwrap().value;
    let (kim, lee) = (house.user(first), house.user(second));
    assert_eq!((kim.status, lee.status), (UserStatus::Active, UserStatus::Pending));
    assert_eq!((kim.created_via, kim.role), (CreatedVia::PortalUser, Role::PortalUser));
    assert!(kim.must_change_password && kim.portal_role.is_none());
    assert_eq!((profile(first).primary(), profile(second).primary()), (Some(acme), Some(bolt)));
    assert_eq!(profile(second).memberships.len(), 1);
    assert!(!profile(first).can_create_users, "that is not passed on");
    super::invariants::check(&*house.repo);
    let told = house.trail();
    let entry =
        told.iter().find(|it| it.action == Action::UserCreate && it.actor.user == Some(zoe));
    let entry = entry.expect("the portal user is who did it");
    assert_eq!((entry.actor.name.raw(), entry.actor.role), ("zoe.P", Some(Role::PortalUser)));
    assert!(!format!("{told:?}").contains(OTHER));
}

#[test]
fn nobody_gets_more_than_who_makes_them() {
    let house = House::new();
    let hub = partner(&house, "Hub");
    let zoe = maker(&house, "zoe", &[hub]);
    let claims = own_role(&house, "Claims Desk", true);
    house.edit_user(zoe, |user| user.portal_role = claims.own());
    edit_profile(&house, zoe, |it| it.claim_authorization_required = true);
    let kim = made(&house, "zoe", &colleague("kim")).unwrap();
    assert_eq!(house.user(kim).role_choice(), claims, "not all that a Portal User may");
    let profile = house.repo.fetch::<PortalProfile>(kim.0).unwrap().unwrap().value;
    assert!(profile.claim_authorization_required && !profile.can_create_users);
    // A role for the console is not passed on either.
    house.edit_user(zoe, |user| (user.role, user.portal_role) = (Role::PortalAdmin, None));
    let lee = made(&house, "zoe", &colleague("lee")).unwrap();
    assert_eq!(house.user(lee).role_choice(), RoleChoice::BuiltIn(Role::PortalUser));
    super::invariants::check(&*house.repo);
}

#[test]
fn who_has_an_inactive_role_is_told_so_and_of_no_field() {
    let house = House::new();
    let zoe = maker(&house, "zoe", &[house.company("Acme", None)]);
    let claims = own_role(&house, "Claims Desk", false);
    house.edit_user(zoe, |user| user.portal_role = claims.own());
    let (field, said) = problem(made(&house, "zoe", &colleague("kim")).map(drop));
    assert_eq!(field, None, "the form has no role");
    assert!(said.contains("your own role") && said.contains("ask support"), "{said}");
}

#[test]
fn only_a_partner_s_user_registers_customers() {
    let house = House::new();
    let (acme, hub) = (house.company("Acme", None), partner(&house, "Hub"));
    maker(&house, "zoe", &[acme]);
    let pat = maker(&house, "pat", &[hub]);
    let bolt = registered(&house, "pat", "Bolt").unwrap();
    assert_eq!((bolt.kind, bolt.registered_by), (CompanyKind::Customer, Some(hub)));
    assert!(bolt.active && !bolt.on_hold, "kind and hold are not theirs to say");
    let told = house.last_told();
    assert_eq!((told.action, told.actor.user), (Action::CompanyRegister, Some(pat)));
    assert_eq!(told.targets.len(), 2, "told at the customer and at the partner");
    let error = registered(&house, "zoe", "Cord").unwrap_err();
    assert_eq!(error.code(), "denied");
    assert!(error.to_string().contains("a partner's portal user with Can Create Users"));
    // The customer is none of the partner's own companies.
    let theirs = ColleagueForm { company: Some(bolt.code.raw().into()), ..colleague("kim") };
    assert_eq!(faults(made(&house, "pat", &theirs)), [(Code::CompanyMissing, "company")]);
    assert_eq!(faults(registered(&house, "pat", " ").map(drop)), [(Code::Missing, "company_name")]);
    let shown = house.desk.company(&house.staff(Role::Auditor), bolt.id).unwrap();
    assert_eq!(shown.registered_by.unwrap().raw(), "Hub");
}

#[test]
fn everything_else_is_refused_and_nothing_is_told_of_others() {
    let house = House::new();
    let (acme, bolt) = (house.company("Acme", None), house.company("Bolt", None));
    let zoe = maker(&house, "zoe", &[acme]);
    member(&house, "jo", &[bolt]);
    let before = house.repo.fetch::<PortalProfile>(zoe.0).unwrap().unwrap().value;
    let error = made(&house, "jo", &colleague("kim")).unwrap_err();
    assert_eq!(error.code(), "denied");
    assert!(error.to_string().contains("Only a portal user with Can Create Users"), "{error}");
    // A company of others and one that nobody has are refused in the same words.
    let of = |code: &str| {
        let form = ColleagueForm { company: Some(code.into()), ..colleague("kim") };
        made(&house, "zoe", &form).unwrap_err().to_string()
    };
    assert_eq!(of("C000002"), of("C000077"));
    // Taken names are told without whose they are.
    let taken = ColleagueForm { email: "jo@acme.example".into(), ..colleague("jo") };
    let Err(DeskError::Problems(problems)) = made(&house, "zoe", &taken) else { panic!("taken") };
    let fields: Vec<_> = problems.iter().map(|it| (it.code, it.field)).collect();
    assert_eq!(fields, [(Code::Taken, Some("email")), (Code::Taken, Some("login_name"))]);
    assert!(problems.iter().all(|it| !it.message.contains("jo")), "{problems:?}");
    assert_eq!(
        faults(made(&house, "zoe", &ColleagueForm::default())),
        [
            (Code::Missing, "first"),
            (Code::Missing, "last"),
            (Code::Missing, "email"),
            (Code::Missing, "login_name"),
        ]
    );
    house.edit_company(acme, |it| it.active = false);
    house.edit_company(bolt, |it| it.active = false);
    let out = added(&house, "zoe", RIGHT, &colleague("kim")).unwrap();
    assert!(matches!(out, Delegated::NotIn(PortalSignIn::Refused(_))), "{out:?}");
    house.edit_company(acme, |it| it.active = true);
    let after = house.repo.fetch::<PortalProfile>(zoe.0).unwrap().unwrap().value;
    assert_eq!(before, after);
    super::invariants::check(&*house.repo);
}

#[test]
fn it_takes_all_that_a_sign_in_takes() {
    let house = House::new();
    let acme = house.company("Acme", None);
    let zoe = maker(&house, "zoe", &[acme]);
    let tried = |password: &str| match added(&house, "zoe", password, &colleague("kim")).unwrap() {
        Delegated::NotIn(entered) => entered.outcome(),
        Delegated::Done(_) => "done",
    };
    assert_eq!(tried(WRONG), "refused");
    assert_eq!(house.user(zoe).failed_count, 1, "it counts");
    house.portal(false);
    assert_eq!(tried(RIGHT), "refused");
    house.portal(true);
    house.edit_user(zoe, |user| user.second_factor = Some(Factor::AuthenticatorApp));
    assert_eq!(tried(RIGHT), "second-factor");
    house.edit_user(zoe, |user| user.second_factor = None);
    house.edit_user(zoe, |user| user.must_change_password = true);
    assert_eq!(tried(RIGHT), "must-change-password");
    house.edit_user(zoe, |user| user.must_change_password = false);
    house.disable(zoe);
    assert_eq!(tried(RIGHT), "refused");
    house.edit_user(zoe, |user| user.status = UserStatus::Active);
    // Staff are nobody at the portal.
    house.person(Role::CustomerService, "anna", None);
    let staff = added(&house, "anna", RIGHT, &colleague("kim")).unwrap();
    assert!(matches!(staff, Delegated::NotIn(PortalSignIn::Refused(_))));
    assert_eq!(tried(RIGHT), "done");
}
