//! Sending again, cancelling, releasing, holding; what edits and deletion do to a mail.

use crate::domain::audit::Action;
use crate::domain::id::{MailId, UserId};
use crate::domain::mail::{HeldReason, MailState, Purpose};
use crate::domain::role::{Permission, Role};
use crate::domain::time::{DAY, HOUR};
use crate::domain::user::UserStatus;
use crate::service::tests::delivery::Mailroom;
use crate::service::tests::delivery::post::Answer;
use crate::service::tests::invariants::check;
use crate::service::tests::new_user::by_email;
use crate::service::tests::origin;
use crate::service::tests::people::{OTHER, secret};
use crate::service::{
    Credentials, Deed, Deliver, DeskError, PasswordChange, PortalSignIn, Released, Selection,
    Session, UserForm,
};
use crate::store::{Key, Kind, Record};

use MailState::{Cancelled, Held, Superseded};

/// A room in which Zoë was invited by Anna.
fn room() -> (Mailroom, Session, UserId, MailId) {
    let room = Mailroom::new();
    let anna = room.house.staff(Role::PortalAdmin);
    let form = by_email(room.acme, "zoe@acme.example");
    let view = room.desk.create_portal_user(&anna, &form).unwrap();
    (room, anna, view.row.id, view.invitation.unwrap().id)
}

fn state(room: &Mailroom, id: MailId) -> MailState {
    room.mail(id).state
}

fn sentence<T: std::fmt::Debug>(outcome: Result<T, DeskError>) -> String {
    outcome.unwrap_err().to_string()
}

#[test]
fn another_mail_takes_the_place_of_the_last() {
    let (room, anna, zoe, first) = room();
    let view = room.desk.invite(&anna, zoe, None, false).unwrap();
    assert_eq!((view.row.state, view.row.purpose), (MailState::Queued, Purpose::Invitation));
    let old = room.mail(first);
    assert_eq!((old.state, old.sealed_secret), (MailState::Superseded, None));
    let now = room.mail(view.row.id);
    assert_eq!((now.previous, now.sealed_secret), (Some(first), None));
    assert_ne!(now.message_id, old.message_id);
    assert_eq!(room.user(zoe).last_mail, Some(view.row.id));
    let entry = room.house.last_entry(Key::new(Kind::Mail, first.0));
    assert_eq!(entry.action, Action::InvitationResend);
    check(&*room.house.repo);
}

#[test]
fn who_has_signed_in_before_is_mailed_on_confirmation_only() {
    let (room, anna, zoe, first) = room();
    room.house.edit_user(zoe, |user| user.last_login_at = Some(user.created_at));
    let error = room.desk.invite(&anna, zoe, None, false).unwrap_err();
    assert_eq!((error.field(), error.code().as_str()), (Some("again"), "override"));
    assert_eq!(state(&room, first), MailState::Queued);
    let view = room.desk.invite(&anna, zoe, None, true).unwrap();
    assert_eq!(view.row.purpose, Purpose::PasswordReset);
    assert!(view.signed_in_before);
}

#[test]
fn who_can_t_be_invited_is_told_what_to_do_instead() {
    let (room, anna, zoe, mail) = room();
    let tried = |id| sentence(room.desk.invite(&anna, id, None, false));
    room.house.edit_user(zoe, |user| user.email = None);
    assert!(tried(zoe).contains("has no email, so no mail can be sent; enter an email, or set a"));
    room.house.edit_user(zoe, |user| user.email = Some("zoe@acme.example".into()));
    room.house.edit_user(zoe, |user| user.status = UserStatus::Disabled);
    assert!(tried(zoe).contains("is disabled; enable it before it is invited"));
    room.house.edit_user(zoe, |user| user.status = UserStatus::Active);
    let mut sending = room.mail(mail);
    sending.state = MailState::Sending;
    room.house.put(vec![Record::Mail(sending)]);
    assert!(tried(zoe).contains("is being sent right now"));
    assert!(sentence(room.desk.cancel_mail(&anna, mail)).contains("is being sent right now"));
    let root = room.house.staff(Role::SecurityAdministrator);
    let staff = room.house.staff(Role::Auditor).user();
    let error = sentence(room.desk.invite(&root, staff, None, false));
    assert!(error.contains("is a staff account; only portal users are invited"), "{error}");
    let view = room.desk.user(&root, staff).unwrap();
    assert_eq!(view.why_not_invite, Some(error));
}

