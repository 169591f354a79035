//! What is asked before a deed, what it takes to agree, and what is told of it.
//!
//! The services' answers are given by hand here, so that a million users cost nothing; that
//! the real ones are asked is seen in the tests of the list of users.

use crate::domain::id::UserId;
use crate::domain::role::Role;
use crate::service::bulk::{PlanRefusal, RefusedRow};
use crate::service::{Deed, DeskError, ListArgs, Outcome, Plan, Selection, Sort, StaffForm};
use crate::tui::ask::{Answer, Ask, Reply, UserAsk};
use crate::tui::effect::Effect;
use crate::tui::keymap::Context;
use crate::tui::state::Ticket;
use crate::tui::testing::{Console, PASSWORD, context, secret, shows};
use crate::tui::theme::Theme;
use crate::tui::update::Msg;

/// Anna on the list of users, after `keys`; effects are held from the last of them on.
fn at_users(keys: &str, last: &str) -> Console {
    let mut console = Console::signed_in("anna");
    console.press("3");
    if !keys.is_empty() {
        console.press(keys);
    }
    console.held = Some(Vec::new());
    console.press(last);
    console
}

/// The last question about users that was held back, with its number.
fn asked(console: &mut Console) -> (Ticket, UserAsk) {
    let held = console.held.as_mut().unwrap().drain(..);
    let asks = held.filter_map(|effect| match effect {
        Effect::Ask { ticket, ask, .. } => match *ask {
            Ask::User(ask @ (UserAsk::Plan { .. } | UserAsk::Bulk { .. })) => Some((ticket, ask)),
            _ => None,
        },
        _ => None,
    });
    asks.into_iter().next_back().expect("something was asked")
}

fn reply(console: &mut Console, answer: Answer) {
    let (ticket, _) = asked(console);
    console.send(Msg::Answer(ticket, answer));
}

/// A plan for `count` users, all but `refused` of whom it can be done to.
fn plan(console: &Console, deed: Deed, count: u64, refused: u64) -> Plan {
    let args = ListArgs::all(Sort::Login, false);
    let mut sample = console.desk.users(&console.session("ben"), &args).unwrap().rows;
    while sample.len() < 10 {
        sample.extend(sample.clone());
    }
    sample.truncate(count.min(10) as usize);
    let phrases = |list: &[&str]| list.iter().map(|it| (*it).to_owned()).collect();
    let (goes, stays): (Vec<String>, Vec<String>) = match deed {
        Deed::Delete => (
            phrases(&["accounts on 2 sites", "passwords"]),
            phrases(&["contacts", "requests", "login history", "audit"]),
        ),
        _ => Default::default(),
    };
    let why = "This is your own account; somebody else has to do that.".to_owned();
    let refused: Vec<PlanRefusal> =
        (refused > 0).then_some(PlanRefusal { count: refused, why }).into_iter().collect();
    let can = count - refused.iter().map(|it| it.count).sum::<u64>();
    Plan { count, sample, can, refused, goes, stays }
}

fn outcome(of: u64, done: u64) -> Outcome {
    let refused = |n: u64| RefusedRow {
        id: UserId(900 + n),
        user_id: format!("refused.{n}.P").as_str().into(),
        why: "It is disabled already.".to_owned(),
    };
    let refused: Vec<RefusedRow> = (0..of - done).map(refused).collect();
    let done_rows = (0..done.min(10)).map(|n| format!("done.{n}.P").as_str().into()).collect();
    Outcome {
        of,
        done,
        done_rows,
        mails: Vec::new(),
        refused,
        refused_more: 0,
        stopped: false,
        failed: None,
    }
}

/// The question before deleting `count` users.
fn deleting(count: u64) -> Console {
    let mut console = at_users("+", "d");
    let plan = plan(&console, Deed::Delete, count, 0);
    reply(&mut console, Ok(Reply::Plan(Box::new(plan))));
    console.wait(300);
    console
}

