//! Random lives of users: added, edited, moved, disabled and deleted, one by one and in bulk,
//! by several hands. The invariants hold after every call, and a refused call changes nothing.

use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::domain::audit::Action;
use crate::domain::id::{CompanyId, ContactId, RequestId, UserId};
use crate::domain::role::Role;
use crate::domain::user::{PortalProfile, User, UserStatus};
use crate::service::Credentials;
use crate::service::bulk::Selection;
use crate::service::contacts::ContactForm;
use crate::service::{Deed, DeskError, ListArgs, NewUser, Session, Sort, StaffForm, UserForm};
use crate::store::query::List;
use crate::store::{Key, Kind, Repository, RepositoryExt, UniqueKey};

use super::House;
use super::invariants::{all, check, check_user_ids, dump};
use super::new_user::{by_email, in_file};
use super::people::{OTHER, RIGHT, secret};

/// One call; numbers choose among what there is, and a little beyond.
#[derive(Debug, Clone)]
enum Call {
    InFile {
        company: u64,
        person: u8,
        email: Option<u8>,
    },
    ByEmail {
        company: u64,
        email: u8,
        password: bool,
    },
    Edit {
        user: u64,
        person: u8,
        email: Option<u8>,
        login: u8,
        companies: Vec<u64>,
        password: bool,
    },
    Leave {
        user: u64,
        company: u64,
    },
    Delete(u64),
    Bulk {
        deed: usize,
        users: Option<Vec<u64>>,
        off_by: u64,
    },
    SetPassword(u64),
    Switch(u64),
    NewStaff {
        name: u8,
        boss: bool,
    },
    Kind {
        company: u64,
        partner: bool,
    },
    EditContact {
        contact: u64,
        company: Option<u64>,
    },
    Approve(u64),
    SignIn {
        person: u8,
        right: bool,
    },
}

fn call() -> impl Strategy<Value = Call> {
    let company = || prop_oneof![8 => 1..4u64, 1 => Just(4u64)];
    let user = || 0..120u64;
    let email = || proptest::option::of(0..5u8);
    prop_oneof![
        4 => (company(), 0..5u8, email())
            .prop_map(|(company, person, email)| Call::InFile { company, person, email }),
        4 => (company(), 0..5u8, any::<bool>())
            .prop_map(|(company, email, password)| Call::ByEmail { company, email, password }),
        6 => (
            user(), 0..5u8, email(), 0..6u8,
            proptest::collection::vec(company(), 0..4), any::<bool>(),
        )
            .prop_map(|(user, person, email, login, companies, password)| Call::Edit {
                user, person, email, login, companies, password,
            }),
        3 => (user(), company()).prop_map(|(user, company)| Call::Leave { user, company }),
        2 => user().prop_map(Call::Delete),
        2 => (
            0..Deed::ALL.len(),
            proptest::option::weighted(0.8, proptest::collection::vec(user(), 0..4)),
            prop_oneof![4 => Just(0), 1 => Just(1u64)],
        )
            .prop_map(|(deed, users, off_by)| Call::Bulk { deed, users, off_by }),
        1 => user().prop_map(Call::SetPassword),
        2 => user().prop_map(Call::Switch),
        1 => (0..3u8, any::<bool>()).prop_map(|(name, boss)| Call::NewStaff { name, boss }),
        1 => (company(), any::<bool>())
            .prop_map(|(company, partner)| Call::Kind { company, partner }),
        1 => (1..8u64, proptest::option::of(company()))
            .prop_map(|(contact, company)| Call::EditContact { contact, company }),
        1 => (1..3u64).prop_map(Call::Approve),
        1 => (0..5u8, any::<bool>()).prop_map(|(person, right)| Call::SignIn { person, right }),
    ]
}

/// Mostly the Portal Admin, sometimes one of two Security Administrators.
fn hand() -> impl Strategy<Value = usize> {
    prop_oneof![6 => Just(0usize), 1 => Just(1usize), 1 => Just(2usize)]
}

/// First name, last name and login.
fn person(n: u8) -> (&'static str, &'static str, &'static str) {
    [
        ("Zoë", "O'Brien", "zoe"),
        ("Jan", "Kowalski", "jan.P"),
        ("zoe", "o'brien", "ZOE"),
        ("太郎", "山田", "taro"),
        ("Kim", "P", "u1@acme1.example"),
    ][usize::from(n) % 5]
}

