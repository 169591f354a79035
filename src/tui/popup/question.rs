//! A question with buttons; the safe one has the focus.

use ratatui::layout::Rect;

use crate::tui::event::{Command, Cx, Event, Screen, Spot};
use crate::tui::keymap::{Action, Context};
use crate::tui::state::Seen;
use crate::tui::text::{width, wrap};
use crate::tui::theme::{Ink, Mark};
use crate::tui::view::pen::Pen;

/// The columns of a question's window.
const COLUMNS: u16 = 62;

/// What a button does.
#[derive(Debug)]
pub enum Press {
    /// Closes the question, nothing else.
    Close,
    /// Closes it and lets the screen below act.
    Act(Action),
    /// Something for the console.
    Command(Box<Command>),
}

/// A question.
#[derive(Debug)]
pub struct Question {
    title: String,
    lines: Vec<String>,
    buttons: Vec<(&'static str, Option<Press>)>,
    focus: usize,
    deliberate: bool,
}

impl Question {
    /// A question whose first button, the safe one, has the focus.
    pub fn new(title: impl Into<String>, text: &str, buttons: Vec<(&'static str, Press)>) -> Self {
        let lines = wrap(text, usize::from(COLUMNS) - 6);
        let buttons = buttons.into_iter().map(|(label, press)| (label, Some(press))).collect();
        Self { title: title.into(), lines, buttons, focus: 0, deliberate: false }
    }

    /// The same, but it ignores keys for its first 250 ms: agreeing destroys something.
    pub fn deliberate(mut self) -> Self {
        self.deliberate = true;
        self
    }

    fn press(&mut self, cx: &mut Cx) {
        let press = self.buttons.get_mut(self.focus).and_then(|(_, press)| press.take());
        match press {
            Some(Press::Act(action)) => cx.push(Command::CloseAnd(action)),
            Some(Press::Command(command)) => cx.push(*command),
            Some(Press::Close) | None => cx.push(Command::Close),
        }
    }
}

/// Whether to throw away what was typed; saving is offered, by the word of the form below,
/// if it can.
pub fn unsaved(saving: Option<&'static str>) -> Question {
    let mut buttons = vec![("Keep editing", Press::Close)];
    if let Some(word) = saving {
        buttons.push((word, Press::Command(Box::new(Command::SaveFirst))));
    }
    buttons.push(("Discard", Press::Command(Box::new(Command::Discard))));
    Question::new("Not saved", "What you typed is not saved yet.", buttons).deliberate()
}

/// Whether to leave the console; `kept` says what becomes of the work.
pub fn leave(dirty: bool, kept: &str) -> Question {
    let (text, label) = if dirty {
        ("What you typed is not saved yet. Leaving throws it away.", "Discard and leave")
    } else {
        (kept, "Leave")
    };
    let end = Press::Command(Box::new(Command::End));
    let question =
        Question::new("Leave Portal Desk?", text, vec![("Stay", Press::Close), (label, end)]);
    if dirty { question.deliberate() } else { question }
}

impl Screen for Question {
    fn context(&self) -> Context {
        Context::Dialog
    }

    fn path(&self) -> String {
        self.title.clone()
    }

    fn window(&self, _seen: &Seen) -> Option<(u16, u16)> {
        Some((COLUMNS, self.lines.len() as u16 + 6))
    }

    fn deliberate(&self) -> bool {
        self.deliberate
    }

    fn hit(&mut self, spot: Spot) -> Option<Action> {
        let Spot::Button(at) = spot else { return None };
        self.focus = at;
        Some(Action::Press)
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        let count = self.buttons.len().max(1);
        match event {
            Event::Act(Action::NextField) => self.focus = (self.focus + 1) % count,
            Event::Act(Action::PreviousField) => self.focus = (self.focus + count - 1) % count,
            Event::Act(Action::Press) => self.press(cx),
            _ => {}
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        for (y, line) in (area.y + 1..).zip(&self.lines) {
            pen.put(area.x + 2, y, area.width.saturating_sub(4), line, Ink::Plain);
        }
        let labels = self.buttons.iter().map(|(label, _)| width(label) as u16 + 4);
        let all: u16 = labels.sum::<u16>() + 2 * (self.buttons.len().saturating_sub(1) as u16);
        let mut x = (area.right().saturating_sub(all + 2)).max(area.x);
        let y = area.bottom().saturating_sub(2);
        for (at, (label, _)) in self.buttons.iter().enumerate() {
            let used = draw_button(label, at == self.focus, x, y, area, pen);
            pen.spot(Rect { x, y, width: used, height: 1 }, Spot::Button(at));
            x += used + 2;
        }
    }
}

/// A button in a row of buttons; the cells it took. The cursor stands on the focused one.
pub fn draw_button(label: &str, focused: bool, x: u16, y: u16, area: Rect, pen: &mut Pen) -> u16 {
    let room = area.right().saturating_sub(x);
    if !focused {
        return pen.put(x, y, room, &format!("  {label}  "), Ink::Accent);
    }
    let left = pen.theme().mark(Mark::EdgeLeft);
    let right = if pen.theme().ascii { "]" } else { pen.theme().mark(Mark::Edge) };
    pen.put(x, y, 1, left, Ink::Plain);
    let used = pen.put(x + 1, y, room.saturating_sub(2), &format!(" {label} "), Ink::Selected);
    pen.put(x + 1 + used, y, 1, right, Ink::Plain);
    pen.stand(x + 2, y);
    used + 2
}
