//! Companies and their contracts: every field, what people hold fast, what is told.

use crate::domain::audit::Action;
use crate::domain::company::{Company, CompanyKind};
use crate::domain::id::{CompanyId, SiteId, UserId};
use crate::domain::role::Role;
use crate::domain::site::{PortalGroup, Site};
use crate::service::companies::CompanyForm;
use crate::service::contracts::ContractForm;
use crate::service::{DeskError, ListArgs, Session, Sort};
use crate::store::record::PORTAL_GROUP;
use crate::store::{Key, Kind, Record, RepositoryExt};

use super::faults::{Step, sweep};
use super::people::problem;
use super::{House, SITE, origin, zoe};

fn acme() -> CompanyForm {
    CompanyForm {
        name: "Acme Ltd".into(),
        code: "C77".into(),
        partner: false,
        email: "office@acme.example".into(),
        phone: "+44 20 7946 0018".into(),
        on_hold: true,
        site: String::new(),
        city: "Łódź".into(),
        country: "Poland".into(),
        website: "https://www.acme.example".into(),
    }
}

fn agreement(number: &str) -> ContractForm {
    ContractForm {
        number: number.into(),
        config_code: "EU".into(),
        config_name: "Europe".into(),
        start: "2026-01-01".into(),
        end: "2026-03-01".into(),
    }
}

fn house() -> (House, Session) {
    let house = House::new();
    let anna = house.staff(Role::CustomerService);
    (house, anna)
}

/// A second site of the portal.
fn second_site(house: &House) {
    let id = SiteId(house.repo.reserve(Kind::Site, 1).unwrap());
    let group = house.repo.fetch::<PortalGroup>(PORTAL_GROUP).unwrap().unwrap().value;
    house.put(vec![
        Record::Site(Site {
            id,
            code: "north".into(),
            name: "North".into(),
            website: "https://north.example".into(),
            active: true,
            portal_enabled: true,
            sync_due: false,
        }),
        Record::PortalGroup(PortalGroup { sites: vec![group.sites[0], id], ..group }),
    ]);
}

fn stored(house: &House, id: CompanyId) -> Company {
    house.repo.fetch::<Company>(id.0).unwrap().unwrap().value
}

/// A contact of that company, approved as a portal user.
fn approved(house: &House, company: CompanyId) -> UserId {
    let agent = house.staff(Role::CustomerService);
    let request = house.desk.submit_request(&zoe(), None, &origin()).unwrap().id;
    let contact = house.contact(("Zoë", "O'Brien"), "zoe@acme.example", Some(company));
    house.desk.link_request(&agent, request, None, contact).unwrap();
    house.desk.approve_request(&agent, request, None, None).unwrap().request.row.user.unwrap()
}

#[test]
fn every_field_is_kept_and_told() {
    let (house, anna) = house();
    second_site(&house);
    let made = house.desk.create_company(&anna, &acme()).unwrap();
    assert_eq!(made.form(), CompanyForm { site: SITE.into(), ..acme() });
    let form = CompanyForm {
        name: "Acme GmbH".into(),
        code: "P78".into(),
        partner: true,
        email: "info@acme.example".into(),
        phone: "1".into(),
        on_hold: false,
        site: "North".into(),
        city: "Köln".into(),
        country: "Germany".into(),
        website: "acme.example".into(),
    };
    let id = made.row.id;
    let saved = house.desk.edit_company(&anna, id, Some(made.row.stamp), &form).unwrap();
    assert_eq!(saved.form(), CompanyForm { site: "north".into(), ..form.clone() });
    let entry = house.last_told();
    assert_eq!((entry.action, entry.changes.len()), (Action::CompanyEdit, 10));
    let told: Vec<String> = entry
        .changes
        .iter()
        .map(|it| format!("{} {:?} {:?}", it.field, it.before, it.after))
        .collect();
    for part in ["kind", "on_hold", "home_site", "city", "country", "website", "code"] {
        assert!(told.iter().any(|it| it.starts_with(part)), "{part}: {told:?}");
    }
    assert_eq!(saved.history[0].did, "edited");

    let emptied = CompanyForm {
        name: form.name.clone(),
        code: form.code.clone(),
        partner: true,
        ..CompanyForm::default()
    };
    let saved = house.desk.edit_company(&anna, id, None, &emptied).unwrap();
    assert_eq!((&saved.row.email, &saved.row.city), (&None, &None));
    assert_eq!(stored(&house, id).home_site, SiteId(2), "an empty site is the present one");
    let before = house.trail().len();
    house.desk.edit_company(&anna, id, None, &emptied).unwrap();
    assert_eq!(house.trail().len(), before, "what changes nothing leaves no trace");
}

