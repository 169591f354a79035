//! Ticks in the list of users: what they count, what clears them, how they look.

use crate::service::companies::CompanyForm;
use crate::service::{Entrance, ListArgs, Loading, NewUser, Page, Sort};
use crate::tui::ask::{Ask, Reply, UserAsk};
use crate::tui::effect::Effect;
use crate::tui::keymap::Context;
use crate::tui::testing::{Console, secret, shows};
use crate::tui::theme::Theme;
use crate::tui::update::Msg;

/// Anna on the list of users: anna, ben, root.
fn at_users() -> Console {
    let mut console = Console::signed_in("anna");
    console.press("3");
    console
}

fn boxes(console: &Console) -> String {
    let screen = console.screen();
    let ticked = |line: &str| line.contains("[x]").then_some('x');
    let open = |line: &str| line.contains("[ ]").then_some('-');
    screen.lines().skip(5).filter_map(|line| ticked(line).or_else(|| open(line))).collect()
}

#[test]
fn space_ticks_and_goes_on_and_a_range_fills_the_gap() {
    let mut console = at_users();
    assert_eq!(boxes(&console), "---");
    console.press("Space");
    assert_eq!(boxes(&console), "x--");
    shows(&console, "1 selected · 3, by User ID");
    console.press("Down v");
    assert_eq!(boxes(&console), "xxx");
    console.press("Up Space");
    assert_eq!(boxes(&console), "x-x");
    shows(&console, "2 selected");
    console.press("-");
    assert_eq!(boxes(&console), "---");
    assert!(!console.screen().contains("selected"));
}

#[test]
fn a_page_and_all_that_match() {
    let mut console = at_users();
    console.press("*");
    shows(&console, "3 selected");
    console.press("*");
    assert_eq!(boxes(&console), "---");
    console.press("+ Space");
    assert_eq!(boxes(&console), "-xx");
    shows(&console, "2 selected");
    console.press("F9").type_text("select all").press("Enter");
    assert_eq!(boxes(&console), "xxx");
}

#[test]
fn another_filter_begins_without_ticks_and_reading_again_keeps_them() {
    let mut console = at_users();
    console.press("Space r s S p");
    shows(&console, "1 selected");
    console.press("/").type_text("a");
    assert_eq!(console.state.top().unwrap().screen.context(), Context::Filter);
    assert!(!console.screen().contains("selected"), "{}", console.screen());
    console.press("Enter + Esc");
    assert!(!console.screen().contains("selected"), "{}", console.screen());
}

#[test]
fn the_mouse_ticks_a_row_and_the_box_over_all() {
    let mut console = at_users();
    console.click_at(4, 6);
    assert_eq!(boxes(&console), "-x-");
    assert_eq!(console.state.top().unwrap().screen.context(), Context::UserList);
    console.click_at(4, 4);
    assert_eq!(boxes(&console), "xxx");
    console.click_at(4, 4);
    assert_eq!(boxes(&console), "---");
}

#[test]
fn users_with_long_names_are_told_apart_beside_a_record() {
    let mut console = Console::signed_in("anna");
    let ben = console.session("ben");
    let acme = console.desk.company_by_code(&ben, "C000001").unwrap().id;
    let ids = ["bartosz.fitzgerald65.P", "bartosz.fitzgerald66.P"];
    for id in ids {
        let login = id.trim_end_matches(".P");
        let new = NewUser {
            first: "Bartosz".into(),
            last: "Fitzgerald".into(),
            email: format!("{login}@acme.example"),
            login: login.into(),
            password: Some(secret()),
            ..NewUser::new(Entrance::CompanyFile, acme)
        };
        console.desk.create_portal_user(&ben, &new).unwrap();
    }
    console.press("5 Enter Tab Tab").resize(120, 32);
    for text in [ids[0], ids[1], "Bartosz Fitzgerald", "Website", "Active"] {
        shows(&console, text);
    }
    console.press("Esc 3").resize(60, 18);
    for text in [ids[0], ids[1], "Company"] {
        shows(&console, text);
    }
}

