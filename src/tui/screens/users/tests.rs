//! What keys on the screens of users lead to, and how they look.

use crate::domain::login::Door;
use crate::domain::role::Role;
use crate::domain::secret::Secret;
use crate::domain::user::{Badge, UserStatus};
use crate::service::Credentials;
use crate::service::requests::RequestForm;
use crate::service::user_views::UserView;
use crate::service::{FirstStart, PortalSignIn, SignIn, StaffForm};
use crate::tui::keymap::Context;
use crate::tui::testing::{Console, PASSWORD, context, hides, secret, shows};
use crate::tui::theme::Theme;

fn user(console: &Console, name: &str) -> UserView {
    console.desk.user_by_name(&console.session("ben"), name).unwrap()
}

/// What the portal says to a sign-in.
fn at_portal(console: &Console, name: &str, password: &Secret) -> PortalSignIn {
    console.desk.portal_sign_in(&Credentials::new(name, password), None, &console.origin).unwrap()
}

/// The console of `login` on the list of users, one of whom came from a portal request.
fn at_users(login: &str) -> Console {
    let mut console = Console::signed_in("anna");
    console.press("2 Enter c Enter x Enter Enter Enter");
    assert!(console.status().contains("zoe.obrien.P waits"), "{}", console.status());
    if login != "anna" {
        console.press(": Esc F9").type_text("sign out").press("Enter");
        console.type_text(login).press("Enter").type_text(PASSWORD).press("Enter");
    }
    console.press("g u");
    assert_eq!(context(&console), Context::UserList);
    console
}

/// The console of `login` on the record of that portal user.
fn at_zoe(login: &str) -> Console {
    let mut console = at_users(login);
    console.press("End Enter");
    shows(&console, "Users ▸ zoe.obrien.P");
    console
}

/// Opens the menu and takes the line with that word.
fn choose(console: &mut Console, line: &str) {
    console.press("x");
    for _ in 0..12 {
        let screen = console.screen();
        let selected = screen.lines().find(|l| l.contains('▌') && l.contains('│'));
        if selected.is_some_and(|l| l.contains(line)) {
            console.press("Enter");
            return;
        }
        console.press("Down");
    }
    panic!("no {line} in\n{}", console.screen());
}

#[test]
fn the_list_tells_staff_from_portal_users() {
    let console = at_users("anna");
    for text in ["Admin ▸ Users", "zoe.obrien.P", "◌ Pending", "Acme Ltd", "4, by User ID", "root"]
    {
        shows(&console, text);
    }
}

#[test]
fn the_filter_narrows_as_one_types_and_escape_widens_again() {
    let mut console = at_users("anna");
    console.press("/").type_text("zoe acme");
    shows(&console, "1 of 4");
    hides(&console, "root");
    console.press("Enter");
    assert_eq!(context(&console), Context::UserList);
    shows(&console, "Filter zoe acme");
    console.press("Esc");
    shows(&console, "4, by User ID");
    console.press("Esc");
    assert_eq!(context(&console), Context::Dashboard, "then Esc leaves");
}

#[test]
fn the_search_form_narrows_to_a_status_and_a_company() {
    let mut console = at_users("anna");
    console.press("f Space C-s");
    shows(&console, "Filter status:pending");
    shows(&console, "1 of 4");
    console.press("f Space Tab Tab").type_text("acme");
    console.press("Enter C-s");
    shows(&console, "status:active company:C000001");
    shows(&console, "No user fits this search.");
}

#[test]
fn the_order_shows_in_the_header_and_pages_keep_their_size() {
    let mut console = at_users("anna");
    shows(&console, "User ID ▲");
    console.press("S");
    shows(&console, "User ID ▼");
    shows(&console, "by User ID, last first");
    console.press("s");
    shows(&console, "Name ▲");
    console.press("p");
    shows(&console, "[100] per page");
    console.press("4");
    shows(&console, "[100] per page");
}

#[test]
fn a_password_is_set_and_the_person_is_let_in() {
    let mut console = at_zoe("anna");
    shows(&console, "No password yet. x, Change Password sets the first one.");
    choose(&mut console, "Change Password");
    shows(&console, "zoe.obrien.P has no password yet");
    console.type_text("a quiet green river").press("Tab").type_text("a quiet green rover");
    console.press("F2");
    shows(&console, "The two passwords differ");
    hides(&console, "quiet");
    console.press("C-u").type_text("a quiet green river").press("F2");
    assert_eq!(
        console.status(),
        "zoe.obrien.P can sign in now and is asked for a new password first."
    );
    shows(&console, "● Active");
    shows(&console, "must change");
    let zoe = user(&console, "zoe.obrien");
    assert!(zoe.must_change_password && zoe.row.status == UserStatus::Active);
    let password = Secret::new("a quiet green river".to_owned());
    let answer = at_portal(&console, "zoe.obrien.P", &password);
    assert!(matches!(answer, PortalSignIn::MustChange), "{answer:?}");
}

