//! How companies look in their list.

use crate::service::Sort;
use crate::service::companies::CompanyRow;
use crate::tui::screens::contacts::maybe;
use crate::tui::screens::listing::{Look, Order};
use crate::tui::state::Seen;
use crate::tui::theme::{Ink, Mark};
use crate::tui::widgets::column::{Cell, Column};

/// The orders to go through with `s`.
pub(super) const ORDERS: [Order; 4] = [
    Order::rising(0, Sort::Name, ["by name", "by name, last first"]),
    Order::rising(1, Sort::Login, ["by code", "by code, last first"]),
    Order::rising(2, Sort::Role, ["by kind", "by kind, last first"]),
    Order::rising(4, Sort::Email, ["by email", "by email, last first"]),
];

/// How the rows look. The phone comes last: a narrow terminal can do without it.
pub(super) const LOOK: Look<CompanyRow> = Look {
    columns: &[
        Column::new("Name", 16, 40).identifying(),
        Column::new("Code", 8, 16),
        Column::new("Kind", 8, 8),
        Column::new("State", 9, 10),
        Column::new("Email", 18, 40),
        Column::new("City", 10, 24),
        Column::new("Phone", 12, 20),
    ],
    cells,
    number: |row| row.id.0,
    ticks: false,
    heading: |row| row.name.to_string(),
    facts,
};

fn cells(row: &CompanyRow, _seen: &Seen) -> Vec<Cell> {
    vec![
        Cell::new(row.name.to_string()),
        Cell::new(row.code.to_string()),
        Cell::new(row.kind.word()),
        state(row),
        maybe(row.email.as_ref()),
        maybe(row.city.as_ref()),
        maybe(row.phone.as_ref()),
    ]
}

fn facts(row: &CompanyRow, _seen: &Seen) -> Vec<(&'static str, Cell)> {
    vec![
        ("Number", Cell::new(row.id.to_string())),
        ("Code", Cell::new(row.code.to_string())),
        ("Kind", Cell::new(row.kind.word())),
        ("State", state(row)),
        ("Email", maybe(row.email.as_ref())),
        ("Phone", maybe(row.phone.as_ref())),
        ("City", maybe(row.city.as_ref())),
        ("Country", maybe(row.country.as_ref())),
        ("Website", maybe(row.website.as_ref())),
    ]
}

/// Whether business is done with it: `● Active`, `◐ On hold`, `■ Inactive`.
pub(super) fn state(row: &CompanyRow) -> Cell {
    match (row.active, row.on_hold) {
        (false, _) => Cell::marked(Mark::Square, "Inactive", Ink::Faint),
        (true, true) => Cell::marked(Mark::Half, "On hold", Ink::Caution),
        (true, false) => Cell::marked(Mark::Full, "Active", Ink::Good),
    }
}
