//! One mail: how it stands, every try, and what can be done about it.

use ratatui::layout::Rect;

use super::list::Outbox;
use super::list_view::the_mail;
use super::{record_view, resend};
use crate::domain::id::MailId;
use crate::domain::mail::{Carries, MailState};
use crate::service::invitations::{MailRow, MailView};
use crate::service::post::Preview;
use crate::service::trail::HistoryLine;
use crate::tui::ask::{Ask, MailAsk, MailReply, Reply};
use crate::tui::event::{Can, Cx, Slot};
use crate::tui::keymap::{Action, Context};
use crate::tui::popup::letter::LetterWindow;
use crate::tui::screens::record::{self, Done, Kind};
use crate::tui::screens::{Word, users};
use crate::tui::state::Seen;
use crate::tui::theme::Ink;
use crate::tui::view::pen::Pen;

const RESEND: Slot = "resend";
/// The same, agreed for somebody who has signed in before.
const AGAIN: Slot = "resend again";
const CANCEL: Slot = "cancel";
const RELEASE: Slot = "release";

/// One mail.
pub type Record = record::Record<Outbox>;

impl Kind for Outbox {
    type Id = MailId;
    type View = MailView;

    const CONTEXT: Context = Context::MailRecord;
    const LIST: &'static str = "Jobs ▸ Outbox";
    const NOUN: &'static str = "mail";

    fn show(id: MailId) -> Ask {
        Ask::Mail(MailAsk::Show(id))
    }

    fn view(reply: Reply) -> Option<Box<MailView>> {
        if let Reply::Mail(MailReply::Mail(view)) = reply { Some(view) } else { None }
    }

    fn id(view: &MailView) -> MailId {
        view.row.id
    }

    fn label(view: &MailView) -> String {
        view.row.address.to_string()
    }

    fn history(view: &MailView) -> &[HistoryLine] {
        &view.history
    }

    fn remarks(view: &MailView) -> Vec<(String, Ink)> {
        let ink = match view.row.state {
            MailState::Held | MailState::Failed | MailState::Unknown | MailState::Expired => {
                Ink::Caution
            }
            _ => Ink::Faint,
        };
        view.advice.iter().map(|advice| (advice.clone(), ink)).collect()
    }

    fn can(view: Option<&MailView>, action: Action, _seen: &Seen) -> Option<Can> {
        let Some(view) = view else { return while_read(action) };
        let why_not = match action {
            Action::Resend | Action::Agree(RESEND | AGAIN) => &view.why_not_resend,
            Action::CancelMail | Action::Agree(CANCEL) => &view.why_not_cancel,
            Action::Release => &view.why_not_release,
            _ => return None,
        };
        Some(Can::unless(why_not.clone()))
    }

    fn act(view: &MailView, action: Action, cx: &mut Cx) {
        let row = &view.row;
        let mut ask = |slot, ask, doing| cx.ask(slot, Ask::Mail(ask), doing);
        let send = |again| MailAsk::Resend { user: row.user, base: view.user_stamp, again };
        match action {
            Action::Resend if view.signed_in_before => {
                let to = view.email.as_ref().unwrap_or(&row.address);
                cx.open(resend::again(&row.user_id, to, Action::Agree(AGAIN)));
            }
            Action::Resend => {
                let to = view.email.as_ref().unwrap_or(&row.address);
                cx.open(resend::another(row, to, Action::Agree(RESEND), cx.seen));
            }
            Action::Agree(RESEND) => ask(RESEND, send(false), "Queueing"),
            Action::Agree(AGAIN) => ask(RESEND, send(true), "Queueing"),
            Action::CancelMail => cx.open(resend::cancelling(row, Action::Agree(CANCEL))),
            Action::Agree(CANCEL) => ask(CANCEL, MailAsk::Cancel(row.id), "Cancelling"),
            Action::Release => ask(RELEASE, MailAsk::Release(row.id), "Releasing"),
            Action::Preview => cx.open(letter(row)),
            Action::OpenUser => cx.open(users::Record::alone(row.user)),
            _ => {}
        }
    }

    fn changed(slot: Slot, _before: Option<&MailView>, after: &MailView) -> Done {
        let row = &after.row;
        // Not by what was shown: it may have gone out meanwhile.
        let was_out = row.sent_at.is_some();
        let password = after.carries == Some(Carries::TemporaryPassword);
        Done::told(match (slot, row.state, row.held) {
            (CANCEL, ..) if was_out && password => format!(
                "Cancelled: what {} carried lets nobody in any more. {} has no password now: send another, or set one.",
                the_mail(row),
                row.user_id
            ),
            (CANCEL, ..) if was_out => {
                format!("Cancelled: what {} carried lets nobody in any more.", the_mail(row))
            }
            (CANCEL, ..) => format!("Cancelled: {} is not sent.", the_mail(row)),
            (_, MailState::Held, Some(reason)) => {
                format!("Held, as {}: {}.", reason.words(), the_mail(row))
            }
            (RELEASE, ..) => format!("Released: {} waits for its turn.", the_mail(row)),
            _ => format!("A new mail to {} is queued; the one before is superseded.", row.address),
        })
    }

    /// A mail that takes the place of this one is shown in its place.
    fn follows(slot: Slot) -> bool {
        slot == RESEND
    }

    fn heard(_word: Word) -> Option<(Box<MailView>, Done)> {
        None
    }

    fn draw(view: &MailView, area: Rect, pen: &mut Pen) -> u16 {
        record_view::draw(view, area, pen)
    }
}

/// What makes no sense while the mail is still being read.
fn while_read(action: Action) -> Option<Can> {
    match action {
        Action::Preview | Action::OpenUser => Some(Can::Hidden),
        Action::Resend | Action::CancelMail | Action::Release => {
            Some(Can::No("The mail is still being read.".to_owned()))
        }
        _ => None,
    }
}

/// Whether a mail in that state has something to be taken back.
pub(super) fn can_be_cancelled(state: MailState) -> bool {
    state.is_current() && state != MailState::Sending
}

/// Whether a mail in that state waits for staff.
pub(super) fn can_be_released(state: MailState) -> bool {
    matches!(state, MailState::Held | MailState::Failed | MailState::Retrying)
}

/// The window with a mail as it reads.
pub(super) fn letter(row: &MailRow) -> LetterWindow {
    let ask = Ask::Mail(MailAsk::Preview(row.id));
    LetterWindow::new(format!("Mail to {}", row.address), ask, read_letter)
}

/// The letter in an answer.
pub(in crate::tui::screens) fn read_letter(reply: Reply) -> Option<Box<Preview>> {
    if let Reply::Mail(MailReply::Preview(letter)) = reply { Some(letter) } else { None }
}
