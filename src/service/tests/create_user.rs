//! Create User (workflow E) and the account utility (workflow B): who may, and what is made.

use crate::domain::audit::Action;
use crate::domain::company::CompanyKind;
use crate::domain::id::RoleId;
use crate::domain::problem::{Code, Warning};
use crate::domain::role::{PortalRight, PortalRole, Role, RoleChoice};
use crate::domain::user::{CreatedVia, Group, Licence, MemberConfig, PortalProfile, UserStatus};
use crate::service::{DeskError, Entrance, NewUser, Overriding};
use crate::store::{Kind, Record, RepositoryExt};

use super::House;
use super::new_user::{by_role, by_utility, faults};

/// An own portal role.
pub(super) fn own_role(house: &House, name: &str, active: bool) -> RoleChoice {
    let id = RoleId(house.repo.reserve(Kind::PortalRole, 1).unwrap());
    house.put(vec![Record::PortalRole(PortalRole {
        id,
        name: name.into(),
        description: None,
        rights: vec![PortalRight::ReportCases],
        active,
    })]);
    RoleChoice::Own(id)
}

/// DOMAIN.md §6: who creates which accounts by Create User; a column a role of `Role::ALL`.
#[test]
fn every_cell_of_create_user() {
    let table = [
        (Some(Role::PortalUser), "---●---"),
        (None, "---●---"),
        (Some(Role::PortalAdmin), "--●----"),
        (Some(Role::SuperUser), "--●----"),
    ];
    for (given, row) in table {
        for (role, cell) in Role::ALL.into_iter().zip(row.chars()) {
            let house = House::new();
            let who = house.staff(role);
            let form = by_role(&house, given.unwrap_or(Role::PortalUser), "zoe");
            let choice =
                given.map_or_else(|| own_role(&house, "Claims", true), RoleChoice::BuiltIn);
            let form = NewUser { role: Some(choice), ..form };
            let outcome = house.desk.create_portal_user(&who, &form);
            match outcome {
                Ok(view) => {
                    assert_eq!(cell, '●', "{role} gave {given:?}");
                    assert_eq!(view.role_choice, choice);
                    super::invariants::check(&*house.repo);
                }
                Err(error) => {
                    assert_eq!(cell, '-', "{role} gave {given:?}: {error}");
                    let (allowed, said) = (role.uses_console(), error.to_string());
                    let names = said.contains("Portal Admin") || said.contains("Security Admin");
                    assert!(!allowed || names, "{role}: {said}");
                    match error {
                        DeskError::Denied { .. } | DeskError::SignedOut(_) => {}
                        other => assert_eq!(faults::<()>(Err(other)), [(Code::Role, "role")]),
                    }
                    assert_eq!(house.repo.reserve(Kind::User, 1).unwrap(), 2, "nobody was made");
                }
            }
        }
    }
}

#[test]
fn create_user_makes_a_pending_user_of_all_imported_customers() {
    let house = House::new();
    let boss = house.staff(Role::PortalAdmin);
    let form = by_role(&house, Role::PortalUser, "zoe");
    let acme = form.companies[0];
    let bolt = house.company("Bolt", None);
    house.contract(bolt, "2026-01-01", None);
    let claims = own_role(&house, "Claims Desk", true);
    let form = NewUser {
        companies: vec![acme, bolt, acme],
        role: Some(claims),
        configs: vec![MemberConfig { company: bolt, code: "eu".into() }],
        phone: "+44 20 7946 0018".into(),
        ..form
    };
    let offers = house.desk.configs_of(&boss, &[acme, bolt]).unwrap();
    assert_eq!(offers.len(), 2);
    assert_eq!((offers[1].code.raw(), offers[1].active), ("EU", true));
    let check = house.desk.check_new_user(&boss, &form).unwrap();
    assert_eq!((check.problems, check.warnings, check.stops), (vec![], vec![], false));
    let view = house.desk.create_portal_user(&boss, &form).unwrap();
    assert_eq!((view.row.status, view.created_via), (UserStatus::Pending, CreatedVia::CreateUser));
    assert_eq!((view.role_choice, view.row.role.raw()), (claims, "Claims Desk"));
    assert_eq!(view.licence, None);
    let profile = house.repo.fetch::<PortalProfile>(view.row.id.0).unwrap().unwrap().value;
    assert_eq!(profile.memberships.len(), 2);
    assert_eq!(profile.primary(), Some(acme));
    let config = MemberConfig { company: bolt, code: "EU".into() };
    assert_eq!(profile.organization_configs, [config]);
    let told = house.trail();
    let made = told.iter().find(|it| it.action == Action::UserCreate).unwrap();
    let said = |field: &str| {
        let change = made.changes.iter().find(|it| it.field == field);
        change.and_then(|it| it.after.as_ref()).map(|it| it.raw().to_owned())
    };
    assert_eq!(said("role").as_deref(), Some("Claims Desk"));
    assert_eq!(said("company").as_deref(), Some("Acme, Bolt"));
    assert_eq!(said("organization_configs").as_deref(), Some("C000002=EU"));
    assert_eq!(made.overridden, [] as [String; 0]);
    super::invariants::check(&*house.repo);
}

