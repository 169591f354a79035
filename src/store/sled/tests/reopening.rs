//! Ends of every kind, and what is found afterwards: lists and unique keys have to be those of
//! the records, whatever has become of the snapshot that they are loaded from.

use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::*;
use crate::store::contract::Subject;
use crate::store::contract::machine::{Op, op, run};

/// As a big store is opened, and saved at every end.
fn as_big(dir: &Path) -> SledRepository {
    let usual = Options::at(Timestamp::from_millis(0));
    let options = Options { cache_bytes: 1 << 20, small: 0, save_after: 0, ..usual };
    SledRepository::open(dir, options).unwrap()
}

/// A store that comes to all kinds of ends.
struct Battered {
    open: Option<SledRepository>,
    dir: tempfile::TempDir,
}

impl Battered {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self { open: Some(as_big(dir.path())), dir }
    }

    fn lists(&self) -> PathBuf {
        self.dir.path().join("lists")
    }

    /// The process is gone in this moment: what is on the disk is all there is.
    fn kill(&mut self) {
        let dir = tempfile::tempdir().unwrap();
        copy(self.dir.path(), dir.path());
        self.open = None;
        self.dir = dir;
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else if fs::copy(entry.path(), target).is_err() {
            // The keeper has just renamed it.
            assert!(entry.file_name().to_string_lossy().starts_with("lists"), "{entry:?}");
        }
    }
}

impl Subject for Battered {
    fn repo(&self) -> &dyn Repository {
        self.open.as_ref().unwrap()
    }

    fn end_somehow(&mut self, how: u64) {
        let old = fs::read(self.lists());
        let (how, at) = (how % 8, how / 8);
        if how == 0 {
            self.kill();
        }
        self.open = None;
        if let Ok(mut bytes) = fs::read(self.lists()) {
            let length = bytes.len();
            match how {
                1 => bytes = old.unwrap_or(bytes),
                2 => bytes.truncate(at as usize % length),
                3 => bytes[at as usize % length] ^= 1 << (at / 7 % 8),
                // Where the index and the beginnings of the parts lie.
                4 => bytes[at as usize % length.min(1500)] ^= 1 << (at / 7 % 8),
                5 => bytes.extend([7; 9]),
                _ => {}
            }
            fs::write(self.lists(), bytes).unwrap();
            if how == 6 {
                fs::remove_file(self.lists()).unwrap();
            }
        }
        self.open = Some(as_big(self.dir.path()));
    }

