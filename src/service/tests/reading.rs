//! What people get to read: users, sign-ins, the trail, the Dashboard.

use serde_json::{Value, json};

use crate::domain::role::{Permission, Role};
use crate::domain::time::{DAY, HOUR, MINUTE, Timestamp};
use crate::domain::user::{Badge, PortalProfile, UserStatus};
use crate::domain::user::{Membership, UserKind};
use crate::service::audit::AuditFilter;
use crate::service::requests::RequestForm;
use crate::service::{DeskError, ListArgs, Session, Sort, UserFilter};
use crate::store::{Record, RepositoryExt};

use super::people::{RIGHT, WRONG, secret, sign_in, signed_in};
use super::{House, origin, zoe};

/// Zoë, a portal user of Acme and of Bolt, made the documented way by `agent`.
fn zoes_user(house: &House, agent: &Session) -> crate::domain::id::UserId {
    let acme = house.company("Acme Ltd", None);
    let contact = house.contact(("Zoë", "O'Brien"), "zoe@acme.example", Some(acme));
    let request = house.desk.submit_request(&zoe(), None, &origin()).unwrap().id;
    house.desk.link_request(agent, request, None, contact).unwrap();
    let approved = house.desk.approve_request(agent, request, None, None).unwrap();
    let id = approved.request.row.user.unwrap();
    let bolt = house.company("Bolt plc", None);
    let mut profile = house.repo.fetch::<PortalProfile>(id.0).unwrap().unwrap().value;
    profile.memberships.insert(0, Membership { company: bolt, primary: false });
    house.put(vec![Record::User(house.user(id)), Record::Profile(profile)]);
    id
}

#[test]
fn a_list_shows_the_primary_company_and_how_many_more() {
    let house = House::new();
    let agent = house.staff(Role::CustomerService);
    zoes_user(&house, &agent);
    let page = house.desk.users(&agent, &ListArgs::all(Sort::Login, false)).unwrap();
    assert_eq!((page.total, page.rows.len()), (2, 2));
    let zoe = &page.rows[1];
    assert_eq!(zoe.user_id.raw(), "zoe.obrien.P");
    assert_eq!(zoe.company_name.as_ref().unwrap().raw(), "Acme Ltd");
    assert_eq!(zoe.more_companies, 1);
    assert_eq!(zoe.badges, [Badge::NeverSignedIn]);
    assert_eq!((zoe.kind, zoe.status), (UserKind::Portal, UserStatus::Pending));
    assert_eq!(page.rows[0].company, None);
    let pending =
        ListArgs { status: Some(UserStatus::Pending.into()), ..ListArgs::all(Sort::Name, false) };
    let found = house.desk.users(&agent, &pending).unwrap();
    assert_eq!((found.total, found.all), (1, 2));
    let by_text = ListArgs { text: "OBRIEN bolt".into(), ..ListArgs::all(Sort::Name, false) };
    assert_eq!(house.desk.users(&agent, &by_text).unwrap().total, 1);
}

#[test]
fn a_view_has_the_documented_names_and_never_the_hash() {
    let house = House::new();
    let agent = house.staff(Role::CustomerService);
    let id = zoes_user(&house, &agent);
    house.desk.set_password(&agent, id, None, &secret(RIGHT), true).unwrap();
    let view = house.desk.user(&agent, id).unwrap();
    let json = serde_json::to_value(&view).unwrap();
    for (field, value) in [
        ("id", json!(id.0)),
        ("user_id", json!("zoe.obrien.P")),
        ("login_name", json!("zoe.obrien")),
        ("kind", json!("Portal")),
        ("role", json!("Portal User")),
        ("groups", json!(["Portals"])),
        ("status", json!("Active")),
        ("must_change_password", json!(true)),
        ("failed_count", json!(0)),
        ("throttled_until", Value::Null),
        ("last_login_at", Value::Null),
        ("created_via", json!("A")),
        ("password_set_at", json!("2026-03-01T12:00:00Z")),
        ("account_type", json!("Customer")),
        ("contact_name", json!("Zoë O'Brien")),
        ("home_site", json!("MAIN")),
        ("can_create_users", json!(false)),
        ("claim_authorization_required", json!(false)),
        ("company_name", json!("Acme Ltd")),
        ("badges", json!(["must_change", "never_signed_in"])),
        ("why_not_manage", Value::Null),
    ] {
        assert_eq!(json[field], value, "{field}");
    }
    assert_eq!(json["memberships"][0]["company_name"], "Acme Ltd");
    assert_eq!(json["memberships"][0]["primary"], true);
    assert_eq!(json["memberships"][1]["company_name"], "Bolt plc");
    assert_eq!(json["site_accounts"][0]["site"], "MAIN");
    let text = json.to_string();
    assert!(!text.contains("argon2") && !text.contains("password_hash"));
    let staff = serde_json::to_value(house.desk.user(&agent, agent.user()).unwrap()).unwrap();
    assert_eq!(staff.get("account_type"), None);
}

