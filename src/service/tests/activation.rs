//! Activation links, temporary passwords, and how the current mail ends with another password.

use std::sync::Arc;

use crate::domain::activation::{new_token, token_hash};
use crate::domain::audit::Action;
use crate::domain::id::{MailId, SiteId, UserId};
use crate::domain::login::{Door, LoginOutcome};
use crate::domain::mail::{Carries, Mail, MailState, Purpose};
use crate::domain::role::Role;
use crate::domain::secret::Secret;
use crate::domain::time::{HOUR, MINUTE};
use crate::domain::user::{User, UserStatus};
use crate::service::{
    Activated, Credentials, Desk, HashCost, LinkTrouble, PasswordChange, PortalSignIn, Session,
    SignIn, UserForm,
};
use crate::store::{Key, Kind, Record, RepositoryExt};

use super::edit_user::member;
use super::faults::sweep;
use super::people::{OTHER, RIGHT, assert_told, problem, refusal, secret, sign_in, signed_in};
use super::races::Before;
use super::{House, SITE, origin};

/// What is sealed for a mail in these tests; nothing opens it.
const SEALED: &[u8] = b"sealed";

impl House {
    /// The current mail of a user in that state, as sending leaves it, with something sealed
    /// while it waits; what was the current one ends. The token is of its link.
    pub fn mail(&self, user: UserId, state: MailState) -> (MailId, Secret) {
        let id = MailId(self.repo.reserve(Kind::Mail, 1).unwrap());
        let now = self.desk.clock.now();
        let mut account = self.user(user);
        let previous = account.last_mail;
        if let Some(last) = previous {
            self.edit_mail(last, |mail| {
                if mail.state.is_current() {
                    mail.state = MailState::Superseded;
                }
            });
        }
        let token = new_token([u8::try_from(id.0).unwrap(); 32]);
        let waits = state.is_waiting();
        let is_out = !waits && state != MailState::Failed;
        account.last_mail = Some(id);
        account.invitation = state.trouble();
        let mail = Mail {
            id,
            user,
            purpose: Purpose::Invitation,
            state,
            name: account.label(),
            user_id: account.user_id(),
            address: account.email.clone().unwrap_or_else(|| "jo@acme.example".into()),
            company: None,
            site: SiteId(1),
            carries: Some(Carries::ActivationLink),
            sealed_secret: waits.then(|| SEALED.to_vec()),
            token_hash: Some(token_hash(&token)),
            message_id: format!("test{}", id.0).into(),
            created_at: now,
            invited_by: "anna".into(),
            held: None,
            next_try_at: waits.then_some(now),
            first_try_at: None,
            tries: 0,
            log: Vec::new(),
            handed_over_at: (state == MailState::Sending).then_some(now),
            sent_at: (is_out && state != MailState::Sending).then_some(now),
            expires_at: Some(now.plus_millis(72 * HOUR)),
            run: None,
            previous,
        };
        self.put(vec![Record::User(account), Record::Mail(mail)]);
        (id, token)
    }

    pub fn mail_of(&self, id: MailId) -> Mail {
        self.repo.fetch::<Mail>(id.0).unwrap().unwrap().value
    }

    /// Whether somebody may have it.
    fn is_out(&self, id: MailId) -> bool {
        let mail = self.mail_of(id);
        mail.sent_at.is_some() || mail.handed_over_at.is_some()
    }

    pub fn edit_mail(&self, id: MailId, edit: impl FnOnce(&mut Mail)) {
        let mut mail = self.mail_of(id);
        edit(&mut mail);
        self.put(vec![Record::Mail(mail)]);
    }
}

/// Jo of Acme, who has no password yet.
pub(super) fn pending(house: &House) -> UserId {
    let acme = house.company("Acme", None);
    let jo = member(house, "jo", &[acme]);
    house.edit_user(jo, |user| {
        user.status = UserStatus::Pending;
        user.password_hash = None;
        user.password_set_at = None;
    });
    jo
}

