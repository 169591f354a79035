//! Random files: whatever they hold, the invariants hold after them, the same file again
//! comes to rest, and what is exported comes in again without loss.

use proptest::prelude::*;

use crate::domain::id::CompanyId;
use crate::domain::user::{MemberConfig, User};
use crate::service::{Session, UserForm};
use crate::store::query::List;

use super::super::House;
use super::super::invariants::{all, check, dump};
use super::What::{self, Companies, Contacts, Users};
use super::run;

const USERS: &str =
    "External Id,First Name,Last Name,Email,Phone,Company,Customer Id,Login,Other Customer Ids";
const CONTACTS: &str = "External Id,First Name,Last Name,Email,Phone,Company,Customer Id";
const COMPANIES: &str = "Customer Id,Company,Kind,Phone,City,Active,On Hold";

/// A cell out of a few, so that rows meet.
fn cell(of: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(of).prop_map(|it| {
        if it.contains([';', '"']) {
            format!("\"{}\"", it.replace('"', "\"\""))
        } else {
            it.to_owned()
        }
    })
}

const IDS: &[&str] = &["", "", "X1", "x1", "X2", "=3"];
const FIRST: &[&str] = &["", "Zoë", "Zoe", "'=1+1", "@x", "a\u{200d}b"];
const LAST: &[&str] = &["", "O'Brien", "-Doe", "P"];
const EMAILS: &[&str] =
    &["", "a@acme.example", "A@ACME.example", "b@acme.example", "+c@bolt.example"];
const PHONES: &[&str] = &["", "+44 1", "'+44 1", "\"5\""];
const CODES: &[&str] = &["", "C000001", "c000001", "C000002", "=P;1", "C9"];
const NAMES: &[&str] = &["", "Acme Ltd", "Nobody"];
const LOGINS: &[&str] = &["", "", "zoe.obrien", "zoe.P", "a@acme.example", "+c@bolt.example"];
const OTHERS: &[&str] = &["", "", "C000002", "C000001;C000002", "\"=P;1\""];

fn user() -> impl Strategy<Value = String> {
    let who = (cell(IDS), cell(FIRST), cell(LAST), cell(EMAILS), cell(PHONES));
    (who, cell(NAMES), cell(CODES), cell(LOGINS), cell(OTHERS)).prop_map(
        |((id, first, last, email, phone), name, code, login, others)| {
            [id, first, last, email, phone, name, code, login, others].join(",")
        },
    )
}

fn contact() -> impl Strategy<Value = String> {
    (cell(IDS), cell(FIRST), cell(LAST), cell(EMAILS), cell(PHONES), cell(NAMES), cell(CODES))
        .prop_map(|(id, first, last, email, phone, name, code)| {
            [id, first, last, email, phone, name, code].join(",")
        })
}

fn company() -> impl Strategy<Value = String> {
    let words: &[&str] = &["", "yes", "no"];
    let kinds: &[&str] = &["", "", "Partner", "Customer"];
    (cell(CODES), cell(FIRST), cell(kinds), cell(PHONES), cell(LAST), cell(words), cell(words))
        .prop_map(|(code, name, kind, phone, city, active, hold)| {
            [code, name, kind, phone, city, active, hold].join(",")
        })
}

fn files() -> impl Strategy<Value = Vec<(What, String)>> {
    let file = |what: What, header: &'static str, rows: BoxedStrategy<String>| {
        prop::collection::vec(rows, 1..12)
            .prop_map(move |rows| (what, format!("{header}\n{}\n", rows.join("\n"))))
    };
    let any = prop_oneof![
        3 => file(Users, USERS, user().boxed()),
        2 => file(Contacts, CONTACTS, contact().boxed()),
        1 => file(Companies, COMPANIES, company().boxed()),
    ];
    prop::collection::vec(any, 1..6)
}

fn town() -> House {
    let house = House::new();
    house.brings(
        Companies,
        "Customer Id,Company\nC000001,Acme Ltd\nC000002,Bolt\n\"=P;1\",\"=Odd\"\n",
        3,
        0,
    );
    for id in 1..=3 {
        house.contract(CompanyId(id), "2026-01-01", None);
    }
    house
}

/// Gives every user the organization config of each of its companies that has one.
fn configure(house: &House, who: &Session) {
    for user in all::<User>(&*house.repo, List::Users) {
        let view = house.desk.user(who, user.value.id).unwrap();
        let form = UserForm::of(&view);
        let of = form.companies.iter().filter(|it| it.0 <= 3);
        let configs = of.map(|it| MemberConfig { company: *it, code: "EU".into() }).collect();
        if view.profile.is_some() {
            let form = UserForm { configs: Some(configs), ..form };
            house.desk.edit_user(who, view.row.id, None, &form).unwrap();
        }
    }
    check(&*house.repo);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, ..ProptestConfig::default() })]

    /// Invariants hold after every file; a file that went through whole changes nothing when
    /// it comes again, and every file comes to rest.
    #[test]
    fn files_come_to_rest(files in files()) {
        let house = town();
        let anna = house.anna();
        for (what, text) in files {
            configure(&house, &anna);
            let (mut last, _) = run(&house.desk, &anna, what, false, &text).unwrap();
            check(&*house.repo);
            for round in 0.. {
                let before = dump(&*house.repo);
                let (next, rows) = run(&house.desk, &anna, what, false, &text).unwrap();
                check(&*house.repo);
                if next.imported == 0 && next.changed == 0 {
                    prop_assert_eq!(dump(&*house.repo), before);
                    break;
                }
                // Only a row that was refused can find its way free later.
                prop_assert!(last.refused > 0 && round < 12, "{}\n{:?}", text, rows);
                last = next;
            }
        }
    }

    /// What a dry run says is what a run does.
    #[test]
    fn a_dry_run_is_right(files in files()) {
        let house = town();
        let anna = house.anna();
        for (what, text) in files {
            let before = dump(&*house.repo);
            let (dry, _) = run(&house.desk, &anna, what, true, &text).unwrap();
            prop_assert_eq!(dump(&*house.repo), before);
            let (wet, _) = run(&house.desk, &anna, what, false, &text).unwrap();
            let figures = |it: &crate::service::imports::ImportSummary| (it.imported, it.changed, it.refused);
            prop_assert_eq!(figures(&dry), figures(&wet));
        }
    }

    /// An export changes nothing where it comes from, and makes the same of an empty house.
    #[test]
    fn exports_come_back_without_loss(files in files()) {
        let house = town();
        let anna = house.anna();
        for (what, text) in files {
            run(&house.desk, &anna, what, false, &text).unwrap();
        }
        let other = House::new();
        let bob = other.anna();
        for what in [Companies, Contacts, Users] {
            let text = house.exported(what);
            let (again, rows) = run(&house.desk, &anna, what, false, &text).unwrap();
            prop_assert_eq!((again.imported, again.changed, again.refused), (0, 0, 0), "{}\n{:?}", text, rows);
            let (_, rows) = run(&other.desk, &bob, what, false, &text).unwrap();
            if what != Contacts {
                prop_assert_eq!(other.exported(what), text, "{:?}", rows);
            }
        }
        check(&*other.repo);
    }
}
