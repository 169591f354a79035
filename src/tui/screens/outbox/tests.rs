use crate::domain::mail::MailState;
use crate::domain::secret::Secret;
use crate::service::delivery::Deliver;
use crate::service::{ListArgs, MailRow, NewUser, Sort, UserForm};
use crate::tui::keymap::Context;
use crate::tui::testing::{Console, context, hides, shows};
use crate::tui::theme::Theme;

/// Adds a portal user of the only company, whom the mail to `email` invites.
fn invites(console: &Console, email: &str) {
    let anna = console.session("anna");
    let args = ListArgs::all(Sort::Name, false);
    let company = console.desk.companies(&anna, &args).unwrap().rows[0].id;
    let form = NewUser {
        email: email.into(),
        first: "Jo".into(),
        last: "Berg".into(),
        ..NewUser::new(crate::service::Entrance::PortalAccess, company)
    };
    console.desk.create_portal_user(&anna, &form).unwrap();
}

/// A console where `login` looks at the outbox, with a mail that was sent, one that is put off,
/// one that failed, and one that is queued.
fn at_outbox_as(login: &str) -> Console {
    let mut console = Console::signed_in(login).mailing();
    for email in ["jo@acme.example", "ines@slow.example", "nobody@bounce.example"] {
        invites(&console, email);
    }
    deliver(&console);
    console.wait(2 * 60_000);
    invites(&console, "zoe@acme.example");
    console.press("g m");
    console
}

fn at_outbox() -> Console {
    at_outbox_as("anna")
}

fn deliver(console: &Console) {
    console.desk.deliver(&Deliver::DueInvitations, &());
}

/// The mails to an address, the newest first.
fn mails(console: &Console, address: &str) -> Vec<MailRow> {
    let anna = console.session("anna");
    let args = ListArgs { text: address.into(), ..ListArgs::all(Sort::Time, true) };
    console.desk.mails(&anna, &args).unwrap().rows
}

fn state(console: &Console, address: &str) -> MailState {
    mails(console, address)[0].state
}

/// Presses keys until the selected row is the one to `address`.
fn select(console: &mut Console, address: &str) {
    console.press("/").type_text(address).press("Enter");
    shows(console, address);
}

#[test]
fn the_list_says_how_each_mail_stands() {
    let mut console = at_outbox();
    insta::assert_snapshot!(console.styled());
    insta::assert_snapshot!(console.resize(60, 18).styled());
    insta::assert_snapshot!(console.resize(120, 40).styled());
}

#[test]
fn the_record_has_every_try_and_what_to_do() {
    let mut console = at_outbox();
    select(&mut console, "nobody@bounce.example");
    console.press("Enter");
    assert_eq!(context(&console), Context::MailRecord);
    shows(&console, "550 5.1.1 nobody of that name is here");
    shows(&console, "resend it");
    insta::assert_snapshot!(console.styled());
    insta::assert_snapshot!(console.resize(60, 18).styled());
    insta::assert_snapshot!(console.resize(120, 40).styled());
}

#[test]
fn everything_in_ascii_and_without_colours() {
    let mut console = at_outbox();
    console.theme = Theme { colour: false, ascii: true };
    assert!(console.screen().is_ascii(), "{}", console.screen());
    insta::assert_snapshot!(console.styled());
    console.press("Enter");
    assert!(console.screen().is_ascii(), "{}", console.screen());
}

#[test]
fn a_letter_is_read_without_its_secret() {
    let mut console = at_outbox();
    select(&mut console, "jo@acme.example");
    console.press("v");
    assert_eq!(context(&console), Context::Letter);
    shows(&console, "Your access to the portal, Jo Berg");
    shows(&console, "    Password  ••••••••••••");
    hides(&console, "20. what to do then");
    insta::assert_snapshot!(console.styled());
    console.press("PgDn");
    shows(&console, "20. what to do then");
    console.press("Esc");
    assert_eq!(context(&console), Context::OutboxList);
}

