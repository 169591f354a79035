//! What keys lead to: state, effects, and what the services then hold.

use super::*;
use crate::domain::request::RequestStatus;
use crate::domain::time::{HOUR, MINUTE};
use crate::service::FirstStart;
use crate::service::requests::RequestForm;
use crate::tui::ask::{Ask, Reply, RequestAsk};
use crate::tui::keymap::Context;
use crate::tui::testing::{Console, PASSWORD, secret};

fn context(console: &Console) -> Context {
    console.state.top().unwrap().screen.context()
}

fn shows(console: &Console, text: &str) {
    let screen = console.screen();
    assert!(screen.contains(text), "no “{text}” on\n{screen}");
}

/// The console on the record of the newest request.
fn at_record() -> Console {
    let mut console = Console::signed_in("anna");
    console.press("2 Enter");
    assert_eq!(context(&console), Context::RequestRecord);
    console
}

#[test]
fn an_empty_store_is_set_up_and_then_signed_in_to() {
    let mut console = Console::over_an_empty_store();
    console.begin();
    shows(&console, "This store is empty.");
    console.type_text("root").press("Tab Tab Tab Tab").type_text(PASSWORD);
    console.press("Tab").type_text("something else").press("Tab Tab Tab Tab Enter");
    shows(&console, "The two passwords differ");
    console.press("C-u").type_text(PASSWORD).press("Tab Tab Tab Tab Enter");
    assert_eq!(console.status(), "The store is set up. Sign in as root.");
    console.type_text(PASSWORD).press("Enter");
    assert_eq!(context(&console), Context::Dashboard);
    shows(&console, "root · Security Administrator");
}

#[test]
fn a_wrong_password_is_wiped_and_told() {
    let mut console = Console::new();
    console.type_text("anna").press("Enter").type_text("not the right one").press("Enter");
    assert_eq!(context(&console), Context::Gate);
    assert!(console.status().contains("don't go together"), "{}", console.status());
    assert!(!console.screen().contains('•'));
    console.type_text(PASSWORD).press("Enter");
    assert_eq!(context(&console), Context::Dashboard);
}

#[test]
fn who_must_change_the_password_does_so_before_anything_else() {
    let mut console = Console::over_an_empty_store();
    console.desk.set_up(&FirstStart::new("root", secret()), &console.origin).unwrap();
    let form = crate::service::StaffForm {
        login: "mia".into(),
        first: String::new(),
        last: String::new(),
        email: String::new(),
        role: crate::domain::role::Role::Auditor,
        password: secret(),
        must_change: true,
    };
    console.desk.create_staff(&console.session("root"), &form).unwrap();
    console.begin();
    console.type_text("mia").press("Enter").type_text(PASSWORD).press("Enter");
    shows(&console, "Choose your own password.");
    console.type_text(PASSWORD).press("Enter").type_text(PASSWORD).press("Enter");
    shows(&console, "The new password is the present one");
    let new = "three words of my own";
    console.press("C-u").type_text(new).press("Tab C-u").type_text(new).press("Enter");
    assert_eq!(context(&console), Context::Dashboard);
}

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
fn two_people_edit_one_request_and_nothing_typed_is_lost() {
    let mut console = at_record();
    console.press("e End").type_text("x");
    let (ben, id) = (console.session("ben"), console.newest());
    let theirs = RequestForm {
        first: "Zoe".into(),
        last: "O'Brien".into(),
        email: "zoe@acme.example".into(),
        phone: "+44 1".into(),
        company_name: "Acme Ltd".into(),
    };
    console.desk.save_request(&ben, id, None, &theirs, None).unwrap();
    console.press("F2");
    for text in ["was changed meanwhile", "by ben", "Theirs", "+44 1", "Zoëx"] {
        shows(&console, text);
    }
    console.press("Enter");
    assert_eq!(context(&console), Context::Dialog, "it waits until it can have been read");
    console.wait(300).press("Enter");
    shows(&console, "theirs is Zoe");
    assert!(console.status().contains("Nothing is saved yet"));
    console.press("F2");
    let view = console.desk.request(&ben, id).unwrap();
    assert_eq!((view.row.first.raw(), view.row.phone.raw()), ("Zoëx", "+44 1"));
}