#[test]
fn what_was_sent_and_is_cancelled_lets_nobody_in() {
    let (room, anna, zoe, mail) = room();
    room.desk.deliver(&Deliver::Now(vec![mail]), &());
    assert_eq!(state(&room, mail), MailState::Sent);
    let enter = || {
        let password = room.post.last_secret();
        let by = Credentials::new("zoe@acme.example", &password);
        room.desk.portal_sign_in(&by, None, &crate::service::tests::origin()).unwrap()
    };
    assert!(matches!(enter(), PortalSignIn::MustChange));
    let view = room.desk.cancel_mail(&anna, mail).unwrap();
    assert_eq!(view.row.state, MailState::Cancelled);
    assert!(matches!(enter(), PortalSignIn::Refused(_)), "the password is over");
    assert!(sentence(room.desk.cancel_mail(&anna, mail)).contains("is cancelled already"));
    assert_eq!(room.user(zoe).invitation, None);
    check(&*room.house.repo);
}

/// The case of a wrong address: whoever got the first mail has nothing of it once support has
/// sent another, though that one has to wait.
#[test]
fn what_was_sent_lets_nobody_in_once_another_mail_takes_its_place() {
    for (by_list, answer) in [false, true].into_iter().zip([Answer::Accept, Answer::Vanish]) {
        let (room, anna, zoe, first) = room();
        room.post.answer("zoe@acme.example", &[answer]);
        room.desk.deliver(&Deliver::Now(vec![first]), &());
        let (old, new) = (room.post.last_secret(), secret(OTHER));
        let by = Credentials::new("zoe@acme.example", &old);
        let enter = || room.desk.portal_sign_in(&by, None, &origin()).unwrap();
        assert!(matches!(enter(), PortalSignIn::MustChange), "{answer:?}");
        room.post.not_set_up(Some("The mail server is being moved."));
        if by_list {
            let chosen = Selection::These(vec![zoe]);
            let outcome = room.desk.bulk(&anna, Deed::Invite, &chosen, 1, &()).unwrap();
            assert_eq!(outcome.done, 1, "{outcome:?}");
        } else {
            room.desk.invite(&anna, zoe, None, false).unwrap();
        }
        assert!(matches!(enter(), PortalSignIn::Refused(_)), "{answer:?}: the password is over");
        let change = room.desk.portal_change_password(&by, &new, &origin()).unwrap();
        assert!(matches!(change, PasswordChange::Refused(_)), "{answer:?}: nor can it be changed");
        let second = room.user(zoe).last_mail.unwrap();
        assert_eq!((state(&room, first), state(&room, second)), (Superseded, Held), "{answer:?}");
        // What the new one brings is good, put off at first or not.
        room.post.not_set_up(None);
        room.post.answer("zoe@acme.example", &[Answer::Defer]);
        room.desk.release_mail(&anna, second).unwrap();
        room.desk.deliver(&Deliver::Now(vec![second]), &());
        assert!(matches!(enter(), PortalSignIn::Refused(_)), "{answer:?}: nor is it back then");
        room.house.clock.advance(HOUR);
        room.desk.deliver(&Deliver::Now(vec![second]), &());
        let brought = room.post.last_secret();
        let by = Credentials::new("zoe@acme.example", &brought);
        let change = room.desk.portal_change_password(&by, &new, &origin()).unwrap();
        assert!(matches!(change, PasswordChange::Changed), "{answer:?}");
        check(&*room.house.repo);
    }
}