#[test]
fn what_is_chosen_is_asked_about_and_nothing_else() {
    let mut console = at_users("", "d");
    let (_, ask) = asked(&mut console);
    assert!(matches!(
        ask,
        UserAsk::Plan { deed: Deed::Delete, chosen: Selection::These(ids) } if ids.len() == 1
    ));
    let mut console = at_users("Space Down Space", "d");
    let (_, ask) = asked(&mut console);
    assert!(matches!(
        ask,
        UserAsk::Plan { chosen: Selection::These(ids), .. } if ids.len() == 2
    ));
    let mut console = at_users("/ a Enter + Space", "d");
    let (_, ask) = asked(&mut console);
    let UserAsk::Plan { chosen: Selection::Matching { args, except }, .. } = ask else {
        panic!("{ask:?}")
    };
    assert_eq!((args.text.as_str(), except.len()), ("a", 1));
}

#[test]
fn cancel_has_the_focus_and_nothing_is_done() {
    let mut console = deleting(3);
    shows(&console, "Delete 3 users");
    shows(&console, "This can't be undone.");
    console.press("Enter");
    assert_eq!(context(&console), Context::UserList);
    assert!(console.held.as_ref().unwrap().iter().all(|it| !matches!(it, Effect::Ask { .. })));
    shows(&console, "3 selected");
}

#[test]
fn nothing_is_agreed_to_in_the_first_moment() {
    let mut console = at_users("+", "d");
    let plan = plan(&console, Deed::Disable, 3, 0);
    reply(&mut console, Ok(Reply::Plan(Box::new(plan))));
    console.press("Left Enter");
    assert_eq!(context(&console), Context::Dialog);
    assert!(console.held.as_ref().unwrap().is_empty());
}

#[test]
fn deleting_several_takes_their_number() {
    let mut console = deleting(1_000_000);
    shows(&console, "Type 1,000,000 to confirm");
    shows(&console, "… and 999,9");
    console.press("Left Left Enter");
    shows(&console, "Type 1,000,000 first. Nothing is deleted.");
    console.type_text("100000").press("Enter");
    shows(&console, "1,000,000 users are selected, not 100000. Nothing is deleted.");
    console.press("Tab Enter");
    shows(&console, "not 100000");
    assert!(console.held.as_ref().unwrap().is_empty(), "nothing was asked for");
    assert_eq!(context(&console), Context::Dialog);
    console.press("C-u").type_text("1,000,000").press("Enter");
    assert!(console.held.as_ref().unwrap().is_empty(), "Enter goes on to the button first");
    console.press("Enter");
    let (_, ask) = asked(&mut console);
    assert!(matches!(ask, UserAsk::Bulk { deed: Deed::Delete, expect: 1_000_000, .. }));
}

#[test]
fn disabling_is_offered_in_place_of_deleting() {
    let mut console = deleting(3);
    console.press("Left Enter");
    let (ticket, ask) = asked(&mut console);
    assert!(matches!(ask, UserAsk::Plan { deed: Deed::Disable, .. }), "{ask:?}");
    let plan = plan(&console, Deed::Disable, 3, 0);
    console.send(Msg::Answer(ticket, Ok(Reply::Plan(Box::new(plan)))));
    shows(&console, "Disable 3 users");
    console.press("Enter");
    assert_eq!(context(&console), Context::UserList, "and Cancel has the focus again");
}

#[test]
fn one_user_is_deleted_without_a_number() {
    let mut console = at_users("", "d");
    let plan = plan(&console, Deed::Delete, 1, 0);
    reply(&mut console, Ok(Reply::Plan(Box::new(plan))));
    console.wait(300);
    shows(&console, "Delete anna");
    assert!(!console.screen().contains("Type 1"));
    console.press("Left Left Enter");
    reply(&mut console, Ok(Reply::Outcome(Box::new(outcome(1, 1)))));
    assert_eq!(
        console.status(),
        "anna is deleted. What stays: contacts, requests, login history, audit."
    );
    assert_eq!(context(&console), Context::UserList);
}

#[test]
fn a_deed_that_can_be_done_to_nobody_offers_nothing_but_to_close() {
    let mut console = at_users("", "x");
    console.press("Esc d");
    let plan = plan(&console, Deed::Delete, 1, 1);
    reply(&mut console, Ok(Reply::Plan(Box::new(plan))));
    console.wait(300);
    shows(&console, "This is your own account");
    shows(&console, "Close");
    assert!(!console.screen().contains("YES"));
    console.press("Enter");
    assert_eq!(context(&console), Context::UserList);
}