    fn verify(&self) {
        self.open.as_ref().unwrap().verify().unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 12,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn lists_are_those_of_the_records_after_any_end(ops in prop::collection::vec(op(), 1..60)) {
        // More ends than the store has in the usual run.
        let often = ops.into_iter().enumerate().flat_map(|(at, op)| {
            let end = Op::Reopen((at as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20);
            std::iter::once(op).chain((at % 6 == 5).then_some(end))
        });
        let ops: Vec<Op> = often.collect();
        run(&ops, &mut Battered::new());
    }
}

/// A hundred people, some changed and gone after the lists were saved.
fn people(dir: &Path) -> SledRepository {
    let repo = as_big(dir);
    create(&repo, [company(1, "Acme").into()]);
    create(&repo, (1..=100).map(|n| contact(n, &format!("Person {n}"), "", Some(1)).into()));
    drop(repo);
    let repo = as_big(dir);
    change(&repo, contact(7, "Somebody Else", "", None));
    change(&repo, company(1, "Zander"));
    repo.commit(deleting(Key::new(Kind::Contact, 9), stamp(&repo, Key::new(Kind::Contact, 9))))
        .unwrap();
    repo
}

fn by_word(repo: &SledRepository, word: &str) -> u64 {
    let filter = crate::store::query::Filter::default().with_text(word);
    repo.query(&Query { filter, ..listing(List::Contacts) }).unwrap().total
}

#[test]
fn what_has_changed_since_the_snapshot_is_told_by_the_trail() {
    let dir = tempfile::tempdir().unwrap();
    let repo = people(dir.path());
    let before = fs::read(dir.path().join("lists")).unwrap();
    drop(repo);
    assert_ne!(fs::read(dir.path().join("lists")).unwrap(), before, "it is saved at the end");
    fs::write(dir.path().join("lists"), before).unwrap();
    let repo = as_big(dir.path());
    assert!(repo.shared.read().reading.is_none(), "nothing has to be read");
    assert!(repo.shared.read().directory.is_put_off(List::Contacts));
    assert_eq!((by_word(&repo, "somebody"), by_word(&repo, "zander")), (1, 98));
    assert!(!repo.shared.read().directory.is_put_off(List::Contacts), "they are here by now");
    repo.verify().unwrap();
}

#[test]
fn contacts_that_were_put_off_and_are_spoilt_are_read_from_their_records() {
    let dir = tempfile::tempdir().unwrap();
    drop(people(dir.path()));
    let mut bytes = fs::read(dir.path().join("lists")).unwrap();
    // Contacts are the last part.
    let last = bytes.len() - 100;
    bytes[last] ^= 1;
    fs::write(dir.path().join("lists"), bytes).unwrap();
    let repo = as_big(dir.path());
    assert!(repo.shared.read().directory.is_put_off(List::Contacts));
    assert_eq!((by_word(&repo, "somebody"), by_word(&repo, "zander")), (1, 98));
    repo.verify().unwrap();
}

#[test]
fn a_snapshot_of_another_past_is_left_alone() {
    let dirs = [0, 1].map(|_| tempfile::tempdir().unwrap());
    drop(people(dirs[0].path()));
    let other = as_big(dirs[1].path());
    for n in 1..=9 {
        create(&other, [contact(n, "Nobody Known", "", None).into()]);
    }
    drop(other);
    fs::copy(dirs[0].path().join("lists"), dirs[1].path().join("lists")).unwrap();
    let repo = as_big(dirs[1].path());
    assert_eq!((by_word(&repo, "nobody"), by_word(&repo, "person")), (9, 0));
    repo.verify().unwrap();
}

#[test]
fn half_a_list_is_never_saved_as_the_whole() {
    let dir = tempfile::tempdir().unwrap();
    let repo = people(dir.path());
    let lists = dir.path().join("lists");
    repo.settle().unwrap();
    let before = fs::read(&lists).unwrap();
    repo.shared.change().reading = Some(reading::Reading::of_contacts());
    repo.shared.save().unwrap();
    assert_eq!(fs::read(&lists).unwrap(), before);
    reading::read(&repo.shared).unwrap();
    repo.shared.save().unwrap();
    assert_ne!(fs::read(&lists).unwrap(), before);
}

#[test]
fn who_waits_for_a_list_that_can_not_be_read_hears_of_it() {
    let dir = tempfile::tempdir().unwrap();
    drop(people(dir.path()));
    let mut bytes = fs::read(dir.path().join("lists")).unwrap();
    let last = bytes.len() - 100;
    bytes[last] ^= 1;
    fs::write(dir.path().join("lists"), bytes).unwrap();
    let repo = as_big(dir.path());
    let (row, _) = block::place(Key::new(Kind::Contact, 40)).unwrap();
    repo.shared.engine.apply([(row.as_slice(), Some([7; 30].as_slice()))].into_iter()).unwrap();
    for _ in 0..2 {
        let refused = repo.numbers(&listing(List::Contacts)).unwrap_err();
        assert!(matches!(refused, StoreError::Damaged { .. }), "{refused}");
    }
}

#[test]
fn what_had_to_be_read_is_saved_even_by_who_goes_at_once() {
    let dir = tempfile::tempdir().unwrap();
    drop(people(dir.path()));
    fs::remove_file(dir.path().join("lists")).unwrap();
    let repo = as_big(dir.path());
    repo.wait_for_lists().unwrap();
    drop(repo);
    assert!(as_big(dir.path()).shared.read().reading.is_none(), "nothing has to be read");
}