#[test]
fn theirs_can_be_taken_and_mine_stays_readable() {
    let mut console = at_record();
    console.press("e End").type_text("x");
    let (ben, id) = (console.session("ben"), console.newest());
    let view = console.desk.request(&ben, id).unwrap();
    let theirs = RequestForm {
        first: "Zoe".into(),
        last: view.row.last.raw().into(),
        email: view.row.email.raw().into(),
        phone: view.row.phone.raw().into(),
        company_name: view.row.company_name.raw().into(),
    };
    console.desk.save_request(&ben, id, None, &theirs, None).unwrap();
    console.press("F2").wait(300).press("Tab Enter");
    shows(&console, "yours was Zoëx");
}

#[test]
fn a_dirty_form_is_not_lost_without_discard() {
    let mut console = at_record();
    console.press("e").type_text("x").press("Esc");
    shows(&console, "What you typed is not saved yet.");
    console.wait(300).press("Enter");
    assert_eq!(context(&console), Context::Form);
    console.press("F3").wait(300).press("Esc");
    assert_eq!(context(&console), Context::Form);
    console.press("F3").wait(300).press("Right Right Enter");
    assert_eq!(context(&console), Context::Dashboard);
}

#[test]
fn save_first_saves_and_then_goes_where_it_was_meant_to_go() {
    let mut console = at_record();
    console.press("e End").type_text("x").press("F3").wait(300).press("Right Enter");
    assert_eq!(context(&console), Context::Dashboard);
    let view = console.desk.request(&console.session("ben"), console.newest()).unwrap();
    assert_eq!(view.row.first.raw(), "Zoëx");
}

#[test]
fn the_lock_keeps_everything_and_lets_only_the_person_back() {
    let mut console = at_record();
    console.press("e").type_text("x");
    console.wait(10 * MINUTE);
    assert!(console.state.locked);
    shows(&console, "The console is locked.");
    assert!(!console.screen().contains("Zoë"), "{}", console.screen());
    console.press("F3").type_text("wrong one").press("Enter");
    assert!(console.state.locked);
    console.type_text(PASSWORD).press("Enter");
    assert!(!console.state.locked && console.state.dirty());
    assert_eq!(context(&console), Context::Form);
}

#[test]
fn somebody_else_may_sign_in_but_not_over_what_was_typed() {
    let mut console = at_record();
    console.press("e").type_text("x").wait(10 * MINUTE);
    console.press("Tab Tab Enter");
    shows(&console, "What you typed is not saved yet.");
    console.wait(300).press("Right Enter");
    shows(&console, "Sign in");
    assert!(console.state.seen.who.is_none() && !console.state.dirty());
}

#[test]
fn after_twelve_hours_it_locks_whatever_is_typed() {
    let mut console = Console::signed_in("anna");
    for _ in 0..12 * 12 + 1 {
        console.wait(5 * MINUTE).press("Down");
    }
    assert!(console.state.locked);
    let since = console.state.seen.who.as_ref().unwrap().since();
    assert!(console.state.seen.now.millis_since(since) >= 12 * HOUR);
}

#[test]
fn a_stale_answer_is_dropped() {
    let mut console = Console::signed_in("anna");
    console.press("2");
    console.held = Some(Vec::new());
    console.press("/").type_text("ac");
    let held = console.held.take().unwrap();
    let tickets: Vec<Ticket> = held
        .iter()
        .filter_map(|e| match e {
            Effect::Ask { ticket, .. } => Some(*ticket),
            _ => None,
        })
        .collect();
    assert_eq!(tickets.len(), 2);
    assert!(held.iter().any(|e| matches!(e, Effect::Forget(t) if *t == tickets[0])));
    let empty = console.desk.requests(
        &console.session("ben"),
        &crate::service::ListArgs::all(crate::service::Sort::Time, true),
    );
    let none =
        Reply::Requests(crate::service::Page { rows: Vec::new(), total: 0, ..empty.unwrap() });
    console.send(Msg::Answer(tickets[0], Ok(none)));
    shows(&console, "Zoë O'Brien");
    console.carry_out(held);
    shows(&console, "1 of 5");
}

