//! The invitation of a user, as its record shows it and lets it be sent, resent, cancelled.

use super::list_view::maybe;
use crate::domain::mail::MailState;
use crate::domain::user::UserStatus;
use crate::service::MailRow;
use crate::service::user_views::UserView;
use crate::tui::ask::{Ask, UserAsk};
use crate::tui::event::{Can, Cx, Slot};
use crate::tui::keymap::Action;
use crate::tui::screens::outbox;
use crate::tui::state::Seen;
use crate::tui::theme::Ink;
use crate::tui::widgets::column::Cell;

pub(super) const INVITE: Slot = "invite";
/// The same, agreed for somebody who has signed in before.
const AGAIN: Slot = "invite again";
pub(super) const CANCEL: Slot = "cancel invitation";

/// Whether an action on the invitation makes sense right now; `None` for other actions.
pub(super) fn can(view: &UserView, action: Action) -> Option<Can> {
    let here = match action {
        // Staff are not invited; a first one is sent, a later one resent.
        Action::Invite => view.profile.is_some() && view.invitation.is_none(),
        Action::Resend | Action::CancelMail | Action::OpenMail => view.invitation.is_some(),
        Action::Agree(INVITE | AGAIN | CANCEL) => true,
        _ => return None,
    };
    let why_not = match action {
        Action::CancelMail | Action::Agree(CANCEL) => &view.why_not_cancel_invitation,
        Action::OpenMail => &None,
        _ => &view.why_not_invite,
    };
    Some(if here { Can::unless(why_not.clone()) } else { Can::Hidden })
}

/// Does an action on the invitation; whether it was one.
pub(super) fn act(view: &UserView, action: Action, cx: &mut Cx) -> bool {
    let (id, base) = (view.row.id, view.row.stamp);
    let mail = view.invitation.as_ref();
    let again = view.row.last_login_at.is_some();
    match action {
        Action::Invite | Action::Resend if again => {
            let address = view.row.email.clone().unwrap_or_default();
            cx.open(outbox::again(&view.row.user_id, &address, Action::Agree(AGAIN)));
        }
        Action::Resend => {
            if let Some(mail) = mail {
                let address = view.row.email.as_ref().unwrap_or(&mail.address);
                cx.open(outbox::another(mail, address, Action::Agree(INVITE), cx.seen));
            }
        }
        Action::Invite | Action::Agree(INVITE | AGAIN) => {
            let again = action == Action::Agree(AGAIN);
            cx.ask(INVITE, Ask::User(UserAsk::Invite { id, base, again }), "Queueing");
        }
        Action::CancelMail => {
            if let Some(mail) = mail {
                cx.open(outbox::cancelling(mail, Action::Agree(CANCEL)));
            }
        }
        Action::Agree(CANCEL) => {
            if let Some(mail) = mail.map(|it| it.id) {
                cx.ask(CANCEL, Ask::User(UserAsk::CancelInvitation { id, mail }), "Cancelling");
            }
        }
        Action::OpenMail => {
            if let Some(mail) = mail {
                cx.open(outbox::Record::alone(mail.id));
            }
        }
        _ => return false,
    }
    true
}

/// What has been done by a question in that slot.
pub(super) fn told(slot: Slot, after: &UserView) -> String {
    let user = &after.row.user_id;
    match (slot, &after.invitation) {
        (CANCEL, _) => format!("The invitation of {user} is cancelled."),
        (_, Some(mail)) => format!("{user}: {}.", queued(mail)),
        (_, None) => format!("{user} is invited."),
    }
}

/// What becomes of a mail that was just queued, to follow what was done.
pub(super) fn queued(mail: &MailRow) -> String {
    let what = if mail.purpose.waits_for_job() { "the mail" } else { "the invitation" };
    match (mail.state, mail.held) {
        (MailState::Held, Some(reason)) => format!("{what} is held: {}", reason.words()),
        (MailState::Queued, _) if mail.purpose.waits_for_job() => {
            format!("{what} waits for the Notification job")
        }
        _ => format!("{what} is queued"),
    }
}

/// The line about it in the record.
pub(super) fn fact(view: &UserView, seen: &Seen) -> Option<(&'static str, Cell)> {
    let mail = view.invitation.as_ref()?;
    let cell = outbox::standing(mail, seen);
    let until = mail.expires_at.filter(|_| mail.state == MailState::Sent);
    let text = match until {
        Some(at) if at > seen.now => {
            format!("{}, ends {}", mail.state.word(), seen.zone.ahead(at, seen.now))
        }
        Some(at) => format!("{}, ended {}", mail.state.word(), seen.zone.ago(at, seen.now)),
        None => cell.text.clone(),
    };
    Some(("Invitation", Cell { text, ..cell }))
}

/// What has to be known of it before the next step.
pub(super) fn remark(view: &UserView) -> Option<(String, Ink)> {
    let pending = view.row.status == UserStatus::Pending;
    let Some(mail) = &view.invitation else {
        let none = pending && view.profile.is_some() && view.row.email.is_none();
        return none.then(|| {
            let text = "No email, so nobody can be invited: x, Change Password sets a password to hand over, e enters an email.";
            (text.to_owned(), Ink::Caution)
        });
    };
    let answer = maybe(mail.reason.as_ref()).text;
    let text = match mail.state {
        MailState::Held => {
            let reason = mail.held.map_or("it waits for staff", |it| it.words());
            format!("The invitation is held: {reason}. x, Open mail says what to do.")
        }
        MailState::Failed => {
            format!("The invitation was not sent: {answer}. x, Resend invitation tries anew.")
        }
        MailState::Unknown => {
            "Nobody knows whether the invitation went out. Ask the person; x, Resend invitation sends another.".to_owned()
        }
        MailState::Expired => {
            "The invitation expired before it was used. x, Resend invitation sends another.".to_owned()
        }
        MailState::Retrying if pending => {
            format!("The mail server put the invitation off and it is tried again: {answer}")
        }
        MailState::Queued if pending && mail.purpose.waits_for_job() => {
            "The Notification job mails the sign-in; until then the user is pending.".to_owned()
        }
        MailState::Sent if view.row.last_login_at.is_none() => {
            let text = "Invited by mail and not come in yet. x, Resend invitation sends another.";
            return Some((text.to_owned(), Ink::Plain));
        }
        _ => return None,
    };
    Some((text, Ink::Caution))
}
