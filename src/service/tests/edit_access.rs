//! Editing what somebody may: roles, flags, organization configs, second factors; who may give
//! which, and what happens when two are at it at the same moment.

use std::sync::Arc;

use crate::domain::audit::Action;
use crate::domain::company::CompanyKind;
use crate::domain::factor::Factor;
use crate::domain::id::{CompanyId, UserId};
use crate::domain::problem::Code;
use crate::domain::role::{PortalRole, Role, RoleChoice};
use crate::domain::user::{MemberConfig, PortalProfile};
use crate::service::hashing::HashCost;
use crate::service::user_views::UserView;
use crate::service::{Desk, DeskError, Session, UserForm};
use crate::store::{AuditDraft, Changes, Key, Kind, RepositoryExt};

use super::create_user::own_role;
use super::edit_user::member;
use super::new_user::{by_role, faults};
use super::races::Before;
use super::{House, test_actor};

fn edit(
    house: &House,
    by: &Session,
    id: UserId,
    change: impl FnOnce(UserForm) -> UserForm,
) -> Result<UserView, DeskError> {
    let view = house.desk.user(by, id).unwrap();
    house.desk.edit_user(by, id, Some(view.row.stamp), &change(UserForm::of(&view)))
}

fn to(role: RoleChoice) -> impl FnOnce(UserForm) -> UserForm {
    move |form| UserForm { role: Some(role), ..form }
}

fn profile(house: &House, id: UserId) -> PortalProfile {
    house.repo.fetch::<PortalProfile>(id.0).unwrap().unwrap().value
}

/// From which role to which, and who may; of staff roles any will do.
#[test]
fn a_role_is_changed_only_from_one_you_may_give_to_one_you_may_give() {
    use Role::{
        Auditor, CustomerService, PortalAdmin, PortalUser, SecurityAdministrator, SuperUser,
    };
    let table = [
        (Some(PortalUser), None, &[PortalAdmin][..]),
        (None, Some(PortalUser), &[PortalAdmin]),
        (Some(PortalAdmin), Some(SuperUser), &[SecurityAdministrator]),
        (Some(SuperUser), Some(PortalAdmin), &[SecurityAdministrator]),
        (Some(CustomerService), Some(Auditor), &[SecurityAdministrator]),
        (Some(PortalUser), Some(SuperUser), &[]),
        (Some(SuperUser), Some(PortalUser), &[]),
        (Some(SuperUser), None, &[]),
        (Some(CustomerService), Some(PortalAdmin), &[]),
        (Some(PortalUser), Some(Auditor), &[]),
    ];
    for (from, into, may) in table {
        for role in Role::ALL.into_iter().filter(|it| it.uses_console()) {
            let house = House::new();
            let claims = own_role(&house, "Claims", true);
            let choice = |role: Option<Role>| role.map_or(claims, RoleChoice::BuiltIn);
            let by = house.staff(role);
            let id = match from {
                Some(staff) if Role::STAFF.contains(&staff) => house.staff(staff).user(),
                _ => member(&house, "zoe", &[house.company("Acme", None)]),
            };
            house.edit_user(id, |user| {
                (user.role, user.portal_role) = (choice(from).role(), choice(from).own());
            });
            let before = house.trail().len();
            match edit(&house, &by, id, to(choice(into))) {
                Ok(view) => {
                    assert!(may.contains(&role), "{role}: {from:?} → {into:?}");
                    assert_eq!(view.role_choice, choice(into));
                    let told: Vec<Action> =
                        house.trail()[before..].iter().map(|it| it.action).collect();
                    assert_eq!(told, [Action::UserRole], "an entry of its own");
                }
                Err(error) => {
                    assert!(!may.contains(&role), "{role}: {from:?} → {into:?}: {error}");
                    assert!(["role", "denied"].contains(&error.code().as_str()), "{error:?}");
                    assert_eq!(house.trail().len(), before);
                }
            }
        }
    }
}

