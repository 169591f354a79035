//! What keys on the screens of companies lead to, and how they look.

use crate::service::companies::{CompanyForm, CompanyView};
use crate::service::contracts::ContractForm;
use crate::tui::keymap::Context;
use crate::tui::testing::{Console, context, hides, shows};
use crate::tui::theme::Theme;

fn at_companies() -> Console {
    let mut console = Console::signed_in("anna");
    console.press("5");
    assert_eq!(context(&console), Context::CompanyList);
    console
}

/// The console on the Details of Acme Ltd.
fn at_acme() -> Console {
    let mut console = at_companies();
    console.press("Enter");
    assert_eq!(context(&console), Context::CompanyRecord);
    console
}

/// Acme Ltd as it is in the store.
fn acme(console: &Console) -> CompanyView {
    let ben = console.session("ben");
    let id = console.desk.company_by_code(&ben, "C000001").unwrap().id;
    console.desk.company(&ben, id).unwrap()
}

#[test]
fn a_company_is_added_and_shown() {
    let mut console = at_companies();
    console.press("a").type_text("Bolt plc").press("Tab Tab Space Tab");
    console.type_text("office@bolt.example").press("F2");
    assert_eq!(console.status(), "Bolt plc is a company now, P000002.");
    assert_eq!(context(&console), Context::CompanyRecord);
    for text in ["Companies ▸ Bolt plc", "Partner", "● Active", "office@bolt.example"] {
        shows(&console, text);
    }
    console.press("Esc / b o l t");
    shows(&console, "1 of 2");
}

#[test]
fn a_code_that_is_taken_keeps_what_was_typed() {
    let mut console = at_companies();
    console.press("a").type_text("Bolt plc").press("Tab").type_text("c000001").press("F2");
    assert_eq!(context(&console), Context::Form);
    shows(&console, "Bolt plc");
    assert!(console.status().contains("is taken"), "{}", console.status());
    console.press("Esc");
    shows(&console, "Keep editing");
}

#[test]
fn every_field_is_edited() {
    let mut console = at_acme();
    console.press("e").press("Tab Tab Tab");
    for text in ["a@acme.example", "+44 1", "Leeds", "Britain", "https://acme.example"] {
        console.type_text(text).press("Tab");
    }
    console.press("Tab Space F2");
    assert_eq!(console.status(), "Acme Ltd is saved.");
    for text in ["◐ On hold", "a@acme.example", "+44 1", "Leeds", "Britain", "acme.example"] {
        shows(&console, text);
    }
    assert!(acme(&console).row.on_hold);
}

#[test]
fn deactivating_says_what_follows_and_is_undone() {
    let mut console = at_acme();
    console.press("x").type_text("deact").press("Enter");
    shows(&console, "Deactivate Acme Ltd?");
    shows(&console, "no portal users");
    console.wait(300).press("Tab Enter");
    assert_eq!(console.status(), "Acme Ltd is inactive now.");
    shows(&console, "■ Inactive");
    console.press("u");
    assert_eq!(console.status(), "Acme Ltd is active again.");
    shows(&console, "● Active");
    console.press("x").type_text("activ").press("Enter");
    assert!(console.status().contains("active already"), "{}", console.status());
}

#[test]
fn somebody_elses_edit_is_brought_together() {
    let mut console = at_acme();
    console.press("e End").type_text(" & Co");
    let (ben, view) = (console.session("ben"), acme(&console));
    let form = CompanyForm { partner: true, city: "Leeds".into(), on_hold: true, ..view.form() };
    console.desk.edit_company(&ben, view.row.id, None, &form).unwrap();
    console.press("F2");
    for text in ["was changed meanwhile", "Kind", "Customer", "Partner", "On hold", "Leeds"] {
        shows(&console, text);
    }
    console.wait(300).press("Enter F2");
    let row = acme(&console).row;
    assert_eq!((row.name.raw(), row.kind.word()), ("Acme Ltd & Co", "Partner"));
    assert!(row.on_hold && row.city.is_some());
}

#[test]
fn the_tabs_are_gone_through_by_keys_and_by_the_mouse() {
    let mut console = at_acme();
    shows(&console, "Contacts 3");
    console.press("Tab");
    assert_eq!(context(&console), Context::CompanyContacts);
    shows(&console, "Companies ▸ Acme Ltd ▸ Contacts");
    shows(&console, "Joe Smith");
    console.press("] ]");
    assert_eq!(context(&console), Context::CompanyContracts);
    shows(&console, "No contracts yet.");
    console.press("S-Tab");
    assert_eq!(context(&console), Context::CompanyUsers);
    shows(&console, "No users yet.");
    console.click("Details");
    assert_eq!(context(&console), Context::CompanyRecord);
    console.click("Contacts 3");
    assert_eq!(context(&console), Context::CompanyContacts);
    console.press("[ [");
    assert_eq!(context(&console), Context::CompanyContracts, "round the end");
    console.press("Esc");
    assert_eq!(context(&console), Context::CompanyList);
}

#[test]
fn a_tab_keeps_its_filter_and_its_row() {
    let mut console = at_acme();
    console.press("Tab /").type_text("z@").press("Enter");
    shows(&console, "1 of ");
    console.press("Tab S-Tab");
    shows(&console, "Filter z@");
    console.press("Esc");
    shows(&console, "Joe Smith");
    assert_eq!(context(&console), Context::CompanyContacts, "Esc empties the filter first");
}

#[test]
fn a_contact_is_added_to_the_company() {
    let mut console = at_acme();
    console.press("Tab a").type_text("Mia").press("F2");
    assert_eq!(console.status(), "Mia is a contact now.");
    assert_eq!(context(&console), Context::CompanyContacts);
    shows(&console, "Contacts 4");
    console.press("/").type_text("mia").press("Enter Enter");
    shows(&console, "Contacts ▸ Mia");
    shows(&console, "Acme Ltd");
}

