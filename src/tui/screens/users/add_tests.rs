//! Adding portal users: what keys lead to, what is filled in, what is said meanwhile.

use crate::domain::role::Role;
use crate::domain::secret::Secret;
use crate::domain::user::{CreatedVia, UserStatus};
use crate::service::Credentials;
use crate::service::companies::{CompanyForm, CompanyView};
use crate::service::user_views::UserView;
use crate::service::{Entrance, NewUser, PortalSignIn};
use crate::tui::keymap::Context;
use crate::tui::testing::{Console, context, hides, shows};
use crate::tui::theme::Theme;

const GOOD: &str = "a quiet green river";

/// The company Acme Ltd, with an email of its own.
fn acme(console: &Console) -> CompanyView {
    let ben = console.session("ben");
    let id = console.desk.company_by_code(&ben, "C000001").unwrap().id;
    let view = console.desk.company(&ben, id).unwrap();
    let form = CompanyForm { email: "office@acme.example".into(), ..view.form() };
    console.desk.edit_company(&ben, id, None, &form).unwrap()
}

fn user(console: &Console, login: &str) -> UserView {
    console.desk.user_by_name(&console.session("ben"), login).unwrap()
}

/// The console on an empty form under Portal Access, over a company with an email.
fn at_portal_access() -> Console {
    let mut console = Console::signed_in("anna");
    acme(&console);
    console.press("g p a");
    shows(&console, "Add Portal User");
    console
}

/// The console on an empty form in the Users tab of Acme Ltd.
fn at_company_file() -> Console {
    let mut console = Console::signed_in("anna");
    console.press("5 Enter Tab Tab a");
    shows(&console, "Add new user");
    console
}

/// Takes Acme Ltd from the list, which goes on to the email.
fn take_acme(console: &mut Console) {
    console.press("F4 Enter");
}

#[test]
fn what_is_typed_after_a_look_up_goes_into_the_next_field() {
    let mut console = at_portal_access();
    console.type_text("acme").press("Enter").type_text("x");
    assert_eq!(context(&console), Context::Form);
    shows(&console, "office@acme.examplex");
    console.press("Enter").type_text(GOOD);
    hides(&console, GOOD);
}

#[test]
fn the_email_comes_from_the_company_and_may_be_replaced() {
    let mut console = at_portal_access();
    take_acme(&mut console);
    for text in ["office@acme.example", "from the company", "office@acme.example.P"] {
        shows(&console, text);
    }
    console.press("C-u").type_text("jo@acme.example");
    hides(&console, "from the company");
    shows(&console, "jo@acme.example.P");
    console.press("C-z");
    shows(&console, "from the company");
}

#[test]
fn another_company_brings_another_email_unless_one_was_typed() {
    let mut console = at_portal_access();
    let ben = console.session("ben");
    let form = CompanyForm { name: "Bolt plc".into(), ..CompanyForm::default() };
    console.desk.create_company(&ben, &form).unwrap();
    take_acme(&mut console);
    console.press("S-Tab").type_text("bolt").press("Enter");
    shows(&console, "the company has none");
    hides(&console, "office@acme.example");
    console.type_text("jo@bolt.example").press("S-Tab").type_text("acme").press("Enter");
    shows(&console, "jo@bolt.example");
    hides(&console, "from the company");
}

#[test]
fn a_portal_user_is_added_and_can_sign_in() {
    let mut console = at_portal_access();
    take_acme(&mut console);
    console.press("Tab").type_text("quiet");
    shows(&console, "5 of 15 characters");
    hides(&console, "quiet");
    console.press("C-u").type_text(GOOD);
    shows(&console, "good");
    console.press("F2");
    shows(&console, "Tell the password");
    shows(&console, GOOD);
    shows(&console, "office@acme.example.P");
    console.wait(300).press("Esc");
    hides(&console, GOOD);
    assert_eq!(
        console.status(),
        "office@acme.example.P is added; the invitation is held: mail is not set up."
    );
    let made = user(&console, "office@acme.example");
    assert_eq!(made.created_via, CreatedVia::PortalAccess);
    let password = Secret::new(GOOD.to_owned());
    let name = "office@acme.example";
    let answer = console
        .desk
        .portal_sign_in(&Credentials::new(name, &password), None, &console.origin)
        .unwrap();
    assert!(matches!(answer, PortalSignIn::MustChange), "{answer:?}");
}

