//! How mails look in their list.

use crate::domain::mail::MailState;
use crate::domain::text::Text;
use crate::service::Sort;
use crate::service::invitations::MailRow;
use crate::tui::screens::contacts::maybe;
use crate::tui::screens::listing::{Look, Order};
use crate::tui::state::Seen;
use crate::tui::text::thousands;
use crate::tui::theme::Ink;
use crate::tui::view::status;
use crate::tui::widgets::column::{Cell, Column};

/// The orders to go through with `s`.
pub(super) const ORDERS: [Order; 6] = [
    Order::falling(2, Sort::Time, ["newest first", "oldest first"]),
    Order::rising(0, Sort::Email, ["by address", "by address, last first"]),
    Order::rising(1, Sort::Status, ["by state", "by state, last first"]),
    Order::rising(4, Sort::Name, ["by name", "by name, last first"]),
    Order::rising(6, Sort::Company, ["by company", "by company, last first"]),
    Order::falling(5, Sort::LastLogin, ["last tried first", "longest untried first"]),
];

/// How the rows look. How a mail stands says when it is tried again, was sent, or why it waits.
pub(super) const LOOK: Look<MailRow> = Look {
    columns: &[
        Column::new("To", 16, 36).identifying().keeping(24),
        Column::new("State", 11, 28).keeping(28),
        Column::new("Queued", 10, 14),
        Column::new("For", 10, 16),
        Column::new("Name", 11, 28),
        Column::new("Tries", 5, 6).right(),
        Column::new("Company", 12, 28),
        Column::new("Last answer", 20, 60),
    ],
    cells,
    heading: |row| row.address.to_string(),
    facts,
    number: |row| row.id.0,
    ticks: false,
};

fn cells(row: &MailRow, seen: &Seen) -> Vec<Cell> {
    vec![
        Cell::new(row.address.to_string()),
        standing(row, seen),
        Cell::new(seen.zone.ago(row.created_at, seen.now)),
        Cell::new(row.purpose.words()),
        Cell::new(row.name.to_string()),
        Cell::new(thousands(u64::from(row.tries))),
        maybe(row.company.as_ref()),
        maybe(row.reason.as_ref()),
    ]
}

/// How a mail stands, and the moment or the reason that belongs to it: `◐ Retrying in 5 min`,
/// `■ Held, the portal is off`; the word alone where there is no room.
pub(in crate::tui::screens) fn standing(row: &MailRow, seen: &Seen) -> Cell {
    let cell = status::mail(row.state);
    let word = cell.text.clone();
    let ahead = |at| seen.zone.ahead(at, seen.now);
    let ago = |at| seen.zone.ago(at, seen.now);
    let more = match row.state {
        MailState::Queued if row.purpose.waits_for_job() => Some(", for the job".to_owned()),
        MailState::Queued | MailState::Retrying => {
            row.next_try_at.filter(|at| *at > seen.now).map(|at| format!(" {}", ahead(at)))
        }
        MailState::Held => row.held.map(|reason| format!(", {}", reason.words())),
        MailState::Sent | MailState::Unknown => row.sent_at.map(|at| format!(" {}", ago(at))),
        MailState::Failed => row.last_try_at.map(|at| format!(" {}", ago(at))),
        MailState::Expired => row.expires_at.map(|at| format!(" {}", ago(at))),
        MailState::Sending | MailState::Accepted | MailState::Superseded | MailState::Cancelled => {
            None
        }
    };
    match more {
        Some(more) => Cell { text: format!("{word}{more}"), ..cell }.or(word),
        None => cell,
    }
}

fn facts(row: &MailRow, seen: &Seen) -> Vec<(&'static str, Cell)> {
    let mut facts = vec![
        ("State", standing(row, seen)),
        ("For", Cell::new(row.purpose.words())),
        ("Name", Cell::new(row.name.to_string())),
        ("User ID", Cell::new(row.user_id.to_string())),
        ("Company", maybe(row.company.as_ref())),
        ("Invited by", Cell::new(row.invited_by.to_string())),
    ];
    facts.extend(moments(row, seen));
    facts.push(("Last answer", maybe(row.reason.as_ref())));
    facts
}

/// The moments of a mail, as far as there are any.
pub(super) fn moments(row: &MailRow, seen: &Seen) -> Vec<(&'static str, Cell)> {
    let exact = |at| Cell::new(seen.zone.exact(at));
    let mut cells = vec![("Queued", exact(row.created_at)), tries(row)];
    if let Some(at) = row.last_try_at {
        cells.push(("Last try", exact(at)));
    }
    let waits = matches!(row.state, MailState::Queued | MailState::Retrying);
    if let Some(at) = row.next_try_at.filter(|_| waits) {
        let text = format!("{}, {}", seen.zone.ahead(at, seen.now), seen.zone.exact(at));
        cells.push(("Next try", Cell::new(text).or(seen.zone.exact(at))));
    }
    if let Some(at) = row.sent_at {
        cells.push(("Sent", exact(at)));
    }
    if let Some((label, at)) = until(row.state).zip(row.expires_at) {
        cells.push((label, exact(at)));
    }
    cells
}

fn tries(row: &MailRow) -> (&'static str, Cell) {
    match row.tries {
        0 => ("Tries", Cell::inked("none yet", Ink::Faint)),
        n => ("Tries", Cell::new(thousands(u64::from(n)))),
    }
}

/// What the end of a mail's time means; nothing where its time is over another way.
const fn until(state: MailState) -> Option<&'static str> {
    match state {
        MailState::Expired => Some("Expired"),
        MailState::Sent | MailState::Unknown => Some("Good until"),
        MailState::Queued | MailState::Held | MailState::Sending | MailState::Retrying => {
            Some("Waits until")
        }
        MailState::Failed | MailState::Accepted | MailState::Superseded | MailState::Cancelled => {
            None
        }
    }
}

/// A mail in words, for questions and messages: `the invitation to zoe@acme.example`.
pub(super) fn the_mail(row: &MailRow) -> String {
    format!("the {} to {}", mail_words(row), row.address)
}

/// What kind of mail it is: `invitation mail`.
pub(super) fn mail_words(row: &MailRow) -> String {
    let what = Text::new(row.purpose.words().to_lowercase());
    format!("{what} mail")
}
