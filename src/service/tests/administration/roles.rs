//! Roles: what the built-in ones grant, and how one's own come, are had and go.

use std::sync::Arc;

use crate::domain::problem::Code;
use crate::domain::role::{Permission, PortalRight, Role, RoleChoice};
use crate::domain::user::User;
use crate::service::hashing::HashCost;
use crate::service::roles::RoleForm;
use crate::service::{Desk, DeskError, ListArgs, Sort, UserForm};
use crate::store::Record;

use super::super::edit_user::member;
use super::super::races::Before;
use super::{claims, house, problem, role};

#[test]
fn built_in_roles_say_what_the_table_grants_and_stay_as_they_are() {
    let (house, boss) = house();
    let page = house.desk.roles(&boss, &ListArgs::all(Sort::Number, false)).unwrap();
    assert_eq!((page.total, page.all), (7, 7));
    for (row, role) in page.rows.iter().zip(Role::ALL) {
        assert_eq!(row.choice, RoleChoice::BuiltIn(role));
        for permission in Permission::ALL {
            let granted = row.grants.iter().any(|it| it == permission.deed());
            assert_eq!(granted, role.may(permission), "{role}: {}", permission.deed());
        }
        let view = house.desk.role(&boss, row.choice).unwrap();
        assert!(view.why_not_edit.unwrap().contains("built in"));
    }
    let view = house.desk.role(&boss, RoleChoice::BuiltIn(Role::SecurityAdministrator)).unwrap();
    assert_eq!(view.users, 1);
    assert!(house.desk.role_by_name(&boss, "portal-user").unwrap().rights.len() > 1);
    let missing = house.desk.role_by_name(&boss, "king");
    assert!(matches!(missing, Err(DeskError::NotFound { .. })));
}

#[test]
fn fields_and_names_of_roles() {
    let (house, boss) = house();
    let id = role(&house);
    let named = |name: &str| RoleForm { name: name.into(), ..claims() };
    for (name, code) in [
        ("", Code::Missing),
        ("super_user", Code::Taken),
        ("\u{ff30}ortal Admin", Code::Taken),
        ("Portal  Admin", Code::Taken),
        ("CLAIMS-desk", Code::Taken),
        ("a\u{202e}b", Code::Malformed),
    ] {
        assert_eq!(problem(house.desk.create_role(&boss, &named(name))).0, code, "{name}");
    }
    let empty = RoleForm { rights: Vec::new(), ..named("Empty") };
    let (code, message) = problem(house.desk.create_role(&boss, &empty));
    assert_eq!(code, Code::Missing, "{message}");
    let rights =
        vec![PortalRight::ReadContracts, PortalRight::ReportCases, PortalRight::ReadContracts];
    let form = RoleForm { rights, ..named("Claims-Desk") };
    let view = house.desk.edit_role(&boss, id, None, &form).unwrap();
    assert_eq!(view.row.rights, [PortalRight::ReportCases, PortalRight::ReadContracts]);
    assert_eq!(view.row.grants[0], "report cases at the portal");
    let stale = view.row.stamp;
    house.desk.deactivate_role(&boss, id, stale).unwrap();
    assert!(matches!(house.desk.edit_role(&boss, id, stale, &form), Err(DeskError::Conflict(_))));
    assert!(problem(house.desk.deactivate_role(&boss, id, None)).1.contains("inactive already"));
    let edited = house.desk.edit_role(&boss, id, None, &named("Claims")).unwrap();
    assert!(!edited.row.active, "editing does not activate it");
    house.desk.activate_role(&boss, id, None).unwrap();
    assert!(problem(house.desk.activate_role(&boss, id, None)).1.contains("active already"));
}

