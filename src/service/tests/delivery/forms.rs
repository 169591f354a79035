//! From the form to the mail: Portal Access, Create User, and who is at a form meanwhile.

use crate::domain::mail::{Carries, InvitationTrouble, Mail, MailState, Purpose};
use crate::domain::role::Role;
use crate::domain::time::{HOUR, MINUTE};
use crate::domain::user::UserStatus;
use crate::service::post::MailPolicy;
use crate::service::tests::new_user::{by_email, by_role};
use crate::service::tests::origin;
use crate::service::tests::people::{RIGHT, secret, sign_in, signed_in};
use crate::service::{Credentials, Deliver, DeskError, NewUser, PortalSignIn, UserForm};

use super::{Answer, Mailroom, counts};

const ADDRESS: &str = "jo@acme.example";

/// A user of Portal Access whose typed password goes by mail; the mail's number.
fn typed(room: &Mailroom) -> crate::domain::id::MailId {
    let anna = room.house.staff(Role::PortalAdmin);
    let form = NewUser { invite: true, ..by_email(room.acme, ADDRESS) };
    let id = room.desk.create_portal_user(&anna, &form).unwrap().row.id;
    room.user(id).last_mail.unwrap()
}

fn mail_of(room: &Mailroom, name: &str) -> Mail {
    let anna = room.house.staff(Role::PortalAdmin);
    let user = room.desk.user_by_name(&anna, name).unwrap().row.id;
    room.mail(room.user(user).last_mail.unwrap())
}

#[test]
fn a_typed_password_goes_by_mail_and_is_wiped() {
    let room = Mailroom::new();
    let id = typed(&room);
    assert!(room.mail(id).sealed_secret.is_some());
    assert_eq!(counts(&room.deliver_which(&Deliver::Now(vec![id]))), [1, 0, 0, 0, 0]);
    assert_eq!(room.post.last_secret().expose(), RIGHT);
    let mail = room.mail(id);
    assert_eq!((mail.state, mail.sealed_secret), (MailState::Sent, None));
    let by = secret(RIGHT);
    let outcome = room.desk.portal_sign_in(&Credentials::new(ADDRESS, &by), None, &origin());
    assert!(matches!(outcome, Ok(PortalSignIn::MustChange)), "{outcome:?}");
    assert_eq!(room.user(mail.user).temporary_until, mail.expires_at);
}

#[test]
fn a_typed_password_stays_sealed_until_it_is_out() {
    let room = Mailroom::new();
    let id = typed(&room);
    room.post.answer(ADDRESS, &[Answer::Defer]);
    let before = room.user(room.mail(id).user);
    assert_eq!(counts(&room.deliver()), [0, 0, 1, 0, 0]);
    assert!(room.mail(id).sealed_secret.is_some());
    let after = room.user(before.id);
    assert_eq!(after.password_hash, before.password_hash);
    assert_eq!(after.temporary_until, before.temporary_until);
    room.house.clock.advance(HOUR);
    room.post.answer(ADDRESS, &[Answer::Vanish]);
    room.deliver();
    assert_eq!(room.mail(id).sealed_secret, None, "it may be out");
}

#[test]
fn without_the_key_it_waits_and_says_so_and_a_damaged_one_fails() {
    let room = Mailroom::new();
    let id = typed(&room);
    let key = room.house.keys.0.lock().unwrap().take();
    let delivered = room.deliver();
    assert_eq!(counts(&delivered), [0, 0, 1, 0, 0]);
    let said = delivered.log[0].raw();
    assert!(said.contains("/keys/secrets.key is missing"), "{said}");
    assert!(said.contains("resend the invitation") && !said.contains("second factor"), "{said}");
    assert_eq!(room.words(id), said.split_once(": ").unwrap().1);
    assert_eq!((room.state(id), room.mail(id).tries), (MailState::Queued, 0));
    *room.house.keys.0.lock().unwrap() = key;
    room.house.clock.advance(5 * MINUTE);
    assert_eq!(counts(&room.deliver()), [1, 0, 0, 0, 0]);

    let room = Mailroom::new();
    let id = typed(&room);
    let mut mail = room.mail(id);
    mail.sealed_secret.as_mut().unwrap().pop();
    room.house.put(vec![mail.into()]);
    assert_eq!(counts(&room.deliver()), [0, 1, 0, 0, 0]);
    assert_eq!(room.user(room.mail(id).user).invitation, Some(InvitationTrouble::Failed));
    assert!(room.words(id).contains("is damaged; resend the invitation"), "{}", room.words(id));
}

#[test]
fn create_user_is_told_of_by_the_job_only() {
    let room = Mailroom::new();
    let admin = room.house.staff(Role::PortalAdmin);
    let form = by_role(&room.house, Role::PortalUser, "eve");
    let eve = room.desk.create_portal_user(&admin, &form).unwrap().row.id;
    let mail = mail_of(&room, "eve");
    assert_eq!(mail.purpose, Purpose::ProfileCreated);
    assert!(room.deliver_which(&Deliver::DueInvitations).is_idle());
    assert_eq!(room.user(eve).status, UserStatus::Pending);
    assert_eq!(counts(&room.deliver()), [1, 0, 0, 0, 0]);
    assert_eq!(room.user(eve).status, UserStatus::Active);
    let by = room.post.last_secret();
    let outcome = room.desk.portal_sign_in(&Credentials::new("eve", &by), None, &origin());
    assert!(matches!(outcome, Ok(PortalSignIn::MustChange)), "{outcome:?}");
}

#[test]
fn who_is_at_a_form_while_a_mail_goes_out_is_told_of_no_edit() {
    for carries in Carries::ALL {
        for answer in [Answer::Accept, Answer::Defer, Answer::Refuse, Answer::Vanish] {
            let room = Mailroom::new();
            room.post.policy(MailPolicy { carries, ..MailPolicy::default() });
            room.post.answer("u0@acme.example", &[answer]);
            let anna = room.house.staff(Role::PortalAdmin);
            let user = room.invited(1)[0].0;
            let view = room.desk.user(&anna, user).unwrap();
            room.deliver();
            let form = UserForm { phone: "0123456789".into(), ..UserForm::of(&view) };
            let saved = room.desk.edit_user(&anna, user, Some(view.row.stamp), &form);
            assert!(saved.is_ok(), "{carries:?} {answer:?}: {saved:?}");
        }
    }
}

#[test]
fn a_new_password_by_mail_ends_the_sessions_that_began_with_the_old_one() {
    let room = Mailroom::new();
    let kim = room.house.person(Role::PortalAdmin, "kim", Some("kim@acme.example"));
    let session = signed_in(sign_in(&room.desk, "kim", RIGHT));
    room.desk.portal_state(&session).unwrap();
    room.house.clock.advance(MINUTE);
    room.queue(kim.user(), Purpose::PasswordReset);
    room.post.answer("kim@acme.example", &[Answer::Defer]);
    room.deliver();
    room.desk.portal_state(&session).unwrap();
    room.house.clock.advance(HOUR);
    room.deliver();
    let over = room.desk.portal_state(&session);
    assert!(matches!(over, Err(DeskError::SignedOut(_))), "{over:?}");
}
