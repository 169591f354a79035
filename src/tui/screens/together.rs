//! Two people at two consoles over one store: the second is told what the first has done,
//! and loses nothing typed.

use crate::domain::request::RequestStatus;
use crate::domain::user::UserStatus;
use crate::service::{ListArgs, Sort};
use crate::tui::keymap::Context;
use crate::tui::testing::{Console, PASSWORD, context, shows};

/// Another console over the same store, where `login` is signed in.
fn beside(console: &Console, login: &str) -> Console {
    let (desk, clock) = (console.desk.clone(), console.clock.clone());
    let mut it = Console { desk, clock, ..Console::over_an_empty_store() };
    it.state.seen.now = console.state.seen.now;
    it.begin();
    it.type_text(login).press("Enter").type_text(PASSWORD).press("Enter");
    assert_eq!(context(&it), Context::Dashboard);
    it
}

/// Both consoles after the same keys.
fn both(keys: &str) -> (Console, Console) {
    let mut anna = Console::signed_in("anna");
    let mut ben = beside(&anna, "ben");
    anna.press(keys);
    ben.press(keys);
    (anna, ben)
}

/// Both consoles on a portal user who waits for a password.
fn both_at_user() -> (Console, Console) {
    let mut anna = Console::signed_in("anna");
    anna.press("2 Enter c Enter x Enter Enter Enter 3 End Enter");
    shows(&anna, "Users ▸ zoe.obrien.P");
    let mut ben = beside(&anna, "ben");
    ben.press("3 End Enter");
    shows(&ben, "Users ▸ zoe.obrien.P");
    (anna, ben)
}

#[test]
fn one_request_is_edited_by_both() {
    let (mut anna, mut ben) = both("2 Enter e End");
    ben.type_text("ben").press("Tab Tab Tab C-u").type_text("+44 1").press("F2");
    assert!(ben.status().contains("PR-000005 is saved"), "{}", ben.status());
    anna.type_text("anna").press("F2");
    for text in ["PR-000005 was changed meanwhile", "edited by ben", "Zoëben", "Zoëanna", "+44 1"]
    {
        shows(&anna, text);
    }
    anna.wait(300).press("Enter");
    shows(&anna, "theirs is Zoëben");
    anna.press("F2");
    let view = anna.desk.request(&anna.session("ben"), anna.newest()).unwrap();
    assert_eq!((view.row.first.raw(), view.row.phone.raw()), ("Zoëanna", "+44 1"));
}

#[test]
fn one_contact_is_edited_by_both_and_theirs_is_taken() {
    let (mut anna, mut ben) = both("4 Enter e End");
    ben.type_text("ben").press("F2");
    assert_eq!(ben.status(), "Joeben Smith is saved.");
    anna.type_text("anna").press("Tab Tab Tab").type_text("+44 2").press("F2");
    for text in ["was changed meanwhile", "edited by ben", "Joeben", "Joeanna"] {
        shows(&anna, text);
    }
    anna.wait(300).press("Tab Enter");
    shows(&anna, "yours was Joeanna");
    assert_eq!(context(&anna), Context::Form, "nothing is saved by looking");
    anna.press("F2");
    assert_eq!(anna.status(), "Joeben Smith is saved.");
    let args = ListArgs { text: "joeben".to_owned(), ..ListArgs::all(Sort::Name, false) };
    let page = anna.desk.contacts(&anna.session("ben"), &args).unwrap();
    assert_eq!(page.rows[0].phone.as_ref().unwrap().raw(), "+44 2");
}

#[test]
fn a_password_waits_for_a_second_look_when_the_user_was_disabled() {
    let (mut anna, mut ben) = both_at_user();
    anna.press("x Enter").type_text(PASSWORD).press("Tab").type_text(PASSWORD);
    ben.press("x Down Enter").wait(300).press("Tab Enter");
    assert!(ben.status().contains("is disabled"), "{}", ben.status());
    anna.press("F2");
    assert!(anna.status().contains("was changed by ben"), "{}", anna.status());
    shows(&anna, "zoe.obrien.P is disabled and stays so");
    anna.press("F2");
    let zoe = anna.desk.user_by_name(&anna.session("ben"), "zoe.obrien").unwrap();
    assert_eq!(zoe.row.status, UserStatus::Disabled);
    assert!(zoe.must_change_password);
}

#[test]
fn what_was_done_already_is_not_done_twice() {
    let (mut anna, mut ben) = both_at_user();
    anna.press("x Down Enter").wait(300);
    ben.press("x Down Enter").wait(300).press("Tab Enter");
    anna.press("Tab Enter");
    assert!(anna.status().contains("was changed by ben"), "{}", anna.status());
    assert_eq!(context(&anna), Context::UserRecord);
    shows(&anna, "■ Disabled");
}

#[test]
fn a_reason_and_a_login_survive_somebody_elses_edit() {
    let (mut anna, mut ben) = both("2 Enter");
    anna.press("c Enter x Enter C-u").type_text("zob");
    ben.press("r e End").type_text("x").press("F2");
    anna.press("F2");
    assert!(anna.status().contains("was changed by ben"), "{}", anna.status());
    shows(&anna, "zob.P");
    anna.press("F2");
    assert!(anna.status().contains("zob.P waits"), "{}", anna.status());

    let (mut anna, mut ben) = both("2 Enter");
    anna.press("x Up Up Up Enter").type_text("Not a customer");
    shows(&anna, "Reject PR-000005");
    ben.press("e End").type_text("x").press("F2");
    anna.press("F2");
    assert!(anna.status().contains("was changed by ben"), "{}", anna.status());
    shows(&anna, "Not a customer");
    anna.press("F2");
    let view = anna.desk.request(&anna.session("ben"), anna.newest()).unwrap();
    assert_eq!(view.row.status, RequestStatus::Rejected);
}