#[test]
fn the_utility_makes_a_licensed_user_of_both_groups() {
    let house = House::new();
    let data = house.staff(Role::PortalDataAdministrator);
    let hub = house.company("Hub", None);
    house.edit_company(hub, |it| it.kind = CompanyKind::Partner);
    let form = NewUser {
        account_type: Some(CompanyKind::Partner),
        can_create_users: true,
        claim_authorization_required: true,
        ..by_utility(hub, "zoe.P")
    };
    let view = house.desk.create_portal_user(&data, &form).unwrap();
    assert_eq!((view.row.user_id.raw(), view.row.status), ("zoe.P", UserStatus::Active));
    assert_eq!(view.groups, [Group::Portals, Group::ServicePortal]);
    assert_eq!((view.licence, view.must_change_password), (Some(Licence::Portal), true));
    let profile = view.profile.unwrap();
    assert_eq!(profile.account_type, CompanyKind::Partner);
    assert!(profile.can_create_users && profile.claim_authorization_required);
    assert_eq!(profile.site_accounts.len(), 1);
    super::invariants::check(&*house.repo);
}

#[test]
fn warnings_stop_until_exactly_those_are_overridden() {
    let house = House::new();
    let boss = house.staff(Role::PortalAdmin);
    let form = by_role(&house, Role::PortalUser, "zoe");
    let form = NewUser { phone: "call me".into(), ..form };
    house.edit_company(form.companies[0], |it| it.on_hold = true);
    let check = house.desk.check_new_user(&boss, &form).unwrap();
    assert!(check.stops && check.may_override);
    let codes: Vec<&str> = check.warnings.iter().map(|it| it.code).collect();
    assert_eq!(codes, ["W3", "W6"]);
    let create = |overriding: Overriding| {
        house.desk.create_portal_user(&boss, &NewUser { overriding, ..form.clone() })
    };
    let named = |codes: &[&str]| Overriding::Codes(codes.iter().map(|it| (*it).into()).collect());
    let shown = |warnings: &[Warning]| Overriding::Shown(warnings.to_vec());
    let other = Warning { code: "W6", message: "Phone 12 can't be read.".into() };
    let near = [check.warnings[0].clone(), other];
    for refused in [Overriding::None, named(&["W3"]), shown(&check.warnings[1..]), shown(&near)] {
        let error = create(refused).unwrap_err();
        assert_eq!(error.code(), "warnings");
        assert_eq!(error, DeskError::Warned(check.warnings.clone()));
    }
    for code in ["W2", "W99", "x"] {
        let more = named(&["W3", "W6", code]);
        assert_eq!(faults(create(more)), [(Code::Override, "overriding")]);
    }
    let view = create(shown(&check.warnings)).unwrap();
    let told = house.trail();
    let made = told.iter().find(|it| it.action == Action::UserCreate).unwrap();
    assert_eq!(made.overridden, ["W3", "W6"]);
    house.desk.delete_user(&boss, view.row.id, None).unwrap();
    create(named(&["w6", " W3 "])).unwrap();
    // The other forms show them and go on, whatever is to be overridden.
    let data = house.staff(Role::PortalDataAdministrator);
    let utility = NewUser { phone: "call me".into(), ..by_utility(form.companies[0], "two") };
    let check = house.desk.check_new_user(&data, &utility).unwrap();
    assert!(!check.stops && !check.may_override && check.warnings.len() > 1);
    house.desk.create_portal_user(&data, &utility).unwrap();
}

#[test]
fn what_each_way_in_takes_is_said_beforehand() {
    let house = House::new();
    let table = [
        (Entrance::Utility, "-●-----"),
        (Entrance::CompanyFile, "●●-●---"),
        (Entrance::PortalAccess, "●●-●---"),
        (Entrance::CreateUser, "--●●---"),
    ];
    for (via, row) in table {
        for (role, cell) in Role::ALL.into_iter().zip(row.chars()) {
            let why_not = via.why_not(&house.staff(role));
            assert_eq!(why_not.is_none(), cell == '●', "{role} {via:?}: {why_not:?}");
        }
    }
    let data = house.staff(Role::PortalDataAdministrator);
    let why_not = Entrance::CreateUser.why_not(&data).unwrap();
    assert!(why_not.contains("Security Administrator or Portal Admin"), "{why_not}");
    assert_eq!(table.map(|(via, _)| via), Entrance::ALL);
}
