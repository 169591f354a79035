//! Keys that hold everywhere: the way back, the palette, pastes, sequences.

use super::{context, shows};
use crate::tui::keymap::Context;
use crate::tui::testing::Console;

#[test]
fn ctrl_c_twice_asks_and_esc_never_leaves() {
    let mut console = Console::signed_in("anna");
    console.press("Esc Esc Esc");
    assert_eq!(context(&console), Context::Dashboard);
    console.press("C-c C-c");
    shows(&console, "Leave Portal Desk?");
    console.press("Enter q Right Enter");
    assert!(console.state.ended);
}

#[test]
fn the_palette_knows_the_documented_click_paths() {
    let mut console = Console::signed_in("anna");
    console.press(":").type_text("setup portal req").press("Enter");
    assert_eq!(context(&console), Context::RequestList);
    console.press(":").type_text("sptlrq").press("Esc");
    assert_eq!(context(&console), Context::RequestList);
}

#[test]
fn a_paste_is_text_and_never_a_command() {
    let mut console = Console::signed_in("anna");
    console.press("2").paste("q\nq\nx");
    assert_eq!(context(&console), Context::RequestList);
    assert!(console.status().contains("Nothing takes text here"));
    console.press("/").paste("acme\n");
    shows(&console, "1 of 5");
    console.press("Esc Enter e").paste(&"a".repeat(10_000));
    assert_eq!(console.status(), "The paste was cut: this field takes 100 characters.");
}

#[test]
fn esc_takes_the_filter_back_before_it_leaves() {
    let mut console = Console::signed_in("anna");
    console.press("2 /").type_text("acme").press("Enter");
    assert_eq!(context(&console), Context::RequestList);
    shows(&console, "1 of 5");
    console.press("Esc");
    shows(&console, "5, newest first");
    console.press("Esc");
    assert_eq!(context(&console), Context::Dashboard);
}

#[test]
fn sequences_show_their_keys_after_a_moment() {
    let mut console = Console::signed_in("anna");
    console.press("g");
    assert!(!console.screen().contains("Portal Requests"));
    console.wait(400);
    shows(&console, "r    Portal Requests");
    console.press("r");
    assert_eq!(context(&console), Context::RequestList);
}
