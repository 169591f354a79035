//! What somebody does to a mail or its user while the mail is on its way.

use std::sync::Arc;

use crate::domain::contact::Contact;
use crate::domain::mail::{HeldReason, Mail, MailState, Purpose};
use crate::domain::role::Role;
use crate::domain::user::{PortalProfile, UserStatus};
use crate::service::tests::people::{OTHER, secret};
use crate::service::{Deliver, UserForm};
use crate::store::RepositoryExt;

use super::{Answer, Mailroom, counts};

type Deed = fn(&Mailroom, u64);

/// A room in which something is done to the one pending user right before the hand-over.
fn before(deed: Deed) -> (Arc<Mailroom>, u64, crate::service::Delivered) {
    let room = Arc::new(Mailroom::new());
    let (user, id) = room.invited(1)[0];
    let seen = room.clone();
    room.post.before_hand_over(move || deed(&seen, user.0));
    let delivered = room.deliver();
    (room, id.0, delivered)
}

#[test]
fn who_is_disabled_before_the_text_goes_is_not_mailed() {
    let (room, id, delivered) = before(|room, user| {
        room.house.edit_user(crate::domain::id::UserId(user), |it| {
            it.status = UserStatus::Disabled;
        });
    });
    assert!(room.post.given().is_empty());
    assert_eq!(counts(&delivered), [0, 0, 0, 0, 1]);
    let mail = room.mail(crate::domain::id::MailId(id));
    assert_eq!((mail.state, mail.held), (MailState::Held, Some(HeldReason::UserDisabled)));
}

#[test]
fn a_password_that_staff_set_meanwhile_stays() {
    let (room, id, _) = before(|room, user| {
        let anna = room.house.staff(Role::PortalAdmin);
        let user = crate::domain::id::UserId(user);
        room.desk.set_password(&anna, user, None, &secret(OTHER), true).unwrap();
    });
    assert!(room.post.given().is_empty());
    let mail = room.mail(crate::domain::id::MailId(id));
    assert!(!mail.state.is_current(), "{:?}", mail.state);
    let user = room.user(mail.user);
    let hash = user.password_hash.as_ref();
    assert!(room.desk.hasher.verify(&secret(OTHER), hash, &*room.desk.clock).unwrap());
}

#[test]
fn a_new_address_gets_it_and_the_old_one_does_not() {
    let (room, id, delivered) = before(|room, user| {
        let anna = room.house.staff(Role::PortalAdmin);
        let user = crate::domain::id::UserId(user);
        let view = room.desk.user(&anna, user).unwrap();
        let form = UserForm { email: "new@acme.example".into(), ..UserForm::of(&view) };
        room.desk.edit_user(&anna, user, None, &form).unwrap();
    });
    assert!(room.post.given().is_empty());
    assert_eq!(counts(&delivered)[..4], [0, 0, 1, 0], "{delivered:?}");
    assert_eq!(room.mail(crate::domain::id::MailId(id)).state, MailState::Queued);
    assert_eq!(counts(&room.deliver()), [1, 0, 0, 0, 0]);
    assert_eq!(room.post.given()[0].address, "new@acme.example");
}

#[test]
fn who_is_moved_before_it_goes_out_is_told_of_where_they_are_now() {
    let room = Mailroom::new();
    let (user, id) = room.invited(1)[0];
    let bolt = room.house.company("Bolt", None);
    let repo = &room.house.repo;
    let mut profile = repo.fetch::<PortalProfile>(user.0).unwrap().unwrap().value;
    profile.memberships[0].company = bolt;
    let contact = repo.fetch::<Contact>(profile.contact.0).unwrap().unwrap().value;
    let contact = Contact { company: Some(bolt), ..contact };
    room.house.put(vec![profile.into(), contact.into()]);
    room.deliver();
    let mail = room.mail(id);
    assert_eq!((mail.state, mail.company), (MailState::Sent, Some(bolt)));
}

#[test]
fn a_sign_in_meanwhile_does_not_hold_it_back() {
    let (room, id, delivered) = before(|room, user| {
        room.house.edit_user(crate::domain::id::UserId(user), |it| it.failed_count = 3);
    });
    assert_eq!(counts(&delivered), [1, 0, 0, 0, 0]);
    assert_eq!(room.mail(crate::domain::id::MailId(id)).state, MailState::Sent);
}

#[test]
fn a_mail_that_is_superseded_on_its_way_stays_so_and_keeps_what_came_of_it() {
    for answer in [Answer::Accept, Answer::Defer, Answer::Vanish] {
        let room = Arc::new(Mailroom::new());
        let (user, id) = room.invited(1)[0];
        room.post.answer("u0@acme.example", &[answer]);
        let seen = room.clone();
        room.post.after_hand_over(move || {
            let gone = Mail { state: MailState::Superseded, ..seen.mail(id) };
            seen.house.put(vec![gone.into()]);
            seen.queue(user, Purpose::Invitation);
        });
        room.deliver();
        let mail = room.mail(id);
        assert_eq!(mail.state, MailState::Superseded, "{answer:?}");
        assert_eq!((mail.tries, mail.handed_over_at), (1, None), "{answer:?}");
        assert_eq!(mail.sent_at.is_some(), answer != Answer::Defer);
        let expected =
            if answer == Answer::Defer { UserStatus::Pending } else { UserStatus::Active };
        assert_eq!(room.user(user).status, expected, "{answer:?}");
        assert_eq!(room.user(user).invitation, None, "that is told by the one after it");
    }
}

#[test]
fn a_user_who_is_deleted_on_the_way_leaves_nothing_behind() {
    let room = Arc::new(Mailroom::new());
    let mails = room.invited(2);
    let (seen, user) = (room.clone(), mails[0].0);
    room.post.after_hand_over(move || {
        let anna = seen.house.staff(Role::PortalAdmin);
        seen.desk.delete_user(&anna, user, None).unwrap();
    });
    let delivered = room.deliver();
    assert_eq!(counts(&delivered), [2, 0, 0, 0, 0]);
    assert!(delivered.log[0].raw().contains("deleted"), "{:?}", delivered.log);
}

#[test]
fn two_deliveries_at_once_send_everything_once() {
    let room = Mailroom::new();
    room.invited(130);
    std::thread::scope(|scope| {
        let deliver = || room.desk.deliver(&Deliver::DueInvitations, &());
        let both = [0, 1].map(|_| scope.spawn(deliver));
        let sent: u64 = both.into_iter().map(|it| it.join().unwrap().sent).sum();
        assert_eq!(sent, 130);
    });
    let mut ids: Vec<String> = room.post.given().into_iter().map(|it| it.message_id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 130);
}