#[test]
fn what_may_be_changed_is_said_beforehand() {
    let house = House::new();
    let (boss, pam) = (house.staff(Role::SecurityAdministrator), house.staff(Role::PortalAdmin));
    let zoe = member(&house, "zoe", &[house.company("Acme", None)]);
    let view = |by: &Session, id| house.desk.user(by, id).unwrap();
    assert_eq!(view(&pam, zoe).why_not_role, None);
    assert!(view(&boss, zoe).why_not_role.unwrap().contains("Only Portal Admin may"));
    assert_eq!(view(&boss, pam.user()).why_not_role, None);
    assert!(view(&pam, pam.user()).why_not_role.unwrap().contains("Nobody changes their own"));
    assert_eq!(view(&pam, zoe).why_not_flags, None);
    assert!(view(&boss, zoe).why_not_flags.unwrap().contains("Portal Data Administrator"));
    let offers = house.desk.roles_to_give(&boss).unwrap();
    let names: Vec<(&str, bool)> =
        offers.iter().map(|it| (it.name.raw(), it.why_not.is_none())).collect();
    assert_eq!(names, [("Portal User", false), ("Portal Admin", true), ("Super User", true)]);
    own_role(&house, "Claims", true);
    own_role(&house, "Old", false);
    let offers = house.desk.roles_to_give(&pam).unwrap();
    let why_not: Vec<(&str, Option<&str>)> =
        offers.iter().map(|it| (it.name.raw(), it.why_not.as_deref())).collect();
    assert_eq!(why_not[0], ("Portal User", None));
    assert_eq!(why_not[1], ("Claims", None));
    assert!(why_not[2].0 == "Old" && why_not[2].1.unwrap().contains("inactive"));
    assert!(why_not[3].1.unwrap().contains("Only Security Administrator may"));
}

#[test]
fn flags_take_their_permission_and_claims_a_partner() {
    let house = House::new();
    let hub = house.company("Hub", None);
    let acme = house.company("Acme", None);
    house.edit_company(hub, |it| it.kind = CompanyKind::Partner);
    let (pat, zoe) = (member(&house, "pat", &[hub]), member(&house, "zoe", &[acme]));
    let (data, agent) =
        (house.staff(Role::PortalDataAdministrator), house.staff(Role::CustomerService));
    let flags = |may: bool, claim: bool| {
        move |form| UserForm {
            can_create_users: Some(may),
            claim_authorization_required: Some(claim),
            ..form
        }
    };
    let denied = edit(&house, &agent, zoe, flags(true, false)).unwrap_err();
    assert_eq!(denied.code(), "denied");
    assert!(denied.to_string().contains("Portal Data Administrator or Portal Admin"), "{denied}");
    // What stays as it is needs no permission.
    edit(&house, &agent, zoe, flags(false, false)).unwrap();
    let claim = edit(&house, &data, zoe, flags(true, true));
    assert_eq!(faults(claim), [(Code::ClaimAuthorization, "claim_authorization_required")]);
    edit(&house, &data, pat, flags(true, true)).unwrap();
    assert!(profile(&house, pat).can_create_users);
    assert!(profile(&house, pat).claim_authorization_required);
    let told = house.last_told();
    let fields: Vec<&str> = told.changes.iter().map(|it| it.field.as_str()).collect();
    assert_eq!(fields, ["can_create_users", "claim_authorization_required"]);
    super::invariants::check(&*house.repo);
}

#[test]
fn an_organization_config_is_of_a_contract_and_goes_with_its_company() {
    let house = House::new();
    let (acme, bolt) = (house.company("Acme", None), house.company("Bolt", None));
    house.contract(bolt, "2026-01-01", None);
    let zoe = member(&house, "zoe", &[acme, bolt]);
    let agent = house.staff(Role::CustomerService);
    let configs = |company: CompanyId, code: &str| {
        let config = MemberConfig { company, code: code.into() };
        move |form| UserForm { configs: Some(vec![config]), ..form }
    };
    let wrong = [(Code::OrganizationConfig, "configs")];
    assert_eq!(faults(edit(&house, &agent, zoe, configs(acme, "EU"))), wrong);
    assert_eq!(faults(edit(&house, &agent, zoe, configs(bolt, "US"))), wrong);
    let view = edit(&house, &agent, zoe, configs(bolt, "eu")).unwrap();
    let theirs = view.profile.unwrap().memberships;
    assert_eq!(theirs[1].organization_config, Some("EU".into()));
    let again = house.trail().len();
    edit(&house, &agent, zoe, configs(bolt, "EU")).unwrap();
    assert_eq!(house.trail().len(), again, "nothing is changed by what is so already");
    house.desk.remove_from_company(&agent, zoe, None, bolt).unwrap();
    assert_eq!(profile(&house, zoe).organization_configs, []);
    super::invariants::check(&*house.repo);
}

#[test]
fn what_only_reads_the_same_is_saved_and_told() {
    let house = House::new();
    let (acme, twin) = (house.company("Acme", None), house.company("Acme", None));
    for company in [acme, twin] {
        house.contract(company, "2026-01-01", None);
    }
    let zoe = member(&house, "zoe", &[acme, twin]);
    let agent = house.staff(Role::CustomerService);
    let told = || {
        let change = house.last_told().changes.remove(0);
        [change.before, change.after].map(|it| it.map(|it| it.raw().to_owned()).unwrap_or_default())
    };
    let give = |company| {
        let config = MemberConfig { company, code: "EU".into() };
        edit(&house, &agent, zoe, |form| UserForm { configs: Some(vec![config]), ..form }).unwrap();
    };
    give(acme);
    give(twin);
    assert_eq!(profile(&house, zoe).organization_configs[0].company, twin);
    assert_eq!(told(), ["C000001=EU", "C000002=EU"]);
    edit(&house, &agent, zoe, |form| UserForm { companies: vec![twin, acme], ..form }).unwrap();
    assert_eq!(profile(&house, zoe).primary(), Some(twin));
    assert_eq!(told(), ["Acme (C000001), Acme (C000002)", "Acme (C000002), Acme (C000001)"]);
    super::invariants::check(&*house.repo);
}

