//! One's own second factor, and somebody else's on the record.

use super::enrol::OwnEnrolment;
use crate::domain::secret::Secret;
use crate::domain::time::MINUTE;
use crate::service::{EnrolmentOffer, RecoveryCodes};
use crate::tui::camera::App;
use crate::tui::keymap::Context;
use crate::tui::screens::enrolment::recovery_codes;
use crate::tui::testing::{Console, PASSWORD, context, shows};
use crate::tui::theme::Theme;

fn own_factor(console: &mut Console) {
    console.press("2 F9").type_text("second factor").press("Enter");
    shows(console, "Second factor");
}

/// `anna` before the key of an app for her own account.
fn setting_up() -> Console {
    let mut console = Console::signed_in("anna");
    own_factor(&mut console);
    console.type_text(PASSWORD).press("Enter");
    shows(&console, "Set up an authenticator app.");
    console
}

/// `anna`, who has just set up an app.
fn with_app() -> (Console, App) {
    let mut console = setting_up();
    let app = App::told(&console.scan(true).unwrap());
    let code = app.code(&console);
    console.type_text(&code).press("Enter").wait(300);
    assert_eq!(context(&console), Context::HandOver);
    (console, app)
}

fn codes(console: &Console) -> Vec<String> {
    let screen = console.screen();
    let words = screen.split_whitespace().filter(|it| it.matches('-').count() == 3);
    words.map(str::to_owned).collect()
}

#[test]
fn it_is_set_up_with_the_password_and_a_first_code() {
    let mut console = Console::signed_in("anna");
    own_factor(&mut console);
    shows(&console, "none: the password alone lets you in");
    console.type_text("not the right one").press("Enter");
    assert!(console.status().contains("is not your password"), "{}", console.status());
    let (mut console, _) = with_app();
    assert_eq!(codes(&console).len(), 10);
    assert!(console.status().contains("is set up"), "{}", console.status());
    console.press("Tab Enter");
    assert_eq!(context(&console), Context::RequestList);
    own_factor(&mut console);
    shows(&console, "Authenticator app, set up just now");
    shows(&console, "10 of 10 left");
}

#[test]
fn the_only_security_administrator_is_told_that_nobody_else_can_reset_it() {
    let mut console = Console::signed_in("root");
    own_factor(&mut console);
    console.type_text(PASSWORD).press("Enter");
    shows(&console, "Set up an authenticator app.");
    shows(&console, "make a second Security Administrator, too.");
    assert!(!setting_up().screen().contains("Nobody else"), "anna is none");
}

#[test]
fn a_wrong_first_code_is_told_and_the_page_can_be_left() {
    let mut console = setting_up();
    console.press("Enter");
    shows(&console, "Type the six digits");
    console.type_text("123456").press("Enter");
    shows(&console, "Set up an authenticator app.");
    assert!(!console.status().is_empty());
    console.press("Esc");
    assert_eq!(context(&console), Context::RequestList);
}

#[test]
fn who_comes_in_by_a_recovery_code_is_told_how_many_are_left() {
    let (mut console, _) = with_app();
    let codes = codes(&console);
    console.press("Tab Enter").wait(11 * MINUTE);
    assert!(console.state.locked);
    console.type_text(PASSWORD).press("Enter").type_text(&codes[0]).press("Enter");
    assert!(!console.state.locked, "{}", console.screen());
    assert_eq!(console.status(), "9 of 10 recovery codes left.");
    console.press("F9").type_text("sign out").press("Enter");
    console.type_text("anna").press("Enter").type_text(PASSWORD).press("Enter");
    console.type_text(&codes[1]).press("Enter");
    assert!(console.status().ends_with(". 8 of 10 recovery codes left."), "{}", console.status());
}

