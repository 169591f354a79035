//! The table of roles (DOMAIN.md §6), written down as the document has it, and each cell of it
//! walked through the calls: a new call without a row fails here, and so does a refusal that
//! does not say who may.

use crate::domain::id::UserId;
use crate::domain::role::{Permission, Role};
use crate::service::{DeskError, ListArgs, NewUser, Overriding, Session, Sort, UserForm};

use super::House;
use super::calls::calls;
use super::edit_user::member;
use super::new_user::by_role;
use super::people::{OTHER, secret};

/// The columns of the table.
const ROLES: [Role; 6] = [
    Role::CustomerService,
    Role::PortalDataAdministrator,
    Role::SecurityAdministrator,
    Role::PortalAdmin,
    Role::SuperUser,
    Role::Auditor,
];

const REQUESTS: &str = "requests: edit, link, approve, reject";
const UTILITY: &str = "create by utility (B)";
const FILE: &str = "create in company file, Portal Access (C, D)";
const CREATE: &str = "Create User (E)";
const FLAGS: &str = "set Can Create Users, Claim Authorization";
const LOOK_AFTER: &str = "edit, reset password, disable, unlock";
const DELETE: &str = "delete";
const ADMINISTER: &str = "roles, jobs, sites, portal flag, staff";
const OVERRIDE: &str = "override warnings";
const AUDIT: &str = "audit: read, export";
const READ: &str = "read requests, users, contacts, companies";

const YES: &str = "●";
const NO: &str = "";
const PRIVILEGED: &str = "Portal Admin and Super User accounts";
const PRIVILEGED_ONLY: &str = "Portal Admin, Super User only";
const PORTAL_ROLES: &str = "portal roles only";
const JOBS: &str = "run jobs";
const OWN: &str = "own";
const ALL: &str = "all";

/// A row: its name, and a cell for each of [`ROLES`].
type Row = (&'static str, [&'static str; 6]);

#[rustfmt::skip]
const TABLE: [Row; 11] = [
    (REQUESTS,   [YES, NO,  NO,              YES,          NO,  NO]),
    (UTILITY,    [NO,  YES, NO,              NO,           NO,  NO]),
    (FILE,       [YES, YES, NO,              YES,          NO,  NO]),
    (CREATE,     [NO,  NO,  PRIVILEGED_ONLY, PORTAL_ROLES, NO,  NO]),
    (FLAGS,      [NO,  YES, NO,              YES,          NO,  NO]),
    (LOOK_AFTER, [YES, YES, PRIVILEGED,      YES,          YES, NO]),
    (DELETE,     [YES, YES, PRIVILEGED,      YES,          NO,  NO]),
    (ADMINISTER, [NO,  NO,  YES,             JOBS,         NO,  NO]),
    (OVERRIDE,   [NO,  NO,  YES,             YES,          NO,  NO]),
    (AUDIT,      [OWN, OWN, ALL,             ALL,          OWN, ALL]),
    (READ,       [YES, YES, YES,             YES,          YES, YES]),
];

