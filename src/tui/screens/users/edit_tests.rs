//! Editing users and taking them off companies: what keys lead to, and how it looks.

use crate::domain::company::CompanyKind;
use crate::domain::factor::Factor;
use crate::domain::id::CompanyId;
use crate::domain::role::Role;
use crate::domain::secret::Secret;
use crate::domain::user::UserStatus;
use crate::service::Credentials;
use crate::service::companies::CompanyForm;
use crate::service::contracts::ContractForm;
use crate::service::user_views::UserView;
use crate::service::{Entrance, ListArgs, NewUser, PortalSignIn, Sort, UserForm};
use crate::tui::keymap::Context;
use crate::tui::testing::{Console, context, hides, secret, shows};
use crate::tui::theme::Theme;

const GOOD: &str = "a quiet green river";

fn company(console: &Console, name: &str) -> CompanyId {
    let form = CompanyForm { name: name.into(), ..CompanyForm::default() };
    console.desk.create_company(&console.session("ben"), &form).unwrap().row.id
}

/// Mia Wong of Acme Ltd, whose login is no email.
fn mia(console: &Console) -> UserView {
    let ben = console.session("ben");
    let acme = console.desk.company_by_code(&ben, "C000001").unwrap().id;
    let form = NewUser {
        first: "Mia".into(),
        last: "Wong".into(),
        email: "mia@acme.example".into(),
        login: "mia.wong".into(),
        password: Some(secret()),
        ..NewUser::new(Entrance::CompanyFile, acme)
    };
    console.desk.create_portal_user(&ben, &form).unwrap()
}

/// Gives Mia further companies.
fn also_for(console: &Console, companies: &[CompanyId]) {
    let view = now(console);
    let mut form = UserForm::of(&view);
    form.companies.extend(companies);
    console.desk.edit_user(&console.session("ben"), view.row.id, None, &form).unwrap();
}

/// Mia as she is in the store.
fn now(console: &Console) -> UserView {
    console.desk.user_by_name(&console.session("ben"), "mia@acme.example").unwrap()
}

/// The names of Mia's companies, the primary one first.
fn companies(console: &Console) -> Vec<String> {
    let memberships = now(console).profile.unwrap().memberships;
    memberships.iter().map(|it| it.company_name.as_ref().unwrap().to_string()).collect()
}

/// The console on Mia's record.
fn at_mia() -> Console {
    let mut console = Console::signed_in("anna");
    mia(&console);
    console.press("3 /").type_text("mia").press("Enter Enter");
    assert_eq!(context(&console), Context::UserRecord);
    console
}

/// The console on the Users tab of Acme Ltd, where Mia is.
fn at_users_tab() -> Console {
    let mut console = Console::signed_in("anna");
    mia(&console);
    console.press("5 Enter Tab Tab");
    shows(&console, "Mia Wong");
    console
}

#[test]
fn every_field_is_edited() {
    let mut console = at_mia();
    console.press("e C-u").type_text("Maria").press("Tab C-u").type_text("Wang");
    console.press("Tab Tab").type_text("+44 1").press("Tab C-u").type_text("maria");
    shows(&console, "maria.P");
    console.press("F2");
    assert_eq!(console.status(), "maria.P is saved.");
    for text in ["Users ▸ maria.P", "Maria", "Wang", "+44 1"] {
        shows(&console, text);
    }
    assert_eq!(now(&console).row.login_name.raw(), "maria");
}

#[test]
fn an_empty_password_stays_and_a_new_one_is_told_once() {
    let mut console = at_mia();
    console.press("e Tab Tab Tab").type_text("+44 1").press("F2");
    let sign_in = |console: &Console, password: &Secret| {
        console
            .desk
            .portal_sign_in(&Credentials::new("mia.wong", password), None, &console.origin)
            .unwrap()
    };
    assert!(matches!(sign_in(&console, &secret()), PortalSignIn::MustChange));
    console.press("e Tab Tab Tab Tab Tab").type_text("short");
    shows(&console, "5 of 15 characters");
    console.press("C-u").type_text(GOOD).press("F2");
    shows(&console, "Tell the password");
    shows(&console, GOOD);
    console.wait(300).press("Esc");
    assert_eq!(console.status(), "mia.wong.P is saved and signs in with the new password.");
    let given = Secret::new(GOOD.to_owned());
    assert!(matches!(sign_in(&console, &given), PortalSignIn::MustChange));
    assert!(!matches!(sign_in(&console, &secret()), PortalSignIn::MustChange));
}

