//! Damaged, lost and replaced files: noticed, with one sentence that says what to do.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use portaldesk::domain::mail::InvitationTrouble;
use portaldesk::domain::user::MemberConfig;
use portaldesk::store::sled::SledRepository;
use portaldesk::store::{CommitError, Key, Kind, Record, Repository, StoreError, Stored};
use tempfile::TempDir;

use super::deeds::{self, Numbers};

const DEEDS: u64 = 150;

fn filled() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    deeds::some(&deeds::open(dir.path()).unwrap(), DEEDS);
    dir
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// It does not open, and the sentence says what is wrong and what to do.
fn expect_damaged(dir: &Path, wrong: &str) {
    let refused = deeds::open(dir).unwrap_err();
    assert!(matches!(refused, StoreError::Damaged { .. }), "{refused}");
    let sentence = refused.to_string();
    assert!(sentence.contains(wrong), "{wrong:?} in {sentence}");
    assert!(sentence.contains("a copy of the whole directory"), "{sentence}");
    assert!(!sentence.contains('\n'), "{sentence}");
}

#[test]
fn an_emptied_file_is_noticed() {
    let dir = filled();
    File::create(dir.path().join("sled/db")).unwrap();
    expect_damaged(dir.path(), "knows 150 changes, and it shows 0");
}

#[test]
fn a_deleted_file_is_noticed_and_not_made_anew() {
    let dir = filled();
    fs::remove_file(dir.path().join("sled/db")).unwrap();
    expect_damaged(dir.path(), "sled/db is missing");
    assert!(!dir.path().join("sled/db").exists());
    fs::remove_dir_all(dir.path().join("sled")).unwrap();
    expect_damaged(dir.path(), "sled/db is missing");
}

#[test]
fn a_file_cut_short_is_noticed() {
    let dir = filled();
    let path = dir.path().join("sled/db");
    let length = fs::metadata(&path).unwrap().len();
    for keep in [length / 2, length / 4, 4096, 100] {
        let cut = tempfile::tempdir().unwrap();
        copy(dir.path(), cut.path());
        let db = OpenOptions::new().write(true).open(cut.path().join("sled/db")).unwrap();
        db.set_len(keep).unwrap();
        expect_damaged(cut.path(), "the store is damaged");
    }
}

#[test]
fn an_older_copy_is_noticed() {
    let dir = filled();
    let old = tempfile::tempdir().unwrap();
    copy(&dir.path().join("sled"), old.path());
    deeds::some(&deeds::open(dir.path()).unwrap(), 1);
    fs::remove_dir_all(dir.path().join("sled")).unwrap();
    copy(old.path(), &dir.path().join("sled"));
    expect_damaged(dir.path(), "knows 151 changes, and it shows 150");
}

#[test]
fn a_store_with_another_past_is_noticed() {
    let dir = filled();
    let other = tempfile::tempdir().unwrap();
    let repo = deeds::open(other.path()).unwrap();
    for _ in 1..DEEDS {
        deeds::next_by(&repo, "somebody else").unwrap();
    }
    drop(repo);
    fs::copy(other.path().join("seal"), dir.path().join("seal")).unwrap();
    expect_damaged(dir.path(), "entry 149 of its trail is not the sealed one");
}

#[test]
fn a_lost_or_spoilt_seal_is_noticed() {
    let dir = filled();
    fs::remove_file(dir.path().join("seal")).unwrap();
    expect_damaged(dir.path(), "seal is missing");
    fs::write(dir.path().join("seal"), [1; 6000]).unwrap();
    expect_damaged(dir.path(), "seal can't be read");
}

