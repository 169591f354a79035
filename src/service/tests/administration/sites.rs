//! Sites, groups and switches: each refusal beside what goes through.

use std::sync::Arc;

use crate::domain::id::{GroupId, SiteId};
use crate::domain::problem::Code;
use crate::domain::role::Role;
use crate::domain::site::PortalScope;
use crate::service::hashing::HashCost;
use crate::service::sites::SiteForm;
use crate::service::{Desk, DeskError, GroupChoice, ListArgs, SiteGroupForm, Sort};
use crate::store::{Key, Kind};

use super::super::calls::administration::{group, north, site};
use super::super::invariants::check;
use super::super::new_user::in_file;
use super::super::races::Before;
use super::super::{House, SITE};
use super::{house, problem};

const MAIN: SiteId = SiteId(1);

fn desk_before(house: &House, meanwhile: impl Fn(&Desk) + Send + Sync + 'static) -> Desk {
    let other = house.desk.clone();
    let repo = Arc::new(Before::new(house.repo.clone(), move || meanwhile(&other)));
    Desk::new(repo, house.clock.clone()).with_hashing(HashCost::CHEAP)
}

#[test]
fn fields_and_codes_of_sites() {
    let (house, boss) = house();
    let bad = SiteForm { code: "no\u{200b}rth".into(), website: "moon".into(), ..north(true) };
    let Err(DeskError::Problems(problems)) = house.desk.create_site(&boss, &bad) else { panic!() };
    let fields: Vec<_> = problems.iter().map(|it| it.field).collect();
    assert_eq!(fields, [Some("code"), Some("website")]);
    let taken = SiteForm { code: SITE.to_lowercase(), ..north(true) };
    let (code, message) = problem(house.desk.create_site(&boss, &taken));
    assert_eq!(code, Code::Taken);
    assert_eq!(message, "Site code main is taken; choose another.");
    let bare = SiteForm { code: " SOUTH ".into(), ..SiteForm::default() };
    let view = house.desk.create_site(&boss, &bare).unwrap();
    assert_eq!((view.row.code.raw(), view.row.name.raw()), ("SOUTH", "SOUTH"));
    assert!(view.row.portal_enabled && !view.row.open, "it is not in the portal");
    assert!(!view.row.in_portal && !view.row.sync_due && view.groups.is_empty());
    let saved = house.desk.edit_site(&boss, view.row.id, Some(view.row.stamp), &north(true));
    let saved = saved.unwrap();
    assert_eq!(saved.form(), SiteForm { in_portal: false, ..north(true) });
    let stale = house.desk.edit_site(&boss, view.row.id, Some(view.row.stamp), &bare);
    assert!(matches!(stale, Err(DeskError::Conflict(_))), "{stale:?}");
    let same = house.desk.edit_site(&boss, saved.row.id, None, &saved.form()).unwrap();
    assert_eq!(same.version, saved.version, "what changes nothing leaves no trace");
}

#[test]
fn a_site_waits_for_site_sync_once_it_comes_into_the_portal_in_use() {
    let (house, boss) = house();
    let id = site(&house, false);
    let due = |id| house.desk.site(&boss, id).unwrap().row.sync_due;
    assert!(!due(id));
    let form = SiteGroupForm { code: "PORTAL".into(), sites: vec![MAIN, id, id] };
    let view = house.desk.edit_site_group(&boss, GroupChoice::Portal, None, &form).unwrap();
    assert_eq!(view.row.site_ids, [MAIN, id], "each once");
    assert!(due(id) && !due(MAIN));
    house.desk.deactivate_site(&boss, id, None).unwrap();
    assert!(!due(id), "nobody can sign in there");
    let (code, message) = problem(house.desk.deactivate_site(&boss, id, None));
    assert_eq!(code, Code::WrongState);
    assert!(message.contains("inactive already"), "{message}");
    house.desk.activate_site(&boss, id, None).unwrap();
    assert!(due(id));
    assert!(problem(house.desk.activate_site(&boss, id, None)).1.contains("active already"));
    let form = SiteGroupForm { code: "PORTAL".into(), sites: vec![MAIN] };
    house.desk.edit_site_group(&boss, GroupChoice::Portal, None, &form).unwrap();
    assert!(!due(id), "it has left");
}

