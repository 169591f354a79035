//! The state machine: random deeds on the store and on the model, which have to agree.
//!
//! A small world, so that records meet: a few numbers of each kind, a few logins, codes and
//! companies. Every deed is given to both; answers, errors included, must be equal, and now
//! and then everything that can be asked is compared, over reopenings too.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::sample::*;
use super::{OnDisk, Subject};
use crate::domain::id::{CompanyId, RoleId, UserId};
use crate::domain::login::{LoginOutcome, Throttle};
use crate::domain::mail::MailState;
use crate::domain::request::RequestStatus;
use crate::domain::role::Role;
use crate::domain::user::UserStatus;
use crate::store::memory::Memory;
use crate::store::query::{Clause, Column, Filter, List, Mark, Query, Sort, Status, Stop, Test};
use crate::store::record::{Key, Kind, Record, Stamp, UniqueKey};
use crate::store::{Changes, Repository};

/// Numbers of each kind in this world.
const NUMBERS: u64 = 5;
/// Kinds that deeds are done to.
const KINDS: [Kind; 12] = [
    Kind::Company,
    Kind::Contact,
    Kind::Request,
    Kind::User,
    Kind::Profile,
    Kind::LoginEvent,
    Kind::Throttle,
    Kind::Site,
    Kind::SiteGroup,
    Kind::PortalRole,
    Kind::Mail,
    Kind::Job,
];

/// What happens next.
#[derive(Debug, Clone)]
pub enum Op {
    /// A deed of those steps.
    Deed(Vec<Step>),
    /// Everything that can be asked is compared.
    Compare,
    /// It is closed, or comes to its end in a worse way, which the number chooses.
    Reopen(u64),
}

/// One thing of a deed: to which record, what, and whether on an old reading of it.
#[derive(Debug, Clone)]
pub struct Step {
    key: Key,
    what: What,
    stale: bool,
}

#[derive(Debug, Clone)]
enum What {
    /// Write it; the number chooses its fields.
    Put(u64),
    Delete,
    Guard,
    /// Name it in the trail only.
    Name,
}

fn key() -> impl Strategy<Value = Key> {
    (0..KINDS.len(), 1..=NUMBERS, 1..=2u64).prop_map(|(kind, id, below)| {
        let sub = if KINDS[kind] == Kind::LoginEvent { below * 100 + id } else { 0 };
        Key { kind: KINDS[kind], id, sub }
    })
}

fn step() -> impl Strategy<Value = Step> {
    let what = prop_oneof![
        8 => (0..1000u64).prop_map(What::Put),
        2 => Just(What::Delete),
        1 => Just(What::Guard),
        1 => Just(What::Name),
    ];
    (key(), what, prop::bool::weighted(0.1)).prop_map(|(key, what, stale)| Step {
        key,
        what,
        stale,
    })
}

/// Any of them.
pub fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        20 => prop::collection::vec(step(), 1..5).prop_map(Op::Deed),
        2 => Just(Op::Compare),
        1 => any::<u64>().prop_map(Op::Reopen),
    ]
}

/// A record of that key whose fields follow from a number, often like another's.
fn record(key: Key, variant: u64) -> Record {
    let names = ["Zoë Zander", "anna Arndt", "Émile Ozu", "Łukasz Łoś", "Anna Arndt"];
    let mails = ["", "anna@x.example", "ZOE@y.example", "emile@x.example", "zoe@y.example"];
    let pick = |salt: u64| ((variant / salt) % NUMBERS) as usize;
    let (name, mail) = (names[pick(1)], mails[pick(5)]);
    let millis = (variant % 7).cast_signed();
    let place = variant / 25 % (NUMBERS + 1);
    match key.kind {
        Kind::Company => {
            let mut it = company(key.id, name);
            it.code = format!("c{}", variant % 9).as_str().into();
            it.into()
        }
        Kind::Contact => contact(key.id, name, mail, (place > 0).then_some(place)).into(),
        Kind::Request => {
            let mut it = request(key.id, name, mail, millis);
            it.status = RequestStatus::ALL[pick(25) % 4];
            it.import_key = variant.is_multiple_of(3).then(|| format!("row {}", variant % 4));
            it.into()
        }
        Kind::User => {
            let mut it = user(key.id, ["anna", "zoe", "emile", "b", "c"][pick(25)], mail);
            it.status = UserStatus::ALL[pick(1) % 3];
            it.last_login_at = variant.is_multiple_of(2).then(|| at(millis));
            it.throttled_until = variant.is_multiple_of(3).then(|| at(millis));
            it.portal_role = [None, None, Some(RoleId(1)), Some(RoleId(2)), None][pick(7)];
            it.into()
        }
        Kind::Profile => {
            let companies: Vec<u64> = (1..=NUMBERS).filter(|id| variant >> id & 1 == 1).collect();
            profile(key.id, variant % 7, &companies).into()
        }
        Kind::LoginEvent => {
            let outcome = [LoginOutcome::Ok, LoginOutcome::WrongPassword][pick(5) % 2];
            sign_in(key.sub, key.id, millis, outcome).into()
        }
        Kind::Site => {
            let mut it = site(key.id, ["eu", "US", "eu ", "asia", "north"][pick(5)]);
            it.name = name.into();
            it.active = variant.is_multiple_of(2);
            it.into()
        }
        Kind::SiteGroup => site_group(key.id, ["a", "B", "b", "c", "d"][pick(5)], &[place]).into(),
        Kind::PortalRole => {
            portal_role(key.id, ["Desk", "desk", "D-1", "d 1", name][pick(5)]).into()
        }
        Kind::Mail => {
            let mut it = letter(key.id, 1 + variant % 2, MailState::ALL[variant as usize % 11]);
            it.name = name.into();
            it.token_hash = variant.is_multiple_of(4).then_some([(variant % 3) as u8; 32]);
            it.into()
        }
        Kind::Job => job(key.id, ["Nightly", "nightly", "noon", "b", name][pick(5)]).into(),
        _ => Throttle { slot: key.id, failed: 1, until: Some(at(millis)) }.into(),
    }
}

