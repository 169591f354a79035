//! Keys that hold everywhere: the way back, the palette, pastes, sequences.

use super::{context, shows};
use crate::service::requests::RequestForm;
use crate::tui::effect::Effect;
use crate::tui::input::Input;
use crate::tui::keymap::Context;
use crate::tui::testing::Console;
use crate::tui::update::Msg;

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

#[test]
fn the_mouse_is_off_until_it_is_asked_for() {
    let mut console = Console::signed_in("anna");
    console.held = Some(Vec::new());
    console.press(":").type_text("mouse on").press("Enter");
    assert!(console.state.mouse);
    let held = console.held.take().unwrap();
    assert!(held.iter().any(|e| matches!(e, Effect::Mouse(true))), "{held:?}");
    console.press(":").type_text("mouse");
    shows(&console, "Mouse off");
    assert!(!console.screen().contains("Mouse on"), "{}", console.screen());
    console.press("Enter");
    assert!(!console.state.mouse);
}

#[test]
fn the_mouse_selects_opens_sorts_and_presses() {
    let mut console = Console::signed_in("anna");
    console.press("2").click("Jan Kowalski");
    assert_eq!(context(&console), Context::RequestList);
    console.click("Jan Kowalski");
    shows(&console, "jan@kozien.example");
    console.press("Esc").click("Name");
    shows(&console, "by name");
    console.click("Name");
    shows(&console, "by name, last first");
    console.press("Home Enter e").click("Phone").type_text("9").press("Esc");
    console.click("Discard");
    assert_eq!(context(&console), Context::Dialog, "a question is not answered by accident");
    console.wait(300).click("Discard");
    assert_eq!(context(&console), Context::RequestRecord);
}

#[test]
fn the_wheel_moves_where_the_arrows_move() {
    let mut console = Console::signed_in("anna");
    console.press("2");
    let wheel = |down| Msg::Input(Input::Wheel { down });
    console.send(wheel(true));
    console.send(wheel(true));
    console.send(wheel(false));
    console.press("Enter");
    shows(&console, "PR-000004");
    console.press("e");
    console.send(wheel(true));
    console.type_text("x");
    assert!(console.state.dirty(), "a form does not scroll away under the mouse");
}

#[test]
fn the_mouse_does_not_act_on_rows_that_are_being_replaced() {
    let mut console = Console::signed_in("anna");
    console.press("2");
    console.held = Some(Vec::new());
    console.press("/").type_text("karl");
    console.click("Zoë O'Brien").click("Zoë O'Brien");
    assert_eq!(console.state.layers.len(), 2, "nothing is opened");
}

#[test]
fn a_refusal_goes_with_what_it_was_about() {
    let mut console = Console::signed_in("anna");
    console.press("2 Enter x Up Enter");
    assert!(console.status().contains("needs a contact"), "{}", console.status());
    console.press("Esc");
    assert_eq!(console.status(), "");
}

#[test]
fn leaving_says_what_becomes_of_the_work() {
    let mut console = Console::new();
    console.type_text("ann").press("C-c");
    assert!(console.status().contains("asks whether to leave"));
    console.press("C-c");
    shows(&console, "Nobody is signed in");
    let mut console = Console::signed_in("anna");
    console.press("q");
    shows(&console, "Everything is saved.");
    console.state.seen.welcome = Some("look around".into());
    console.press("Esc q");
    shows(&console, "nothing of it is kept");
}

#[test]
fn columns_scroll_only_when_some_are_hidden() {
    let mut console = Console::signed_in("anna");
    console.press("2 Right");
    assert_eq!(console.status(), "All columns are on the screen.");
    shows(&console, "Submitted");
    console.press("5");
    console.resize(60, 18).press("4 Right");
    shows(&console, "◂");
    console.press("Left");
    assert!(!console.screen().contains('◂'));
}

#[test]
fn a_page_longer_than_the_window_says_which_rows_are_seen() {
    let mut console = Console::signed_in("anna");
    for n in 0..25 {
        let form = RequestForm {
            first: "Ann".into(),
            last: format!("Number{n}"),
            email: format!("ann{n}@many.example"),
            phone: "1".into(),
            company_name: "Many Ltd".into(),
        };
        console.desk.submit_request(&form, None, &console.origin).unwrap();
    }
    console.press("2");
    shows(&console, "Rows 1–16 of 30");
    console.press("End");
    shows(&console, "Rows 15–30 of 30");
    console.resize(80, 60);
    assert!(!console.screen().contains("Rows "), "{}", console.screen());
}
