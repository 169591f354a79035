//! Nothing typed is lost, whoever else changes what.

use super::{at_record, context, shows};
use crate::service::requests::RequestForm;
use crate::tui::ask::{Ask, RequestAsk};
use crate::tui::effect::Effect;
use crate::tui::keymap::Context;
use crate::tui::testing::Console;

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

/// Somebody else edits the newest request.
fn ben_edits(console: &Console) {
    let (ben, id) = (console.session("ben"), console.newest());
    let row = console.desk.request(&ben, id).unwrap().row;
    let form = RequestForm {
        first: row.first.raw().into(),
        last: row.last.raw().into(),
        email: row.email.raw().into(),
        phone: "+44 1".into(),
        company_name: row.company_name.raw().into(),
    };
    console.desk.save_request(&ben, id, None, &form, row.contact).unwrap();
}

#[test]
fn after_a_conflict_a_rejection_can_be_given_again() {
    let mut console = at_record();
    console.press("x Down Down Down Down Enter");
    console.type_text("Not a customer");
    ben_edits(&console);
    console.press("F2");
    assert!(console.status().contains("was changed by ben"), "{}", console.status());
    shows(&console, "Not a customer");
    console.press("F2");
    shows(&console, "Rejected: Not a customer");
}

#[test]
fn after_a_conflict_a_new_contact_can_be_saved_again() {
    let mut console = at_record();
    console.press("+ End").type_text("x");
    ben_edits(&console);
    console.press("F2");
    assert!(console.status().contains("was changed by ben"), "{}", console.status());
    shows(&console, "Zoëx");
    console.press("F2");
    assert!(console.status().contains("Zoëx O'Brien is a contact now"), "{}", console.status());
}

#[test]
fn after_a_conflict_the_typed_login_can_be_approved() {
    let mut console = at_record();
    console.press("c Enter x Enter C-u").type_text("zob");
    ben_edits(&console);
    console.press("F2");
    assert!(console.status().contains("was changed by ben"), "{}", console.status());
    console.press("F2");
    assert!(console.status().contains("zob.P waits"), "{}", console.status());
}