/// Makes one deed of those steps, within what the port allows; `None` when nothing is left.
fn deed(model: &Memory, steps: &[Step], gone: &BTreeSet<Key>) -> Option<Changes> {
    let mut told = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut taken: Vec<(&Step, Option<Stamp>)> = Vec::new();
    for step in steps {
        let read = model.get(step.key).unwrap().map(|stored| stored.stamp);
        let allowed = match step.what {
            What::Put(_) => !gone.contains(&step.key),
            What::Delete | What::Name => read.is_some(),
            What::Guard => true,
        };
        if !allowed || !seen.insert(step.key) {
            continue;
        }
        let user = Key::new(Kind::User, step.key.id);
        match (&step.what, step.key.kind) {
            (What::Guard, _) | (What::Put(_) | What::Delete, Kind::Throttle) => {}
            (What::Put(_) | What::Delete, Kind::Profile | Kind::LoginEvent) => {
                // Both are told of with their user, who has to be there.
                if model.get(user).unwrap().is_none() {
                    continue;
                }
                told.insert(user);
            }
            _ => {
                told.insert(step.key);
            }
        }
        let old = Stamp { version: read.map_or(0, |it| it.version) + 1, audit_seq: 0 };
        taken.push((step, if step.stale { Some(old) } else { read }));
    }
    if taken.is_empty() {
        return None;
    }
    let told: Vec<Key> = told.into_iter().collect();
    let changes = Changes::new(telling(&told)).also(telling(&told[..told.len().min(1)]));
    Some(taken.into_iter().fold(changes, |changes, (step, read)| match (&step.what, read) {
        (What::Put(variant), read) => changes.upsert(record(step.key, *variant), read),
        (What::Delete, Some(read)) => changes.delete(step.key, read),
        (What::Guard, Some(read)) => changes.guard(step.key, read),
        (What::Guard, None) => changes.guard_absent(step.key),
        _ => changes,
    }))
}

fn compare(model: &Memory, repo: &dyn Repository) {
    let mut all: Vec<Key> = Vec::new();
    for kind in KINDS {
        for id in 1..=NUMBERS {
            let subs = if kind == Kind::LoginEvent { vec![100 + id, 200 + id] } else { vec![0] };
            all.extend(subs.into_iter().map(|sub| Key { kind, id, sub }));
        }
    }
    assert_eq!(model.get_many(&all).unwrap(), repo.get_many(&all).unwrap());
    for key in all {
        for limit in [2, 1000] {
            assert_eq!(model.history(key, limit).unwrap(), repo.history(key, limit).unwrap());
        }
    }
    let mut uniques: Vec<UniqueKey> =
        (0..9).map(|n| UniqueKey::CompanyCode(format!("c{n}"))).collect();
    uniques.extend((0..7).map(UniqueKey::ContactOfUser));
    uniques.extend((0..4).map(|n| UniqueKey::ImportedRequest(format!("row {n}"))));
    let names = ["anna", "zoe", "emile", "b", "c", "anna@x.example", "zoe@y.example"];
    uniques.extend(names.map(|name| UniqueKey::SignInName(name.to_owned())));
    let short = ["eu", "us", "a", "b", "desk", "d 1"].map(str::to_owned);
    uniques.extend(short.clone().map(UniqueKey::SiteCode));
    uniques.extend(short.clone().map(UniqueKey::GroupCode));
    uniques.extend(short.map(UniqueKey::RoleName));
    assert_eq!(model.owners(&uniques).unwrap(), repo.owners(&uniques).unwrap());
    for query in queries() {
        assert_eq!(model.query(&query).unwrap(), repo.query(&query).unwrap(), "{query:?}");
        assert_eq!(model.numbers(&query).unwrap(), repo.numbers(&query).unwrap(), "{query:?}");
    }
}