#[test]
fn the_portal_never_loses_its_last_active_site() {
    let (house, boss) = house();
    let (code, message) = problem(house.desk.deactivate_site(&boss, MAIN, None));
    assert_eq!(code, Code::WrongState);
    assert!(message.contains("last active site"), "{message}");
    let id = site(&house, true);
    house.desk.deactivate_site(&boss, MAIN, None).unwrap();
    assert!(house.desk.deactivate_site(&boss, id, None).is_err());
    let told = house.desk.site_group(&boss, GroupChoice::Portal).unwrap().history;
    let told: Vec<_> =
        told.iter().take(2).map(|it| (it.did, it.note.as_ref().unwrap().raw())).collect();
    assert_eq!(told, [("deactivated", "site MAIN"), ("created", "site NORTH")]);
    for sites in [vec![], vec![MAIN]] {
        let form = SiteGroupForm { code: "PORTAL".into(), sites };
        let edited = house.desk.edit_site_group(&boss, GroupChoice::Portal, None, &form);
        assert_eq!(problem(edited).0, Code::NoActiveSite);
    }
    let form = SiteGroupForm { code: "OLD".into(), sites: vec![MAIN] };
    let old = house.desk.create_site_group(&boss, &form).unwrap();
    let GroupChoice::Other(old) = old.row.choice else { panic!() };
    assert_eq!(problem(house.desk.make_portal_group(&boss, old, None)).0, Code::NoActiveSite);
    // A new company belongs to a site that is in use.
    let clerk = house.staff(Role::CustomerService);
    let form = crate::service::companies::CompanyForm { name: "Acme".into(), ..Default::default() };
    let company = house.desk.create_company(&clerk, &form).unwrap();
    assert_eq!(company.home_site.unwrap().raw(), "NORTH");
}

#[test]
fn two_who_deactivate_the_last_two_sites_do_not_both_succeed() {
    let (house, boss) = house();
    let id = site(&house, true);
    let other = boss.clone();
    let desk = desk_before(&house, move |desk| {
        desk.deactivate_site(&other, MAIN, None).unwrap();
    });
    let (code, message) = problem(desk.deactivate_site(&boss, id, None));
    assert_eq!(code, Code::WrongState);
    assert!(message.contains("portal site group that it depends on changed"), "{message}");
    assert!(house.desk.site(&boss, id).unwrap().row.active);
}

#[test]
fn a_user_made_while_a_site_comes_in_has_an_account_there() {
    let (house, boss) = house();
    let clerk = house.staff(Role::PortalAdmin);
    let acme = house.company("Acme", None);
    let id = site(&house, true);
    house.desk.deactivate_site(&boss, id, None).unwrap();
    let other = boss.clone();
    let desk = desk_before(&house, move |desk| {
        desk.activate_site(&other, id, None).unwrap();
        desk.site_sync(&other, &()).unwrap();
    });
    let zoe = desk.create_portal_user(&clerk, &in_file(acme, "zoe")).unwrap();
    let accounts = zoe.profile.unwrap().site_accounts;
    assert_eq!(accounts.len(), 2, "decided anew: {accounts:?}");
    check(&*house.repo);
}

#[test]
fn codes_of_groups_are_nobody_elses() {
    let (house, boss) = house();
    let id = group(&house);
    let form = |code: &str| SiteGroupForm { code: code.into(), sites: Vec::new() };
    for taken in ["portal", "Nordic"] {
        let (code, message) = problem(house.desk.create_site_group(&boss, &form(taken)));
        assert_eq!(code, Code::Taken, "{message}");
    }
    let portal = SiteGroupForm { code: "nordic".into(), sites: vec![MAIN] };
    let edited = house.desk.edit_site_group(&boss, GroupChoice::Portal, None, &portal);
    assert_eq!(problem(edited).0, Code::Taken);
    let edited = house.desk.edit_site_group(&boss, GroupChoice::Other(id), None, &form("PORTAL"));
    assert_eq!(problem(edited).0, Code::Taken);
    let gone = SiteGroupForm { sites: vec![SiteId(99)], ..form("X") };
    let (code, message) = problem(house.desk.create_site_group(&boss, &gone));
    assert_eq!(code, Code::Malformed, "{message}");
    // While the portal's group gets a code, no other group can get it.
    let other = boss.clone();
    let desk = desk_before(&house, move |desk| {
        let portal = SiteGroupForm { code: "WORLD".into(), sites: vec![MAIN] };
        desk.edit_site_group(&other, GroupChoice::Portal, None, &portal).unwrap();
    });
    assert!(desk.create_site_group(&boss, &form("world")).is_err());
    let missing = house.desk.site_group(&boss, GroupChoice::Other(GroupId(99)));
    assert!(matches!(missing, Err(DeskError::NotFound { .. })));
}

