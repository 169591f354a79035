//! Why can't they sign in: how the window looks, and that its lines are ready to press.

use insta::assert_snapshot;

use crate::domain::company::CompanyKind;
use crate::domain::role::{Role, RoleChoice};
use crate::domain::secret::Secret;
use crate::domain::time::MINUTE;
use crate::domain::user::UserStatus;
use crate::service::new_user::{Entrance, NewUser, Overriding};
use crate::service::sites::SiteForm;
use crate::service::{Credentials, ListArgs, PortalScope, Sort};
use crate::tui::keymap::Context;
use crate::tui::testing::{Console, PASSWORD, context};
use crate::tui::theme::Theme;

/// The console of anna; Zoë, of Acme, is a portal user without a password.
fn at_users() -> Console {
    let mut console = Console::signed_in("anna");
    console.press("2 Enter c Enter x Enter Enter Enter 3 End");
    console
}

/// Goes down to the line that Enter does that for.
fn select(console: &mut Console, foot: &str) {
    for _ in 0..12 {
        if console.screen().contains(foot) {
            return;
        }
        console.press("Down");
    }
    panic!("no line with {foot}:\n{}", console.screen());
}

fn tries(console: &Console, password: &str, times: usize) {
    let secret = Secret::new(password.to_owned());
    for _ in 0..times {
        let claim = Credentials::new("zoe.obrien", &secret);
        console.desk.portal_sign_in(&claim, None, &console.origin).unwrap();
    }
}

/// Zoë is disabled, has no password, has tried in vain, and Acme is inactive.
fn in_trouble() -> Console {
    let console = at_users();
    let anna = console.session("anna");
    let zoe = console.desk.user_by_name(&anna, "zoe.obrien").unwrap();
    tries(&console, "was it the name of the cat?", 3);
    console.desk.disable_user(&anna, zoe.row.id, None).unwrap();
    console.desk.deactivate_company(&anna, zoe.row.company.unwrap(), None).unwrap();
    console
}

#[test]
fn the_window_stands_over_the_list_and_over_the_record() {
    for (columns, rows, ascii) in
        [(80, 24, false), (120, 40, false), (80, 24, true), (60, 18, false)]
    {
        let mut console = in_trouble();
        console.theme = Theme { ascii, ..console.theme };
        console.resize(columns, rows).press("w");
        assert_eq!(context(&console), Context::Explanation);
        let name = format!("explain_{columns}x{rows}{}", if ascii { "_ascii" } else { "" });
        assert_snapshot!(name, console.styled());
    }
    let mut console = in_trouble();
    console.press("Enter w");
    assert_eq!(context(&console), Context::Explanation);
    console.press("Esc");
    assert_eq!(context(&console), Context::UserRecord);
}

#[test]
fn each_line_is_mended_from_there_until_nothing_stops_them() {
    let mut console = in_trouble();
    console.press("w");
    let screen = console.screen();
    for text in ["can't sign in.", "is disabled", "so none is right", "Enter Enable"] {
        assert!(screen.contains(text), "no “{text}” on\n{screen}");
    }
    console.press("Enter");
    assert!(console.status().contains("waits for a first password"), "{}", console.status());
    assert!(console.screen().contains("Enter Set the first password"), "{}", console.screen());

    console.press("Enter");
    assert_eq!(context(&console), Context::Form);
    console.type_text(PASSWORD).press("Tab").type_text(PASSWORD).press("C-s");
    if context(&console) == Context::HandOver {
        console.wait(300).press("Esc");
    }
    assert_eq!(context(&console), Context::Explanation, "{}", console.screen());
    assert!(!console.screen().contains("so none is right"), "{}", console.screen());

    select(&mut console, "Enter Activate Acme Ltd");
    console.press("Enter");
    let screen = console.screen();
    assert!(screen.contains("zoe.obrien.P (Zoë O'Brien) can sign in."), "{screen}");
    assert!(screen.contains("Nothing keeps them out"), "{screen}");
    let ben = console.session("ben");
    let zoe = console.desk.user_by_name(&ben, "zoe.obrien").unwrap();
    assert_eq!((zoe.row.status, zoe.password_set_at.is_some()), (UserStatus::Active, true));
}

#[test]
fn the_refused_tries_lead_to_all_sign_ins() {
    let mut console = in_trouble();
    console.press("w");
    select(&mut console, "Enter Every try");
    console.press("Enter");
    assert_eq!(context(&console), Context::SignIns);
    console.press("Esc");
    assert_eq!(context(&console), Context::Explanation);
}

#[test]
fn what_is_not_yours_to_mend_says_who_may() {
    let mut console = in_trouble();
    console.press(": Esc F9").type_text("sign out").press("Enter");
    console.type_text("root").press("Enter").type_text(PASSWORD).press("Enter");
    console.press("3 End w");
    let changes = console.changes;
    console.press("Enter");
    assert!(console.status().starts_with("Only Customer Service"), "{}", console.status());
    assert_eq!((console.changes, context(&console)), (changes, Context::Explanation));
}

#[test]
fn a_line_that_somebody_else_has_mended_is_gone() {
    let mut console = in_trouble();
    console.press("w");
    let ben = console.session("ben");
    let zoe = console.desk.user_by_name(&ben, "zoe.obrien").unwrap().row.id;
    console.desk.enable_user(&ben, zoe, None).unwrap();
    console.press("Enter");
    assert!(console.status().contains("was changed by ben"), "{}", console.status());
    assert!(!console.screen().contains("is disabled"), "{}", console.screen());
    console.press("r");
    assert!(console.screen().contains("Enter Set the first password"), "{}", console.screen());
}