#[test]
fn what_changes_something_is_never_called_back() {
    let mut console = at_record();
    console.held = Some(Vec::new());
    console.press("e End").type_text("x").press("F2 C-c");
    assert!(console.status().contains("can't be stopped"), "{}", console.status());
    let held = console.held.take().unwrap();
    let saves = |e: &&Effect| matches!(e, Effect::Ask { ask, .. } if matches!(**ask, Ask::Request(RequestAsk::Save { .. })));
    assert_eq!(held.iter().filter(saves).count(), 1);
    console.press("F2");
    console.carry_out(held);
    assert_eq!(context(&console), Context::RequestRecord);
}

#[test]
fn ctrl_c_twice_asks_and_esc_never_leaves() {
    let mut console = Console::signed_in("anna");
    console.press("Esc Esc Esc");
    assert_eq!(context(&console), Context::Dashboard);
    console.press("C-c C-c");
    shows(&console, "Leave Portal Desk?");
    console.press("Enter q Right Enter");
    assert!(console.state.ended);
}

#[test]
fn the_palette_knows_the_documented_click_paths() {
    let mut console = Console::signed_in("anna");
    console.press(":").type_text("setup portal req").press("Enter");
    assert_eq!(context(&console), Context::RequestList);
    console.press(":").type_text("sptlrq").press("Esc");
    assert_eq!(context(&console), Context::RequestList);
}

#[test]
fn a_paste_is_text_and_never_a_command() {
    let mut console = Console::signed_in("anna");
    console.press("2").paste("q\nq\nx");
    assert_eq!(context(&console), Context::RequestList);
    assert!(console.status().contains("Nothing takes text here"));
    console.press("/").paste("acme\n");
    shows(&console, "1 of 5");
    console.press("Esc Enter e").paste(&"a".repeat(10_000));
    assert_eq!(console.status(), "The paste was cut: this field takes 100 characters.");
}

#[test]
fn a_small_window_keeps_the_state_and_takes_no_keys() {
    let mut console = at_record();
    console.press("e").type_text("x").resize(40, 10).type_text("yyy").press("Esc Enter");
    shows(&console, "Portal Desk needs 60×18");
    console.press("C-c C-c");
    assert!(!console.state.ended, "something is not saved");
    console.resize(80, 24);
    assert_eq!(context(&console), Context::Form);
    assert!(console.state.dirty());
}

#[test]
fn esc_takes_the_filter_back_before_it_leaves() {
    let mut console = Console::signed_in("anna");
    console.press("2 /").type_text("acme").press("Enter");
    assert_eq!(context(&console), Context::RequestList);
    shows(&console, "1 of 5");
    console.press("Esc");
    shows(&console, "5, newest first");
    console.press("Esc");
    assert_eq!(context(&console), Context::Dashboard);
}

#[test]
fn the_search_form_takes_status_and_dates_and_refuses_what_is_no_date() {
    let mut console = Console::signed_in("anna");
    console.press("2 f Down Down").type_text("soon").press("F2");
    shows(&console, "This is no date");
    console.press("C-u").type_text("2026-11-27").press("F2");
    shows(&console, "Status any, since 2026-11-27");
    shows(&console, "2 of 5");
}

#[test]
fn an_auditor_sees_and_is_told_who_may() {
    let mut console = Console::signed_in("root");
    console.press("2 Enter c");
    assert!(console.status().contains("may not"), "{}", console.status());
    assert_eq!(context(&console), Context::RequestRecord);
}

#[test]
fn sequences_show_their_keys_after_a_moment() {
    let mut console = Console::signed_in("anna");
    console.press("g");
    assert!(!console.screen().contains("Portal Requests"));
    console.wait(400);
    shows(&console, "r    Portal Requests");
    console.press("r");
    assert_eq!(context(&console), Context::RequestList);
}

#[test]
fn a_form_that_is_saved_meanwhile_takes_its_question_along() {
    let mut console = at_record();
    console.held = Some(Vec::new());
    console.press("e End").type_text("x").press("F2 Esc");
    shows(&console, "What you typed is not saved yet.");
    let held = console.held.take().unwrap();
    console.carry_out(held);
    assert_eq!(context(&console), Context::RequestRecord);
    shows(&console, "Zoëx");
}

#[test]
fn what_was_still_being_saved_when_its_window_closed_is_told() {
    let mut console = at_record();
    console.press("c Enter x Enter");
    console.held = Some(Vec::new());
    console.press("F2 Esc");
    assert_eq!(context(&console), Context::RequestRecord);
    let held = console.held.take().unwrap();
    console.carry_out(held);
    assert_eq!(console.status(), "What was still under way is done.");
    shows(&console, "✔ Processed");
}

