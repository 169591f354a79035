//! The public calls of the desk, read off the sources of the room.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The names of all public calls in the room.
pub(super) fn calls_of_the_room() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/service");
    let mut written = BTreeSet::new();
    for file in sources(&root) {
        let text = std::fs::read_to_string(&file).unwrap();
        written.extend(desk_calls(&text).map(str::to_owned));
    }
    written
}

/// The files of the room without its tests.
fn sources(room: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(room).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "tests") {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|it| it == "rs") {
            files.push(path);
        }
    }
    files
}

/// The names of the public calls in the `impl Desk` blocks of a formatted source.
fn desk_calls(source: &str) -> impl Iterator<Item = &str> {
    let mut inside = false;
    source.lines().filter_map(move |line| {
        inside = line == "impl Desk {" || (inside && line != "}");
        let name = line.strip_prefix("    pub fn ").filter(|_| inside)?;
        name.split(['(', '<']).next()
    })
}
