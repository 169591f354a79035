//! The directory against plain lines: whatever comes, goes, is saved and read again, both
//! must find the same and tell it in the same order.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::domain::id::RoleId;
use crate::domain::request::RequestStatus;
use crate::domain::role::Role;
use crate::domain::user::{LOCK_AFTER, UserKind, UserStatus};
use crate::store::contract::sample::*;
use crate::store::facts::{Matcher, compare};
use crate::store::query::{Clause, Column, Filter, Mark, Sort, Status, Stop, Test, place};

/// What the directory is held against: every record, and no more.
#[derive(Debug, Default)]
struct Plain {
    records: BTreeMap<Key, Record>,
}

impl Related for Plain {
    fn company_name(&self, id: CompanyId) -> Option<String> {
        match self.records.get(&Key::new(Kind::Company, id.0))? {
            Record::Company(company) => Some(company.name.raw().to_owned()),
            _ => None,
        }
    }

    fn companies_of(&self, user: UserId) -> Vec<CompanyId> {
        match self.records.get(&Key::new(Kind::Profile, user.0)) {
            Some(Record::Profile(profile)) => companies_of(profile),
            _ => Vec::new(),
        }
    }

    fn site_of(&self, user: UserId) -> Option<SiteId> {
        match self.records.get(&Key::new(Kind::Profile, user.0))? {
            Record::Profile(profile) => Some(profile.home_site),
            _ => None,
        }
    }
}

impl Plain {
    fn numbers(&self, query: &Query) -> (Vec<u64>, u64) {
        let lines = self.records.values().filter_map(|record| Line::of(record, self));
        let mut lines: Vec<Line> =
            lines.filter(|(list, _)| *list == query.list).map(|(_, line)| line).collect();
        let all = lines.len() as u64;
        let matcher = Matcher::new(&query.filter);
        lines.retain(|line| matcher.lets_through(line));
        lines.sort_by(|a, b| compare(a, b, query.sort));
        if query.reverse {
            lines.reverse();
        }
        (lines.into_iter().map(|line| line.number).collect(), all)
    }

    fn page(&self, query: &Query) -> Page {
        let (numbers, all) = self.numbers(query);
        let total = numbers.len() as u64;
        let (page, pages, range) = place(total, query.page, query.per_page);
        let numbers = numbers[range.start as usize..range.end as usize].to_vec();
        Page { numbers, total, all, page, pages }
    }
}

/// Something that happens.
#[derive(Debug, Clone)]
enum Op {
    Put(Kind, u64, u64),
    Delete(Kind, u64),
    Ask(Box<Query>),
    /// Everything is written, read again, and contacts are adopted so many steps later.
    Reopen(usize),
}

const LISTED: [Kind; 5] = [Kind::Company, Kind::Contact, Kind::Request, Kind::User, Kind::Profile];

fn kind() -> impl Strategy<Value = Kind> {
    prop::sample::select(LISTED.to_vec())
}

fn number(kind: Kind) -> std::ops::RangeInclusive<u64> {
    if kind == Kind::Company { 1..=8 } else { 1..=160 }
}

fn op() -> impl Strategy<Value = Op> {
    let put = kind().prop_flat_map(|kind| (Just(kind), number(kind), any::<u64>()));
    let gone = kind().prop_flat_map(|kind| (Just(kind), number(kind)));
    let list = prop::sample::select(Directory::LISTS.to_vec());
    let sort = prop::sample::select(super::orders::SORTS.to_vec());
    let ask = (list, filter(), sort, any::<bool>(), 0..5u64);
    prop_oneof![
        60 => put.prop_map(|(kind, id, variant)| Op::Put(kind, id, variant)),
        10 => gone.prop_map(|(kind, id)| Op::Delete(kind, id)),
        20 => ask.prop_map(|(list, filter, sort, reverse, page)| {
            let asked = listing(list);
            Op::Ask(Box::new(Query { filter, sort, reverse, page, per_page: 7, ..asked }))
        }),
        1 => (0..60usize).prop_map(Op::Reopen),
    ]
}

fn text() -> impl Strategy<Value = String> {
    let texts = ["a", "an", "anna", "ann", "x.example", "@", "acme", "ac", "e", "portal", ".p", ""];
    prop::sample::select(texts.map(str::to_owned).to_vec())
}

fn test() -> impl Strategy<Value = Test> {
    let columns =
        [Column::Name, Column::Email, Column::Company, Column::Login, Column::Phone].to_vec();
    let moment = || prop::option::of((0..9i64).prop_map(at));
    prop_oneof![
        3 => text().prop_map(Test::Text),
        3 => (prop::sample::select(columns), text()).prop_map(|(column, text)| Test::In(column, text)),
        2 => prop::sample::select(Mark::ALL.to_vec()).prop_map(Test::Is),
        1 => prop::sample::select(Role::ALL.to_vec()).prop_map(Test::Role),
        1 => (1..=2u64).prop_map(|id| Test::OwnRole(RoleId(id))),
        1 => (1..=8u64).prop_map(|id| Test::Company(CompanyId(id))),
        1 => (moment(), moment()).prop_map(|(since, until)| Test::Time(since, until)),
        1 => (moment(), moment()).prop_map(|(since, until)| Test::LastLogin(since, until)),
    ]
}

