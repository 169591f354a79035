//! However the console ends, the terminal is given back and nothing of it stays behind.

use std::process::Command;
use std::sync::mpsc::{Receiver, channel};

use crate::desk::Desk;
use crate::mail_settings::configure;
use crate::mail_settings::sink::{Act, Setup, Sink, Step};
use crate::terminal::Terminal;

/// Leaves the alternate screen, shows the cursor, ends bracketed paste.
fn given_back(console: &Terminal) {
    let raw = String::from_utf8_lossy(&console.raw()).into_owned();
    let tail = &raw[raw.rfind("\u{1b}[?1049l").expect("the alternate screen is left")..];
    assert!(!console.is_alternate());
    assert!(raw.contains("\u{1b}[?2004l"), "bracketed paste is switched off");
    assert!(raw.rfind("\u{1b}[?25h") > raw.rfind("\u{1b}[?25l"), "the cursor is shown again");
    assert!(!tail.contains("zoe@acme.example"), "nothing of the screen is left in the scrollback");
}

#[test]
fn signals_end_it_in_good_order() {
    let desk = Desk::staffed();
    desk.submit("Zoë", "O'Brien", "zoe@acme.example", "Acme Ltd");
    for signal in ["TERM", "HUP", "INT"] {
        let mut console = desk.signed_in("anna", (80, 24));
        console.press("2").wait("Zoë O'Brien");
        let pid = console.pid().to_string();
        assert!(
            Command::new("kill").args(["-s", signal, &pid]).status().expect("kill runs").success()
        );
        console.exit();
        given_back(&console);
    }
}

#[test]
fn leaving_asks_first_and_esc_never_leaves() {
    let desk = Desk::staffed();
    let mut console = desk.signed_in("anna", (80, 24));
    console.press("2").wait("newest first").press("<Esc>").wait("Needs a hand");
    // On the Dashboard Esc does nothing and q asks.
    console.press("<F12>q").wait("Leave").press("<F12>").gone("Leave");
    console.press("<C-c><C-c>").wait("Leave").press("<Tab><Enter>");
    assert_eq!(console.exit(), 0);
    given_back(&console);
}

#[test]
fn a_second_process_is_told_who_holds_the_store() {
    let desk = Desk::staffed();
    let console = desk.signed_in("anna", (80, 24));
    let (status, out, err) = desk.try_run(
        &[
            "portal",
            "submit",
            "--first-name",
            "A",
            "--last-name",
            "B",
            "--email",
            "a@b.example",
            "--phone",
            "12345",
            "--company",
            "C",
        ],
        "",
    );
    assert_eq!((status, out.as_str()), (75, ""));
    assert_eq!(err.trim().lines().count(), 1, "{err}");
    assert!(err.contains(&console.pid().to_string()), "{err}");
}

#[test]
fn without_a_terminal_it_says_so() {
    let (status, out, err) = Desk::staffed().try_run(&[], "");
    assert_eq!((status, out.as_str()), (1, ""));
    assert!(err.contains("terminal"), "{err}");
    assert_eq!(err.trim().lines().count(), 1, "{err}");
}

#[test]
fn the_rows_of_a_page_are_remembered_for_the_next_time() {
    let desk = Desk::staffed();
    for (keys, shown) in [("3", "[50] 100 per page"), ("3", "50 [100] per page")] {
        let mut console = desk.signed_in("anna", (80, 24));
        console.press(keys).wait(shown).press("p").wait("per page");
        console.wait(if shown.starts_with("[50]") { "50 [100]" } else { "[10] 25" });
        console.press("<C-c><C-c>").wait("Leave").press("<Tab><Enter>");
        assert_eq!(console.exit(), 0);
    }
    std::fs::write(desk.home.path().join("store/console.toml"), "per_page = \"many\"").unwrap();
    desk.signed_in("anna", (80, 24)).press("3").wait("[50] 100 per page");
}

/// A console that is sending an invitation to a server that says nothing more at that step.
fn sending(desk: &Desk, step: Step) -> (Sink, Terminal) {
    let (reached, at): (_, Receiver<()>) = channel();
    let sink = Sink::start(Setup::by(move |it, _| {
        if it != step {
            return Act::Usual;
        }
        // Once the test has ended nobody hears it.
        let _ = reached.send(());
        Act::Stall
    }));
    configure(desk, &sink);
    let company = ["company", "create", "--name", "Acme Ltd", "--email", "office@acme.example"];
    desk.run(&[&company[..], &AS_ANNA].concat(), "");
    let mut console = desk.signed_in("anna", (80, 24));
    console.press("gpa").wait("Add Portal User").press("acme").wait("C000001").press("<Enter>");
    console.wait("office@acme.example.P").press("<C-s>").wait("Users ▸ office@acme.example.P");
    at.recv().expect("the server is reached");
    (sink, console)
}

const AS_ANNA: [&str; 4] = ["--as", "anna", "--password-file", "password"];

/// How its mail stands, and how often it was tried.
fn mail(desk: &Desk) -> (String, u64) {
    let show = ["invitation", "show", "ML-000001", "--json"];
    let mail = desk.run(&[&show[..], &AS_ANNA].concat(), "");
    let mail: serde_json::Value = serde_json::from_str(&mail).expect("it is JSON");
    (mail["state"].as_str().expect("a word").to_owned(), mail["tries"].as_u64().expect("a number"))
}

#[test]
fn a_mail_of_which_nothing_is_out_is_put_back_when_it_ends() {
    let desk = Desk::staffed();
    let (sink, mut console) = sending(&desk, Step::Recipient);
    console.press("<C-c><C-c>").wait("Leave").press("<Tab><Enter>");
    assert_eq!(console.exit(), 0);
    given_back(&console);
    assert_eq!(mail(&desk), ("queued".to_owned(), 0));
    assert_eq!(sink.count(), 0);
}

#[test]
fn who_leaves_while_a_mail_is_on_its_way_is_told_and_can_end_it_at_once() {
    let desk = Desk::staffed();
    let (_sink, mut console) = sending(&desk, Step::Text);
    console.press("<C-c><C-c>").wait("Leave").press("<Tab><Enter>");
    console.wait("A mail is on its way to the server").wait("Ctrl-C ends it at once");
    given_back(&console);
    console.press("<C-c>");
    assert_ne!(console.exit(), 0);
    assert_eq!(mail(&desk).0, "unknown");
}