#[test]
fn a_long_deed_shows_how_far_it_is_and_stops_when_told_twice() {
    let mut console = deleting(1_000_000);
    console.type_text("1000000").press("Enter Enter");
    let (ticket, _) = asked(&mut console);
    console.wait(10_000);
    console.send(Msg::Answer(ticket, Ok(Reply::Progress { done: 20_000, of: Some(1_000_000) })));
    shows(&console, "20,000 of 1,000,000   2,000 a second   about 9 min left");
    console.press("Enter d Esc");
    shows(&console, "Stop? Esc once more stops");
    assert!(console.held.as_ref().unwrap().is_empty());
    console.press("Esc");
    let held = console.held.as_mut().unwrap();
    assert!(matches!(held.drain(..).next(), Some(Effect::Stop(it)) if it == ticket));
    let stopped = Outcome { stopped: true, refused: Vec::new(), ..outcome(1_000_000, 999_999) };
    let stopped = Outcome { done: 20_100, ..stopped };
    console.send(Msg::Answer(ticket, Ok(Reply::Outcome(Box::new(stopped)))));
    assert_eq!(context(&console), Context::Results, "what was typed meanwhile closes nothing");
    shows(&console, "Stopped: 20,100 of 1,000,000 are deleted and stay so.");
    shows(&console, "✔ done.0.P");
    shows(&console, "and 20,090 more deleted");
    console.wait(300).press("Enter");
    assert_eq!(context(&console), Context::UserList);
}

#[test]
fn ctrl_c_stops_a_long_deed_too() {
    let mut console = deleting(1_000);
    console.type_text("1000").press("Enter Enter");
    let (ticket, _) = asked(&mut console);
    console.press("C-c");
    let mut held = console.held.as_mut().unwrap().drain(..);
    assert!(held.any(|effect| matches!(effect, Effect::Stop(it) if it == ticket)));
    drop(held);
    assert!(console.status().contains("what is done stays done"), "{}", console.status());
}

#[test]
fn the_result_names_first_whom_it_was_not_done_to() {
    let mut console = at_users("+", "d");
    let planned = plan(&console, Deed::Delete, 40, 0);
    reply(&mut console, Ok(Reply::Plan(Box::new(planned))));
    console.wait(300).type_text("40").press("Enter Enter");
    reply(&mut console, Ok(Reply::Outcome(Box::new(outcome(40, 10)))));
    console.wait(300);
    shows(&console, "10 of 40 users are deleted; for the others it says why not.");
    shows(&console, "✖ refused.0.P");
    shows(&console, "It is disabled already.");
    console.press("PgDn PgDn PgDn");
    shows(&console, "✔ done.9.P");
    console.press("PgUp PgUp PgUp Up");
    shows(&console, "refused.0.P");
    insta::assert_snapshot!(console.screen());
}

/// Long User IDs were cut at 24 cells beside an empty half of the window: of two people whose
/// names begin alike nobody could tell which one is gone.
#[test]
fn the_result_names_long_user_ids_whole() {
    let mut console = at_users("+", "d");
    let planned = plan(&console, Deed::Delete, 40, 0);
    reply(&mut console, Ok(Reply::Plan(Box::new(planned))));
    console.wait(300).type_text("40").press("Enter Enter");
    let mut came = outcome(40, 1);
    let long = |what: &str| format!("bartosz.papadopoulos.{what}@acme.example.P");
    came.done_rows[0] = long("done").as_str().into();
    came.refused[0].user_id = long("refused").as_str().into();
    reply(&mut console, Ok(Reply::Outcome(Box::new(came))));
    console.wait(300);
    shows(&console, &format!("✖ {}", long("refused")));
    shows(&console, "It is disabled already.");
    console.press("PgDn PgDn PgDn");
    shows(&console, &format!("✔ {}  deleted", long("done")));
}

