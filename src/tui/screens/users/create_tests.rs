//! User Management ▸ Users, Create ▸ User: workflow E on the screen.

use crate::domain::company::CompanyKind;
use crate::domain::factor::Factor;
use crate::domain::id::CompanyId;
use crate::domain::role::{PortalRight, Role, RoleChoice};
use crate::domain::user::{CreatedVia, UserStatus};
use crate::service::companies::CompanyForm;
use crate::service::contacts::ContactForm;
use crate::service::contracts::ContractForm;
use crate::service::requests::RequestForm;
use crate::service::roles::RoleForm;
use crate::service::user_views::UserView;
use crate::service::{Entrance, NewUser, Overriding, PortalScope};
use crate::tui::keymap::Context;
use crate::tui::testing::{Console, PASSWORD, context, hides, secret, shows};
use crate::tui::theme::Theme;

fn user(console: &Console, login: &str) -> UserView {
    console.desk.user_by_name(&console.session("ben"), login).unwrap()
}

/// Enters a contract of a company that carries an organization config.
fn contract(console: &Console, company: CompanyId, number: &str, config: &str) {
    let form = ContractForm {
        number: number.into(),
        config_code: config.into(),
        config_name: format!("The {config} config"),
        start: "2026-01-01".into(),
        end: String::new(),
    };
    console.desk.create_contract(&console.session("ben"), company, &form).unwrap();
}

/// Acme Ltd, with a contract, so that nothing is to be said against it.
fn acme(console: &Console) -> CompanyId {
    let ben = console.session("ben");
    let acme = console.desk.company_by_code(&ben, "C000001").unwrap().id;
    contract(console, acme, "ACME-1", "EU");
    acme
}

/// The console of a Security Administrator on the empty form.
fn at_form() -> Console {
    let mut console = Console::signed_in("root");
    acme(&console);
    console.press("F9").type_text("create user").press("Enter");
    shows(&console, "Create User");
    console
}

/// A Portal Admin, who was made by a Security Administrator, at the form.
fn portal_admin_at_form() -> Console {
    let mut console = Console::new();
    let (root, acme) = (console.session("root"), acme(&console));
    let form = NewUser {
        first: "Pat".into(),
        last: "Adams".into(),
        email: "pat@acme.example".into(),
        login: "pat".into(),
        role: Some(RoleChoice::BuiltIn(Role::PortalAdmin)),
        ..NewUser::new(Entrance::CreateUser, acme)
    };
    let warnings = console.desk.check_new_user(&root, &form).unwrap().warnings;
    let form = NewUser { overriding: Overriding::Shown(warnings), ..form };
    let id = console.desk.create_portal_user(&root, &form).unwrap().row.id;
    console.desk.set_password(&root, id, None, &secret(), false).unwrap();
    console.type_text("pat").press("Enter").type_text(PASSWORD).press("Enter 3 a");
    console.press("Enter");
    shows(&console, "Create User");
    console
}

/// Fills in the person and the login; the cursor is left on the role.
fn fill_in(console: &mut Console, email: &str) {
    console.type_text("Jo").press("Tab").type_text("Lee").press("Tab").type_text(email);
    console.press("Tab Tab").type_text("jo.lee").press("Tab");
}

#[test]
fn a_super_user_is_made_for_a_customer() {
    let mut console = at_form();
    fill_in(&mut console, "jo@acme.example");
    console.press("Right Right");
    shows(&console, "Super User ▾");
    console.press("Tab F4").type_text("acme").press("Enter");
    assert_eq!(context(&console), Context::Form);
    shows(&console, "Acme Ltd");
    console.press("F4 Space Enter Right F2");
    assert_eq!(context(&console), Context::UserRecord, "{}", console.screen());
    assert!(
        console.status().starts_with("jo.lee.P is created as Super User"),
        "{}",
        console.status()
    );
    let jo = user(&console, "jo.lee");
    assert_eq!(jo.role_choice, RoleChoice::BuiltIn(Role::SuperUser));
    assert_eq!(jo.row.status, UserStatus::Pending);
    assert_eq!(jo.created_via, CreatedVia::CreateUser);
    assert_eq!(jo.second_factor, Some(Factor::AuthenticatorApp));
    let memberships = jo.profile.unwrap().memberships;
    assert_eq!(memberships[0].organization_config.as_ref().unwrap().raw(), "EU");
}

