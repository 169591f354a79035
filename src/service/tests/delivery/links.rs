//! A link as it comes out of a delivery, used while the mail is on its way and afterwards.

use std::sync::{Arc, Mutex};

use crate::domain::mail::{Carries, MailState, Purpose};
use crate::domain::time::HOUR;
use crate::domain::user::UserStatus;
use crate::service::post::MailPolicy;
use crate::service::tests::origin;
use crate::service::tests::people::{OTHER, RIGHT, secret};
use crate::service::{Credentials, PortalSignIn};

use super::Mailroom;
use super::post::Answer;

/// A room whose mails carry links.
fn room() -> Mailroom {
    let room = Mailroom::new();
    room.post.policy(MailPolicy { carries: Carries::ActivationLink, ..MailPolicy::default() });
    room
}

fn outcome(room: &Mailroom, link: &str) -> &'static str {
    let (link, new) = (secret(link), secret(OTHER));
    room.desk.portal_activate(&link, &new, None, &origin()).unwrap().outcome()
}

fn signs_in(room: &Mailroom, password: &str) -> bool {
    let password = secret(password);
    let shown = Credentials::new("jo", &password);
    let entered = room.desk.portal_sign_in(&shown, None, &origin()).unwrap();
    matches!(entered, PortalSignIn::Ok(_))
}

#[test]
fn a_link_that_was_sent_is_good_after_a_restart_and_once() {
    let room = room();
    let jo = room.pending("jo");
    let mail = room.queue(jo, Purpose::Invitation);
    room.deliver();
    let link = room.post.last_secret();
    let room = room.restarted();
    assert_eq!(outcome(&room, link.expose()), "ok");
    assert_eq!((room.state(mail), room.user(jo).status), (MailState::Accepted, UserStatus::Active));
    assert!(signs_in(&room, OTHER));
    assert_eq!(outcome(&room, link.expose()), "used");
}

#[test]
fn a_link_that_is_used_before_the_server_has_answered_is_accepted_and_stays_so() {
    let room = Arc::new(room());
    let jo = room.pending("jo");
    let mail = room.queue(jo, Purpose::Invitation);
    let (meanwhile, used) = (room.clone(), Arc::new(Mutex::new("")));
    let told = used.clone();
    room.post.after_hand_over(move || {
        let link = meanwhile.post.last_secret();
        *told.lock().unwrap() = outcome(&meanwhile, link.expose());
    });
    room.deliver();
    assert_eq!(*used.lock().unwrap(), "ok");
    assert_eq!(room.state(mail), MailState::Accepted);
    assert!(signs_in(&room, OTHER));
}

#[test]
fn a_link_that_did_not_go_out_is_none_and_the_next_try_brings_another() {
    let room = room();
    let jo = room.active("jo");
    room.post.answer("jo@acme.example", &[Answer::Defer]);
    let mail = room.queue(jo, Purpose::PasswordReset);
    room.deliver();
    let first = room.post.last_secret();
    assert_eq!(room.state(mail), MailState::Retrying);
    assert_eq!(outcome(&room, first.expose()), "unknown");
    let hash = room.user(jo).password_hash;
    let is_right = room.desk.hasher.verify(&secret(RIGHT), hash.as_ref(), &*room.desk.clock);
    assert!(is_right.unwrap(), "the old password is as good as it was");
    room.house.clock.advance(HOUR);
    room.deliver();
    let second = room.post.last_secret();
    assert_eq!(outcome(&room, first.expose()), "unknown");
    assert_eq!(outcome(&room, second.expose()), "ok");
    assert!(!signs_in(&room, RIGHT) && signs_in(&room, OTHER));
}

#[test]
fn a_link_of_which_nobody_knows_whether_it_went_out_is_good_for_who_has_it() {
    let room = room();
    let jo = room.pending("jo");
    room.post.answer("jo@acme.example", &[Answer::Vanish]);
    let mail = room.queue(jo, Purpose::Invitation);
    room.deliver();
    assert_eq!(room.state(mail), MailState::Unknown);
    assert_eq!(outcome(&room, room.post.last_secret().expose()), "ok");
    assert_eq!((room.state(mail), room.user(jo).invitation), (MailState::Accepted, None));
}

#[test]
fn a_link_that_did_not_go_out_leaves_the_failures_of_its_user_as_they_are() {
    for answer in [Answer::Defer, Answer::Refuse] {
        let room = room();
        let jo = room.active("jo");
        room.house.edit_user(jo, |user| user.failed_count = 7);
        room.post.answer("jo@acme.example", &[answer, answer]);
        room.queue(jo, Purpose::PasswordReset);
        let before = room.user(jo);
        for _ in 0..2 {
            room.deliver();
            room.house.clock.advance(HOUR);
        }
        let after = room.user(jo);
        assert_eq!((after.failed_count, after.throttled_until), (7, None), "{answer:?}");
        assert_eq!(after.password_set_at, before.password_set_at);
    }
}
