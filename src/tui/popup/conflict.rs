//! Two people changed one record: what they changed, field by field, and what now.
//!
//! Nothing is saved from here: the form below goes on from theirs, with mine on top of it or
//! theirs taken, and is saved again by whoever fills it in.

use ratatui::layout::Rect;

use super::question::{Press, Question};
use crate::service::Conflict;
use crate::tui::event::{Cx, Event, Screen, Spot};
use crate::tui::keymap::{Action, Context};
use crate::tui::state::Seen;
use crate::tui::text::wrap;
use crate::tui::theme::{Ink, Mark};
use crate::tui::view::pen::Pen;
use crate::tui::widgets::field::Difference;

/// The columns of the window.
const COLUMNS: u16 = 76;

/// What both have done to one record.
#[derive(Debug)]
pub struct Clash {
    what: String,
    conflict: Conflict,
    rows: Vec<Difference>,
    question: Question,
}

impl Clash {
    /// The window over a form; `rows` are the fields that they changed.
    pub fn new(conflict: Conflict, rows: Vec<Difference>) -> Self {
        let buttons = vec![
            ("Keep mine", Press::Act(Action::KeepMine)),
            ("Take theirs", Press::Act(Action::TakeTheirs)),
        ];
        let question = Question::new("", "", buttons);
        Self { what: format!("{} was changed meanwhile", conflict.what), conflict, rows, question }
    }

    /// `ben edited it 2 min ago`
    fn edits(&self, seen: &Seen) -> Vec<String> {
        let edits = &self.conflict.edits;
        edits
            .iter()
            .map(|e| format!("{}: {} by {}", seen.zone.ago(e.at, seen.now), e.did, e.by))
            .collect()
    }
}

impl Screen for Clash {
    fn context(&self) -> Context {
        Context::Dialog
    }

    fn path(&self) -> String {
        self.what.clone()
    }

    fn window(&self, seen: &Seen) -> Option<(u16, u16)> {
        let rows = self.rows.len().max(1) + self.conflict.edits.len().min(4);
        Some((COLUMNS, (rows as u16 + 11).min(seen.body_rows())))
    }

    fn deliberate(&self) -> bool {
        true
    }

    fn hit(&mut self, spot: Spot) -> Option<Action> {
        self.question.hit(spot)
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        self.question.hear(event, cx);
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        let (x, room) = (area.x + 2, area.width.saturating_sub(4));
        let mut y = area.y + 1;
        for edit in self.edits(pen.seen()).iter().rev().take(4) {
            pen.put(x, y, room, edit, Ink::Plain);
            y += 1;
        }
        y += 1;
        let columns = [12, (room - 12) / 3, (room - 12) / 3, (room - 12) / 3];
        draw_row(["Field", "Was", "Theirs", "Mine"], columns, (x, y), Ink::Faint, pen);
        let last = area.bottom().saturating_sub(6);
        for row in &self.rows {
            if y >= last {
                break;
            }
            y += 1;
            let mine = if row.mine == row.was { "not changed" } else { row.mine.raw() };
            draw_row(
                [row.label, row.was.raw(), row.theirs.raw(), mine],
                columns,
                (x, y),
                Ink::Plain,
                pen,
            );
        }
        if self.rows.is_empty() {
            pen.put(x, y + 1, room, "They changed nothing that stands in this form.", Ink::Plain);
        }
        let text = "Nothing is lost: both leave your form open; save it again when it is right. Esc decides later.";
        let lines = wrap(text, usize::from(room));
        for (at, line) in lines.iter().enumerate() {
            pen.put(x, area.bottom().saturating_sub(5) + at as u16, room, line, Ink::Faint);
        }
        self.question.draw(area, pen);
    }
}

fn draw_row(cells: [&str; 4], columns: [u16; 4], (mut x, y): (u16, u16), ink: Ink, pen: &mut Pen) {
    for (cell, width) in cells.iter().zip(columns) {
        if cell.trim().is_empty() {
            pen.mark(x, y, Mark::Missing, Ink::Faint);
        } else {
            pen.put(x, y, width.saturating_sub(1), cell, ink);
        }
        x += width;
    }
}