/// Jo of Acme, whose password is [`RIGHT`] and came by mail: it ends in 72 hours.
fn temporary(house: &House) -> UserId {
    let jo = pending(house);
    house.edit_user(jo, |user| {
        user.status = UserStatus::Active;
        user.password_hash = Some(hash(house, RIGHT));
        user.must_change_password = true;
        user.temporary_until = Some(house.desk.clock.now().plus_millis(72 * HOUR));
    });
    jo
}

fn hash(house: &House, password: &str) -> crate::domain::user::PasswordHash {
    house.desk.hasher.hash(&secret(password), &*house.desk.clock).unwrap()
}

fn activate(house: &House, token: &Secret, new: &str) -> Activated {
    house.desk.portal_activate(token, &secret(new), None, &origin()).unwrap()
}

fn enter(house: &House, password: &str) -> PortalSignIn {
    house.desk.portal_sign_in(&Credentials::new("jo", &secret(password)), None, &origin()).unwrap()
}

fn trouble(outcome: Activated) -> (LinkTrouble, String) {
    match outcome {
        Activated::Refused { why, refusal } => (why, refusal.message),
        Activated::Ok { user_id } => panic!("{user_id} has a new password"),
    }
}

/// The actions of the last entries, newest first.
fn last_actions(house: &House, count: usize) -> Vec<Action> {
    house.trail().iter().rev().take(count).map(|it| it.action).collect()
}

#[test]
fn a_link_sets_a_password_once_and_then_it_signs_in() {
    let house = House::new();
    let jo = pending(&house);
    let (mail, token) = house.mail(jo, MailState::Sent);
    let before = house.trail().len();
    let link = secret(&format!("https://portal.example/activate#{}", token.expose()));
    let done = activate(&house, &link, OTHER);
    assert_eq!((done.outcome(), &done), ("ok", &Activated::Ok { user_id: "jo.P".into() }));

    assert_eq!(house.trail().len(), before + 2);
    assert_eq!(last_actions(&house, 2), [Action::InvitationAccept, Action::OwnPassword]);
    let accepted = house.last_told();
    let about: Vec<Key> = accepted.targets.iter().map(|it| it.key).collect();
    assert_eq!(about, [Key::new(Kind::User, jo.0), Key::new(Kind::Mail, mail.0)]);
    assert_eq!(accepted.actor.user, Some(jo));
    let user = house.user(jo);
    assert_eq!((user.status, user.must_change_password), (UserStatus::Active, false));
    assert_eq!((user.temporary_until, user.invitation), (None, None));
    assert_eq!(house.mail_of(mail).state, MailState::Accepted);
    assert_eq!(enter(&house, OTHER).outcome(), "ok");

    let (why, message) = trouble(activate(&house, &token, RIGHT));
    assert_eq!(why, LinkTrouble::Used);
    assert!(message.contains("used already") && message.contains("sign in"), "{message}");
    assert_eq!(enter(&house, OTHER).outcome(), "ok");
    assert!(!format!("{:?}", house.trail()).contains(token.expose()));
}

#[test]
fn a_link_ends_waits_and_holds_after_a_restart() {
    let house = House::new();
    let jo = temporary(&house);
    let (_, token) = house.mail(jo, MailState::Sent);
    for _ in 0..6 {
        enter(&house, "a guess that is none of hers");
    }
    assert!(house.user(jo).throttled_until.is_some());
    let desk = Desk::new(house.repo.clone(), house.clock.clone()).with_hashing(HashCost::CHEAP);
    desk.portal_activate(&token, &secret(OTHER), Some(SITE), &origin()).unwrap();
    assert_eq!((house.user(jo).failed_count, house.user(jo).temporary_until), (0, None));
    assert_eq!(enter(&house, OTHER).outcome(), "ok");
}

