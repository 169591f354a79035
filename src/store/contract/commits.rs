//! Clauses about commits: versions, guards, unique keys, all or nothing.

use std::collections::BTreeSet;

use super::Subject;
use super::sample::*;
use crate::store::error::{CommitError, Moved};
use crate::store::record::{Key, Kind, Record, Stamp, UniqueKey};
use crate::store::{Changes, Repository, RepositoryExt};

const ANNA: Key = Key::new(Kind::Contact, 1);
const BERND: Key = Key::new(Kind::Contact, 2);

fn anna() -> Record {
    contact(1, "Anna Arndt", "anna@example.com", None).into()
}

fn bernd() -> Record {
    contact(2, "Bernd Bauer", "bernd@example.com", None).into()
}

fn sign_in_name(name: &str) -> UniqueKey {
    UniqueKey::SignInName(name.to_owned())
}

pub fn a_new_record_has_version_one(subject: &mut impl Subject) {
    let repo = subject.repo();
    assert_eq!(repo.get(ANNA).unwrap(), None);
    let committed = create(repo, [anna(), bernd()]);
    let stored = repo.get(ANNA).unwrap().unwrap();
    assert_eq!(stored.record, anna());
    assert_eq!(stored.stamp, Stamp { version: 1, audit_seq: 1 });
    assert_eq!(committed.audit_seq, 1);
    assert_eq!(committed.stamps, [stored.stamp, stored.stamp]);
}

pub fn an_update_counts_up_and_a_stale_one_is_refused(subject: &mut impl Subject) {
    let repo = subject.repo();
    create(repo, [anna()]);
    let read = stamp(repo, ANNA);
    let renamed = contact(1, "Anna Berger", "", None);
    let committed = repo.commit(changing(renamed.clone(), read)).unwrap();
    assert_eq!(committed.stamps, [Stamp { version: 2, audit_seq: 2 }]);
    let refused = repo.commit(changing(contact(1, "Late Comer", "", None), read)).unwrap_err();
    let moved = Moved { key: ANNA, expected: 1, found: 2 };
    assert_eq!(refused, CommitError::Conflict(vec![moved]));
    assert_eq!(repo.get(ANNA).unwrap().unwrap().record, renamed.into());
    assert_eq!(whole_trail(repo).len(), 2, "a refusal leaves no entry");
}

pub fn creating_what_is_there_is_refused(subject: &mut impl Subject) {
    let repo = subject.repo();
    create(repo, [anna()]);
    let refused = repo.commit(creating([anna()])).unwrap_err();
    let moved = Moved { key: ANNA, expected: 0, found: 1 };
    assert_eq!(refused, CommitError::Conflict(vec![moved]));
}

pub fn deleting_is_guarded_and_final(subject: &mut impl Subject) {
    let repo = subject.repo();
    create(repo, [anna()]);
    let first = stamp(repo, ANNA);
    change(repo, contact(1, "Anna Berger", "", None));
    let refused = repo.commit(deleting(ANNA, first)).unwrap_err();
    assert_eq!(refused, CommitError::Conflict(vec![Moved { key: ANNA, expected: 1, found: 2 }]));
    let second = stamp(repo, ANNA);
    assert_eq!(repo.commit(deleting(ANNA, second)).unwrap().stamps, []);
    assert_eq!(repo.get(ANNA).unwrap(), None);
    let late = repo.commit(changing(anna(), second)).unwrap_err();
    assert_eq!(late, CommitError::Conflict(vec![Moved { key: ANNA, expected: 2, found: 0 }]));
}

pub fn guards_hold_a_commit_back(subject: &mut impl Subject) {
    let repo = subject.repo();
    create(repo, [anna()]);
    let read = stamp(repo, ANNA);
    let guarded = || creating([bernd()]).guard(ANNA, read);
    change(repo, contact(1, "Anna Berger", "", None));
    let refused = repo.commit(guarded()).unwrap_err();
    assert_eq!(refused, CommitError::Conflict(vec![Moved { key: ANNA, expected: 1, found: 2 }]));
    let refused = repo.commit(creating([bernd()]).guard_absent(ANNA)).unwrap_err();
    assert_eq!(refused, CommitError::Conflict(vec![Moved { key: ANNA, expected: 0, found: 2 }]));
    assert_eq!(repo.get(BERND).unwrap(), None);
    let carla = Key::new(Kind::Contact, 3);
    let now = stamp(repo, ANNA);
    repo.commit(creating([bernd()]).guard(ANNA, now).guard_absent(carla)).unwrap();
    assert_eq!(stamp(repo, ANNA), now, "a guard changes nothing");
}

