//! What came of a deed, row by row: first those that it was not done to, and why; then those
//! that it was done to.

use ratatui::layout::Rect;

use super::ask::told;
use crate::service::{Deed, Outcome, Plan};
use crate::tui::event::{Can, Cx, Event, Screen};
use crate::tui::keymap::{Action, Context};
use crate::tui::state::Seen;
use crate::tui::text::{thousands, width, wrap};
use crate::tui::theme::{Ink, Mark};
use crate::tui::view::pen::Pen;

/// The columns of the window.
const COLUMNS: u16 = 76;
/// The cells of a User ID.
const USER: u16 = 26;
/// The rows that are no lines: the summary, gaps.
const AROUND: u16 = 4;

/// A line of the result.
#[derive(Debug)]
struct Line {
    mark: Option<Mark>,
    user: String,
    text: String,
}

/// The result of a deed.
#[derive(Debug)]
pub struct Results {
    deed: Deed,
    of: u64,
    summary: String,
    lines: Vec<Line>,
    top: usize,
    height: usize,
}

impl Results {
    /// The result of what was planned so.
    pub fn new(deed: Deed, plan: &Plan, outcome: Outcome) -> Self {
        let summary = told(deed, plan, &outcome);
        let mut lines = Vec::new();
        for row in &outcome.refused {
            let mut texts = wrap(&row.why, usize::from(COLUMNS - USER - 8));
            let user = row.user_id.to_string();
            // Who it was not done to has to be told whole; the reason stands below then.
            if width(&user) > usize::from(USER - 2) {
                texts.insert(0, String::new());
            }
            let users = std::iter::once(user).chain(std::iter::repeat(String::new()));
            let marks = std::iter::once(Some(Mark::Cross)).chain(std::iter::repeat(None));
            let rows = texts.into_iter().zip(users).zip(marks);
            lines.extend(rows.map(|((text, user), mark)| Line { mark, user, text }));
        }
        let line = |text: String| Line { mark: None, user: String::new(), text };
        if outcome.refused_more > 0 {
            lines.push(line(format!("and {} more like these", thousands(outcome.refused_more))));
        }
        for user in &outcome.done_rows {
            let (mark, user) = (Some(Mark::Check), user.to_string());
            lines.push(Line { mark, user, text: deed.done().to_owned() });
        }
        let rest = outcome.done.saturating_sub(outcome.done_rows.len() as u64);
        if rest > 0 {
            lines.push(line(format!("and {} more {}", thousands(rest), deed.done())));
        }
        Self { deed, of: outcome.of, summary, lines, top: 0, height: 1 }
    }

    fn scroll_to(&mut self, top: usize) {
        self.top = top.min(self.lines.len().saturating_sub(self.height));
    }

    fn summary(&self) -> Vec<String> {
        wrap(&self.summary, usize::from(COLUMNS) - 6)
    }

    fn rows(&self, seen: &Seen) -> u16 {
        let wanted = self.lines.len() + self.summary().len() + usize::from(AROUND) + 2;
        (wanted.min(1_000) as u16).min(seen.body_rows())
    }
}

impl Screen for Results {
    fn context(&self) -> Context {
        Context::Results
    }

    fn path(&self) -> String {
        format!("{} {} users: what came of it", self.deed.word(), thousands(self.of))
    }

    fn window(&self, seen: &Seen) -> Option<(u16, u16)> {
        Some((COLUMNS, self.rows(seen)))
    }

    /// What was typed ahead of the end must not close it.
    fn deliberate(&self) -> bool {
        true
    }

    fn can(&self, action: Action, _seen: &Seen) -> Can {
        match action {
            Action::Up | Action::Down | Action::PageUp | Action::PageDown
                if self.lines.len() <= self.height =>
            {
                Can::Hidden
            }
            _ => Can::Yes,
        }
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        let rows = usize::from(self.rows(cx.seen));
        self.height = rows.saturating_sub(self.summary().len() + usize::from(AROUND) + 1).max(1);
        match event {
            Event::Act(Action::Up) => self.scroll_to(self.top.saturating_sub(1)),
            Event::Act(Action::Down) => self.scroll_to(self.top + 1),
            Event::Act(Action::PageUp) => self.scroll_to(self.top.saturating_sub(self.height)),
            Event::Act(Action::PageDown) => self.scroll_to(self.top + self.height),
            Event::Resized => self.scroll_to(self.top),
            _ => {}
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        let (x, room) = (area.x + 2, area.width.saturating_sub(4));
        let mut y = area.y + 1;
        for text in self.summary() {
            pen.put(x, y, room, &text, Ink::Strong);
            y += 1;
        }
        y += 1;
        pen.stand(x, y.min(area.bottom().saturating_sub(1)));
        let last = area.bottom().saturating_sub(1);
        for (line, y) in self.lines.iter().skip(self.top).zip(y..last) {
            match line.mark {
                Some(Mark::Cross) => pen.mark(x, y, Mark::Cross, Ink::Bad),
                Some(mark) => pen.mark(x, y, mark, Ink::Good),
                None => 0,
            };
            // A long User ID moves what is said of it to the right, as far as there is room.
            let most = room.saturating_sub(2 + width(&line.text) as u16).max(USER);
            let user = (width(&line.user) as u16 + 2).clamp(USER, most);
            pen.put(x + 2, y, user - 2, &line.user, Ink::Plain);
            let text = x + 2 + user;
            pen.put(text, y, area.right().saturating_sub(text + 2), &line.text, Ink::Faint);
        }
        let below = self.lines.len().saturating_sub(self.top + usize::from(last.saturating_sub(y)));
        if below > 0 {
            let text = format!("{} more below", thousands(below as u64));
            pen.put_right(area.right().saturating_sub(2), last, room, &text, Ink::Faint);
        }
    }
}
