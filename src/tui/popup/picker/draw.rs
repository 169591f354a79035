//! How a list of values looks: what is searched for, the values, how many there are.

use ratatui::layout::Rect;

use super::{NONE, PickRow, Picker};
use crate::tui::event::Spot;
use crate::tui::text::thousands;
use crate::tui::theme::{Ink, Mark};
use crate::tui::view::pen::Pen;

/// What stands in an empty search line.
const HINT: &str = "type to search";
/// The cells of a tick box and the gap behind it.
const BOX: u16 = 4;

impl Picker {
    /// The whole of it.
    pub(super) fn draw_list(&self, area: Rect, pen: &mut Pen) {
        let room = area.width.saturating_sub(5);
        let line = Rect { x: area.x + 3, y: area.y + 1, width: room, height: 1 };
        let (shown, cursor) = self.entry.window(usize::from(room), pen.theme().ascii);
        // Behind the cursor, and not dressed as what is typed is.
        let hint =
            if shown.is_empty() { pen.put(line.x + 1, line.y, room, HINT, Ink::Faint) } else { 0 };
        let rest = if hint > 0 { hint + 1 } else { 0 };
        let blank = " ".repeat(usize::from(room.saturating_sub(rest)));
        pen.put(line.x + rest, line.y, room.saturating_sub(rest), &blank, Ink::Focused);
        let typed = if hint > 0 { " " } else { &shown };
        pen.put(line.x, line.y, room, typed, Ink::Focused);
        let rows = usize::from(area.height.saturating_sub(4));
        let first = (self.at + 1).saturating_sub(rows);
        let boxes = if self.ticks.is_some() { BOX } else { 0 };
        let columns = columns(&self.rows, room.saturating_sub(1 + boxes), pen);
        for (at, row) in self.rows.iter().skip(first).take(rows).enumerate() {
            let place = Rect { y: area.y + 3 + at as u16, height: 1, ..area };
            pen.spot(place, Spot::Row(first + at));
            let ticked = self.ticks.as_ref().map(|ticks| ticks.is_on(row));
            draw_row(row, columns, (first + at == self.at, ticked), place, pen);
        }
        if let Some(ticks) = &self.ticks {
            let text = ticks.in_words();
            pen.put(area.x + 3, area.bottom() - 1, room, &text, Ink::Strong);
        }
        if self.left() > 0 {
            let (shown, total) = (self.rows.len() as u64, self.total);
            let how = if self.ticks.is_some() {
                "letters narrow it"
            } else {
                "letters narrow it, down at the end reads on"
            };
            let text = format!("{} of {}; {how}", thousands(shown), thousands(total));
            pen.put_right(area.right() - 1, area.bottom() - 1, room, &text, Ink::Faint);
        }
        if self.rows.is_empty() && self.answered {
            let empty = self.source.as_ref().map_or(NONE, |source| source.empty);
            pen.put(area.x + 3, area.y + 3, room, empty, Ink::Faint);
        }
        if self.ticks.as_ref().is_none_or(|ticks| ticks.typing) || self.rows.is_empty() {
            pen.stand(line.x + cursor as u16, line.y);
        }
    }
}

/// The columns of label, text beside it and remark, in cells: what is longest in each, and
/// the rest to the text beside.
fn columns(rows: &[PickRow], room: u16, pen: &Pen) -> [u16; 3] {
    let most =
        |of: fn(&PickRow) -> &str| rows.iter().map(|row| pen.measure(of(row))).max().unwrap_or(0);
    let label = most(|row| row.taken.label.raw()).clamp(12, room / 2) + 2;
    let remark = most(|row| &row.remark).min(room / 3);
    [label, room.saturating_sub(label + remark + 2), remark]
}

fn draw_row(
    row: &PickRow,
    [label, beside, remark]: [u16; 3],
    (selected, ticked): (bool, Option<bool>),
    place: Rect,
    pen: &mut Pen,
) {
    let ink = if row.refused.is_some() { Ink::Faint } else { Ink::Plain };
    let mut x = place.x + 3;
    if let Some(on) = ticked {
        pen.put(x, place.y, 3, if on { "[x]" } else { "[ ]" }, ink);
        if selected {
            pen.stand(x + 1, place.y);
        }
        x += BOX;
    }
    pen.put(x, place.y, label.saturating_sub(2), row.taken.label.raw(), ink);
    pen.put(x + label, place.y, beside, row.beside.raw(), ink);
    let ink = if row.refused.is_some() { Ink::Caution } else { Ink::Faint };
    pen.put(x + label + beside + 2, place.y, remark, &row.remark, ink);
    if selected {
        pen.dress(place, Ink::Selected);
        pen.mark(place.x + 1, place.y, Mark::Edge, Ink::Selected);
    }
}
