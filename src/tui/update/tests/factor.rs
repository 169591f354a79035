//! The second factor at the gate: the code, setting it up, and whatever comes between.

use super::{context, shows};
use crate::domain::secret::Secret;
use crate::domain::time::MINUTE;
use crate::tui::camera::App;
use crate::tui::keymap::Context;
use crate::tui::testing::{Console, PASSWORD};

/// A console where `anna` was given an authenticator app and has typed the password.
fn setting_up() -> Console {
    let mut console = Console::new();
    console.give_app("anna");
    console.type_text("anna").press("Enter").type_text(PASSWORD).press("Enter");
    shows(&console, "Set up an authenticator app.");
    console
}

/// A console before `anna`, who has an app; her recovery codes.
fn with_app() -> (Console, App, Vec<String>) {
    let mut console = setting_up();
    let app = App::told(&console.scan(true).unwrap());
    let code = app.code(&console);
    console.type_text(&code).press("Enter").wait(300);
    let codes = recovery_codes(&console);
    console.press("Tab Enter");
    assert_eq!(context(&console), Context::Dashboard);
    console.press("F9").type_text("sign out").press("Enter");
    shows(&console, "Login or email");
    console.wait(30_000);
    (console, app, codes)
}

/// The recovery codes on the screen.
fn recovery_codes(console: &Console) -> Vec<String> {
    let screen = console.screen();
    let words = screen.split_whitespace().filter(|it| it.matches('-').count() == 3);
    words.map(str::to_owned).collect()
}

fn password(console: &mut Console) {
    console.type_text("anna").press("Enter").type_text(PASSWORD).press("Enter");
}

#[test]
fn what_a_camera_reads_off_the_screen_makes_the_codes() {
    let console = setting_up();
    let read = console.scan(true).expect("a code on a dark terminal");
    assert!(read.starts_with("otpauth://totp/Portal%20Desk:anna?secret="), "{read}");
    assert_eq!(console.scan(false), Some(read), "and on a light one");
}

#[test]
fn a_larger_terminal_shows_the_whole_address() {
    let mut console = setting_up();
    let read = console.resize(120, 40).scan(true).unwrap();
    assert!(read.ends_with("&issuer=Portal%20Desk"), "{read}");
}

#[test]
fn where_no_code_can_be_drawn_the_key_stands_alone() {
    let mut console = setting_up();
    let key = |console: &Console| {
        let screen = console.screen();
        let groups = screen.split_whitespace().filter(|word| {
            word.len() == 4 && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
        });
        groups.map(str::to_owned).collect::<Vec<_>>()
    };
    let beside = key(&console);
    assert_eq!(beside.len(), 8, "{}", console.screen());
    console.resize(60, 18);
    assert_eq!((key(&console), console.scan(true)), (beside.clone(), None));
    shows(&console, "larger terminal");
    console.resize(80, 24);
    console.theme.colour = false;
    assert_eq!((key(&console), console.scan(true)), (beside.clone(), None));
    console.theme.ascii = true;
    assert!(console.screen().is_ascii());
    assert_eq!(key(&console), beside);
    let app = App::typed(&beside.join(" "));
    let code = app.code(&console);
    console.type_text(&code).press("Enter").wait(300);
    assert_eq!(recovery_codes(&console).len(), 10, "{}", console.screen());
}

#[test]
fn recovery_codes_are_shown_once_and_then_the_person_is_in() {
    let mut console = setting_up();
    let app = App::told(&console.scan(true).unwrap());
    console.type_text("000 000").press("Enter");
    shows(&console, "Set up an authenticator app.");
    assert!(!console.status().is_empty());
    let code = app.code(&console);
    console.type_text(&code).press("Enter");
    assert_eq!(context(&console), Context::HandOver);
    let codes = recovery_codes(&console);
    assert_eq!(codes.len(), 10);
    console.press("Tab Enter");
    assert_eq!(context(&console), Context::HandOver, "a key pressed too much closes nothing");
    console.resize(60, 18);
    assert_eq!(recovery_codes(&console).len(), 10, "{}", console.screen());
    console.resize(80, 24).wait(300).press("w");
    shows(&console, "./anna-recovery-codes.txt");
    console.press("Esc Tab Enter");
    assert_eq!(context(&console), Context::Dashboard);
    assert!(recovery_codes(&console).is_empty());
    assert_eq!(console.state.seen.who.as_ref().unwrap().user_id().to_string(), "anna");
}

#[test]
fn the_code_is_asked_for_after_the_password() {
    let (mut console, app, _) = with_app();
    password(&mut console);
    shows(&console, "The password is right. Now the code.");
    console.press("Enter");
    shows(&console, "Type the six digits");
    console.type_text("000000").press("Enter");
    assert!(console.status().contains("code is wrong"), "{}", console.status());
    let code = app.code(&console);
    console.wait(2_000).type_text(&code).press("Enter");
    assert_eq!(context(&console), Context::Dashboard, "{}", console.screen());
}

