//! The calls about mails to portal users.

use crate::domain::id::{MailId, UserId};
use crate::domain::role::Role;
use crate::service::tests::House;
use crate::service::tests::new_user::by_email;
use crate::service::{ListArgs, Sort};

use super::{Call, reads};

pub(super) const MAILS: [Call; 3] = [
    reads("mails", |h, s| h.desk.mails(s, &ListArgs::all(Sort::Time, true)).map(drop)),
    reads("mail", |h, s| h.desk.mail(s, invited(h).1).map(drop)),
    reads("invitation_of", |h, s| h.desk.invitation_of(s, invited(h).0).map(drop)),
];

/// A user added under Portal Access, and the invitation that it is sent.
fn invited(house: &House) -> (UserId, MailId) {
    let clerk = house.staff(Role::PortalAdmin);
    let form = by_email(house.company("Acme", None), "zoe@acme.example");
    let view = house.desk.create_portal_user(&clerk, &form).unwrap();
    (view.row.id, view.invitation.unwrap().id)
}