#[test]
fn a_locked_console_tells_nothing_of_what_goes_on_below() {
    let mut console = at_record();
    console.held = Some(Vec::new());
    console.press("e End").type_text("x").press("F2").wait(10 * MINUTE);
    let held = console.held.take().unwrap();
    console.carry_out(held);
    assert!(console.state.locked && console.status().is_empty(), "{}", console.status());
    console.type_text(PASSWORD).press("Enter");
    shows(&console, "Zoëx");
}

#[test]
fn who_is_disabled_meanwhile_is_locked_out() {
    let mut console = at_record();
    let anna = console.state.seen.who.as_ref().unwrap().user();
    console.desk.disable_user(&console.session("root"), anna, None).unwrap();
    console.press("r");
    assert!(console.state.locked);
    assert!(console.status().contains("disabled"), "{}", console.status());
}

#[test]
fn keys_typed_ahead_are_about_what_was_asked_for() {
    let mut console = Console::signed_in("anna");
    // Nothing is answered until all of it has been typed.
    console.held = Some(Vec::new());
    console.press("2 /").type_text("kowalski").press("Enter Enter");
    assert_eq!(context(&console), Context::RequestList, "nothing is opened before it is read");
    while let Some(effects) = console.held.take().filter(|it| !it.is_empty()) {
        console.carry_out(effects);
    }
    assert_eq!(context(&console), Context::RequestRecord);
    shows(&console, "jan@kozien.example");
}

#[test]
fn esc_throws_away_what_was_typed_ahead() {
    let mut console = Console::signed_in("anna");
    console.held = Some(Vec::new());
    console.press("2 Enter x Esc");
    assert!(console.state.ahead.is_empty());
    let effects = console.held.take().unwrap();
    console.carry_out(effects);
    assert_eq!(context(&console), Context::Dashboard, "Esc has left the list");
}

/// Answers what is held back, in its order, and whatever comes of that.
fn answer(console: &mut Console) {
    let held = console.held.take().unwrap();
    console.carry_out(held);
}

#[test]
fn typed_ahead_of_the_search_enter_opens_what_was_searched() {
    let mut console = Console::signed_in("anna");
    console.press("2");
    console.held = Some(Vec::new());
    console.press("/").type_text("karl").press("Enter Enter");
    assert_eq!(context(&console), Context::RequestList, "nothing is opened of the old rows");
    answer(&mut console);
    assert_eq!(context(&console), Context::RequestRecord);
    shows(&console, "Gustavsson");
}

#[test]
fn typed_ahead_of_the_first_page_enter_waits_for_it() {
    let mut console = Console::signed_in("anna");
    console.held = Some(Vec::new());
    console.press("2 Down Enter c");
    answer(&mut console);
    assert_eq!(context(&console), Context::Picker);
    shows(&console, "PR-000004");
}

#[test]
fn typed_ahead_of_the_sign_in_keys_are_not_taken_for_the_password() {
    let mut console = Console::new();
    console.held = Some(Vec::new());
    console.type_text("anna").press("Enter").type_text(PASSWORD).press("Enter").press("2 Enter");
    assert_eq!(context(&console), Context::Gate);
    answer(&mut console);
    assert_eq!(context(&console), Context::RequestRecord);
}

#[test]
fn what_was_typed_ahead_of_a_refusal_is_forgotten() {
    let mut console = Console::new();
    console.held = Some(Vec::new());
    console.type_text("anna").press("Enter").type_text("wrong").press("Enter").press("2");
    answer(&mut console);
    assert_eq!(context(&console), Context::Gate);
    assert!(!console.screen().contains('•'), "the 2 is not taken for a password");
}

#[test]
fn esc_forgets_what_was_typed_ahead() {
    let mut console = Console::signed_in("anna");
    console.press("2");
    console.held = Some(Vec::new());
    console.press("/").type_text("karl").press("Enter Enter Esc");
    answer(&mut console);
    assert_eq!(context(&console), Context::RequestList);
}

#[test]
fn save_works_at_the_gate_too() {
    let mut console = Console::new();
    console.type_text("anna").press("Tab").type_text(PASSWORD).press("F2");
    assert_eq!(context(&console), Context::Dashboard);
}