#[test]
fn only_roles_that_one_may_give_can_be_chosen_and_the_list_says_why() {
    let mut console = at_form();
    fill_in(&mut console, "jo@acme.example");
    shows(&console, "none chosen yet");
    let mut seen = Vec::new();
    for _ in 0..3 {
        console.press("Right");
        let screen = console.screen();
        let line = screen.lines().find(|line| line.contains("Assigned Role")).unwrap();
        seen.push(line.split_whitespace().collect::<Vec<_>>()[3..5].join(" "));
    }
    assert_eq!(seen, ["Portal Admin", "Super User", "none chosen"]);
    console.press("F4");
    shows(&console, "not yours to give");
    console.press("Enter");
    assert!(console.status().contains("Only Portal Admin may"), "{}", console.status());
    console.press("Down Enter");
    shows(&console, "Portal Admin ▾");
    assert_eq!(context(&console), Context::Form);
}

#[test]
fn a_portal_admin_gives_portal_roles() {
    let mut console = portal_admin_at_form();
    fill_in(&mut console, "jo@acme.example");
    shows(&console, "Portal User ▾");
    console.press("Tab F4 Enter F2");
    assert_eq!(user(&console, "jo.lee").row.status, UserStatus::Pending, "{}", console.screen());
}

#[test]
fn warnings_stop_it_until_exactly_they_are_overridden() {
    let mut console = at_form();
    fill_in(&mut console, "jo@gmail.com");
    console.press("Right Tab F4 Enter F2");
    assert_eq!(context(&console), Context::Form);
    for text in ["W1 jo@gmail.com is a public mailbox", "Override warnings"] {
        shows(&console, text);
    }
    assert!(console.status().starts_with("W1"), "{}", console.status());
    console.press("Space");
    shows(&console, "[x]");
    // Whoever edits has not agreed to what it comes to now.
    console.press("S-Tab S-Tab S-Tab S-Tab S-Tab S-Tab").type_text("5").press("Tab");
    hides(&console, "[x]");
    for text in ["W1 jo@gmail.com", "W6"] {
        shows(&console, text);
    }
    console.press("F2");
    assert_eq!(context(&console), Context::Form);
    console.press("Space F2");
    assert_eq!(context(&console), Context::UserRecord, "{}", console.screen());
    assert_eq!(user(&console, "jo.lee").row.status, UserStatus::Pending);
}

/// The form with eight long warnings against it, the cursor on the switch that overrides them.
fn at_eight_warnings() -> Console {
    let mut console = at_form();
    let (ben, root) = (console.session("ben"), console.session("root"));
    let works: Vec<CompanyId> = (1..=7)
        .map(|n| {
            let form = CompanyForm {
                name: format!("Amalgamated Works of the Northern Provinces and Islands {n}"),
                on_hold: n > 5,
                ..CompanyForm::default()
            };
            console.desk.create_company(&ben, &form).unwrap().row.id
        })
        .collect();
    for id in &works[..4] {
        console.desk.deactivate_company(&ben, *id, None).unwrap();
    }
    let [first, last, email] = ["Jo", "Lee", "jo@gmail.com"].map(str::to_owned);
    let request = RequestForm {
        first: first.clone(),
        last: last.clone(),
        email,
        phone: "+44 20 7946 0018".into(),
        company_name: "Amalgamated Works".into(),
    };
    console.desk.submit_request(&request, None, &console.origin).unwrap();
    for _ in 0..2 {
        let form = ContactForm {
            first: first.clone(),
            last: last.clone(),
            company: Some(works[0]),
            ..ContactForm::default()
        };
        console.desk.create_contact(&ben, &form).unwrap();
    }
    console.desk.set_portal(&root, PortalScope::Everywhere, false).unwrap();
    fill_in(&mut console, "jo@gmail.com");
    console.press("S-Tab S-Tab").type_text("5").press("Tab Tab");
    console.press("Right Tab F4").type_text("amalgamated").press("F6 Enter F2");
    let codes = "Warnings stop it: W1, W2, W3, W3, W4, W5, W6, W8;";
    assert!(console.status().starts_with(codes), "{}", console.screen());
    console
}