pub fn a_refusal_names_all_that_moved_and_changes_nothing(subject: &mut impl Subject) {
    let repo = subject.repo();
    create(repo, [anna(), bernd()]);
    let stale = Stamp { version: 9, audit_seq: 0 };
    let carla = contact(3, "Carla Conti", "", None);
    let changes = Changes::new(telling(&[ANNA, BERND, Key::new(Kind::Contact, 3)]))
        .create(carla)
        .update(anna(), stale)
        .delete(BERND, stale)
        .guard(Key::new(Kind::Contact, 4), stale);
    let refused = repo.commit(changes).unwrap_err();
    let moved = |id, found| Moved { key: Key::new(Kind::Contact, id), expected: 9, found };
    assert_eq!(refused, CommitError::Conflict(vec![moved(1, 1), moved(2, 1), moved(4, 0)]));
    assert_eq!(repo.get(Key::new(Kind::Contact, 3)).unwrap(), None);
    assert_eq!(stamp(repo, ANNA).version, 1);
    assert!(repo.get(BERND).unwrap().is_some());
    assert_eq!(whole_trail(repo).len(), 1);
}

pub fn a_taken_key_names_its_owner(subject: &mut impl Subject) {
    let repo = subject.repo();
    create(repo, [company(1, "Acme").into()]);
    let mut twin = company(2, "Other");
    twin.code = "c001".into();
    let refused = repo.commit(creating([twin.into()])).unwrap_err();
    let unique = UniqueKey::CompanyCode("c001".to_owned());
    assert_eq!(refused, CommitError::Taken { unique: unique.clone(), owner: 1 });
    assert_eq!(repo.owner(&unique).unwrap(), Some(1));
    assert_eq!(repo.get(Key::new(Kind::Company, 2)).unwrap(), None);
    assert_eq!(whole_trail(repo).len(), 1);
}

pub fn a_key_that_must_be_free_is_looked_for(subject: &mut impl Subject) {
    let repo = subject.repo();
    create(repo, [company(1, "Acme").into()]);
    let unique = UniqueKey::CompanyCode("c001".to_owned());
    let needing = || creating([company(2, "Other").into()]).guard_free(unique.clone());
    let refused = repo.commit(needing()).unwrap_err();
    assert_eq!(refused, CommitError::Taken { unique: unique.clone(), owner: 1 });
    assert_eq!(repo.get(Key::new(Kind::Company, 2)).unwrap(), None);
    let stamp = stamp(repo, Key::new(Kind::Company, 1));
    repo.commit(deleting(Key::new(Kind::Company, 1), stamp)).unwrap();
    repo.commit(needing()).unwrap();
}

pub fn a_login_is_nobody_elses_email(subject: &mut impl Subject) {
    let repo = subject.repo();
    create(repo, [user(1, "anna", "Anna@Example.com").into()]);
    for intruder in [user(2, "ANNA", ""), user(2, "anna@example.COM", ""), user(2, "b", "ａｎｎａ")]
    {
        let refused = repo.commit(creating([intruder.into()])).unwrap_err();
        assert!(matches!(refused, CommitError::Taken { owner: 1, .. }), "{refused}");
    }
    // A login that is the same user's email is one key, not two.
    create(repo, [user(3, "carla@example.com", "carla@example.com").into()]);
    assert_eq!(repo.owner(&sign_in_name("carla@example.com")).unwrap(), Some(3));
}

pub fn two_records_of_one_deed_may_not_share_a_key(subject: &mut impl Subject) {
    let repo = subject.repo();
    let refused = repo
        .commit(creating([user(1, "anna", "").into(), user(2, "Anna", "").into()]))
        .unwrap_err();
    let unique = sign_in_name("anna");
    assert_eq!(refused, CommitError::Taken { unique: unique.clone(), owner: 1 });
    assert_eq!(repo.owner(&unique).unwrap(), None);
}

pub fn keys_are_freed_by_changes_and_deletes(subject: &mut impl Subject) {
    let repo = subject.repo();
    create(repo, [user(1, "anna", "anna@example.com").into()]);
    change(repo, user(1, "anna", "arndt@example.com"));
    create(repo, [user(2, "bernd", "anna@example.com").into()]);
    let names = ["anna", "anna@example.com", "arndt@example.com", "carla"].map(sign_in_name);
    assert_eq!(repo.owners(&names).unwrap(), [Some(1), Some(2), Some(1), None]);
    let key = Key::new(Kind::User, 1);
    repo.commit(deleting(key, stamp(repo, key))).unwrap();
    assert_eq!(repo.owners(&names).unwrap(), [None, Some(2), None, None]);
    create(repo, [user(3, "anna", "").into()]);
    assert_eq!(repo.owner(&names[0]).unwrap(), Some(3));
}