fn filter() -> impl Strategy<Value = Filter> {
    let clause = (any::<bool>(), test()).prop_map(|(not, test)| Clause { not, test });
    let one = |filter: Filter| Just(filter).boxed();
    let status = |status| one(Filter { status: Some(status), ..Filter::default() });
    prop_oneof![
        3 => one(Filter::default()),
        6 => prop::collection::vec(text(), 1..3).prop_map(|words| Filter { words, ..Filter::default() }),
        6 => prop::collection::vec(clause, 1..3).prop_map(|clauses| Filter { clauses, ..Filter::default() }),
        1 => status(Status::Request(RequestStatus::New)),
        1 => status(Status::User(UserStatus::Active)),
        1 => status(Status::Throttled(at(3))),
        1 => one(Filter { since: Some(at(2)), until: Some(at(6)), ..Filter::default() }),
        2 => (1..=8u64).prop_map(|id| Filter { company: Some(CompanyId(id)), ..Filter::default() }),
        1 => one(Filter { name: Some("anna arndt".to_owned()), ..Filter::default() }),
        1 => one(Filter { emails: vec!["anna@x.example".to_owned()], ..Filter::default() }),
        1 => one(Filter { domain: Some("y.example".to_owned()), ..Filter::default() }),
    ]
}

/// A record whose fields follow from a number, often like another's.
fn record(kind: Kind, id: u64, variant: u64) -> Record {
    let names =
        ["Zoë Zander", "anna Arndt", "Émile Ozu", "Anna\u{0} Arndt\nx", "Anna Arndtsdottir"];
    let mails =
        ["", "anna@x.example", "ZOE@y.example", "annabel.lee@x.example", "zoe@sub.y.example"];
    let firms = ["Acme", "Acme Süd", "", "Bolt", "Annas Backstube"];
    let pick = |salt: u64| (variant / salt % 5) as usize;
    let millis = (variant / 3 % 9).cast_signed();
    match kind {
        Kind::Company => {
            let mut it = company(id, firms[pick(1)]);
            it.on_hold = pick(5) == 1;
            it.home_site = SiteId(variant % 3);
            it.into()
        }
        Kind::Contact => {
            contact(id, names[pick(1)], mails[pick(5)], (pick(25) > 0).then_some(variant % 9 + 1))
                .into()
        }
        Kind::Request => {
            let mut it = request(id, names[pick(1)], mails[pick(5)], millis);
            it.company_name = firms[pick(7)].into();
            it.status = RequestStatus::ALL[pick(25) % 4];
            it.into()
        }
        Kind::User => {
            let mut it =
                user(id, ["anna", "zoe", "émile", "anna.arndt", "b"][pick(25)], mails[pick(5)]);
            it.status = UserStatus::ALL[pick(1) % 3];
            // The kind of an account stays what it is.
            it.kind = if id.is_multiple_of(9) { UserKind::Staff } else { UserKind::Portal };
            it.role = Role::ALL[pick(11)];
            it.portal_role =
                (it.role == Role::PortalUser && pick(7) < 2).then_some(RoleId(variant / 7 % 5 + 1));
            it.last_login_at = variant.is_multiple_of(2).then(|| at(millis));
            it.throttled_until = variant.is_multiple_of(3).then(|| at(millis));
            it.failed_count = if pick(13) == 1 { LOCK_AFTER } else { 0 };
            it.into()
        }
        _ => {
            let companies: Vec<u64> = (1..=8).filter(|id| variant >> id & 1 == 1).collect();
            let mut it = profile(id, variant % 7, &companies);
            it.home_site = SiteId(variant % 3);
            it.into()
        }
    }
}

struct Both {
    plain: Plain,
    directory: Directory,
    /// The contacts as they were written, and how many steps later they are adopted.
    off: Option<(Vec<u8>, usize)>,
}

impl Both {
    fn run(&mut self, op: &Op) {
        if let Some((_, steps)) = &mut self.off {
            *steps = steps.saturating_sub(1);
            if *steps == 0 {
                self.adopt();
            }
        }
        match op {
            Op::Put(kind, id, variant) => self.put(*kind, *id, *variant),
            Op::Delete(kind, id) => self.delete(Key::new(*kind, *id)),
            Op::Ask(query) => self.ask(query),
            Op::Reopen(steps) => self.reopen(*steps),
        }
    }

