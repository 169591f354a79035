//! Files of users: keys, changes, refusals, and the one commit of a chunk.

use std::fmt::Write;
use std::sync::Arc;

use crate::domain::audit::Action;
use crate::domain::company::CompanyKind;
use crate::domain::id::{CompanyId, ContactId};
use crate::domain::role::{Permission, Role};
use crate::domain::text::Text;
use crate::domain::user::{CreatedVia, MemberConfig, PortalProfile, User, UserStatus};
use crate::service::imports::RowOutcome::{AlreadyThere, Changed, Imported, Refused};
use crate::service::{Desk, HashCost, ListArgs, Sort};
use crate::store::failing::{Failing, Failure};
use crate::store::{Key, Kind, Record, RepositoryExt, UniqueKey};

use super::super::House;
use super::super::invariants::{check, dump};
use super::What::Users;
use super::{run, run_until};

const HEADER: &str = "External Id,First Name,Last Name,Email,Phone,Company,Customer Id,Login";

/// A house with Acme, C000001, Bolt, C000002, and Carl, the partner C000003.
fn town() -> House {
    let house = House::new();
    house.company("Acme Ltd", Some("office@acme.example"));
    house.company("Bolt AG", None);
    let carl = house.company("Carl KG", None);
    let mut company = house.desk.company_record(carl).unwrap().value;
    company.kind = CompanyKind::Partner;
    house.put(vec![Record::Company(company)]);
    house
}

fn file(rows: &[&str]) -> String {
    format!("{HEADER}\n{}\n", rows.join("\n"))
}

impl House {
    fn by_login(&self, login: &str) -> User {
        let key = UniqueKey::SignInName(login.to_owned());
        let id = self.repo.owner(&key).unwrap().unwrap_or_else(|| panic!("no {login}"));
        self.repo.fetch::<User>(id).unwrap().unwrap().value
    }

    fn profile_of(&self, user: &User) -> PortalProfile {
        self.repo.fetch::<PortalProfile>(user.id.0).unwrap().unwrap().value
    }
}

#[test]
fn new_users_are_whole_and_a_second_run_changes_nothing() {
    let house = town();
    let text = file(&[
        "X1,Zoë,O'Brien,zoe@acme.example,+44 20 1,Acme Ltd,C000001,",
        "X2,Zoe,OBrien,zoe2@bolt.example,,,C000002,",
        ",Zoe,Obrien,zoe3@acme.example,,Acme Ltd,,",
        "X4,,,d@acme.example,,,C000001,d@acme.example",
        ",Kim,Lee,,,,c000003,kim.P",
    ]);
    house.brings(Users, &text, 5, 0);
    check(&*house.repo);
    let zoe = house.by_login("zoe.obrien");
    assert_eq!((zoe.status, zoe.created_via), (UserStatus::Pending, CreatedVia::Import));
    assert_eq!(zoe.external_id.as_ref().unwrap().raw(), "X1");
    assert_eq!(house.by_login("zoe.obrien2").email.unwrap().raw(), "zoe2@bolt.example");
    assert_eq!(house.by_login("zoe.obrien3").email.unwrap().raw(), "zoe3@acme.example");
    assert!(house.by_login("d@acme.example").login_follows_email);
    let kim = house.by_login("kim");
    assert_eq!(house.profile_of(&kim).primary(), Some(CompanyId(3)));
    assert_eq!(house.last_entry(Key::new(Kind::User, kim.id.0)).action, Action::UserImport);
    let anna = house.anna();
    let before = dump(&*house.repo);
    let (summary, _) = run(&house.desk, &anna, Users, false, &text).unwrap();
    assert_eq!((summary.already_there, summary.rows), (5, 5));
    assert_eq!(dump(&*house.repo), before, "nothing is written, the trail included");
}

