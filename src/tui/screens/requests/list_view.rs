//! How the list of requests looks.

use ratatui::layout::Rect;

use super::list::{List, SORTS};
use crate::domain::request::RequestStatus;
use crate::domain::text::Text;
use crate::service::request_views::RequestRow;
use crate::tui::state::Seen;
use crate::tui::text::thousands;
use crate::tui::theme::{Ink, Mark};
use crate::tui::view::pen::Pen;
use crate::tui::view::status;
use crate::tui::widgets::column::{Cell, Column};

const COLUMNS: [Column; 5] = [
    Column::new("Submitted", 11, 14),
    Column::new("Name", 16, 34).identifying(),
    Column::new("Company Name", 12, 40),
    Column::new("Status", 11, 13),
    Column::new("Contact", 9, 34),
];
/// The columns of the record beside the list, in wide terminals.
const BESIDE: u16 = 43;

/// Draws the list.
pub(super) fn draw(list: &List, area: Rect, pen: &mut Pen) {
    draw_search_line(list, Rect { height: 1, ..area }, pen);
    let body = Rect { y: area.y + 2, height: area.height.saturating_sub(2), ..area };
    let seen = pen.seen();
    let beside = if seen.wide() { BESIDE } else { 0 };
    let rows = Rect { width: body.width - beside, ..body };
    let sorted = (SORTS[list.table.sort.min(SORTS.len() - 1)].0, !list.descending());
    list.table.draw(&COLUMNS, |row| cells(row, seen), Some(sorted), rows, pen);
    if list.read && list.table.rows.is_empty() {
        draw_empty(list, Rect { x: rows.x + 3, y: rows.y + 2, ..rows }, pen);
    }
    if let Some(row) = list.table.selected_row().filter(|_| beside > 0) {
        draw_beside(row, Rect { x: rows.right(), width: beside, ..body }, pen);
    }
    if list.filtering {
        stand_in_filter(list, area, pen);
    }
}

fn cells(row: &RequestRow, seen: &Seen) -> Vec<Cell> {
    let contact = match (&row.user_id, &row.contact_name) {
        (Some(user), _) => Cell::new(user.to_string()),
        (None, Some(contact)) => Cell::new(contact.to_string()),
        (None, None) if row.likely > 0 => {
            Cell::inked(format!("{} likely", row.likely), Ink::Accent)
        }
        (None, None) => Cell::new(""),
    };
    vec![
        Cell::new(seen.zone.ago(row.submitted_at, seen.now)),
        Cell::new(row.label().to_string()),
        Cell::new(row.company_name.to_string()),
        status::request(row.status),
        contact,
    ]
}

fn filter_left(list: &List, area: Rect) -> u16 {
    area.x + 1 + status_words(list).chars().count() as u16 + 5
}

fn status_words(list: &List) -> String {
    format!("Status {}", list.criteria.status.map_or("any", RequestStatus::word))
}

/// ` Status New ▾   Filter acme_                  12 of 3,000, newest first`
fn draw_search_line(list: &List, line: Rect, pen: &mut Pen) {
    let used = pen.put(line.x + 1, line.y, 20, &status_words(list), Ink::Plain);
    pen.mark(line.x + 2 + used, line.y, Mark::Opens, Ink::Faint);
    let x = filter_left(list, line);
    let count = counted(list);
    let left_of =
        pen.put_right(line.right().saturating_sub(1), line.y, line.width / 2, &count, Ink::Faint);
    let label = if list.filtering { Ink::Strong } else { Ink::Faint };
    pen.put(x, line.y, 6, "Filter", label);
    let room = left_of.saturating_sub(x + 7 + 2).min(30);
    let (shown, _) = list.filter.window(usize::from(room), pen.theme().ascii);
    let ink = if list.filtering { Ink::Focused } else { Ink::Field };
    pen.put(x + 7, line.y, room, &" ".repeat(usize::from(room)), ink);
    let ink = if list.filtering { Ink::Focused } else { Ink::Strong };
    pen.put(x + 7, line.y, room, &shown, ink);
}