#[test]
fn a_password_of_ones_own_stays_good_while_another_mail_waits_and_ends_it_by_a_sign_in() {
    let (room, anna, zoe, first) = room();
    room.desk.deliver(&Deliver::Now(vec![first]), &());
    let (old, own) = (room.post.last_secret(), secret(OTHER));
    let by = Credentials::new("zoe@acme.example", &old);
    room.desk.portal_change_password(&by, &own, &origin()).unwrap();
    let by = Credentials::new("zoe@acme.example", &own);
    let enter = || room.desk.portal_sign_in(&by, None, &origin()).unwrap();
    assert!(matches!(enter(), PortalSignIn::Ok(_)));
    let reset = room.desk.invite(&anna, zoe, None, true).unwrap().row;
    assert_eq!(reset.purpose, Purpose::PasswordReset);
    let again = room.desk.invite(&anna, zoe, None, true).unwrap().row.id;
    assert!(matches!(enter(), PortalSignIn::Ok(_)), "nothing of theirs has ended");
    assert_eq!((state(&room, reset.id), state(&room, again)), (Superseded, Cancelled));
    assert!(room.desk.deliver(&Deliver::DueInvitations, &()).is_idle());
    assert!(matches!(enter(), PortalSignIn::Ok(_)), "and nothing takes it away");
    check(&*room.house.repo);
}

#[test]
fn what_failed_or_is_held_goes_once_it_is_released() {
    let (room, anna, _, mail) = room();
    room.post.answer("zoe@acme.example", &[Answer::RefuseEarly]);
    room.desk.deliver(&Deliver::Now(vec![mail]), &());
    let failed = room.desk.mail(&anna, mail).unwrap();
    assert_eq!(failed.row.state, MailState::Failed);
    assert!(failed.advice.unwrap().starts_with("It was not sent: "));
    assert!(room.mail(mail).sealed_secret.is_some(), "it can go once more as it is");
    room.house.portal(false);
    let said = sentence(room.desk.release_mail(&anna, mail));
    assert!(said.contains("would be held again: the portal is off"), "{said}");
    room.house.portal(true);
    let view = room.desk.release_mail(&anna, mail).unwrap();
    assert_eq!((view.row.state, view.row.tries), (MailState::Queued, 0));
    assert!(sentence(room.desk.release_mail(&anna, mail)).contains("is queued; only what is held"));
    assert_eq!(room.desk.deliver(&Deliver::Now(vec![mail]), &()).sent, 1);
    check(&*room.house.repo);
}

#[test]
fn what_holds_a_mail_is_told_as_it_is_now() {
    let (room, anna, zoe, _) = room();
    room.house.portal(false);
    let mail = room.desk.invite(&anna, zoe, None, false).unwrap().row.id;
    let advice = || room.desk.mail(&anna, mail).unwrap().advice.unwrap();
    assert!(advice().starts_with("It is held: the portal is off,"), "{}", advice());
    room.house.portal(true);
    assert_eq!(
        advice(),
        "It was held because the portal was off; nothing holds it back any more: release it."
    );
    room.desk.disable_user(&anna, zoe, None).unwrap();
    assert!(advice().starts_with("It is held: the user is disabled;"), "{}", advice());
}

#[test]
fn what_was_put_off_goes_at_once_when_it_is_released() {
    let (room, anna, _, mail) = room();
    room.post.answer("zoe@acme.example", &[Answer::DeferEarly]);
    room.desk.deliver(&Deliver::Now(vec![mail]), &());
    let view = room.desk.mail(&anna, mail).unwrap();
    assert_eq!((view.row.state, view.why_not_release), (MailState::Retrying, None));
    assert_eq!(room.desk.deliver(&Deliver::Now(vec![mail]), &()).sent, 0, "its time is to come");
    let view = room.desk.release_mail(&anna, mail).unwrap();
    assert_eq!((view.row.state, view.row.next_try_at), (MailState::Queued, None));
    assert_eq!(room.desk.deliver(&Deliver::Now(vec![mail]), &()).sent, 1);
    let view = room.desk.mail(&anna, mail).unwrap();
    let handed = view.history.iter().find(|it| it.did == Action::MailHandOver.phrase()).unwrap();
    assert_eq!(handed.changes, [], "what changed of the user stands with the user");
    check(&*room.house.repo);
}