/// Every state that a mail with a link can be in, and what its link comes to.
#[test]
fn a_link_that_is_good_no_more_says_what_it_is_and_what_to_do() {
    let cases = [
        (MailState::Accepted, LinkTrouble::Used, "was used already"),
        (MailState::Expired, LinkTrouble::Expired, "expired on 2026-03-04 12:00 UTC; ask support"),
        (MailState::Superseded, LinkTrouble::Superseded, "Something newer"),
        (MailState::Cancelled, LinkTrouble::Cancelled, "was taken back"),
        (MailState::Queued, LinkTrouble::Unknown, "none of ours"),
        (MailState::Held, LinkTrouble::Unknown, "none of ours"),
        (MailState::Retrying, LinkTrouble::Unknown, "none of ours"),
        (MailState::Failed, LinkTrouble::Unknown, "none of ours"),
    ];
    for (state, why, words) in cases {
        let house = House::new();
        let jo = pending(&house);
        let (mail, token) = house.mail(jo, state);
        let (user, kept) = (house.user(jo), house.mail_of(mail));
        let (found, message) = trouble(activate(&house, &token, OTHER));
        assert_eq!(found, why, "{state:?}");
        assert!(message.contains(words) && message.contains("ask support"), "{message}");
        assert_eq!((house.user(jo), house.mail_of(mail)), (user, kept), "{state:?}");
        let stale = LoginOutcome::StaleLink;
        let about = (why != LinkTrouble::Unknown).then_some(jo);
        assert_told(&house.last_told(), about, Action::SignInRefused, stale.words());
        let history = if about.is_some() { vec![stale] } else { Vec::new() };
        assert_eq!(house.outcomes(jo), history, "{state:?}");
        // A flood of it is told of once a minute.
        let told = house.trail().len();
        activate(&house, &token, OTHER);
        assert_eq!(house.trail().len(), told);
        house.clock.advance(MINUTE);
        activate(&house, &token, OTHER);
        assert_eq!(house.trail().len(), told + 1);
    }
}

#[test]
fn a_link_is_good_as_soon_as_it_may_have_gone_out_and_until_it_expires() {
    for (state, wait, good) in [
        (MailState::Sending, 0, true),
        (MailState::Unknown, 0, true),
        (MailState::Sent, 72 * HOUR - 1, true),
        (MailState::Sent, 72 * HOUR, false),
    ] {
        let house = House::new();
        let jo = pending(&house);
        let (_, token) = house.mail(jo, state);
        house.clock.advance(wait);
        let outcome = activate(&house, &token, OTHER).outcome();
        assert_eq!(outcome, if good { "ok" } else { "expired" }, "{state:?} after {wait}");
    }
}

#[test]
fn what_is_no_link_of_ours_says_nothing_of_accounts() {
    let house = House::new();
    let jo = pending(&house);
    let (_, gone) = house.mail(jo, MailState::Sent);
    let (_, token) = house.mail(jo, MailState::Sent);
    for given in [new_token([99; 32]), secret("jo"), secret(&token.expose()[1..])] {
        let (why, message) = trouble(activate(&house, &given, OTHER));
        assert_eq!(why, LinkTrouble::Unknown);
        assert!(!message.contains("jo"), "{message}");
    }
    assert_eq!(trouble(activate(&house, &gone, OTHER)).0, LinkTrouble::Superseded, "resent");
    assert_eq!(activate(&house, &token, OTHER).outcome(), "ok");
    let give = |token: &str, new: &str| {
        problem(house.desk.portal_activate(&secret(token), &secret(new), None, &origin()))
    };
    assert_eq!(give("https://portal.example/activate#", OTHER).0, Some("token"));
    assert_eq!(give(token.expose(), "").0, Some("password"));
    let nowhere = house.desk.portal_activate(&token, &secret(OTHER), Some("MOON"), &origin());
    assert_eq!(problem(nowhere).0, Some("site"));
}