#[test]
fn a_generated_password_is_filled_in_and_told_once() {
    let mut console = at_portal_access();
    take_acme(&mut console);
    console.press("C-g");
    shows(&console, "generated");
    console.press("C-r");
    let screen = console.screen();
    let line = screen.lines().find(|line| line.contains("Enter Password")).unwrap();
    let password = line.split_whitespace().find(|word| word.len() > 15).unwrap().to_owned();
    console.press("F2");
    shows(&console, "Tell the password");
    shows(&console, &password);
}

#[test]
fn without_a_password_the_user_waits_for_one() {
    let mut console = at_portal_access();
    take_acme(&mut console);
    console.press("F2");
    assert_eq!(
        console.status(),
        "office@acme.example.P is added; the invitation is held: mail is not set up."
    );
    assert_eq!(context(&console), Context::UserRecord);
    assert_eq!(user(&console, "office@acme.example").row.status, UserStatus::Pending);
}

#[test]
fn without_a_company_nothing_is_saved_and_nothing_lost() {
    let mut console = at_portal_access();
    console.press("Tab").type_text("jo@acme.example").press("F2");
    shows(&console, "Take the company from the list with F4.");
    shows(&console, "jo@acme.example");
    console.press("F4 Enter");
    hides(&console, "Take the company");
    console.press("F2");
    assert!(console.status().starts_with("jo@acme.example.P is added"), "{}", console.status());
}

#[test]
fn what_is_wrong_is_told_once_the_field_is_left() {
    let mut console = at_portal_access();
    take_acme(&mut console);
    console.press("C-u").type_text("jo");
    hides(&console, "is no address");
    console.press("Tab");
    shows(&console, "is no address");
    console.press("S-Tab").type_text("@acme.example").press("Tab");
    hides(&console, "is no address");
}

#[test]
fn an_email_that_is_taken_is_told_while_it_is_typed() {
    let mut console = at_portal_access();
    let (ben, company) = (console.session("ben"), acme(&console).row.id);
    let email = "zoe@acme.example".to_owned();
    let new = NewUser { email, ..NewUser::new(Entrance::PortalAccess, company) };
    console.desk.create_portal_user(&ben, &new).unwrap();
    take_acme(&mut console);
    console.press("C-u").type_text("zoe@acme.example");
    shows(&console, "taken");
    console.type_text("x");
    hides(&console, "taken");
}

#[test]
fn an_email_taken_meanwhile_keeps_what_was_typed() {
    let mut console = at_portal_access();
    take_acme(&mut console);
    console.press("C-u").type_text("zoe@acme.example").press("Tab").type_text(GOOD);
    let (ben, company) = (console.session("ben"), acme(&console).row.id);
    let email = "ZOE@acme.example".to_owned();
    let new = NewUser { email, ..NewUser::new(Entrance::PortalAccess, company) };
    console.desk.create_portal_user(&ben, &new).unwrap();
    console.press("F2");
    assert_eq!(context(&console), Context::Form);
    shows(&console, "taken");
    shows(&console, "zoe@acme.example");
    shows(&console, "good");
    console.press("C-u").type_text("zoe2@acme.example").press("F2");
    shows(&console, GOOD);
}

