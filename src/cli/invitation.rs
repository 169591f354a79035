//! `invitation`: the outbox, every mail to a portal user with how it stands.

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::domain::id::MailId;
use crate::domain::mail::{Carries, MailState, MailTry};
use crate::domain::text::thousands;
use crate::service::delivery::{Deliver, Delivered};
use crate::service::invitations::{MailRow, MailView};
use crate::service::{Desk, DeskError, Released, Session, Sort, conditions};

use super::context::Context;
use super::list::{self, ListOptions, SortField};
use super::meter::Meter;
use super::output::{minute, minute_or_nothing, or_nothing};
use super::table::record;
use super::{Failure, history, mail};

/// What can be done with mails to portal users.
#[derive(Debug, Subcommand)]
pub enum InvitationCommand {
    /// List mails, the latest first.
    #[command(after_help = conditions::MAILS.help())]
    List {
        #[command(flatten)]
        list: ListOptions,
        /// Only mails of this state, such as Held, Retrying, Failed or Sent.
        #[arg(long, value_name = "WORD", value_parser = state)]
        status: Option<MailState>,
    },
    /// Show one with its tries: the server's words, why it waits, what to do.
    Show(Which),
    /// Show what one says; dots stand where the secret is.
    Preview(Which),
    /// Send another in place of it, with a new way to sign in.
    Resend {
        #[command(flatten)]
        which: Which,
        /// Really, although its user has signed in before: with what it carries a new password
        /// takes the place of the one in use.
        #[arg(long)]
        again: bool,
    },
    /// Take one back: it is not sent, and what it carried can't be used any more.
    Cancel(Which),
    /// Let one go that is held or has failed, or try one now that was put off.
    Release(Which),
    /// Let all go that are held, as far as what held them is over.
    SendHeld,
}

/// The mail that is meant.
#[derive(Debug, Args)]
pub struct Which {
    /// The mail as ML-000123; or the login or email of its user, for the last one to them.
    #[arg(value_name = "MAIL")]
    which: String,
}

impl Which {
    fn id(&self, desk: &Desk, who: &Session) -> Result<MailId, DeskError> {
        if let Ok(id) = self.which.parse() {
            return Ok(id);
        }
        let user = desk.user_by_name(who, &self.which)?;
        let last = user.invitation.map(|it| it.id);
        last.ok_or_else(|| DeskError::not_found("mail to", user.row.user_id))
    }
}

/// What was let go, and what came of sending it.
#[derive(Serialize)]
struct SentHeld {
    #[serde(flatten)]
    released: Released,
    delivered: Delivered,
}

/// The fields that mails can be ordered by.
const ORDERS: [SortField; 7] = [
    ("created_at", Sort::Time, true),
    ("id", Sort::Number, false),
    ("name", Sort::Name, false),
    ("address", Sort::Email, false),
    ("company", Sort::Company, false),
    ("state", Sort::Status, false),
    ("last_try_at", Sort::LastLogin, true),
];

const HEADERS: [&str; 7] = ["MAIL", "TO", "USER ID", "FOR", "STATE", "TRIES", "WHY OR WHEN"];

fn state(word: &str) -> Result<MailState, String> {
    let words: Vec<&str> = MailState::ALL.iter().map(|it| it.word()).collect();
    MailState::named(word).ok_or_else(|| format!("it is one of {}", words.join(", ")))
}