#[test]
fn companies_are_added_made_primary_and_taken_off() {
    let mut console = at_mia();
    company(&console, "Bolt plc");
    company(&console, "Cog Ltd");
    console.press("e Tab Tab Tab Tab Tab Tab Tab");
    shows(&console, "▸ Companies  Acme Ltd");
    console.press("Space");
    shows(&console, "▾ Companies");
    console.press("Tab").type_text("bolt").press("Enter").type_text("cog").press("Enter");
    shows(&console, "Acme Ltd +2");
    console.press("F2");
    assert_eq!(companies(&console), ["Acme Ltd", "Bolt plc", "Cog Ltd"]);
    shows(&console, "Companies");
    console.press("e Tab Tab Tab Tab Tab Tab Tab Space").type_text("cog").press("Enter");
    shows(&console, "Cog Ltd +2");
    console.press("Backspace F2");
    assert_eq!(companies(&console), ["Cog Ltd", "Acme Ltd"]);
}

#[test]
fn somebody_elses_edit_is_brought_together() {
    let mut console = at_mia();
    console.press("e C-u").type_text("Maria");
    let (view, bolt) = (now(&console), company(&console, "Bolt plc"));
    let mut form = UserForm { phone: "+44 2".into(), ..UserForm::of(&view) };
    form.companies.insert(0, bolt);
    console.desk.edit_user(&console.session("ben"), view.row.id, None, &form).unwrap();
    console.press("F2");
    for text in ["was changed meanwhile", "+44 2", "Bolt plc"] {
        shows(&console, text);
    }
    console.wait(300).press("Enter F2");
    assert_eq!(console.status(), "mia.wong.P is saved.");
    let row = now(&console).row;
    assert_eq!(row.first.unwrap().raw(), "Maria");
    assert_eq!(row.phone.unwrap().raw(), "+44 2");
    assert_eq!(companies(&console), ["Bolt plc", "Acme Ltd"]);
}

#[test]
fn a_login_that_is_taken_is_told_and_nothing_lost() {
    let mut console = at_mia();
    console.press("e Tab Tab Tab Tab C-u").type_text("anna");
    shows(&console, "taken");
    console.press("F2");
    assert_eq!(context(&console), Context::Form);
    console.press("Esc");
    shows(&console, "Keep editing");
}

#[test]
fn a_staff_account_has_no_companies() {
    let mut console = Console::signed_in("root");
    console.press("3 Enter e");
    hides(&console, "Companies");
    console.press("C-u").type_text("Anna").press("F2");
    assert_eq!(console.status(), "anna is saved.");
    shows(&console, "Anna");
}

#[test]
fn nobody_edits_what_they_may_not() {
    let mut console = Console::signed_in("anna");
    console.press("3 Down Enter e");
    assert_eq!(context(&console), Context::UserRecord);
    assert!(!console.status().is_empty());
}

#[test]
fn an_edit_typed_ahead_goes_into_the_form() {
    let mut console = at_users_tab();
    console.press("Esc Esc 3 /").type_text("mia").press("Enter");
    console.held = Some(Vec::new());
    console.press("Enter e C-u").type_text("Maria").press("F2");
    while let Some(held) = console.held.take().filter(|held| !held.is_empty()) {
        console.held = Some(Vec::new());
        console.carry_out(held);
    }
    console.held = None;
    assert_eq!(now(&console).row.first.unwrap().raw(), "Maria");
}

#[test]
fn who_acts_for_several_companies_is_removed_from_this_one() {
    let mut console = at_users_tab();
    also_for(&console, &[company(&console, "Bolt plc")]);
    console.press("r d");
    for text in ["another company, too", "Remove from this company", "Delete account", "Cancel"] {
        shows(&console, text);
    }
    console.press("Enter");
    assert_eq!(context(&console), Context::Dialog, "it waits until it can have been read");
    console.wait(300).press("Enter");
    assert_eq!(companies(&console).len(), 2, "the safe button has the focus");
    console.press("d").wait(300).press("Tab Enter");
    assert_eq!(console.status(), "mia.wong.P acts for Acme Ltd no more.");
    shows(&console, "No users yet.");
    assert_eq!(companies(&console), ["Bolt plc"]);
    console.press("u");
    assert_eq!(console.status(), "mia.wong.P acts for Acme Ltd again.");
    assert_eq!(companies(&console), ["Acme Ltd", "Bolt plc"], "and it is the primary one again");
    shows(&console, "Mia Wong");
}