#[test]
fn warnings_that_do_not_fit_are_read_to_their_end_before_they_are_overridden() {
    let mut console = at_eight_warnings();
    hides(&console, "is open for the same email");
    shows(&console, "more lines: PgDn reads all");
    console.press("Space");
    assert_eq!(context(&console), Context::Reading, "{}", console.screen());
    shows(&console, "8 warnings stop it");
    // What was typed ahead does nothing; and nobody agrees to what is still below.
    console.press("Enter").wait(300).press("Enter");
    assert_eq!(context(&console), Context::Reading);
    assert!(console.status().contains("read on with PgDn"), "{}", console.status());
    let mut read = console.screen();
    for _ in 0..3 {
        console.press("PgDn");
        read.push_str(&console.screen());
    }
    for text in ["W1", "W2", "are inactive.", "Islands 7 are on", "W4", "W5", "W6", "reject it"] {
        assert!(read.contains(text), "{text} of\n{read}");
    }
    shows(&console, "Enter overrides exactly these");
    console.press("Enter");
    assert_eq!(context(&console), Context::Form);
    shows(&console, "[x]");
    console.press("F2");
    assert_eq!(context(&console), Context::UserRecord, "{}", console.screen());
}

#[test]
fn reading_the_warnings_overrides_nothing() {
    let mut console = at_eight_warnings();
    console.press("PgDn").wait(300).press("Down");
    hides(&console, "W1 jo");
    console.press("Up");
    shows(&console, "W1 jo");
    console.press("PgDn PgDn Esc");
    assert_eq!(context(&console), Context::Form);
    hides(&console, "[x]");
}

#[test]
fn what_was_read_is_not_what_stands_there_now() {
    let mut console = at_eight_warnings();
    console.press("S-Tab S-Tab S-Tab S-Tab S-Tab S-Tab");
    // The check of the last character is answered only once the warnings are being read.
    console.held = Some(Vec::new());
    console.type_text("6").press("Tab Tab Tab Tab Tab Tab PgDn");
    assert_eq!(context(&console), Context::Reading, "{}", console.screen());
    let late = console.held.take().unwrap();
    console.carry_out(late);
    console.wait(300).press("PgDn PgDn PgDn Enter");
    assert_eq!(context(&console), Context::Form);
    hides(&console, "[x]");
    assert!(console.status().contains("read them again"), "{}", console.status());
}

#[test]
fn the_warnings() {
    let mut console = at_eight_warnings();
    insta::assert_snapshot!(console.styled());
    console.press("Space").wait(300);
    insta::assert_snapshot!(console.styled());
    console.press("PgDn PgDn");
    insta::assert_snapshot!(console.screen());
    console.resize(60, 18).theme = Theme { colour: false, ascii: true };
    assert!(console.screen().is_ascii(), "{}", console.screen());
    insta::assert_snapshot!(console.screen());
}

#[test]
fn without_warnings_there_is_nothing_to_override() {
    let mut console = at_form();
    fill_in(&mut console, "jo@acme.example");
    console.press("Right Tab F4 Enter");
    hides(&console, "Override warnings");
}

#[test]
fn customers_are_gathered_from_several_searches() {
    let mut console = at_form();
    for name in ["Bolt plc", "Bolt Works", "Cord AG"] {
        console.company(name, CompanyKind::Customer);
    }
    console.press("Tab Tab Tab Tab Tab Tab").type_text("bolt");
    assert_eq!(context(&console), Context::Ticking);
    console.press("Down Space Space");
    shows(&console, "2 ticked");
    console.press("C-u").type_text("cord").press("Down Space C-u");
    shows(&console, "3 ticked");
    let screen = console.screen();
    let rows: Vec<&str> = screen.lines().filter(|line| line.contains("[x]")).collect();
    assert_eq!(rows.len(), 3, "what is ticked comes first:\n{screen}");
    console.press("Down Down Space");
    shows(&console, "2 ticked");
    console.press("Enter");
    shows(&console, "Bolt plc, Cord AG");
}

#[test]
fn with_no_tick_at_all_enter_takes_the_selected_row() {
    let mut console = at_form();
    console.press("Tab Tab Tab Tab Tab Tab F4");
    shows(&console, "type to search");
    console.press("Space Space Enter");
    assert_eq!(context(&console), Context::Form);
    shows(&console, "Acme Ltd");
    // Who takes away what was ticked before wants none of it.
    console.press("S-Tab F4 Space Enter S-Tab");
    hides(&console, "Acme Ltd");
}