/// A flipped bit is refused, or it lies where nothing is read from: whoever opens the store
/// finds every record as it was written, and a walk finds what opening does not look at. In a
/// store that is checked behind, the check refuses what opening would have.
#[test]
fn a_flipped_bit_is_never_read_as_data() {
    // Enough for sled to have gone on to further segments of its file.
    const MORE: u64 = 1500;
    const FLIPS: u64 = 60;
    let dir = tempfile::tempdir().unwrap();
    deeds::some(&deeds::open(dir.path()).unwrap(), MORE);
    let length = fs::metadata(dir.path().join("sled/db")).unwrap().len();
    let mut numbers = Numbers(7);
    let (mut refused, mut walked) = (0, 0);
    for flips in 0..=FLIPS {
        let [copied, other] = [0, 1].map(|_| tempfile::tempdir().unwrap());
        let (at, bit) = (numbers.below(length), numbers.below(8));
        for copied in [&copied, &other] {
            copy(dir.path(), copied.path());
            if flips > 0 {
                flip(&copied.path().join("sled/db"), at, bit);
            }
        }
        let opened = deeds::open(copied.path());
        let was_refused = opened.is_err();
        match opened {
            Ok(repo) => {
                assert_eq!(deeds::expect_whole(&repo), MORE);
                walked += u64::from(repo.verify().is_err());
                expect_all(&repo, MORE);
            }
            Err(error) => {
                assert!(flips > 0, "the untouched copy: {error}");
                assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
                refused += 1;
            }
        }
        let checked = deeds::open_behind(other.path()).and_then(|repo| {
            let checked = repo.settle();
            if checked.is_err() {
                expect_nothing_more(&repo);
            }
            checked
        });
        assert_eq!(checked.is_err(), was_refused, "the check behind: {checked:?}");
    }
    assert!(refused > 0, "none of the flips was noticed");
    println!("of {FLIPS} flips {refused} were refused at open, {walked} found by a walk");
}

/// Once it is known to be damaged, nothing is written and no list shown.
fn expect_nothing_more(repo: &SledRepository) {
    let refused = repo.commit(deeds::deed(1, "visitor", None)).unwrap_err();
    assert!(matches!(refused, CommitError::Store(StoreError::Damaged { .. })), "{refused}");
    let refused = repo.query(&deeds::requests()).unwrap_err();
    assert!(matches!(refused, StoreError::Damaged { .. }), "{refused}");
}

fn flip(path: &Path, at: u64, bit: u64) {
    let mut file = OpenOptions::new().read(true).write(true).open(path).unwrap();
    let mut byte = [0];
    file.seek(SeekFrom::Start(at)).unwrap();
    file.read_exact(&mut byte).unwrap();
    byte[0] ^= 1 << bit;
    file.seek(SeekFrom::Start(at)).unwrap();
    file.write_all(&byte).unwrap();
}

fn expect_all(repo: &SledRepository, deeds: u64) {
    let keys: Vec<Key> = (1..=deeds).map(|n| Key::new(Kind::Request, n)).collect();
    let stored = repo.get_many(&keys).unwrap();
    assert!(stored.iter().all(Option::is_some));
}

#[test]
fn leftovers_of_an_interrupted_snapshot_are_removed() {
    let dir = filled();
    let leftover = dir.path().join("sled/snap.00000000000ABCDE.generating");
    fs::write(&leftover, "half a snapshot").unwrap();
    let repo = deeds::open(dir.path()).unwrap();
    assert!(!leftover.exists());
    assert_eq!(deeds::expect_whole(&repo), DEEDS);
}

#[test]
fn an_unusable_directory_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    for path in [file.clone(), file.join("below")] {
        let refused = deeds::open(&path).unwrap_err();
        assert!(matches!(refused, StoreError::Directory { .. }), "{refused}");
        let sentence = refused.to_string();
        assert!(sentence.contains(path.to_str().unwrap()), "{sentence}");
        assert!(sentence.contains("--data-dir"), "{sentence}");
    }
}

#[test]
fn only_the_owner_may_read_it() {
    use std::os::unix::fs::PermissionsExt;
    fn walk(path: &Path) {
        let metadata = fs::metadata(path).unwrap();
        let mode = metadata.permissions().mode() & 0o777;
        let expected = if metadata.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(mode, expected, "{}: {mode:o}", path.display());
        if metadata.is_dir() {
            fs::read_dir(path).unwrap().for_each(|entry| walk(&entry.unwrap().path()));
        }
    }
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("made/here");
    let repo = deeds::open(&dir).unwrap();
    deeds::some(&repo, 1);
    walk(&dir);
}

