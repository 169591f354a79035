//! Why can't they sign in? The verdict agrees with the doors, and each line can be mended.

use proptest::prelude::*;

use crate::domain::factor::Factor;
use crate::domain::id::{CompanyId, SiteId, UserId};
use crate::domain::login::Door;
use crate::domain::role::Role;
use crate::domain::site::{PortalGroup, Site};
use crate::domain::time::{MINUTE, SECOND};
use crate::domain::user::{LOCK_AFTER, PortalProfile, UserStatus};
use crate::service::Credentials;
use crate::service::{Explanation, Fix, PortalSignIn, Session, SignIn};
use crate::store::{Record, RepositoryExt};

use super::edit_user::member;
use super::people::{OTHER, RIGHT, WRONG, at_host, secret, sign_in};
use super::{House, origin};

/// What may be wrong with an account and around it; numbers are of sites, 0 the home site.
#[derive(Debug, Clone)]
struct State {
    role: Role,
    portal_on: bool,
    /// Of each site: in use, its portal on, in the portal site group, with an account.
    sites: [(bool, bool, bool, bool); 3],
    disabled: bool,
    pending: bool,
    must_change: bool,
    /// Tries with a wrong password, and seconds since.
    failures: (u8, u8),
    locked: bool,
    inactive: [bool; 2],
}

fn state() -> impl Strategy<Value = State> {
    let role = prop_oneof![
        3 => Just(Role::PortalUser),
        1 => Just(Role::PortalAdmin),
        1 => Just(Role::SuperUser),
        1 => Just(Role::CustomerService),
    ];
    let mostly = || prop_oneof![3 => Just(true), 1 => Just(false)];
    let rarely = || prop_oneof![1 => Just(true), 5 => Just(false)];
    let site = move || (mostly(), mostly(), mostly(), mostly());
    (
        (role, mostly(), [site(), site(), site()]),
        (rarely(), rarely(), any::<bool>(), (0..8u8, 0..4u8), rarely(), any::<[bool; 2]>()),
    )
        .prop_map(|((role, portal_on, sites), rest)| {
            let (disabled, pending, must_change, failures, locked, inactive) = rest;
            State {
                role,
                portal_on,
                sites,
                disabled,
                pending,
                must_change,
                failures,
                locked,
                inactive,
            }
        })
}

/// A portal user or a colleague called `jo` in a house of two companies.
fn jo(house: &House, role: Role) -> (UserId, [CompanyId; 2]) {
    let companies = [house.company("Acme", None), house.company("Bolt", None)];
    if role == Role::CustomerService {
        return (house.person(role, "jo", None).user(), companies);
    }
    let id = member(house, "jo", &companies);
    house.edit_user(id, |user| user.role = role);
    (id, companies)
}

/// The house with all of that; who is asked about.
fn build(state: &State) -> (House, UserId) {
    let house = House::new();
    let main = house.repo.fetch::<Site>(1).unwrap().unwrap().value;
    for (n, code) in [(2, "NORTH"), (3, "SOUTH")] {
        let site = Site { id: SiteId(n), code: code.into(), name: code.into(), ..main.clone() };
        house.put(vec![Record::Site(site)]);
    }
    group(&house, true, (1..=3).map(SiteId).collect());
    let (id, companies) = jo(&house, state.role);
    house.edit_user(id, |user| user.must_change_password = state.must_change);
    for _ in 0..state.failures.0 {
        enter(&house, state.role, None, WRONG);
    }
    house.clock.advance(i64::from(state.failures.1) * SECOND);
    let profile = house.repo.fetch::<PortalProfile>(id.0).unwrap();
    if let Some(mut profile) = profile.map(|it| it.value) {
        profile.site_accounts.retain(|it| state.sites[it.site.0 as usize - 1].3);
        house.put(vec![Record::Profile(profile)]);
    }
    for (n, (active, portal_enabled, ..)) in (1..).zip(state.sites) {
        let site = house.repo.fetch::<Site>(n).unwrap().unwrap().value;
        house.put(vec![Record::Site(Site { active, portal_enabled, ..site })]);
    }
    let inside = (1..).map(SiteId).zip(state.sites).filter(|(_, it)| it.2).map(|(id, _)| id);
    group(&house, state.portal_on, inside.collect());
    house.edit_user(id, |user| {
        if state.pending {
            (user.password_hash, user.status) = (None, UserStatus::Pending);
        }
        if state.disabled {
            user.status = UserStatus::Disabled;
        }
        if state.locked {
            user.failed_count = LOCK_AFTER;
        }
    });
    for (company, inactive) in companies.into_iter().zip(state.inactive) {
        house.edit_company(company, |it| it.active = !inactive);
    }
    (house, id)
}