#[test]
fn all_that_are_held_go_but_those_that_would_be_held_again_or_are_not_ones_own() {
    let room = Mailroom::new();
    let anna = room.house.staff(Role::PortalAdmin);
    room.house.portal(false);
    let made: Vec<(UserId, MailId)> = (0..4)
        .map(|n| {
            let form = by_email(room.acme, &format!("u{n}@acme.example"));
            let view = room.desk.create_portal_user(&anna, &form).unwrap();
            (view.row.id, view.invitation.unwrap().id)
        })
        .collect();
    room.house.edit_user(made[1].0, |user| user.role = Role::PortalAdmin);
    room.desk.disable_user(&anna, made[2].0, None).unwrap();
    let none = room.desk.send_held(&anna, &()).unwrap();
    assert_eq!((none.released, none.still_held), (0, 4), "the portal is off");
    let why = |it: &Released| -> Vec<(u64, String)> {
        it.because.iter().map(|it| (it.mails, it.why.clone())).collect()
    };
    let told = why(&none);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].0 == 3 && told[0].1.starts_with("the portal is off"), "{told:?}");
    assert_eq!(told[1], (1, "the user is disabled; enable it.".to_owned()));
    room.house.portal(true);
    let agent = room.house.staff(Role::CustomerService);
    let plan = room.desk.held_plan(&agent).unwrap();
    assert_eq!((plan.held, plan.free), (4, 2));
    let stay: Vec<&str> = plan.stay.iter().map(|it| it.1.as_str()).collect();
    assert_eq!(
        stay,
        ["only Security Administrator may let it go.", "the user is disabled; enable it."]
    );
    let some = room.desk.send_held(&agent, &()).unwrap();
    assert_eq!((some.released, some.still_held), (2, 2));
    assert_eq!(why(&some)[0], (1, "the user is not yours to look after.".to_owned()));
    assert_eq!(some.mails, [made[0].1, made[3].1]);
    let rest = room.desk.send_held(&room.house.staff(Role::SecurityAdministrator), &()).unwrap();
    assert_eq!((rest.released, rest.still_held), (1, 1));
    for role in [Role::Auditor, Role::PortalDataAdministrator] {
        let outcome = room.desk.send_held(&room.house.staff(role), &());
        let any = [Permission::ManagePortalUsers, Permission::ManagePrivilegedUsers];
        let may = any.into_iter().any(|it| role.may(it));
        assert_eq!(outcome.is_ok(), may, "{role}");
    }
    check(&*room.house.repo);
}

#[test]
fn who_is_disabled_has_the_mail_held_until_it_is_released() {
    let (room, anna, zoe, mail) = room();
    let view = room.desk.disable_user(&anna, zoe, None).unwrap();
    assert_eq!(view.invitation.unwrap().held, Some(HeldReason::UserDisabled));
    let view = room.desk.enable_user(&anna, zoe, None).unwrap();
    assert_eq!(view.invitation.unwrap().state, MailState::Held, "enabling sends nothing");
    room.desk.release_mail(&anna, mail).unwrap();
    let chosen = Selection::These(vec![zoe]);
    room.desk.bulk(&anna, Deed::Disable, &chosen, 1, &()).unwrap();
    assert_eq!(room.mail(mail).held, Some(HeldReason::UserDisabled));
    check(&*room.house.repo);
}

#[test]
fn a_mail_that_waits_goes_where_its_user_has_moved() {
    let (room, anna, zoe, mail) = room();
    let view = room.desk.user(&anna, zoe).unwrap();
    let moved = UserForm { email: "zo@acme.example".into(), ..UserForm::of(&view) };
    let checked = room.desk.check_user(&anna, zoe, &moved).unwrap();
    assert!(checked.remarks.iter().any(|it| it.contains("goes to zo@acme.example")), "{checked:?}");
    room.desk.edit_user(&anna, zoe, None, &moved).unwrap();
    let at = room.mail(mail);
    assert_eq!((at.address.raw(), at.user_id.raw()), ("zo@acme.example", "zo@acme.example.P"));
    let nowhere = UserForm { email: String::new(), login: "zoe".into(), ..moved };
    let view = room.desk.edit_user(&anna, zoe, None, &nowhere).unwrap();
    assert_eq!(view.invitation.unwrap().state, MailState::Cancelled);
    let word = UserForm { password: Some(secret(OTHER)), ..nowhere };
    room.desk.edit_user(&anna, zoe, None, &word).unwrap();
    check(&*room.house.repo);
}

