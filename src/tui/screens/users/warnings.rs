//! The warnings that stop a form, each to its end: whoever overrides them has read them.
//!
//! Owns how far they were read. What they say, and who may override them, the services say.

use ratatui::layout::Rect;

use crate::domain::problem::Warning;
use crate::domain::role::Permission;
use crate::tui::event::{Can, Command, Cx, Event, Screen};
use crate::tui::keymap::{Action, Context};
use crate::tui::layout;
use crate::tui::screens::Word;
use crate::tui::state::Seen;
use crate::tui::text::{thousands, wrap};
use crate::tui::theme::Ink;
use crate::tui::view::pen::Pen;

/// The columns of the window, and those of them that no sentence gets.
const COLUMNS: u16 = 76;
const MARGIN: u16 = 6;
/// The cells of a code, and of what further lines of its sentence are moved in by.
const CODE: usize = 5;
/// The rows of the window that no warning gets: its frame, its margin, what Enter does.
const AROUND: u16 = 6;

/// The window with all warnings.
#[derive(Debug)]
pub(super) struct Warnings {
    warnings: Vec<Warning>,
    /// The first row that is shown.
    top: usize,
}

impl Warnings {
    /// The window with these.
    pub(super) fn new(warnings: &[Warning]) -> Self {
        Self { warnings: warnings.to_vec(), top: 0 }
    }

    fn rows(&self, seen: &Seen) -> Vec<String> {
        let room = usize::from(COLUMNS.min(seen.columns.saturating_sub(2)).saturating_sub(MARGIN));
        let mut rows = Vec::new();
        for warning in &self.warnings {
            let codes = std::iter::once(warning.code).chain(std::iter::repeat(""));
            let lines = wrap(&warning.message, room.saturating_sub(CODE));
            rows.extend(lines.iter().zip(codes).map(|(line, code)| format!("{code:CODE$}{line}")));
        }
        rows
    }

    /// The rows of warnings that are shown at once.
    fn height(&self, seen: &Seen) -> usize {
        usize::from(self.window(seen).map_or(1, |(_, rows)| rows.saturating_sub(AROUND)).max(1))
    }

    /// The rows that nobody has scrolled to yet.
    fn below(&self, seen: &Seen) -> usize {
        self.rows(seen).len().saturating_sub(self.top + self.height(seen))
    }

    fn scroll_to(&mut self, top: usize, seen: &Seen) {
        self.top = top.min(self.rows(seen).len().saturating_sub(self.height(seen)));
    }

    /// Why they can't be overridden here and now.
    fn why_not(&self, seen: &Seen) -> Option<String> {
        match self.below(seen) {
            0 => seen.who.as_ref().and_then(|who| who.why_not(Permission::OverrideWarnings)),
            1 => Some("One more line is below: read on with PgDn before you override.".to_owned()),
            n => Some(format!(
                "{} more lines are below: read on with PgDn before you override.",
                thousands(n as u64)
            )),
        }
    }
}

impl Screen for Warnings {
    fn context(&self) -> Context {
        Context::Warnings
    }

    fn path(&self) -> String {
        match self.warnings.len() {
            1 => "One warning stops it".to_owned(),
            n => format!("{} warnings stop it", thousands(n as u64)),
        }
    }

    fn window(&self, seen: &Seen) -> Option<(u16, u16)> {
        let rows = self.rows(seen).len().min(1_000) as u16 + AROUND;
        Some((COLUMNS, rows.min(seen.body_rows())))
    }

    /// What was typed ahead of it must not override what nobody has read.
    fn deliberate(&self) -> bool {
        true
    }

    fn can(&self, action: Action, seen: &Seen) -> Can {
        match action {
            Action::Up | Action::Down | Action::PageUp | Action::PageDown
                if self.rows(seen).len() <= self.height(seen) =>
            {
                Can::Hidden
            }
            Action::Confirm => Can::unless(self.why_not(seen)),
            _ => Can::Yes,
        }
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        let (seen, height) = (cx.seen, self.height(cx.seen));
        match event {
            Event::Act(Action::Up) => self.scroll_to(self.top.saturating_sub(1), seen),
            Event::Act(Action::Down) => self.scroll_to(self.top + 1, seen),
            Event::Act(Action::PageUp) => self.scroll_to(self.top.saturating_sub(height), seen),
            Event::Act(Action::PageDown) => self.scroll_to(self.top + height, seen),
            Event::Resized => self.scroll_to(self.top, seen),
            Event::Act(Action::Confirm) if self.why_not(seen).is_none() => {
                let read = Word::Overriding(std::mem::take(&mut self.warnings));
                cx.push(Command::CloseWith(Event::Word(Box::new(read))));
            }
            _ => {}
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        let inside = layout::padded(area);
        pen.stand(inside.x, inside.y);
        let rows = self.rows(pen.seen());
        let height = self.height(pen.seen());
        for (y, row) in (inside.y..).zip(rows.iter().skip(self.top).take(height)) {
            pen.put(inside.x, y, inside.width, row, Ink::Caution);
        }
        let foot = match self.below(pen.seen()) {
            0 => "Enter overrides exactly these.".to_owned(),
            n => format!("{} more below", thousands(n as u64)),
        };
        let y = inside.bottom().saturating_sub(1);
        pen.put_right(inside.right(), y, inside.width, &foot, Ink::Faint);
    }
}
