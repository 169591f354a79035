//! Limits per hour, over restarts too.

use crate::domain::mail::{MailState, Purpose};
use crate::domain::time::{HOUR, MINUTE};
use crate::service::post::MailPolicy;

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