pub fn two_records_may_swap_their_keys(subject: &mut impl Subject) {
    let repo = subject.repo();
    create(repo, [user(1, "anna", "").into(), user(2, "bernd", "").into()]);
    let keys = [1, 2].map(|id| Key::new(Kind::User, id));
    let swap = Changes::new(telling(&keys))
        .update(user(1, "bernd", ""), stamp(repo, keys[0]))
        .update(user(2, "anna", ""), stamp(repo, keys[1]));
    repo.commit(swap).unwrap();
    let names = ["anna", "bernd"].map(sign_in_name);
    assert_eq!(repo.owners(&names).unwrap(), [Some(2), Some(1)]);
}

pub fn many_are_answered_in_their_order(subject: &mut impl Subject) {
    let repo = subject.repo();
    create(repo, [anna(), bernd()]);
    let many = repo.get_many(&[BERND, Key::new(Kind::Contact, 3), ANNA, BERND]).unwrap();
    let records: Vec<Option<Record>> = many.into_iter().map(|it| it.map(|it| it.record)).collect();
    assert_eq!(records, [Some(bernd()), None, Some(anna()), Some(bernd())]);
    assert_eq!(repo.get_many(&[]).unwrap(), []);
}

/// Every thread counts the same record up, reading anew when another was faster.
pub fn commits_from_several_threads_all_count(subject: &mut impl Subject) {
    const THREADS: u64 = 4;
    const EACH: u64 = 10;
    let repo: &dyn Repository = subject.repo();
    create(repo, [anna()]);
    let count_up = || {
        for _ in 0..EACH {
            while let Err(refused) = repo.commit(changing(anna(), stamp(repo, ANNA))) {
                assert!(matches!(refused, CommitError::Conflict(_)), "{refused}");
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(count_up);
        }
    });
    let counted = stamp(repo, ANNA).version;
    assert_eq!(counted, 1 + THREADS * EACH);
    let seqs: BTreeSet<u64> = whole_trail(repo).iter().map(|entry| entry.seq).collect();
    assert_eq!(seqs.len() as u64, counted);
}

/// Two records that are always changed together are always seen together.
pub fn readers_never_see_half_a_deed(subject: &mut impl Subject) {
    let repo: &dyn Repository = subject.repo();
    create(repo, [anna(), bernd()]);
    let write = || {
        for _ in 0..40 {
            let (first, second) = (stamp(repo, ANNA), stamp(repo, BERND));
            let both = Changes::new(telling(&[ANNA, BERND]));
            repo.commit(both.update(anna(), first).update(bernd(), second)).unwrap();
        }
    };
    std::thread::scope(|scope| {
        let writer = scope.spawn(write);
        let mut last = 0;
        while !writer.is_finished() {
            let both = repo.get_many(&[ANNA, BERND]).unwrap();
            let seen: Vec<Stamp> = both.into_iter().flatten().map(|it| it.stamp).collect();
            assert_eq!(seen[0], seen[1]);
            assert!(seen[0].version >= last, "what was seen once stays");
            last = seen[0].version;
        }
    });
    assert_eq!(stamp(repo, ANNA).version, 41);
}

pub fn what_was_acknowledged_is_there_after_reopening(subject: &mut impl Subject) {
    create(subject.repo(), [anna(), bernd()]);
    create(subject.repo(), [user(1, "anna", "anna@example.com").into()]);
    change(subject.repo(), contact(1, "Anna Berger", "", None));
    let gone = stamp(subject.repo(), BERND);
    subject.repo().commit(deleting(BERND, gone)).unwrap();
    let keys = [ANNA, BERND, Key::new(Kind::User, 1)];
    let before = (subject.repo().get_many(&keys).unwrap(), whole_trail(subject.repo()));
    subject.reopen();
    let after = (subject.repo().get_many(&keys).unwrap(), whole_trail(subject.repo()));
    assert_eq!(before, after);
    assert_eq!(subject.repo().owner(&sign_in_name("anna@example.com")).unwrap(), Some(1));
    create(subject.repo(), [contact(3, "Carla Conti", "", None).into()]);
}
