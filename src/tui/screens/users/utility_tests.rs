//! Activity ▸ User Account Management Utility: workflow B on the screen.

use crate::domain::company::CompanyKind;
use crate::domain::role::Role;
use crate::domain::secret::Secret;
use crate::domain::user::{CreatedVia, Group, Licence};
use crate::service::user_views::UserView;
use crate::service::{Credentials, PortalScope, PortalSignIn};
use crate::tui::keymap::Context;
use crate::tui::testing::{Console, context, hides, shows};
use crate::tui::theme::Theme;

const GOOD: &str = "a quiet green river";

fn user(console: &Console, login: &str) -> UserView {
    console.desk.user_by_name(&console.session("ben"), login).unwrap()
}

/// The console on the empty form, which was found by its click path; there are the customer
/// Acme Ltd and the partner Bolt plc.
fn at_utility() -> Console {
    let mut console = Console::signed_in_as(Role::PortalDataAdministrator);
    console.company("Bolt plc", CompanyKind::Partner);
    console.press("F9").type_text("activity user account management utility").press("Enter");
    shows(&console, "User Account Management Utility");
    console
}

/// Fills in everything up to the company, where the cursor is left.
fn fill_in(console: &mut Console) {
    console.press("Tab").type_text("jo.lee").press("Tab").type_text(GOOD);
    console.press("Tab").type_text(GOOD).press("Tab").type_text("Jo").press("Tab");
    console.type_text("Lee").press("Tab").type_text("jo@acme.example").press("Tab");
}

#[test]
fn a_customers_user_is_made_field_by_field_and_handed_over() {
    let mut console = at_utility();
    hides(&console, "Claim Authorization");
    fill_in(&mut console);
    shows(&console, "becomes jo.lee.P");
    console.type_text("C000001");
    assert_eq!(context(&console), Context::Picker);
    console.press("Enter Space");
    shows(&console, "Acme Ltd");
    console.press("F2");
    for text in ["Tell the password", "jo.lee.P", GOOD] {
        shows(&console, text);
    }
    let jo = user(&console, "jo.lee");
    assert_eq!(jo.created_via, CreatedVia::Utility);
    assert_eq!(jo.licence, Some(Licence::Portal));
    assert!(jo.groups.contains(&Group::Portals) && jo.groups.contains(&Group::ServicePortal));
    let profile = jo.profile.unwrap();
    assert!(profile.can_create_users && !profile.claim_authorization_required);
    assert_eq!((profile.account_type, profile.site_accounts.len()), (CompanyKind::Customer, 1));
    let password = Secret::new(GOOD.to_owned());
    let answer = console
        .desk
        .portal_sign_in(&Credentials::new("jo.lee", &password), None, &console.origin)
        .unwrap();
    assert!(matches!(answer, PortalSignIn::MustChange), "{answer:?}");
    console.wait(300).press("Esc");
    assert_eq!(context(&console), Context::UserRecord);
    hides(&console, GOOD);
}

#[test]
fn nothing_is_warned_of_before_it_matters() {
    let mut console = at_utility();
    let root = console.session("root");
    console.desk.set_portal(&root, PortalScope::Everywhere, false).unwrap();
    console.press("Space Space");
    hides(&console, "The portal is off");
    fill_in(&mut console);
    hides(&console, "The portal is off");
    console.type_text("C000001").press("Enter");
    shows(&console, "! The portal is off everywhere; nobody can sign in");
    hides(&console, "W5");
}

#[test]
fn a_partners_user_may_need_authorization_for_claims() {
    let mut console = at_utility();
    console.press("Space");
    shows(&console, "Partner ▾");
    shows(&console, "Claim Authorization  [ ]");
    shows(&console, "│  Required ");
    fill_in(&mut console);
    console.press("F4");
    shows(&console, "Bolt plc");
    hides(&console, "Acme Ltd");
    console.press("Enter Tab Space F2");
    let profile = user(&console, "jo.lee").profile.unwrap();
    assert_eq!(profile.account_type, CompanyKind::Partner);
    assert!(!profile.can_create_users && profile.claim_authorization_required);
}