#[test]
fn a_short_password_is_refused_under_its_field() {
    let mut console = at_zoe("anna");
    choose(&mut console, "Change Password");
    console.type_text("short").press("Tab").type_text("short").press("F2");
    shows(&console, "15 characters");
    assert_eq!(context(&console), Context::Form);
    assert_eq!(user(&console, "zoe.obrien").row.status, UserStatus::Pending);
}

#[test]
fn a_generated_password_can_be_read_once_and_then_never_again() {
    let mut console = at_zoe("anna");
    choose(&mut console, "Change Password");
    console.press("C-g");
    shows(&console, "generated");
    shows(&console, "••••••••••••");
    console.press("C-r");
    let screen = console.screen();
    let line = screen.lines().find(|l| l.contains("New Password")).unwrap();
    let password = line.split_whitespace().find(|word| word.len() > 15).unwrap().to_owned();
    console.press("F2");
    assert_eq!(context(&console), Context::HandOver);
    shows(&console, "Tell the password");
    shows(&console, &password);
    console.press("Esc");
    shows(&console, &password);
    console.wait(300).press("C-r");
    hides(&console, &password);
    console.press("C-r");
    console.type_text("x").press("Backspace");
    shows(&console, &password);
    console.press("Esc");
    assert_eq!(context(&console), Context::UserRecord);
    hides(&console, &password);
    assert!(console.status().contains("can sign in now"), "{}", console.status());
    let given = Secret::new(password);
    let answer = at_portal(&console, "zoe.obrien", &given);
    assert!(matches!(answer, PortalSignIn::MustChange), "{answer:?}");
}

#[test]
fn disabling_asks_first_and_can_be_undone() {
    let mut console = at_zoe("anna");
    choose(&mut console, "Disable");
    assert_eq!(context(&console), Context::Dialog);
    console.press("Tab Enter");
    assert_eq!(context(&console), Context::Dialog, "it waits until it can have been read");
    console.wait(300).press("Tab Enter");
    assert_eq!(console.status(), "zoe.obrien.P is disabled and can't sign in any more.");
    shows(&console, "■ Disabled");
    assert_eq!(user(&console, "zoe.obrien").row.status, UserStatus::Disabled);
    console.press("u");
    assert_eq!(console.status(), "zoe.obrien.P is enabled again.");
    shows(&console, "◌ Pending");
    choose(&mut console, "Disable");
    console.wait(300).press("Enter");
    assert_eq!(
        user(&console, "zoe.obrien").row.status,
        UserStatus::Pending,
        "Cancel has the focus"
    );
}

#[test]
fn enabling_tells_what_is_still_missing() {
    let mut console = at_zoe("anna");
    choose(&mut console, "Disable");
    console.wait(300).press("Tab Enter");
    choose(&mut console, "Enable");
    assert_eq!(console.status(), "zoe.obrien.P is enabled and waits for a first password.");
    console.press("u");
    shows(&console, "■ Disabled");
}

#[test]
fn failed_sign_ins_are_listed_and_an_unlock_ends_the_wait() {
    let mut console = at_zoe("anna");
    let id = user(&console, "zoe.obrien").row.id;
    let ben = console.session("ben");
    console.desk.set_password(&ben, id, None, &secret(), true).unwrap();
    for _ in 0..5 {
        let wrong = Secret::new("never the right one".to_owned());
        at_portal(&console, "zoe.obrien", &wrong);
    }
    console.press("r");
    shows(&console, "throttled 1 s");
    shows(&console, "Sign-in waits after failures.");
    console.press("l");
    shows(&console, "Users ▸ zoe.obrien.P ▸ Sign-ins");
    assert_eq!(console.screen().matches("✖ wrong password").count(), 5);
    console.press("Esc");
    choose(&mut console, "Unlock");
    assert_eq!(console.status(), "zoe.obrien.P can try to sign in again at once.");
    let zoe = user(&console, "zoe.obrien");
    assert!(!zoe.row.badges.iter().any(|b| matches!(b, Badge::Throttled { .. })));
    choose(&mut console, "Unlock");
    assert!(console.status().contains("nothing to unlock"), "{}", console.status());
}