fn with(not: bool, test: Test) -> Filter {
    Filter { clauses: vec![Clause { not, test }], ..Filter::default() }
}

fn queries() -> Vec<Query> {
    let filters = [
        Filter::default(),
        Filter::default().with_text("anna"),
        Filter::default().with_text("x.example zoe"),
        Filter { status: Some(Status::Request(RequestStatus::New)), ..Filter::default() },
        Filter { status: Some(Status::User(UserStatus::Active)), ..Filter::default() },
        Filter { status: Some(Status::Throttled(at(3))), ..Filter::default() },
        Filter { since: Some(at(2)), until: Some(at(5)), ..Filter::default() },
        Filter { company: Some(CompanyId(2)), ..Filter::default() },
        Filter { actor: Some(UserId(1)), ..Filter::default() },
        Filter { domain: Some("y.example".to_owned()), ..Filter::default() },
        with(false, Test::Text("x.e".to_owned())),
        with(true, Test::Text("anna".to_owned())),
        with(false, Test::In(Column::Company, "a".to_owned())),
        with(true, Test::In(Column::Login, "a".to_owned())),
        with(false, Test::Is(Mark::NoEmail)),
        with(true, Test::Is(Mark::NeverSignedIn)),
        with(false, Test::Is(Mark::Customer)),
        with(true, Test::Status(Status::User(UserStatus::Active))),
        with(false, Test::Role(Role::PortalUser)),
        with(false, Test::OwnRole(RoleId(1))),
        with(true, Test::Company(CompanyId(2))),
        with(false, Test::Time(Some(at(2)), Some(at(6)))),
        with(false, Test::Status(Status::Mail(MailState::Accepted))),
        with(true, Test::LastLogin(None, Some(at(5)))),
    ];
    let sorts = [
        Sort::Number,
        Sort::Time,
        Sort::Name,
        Sort::Email,
        Sort::Company,
        Sort::Status,
        Sort::Login,
        Sort::LastLogin,
        Sort::Role,
        Sort::Site,
    ];
    let lists = [
        List::Requests,
        List::Contacts,
        List::Companies,
        List::Users,
        List::Logins(UserId(1)),
        List::Audit,
        List::Sites,
        List::SiteGroups,
        List::Roles,
        List::SecondFactors,
        List::Mails,
        List::Jobs,
    ];
    let mut queries = Vec::new();
    for (at, (list, sort)) in
        lists.into_iter().flat_map(|list| sorts.map(|sort| (list, sort))).enumerate()
    {
        for (more, filter) in filters.iter().cloned().enumerate() {
            let (reverse, page) = ((at + more).is_multiple_of(2), 1 + (at + more) as u64 % 3);
            queries.push(Query {
                list,
                filter,
                sort,
                reverse,
                page,
                per_page: 2,
                partly: false,
                stop: Stop::default(),
            });
        }
    }
    queries
}

/// Gives all of them to the model and to the subject.
pub fn run(ops: &[Op], disk: &mut impl Subject) {
    let model = Memory::new();
    let mut gone: BTreeSet<Key> = BTreeSet::new();
    for op in ops {
        match op {
            Op::Deed(steps) => {
                let Some(changes) = deed(&model, steps, &gone) else { continue };
                let deleted = changes.deletes().iter().map(|guard| guard.key);
                let deleted: Vec<Key> = deleted.filter(|key| key.kind.is_numbered()).collect();
                let expected = model.commit(changes.clone());
                assert_eq!(disk.repo().commit(changes), expected);
                if expected.is_ok() {
                    gone.extend(deleted);
                }
            }
            Op::Compare => compare(&model, disk.repo()),
            Op::Reopen(how) => {
                disk.end_somehow(*how);
                disk.verify();
            }
        }
    }
    compare(&model, disk.repo());
    disk.verify();
    for kind in [Kind::Company, Kind::Contact, Kind::Request, Kind::User, Kind::LoginEvent] {
        let next = disk.repo().reserve(kind, 1).unwrap();
        assert_eq!(next, model.reserve(kind, 1).unwrap(), "the next {}", kind.word());
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 24,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_store_agrees_with_the_model(ops in prop::collection::vec(op(), 1..60)) {
        run(&ops, &mut OnDisk::new());
    }
}
