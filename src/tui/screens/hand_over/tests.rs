//! What is handed over is there to copy, once, and goes on a sheet that nobody else may read.

use std::fs;

use super::*;
use crate::service::FirstStart;
use crate::service::companies::CompanyForm;
use crate::tui::testing::{Console, PASSWORD, secret};
use crate::tui::theme::Theme;

const GIVEN: &str = "a quiet green river";

/// Root at Portal Access, right after the office of Acme was added there.
fn handing_over(website: &str) -> Console {
    let mut console = Console::over_an_empty_store();
    let first = FirstStart { website: website.to_owned(), ..FirstStart::new("root", secret()) };
    console.desk.set_up(&first, &console.origin).unwrap();
    let company = CompanyForm {
        name: "Acme Ltd".into(),
        email: "office@acme.example".into(),
        ..CompanyForm::default()
    };
    let root = console.session("root");
    let staff = crate::service::StaffForm {
        login: "anna".into(),
        first: String::new(),
        last: String::new(),
        email: String::new(),
        role: crate::domain::role::Role::CustomerService,
        password: secret(),
        must_change: false,
    };
    console.desk.create_staff(&root, &staff).unwrap();
    console.desk.create_company(&console.session("anna"), &company).unwrap();
    console.begin();
    console.type_text("anna").press("Enter").type_text(PASSWORD).press("Enter");
    console.press("g p a F4 Enter Tab").type_text(GIVEN).press("F2").wait(300);
    assert_eq!(console.state.top().unwrap().screen.context(), Context::HandOver);
    console
}

/// Writes the sheet to a file.
fn write(console: &mut Console, path: &std::path::Path) {
    console.press("w C-u").type_text(&path.display().to_string()).press("Enter");
}

#[test]
fn a_file_is_named_after_the_user_and_stays_where_it_is() {
    assert_eq!(plain_name(&"k.lee.P".into()), "k.lee.P");
    assert_eq!(plain_name(&"jo@acme.example.P".into()), "jo@acme.example.P");
    assert_eq!(plain_name(&"../../etc/x y\u{202e}.P".into()), "_.._etc_x_y_.P");
}

#[test]
fn each_thing_stands_whole_on_a_line_of_its_own() {
    let console = handing_over("https://portal.shop.example/sign-in");
    let screen = console.screen();
    let holds = |what: &str| screen.lines().filter(|line| line.contains(what)).count();
    assert_eq!(holds("https://portal.shop.example/sign-in"), 1, "{screen}");
    assert_eq!(holds("User ID           office@acme.example.P"), 1, "{screen}");
    assert_eq!(holds(GIVEN), 1, "{screen}");
}

#[test]
fn what_is_copied_keeps_its_spaces_and_is_broken_only_where_a_line_is_full() {
    let fact = |value| Fact { label: "Password", value };
    let secret = FactValue::Secret(crate::domain::secret::Secret::new("a  b c".into()));
    assert_eq!(lines(&fact(secret), 10), ["a  b c"]);
    let long = FactValue::Text("office@acme.example.P".into());
    assert_eq!(lines(&fact(long), 10), ["office@acm", "e.example.", "P"]);
}

#[test]
fn a_site_without_an_address_is_told_plainly() {
    let screen = handing_over("").screen();
    assert!(screen.contains("not entered yet; ask who gives you this"), "{screen}");
}

#[test]
fn a_sheet_is_written_and_nothing_goes_over_it() {
    let mut console = handing_over("https://portal.shop.example");
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("sheet.txt");
    write(&mut console, &path);
    assert!(console.status().contains("sheet.txt; print it"), "{}", console.status());
    let sheet = fs::read_to_string(&path).unwrap();
    for what in [
        "the sign-in of office@acme.example.P",
        "Sign-in address   https://portal.shop.example\n",
        "Password          a quiet green river\n",
        "You will be asked for a new password",
        "Handed over 24 Nov 2026 09:00 +00:00 by anna.",
    ] {
        assert!(sheet.contains(what), "{what} is missing:\n{sheet}");
    }
    write(&mut console, &path);
    let screen = console.screen();
    assert!(screen.contains("is there already; name another"), "{screen}");
    assert_eq!(fs::read_to_string(&path).unwrap(), sheet);
    console.press("C-u F2");
    assert!(console.screen().contains("Say which file to write"), "{}", console.screen());
}

#[test]
fn the_file_that_is_offered_is_named_after_the_user() {
    let mut console = handing_over("");
    let screen = console.press("w").screen();
    assert!(screen.contains("./office@acme.example.P.txt"), "{screen}");
}

#[test]
fn it_closes_by_a_deliberate_key_and_is_gone_then() {
    let mut console = handing_over("");
    console.press("Tab Enter");
    assert!(!console.screen().contains(GIVEN), "{}", console.screen());
    assert_eq!(console.state.top().unwrap().screen.context(), Context::UserRecord);
}

#[test]
fn handing_over_80x24() {
    let mut console = handing_over("https://portal.shop.example");
    insta::assert_snapshot!(console.styled());
    console.press("C-r");
    assert!(!console.screen().contains(GIVEN), "{}", console.screen());
}

#[test]
fn handing_over_in_ascii_without_colour() {
    let mut console = handing_over("");
    console.theme = Theme { colour: false, ascii: true };
    assert!(console.screen().is_ascii(), "{}", console.screen());
    insta::assert_snapshot!(console.screen());
}

#[test]
fn what_ascii_would_spell_otherwise_is_not_shown_wrong() {
    let mut console = Console::signed_in("anna");
    let fact = |label, value| Fact { label, value };
    let secret = crate::domain::secret::Secret::new("größer".into());
    let facts = vec![
        fact("User ID", FactValue::Text("zoe.P".into())),
        fact("Password", FactValue::Secret(secret)),
    ];
    let handout = Handout { title: String::new(), facts, notes: Vec::new() };
    let window = HandOver::new("Title", "Text.", "Close", &"zoe.P".into(), handout);
    console.state.push_layer(Box::new(window));
    assert!(console.screen().contains("größer"), "{}", console.screen());
    console.theme = Theme { colour: true, ascii: true };
    let screen = console.screen();
    assert!(screen.contains("zoe.P") && screen.contains("not to be shown in ASCII"), "{screen}");
    assert!(!screen.contains("grosser") && !screen.contains("groser"), "{screen}");
}

#[test]
fn writing_a_sheet() {
    insta::assert_snapshot!(handing_over("").press("w").screen());
}
