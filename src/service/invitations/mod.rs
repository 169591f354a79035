//! The outbox: mails to portal users, from the commit that queues one to the last that ends it.
//!
//! A mail is queued in the commit of its cause; a user has one current mail, and a new one
//! takes the place of the last. Owns what becomes of a mail by people's hands and by time:
//! how it is queued, shown, sent again, cancelled, released, and how it expires. How it goes
//! out is the affair of delivery.
//!
//! In every commit that changes a mail its user's `invitation` is what the state of the mail
//! says ([`MailState::trouble`]); and no secret is sealed in a mail that can't be sent any more.

mod deeds;
mod expire;
mod held;
mod many;
mod preview;
mod queue;
mod turn;
mod views;
mod whose;

use crate::domain::audit::{Action, Actor};
use crate::domain::mail::{Mail, MailState};
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::domain::user::User;
use crate::store::{AuditDraft, Key, Kind};

pub use held::Released;
pub(super) use queue::{Order, not_sealed};
pub(super) use turn::{Turn, held_back, readdressed};
pub use views::{MailRow, MailView};
pub(super) use views::{why_not_cancel, why_not_invite};
pub use whose::HeldPlan;

/// The key of a mail.
pub(super) fn mail_key(mail: &Mail) -> Key {
    Key::new(Kind::Mail, mail.id.0)
}

/// An entry of the trail about a mail and its user, who comes first.
pub(super) fn mail_entry(now: Timestamp, actor: &Actor, action: Action, mail: &Mail) -> AuditDraft {
    AuditDraft::new(now, actor, action)
        .on(Key::new(Kind::User, mail.user.0), mail.user_id.clone())
        .on(mail_key(mail), mail.id.to_string())
}

/// The user as its mail lets it be shown: what is wrong with the invitation is told by the mail.
pub(super) fn noted(user: User, mail: &Mail) -> User {
    User { invitation: mail.state.trouble(), last_mail: Some(mail.id), ..user }
}

/// The mail, ended in that state: nothing is sealed in it and nothing waits any more.
pub(super) fn ended(mail: Mail, state: MailState) -> Mail {
    Mail { state, sealed_secret: None, held: None, next_try_at: None, handed_over_at: None, ..mail }
}

/// What a mail is and where it goes, for the remark of an entry: `Invitation to jo@x.example`.
pub(super) fn about_mail(mail: &Mail) -> String {
    let held = mail.held.map(|why| format!(", held: {}", why.words()));
    format!("{} to {}{}", mail.purpose.words(), mail.address.raw(), held.unwrap_or_default())
}

/// The same as a text.
fn remark(mail: &Mail) -> Text {
    Text::new(about_mail(mail))
}

/// That there is no mail to a user.
pub(super) fn no_invitation(user: &User) -> String {
    format!("{} was sent no invitation.", user.user_id())
}