#[test]
fn a_company_deactivated_meanwhile_is_told_at_its_field() {
    let mut console = at_portal_access();
    take_acme(&mut console);
    console.press("Tab").type_text(GOOD);
    let (ben, company) = (console.session("ben"), acme(&console).row.id);
    console.desk.deactivate_company(&ben, company, None).unwrap();
    console.press("F2");
    assert_eq!(context(&console), Context::Form);
    shows(&console, "Acme Ltd was deactivated by ben meanwhile");
    shows(&console, "office@acme.example");
    console.press("F2");
    shows(&console, "Tell the password");
}

#[test]
fn warnings_and_what_follows_stand_below_the_fields() {
    let mut console = at_portal_access();
    take_acme(&mut console);
    console.press("C-u").type_text("zoe@acme.example");
    console.press("PgDn");
    shows(&console, "becomes this user");
    console.press("Esc C-u").type_text("someone@gmail.com");
    shows(&console, "mailbox");
    hides(&console, "becomes this user");
}

#[test]
fn a_stale_check_is_dropped() {
    let mut console = at_portal_access();
    take_acme(&mut console);
    console.held = Some(Vec::new());
    console.press("C-u").type_text("zo");
    let held = console.held.take().unwrap();
    console.held = Some(Vec::new());
    console.type_text("e@acme.example");
    let newer = console.held.take().unwrap();
    console.carry_out(newer);
    shows(&console, "zoe@acme.example.P");
    console.carry_out(held);
    shows(&console, "zoe@acme.example.P");
}

#[test]
fn the_person_is_a_part_that_a_key_unfolds() {
    let mut console = at_portal_access();
    take_acme(&mut console);
    shows(&console, "▸ Person");
    hides(&console, "First Name");
    console.press("Tab Tab Tab Tab Space");
    shows(&console, "▾ Person");
    console.type_text("Zoë").press("Tab").type_text("O'Brien").press("F2");
    let row = user(&console, "office@acme.example").row;
    assert_eq!(row.label().raw(), "Zoë O'Brien");
    console.press("Esc a Tab Tab Tab Tab Tab Enter");
    shows(&console, "First Name");
    console.press("S-Tab Enter");
    hides(&console, "First Name");
}

#[test]
fn leaving_asks_about_what_was_typed() {
    let mut console = at_portal_access();
    take_acme(&mut console);
    console.press("Esc");
    for text in ["Keep editing", "Save", "Discard"] {
        shows(&console, text);
    }
    console.wait(300).press("Enter");
    assert_eq!(context(&console), Context::Form);
    console.press("Esc").wait(300).press("Tab Tab Enter");
    assert_eq!(context(&console), Context::PortalAccess);
}

#[test]
fn a_companys_user_has_four_fields_that_must_be_filled_in() {
    let mut console = at_company_file();
    for text in ["Company", "Acme Ltd", "Name", "Surname", "Username", "Password", "Confirm"] {
        shows(&console, text);
    }
    console.press("F2");
    for text in ["Name is missing", "Surname is missing", "Username is missing"] {
        shows(&console, text);
    }
    shows(&console, "Password is missing");
    console.type_text("Mia").press("Tab").type_text("Wong").press("Tab").type_text("mia.wong");
    console.press("Tab").type_text(GOOD);
    shows(&console, "mia.wong.P");
    shows(&console, "neither invited nor mailed");
    console.press("F2");
    shows(&console, "Tell the password");
    console.wait(300).press("Esc");
    assert_eq!(context(&console), Context::CompanyUsers);
    for text in ["Users 1", "Mia Wong", "mia.wong.P"] {
        shows(&console, text);
    }
    assert_eq!(user(&console, "mia.wong").created_via, CreatedVia::CompanyFile);
}

#[test]
fn a_folded_field_that_is_wrong_is_unfolded() {
    let mut console = at_company_file();
    console.type_text("Mia").press("Tab").type_text("Wong").press("Tab").type_text("mia.wong");
    console.press("Tab").type_text(GOOD).press("Tab Tab Space").type_text("nobody");
    console.press("S-Tab Space");
    hides(&console, "nobody");
    console.press("F2");
    shows(&console, "is no address");
    assert_eq!(context(&console), Context::Form);
}

