//! What stands below a form, each sentence to its end: whoever overrides warnings has read them.
//!
//! Owns how far it was read. What it says, and who may override, the services say.

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
/// What further lines of a sentence are moved in by.
const INDENT: &str = "   ";
/// The rows of the window that no sentence gets: its frame, its margin, what Enter does.
const AROUND: u16 = 6;

/// The window with all sentences.
#[derive(Debug)]
pub struct Reading {
    title: String,
    sentences: Vec<(String, Ink)>,
    /// The warnings among them, where they can be overridden once they are read.
    warnings: Option<Vec<Warning>>,
    /// The first row that is shown.
    top: usize,
}

impl Reading {
    /// The window with these.
    pub fn new(title: impl Into<String>, sentences: Vec<(String, Ink)>) -> Self {
        Self { title: title.into(), sentences, warnings: None, top: 0 }
    }

    /// The same, where these warnings among them stop it. Once they are read to their end, they
    /// can be overridden: the screen below is told [`Word::Overriding`].
    pub fn overriding(self, warnings: &[Warning]) -> Self {
        let title = match warnings.len() {
            1 => "One warning stops it".to_owned(),
            n => format!("{} warnings stop it", thousands(n as u64)),
        };
        Self { title, warnings: Some(warnings.to_vec()), ..self }
    }

    fn rows(&self, seen: &Seen) -> Vec<(String, Ink)> {
        let room = usize::from(COLUMNS.min(seen.columns.saturating_sub(2)).saturating_sub(MARGIN));
        let mut rows = Vec::new();
        for (sentence, ink) in &self.sentences {
            let indents = std::iter::once("").chain(std::iter::repeat(INDENT));
            let lines = wrap(sentence, room.saturating_sub(INDENT.len()));
            rows.extend(indents.zip(&lines).map(|(by, line)| (format!("{by}{line}"), *ink)));
        }
        rows
    }

    /// The rows that are shown at once.
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

impl Screen for Reading {
    fn context(&self) -> Context {
        Context::Reading
    }

    fn path(&self) -> String {
        self.title.clone()
    }

    fn window(&self, seen: &Seen) -> Option<(u16, u16)> {
        let rows = self.rows(seen).len().min(1_000) as u16 + AROUND;
        Some((COLUMNS, rows.min(seen.body_rows())))
    }

    /// What was typed ahead of it must not override what nobody has read.
    fn deliberate(&self) -> bool {
        self.warnings.is_some()
    }

    fn can(&self, action: Action, seen: &Seen) -> Can {
        match action {
            Action::Up | Action::Down | Action::PageUp | Action::PageDown
                if self.rows(seen).len() <= self.height(seen) =>
            {
                Can::Hidden
            }
            Action::Confirm if self.warnings.is_none() => Can::Hidden,
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
                if let Some(read) = self.warnings.take() {
                    let word = Box::new(Word::Overriding(read));
                    cx.push(Command::CloseWith(Event::Word(word)));
                }
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
            pen.put(inside.x, y, inside.width, &row.0, row.1);
        }
        let foot = match self.below(pen.seen()) {
            0 if self.warnings.is_some() => "Enter overrides exactly these.".to_owned(),
            0 => String::new(),
            n => format!("{} more below", thousands(n as u64)),
        };
        let y = inside.bottom().saturating_sub(1);
        pen.put_right(inside.right(), y, inside.width, &foot, Ink::Faint);
    }
}
