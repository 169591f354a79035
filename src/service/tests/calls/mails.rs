//! The calls about mails to portal users.

use crate::domain::audit::Action;
use crate::domain::id::{MailId, UserId};
use crate::domain::role::{Permission, Role};
use crate::service::tests::House;
use crate::service::tests::delivery::post::Script;
use crate::service::tests::new_user::by_email;
use crate::service::{Desk, ListArgs, Sort};
use std::sync::Arc;

use super::{Call, does, reads};

use Permission::ManagePortalUsers;

pub(super) const MAILS: [Call; 8] = [
    reads("mails", |h, s| h.desk.mails(s, &ListArgs::all(Sort::Time, true)).map(drop)),
    reads("mail", |h, s| h.desk.mail(s, invited(h).1).map(drop)),
    reads("invitation_of", |h, s| h.desk.invitation_of(s, invited(h).0).map(drop)),
    reads("preview_mail", |h, s| set_up(h).preview_mail(s, invited(h).1).map(drop)),
    Call {
        permission: Permission::CreatePortalUsers,
        ..reads("preview_invitation", |h, s| {
            let form = by_email(h.company("Acme", None), "zoe@acme.example");
            set_up(h).preview_invitation(s, &form).map(drop)
        })
    },
    does("invite", ManagePortalUsers, Action::InvitationResend, |h, s| {
        h.desk.invite(s, invited(h).0, None, false).map(drop)
    }),
    does("cancel_mail", ManagePortalUsers, Action::InvitationCancel, |h, s| {
        h.desk.cancel_mail(s, invited(h).1).map(drop)
    }),
    does("release_mail", ManagePortalUsers, Action::InvitationRelease, |h, s| {
        set_up(h).release_mail(s, invited(h).1).map(drop)
    }),
];

/// The house's desk, where mail is set up by now.
fn set_up(house: &House) -> Desk {
    house.desk.clone().with_post(Arc::new(Script::default()))
}

/// A user added under Portal Access, and the invitation that it is sent.
fn invited(house: &House) -> (UserId, MailId) {
    let clerk = house.staff(Role::PortalAdmin);
    let form = by_email(house.company("Acme", None), "zoe@acme.example");
    let view = house.desk.create_portal_user(&clerk, &form).unwrap();
    (view.row.id, view.invitation.unwrap().id)
}
