//! Answers that come late, and keys that came before them.

use super::{context, shows};
use crate::tui::ask::Reply;
use crate::tui::effect::Effect;
use crate::tui::keymap::Context;
use crate::tui::state::Ticket;
use crate::tui::testing::{Console, PASSWORD};
use crate::tui::update::Msg;

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

/// Answers what is held back, in its order, and whatever comes of that.
fn answer(console: &mut Console) {
    let held = console.held.take().unwrap();
    console.carry_out(held);
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
fn far_too_much_typed_ahead_is_dropped_whole_and_told() {
    let mut console = Console::signed_in("anna");
    console.press("2");
    console.held = Some(Vec::new());
    console.press("/").type_text("karl").press("Enter");
    for _ in 0..250 {
        console.press("Down");
    }
    assert!(console.status().contains("none of those keys"), "{}", console.status());
    answer(&mut console);
    assert_eq!(context(&console), Context::RequestList);
}
