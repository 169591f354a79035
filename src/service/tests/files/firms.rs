//! Files of companies and of contacts.

use crate::domain::audit::Action;
use crate::domain::company::CompanyKind;
use crate::domain::id::CompanyId;
use crate::domain::role::{Permission, Role};
use crate::service::imports::RowOutcome::{AlreadyThere, Imported, Refused};
use crate::store::{Key, Kind};

use super::super::House;
use super::super::invariants::{check, dump};
use super::What::{Companies, Contacts, Users};
use super::run;

const FIRMS: &str = "Customer Id,Company,Kind,Email,Phone,City,Country,Website";
const PEOPLE: &str = "External Id,First Name,Last Name,Email,Phone,Company,Customer Id";

fn firms(rows: &[&str]) -> String {
    format!("{FIRMS},Active,On Hold\n{}\n", rows.join("\n"))
}

fn people(rows: &[&str]) -> String {
    format!("{PEOPLE}\n{}\n", rows.join("\n"))
}

#[test]
fn companies_are_made_changed_and_known_by_their_code() {
    let house = House::new();
    let text = firms(&[
        "C1,Acme Ltd,,office@acme.example,1,Leeds,United Kingdom,https://acme.example,,",
        "P1,Bolt AG,partner,,,,,,no,yes",
    ]);
    house.brings(Companies, &text, 2, 0);
    let anna = house.anna();
    let before = dump(&*house.repo);
    let (again, _) = run(&house.desk, &anna, Companies, false, &text).unwrap();
    assert_eq!((again.already_there, dump(&*house.repo)), (2, before));
    let bolt = house.desk.company_by_code(&anna, "p1").unwrap();
    assert_eq!((bolt.kind, bolt.active, bolt.on_hold), (CompanyKind::Partner, false, true));
    house.brings(Companies, &firms(&["c1,,,,,York,,,,yes"]), 0, 1);
    let acme = house.desk.company_by_code(&anna, "C1").unwrap();
    assert_eq!((acme.name.raw(), acme.city.unwrap().raw()), ("Acme Ltd", "York"));
    let entry = house.last_entry(Key::new(Kind::Company, acme.id.0));
    let told: Vec<_> = entry.changes.iter().map(|it| it.field.as_str()).collect();
    assert_eq!((entry.action, told), (Action::CompanyImport, vec!["on_hold", "city"]));
    for (row, says) in [
        ("C9,,,,,,,,,", "There is no company C9 yet, and a new one needs a name"),
        (",Acme,,,,,,,,", "Company code is missing"),
        ("C1,,owner,,,,,,,", "Kind “owner” is neither Customer nor Partner"),
        ("C1,,,,,,,,maybe,", "Active “maybe” is neither yes nor no"),
        ("C1,,,x@,,,,,,", "Email “x@” is no address"),
        ("C1,,,,,,,not a site,,", "Website"),
    ] {
        let said = house.refuses(Companies, &firms(&[row]));
        assert!(said.contains(says), "{said}");
    }
    let twice = house.import(Companies, &firms(&["C5,A,,,,,,,,", "c5,A,,,,,,,,", "C5,B,,,,,,,,"]));
    let outcomes: Vec<_> = twice.iter().map(|it| it.0).collect();
    assert_eq!(outcomes, [Imported, AlreadyThere, Refused]);
}

#[test]
fn a_company_keeps_its_kind_while_it_has_users() {
    let house = House::new();
    house.brings(Companies, &firms(&["C1,Acme,,,,,,,,", "C2,Bolt,,,,,,,,"]), 2, 0);
    house.brings(Users, "Email,Customer Id\na@acme.example,C1\n", 1, 0);
    let said = house.refuses(Companies, &firms(&["C1,,Partner,,,,,,,", "C2,,Partner,,,,,,,"]));
    assert!(said.starts_with("Acme stays a Customer while 1 portal user"), "{said}");
    let anna = house.anna();
    assert_eq!(house.desk.company_by_code(&anna, "C2").unwrap().kind, CompanyKind::Partner);
    check(&*house.repo);
}

#[test]
fn contacts_are_known_by_id_email_or_name() {
    let house = House::new();
    house.company("Acme Ltd", None);
    house.company("Bolt AG", None);
    let text = people(&[
        "K1,Zoë,O'Brien,zoe@acme.example,1,Acme Ltd,C000001",
        ",Jan,Novák,info@acme.example,,,C000001",
        ",Eva,Novák,info@acme.example,,,C000001",
        ",Kim,Lee,,5,Bolt AG,",
        ",Kim,Lee,,6,,",
    ]);
    house.brings(Contacts, &text, 5, 0);
    let anna = house.anna();
    let before = dump(&*house.repo);
    let (again, rows) = run(&house.desk, &anna, Contacts, false, &text).unwrap();
    assert_eq!((again.already_there, dump(&*house.repo)), (5, before), "{rows:?}");
    house.brings(
        Contacts,
        &people(&[
            "k1,,,zoe2@acme.example,,,",
            "K3,EVA,NOVAK,INFO@acme.example,7,,",
            ",kim,lee,,55,,C000002",
        ]),
        0,
        3,
    );
    for (row, says) in [
        (",Tom,New,info@acme.example,,,", "2 contacts have the email info@acme.example"),
        (",,,,9,,", "A contact needs a name or an email"),
        ("K9,,,,9,,", "A contact needs a name or an email"),
        (",A,B,a@b.example,,,C000009", "There is no company with the Customer Id C000009"),
    ] {
        let said = house.refuses(Contacts, &people(&[row]));
        assert!(said.contains(says), "{said}");
    }
    let said = house.refuses(Contacts, &people(&["K1,Zoe,,,,,", "K1,Zora,,,,,"]));
    assert!(said.starts_with("External Id K1 is on an earlier line"), "{said}");
    check(&*house.repo);
}

#[test]
fn a_contact_that_is_a_user_keeps_its_company() {
    let house = House::new();
    house.company("Acme Ltd", None);
    house.company("Bolt AG", None);
    house.brings(Users, "First Name,Email,Customer Id\nZoe,zoe@acme.example,C000001\n", 1, 0);
    let said = house.refuses(Contacts, &people(&[",Zoe,,zoe@acme.example,,,C000002"]));
    assert!(said.contains("portal user zoe.P belongs to this contact"), "{said}");
    house.brings(Contacts, &people(&[",Zoe,B,zoe@acme.example,,,C000001"]), 0, 1);
    let acme = house.desk.company_record(CompanyId(1)).unwrap().value;
    assert_eq!(acme.name.raw(), "Acme Ltd");
    check(&*house.repo);
}

#[test]
fn only_who_keeps_the_company_file_may() {
    for role in Role::ALL {
        let house = House::new();
        let who = house.staff(role);
        for (what, text) in
            [(Companies, firms(&["C1,A,,,,,,,,"])), (Contacts, people(&[",A,,,,,"]))]
        {
            let done = run(&house.desk, &who, what, false, &text);
            assert_eq!(done.is_ok(), role.may(Permission::KeepCompanyFile), "{role}");
        }
    }
}
