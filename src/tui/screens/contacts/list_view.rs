//! How contacts look in their list.

use crate::domain::text::Text;
use crate::domain::validate::{EMAIL, FIRST, LAST, PHONE};
use crate::service::Sort;
use crate::service::contacts::ContactRow;
use crate::tui::screens::listing::{Look, Order};
use crate::tui::state::Seen;
use crate::tui::view::status;
use crate::tui::widgets::column::{Cell, Column};

/// The orders to go through with `s`.
pub(super) const ORDERS: [Order; 3] = [
    Order::rising(0, Sort::Name, ["by name", "by name, last first"]),
    Order::rising(1, Sort::Company, ["by company", "by company, last first"]),
    Order::rising(2, Sort::Email, ["by email", "by email, last first"]),
];

/// How the rows look. The phone comes last: a narrow terminal can do without it.
pub(super) const LOOK: Look<ContactRow> = Look {
    columns: &[
        Column::new("Name", 16, 34).identifying(),
        Column::new("Company", 14, 36),
        Column::new("Email", 18, 40),
        Column::new("Portal user", 16, 34),
        Column::new("Phone", 12, 20),
    ],
    cells,
    heading: |row| row.label().to_string(),
    facts,
    number: |row| row.id.0,
    ticks: false,
};

fn cells(row: &ContactRow, _seen: &Seen) -> Vec<Cell> {
    vec![
        Cell::new(row.label().to_string()),
        maybe(row.company_name.as_ref()),
        maybe(row.email.as_ref()),
        portal_user(row),
        maybe(row.phone.as_ref()),
    ]
}

fn facts(row: &ContactRow, _seen: &Seen) -> Vec<(&'static str, Cell)> {
    vec![
        ("Number", Cell::new(row.id.to_string())),
        (FIRST.label, maybe(row.first.as_ref())),
        (LAST.label, maybe(row.last.as_ref())),
        (EMAIL.label, maybe(row.email.as_ref())),
        (PHONE.label, maybe(row.phone.as_ref())),
        ("Company", maybe(row.company_name.as_ref())),
        ("Code", maybe(row.company_code.as_ref())),
        ("Portal user", portal_user(row)),
    ]
}

/// The User ID behind the mark of its status.
pub(super) fn portal_user(row: &ContactRow) -> Cell {
    match (&row.user_id, row.user_status) {
        (Some(user), Some(status)) => Cell { text: user.to_string(), ..status::user(status) },
        _ => Cell::new(""),
    }
}

/// What is known, or a dash.
pub(in crate::tui::screens) fn maybe(text: Option<&Text>) -> Cell {
    Cell::new(text.map(Text::to_string).unwrap_or_default())
}