fn mail(n: u8) -> String {
    format!("{}{}@acme{}.example", if n.is_multiple_of(2) { "u" } else { "U" }, n / 2, n % 2)
}

/// One of the users that there are, or now and then one that there is not.
fn pick(house: &House, n: u64) -> UserId {
    let users = all::<User>(&*house.repo, List::Users);
    let at = usize::try_from(n).unwrap() % (users.len() + 1);
    users.get(at).map_or(UserId(n), |it| it.value.id)
}

fn run(house: &House, who: &Session, call: &Call) -> Result<(), DeskError> {
    let desk = &house.desk;
    match call {
        Call::InFile { company, person: n, email } => {
            let (first, last, login) = person(*n);
            let form = NewUser {
                first: first.into(),
                last: last.into(),
                email: email.map(mail).unwrap_or_default(),
                ..in_file(CompanyId(*company), login)
            };
            desk.create_portal_user(who, &form).map(drop)
        }
        Call::ByEmail { company, email, password } => {
            let password = password.then(|| secret(RIGHT));
            let form = NewUser { password, ..by_email(CompanyId(*company), &mail(*email)) };
            desk.create_portal_user(who, &form).map(drop)
        }
        Call::Edit { user, person: n, email, login, companies, password } => {
            let (first, last, _) = person(*n);
            let login = if *login == 5 { "" } else { person(*login).2 };
            let form = UserForm {
                first: first.into(),
                last: last.into(),
                email: email.map(mail).unwrap_or_default(),
                phone: String::new(),
                login: login.into(),
                companies: companies.iter().copied().map(CompanyId).collect(),
                password: password.then(|| secret(OTHER)),
                must_change: true,
                ..UserForm::default()
            };
            desk.edit_user(who, pick(house, *user), None, &form).map(drop)
        }
        Call::Leave { user, company } => {
            desk.remove_from_company(who, pick(house, *user), None, CompanyId(*company)).map(drop)
        }
        Call::Delete(user) => desk.delete_user(who, pick(house, *user), None).map(drop),
        Call::Bulk { deed, users, off_by } => {
            let selection = match users {
                Some(users) => Selection::These(users.iter().map(|n| pick(house, *n)).collect()),
                None => Selection::Matching {
                    args: ListArgs { text: "acme".into(), ..ListArgs::all(Sort::Name, false) },
                    except: Vec::new(),
                },
            };
            let plan = desk.bulk_plan(who, Deed::ALL[*deed], &selection)?;
            let expect = plan.count + off_by;
            let outcome = desk.bulk(who, Deed::ALL[*deed], &selection, expect, &())?;
            assert_eq!((outcome.done, outcome.behind()), (plan.can, plan.count), "as planned");
            Ok(())
        }
        Call::SetPassword(user) => {
            desk.set_password(who, pick(house, *user), None, &secret(OTHER), true).map(drop)
        }
        Call::Switch(user) => {
            let user = pick(house, *user);
            match desk.disable_user(who, user, None) {
                Err(DeskError::Problems(_)) => desk.enable_user(who, user, None).map(drop),
                other => other.map(drop),
            }
        }
        Call::NewStaff { name, boss } => {
            let role = if *boss { Role::SecurityAdministrator } else { Role::CustomerService };
            let form = StaffForm {
                login: format!("staff{name}"),
                first: String::new(),
                last: String::new(),
                email: mail(*name),
                role,
                password: secret(RIGHT),
                must_change: false,
            };
            desk.create_staff(who, &form).map(drop)
        }
        Call::Kind { company, partner } => {
            let id = CompanyId(*company);
            let mut form = desk.company(who, id)?.form();
            form.partner = *partner;
            desk.edit_company(who, id, None, &form).map(drop)
        }
        Call::EditContact { contact, company } => {
            let form = ContactForm {
                first: "Zoë".into(),
                last: "O'Brien".into(),
                email: mail(0),
                company: company.map(CompanyId),
                ..ContactForm::default()
            };
            desk.edit_contact(who, ContactId(*contact), None, &form).map(drop)
        }
        Call::Approve(request) => {
            desk.approve_request(who, RequestId(*request), None, None).map(drop)
        }
        Call::SignIn { person: n, right } => {
            let password = secret(if *right { RIGHT } else { OTHER });
            desk.portal_sign_in(&Credentials::new(person(*n).2, &password), None, &super::origin())
                .map(drop)
        }
    }
}

