//! A letter as it reads: its subject and its text, line by line as it was written.
//!
//! Owns how far it was scrolled. Which letter it is, whoever opens the window says by a
//! question; what stands for its secret, the services say.

use ratatui::layout::Rect;

use crate::service::post::Preview;
use crate::tui::ask::{Ask, Reply};
use crate::tui::event::{Can, Cx, Event, Screen};
use crate::tui::keymap::{Action, Context};
use crate::tui::state::Seen;
use crate::tui::text::{thousands, width, wrap};
use crate::tui::theme::Ink;
use crate::tui::view::pen::Pen;

/// The columns of the window, and those of them that no line gets: its frame and its margin.
const COLUMNS: u16 = 80;
const MARGIN: u16 = 4;
/// The rows of the window that no line of the text gets: its frame, its margin, the subject
/// with a gap, how much is below.
const AROUND: u16 = 6;
const LETTER: &str = "letter";

/// The window with a letter.
#[derive(Debug)]
pub struct LetterWindow {
    title: String,
    ask: Ask,
    read: fn(Reply) -> Option<Box<Preview>>,
    /// The letter once it is there, or why it can't be shown.
    letter: Option<Result<Box<Preview>, String>>,
    /// The first line that is shown.
    top: usize,
}

impl LetterWindow {
    /// The window with the letter that `ask` asks for; `read` finds it in the answer.
    pub fn new(
        title: impl Into<String>,
        ask: Ask,
        read: fn(Reply) -> Option<Box<Preview>>,
    ) -> Self {
        Self { title: title.into(), ask, read, letter: None, top: 0 }
    }

    fn room(seen: &Seen) -> usize {
        usize::from(COLUMNS.min(seen.columns.saturating_sub(2)).saturating_sub(MARGIN))
    }

    fn lines(&self, seen: &Seen) -> Vec<String> {
        let Some(Ok(letter)) = &self.letter else { return Vec::new() };
        letter.text.lines().flat_map(|line| folded(line, Self::room(seen))).collect()
    }

    /// The lines that are shown at once.
    fn height(&self, seen: &Seen) -> usize {
        usize::from(self.window(seen).map_or(1, |(_, rows)| rows.saturating_sub(AROUND)).max(1))
    }

    fn scroll_to(&mut self, top: usize, seen: &Seen) {
        self.top = top.min(self.lines(seen).len().saturating_sub(self.height(seen)));
    }
}

/// A line as it was written, as far as there is room for it; what is moved in stays so.
fn folded(line: &str, room: usize) -> Vec<String> {
    if width(line) <= room {
        return vec![line.to_owned()];
    }
    let text = line.trim_start();
    let indent = &line[..line.len() - text.len()];
    let left = room.saturating_sub(width(indent)).max(1);
    wrap(text, left).into_iter().map(|part| format!("{indent}{part}")).collect()
}

impl Screen for LetterWindow {
    fn context(&self) -> Context {
        Context::Letter
    }

    fn path(&self) -> String {
        self.title.clone()
    }

    fn window(&self, seen: &Seen) -> Option<(u16, u16)> {
        let rows = match &self.letter {
            Some(Ok(_)) => self.lines(seen).len().min(1_000) as u16,
            Some(Err(trouble)) => wrap(trouble, Self::room(seen)).len() as u16,
            None => 1,
        };
        Some((COLUMNS, (rows + AROUND).min(seen.body_rows())))
    }

    fn can(&self, action: Action, seen: &Seen) -> Can {
        match action {
            Action::Up | Action::Down | Action::PageUp | Action::PageDown
                if self.lines(seen).len() <= self.height(seen) =>
            {
                Can::Hidden
            }
            _ => Can::Yes,
        }
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        let (seen, height) = (cx.seen, self.height(cx.seen));
        match event {
            Event::Opened => cx.ask(LETTER, self.ask.clone(), "Writing the letter"),
            Event::Answer { answer: Ok(reply), .. } => {
                if let Some(letter) = (self.read)(reply) {
                    self.letter = Some(Ok(letter));
                }
            }
            Event::Answer { answer: Err(refusal), .. } => {
                self.letter = Some(Err(refusal.to_string()));
            }
            Event::Act(Action::Up) => self.scroll_to(self.top.saturating_sub(1), seen),
            Event::Act(Action::Down) => self.scroll_to(self.top + 1, seen),
            Event::Act(Action::PageUp) => self.scroll_to(self.top.saturating_sub(height), seen),
            Event::Act(Action::PageDown) => self.scroll_to(self.top + height, seen),
            Event::Resized => self.scroll_to(self.top, seen),
            _ => {}
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        let (x, y, room) = (area.x + 1, area.y + 1, area.width.saturating_sub(2));
        pen.stand(x, y);
        let letter = match &self.letter {
            None => return,
            Some(Err(trouble)) => {
                for (y, line) in (y..area.bottom()).zip(wrap(trouble, usize::from(room))) {
                    pen.put(x, y, room, &line, Ink::Bad);
                }
                return;
            }
            Some(Ok(letter)) => letter,
        };
        let label = pen.put(x, y, room, "Subject", Ink::Faint) + 2;
        let subject = letter.subject.to_string();
        pen.put(x + label, y, room.saturating_sub(label), &subject, Ink::Strong);
        let (lines, height) = (self.lines(pen.seen()), self.height(pen.seen()));
        for (y, line) in (y + 2..).zip(lines.iter().skip(self.top).take(height)) {
            pen.put(x, y, room, line, Ink::Plain);
        }
        let below = lines.len().saturating_sub(self.top + height);
        if below > 0 {
            let more = format!("{} more below", thousands(below as u64));
            pen.put_right(area.right() - 1, area.bottom() - 1, room, &more, Ink::Faint);
        }
    }
}
