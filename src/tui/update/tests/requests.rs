//! Workflow A by keys: what the services hold afterwards.

use super::{at_record, context, shows};
use crate::domain::request::RequestStatus;
use crate::tui::keymap::Context;
use crate::tui::testing::Console;

#[test]
fn workflow_a_link_approve() {
    let mut console = at_record();
    console.press("c Enter");
    assert!(console.status().contains("is linked to Zoë O'Brien"), "{}", console.status());
    console.press("x Enter");
    shows(&console, "zoe.obrien.P");
    console.press("Enter Enter");
    assert!(console.status().contains("zoe.obrien.P waits for a password"), "{}", console.status());
    let view = console.desk.request(&console.session("ben"), console.newest()).unwrap();
    assert_eq!(view.row.status, RequestStatus::Processed);
    console.press("Esc");
    shows(&console, "✔ Processed");
}

#[test]
fn the_login_may_be_changed_before_approving() {
    let mut console = at_record();
    console.press("c Enter x Enter C-u").type_text("zob.P");
    shows(&console, "zob.P");
    console.press("F2");
    assert!(console.status().contains("zob.P waits"), "{}", console.status());
}

#[test]
fn a_contact_is_made_from_the_request_with_its_company() {
    let mut console = Console::signed_in("anna");
    console.press("2 Down Down + C-s");
    assert_eq!(context(&console), Context::RequestList, "+ belongs to the record");
    console.press("Enter + C-s");
    assert!(console.status().contains("Jan Kowalski is a contact now"), "{}", console.status());
    shows(&console, "◐ Resolved");
    shows(&console, "PPUH Kozień Sp.k.");
}

#[test]
fn a_company_of_that_very_name_is_proposed() {
    let mut console = at_record();
    console.press("+");
    shows(&console, "a company we have");
    console.press("C-s");
    shows(&console, "Linked contact");
    assert!(!console.state.dirty());
}

#[test]
fn undo_works_where_it_is_offered() {
    let mut console = at_record();
    console.press("c Enter u");
    assert_eq!(console.status(), "PR-000005 is unlinked again.");
    shows(&console, "● New");
    console.press("u");
    assert_eq!(console.status(), "There is nothing to undo.");
}

#[test]
fn what_cannot_be_undone_is_told_from_nothing() {
    let mut console = Console::signed_in("anna");
    console.press("4 u");
    assert_eq!(console.status(), "There is nothing to undo.");
    console.press("Enter e End").type_text("anna").press("F2 u");
    assert_eq!(console.status(), "The last change can't be undone; e edits a record again.");
}

#[test]
fn a_rejection_needs_a_reason_and_can_be_taken_back() {
    let mut console = at_record();
    console.press("x Down Down Down Down Enter C-s");
    shows(&console, "A rejection needs a reason");
    console.type_text("Not a customer").press("C-s");
    shows(&console, "✖ Rejected");
    shows(&console, "Rejected: Not a customer");
    console.press("u");
    shows(&console, "● New");
}

#[test]
fn approving_without_a_contact_says_what_to_do() {
    let mut console = at_record();
    console.press("x Up Enter");
    assert!(
        console.status().contains("needs a contact before it can be approved"),
        "{}",
        console.status()
    );
    assert_eq!(context(&console), Context::Menu);
}

#[test]
fn an_auditor_sees_and_is_told_who_may() {
    let mut console = Console::signed_in("root");
    console.press("2 Enter c");
    assert!(console.status().contains("your role is"), "{}", console.status());
    assert_eq!(context(&console), Context::RequestRecord);
}

#[test]
fn the_search_form_takes_status_and_dates_and_refuses_what_is_no_date() {
    let mut console = Console::signed_in("anna");
    console.press("2 f Down Down").type_text("soon").press("F2");
    shows(&console, "This is no date");
    console.press("C-u").type_text("2026-11-27").press("F2");
    shows(&console, "Submitted since 2026-11-27");
    shows(&console, "2 of 5");
}

#[test]
fn undoing_a_rejection_brings_the_contact_back() {
    let mut console = at_record();
    console.press("c Enter x Down Down Down Down Down Enter");
    shows(&console, "Reject PR-000005");
    console.type_text("Not a customer").press("F2");
    shows(&console, "✖ Rejected");
    console.press("u");
    shows(&console, "◐ Resolved");
    shows(&console, "Linked contact");
}