#[test]
fn a_user_is_found_by_every_name_and_by_number() {
    let house = House::new();
    let agent = house.staff(Role::Auditor);
    let jo = house.person(Role::PortalUser, "jo", Some("Jo@Acme.example")).user();
    let digits = house.person(Role::PortalUser, "1", None).user();
    let number = jo.0.to_string();
    for name in ["jo", "JO.p", " jo@acme.example", &number, &jo.to_string()] {
        assert_eq!(house.desk.user_by_name(&agent, name).unwrap().row.id, jo, "{name}");
    }
    assert_eq!(house.desk.user_by_name(&agent, "1").unwrap().row.id, digits, "names go first");
    for name in ["nobody", "", "999", "US-000999"] {
        let error = house.desk.user_by_name(&agent, name).unwrap_err();
        assert!(matches!(error, DeskError::NotFound { .. }), "{name}: {error}");
    }
}

#[test]
fn a_history_tells_deeds_and_the_login_history_sign_ins() {
    let house = House::new();
    let agent = house.staff(Role::CustomerService);
    let id = house.person(Role::PortalAdmin, "kim", None).user();
    sign_in(&house.desk, "kim", WRONG);
    house.clock.advance(MINUTE);
    signed_in(sign_in(&house.desk, "kim", RIGHT));
    let boss = house.staff(Role::SecurityAdministrator);
    house.desk.disable_user(&boss, id, None).unwrap();
    let view = house.desk.user(&agent, id).unwrap();
    let did: Vec<&str> = view.history.iter().map(|line| line.did).collect();
    assert_eq!(did, ["disabled", "set up", "set up"], "the fixture is told as set up");
    let logins = house.desk.logins(&agent, id, 1, 10).unwrap();
    let json = serde_json::to_value(&logins).unwrap();
    assert_eq!((logins.total, logins.pages), (2, 1));
    assert_eq!(json["rows"][0]["outcome"], "ok");
    assert_eq!(json["rows"][0]["at"], "2026-03-01T12:01:00Z");
    assert_eq!(json["rows"][0]["origin"], "localhost");
    assert_eq!(json["rows"][1]["outcome"], "wrong password");
}

#[test]
fn an_entry_reads_as_scripts_expect() {
    let house = House::new();
    let agent = house.staff(Role::CustomerService);
    let auditor = house.staff(Role::Auditor);
    let request = house.desk.submit_request(&zoe(), None, &origin()).unwrap().id;
    house.desk.reject_request(&agent, request, None, "spam").unwrap();
    let args = ListArgs { per_page: 10, ..ListArgs::all(Sort::Number, true) };
    let page = house.desk.audit(&auditor, &args).unwrap();
    let json = serde_json::to_value(&page.rows[0]).unwrap();
    assert_eq!(json["action"], "request.reject");
    assert_eq!(json["actor"], agent.user_id().raw());
    assert_eq!(json["role"], "Customer Service");
    assert_eq!((&json["os_user"], &json["origin"]), (&json!("tester"), &json!("localhost")));
    assert_eq!(json["targets"][0]["kind"], "request");
    assert_eq!(json["targets"][0]["label"], "PR-000001");
    assert_eq!(json["before"]["status"], "New");
    assert_eq!(json["after"]["status"], "Rejected");
    assert_eq!(json["before"].get("reject_reason"), None);
    let next = serde_json::to_value(&page.rows[1]).unwrap();
    assert_eq!(json["prev_hash"], next["hash"]);
    assert_eq!(json["hash"].as_str().map(str::len), Some(64));
}

#[test]
fn the_trail_is_narrowed_to_what_was_done() {
    let house = House::new();
    let auditor = house.staff(Role::Auditor);
    house.person(Role::PortalUser, "jo", None);
    sign_in(&house.desk, "jo", WRONG);
    sign_in(&house.desk, "jo", RIGHT);
    let all = ListArgs::all(Sort::Number, true);
    let deeds = ListArgs { status: Some(AuditFilter::Deeds), ..all.clone() };
    let (all, deeds) = (house.desk.audit(&auditor, &all), house.desk.audit(&auditor, &deeds));
    let (all, deeds) = (all.unwrap(), deeds.unwrap());
    let tries = all.rows.iter().filter(|row| row.action.is_sign_in()).count() as u64;
    assert!(tries >= 1 && !deeds.rows.is_empty(), "{all:?}");
    assert!(deeds.rows.iter().all(|row| !row.action.is_sign_in()));
    assert_eq!((deeds.total, deeds.all), (all.total - tries, all.total));
}

