//! What records have in common: facts under their labels, the history below them.

use ratatui::layout::Rect;

use super::pen::Pen;
use crate::service::trail::{HistoryLine, remark};
use crate::tui::text::{presentable, width, wrap};
use crate::tui::theme::Ink;
use crate::tui::widgets::column::Cell;

/// The cells that a label takes.
const LABEL: u16 = 14;
/// The cells that a moment takes in a history.
const WHEN: u16 = LABEL;
/// The cells between two columns of facts.
const GAP: u16 = 2;
/// The rows of a record that facts leave to the rest of it.
const BELOW: u16 = 9;
/// The fields of a change that are still named one by one.
const NAMED: usize = 4;

/// A label and a cell of a table, on as many of `area`'s rows as the cell needs and there
/// are; returns the row below.
pub fn draw_cell(label: &str, cell: &Cell, area: Rect, pen: &mut Pen) -> u16 {
    pen.put(area.x, area.y, LABEL - 1, label, Ink::Faint);
    let mut x = area.x + LABEL;
    if let Some(mark) = cell.mark {
        x += pen.mark(x, area.y, mark, cell.ink) + 1;
    }
    let room = area.right().saturating_sub(x);
    let shown = presentable(&cell.text, pen.theme().ascii);
    if area.height < 2 || width(&shown) <= usize::from(room) {
        pen.put(x, area.y, room, &shown, cell.ink);
        return area.y + 1;
    }
    let mut lines = fold(&shown, usize::from(room));
    let whole = usize::from(area.height) - 1;
    if lines.len() > whole {
        let rest = lines.split_off(whole).join(" ");
        lines.push(rest);
    }
    for (y, line) in (area.y..).zip(&lines) {
        pen.put(x, y, room, line, cell.ink);
    }
    area.y + lines.len() as u16
}

/// `text` in lines of at most `max` cells; an address is folded before its domain.
fn fold(text: &str, max: usize) -> Vec<String> {
    match text.find('@').map(|at| text.split_at(at)) {
        Some((name, domain))
            if !text.contains(' ') && width(name) <= max && width(domain) <= max =>
        {
            vec![name.to_owned(), domain.to_owned()]
        }
        _ => wrap(text, max),
    }
}

/// Labels and cells, one below the other; returns the row below them. What does not fit its
/// row goes on in the next one while every cell still has a row.
pub fn draw_cells(cells: &[(&str, Cell)], area: Rect, pen: &mut Pen) -> u16 {
    let mut y = area.y;
    for (at, (label, cell)) in cells.iter().enumerate() {
        let below = (cells.len() - at - 1) as u16;
        let left = area.bottom().saturating_sub(y);
        if left == 0 {
            break;
        }
        let height = left.saturating_sub(below).max(1);
        y = draw_cell(label, cell, Rect { y, height, ..area }, pen);
    }
    y
}

/// The columns that cells under labels would like to have.
pub fn needed(cells: &[(&str, Cell)]) -> u16 {
    LABEL + cells.iter().map(|(_, cell)| cell.need()).max().unwrap_or(0)
}

/// Two columns of facts, with a gap: the left one has `usual` cells, unless one of them
/// needs more and the other can spare it.
pub fn beside(area: Rect, usual: u16, [left, right]: [u16; 2]) -> [Rect; 2] {
    let both = area.width.saturating_sub(GAP);
    let usual = usual.min(both);
    let width = if left > usual {
        left.min(both - right.min(both - usual))
    } else {
        left.max(usual.min(both.saturating_sub(right)))
    };
    let x = area.x + width + GAP;
    [Rect { width, ..area }, Rect { x, width: both - width, ..area }]
}

/// The rows that facts may take on a record: the usual ones, and what the history and the
/// remarks can do without.
pub fn rows(usual: u16, area: Rect) -> u16 {
    usual.max(area.height.saturating_sub(BELOW))
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
    match remark(line.note.as_ref(), &line.overridden) {
        remark if !remark.is_empty() => format!("{did} by {actor}: {remark}"),
        _ if fields.is_empty() || fields.len() > NAMED => format!("{did} by {actor}"),
        _ => format!("{did} by {actor} ({})", fields.join(", ")),
    }
}
