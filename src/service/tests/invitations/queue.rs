//! Mails are queued with their users, held where they could not go out, and seal what was typed.

use crate::domain::audit::Action;
use crate::domain::mail::{Carries, HeldReason, InvitationTrouble, MailState, Purpose};
use crate::domain::role::Role;
use crate::domain::user::{Badge, UserStatus};
use crate::service::NewUser;
use crate::service::post::MailPolicy;
use crate::service::tests::delivery::Mailroom;
use crate::service::tests::invariants::check;
use crate::service::tests::new_user::{by_email, by_role, by_utility, faults, in_file};
use crate::service::tests::people::RIGHT;
use crate::service::user_views::UserView;
use crate::store::{Key, Kind};

/// Makes a user by a form at the room's desk.
fn made(room: &Mailroom, form: &NewUser) -> UserView {
    room.desk.create_portal_user(&room.house.staff(maker(form)), form).unwrap()
}

fn maker(form: &NewUser) -> Role {
    match form.via {
        crate::service::Entrance::Utility => Role::PortalDataAdministrator,
        _ => Role::PortalAdmin,
    }
}

#[test]
fn each_way_in_mails_what_the_workflows_say() {
    let room = Mailroom::new();
    let invited = made(&room, &by_email(room.acme, "zoe@acme.example")).invitation.unwrap();
    assert_eq!((invited.purpose, invited.state), (Purpose::Invitation, MailState::Queued));
    assert_eq!((invited.address.raw(), invited.tries), ("zoe@acme.example", 0));
    let unticked = NewUser { invite: false, ..by_email(room.acme, "jo@acme.example") };
    assert_eq!(made(&room, &unticked).invitation, None);
    let utility = by_utility(room.acme, "kim");
    assert_eq!(made(&room, &utility).invitation, None, "B hands over, unless it is ticked");
    let ticked = NewUser { invite: true, ..by_utility(room.acme, "lee") };
    assert_eq!(made(&room, &ticked).invitation.unwrap().purpose, Purpose::Invitation);
    assert_eq!(made(&room, &in_file(room.acme, "max")).invitation, None);
    let told = made(&room, &by_role(&room.house, Role::PortalUser, "eve"));
    assert_eq!(told.row.status, UserStatus::Pending);
    assert_eq!(told.invitation.unwrap().purpose, Purpose::ProfileCreated);
    let stray = NewUser { invite: true, ..in_file(room.acme, "ann") };
    let refused = room.desk.create_portal_user(&room.house.staff(Role::PortalAdmin), &stray);
    assert_eq!(faults(refused), [(crate::domain::problem::Code::WrongState, "invite")]);
    check(&*room.house.repo);
}

#[test]
fn a_typed_password_waits_sealed_and_has_to_be_changed() {
    let room = Mailroom::new();
    let form = NewUser { must_change: false, ..by_email(room.acme, "zoe@acme.example") };
    let view = made(&room, &form);
    assert!(view.must_change_password, "a password that went by mail is nobody's own");
    let mail = room.mail(view.invitation.unwrap().id);
    let sealed = mail.sealed_secret.clone().unwrap();
    assert!(!sealed.windows(8).any(|it| RIGHT.as_bytes().windows(8).any(|text| text == it)));
    let opened = room.desk.sealed_password(&mail).unwrap().unwrap();
    assert_eq!(opened.expose(), RIGHT);
    // Another mail's it is not.
    let other = crate::domain::mail::Mail { id: crate::domain::id::MailId(99), ..mail };
    assert!(room.desk.sealed_password(&other).is_err());
    // A link takes nothing along.
    let link = MailPolicy { carries: Carries::ActivationLink, ..MailPolicy::default() };
    room.post.policy(link);
    let view = made(&room, &by_email(room.acme, "jo@acme.example"));
    assert_eq!(room.mail(view.invitation.unwrap().id).sealed_secret, None);
    check(&*room.house.repo);
}

#[test]
fn a_password_in_a_mail_keeps_its_key() {
    let room = Mailroom::new();
    let view = made(&room, &by_email(room.acme, "zoe@acme.example"));
    let key = room.house.keys.0.lock().unwrap().take();
    let anna = room.house.staff(Role::PortalAdmin);
    let second = by_email(room.acme, "jo@acme.example");
    let error = room.desk.create_portal_user(&anna, &second).unwrap_err();
    let said = error.to_string();
    assert_eq!(error.field(), Some("password"));
    assert!(said.contains("the password to be mailed to zoe@acme.example.P is sealed"), "{said}");
    assert!(said.contains("leave the password empty"), "{said}");
    let checked = room.desk.check_new_user(&anna, &second).unwrap();
    assert_eq!(checked.problems[0].message, said, "the form says so before");
    let without = NewUser { password: None, ..second.clone() };
    room.desk.create_portal_user(&anna, &without).unwrap();
    // Once it is cancelled a new key is made.
    room.desk.cancel_mail(&anna, view.invitation.unwrap().id).unwrap();
    room.desk.create_portal_user(&anna, &by_email(room.acme, "kim@acme.example")).unwrap();
    let now = room.house.keys.0.lock().unwrap().clone();
    assert!(key.is_some_and(|key| now.is_some_and(|now| now.bytes() != key.bytes())));
}

#[test]
fn what_could_not_go_out_is_held_and_says_why() {
    let room = Mailroom::new();
    let reason = |room: &Mailroom, email: &str| {
        let view = made(room, &by_email(room.acme, email));
        let badge = Badge::Invitation(InvitationTrouble::Held);
        let mail = view.invitation.unwrap();
        assert_eq!(view.row.badges.contains(&badge), mail.state == MailState::Held);
        mail.held
    };
    assert_eq!(reason(&room, "a@acme.example"), None);
    room.house.portal(false);
    assert_eq!(reason(&room, "b@acme.example"), Some(HeldReason::PortalOff));
    room.house.portal(true);
    room.house.edit_site(|site| site.portal_enabled = false);
    assert_eq!(reason(&room, "c@acme.example"), Some(HeldReason::PortalOff));
    room.house.edit_site(|site| site.portal_enabled = true);
    room.post.not_set_up(Some("Mail is not set up: set mail.server."));
    assert_eq!(reason(&room, "d@acme.example"), Some(HeldReason::MailNotSetUp));
    let anna = room.house.staff(Role::PortalAdmin);
    let checked = room.desk.check_new_user(&anna, &by_email(room.acme, "e@acme.example")).unwrap();
    let remark = checked.remarks.iter().find(|it| it.starts_with("An invitation mails")).unwrap();
    assert!(remark.ends_with("released: mail is not set up: set mail.server."), "{remark}");
    check(&*room.house.repo);
}

#[test]
fn the_trail_tells_of_the_mail_with_its_user() {
    let room = Mailroom::new();
    let view = made(&room, &by_email(room.acme, "zoe@acme.example"));
    let entry = room.house.last_entry(Key::new(Kind::Mail, view.invitation.unwrap().id.0));
    assert_eq!(entry.action, Action::InvitationQueue);
    assert_eq!(entry.targets[0].key, Key::new(Kind::User, view.row.id.0));
    assert_eq!(entry.note.unwrap().raw(), "Invitation to zoe@acme.example");
}