#[test]
fn making_a_group_the_portals_swaps_the_two() {
    let (house, boss) = house();
    let id = group(&house);
    house.desk.set_portal(&boss, PortalScope::Everywhere, false).unwrap();
    let portal = house.desk.make_portal_group(&boss, id, None).unwrap();
    assert_eq!((portal.row.code.raw(), portal.row.portal), ("NORDIC", true));
    let state = house.desk.portal_state(&boss).unwrap();
    assert_eq!((state.everywhere, state.waiting), (false, 1), "the switch stays as it was");
    let left = house.desk.site_group(&boss, GroupChoice::Other(id)).unwrap();
    assert_eq!((left.row.code.raw(), left.row.site_ids), ("PORTAL", vec![MAIN]));
    assert_eq!(left.history[0].did, "made the portal site group");
    let rows = house.desk.site_groups(&boss, &ListArgs::all(Sort::Login, true)).unwrap();
    let codes: Vec<&str> = rows.rows.iter().map(|it| it.code.raw()).collect();
    assert_eq!(codes, ["NORDIC", "PORTAL"]);
    assert_eq!(house.desk.site_group_by_code(&boss, "portal").unwrap().choice, left.row.choice);
    house.desk.delete_site_group(&boss, id, None).unwrap();
    assert!(house.desk.site_group_by_code(&boss, "portal").is_err());
}

#[test]
fn a_switch_that_stands_so_already_is_left_alone() {
    let (house, boss) = house();
    for (scope, place) in
        [(PortalScope::Everywhere, "everywhere"), (PortalScope::At(MAIN), "at site MAIN")]
    {
        let (code, message) = problem(house.desk.set_portal(&boss, scope, true));
        assert_eq!(code, Code::WrongState);
        assert_eq!(
            message,
            format!("The portal is switched on {place} already; nothing was changed.")
        );
        let state = house.desk.set_portal(&boss, scope, false).unwrap();
        assert_eq!(state.sites_open, 0);
        assert!(!house.desk.site(&boss, MAIN).unwrap().row.open);
        house.desk.set_portal(&boss, scope, true).unwrap();
    }
    let history = house.repo.history(Key::new(Kind::Site, 1), 9).unwrap();
    assert_eq!(history[0].action.phrase(), "portal switched on");
    let missing = house.desk.set_portal(&boss, PortalScope::At(SiteId(9)), true);
    assert!(matches!(missing, Err(DeskError::NotFound { .. })));
}

#[test]
fn short_lists_have_filters_orders_and_pages() {
    let (house, boss) = house();
    for code in ["B", "A", "C"] {
        let form = SiteForm { code: code.into(), ..SiteForm::default() };
        house.desk.create_site(&boss, &form).unwrap();
    }
    let codes = |args: &ListArgs<_>| -> Vec<String> {
        let page = house.desk.sites(&boss, args).unwrap();
        page.rows.iter().map(|it| it.code.raw().to_owned()).collect()
    };
    assert_eq!(codes(&ListArgs::all(Sort::Login, false)), ["A", "B", "C", "MAIN"]);
    let text = String::from("portal.example");
    assert_eq!(codes(&ListArgs { text, ..ListArgs::all(Sort::Login, false) }), ["MAIN"]);
    let second = ListArgs { page: 2, per_page: 2, ..ListArgs::all(Sort::Login, false) };
    assert_eq!(codes(&second), ["C", "MAIN"]);
}