#[test]
fn an_empty_cell_leaves_and_another_changes() {
    let house = town();
    house.brings(Users, &file(&["X1,Zoë,O'Brien,zoe@acme.example,+44 1,,C000001,zoe"]), 1, 0);
    house.brings(Users, &file(&["x1,,,,,,,"]), 0, 0);
    house.brings(Users, &file(&["X1,,Brien,new@acme.example,'+44 2,,,"]), 0, 1);
    let zoe = house.by_login("new@acme.example");
    assert_eq!((zoe.first.unwrap().raw(), zoe.last.unwrap().raw()), ("Zoë", "Brien"));
    assert_eq!((zoe.phone.unwrap().raw(), zoe.login_name.raw()), ("+44 2", "zoe"));
    let entry = house.last_entry(Key::new(Kind::User, zoe.id.0));
    let told: Vec<_> = entry.changes.iter().map(|it| it.field.as_str()).collect();
    assert_eq!((entry.action, told), (Action::UserImport, vec!["last", "email", "phone"]));
    assert_eq!(entry.note.unwrap().raw(), "file.csv, line 2");
    assert_eq!(entry.changes[1].before.as_ref().unwrap().raw(), "zoe@acme.example");
    house.brings(Users, &file(&["X1,,,,,,,zoe.new"]), 0, 1);
    assert_eq!(house.by_login("zoe.new").id, zoe.id);
}

#[test]
fn a_login_that_is_the_email_follows_it() {
    let house = town();
    house.brings(Users, &file(&["X1,,,d@acme.example,,,C000001,D@acme.example"]), 1, 0);
    house.brings(Users, &file(&["X1,,,e@acme.example,,,,d@ACME.example"]), 0, 1);
    let it = house.by_login("e@acme.example");
    assert_eq!((it.login_name.raw(), it.login_follows_email), ("e@acme.example", true));
    house.brings(Users, &file(&["X1,,,,,,,dora"]), 0, 1);
    house.brings(Users, &file(&["X1,,,f@acme.example,,,,"]), 0, 1);
    let it = house.by_login("dora");
    assert_eq!((it.email.unwrap().raw(), it.login_follows_email), ("f@acme.example", false));
}

#[test]
fn the_external_id_goes_before_the_email_and_the_login_comes_last() {
    let house = town();
    house.brings(
        Users,
        &file(&[",A,B,a@acme.example,,,C000001,a", "X2,C,D,c@acme.example,,,C000001,c"]),
        2,
        0,
    );
    // By email, and so it gets its external id; from then on by that.
    house.brings(Users, &file(&["X1,A,B,A@acme.example,,,C000001,"]), 0, 1);
    house.brings(Users, &file(&["X1,A,B,a2@acme.example,,,,"]), 0, 1);
    assert_eq!(house.by_login("a").email.unwrap().raw(), "a2@acme.example");
    let said = house.refuses(Users, &file(&["X3,Q,R,c@acme.example,,,C000001,"]));
    assert!(said.starts_with("Email c@acme.example is taken by c.P"), "{said}");
    let said = house.refuses(Users, &file(&["X1,,,c@acme.example,,,,"]));
    assert!(said.starts_with("Email c@acme.example is taken by c.P"), "{said}");
    let said = house.refuses(Users, &file(&["X9,Q,R,q@acme.example,,,C000001,c"]));
    assert!(said.starts_with("Login c is taken by c.P"), "{said}");
    house.brings(Users, &file(&[",New,Name,,,,,c.P"]), 0, 1);
    assert_eq!(house.by_login("c").first.unwrap().raw(), "New");
    // Emails may swap their owners in one file.
    house.brings(Users, &file(&["X1,,,z@acme.example,,,,", "X2,,,a2@acme.example,,,,"]), 0, 2);
    check(&*house.repo);
}

