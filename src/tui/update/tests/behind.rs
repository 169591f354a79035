//! What was done behind is told where it matters, and never over what is being read.

use crate::service::delivery::Delivered;
use crate::tui::ask::Ask;
use crate::tui::effect::Effect;
use crate::tui::event::{Status, Tone};
use crate::tui::runner::Behind;
use crate::tui::testing::Console;
use crate::tui::update::Msg;

fn delivered(console: &mut Console, it: Delivered) {
    console.send(Msg::Behind(Behind::Delivered(Box::new(it))));
}

/// What came of a delivery.
fn came(change: impl FnOnce(&mut Delivered)) -> Delivered {
    let mut it = Delivered::default();
    change(&mut it);
    it
}

fn sent(sent: u64) -> Delivered {
    came(|it| it.sent = sent)
}

#[test]
fn it_waits_until_what_stands_there_has_been_read() {
    let mut console = Console::signed_in("anna");
    console.press("2");
    console.state.status = Some(Status::done("Something was done."));
    delivered(&mut console, sent(1));
    assert_eq!(console.status(), "Something was done.");
    console.wait(3_900);
    assert_eq!(console.status(), "Something was done.");
    console.wait(200);
    assert_eq!(console.status(), "1 mail is sent.");
}

#[test]
fn a_refusal_stays_until_the_person_goes_on() {
    let mut console = Console::signed_in("anna");
    console.press("2");
    console.state.status = Some(Status::refused("That can't be."));
    delivered(&mut console, sent(3));
    console.wait(60_000);
    assert_eq!(console.status(), "That can't be.");
    console.press("3").wait(100);
    assert_eq!(console.status(), "3 mails are sent.");
}

#[test]
fn what_went_wrong_is_told_once_and_not_hidden_by_what_went_well() {
    let mut console = Console::signed_in("anna");
    console.state.status = Some(Status::done("Just now."));
    delivered(&mut console, came(|it| (it.sent, it.failed) = (2, 1)));
    delivered(&mut console, sent(1));
    console.wait(5_000);
    assert_eq!(console.status(), "2 mails are sent, 1 failed ▸ 6");
    let away = || came(|it| it.broke = Some("The server is away.".into()));
    console.press("2");
    delivered(&mut console, away());
    assert_eq!(console.status(), "The server is away.");
    console.press("3");
    delivered(&mut console, away());
    console.wait(5_000);
    assert_eq!(console.status(), "", "the same is not told every half a minute");
}

#[test]
fn a_locked_console_tells_nothing_and_asks_nothing() {
    let mut console = Console::signed_in("anna");
    console.press("g l");
    console.held = Some(Vec::new());
    delivered(&mut console, came(|it| it.held = 1));
    console.wait(5_000);
    assert_eq!(console.status(), "");
    assert!(console.held.as_ref().is_some_and(Vec::is_empty));
    console.held = None;
    console.type_text(crate::tui::testing::PASSWORD).press("Enter").wait(5_000);
    assert_eq!(console.status(), "Mails: 1 held ▸ 6");
    assert_eq!(console.state.status.as_ref().map(|it| it.tone), Some(Tone::Refused));
}

#[test]
fn lists_are_read_again() {
    let mut console = Console::signed_in("anna");
    console.press("3");
    console.held = Some(Vec::new());
    delivered(&mut console, sent(1));
    assert!(console.held.is_some_and(|effects| !effects.is_empty()));
}

#[test]
fn what_changed_nothing_has_no_list_read_again() {
    let mut console = Console::signed_in("root");
    // How often users are asked for, and jobs.
    let asked = |console: &mut Console, it: Behind| {
        console.held = Some(Vec::new());
        console.send(Msg::Behind(it));
        let effects = console.held.take().unwrap_or_default();
        let of = |fits: fn(&Ask) -> bool| {
            let asks = |it: &&Effect| matches!(it, Effect::Ask { ask, .. } if fits(ask));
            effects.iter().filter(asks).count()
        };
        (of(|it| matches!(it, Ask::User(_))), of(|it| matches!(it, Ask::Jobs(_))))
    };
    console.wait(6 * 60_000).press("3");
    let runs = console.desk.run_due(&console.origin, &()).unwrap();
    let idle = || Behind::Ran(Box::new(runs[0].clone()));
    assert_eq!(asked(&mut console, idle()), (0, 0), "nothing to do is nothing to users");
    assert_eq!(asked(&mut console, Behind::Broke("The disk is full.".into())), (0, 0));
    assert_eq!(console.status(), "The disk is full.");
    let away = came(|it| it.broke = Some("The server is away.".into()));
    assert_eq!(asked(&mut console, Behind::Delivered(Box::new(away))), (0, 0));
    let gone = || Behind::Delivered(Box::new(sent(1)));
    assert_eq!(asked(&mut console, gone()), (1, 0), "how an invitation stands is shown there");
    console.press("6");
    assert_eq!(asked(&mut console, idle()), (0, 1), "when it ran last is shown there");
}