/// The row that a permission is of, and the words in its cells that grant it.
fn place_of(permission: Permission) -> (&'static str, &'static [&'static str]) {
    match permission {
        Permission::Read => (READ, &[YES]),
        Permission::HandleRequests => (REQUESTS, &[YES]),
        // Who creates users in a company's file keeps that file.
        Permission::KeepCompanyFile | Permission::CreatePortalUsers => (FILE, &[YES]),
        Permission::ManagePortalUsers => (LOOK_AFTER, &[YES]),
        Permission::ManagePrivilegedUsers => (LOOK_AFTER, &[PRIVILEGED]),
        Permission::DeletePortalUsers => (DELETE, &[YES]),
        Permission::Administer => (ADMINISTER, &[YES]),
        Permission::RunJobs => (ADMINISTER, &[YES, JOBS]),
        Permission::ReadOwnAudit => (AUDIT, &[OWN, ALL]),
        Permission::ReadAllAudit => (AUDIT, &[ALL]),
        Permission::CreateByUtility => (UTILITY, &[YES]),
        Permission::CreatePrivilegedUsers => (CREATE, &[PRIVILEGED_ONLY]),
        Permission::CreateWithPortalRole => (CREATE, &[PORTAL_ROLES]),
        Permission::SetPortalFlags => (FLAGS, &[YES]),
        Permission::OverrideWarnings => (OVERRIDE, &[YES]),
    }
}

/// The roles that the table grants it to.
fn may(row: &str, words: &[&str]) -> Vec<Role> {
    let (_, cells) = TABLE.iter().find(|(name, _)| *name == row).expect(row);
    let granted = ROLES.into_iter().zip(cells).filter(|(_, cell)| words.contains(cell));
    granted.map(|(role, _)| role).collect()
}

#[test]
fn the_permissions_are_those_of_the_document() {
    for permission in Permission::ALL {
        let (row, words) = place_of(permission);
        assert_eq!(may(row, words), permission.holders(), "{permission:?} in “{row}”");
    }
    // Deleting those accounts takes what looking after them takes.
    let delete = may(DELETE, &[PRIVILEGED]);
    assert_eq!(delete, Permission::ManagePrivilegedUsers.holders());
    for (row, cells) in TABLE {
        let used = |cell: &&str| {
            cell.is_empty()
                || (row, *cell) == (DELETE, PRIVILEGED)
                || Permission::ALL.iter().any(|it| {
                    let (of, words) = place_of(*it);
                    of == row && words.contains(cell)
                })
        };
        assert!(cells.iter().all(used), "“{row}” has a cell that nothing asks for");
    }
}

/// Checks what came of a deed that `holders` may do, and that a refusal says who they are.
fn check(what: &str, role: Role, holders: &[Role], outcome: Result<(), DeskError>) {
    match outcome {
        Ok(()) => assert!(holders.contains(&role), "{role} was allowed: {what}"),
        Err(error) => {
            assert!(!holders.contains(&role), "{role} was refused: {what}: {error}");
            let said = error.to_string();
            let named = holders.iter().all(|it| said.contains(it.name()));
            assert!(named, "{what}: the refusal of {role} does not say who may: {said}");
        }
    }
}

#[test]
fn every_cell_is_walked_by_every_call_of_its_row() {
    for call in calls() {
        let (row, words) = place_of(call.permission);
        let holders = may(row, words);
        for role in ROLES {
            let house = House::new();
            let who = house.staff(role);
            check(call.name, role, &holders, (call.run)(&house, &who));
        }
    }
}

/// A deed that takes more than the call alone says: to whom, or with what in the form.
type Special = (&'static str, Permission, fn(&House, &Session) -> Result<(), DeskError>);

const SPECIAL: [Special; 10] = [
    ("edit a Super User", Permission::ManagePrivilegedUsers, |h, s| {
        let form = UserForm { first: "Kim".into(), ..form_of(h, super_user(h)) };
        h.desk.edit_user(s, super_user(h), None, &form).map(drop)
    }),
    ("set the password of a Super User", Permission::ManagePrivilegedUsers, |h, s| {
        h.desk.set_password(s, super_user(h), None, &secret(OTHER), true).map(drop)
    }),
    ("disable a Super User", Permission::ManagePrivilegedUsers, |h, s| {
        h.desk.disable_user(s, super_user(h), None).map(drop)
    }),
    ("unlock a Super User", Permission::ManagePrivilegedUsers, |h, s| {
        let id = super_user(h);
        h.edit_user(id, |user| user.failed_count = 3);
        h.desk.unlock_user(s, id, None).map(drop)
    }),
    ("delete a Super User", Permission::ManagePrivilegedUsers, |h, s| {
        h.desk.delete_user(s, super_user(h), None).map(drop)
    }),
    ("create a Portal Admin", Permission::CreatePrivilegedUsers, |h, s| {
        h.desk.create_portal_user(s, &by_role(h, Role::PortalAdmin, "zoe")).map(drop)
    }),
    ("create a user with a portal role", Permission::CreateWithPortalRole, |h, s| {
        h.desk.create_portal_user(s, &by_role(h, Role::PortalUser, "zoe")).map(drop)
    }),
    ("let a user create users", Permission::SetPortalFlags, |h, s| {
        let id = member(h, "zoe", &[h.company("Acme", None)]);
        let form = UserForm { can_create_users: Some(true), ..form_of(h, id) };
        h.desk.edit_user(s, id, None, &form).map(drop)
    }),
    ("override a warning", Permission::OverrideWarnings, |h, s| {
        let role = if s.role() == Role::SecurityAdministrator {
            Role::SuperUser
        } else {
            Role::PortalUser
        };
        let form = by_role(h, role, "zoe");
        h.edit_company(form.companies[0], |it| it.on_hold = true);
        let overriding = Overriding::Codes(vec!["W3".into()]);
        h.desk.create_portal_user(s, &NewUser { overriding, ..form }).map(drop)
    }),
    ("read everybody's trail", Permission::ReadAllAudit, |h, s| {
        let page = h.desk.audit(s, &ListArgs::all(Sort::Number, true))?;
        let others = page.rows.iter().any(|it| it.actor != *s.user_id());
        // Who may read their own only is not refused, but gets no other.
        if others { Ok(()) } else { h.desk.authorize(s, Permission::ReadAllAudit).map(drop) }
    }),
];

/// A Super User, once in each house.
fn super_user(house: &House) -> UserId {
    let reader = house.staff(Role::Auditor);
    if let Ok(view) = house.desk.user_by_name(&reader, "sue") {
        return view.row.id;
    }
    let id = member(house, "sue", &[house.company("Sue Ltd", None)]);
    house.edit_user(id, |user| user.role = Role::SuperUser);
    id
}

fn form_of(house: &House, id: UserId) -> UserForm {
    let reader = house.staff(Role::Auditor);
    UserForm::of(&house.desk.user(&reader, id).unwrap())
}

#[test]
fn deeds_that_take_more_are_granted_by_the_table_alone() {
    for (what, permission, run) in SPECIAL {
        let (row, words) = place_of(permission);
        let holders = may(row, words);
        for role in ROLES {
            let house = House::new();
            let who = house.staff(role);
            check(what, role, &holders, run(&house, &who));
        }
    }
}
