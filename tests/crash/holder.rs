//! One process holds a store, and the second one is told which.

use portaldesk::store::StoreError;

use super::child::{Part, Running};
use super::deeds;

#[test]
fn the_second_opener_is_told_who_has_it_until_that_one_is_gone() {
    let dir = tempfile::tempdir().unwrap();
    let mut child = Running::start(dir.path(), Part::Hold);
    assert_eq!(child.says().as_deref(), Some("open"));
    let refused = deeds::open(dir.path()).unwrap_err();
    assert!(matches!(refused, StoreError::Held { .. }), "{refused}");
    let process = format!("process {} on ", child.id());
    assert!(refused.to_string().contains(&process), "{refused}");
    child.kill();
    // A dead holder holds nothing up, whatever its file still says.
    deeds::open(dir.path()).unwrap();
}

#[test]
fn a_second_one_in_the_same_process_is_refused_too() {
    let dir = tempfile::tempdir().unwrap();
    let first = deeds::open(dir.path()).unwrap();
    assert!(matches!(deeds::open(dir.path()), Err(StoreError::Held { .. })));
    // Even when its lock file has been removed.
    std::fs::remove_file(dir.path().join("lock")).unwrap();
    assert!(matches!(deeds::open(dir.path()), Err(StoreError::Held { .. })));
    drop(first);
    deeds::open(dir.path()).unwrap();
}
