//! What is asked before mails go another way: sending to somebody who has signed in before,
//! taking one back, letting all go that are held.

use super::list_view::the_mail;
use crate::domain::mail::MailState;
use crate::domain::text::Text;
use crate::service::invitations::{MailRow, Released};
use crate::service::{ListArgs, Sort};
use crate::tui::ask::{Ask, MailAsk, MailReply, Reply};
use crate::tui::keymap::Action;
use crate::tui::popup::question::{Press, Question};
use crate::tui::screens::errand::{Errand, Kind};
use crate::tui::text::thousands;

/// The question before a new way in is sent to somebody who has signed in before.
pub(in crate::tui::screens) fn again(user_id: &Text, address: &Text, agreed: Action) -> Question {
    let text = format!(
        "{user_id} has signed in before. The mail to {address} brings a new way in, and with it a new password takes the place of the one they have now: be sure that it is the person who asks for this."
    );
    let buttons = vec![("Cancel", Press::Close), ("Send it", Press::Act(agreed))];
    Question::new(format!("Send {user_id} a new way in?"), &text, buttons).deliberate()
}

/// The question before a mail is taken back.
pub(in crate::tui::screens) fn cancelling(row: &MailRow, agreed: Action) -> Question {
    let mail = the_mail(row);
    let text = if may_be_out(row.state) {
        format!(
            "It can't be called back from the mailbox, but what {mail} carried lets nobody in any more. Another can be sent later."
        )
    } else {
        format!(
            "Then {mail} is not sent. {} stays as it is; another can be sent later.",
            row.user_id
        )
    };
    let buttons = vec![("Keep it", Press::Close), ("Cancel the mail", Press::Act(agreed))];
    Question::new(format!("Cancel {mail}?"), &text, buttons).deliberate()
}

/// Whether a mail in that state may lie in a mailbox.
pub(super) fn may_be_out(state: MailState) -> bool {
    !state.is_waiting() && state != MailState::Failed
}

/// The window in which all held mails are let go.
pub(super) type SendHeld = Errand<Held>;

/// What makes it Send held.
#[derive(Debug, Default)]
pub(super) struct Held;

impl Kind for Held {
    const TITLE: &'static str = "Send held";
    const BEGIN: &'static str = "Send them";
    const LOOKING: &'static str = "Looking which mails are held…";
    const DOING: &'static str = "Releasing held mails";
    const ROWS: &'static str = "mails";
    const STOPS: [&'static str; 2] = [
        "Esc stops it; what is released stays so.",
        "It stops after the mails under way; what is released stays so.",
    ];

    fn look(&self) -> Ask {
        let status = Some(MailState::Held);
        Ask::Mail(MailAsk::List(ListArgs {
            status,
            per_page: 0,
            ..ListArgs::all(Sort::Time, true)
        }))
    }

    fn asking(reply: &Reply) -> Option<Result<String, String>> {
        let Reply::Mail(MailReply::Mails(page)) = reply else { return None };
        let mails = match page.total {
            0 => return Some(Err("No mail is held.".to_owned())),
            1 => "1 mail is held. It is".to_owned(),
            n => format!("{} mails are held. They are", thousands(n)),
        };
        Some(Ok(format!(
            "{mails} sent when nothing stands in the way any more: the portal is on, mail is set up, and the user is enabled and yours to look after. What can't go yet stays held, and is counted."
        )))
    }

    fn run(&self) -> Ask {
        Ask::Mail(MailAsk::SendHeld)
    }

    fn told(reply: &Reply) -> Option<(String, bool)> {
        let Reply::Mail(MailReply::Released(released)) = reply else { return None };
        Some(told(released))
    }
}

fn told(released: &Released) -> (String, bool) {
    let go = match released.released {
        0 => "No mail is released".to_owned(),
        1 => "1 mail is released".to_owned(),
        n => format!("{} mails are released", thousands(n)),
    };
    let begin = if released.stopped { "Stopped: " } else { "" };
    let rest = match released.still_held {
        0 => String::new(),
        1 => "; 1 is still held: its record says why".to_owned(),
        n => format!("; {} are still held: their records say why", thousands(n)),
    };
    (format!("{begin}{go}{rest}."), released.still_held == 0)
}