    fn put(&mut self, kind: Kind, id: u64, variant: u64) {
        // A profile is never there without its user.
        if kind == Kind::Profile && !self.plain.records.contains_key(&Key::new(Kind::User, id)) {
            return;
        }
        let record = record(kind, id, variant);
        if let (Record::Contact(it), true) = (&record, variant.is_multiple_of(4)) {
            // Said again, it is no change.
            self.directory.load(&Record::from(it.clone()));
        }
        self.directory.load(&record);
        self.plain.records.insert(record.key(), record);
    }

    fn delete(&mut self, key: Key) {
        if key.kind == Kind::User {
            self.delete(Key::new(Kind::Profile, key.id));
        }
        self.directory.remove(key);
        self.plain.records.remove(&key);
    }

    fn ask(&mut self, query: &Query) {
        if self.directory.is_put_off(query.list) {
            self.adopt();
        }
        let (_, sight) = self.directory.sight(query.list).unwrap();
        sight.prepare(query).unwrap();
        let (_, page) = self.directory.page(query).unwrap().unwrap();
        assert_eq!(page, self.plain.page(query), "{query:?}");
        assert_eq!(sight.numbers(query).unwrap(), self.plain.numbers(query).0, "{query:?}");
    }

    fn reopen(&mut self, steps: usize) {
        if self.off.is_some() {
            self.adopt();
        }
        let picture = self.directory.picture();
        let mut table = Vec::new();
        picture.write_table(&mut table).unwrap();
        let mut fresh = Directory::with_table(&mut table.as_slice()).unwrap();
        for (list, sight) in picture.lists() {
            let mut bytes = Vec::new();
            sight.write(&mut bytes).unwrap();
            if list == List::Contacts && steps > 0 {
                fresh.put_contacts_off();
                self.off = Some((bytes, steps));
            } else {
                let roster = fresh.read(&mut bytes.as_slice()).unwrap();
                fresh.adopt(list, roster);
            }
        }
        self.directory = fresh;
    }

    fn adopt(&mut self) {
        if let Some((bytes, _)) = self.off.take() {
            let roster = self.directory.read(&mut bytes.as_slice()).unwrap();
            self.directory.adopt(List::Contacts, roster);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 48,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_directory_finds_what_plain_lines_find(ops in prop::collection::vec(op(), 1..900)) {
        let mut both = Both { plain: Plain::default(), directory: Directory::default(), off: None };
        for op in &ops {
            both.run(op);
        }
    }

    #[test]
    fn a_damaged_list_is_refused_or_leads_nowhere(
        ops in prop::collection::vec(op(), 1..300),
        at in any::<prop::sample::Index>(),
        bit in 0..8u32,
        cut in any::<bool>(),
    ) {
        let mut both = Both { plain: Plain::default(), directory: Directory::default(), off: None };
        ops.iter().for_each(|op| both.run(op));
        both.reopen(0);
        for (list, sight) in both.directory.picture().lists() {
            let mut bytes = Vec::new();
            sight.write(&mut bytes).unwrap();
            let at = at.index(bytes.len());
            if cut {
                bytes.truncate(at);
                prop_assert!(both.directory.read(&mut bytes.as_slice()).is_err());
                continue;
            }
            bytes[at] ^= 1 << bit;
            // A checksum would have told; here it only must not panic.
            let Ok(roster) = both.directory.read(&mut bytes.as_slice()) else { continue };
            both.directory.adopt(list, roster);
            for sort in super::orders::SORTS {
                for text in ["", "a", "acme"] {
                    let filter = Filter::default().with_text(text);
                    let query = Query { sort, filter, ..listing(list) };
                    both.directory.page(&query).unwrap();
                }
            }
        }
    }
}

#[test]
fn names_that_are_alike_for_long_are_in_order() {
    let mut plain = Plain::default();
    let mut directory = Directory::default();
    for id in 1..=150 {
        let name = format!("{}{}", "ab".repeat(300 + id as usize % 2), id * 7919 % 150);
        let record: Record = contact(id, &name, "", None).into();
        directory.load(&record);
        plain.records.insert(record.key(), record);
    }
    for page in 1..=2 {
        let query = Query { sort: Sort::Name, page, ..listing(List::Contacts) };
        let (_, found) = directory.page(&query).unwrap().unwrap();
        assert_eq!(found, plain.page(&query));
    }
}

#[test]
fn a_search_that_nobody_waits_for_ends() {
    let mut directory = Directory::default();
    directory.load(&contact(1, "Anna Arndt", "", None).into());
    let query = Query { filter: Filter::default().with_text("ann"), ..listing(List::Contacts) };
    query.stop.set();
    assert_eq!(directory.page(&query), Err(StoreError::Stopped));
    let (_, page) = directory.page(&Query { stop: Stop::default(), ..query }).unwrap().unwrap();
    assert_eq!(page.numbers, [1], "and leaves nothing behind");
}