#[test]
fn what_is_wrong_is_told_at_once_and_by_field() {
    let (house, anna) = house();
    let bolt = house.company("Bolt", None);
    let wrong = CompanyForm {
        name: " ".into(),
        code: "C\u{7}".into(),
        email: "office".into(),
        website: "ftp://acme.example".into(),
        city: "x".repeat(101),
        ..CompanyForm::default()
    };
    let fields = |result: Result<_, DeskError>| -> Vec<&str> {
        let Err(DeskError::Problems(problems)) =
            result.map(|_: crate::service::companies::CompanyView| ())
        else {
            panic!("it was taken")
        };
        problems.iter().filter_map(|it| it.field).collect()
    };
    let all = ["company_name", "code", "email", "city", "website"];
    assert_eq!(fields(house.desk.create_company(&anna, &wrong)), all);
    assert_eq!(fields(house.desk.edit_company(&anna, bolt, None, &wrong)), all);

    house.desk.create_company(&anna, &acme()).unwrap();
    let taken = CompanyForm { name: "Bolt".into(), code: "c77".into(), ..CompanyForm::default() };
    let (field, said) = problem(house.desk.edit_company(&anna, bolt, None, &taken));
    assert_eq!(field, Some("code"));
    assert!(said.contains("c77") && said.contains("choose another"), "{said}");
    let nameless = CompanyForm { code: String::new(), ..taken.clone() };
    let (field, said) = problem(house.desk.edit_company(&anna, bolt, None, &nameless));
    assert_eq!((field, said.as_str()), (Some("code"), "Company code is missing; fill it in."));
    let elsewhere = CompanyForm { code: "C9".into(), site: "south".into(), ..taken };
    let (field, said) = problem(house.desk.edit_company(&anna, bolt, None, &elsewhere));
    assert_eq!(field, Some("site"));
    assert!(said.contains("no site south") && said.contains(SITE), "{said}");
    assert_eq!(stored(&house, bolt).name.raw(), "Bolt");
}

#[test]
fn somebody_elses_edit_is_not_overwritten() {
    let (house, anna) = house();
    let boris = house.staff(Role::PortalDataAdministrator);
    let made = house.desk.create_company(&anna, &acme()).unwrap();
    let (id, base) = (made.row.id, Some(made.row.stamp));
    house.desk.deactivate_company(&boris, id, base).unwrap();
    let edit = house.desk.edit_company(&anna, id, base, &acme());
    let Err(DeskError::Conflict(conflict)) = edit else { panic!("{edit:?}") };
    assert_eq!((conflict.what.raw(), conflict.edits[0].did), ("Acme Ltd", "deactivated"));
    assert!(!stored(&house, id).active);
}

#[test]
fn its_kind_is_the_account_type_of_its_users() {
    let house = House::new();
    let agent = house.staff(Role::PortalAdmin);
    let company = house.company("Acme Ltd", Some("office@acme.example"));
    let form =
        |partner| CompanyForm { partner, ..house.desk.company(&agent, company).unwrap().form() };
    house.desk.edit_company(&agent, company, None, &form(true)).unwrap();
    house.desk.edit_company(&agent, company, None, &form(false)).unwrap();
    approved(&house, company);
    let (field, said) = problem(house.desk.edit_company(&agent, company, None, &form(true)));
    assert_eq!(field, Some("kind"));
    assert!(said.contains("1 portal user of that account type"), "{said}");
    assert_eq!(stored(&house, company).kind, CompanyKind::Customer);
    let other = CompanyForm { name: "Acme GmbH".into(), ..form(false) };
    house.desk.edit_company(&agent, company, None, &other).unwrap();
}