#[test]
fn a_company_of_the_other_kind_is_told_at_the_form() {
    let mut console = at_utility();
    fill_in(&mut console);
    console.type_text("C000001").press("Enter");
    console.press("S-Tab S-Tab S-Tab S-Tab S-Tab S-Tab S-Tab S-Tab Space F2");
    assert_eq!(context(&console), Context::Form);
    shows(&console, "The account type is Partner, and Acme Ltd is a");
    console.press("S-Tab").press("Tab Left F2");
    shows(&console, "Tell the password");
}

#[test]
fn the_password_is_typed_twice_or_generated_into_both() {
    let mut console = at_utility();
    fill_in(&mut console);
    console.press("S-Tab S-Tab S-Tab S-Tab").type_text("x").press("Tab");
    shows(&console, "passwords differ");
    console.press("C-g");
    hides(&console, "passwords differ");
    console.press("Tab Tab Tab Tab Tab").type_text("C000001").press("Enter F2");
    shows(&console, "Tell the password");
    hides(&console, GOOD);
}

#[test]
fn a_refusal_goes_once_what_was_refused_is_typed_anew() {
    let mut console = at_utility();
    fill_in(&mut console);
    console
        .type_text("C000001")
        .press("Enter S-Tab S-Tab S-Tab S-Tab S-Tab")
        .type_text("x")
        .press("F2");
    assert!(console.status().contains("differ"), "{}", console.status());
    console.press("Backspace");
    assert_eq!(console.status(), "");
}

#[test]
fn everything_that_is_missing_is_told_at_once() {
    let mut console = at_utility();
    console.resize(100, 40).press("F2");
    assert_eq!(context(&console), Context::Form);
    for word in ["User ID", "Password", "First Name", "Last Name", "Email"] {
        shows(&console, &format!("{word} is missing"));
    }
    shows(&console, "The company is missing");
    assert!(console.status().starts_with("User ID is missing"), "{}", console.status());
}

#[test]
fn a_number_typed_whole_comes_before_those_that_contain_it() {
    let mut console = at_utility();
    for n in 0..60 {
        console.company(&format!("A C000001 {n:02}"), CompanyKind::Customer);
    }
    fill_in(&mut console);
    console.type_text("C000001").press("Enter F2");
    let company = user(&console, "jo.lee").row.company_name.unwrap();
    assert_eq!(company.raw(), "Acme Ltd");
}

#[test]
fn who_may_not_is_told_who_may() {
    let mut console = Console::signed_in("root");
    console.press("F9").type_text("activity").press("Enter");
    assert_eq!(
        console.status(),
        "Only Portal Data Administrator may create users by the User Account Management Utility; your role is Security Administrator."
    );
    assert_eq!(context(&console), Context::Palette);
}

#[test]
fn warnings_that_do_not_fit_are_read_on_a_key_that_is_named() {
    let mut console = at_utility();
    let root = console.session("root");
    console.desk.set_portal(&root, PortalScope::Everywhere, false).unwrap();
    console.press("Space");
    fill_in(&mut console);
    console.press("F4 Enter");
    for (columns, rows) in [(80, 24), (60, 18)] {
        console.resize(columns, rows);
        hides(&console, "nobody can sign in");
        shows(&console, "PgDn reads all");
        console.press("PgDn");
        assert_eq!(context(&console), Context::Reading);
        let screen = console.screen();
        let words: Vec<&str> = screen.split(|c: char| c.is_whitespace() || c == '│').collect();
        let read = words.iter().filter(|it| !it.is_empty()).copied().collect::<Vec<_>>().join(" ");
        for text in
            ["has no contract that holds today.", "nobody can sign in until it is switched on."]
        {
            assert!(read.contains(text), "no “{text}” on\n{screen}");
        }
        // Nothing is to be overridden here.
        console.press("Enter");
        assert_eq!(context(&console), Context::Reading);
        console.press("Esc");
        assert_eq!(context(&console), Context::Form);
    }
    // Where all of it can be seen, there is nothing to read on.
    console.resize(120, 40).press("PgDn");
    assert_eq!(context(&console), Context::Form);
}

#[test]
fn the_form() {
    let mut console = at_utility();
    console.press("Space");
    fill_in(&mut console);
    console.press("F4 Enter");
    insta::assert_snapshot!(console.styled());
    insta::assert_snapshot!(console.resize(120, 40).styled());
    console.resize(60, 18).theme = Theme { colour: false, ascii: true };
    assert!(console.screen().is_ascii(), "{}", console.screen());
    insta::assert_snapshot!(console.screen());
}