#[test]
fn another_second_factor_is_told_and_needs_what_it_sends_to() {
    let house = House::new();
    let zoe = member(&house, "zoe", &[house.company("Acme", None)]);
    let agent = house.staff(Role::CustomerService);
    let factor =
        |factor: Option<Factor>| move |form| UserForm { second_factor: Some(factor), ..form };
    let refused = edit(&house, &agent, zoe, factor(Some(Factor::EmailCode)));
    assert_eq!(faults(refused), [(Code::SecondFactor, "second_factor")]);
    edit(&house, &agent, zoe, factor(Some(Factor::AuthenticatorApp))).unwrap();
    assert_eq!(house.last_told().action, Action::UserFactor);
    assert_eq!(house.user(zoe).second_factor, Some(Factor::AuthenticatorApp));
    assert!(!house.user(zoe).must_change_password);
    edit(&house, &agent, zoe, factor(None)).unwrap();
    assert!(house.user(zoe).must_change_password, "it may be short without a factor");
}

/// A desk at which something happens before each of its first commits.
fn with_meanwhile(house: &Arc<House>, meanwhile: impl Fn() + Send + Sync + 'static) -> Desk {
    let before = Before::new(house.repo.clone(), meanwhile);
    Desk::new(Arc::new(before), house.clock.clone()).with_hashing(HashCost::CHEAP)
}

#[test]
fn a_role_or_contract_that_goes_at_the_same_moment_is_not_given() {
    let house = Arc::new(House::new());
    let pam = house.staff(Role::PortalAdmin);
    let zoe = member(&house, "zoe", &[house.company("Acme", None)]);
    let claims = own_role(&house, "Claims", true);
    let at = house.clone();
    let desk = with_meanwhile(&house, move || {
        let id = claims.own().unwrap();
        let read = at.repo.fetch::<PortalRole>(id.0).unwrap().unwrap();
        let key = Key::new(Kind::PortalRole, id.0);
        let entry = AuditDraft::new(at.desk.clock.now(), &test_actor(), Action::RoleDeactivate)
            .on(key, "Claims");
        let role = PortalRole { active: false, ..read.value };
        at.repo.commit(Changes::new(entry).update(role, read.stamp)).unwrap();
    });
    let view = house.desk.user(&pam, zoe).unwrap();
    let form = UserForm { role: Some(claims), ..UserForm::of(&view) };
    let late = desk.edit_user(&pam, zoe, Some(view.row.stamp), &form);
    assert_eq!(faults(late), [(Code::Role, "role")]);
    // A contract deleted while Create User is saved.
    let form = by_role(&house, Role::PortalUser, "new");
    let acme = form.companies[0];
    let form = crate::service::NewUser {
        configs: vec![MemberConfig { company: acme, code: "EU".into() }],
        ..form
    };
    let (at, by) = (house.clone(), pam.clone());
    let desk = with_meanwhile(&house, move || {
        let contract = at.desk.contract_by_number(&by, acme, "V-1").unwrap();
        at.desk.delete_contract(&by, acme, contract.id, None).map(drop).unwrap();
    });
    let late = desk.create_portal_user(&pam, &form);
    assert_eq!(faults(late), [(Code::OrganizationConfig, "configs")]);
    super::invariants::check(&*house.repo);
}

#[test]
fn two_security_administrators_can_t_demote_each_other() {
    let house = Arc::new(House::new());
    let (one, two) =
        (house.staff(Role::SecurityAdministrator), house.staff(Role::SecurityAdministrator));
    let demoted = RoleChoice::BuiltIn(Role::Auditor);
    let (at, by, whom) = (house.clone(), two.clone(), one.user());
    let desk = with_meanwhile(&house, move || {
        edit(&at, &by, whom, to(demoted)).map(drop).unwrap();
    });
    let view = house.desk.user(&one, two.user()).unwrap();
    let form = UserForm { role: Some(demoted), ..UserForm::of(&view) };
    let late = desk.edit_user(&one, two.user(), None, &form).unwrap_err();
    assert_eq!(late.code(), "denied", "{late}");
    assert_eq!(house.user(two.user()).role, Role::SecurityAdministrator);
    let own = edit(&house, &two, two.user(), to(demoted)).unwrap_err();
    assert!(own.to_string().contains("your own account"), "{own}");
}
