//! How mails end: sent, put off, refused, unknown; and connections that do.

use crate::domain::audit::Action;
use crate::domain::id::{JobId, RunId};
use crate::domain::mail::{HeldReason, InvitationTrouble, MailState, Purpose};
use crate::domain::time::{HOUR, MINUTE};
use crate::domain::user::UserStatus;
use crate::service::{Deliver, Watch};
use crate::store::{Key, Kind};

use super::{Answer, Mailroom, counts};

#[test]
fn what_waits_goes_out_over_one_connection_and_is_told() {
    let room = Mailroom::new();
    let mails = room.invited(120);
    let delivered = room.deliver();
    assert_eq!(counts(&delivered), [120, 0, 0, 0, 0], "{delivered:?}");
    // The first 20 are told; of the others the counts tell.
    assert_eq!((delivered.log.len(), &delivered.broke), (20, &None));
    let told = delivered.log.iter().all(|it| it.raw().ends_with("sent: 250 2.0.0 queued"));
    assert!(told, "{delivered:?}");
    assert_eq!(room.post.connected(), 1);
    let given = room.post.given();
    for ((user, id), given) in mails.iter().zip(&given) {
        let (mail, user) = (room.mail(*id), room.user(*user));
        assert_eq!(mail.state, MailState::Sent);
        assert_eq!(mail.last_try().unwrap().outcome.raw(), "250 2.0.0 queued");
        assert_eq!((mail.tries, mail.handed_over_at), (1, None));
        assert_eq!(mail.sent_at, Some(room.desk.clock.now()));
        assert_eq!(user.status, UserStatus::Active);
        assert!(user.must_change_password);
        assert_eq!(user.temporary_until, mail.expires_at);
        assert_eq!(given.message_id, mail.message_id.raw());
        assert_eq!(given.address, user.email.unwrap().raw());
    }
    let history = room.house.repo.history(Key::new(Kind::Mail, mails[0].1.0), 9).unwrap();
    let actions: Vec<Action> = history.iter().rev().map(|it| it.action).collect();
    assert_eq!(actions, [Action::Setup, Action::MailTake, Action::MailHandOver, Action::MailSent]);
    assert!(room.deliver().is_idle());
    assert_eq!(room.post.given().len(), 120, "nothing goes out twice");
}

#[test]
fn a_mail_that_is_put_off_is_tried_after_a_minute_and_then_goes_out_with_the_same_id() {
    for early in [Answer::DeferEarly, Answer::Defer, Answer::Close] {
        let room = Mailroom::new();
        let (user, id) = room.invited(1)[0];
        room.post.answer("u0@acme.example", &[early]);
        let delivered = room.deliver();
        assert_eq!(counts(&delivered), [0, 0, 1, 0, 0]);
        assert!(delivered.log[0].raw().contains("put off"), "{:?}", delivered.log);
        let mail = room.mail(id);
        assert_eq!(mail.state, MailState::Retrying);
        let wait = mail.next_try_at.unwrap().millis_since(room.desk.clock.now());
        assert!((MINUTE..=MINUTE + MINUTE / 10).contains(&wait), "{wait}");
        assert!(mail.carries.is_none() && mail.sent_at.is_none());
        let before = room.user(user);
        assert_eq!((before.status, before.password_hash), (UserStatus::Pending, None));
        assert_eq!(before.invitation, None);

        assert!(room.deliver().is_idle(), "not before its time");
        room.house.clock.advance(2 * MINUTE);
        assert_eq!(counts(&room.deliver()), [1, 0, 0, 0, 0]);
        assert_eq!((room.state(id), room.mail(id).tries), (MailState::Sent, 2));
        let ids: Vec<String> = room.post.given().into_iter().map(|it| it.message_id).collect();
        assert!(ids.iter().all(|it| it == "m1"), "{ids:?}");
    }
}

#[test]
fn a_mail_is_given_up_a_day_after_its_first_try() {
    let room = Mailroom::new();
    let (user, id) = room.invited(1)[0];
    room.post.answer("u0@acme.example", &[Answer::Defer; 40]);
    let mut tries = 0;
    while room.state(id) != MailState::Failed {
        room.deliver();
        tries += 1;
        assert!(tries < 20, "it is given up");
        if let Some(next) = room.mail(id).next_try_at {
            room.house.clock.advance(next.millis_since(room.desk.clock.now()));
        }
    }
    let mail = room.mail(id);
    assert_eq!(mail.tries, tries);
    let first = mail.first_try_at.unwrap();
    assert!(room.desk.clock.now().millis_since(first) <= 24 * HOUR);
    assert_eq!(room.user(user).invitation, Some(InvitationTrouble::Failed));
    assert_eq!(room.words(id), "451 4.3.0 disk is full");
}