#[test]
fn what_the_question_offers_is_done_to_the_user_that_it_names() {
    for button in ["Tab Enter", "Tab Tab Enter"] {
        let mut console = at_users_tab();
        let (ben, bolt) = (console.session("ben"), company(&console, "Bolt plc"));
        also_for(&console, &[bolt]);
        let acme = now(&console).row.company.unwrap();
        let zed = NewUser {
            first: "Zoltan".into(),
            last: "Zed".into(),
            email: "zed@acme.example".into(),
            login: "zed".into(),
            password: Some(secret()),
            ..NewUser::new(Entrance::CompanyFile, acme)
        };
        let zed = console.desk.create_portal_user(&ben, &zed).unwrap();
        let mut both = UserForm::of(&zed);
        both.companies.push(bolt);
        console.desk.edit_user(&ben, zed.row.id, None, &both).unwrap();
        console.press("r Home");
        console.held = Some(Vec::new());
        console.press("r d");
        let held = console.held.take().unwrap();
        shows(&console, "Delete mia.wong.P?");
        // The list is read again under the question, and Zed is the row that is selected then.
        console.desk.remove_from_company(&ben, now(&console).row.id, None, acme).unwrap();
        console.carry_out(held);
        console.wait(300).press(button);
        let status = console.status();
        assert!(!status.contains("zed"), "{status}");
        assert!(!console.screen().contains("Delete zed"), "{}", console.screen());
        let companies = console.desk.user(&ben, zed.row.id).unwrap().profile.unwrap().memberships;
        assert_eq!(companies.len(), 2);
    }
}

#[test]
fn the_record_takes_a_user_off_a_company_too() {
    let mut console = at_mia();
    console.press("x").type_text("remove").press("Enter");
    assert!(console.status().contains("only company"), "{}", console.status());
    console.press("Esc");
    also_for(&console, &[company(&console, "Bolt plc")]);
    console.press("r x").type_text("remove").press("Enter");
    shows(&console, "primary");
    console.type_text("bolt");
    hides(&console, "C000001");
    console.press("Enter");
    assert_eq!(console.status(), "mia.wong.P acts for Bolt plc no more.");
    console.press("u");
    assert_eq!(companies(&console), ["Acme Ltd", "Bolt plc"]);
}

#[test]
fn company_and_contact_are_a_key_away() {
    let mut console = at_mia();
    shows(&console, "Website");
    console.press("o");
    shows(&console, "Companies ▸ Acme Ltd");
    console.press("Esc c");
    shows(&console, "Contacts ▸ Mia Wong");
    console.press("o");
    shows(&console, "Companies ▸ Acme Ltd");
}

#[test]
fn a_pending_user_with_a_password_is_active() {
    let mut console = Console::signed_in("anna");
    let ben = console.session("ben");
    let acme = console.desk.company_by_code(&ben, "C000001").unwrap().id;
    let email = "mia@acme.example".to_owned();
    let new = NewUser { email, ..NewUser::new(Entrance::PortalAccess, acme) };
    console.desk.create_portal_user(&ben, &new).unwrap();
    console.press("g p Enter e Tab Tab Tab Tab Tab").type_text(GOOD).press("F2");
    assert_eq!(now(&console).row.status, UserStatus::Active);
}

#[test]
fn the_form() {
    insta::assert_snapshot!(at_mia().press("e Tab Tab C-u").type_text("x@gmail.com").styled());
}

#[test]
fn the_form_with_companies_60x18() {
    let mut console = at_mia();
    console.resize(60, 18).press("e Tab Tab Tab Tab Tab Tab Tab Space");
    insta::assert_snapshot!(console.styled());
}

#[test]
fn the_users_tab() {
    let mut console = at_users_tab();
    also_for(&console, &[company(&console, "有限会社 伊藤")]);
    insta::assert_snapshot!(console.press("r").styled());
    insta::assert_snapshot!(console.press("d").styled());
}

#[test]
fn the_users_tab_in_a_wide_terminal() {
    insta::assert_snapshot!(at_users_tab().resize(120, 40).styled());
}