fn stand_in_filter(list: &List, area: Rect, pen: &mut Pen) {
    let x = filter_left(list, area) + 7;
    let count = pen.measure(&counted(list));
    let left_of = area.right().saturating_sub(1 + count.min(area.width / 2));
    let room = left_of.saturating_sub(x + 2).min(30);
    let (_, cursor) = list.filter.window(usize::from(room), pen.theme().ascii);
    pen.stand(x + cursor as u16, area.y);
}

/// `12 of 3,000, newest first`
fn counted(list: &List) -> String {
    if !list.read {
        return String::new();
    }
    let (total, all) = (thousands(list.table.total), thousands(list.table.all));
    let count = if list.table.total == list.table.all { all } else { format!("{total} of {all}") };
    let order = match (list.table.sort, list.descending()) {
        (0, true) => "newest first",
        (0, false) => "oldest first",
        (1, _) => "by name",
        (2, _) => "by company",
        _ => "by status",
    };
    let dates = if list.criteria.since.is_some() || list.criteria.until.is_some() {
        ", some dates"
    } else {
        ""
    };
    format!("{count}{dates}, {order}")
}

fn draw_empty(list: &List, area: Rect, pen: &mut Pen) {
    let (first, then) = if list.table.all == 0 {
        (
            "No portal requests yet.",
            "They come in by New User? on the portal, or by portaldesk import requests FILE.csv.",
        )
    } else {
        ("No request fits this search.", "Esc clears the filter; f changes status and dates.")
    };
    pen.put(area.x, area.y, area.width, first, Ink::Plain);
    pen.put(area.x, area.y + 1, area.width.saturating_sub(4), then, Ink::Faint);
}

/// The selected request beside the list.
fn draw_beside(row: &RequestRow, area: Rect, pen: &mut Pen) {
    let upright = pen.theme().mark(Mark::Upright);
    for y in area.y..area.bottom() {
        pen.put(area.x, y, 1, upright, Ink::Faint);
    }
    let x = area.x + 3;
    let seen = pen.seen();
    pen.put(x, area.y, area.width - 4, &row.number, Ink::Strong);
    let none = Text::default();
    let lines: [(&str, Text); 9] = [
        ("Submitted", seen.zone.exact(row.submitted_at).into()),
        ("Site", row.site.clone()),
        ("First Name", row.first.clone()),
        ("Last Name", row.last.clone()),
        ("Email", row.email.clone()),
        ("Phone", row.phone.clone()),
        ("Company Name", row.company_name.clone()),
        ("Contact", row.contact_name.clone().unwrap_or(none.clone())),
        ("User ID", row.user_id.clone().unwrap_or(none)),
    ];
    for (at, (label, value)) in lines.iter().enumerate() {
        draw_fact(
            label,
            value,
            Rect { x, y: area.y + 2 + at as u16, width: area.width - 4, height: 1 },
            pen,
        );
    }
    if let Some(reason) = &row.reject_reason {
        let text = format!("Rejected: {reason}");
        for (at, line) in
            crate::tui::text::wrap(&text, usize::from(area.width - 5)).iter().take(4).enumerate()
        {
            pen.put(x, area.y + 12 + at as u16, area.width - 4, line, Ink::Plain);
        }
    }
}

/// A label and what is known; `—` for what is missing.
pub(super) fn draw_fact(label: &str, value: &Text, line: Rect, pen: &mut Pen) {
    pen.put(line.x, line.y, 12, label, Ink::Faint);
    let room = line.width.saturating_sub(14);
    if value.is_blank() {
        pen.mark(line.x + 14, line.y, Mark::Missing, Ink::Faint);
    } else {
        pen.put(line.x + 14, line.y, room, value.raw(), Ink::Plain);
    }
}
