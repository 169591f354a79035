//! What only the inside of the store can show: commits on their way, tampering behind its
//! back, pages too big for sled's log.

mod reopening;

use std::fs;
use std::path::Path;

use super::engine::Engine;
use super::seal::SealFile;
use super::*;
use crate::store::contract::sample::*;
use crate::store::record::Record;
use crate::store::{AuditDraft, RepositoryExt};

const ANNA: Key = Key::new(Kind::Contact, 1);

fn open(dir: &Path) -> Result<SledRepository, StoreError> {
    SledRepository::open(dir, Options::at(Timestamp::from_millis(0)))
}

/// A store with three entries: a company and a contact, a user with profile, a new name.
fn filled(dir: &Path) -> SledRepository {
    let repo = open(dir).unwrap();
    create(&repo, [company(1, "Acme").into(), contact(1, "Anna Arndt", "", Some(1)).into()]);
    create(&repo, [user(1, "anna", "a@x.example").into(), profile(1, 1, &[1]).into()]);
    change(&repo, contact(1, "Anna Berger", "", Some(1)));
    repo
}

#[test]
fn readers_see_nothing_of_a_commit_on_its_way() {
    let dir = tempfile::tempdir().unwrap();
    let repo = filled(dir.path());
    let before = repo.get(ANNA).unwrap();
    let renamed = contact(1, "Somebody Else", "", None);
    let changes = changing(renamed.clone(), stamp(&repo, ANNA))
        .create(sign_in(1, 1, 5, crate::domain::login::LoginOutcome::Ok))
        .also(telling(&[Key::new(Kind::User, 1)]));
    let staged = stage::stage(&repo.shared.engine, &repo.shared.read(), &changes).unwrap();
    let ask = || {
        let logins = repo.query(&listing(List::Logins(crate::domain::id::UserId(1)))).unwrap();
        let contacts = repo.query(&listing(List::Contacts)).unwrap();
        let trail = repo.query(&listing(List::Audit)).unwrap();
        (repo.get(ANNA).unwrap(), repo.history(ANNA, 9).unwrap(), logins, contacts, trail)
    };
    let asked = ask();
    let mut writer = repo.shared.write().unwrap();
    repo.shared.persist(&mut writer, &staged).unwrap();
    assert_eq!(ask(), asked, "it is on the disk and not yet acknowledged");
    assert_eq!(asked.0, before);
    repo.shared.publish(&mut writer, &changes, &staged);
    let (now, history, logins, contacts, trail) = ask();
    assert_eq!(now.unwrap().record, Record::from(renamed));
    assert_eq!((history.len(), logins.total, contacts.total, trail.total), (3, 1, 1, 5));
}

#[test]
fn a_store_that_was_never_used_opens_again() {
    let dir = tempfile::tempdir().unwrap();
    for _ in 0..3 {
        open(dir.path()).unwrap();
    }
    assert_eq!(open(dir.path()).unwrap().reserve(Kind::User, 1).unwrap(), 1);
}