#[test]
fn emails_that_differ_in_case_only_are_one_across_chunks_too() {
    let house = town();
    let mut text = format!("{HEADER}\n");
    for n in 0..230 {
        let email =
            if n == 220 { "USER7@Acme.Example".into() } else { format!("user{n}@acme.example") };
        writeln!(text, "X{n},Jo,Doe,{email},,,C000001,").unwrap();
    }
    text.push_str("X300,Jo,Doe,USER229@ACME.example,,,C000001,\n");
    text.push_str("X5,Jo,Other,user5@acme.example,,,C000001,\n");
    let all = house.import(Users, &text);
    let refused: Vec<usize> = (0..all.len()).filter(|at| all[*at].0 == Refused).collect();
    assert_eq!(refused, [220, 230, 231]);
    assert!(all[220].1.contains("is taken by jo.doe8.P"), "{}", all[220].1);
    assert!(all[231].1.starts_with("External Id X5 is on an earlier line"), "{}", all[231].1);
    let again = house.import(Users, &text);
    assert!(again.iter().all(|(outcome, _)| [AlreadyThere, Refused].contains(outcome)));
    assert_eq!(again.iter().filter(|it| it.0 == Refused).count(), 3);
    check(&*house.repo);
}

#[test]
fn contacts_that_are_nobodys_user_become_the_new_ones() {
    let house = town();
    let acme = Some(CompanyId(1));
    let by_email = house.contact(("Other", "Name"), "ZOE@acme.example", acme);
    let by_name = house.contact(("Jan", "Novák"), "private@mail.example", acme);
    house.contact(("Jan", "Novák"), "jan@bolt.example", Some(CompanyId(2)));
    house.brings(
        Users,
        &file(&[
            "X1,Zoë,O'Brien,zoe@acme.example,,,C000001,",
            "X2,JAN,Novak,jan@acme.example,,,C000001,",
            "X3,Jan,Novak,jan3@acme.example,,,C000001,",
        ]),
        3,
        0,
    );
    let contact = |login: &str| house.profile_of(&house.by_login(login)).contact;
    assert_eq!((contact("zoe.obrien"), contact("jan.novak")), (by_email, by_name));
    assert_eq!(contact("jan.novak2"), ContactId(4), "each contact is one user only");
    assert_eq!(house.last_entry(Key::new(Kind::Contact, by_email.0)).action, Action::UserImport);
    check(&*house.repo);
}

#[test]
fn companies_are_changed_with_the_contact_and_stay_of_one_kind() {
    let house = town();
    let header = format!("{HEADER},Other Customer Ids");
    house.brings(Users, &file(&["X1,Zoë,B,zoe@acme.example,,,C000001,zoe"]), 1, 0);
    let zoe = house.by_login("zoe");
    let contact = house.profile_of(&zoe).contact;
    house.brings(Users, &file(&["X1,,,,,Bolt AG,,"]), 0, 1);
    assert_eq!(house.profile_of(&zoe).primary(), Some(CompanyId(2)));
    let moved = house.desk.contact_record(contact).unwrap().value;
    assert_eq!(moved.company, Some(CompanyId(2)));
    check(&*house.repo);
    house.brings(Users, &format!("{header}\nX1,,,,,,C000001,,C000002\n"), 0, 1);
    house.brings(Users, &format!("{header}\nX1,,,,,,C000001,,c000002;C000001\n"), 0, 0);
    let companies: Vec<_> =
        house.profile_of(&zoe).memberships.iter().map(|it| (it.company.0, it.primary)).collect();
    assert_eq!(companies, [(1, true), (2, false)]);
    check(&*house.repo);
    for (row, says) in [
        ("X1,,,,,,C000003,,", "Carl KG is a Partner, and the account is that of a Customer"),
        ("X1,,,,,,C000009,,", "There is no company with the Customer Id C000009"),
        ("X1,,,,,Nobody,,,", "No company, or more than one, is called Nobody"),
        ("X2,A,B,a@b.example,,,,,", "Customer Id is missing"),
        ("X2,A,B,a@b.example,,,C000001,,C000003", "a user acts for companies of one kind only"),
        (",A,B,,,,C000001,,", "no External Id, no Email and no Login"),
        ("X2,A,B,a@b,,,C000001,,", "Email “a@b” is no address"),
    ] {
        let said = house.refuses(Users, &format!("{header}\n{row}\n"));
        assert!(said.contains(says), "{said}");
    }
}