#[test]
fn mails_go_with_their_user() {
    let (room, anna, zoe, first) = room();
    let second = room.desk.invite(&anna, zoe, None, false).unwrap().row.id;
    let receipt = room.desk.delete_user(&anna, zoe, None).unwrap();
    assert!(receipt.gone.contains(&"its 2 mails in the outbox".to_owned()), "{receipt:?}");
    for id in [first, second] {
        assert_eq!(room.house.repo.get(Key::new(Kind::Mail, id.0)).unwrap(), None);
    }
    let view = room.desk.create_portal_user(&anna, &by_email(room.acme, "jo@acme.example"));
    let jo = view.unwrap().row.id;
    room.desk.bulk(&anna, Deed::Delete, &Selection::These(vec![jo]), 1, &()).unwrap();
    check(&*room.house.repo);
}

#[test]
fn what_is_too_old_expires_and_keeps_nothing() {
    let (room, anna, zoe, mail) = room();
    let actor = room.house.last_told().actor;
    let expire = || room.desk.expire_invitations(&actor, &()).unwrap().expired;
    assert_eq!(expire(), 0);
    room.house.clock.advance(30 * DAY);
    assert_eq!(expire(), 1, "it waited too long");
    assert_eq!((state(&room, mail), room.mail(mail).sealed_secret), (MailState::Expired, None));
    let again = room.desk.invite(&anna, zoe, None, false).unwrap().row.id;
    room.desk.deliver(&Deliver::Now(vec![again]), &());
    room.house.clock.advance(72 * HOUR - 1);
    assert_eq!(expire(), 0);
    room.house.clock.advance(1);
    assert_eq!(expire(), 1);
    let view = room.desk.mail(&anna, again).unwrap();
    assert_eq!(view.row.state, MailState::Expired);
    assert!(view.advice.unwrap().contains("resend it"));
    check(&*room.house.repo);
}

#[test]
fn many_are_invited_but_those_who_can_t_be() {
    let (room, anna, zoe, _) = room();
    let without = |email: &str| {
        let form =
            crate::service::NewUser { invite: false, password: None, ..by_email(room.acme, email) };
        room.desk.create_portal_user(&anna, &form).unwrap().row.id
    };
    let (jo, kim, lee, max) = (
        without("jo@acme.example"),
        without("kim@acme.example"),
        without("lee@acme.example"),
        without("max@acme.example"),
    );
    room.house.edit_user(kim, |user| user.last_login_at = Some(user.created_at));
    room.house.edit_user(lee, |user| user.email = None);
    room.house.edit_user(max, |user| user.status = UserStatus::Disabled);
    let chosen = Selection::These(vec![zoe, jo, kim, lee, max, anna.user()]);
    let plan = room.desk.bulk_plan(&anna, Deed::Invite, &chosen).unwrap();
    assert_eq!((plan.count, plan.can), (6, 1));
    let outcome = room.desk.bulk(&anna, Deed::Invite, &chosen, 6, &()).unwrap();
    assert_eq!((outcome.done, outcome.refused.len()), (1, 5));
    let mut whys: Vec<&str> = outcome.refused.iter().map(|it| it.why.as_str()).collect();
    whys.sort_unstable();
    let said =
        ["has a mail waiting already", "has no email", "has signed in before", "is disabled"];
    assert!(said.iter().all(|it| whys.iter().any(|why| why.contains(it))), "{whys:?}");
    assert_eq!(outcome.mails.len(), 1);
    assert_eq!(room.user(jo).last_mail, Some(outcome.mails[0]));
    check(&*room.house.repo);
}
