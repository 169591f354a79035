//! A full disk: the deed that did not fit is not shown, the store is read-only from then on,
//! and opens again with all that was acknowledged.

use std::path::Path;

use portaldesk::store::{CommitError, Repository, StoreError};
use rustix::process::{Resource, Rlimit, setrlimit};

use super::child::{Part, Running, say};
use super::deeds;

/// The child's part: files may have so many bytes.
pub fn fill(dir: &Path, bytes: u64) {
    // With a handler in place, writing beyond the limit is an error and no death.
    let flag = std::sync::Arc::default();
    signal_hook::flag::register(rustix::process::Signal::XFSZ.as_raw(), flag).unwrap();
    let limit = Rlimit { current: Some(bytes), maximum: Some(bytes) };
    setrlimit(Resource::Fsize, limit).unwrap();
    let repo = deeds::open(dir).unwrap();
    let refused = loop {
        match deeds::next(&repo) {
            Ok(n) => say(&format!("done {n}")),
            Err(refused) => break refused,
        }
    };
    assert!(matches!(refused, CommitError::Store(StoreError::Io { .. })), "{refused}");
    let shown = deeds::totals(&repo);
    // What sled could not bring to the disk it can't always read back; it must not make it up.
    match deeds::count(&repo) {
        Ok(count) => assert_eq!(count, shown),
        Err(refused) => assert!(matches!(refused, StoreError::Io { .. }), "{refused}"),
    }
    say(&format!("shows {shown}"));
    let refused = repo.commit(deeds::deed(shown + 1, "visitor", None)).unwrap_err();
    assert!(matches!(refused, CommitError::Store(StoreError::ReadOnly { .. })), "{refused}");
    say(&refused.to_string());
    drop(repo);
    say("closed");
}

/// Odd sizes, so that the write that fails is cut off anywhere.
#[test]
fn a_full_disk_makes_it_read_only_and_loses_nothing() {
    for size in 0..10 {
        let bytes = 150_000 + size * 170_003;
        fills_up_at(bytes);
    }
}

fn fills_up_at(bytes: u64) {
    let dir = tempfile::tempdir().unwrap();
    let mut child = Running::start(dir.path(), Part::Fill(bytes));
    let mut acknowledged = 0;
    let shown = loop {
        let said = child.says().expect("the child sees it through");
        match said.split_once(' ') {
            Some(("done", n)) => acknowledged = n.parse().unwrap(),
            Some(("shows", n)) => break n.parse::<u64>().unwrap(),
            _ => panic!("{said}"),
        }
    };
    assert!(acknowledged > 10, "{acknowledged} deeds fit into {bytes} bytes");
    assert_eq!(shown, acknowledged, "what did not fit is not shown");
    let advice = child.says().unwrap();
    assert!(advice.contains("a write failed (file too large); make room"), "{advice}");
    assert_eq!(child.says().as_deref(), Some("closed"));
    drop(child);
    let repo = deeds::open(dir.path()).unwrap();
    let found = deeds::expect_whole(&repo);
    assert!((acknowledged..=acknowledged + 1).contains(&found), "{found} of {acknowledged}");
    repo.verify().unwrap();
    assert_eq!(deeds::next(&repo).unwrap(), found + 1);
}
