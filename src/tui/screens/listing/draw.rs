//! How a list looks: filter line, rows, page line, the selected record beside it.

use ratatui::layout::Rect;

use super::{Listing, Look};
use crate::service::Loading;
use crate::tui::state::Seen;
use crate::tui::text::{thousands, wrap};
use crate::tui::theme::{Ink, Mark};
use crate::tui::view::facts;
use crate::tui::view::pen::Pen;
use crate::tui::widgets::column::Cell;
use crate::tui::widgets::table::Shows;

/// The most cells that the filter's room has.
const FILTER: u16 = 48;
/// The most rows that a sentence about the filter takes.
const SENTENCE: usize = 3;

impl<R> Listing<R> {
    /// Draws the list; `empty` says why there is nothing and what to do about it.
    pub fn draw(&self, look: &Look<R>, empty: [&str; 2], area: Rect, pen: &mut Pen) {
        pen.stand(area.x + 1, area.y);
        let above = 1 + self.draw_wrong(area, pen);
        let body = Rect { y: area.y + above, height: area.height.saturating_sub(above), ..area };
        let seen = pen.seen();
        let beside = beside(seen);
        let rows = Rect { width: body.width - beside, ..body };
        let (order, falling) = self.order();
        let ticked = |row: &R| self.ticks.is_on((look.number)(row));
        let shows = Shows {
            ticked: look.ticks.then_some(&ticked as &dyn Fn(&R) -> bool),
            all_ticked: self.ticks.is_all(),
            ..Shows::order(order.column, !falling)
        };
        self.table.draw(look.columns, |row| (look.cells)(row, seen), shows, rows, pen);
        if self.read && self.table.rows.is_empty() {
            let x = rows.x + 3;
            let room = rows.width.saturating_sub(4);
            pen.put(x, rows.y + 2, room, empty[0], Ink::Plain);
            pen.put(x, rows.y + 3, room, empty[1], Ink::Faint);
            pen.stand(x, rows.y + 2);
        }
        if let Some(row) = self.table.selected_row().filter(|_| beside > 0) {
            let area = Rect { x: rows.right(), width: beside, ..body };
            draw_beside(&(look.heading)(row), &(look.facts)(row, seen), area, pen);
        }
        self.draw_search_line(Rect { height: 1, ..area }, pen);
    }

    /// Below the filter line, why it can't be read; else the row stays empty. Returns the rows.
    fn draw_wrong(&self, area: Rect, pen: &mut Pen) -> u16 {
        let Some(wrong) = &self.wrong else { return 1 };
        let lines = wrap(&wrong.message, usize::from(area.width.saturating_sub(4)));
        let shown = lines.len().clamp(1, SENTENCE);
        for (line, y) in lines.iter().take(shown).zip(area.y + 1..) {
            pen.put(area.x + 3, y, area.width.saturating_sub(4), line, Ink::Bad);
        }
        pen.mark(area.x + 1, area.y + 1, Mark::Cross, Ink::Bad);
        shown as u16
    }

    /// ` Status New ▾   Filter acme_                  12 of 3,000, newest first`
    fn draw_search_line(&self, line: Rect, pen: &mut Pen) {
        let mut x = line.x + 1;
        if !self.scope.is_empty() {
            x += pen.put(x, line.y, line.width * 2 / 5, &self.scope, Ink::Plain) + 1;
            x += pen.mark(x, line.y, Mark::Opens, Ink::Faint) + 3;
        }
        let right = line.right().saturating_sub(1);
        let left_of = self.draw_count(right, line, pen);
        let label = if self.filtering { Ink::Strong } else { Ink::Faint };
        x += pen.put(x, line.y, 6, "Filter", label) + 1;
        let room = left_of.saturating_sub(x + 2).min(FILTER);
        let (shown, cursor) = self.filter.window(usize::from(room), pen.theme().ascii);
        let [ground, ink] =
            if self.filtering { [Ink::Focused; 2] } else { [Ink::Field, Ink::Strong] };
        pen.put(x, line.y, room, &" ".repeat(usize::from(room)), ground);
        pen.put(x, line.y, room, &shown, ink);
        if self.filtering {
            pen.stand(x + cursor as u16, line.y);
        }
    }

    /// The count, and before it how many rows are ticked; returns where it begins. Beside
    /// ticks, the order goes when there is no room: the header shows it, too.
    fn draw_count(&self, right: u16, line: Rect, pen: &mut Pen) -> u16 {
        let [count, order] = self.counted();
        let counted = format!("{count}{order}");
        let ticked = match self.ticked() {
            0 => {
                let half = line.width / 2;
                let shown = if pen.measure(&counted) > half { count } else { counted };
                return pen.put_right(right, line.y, half, &shown, Ink::Faint);
            }
            n => format!("{} selected", thousands(n)),
        };
        let between = format!(" {} ", pen.theme().mark(Mark::Between));
        let room = line.width / 2;
        let rest = room.saturating_sub(pen.measure(&ticked) + pen.measure(&between));
        let shown = if pen.measure(&counted) > rest { count } else { counted };
        let shown = format!("{between}{shown}");
        let x = pen.put_right(right, line.y, line.width, &shown, Ink::Faint);
        pen.put_right(x, line.y, line.width, &ticked, Ink::Strong)
    }

    /// `12 of 3,000` and `, newest first`; while the store is being read, how far it is.
    fn counted(&self) -> [String; 2] {
        if !self.read {
            return [const { String::new() }; 2];
        }
        if let Some(Loading { read, of }) = self.loading {
            let count = format!("reading the store: {} of {}", thousands(read), thousands(of));
            return [count, String::new()];
        }
        let (total, all) = (thousands(self.table.total), thousands(self.table.all));
        let count =
            if self.table.total == self.table.all { all } else { format!("{total} of {all}") };
        let count = if self.wrong.is_some() { format!("as before: {count}") } else { count };
        let (order, falling) = self.order();
        let [usual, turned] = order.words;
        [count, format!(", {}", if falling == order.falling { usual } else { turned })]
    }
}

/// The columns of the record beside the list; none but in wide terminals.
pub(super) fn beside(seen: &Seen) -> u16 {
    if seen.wide() { seen.columns / 3 + 2 } else { 0 }
}

/// The selected record beside the list.
fn draw_beside(heading: &str, cells: &[(&str, Cell)], area: Rect, pen: &mut Pen) {
    let upright = pen.theme().mark(Mark::Upright);
    for y in area.y..area.bottom() {
        pen.put(area.x, y, 1, upright, Ink::Faint);
    }
    let (x, width) = (area.x + 3, area.width.saturating_sub(4));
    pen.put(x, area.y, width, heading, Ink::Strong);
    let y = area.y + 2;
    let height = area.bottom().saturating_sub(y);
    facts::draw_cells(cells, Rect { x, y, width, height }, pen);
}
