//! The laws of ARCHITECTURE.md that can be read off the sources.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::Source;

/// Which rooms a room may name (law 1). A room that is not here may not exist.
const ROOMS: [(&str, &[&str]); 13] = [
    ("domain", &[]),
    ("clock", &["domain"]),
    ("config", &["domain"]),
    ("store", &["domain"]),
    ("service", &["store", "domain", "clock"]),
    ("demo", &["service", "domain", "clock"]),
    ("cli", &["service", "domain", "config"]),
    ("tui", &["service", "domain", "config"]),
    ("keyfile", &["service", "domain"]),
    ("mail", &["service", "domain", "config"]),
    (
        "bootstrap",
        &["keyfile", "mail", "cli", "tui", "demo", "service", "store", "clock", "config", "domain"],
    ),
    ("main", &["bootstrap"]),
    ("lib", &[]),
];

/// What some files may name beyond their room's line: the console tells the time to `update`,
/// which has no clock of its own.
const BEYOND: [(&str, &str); 3] =
    [("tui/mod.rs", "clock"), ("tui/session.rs", "clock"), ("tui/runner/", "clock")];

/// Concrete parts: only their own room and `bootstrap` may name them.
pub const CONCRETE: [&str; 6] = [
    "store::sled",
    "store::memory",
    "store::failing",
    "clock::SystemClock",
    "keyfile::KeyFile",
    "mail::SmtpPost",
];

/// Every breach, each as `path:line: what`.
pub fn breaches(sources: &[Source]) -> Vec<String> {
    let mut found: Vec<String> = sources.iter().flat_map(of_one).collect();
    found.extend(cycles(sources));
    found
}

fn of_one(source: &Source) -> Vec<String> {
    let mut found = rooms(source);
    found.extend(concrete(source));
    for (at, line) in source.code.lines().enumerate() {
        let mut text = source.text.lines().skip(at);
        let (raw, next) = (text.next().unwrap_or_default(), text.next().unwrap_or_default());
        let nerve = nerve(line, raw, next);
        let whats =
            [sled(source, line), state(line), places(source, line), voice(source, line), nerve];
        found.extend(
            whats.into_iter().flatten().map(|what| format!("{}:{}: {what}", source.path, at + 1)),
        );
    }
    let lines = source.text.lines().count();
    if source.path == "main.rs" && lines > 50 {
        found.push(format!("main.rs: {lines} lines; 50 at most"));
    }
    found
}

/// Law 1: who may name whom.
fn rooms(source: &Source) -> Vec<String> {
    let Some((_, allowed)) = ROOMS.iter().find(|(room, _)| *room == source.room()) else {
        return vec![format!("{}: the room {} has no line in the law", source.path, source.room())];
    };
    let breach = |(line, path): (usize, String)| {
        let target = path.split("::").next().unwrap_or_default();
        let known = ROOMS.iter().any(|(room, _)| *room == target);
        let beyond = |(file, room): &(&str, &str)| source.path.starts_with(file) && *room == target;
        let fine = !known
            || target == source.room()
            || allowed.contains(&target)
            || BEYOND.iter().any(beyond);
        (!fine).then(|| format!("{}:{line}: {} may not name {path}", source.path, source.room()))
    };
    source.paths().into_iter().filter_map(breach).collect()
}

/// Law 1: concrete parts are picked in one place.
fn concrete(source: &Source) -> Vec<String> {
    let breach = |(line, path): (usize, String)| {
        let part = CONCRETE.iter().find(|part| {
            path.strip_prefix(*part).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
        })?;
        let home = part.split("::").next().unwrap_or_default();
        (![home, "bootstrap"].contains(&source.room()))
            .then(|| format!("{}:{line}: {part} is picked in bootstrap only", source.path))
    };
    source.paths().into_iter().filter_map(breach).collect()
}