#[test]
fn contracts_are_kept() {
    let mut console = at_acme();
    console.press("S-Tab a").type_text("K-1").press("Tab").type_text("STD").press("Tab");
    console.type_text("Standard").press("Tab").type_text("2026-01-01").press("F2");
    assert_eq!(console.status(), "Contract K-1 is added.");
    for text in ["Contracts 1", "K-1", "Standard", "2026-01-01", "no end", "● Active"] {
        shows(&console, text);
    }
    console.press("Enter Tab Tab Tab Tab").type_text("2026-02-01").press("F2");
    assert_eq!(console.status(), "Contract K-1 is saved.");
    shows(&console, "■ Not now");
    console.press("d").wait(300).press("Tab Enter");
    assert_eq!(console.status(), "Contract K-1 is deleted.");
    shows(&console, "No contracts yet.");
    console.press("u");
    assert_eq!(console.status(), "Contract K-1 is there again.");
    shows(&console, "Contracts 1");
}

#[test]
fn the_contract_that_the_question_names_is_deleted_and_no_other() {
    let mut console = at_acme();
    let (ben, company) = (console.session("ben"), acme(&console).row.id);
    let contract = |number: &str| ContractForm {
        number: number.into(),
        config_code: "STD".into(),
        config_name: "Standard".into(),
        start: "2026-01-01".into(),
        ..ContractForm::default()
    };
    let first = console.desk.create_contract(&ben, company, &contract("K-1")).unwrap();
    console.desk.create_contract(&ben, company, &contract("K-2")).unwrap();
    console.press("S-Tab");
    console.held = Some(Vec::new());
    console.press("r d");
    let held = console.held.take().unwrap();
    shows(&console, "Delete contract K-1?");
    // The list is read again under the question, and K-2 is the row that is selected then.
    console.desk.delete_contract(&ben, company, first.id, None).unwrap();
    console.carry_out(held);
    console.wait(300).press("Tab Enter");
    shows(&console, "K-2");
    assert!(!console.status().contains("is deleted"), "{}", console.status());
    assert_eq!(acme(&console).contracts, 1);
}

#[test]
fn a_contract_that_is_wrong_says_so_at_its_fields() {
    let mut console = at_acme();
    console.press("S-Tab a").type_text("K-1").press("Tab Tab Tab").type_text("soon").press("F2");
    assert_eq!(context(&console), Context::Form);
    assert!(console.screen().matches("is missing").count() >= 1, "{}", console.screen());
    console.press("Esc");
    shows(&console, "Keep editing");
}

#[test]
fn who_may_not_is_told_so() {
    let mut console = Console::signed_in("root");
    console.press("5 a");
    assert!(console.status().contains("create and edit contacts"), "{}", console.status());
    console.press("Enter e");
    assert_eq!(context(&console), Context::CompanyRecord);
    assert!(console.status().starts_with("Only "), "{}", console.status());
}

#[test]
fn the_way_to_a_companys_users_is_in_the_palette() {
    let mut console = Console::signed_in("anna");
    console.press("F9").type_text("Company ▸ Contacts ▸ Users").press("Enter");
    shows(&console, "Company ▸ Contacts ▸ Users");
    console.press("Enter");
    assert_eq!(context(&console), Context::CompanyUsers);
    shows(&console, "Companies ▸ Acme Ltd ▸ Users");
}

#[test]
fn the_list() {
    insta::assert_snapshot!(at_companies().styled());
}

#[test]
fn the_list_in_a_wide_terminal() {
    insta::assert_snapshot!(at_companies().resize(120, 40).styled());
}

#[test]
fn the_details() {
    insta::assert_snapshot!(at_acme().styled());
}

#[test]
fn the_contacts_tab_60x18() {
    insta::assert_snapshot!(at_acme().press("Tab").resize(60, 18).styled());
}

#[test]
fn the_contacts_tab_in_a_wide_terminal() {
    insta::assert_snapshot!(at_acme().press("Tab").resize(120, 40).styled());
}

#[test]
fn the_form() {
    insta::assert_snapshot!(at_acme().press("e").styled());
}

#[test]
fn a_wide_name_in_ascii_and_without_colours() {
    let mut console = at_companies();
    let ben = console.session("ben");
    let form = CompanyForm { name: "有限会社 伊藤".into(), ..CompanyForm::default() };
    console.desk.create_company(&ben, &form).unwrap();
    console.press("r End Enter");
    insta::assert_snapshot!(console.screen());
    console.theme = Theme { colour: false, ascii: true };
    for keys in ["Tab", "Tab", "Tab", "Tab", "e", "Esc", "Esc"] {
        console.press(keys);
        assert!(console.screen().is_ascii(), "after {keys}\n{}", console.screen());
    }
    hides(&console, "伊藤");
}

#[test]
fn a_tab_that_was_shown_before_the_company_was_read_learns_its_name() {
    for way in ["5 Enter Tab Tab", "F9 C o m p a n y Enter Enter"] {
        let mut console = Console::signed_in("anna");
        let (first, rest) = way.rsplit_once("Enter").unwrap();
        console.press(first.trim_end());
        console.held = Some(Vec::new());
        console.press(format!("Enter{rest}").trim_end());
        let held = console.held.take().unwrap();
        console.carry_out(held);
        assert_eq!(context(&console), Context::CompanyUsers);
        console.press("a");
        shows(&console, "Add new user");
        hides(&console, "CO-000001");
    }
}
