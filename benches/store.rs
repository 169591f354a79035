//! How fast the store is: a durable commit, opening, and a page of a list.
//!
//! `cargo bench --bench store`. The figures in the README come from here. The commit is the
//! one of an approval: a user, a profile and an entry of the trail, on the disk when it
//! returns; beside the mean its median and 99th percentile are printed.

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use portaldesk::domain::audit::{Action, Actor};
use portaldesk::domain::company::CompanyKind;
use portaldesk::domain::id::{CompanyId, ContactId, SiteId, UserId};
use portaldesk::domain::role::Role;
use portaldesk::domain::time::Timestamp;
use portaldesk::domain::user::{
    CreatedVia, Group, Membership, PortalProfile, SiteAccount, User, UserKind, UserStatus,
};
use portaldesk::store::query::{Filter, List, Query, Sort, Stop};
use portaldesk::store::sled::{Options, SledRepository};
use portaldesk::store::{AuditDraft, Changes, Key, Kind, Repository};

const USERS: u64 = 20_000;
/// Users in one commit of an import (ARCHITECTURE.md).
const CHUNK: u64 = 100;

fn open(dir: &Path) -> SledRepository {
    let now = Timestamp::from_millis(0);
    SledRepository::open(dir, Options::at(now)).expect("a store in a fresh directory opens")
}

fn user(n: u64) -> (User, PortalProfile) {
    let names = ["Zoë", "Anna", "Łukasz", "山田", "Émile", "Bernd", "Carla", "Nguyễn"];
    let first = names[(n.wrapping_mul(2_654_435_761) % 8) as usize];
    let user = User {
        id: UserId(n),
        kind: UserKind::Portal,
        login_name: format!("user.{n}").as_str().into(),
        first: Some(first.into()),
        last: Some(format!("Number{}", n.wrapping_mul(40_503) % 65_536).as_str().into()),
        email: Some(format!("user{n}@company{}.example", n % 500).as_str().into()),
        phone: Some("+49 30 1234567".into()),
        role: Role::PortalUser,
        groups: vec![Group::Portals],
        status: UserStatus::ALL[(n % 3) as usize],
        password_hash: None,
        must_change_password: false,
        password_set_at: None,
        failed_count: 0,
        throttled_until: None,
        last_login_at: None,
        created_at: Timestamp::from_millis(n.cast_signed()),
        created_via: CreatedVia::Request,
        login_follows_email: false,
        external_id: None,
        licence: None,
        portal_role: None,
        second_factor: None,
        factor_enrolled_at: None,
        temporary_until: None,
        invitation: None,
        last_mail: None,
    };
    let profile = PortalProfile {
        user: UserId(n),
        account_type: CompanyKind::Customer,
        contact: ContactId(n),
        home_site: SiteId(1),
        can_create_users: false,
        claim_authorization_required: false,
        memberships: vec![Membership { company: CompanyId(n % 500 + 1), primary: true }],
        site_accounts: vec![SiteAccount { site: SiteId(1), synced_version: 1 }],
        organization_configs: Vec::new(),
    };
    (user, profile)
}

/// The deed that creates those users.
fn creating(numbers: std::ops::Range<u64>) -> Changes {
    let actor = Actor {
        user: Some(UserId(1)),
        name: "a.adams".into(),
        role: Some(Role::CustomerService),
        os_user: "agent".into(),
        origin: "desk".into(),
    };
    let audit = AuditDraft::new(Timestamp::from_millis(1), &actor, Action::RequestApprove);
    let audit = numbers
        .clone()
        .fold(audit, |audit, n| audit.on(Key::new(Kind::User, n), format!("user.{n}")));
    numbers
        .map(user)
        .fold(Changes::new(audit), |changes, (user, profile)| changes.create(user).create(profile))
}

fn fill(repo: &SledRepository) {
    for first in (1..=USERS).step_by(CHUNK as usize) {
        repo.commit(creating(first..first + CHUNK)).expect("fresh users fit in");
    }
}

fn durable_create(c: &mut Criterion) {
    let dir = tempfile::tempdir().expect("a directory");
    let repo = open(dir.path());
    let mut next = 1;
    let mut taken: Vec<Duration> = Vec::new();
    c.bench_function("durable create of a user with profile", |bencher| {
        bencher.iter_custom(|times| {
            let mut sum = Duration::ZERO;
            for _ in 0..times {
                let changes = creating(next..next + 1);
                next += 1;
                let start = Instant::now();
                repo.commit(changes).expect("a fresh user fits in");
                taken.push(start.elapsed());
                sum += taken[taken.len() - 1];
            }
            sum
        });
    });
    taken.sort_unstable();
    if let Some(last) = taken.len().checked_sub(1) {
        let at = |percent: usize| taken[last * percent / 100];
        println!("of {} commits: p50 {:?}, p99 {:?}", taken.len(), at(50), at(99));
    }
}

fn chunked_import(c: &mut Criterion) {
    let dir = tempfile::tempdir().expect("a directory");
    let repo = open(dir.path());
    let mut next = 1;
    c.bench_function("import of a chunk of 100 users with profiles", |bencher| {
        bencher.iter_batched(
            || {
                next += CHUNK;
                creating(next - CHUNK..next)
            },
            |changes| repo.commit(changes).expect("fresh users fit in"),
            BatchSize::PerIteration,
        );
    });
}

fn at_twenty_thousand(c: &mut Criterion) {
    let dir = tempfile::tempdir().expect("a directory");
    fill(&open(dir.path()));
    c.bench_function("open with 20,000 users", |bencher| {
        bencher.iter(|| open(dir.path()));
    });
    let repo = open(dir.path());
    let query = |text: &str, sort, reverse, page| Query {
        list: List::Users,
        filter: Filter::default().with_text(text),
        sort,
        reverse,
        page,
        per_page: 50,
        partly: false,
        stop: Stop::default(),
    };
    for (name, query) in [
        ("first page by name", query("", Sort::Name, false, 1)),
        ("page 200 by email, turned round", query("", Sort::Email, true, 200)),
        ("page of what one word finds", query("zoe", Sort::Name, false, 1)),
        ("page of what two words find", query("anna company77.", Sort::Time, true, 1)),
        ("page of what nothing matches", query("nobody", Sort::Name, false, 1)),
    ] {
        c.bench_function(&format!("20,000 users: {name}"), |bencher| {
            bencher.iter(|| repo.query(black_box(&query)).expect("it can be read"));
        });
    }
    let trail = Query { list: List::Audit, ..query("", Sort::Number, true, 1) };
    c.bench_function("20,000 users: newest page of the trail", |bencher| {
        bencher.iter(|| repo.query(black_box(&trail)).expect("it can be read"));
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().measurement_time(Duration::from_secs(4)).sample_size(40);
    targets = durable_create, chunked_import, at_twenty_thousand
}
criterion_main!(benches);