pub(super) fn run(command: &InvitationCommand, context: &Context<'_>) -> Result<(), Failure> {
    let (desk, who) = context.signed_in()?;
    match command {
        InvitationCommand::List { list, status } => {
            let page = desk.mails(&who, &list.args(&ORDERS, *status)?)?;
            list::print(context, &page, &HEADERS, cells)
        }
        InvitationCommand::Show(which) => {
            context.show(&desk.mail(&who, which.id(desk, &who)?)?, words)
        }
        InvitationCommand::Preview(which) => {
            let id = which.id(desk, &who)?;
            context.show(&desk.preview_mail(&who, id)?, |it| mail::read(it, false))
        }
        InvitationCommand::Resend { which, again } => {
            let user = desk.mail(&who, which.id(desk, &who)?)?.row.user;
            let mail = desk.invite(&who, user, None, *again).map_err(naming_again)?;
            told(desk, &who, mail, context)
        }
        InvitationCommand::Cancel(which) => {
            let before = desk.mail(&who, which.id(desk, &who)?)?;
            let mail = desk.cancel_mail(&who, before.row.id)?;
            context.show(&mail, |it| format!("{} is cancelled{}", about(&it.row), over(&before)))
        }
        InvitationCommand::Release(which) => {
            let mail = desk.release_mail(&who, which.id(desk, &who)?)?;
            told(desk, &who, mail, context)
        }
        InvitationCommand::SendHeld => {
            let meter = Meter::new("mails", context.json());
            let released = desk.send_held(&who, &meter);
            meter.clear();
            let released = released?;
            let delivered = deliver(desk, released.mails.clone(), context);
            context.show(&SentHeld { released, delivered }, |it| {
                let words = released_words(&it.released);
                let sent = delivered_words(&it.delivered);
                if sent.is_empty() { words } else { format!("{words}\n{sent}") }
            })
        }
    }
}

/// Sends mails that were queued just now, as far as they are not held or a job's.
pub(super) fn deliver(desk: &Desk, mails: Vec<MailId>, context: &Context<'_>) -> Delivered {
    if mails.is_empty() {
        return Delivered::default();
    }
    let meter = Meter::new("mails", context.json());
    let delivered = desk.deliver(&Deliver::Now(mails), &meter);
    meter.clear();
    delivered
}

/// Sends a mail that was queued just now, and says what became of it.
///
/// # Errors
/// When it did not go out and is not tried again by itself; that has been said then.
pub(super) fn told(
    desk: &Desk,
    who: &Session,
    mail: MailView,
    context: &Context<'_>,
) -> Result<(), Failure> {
    let id = mail.row.id;
    deliver(desk, vec![id], context);
    let mail = desk.mail(who, id)?;
    context.show(&mail, |it| {
        let line = sentence(&in_a_line(&it.row));
        it.advice.iter().fold(line, |line, advice| format!("{line} {advice}"))
    })?;
    match mail.row.state {
        MailState::Failed | MailState::Unknown => Err(Failure::Told),
        _ => Ok(()),
    }
}

