//! Organization configs in use: the last contract that carries one stays.

use std::sync::Barrier;

use crate::domain::audit::Action;
use crate::domain::id::{CompanyId, ContractId, UserId};
use crate::domain::problem::Code;
use crate::domain::role::Role;
use crate::domain::user::{MemberConfig, PortalProfile};
use crate::service::Session;
use crate::service::contracts::ContractForm;
use crate::store::{Record, RepositoryExt};

use super::House;
use super::edit_user::member;
use super::new_user::faults;
use super::people::problem;

fn contract(number: &str, code: &str) -> ContractForm {
    ContractForm {
        number: number.into(),
        config_code: code.into(),
        config_name: "Europe".into(),
        start: "2026-01-01".into(),
        end: String::new(),
    }
}

/// Gives a user that config in a company, behind the services' back.
fn give(house: &House, user: UserId, company: CompanyId, code: &str) {
    let profile = house.repo.fetch::<PortalProfile>(user.0).unwrap().unwrap().value;
    let config = MemberConfig { company, code: code.into() };
    let configs = vec![config];
    house.put(vec![Record::Profile(PortalProfile { organization_configs: configs, ..profile })]);
}

/// A company with the contracts 1 and 2, of EU and US, and four users; zoe and kim have EU.
fn house() -> (House, Session, CompanyId, [ContractId; 2]) {
    let house = House::new();
    let anna = house.staff(Role::PortalAdmin);
    let (acme, bolt) = (house.company("Acme", None), house.company("Bolt", None));
    let made = [("1", "EU"), ("2", "US")].map(|(number, code)| {
        house.desk.create_contract(&anna, acme, &contract(number, code)).unwrap().id
    });
    for login in ["zoe", "kim"] {
        let user = member(&house, login, &[acme]);
        give(&house, user, acme, "EU");
    }
    member(&house, "lee", &[acme]);
    // The same code in another company is another config.
    let other = member(&house, "max", &[bolt, acme]);
    give(&house, other, bolt, "US");
    (house, anna, acme, made)
}

#[test]
fn the_last_contract_of_a_config_that_somebody_has_stays() {
    let (house, anna, acme, [europe, states]) = house();
    let desk = &house.desk;
    let delete = || desk.delete_contract(&anna, acme, europe, None);
    let before = house.trail().len();
    assert_eq!(faults(delete()), [(Code::OrganizationConfig, "config_code")]);
    let (_, said) = problem(delete());
    assert!(said.contains("can't be deleted: 2 users of the company have"), "{said}");
    assert!(said.contains("config EU (zoe.P, kim.P)"), "{said}");
    let recode = desk.edit_contract(&anna, acme, europe, None, &contract("1", "EUR"));
    let (field, said) = problem(recode);
    assert!(said.contains("can't be given another code"), "{said}");
    assert_eq!((field, house.trail().len()), (Some("config_code"), before));

    // All else of it may change, and a config that nobody has may go.
    let named = ContractForm { config_name: "Europa".into(), ..contract("1a", "eu") };
    desk.edit_contract(&anna, acme, europe, None, &named).unwrap();
    desk.delete_contract(&anna, acme, states, None).unwrap();

    // With another contract that carries the same, it may go, too; and that one stays then.
    let twin = desk.create_contract(&anna, acme, &contract("3", "EU")).unwrap().id;
    delete().unwrap();
    assert_eq!(house.last_told().action, Action::ContractDelete);
    let (_, said) = problem(desk.delete_contract(&anna, acme, twin, None));
    assert!(said.contains("Contract 3 can't be deleted"), "{said}");
}

#[test]
fn many_users_of_a_config_are_counted_and_some_named() {
    let (house, anna, acme, [europe, _]) = house();
    for n in 0..9 {
        give(&house, member(&house, &format!("u{n}"), &[acme]), acme, "EU");
    }
    let (_, said) = problem(house.desk.delete_contract(&anna, acme, europe, None));
    assert!(said.contains("11 users of the company have"), "{said}");
    assert!(said.contains("(zoe.P, kim.P, u0.P, 8 more)"), "{said}");
}

#[test]
fn of_two_contracts_with_one_config_that_go_at_the_same_moment_one_stays() {
    let (house, anna, acme, [europe, _]) = house();
    let desk = &house.desk;
    let mut left = europe;
    for round in 0..40 {
        let number = format!("T{round}");
        let twin = desk.create_contract(&anna, acme, &contract(&number, "EU")).unwrap().id;
        let start = Barrier::new(2);
        let delete = |id| {
            start.wait();
            desk.delete_contract(&anna, acme, id, None).is_ok()
        };
        let gone = std::thread::scope(|scope| {
            let other = scope.spawn(|| delete(twin));
            (delete(left), other.join().unwrap())
        });
        assert!(gone.0 != gone.1, "one goes, the other has to stay: {gone:?}");
        left = if gone.0 { twin } else { left };
    }
}