#[test]
fn a_code_may_be_typed_ahead_or_pasted_with_spaces() {
    let (mut console, app, _) = with_app();
    console.held = Some(Vec::new());
    password(&mut console);
    let code = app.code(&console);
    console.type_text(&code).press("Enter");
    while let Some(held) = console.held.take().filter(|held| !held.is_empty()) {
        console.held = Some(Vec::new());
        let keep = console.held.take();
        console.carry_out(held);
        console.held = keep;
    }
    console.held = None;
    assert_eq!(context(&console), Context::Dashboard, "{}", console.screen());
    console.press("F9").type_text("sign out").press("Enter");
    let code = app.next_code(&mut console);
    password(&mut console);
    console.paste(&format!(" {} {}\n", &code[..3], &code[3..])).press("Enter");
    assert_eq!(context(&console), Context::Dashboard, "{}", console.screen());
}

#[test]
fn a_recovery_code_does_as_well_once() {
    let (mut console, _, codes) = with_app();
    password(&mut console);
    console.type_text(&codes[0].to_uppercase()).press("Enter");
    assert_eq!(context(&console), Context::Dashboard, "{}", console.screen());
    console.press("F9").type_text("sign out").press("Enter");
    password(&mut console);
    console.type_text(&codes[0]).press("Enter");
    assert!(console.status().contains("used before"), "{}", console.status());
}

#[test]
fn wrong_codes_make_the_next_try_wait_and_say_so() {
    let (mut console, app, _) = with_app();
    password(&mut console);
    for _ in 0..5 {
        console.type_text("000000").press("Enter");
    }
    let code = app.code(&console);
    console.type_text(&code).press("Enter");
    shows(&console, "The password is right. Now the code.");
    assert!(console.status().contains("wait"), "{}", console.status());
    let code = app.next_code(&mut console);
    console.type_text(&code).press("Enter");
    assert_eq!(context(&console), Context::Dashboard, "{}", console.screen());
}

#[test]
fn a_password_is_not_kept_for_a_code_that_never_comes() {
    let (mut console, _, _) = with_app();
    password(&mut console);
    console.wait(4 * MINUTE);
    shows(&console, "Now the code.");
    console.wait(MINUTE);
    shows(&console, "Login or email");
    shows(&console, "anna");
    assert!(console.status().contains("5 minutes"), "{}", console.status());
    console.type_text("x");
    shows(&console, "•");
}

#[test]
fn there_is_a_way_back_to_the_name() {
    let (mut console, _, _) = with_app();
    password(&mut console);
    console.press("Tab Tab Enter");
    shows(&console, "Login or email");
    let mut console = setting_up();
    console.press("Tab Tab Enter");
    shows(&console, "Login or email");
}

#[test]
fn a_leave_that_is_too_old_leads_back_to_the_sign_in() {
    let mut console = setting_up();
    let app = App::told(&console.scan(true).unwrap());
    let code = {
        console.wait(10 * MINUTE);
        app.code(&console)
    };
    console.type_text(&code).press("Enter");
    shows(&console, "Login or email");
    assert!(console.status().to_lowercase().contains("sign in"), "{}", console.status());
    console.type_text(PASSWORD).press("Enter");
    shows(&console, "Set up an authenticator app.");
}

#[test]
fn who_must_change_the_password_sets_the_app_up_first() {
    let mut console = Console::new();
    let root = console.session("root");
    let id = console.desk.user_by_name(&root, "ben").unwrap().row.id;
    let given = "this was given to ben";
    let password = Secret::new(given.to_owned());
    console.desk.set_password(&root, id, None, &password, true).unwrap();
    console.give_app("ben");
    console.type_text("ben").press("Enter").type_text(given).press("Enter");
    let app = App::told(&console.scan(true).unwrap());
    let code = app.code(&console);
    console.type_text(&code).press("Enter").wait(300);
    assert_eq!(recovery_codes(&console).len(), 10);
    console.press("Tab Enter");
    shows(&console, "Choose your own password.");
    shows(&console, "at least 8 characters");
    console.type_text("vivid-ox").press("Enter").type_text("vivid-ox").press("Enter");
    assert_eq!(context(&console), Context::Dashboard, "{}", console.screen());
}

#[test]
fn the_lock_asks_for_the_code_too() {
    let (mut console, app, _) = with_app();
    password(&mut console);
    let code = app.code(&console);
    console.type_text(&code).press("Enter").press("2").wait(10 * MINUTE);
    shows(&console, "The console is locked.");
    console.type_text(PASSWORD).press("Enter");
    shows(&console, "Code");
    console.type_text("000000").press("Enter");
    assert!(console.state.locked && console.status().contains("wrong"), "{}", console.status());
    let code = app.code(&console);
    console.wait(2_000).type_text(&code).press("Enter");
    assert!(!console.state.locked, "{}", console.screen());
    assert_eq!(context(&console), Context::RequestList);
}

#[test]
fn the_lock_forgets_a_password_whose_code_never_comes() {
    let (mut console, app, _) = with_app();
    password(&mut console);
    let code = app.code(&console);
    console.type_text(&code).press("Enter").press("g l").type_text(PASSWORD).press("Enter");
    shows(&console, "Code");
    console.wait(5 * MINUTE);
    shows(&console, "Password");
    assert!(console.state.locked && console.status().contains("5 minutes"));
}
