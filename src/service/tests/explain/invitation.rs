//! What is said of the mail that was to bring somebody in, and what mends it.

use crate::domain::id::{MailId, UserId};
use crate::domain::mail::{HeldReason, MailState, MailTry, Purpose};
use crate::domain::role::Role;
use crate::domain::site::PortalScope;
use crate::domain::time::HOUR;
use crate::domain::user::UserStatus;
use crate::service::tests::House;
use crate::service::tests::activation::pending;
use crate::service::tests::people::{RIGHT, secret};
use crate::service::{Credentials, Fix, Session};

use super::{agent, codes, line, told};

/// To somebody who has never signed in.
const INVITE: Fix = Fix::Invite { again: false };

/// Each state of a mail, words of the line about it, and what mends it.
#[test]
fn a_mail_says_how_it_stands_until_it_has_done_its_work() {
    let cases: [(MailState, &str, Option<Fix>); 7] = [
        (MailState::Queued, "The invitation to jo@acme.example is queued.", None),
        (MailState::Sending, "is being sent.", None),
        (MailState::Retrying, "was put off: 451 come back later.", None),
        (MailState::Failed, "was not sent: 451 come back later.", Some(INVITE)),
        (MailState::Unknown, "may have gone out", Some(INVITE)),
        (MailState::Expired, "has expired", Some(INVITE)),
        (
            MailState::Sent,
            "went out on 2026-03-01 12:00 UTC; they have not chosen a password of their own yet, and what it carried can be used until 2026-03-04 12:00 UTC.",
            Some(INVITE),
        ),
    ];
    for (state, words, fix) in cases {
        let house = House::new();
        let jo = pending(&house);
        let (mail, _) = house.mail(jo, state);
        let at = house.desk.clock.now();
        house.edit_mail(mail, |it| {
            it.log = vec![MailTry { at, outcome: "451 come back later".into() }]
        });
        let (message, stops, found) = line(&told(&house, jo), "invitation");
        assert!(message.contains(words), "{message}");
        assert_eq!((stops, found), (false, fix), "{state:?}");
        // A password set by hand would end the mail: another one is offered, or none is needed.
        assert_eq!(line(&told(&house, jo), "pending").2, fix, "{state:?}");
        let explained = house.desk.explain(&agent(&house), jo).unwrap();
        let it = explained.lines.iter().find(|it| it.code == "invitation").unwrap();
        // Who may is told why not only where there is nothing to press.
        assert_eq!(it.why_not.is_none(), fix.is_some(), "{it:?}");
    }
}

#[test]
fn a_notification_waits_for_its_job() {
    let house = House::new();
    let jo = pending(&house);
    let (mail, _) = house.mail(jo, MailState::Queued);
    house.edit_mail(mail, |it| it.purpose = Purpose::ProfileCreated);
    let (message, _, fix) = line(&told(&house, jo), "invitation");
    assert!(
        message.contains("waits for the next run of a job with a Notification step"),
        "{message}"
    );
    assert_eq!(fix, None);
}

#[test]
fn what_is_held_says_why_it_is_now_and_ends_with_its_release() {
    let house = House::new();
    let jo = pending(&house);
    let (mail, _) = house.mail(jo, MailState::Held);
    house.edit_mail(mail, |it| it.held = Some(HeldReason::PortalOff));
    let said = || line(&told(&house, jo), "invitation");
    house.portal(false);
    let (message, _, fix) = said();
    assert!(message.contains("is held, because the portal is off."), "{message}");
    assert_eq!(fix, Some(Fix::PortalOn(PortalScope::Everywhere)));
    house.portal(true);
    house.edit_site(|site| site.portal_enabled = false);
    assert!(matches!(said().2, Some(Fix::PortalOn(PortalScope::At(_)))));
    house.edit_site(|site| (site.portal_enabled, site.active) = (true, false));
    assert_eq!(said().2, None);
    house.edit_site(|site| site.active = true);
    let (message, _, fix) = said();
    assert!(message.contains("because mail is not set up"), "{message}");
    assert_eq!(fix, None);
    house.disable(jo);
    assert!(said().0.contains("because the user is disabled"));
}