#[test]
fn the_menu_says_who_may() {
    let mut console = at_zoe("root");
    choose(&mut console, "Change Password");
    assert!(
        console.status().ends_with("your role is Security Administrator."),
        "{}",
        console.status()
    );
    assert_eq!(context(&console), Context::Menu);
    let mut console = at_users("anna");
    console.press("F9").type_text("add a staff account").press("Enter");
    assert!(console.status().contains("Security Administrator may"), "{}", console.status());
    assert_eq!(context(&console), Context::Palette);
}

#[test]
fn adding_opens_the_only_way_that_ones_role_may_use() {
    let mut console = at_users("anna");
    console.press("a");
    shows(&console, "Add Portal User");
    console.press("Esc");
    assert_eq!(context(&console), Context::UserList);
}

#[test]
fn a_staff_account_is_added_and_shown() {
    let mut console = at_users("root");
    console.press("a Up Enter").type_text("mia").press("Tab").type_text("Mia");
    console.press("Tab Tab Tab Right Tab").type_text(PASSWORD);
    console.press("Tab").type_text(PASSWORD).press("F2");
    assert_eq!(
        console.status(),
        "mia can sign in to the console now, as Portal Data Administrator."
    );
    shows(&console, "this console: portaldesk, in a terminal");
    console.wait(300).press("Esc");
    assert_eq!(context(&console), Context::UserRecord);
    shows(&console, "Users ▸ mia");
    assert_eq!(user(&console, "mia").row.role.raw(), Role::PortalDataAdministrator.name());
    console.press("Esc");
    shows(&console, "5, by User ID");
}

#[test]
fn a_taken_login_keeps_what_was_typed() {
    let mut console = at_users("root");
    console.press("a Up Enter").type_text("ANNA").press("Tab Tab Tab Tab Tab").type_text(PASSWORD);
    console.press("Tab").type_text(PASSWORD).press("F2");
    assert_eq!(context(&console), Context::Form);
    shows(&console, "ANNA");
    assert!(console.state.dirty());
    console.press("Esc");
    shows(&console, "Keep editing");
}

#[test]
fn somebody_elses_change_is_told_before_a_password_is_set() {
    let mut console = at_zoe("anna");
    choose(&mut console, "Change Password");
    let (ben, id) = (console.session("ben"), user(&console, "zoe.obrien").row.id);
    console.desk.disable_user(&ben, id, None).unwrap();
    console.type_text(PASSWORD).press("Tab").type_text(PASSWORD).press("F2");
    assert!(console.status().contains("was changed by ben"), "{}", console.status());
    assert_eq!(context(&console), Context::Form, "nothing typed is lost");
    shows(&console, "zoe.obrien.P is disabled and stays so");
    console.press("F2");
    assert_eq!(console.status(), "zoe.obrien.P has a new password but is still disabled.");
    shows(&console, "■ Disabled");
}

#[test]
fn the_dashboard_opens_the_users_that_it_counts() {
    let mut console = at_users("anna");
    console.press("1 Down");
    shows(&console, "user waits for a first password");
    console.press("Enter");
    shows(&console, "Filter status:pending");
    shows(&console, "1 of 4");
}

#[test]
fn the_contact_of_a_portal_user_is_one_key_away() {
    let mut console = at_zoe("anna");
    console.press("c");
    shows(&console, "Contacts ▸ Zoë O'Brien");
    console.press("Esc , ,");
    shows(&console, "Users ▸ ben");
}

#[test]
fn sign_ins_of_the_console_are_listed_page_by_page() {
    let mut console = at_users("anna");
    for _ in 0..11 {
        console.session("ben");
    }
    console.press("Down Enter l");
    assert_eq!(context(&console), Context::SignIns);
    shows(&console, "✔ signed in");
    console.press("p p");
    shows(&console, "Page 1 of 2");
    console.press(".");
    shows(&console, "Page 2 of 2");
    console.press(".");
    assert_eq!(console.status(), "These are the oldest sign-ins.");
}

#[test]
fn the_sample_holds_a_name_that_is_wide() {
    let mut console = Console::signed_in("anna");
    let form = StaffForm {
        login: "yamada".into(),
        first: "太郎".into(),
        last: "山田".into(),
        email: String::new(),
        role: Role::Auditor,
        password: secret(),
        must_change: true,
    };
    console.desk.create_staff(&console.session("root"), &form).unwrap();
    console.press("3");
    insta::assert_snapshot!(console.styled());
    console.theme = Theme { colour: true, ascii: true };
    for keys in ["End", "Enter", "x", "Esc", "l", "Esc", "Esc", "f", "Esc"] {
        console.press(keys);
        assert!(console.screen().is_ascii(), "after {keys}\n{}", console.screen());
    }
}

