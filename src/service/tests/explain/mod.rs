//! Why can't they sign in? The verdict agrees with the doors, and each line can be mended.

mod doors;
mod invitation;

use crate::domain::factor::{Factor, SecondFactor};
use crate::domain::id::{CompanyId, UserId};
use crate::domain::role::Role;
use crate::domain::time::MINUTE;
use crate::domain::user::{LOCK_AFTER, UserStatus};
use crate::service::{Credentials, Explanation, Fix, Session};
use crate::store::Record;

use super::House;
use super::edit_user::member;
use super::people::{OTHER, RIGHT, WRONG, at_host, secret};
use doors::{Kept, Shown, State, build, enter};

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

fn told(house: &House, id: UserId) -> Explanation {
    let auditor = house.staff(Role::Auditor);
    house.desk.explain(&auditor, id).unwrap()
}

fn codes(explained: &Explanation) -> Vec<(&'static str, bool)> {
    explained.lines.iter().map(|it| (it.code, it.stops)).collect()
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
}

#[test]
fn what_a_second_factor_is_short_of_says_who_mends_it() {
    let house = House::new();
    let (jo, ..) = house.with_app(Role::CustomerService, "jo");
    let id = jo.user();
    let explained = told(&house, id);
    assert_eq!(line(&explained, "second_factor").2, Some(Fix::ResetSecondFactor));
    assert!(explained.can_sign_in);

    let key = house.keys.0.lock().unwrap().take();
    let explained = told(&house, id);
    assert_eq!(codes(&explained), [("key_file", true), ("second_factor", false)]);
    let (message, ..) = line(&explained, "key_file");
    assert!(message.contains("file of Portal Desk is missing; only one of their 10"), "{message}");
    let who = explained.lines[0].why_not.as_ref().unwrap();
    assert!(who.contains("/keys/secrets.key is missing; restore it from its copy"), "{who}");
    let carl = house.person(Role::CustomerService, "carl", None).user();
    house.give_app(carl);
    let explained = told(&house, carl);
    assert_eq!(codes(&explained), [("key_file", true), ("not_enrolled", false)]);
    let who = explained.lines[0].why_not.as_ref().unwrap();
    assert!(who.contains("the second factor of jo is sealed under it"), "{who}");

    *house.keys.0.lock().unwrap() = key;
    assert!(told(&house, id).can_sign_in && told(&house, carl).can_sign_in);
    let kept = house.kept(id).unwrap();
    house.put(vec![Record::SecondFactor(SecondFactor { sealed_seed: Vec::new(), ..kept })]);
    let (message, stops, fix) = line(&told(&house, id), "factor_damaged");
    assert!(message.contains("only one of their 10 recovery codes"), "{message}");
    assert_eq!((stops, fix), (true, Some(Fix::ResetSecondFactor)));
    house.edit_user(id, |user| user.second_factor = Some(Factor::EmailCode));
    assert_eq!(codes(&told(&house, id)), [("no_mail", true)]);
}

#[test]
fn the_order_is_that_of_a_sign_in_with_what_stops_them_first() {
    let wrong = State {
        role: Role::PortalAdmin,
        portal_on: false,
        sites: [(false, false, true, false), (true, false, true, true), (true, true, true, false)],
        disabled: true,
        pending: true,
        must_change: true,
        over: true,
        failures: (7, 0),
        locked: true,
        inactive: [true, false],
        factor: Shown::App,
        key: Kept::Lost,
    };
    let (house, id) = build(&wrong);
    let explained = told(&house, id);
    let lines: Vec<&str> = explained.lines.iter().map(|it| it.code).collect();
    let order = [
        "portal_off",
        "site_inactive",
        "site_off",
        "disabled",
        "locked",
        "throttled",
        "pending",
        "key_file",
        "site_off",
        "no_account",
        "invitation",
        "second_factor",
        "company_inactive",
        "failures",
    ];
    assert_eq!(lines, order, "what stops them, then what is worth knowing");
    assert!(explained.doors.iter().all(|it| !it.open) && explained.doors.len() == 4);
    let about: Vec<_> = explained.lines.iter().map(|it| it.about.clone()).collect();
    assert_eq!(about[1..3], [Some("MAIN".into()), Some("MAIN".into())]);
    assert_eq!(about[8], Some("NORTH".into()));
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
    assert_eq!(told(&house, id).headline(), "jo.P (Zoë O'Brien) can't sign in.");
    house.edit_user(id, |user| user.role = Role::SuperUser);
    assert_eq!(told(&house, id).headline(), "jo.P (Zoë O'Brien) can't sign in.");
    house.edit_user(id, |user| user.status = UserStatus::Active);
    assert_eq!(told(&house, id).headline(), "jo.P (Zoë O'Brien) can't sign in to the portal.");
    house.disable(id);
    assert_eq!(why(Role::SecurityAdministrator)[1], ("disabled", None));
    assert!(why(Role::CustomerService)[1].1.as_ref().unwrap().contains("Security Administrator"));
    let own = house.person(Role::Auditor, "eve", None);
    house.edit_user(own.user(), |user| user.failed_count = LOCK_AFTER);
    let explained = house.desk.explain(&own, own.user()).unwrap();
    let [locked] = &explained.lines[..] else { panic!("one line: {:?}", codes(&explained)) };
    assert!(locked.why_not.as_ref().unwrap().contains("your own account"));
}