#[test]
fn a_password_that_is_refused_does_not_use_a_link_up() {
    let house = House::new();
    let jo = pending(&house);
    let (mail, token) = house.mail(jo, MailState::Sent);
    for (new, why) in [("short", "at least 15"), ("jo@acme.example", "own name, email")] {
        let refused = house.desk.portal_activate(&token, &secret(new), None, &origin());
        let (field, message) = problem(refused);
        assert!(field == Some("password") && message.contains(why), "{message}");
    }
    assert_eq!(house.mail_of(mail).state, MailState::Sent);
    assert_eq!(house.user(jo).status, UserStatus::Pending);
    assert_eq!(activate(&house, &token, OTHER).outcome(), "ok");
}

#[test]
fn a_good_link_leads_nowhere_while_its_account_may_not_come_in() {
    type Shut = fn(&House, UserId);
    let cases: [(Shut, &str, LoginOutcome); 3] = [
        (|house, _| house.portal(false), "switched off", LoginOutcome::PortalOff),
        (|house, jo| house.disable(jo), "jo.P is disabled", LoginOutcome::Disabled),
        (
            |house, _| {
                let acme = crate::domain::id::CompanyId(1);
                house.edit_company(acme, |company| company.active = false);
            },
            "none of its companies is active",
            LoginOutcome::CompanyInactive,
        ),
    ];
    for (shut, words, outcome) in cases {
        let house = House::new();
        let jo = pending(&house);
        let (mail, token) = house.mail(jo, MailState::Sent);
        shut(&house, jo);
        let (why, message) = trouble(activate(&house, &token, OTHER));
        assert_eq!(why, LinkTrouble::Refused);
        assert!(message.contains(words), "{message}");
        assert_eq!(house.outcomes(jo), [outcome]);
        assert_eq!(house.mail_of(mail).state, MailState::Sent, "it stays good");
        assert_eq!(house.user(jo).password_hash, None);
    }
}

#[test]
fn of_two_who_use_a_link_at_the_same_moment_one_wins() {
    let house = House::new();
    let jo = pending(&house);
    let (mail, token) = house.mail(jo, MailState::Sent);
    let (desk, used) = (house.desk.clone(), token.clone());
    let first = move || {
        let first = desk.portal_activate(&used, &secret(RIGHT), None, &origin()).unwrap();
        assert_eq!(first.outcome(), "ok");
    };
    let repo = Arc::new(Before::new(house.repo.clone(), first));
    let desk = Desk::new(repo, house.clock.clone()).with_hashing(HashCost::CHEAP);
    let second = desk.portal_activate(&token, &secret(OTHER), None, &origin()).unwrap();
    assert_eq!(second.outcome(), "used");
    assert_eq!(house.mail_of(mail).state, MailState::Accepted);
    assert_eq!(enter(&house, RIGHT).outcome(), "ok");
}

/// The states that a current mail can be in.
fn current() -> impl Iterator<Item = MailState> {
    MailState::ALL.into_iter().filter(|it| it.is_current())
}

#[test]
fn an_own_password_at_the_portal_accepts_whatever_mail_there_is() {
    for state in current() {
        let house = House::new();
        let jo = temporary(&house);
        let (mail, _) = house.mail(jo, state);
        let (old, new) = (secret(RIGHT), secret(OTHER));
        let shown = Credentials::new("jo", &old);
        let change = house.desk.portal_change_password(&shown, &new, &origin()).unwrap();
        assert!(matches!(change, PasswordChange::Changed), "{state:?}");
        assert_eq!(last_actions(&house, 2), [Action::InvitationAccept, Action::OwnPassword]);
        let kept = house.mail_of(mail);
        assert_eq!((kept.state, kept.sealed_secret), (MailState::Accepted, None), "{state:?}");
        let user = house.user(jo);
        assert_eq!((user.temporary_until, user.invitation), (None, None), "{state:?}");
    }
}

