//! The calls of administration: sites, their groups, the portal's switch, Site sync, roles.

use crate::domain::audit::Action;
use crate::domain::id::{GroupId, RoleId, SiteId};
use crate::domain::role::Permission::{Administer, RunJobs};
use crate::domain::role::{PortalRight, Role, RoleChoice};
use crate::domain::site::PortalScope;
use crate::service::roles::RoleForm;
use crate::service::site_groups::{GroupChoice, SiteGroupForm};
use crate::service::sites::SiteForm;
use crate::service::{ListArgs, Sort};

use super::super::{House, SITE};
use super::{Call, does, reads};

pub(super) const SITES: [Call; 15] = [
    reads("sites", |h, s| h.desk.sites(s, &ListArgs::all(Sort::Login, false)).map(drop)),
    reads("site", |h, s| h.desk.site(s, SiteId(1)).map(drop)),
    reads("site_by_code", |h, s| h.desk.site_by_code(s, SITE).map(drop)),
    reads("portal_state", |h, s| h.desk.portal_state(s).map(drop)),
    reads("site_groups", |h, s| {
        h.desk.site_groups(s, &ListArgs::all(Sort::Login, false)).map(drop)
    }),
    reads("site_group", |h, s| h.desk.site_group(s, GroupChoice::Portal).map(drop)),
    reads("site_group_by_code", |h, s| h.desk.site_group_by_code(s, "portal").map(drop)),
    does("create_site", Administer, Action::SiteCreate, |h, s| {
        h.desk.create_site(s, &north(true)).map(drop)
    }),
    does("edit_site", Administer, Action::SiteEdit, |h, s| {
        let form = SiteForm { name: "Northern".into(), ..north(true) };
        h.desk.edit_site(s, site(h, true), None, &form).map(drop)
    }),
    does("deactivate_site", Administer, Action::SiteDeactivate, |h, s| {
        h.desk.deactivate_site(s, site(h, true), None).map(drop)
    }),
    does("activate_site", Administer, Action::SiteActivate, |h, s| {
        h.desk.activate_site(s, inactive(h), None).map(drop)
    }),
    does("set_portal", Administer, Action::PortalOff, |h, s| {
        h.desk.set_portal(s, PortalScope::Everywhere, false).map(drop)
    }),
    does("create_site_group", Administer, Action::GroupCreate, |h, s| {
        h.desk.create_site_group(s, &nordic(h)).map(drop)
    }),
    does("edit_site_group", Administer, Action::GroupEdit, |h, s| {
        let choice = GroupChoice::Other(group(h));
        let form = SiteGroupForm { code: "BALTIC".into(), sites: Vec::new() };
        h.desk.edit_site_group(s, choice, None, &form).map(drop)
    }),
    does("delete_site_group", Administer, Action::GroupDelete, |h, s| {
        h.desk.delete_site_group(s, group(h), None).map(drop)
    }),
];

pub(super) const PORTAL: [Call; 2] = [
    does("make_portal_group", Administer, Action::GroupPortal, |h, s| {
        h.desk.make_portal_group(s, group(h), None).map(drop)
    }),
    does("site_sync", RunJobs, Action::SiteSync, |h, s| {
        site(h, true);
        h.desk.site_sync(s, &()).map(drop)
    }),
];

pub(super) const ROLES: [Call; 8] = [
    reads("roles", |h, s| h.desk.roles(s, &ListArgs::all(Sort::Name, false)).map(drop)),
    reads("role", |h, s| h.desk.role(s, RoleChoice::BuiltIn(Role::Auditor)).map(drop)),
    reads("role_by_name", |h, s| h.desk.role_by_name(s, "auditor").map(drop)),
    does("create_role", Administer, Action::RoleCreate, |h, s| {
        h.desk.create_role(s, &claims()).map(drop)
    }),
    does("edit_role", Administer, Action::RoleEdit, |h, s| {
        let form = RoleForm { name: "Claims".into(), ..claims() };
        h.desk.edit_role(s, role(h), None, &form).map(drop)
    }),
    does("deactivate_role", Administer, Action::RoleDeactivate, |h, s| {
        h.desk.deactivate_role(s, role(h), None).map(drop)
    }),
    does("activate_role", Administer, Action::RoleActivate, |h, s| {
        let role = role(h);
        let boss = h.staff(Role::SecurityAdministrator);
        h.desk.deactivate_role(&boss, role, None).unwrap();
        h.desk.activate_role(s, role, None).map(drop)
    }),
    does("delete_role", Administer, Action::RoleDelete, |h, s| {
        h.desk.delete_role(s, role(h), None).map(drop)
    }),
];

/// A portal role's form, filled in well.
pub(in crate::service::tests) fn claims() -> RoleForm {
    let rights = vec![PortalRight::ReportCases];
    RoleForm { name: "Claims Desk".into(), description: "reports claims".into(), rights }
}

/// The role of that form.
pub(in crate::service::tests) fn role(house: &House) -> RoleId {
    let boss = house.staff(Role::SecurityAdministrator);
    let view = house.desk.create_role(&boss, &claims()).unwrap();
    view.row.id.unwrap()
}

/// A second site's form, filled in well.
pub(in crate::service::tests) fn north(in_portal: bool) -> SiteForm {
    SiteForm {
        code: "NORTH".into(),
        name: "North".into(),
        website: "https://north.example".into(),
        in_portal,
    }
}

/// A second site, in the portal site group or in none.
pub(in crate::service::tests) fn site(house: &House, in_portal: bool) -> SiteId {
    let boss = house.staff(Role::SecurityAdministrator);
    house.desk.create_site(&boss, &north(in_portal)).unwrap().row.id
}

fn inactive(house: &House) -> SiteId {
    let (boss, site) = (house.staff(Role::SecurityAdministrator), site(house, true));
    house.desk.deactivate_site(&boss, site, None).unwrap();
    site
}

fn nordic(house: &House) -> SiteGroupForm {
    SiteGroupForm { code: "NORDIC".into(), sites: vec![site(house, false)] }
}

/// A group with a second site, which is not the portal's.
pub(in crate::service::tests) fn group(house: &House) -> GroupId {
    let boss = house.staff(Role::SecurityAdministrator);
    let view = house.desk.create_site_group(&boss, &nordic(house)).unwrap();
    let GroupChoice::Other(id) = view.row.choice else { panic!("the portal's is another") };
    id
}