/// Law 1: sled and its encoding stay behind the port. A path that goes on before the name
/// leads to a room of ours; one that begins with it, or with `::`, to the crate.
fn sled(source: &Source, line: &str) -> Option<String> {
    let word = |text: &str| text.ends_with(|c: char| c.is_alphanumeric() || c == '_');
    let name = ["sled::", "bincode::"].into_iter().find(|name| {
        line.match_indices(*name).any(|(at, _)| {
            let before = &line[..at];
            !word(before.strip_suffix("::").unwrap_or(before))
        })
    })?;
    (!source.path.starts_with("store/sled/")).then(|| format!("{name} outside store/sled"))
}

/// Law 2: nothing that several consoles in one process would share behind our back.
fn state(line: &str) -> Option<String> {
    if line.contains("static mut ") || line.contains("thread_local!") {
        return Some("a mutable static or thread-local".into());
    }
    let is_static = line.trim_start().trim_start_matches("pub ").starts_with("static ");
    let inner = ["Mutex", "RwLock", "Atomic", "Cell", "OnceLock"];
    (is_static && inner.iter().any(|cell| line.contains(cell)))
        .then(|| String::from("a static with something mutable in it"))
}

/// Law 2: time, randomness and the environment have one place each.
fn places(source: &Source, line: &str) -> Option<String> {
    const ASKED: [(&str, &[&str]); 8] = [
        ("Utc::now", &["clock"]),
        ("Local::now", &["clock"]),
        ("SystemTime::now", &["clock"]),
        ("getrandom::", &["clock"]),
        ("rand::", &["clock"]),
        ("env::var", &["bootstrap"]),
        ("env::args", &["bootstrap"]),
        ("ProjectDirs", &["bootstrap"]),
    ];
    // A whole name: `errand::` asks nobody for a random number.
    let named = |what: &str| {
        let mut found = line.match_indices(what);
        found.any(|(at, _)| !line[..at].ends_with(|it: char| it.is_alphanumeric() || it == '_'))
    };
    let (what, rooms) =
        ASKED.iter().find(|(what, rooms)| named(what) && !rooms.contains(&source.room()))?;
    Some(format!("{what} outside {}", rooms.join(" and ")))
}

/// Law 7: no `unwrap`, and no `expect` without the reason why it can't fail, in words.
///
/// `raw` is the line with its strings, `next` the one after it, where a long reason stands.
fn nerve(line: &str, raw: &str, next: &str) -> Option<String> {
    if line.contains(".unwrap()") || line.contains("todo!") || line.contains("unimplemented!") {
        return Some("unwrap or a stub outside tests".into());
    }
    let (_, rest) = raw.split_once(".expect(").filter(|_| line.contains(".expect("))?;
    let argument = if rest.trim().is_empty() { next.trim() } else { rest.trim() };
    // A method of ours that happens to be called so takes no sentence.
    let reason = argument.strip_prefix('"')?.split('"').next().unwrap_or_default();
    (reason.split_whitespace().count() < 3)
        .then(|| String::from("expect without the reason why it can't happen"))
}

/// What is printed goes through the room that owns the output, or it ends up on a screen.
fn voice(source: &Source, line: &str) -> Option<String> {
    let prints = ["println!", "print!", "dbg!"].iter().any(|it| line.contains(it));
    (prints && source.room() != "bootstrap").then(|| String::from("prints past cli::output"))
}

/// Law 1: no two rooms need each other, however far around.
fn cycles(sources: &[Source]) -> Vec<String> {
    let mut needs: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for source in sources {
        let targets = source.paths().into_iter().filter_map(|(_, path)| {
            let target = path.split("::").next()?.to_owned();
            (target != source.room() && ROOMS.iter().any(|(room, _)| *room == target))
                .then_some(target)
        });
        needs.entry(source.room()).or_default().extend(targets);
    }
    let around = |room: &&&str| reaches(&needs, room, room, &mut BTreeSet::new());
    needs
        .keys()
        .filter(around)
        .map(|room| format!("{room} needs itself by way of others"))
        .collect()
}

fn reaches(
    needs: &BTreeMap<&str, BTreeSet<String>>,
    from: &str,
    to: &str,
    seen: &mut BTreeSet<String>,
) -> bool {
    needs.get(from).is_some_and(|next| {
        next.iter().any(|it| it == to || (seen.insert(it.clone()) && reaches(needs, it, to, seen)))
    })
}