#[test]
fn an_inactive_role_is_not_said_to_be_somebody_elses() {
    let mut console = portal_admin_at_form();
    let root = console.session("root");
    let form = RoleForm {
        name: "Claims desk".into(),
        description: String::new(),
        rights: vec![PortalRight::ReportCases],
    };
    let role = console.desk.create_role(&root, &form).unwrap().row.id.unwrap();
    console.desk.deactivate_role(&root, role, None).unwrap();
    console.press("Esc a Enter Tab Tab Tab Tab Tab F4");
    let screen = console.screen();
    let line = screen.lines().find(|line| line.contains("Claims desk")).unwrap();
    assert!(line.contains("inactive") && !line.contains("not yours"), "{screen}");
}

#[test]
fn leaving_the_list_asks_about_ticks() {
    let mut console = at_form();
    console.press("Tab Tab Tab Tab Tab Tab F4 Space Esc");
    shows(&console, "Keep editing");
    console.wait(300).press("Enter");
    assert_eq!(context(&console), Context::Ticking);
    console.press("Space Esc");
    assert_eq!(context(&console), Context::Form);
}

#[test]
fn of_a_companys_configs_one_is_chosen() {
    let mut console = at_form();
    let ben = console.session("ben");
    let acme = console.desk.company_by_code(&ben, "C000001").unwrap().id;
    contract(&console, acme, "ACME-2", "US");
    let bolt = console.company("Bolt plc", CompanyKind::Customer).id;
    contract(&console, bolt, "BOLT-1", "EU");
    console.press("Tab Tab Tab Tab Tab Tab F4 F6 Enter F4");
    shows(&console, "Organization config: one a company");
    console.press("Space Space Space");
    shows(&console, "2 ticked");
    console.press("Enter");
    shows(&console, "C000001 US, C000002 EU");
    // Without its company, its config goes.
    console.press("S-Tab S-Tab Backspace");
    hides(&console, "C000002 EU");
    shows(&console, "C000001 US");
}

#[test]
fn in_the_search_line_a_space_is_a_character_and_below_it_ticks() {
    let mut console = at_form();
    console.company("Bolt Works", CompanyKind::Customer);
    console.press("Tab Tab Tab Tab Tab Tab").type_text("bolt wo");
    shows(&console, "bolt wo");
    shows(&console, "0 ticked");
    console.press("Down").type_text(" ");
    shows(&console, "1 ticked");
    console.type_text("r");
    shows(&console, "bolt wor");
    console.press("Down Up").type_text(" ");
    shows(&console, "1 ticked");
}

#[test]
fn everything_that_is_missing_is_told_at_once() {
    let mut console = at_form();
    console.resize(100, 40).press("F2");
    for text in [
        "First Name is missing",
        "Last Name is missing",
        "Email is missing",
        "Login Name is missing",
        "Assigned Role is missing",
        "No customer is imported",
    ] {
        shows(&console, text);
    }
}

#[test]
fn who_may_not_is_told_who_may() {
    let mut console = Console::signed_in("anna");
    console.press("F9").type_text("create user").press("Enter");
    assert_eq!(
        console.status(),
        "Only Security Administrator or Portal Admin may create users by Create User; your role is Customer Service."
    );
}

#[test]
fn the_form() {
    let mut console = at_form();
    fill_in(&mut console, "jo@gmail.com");
    console.press("Right Tab F4 Enter Enter");
    insta::assert_snapshot!(console.styled());
    console.press("F2");
    insta::assert_snapshot!(console.styled());
    insta::assert_snapshot!(console.resize(120, 40).styled());
    console.resize(60, 18).theme = Theme { colour: false, ascii: true };
    insta::assert_snapshot!(console.screen());
}

#[test]
fn the_list_of_customers_to_tick() {
    let mut console = at_form();
    for n in 0..60 {
        console.company(&format!("Works {n:02}"), CompanyKind::Customer);
    }
    console.press("Tab Tab Tab Tab Tab Tab F4 Space Down Space");
    insta::assert_snapshot!(console.styled());
    console.theme = Theme { colour: false, ascii: true };
    assert!(console.screen().is_ascii(), "{}", console.screen());
}