#[test]
fn lists_show_the_role_that_somebody_has_and_it_cannot_be_deleted() {
    let (house, boss) = house();
    let chief = house.staff(Role::PortalAdmin);
    let id = role(&house);
    let acme = house.company("Acme", None);
    let (zoe, jo) = (member(&house, "zoe", &[acme]), member(&house, "jo", &[acme]));
    let view = house.desk.user(&chief, zoe).unwrap();
    let form = UserForm { role: Some(RoleChoice::Own(id)), ..UserForm::of(&view) };
    let view = house.desk.edit_user(&chief, zoe, None, &form).unwrap();
    assert_eq!(view.row.role.raw(), "Claims Desk");
    let found = |text: &str| -> Vec<String> {
        let args = ListArgs { text: text.into(), ..ListArgs::all(Sort::Role, false) };
        let page = house.desk.users(&boss, &args).unwrap();
        page.rows.iter().map(|it| it.login_name.raw().to_owned()).collect()
    };
    assert_eq!(found("role:claims-desk"), ["zoe"]);
    assert_eq!(found("role:\"Claims Desk\""), ["zoe"]);
    assert_eq!(found("role:cl"), ["zoe"]);
    assert_eq!(found("role:portal-user"), ["jo"]);
    assert_eq!(found("kind:portal -role:claims-desk -role:portal-admin"), ["jo"]);
    assert_eq!(found("acme"), ["jo", "zoe"], "roles of one's own come after the built-in ones");
    let (code, message) = problem(
        house
            .desk
            .users(&boss, &ListArgs { text: "role:c".into(), ..ListArgs::all(Sort::Role, false) }),
    );
    assert_eq!(code, Code::Malformed);
    assert!(message.contains("claims-desk") && message.contains("not “c”"), "{message}");

    let (code, message) = problem(house.desk.delete_role(&boss, id, None));
    assert_eq!(code, Code::WrongState);
    assert_eq!(
        message,
        "Role Claims Desk can't be deleted while 1 user has it; give them another role, or deactivate it."
    );
    assert_eq!(house.desk.role(&boss, RoleChoice::Own(id)).unwrap().users, 1);
    let back = UserForm {
        role: Some(RoleChoice::BuiltIn(Role::PortalUser)),
        ..UserForm::of(&house.desk.user(&chief, zoe).unwrap())
    };
    house.desk.edit_user(&chief, zoe, None, &back).unwrap();
    house.desk.delete_role(&boss, id, None).unwrap();
    assert!(matches!(house.desk.role(&boss, RoleChoice::Own(id)), Err(DeskError::NotFound { .. })));
    assert_eq!(house.user(jo).portal_role, None);
}

#[test]
fn nobody_gets_a_role_that_is_deleted_meanwhile() {
    let (house, boss) = house();
    let chief = house.staff(Role::PortalAdmin);
    let id = role(&house);
    let acme = house.company("Acme", None);
    let zoe = member(&house, "zoe", &[acme]);
    let (other, who) = (house.desk.clone(), boss);
    let repo = Arc::new(Before::new(house.repo.clone(), move || {
        other.delete_role(&who, id, None).unwrap();
    }));
    let desk = Desk::new(repo, house.clock.clone()).with_hashing(HashCost::CHEAP);
    let view = house.desk.user(&chief, zoe).unwrap();
    let form = UserForm { role: Some(RoleChoice::Own(id)), ..UserForm::of(&view) };
    let (code, message) = problem(desk.edit_user(&chief, zoe, None, &form));
    assert_eq!(code, Code::Role, "{message}");
    assert_eq!(house.user(zoe).portal_role, None);
}

#[test]
fn the_trail_of_a_deleted_user_says_which_role_it_had() {
    let (house, _) = house();
    let chief = house.staff(Role::PortalAdmin);
    let id = role(&house);
    let zoe = member(&house, "zoe", &[house.company("Acme", None)]);
    let user = house.user(zoe);
    house.put(vec![Record::User(User { portal_role: Some(id), ..user })]);
    house.desk.delete_user(&chief, zoe, None).unwrap();
    let entry = house.trail().pop().unwrap();
    let role = entry.changes.iter().find(|it| it.field == "role").unwrap();
    assert_eq!(role.before.as_ref().unwrap().raw(), "Claims Desk");
}