#[test]
fn a_mail_is_sent_anew_and_the_one_before_is_superseded() {
    let mut console = at_outbox();
    select(&mut console, "nobody@bounce.example");
    console.press("Enter i");
    shows(&console, "It comes after the invitation mail of");
    assert_eq!(mails(&console, "nobody@bounce.example").len(), 1, "it asks first");
    console.wait(300).press("Tab Enter");
    assert_eq!(
        console.status(),
        "A new mail to nobody@bounce.example is queued; the one before is superseded."
    );
    // The new one is shown in place of the old.
    shows(&console, "Queued");
    let all = mails(&console, "nobody@bounce.example");
    let states: Vec<MailState> = all.iter().map(|it| it.state).collect();
    assert_eq!(states, [MailState::Queued, MailState::Superseded]);
}

/// Signs a user in, by a password that staff set.
fn signs_in(console: &Console, email: &str) {
    let anna = console.session("anna");
    let user = console.desk.user_by_name(&anna, email).unwrap().row.id;
    let password = Secret::new("a quiet green river".to_owned());
    console.desk.set_password(&anna, user, None, &password, false).unwrap();
    let shown = crate::service::Credentials::new(email, &password);
    console.desk.portal_sign_in(&shown, None, &console.origin).unwrap();
}

#[test]
fn who_has_signed_in_before_is_asked_about_first() {
    let mut console = at_outbox();
    let name = "zoe@acme.example";
    signs_in(&console, name);
    select(&mut console, name);
    console.press("i");
    shows(&console, "has signed in before");
    let before = mails(&console, name).len();
    console.wait(300).press("Enter");
    assert_eq!(mails(&console, name).len(), before, "the safe button has the focus");
    console.press("i").wait(300).press("Tab Enter");
    assert_eq!(mails(&console, name).len(), before + 1);
    assert_eq!(state(&console, name), MailState::Queued);
}

/// Gives a user another email, as somebody else at another console would.
fn moves(console: &Console, from: &str, to: &str) {
    let anna = console.session("anna");
    let user = console.desk.user_by_name(&anna, from).unwrap();
    let form = UserForm { email: to.into(), ..UserForm::of(&user) };
    console.desk.edit_user(&anna, user.row.id, None, &form).unwrap();
}

#[test]
fn another_mail_goes_to_the_email_of_today_and_the_question_says_so() {
    let mut console = at_outbox();
    let (old, new) = ("jo@acme.example", "jo.berg@acme.example");
    signs_in(&console, old);
    moves(&console, old, new);
    select(&mut console, old);
    console.press("Enter i");
    shows(&console, "jo.berg@acme.example brings a new way in");
    // Changed once more, while the question stands: it was agreed to another address.
    moves(&console, new, "somebody@acme.example");
    console.wait(300).press("Tab Enter");
    assert!(
        console.status().contains("was changed by anna since you opened it"),
        "{}",
        console.status()
    );
    assert_eq!(mails(&console, "somebody@acme.example").len(), 0);
}

#[test]
fn a_mail_is_cancelled_after_a_question_only() {
    let mut console = at_outbox();
    select(&mut console, "zoe@acme.example");
    console.press("c");
    shows(&console, "Cancel the invitation mail to zoe@acme.example?");
    console.wait(300).press("Enter");
    assert_eq!(state(&console, "zoe@acme.example"), MailState::Queued);
    console.press("c").wait(300).press("Tab Enter");
    assert_eq!(state(&console, "zoe@acme.example"), MailState::Cancelled);
    let said = console.status();
    assert_eq!(said, "Cancelled: the invitation mail to zoe@acme.example is not sent.");
}

