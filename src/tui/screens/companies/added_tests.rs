//! What was added on a tab of a company is what the next key is for.

use crate::service::{Entrance, NewUser};
use crate::tui::testing::{Console, secret, shows};

/// The console on the Users tab of Acme Ltd, which has `before` users.
fn at_users(before: usize) -> Console {
    let mut console = Console::signed_in("anna");
    let ben = console.session("ben");
    let acme = console.desk.company_by_code(&ben, "C000001").unwrap().id;
    for n in 0..before {
        let (first, login) = (format!("Adam{n:03}"), format!("adam{n:03}"));
        let new = NewUser {
            first,
            last: "Able".into(),
            login,
            password: Some(secret()),
            ..NewUser::new(Entrance::CompanyFile, acme)
        };
        console.desk.create_portal_user(&ben, &new).unwrap();
    }
    console.press("5 Enter Tab Tab");
    console
}

/// Adds Jo Doe, who comes behind everybody by name.
fn add_jo(console: &mut Console) {
    console.press("a").type_text("Jo").press("Tab").type_text("Doe").press("Tab C-u");
    console.type_text("jo.doe").press("Tab").type_text("a quiet green river").press("F2");
    shows(console, "Tell the password");
    console.wait(300).press("Esc");
}

#[test]
fn the_user_that_was_added_is_selected() {
    let mut console = at_users(3);
    add_jo(&mut console);
    assert!(console.status().contains("jo.doe.P can sign in now"), "{}", console.status());
    console.press("Enter");
    shows(&console, "Users ▸ jo.doe.P");
}

#[test]
fn a_user_that_was_added_on_another_page_is_told_of() {
    let mut console = at_users(51);
    add_jo(&mut console);
    assert_eq!(console.status(), "jo.doe.P is added, on another page: / finds it.");
    console.press("/").type_text("jo.doe.P").press("Enter Enter");
    shows(&console, "Users ▸ jo.doe.P");
}

#[test]
fn a_user_that_the_filter_hides_is_told_of() {
    let mut console = at_users(3);
    console.press("/").type_text("adam").press("Enter");
    add_jo(&mut console);
    assert_eq!(console.status(), "jo.doe.P is added; the filter may hide it: Esc ends it.");
}

#[test]
fn the_contact_that_was_added_is_selected() {
    let mut console = Console::signed_in("anna");
    console.press("5 Enter Tab");
    for name in ["Zed", "Mia"] {
        console.press("a").type_text(name).press("F2");
        assert_eq!(console.status(), format!("{name} is a contact now."));
    }
    console.press("Enter");
    shows(&console, "Contacts ▸ Mia");
}

#[test]
fn keys_that_come_before_the_list_was_read_again_wait_for_it() {
    let mut console = Console::signed_in("anna");
    console.press("5 Enter Tab a").type_text("Zed");
    console.held = Some(Vec::new());
    console.press("F2");
    let saving = console.held.replace(Vec::new()).unwrap();
    console.carry_out(saving);
    assert_eq!(console.status(), "Zed is a contact now.");
    console.press("Enter");
    let reading = console.held.take().unwrap();
    console.carry_out(reading);
    shows(&console, "Contacts ▸ Zed");
}