/// What came of sending many, in a sentence or two and a line for each that has one; empty when
/// there is nothing to tell.
pub(super) fn delivered_words(it: &Delivered) -> String {
    let count = |n: u64, what: &str| (n > 0).then(|| format!("{} {what}", thousands(n)));
    let parts: Vec<String> = [
        count(it.sent, "sent"),
        count(it.waiting, "waiting for another try"),
        count(it.held, "held"),
        count(it.failed, "not sent"),
        count(it.unknown, "uncertain"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut lines: Vec<String> = it.log.iter().map(ToString::to_string).collect();
    if !parts.is_empty() {
        lines.push(format!("Mails: {}.", parts.join(", ")));
    }
    lines
        .extend(it.broke.as_ref().map(|why| format!("Sending ended early: {why} The rest waits.")));
    if it.stopped {
        lines.push(String::from("Sending was stopped; the rest waits."));
    }
    lines.join("\n")
}

/// The refusal of a mail that has to be confirmed, with the option that does.
pub(super) fn naming_again(error: DeskError) -> DeskError {
    let DeskError::Problems(mut problems) = error else { return error };
    for problem in problems.iter_mut().filter(|it| it.field == Some("again")) {
        let message = problem.message.trim_end_matches('.');
        problem.message = format!("{message} (--again).");
    }
    DeskError::Problems(problems)
}

/// A mail and whom it is for: `Invitation ML-000001 to jo@acme.example`.
fn about(row: &MailRow) -> String {
    format!("{} {} to {}", row.purpose.words(), row.id, row.address)
}

/// What ends with a mail that is taken back, as it was before.
fn over(before: &MailView) -> String {
    let user = &before.row.user_id;
    match (before.row.state, before.carries) {
        (MailState::Sent | MailState::Unknown, Some(Carries::TemporaryPassword)) => format!(
            "; what it carried no longer works, and {user} has no other password: resend it, or set one with user password."
        ),
        (MailState::Sent | MailState::Unknown, _) => {
            String::from("; what it carried no longer works.")
        }
        _ => String::from("; it is not sent."),
    }
}

/// How a mail stands, and why or until when.
fn word(row: &MailRow) -> String {
    let word = row.state.word();
    match when(row) {
        more if more.is_empty() => word.to_owned(),
        more => format!("{word}, {more}"),
    }
}

/// Why a mail stands as it does, or when something comes of it.
fn when(row: &MailRow) -> String {
    match row.state {
        MailState::Held => row.held.map_or_else(String::new, |why| why.words().to_owned()),
        MailState::Queued | MailState::Retrying => {
            let next = row.next_try_at.map(|at| format!("next try {}", minute(at)));
            let parts: Vec<String> =
                next.into_iter().chain(row.reason.as_ref().map(ToString::to_string)).collect();
            parts.join(": ")
        }
        MailState::Failed | MailState::Unknown => or_nothing(row.reason.as_ref()),
        MailState::Sent => {
            row.expires_at.map_or_else(String::new, |at| format!("until {}", minute(at)))
        }
        _ => String::new(),
    }
}

/// The same with an end, unless the server's words have one.
pub(super) fn sentence(text: &str) -> String {
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

/// A user's last mail, for the record of the user and for who has just made it.
pub(super) fn in_a_line(row: &MailRow) -> String {
    format!("{} {}: {}", row.purpose.words(), row.id, word(row))
}

fn cells(row: &MailRow) -> Vec<String> {
    vec![
        row.id.to_string(),
        row.address.to_string(),
        row.user_id.to_string(),
        row.purpose.words().to_owned(),
        row.state.word().to_owned(),
        row.tries.to_string(),
        when(row),
    ]
}

fn words(view: &MailView) -> String {
    let row = &view.row;
    let mut fields = vec![
        ("Mail", row.id.to_string()),
        ("For", row.purpose.words().to_owned()),
        ("To", format!("{} <{}>", row.name, row.address)),
        ("User ID", row.user_id.to_string()),
        ("Company", or_nothing(row.company.as_ref())),
        ("Site", or_nothing(view.site.as_ref())),
        ("State", word(row)),
        ("Queued", format!("{} by {}", minute(row.created_at), row.invited_by)),
        ("Tries", row.tries.to_string()),
        ("Sent", minute_or_nothing(row.sent_at)),
        ("Expires", minute_or_nothing(row.expires_at)),
    ];
    if let Some(carries) = view.carries {
        fields.push(("Carries", carries.word().to_owned()));
    }
    if let Some((job, run)) = view.run {
        fields.push(("Sent by", format!("{job}, {run}")));
    }
    if let Some(advice) = &view.advice {
        fields.push(("What to do", advice.clone()));
    }
    record(&fields) + &tries(&view.log) + &history::words(&view.history)
}

fn tries(log: &[MailTry]) -> String {
    if log.is_empty() {
        return String::new();
    }
    // Not a table: the server's words are told whole.
    let lines: Vec<String> =
        log.iter().rev().map(|it| format!("{}  {}", minute(it.at), it.outcome)).collect();
    format!("\n\nTries\n{}", lines.join("\n"))
}

fn released_words(it: &Released) -> String {
    let mails = |n: u64| if n == 1 { String::from("1 mail") } else { format!("{n} mails") };
    let mut text = match (it.released, it.still_held) {
        (0, 0) => return String::from("No mail is held."),
        (released, 0) => format!("{} released.", mails(released)),
        (released, held) => format!("{} released, {held} still held.", mails(released)),
    };
    for some in &it.because {
        text.push_str(&format!("\n{} held: {}", mails(some.mails), some.why));
    }
    if it.stopped {
        text.push_str("\nIt was stopped; run it again for the rest.");
    }
    text
}