#[test]
fn deactivating_takes_nothing_away_and_is_taken_back() {
    let house = House::new();
    let agent = house.staff(Role::CustomerService);
    let company = house.company("Acme Ltd", None);
    let none = house.desk.company(&agent, company).unwrap();
    assert!(none.if_deactivated().starts_with("It has no portal users."));
    let user = approved(&house, company);
    let off = house.desk.deactivate_company(&agent, company, None).unwrap();
    assert!(!off.row.active);
    assert_eq!((off.users, off.contacts, off.contracts), (1, 1, 0));
    let follows = off.if_deactivated();
    assert!(follows.contains("portal user stays") && follows.contains("W3"), "{follows}");
    assert_eq!(house.last_told().changes[0].field, "active");
    assert!(house.repo.get(Key::new(Kind::Profile, user.0)).unwrap().is_some());
    let (_, said) = problem(house.desk.deactivate_company(&agent, company, None));
    assert_eq!(said, "Acme Ltd is inactive already; nothing was changed.");
    assert!(house.desk.activate_company(&agent, company, None).unwrap().row.active);
    let (_, said) = problem(house.desk.activate_company(&agent, company, None));
    assert_eq!(said, "Acme Ltd is active already; nothing was changed.");
}

#[test]
fn who_may_only_read_is_told_why() {
    let (house, anna) = house();
    let company = house.company("Acme Ltd", None);
    assert_eq!(house.desk.company(&anna, company).unwrap().why_not_edit, None);
    let ada = house.staff(Role::Auditor);
    let why = house.desk.company(&ada, company).unwrap().why_not_edit.unwrap();
    assert!(why.starts_with("Only Customer Service, "), "{why}");
}

#[test]
fn contracts_are_kept_below_their_company() {
    let (house, anna) = house();
    let (acme, bolt) = (house.company("Acme Ltd", None), house.company("Bolt", None));
    let first = house.desk.create_contract(&anna, acme, &agreement("4711")).unwrap();
    assert!(first.active, "the last day counts");
    assert_eq!(first.form(), agreement("4711"));
    house.desk.create_contract(&anna, bolt, &agreement("4711")).unwrap();
    let open = ContractForm { end: String::new(), start: "2026-03-02".into(), ..agreement("0815") };
    let second = house.desk.create_contract(&anna, acme, &open).unwrap();
    assert!(!second.active && second.end.is_none(), "it begins tomorrow");

    let args = ListArgs::all(Sort::Login, false);
    let page = house.desk.contracts(&anna, acme, &args).unwrap();
    let numbers: Vec<&str> = page.rows.iter().map(|it| it.number.raw()).collect();
    assert_eq!((numbers, page.total), (vec!["0815", "4711"], 2));
    let europe = ListArgs { text: "EUROPE 47".into(), ..args };
    assert_eq!(house.desk.contracts(&anna, acme, &europe).unwrap().total, 1);
    assert_eq!(house.desk.company(&anna, acme).unwrap().contracts, 2);
    assert_eq!(house.desk.contract_by_number(&anna, acme, " 4711 ").unwrap().id, first.id);
    let (_, said) = problem(house.desk.contract_by_number(&anna, acme, "471"));
    assert!(said.contains("no contract 471"), "{said}");

    let entry = &house.desk.company(&anna, acme).unwrap().history[0];
    assert_eq!(entry.note.as_ref().map(|it| it.raw()), Some("contract 0815"));
    assert_eq!((entry.did, entry.changes.len()), ("created", 4));
}

