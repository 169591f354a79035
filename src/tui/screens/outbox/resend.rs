//! What is asked before mails go another way: sending to somebody who has signed in before,
//! taking one back, letting all go that are held.

use super::list_view::{mail_words, the_mail};
use crate::domain::mail::MailState;
use crate::domain::text::Text;
use crate::service::invitations::{HeldPlan, MailRow, Released};
use crate::tui::ask::{Ask, MailAsk, MailReply, Reply};
use crate::tui::keymap::Action;
use crate::tui::popup::question::{Press, Question};
use crate::tui::screens::errand::{Errand, Kind};
use crate::tui::state::Seen;
use crate::tui::text::thousands;

/// The question before a new way in is sent to somebody who has signed in before.
pub(in crate::tui::screens) fn again(user_id: &Text, address: &Text, agreed: Action) -> Question {
    let text = format!(
        "{user_id} has signed in before. The mail to {address} brings a new way in, and with it a new password takes the place of the one they have now: be sure that it is the person who asks for this."
    );
    let buttons = vec![("Cancel", Press::Close), ("Send it", Press::Act(agreed))];
    Question::new(format!("Send {user_id} a new way in?"), &text, buttons).deliberate()
}

/// The question before another mail takes the place of one, for somebody who never signed in.
pub(in crate::tui::screens) fn another(
    row: &MailRow,
    address: &Text,
    agreed: Action,
    seen: &Seen,
) -> Question {
    let of = |at| format!("the {} of {}", mail_words(row), seen.zone.exact(at));
    let queued = of(row.created_at);
    let place = match row.state {
        MailState::Sent | MailState::Unknown => {
            let sent = of(row.sent_at.unwrap_or(row.created_at));
            format!("What {sent} carried stops working.")
        }
        MailState::Queued | MailState::Held | MailState::Retrying | MailState::Sending => {
            format!("It takes the place of {queued}, which is not sent.")
        }
        MailState::Failed | MailState::Expired | MailState::Cancelled => {
            format!("It comes after {queued}, which is {}.", row.state.word().to_lowercase())
        }
        MailState::Superseded => {
            format!("It takes the place of the one that came after {queued}.")
        }
        MailState::Accepted => {
            format!("It takes the place of the password chosen after {queued}.")
        }
    };
    let text = format!("A mail with a new way in goes to {address}. {place}");
    let buttons = vec![("Cancel", Press::Close), ("Send it", Press::Act(agreed))];
    Question::new("Send another mail?", &text, buttons).deliberate()
}

/// The question before a mail is taken back.
pub(in crate::tui::screens) fn cancelling(row: &MailRow, agreed: Action) -> Question {
    let mail = the_mail(row);
    let text = if may_be_out(row.state) {
        format!(
            "It can't be called back from the mailbox, but what {mail} carried lets nobody in any more. Where that is the only way in, {} needs another, or a password.",
            row.user_id
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
fn may_be_out(state: MailState) -> bool {
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
        Ask::Mail(MailAsk::HeldPlan)
    }

    fn asking(reply: &Reply) -> Option<Result<String, String>> {
        let Reply::Mail(MailReply::HeldPlan(plan)) = reply else { return None };
        Some(asked(plan))
    }

    fn run(&self) -> Ask {
        Ask::Mail(MailAsk::SendHeld)
    }

    fn told(reply: &Reply) -> Option<(String, bool)> {
        let Reply::Mail(MailReply::Released(released)) = reply else { return None };
        Some(told(released))
    }
}

/// What would be sent and what stays, with the reason; an error when nothing would.
fn asked(plan: &HeldPlan) -> Result<String, String> {
    let held = match plan.held {
        0 => return Err("No mail is held.".to_owned()),
        1 => "1 mail is held.".to_owned(),
        n => format!("{} mails are held.", thousands(n)),
    };
    let go = match (plan.free, plan.held) {
        (0, 1) => " It can't go now:".to_owned(),
        (0, _) => " None of them can go now:".to_owned(),
        (1, 1) => " It is sent now.".to_owned(),
        (free, of) if free == of => " They are sent now.".to_owned(),
        (1, _) => " 1 is sent now; the others stay held:".to_owned(),
        (free, _) => format!(" {} are sent now; the others stay held:", thousands(free)),
    };
    let mut text = held + &go;
    for (mails, why) in &plan.stay {
        match &plan.stay[..] {
            [_] => text.push_str(&format!(" {why}")),
            _ => text.push_str(&format!(" {}: {why}", thousands(*mails))),
        }
    }
    if plan.free == 0 { Err(text) } else { Ok(text) }
}

fn told(released: &Released) -> (String, bool) {
    let go = match released.released {
        0 => "No mail is released".to_owned(),
        1 => "1 mail is released".to_owned(),
        n => format!("{} mails are released", thousands(n)),
    };
    let begin = if released.stopped { "Stopped: " } else { "" };
    let mut why = released.because.iter().map(|it| it.why.trim_end_matches('.'));
    let why = match (why.next(), why.next()) {
        (Some(why), None) => why,
        _ => "H says why",
    };
    let rest = match released.still_held {
        0 => String::new(),
        1 => format!("; 1 is still held: {why}"),
        n => format!("; {} are still held: {why}", thousands(n)),
    };
    (format!("{begin}{go}{rest}."), released.still_held == 0)
}