/// A store that the first release has made: the program of that day, not of this one, wrote
/// its rows and its seal.
#[test]
fn a_store_of_the_first_release_opens_and_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    unpack("first-release", dir.path());
    let dir = dir.path().join("first");
    let requests = |repo: &SledRepository| repo.query(&deeds::requests()).unwrap().total;
    let repo = deeds::open(&dir).unwrap();
    assert_eq!(requests(&repo), 40);
    repo.verify().unwrap();
    let first = Key::new(Kind::Request, 1);
    let stored = repo.get(first).unwrap().unwrap();
    let Record::Request(mut request) = stored.record else { panic!("it is a request") };
    request.phone = "+49 30 7777".into();
    let changes = deeds::changing(request, stored.stamp);
    repo.commit(changes).unwrap();
    drop(repo);
    for open in [deeds::open, deeds::open_behind] {
        let repo = open(&dir).unwrap();
        let Record::Request(request) = repo.get(first).unwrap().unwrap().record else {
            panic!("it is a request")
        };
        assert_eq!((request.phone.raw(), requests(&repo)), ("+49 30 7777", 40));
        repo.verify().unwrap();
    }
}

/// A store that the second release has made, of one company with a contract and 40 users.
#[test]
fn a_store_of_the_second_release_opens_and_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    unpack("second-release", dir.path());
    let dir = dir.path().join("second");
    let key = Key::new(Kind::Profile, 3);
    let profile = |repo: &SledRepository| match repo.get(key).unwrap().unwrap() {
        Stored { record: Record::Profile(profile), stamp } => (profile, stamp),
        other => panic!("it is a profile: {other:?}"),
    };
    let repo = deeds::open(&dir).unwrap();
    repo.verify().unwrap();
    let (mut changed, stamp) = profile(&repo);
    assert_eq!((changed.memberships.len(), changed.organization_configs.len()), (1, 0));
    let user = repo.get(Key::new(Kind::User, 3)).unwrap().unwrap();
    let Record::User(user) = user.record else { panic!("it is a user") };
    assert_eq!((user.licence, user.portal_role, user.second_factor), (None, None, None));
    let company = changed.memberships[0].company;
    changed.organization_configs = vec![MemberConfig { company, code: "STD".into() }];
    repo.commit(deeds::changing(changed.clone(), stamp)).unwrap();
    drop(repo);
    for open in [deeds::open, deeds::open_behind] {
        let repo = open(&dir).unwrap();
        assert_eq!(profile(&repo).0, changed);
        let beside = repo.get(Key::new(Kind::Profile, 4)).unwrap();
        assert!(beside.is_some(), "its block holds rows of both formats");
        repo.verify().unwrap();
    }
}

/// A store that the third release has made, of 40 users, one with an app that is being set up
/// and one with an organization config, two sites and a role of one's own.
#[test]
fn a_store_of_the_third_release_opens_and_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    unpack("third-release", dir.path());
    let dir = dir.path().join("third");
    let key = Key::new(Kind::User, 3);
    let user = |repo: &SledRepository| match repo.get(key).unwrap().unwrap() {
        Stored { record: Record::User(user), stamp } => (user, stamp),
        other => panic!("it is a user: {other:?}"),
    };
    let repo = deeds::open(&dir).unwrap();
    repo.verify().unwrap();
    let (mut changed, stamp) = user(&repo);
    assert_eq!(changed.login_name.raw(), "ann1.berg1");
    assert!(changed.second_factor.is_some(), "that is no field of this release");
    assert_eq!((changed.temporary_until, changed.invitation), (None, None));
    changed.invitation = Some(InvitationTrouble::Held);
    repo.commit(deeds::changing(changed.clone(), stamp)).unwrap();
    drop(repo);
    for open in [deeds::open, deeds::open_behind] {
        let repo = open(&dir).unwrap();
        assert_eq!(user(&repo).0, changed);
        let Record::User(beside) = repo.get(Key::new(Kind::User, 4)).unwrap().unwrap().record
        else {
            panic!("it is a user")
        };
        assert_eq!(beside.invitation, None, "its block holds rows of both formats");
        repo.verify().unwrap();
    }
}

/// Unpacks a store that a program of another day has made.
fn unpack(name: &str, into: &Path) {
    let archive = format!("{}/tests/crash/stores/{name}.tar.gz", env!("CARGO_MANIFEST_DIR"));
    let mut tar = std::process::Command::new("tar");
    let unpacked = tar.arg("xzf").arg(archive).arg("-C").arg(into).status().unwrap();
    assert!(unpacked.success());
}
