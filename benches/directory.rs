//! How the directory does with 10,000, 100,000 and 1,000,000 users: memory, search, pages,
//! upkeep, saving. Run with `cargo bench --bench directory`, or with how many to stop at.
//!
//! Times are the best, the middle and the worst of some dozen tries, each with a question that
//! has not been asked before; beside them is how long the asking thread was really running,
//! which says more than the clock where other programs want the processors too.

use std::time::{Duration, Instant};

use portaldesk::domain::audit::{Action, Actor};
use portaldesk::domain::company::{Company, CompanyKind};
use portaldesk::domain::id::{CompanyId, ContactId, SiteId, UserId};
use portaldesk::domain::role::Role;
use portaldesk::domain::time::Timestamp;
use portaldesk::domain::user::{
    CreatedVia, Group, Membership, PortalProfile, SiteAccount, User, UserKind, UserStatus,
};
use portaldesk::store::query::{Clause, Filter, List, Mark, Sort, Status, Stop, Test};
use portaldesk::store::sled::directory::Directory;
use portaldesk::store::{AuditDraft, Changes, Key, Kind, Query, Record};

const SORTS: [Sort; 10] = [
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

const FIRST: [&str; 24] = [
    "Anna",
    "Zoë",
    "Émile",
    "Łukasz",
    "José",
    "Siobhán",
    "Mehmet",
    "Ingrid",
    "Jürgen",
    "Wei",
    "Priya",
    "Olga",
    "Magdalena",
    "Steven",
    "Inmaculada",
    "Björn",
    "Chloé",
    "Nguyễn",
    "Tomáš",
    "Fatima",
    "Giovanni",
    "Katarzyna",
    "Søren",
    "Yuki",
];
const LAST: [&str; 24] = [
    "Villalba",
    "Schmiedt",
    "Kozień",
    "Rice",
    "Eriksson",
    "Bitner",
    "O'Brien",
    "Müller",
    "Fernández",
    "Nowak",
    "Rossi",
    "Dubois",
    "Petrov",
    "Tanaka",
    "Singh",
    "Andersson",
    "Novák",
    "Yılmaz",
    "Jensen",
    "Kowalczyk",
    "Haines",
    "Papadopoulos",
    "Łoś",
    "van der Berg",
];
const FIRM: [&str; 8] =
    ["Hamann", "Feluś-Walocha", "Pettersson", "Acme", "Globex", "Naser", "Umbrella", "Batalla"];
const FORM: [&str; 6] = ["GmbH", "Sp. z o.o.", "HB", "Ltd", "S.A.T.", "KG"];

/// Numbers that look like chance and are the same every time.
fn mixed(n: u64, salt: u64) -> u64 {
    let mut x = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ salt.wrapping_mul(0xd1b5_4a32_d192_ed03);
    x = (x ^ x >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ x >> 31
}

fn pick<'a>(from: &[&'a str], n: u64, salt: u64) -> &'a str {
    from[(mixed(n, salt) % from.len() as u64) as usize]
}

fn company(n: u64) -> Company {
    let name = format!("{} {} {}", pick(&FIRM, n, 1), pick(&LAST, n, 2), pick(&FORM, n, 3));
    Company {
        id: CompanyId(n),
        code: format!("C{n:06}").into(),
        name: name.into(),
        email: Some(format!("office@c{n}.example.net").into()),
        phone: None,
        kind: CompanyKind::Customer,
        active: true,
        on_hold: false,
        home_site: SiteId(1),
        city: None,
        country: None,
        website: None,
        registered_by: None,
    }
}

fn user(n: u64, companies: u64) -> (User, PortalProfile) {
    let (first, last) = (pick(&FIRST, n, 4), pick(&LAST, n, 5));
    let firm = mixed(n, 6) % companies + 1;
    let email = format!("u{n}@c{firm}.example.org");
    let user = User {
        id: UserId(n),
        kind: UserKind::Portal,
        login_name: format!("user.{}", mixed(n, 7) % 100_000_000).into(),
        first: Some(first.into()),
        last: Some(last.into()),
        email: Some(email.into()),
        phone: Some(format!("+49 30 {:07}", mixed(n, 8) % 10_000_000).into()),
        role: Role::PortalUser,
        groups: vec![Group::Portals],
        status: UserStatus::ALL[(mixed(n, 9) % 3) as usize],
        password_hash: None,
        must_change_password: false,
        password_set_at: None,
        failed_count: 0,
        throttled_until: None,
        last_login_at: (!mixed(n, 10).is_multiple_of(3))
            .then(|| Timestamp::from_millis((mixed(n, 11) % 100_000_000_000).cast_signed())),
        created_at: Timestamp::from_millis(1_700_000_000_000 + n.cast_signed() * 40),
        created_via: CreatedVia::Import,
        login_follows_email: false,
        external_id: Some(format!("X{n:07}").into()),
        licence: None,
        portal_role: None,
        second_factor: None,
        factor_enrolled_at: None,
        temporary_until: None,
        invitation: None,
        last_mail: None,
    };
    let mut memberships = vec![Membership { company: CompanyId(firm), primary: true }];
    if mixed(n, 12).is_multiple_of(20) {
        memberships.push(Membership { company: CompanyId(firm % companies + 1), primary: false });
    }
    let profile = PortalProfile {
        user: UserId(n),
        account_type: CompanyKind::Customer,
        contact: ContactId(n),
        home_site: SiteId(1),
        can_create_users: false,
        claim_authorization_required: false,
        memberships,
        site_accounts: vec![SiteAccount { site: SiteId(1), synced_version: 1 }],
        organization_configs: Vec::new(),
    };
    (user, profile)
}