#[test]
fn the_trail_is_read_whole_or_ones_own_as_the_table_says() {
    for role in Role::ALL {
        let house = House::new();
        let (who, other) = (house.staff(role), house.staff(Role::PortalAdmin));
        house.desk.submit_request(&zoe(), None, &origin()).unwrap();
        for session in [&who, &other] {
            let request = house.desk.submit_request(&zoe(), None, &origin()).unwrap().id;
            let _ = house.desk.reject_request(session, request, None, "spam");
        }
        match house.desk.audit(&who, &ListArgs::all(Sort::Number, true)) {
            Ok(page) if role.may(Permission::ReadAllAudit) => {
                assert_eq!(page.all, house.trail().len() as u64);
                assert!(page.rows.iter().any(|row| row.actor == *other.user_id()));
            }
            Ok(page) => {
                assert!(role.may(Permission::ReadOwnAudit), "{role}");
                assert!(page.rows.iter().all(|row| row.actor == *who.user_id()), "{role}");
                assert_eq!(page.all, page.rows.len() as u64, "{role} learns nothing of the rest");
                assert_eq!(page.total > 0, role.may(Permission::HandleRequests), "{role}");
            }
            Err(error) => {
                assert!(!role.uses_console(), "{role}: {error}");
            }
        }
    }
}

#[test]
fn the_dashboard_counts_what_is_there() {
    let house = House::new();
    let agent = house.staff(Role::CustomerService);
    let noon = house.desk.clock.now();
    let midnight = noon.plus_millis(-12 * HOUR);
    let submitted = |n: usize, at: Timestamp, contact: bool| {
        let form = RequestForm { email: format!("v{n}@acme.example"), ..zoe() };
        let id = house.desk.submit_request(&form, None, &origin()).unwrap().id;
        let stored = house.repo.fetch(id.0).unwrap().unwrap();
        let mut request: crate::domain::request::PortalRequest = stored.value;
        request.submitted_at = at;
        house.put(vec![Record::Request(request)]);
        if contact {
            let contact = house.contact(("Zoë", "O'Brien"), "zoe@acme.example", None);
            house.desk.link_request(&agent, id, None, contact).unwrap();
        }
        id
    };
    let resolved = submitted(0, noon.plus_millis(-30 * DAY), true);
    let oldest = submitted(1, noon.plus_millis(-20 * DAY), false);
    submitted(2, midnight.plus_millis(-6 * DAY - 1), false);
    submitted(3, midnight.plus_millis(-6 * DAY), false);
    submitted(4, midnight.plus_millis(-1), false);
    submitted(5, midnight, false);
    submitted(6, noon, false);
    let rejected = submitted(7, noon, false);
    house.desk.reject_request(&agent, rejected, None, "spam").unwrap();
    let jo = house.person(Role::PortalUser, "jo", None).user();
    house.edit_user(jo, |user| user.throttled_until = Some(noon.plus_millis(MINUTE)));
    let locked = house.person(Role::PortalUser, "locked", None).user();
    house.edit_user(locked, |user| user.failed_count = 100);
    let new = house.person(Role::PortalUser, "new", None).user();
    house.edit_user(new, |user| user.status = UserStatus::Pending);

    let it = house.desk.dashboard(&agent, midnight).unwrap();
    assert_eq!((it.new_today, it.new_this_week, it.new_older, it.resolved), (2, 2, 2, 1));
    assert_eq!(it.open(), 7);
    assert_eq!((it.throttled_users, it.pending_users), (2, 1));
    let ids: Vec<_> = it.oldest_open.iter().map(|row| row.id).collect();
    assert_eq!((ids.len(), &ids[..2]), (5, &[resolved, oldest][..]));
    let days: Vec<u64> = it.requests_per_day.iter().map(|day| day.count).collect();
    assert_eq!(days, [0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 3]);
    assert_eq!(it.requests_per_day[13].day, midnight);
    let throttled =
        ListArgs { status: Some(UserFilter::Throttled), ..ListArgs::all(Sort::Login, false) };
    let listed = || {
        let page = house.desk.users(&agent, &throttled).unwrap();
        page.rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(listed(), [jo, locked], "the line of the Dashboard opens what it counts");
    house.clock.advance(MINUTE);
    assert_eq!(listed(), [locked]);
    assert_eq!(house.desk.dashboard(&agent, midnight).unwrap().throttled_users, 1);
}
