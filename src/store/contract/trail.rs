//! Clauses about the trail: the chain, histories, listing.

use super::Subject;
use super::sample::*;
use crate::domain::audit::Action;
use crate::domain::id::UserId;
use crate::store::query::{Filter, List, Query, Sort};
use crate::store::record::{Key, Kind, Stamp};
use crate::store::{AuditDraft, Changes, Repository, chain};

const ANNA: Key = Key::new(Kind::Contact, 1);
const BERND: Key = Key::new(Kind::Contact, 2);

/// Entries: 1 creates both, 2 changes Anna, 3 and 4 tell of one deed on Bernd and on both.
fn four_entries(repo: &dyn Repository) {
    let bernd = contact(2, "Bernd Bauer", "", None);
    create(repo, [contact(1, "Anna Arndt", "", None).into(), bernd.clone().into()]);
    change(repo, contact(1, "Anna Berger", "", None));
    let read = stamp(repo, BERND);
    let changes = changing(bernd, read).also(telling(&[BERND, ANNA]));
    assert_eq!(repo.commit(changes).unwrap().audit_seq, 4);
}

fn history(repo: &dyn Repository, key: Key, limit: usize) -> Vec<u64> {
    repo.history(key, limit).unwrap().iter().map(|entry| entry.seq).collect()
}

pub fn the_chain_holds(subject: &mut impl Subject) {
    four_entries(subject.repo());
    subject.reopen();
    create(subject.repo(), [contact(3, "Carla Conti", "", None).into()]);
    let trail = whole_trail(subject.repo());
    assert_eq!(trail.len(), 5);
    let mut last = (0, [0; 32]);
    for entry in &trail {
        chain::check(entry, last).unwrap();
        last = (entry.seq, entry.hash);
    }
}

pub fn history_goes_back_through_one_record(subject: &mut impl Subject) {
    let repo = subject.repo();
    four_entries(repo);
    assert_eq!(history(repo, ANNA, 10), [4, 2, 1]);
    assert_eq!(history(repo, BERND, 10), [4, 3, 1]);
    assert_eq!(history(repo, ANNA, 2), [4, 2]);
    assert_eq!(history(repo, ANNA, 0), NONE);
    assert_eq!(history(repo, Key::new(Kind::User, 1), 10), NONE);
    let links: Vec<u64> = repo
        .history(ANNA, 10)
        .unwrap()
        .iter()
        .flat_map(|entry| &entry.targets)
        .filter(|target| target.key == ANNA)
        .map(|target| target.prev_seq)
        .collect();
    assert_eq!(links, [2, 1, 0]);
}

pub fn history_outlives_its_record(subject: &mut impl Subject) {
    four_entries(subject.repo());
    let read = stamp(subject.repo(), ANNA);
    subject.repo().commit(deleting(ANNA, read)).unwrap();
    assert_eq!(history(subject.repo(), ANNA, 10), [5, 4, 2, 1]);
    subject.reopen();
    assert_eq!(history(subject.repo(), ANNA, 10), [5, 4, 2, 1]);
}

pub fn stamps_point_at_the_entry_that_changed_them(subject: &mut impl Subject) {
    let repo = subject.repo();
    four_entries(repo);
    assert_eq!(stamp(repo, ANNA), Stamp { version: 2, audit_seq: 2 }, "only named by the fourth");
    assert_eq!(stamp(repo, BERND), Stamp { version: 2, audit_seq: 4 });
    create(repo, [user(1, "anna", "").into(), profile(1, 1, &[]).into()]);
    let profile_key = Key::new(Kind::Profile, 1);
    assert_eq!(stamp(repo, profile_key), Stamp { version: 1, audit_seq: 0 }, "told with the user");
}

pub fn the_trail_is_listed_in_its_own_order(subject: &mut impl Subject) {
    let repo = subject.repo();
    four_entries(repo);
    let newest = Query { reverse: true, ..listing(List::Audit) };
    assert_eq!(found(repo, &newest), [4, 3, 2, 1]);
    assert_eq!(found(repo, &Query { sort: Sort::Name, ..newest.clone() }), [4, 3, 2, 1]);
    let page = Query { page: 2, per_page: 3, ..newest };
    let answer = repo.query(&page).unwrap();
    assert_eq!(numbers(&answer), [1]);
    assert_eq!((answer.total, answer.all, answer.page, answer.pages), (4, 4, 2, 2));
    assert_eq!(found(repo, &Query { per_page: 3, ..listing(List::Audit) }), [1, 2, 3]);
}

pub fn the_trail_is_filtered(subject: &mut impl Subject) {
    let repo = subject.repo();
    for (number, millis) in [(1, 10), (2, 20), (1, 30), (2, 40)] {
        let draft = AuditDraft::new(at(millis), &actor(number), Action::ContactCreate);
        let id = u64::try_from(millis).unwrap();
        let draft = draft.on(Key::new(Kind::Contact, id), format!("Zoë {id}"));
        repo.commit(Changes::new(draft).create(contact(id, "Zoë Zander", "", None))).unwrap();
    }
    let with = |filter| Query { filter, reverse: true, ..listing(List::Audit) };
    let by_second = Filter { actor: Some(UserId(2)), ..Filter::default() };
    assert_eq!(found(repo, &with(by_second.clone())), [4, 2]);
    let between = Filter { since: Some(at(20)), until: Some(at(40)), ..Filter::default() };
    assert_eq!(found(repo, &with(between.clone())), [3, 2]);
    assert_eq!(found(repo, &with(Filter { actor: Some(UserId(2)), ..between })), [2]);
    assert_eq!(found(repo, &with(Filter::default().with_text("zoe 30"))), [3]);
    assert_eq!(found(repo, &with(Filter::default().with_text("created AGENT1"))), [3, 1]);
    let one = Query { per_page: 1, page: 9, ..with(by_second) };
    let answer = repo.query(&one).unwrap();
    assert_eq!(numbers(&answer), [2]);
    assert_eq!((answer.total, answer.all, answer.page, answer.pages), (2, 4, 2, 2));
}
