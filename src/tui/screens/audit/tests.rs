//! What keys on the trail lead to, and how it looks.

use crate::tui::keymap::Context;
use crate::tui::testing::{Console, context, shows};

/// The trail as an administrator sees it, after an agent has edited a request.
fn at_trail() -> Console {
    let mut console = Console::signed_in("anna");
    console.press("2 Enter e End").type_text("x").press("F2 F9").type_text("sign out");
    console.press("Enter").type_text("root").press("Enter");
    console.type_text(crate::tui::testing::PASSWORD).press("Enter 7");
    assert_eq!(context(&console), Context::AuditList);
    console
}

#[test]
fn the_trail_is_searched_by_who_and_what() {
    let mut console = at_trail();
    shows(&console, "newest first");
    console.press("/").type_text("edited anna").press("Enter");
    shows(&console, "1 of ");
    console.press("Enter");
    for text in ["edited", "request PR-000005", "Before", "Zoëx", "Customer Service"] {
        shows(&console, text);
    }
}

#[test]
fn dates_are_checked_under_their_field() {
    let mut console = at_trail();
    console.press("f Tab").type_text("soon").press("F2");
    shows(&console, "This is no date");
    console.press("C-u").type_text("2026-11-25").press("F2");
    shows(&console, "Dates since 2026-11-25");
}

#[test]
fn an_agent_sees_own_deeds_only_and_is_told_so() {
    let mut console = Console::signed_in("anna");
    console.press("7");
    shows(&console, "Your own, dates any");
    console.press("/").type_text("root").press("Enter");
    shows(&console, "No entry fits this search.");
}

#[test]
fn entries_are_leafed_through() {
    let mut console = at_trail();
    console.press("Enter");
    assert_eq!(context(&console), Context::AuditEntry);
    console.press(",");
    assert_eq!(console.status(), "This is the first entry of its page in the list.");
    let first = console.screen();
    console.press(".");
    assert_ne!(console.screen(), first);
}

#[test]
fn the_list() {
    insta::assert_snapshot!(at_trail().styled());
}

#[test]
fn the_entry() {
    insta::assert_snapshot!(
        at_trail().press("/").type_text("edited").press("Enter Enter").styled()
    );
}
