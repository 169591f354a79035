//! A list of values to take one from, searched by typing.
//!
//! The search is a question to the services; what is shown until the answer comes is the
//! answer before.

use ratatui::layout::Rect;

use crate::domain::fold;
use crate::domain::text::Text;
use crate::tui::ask::{Ask, Reply};
use crate::tui::event::{Command, Cx, Event, Screen, Slot, Spot, Status};
use crate::tui::keymap::{Action, Context};
use crate::tui::state::Seen;
use crate::tui::text::thousands;
use crate::tui::theme::{Ink, Mark};
use crate::tui::view::pen::Pen;
use crate::tui::widgets::entry::Entry;
use crate::tui::widgets::field::{FieldId, Taken};

const FIND: Slot = "find";
const MORE: Slot = "more";
/// What to say when none of fixed values fits.
const NONE: &str = "None fits. Ctrl-U starts again, Esc goes back.";
/// The rows of the picker's window.
const ROWS: u16 = 16;

/// A value that can be taken.
#[derive(Debug, Clone)]
pub struct PickRow {
    /// What is taken.
    pub taken: Taken,
    /// What is shown beside its label.
    pub beside: Text,
    /// A remark: why it is likely, or why it can't be taken.
    pub remark: String,
    /// Why it can't be taken, if it can't.
    pub refused: Option<String>,
}

/// Where the values come from.
#[derive(Debug, Clone, Copy)]
pub struct Source {
    /// The title of the window.
    pub title: &'static str,
    /// What to say when there is nothing.
    pub empty: &'static str,
    /// The question for a page, from 1, of what fits a typed text.
    pub ask: fn(&str, u64) -> Ask,
    /// The values of an answer, and how many there are on all pages.
    pub rows: fn(Reply) -> (Vec<PickRow>, u64),
}

/// A list of values.
#[derive(Debug)]
pub struct Picker {
    field: FieldId,
    source: Option<Source>,
    title: &'static str,
    entry: Entry,
    likely: Vec<PickRow>,
    rows: Vec<PickRow>,
    at: usize,
    /// The pages that were read, and how many values there are on all.
    pages: u64,
    total: u64,
    answered: bool,
}

impl Picker {
    /// A list of values for `field`, already searched by `typed`.
    pub fn new(field: FieldId, source: Source, typed: &str) -> Self {
        Self {
            field,
            source: Some(source),
            title: source.title,
            entry: Entry::holding(typed, 100),
            likely: Vec::new(),
            rows: Vec::new(),
            at: 0,
            pages: 1,
            total: 0,
            answered: false,
        }
    }

    /// A list of these values; typing narrows it.
    pub fn among(field: FieldId, title: &'static str, rows: Vec<PickRow>) -> Self {
        Self {
            field,
            source: None,
            title,
            entry: Entry::new(100),
            rows: rows.clone(),
            likely: rows,
            at: 0,
            pages: 1,
            total: 0,
            answered: true,
        }
    }

    /// The same, with likely values that are offered until something is typed.
    pub fn with_likely(mut self, likely: Vec<PickRow>) -> Self {
        self.rows.clone_from(&likely);
        self.likely = likely;
        self
    }

    fn search(&mut self, cx: &mut Cx) {
        self.at = 0;
        self.total = 0;
        cx.push(Command::Cancel(MORE));
        let typed = fold::search(self.entry.value().trim());
        match &self.source {
            None => {
                let fits = |row: &&PickRow| {
                    let text = format!("{} {}", row.taken.label.raw(), row.beside.raw());
                    fold::search(&text).contains(&typed)
                };
                self.rows = self.likely.iter().filter(fits).cloned().collect();
            }
            Some(_) if typed.is_empty() && !self.likely.is_empty() => {
                cx.push(Command::Cancel(FIND));
                self.rows.clone_from(&self.likely);
                self.answered = true;
            }
            Some(source) => cx.ask(FIND, (source.ask)(self.entry.value(), 1), "Searching"),
        }
    }

    /// How many values there are beyond those that were read.
    fn left(&self) -> u64 {
        self.total.saturating_sub(self.rows.len() as u64)
    }

    /// Reads the next page, where there is one.
    fn read_on(&self, cx: &mut Cx) {
        if let Some(source) = self.source.filter(|_| self.left() > 0 && !cx.is_busy(FIND)) {
            cx.ask(MORE, (source.ask)(self.entry.value(), self.pages + 1), "Reading on");
        }
    }

    fn press(&self, cx: &mut Cx) {
        match self.rows.get(self.at) {
            Some(PickRow { refused: Some(reason), .. }) => cx.say(Status::refused(reason.clone())),
            Some(row) => {
                cx.push(Command::CloseWith(Event::Picked {
                    field: self.field,
                    taken: row.taken.clone(),
                }));
            }
            None => {}
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        let last = self.rows.len().saturating_sub(1);
        let screenful = usize::from(ROWS) - 5;
        match action {
            Action::Up => self.at = self.at.saturating_sub(1),
            Action::Down | Action::PageDown if self.at == last => self.read_on(cx),
            Action::Down => self.at = (self.at + 1).min(last),
            Action::PageUp => self.at = self.at.saturating_sub(screenful),
            Action::PageDown => self.at = (self.at + screenful).min(last),
            Action::Press => self.press(cx),
            Action::DeleteWord => {
                self.entry.delete_word();
                self.search(cx);
            }
            Action::ClearField => {
                self.entry.clear();
                self.search(cx);
            }
            _ => {}
        }
    }
}

impl Screen for Picker {
    fn context(&self) -> Context {
        Context::Picker
    }