#[test]
fn the_form_is_ascii_in_ascii() {
    let mut console = at_mia();
    also_for(&console, &[company(&console, "有限会社 伊藤")]);
    console.theme = Theme { colour: false, ascii: true };
    console.press("r");
    for keys in ["e", "Tab Tab Tab Tab Tab C-g", "C-r", "Tab Tab Space", "Tab", "Esc", "Tab"] {
        console.press(keys);
        assert!(console.screen().is_ascii(), "after {keys}\n{}", console.screen());
    }
}

#[test]
fn a_row_of_any_face_is_edited_at_once() {
    for keys in ["3 /", "g p /", "5 Enter Tab Tab /"] {
        let mut console = Console::signed_in("anna");
        mia(&console);
        console.press(keys).type_text("mia").press("Enter e");
        shows(&console, "Edit mia.wong.P");
        console.press("C-u").type_text("Maria").press("F2");
        assert_eq!(console.status(), "mia.wong.P is saved.");
        assert_eq!(context(&console), Context::UserRecord);
    }
}

#[test]
fn a_contact_copes_with_a_portal_user_that_is_gone() {
    let mut console = at_mia();
    let id = now(&console).row.id;
    console.press("c x").type_text("portal").press("Enter");
    shows(&console, "Portal User");
    let ben = console.session("ben");
    console.desk.delete_user(&ben, id, None).unwrap();
    console.press("r");
    shows(&console, "There is no user");
    console.press("Esc r");
    shows(&console, "None.");
    console.press("x").type_text("portal").press("Enter");
    assert!(console.status().contains("is no portal user"), "{}", console.status());
}

#[test]
fn a_deleted_users_record_closes() {
    let mut console = at_mia();
    console.press("d");
    shows(&console, "can't be undone");
    console.wait(300).press("S-Tab S-Tab Enter");
    assert!(console.status().contains("mia.wong.P is deleted"), "{}", console.status());
    assert_eq!(context(&console), Context::UserList);
    shows(&console, "No user fits this search.");
}

#[test]
fn the_account_can_be_deleted_instead_of_removed() {
    let mut console = at_users_tab();
    also_for(&console, &[company(&console, "Bolt plc")]);
    console.press("r d").wait(300).press("Tab Tab Enter");
    shows(&console, "can't be undone");
    console.wait(300).press("S-Tab S-Tab Enter");
    assert!(console.status().contains("mia.wong.P is deleted"), "{}", console.status());
    assert_eq!(context(&console), Context::CompanyUsers);
    shows(&console, "No users yet.");
    let ben = console.session("ben");
    assert!(console.desk.user_by_name(&ben, "mia.wong").is_err());
}

#[test]
fn who_acts_for_this_company_only_is_deleted_in_its_tab() {
    let mut console = at_users_tab();
    console.press("d");
    shows(&console, "can't be undone");
    hides(&console, "Remove from this company");
}

/// The console of a colleague of that role on Mia's form, its Access part unfolded; Mia works
/// for a partner, whose contract carries an organization config.
fn at_access(role: Role) -> Console {
    let mut console = Console::signed_in_as(role);
    let ben = console.session("ben");
    let bolt = console.company("Bolt plc", CompanyKind::Partner).id;
    let contract = ContractForm {
        number: "BOLT-1".into(),
        config_code: "EU".into(),
        config_name: "Europe".into(),
        start: "2026-01-01".into(),
        end: String::new(),
    };
    console.desk.create_contract(&ben, bolt, &contract).unwrap();
    let form = NewUser {
        first: "Mia".into(),
        last: "Wong".into(),
        email: "mia@acme.example".into(),
        login: "mia.wong".into(),
        password: Some(secret()),
        ..NewUser::new(Entrance::CompanyFile, bolt)
    };
    console.desk.create_portal_user(&ben, &form).unwrap();
    console.press("3 /").type_text("mia").press("Enter Enter e");
    console.press("Tab Tab Tab Tab Tab Tab Tab Tab Space");
    shows(&console, "▾ Access");
    console
}

