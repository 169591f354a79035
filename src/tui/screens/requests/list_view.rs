//! How requests look in their list.

use crate::domain::text::Text;
use crate::domain::validate::{COMPANY_NAME, EMAIL, FIRST, LAST, PHONE};
use crate::service::Sort;
use crate::service::request_views::RequestRow;
use crate::tui::screens::listing::{Look, Order};
use crate::tui::state::Seen;
use crate::tui::theme::Ink;
use crate::tui::view::status;
use crate::tui::widgets::column::{Cell, Column};

/// The orders to go through with `s`.
pub(super) const ORDERS: [Order; 4] = [
    Order::falling(0, Sort::Time, ["newest first", "oldest first"]),
    Order::rising(1, Sort::Name, ["by name", "by name, last first"]),
    Order::rising(2, Sort::Company, ["by company", "by company, last first"]),
    Order::rising(3, Sort::Status, ["by status", "by status, last first"]),
];

/// How the rows look.
pub(super) const LOOK: Look<RequestRow> = Look {
    columns: &[
        Column::new("Submitted", 11, 14),
        Column::new("Name", 16, 34).identifying(),
        Column::new("Company", 12, 40),
        Column::new("Status", 11, 13),
        Column::new("Contact", 9, 34),
    ],
    cells,
    heading: |row| row.number.clone(),
    facts,
    number: |row| row.id.0,
    ticks: false,
};

fn cells(row: &RequestRow, seen: &Seen) -> Vec<Cell> {
    vec![
        Cell::new(seen.zone.ago(row.submitted_at, seen.now)),
        Cell::new(row.label().to_string()),
        Cell::new(row.company_name.to_string()),
        status::request(row.status),
        contact(row),
    ]
}

/// The user it became, else the contact, else how many are likely.
fn contact(row: &RequestRow) -> Cell {
    match (&row.user_id, &row.contact_name) {
        (Some(user), _) => Cell::new(user.to_string()),
        (None, Some(contact)) => Cell::new(contact.to_string()),
        (None, None) if row.likely > 0 => {
            Cell::inked(format!("{} likely", row.likely), Ink::Accent)
        }
        (None, None) => Cell::new(""),
    }
}

fn facts(row: &RequestRow, seen: &Seen) -> Vec<(&'static str, Cell)> {
    let known = |text: &Text| Cell::new(text.to_string());
    let maybe = |text: &Option<Text>| text.as_ref().map_or_else(|| Cell::new(""), known);
    let mut facts = vec![
        ("Status", status::request(row.status)),
        ("Submitted", Cell::new(seen.zone.exact(row.submitted_at))),
        ("Site", known(&row.site)),
        (FIRST.label, known(&row.first)),
        (LAST.label, known(&row.last)),
        (EMAIL.label, known(&row.email)),
        (PHONE.label, known(&row.phone)),
        (COMPANY_NAME.label, known(&row.company_name)),
        ("Contact", contact(row)),
        ("User ID", maybe(&row.user_id)),
    ];
    if row.handled_by.is_some() {
        facts.push(("Handled by", maybe(&row.handled_by)));
    }
    if row.reject_reason.is_some() {
        facts.push(("Reason", maybe(&row.reject_reason)));
    }
    facts
}
