//! Clauses about numbers: none is given twice.

use std::collections::BTreeSet;

use super::Subject;
use super::sample::*;
use crate::store::record::{Key, Kind};

pub fn numbers_are_given_once(subject: &mut impl Subject) {
    let repo = subject.repo();
    assert_eq!(repo.reserve(Kind::Contact, 1).unwrap(), 1);
    assert_eq!(repo.reserve(Kind::Contact, 100).unwrap(), 2);
    assert_eq!(repo.reserve(Kind::Contact, 1).unwrap(), 102);
    assert_eq!(repo.reserve(Kind::User, 1).unwrap(), 1, "each kind has its own");
    create(repo, [contact(200, "Zoë Zander", "", None).into()]);
    assert_eq!(repo.reserve(Kind::Contact, 1).unwrap(), 201, "a used number is given");
    let sign_in = sign_in(9, 1, 5, crate::domain::login::LoginOutcome::Ok);
    create(repo, [user(1, "anna", "").into(), sign_in.into()]);
    assert_eq!(repo.reserve(Kind::LoginEvent, 1).unwrap(), 10);
}

pub fn the_number_of_a_deleted_record_stays_used(subject: &mut impl Subject) {
    create(subject.repo(), [contact(7, "Anna Arndt", "", None).into()]);
    let key = Key::new(Kind::Contact, 7);
    let read = stamp(subject.repo(), key);
    subject.repo().commit(deleting(key, read)).unwrap();
    subject.reopen();
    assert_eq!(subject.repo().reserve(Kind::Contact, 1).unwrap(), 8);
}

pub fn numbers_from_several_threads_differ(subject: &mut impl Subject) {
    let repo = subject.repo();
    let take =
        || -> Vec<u64> { (0..50).map(|_| repo.reserve(Kind::Request, 1).unwrap()).collect() };
    let taken: Vec<u64> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(take)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(taken.iter().collect::<BTreeSet<_>>().len(), 200);
}
