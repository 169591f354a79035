//! The laws of the house, read off the imports: a breach fails, with its file and line.

mod laws;
mod source;

use source::Source;

#[test]
fn the_house_keeps_its_laws() {
    let sources = source::all();
    assert!(sources.len() > 30, "only {} sources found; is the test in the house?", sources.len());
    let breaches = laws::breaches(&sources);
    assert!(breaches.is_empty(), "laws broken:\n  {}", breaches.join("\n  "));
}

/// A file holds one idea; beyond this it surely holds two.
const MOST_LINES: usize = 600;

#[test]
fn no_file_is_too_long() {
    let lengths = source::lengths();
    assert!(lengths.len() > 100, "only {} files found", lengths.len());
    let long: Vec<_> = lengths.iter().filter(|(_, lines)| *lines > MOST_LINES).collect();
    assert!(long.is_empty(), "over {MOST_LINES} lines, split by idea: {long:?}");
}

/// A law about a part that has got another name would hold for nothing.
#[test]
fn the_concrete_parts_exist() {
    let sources = source::all();
    for part in laws::CONCRETE {
        let (home, name) = part.rsplit_once("::").unwrap();
        let module = part.replace("::", "/");
        let exists = sources.iter().any(|it| {
            it.path == format!("{module}.rs")
                || it.path == format!("{module}/mod.rs")
                || [format!("{home}.rs"), format!("{home}/mod.rs")].contains(&it.path)
                    && [";", " {"]
                        .iter()
                        .any(|end| it.code.contains(&format!("struct {name}{end}")))
        });
        assert!(exists, "{part} is nowhere; what is its name now?");
    }
}

/// The breaches of a house of these files.
fn house(files: &[(&str, &str)]) -> Vec<String> {
    let sources: Vec<Source> = files.iter().map(|(path, text)| Source::new(path, text)).collect();
    laws::breaches(&sources)
}

#[test]
fn imports_across_rooms_are_found() {
    for (path, text, wanted) in [
        ("cli/list.rs", "use crate::store::Repository;", "cli may not name store"),
        ("cli/list.rs", "use crate::{domain::id, store::Key};", "cli may not name store::Key"),
        ("cli/list.rs", "fn f() { crate::store::get() }", "cli may not name store::get"),
        ("cli/mod.rs", "use super::tui::run;", "cli may not name tui::run"),
        ("cli/deep/list.rs", "use super::super::super::store;", "cli may not name store"),
        ("domain/text.rs", "use crate::{\n    service::{Desk, page::Page},\n};", "service::Desk"),
        ("main.rs", "use portaldesk::cli;", "main may not name cli"),
        ("tui/state/mod.rs", "use crate::clock::Clock;", "tui may not name clock::Clock"),
        ("attic/box.rs", "", "the room attic has no line"),
    ] {
        let found = house(&[(path, text)]).join("\n");
        assert!(found.contains(wanted), "{path}: {text}: {found:?}");
    }
    let fine = "use crate::domain::text::Text;\nuse super::error::Error;\nuse std::fmt;";
    assert_eq!(house(&[("cli/list.rs", fine)]), Vec::<String>::new());
    let told = house(&[("tui/session.rs", "use crate::clock::Clock;")]);
    assert_eq!(told, Vec::<String>::new());
}

#[test]
fn the_other_laws_are_found() {
    for (path, text, wanted) in [
        ("service/a.rs", "let t = sled::open(p);", "sled:: outside"),
        ("service/a.rs", "use crate::store::sled::SledRepository;", "bootstrap only"),
        ("service/a.rs", "use crate::store::{Key, memory::Memory};", "memory is picked"),
        ("service/a.rs", "let it = crate::store::failing::Failing::new(x);", "failing is picked"),
        ("service/a.rs", "use super::super::store::memory;", "memory is picked"),
        ("service/a.rs", "use crate::clock::{Clock, SystemClock};", "SystemClock is picked"),
        ("store/line.rs", "fn f() { ::sled::open(p) }", "sled:: outside"),
        ("store/line.rs", "use bincode::serde::encode;", "bincode:: outside"),
        ("service/a.rs", "static mut N: u8 = 0;", "mutable static"),
        ("service/a.rs", "pub static N: AtomicU8 = AtomicU8::new(0);", "mutable in it"),
        ("tui/a.rs", "thread_local! { }", "thread-local"),
        ("tui/a.rs", "let now = chrono::Utc::now();", "outside clock"),
        ("cli/a.rs", "let home = std::env::var(\"HOME\");", "outside bootstrap"),
        ("domain/a.rs", "x.unwrap();", "unwrap"),
        ("domain/a.rs", "x.expect(\"oops\");", "reason"),
        ("domain/a.rs", "x\n    .expect(\n        \"oops\",\n    );", "reason"),
        ("tui/a.rs", "eprintln!();", "prints past"),
        ("main.rs", &"\n".repeat(51), "50 at most"),
    ] {
        let found = house(&[(path, text)]).join("\n");
        assert!(found.contains(wanted), "{path}: {text}: {found:?}");
    }
    let cycle = [("clock.rs", "use crate::store::A;"), ("store/a.rs", "use crate::clock::B;")];
    assert!(house(&cycle).join("\n").contains("by way of others"));
}

#[test]
fn what_is_no_code_or_a_test_breaks_no_law() {
    let text = concat!(
        "//! See crate::store::sled and x.unwrap().\n",
        "const HELP: &str = \"crate::store::Key .unwrap() \\\" Utc::now\";\n",
        "const QUOTE: char = '\"'; fn f<'a>(x: &'a str) {}\n",
        "const RAW: &str = r#\"x.unwrap() \"quoted\" static mut \"#;\n",
        "fn g() { y.expect(\"it was checked above\"); }\n",
        "#[cfg(test)]\nmod tests {\n    use crate::store::memory::Memory;\n",
        "    fn t() { x.unwrap(); }\n}\n",
    );
    assert_eq!(house(&[("cli/a.rs", text)]), Vec::<String>::new());
    let after = format!("{text}fn h() {{ x.unwrap(); }}\n");
    assert_eq!(house(&[("cli/a.rs", &after)]).len(), 1);
}