#[test]
fn flags_and_config_are_edited_by_who_may_and_the_role_is_a_fact_with_the_reason() {
    let mut console = at_access(Role::PortalDataAdministrator);
    shows(&console, "Only Portal Admin may");
    console.press("Space Tab Space Tab F4");
    shows(&console, "BOLT-1");
    console.press("Space Enter F2");
    assert_eq!(console.status(), "mia.wong.P is saved.");
    let profile = now(&console).profile.unwrap();
    assert!(profile.can_create_users && profile.claim_authorization_required);
    assert_eq!(profile.memberships[0].organization_config.as_ref().unwrap().raw(), "EU");
    for text in ["  create users", "need authorization", "P000002 EU"] {
        shows(&console, text);
    }
}

#[test]
fn a_flag_that_is_not_ones_to_set_is_a_fact_with_the_reason() {
    let mut console = at_access(Role::CustomerService);
    shows(&console, "Only Portal Data Administrator or Portal");
    hides(&console, "[ ]");
    console.press("Tab Right F2");
    let view = now(&console);
    assert_eq!(view.second_factor, Some(Factor::AuthenticatorApp), "{}", console.screen());
    assert!(!view.profile.unwrap().can_create_users);
}

#[test]
fn a_config_whose_contract_spells_it_otherwise_now_stays_chosen() {
    let mut console = at_access(Role::PortalDataAdministrator);
    console.press("Tab Tab F4 Space Enter F2");
    let ben = console.session("ben");
    let bolt = console.desk.company_by_code(&ben, "P000002").unwrap().id;
    let args = ListArgs::all(Sort::Number, false);
    let contract = console.desk.contracts(&ben, bolt, &args).unwrap().rows.remove(0);
    let form = ContractForm {
        number: "BOLT-1".into(),
        config_code: "eu".into(),
        config_name: "Europe".into(),
        start: "2026-01-01".into(),
        end: String::new(),
    };
    console.desk.edit_contract(&ben, bolt, contract.id, None, &form).unwrap();
    console.press("e Tab Tab Tab Tab Tab Tab Tab Tab Space Tab Tab");
    shows(&console, "P000002 eu");
}

#[test]
fn a_look_at_the_second_factors_takes_none_away_and_taking_it_away_is_told() {
    let mut console = at_access(Role::CustomerService);
    console.press("Tab Right F2");
    let enrolled = |console: &Console| now(console).second_factor;
    assert_eq!(enrolled(&console), Some(Factor::AuthenticatorApp));
    console.press("e Tab Tab Tab Tab Tab Tab Tab Tab Space Tab F4 Enter F2");
    assert_eq!(enrolled(&console), Some(Factor::AuthenticatorApp), "{}", console.screen());
    console.press("e Tab Tab Tab Tab Tab Tab Tab Tab Space Tab F4 Up Enter");
    shows(&console, "taken away. From then on the password alone");
    console.press("F2");
    assert_eq!(enrolled(&console), None);
    assert_eq!(console.status(), "mia.wong.P is saved, and its second factor is taken away.");
    shows(&console, "second factor taken away");
}

#[test]
fn a_colleague_is_given_another_role() {
    let mut console = Console::signed_in("root");
    console.press("3 /").type_text("anna").press("Enter Enter e");
    console.press("Tab Tab Tab Tab Tab Tab Tab Space");
    shows(&console, "Customer Service ▾");
    console.press("Right F2");
    assert_eq!(console.status(), "anna is saved.");
    shows(&console, "Portal Data Administrator");
}

#[test]
fn ones_own_role_is_not_ones_to_change() {
    let mut console = Console::signed_in("root");
    console.press("3 /").type_text("root").press("Enter Enter e");
    assert_eq!(context(&console), Context::UserRecord, "{}", console.screen());
}

#[test]
fn somebody_elses_role_and_flags_are_met() {
    let mut console = at_access(Role::PortalDataAdministrator);
    let view = now(&console);
    let form = UserForm { can_create_users: Some(true), ..UserForm::of(&view) };
    let dora = console.session("dora");
    console.desk.edit_user(&dora, view.row.id, None, &form).unwrap();
    console.press("Tab Space F2");
    shows(&console, "Can Create");
    console.wait(300).press("Enter");
    assert_eq!(context(&console), Context::Form, "{}", console.screen());
    console.press("F2");
    let profile = now(&console).profile.unwrap();
    assert!(profile.claim_authorization_required && profile.can_create_users);
}

#[test]
fn the_access_part_of_the_form() {
    insta::assert_snapshot!(at_access(Role::CustomerService).styled());
    insta::assert_snapshot!(at_access(Role::PortalDataAdministrator).styled());
}