#[test]
fn a_contract_is_edited_and_deleted_by_who_saw_it_last() {
    let (house, anna) = house();
    let boris = house.staff(Role::PortalAdmin);
    let acme = house.company("Acme Ltd", None);
    let made = house.desk.create_contract(&anna, acme, &agreement("4711")).unwrap();
    let (id, base) = (made.id, Some(made.stamp));
    let renamed = ContractForm { end: String::new(), ..agreement("4712") };
    let saved = house.desk.edit_contract(&boris, acme, id, base, &renamed).unwrap();
    assert_eq!((saved.number.raw(), saved.end), ("4712", None));
    let told: Vec<String> = house.last_told().changes.into_iter().map(|it| it.field).collect();
    assert_eq!(told, ["number", "end"]);
    let before = house.trail().len();
    house.desk.edit_contract(&boris, acme, id, None, &renamed).unwrap();
    assert_eq!(house.trail().len(), before, "what changes nothing leaves no trace");

    for late in [
        house.desk.edit_contract(&anna, acme, id, base, &agreement("4711")),
        house.desk.delete_contract(&anna, acme, id, base),
    ] {
        let Err(DeskError::Conflict(conflict)) = late else { panic!("{late:?}") };
        assert_eq!(conflict.edits[0].did, "edited");
    }
    let gone = house.desk.delete_contract(&anna, acme, id, Some(saved.stamp)).unwrap();
    assert_eq!(gone, saved);
    assert_eq!(house.last_told().action, Action::ContractDelete);
    assert_eq!(house.desk.company(&anna, acme).unwrap().contracts, 0);
    let (_, said) = problem(house.desk.edit_contract(&anna, acme, id, None, &renamed));
    assert!(said.contains("no contract CN-000001"), "{said}");
    let next = house.desk.create_contract(&anna, acme, &agreement("4712")).unwrap();
    assert_ne!(next.id, id, "a number is never given again");
}

#[test]
fn what_is_wrong_with_a_contract_is_told() {
    let (house, anna) = house();
    let acme = house.company("Acme Ltd", None);
    house.desk.create_contract(&anna, acme, &agreement("4711")).unwrap();
    let create = |form: ContractForm| problem(house.desk.create_contract(&anna, acme, &form));
    let (field, said) = create(agreement("4711"));
    assert_eq!(field, Some("number"));
    assert!(said.contains("has a contract 4711 already"), "{said}");
    for (form, field, says) in [
        (agreement(" "), "number", "Contract number is missing"),
        (ContractForm { config_code: String::new(), ..agreement("1") }, "config_code", "missing"),
        (ContractForm { config_name: String::new(), ..agreement("1") }, "config_name", "missing"),
        (ContractForm { start: String::new(), ..agreement("1") }, "start", "missing"),
        (ContractForm { start: "soon".into(), ..agreement("1") }, "start", "2026-06-29"),
        (ContractForm { end: "1.1.27".into(), ..agreement("1") }, "end", "2026-06-29"),
        (
            ContractForm { end: "2025-12-31".into(), ..agreement("1") },
            "end",
            "can't end on 2025-12-31",
        ),
    ] {
        let (found, said) = create(form);
        assert_eq!(found, Some(field), "{said}");
        assert!(said.contains(says), "{said}");
    }
    let none = CompanyId(99);
    let (_, said) = problem(house.desk.create_contract(&anna, none, &agreement("1")));
    assert!(said.contains("no company CO-000099"), "{said}");
}

/// Deeds to a company, each to a house in which it has a contract and no users.
const DEEDS: [(&str, Step); 6] = [
    ("edit everything", |desk, who| {
        let form = CompanyForm { partner: true, ..acme() };
        desk.edit_company(who, ACME, None, &form).map(drop)
    }),
    ("make another", |desk, who| {
        let form = CompanyForm { code: String::new(), ..acme() };
        desk.create_company(who, &form).map(drop)
    }),
    ("deactivate", |desk, who| desk.deactivate_company(who, ACME, None).map(drop)),
    ("enter a contract", |desk, who| desk.create_contract(who, ACME, &agreement("0815")).map(drop)),
    ("edit a contract", |desk, who| {
        let id = desk.contract_by_number(who, ACME, "4711")?.id;
        desk.edit_contract(who, ACME, id, None, &agreement("4712")).map(drop)
    }),
    ("delete a contract", |desk, who| {
        let id = desk.contract_by_number(who, ACME, "4711")?.id;
        desk.delete_contract(who, ACME, id, None).map(drop)
    }),
];

/// The company of that house.
const ACME: CompanyId = CompanyId(1);

#[test]
fn every_operation_of_a_deed_to_a_company_may_fail() {
    for (name, step) in DEEDS {
        let before = || {
            let (house, anna) = house();
            assert_eq!(house.company("Acme", None), ACME);
            house.desk.create_contract(&anna, ACME, &agreement("4711")).unwrap();
            (house, anna)
        };
        sweep(name, before, step);
    }
}