#[test]
fn undoing_a_reopening_brings_reason_and_contact_back() {
    let mut console = at_record();
    console.press("c Enter x Down Down Down Down Down Enter");
    console.type_text("Not a customer").press("F2");
    console.press("x");
    assert_eq!(context(&console), Context::Menu);
    console.press("Enter");
    shows(&console, "● New");
    console.press("u");
    shows(&console, "Rejected: Not a customer");
    let view = console.desk.request(&console.session("ben"), console.newest()).unwrap();
    assert!(view.row.contact.is_some());
}

#[test]
fn letters_jump_in_a_menu() {
    let mut console = at_record();
    console.press("x").type_text("rej").press("Enter");
    shows(&console, "Reason");
}

#[test]
fn what_became_of_a_request_is_a_key_away() {
    let mut console = at_record();
    console.press("o");
    assert_eq!(context(&console), Context::RequestRecord, "nothing has become of it yet");
    console.press("c Enter x Enter Enter Enter");
    assert!(console.status().contains("o opens the user"), "{}", console.status());
    shows(&console, "It became zoe.obrien.P");
    console.press("x");
    shows(&console, "▌ Open the user");
    console.press("Enter");
    assert_eq!(context(&console), Context::UserRecord);
    shows(&console, "zoe.obrien.P");
    console.press("Esc o");
    assert_eq!(context(&console), Context::UserRecord);
    console.press("Esc Enter");
    assert!(console.status().contains("o opens the user"), "{}", console.status());
}

#[test]
fn a_warning_is_a_sentence_without_a_number() {
    let mut console = at_record();
    console.press("+ C-s");
    let view = console.desk.request(&console.session("ben"), console.newest()).unwrap();
    let warning = view.warnings.first().expect("Acme Ltd has two of that name now");
    let beginning: String = warning.message.chars().take(40).collect();
    for keys in ["r", "x Enter"] {
        shows(console.press(keys), &beginning);
        assert!(!console.screen().contains(warning.code), "{}", console.screen());
    }
}

#[test]
fn making_a_contact_beside_a_likely_one_is_warned_of_and_can_be_taken_back() {
    let mut console = at_record();
    console.press("+");
    shows(&console, "Zoë O'Brien CT-000001 has this email; Esc, then c links it.");
    console.press("C-s");
    shows(&console, "◐ Resolved");
    shows(&console, "is a contact now; PR-000005 can be approved: x, Approve.  u undo");
    console.press("u");
    assert!(console.status().contains("stays in Contacts"), "{}", console.status());
    let view = console.desk.request(&console.session("ben"), console.newest()).unwrap();
    assert_eq!((view.row.status, view.row.contact), (RequestStatus::New, None));
}

#[test]
fn undoing_a_second_link_brings_the_first_one_back() {
    let mut console = at_record();
    console.press("c Enter");
    let ben = console.session("ben");
    let contact =
        |console: &Console| console.desk.request(&ben, console.newest()).unwrap().row.contact;
    let first = contact(&console);
    console.press("c Down Enter");
    assert_ne!(contact(&console), first);
    console.press("u");
    assert_eq!(contact(&console), first);
    console.press("+ C-s u");
    assert_eq!(contact(&console), first, "{}", console.status());
}

#[test]
fn a_link_that_can_t_be_approved_says_what_stands_in_the_way() {
    let mut console = at_record();
    console.press("c Enter x Enter Enter Enter");
    // Another visitor turns up with the email of the user that was just made.
    console.press("2 End Enter + Tab Tab C-u").type_text("zoe@acme.example").press("C-s");
    let view =
        console.desk.request(&console.session("ben"), crate::domain::id::RequestId(1)).unwrap();
    let reason = view.why_not_approve.expect("the email is taken");
    assert!(console.status().ends_with(&reason), "{}", console.status());
    let screen = console.screen().split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(
        screen.matches(&reason).count(),
        2,
        "told, and on the record, whole:\n{}",
        console.screen()
    );
}

#[test]
fn dates_the_wrong_way_round_are_refused_in_the_form() {
    let mut console = Console::signed_in("anna");
    console.press("2 f Tab Tab").type_text("2026-11-20").press("Tab").type_text("2026-11-10");
    console.press("F2");
    assert_eq!(context(&console), Context::Form);
    shows(&console, "before the one in From");
    console.press("C-u").type_text("2026-11-20").press("F2");
    assert_eq!(context(&console), Context::RequestList);
    shows(&console, "No request fits this search.");
    shows(&console, "   f changes the search and the dates.");
    console.press("/").type_text("zoe").press("Enter");
    shows(&console, "Esc clears the filter; f changes the search and the dates.");
}
