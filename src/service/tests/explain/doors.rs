//! The verdict agrees with the doors, whatever is wrong.

use proptest::prelude::*;

use crate::domain::factor::{Factor, SecondFactor};
use crate::domain::id::{SiteId, UserId};
use crate::domain::login::Door;
use crate::domain::role::Role;
use crate::domain::site::{PortalGroup, Site};
use crate::domain::time::SECOND;
use crate::domain::totp::Seed;
use crate::domain::user::{LOCK_AFTER, PortalProfile, UserStatus};
use crate::service::sealing::{SealingKey, owner};
use crate::service::tests::people::{RIGHT, WRONG, secret};
use crate::service::tests::{House, origin};
use crate::service::{Credentials, PortalSignIn, SignIn};
use crate::store::{Record, RepositoryExt};

use super::{codes, jo, told};

/// What may be wrong with an account and around it; numbers are of sites, 0 the home site.
#[derive(Debug, Clone)]
pub(super) struct State {
    pub role: Role,
    pub portal_on: bool,
    /// Of each site: in use, its portal on, in the portal site group, with an account.
    pub sites: [(bool, bool, bool, bool); 3],
    pub disabled: bool,
    pub pending: bool,
    pub must_change: bool,
    /// Whether the password came by mail and is too old.
    pub over: bool,
    /// Tries with a wrong password, and seconds since.
    pub failures: (u8, u8),
    pub locked: bool,
    pub inactive: [bool; 2],
    pub factor: Shown,
    pub key: Kept,
}

/// What is shown beside the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    Nothing,
    AppToSetUp,
    App,
    /// An app of which nothing is kept.
    LostApp,
    EmailCode,
}

/// What has become of the key file since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    There,
    Lost,
    Another,
}

/// What jo's app makes its codes of.
const SEED: &[u8; 20] = b"12345678901234567890";

fn state() -> impl Strategy<Value = State> {
    let role = prop_oneof![
        3 => Just(Role::PortalUser),
        1 => Just(Role::PortalAdmin),
        1 => Just(Role::SuperUser),
        1 => Just(Role::CustomerService),
    ];
    let mostly = || prop_oneof![3 => Just(true), 1 => Just(false)];
    let rarely = || prop_oneof![1 => Just(true), 5 => Just(false)];
    let shown = prop_oneof![
        3 => Just(Shown::Nothing),
        2 => Just(Shown::AppToSetUp),
        3 => Just(Shown::App),
        1 => Just(Shown::LostApp),
        1 => Just(Shown::EmailCode),
    ];
    let key = prop_oneof![2 => Just(Kept::There), 1 => Just(Kept::Lost), 1 => Just(Kept::Another)];
    let site = move || (mostly(), mostly(), mostly(), mostly());
    (
        (role, mostly(), [site(), site(), site()]),
        (
            rarely(),
            rarely(),
            any::<bool>(),
            rarely(),
            (0..8u8, 0..4u8),
            rarely(),
            any::<[bool; 2]>(),
        ),
        (shown, key),
    )
        .prop_map(|((role, portal_on, sites), rest, (factor, key))| {
            let (disabled, pending, must_change, over, failures, locked, inactive) = rest;
            State {
                role,
                portal_on,
                sites,
                disabled,
                pending,
                must_change,
                over,
                failures,
                locked,
                inactive,
                factor,
                key,
            }
        })
}

/// The house with all of that; who is asked about.
pub(super) fn build(state: &State) -> (House, UserId) {
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
        user.temporary_until = state.over.then(|| house.desk.clock.now());
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
    give_factor(&house, id, state);
    (house, id)
}

/// Gives jo that second factor, somebody else an app, and has that become of their key.
fn give_factor(house: &House, id: UserId, state: &State) {
    let bystander = house.person(Role::Auditor, "bystander", None).user();
    let now = house.desk.clock.now();
    let mut with_app = vec![bystander];
    with_app.extend((state.factor == Shown::App).then_some(id));
    for user in with_app {
        let sealed_seed = house.desk.seal(SEED, &owner("second factor", user.0)).unwrap().unwrap();
        house.put(vec![Record::SecondFactor(SecondFactor {
            user,
            sealed_seed,
            begun_at: now,
            enrolled_at: Some(now),
            last_step: 0,
            recovery: Vec::new(),
        })]);
    }
    let (factor, is_set_up) = match state.factor {
        Shown::Nothing => (None, false),
        Shown::AppToSetUp => (Some(Factor::AuthenticatorApp), false),
        Shown::App | Shown::LostApp => (Some(Factor::AuthenticatorApp), true),
        Shown::EmailCode => (Some(Factor::EmailCode), true),
    };
    house.edit_user(id, |user| {
        user.second_factor = factor;
        user.factor_enrolled_at = is_set_up.then_some(now);
    });
    let mut key = house.keys.0.lock().unwrap();
    match state.key {
        Kept::There => {}
        Kept::Lost => *key = None,
        Kept::Another => *key = Some(SealingKey::new(zeroize::Zeroizing::new([7; 32]))),
    }
}

fn group(house: &House, portal_enabled: bool, sites: Vec<SiteId>) {
    house.put(vec![Record::PortalGroup(PortalGroup {
        code: "PORTAL".into(),
        sites,
        portal_enabled,
    })]);
}

/// Whether that password, with the code of the app, leads in, or on to the next step, at the
/// first door of such a role.
pub(super) fn enter(house: &House, role: Role, site: Option<&str>, password: &str) -> bool {
    let code = Seed::from_bytes(SEED).unwrap().code_at(house.desk.clock.now());
    let (password, code) = (secret(password), secret(&code));
    let shown = Credentials::new("jo", &password).with_code(Some(&code));
    // Setting an app up begins with sealing what its codes are made of.
    let sets_up = || house.desk.seal(SEED, b"jo").unwrap().is_ok();
    // A portal without a site, or a code that can't be checked, is a failure of the store's
    // set-up, not of the person.
    match role {
        Role::CustomerService => {
            let done = house.desk.sign_in(&shown, Door::Console, &origin());
            done.is_ok_and(|it| match it {
                SignIn::Refused(_) => false,
                SignIn::NeedsEnrolment(_) => sets_up(),
                _ => true,
            })
        }
        _ => {
            let done = house.desk.portal_sign_in(&shown, site, &origin());
            done.is_ok_and(|it| match it {
                PortalSignIn::Refused(_) => false,
                PortalSignIn::SecondFactor { enrolled: false } => sets_up(),
                _ => true,
            })
        }
    }
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