#[test]
fn a_filter_that_cannot_be_read_says_so_and_the_rows_stay() {
    let mut console = at_users();
    console.press("/").type_text("ben");
    shows(&console, "1 of 3");
    console.paste(" colour:red");
    shows(&console, "There is no field “colour” here; there are status, company");
    shows(&console, "as before: 1 of 3");
    shows(&console, "ben");
    console.press("Enter");
    assert_eq!(console.state.top().unwrap().screen.context(), Context::Filter, "it is not kept");
    for _ in 0.." colour:red".len() {
        console.press("Backspace");
    }
    assert!(!console.screen().contains("colour"), "{}", console.screen());
    console.type_text(" \"anna").press("Left");
    shows(&console, "A quotation mark is open");
    console.press("End").type_text("\"");
    shows(&console, "No user fits this search.");
    console.press("C-u").type_text("never-signed-in kind:staff").press("Enter");
    shows(&console, "1 of 3");
}

#[test]
fn the_name_of_a_condition_on_its_way_is_no_last_result() {
    let mut console = at_users();
    console.press("/").type_text("stauts");
    shows(&console, "0 of 3");
    console.type_text(":active");
    shows(&console, "There is no field “stauts” here");
    shows(&console, "as before: 3");
    shows(&console, "root ");
    console.press("C-u").type_text("ben -never-sign:x");
    shows(&console, "as before: 1 of 3");
    // What was found by a condition stays, though its value can't be read any more.
    console.press("C-u").type_text("role:auditorx");
    shows(&console, "as before: 0 of 3");
}

#[test]
fn portal_access_lists_portal_users_by_company() {
    let mut console = Console::signed_in("anna");
    console.press("2 Enter c Enter x Enter Enter Enter g p");
    shows(&console, "Settings ▸ Client ▸ Portal Access");
    shows(&console, "Company ▲");
    shows(&console, "1, by company");
    shows(&console, "zoe.obrien.P");
    assert!(!console.screen().contains("ben"), "{}", console.screen());
    console.press("/").type_text("nobody");
    shows(&console, "0 of 1");
}

#[test]
fn a_ticked_row_that_is_gone_is_not_counted_any_more() {
    let mut console = Console::signed_in("anna");
    console.press("2 Enter c Enter x Enter Enter Enter 3 Space End Space");
    shows(&console, "2 selected");
    let ben = console.session("ben");
    let zoe = console.desk.user_by_name(&ben, "zoe.obrien").unwrap().row.id;
    console.desk.delete_user(&ben, zoe, None).unwrap();
    console.press("r");
    shows(&console, "1 selected · 3, by User ID");
    assert_eq!(boxes(&console), "x--");
}

#[test]
fn a_list_that_is_still_being_read_says_so_and_reads_on_by_itself() {
    let mut console = Console::signed_in("anna");
    let args = ListArgs::all(Sort::Login, false);
    let whole = console.desk.users(&console.session("ben"), &args).unwrap();
    let part = Page { loading: Some(Loading { read: 340_000, of: 1_000_000 }), ..whole.clone() };
    let none = Page { rows: Vec::new(), total: 0, all: 0, ..part.clone() };
    console.held = Some(Vec::new());
    console.press("3");
    for page in [none, part, whole] {
        let held = console.held.as_mut().unwrap().drain(..);
        let tickets = held.filter_map(|effect| match effect {
            Effect::Ask { ticket, ask, .. } => {
                matches!(*ask, Ask::User(UserAsk::List(_))).then_some(ticket)
            }
            _ => None,
        });
        let ticket = tickets.into_iter().next_back().expect("the page is asked for");
        let loading = page.loading.is_some();
        console.send(Msg::Answer(ticket, Ok(Reply::Users(page))));
        if loading {
            shows(&console, "reading the store: 340,000 of 1,000,000");
        }
        console.wait(500);
    }
    shows(&console, "3, by User ID");
    console.wait(5_000);
    assert!(console.held.unwrap().is_empty(), "a list that is whole is left alone");
}

/// Portal Access with two portal users, one of them with a name in wide characters.
fn at_portal_access(columns: u16, rows: u16) -> Console {
    let mut console = Console::signed_in("anna");
    console.press("2 Enter c Enter x Enter Enter Enter");
    console.press("2 Down Down Down Enter + C-s x Enter Enter Enter");
    console.resize(columns, rows).press("g p");
    console
}

#[test]
fn portal_access_80x24() {
    insta::assert_snapshot!(at_portal_access(80, 24).press("Space").styled());
}

#[test]
fn portal_access_120x40() {
    insta::assert_snapshot!(at_portal_access(120, 40).press("+").screen());
}

#[test]
fn portal_access_60x18() {
    insta::assert_snapshot!(at_portal_access(60, 18).press("+ Space").screen());
}

