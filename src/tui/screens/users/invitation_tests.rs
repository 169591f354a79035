use crate::domain::mail::MailState;
use crate::domain::role::Role;
use crate::domain::secret::Secret;
use crate::service::delivery::Deliver;
use crate::service::user_views::UserView;
use crate::service::{Entrance, NewUser};
use crate::tui::keymap::Context;
use crate::tui::testing::{Console, context, hides, shows};

const GOOD: &str = "a quiet green river";
const OFFICE: &str = "office@acme.example";

fn user(console: &Console, name: &str) -> UserView {
    let anna = console.session("anna");
    console.desk.user_by_name(&anna, name).unwrap()
}

/// Opens the dialog of Portal Access with a company and an email.
fn at_form(mut console: Console) -> Console {
    console.press("g p a").type_text("acme").press("Enter").type_text(OFFICE).press("Tab");
    shows(&console, OFFICE);
    console
}

/// Adds a user by that dialog, without a password.
fn added(console: Console) -> Console {
    let mut console = at_form(console);
    console.press("F2");
    assert_eq!(context(&console), Context::UserRecord, "{}", console.screen());
    console
}

fn mailing() -> Console {
    Console::signed_in("anna").mailing()
}

#[test]
fn an_invitation_needs_no_password_and_says_what_it_will_mail() {
    let mut console = at_form(mailing());
    shows(&console, "empty: one is mailed");
    shows(&console, "Send invitation  [x]");
    shows(&console, "An invitation mails the User ID and a generated password");
    console.press("F2");
    assert_eq!(console.status(), "office@acme.example.P is added; the invitation is queued.");
    hides(&console, "Tell the password");
    let made = user(&console, OFFICE);
    assert_eq!(made.invitation.unwrap().state, MailState::Queued);
}

#[test]
fn a_typed_password_that_is_mailed_is_not_handed_over_besides() {
    let mut console = at_form(mailing());
    console.type_text(GOOD).press("F2");
    hides(&console, "Tell the password");
    assert_eq!(context(&console), Context::UserRecord);
}

#[test]
fn one_that_is_held_is_handed_over_and_said_to_be_held() {
    let mut console = at_form(Console::signed_in("anna"));
    shows(&console, "It is held until it is released");
    console.type_text(GOOD).press("F2");
    shows(&console, "The mail with a sign-in is held for now.");
}

#[test]
fn unticked_there_is_no_mail() {
    let mut console = at_form(mailing());
    console.type_text(GOOD).press("Tab Tab Space");
    shows(&console, "Send invitation  [ ]");
    console.press("F2");
    shows(&console, "Tell the password");
    assert!(user(&console, OFFICE).invitation.is_none());
}

#[test]
fn the_mail_is_read_before_anything_is_saved() {
    let mut console = at_form(mailing());
    console.press("C-t");
    assert_eq!(context(&console), Context::Letter, "{}", console.screen());
    shows(&console, "User ID   office@acme.example.P");
    shows(&console, "Password  ••••••••••••");
    console.press("Esc");
    assert_eq!(context(&console), Context::Form);
    let anna = console.session("anna");
    assert!(console.desk.user_by_name(&anna, OFFICE).is_err(), "nothing is saved");
}

#[test]
fn the_record_says_how_the_invitation_stands() {
    let mut console = added(mailing());
    shows(&console, "Invitation    ◌ Queued");
    console.desk.deliver(&Deliver::DueInvitations, &());
    console.press("r");
    shows(&console, "Invitation    ✔ Sent, ends ");
    shows(&console, "Invited by mail and not come in yet.");
    insta::assert_snapshot!(console.styled());
    insta::assert_snapshot!(console.resize(60, 18).styled());
    insta::assert_snapshot!(console.resize(120, 40).styled());
}

#[test]
fn from_the_record_it_is_resent_opened_and_cancelled() {
    let mut console = added(mailing());
    console.desk.deliver(&Deliver::DueInvitations, &());
    console.press("r i");
    shows(&console, "What the invitation mail of");
    assert_eq!(user(&console, OFFICE).invitation.unwrap().state, MailState::Sent, "it asks first");
    console.wait(300).press("Tab Enter");
    assert_eq!(console.status(), "office@acme.example.P: the invitation is queued.");
    let second = user(&console, OFFICE).invitation.unwrap();
    assert_eq!(second.state, MailState::Queued);
    console.press("m");
    assert_eq!(context(&console), Context::MailRecord);
    shows(&console, "◌ Queued");
    console.press("Esc x").type_text("cancel").press("Enter").wait(300).press("Tab Enter");
    assert_eq!(user(&console, OFFICE).invitation.unwrap().state, MailState::Cancelled);
    assert_eq!(console.status(), "The invitation of office@acme.example.P is cancelled.");
}

#[test]
fn what_is_wrong_with_an_invitation_stands_in_the_list() {
    let mut console = added(Console::signed_in("anna"));
    shows(&console, "The invitation is held: mail is not set up.");
    console.press("3 /").type_text("invitation:held").press("Enter");
    shows(&console, "office@acme.example.P");
    shows(&console, "Pending !");
    console.resize(120, 40);
    shows(&console, "invitation held");
}

#[test]
fn who_has_no_email_is_handed_a_password() {
    let mut console = Console::signed_in("anna");
    let anna = console.session("anna");
    let args = crate::service::ListArgs::all(crate::service::Sort::Name, false);
    let company = console.desk.companies(&anna, &args).unwrap().rows[0].id;
    let form = NewUser {
        first: "Kim".into(),
        last: "Lee".into(),
        login: "k.lee".into(),
        password: Some(Secret::new(GOOD.to_owned())),
        ..NewUser::new(Entrance::CompanyFile, company)
    };
    let made = console.desk.create_portal_user(&anna, &form).unwrap();
    assert!(made.invitation.is_none());
    console.press("3 /").type_text("k.lee").press("Enter Enter x");
    shows(&console, "Send invitation");
    console.type_text("send").press("Enter");
    assert!(console.status().ends_with("set a password and hand it over."), "{}", console.screen());
}

#[test]
fn many_are_invited_after_a_plan_that_says_who_is_not() {
    let mut console = at_form(mailing());
    console
        .type_text(GOOD)
        .press("Tab Tab Space F2")
        .wait(300)
        .press("Esc 3 + x")
        .type_text("invite")
        .press("Enter");
    shows(&console, "Invite 1 of 4 users");
    shows(&console, "Not for 2");
    shows(&console, "Not for 1");
    console.wait(300).press("S-Tab Enter");
    assert_eq!(user(&console, OFFICE).invitation.unwrap().state, MailState::Queued);
    shows(&console, "1 of 4 users are invited");
}

#[test]
fn the_utility_mails_when_that_is_ticked() {
    let mut console = Console::signed_in_as(Role::PortalDataAdministrator).mailing();
    console.press("3 a Enter");
    shows(&console, "User Account Management Utility");
    hides(&console, "Send invitation");
    shows(&console, "Phone, Notify and more");
}