/// Resident memory of this process, in bytes.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let digits = line.and_then(|line| line.split_whitespace().nth(1));
    digits.and_then(|digits| digits.parse::<usize>().ok()).unwrap_or(0) * 1024
}

fn query(filter: Filter, sort: Sort) -> Query {
    let (list, stop) = (List::Users, Stop::default());
    Query { list, filter, sort, reverse: false, page: 1, per_page: 50, partly: false, stop }
}

/// How long this thread has been running on a processor.
fn running() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = stat.split_whitespace().next().and_then(|nanos| nanos.parse().ok());
    Duration::from_nanos(nanos.unwrap_or(0))
}

/// By the clock, and of that on a processor.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Taken(Duration, Duration);

impl std::fmt::Display for Taken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.2?} ({:.2?} running)", self.0, self.1)
    }
}

fn timed<T>(deed: impl FnOnce() -> T) -> (Taken, T) {
    let (start, ran) = (Instant::now(), running());
    let done = deed();
    (Taken(start.elapsed(), running().saturating_sub(ran)), done)
}

/// What a key costs: the work done beside, and the page under the lock.
fn ask(directory: &Directory, query: &Query) -> (Taken, u64) {
    timed(|| asked(directory, query))
}

fn asked(directory: &Directory, query: &Query) -> u64 {
    let Some((_, sight)) = directory.sight(query.list) else { return 0 };
    sight.prepare(query).expect("nobody asked to stop");
    drop(sight);
    let page = directory.page(query).expect("nobody asked to stop");
    page.map_or(0, |(_, page)| page.total)
}

fn told(name: &str, mut times: Vec<Taken>) {
    times.sort_unstable();
    let running = times.iter().map(|it| it.1).max().unwrap_or_default();
    let (Some(best), Some(worst), middle) = (times.first(), times.last(), times[times.len() / 2])
    else {
        return;
    };
    println!(
        "  {name}: {:.2?}, {middle}, at most {:.2?} ({running:.2?} running), {} tries",
        best.0,
        worst.0,
        times.len()
    );
}

fn searches(directory: &Directory, users: u64) {
    for length in [1, 2, 3, 4, 6, 9, 14] {
        let mut times = Vec::new();
        let mut totals = Vec::new();
        for n in 0..26 {
            let (user, _) = user(mixed(n, length) % users + 1, users / 80 + 1);
            let email = user.email.map(|email| email.raw().to_owned()).unwrap_or_default();
            let login = user.login_name.raw().to_owned();
            let from = [email.as_str(), &login[5..], user.last.as_ref().map_or("", |it| it.raw())];
            let text: String = from[n as usize % 3].chars().take(length as usize).collect();
            let (taken, total) =
                ask(directory, &query(Filter::default().with_text(&text), Sort::Name));
            times.push(taken);
            totals.push(total);
        }
        totals.sort_unstable();
        told(&format!("search for {length} letters (finds {} in the middle)", totals[13]), times);
    }
    let mut times = Vec::new();
    for text in ["magdalena", "kowalczyk gmbh", "umbrella", "siobhan c1", "portal user"] {
        for end in 1..=text.len() {
            times.push(
                ask(directory, &query(Filter::default().with_text(&text[..end]), Sort::Email)).0,
            );
        }
    }
    told("a key while five words are typed", times);
    let clause = |not, test| Filter { clauses: vec![Clause { not, test }], ..Filter::default() };
    for (name, filter) in [
        ("status", Filter { status: Some(Status::User(UserStatus::Pending)), ..Filter::default() }),
        ("never signed in", clause(false, Test::Is(Mark::NeverSignedIn))),
        ("a company", Filter { company: Some(CompanyId(7)), ..Filter::default() }),
        ("an email", Filter { emails: vec!["u7@c1.example.org".to_owned()], ..Filter::default() }),
        ("everything but a word", clause(true, Test::Text("rossi".to_owned()))),
    ] {
        let first = ask(directory, &query(filter.clone(), Sort::Name)).0;
        let (again, total) = ask(directory, &query(filter, Sort::Email));
        println!("  filter by {name}: {first}, again {again}, finds {total}");
    }
}

