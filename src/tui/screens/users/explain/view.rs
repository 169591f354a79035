//! How the verdict looks: its rows, and what Enter does, under them.

use ratatui::layout::Rect;

use super::{COLUMNS, Explain, FOOT, MARGIN};
use crate::service::explain::DoorState;
use crate::service::user_views::LoginRow;
use crate::tui::event::Spot;
use crate::tui::state::Seen;
use crate::tui::text::wrap;
use crate::tui::theme::{Ink, Mark};
use crate::tui::view::pen::Pen;

/// A row of the window.
#[derive(Debug)]
pub(super) struct Row {
    /// The line that it belongs to.
    pub line: Option<usize>,
    mark: Option<(Mark, Ink)>,
    text: String,
    ink: Ink,
}

impl Explain {
    pub(super) fn rows(&self, seen: &Seen) -> Vec<Row> {
        let Some(explained) = &self.explained else { return Vec::new() };
        let columns = COLUMNS.min(seen.columns.saturating_sub(2));
        let room = usize::from(columns.saturating_sub(MARGIN));
        let mut rows = Vec::new();
        for (at, verdict) in explained.lines.iter().enumerate() {
            let mark = match (verdict.stops, verdict.code) {
                (true, _) => (Mark::Cross, Ink::Bad),
                (false, "ready") => (Mark::Check, Ink::Good),
                (false, _) => (Mark::Between, Ink::Faint),
            };
            let marks = std::iter::once(Some(mark)).chain(std::iter::repeat(None));
            let texts = wrap(&verdict.message, room).into_iter().zip(marks);
            let line = Some(at);
            rows.extend(texts.map(|(text, mark)| Row { line, mark, text, ink: Ink::Plain }));
        }
        let plain = |text, ink| Row { line: None, mark: None, text, ink };
        rows.push(plain(String::new(), Ink::Plain));
        let doors = wrap(&doors(&explained.doors), room);
        rows.extend(doors.into_iter().map(|text| plain(text, Ink::Faint)));
        if !explained.failures.is_empty() {
            rows.push(plain(String::new(), Ink::Plain));
            let line = Some(explained.lines.len());
            let text = "Last refused tries".to_owned();
            rows.push(Row { line, mark: None, text, ink: Ink::Strong });
            let tries = explained.failures.iter().map(|it| tried(it, seen));
            rows.extend(tries.map(|text| plain(text, Ink::Plain)));
        }
        rows
    }

    pub(super) fn draw_all(&self, area: Rect, pen: &mut Pen) {
        let (x, room) = (area.x + 2, area.width.saturating_sub(4));
        pen.stand(x, area.y + 1);
        if let Some(trouble) = &self.trouble {
            pen.put(x, area.y + 1, room, trouble, Ink::Bad);
            return;
        }
        let Some(explained) = &self.explained else { return };
        pen.put(x, area.y + 1, room, &explained.headline(), Ink::Strong);
        let foot = area.bottom().saturating_sub(FOOT);
        let rows = self.rows(pen.seen());
        for (row, y) in rows.iter().skip(self.top).zip(area.y + 3..foot) {
            self.draw_row(row, Rect { y, height: 1, ..area }, pen);
        }
        self.draw_foot(Rect { y: foot, height: FOOT, ..area }, pen);
        let shown = self.top + usize::from(foot.saturating_sub(area.y + 3));
        let below = rows.len().saturating_sub(shown);
        if below > 0 {
            let text = format!(" {below} more below ");
            pen.put_right(area.right().saturating_sub(2), foot, room, &text, Ink::Faint);
        }
    }

    fn draw_row(&self, row: &Row, line: Rect, pen: &mut Pen) {
        if let Some((mark, ink)) = row.mark {
            pen.mark(line.x + 3, line.y, mark, ink);
        }
        let room = line.width.saturating_sub(7);
        pen.put(line.x + 5, line.y, room, &row.text, row.ink);
        let Some(at) = row.line else { return };
        pen.spot(line, Spot::Row(at));
        if at == self.at {
            pen.dress(line, Ink::Selected);
            pen.mark(line.x + 1, line.y, Mark::Edge, Ink::Selected);
            pen.stand(line.x + 1, line.y);
        }
    }

    /// What Enter does, or why it does nothing, under a rule.
    fn draw_foot(&self, area: Rect, pen: &mut Pen) {
        pen.rule(Rect { height: 1, ..area });
        let (x, room) = (area.x + 2, area.width.saturating_sub(4));
        let (label, reason) = self.foot();
        let (text, ink) = match (reason, label) {
            (Some(reason), _) => (reason, Ink::Caution),
            (None, Some(label)) => (format!("Enter {label}"), Ink::Accent),
            (None, None) => return,
        };
        let lines = wrap(&text, usize::from(room));
        for (line, y) in lines.iter().zip(area.y + 1..area.bottom()) {
            pen.put(x, y, room, line, ink);
        }
    }
}

/// Whether each door is open: `Portal at main shut · Console open`.
fn doors(doors: &[DoorState]) -> String {
    let door = |it: &DoorState| {
        let state = if it.open { "open" } else { "shut" };
        match &it.site {
            Some(site) => format!("{} at {site} {state}", it.door.word()),
            None => format!("{} {state}", it.door.word()),
        }
    };
    let doors: Vec<String> = doors.iter().map(door).collect();
    format!("Doors: {}", doors.join(", "))
}

fn tried(row: &LoginRow, seen: &Seen) -> String {
    let at = seen.zone.exact(row.at);
    format!("{at}  {} at {}: {}", row.door.word(), row.origin, row.outcome.words())
}
