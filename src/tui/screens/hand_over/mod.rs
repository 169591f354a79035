//! What a person is handed, this once: a sign-in, or recovery codes; to read, to copy by
//! hand, or on a sheet.
//!
//! Owns what is shown there until it is closed. Must not know where it came from: whoever
//! opens it says what is on it.

#[cfg(test)]
mod tests;
mod write;

use ratatui::layout::Rect;

use unicode_segmentation::UnicodeSegmentation;

use crate::domain::text::{Text, escape};
use crate::service::handout::{Fact, FactValue, Handout};
use crate::tui::event::{Can, Command, Cx, Event, Screen, Spot};
use crate::tui::keymap::{Action, Context};
use crate::tui::layout;
use crate::tui::popup::question::draw_button;
use crate::tui::state::Seen;
use crate::tui::text::{width, wrap};
use crate::tui::theme::{Ink, Mark};
use crate::tui::view::pen::Pen;
use crate::tui::widgets::hidden::DOTS;
use write::WriteSheet;

/// The columns of the window, and those that its frame and its margin take.
const COLUMNS: u16 = 70;
const MARGIN: u16 = 6;
/// What stands for something that ASCII can't show as it is.
const UNLIKE: &str = "not to be shown in ASCII; write a sheet";
/// The cells between a label and its value, and between two columns.
const GAP: u16 = 3;

/// The window, plain to read: that is what it is for. Nothing can be typed here.
#[derive(Debug)]
pub struct HandOver {
    title: &'static str,
    text: &'static str,
    handout: Handout,
    /// The file that a sheet is written to unless another is named.
    file: String,
    /// The word on the button that closes it.
    agreed: &'static str,
    /// Whether the button that closes it has the focus; first it is on the harmless one.
    at_close: bool,
    hidden: bool,
}

impl HandOver {
    /// The window for a handout; `subject` names the file of its sheet.
    pub fn new(
        title: &'static str,
        text: &'static str,
        agreed: &'static str,
        subject: &Text,
        handout: Handout,
    ) -> Self {
        let file = format!("./{}.txt", plain_name(subject));
        Self { title, text, handout, file, agreed, at_close: false, hidden: false }
    }

    fn label_width(&self) -> u16 {
        self.handout.facts.iter().map(|it| width(it.label) as u16).max().unwrap_or(0)
    }

    /// Draws the facts below one another, in two columns when there is no room for all.
    fn draw_facts(&self, area: Rect, pen: &mut Pen) {
        let facts = &self.handout.facts;
        let columns = if facts.len() > usize::from(area.height) { 2 } else { 1 };
        let cells = (area.width - GAP * (columns - 1)) / columns;
        let labels = self.label_width();
        for (at, part) in facts.chunks(facts.len().div_ceil(usize::from(columns))).enumerate() {
            let x = area.x + at as u16 * (cells + GAP);
            let room = cells.saturating_sub(labels + GAP);
            let mut y = area.y;
            for fact in part {
                if y < area.bottom() {
                    pen.put(x, y, labels, fact.label, Ink::Plain);
                }
                let dots = pen.theme().mark(Mark::Dot).repeat(DOTS);
                let hidden = self.hidden && matches!(fact.value, FactValue::Secret(_));
                // Spelt in other letters, it would be copied wrong.
                let unlike = pen.theme().ascii && !is_ascii(fact) && !hidden;
                let shown = if hidden {
                    vec![dots]
                } else if unlike {
                    wrap(UNLIKE, usize::from(room))
                } else {
                    lines(fact, room)
                };
                let missing = unlike || matches!(fact.value, FactValue::Missing(_));
                let ink = if missing { Ink::Caution } else { Ink::Strong };
                for line in shown {
                    if y < area.bottom() {
                        pen.put(x + labels + GAP, y, room, &line, ink);
                    } else {
                        pen.mark(x + labels + GAP + room, area.bottom() - 1, Mark::Cut, ink);
                    }
                    y += 1;
                }
            }
        }
    }
}

