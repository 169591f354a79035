//! Limits per hour, over restarts too.

use std::sync::Arc;

use crate::domain::mail::{Mail, MailState, Purpose};
use crate::domain::time::{DAY, HOUR, MINUTE};
use crate::domain::user::UserStatus;
use crate::service::post::MailPolicy;
use crate::service::{Deliver, Desk, HashCost};
use crate::store::failing::{Failing, Failure};

use super::{Answer, Mailroom, counts};

fn per_hour(room: &Mailroom, per_hour: u32) {
    room.post.policy(MailPolicy { per_hour, ..MailPolicy::default() });
}

#[test]
fn what_is_beyond_the_hour_waits_also_after_a_restart() {
    let room = Mailroom::new();
    per_hour(&room, 3);
    let mails = room.invited(5);
    let delivered = room.deliver();
    assert_eq!(counts(&delivered), [3, 0, 2, 0, 0]);
    let waits = room.mail(mails[3].1);
    assert_eq!(waits.state, MailState::Queued);
    assert_eq!(waits.next_try_at, Some(room.desk.clock.now().plus_millis(HOUR)));
    assert_eq!((waits.tries, waits.log.len()), (0, 0), "that is no try");

    let room = room.restarted();
    room.house.clock.advance(30 * MINUTE);
    let late = room.pending("late");
    let late = room.queue(late, Purpose::Invitation);
    assert_eq!(counts(&room.deliver()), [0, 0, 1, 0, 0]);
    assert_eq!(room.state(late), MailState::Queued);
    room.house.clock.advance(30 * MINUTE);
    assert_eq!(counts(&room.deliver()), [3, 0, 0, 0, 0]);
}

#[test]
fn what_did_not_go_out_takes_nobodys_place() {
    let room = Mailroom::new();
    per_hour(&room, 2);
    room.post.answer("u0@acme.example", &[Answer::RefuseEarly]);
    room.post.answer("u1@acme.example", &[Answer::Defer]);
    room.invited(2);
    assert_eq!(counts(&room.deliver()), [0, 1, 1, 0, 0]);
    let more = ["a", "b", "c"].map(|it| room.queue(room.pending(it), Purpose::Invitation));
    assert_eq!(counts(&room.deliver()), [2, 0, 1, 0, 0]);
    assert_eq!(room.state(more[2]), MailState::Queued);
}

#[test]
fn one_recipient_is_not_flooded() {
    let room = Mailroom::new();
    room.post.policy(MailPolicy { per_recipient: 2, ..MailPolicy::default() });
    let user = room.active("jo");
    for (nth, sent) in [(0, 1), (1, 1), (2, 0)] {
        if nth > 0 {
            let last = room.mail(room.user(user).last_mail.unwrap());
            let gone = crate::domain::mail::Mail { state: MailState::Superseded, ..last };
            room.house.put(vec![gone.into()]);
        }
        room.queue(user, Purpose::PasswordReset);
        assert_eq!(room.deliver().sent, sent, "{nth}");
        room.house.clock.advance(MINUTE);
    }
    room.house.clock.advance(57 * MINUTE);
    assert_eq!(room.deliver().sent, 1, "an hour after the first");
}

#[test]
fn what_is_withheld_gives_one_place_back_and_not_another_mails_too() {
    let room = Arc::new(Mailroom::new());
    room.post.policy(MailPolicy { per_recipient: 2, ..MailPolicy::default() });
    let user = room.active("jo");
    let resend = |room: &Mailroom| {
        if let Some(last) = room.user(user).last_mail {
            let gone = Mail { state: MailState::Superseded, held: None, ..room.mail(last) };
            room.house.put(vec![gone.into()]);
        }
        room.queue(user, Purpose::PasswordReset)
    };
    resend(&room);
    assert_eq!(room.deliver().sent, 1);
    // Disabled at the last moment, the second one is not handed over.
    let withheld = resend(&room);
    let seen = room.clone();
    room.post.before_hand_over(move || seen.house.disable(user));
    assert_eq!(counts(&room.deliver()), [0, 0, 0, 0, 1]);
    assert_eq!(room.state(withheld), MailState::Held);
    room.house.edit_user(user, |it| it.status = UserStatus::Active);
    for sent in [1, 0] {
        resend(&room);
        assert_eq!(room.deliver().sent, sent, "two within the hour, and no third");
    }
}

#[test]
fn what_a_failing_store_kept_from_going_out_takes_nobodys_place() {
    let operations = |failure| {
        let room = Mailroom::new();
        per_hour(&room, 2);
        room.invited(2);
        let repo = Arc::new(Failing::new(room.house.repo.clone(), failure));
        let desk = Desk::new(repo.clone(), room.house.clock.clone())
            .with_hashing(HashCost::CHEAP)
            .with_post(Arc::new(room.post.clone()));
        let first = desk.deliver(&Deliver::DueInvitations, &());
        (room, desk, first, repo.operations())
    };
    let (_, _, delivered, count) = operations(Failure::Never);
    assert_eq!(delivered.sent, 2);
    for nth in 1..=count {
        let (room, desk, first, _) = operations(Failure::Nth(nth));
        assert!(first.broke.is_some() || first.sent == 2, "{nth}: {first:?}");
        room.house.clock.advance(MINUTE);
        let given = room.post.given().len();
        desk.deliver(&Deliver::DueInvitations, &());
        assert_eq!(room.post.given().len().max(given), 2, "{nth}: {first:?}");
    }
}

#[test]
fn a_clock_that_was_ahead_once_keeps_no_mail_from_going_out() {
    let ahead = 10 * DAY;
    let room = Mailroom::new();
    room.post.policy(MailPolicy { per_recipient: 1, ..MailPolicy::default() });
    let user = room.active("jo");
    room.house.clock.advance(ahead);
    room.queue(user, Purpose::PasswordReset);
    assert_eq!(room.deliver().sent, 1);
    let last = room.mail(room.user(user).last_mail.unwrap());
    room.house.put(vec![Mail { state: MailState::Superseded, ..last }.into()]);
    let put_off = room.queue(room.pending("kim"), Purpose::Invitation);
    room.post.answer("kim@acme.example", &[Answer::Defer]);
    room.post.connects(&[Ok(()), Err("no route to it")]);
    assert_eq!(counts(&room.deliver()), [0, 0, 1, 0, 0]);
    let unreached = room.queue(room.pending("eve"), Purpose::Invitation);
    room.deliver_which(&Deliver::DueInvitations);
    assert_eq!(room.state(unreached), MailState::Retrying);

    room.house.clock.advance(-ahead);
    let again = room.queue(user, Purpose::PasswordReset);
    let delivered = room.deliver_which(&Deliver::DueInvitations);
    assert_eq!(delivered.sent, 3, "{delivered:?}");
    assert!([put_off, unreached, again].iter().all(|it| room.state(*it) == MailState::Sent));
    // After a start what was sent in the future counts for nothing either.
    let last = room.mail(again);
    let then = room.desk.clock.now().plus_millis(ahead);
    let gone = Mail { state: MailState::Superseded, sent_at: Some(then), ..last };
    room.house.put(vec![gone.into()]);
    let room = room.restarted();
    room.queue(user, Purpose::PasswordReset);
    assert_eq!(room.deliver().sent, 1);
}