/// What is done behind the store's back: a row, and what it is made.
type Tampering = (&'static str, Vec<u8>, Option<Vec<u8>>);

fn tamperings(repo: &SledRepository) -> Vec<Tampering> {
    let (row, slot) = block::place(ANNA).unwrap();
    let block = repo.shared.engine.get(&row).unwrap().unwrap();
    let edited =
        |record| block::edit(&row, Some(&block), &[(slot, record)].into_iter().collect()).unwrap();
    let mut stored = repo.get(ANNA).unwrap().unwrap();
    stored.stamp.version += 1;
    let raised = codec::plain(&(stored.stamp, &stored.record)).unwrap();
    let mut entry = view::entry(&repo.shared.engine, 2).unwrap();
    entry.actor.name = "nobody".into();
    let altered = codec::encode(&keys::entry(2), &entry).unwrap();
    vec![
        ("a record is gone", row.clone(), edited(None)),
        ("a record is another version", row.clone(), edited(Some(raised))),
        ("a block is gone", row.clone(), None),
        ("a block is noise", row.clone(), Some(vec![7; 40])),
        ("an entry is gone", keys::entry(2), None),
        ("an entry is altered", keys::entry(2), Some(altered)),
        ("the last entry is gone", keys::entry(3), None),
        ("the totals are gone", keys::TOTALS.to_vec(), None),
    ]
}

#[test]
fn tampering_is_found_at_open_or_by_a_walk() {
    let count = tamperings(&filled(tempfile::tempdir().unwrap().path())).len();
    for at in 0..count {
        let dir = tempfile::tempdir().unwrap();
        let repo = filled(dir.path());
        repo.verify().unwrap();
        let (what, row, value) = tamperings(&repo).swap_remove(at);
        repo.shared.engine.apply([(row.as_slice(), value.as_deref())].into_iter()).unwrap();
        drop(repo);
        let behind = Options { small: 0, ..Options::at(Timestamp::from_millis(0)) };
        let behind = SledRepository::open(dir.path(), behind).and_then(|repo| repo.settle());
        let found = open(dir.path()).and_then(|repo| repo.verify());
        assert!(matches!(found, Err(StoreError::Damaged { .. })), "{what}: {found:?}");
        if !what.starts_with("an entry") {
            assert_eq!(behind, found.map(drop), "{what}: by the check behind");
        }
    }
}

#[test]
fn a_page_too_big_for_the_log_is_kept_and_missed() {
    let dir = tempfile::tempdir().unwrap();
    let repo = filled(dir.path());
    let long = "word ".repeat(100_000);
    let draft = AuditDraft::new(at(9), &actor(1), crate::domain::audit::Action::ContactEdit);
    let mut wordy = contact(1, "Anna Berger", "", None);
    wordy.phone = Some(long.as_str().into());
    let changes = Changes::new(draft.on(ANNA, "Anna")).update(wordy.clone(), stamp(&repo, ANNA));
    repo.commit(changes).unwrap();
    drop(repo);
    let blobs = || fs::read_dir(dir.path().join("sled/blobs")).unwrap();
    assert!(blobs().count() > 0, "sled keeps it in a file of its own");
    let repo = open(dir.path()).unwrap();
    let read = repo.fetch::<crate::domain::contact::Contact>(1).unwrap().unwrap();
    assert_eq!(read.value, wordy);
    repo.verify().unwrap();
    drop(repo);
    for blob in blobs() {
        fs::remove_file(blob.unwrap().path()).unwrap();
    }
    let refused = open(dir.path()).unwrap_err();
    assert!(matches!(refused, StoreError::Damaged { .. }), "{refused}");
}

/// Makes of a store what the first program left: a row for every record and unique key.
fn age(dir: &Path) {
    let engine = Engine::open(&dir.join("sled"), 1 << 20).unwrap();
    let mut totals: totals::Totals =
        codec::decode(&keys::TOTALS, &engine.get(&keys::TOTALS).unwrap().unwrap()).unwrap();
    let mut writes: Vec<(Vec<u8>, Option<Vec<u8>>)> = Vec::new();
    for kind in Kind::ALL.into_iter().filter(|kind| keys::is_blocked(*kind)) {
        engine
            .scan(&keys::blocks_of(kind), |row, bytes| {
                for Stored { record, stamp } in block::all(row, &bytes).unwrap() {
                    let key = keys::record(record.key());
                    writes
                        .push((key.clone(), Some(codec::encode(&key, &(stamp, &record)).unwrap())));
                    for unique in record.unique_keys() {
                        let mut key = keys::uniques();
                        key.extend(format!("{unique:?}").bytes());
                        writes
                            .push((key.clone(), Some(codec::encode(&key, &record.key()).unwrap())));
                    }
                }
                totals.count(row, Some(&bytes), None);
                writes.push((row.to_vec(), None));
                Ok(std::ops::ControlFlow::Continue(()))
            })
            .unwrap();
    }
    for (row, after) in &writes {
        totals.count(row, None, after.as_deref());
    }
    totals.generation += 1;
    writes.push((keys::TOTALS.to_vec(), Some(codec::encode(&keys::TOTALS, &totals).unwrap())));
    engine.apply(writes.iter().map(|(row, bytes)| (row.as_slice(), bytes.as_deref()))).unwrap();
    SealFile::open(dir).unwrap().0.note(&totals).unwrap();
}

#[test]
fn a_store_of_the_first_program_is_brought_up_to_date() {
    let dir = tempfile::tempdir().unwrap();
    let repo = filled(dir.path());
    let people = (20..60).map(|n| contact(n, &format!("Person {n}"), "", Some(1)).into());
    create(&repo, people);
    let all = |repo: &SledRepository| {
        let lists = [List::Contacts, List::Companies, List::Users, List::Audit];
        let anna = UniqueKey::SignInName("anna".to_owned());
        let found = lists.map(|list| repo.query(&listing(list)).unwrap());
        (found, repo.history(ANNA, 9).unwrap(), repo.owners(&[anna]).unwrap())
    };
    let before = all(&repo);
    drop(repo);
    age(dir.path());
    let repo = open(dir.path()).unwrap();
    assert_eq!(all(&repo), before);
    repo.verify().unwrap();
    change(&repo, contact(20, "Somebody Else", "", Some(1)));
    drop(repo);
    let repo = open(dir.path()).unwrap();
    let old = repo.shared.engine.get(&keys::record(ANNA)).unwrap();
    assert_eq!(old, None, "the old rows are gone");
    repo.verify().unwrap();
}