/// Whether what is to be copied can be shown letter by letter in ASCII.
fn is_ascii(fact: &Fact) -> bool {
    match &fact.value {
        FactValue::Text(text) => text.raw().is_ascii(),
        FactValue::Secret(secret) => secret.expose().is_ascii(),
        FactValue::Missing(_) => true,
    }
}

/// The value of a fact in lines of at most `room` cells. What is to be copied keeps each of
/// its characters: it is broken wherever a line is full.
fn lines(fact: &Fact, room: u16) -> Vec<String> {
    let text = match &fact.value {
        FactValue::Text(text) => text.shown(),
        FactValue::Secret(secret) => escape(secret.expose()),
        FactValue::Missing(remark) => return wrap(remark, usize::from(room)),
    };
    let mut lines = vec![String::new()];
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        let cells = width(grapheme);
        if used > 0 && used + cells > usize::from(room) {
            lines.push(String::new());
            used = 0;
        }
        used += cells;
        if let Some(line) = lines.last_mut() {
            line.push_str(grapheme);
        }
    }
    lines
}

/// A User ID as the name of a file: nothing in it leads to another place.
fn plain_name(subject: &Text) -> String {
    let kept = |c: char| if c.is_alphanumeric() || "._-@+".contains(c) { c } else { '_' };
    let name: String = subject.raw().chars().map(kept).take(100).collect();
    name.trim_start_matches('.').to_owned()
}

impl Screen for HandOver {
    fn context(&self) -> Context {
        Context::HandOver
    }

    fn path(&self) -> String {
        self.title.to_owned()
    }

    fn window(&self, seen: &Seen) -> Option<(u16, u16)> {
        let inside = COLUMNS.min(seen.columns.saturating_sub(2)).saturating_sub(MARGIN);
        let room = inside.saturating_sub(self.label_width() + GAP);
        let facts: usize = self.handout.facts.iter().map(|it| lines(it, room).len()).sum();
        let text = wrap(self.text, usize::from(inside)).len();
        let rows = (text + facts) as u16 + 7;
        Some((COLUMNS, rows.min(seen.body_rows())))
    }

    /// A key pressed too much must not close the only sight of it.
    fn deliberate(&self) -> bool {
        true
    }

    fn can(&self, _action: Action, _seen: &Seen) -> Can {
        Can::Yes
    }

    fn hit(&mut self, spot: Spot) -> Option<Action> {
        let Spot::Button(at) = spot else { return None };
        self.at_close = at == 1;
        Some(Action::Press)
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        let Event::Act(action) = event else { return };
        match action {
            Action::NextField | Action::PreviousField => self.at_close = !self.at_close,
            Action::Reveal => self.hidden = !self.hidden,
            Action::Press if self.at_close => cx.push(Command::Close),
            Action::Press | Action::WriteSheet => {
                cx.open(WriteSheet::new(self.handout.clone(), &self.file));
            }
            _ => {}
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        let inside = layout::padded(area);
        let lines = wrap(self.text, usize::from(inside.width));
        for (y, line) in (inside.y..).zip(&lines) {
            pen.put(inside.x, y, inside.width, line, Ink::Plain);
        }
        let buttons = inside.bottom().saturating_sub(1);
        let y = inside.y + lines.len() as u16 + 1;
        let height = buttons.saturating_sub(y + 1);
        self.draw_facts(Rect { y, height, ..inside }, pen);
        let mut x = inside.x;
        for (at, label) in ["Write a sheet…", self.agreed].into_iter().enumerate() {
            let focused = self.at_close == (at == 1);
            let used = draw_button(label, focused, x, buttons, inside, pen);
            pen.spot(Rect { x, y: buttons, width: used, height: 1 }, Spot::Button(at));
            x += used + 2;
        }
    }
}