#[test]
fn a_notification_waits_in_the_queue_for_the_next_run() {
    let room = Mailroom::new();
    let user = room.pending("eve");
    let id = room.queue(user, Purpose::ProfileCreated);
    assert!(room.deliver_which(&Deliver::DueInvitations).is_idle());
    assert!(room.deliver_which(&Deliver::Now(vec![id])).is_idle());
    room.post.answer("eve@acme.example", &[Answer::Defer]);
    let run = Some((JobId(1), RunId(7)));
    assert_eq!(counts(&room.deliver_which(&Deliver::All { run })), [0, 0, 1, 0, 0]);
    assert_eq!(room.state(id), MailState::Queued);
    room.house.clock.advance(2 * MINUTE);
    assert_eq!(counts(&room.deliver_which(&Deliver::All { run })), [1, 0, 0, 0, 0]);
    assert_eq!(room.mail(id).run, run);
    assert_eq!(room.user(user).status, UserStatus::Active);
}

#[test]
fn a_refusal_is_final_and_in_the_servers_words() {
    for (answer, words) in [
        (Answer::RefuseEarly, "550 5.1.1 no such user"),
        (Answer::Refuse, "554 5.7.1 not this text"),
    ] {
        let room = Mailroom::new();
        let (user, id) = room.invited(1)[0];
        room.post.answer("u0@acme.example", &[answer]);
        let delivered = room.deliver();
        assert_eq!(counts(&delivered), [0, 1, 0, 0, 0]);
        assert_eq!(delivered.log[0].raw(), format!("{id} to u0@acme.example: {words}"));
        assert_eq!((room.state(id), room.words(id).as_str()), (MailState::Failed, words));
        let user = room.user(user);
        assert_eq!(user.invitation, Some(InvitationTrouble::Failed));
        assert_eq!((user.status, user.password_hash), (UserStatus::Pending, None));
        room.house.clock.advance(48 * HOUR);
        assert!(room.deliver().is_idle(), "it is not tried again by itself");
    }
}

#[test]
fn of_a_mail_that_vanished_nobody_knows_and_it_is_not_sent_again() {
    let room = Mailroom::new();
    let mails = room.invited(2);
    room.post.answer("u0@acme.example", &[Answer::Vanish]);
    let delivered = room.deliver();
    assert_eq!(counts(&delivered), [1, 0, 0, 1, 0]);
    assert_eq!(room.state(mails[0].1), MailState::Unknown);
    assert_eq!(room.state(mails[1].1), MailState::Sent, "over a new connection");
    assert_eq!(room.post.connected(), 2);
    let user = room.user(mails[0].0);
    assert_eq!(user.invitation, Some(InvitationTrouble::Failed));
    assert_eq!(user.status, UserStatus::Active, "it may have arrived, so what it carries works");
    room.house.clock.advance(48 * HOUR);
    assert!(room.deliver().is_idle());
    assert_eq!(room.post.given().len(), 2);
}

#[test]
fn a_connection_that_closes_between_two_mails_costs_neither_of_them_a_try() {
    let room = Mailroom::new();
    let mails = room.invited(3);
    room.post.answer("u0@acme.example", &[Answer::AcceptAndClose]);
    // The server says nothing and is gone when the third one comes.
    room.post.answer("u2@acme.example", &[Answer::Close]);
    assert_eq!(counts(&room.deliver()), [3, 0, 0, 0, 0]);
    assert_eq!(room.post.connected(), 3);
    for (_, id) in mails {
        assert_eq!((room.state(id), room.mail(id).tries), (MailState::Sent, 1));
    }
}

#[test]
fn a_server_that_is_not_reached_ends_the_delivery_and_is_left_alone_for_a_minute() {
    let room = Mailroom::new();
    let mails = room.invited(60);
    let no = "mail.example:587 is not reached: connection refused";
    room.post.connects(&[Err(no), Err(no)]);
    let delivered = room.deliver_which(&Deliver::DueInvitations);
    assert_eq!(delivered.broke.as_ref().map(|it| it.raw()), Some(no));
    assert_eq!(counts(&delivered), [0, 0, 50, 0, 0]);
    assert_eq!(room.state(mails[0].1), MailState::Retrying);
    assert_eq!(room.words(mails[0].1), no);
    assert_eq!(room.state(mails[55].1), MailState::Queued, "was not taken up");

    // The console's next look leaves the server alone; somebody who asks does not.
    assert!(room.deliver_which(&Deliver::DueInvitations).is_idle());
    let asked = room.deliver_which(&Deliver::Now(vec![mails[55].1]));
    assert_eq!(counts(&asked), [0, 0, 1, 0, 0]);
    room.house.clock.advance(2 * MINUTE);
    assert_eq!(counts(&room.deliver_which(&Deliver::DueInvitations)), [60, 0, 0, 0, 0]);
    assert_eq!(room.post.connected(), 1);
}

#[test]
fn one_reconnect_that_fails_ends_it() {
    let room = Mailroom::new();
    let mails = room.invited(3);
    room.post.connects(&[Ok(()), Err("nobody there")]);
    room.post.answer("u0@acme.example", &[Answer::AcceptAndClose]);
    let delivered = room.deliver();
    assert_eq!(counts(&delivered), [1, 0, 2, 0, 0]);
    assert_eq!(delivered.broke.unwrap().raw(), "nobody there");
    assert_eq!(room.post.connected(), 1);
    assert_eq!(room.state(mails[2].1), MailState::Retrying);
}