#[test]
fn who_was_sent_nothing_is_offered_an_invitation_where_there_is_an_email() {
    let house = House::new();
    let jo = pending(&house);
    let (message, stops, fix) = line(&told(&house, jo), "invitation");
    assert!(message.contains("No invitation is on its way"), "{message}");
    assert_eq!((stops, fix), (false, Some(INVITE)));
    house.mail(jo, MailState::Cancelled);
    assert_eq!(line(&told(&house, jo), "invitation").2, Some(INVITE));
    let why = house.desk.explain(&house.staff(Role::Auditor), jo).unwrap();
    let it = why.lines.iter().find(|it| it.code == "invitation").unwrap();
    assert!(it.why_not.as_ref().unwrap().starts_with("Only "), "{it:?}");
    house.edit_user(jo, |user| user.email = None);
    assert_eq!(codes(&told(&house, jo)), [("pending", true)]);
}

#[test]
fn a_password_that_came_by_mail_says_until_when_and_then_that_it_is_over() {
    let house = House::new();
    let jo = pending(&house);
    let until = house.desk.clock.now().plus_millis(HOUR);
    house.edit_user(jo, |user| {
        user.status = UserStatus::Active;
        user.password_hash = house.desk.hasher.hash(&secret(RIGHT), &*house.desk.clock).ok();
        user.must_change_password = true;
        user.temporary_until = Some(until);
    });
    let (message, ..) = line(&told(&house, jo), "must_change");
    assert!(
        message.contains("came by mail and can be used until 2026-03-01 13:00 UTC"),
        "{message}"
    );
    house.clock.advance(HOUR);
    let explained = told(&house, jo);
    let (message, stops, fix) = line(&explained, "password_expired");
    assert!(message.contains("expired on 2026-03-01 13:00 UTC"), "{message}");
    assert_eq!((stops, fix, explained.can_sign_in), (true, Some(INVITE), false));
    house.edit_user(jo, |user| user.last_login_at = Some(until));
    let (.., fix) = line(&told(&house, jo), "password_expired");
    assert_eq!(fix, Some(Fix::Invite { again: true }), "who has come in before is asked for more");
}

/// Jo, whose password came by a mail an hour ago, and who looks after them.
fn mailed() -> (House, UserId, MailId, Session) {
    let house = House::new();
    let (jo, anna) = (pending(&house), house.staff(Role::PortalAdmin));
    let (mail, _) = house.mail(jo, MailState::Sent);
    let until = house.mail_of(mail).expires_at;
    house.edit_user(jo, |user| {
        user.status = UserStatus::Active;
        user.password_hash = house.desk.hasher.hash(&secret(RIGHT), &*house.desk.clock).ok();
        user.temporary_until = until;
    });
    house.clock.advance(HOUR);
    (house, jo, mail, anna)
}

#[test]
fn a_password_that_staff_have_ended_did_not_expire() {
    let (house, jo, mail, anna) = mailed();
    let said = |house: &House| line(&told(house, jo), "password_expired").0;
    house.desk.cancel_mail(&anna, mail).unwrap();
    let words = said(&house);
    assert!(words.contains("by mail and was taken back on 2026-03-01 13:00 UTC"), "{words}");
    house.clock.advance(HOUR);
    house.desk.invite(&anna, jo, None, false).unwrap();
    let words = said(&house);
    assert!(words.contains("by mail and ended on 2026-03-01 13:00 UTC"), "{words}");

    let (house, _, _, anna) = mailed();
    house.desk.invite(&anna, jo, None, false).unwrap();
    let words = said(&house);
    assert!(words.contains("ended when another mail was made on 2026-03-01 13:00 UTC"), "{words}");
}

#[test]
fn a_stale_link_among_the_failures_ends_with_a_new_invitation() {
    let house = House::new();
    let jo = pending(&house);
    let (_, link) = house.mail(jo, MailState::Cancelled);
    let new = secret(RIGHT);
    house.desk.portal_activate(&link, &new, None, &crate::service::tests::origin()).unwrap();
    let (message, _, fix) = line(&told(&house, jo), "failures");
    assert!(message.contains("activation link no longer good"), "{message}");
    assert!(message.ends_with("The invitation was taken back."), "{message}");
    assert_eq!(fix, Some(INVITE));
    let shown = Credentials::new("jo", &new);
    let entered = house.desk.portal_sign_in(&shown, None, &crate::service::tests::origin());
    assert_eq!(entered.unwrap().outcome(), "refused");
}