#[test]
fn portal_access_in_ascii_without_colour() {
    let mut console = at_portal_access(80, 24);
    console.theme = Theme { colour: false, ascii: true };
    console.press("Space /").paste("colour:red");
    assert!(console.screen().is_ascii());
    insta::assert_snapshot!(console.screen());
}

/// Takes the line of the open menu that begins with that word.
fn choose(console: &mut Console, word: &str) {
    console.press("x").type_text(word).press("Enter");
}

#[test]
fn ticked_users_are_disabled_enabled_and_deleted_for_good() {
    let mut console = at_portal_access(80, 24);
    console.press("+");
    shows(&console, "Space tick  d delete  x actions  - clear");
    console.press("x");
    shows(&console, "2 selected");
    console.press("Esc");
    choose(&mut console, "Disable");
    console.wait(300);
    shows(&console, "Disable 2 users");
    console.press("Left Enter").wait(300);
    shows(&console, "✔ zoe.obrien.P");
    assert_eq!(console.status(), "2 users are disabled.");
    console.press("Enter");
    shows(&console, "■ Disabled");
    assert!(!console.screen().contains("selected"), "{}", console.screen());
    console.press("+ F9").type_text("enable").press("Enter").wait(300).press("Left Enter");
    assert_eq!(console.status(), "2 users are enabled.");
    console.wait(300).press("Enter Home Space d").wait(300).press("Left Left Enter");
    assert!(console.status().contains("zoe.obrien.P is deleted."), "{}", console.status());
    assert!(!console.screen().contains("zoe@acme"), "{}", console.screen());
    assert!(!console.screen().contains("selected"), "{}", console.screen());
    shows(&console, "1, by company");
}

#[test]
fn a_list_is_written_to_a_file_and_an_existing_one_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("users.csv");
    let mut console = at_portal_access(80, 24);
    console.press("Space");
    choose(&mut console, "Export");
    shows(&console, "Export users: 1 row");
    shows(&console, "users-2026-11-27.csv");
    console.press("C-u").paste(file.to_str().unwrap()).press("F2");
    assert!(console.status().starts_with("1 row is written to"), "{}", console.status());
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("zoe@acme.example") && !text.contains("taro@"), "{text}");
    console.press("-");
    choose(&mut console, "Export");
    shows(&console, "Export users: 2 rows");
    console.press("C-u").paste(file.to_str().unwrap()).press("F2");
    assert_eq!(console.state.top().unwrap().screen.context(), Context::Form, "it is there already");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    console.press("Tab Space F2");
    assert!(console.status().starts_with("2 rows are written to"), "{}", console.status());
    assert!(std::fs::read_to_string(&file).unwrap().contains("taro@ito.example"));
    for keys in ["2", "4", "5"] {
        let file = dir.path().join(format!("{keys}.csv"));
        console.press(keys);
        choose(&mut console, "Export");
        console.press("C-u").paste(file.to_str().unwrap()).press("F2");
        assert!(console.status().contains("written to"), "{keys}: {}", console.status());
        assert!(std::fs::read_to_string(&file).unwrap().lines().count() > 1);
    }
}

#[test]
fn tab_goes_on_with_a_condition_or_leaves_the_line() {
    let mut console = at_users();
    console.press("/").type_text("sta").press("Tab").type_text("ac").press("Tab");
    shows(&console, "Filter status:active");
    shows(&console, "3, by User ID");
    console.type_text("kind:").press("Tab");
    assert_eq!(console.status(), "kind: staff  portal");
    console.type_text("s").press("Tab").press("Tab");
    assert_eq!(console.state.top().unwrap().screen.context(), Context::UserList);
    shows(&console, "Filter status:active kind:staff");
}

#[test]
fn a_company_that_was_taken_is_meant_by_its_code_and_not_its_namesakes() {
    let mut console = at_portal_access(80, 24);
    let ben = console.session("ben");
    for name in ["Acme Ltd Polska", "Old Acme Ltd"] {
        let form = CompanyForm { name: name.into(), ..CompanyForm::default() };
        console.desk.create_company(&ben, &form).unwrap();
    }
    console.press("f Tab Tab").type_text("acme ltd");
    shows(&console, "C000001 · Acme Ltd");
    console.press("Enter F2");
    shows(&console, "Filter company:C000001");
    shows(&console, "1 of 2, by company");
    console.press("f");
    shows(&console, "C000001");
    console.press("F2");
    shows(&console, "Filter company:C000001");
}
