//! The way in, the lock, and who is let in again.

use super::{at_record, context, shows};
use crate::domain::time::{HOUR, MINUTE};
use crate::service::FirstStart;
use crate::tui::keymap::Context;
use crate::tui::testing::{Console, PASSWORD, secret};

#[test]
fn an_empty_store_is_set_up_and_then_signed_in_to() {
    let mut console = Console::over_an_empty_store();
    console.begin();
    shows(&console, "This store is empty.");
    console.type_text("root").press("Tab Tab Tab Tab").type_text(PASSWORD);
    console.press("Tab").type_text("something else").press("Tab Tab Tab Tab Enter");
    shows(&console, "The two passwords differ");
    console.press("C-u").type_text(PASSWORD).press("Tab Tab Tab Tab Enter");
    assert_eq!(console.status(), "The store is set up. Sign in as root.");
    console.type_text(PASSWORD).press("Enter");
    assert_eq!(context(&console), Context::Dashboard);
    shows(&console, "root · Security Administrator");
}

#[test]
fn a_wrong_password_is_wiped_and_told() {
    let mut console = Console::new();
    console.type_text("anna").press("Enter").type_text("not the right one").press("Enter");
    assert_eq!(context(&console), Context::Gate);
    assert!(console.status().contains("don't go together"), "{}", console.status());
    assert!(!console.screen().contains('•'));
    console.type_text(PASSWORD).press("Enter");
    assert_eq!(context(&console), Context::Dashboard);
}

#[test]
fn who_must_change_the_password_does_so_before_anything_else() {
    let mut console = Console::over_an_empty_store();
    console.desk.set_up(&FirstStart::new("root", secret()), &console.origin).unwrap();
    let form = crate::service::StaffForm {
        login: "mia".into(),
        first: String::new(),
        last: String::new(),
        email: String::new(),
        role: crate::domain::role::Role::Auditor,
        password: secret(),
        must_change: true,
    };
    console.desk.create_staff(&console.session("root"), &form).unwrap();
    console.begin();
    console.type_text("mia").press("Enter").type_text(PASSWORD).press("Enter");
    shows(&console, "Choose your own password.");
    console.type_text(PASSWORD).press("Enter").type_text(PASSWORD).press("Enter");
    shows(&console, "The new password is the present one");
    let new = "three words of my own";
    console.press("C-u").type_text(new).press("Tab C-u").type_text(new).press("Enter");
    assert_eq!(context(&console), Context::Dashboard);
}

#[test]
fn save_works_at_the_gate_too() {
    let mut console = Console::new();
    console.type_text("anna").press("Tab").type_text(PASSWORD).press("F2");
    assert_eq!(context(&console), Context::Dashboard);
}

#[test]
fn the_lock_keeps_everything_and_lets_only_the_person_back() {
    let mut console = at_record();
    console.press("e").type_text("x");
    console.wait(10 * MINUTE);
    assert!(console.state.locked);
    shows(&console, "The console is locked.");
    assert!(!console.screen().contains("Zoë"), "{}", console.screen());
    console.press("F3").type_text("wrong one").press("Enter");
    assert!(console.state.locked);
    console.type_text(PASSWORD).press("Enter");
    assert!(!console.state.locked && console.state.dirty());
    assert_eq!(context(&console), Context::Form);
}

#[test]
fn somebody_else_may_sign_in_but_not_over_what_was_typed() {
    let mut console = at_record();
    console.press("e").type_text("x").wait(10 * MINUTE);
    console.press("Tab Tab Enter");
    shows(&console, "What you typed is not saved yet.");
    console.wait(300).press("Right Enter");
    shows(&console, "Sign in");
    assert!(console.state.seen.who.is_none() && !console.state.dirty());
}

#[test]
fn after_twelve_hours_it_locks_whatever_is_typed() {
    let mut console = Console::signed_in("anna");
    for _ in 0..12 * 12 + 1 {
        console.wait(5 * MINUTE).press("Down");
    }
    assert!(console.state.locked);
    let since = console.state.seen.who.as_ref().unwrap().since();
    assert!(console.state.seen.now.millis_since(since) >= 12 * HOUR);
}

#[test]
fn a_locked_console_tells_nothing_of_what_goes_on_below() {
    let mut console = at_record();
    console.held = Some(Vec::new());
    console.press("e End").type_text("x").press("F2").wait(10 * MINUTE);
    let held = console.held.take().unwrap();
    console.carry_out(held);
    assert!(console.state.locked && console.status().is_empty(), "{}", console.status());
    console.type_text(PASSWORD).press("Enter");
    shows(&console, "Zoëx");
}

#[test]
fn who_is_disabled_meanwhile_is_locked_out() {
    let mut console = at_record();
    let anna = console.state.seen.who.as_ref().unwrap().user();
    console.desk.disable_user(&console.session("root"), anna, None).unwrap();
    console.press("r");
    assert!(console.state.locked);
    assert!(console.status().contains("disabled"), "{}", console.status());
}

#[test]
fn a_clock_that_is_put_back_delays_no_lock_and_no_question() {
    let mut console = at_record();
    console.press("e").type_text("x");
    console.wait(-5 * HOUR);
    console.press("Esc").wait(300).press("Right Right Enter");
    assert_eq!(context(&console), Context::RequestRecord, "the question took its keys");
    for _ in 0..10 {
        console.wait(MINUTE);
    }
    assert!(console.state.locked);
}