#[test]
fn a_number_that_moved_meanwhile_is_looked_at_again() {
    let mut console = deleting(3);
    console.type_text("3").press("Enter Enter");
    let refusal = crate::domain::problem::Problem::whole(
        crate::domain::problem::Code::WrongState,
        "4 users are selected by now, not 3. Nothing was done.",
    );
    reply(&mut console, Err(refusal.into()));
    assert!(console.status().contains("4 users are selected by now"), "{}", console.status());
    let (_, ask) = asked(&mut console);
    assert!(matches!(ask, UserAsk::Plan { deed: Deed::Delete, .. }), "{ask:?}");
}

#[test]
fn a_store_that_fails_leaves_the_sentence() {
    let mut console = at_users("", "d");
    reply(&mut console, Err(DeskError::Machine("The disk is full.".to_owned())));
    shows(&console, "The disk is full.");
    console.wait(300).press("Enter");
    assert_eq!(context(&console), Context::UserList);
}

#[test]
fn who_may_not_is_told_why_in_the_menu() {
    let mut console = Console::new();
    let form = StaffForm {
        login: "vera".into(),
        role: Role::Auditor,
        password: secret(),
        must_change: false,
        first: String::new(),
        last: String::new(),
        email: String::new(),
    };
    console.desk.create_staff(&console.session("root"), &form).unwrap();
    console.type_text("vera").press("Enter").type_text(PASSWORD).press("Enter");
    console.press("3 Space d");
    assert_eq!(context(&console), Context::UserList);
    assert!(console.status().contains("may delete portal users"), "{}", console.status());
    console.press("x");
    shows(&console, "Delete");
}

#[test]
fn undoing_gives_back_what_was_disabled() {
    let mut console = at_users("Space Space", "d");
    let planned = plan(&console, Deed::Delete, 2, 0);
    reply(&mut console, Ok(Reply::Plan(Box::new(planned))));
    console.wait(300).press("Left Enter");
    let planned = plan(&console, Deed::Disable, 2, 0);
    reply(&mut console, Ok(Reply::Plan(Box::new(planned))));
    console.wait(300).press("Left Enter");
    reply(&mut console, Ok(Reply::Outcome(Box::new(outcome(2, 2)))));
    console.wait(300).press("Enter u");
    let (ticket, ask) = asked(&mut console);
    assert!(matches!(&ask, UserAsk::Bulk { deed: Deed::Enable, expect: 2, .. }), "{ask:?}");
    console.send(Msg::Answer(ticket, Ok(Reply::Outcome(Box::new(outcome(2, 2))))));
    assert_eq!(console.status(), "2 users are enabled again.");
}

#[test]
fn deleting_80x24() {
    insta::assert_snapshot!(deleting(3).styled());
}

#[test]
fn deleting_a_million_60x18() {
    let mut console = deleting(1_000_000);
    insta::assert_snapshot!(console.resize(60, 18).screen());
}

#[test]
fn deleting_in_ascii_without_colour() {
    let mut console = deleting(12);
    console.theme = Theme { colour: false, ascii: true };
    assert!(console.screen().is_ascii());
    insta::assert_snapshot!(console.screen());
}

#[test]
fn running_120x40() {
    let mut console = deleting(1_000_000);
    console.resize(120, 40).type_text("1000000").press("Enter Enter");
    let (ticket, _) = asked(&mut console);
    console.wait(60_000);
    console.send(Msg::Answer(ticket, Ok(Reply::Progress { done: 250_000, of: Some(1_000_000) })));
    insta::assert_snapshot!(console.screen());
}

#[test]
fn a_deed_that_is_refused_for_all_tells_the_refusal_and_nothing_else() {
    for count in [1, 3] {
        let mut console = at_users("+", "d");
        console.resize(60, 18);
        let mut plan = plan(&console, Deed::Delete, count, count);
        let why = "Only Security Administrator may look after staff accounts; your role is \
                   Customer Service.";
        plan.refused[0].why = why.to_owned();
        reply(&mut console, Ok(Reply::Plan(Box::new(plan))));
        let screen = console.screen();
        for text in ["can't be undone", "Goes", "Stays", "Not "] {
            assert!(!screen.contains(text), "“{text}” on\n{screen}");
        }
        for word in why.split(' ') {
            shows(&console, word);
        }
        shows(&console, "Close");
    }
}
