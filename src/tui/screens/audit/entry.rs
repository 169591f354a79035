//! One entry of the trail: who, what, and each field before and after.

use ratatui::layout::Rect;

use crate::domain::audit::FieldChange;
use crate::service::audit::AuditRow;
use crate::tui::event::{Can, Cx, Event, Screen, Status};
use crate::tui::keymap::{Action, Context};
use crate::tui::state::Seen;
use crate::tui::text::{thousands, wrap};
use crate::tui::theme::{Ink, Mark};
use crate::tui::view::facts;
use crate::tui::view::pen::Pen;
use crate::tui::widgets::column::Cell;

/// The rows of facts about the deed.
const FACTS: u16 = 5;
/// The cells that the name of a field takes.
const FIELD: u16 = 24;

/// An entry, on the page of the list that it was opened from. Entries never change, so
/// that nothing has to be read again.
#[derive(Debug)]
pub struct Entry {
    row: AuditRow,
    page: Vec<AuditRow>,
    at: usize,
    /// The first change that is shown.
    top: usize,
}

impl Entry {
    /// The entry `at` of a page; none when the page has no such row.
    pub fn on_page(page: Vec<AuditRow>, at: usize) -> Option<Self> {
        let row = page.get(at)?.clone();
        Some(Self { row, page, at, top: 0 })
    }

    fn step(&mut self, by: isize, cx: &mut Cx) {
        let next = self.at.checked_add_signed(by).filter(|at| *at < self.page.len());
        match next.and_then(|at| Some((at, self.page.get(at)?.clone()))) {
            Some((at, row)) => (self.at, self.row, self.top) = (at, row, 0),
            None => {
                let end = if by > 0 { "last" } else { "first" };
                cx.say(Status::note(format!("This is the {end} entry of its page in the list.")));
            }
        }
    }

    fn draw_deed(&self, area: Rect, pen: &mut Pen) {
        let row = &self.row;
        let targets: Vec<String> =
            row.targets.iter().map(|target| format!("{} {}", target.kind, target.label)).collect();
        let cells = [
            ("Who", Cell::inked(row.actor.to_string(), Ink::Strong)),
            ("Role", Cell::new(row.role.map(|role| role.name()).unwrap_or_default())),
            ("From", Cell::new(format!("{}, account {}", row.origin, row.os_user))),
            ("To", Cell::new(targets.join(", "))),
            ("Remark", Cell::new(row.remark())),
        ];
        facts::draw_cells(&cells, area, pen);
    }

    fn draw_changes(&self, area: Rect, pen: &mut Pen) {
        if self.row.changes.is_empty() {
            pen.put(area.x, area.y, area.width, "No field was changed.", Ink::Faint);
            return;
        }
        let side = area.width.saturating_sub(FIELD) / 2;
        for (at, head) in ["Field", "Before", "After"].into_iter().enumerate() {
            pen.put(column(area, side, at), area.y, side, head, Ink::Faint);
        }
        let rows = area.height.saturating_sub(1);
        let changes = self.row.changes.iter().skip(self.top).take(usize::from(rows));
        for (y, change) in (area.y + 1..).zip(changes) {
            draw_change(change, Rect { y, height: 1, ..area }, side, pen);
        }
    }
}

fn column(area: Rect, side: u16, at: usize) -> u16 {
    match at {
        0 => area.x,
        1 => area.x + FIELD,
        _ => area.x + FIELD + side,
    }
}

fn draw_change(change: &FieldChange, line: Rect, side: u16, pen: &mut Pen) {
    let name = change.field.replace('_', " ");
    pen.put(line.x, line.y, FIELD - 2, &name, Ink::Plain);
    for (at, value) in [(1, &change.before), (2, &change.after)] {
        let x = column(line, side, at);
        match value {
            Some(text) => pen.put(x, line.y, side.saturating_sub(2), text.raw(), Ink::Plain),
            None => pen.mark(x, line.y, Mark::Missing, Ink::Faint),
        };
    }
}

impl Screen for Entry {
    fn context(&self) -> Context {
        Context::AuditEntry
    }

    fn path(&self) -> String {
        format!("Audit ▸ {}", thousands(self.row.seq))
    }

    fn can(&self, action: Action, _seen: &Seen) -> Can {
        match action {
            Action::Refresh => Can::Hidden,
            Action::NextRecord | Action::PreviousRecord if self.page.len() < 2 => Can::Hidden,
            Action::Up | Action::Down if self.row.changes.len() < 2 => Can::Hidden,
            _ => Can::Yes,
        }
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        match event {
            Event::Act(Action::NextRecord) => self.step(1, cx),
            Event::Act(Action::PreviousRecord) => self.step(-1, cx),
            Event::Act(Action::Up) => self.top = self.top.saturating_sub(1),
            Event::Act(Action::Down) => {
                self.top = (self.top + 1).min(self.row.changes.len().saturating_sub(1));
            }
            _ => {}
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        let seen = pen.seen();
        pen.stand(area.x + 1, area.y);
        let used = pen.put(area.x + 1, area.y, 30, self.row.action.phrase(), Ink::Strong);
        let (ago, exact) = (seen.zone.ago(self.row.at, seen.now), seen.zone.exact(self.row.at));
        let x = area.x + 1 + used + 3;
        let room = area.right().saturating_sub(x + 1);
        pen.put(x, area.y, room, &format!("{ago}  ({exact})"), Ink::Faint);
        let deed = Rect { x: area.x + 3, y: area.y + 2, width: area.width - 4, height: FACTS };
        self.draw_deed(deed, pen);
        let hash: String = self.row.hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let chain = format!("Chained to the entry before it; its own hash begins {hash}.");
        let lines = wrap(&chain, usize::from(area.width) - 2);
        let foot = area.bottom().saturating_sub(lines.len().min(2) as u16);
        for (y, line) in (foot..area.bottom()).zip(&lines) {
            pen.put(area.x + 1, y, area.width - 2, line, Ink::Faint);
        }
        let y = deed.bottom() + 1;
        let height = foot.saturating_sub(y + 1);
        self.draw_changes(Rect { y, height, ..deed }, pen);
    }
}