#[test]
fn new_recovery_codes_take_the_place_of_the_old_ones() {
    let (mut console, app) = with_app();
    let before = codes(&console);
    console.press("Tab Enter");
    own_factor(&mut console);
    let code = app.next_code(&mut console);
    console.type_text(PASSWORD).press("Tab Enter");
    shows(&console, "Type the six digits");
    console.type_text(&code).press("Enter").wait(300);
    assert_eq!(context(&console), Context::HandOver, "{}", console.screen());
    let after = codes(&console);
    assert_eq!(after.len(), 10);
    assert!(after.iter().all(|code| !before.contains(code)));
    assert!(console.status().contains("good no more"), "{}", console.status());
}

#[test]
fn the_own_password_may_be_shorter_beside_it() {
    let (mut console, _) = with_app();
    console.press("Tab Enter F9").type_text("change my password").press("Enter");
    shows(&console, "8 characters or more");
    console.type_text(PASSWORD).press("Tab").type_text("vivid-ox");
    console.press("Tab").type_text("vivid-ox").press("F2");
    assert!(console.status().starts_with("Your password is changed"), "{}", console.status());
}

#[test]
fn a_lost_app_is_reset_on_the_record_after_a_question() {
    let mut console = Console::signed_in("root");
    console.give_app("anna");
    console.press("3 Enter");
    shows(&console, "Authenticator app, to be set up");
    shows(&console, "second factor to set up");
    reset(&mut console);
    assert!(console.status().contains("nothing to reset"), "{}", console.status());
    console.set_up_app("anna");
    console.press("Esc r");
    shows(&console, "Authenticator app, set up just now");
    reset(&mut console);
    shows(&console, "Reset the second factor of anna?");
    console.wait(300).press("Enter");
    shows(&console, "set up just now");
    reset(&mut console);
    console.wait(300).press("Tab Enter");
    assert!(console.status().contains("anew at the next sign-in"), "{}", console.status());
    shows(&console, "Authenticator app, to be set up");
}

/// Chooses Reset second factor in the menu of a record.
fn reset(console: &mut Console) {
    console.press("F9").type_text("reset second").press("Enter");
}

#[test]
fn nobody_resets_their_own() {
    let (mut console, _) = with_app();
    console.press("Tab Enter 3 Enter");
    shows(&console, "Users ▸ anna");
    reset(&mut console);
    assert!(console.status().contains("your own account"), "{}", console.status());
}

/// The page with a key that never changes.
fn with_a_known_key() -> Console {
    let mut console = Console::signed_in("anna");
    let key = "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ";
    let uri = format!(
        "otpauth://totp/Portal%20Desk:anna?secret={}&issuer=Portal%20Desk",
        key.replace(' ', "")
    );
    let offer = EnrolmentOffer {
        user_id: "anna".into(),
        key: Secret::new(key.to_owned()),
        uri: Secret::new(uri),
        note: None,
    };
    console.state.push_layer(Box::new(OwnEnrolment::new(Box::new(offer))));
    console
}

#[test]
fn setting_up_80x24() {
    insta::assert_snapshot!(with_a_known_key().styled());
}

#[test]
fn setting_up_120x40() {
    insta::assert_snapshot!(with_a_known_key().resize(120, 40).screen());
}

#[test]
fn setting_up_in_ascii_and_without_colour() {
    let mut console = with_a_known_key();
    console.theme = Theme { colour: false, ascii: false };
    let plain = console.screen();
    console.theme = Theme { colour: true, ascii: true };
    assert!(console.screen().is_ascii(), "{}", console.screen());
    insta::assert_snapshot!(format!("{plain}\n\n{}", console.screen()));
}

#[test]
fn recovery_codes_80x24() {
    let mut console = Console::signed_in("anna");
    let code = |n: u8| Secret::new(format!("{n}fm2-x5cj-qv4a-ejqx"));
    let codes = RecoveryCodes((0..10).map(code).collect());
    let window = recovery_codes(&"anna".into(), &codes, &console.state.seen);
    console.state.push_layer(Box::new(window));
    let wide = console.screen();
    insta::assert_snapshot!(format!("{wide}\n\n{}", console.resize(60, 18).screen()));
}

#[test]
fn new_recovery_codes_80x24() {
    let (mut console, _) = with_app();
    console.press("Tab Enter");
    own_factor(&mut console);
    insta::assert_snapshot!(console.styled());
}
