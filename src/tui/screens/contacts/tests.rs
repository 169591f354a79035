//! What keys on the screens of contacts lead to, and how they look.

use crate::domain::id::ContactId;
use crate::service::contacts::{ContactForm, ContactView};
use crate::service::{ListArgs, Sort};
use crate::tui::keymap::Context;
use crate::tui::testing::{Console, context, shows};

/// The contact whose first name is `first`, and its number.
fn contact(console: &Console, first: &str) -> (ContactId, ContactView) {
    let ben = console.session("ben");
    let page = console.desk.contacts(&ben, &ListArgs::all(Sort::Name, false)).unwrap();
    let named = |it: &&crate::service::contacts::ContactRow| {
        it.first.as_ref().is_some_and(|name| name.raw() == first)
    };
    let id = page.rows.iter().find(named).unwrap().id;
    (id, console.desk.contact(&ben, id).unwrap())
}

fn at_contacts() -> Console {
    let mut console = Console::signed_in("anna");
    console.press("4");
    assert_eq!(context(&console), Context::ContactList);
    console
}

/// The console on the contact of a portal user.
fn at_portal_user() -> Console {
    let mut console = Console::signed_in("anna");
    console
        .press("2 Enter c Enter x Enter Enter Enter g c /")
        .type_text("zoe@")
        .press("Enter Enter");
    shows(&console, "Contacts ▸ Zoë O'Brien");
    console
}

#[test]
fn the_list_is_filtered_and_narrowed_to_a_company() {
    let mut console = at_contacts();
    shows(&console, "3, by name");
    console.press("/").type_text("z@acme").press("Enter");
    shows(&console, "1 of 3");
    console.press("f C-u Tab F4 Enter C-s");
    shows(&console, "Filter company:C000001");
    shows(&console, "Joe Smith");
}

#[test]
fn a_contact_is_added_with_its_company() {
    let mut console = at_contacts();
    console.press("a").type_text("Ida").press("Tab").type_text("Berg").press("Tab");
    console.type_text("ida@acme.example").press("Tab Tab F4 Enter F2");
    assert_eq!(console.status(), "Ida Berg is a contact now.");
    assert_eq!(context(&console), Context::ContactRecord);
    shows(&console, "Acme Ltd");
    let (_, ida) = contact(&console, "Ida");
    assert_eq!(ida.row.company_name.unwrap().raw(), "Acme Ltd");
}

#[test]
fn an_empty_contact_is_refused_under_its_field() {
    let mut console = at_contacts();
    console.press("a F2");
    shows(&console, "A contact needs a name or an email");
    assert_eq!(context(&console), Context::Form);
}

#[test]
fn an_edit_is_saved_and_told() {
    let mut console = at_contacts();
    console.press("Enter e Tab Tab Tab").type_text("+44 1").press("C-s");
    assert_eq!(console.status(), "Joe Smith is saved.");
    shows(&console, "+44 1");
    shows(&console, "edited by anna (Phone)");
}

#[test]
fn two_people_edit_one_contact_and_nothing_typed_is_lost() {
    let mut console = at_contacts();
    console.press("Enter e End").type_text("y");
    let (id, view) = contact(&console, "Joe");
    let theirs = ContactForm {
        first: "Joseph".into(),
        last: "Smith".into(),
        email: "joe@bolt.example".into(),
        phone: String::new(),
        company: view.row.company,
    };
    let ben = console.session("ben");
    console.desk.edit_contact(&ben, id, None, &theirs).unwrap();
    console.press("F2").wait(300);
    for text in ["was changed meanwhile", "by ben", "Joseph", "Joey"] {
        shows(&console, text);
    }
    console.press("Enter");
    shows(&console, "theirs is Joseph");
    console.press("F2");
    assert_eq!(console.status(), "Joey Smith is saved.");
    assert_eq!(console.desk.contact(&ben, id).unwrap().row.first.unwrap().raw(), "Joey");
}

#[test]
fn without_a_portal_user_the_menu_says_how_there_comes_one() {
    let mut console = at_contacts();
    console.press("Enter x Down Enter");
    assert!(console.status().contains("Joe Smith is no portal user"), "{}", console.status());
    assert_eq!(context(&console), Context::Menu);
}

#[test]
fn portal_user_shows_status_and_sign_ins_and_jumps_to_the_user() {
    let mut console = at_portal_user();
    shows(&console, "zoe.obrien.P");
    console.press("x Down Enter");
    for text in ["Zoë O'Brien ▸ Portal User", "◌ Pending", "never", "Nobody has tried to sign in"]
    {
        shows(&console, text);
    }
    console.press("Enter");
    assert_eq!(context(&console), Context::UserRecord);
    shows(&console, "Users ▸ zoe.obrien.P");
}

#[test]
fn the_company_of_a_portal_user_is_kept() {
    let mut console = at_portal_user();
    console.press("e Tab Tab Tab Tab Delete F2");
    shows(&console, "The company can't be changed while portal user zoe.obrien.P");
}

#[test]
fn who_may_not_keep_contacts_is_told_who_may() {
    let mut console = Console::signed_in("root");
    console.press("4 a");
    assert!(console.status().contains("Customer Service"), "{}", console.status());
    console.press("Enter e");
    assert_eq!(context(&console), Context::ContactRecord);
    shows(&console, "your role is");
    shows(&console, "or Portal Admin may");
}

#[test]
fn the_list() {
    insta::assert_snapshot!(at_contacts().styled());
}

#[test]
fn the_list_in_a_wide_terminal() {
    insta::assert_snapshot!(at_contacts().resize(120, 40).styled());
}

#[test]
fn the_record() {
    insta::assert_snapshot!(at_portal_user().styled());
}

#[test]
fn the_portal_user() {
    insta::assert_snapshot!(at_portal_user().press("x Down Enter").styled());
}

#[test]
fn the_form() {
    insta::assert_snapshot!(at_contacts().press("Enter e").styled());
}

#[test]
fn a_form_says_which_fields_may_stay_empty() {
    let mut console = Console::signed_in("anna");
    let rows = |console: &Console, note: &str| console.screen().matches(note).count();
    console.press("4 a");
    assert_eq!(rows(&console, "a name or email"), 3, "{}", console.screen());
    assert_eq!(rows(&console, "may stay empty"), 1);
    assert_eq!(rows(&console, "F4 list, or none"), 1);
    console.press("Esc 2 Enter +");
    assert_eq!(rows(&console, "a name or email"), 3, "{}", console.screen());
}