fn group(house: &House, portal_enabled: bool, sites: Vec<SiteId>) {
    house.put(vec![Record::PortalGroup(PortalGroup {
        code: "PORTAL".into(),
        sites,
        portal_enabled,
    })]);
}

/// Whether that password leads in, or on to the next step, at the first door of such a role.
fn enter(house: &House, role: Role, site: Option<&str>, password: &str) -> bool {
    match role {
        Role::CustomerService => {
            !matches!(sign_in(&house.desk, "jo", password), SignIn::Refused(_))
        }
        _ => {
            let done = house.desk.portal_sign_in(
                &Credentials::new("jo", &secret(password)),
                site,
                &origin(),
            );
            // A portal without a site is a failure of the store's set-up, not of the person.
            done.is_ok_and(|it| !matches!(it, PortalSignIn::Refused(_)))
        }
    }
}

fn told(house: &House, id: UserId) -> Explanation {
    let auditor = house.staff(Role::Auditor);
    house.desk.explain(&auditor, id).unwrap()
}

fn codes(explained: &Explanation) -> Vec<(&'static str, bool)> {
    explained.lines.iter().map(|it| (it.code, it.stops)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn the_verdict_is_what_the_right_password_comes_to(state in state()) {
        let (house, id) = build(&state);
        let explained = told(&house, id);
        let lines = codes(&explained);
        let stopped = explained.lines.iter().any(|it| it.stops);
        prop_assert_eq!(explained.can_sign_in, !stopped, "{:?}", &lines);
        prop_assert_eq!(explained.can_sign_in, lines.first() == Some(&("ready", false)));
        prop_assert!(explained.lines.iter().all(|it| it.fix.is_some() == it.fix_label.is_some()));
        prop_assert!(explained.lines.iter().all(|it| it.fix.is_some() || it.why_not.is_some()));
        prop_assert_eq!(enter(&house, state.role, None, RIGHT), explained.can_sign_in, "{:?}", &lines);
        for door in &explained.doors {
            // Each try changes what the next one meets, so each has a house of its own.
            let (house, _) = build(&state);
            let entered = match (&door.site, door.door) {
                (Some(site), Door::Portal) => enter(&house, state.role, Some(site.raw()), RIGHT),
                _ => enter(&house, Role::CustomerService, None, RIGHT),
            };
            prop_assert_eq!(entered, door.open, "{:?} {:?}", door, &lines);
        }
    }
}

fn agent(house: &House) -> Session {
    house.staff(Role::PortalAdmin)
}

/// The one line of that code: its sentence, whether it stops, what mends it.
fn line(explained: &Explanation, code: &str) -> (String, bool, Option<Fix>) {
    let found: Vec<_> = explained.lines.iter().filter(|it| it.code == code).collect();
    let [it] = found[..] else { panic!("{code}: {:?}", codes(explained)) };
    (it.message.clone(), it.stops, it.fix)
}

#[test]
fn nothing_wrong_says_what_they_need() {
    let house = House::new();
    let (id, _) = jo(&house, Role::PortalUser);
    let explained = told(&house, id);
    assert_eq!(codes(&explained), [("ready", false)]);
    let ready = &explained.lines[0];
    assert!(ready.message.contains("jo.P, jo or jo@acme.example and their password"), "{ready:?}");
    assert_eq!((ready.fix, ready.why_not.as_deref()), (None, Some("There is nothing to mend.")));
    assert_eq!((explained.can_sign_in, explained.failures.len()), (true, 0));

    house.edit_user(id, |user| {
        user.must_change_password = true;
        user.second_factor = Some(Factor::AuthenticatorApp);
    });
    let explained = told(&house, id);
    let lines = [("ready", false), ("must_change", false), ("not_enrolled", false)];
    assert_eq!(codes(&explained), lines);
    house.edit_user(id, |user| user.factor_enrolled_at = Some(user.created_at));
    let explained = told(&house, id);
    assert_eq!(line(&explained, "second_factor").2, Some(Fix::ResetSecondFactor));
    assert!(explained.can_sign_in);
}

#[test]
fn the_order_is_that_of_a_sign_in() {
    let wrong = State {
        role: Role::PortalAdmin,
        portal_on: false,
        sites: [(false, false, true, false), (true, false, true, true), (true, true, true, false)],
        disabled: true,
        pending: true,
        must_change: true,
        failures: (7, 0),
        locked: true,
        inactive: [true, false],
    };
    let (house, id) = build(&wrong);
    let explained = told(&house, id);
    let lines: Vec<&str> = explained.lines.iter().map(|it| it.code).collect();
    let order = [
        "portal_off",
        "site_inactive",
        "site_off",
        "site_off",
        "no_account",
        "disabled",
        "locked",
        "throttled",
        "pending",
        "company_inactive",
        "failures",
    ];
    assert_eq!(lines, order);
    assert!(explained.doors.iter().all(|it| !it.open) && explained.doors.len() == 4);
    let about: Vec<_> = explained.lines.iter().map(|it| it.about.clone()).collect();
    assert_eq!(about[1..4], [Some("MAIN".into()), Some("MAIN".into()), Some("NORTH".into())]);
}

#[test]
fn each_line_of_an_account_ends_with_its_deed() {
    let house = House::new();
    let (id, _) = jo(&house, Role::PortalUser);
    let anna = agent(&house);
    let desk = &house.desk;
    let stopped = |code: &str, fix: Fix| {
        let explained = told(&house, id);
        assert_eq!((line(&explained, code).1, line(&explained, code).2), (true, Some(fix)));
        assert!(!explained.can_sign_in);
    };
    let mended = || assert_eq!(told(&house, id).lines[0].code, "ready");

    house.disable(id);
    stopped("disabled", Fix::Enable);
    desk.enable_user(&anna, id, None).unwrap();
    mended();

    house.edit_user(id, |user| (user.password_hash, user.status) = (None, UserStatus::Pending));
    stopped("pending", Fix::SetPassword);
    desk.set_password(&anna, id, None, &secret(RIGHT), false).unwrap();
    mended();

    house.edit_user(id, |user| user.failed_count = LOCK_AFTER);
    stopped("locked", Fix::Unlock);
    desk.unlock_user(&anna, id, None).unwrap();
    mended();

    (0..5).for_each(|_| assert!(!enter(&house, Role::PortalUser, None, WRONG)));
    stopped("throttled", Fix::Unlock);
    assert!(line(&told(&house, id), "throttled").0.contains("another 1 second."));
    desk.unlock_user(&anna, id, None).unwrap();
    mended();
}

#[test]
fn a_wait_at_another_host_is_seen_and_ends_though_nothing_is_counted_any_more() {
    let house = House::new();
    let (id, _) = jo(&house, Role::PortalUser);
    let anna = agent(&house);
    let at = |host, password| {
        house
            .desk
            .portal_sign_in(&Credentials::new("jo", &secret(password)), None, &at_host(host))
            .unwrap()
    };
    for _ in 0..12 {
        house.clock.advance(6 * MINUTE);
        at("kiosk", WRONG);
    }
    assert_eq!(at("desk", RIGHT).outcome(), "ok");
    assert_eq!(house.user(id).failed_count, 0);
    let (message, stops, fix) = line(&told(&house, id), "throttled");
    assert!(
        message.contains("at the portal from kiosk") && message.contains("minute"),
        "{message}"
    );
    assert_eq!((stops, fix), (true, Some(Fix::Unlock)));
    assert_eq!(at("kiosk", RIGHT).outcome(), "refused");
    house.desk.unlock_user(&anna, id, None).unwrap();
    assert_eq!(codes(&told(&house, id))[0].0, "ready");
    assert_eq!(at("kiosk", RIGHT).outcome(), "ok");
    let again = house.desk.unlock_user(&anna, id, None).unwrap_err();
    assert!(again.to_string().contains("nothing to unlock"), "{again}");
}

#[test]
fn the_last_failures_are_those_that_were_refused_and_say_what_helps() {
    let house = House::new();
    let (id, _) = jo(&house, Role::PortalUser);
    let anna = agent(&house);
    let tries = |passwords: &[&str]| {
        for password in passwords {
            house.clock.advance(10 * MINUTE);
            enter(&house, Role::PortalUser, None, password);
        }
    };
    tries(&[WRONG, RIGHT]);
    let explained = told(&house, id);
    assert_eq!(codes(&explained), [("ready", false)], "what came before a good one says nothing");
    assert_eq!(explained.failures.len(), 1);

    tries(&[WRONG, WRONG]);
    let explained = told(&house, id);
    let (message, stops, fix) = line(&explained, "failures");
    assert!(message.contains("last tries (2) were refused"), "{message}");
    assert!(message.contains("at MAIN, Portal: wrong password"), "{message}");
    assert_eq!((stops, fix), (false, Some(Fix::SetPassword)));
    assert!(explained.failures[0].at > explained.failures[1].at && explained.failures.len() == 3);

    house.clock.advance(MINUTE);
    house.desk.set_password(&anna, id, None, &secret(OTHER), false).unwrap();
    let explained = told(&house, id);
    let last = explained.lines.last().unwrap();
    assert_eq!((last.code, last.fix), ("failures", None));
    assert!(last.why_not.as_ref().unwrap().contains("new password was set since"));

    tries(&[WRONG; 6]);
    assert_eq!(told(&house, id).failures.len(), 5);
}

#[test]
fn who_may_not_mend_a_line_is_told_who_may() {
    let house = House::new();
    let (id, companies) = jo(&house, Role::PortalUser);
    house.disable(id);
    house.portal(false);
    house.edit_company(companies[0], |it| it.active = false);
    let why = |role| {
        let explained = house.desk.explain(&house.staff(role), id).unwrap();
        explained.lines.into_iter().map(|it| (it.code, it.why_not)).collect::<Vec<_>>()
    };
    let [(_, portal), (_, disabled), (_, company)] = &why(Role::SuperUser)[..] else {
        panic!("three lines")
    };
    assert!(portal.as_ref().unwrap().starts_with("Only Security Administrator may"));
    assert_eq!(*disabled, None, "a Super User may enable");
    assert!(company.as_ref().unwrap().contains("your role is Super User"));
    assert_eq!(why(Role::SecurityAdministrator)[0], ("portal_off", None));
    assert!(why(Role::SecurityAdministrator)[1].1.is_some());
    house.edit_user(id, |user| user.role = Role::SuperUser);
    assert_eq!(why(Role::SecurityAdministrator)[1], ("disabled", None));
    assert!(why(Role::CustomerService)[1].1.as_ref().unwrap().contains("Security Administrator"));
    let own = house.person(Role::Auditor, "eve", None);
    house.edit_user(own.user(), |user| user.failed_count = LOCK_AFTER);
    let explained = house.desk.explain(&own, own.user()).unwrap();
    let [locked] = &explained.lines[..] else { panic!("one line: {:?}", codes(&explained)) };
    assert!(locked.why_not.as_ref().unwrap().contains("your own account"));
}