#[test]
fn an_own_password_at_the_console_accepts_it_too() {
    let house = House::new();
    let kim = house.person(Role::PortalAdmin, "kim", None);
    let (mail, _) = house.mail(kim.user(), MailState::Sent);
    let changed = house.desk.change_own_password(&kim, &secret(RIGHT), &secret(OTHER)).unwrap();
    assert!(matches!(changed, PasswordChange::Changed));
    assert_eq!(house.mail_of(mail).state, MailState::Accepted);

    let (mail, _) = house.mail(kim.user(), MailState::Unknown);
    house.edit_user(kim.user(), |user| user.must_change_password = true);
    let SignIn::MustChange(leave) = sign_in(&house.desk, "kim", OTHER) else {
        panic!("the password has to be changed")
    };
    house.desk.change_first_password(&leave, &secret(RIGHT)).unwrap();
    assert_eq!(house.mail_of(mail).state, MailState::Accepted);
    assert_eq!(house.user(kim.user()).invitation, None);
}

#[test]
fn a_first_password_is_changed_though_its_mail_moves_meanwhile() {
    let house = House::new();
    let kim = house.person(Role::PortalAdmin, "kim", None).user();
    house.edit_user(kim, |user| user.must_change_password = true);
    let (mail, _) = house.mail(kim, MailState::Sending);
    let SignIn::MustChange(leave) = sign_in(&house.desk, "kim", RIGHT) else {
        panic!("the password has to be changed")
    };
    let now = house.desk.clock.now();
    let (inner, other) = (house.repo.clone(), house.repo.clone());
    let sent = move || {
        let read = other.fetch::<Mail>(mail.0).unwrap().unwrap();
        let actor = super::test_actor();
        let entry = crate::store::AuditDraft::new(now, &actor, Action::MailSent)
            .on(Key::new(Kind::Mail, mail.0), "mail");
        let sent = Mail { state: MailState::Sent, handed_over_at: None, ..read.value };
        other.commit(crate::store::Changes::new(entry).update(sent, read.stamp)).unwrap();
    };
    let desk = Desk::new(Arc::new(Before::new(inner, sent)), house.clock.clone())
        .with_hashing(HashCost::CHEAP);
    desk.change_first_password(&leave, &secret(OTHER)).unwrap();
    assert_eq!(house.mail_of(mail).state, MailState::Accepted);
}

#[test]
fn a_password_that_staff_set_takes_the_place_of_the_mail() {
    for state in current() {
        for by_form in [false, true] {
            let house = House::new();
            let jo = temporary(&house);
            let (mail, token) = house.mail(jo, state);
            let was_out = house.is_out(mail);
            let anna = house.staff(Role::PortalAdmin);
            if by_form {
                let view = house.desk.user(&anna, jo).unwrap();
                let form = UserForm {
                    password: Some(secret(OTHER)),
                    must_change: false,
                    ..UserForm::of(&view)
                };
                house.desk.edit_user(&anna, jo, None, &form).unwrap();
            } else {
                house.desk.set_password(&anna, jo, None, &secret(OTHER), false).unwrap();
            }
            let kept = house.mail_of(mail);
            let ended = if was_out { MailState::Superseded } else { MailState::Cancelled };
            assert_eq!((kept.state, kept.sealed_secret), (ended, None), "{state:?}");
            let user = house.user(jo);
            assert_eq!((user.temporary_until, user.invitation), (None, None), "{state:?}");
            assert_eq!(last_actions(&house, 2), [Action::InvitationCancel, Action::UserPassword]);
            let words = if was_out { "superseded" } else { "cancelled" };
            assert_eq!(activate(&house, &token, RIGHT).outcome(), words, "{state:?}");
            assert_eq!(enter(&house, OTHER).outcome(), "ok");
        }
    }
}

