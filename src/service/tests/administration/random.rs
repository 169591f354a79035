//! Random administration: whatever is done to sites and groups, the portal has one group with
//! an active site, and every portal user has the accounts that are not waited for.

use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::domain::id::{GroupId, SiteId, UserId};
use crate::domain::role::Role;
use crate::domain::site::{PortalGroup, Site, SiteGroup};
use crate::service::{DeskError, GroupChoice, Session, SiteForm, SiteGroupForm};
use crate::store::RepositoryExt;
use crate::store::query::List;
use crate::store::record::PORTAL_GROUP;

use super::super::House;
use super::super::invariants::{all, check, dump};
use super::super::new_user::in_file;
use super::house;

/// One call; numbers choose among what there is, and a little beyond.
#[derive(Debug, Clone)]
enum Call {
    NewUser,
    DeleteUser(u64),
    NewSite(bool),
    Activate(u64),
    Deactivate(u64),
    NewGroup(u8),
    EditPortal(u8),
    EditGroup(u64, u8),
    DeleteGroup(u64),
    MakePortal(u64),
    Sync,
}

fn call() -> impl Strategy<Value = Call> {
    let id = || 1..5u64;
    prop_oneof![
        4 => Just(Call::NewUser),
        1 => (3..8u64).prop_map(Call::DeleteUser),
        2 => any::<bool>().prop_map(Call::NewSite),
        2 => id().prop_map(Call::Activate),
        2 => id().prop_map(Call::Deactivate),
        1 => any::<u8>().prop_map(Call::NewGroup),
        2 => any::<u8>().prop_map(Call::EditPortal),
        1 => (id(), any::<u8>()).prop_map(|(group, sites)| Call::EditGroup(group, sites)),
        1 => id().prop_map(Call::DeleteGroup),
        2 => id().prop_map(Call::MakePortal),
        3 => Just(Call::Sync),
    ]
}

/// The sites whose bits are set, as a group's form has them.
fn sites(bits: u8, code: &str) -> SiteGroupForm {
    let sites = (0..6u64).filter(|n| bits >> n & 1 == 1).map(|n| SiteId(n + 1)).collect();
    SiteGroupForm { code: code.into(), sites }
}

fn run(
    house: &House,
    boss: &Session,
    clerk: &Session,
    call: &Call,
    n: usize,
) -> Result<(), DeskError> {
    let desk = &house.desk;
    match *call {
        Call::NewUser => {
            let company = crate::domain::id::CompanyId(1);
            desk.create_portal_user(clerk, &in_file(company, &format!("u{n}"))).map(drop)
        }
        Call::DeleteUser(id) => desk.delete_user(clerk, UserId(id), None).map(drop),
        Call::NewSite(in_portal) => {
            let form = SiteForm { code: format!("S{n}"), in_portal, ..SiteForm::default() };
            desk.create_site(boss, &form).map(drop)
        }
        Call::Activate(id) => desk.activate_site(boss, SiteId(id), None).map(drop),
        Call::Deactivate(id) => desk.deactivate_site(boss, SiteId(id), None).map(drop),
        Call::NewGroup(bits) => {
            desk.create_site_group(boss, &sites(bits, &format!("G{n}"))).map(drop)
        }
        Call::EditPortal(bits) => desk
            .edit_site_group(boss, GroupChoice::Portal, None, &sites(bits, &format!("P{n}")))
            .map(drop),
        Call::EditGroup(id, bits) => {
            let choice = GroupChoice::Other(GroupId(id));
            desk.edit_site_group(boss, choice, None, &sites(bits, &format!("E{n}"))).map(drop)
        }
        Call::DeleteGroup(id) => desk.delete_site_group(boss, GroupId(id), None).map(drop),
        Call::MakePortal(id) => desk.make_portal_group(boss, GroupId(id), None).map(drop),
        Call::Sync => desk.site_sync(boss, &()).map(drop),
    }
}

/// What always holds of sites and groups.
fn check_groups(house: &House) {
    let portal = house.repo.fetch::<PortalGroup>(PORTAL_GROUP).unwrap().unwrap().value;
    let sites = all::<Site>(&*house.repo, List::Sites);
    let within = |it: &Site| portal.sites.contains(&it.id);
    assert!(sites.iter().any(|it| it.value.active && within(&it.value)), "an active site");
    for site in &sites {
        let waits = site.value.sync_due;
        assert!(
            !waits || (site.value.active && within(&site.value)),
            "{} waits in vain",
            site.value.code
        );
    }
    let mut codes: BTreeSet<String> = BTreeSet::from([portal.code.raw().to_lowercase()]);
    for group in all::<SiteGroup>(&*house.repo, List::SiteGroups) {
        assert!(codes.insert(group.value.code.raw().to_lowercase()), "codes are unique");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn accounts_and_groups_are_right_after_every_call(calls in prop::collection::vec(call(), 5..50)) {
        let (house, boss) = house();
        let clerk = house.staff(Role::PortalAdmin);
        house.company("Acme", None);
        for (n, call) in calls.iter().enumerate() {
            let before = dump(&*house.repo);
            match run(&house, &boss, &clerk, call, n) {
                Ok(()) => {
                    check(&*house.repo);
                    check_groups(&house);
                    if matches!(call, Call::Sync) {
                        let state = house.desk.portal_state(&boss).unwrap();
                        prop_assert_eq!(state.waiting, 0);
                    }
                }
                Err(DeskError::Conflict(_) | DeskError::Store(_) | DeskError::Machine(_)) => {
                    prop_assert!(false, "nobody else is there: {:?}", call);
                }
                Err(_) => prop_assert_eq!(&before, &dump(&*house.repo)),
            }
        }
    }
}
