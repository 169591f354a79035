//! What records have in common: facts under their labels, the history below them.

use ratatui::layout::Rect;

use super::pen::Pen;
use crate::domain::text::Text;
use crate::service::trail::HistoryLine;
use crate::tui::theme::Ink;
use crate::tui::widgets::column::Cell;

/// The cells that a label takes.
const LABEL: u16 = 14;
/// The cells that a moment takes in a history.
const WHEN: u16 = LABEL;
/// The fields of a change that are still named one by one.
const NAMED: usize = 4;

/// A label and what is known; `—` for what is missing.
pub fn draw_fact(label: &str, value: &Text, line: Rect, pen: &mut Pen) {
    let cell = Cell::new(value.raw());
    draw_cell(label, &cell, line, pen);
}

/// A label and a cell of a table.
pub fn draw_cell(label: &str, cell: &Cell, line: Rect, pen: &mut Pen) {
    pen.put(line.x, line.y, LABEL - 1, label, Ink::Faint);
    let mut x = line.x + LABEL;
    if let Some(mark) = cell.mark {
        x += pen.mark(x, line.y, mark, cell.ink) + 1;
    }
    pen.put(x, line.y, line.right().saturating_sub(x), &cell.text, cell.ink);
}

/// Labels and cells, one below the other; returns the row below them.
pub fn draw_cells(cells: &[(&str, Cell)], area: Rect, pen: &mut Pen) -> u16 {
    let mut y = area.y;
    for (label, cell) in cells.iter().take(usize::from(area.height)) {
        draw_cell(label, cell, Rect { y, height: 1, ..area }, pen);
        y += 1;
    }
    y
}

/// The lines of a history from the line `top` on, newest first.
pub fn draw_history(history: &[HistoryLine], top: usize, area: Rect, pen: &mut Pen) {
    let rows = usize::from(area.height);
    let seen = pen.seen();
    for (y, line) in (area.y..area.bottom()).zip(history.iter().skip(top)) {
        let when = seen.zone.ago(line.at, seen.now);
        pen.put(area.x, y, WHEN - 1, &when, Ink::Faint);
        let x = area.x + WHEN;
        pen.put(x, y, area.right().saturating_sub(x), &told(line), Ink::Plain);
    }
    let below = history.len().saturating_sub(top + rows);
    if below > 0 && rows > 0 {
        let text = format!("{below} older ↓");
        pen.put_right(area.right(), area.bottom() - 1, 14, &text, Ink::Faint);
    }
}

/// The beginning of a field's name: what the deed says already is not said twice, as in
/// `contact linked` or `rejected`.
fn stem(field: &str) -> &str {
    field.get(..6).unwrap_or(field)
}

/// What an edit is called in a history; only an edit tells of fields that were empty before.
const EDITED: &str = "edited";

/// A field as the forms call it: `first` → `First Name`.
fn word(field: &str) -> String {
    use crate::domain::validate::{COMPANY_NAME, EMAIL, FIRST, LAST, LOGIN, PHONE};
    let known =
        [FIRST, LAST, EMAIL, PHONE, COMPANY_NAME, LOGIN].into_iter().find(|it| it.name == field);
    known.map_or_else(|| field.replace('_', " "), |it| it.label.to_owned())
}

/// `edited by anna (Email, Phone)`
fn told(line: &HistoryLine) -> String {
    let fields: Vec<String> = line
        .changes
        .iter()
        .filter(|change| change.before.is_some() || line.did == EDITED)
        .filter(|change| change.field != "status" && !line.did.contains(stem(&change.field)))
        .map(|change| word(&change.field))
        .collect();
    let (did, actor) = (line.did, &line.actor);
    match &line.note {
        Some(note) => format!("{did} by {actor}: {note}"),
        None if fields.is_empty() || fields.len() > NAMED => format!("{did} by {actor}"),
        None => format!("{did} by {actor} ({})", fields.join(", ")),
    }
}