#[test]
fn of_a_mail_that_lies_in_a_mailbox_nobody_says_that_it_is_not_sent() {
    let mut console = at_outbox();
    select(&mut console, "jo@acme.example");
    console.press("c");
    shows(&console, "can't be called back from the mailbox");
    console.wait(300).press("Tab Enter");
    assert_eq!(state(&console, "jo@acme.example"), MailState::Cancelled);
    assert_eq!(
        console.status(),
        "Cancelled: what the invitation mail to jo@acme.example carried lets nobody in any more. jo@acme.example.P has no password now: send another, or set one."
    );
}

#[test]
fn of_a_mail_that_went_out_while_its_record_was_open_nobody_says_that_it_is_not_sent() {
    let mut console = at_outbox();
    select(&mut console, "zoe@acme.example");
    console.press("Enter c");
    deliver(&console);
    console.wait(300).press("Tab Enter");
    assert_eq!(state(&console, "zoe@acme.example"), MailState::Cancelled);
    assert!(console.status().contains("has no password now"), "{}", console.status());
}

#[test]
fn a_failed_mail_is_released() {
    let mut console = at_outbox();
    select(&mut console, "nobody@bounce.example");
    console.press("t");
    assert_eq!(state(&console, "nobody@bounce.example"), MailState::Queued);
    assert!(console.status().starts_with("Released: "), "{}", console.status());
}

#[test]
fn held_mails_go_after_a_question() {
    let mut console = Console::signed_in("anna");
    invites(&console, "jo@acme.example");
    console = console.mailing();
    console.press("g m");
    shows(&console, "Held, mail is not set up");
    console.press("H");
    shows(&console, "1 mail is held.");
    console.press("Tab Enter");
    assert_eq!(console.status(), "1 mail is released.");
    assert_eq!(state(&console, "jo@acme.example"), MailState::Queued);
    console.press("H");
    shows(&console, "No mail is held.");
}

#[test]
fn what_is_already_in_a_mailbox_is_named_before_another_goes() {
    let mut console = at_outbox();
    select(&mut console, "jo@acme.example");
    console.press("i");
    shows(&console, "the invitation mail of 27 Nov 2026 13:00");
    shows(&console, "stops working");
    console.wait(300).press("Enter");
    assert_eq!(state(&console, "jo@acme.example"), MailState::Sent, "the safe button");
}

#[test]
fn held_mails_that_are_somebody_elses_are_told_so_and_stay() {
    let mut console = Console::signed_in("root");
    invites(&console, "jo@acme.example");
    console = console.mailing();
    console.press("g m H");
    shows(&console, "1 mail is held. It can't go now: only Customer Service");
    hides(&console, "Send them");
    console.press("Tab Enter");
    assert_eq!(state(&console, "jo@acme.example"), MailState::Held);
}

#[test]
fn the_list_offers_only_what_one_may_do_to_a_mail_and_says_why_not() {
    let mut console = at_outbox_as("root");
    hides(&console, "i resend");
    hides(&console, "c cancel");
    for key in ["i", "c"] {
        console.press(key);
        assert!(
            console.status().contains("may send, cancel and release mails to portal users"),
            "{}",
            console.status()
        );
    }
    let mut console = at_outbox();
    select(&mut console, "jo@acme.example");
    console.press("t");
    assert_eq!(
        console.status(),
        "The mail to jo@acme.example is sent; there is nothing to release."
    );
}

#[test]
fn what_is_not_ones_own_is_disabled_with_the_reason() {
    let mut console = at_outbox_as("root");
    console.press("Enter x");
    shows(&console, "Resend");
    console.press("Esc i");
    shows(&console, "Customer Service");
    assert_eq!(state(&console, "zoe@acme.example"), MailState::Queued);
}

#[test]
fn the_form_searches_by_state() {
    let mut console = at_outbox();
    console.press("f Right Right F2");
    shows(&console, "status:failed");
    shows(&console, "nobody@bounce.example");
    hides(&console, "zoe@acme.example");
}

#[test]
fn the_user_is_one_key_away() {
    let mut console = at_outbox();
    console.press("o");
    assert_eq!(context(&console), Context::UserRecord);
    shows(&console, "zoe@acme.example.P");
}
