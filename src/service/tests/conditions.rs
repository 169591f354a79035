//! The filter line of each list, from what is typed to the rows that come back.

use crate::domain::company::{Company, CompanyKind};
use crate::domain::id::{CompanyId, SiteId, UserId};
use crate::domain::problem::Code;
use crate::domain::role::Role;
use crate::domain::time::{DAY, Timestamp};
use crate::domain::user::{Membership, PortalProfile, User, UserKind, UserStatus};
use crate::service::{DeskError, ListArgs, NoStatus, Session, Sort, UserFilter};
use crate::store::{Kind, Record, RepositoryExt};

use super::House;

fn now() -> Timestamp {
    Timestamp::parse("2026-03-01T12:00:00Z").unwrap()
}

/// Three portal users at two companies and the one who looks.
fn town() -> (House, Session) {
    let house = House::new();
    let agent = house.staff(Role::CustomerService);
    let acme = house.company("Acme Größe GmbH", None);
    let bolt = house.company("Bolt, Inc.", None);
    let signed_in = |days: i64| Some(now().plus_millis(-days * DAY));
    for (name, status, company, last_login, locked) in [
        ("jan kowalski", UserStatus::Pending, acme, None, false),
        ("zoë acme", UserStatus::Active, bolt, signed_in(5), false),
        ("kim lee", UserStatus::Disabled, acme, signed_in(200), true),
    ] {
        let (first, last) = name.split_once(' ').unwrap();
        let sample = house.user(agent.user());
        let id = UserId(house.repo.reserve(Kind::User, 1).unwrap());
        let email = format!("{}@mail.example", crate::domain::fold::ascii_word(first));
        let user = User {
            id,
            kind: UserKind::Portal,
            login_name: format!("{last}{}", id.0).into(),
            first: Some(first.into()),
            last: Some(last.into()),
            email: (first != "kim").then(|| email.as_str().into()),
            role: Role::PortalUser,
            status,
            last_login_at: last_login,
            failed_count: if locked { 100 } else { 0 },
            ..sample
        };
        let profile = PortalProfile {
            user: id,
            account_type: CompanyKind::Customer,
            contact: house.contact((first, last), &email, Some(company)),
            home_site: SiteId(1),
            can_create_users: false,
            claim_authorization_required: false,
            memberships: vec![Membership { company, primary: true }],
            site_accounts: Vec::new(),
            organization_configs: Vec::new(),
        };
        house.put(vec![Record::User(user), Record::Profile(profile)]);
    }
    (house, agent)
}

fn args<S>(text: &str) -> ListArgs<S> {
    ListArgs { text: text.to_owned(), ..ListArgs::all(Sort::Number, false) }
}

fn users(house: &House, who: &Session, text: &str) -> Vec<String> {
    let page = house.desk.users(who, &args::<UserFilter>(text)).unwrap();
    assert_eq!(page.total, page.rows.len() as u64);
    page.rows.iter().map(|row| row.first.as_ref().unwrap().raw().to_owned()).collect()
}

#[test]
fn every_condition_finds_its_users() {
    let (house, agent) = town();
    for (line, found) in [
        ("", &["Anna", "jan", "zoë", "kim"][..]),
        ("acme", &["jan", "zoë", "kim"]),
        ("grosse", &["jan", "kim"]),
        ("GRÖSSE", &["jan", "kim"]),
        ("größe", &["jan", "kim"]),
        ("company:acme", &["jan", "kim"]),
        ("company:C000002", &["zoë"]),
        ("-company:c000002 kind:portal", &["jan", "kim"]),
        (r#""jan kow""#, &["jan"]),
        ("name:acme", &["zoë"]),
        ("email:ZOE@", &["zoë"]),
        ("login:kow", &["jan"]),
        ("status:pending", &["jan"]),
        ("-status:pend kind:portal", &["zoë", "kim"]),
        ("status:locked", &["kim"]),
        ("status:throttled", &["kim"]),
        ("never-signed-in kind:portal", &["jan"]),
        (r#""never-signed-in""#, &[]),
        ("no-email kind:portal", &["kim"]),
        ("kind:staff", &["Anna"]),
        ("role:customer", &["Anna"]),
        ("signed-in-before:30d", &["kim"]),
        ("signed-in-since:2026-02-20", &["zoë"]),
        ("created-before:2026-03-01", &[]),
        ("created-since:2026-03-01 -acme", &["Anna"]),
    ] {
        assert_eq!(users(&house, &agent, line), found, "{line}");
    }
}

#[test]
fn a_line_that_makes_no_sense_is_a_problem_of_the_filter() {
    let (house, agent) = town();
    for line in ["colour:red", "status:gone", "zoe \"", "role:king", "email:"] {
        let refused = house.desk.users(&agent, &args::<UserFilter>(line)).unwrap_err();
        let DeskError::Problems(problems) = refused else { panic!("{refused}") };
        assert_eq!((problems[0].code, problems[0].field), (Code::Malformed, Some("filter")));
    }
}

#[test]
fn contacts_and_companies_have_their_own() {
    let (house, agent) = town();
    let contacts = |text| house.desk.contacts(&agent, &args::<NoStatus>(text)).unwrap().total;
    assert_eq!(contacts("company:acme"), 2);
    assert_eq!(contacts("-company:C000001"), 1);
    assert_eq!(contacts("no-company"), 0);
    let bolt = house.repo.fetch::<Company>(2).unwrap().unwrap().value;
    house.put(vec![Record::Company(Company {
        kind: CompanyKind::Partner,
        active: false,
        on_hold: true,
        id: CompanyId(2),
        ..bolt
    })]);
    let companies = |text| house.desk.companies(&agent, &args::<NoStatus>(text)).unwrap().total;
    assert_eq!(companies("status:active"), 1);
    assert_eq!(companies("status:inactive kind:partner"), 1);
    assert_eq!(companies("status:on"), 1);
    assert_eq!(companies("code:c00000"), 2);
    assert!(house.desk.companies(&agent, &args::<NoStatus>("status:pending")).is_err());
}

#[test]
fn the_trail_takes_words_as_they_are() {
    let (house, _) = town();
    let boss = house.staff(Role::Auditor);
    let found = house.desk.audit(&boss, &args("status:x \"y")).unwrap();
    assert_eq!(found.total, 0);
}
