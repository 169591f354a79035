//! How users look in their list.

use crate::domain::text::Text;
use crate::domain::user::{Badge, UserStatus};
use crate::service::Sort;
use crate::service::user_views::UserRow;
use crate::tui::screens::listing::{Look, Order};
use crate::tui::state::Seen;
use crate::tui::text::without_scheme;
use crate::tui::theme::Ink;
use crate::tui::view::status;
use crate::tui::widgets::column::{Cell, Column};

/// The orders to go through with `s`.
pub(super) const ORDERS: [Order; 6] = [
    Order::rising(0, Sort::Login, ["by User ID", "by User ID, last first"]),
    Order::rising(1, Sort::Name, ["by name", "by name, last first"]),
    Order::rising(2, Sort::Company, ["by company", "by company, last first"]),
    Order::rising(3, Sort::Status, ["by status", "by status, last first"]),
    Order::falling(4, Sort::LastLogin, ["latest sign-in first", "longest away first"]),
    Order::rising(5, Sort::Email, ["by email", "by email, last first"]),
];

/// How the rows look. The email comes last: it is what a narrow terminal can do without.
pub(super) const LOOK: Look<UserRow> = Look {
    columns: &[
        Column::new("User ID", 16, 34).identifying().keeping(24),
        Column::new("Name", 11, 28),
        Column::new("Company", 12, 32),
        Column::new("Status", 10, 21),
        Column::new("Last login", 12, 12),
        Column::new("Email", 18, 40),
    ],
    cells,
    heading: |row| row.user_id.to_string(),
    facts,
    number: |row| row.id.0,
    ticks: true,
};

/// The orders of portal users by company.
pub(super) const PORTAL_ORDERS: [Order; 6] = [
    Order::rising(0, Sort::Company, ["by company", "by company, last first"]),
    Order::rising(1, Sort::Email, ["by email", "by email, last first"]),
    Order::rising(2, Sort::Login, ["by User ID", "by User ID, last first"]),
    Order::rising(3, Sort::Status, ["by status", "by status, last first"]),
    Order::falling(4, Sort::LastLogin, ["latest sign-in first", "longest away first"]),
    Order::rising(5, Sort::Name, ["by name", "by name, last first"]),
];

/// How portal users look by company.
pub(super) const PORTAL_LOOK: Look<UserRow> = Look {
    columns: &[
        Column::new("Company", 12, 32),
        Column::new("Email", 16, 40).identifying().keeping(24),
        Column::new("User ID", 10, 34),
        Column::new("Status", 10, 21),
        Column::new("Last login", 12, 12),
        Column::new("Name", 11, 28),
    ],
    cells: |row, seen| {
        vec![
            Cell::new(company(row)),
            maybe(row.email.as_ref()),
            Cell::new(row.user_id.to_string()),
            standing(row, seen),
            last_login(row, seen),
            Cell::new(name(row).to_string()),
        ]
    },
    ..LOOK
};

fn cells(row: &UserRow, seen: &Seen) -> Vec<Cell> {
    vec![
        Cell::new(row.user_id.to_string()),
        Cell::new(name(row).to_string()),
        Cell::new(company(row)),
        standing(row, seen),
        last_login(row, seen),
        maybe(row.email.as_ref()),
    ]
}

/// The status; for who could sign in but for a badge, that badge behind the same mark. How
/// long somebody is throttled stands beside the list and in the record.
pub(super) fn standing(row: &UserRow, seen: &Seen) -> Cell {
    let status = status::user(row.status);
    let told = |badge: &&Badge| match row.status {
        UserStatus::Active => **badge != Badge::NeverSignedIn,
        // A pending user waits for the invitation: what is wrong with it keeps them out.
        UserStatus::Pending => matches!(badge, Badge::Invitation(_)),
        UserStatus::Disabled => false,
    };
    let badge = match row.badges.iter().find(told) {
        Some(Badge::Throttled { .. }) => "throttled".to_owned(),
        Some(badge) => status::badge(*badge, seen.now),
        None => return status,
    };
    let text = format!("{}, {badge}", status.text);
    let short = format!("{} !", status.text);
    Cell { text, ink: Ink::Caution, ..status }.or(short)
}

fn facts(row: &UserRow, seen: &Seen) -> Vec<(&'static str, Cell)> {
    vec![
        ("Status", status::user(row.status)),
        ("Remarks", remarks(row, seen)),
        ("Name", Cell::new(name(row).to_string())),
        ("Email", maybe(row.email.as_ref())),
        ("Phone", maybe(row.phone.as_ref())),
        ("Role", Cell::new(row.role.to_string())),
        ("Company", Cell::new(company(row))),
        ("Last login", last_login(row, seen)),
        ("Made", Cell::new(seen.zone.exact(row.created_at))),
    ]
}

/// First and last name; not what stands in for them, that has columns of its own.
pub(super) fn name(row: &UserRow) -> Text {
    crate::domain::contact::label(row.first.as_ref(), row.last.as_ref()).unwrap_or_default()
}

/// The primary company, with how many there are beside it: `Acme Ltd +2`.
pub(super) fn company(row: &UserRow) -> String {
    match (&row.company_name, row.more_companies) {
        (Some(name), 0) => name.to_string(),
        (Some(name), more) => format!("{name} +{more}"),
        (None, _) => String::new(),
    }
}

/// The badges in words; that somebody never signed in stands in a column of its own.
fn remarks(row: &UserRow, seen: &Seen) -> Cell {
    let badges = row.badges.iter().filter(|badge| **badge != Badge::NeverSignedIn);
    let words: Vec<String> = badges.map(|badge| status::badge(*badge, seen.now)).collect();
    Cell::inked(words.join(", "), Ink::Caution)
}

pub(super) fn last_login(row: &UserRow, seen: &Seen) -> Cell {
    row.last_login_at.map_or_else(
        || Cell::inked("never", Ink::Faint),
        |at| Cell::new(seen.zone.ago(at, seen.now)),
    )
}

/// What is known, or a dash.
pub(super) fn maybe(text: Option<&Text>) -> Cell {
    Cell::new(text.map(Text::to_string).unwrap_or_default())
}

/// The portal's address.
pub(super) fn website(row: &UserRow) -> Cell {
    let address = row.website.as_ref().map(ToString::to_string).unwrap_or_default();
    Cell::new(without_scheme(&address))
}