#[test]
fn switching_the_portal_on_is_asked_about_first() {
    let mut console = at_users();
    let root = console.session("root");
    console.desk.set_portal(&root, PortalScope::Everywhere, false).unwrap();
    console.press(": Esc F9").type_text("sign out").press("Enter");
    console.type_text("root").press("Enter").type_text(PASSWORD).press("Enter");
    console.press("3 End w Enter");
    assert_eq!(context(&console), Context::Dialog, "{}", console.screen());
    assert!(console.screen().contains("not this user alone"), "{}", console.screen());
    console.press("Enter");
    assert!(!console.desk.portal_state(&root).unwrap().everywhere, "the safe button has the focus");
    console.press("Enter Tab Enter");
    assert!(console.desk.portal_state(&root).unwrap().everywhere, "{}", console.screen());
    assert_eq!(console.status(), "The portal is switched on.");
    assert!(!console.screen().contains("switched off"), "{}", console.screen());
}

/// A console of root over a Super User `sam` with an app, and the site `lab` beside the main one.
fn of_root() -> Console {
    let console = Console::signed_in("root");
    let root = console.session("root");
    let company = console.company("Acme Ltd", CompanyKind::Customer).id;
    let form = NewUser {
        first: "Sam".into(),
        last: "Wise".into(),
        email: "sam@acme.example".into(),
        login: "sam".into(),
        role: Some(RoleChoice::BuiltIn(Role::SuperUser)),
        overriding: Overriding::Codes(vec!["W4".to_owned()]),
        ..NewUser::new(Entrance::CreateUser, company)
    };
    let sam = console.desk.create_portal_user(&root, &form).unwrap().row.id;
    let password = Secret::new(PASSWORD.to_owned());
    console.desk.set_password(&root, sam, None, &password, false).unwrap();
    console.give_app("sam");
    console.set_up_app("sam");
    let (code, name) = ("lab".to_owned(), "Laboratory".to_owned());
    let website = String::new();
    console.desk.create_site(&root, &SiteForm { code, name, website, in_portal: true }).unwrap();
    console
}

/// The console locks over an open question, and its person comes back: all is read again.
fn away_and_back(console: &mut Console) {
    console.wait(11 * MINUTE);
    assert!(console.state.locked);
    console.type_text(PASSWORD).press("Enter").wait(300);
    assert_eq!(context(console), Context::Dialog, "{}", console.screen());
}

#[test]
fn agreeing_does_what_was_asked_though_its_line_is_gone() {
    let mut console = of_root();
    let root = console.session("root");
    let sam = console.desk.user_by_name(&root, "sam").unwrap().row.id;
    console.desk.set_portal(&root, PortalScope::Everywhere, false).unwrap();
    console.press("3 /").type_text("sam").press("Enter w");
    select(&mut console, "Enter Reset second factor");
    console.press("Enter");
    assert!(console.screen().contains("Reset the second factor of sam.P?"), "{}", console.screen());
    console.desk.reset_second_factor(&root, sam, None).unwrap();
    away_and_back(&mut console);
    console.press("Tab Enter");
    assert!(!console.desk.portal_state(&root).unwrap().everywhere, "{}", console.screen());
    assert!(console.status().contains("was changed by root"), "{}", console.status());

    console.desk.set_portal(&root, PortalScope::Everywhere, true).unwrap();
    let mut sites = console.desk.sites(&root, &ListArgs::all(Sort::Login, false)).unwrap().rows;
    sites.retain(|it| it.in_portal);
    for site in sites.iter().filter(|it| it.portal_enabled) {
        console.desk.set_portal(&root, PortalScope::At(site.id), false).unwrap();
    }
    console.press("r");
    select(&mut console, "Enter Switch the portal on at Laboratory");
    console.press("Enter");
    let lab = sites.iter().find(|it| it.code.raw() == "lab").unwrap().id;
    console.desk.set_portal(&root, PortalScope::At(lab), true).unwrap();
    away_and_back(&mut console);
    console.press("Tab Enter");
    let sites = console.desk.sites(&root, &ListArgs::all(Sort::Login, false)).unwrap().rows;
    let open: Vec<&str> =
        sites.iter().filter(|it| it.portal_enabled).map(|it| it.code.raw()).collect();
    assert_eq!(open, ["lab"], "{}", console.screen());
}

#[test]
fn who_was_not_invited_is_from_there() {
    let mut console = at_users();
    let anna = console.session("anna");
    let zoe = console.desk.user_by_name(&anna, "zoe.obrien").unwrap().row.id;
    console.press("w");
    select(&mut console, "Enter Send invitation");
    console.press("Enter");
    assert!(
        console.status().starts_with("zoe.obrien.P: the invitation is "),
        "{}",
        console.status()
    );
    let mail = console.desk.invitation_of(&anna, zoe).unwrap().expect("she is invited");
    assert!(console.screen().contains("The invitation to"), "{}", console.screen());
    assert_eq!(context(&console), Context::Explanation);
    console.desk.cancel_mail(&anna, mail.id).unwrap();
    console.press("Esc w");
    select(&mut console, "Enter Send invitation");
}