fn pages(directory: &Directory, users: u64) {
    let (mut firsts, mut later) = (Vec::new(), Vec::new());
    for sort in SORTS {
        let first = ask(directory, &query(Filter::default(), sort)).0;
        println!("  first page by {sort:?}, sorted for it: {first}");
        firsts.push(first);
        for page in [1, 2, users / 100, users / 50] {
            for reverse in [false, true] {
                let query = Query { page, reverse, ..query(Filter::default(), sort) };
                later.push(ask(directory, &query).0);
                let filter = Filter::default().with_text("gmbh");
                later.push(ask(directory, &Query { filter, ..query }).0);
            }
        }
    }
    told("an order made", firsts);
    told("any page of any order", later);
}

fn upkeep(directory: &mut Directory, users: u64) {
    let actor = Actor {
        user: Some(UserId(1)),
        name: "a.adams".into(),
        role: Some(Role::CustomerService),
        os_user: "agent".into(),
        origin: "desk".into(),
    };
    let (mut commits, mut after) = (Vec::new(), Vec::new());
    for n in 1..=200 {
        let id = if n % 2 == 0 { users + n } else { mixed(n, 13) % users + 1 };
        let (mut user, profile) = user(id, users / 80 + 1);
        user.phone = Some(format!("{n}").into());
        let draft = AuditDraft::new(Timestamp::from_millis(1), &actor, Action::UserEdit);
        let changes = Changes::new(draft.on(Key::new(Kind::User, id), "somebody"));
        let changes = changes.create(user).create(profile);
        commits.push(timed(|| directory.apply(&changes)).0);
        let sort = SORTS[n as usize % SORTS.len()];
        after.push(ask(directory, &query(Filter::default().with_text("rossi"), sort)).0);
    }
    told("upkeep of a commit", commits);
    told("a page after it, with a word", after);
}

fn saving(directory: &Directory) {
    let (pictured, picture) = timed(|| directory.picture());
    let (mut table, mut lists) = (Vec::new(), Vec::new());
    let (written, ()) = timed(|| {
        picture.write_table(&mut table).expect("memory takes it");
        for (list, sight) in picture.lists() {
            let mut bytes = Vec::new();
            sight.write(&mut bytes).expect("memory takes it");
            lists.push((list, bytes));
        }
    });
    println!("  picture taken in {pictured}, written in {written}");
    drop(picture);
    let size = lists.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() + table.len();
    let before = resident();
    let (taken, _read) = timed(|| {
        let mut read = Directory::with_table(&mut table.as_slice()).expect("it was just written");
        for (list, bytes) in &lists {
            let roster = read.read(&mut bytes.as_slice()).expect("it was just written");
            read.adopt(*list, roster);
        }
        read
    });
    let more = resident().saturating_sub(before);
    println!("  {} MB read in {taken}, takes {} MB", size >> 20, more >> 20);
}

fn main() {
    let limit = std::env::args().skip(1).find_map(|it| it.parse::<u64>().ok());
    for users in [10_000, 100_000, 1_000_000] {
        if limit.is_some_and(|limit| users > limit) {
            break;
        }
        println!("{users} users of {} companies", users / 80 + 1);
        let before = resident();
        let (Taken(taken, ran), mut directory) = timed(|| {
            let mut directory = Directory::default();
            for n in 1..=users / 80 + 1 {
                directory.load(&Record::from(company(n)));
            }
            for n in 1..=users {
                let (user, profile) = user(n, users / 80 + 1);
                directory.load(&Record::from(profile));
                directory.load(&Record::from(user));
            }
            directory
        });
        let own = resident().saturating_sub(before);
        let each = ran / u32::try_from(users).unwrap_or(u32::MAX);
        println!(
            "  loaded in {taken:.2?}, {each:.2?} running and {} bytes a user",
            own as u64 / users
        );
        pages(&directory, users);
        searches(&directory, users);
        upkeep(&mut directory, users);
        println!("  with all orders and answers {} MB", resident().saturating_sub(before) >> 20);
        saving(&directory);
    }
}