#[test]
fn who_leaves_a_company_leaves_its_organization_config_there() {
    let house = town();
    let header = format!("{HEADER},Other Customer Ids");
    for id in [1, 2] {
        house.contract(CompanyId(id), "2026-01-01", None);
    }
    house.brings(
        Users,
        &format!("{header}\nX1,Zoë,B,z@acme.example,,,C000001,zoe,C000002\n"),
        1,
        0,
    );
    let zoe = house.by_login("zoe");
    let config = |id| MemberConfig { company: CompanyId(id), code: "EU".into() };
    let configs = vec![config(1), config(2)];
    let profile = PortalProfile { organization_configs: configs, ..house.profile_of(&zoe) };
    house.put(vec![Record::Profile(profile)]);
    // The one that becomes the primary company keeps its config, as does one that stays.
    house.brings(Users, &format!("{header}\nX1,,,,,,C000002,,C000001\n"), 0, 1);
    assert_eq!(house.profile_of(&zoe).organization_configs, [config(1), config(2)]);
    let before = house.last_entry(Key::new(Kind::User, zoe.id.0));
    assert!(before.changes.iter().all(|it| it.field != "organization_configs"));
    house.brings(Users, &format!("{header}\nX1,,,,,,C000001,,C000001\n"), 0, 1);
    assert_eq!(house.profile_of(&zoe).organization_configs, [config(1)]);
    let told = house.last_entry(Key::new(Kind::User, zoe.id.0));
    let told = told.changes.iter().find(|it| it.field == "organization_configs").unwrap();
    let said = |it: &Option<Text>| it.as_ref().map(|it| it.raw().to_owned());
    assert_eq!(
        (said(&told.before), said(&told.after)),
        (Some("C000001=EU, C000002=EU".into()), Some("C000001=EU".into()))
    );
    check(&*house.repo);
}

#[test]
fn accounts_that_are_not_theirs_are_left_alone() {
    let house = town();
    let eve = house.person(Role::SecurityAdministrator, "eve", Some("eve@desk.example"));
    let pat = house.person(Role::SuperUser, "pat", Some("pat@acme.example"));
    house.edit_user(pat.user(), |it| it.first = Some("Pat".into()));
    let before = house.user(eve.user());
    let kind = format!("{HEADER},Kind");
    let there = house.import(
        Users,
        &format!("{kind}\n,,,eve@desk.example,,,,eve,Staff\n,Pat,,pat@acme.example,,,,,\n"),
    );
    assert!(there.iter().all(|it| it.0 == AlreadyThere), "{there:?}");
    for (row, says) in [
        (",Eva,,eve@desk.example,,,,,", "eve is a staff account, which no file changes"),
        (",Pia,,pat@acme.example,,,,,", "Portal Admin and Super User accounts"),
        (",New,,new@desk.example,,,,new,Staff", "A staff account can't be made from a file"),
    ] {
        let said = house.refuses(Users, &format!("{kind}\n{row}\n"));
        assert!(said.contains(says), "{said}");
    }
    assert_eq!(house.user(eve.user()), before);
    for role in Role::ALL {
        let who = house.staff(role);
        let done = run(&house.desk, &who, Users, true, &file(&["X1,A,B,a@b.example,,,C000001,"]));
        assert_eq!(done.is_ok(), role.may(Permission::CreatePortalUsers), "{role}");
    }
}

