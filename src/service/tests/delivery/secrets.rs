//! What mails carry: when it becomes valid, and that nothing of it is kept.

use crate::domain::activation::token_hash;
use crate::domain::audit::Action;
use crate::domain::mail::{Carries, MailState, Purpose};
use crate::domain::time::HOUR;
use crate::domain::user::UserStatus;
use crate::service::post::MailPolicy;
use crate::service::tests::origin;
use crate::service::tests::people::{RIGHT, secret};
use crate::service::{Credentials, PortalSignIn};
use crate::store::query::{List, Row};
use crate::store::{Key, Kind};

use super::{Answer, Mailroom, counts};

fn may_sign_in(room: &Mailroom, name: &str, password: &crate::domain::secret::Secret) -> bool {
    let by = Credentials::new(name, password);
    !matches!(room.desk.portal_sign_in(&by, None, &origin()).unwrap(), PortalSignIn::Refused { .. })
}

#[test]
fn a_temporary_password_works_once_it_was_handed_over() {
    let room = Mailroom::new();
    let (_, id) = room.invited(1)[0];
    room.deliver();
    assert!(may_sign_in(&room, "u0", &room.post.last_secret()));
    let until = room.mail(id).expires_at.unwrap();
    assert_eq!(until.millis_since(room.desk.clock.now()), 72 * HOUR);
}

#[test]
fn who_had_a_password_has_it_again_when_the_new_one_did_not_go_out() {
    for (answer, keeps_old) in [
        (Answer::DeferEarly, true),
        (Answer::Defer, true),
        (Answer::Refuse, true),
        (Answer::RefuseEarly, true),
        (Answer::Vanish, false),
        (Answer::Accept, false),
    ] {
        let room = Mailroom::new();
        let jo = room.active("jo");
        let before = room.user(jo);
        room.queue(jo, Purpose::PasswordReset);
        room.house.clock.advance(1);
        room.post.answer("jo@acme.example", &[answer]);
        room.deliver();
        let after = room.user(jo);
        assert_eq!(after.password_hash == before.password_hash, keeps_old, "{answer:?}");
        assert_eq!(after.password_set_at == before.password_set_at, keeps_old, "{answer:?}");
        assert_eq!(after.must_change_password, !keeps_old, "{answer:?}");
        assert_eq!(after.temporary_until.is_none(), keeps_old, "{answer:?}");
        assert_eq!(may_sign_in(&room, "jo", &secret(RIGHT)), keeps_old, "{answer:?}");
    }
}

#[test]
fn a_link_leaves_the_account_alone_and_its_token_is_kept_as_a_hash() {
    let room = Mailroom::new();
    room.post.policy(MailPolicy { carries: Carries::ActivationLink, ..MailPolicy::default() });
    let (user, id) = room.invited(1)[0];
    room.post.answer("u0@acme.example", &[Answer::Defer]);
    let before = room.user(user);
    room.deliver();
    assert_eq!(room.mail(id).token_hash, None, "a link that did not go out is none");
    room.house.clock.advance(HOUR);
    assert_eq!(counts(&room.deliver()), [1, 0, 0, 0, 0]);
    let given = room.post.given();
    assert_ne!(given[0].secret, given[1].secret);
    let mail = room.mail(id);
    assert_eq!(mail.token_hash, Some(token_hash(&room.post.last_secret())));
    assert_eq!((mail.state, mail.carries), (MailState::Sent, Some(Carries::ActivationLink)));
    let after = room.user(user);
    assert_eq!((after.status, &after.password_hash), (UserStatus::Pending, &None));
    assert_eq!(after, before);
}

#[test]
fn no_secret_is_in_the_trail_or_in_any_record() {
    let room = Mailroom::new();
    let mails = room.invited(3);
    room.post.answer("u1@acme.example", &[Answer::Vanish]);
    room.deliver();
    let mut kept = String::new();
    for row in super::super::invariants::ask(&*room.house.repo, List::Audit).rows {
        if let Row::Audit(entry) = row {
            kept += &serde_json::to_string(&entry).unwrap();
        }
    }
    for (user, mail) in &mails {
        kept += &serde_json::to_string(&room.mail(*mail)).unwrap();
        kept += &serde_json::to_string(&room.user(*user)).unwrap();
    }
    for given in room.post.given() {
        assert!(!kept.contains(&given.secret), "a secret is kept");
    }
    let history = room.house.repo.history(Key::new(Kind::User, mails[1].0.0), 1).unwrap();
    assert_eq!(history[0].action, Action::MailUnknown);
}