#[test]
fn the_list_in_a_wide_terminal() {
    let mut console = at_users("anna");
    insta::assert_snapshot!(console.resize(120, 40).press("End").styled());
}

#[test]
fn the_record() {
    insta::assert_snapshot!(at_zoe("anna").styled());
}

#[test]
fn the_record_60x18() {
    insta::assert_snapshot!(at_zoe("anna").resize(60, 18).styled());
}

#[test]
fn changing_a_password() {
    let mut console = at_zoe("anna");
    choose(&mut console, "Change Password");
    insta::assert_snapshot!(console.press("C-g").styled());
}

#[test]
fn telling_a_password() {
    let mut console = at_zoe("anna");
    choose(&mut console, "Change Password");
    insta::assert_snapshot!(console.press("C-g F2").styled());
    console.resize(60, 18);
    shows(&console, "once this is closed,");
    shows(&console, "nobody can see the password again.");
    let password = console.screen().lines().filter(|line| line.contains("Password  ")).count();
    assert_eq!(password, 1, "{}", console.screen());
}

#[test]
fn a_name_of_tricks_is_visible_in_the_list() {
    let mut console = Console::signed_in("anna");
    let form = RequestForm {
        first: "Evil\u{202e}".into(),
        last: "Twin".into(),
        email: "evil@x.example".into(),
        phone: "1".into(),
        company_name: "Evil Ltd".into(),
    };
    console.desk.submit_request(&form, None, &console.origin).unwrap();
    console.press("2 Home Enter + C-s x Enter Enter Enter 3 End");
    hides(&console, "\u{202e}");
    shows(&console, "⟨U+202E");
}

/// Opens the palette and takes the command of that name.
fn command(console: &mut Console, name: &str) {
    console.press("F9").type_text(name).press("Enter");
}

#[test]
fn ones_own_password_is_changed_with_the_old_one() {
    let mut console = at_users("anna");
    command(&mut console, "change my password");
    shows(&console, "Old Password");
    let new = "a quiet green river";
    console.type_text("not the old one").press("Tab").type_text(new).press("Tab").type_text(new);
    console.press("F2");
    shows(&console, "The old password was not taken");
    console.press("C-u").type_text(PASSWORD).press("F2");
    assert!(console.status().starts_with("Your password is changed"), "{}", console.status());
    assert_eq!(context(&console), Context::UserList);
    let given = Secret::new(new.to_owned());
    let answer = console
        .desk
        .sign_in(&Credentials::new("anna", &given), Door::Console, &console.origin)
        .unwrap();
    assert!(matches!(answer, SignIn::SignedIn(_)), "{answer:?}");
}

#[test]
fn the_menu_of_ones_own_record_asks_for_the_old_password() {
    let mut console = at_users("anna");
    console.press("Enter");
    shows(&console, "That is your own account");
    choose(&mut console, "Change Password");
    shows(&console, "Old Password");
    console.press("Esc");
    choose(&mut console, "Disable");
    assert!(console.status().contains("ask a colleague"), "{}", console.status());
}

#[test]
fn who_is_alone_is_led_to_adding_a_colleague() {
    let mut console = Console::over_an_empty_store();
    console.desk.set_up(&FirstStart::new("root", secret()), &console.origin).unwrap();
    console.begin();
    console.type_text("root").press("Enter").type_text(PASSWORD).press("Enter");
    shows(&console, "account, yours: add colleagues");
    console.press("Enter");
    shows(&console, "Add a staff account");
    console.type_text("anna").press("Tab Tab Tab Tab Tab").type_text(PASSWORD);
    console.press("Tab").type_text(PASSWORD).press("F2");
    shows(&console, "Users ▸ anna");
    console.press("F3");
    hides(&console, "add colleagues");
}

#[test]
fn everything_wrong_with_a_staff_account_is_shown_at_once() {
    let mut console = at_users("root");
    console.press("a Up Enter Tab Tab Tab").type_text("nobody").press("Tab Tab").type_text("short");
    console.press("F2");
    let all = ["Login Name is missing", "Email", "has 5 characters", "two passwords differ"];
    for sentence in all {
        shows(&console, sentence);
    }
    let mut console = at_users("root");
    console.press("a Up Enter F2");
    for sentence in ["Login Name is missing", "Password is missing"] {
        shows(&console, sentence);
    }
}

#[test]
fn a_password_that_is_short_and_differs_is_both() {
    let mut console = at_zoe("anna");
    choose(&mut console, "Change Password");
    console.type_text("short").press("F2");
    shows(&console, "has 5 characters");
    shows(&console, "two passwords differ");
}