#[test]
fn flags_that_are_not_ones_to_set_are_facts_with_the_reason() {
    for mut console in [at_portal_access(), at_company_file()] {
        console.resize(100, 40);
        console.click("▸ Access").press("Space");
        shows(&console, "Only Portal Data Administrator or Portal");
        hides(&console, "Can Create Users  [ ]");
    }
}

#[test]
fn who_may_not_is_told_who_may() {
    let mut console = Console::signed_in("root");
    console.press("g p a");
    assert!(console.status().contains("may create portal users"), "{}", console.status());
    // The list of all users has a way for every role that makes any account.
    let mut console = Console::signed_in_as(Role::Auditor);
    console.press("g u a");
    let all = "Customer Service, Portal Data Administrator, Security Administrator or Portal Admin";
    assert!(console.status().contains(all), "{}", console.status());
}

#[test]
fn the_dialog_of_portal_access() {
    let mut console = at_portal_access();
    take_acme(&mut console);
    console.press("C-u").type_text("someone@gmail.com").press("Tab").type_text(GOOD);
    insta::assert_snapshot!(console.styled());
}

#[test]
fn the_dialog_of_portal_access_60x18() {
    let mut console = at_portal_access();
    take_acme(&mut console);
    console.press("C-u").type_text("someone@gmail.com").press("Tab").type_text(GOOD);
    insta::assert_snapshot!(console.resize(60, 18).press("Tab Tab Tab Space").styled());
}

#[test]
fn the_dialog_of_a_company_120x40() {
    let mut console = at_company_file();
    console.resize(120, 40).press("F2").type_text("山田太郎");
    insta::assert_snapshot!(console.styled());
}

#[test]
fn the_dialogs_are_ascii_in_ascii() {
    for mut console in [at_portal_access(), at_company_file()] {
        console.theme = Theme { colour: false, ascii: true };
        for keys in ["F2", "Tab", "Tab", "C-g", "C-r", "Tab", "Tab", "Space", "Enter"] {
            console.press(keys);
            assert!(console.screen().is_ascii(), "after {keys}\n{}", console.screen());
        }
    }
}

#[test]
fn saving_waits_for_what_is_still_to_be_filled_in() {
    let mut console = at_portal_access();
    console.press("F4");
    console.held = Some(Vec::new());
    console.press("Enter C-g F2");
    while let Some(held) = console.held.take().filter(|held| !held.is_empty()) {
        console.held = Some(Vec::new());
        console.carry_out(held);
    }
    console.held = None;
    shows(&console, "Tell the password");
    shows(&console, "office@acme.example.P");
    assert_eq!(user(&console, "office@acme.example").row.status, UserStatus::Active);
}

#[test]
fn the_list_of_companies_reads_on_page_by_page() {
    let mut console = at_portal_access();
    let ben = console.session("ben");
    for n in 0..60 {
        let form = CompanyForm { name: format!("Works {n:02}"), ..CompanyForm::default() };
        console.desk.create_company(&ben, &form).unwrap();
    }
    console.press("F4");
    shows(&console, "50 of 61;");
    hides(&console, "Works 59");
    for _ in 0..8 {
        console.press("PgDn");
    }
    shows(&console, "Works 59");
    hides(&console, " of 61;");
    console.press("Enter");
    shows(&console, "Works 59");
    assert_eq!(context(&console), Context::Form);
}

#[test]
fn a_value_longer_than_its_field_does_not_read_as_another_one() {
    let mut console = at_company_file();
    console.resize(60, 18);
    let (head, tail) = ("a".repeat(60), "another.name");
    console.press("Tab Tab").type_text(&head).type_text(tail);
    shows(&console, "‹aa");
    shows(&console, tail);
    console.press("S-Tab");
    shows(&console, "aaaa…");
    hides(&console, tail);
}