#[test]
fn what_may_not_go_out_now_is_held_and_says_why() {
    let room = Mailroom::new();
    let mails = room.invited(2);
    room.house.edit_user(mails[1].0, |user| user.status = UserStatus::Disabled);
    room.house.portal(false);
    let delivered = room.deliver();
    assert_eq!(counts(&delivered), [0, 0, 0, 0, 2]);
    assert_eq!(room.post.connected(), 0, "nothing to connect for");
    let held = |at: usize| (room.state(mails[at].1), room.mail(mails[at].1).held);
    assert_eq!(held(0), (MailState::Held, Some(HeldReason::PortalOff)));
    assert_eq!(held(1), (MailState::Held, Some(HeldReason::UserDisabled)));
    assert_eq!(room.user(mails[0].0).invitation, Some(InvitationTrouble::Held));

    let room = Mailroom::new();
    let mail = room.invited(1)[0].1;
    room.post.not_set_up(Some("No mail server is configured."));
    room.deliver();
    assert_eq!(room.mail(mail).held, Some(HeldReason::MailNotSetUp));

    let room = Mailroom::new();
    let mail = room.invited(1)[0].1;
    room.house.edit_site(|site| site.portal_enabled = false);
    room.deliver();
    assert_eq!(room.mail(mail).held, Some(HeldReason::PortalOff));
}

#[test]
fn what_waited_for_too_long_expires_and_what_can_never_go_fails() {
    let room = Mailroom::new();
    let mails = room.invited(2);
    room.house.edit_user(mails[1].0, |user| user.email = None);
    let delivered = room.deliver();
    assert_eq!(counts(&delivered), [1, 1, 0, 0, 0]);
    assert_eq!(room.state(mails[1].1), MailState::Cancelled);
    assert!(delivered.log[0].raw().contains("no email any more"), "{:?}", delivered.log);

    let room = Mailroom::new();
    let (user, mail) = room.invited(1)[0];
    room.house.clock.advance(31 * 24 * HOUR);
    assert_eq!(counts(&room.deliver()), [0, 1, 0, 0, 0]);
    assert_eq!(room.state(mail), MailState::Expired);
    assert_eq!(room.user(user).invitation, Some(InvitationTrouble::Expired));
}

#[test]
fn a_letter_that_cant_be_written_waits_and_costs_no_try() {
    let room = Mailroom::new();
    let mail = room.invited(1)[0].1;
    room.post.unwritten(Some("invitation.txt, line 3: “nmae” is no name."));
    let delivered = room.deliver();
    assert_eq!(counts(&delivered), [0, 0, 1, 0, 0]);
    assert_eq!((room.state(mail), room.mail(mail).tries), (MailState::Queued, 0));
    assert_eq!(room.words(mail), "invitation.txt, line 3: “nmae” is no name.");
    room.post.unwritten(None);
    room.house.clock.advance(5 * MINUTE);
    assert_eq!(counts(&room.deliver()), [1, 0, 0, 0, 0]);

    let room = Mailroom::new();
    let mail = room.invited(1)[0].1;
    room.post.uncomposed(Some("jö@acme.example can't be mailed."));
    assert_eq!(counts(&room.deliver()), [0, 1, 0, 0, 0]);
    assert_eq!(room.state(mail), MailState::Failed);
}

/// Stops once so many are behind.
struct StopsAt(u64, std::sync::atomic::AtomicU64);

impl Watch for StopsAt {
    fn progress(&self, done: u64, _: Option<u64>) {
        self.1.store(done, std::sync::atomic::Ordering::Relaxed);
    }

    fn stopped(&self) -> bool {
        self.1.load(std::sync::atomic::Ordering::Relaxed) >= self.0
    }
}

#[test]
fn what_is_stopped_leaves_the_rest_as_it_was() {
    for at in [0, 1, 49, 50, 70] {
        let room = Mailroom::new();
        let mails = room.invited(75);
        let watch = StopsAt(at, 0.into());
        let delivered = room.desk.deliver(&Deliver::DueInvitations, &watch);
        assert!(delivered.stopped);
        assert_eq!(counts(&delivered), [at, 0, 0, 0, 0]);
        let queued = |it: &&(_, _)| room.state(it.1) == MailState::Queued;
        assert_eq!(mails.iter().filter(queued).count() as u64, 75 - at);
        assert_eq!(counts(&room.deliver()), [75 - at, 0, 0, 0, 0]);
    }
}

#[test]
fn a_log_of_many_says_how_many_it_leaves_out() {
    let room = Mailroom::new();
    for at in 0..230 {
        room.post.answer(&format!("u{at}@acme.example"), &[Answer::RefuseEarly]);
    }
    room.invited(230);
    let delivered = room.deliver();
    assert_eq!(counts(&delivered), [0, 230, 0, 0, 0]);
    assert_eq!(delivered.log.len(), 200);
    assert_eq!(delivered.log[199].raw(), "31 more lines");
}