    fn path(&self) -> String {
        self.title.to_owned()
    }

    fn window(&self, _seen: &Seen) -> Option<(u16, u16)> {
        Some((72, ROWS))
    }

    fn unready(&self, action: Action) -> bool {
        !matches!(action, Action::DeleteWord | Action::ClearField)
    }

    fn takes_text(&self) -> bool {
        true
    }

    fn hit(&mut self, spot: Spot) -> Option<Action> {
        let Spot::Row(at) = spot else { return None };
        self.at = at;
        Some(Action::Press)
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        match event {
            Event::Opened => self.search(cx),
            Event::Act(action) => self.act(action, cx),
            Event::Type(c) => {
                self.entry.type_char(c);
                self.search(cx);
            }
            Event::Edit(chord) => {
                let before = self.entry.value().to_owned();
                self.entry.edit(chord);
                if self.entry.value() != before {
                    self.search(cx);
                }
            }
            Event::Paste(pasted) => {
                if let Some(remark) = self.entry.paste(&pasted) {
                    cx.say(Status::note(remark));
                }
                self.search(cx);
            }
            Event::Answer { slot: MORE, answer: Ok(reply) } => {
                if let Some(source) = &self.source {
                    let (more, total) = (source.rows)(reply);
                    let known = |row: &PickRow| self.rows.iter().any(|it| it.taken == row.taken);
                    let new: Vec<PickRow> = more.into_iter().filter(|row| !known(row)).collect();
                    if !new.is_empty() {
                        self.at += 1;
                    }
                    self.rows.extend(new);
                    (self.pages, self.total) = (self.pages + 1, total);
                }
            }
            Event::Answer { answer: Ok(reply), .. } => {
                self.answered = true;
                if let Some(source) = &self.source {
                    (self.rows, self.total) = (source.rows)(reply);
                    self.pages = 1;
                }
                self.at = self.at.min(self.rows.len().saturating_sub(1));
            }
            Event::Answer { answer: Err(refusal), .. } => {
                cx.say(Status::refused(refusal.to_string()))
            }
            _ => {}
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        let room = area.width.saturating_sub(5);
        let line = Rect { x: area.x + 3, y: area.y + 1, width: room, height: 1 };
        let (shown, cursor) = self.entry.window(usize::from(room), pen.theme().ascii);
        pen.put(line.x, line.y, room, &" ".repeat(usize::from(room)), Ink::Focused);
        pen.put(line.x, line.y, room, &shown, Ink::Focused);
        let rows = usize::from(area.height.saturating_sub(4));
        let first = (self.at + 1).saturating_sub(rows);
        let columns = columns(&self.rows, room.saturating_sub(1), pen);
        for (at, row) in self.rows.iter().skip(first).take(rows).enumerate() {
            let place = Rect { y: area.y + 3 + at as u16, height: 1, ..area };
            pen.spot(place, Spot::Row(first + at));
            draw_row(row, columns, first + at == self.at, place, pen);
        }
        if self.left() > 0 {
            let (shown, total) = (self.rows.len() as u64, self.total);
            let text = format!(
                "{} of {}; letters narrow it, down at the end reads on",
                thousands(shown),
                thousands(total)
            );
            pen.put_right(area.right() - 1, area.bottom() - 1, room, &text, Ink::Faint);
        }
        if self.rows.is_empty() && self.answered {
            let empty = self.source.as_ref().map_or(NONE, |source| source.empty);
            pen.put(area.x + 3, area.y + 3, room, empty, Ink::Faint);
        }
        pen.stand(line.x + cursor as u16, line.y);
    }
}

/// The columns of label, text beside it and remark, in cells: what is longest in each, and
/// the rest to the text beside.
fn columns(rows: &[PickRow], room: u16, pen: &Pen) -> [u16; 3] {
    let most =
        |of: fn(&PickRow) -> &str| rows.iter().map(|row| pen.measure(of(row))).max().unwrap_or(0);
    let label = most(|row| row.taken.label.raw()).clamp(12, room / 2) + 2;
    let remark = most(|row| &row.remark).min(room / 3);
    [label, room.saturating_sub(label + remark + 2), remark]
}

fn draw_row(
    row: &PickRow,
    [label, beside, remark]: [u16; 3],
    selected: bool,
    place: Rect,
    pen: &mut Pen,
) {
    let ink = if row.refused.is_some() { Ink::Faint } else { Ink::Plain };
    let x = place.x + 3;
    pen.put(x, place.y, label.saturating_sub(2), row.taken.label.raw(), ink);
    pen.put(x + label, place.y, beside, row.beside.raw(), ink);
    let ink = if row.refused.is_some() { Ink::Caution } else { Ink::Faint };
    pen.put(x + label + beside + 2, place.y, remark, &row.remark, ink);
    if selected {
        pen.dress(place, Ink::Selected);
        pen.mark(place.x + 1, place.y, Mark::Edge, Ink::Selected);
    }
}