#[test]
fn a_sign_in_ends_a_mail_that_has_not_gone_out() {
    for (state, is_first) in current().flat_map(|it| [(it, true), (it, false)]) {
        let house = House::new();
        let jo = temporary(&house);
        house.edit_user(jo, |user| {
            user.must_change_password = false;
            user.temporary_until = None;
            user.last_login_at = (!is_first).then_some(user.created_at);
        });
        let (mail, _) = house.mail(jo, state);
        let was_out = house.is_out(mail);
        assert_eq!(enter(&house, RIGHT).outcome(), "ok");
        let kept = house.mail_of(mail);
        let ended = if was_out { state } else { MailState::Cancelled };
        assert_eq!((kept.state, kept.sealed_secret), (ended, None), "{state:?}");
        assert_eq!(house.user(jo).invitation, ended.trouble(), "{state:?}");
    }
}

#[test]
fn a_temporary_password_lets_in_until_its_time_and_then_says_so() {
    let house = House::new();
    let jo = temporary(&house);
    house.clock.advance(72 * HOUR - 1);
    assert_eq!(enter(&house, RIGHT).outcome(), "must-change-password");
    let wrong = refused(enter(&house, "a guess that is none of hers"));
    house.clock.advance(1);
    assert_ne!(wrong, EXPIRED_AT_PORTAL);
    assert_eq!(refused(enter(&house, "a guess that is none of hers")), wrong);
    let before = house.user(jo);
    assert_eq!(refused(enter(&house, RIGHT)), EXPIRED_AT_PORTAL);
    assert_eq!(house.user(jo), before, "it clears nothing and is no failure");
    let expired = LoginOutcome::PasswordExpired;
    assert_eq!(house.outcomes(jo)[0], expired);
    assert_told(&house.last_told(), Some(jo), Action::SignInRefused, expired.words());
    let (old, new) = (secret(RIGHT), secret(OTHER));
    let change =
        house.desk.portal_change_password(&Credentials::new("jo", &old), &new, &origin()).unwrap();
    let PasswordChange::Refused(refusal) = change else { panic!("it is too late to change it") };
    assert_eq!(refusal.message, EXPIRED_AT_PORTAL);
}

/// The sentence at the portal.
const EXPIRED_AT_PORTAL: &str = "This password has expired; ask support for a new invitation.";

fn refused(outcome: PortalSignIn) -> String {
    match outcome {
        PortalSignIn::Refused(refusal) => refusal.message,
        other => panic!("let in: {other:?}"),
    }
}

#[test]
fn a_temporary_password_ends_at_the_console_likewise() {
    for door in [Door::Console, Door::Command] {
        let house = House::new();
        let kim = house.person(Role::SuperUser, "kim", None).user();
        let until = house.desk.clock.now().plus_millis(HOUR);
        house.edit_user(kim, |user: &mut User| user.temporary_until = Some(until));
        signed_in(sign_in(&house.desk, "kim", RIGHT));
        house.clock.advance(HOUR);
        let password = secret(RIGHT);
        let shown = Credentials::new("kim", &password);
        let late = refusal(house.desk.sign_in(&shown, door, &origin()).unwrap());
        assert_eq!(
            late,
            "This password has expired; ask a Security Administrator for a new invitation."
        );
        assert_eq!(house.outcomes(kim)[0], LoginOutcome::PasswordExpired);
    }
}

/// Jo without a password, whose mail with the first link that the tests make is out.
fn house_with_link() -> (House, Session) {
    let house = House::new();
    let jo = pending(&house);
    house.mail(jo, MailState::Sent);
    let anna = house.staff(Role::PortalAdmin);
    (house, anna)
}

#[test]
fn every_operation_of_an_activation_may_fail() {
    sweep("activate", house_with_link, |desk, _| {
        let link = new_token([1; 32]);
        desk.portal_activate(&link, &secret(OTHER), None, &origin()).map(drop)
    });
    sweep("set a password in the mail's place", house_with_link, |desk, who| {
        let jo = desk.user_by_name(who, "jo")?.row.id;
        desk.set_password(who, jo, None, &secret(OTHER), true).map(drop)
    });
}
