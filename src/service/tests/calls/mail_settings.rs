//! The calls about how mail is set up.

use super::{Call, does, reads};
use crate::domain::audit::Action;
use crate::domain::role::Permission::Administer;
use crate::service::post::Model;
use crate::service::tests::mail_settings::taking;

pub(super) const MAIL_SETTINGS: [Call; 3] = [
    reads("mail_settings", |h, s| h.desk.mail_settings(s).map(drop)),
    reads("preview_letter", |h, s| taking(h).preview_letter(s, Model::Test).map(drop)),
    does("send_test", Administer, Action::MailTest, |h, s| {
        taking(h).send_test(s, "jo@acme.example").map(drop)
    }),
];