/// What the other invariants do not look at: 10, and that nothing is left of who is gone.
fn check_lives(repo: &dyn Repository, gone: &BTreeSet<u64>) {
    let users = all::<User>(repo, List::Users);
    let bosses = users.iter().filter(|it| {
        it.value.role == Role::SecurityAdministrator && it.value.status == UserStatus::Active
    });
    assert!(bosses.count() >= 1, "10: a Security Administrator is left");
    for id in gone {
        assert!(users.iter().all(|it| it.value.id.0 != *id), "a number is given twice: {id}");
        assert!(repo.fetch::<PortalProfile>(*id).unwrap().is_none(), "a profile is left: {id}");
        let last = repo.history(Key::new(Kind::User, *id), 1_000).unwrap();
        let last = last.iter().find(|it| !it.action.is_sign_in()).unwrap();
        assert_eq!(last.action, Action::UserDelete, "9: {id}");
    }
    for contact in all::<crate::domain::contact::Contact>(repo, List::Contacts) {
        let owner = repo.owner(&UniqueKey::ContactOfUser(contact.value.id.0)).unwrap();
        assert!(owner.is_none_or(|owner| !gone.contains(&owner)), "a contact is kept by {owner:?}");
    }
    for user in users {
        let history = repo.history(Key::new(Kind::User, user.value.id.0), 1_000).unwrap();
        assert!(history.iter().any(|it| it.seq == user.stamp.audit_seq), "9: {}", user.value.id);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn the_invariants_hold_through_any_life(
        calls in proptest::collection::vec((hand(), call()), 10..60)
    ) {
        let house = House::new();
        let hands =
            [Role::PortalAdmin, Role::SecurityAdministrator, Role::SecurityAdministrator]
                .map(|role| house.staff(role));
        let anna = &hands[0];
        let companies = ["Acme 0", "Acme 1", "Bolt"].map(|name| house.company(name, None));
        for (n, company) in [(0, companies[0]), (2, companies[1])] {
            let (first, last, _) = person(n);
            let email = mail(n);
            let contact = house.contact((first, last), &email, Some(company));
            let form = super::RequestForm {
                first: first.into(), last: last.into(), email, ..super::zoe()
            };
            let request = house.desk.submit_request(&form, None, &super::origin()).unwrap().id;
            house.desk.link_request(anna, request, None, contact).unwrap();
        }
        let seeds = [
            Call::InFile { company: 1, person: 3, email: None },
            Call::ByEmail { company: 2, email: 3, password: true },
            Call::Edit {
                user: 3, person: 3, email: None, login: 3, companies: vec![1, 2, 3], password: false,
            },
        ];
        for seed in &seeds {
            run(&house, anna, seed).unwrap();
        }
        let mut gone = BTreeSet::new();
        let ids = |house: &House| -> BTreeSet<u64> {
            all::<User>(&*house.repo, List::Users).iter().map(|it| it.value.id.0).collect()
        };
        for (hand, call) in &calls {
            let before = dump(&*house.repo);
            let there = ids(&house);
            match run(&house, &hands[*hand], call) {
                Ok(()) => {
                    let now = ids(&house);
                    gone.extend(there.difference(&now));
                    check(&*house.repo);
                    check_lives(&*house.repo, &gone);
                    let after = dump(&*house.repo);
                    prop_assert!(before == after || after.is_told_of(&before), "9: {call:?}");
                    if let Some(hand) = hands.iter().find(|it| now.contains(&it.user().0)) {
                        let active = house.user(hand.user()).status == UserStatus::Active;
                        if active && house.desk.user(hand, hand.user()).is_ok() {
                            check_user_ids(&house, hand);
                        }
                    }
                }
                Err(DeskError::Conflict(_) | DeskError::Store(_) | DeskError::Machine(_)) => {
                    prop_assert!(false, "nobody else is there: {call:?}");
                }
                Err(_) => prop_assert_eq!(&before, &dump(&*house.repo), "{:?}", call),
            }
        }
    }
}