#[test]
fn a_dry_run_says_what_a_run_would_do() {
    let house = town();
    house.brings(Users, &file(&["X1,Zoë,B,zoe@acme.example,,,C000001,zoe"]), 1, 0);
    let mut text = file(&["X1,Zoe,,,,,,", "X2,A,B,a@b.example,,,C000001,", "X9,A,B,a@,,,C000001,"]);
    for n in 0..240 {
        writeln!(text, "N{n},Jo,Doe,jo{n}@acme.example,,,C000002,").unwrap();
    }
    for row in [
        "N3,Jo,Doe,jo3@acme.example,,,C000002,",
        "N4,Jo,Else,jo4@acme.example,,,C000002,",
        "N999,Jo,Doe,JO5@acme.example,,,C000002,",
    ] {
        writeln!(text, "{row}").unwrap();
    }
    let anna = house.anna();
    let before = dump(&*house.repo);
    let (dry, dry_rows) = run(&house.desk, &anna, Users, true, &text).unwrap();
    assert_eq!(dump(&*house.repo), before);
    let (wet, wet_rows) = run(&house.desk, &anna, Users, false, &text).unwrap();
    let figures = |it: &crate::service::imports::ImportSummary| {
        (it.rows, it.imported, it.changed, it.already_there, it.refused)
    };
    assert_eq!(figures(&dry), (246, 241, 1, 1, 3));
    assert_eq!(figures(&wet), figures(&dry));
    for (dry, wet) in dry_rows.iter().zip(&wet_rows) {
        assert_eq!((dry.line, dry.outcome == Refused), (wet.line, wet.outcome == Refused));
        assert!(dry.name.is_none() || dry.name == wet.name, "{dry:?} {wet:?}");
    }
}

#[test]
fn what_was_stopped_is_done_by_the_next_run() {
    let (house, whole) = (town(), town());
    let mut text = format!("{HEADER}\n");
    for n in 0..350 {
        writeln!(text, "X{n},Jo,Doe,jo{n}@acme.example,,,C000002,").unwrap();
    }
    let anna = house.anna();
    let (summary, rows) = run_until(&house.desk, &anna, Users, false, &text, 2).unwrap();
    assert_eq!((summary.stopped, summary.imported, rows.len()), (true, 200, 200));
    let (summary, _) = run(&house.desk, &anna, Users, false, &text).unwrap();
    assert_eq!((summary.imported, summary.already_there), (150, 200));
    whole.brings(Users, &text, 350, 0);
    assert_eq!(house.exported(Users), whole.exported(Users), "logins are the same too");
}

#[test]
fn any_operation_may_fail_and_the_next_run_makes_it_whole() {
    let text = file(&[
        "X1,Zoe,B,zoe1@acme.example,,,C000001,",
        "X2,Zoe,B,zoe2@acme.example,,,C000002,",
        "X0,Old,Name,,,,C000002,",
    ]);
    let prepared = || {
        let house = town();
        house.contact(("Zoe", "B"), "zoe1@acme.example", Some(CompanyId(1)));
        house.brings(Users, &file(&["X0,Old,,old@acme.example,,,C000001,old"]), 1, 0);
        house
    };
    for n in 1.. {
        let house = prepared();
        let anna = house.anna();
        let failing = Arc::new(Failing::new(house.repo.clone(), Failure::Nth(n)));
        let desk = Desk::new(failing, house.clock.clone()).with_hashing(HashCost::CHEAP);
        let done = run(&desk, &anna, Users, false, &text);
        check(&*house.repo);
        let (again, _) = run(&house.desk, &anna, Users, false, &text).unwrap();
        assert_eq!(again.refused, 0);
        let args = ListArgs { text: "kind:portal".into(), ..ListArgs::all(Sort::Name, false) };
        assert_eq!(house.desk.users(&anna, &args).unwrap().total, 3);
        if done.is_ok() {
            assert!(n > 8, "it failed {n} times");
            assert_eq!(again.already_there, 3);
            return;
        }
    }
}

#[test]
fn outcomes_are_told_row_by_row() {
    let house = town();
    house.brings(Users, &file(&["X1,Zoë,B,zoe@acme.example,,,C000001,zoe"]), 1, 0);
    let all = house.import(
        Users,
        &file(&["X1,Zoë,B,,,,,", "X1,Zoe,B,,,,,", "X2,A,B,a@b.example,,,C000001,", "X3,,"]),
    );
    let outcomes: Vec<_> = all.iter().map(|it| it.0).collect();
    assert_eq!(outcomes, [AlreadyThere, Refused, Imported, Refused]);
    let all = house.import(Users, &file(&["X1,Zoe,B,,,,,"]));
    assert_eq!(all[0].0, Changed);
}
