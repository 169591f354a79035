//! A list of values to take one or several from, searched by typing.
//!
//! The search is a question to the services; what is shown until the answer comes is the
//! answer before. What was ticked stays ticked whatever is searched for.

mod draw;
mod ticked;

use ratatui::layout::Rect;

use crate::domain::fold;
use crate::domain::text::Text;
use crate::tui::ask::{Ask, Reply};
use crate::tui::event::{Can, Command, Cx, Event, Screen, Slot, Spot, Status};
use crate::tui::keymap::{Action, Context};
use crate::tui::state::Seen;
use crate::tui::view::pen::Pen;
use crate::tui::widgets::entry::Entry;
use crate::tui::widgets::field::{FieldId, Taken};
use ticked::Ticked;

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
    /// The value that stands in the field, where the list begins with it.
    chosen: Option<u64>,
    /// The pages that were read, and how many values there are on all.
    pages: u64,
    total: u64,
    answered: bool,
    /// What is ticked, where several can be taken.
    ticks: Option<Ticked>,
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
            chosen: None,
            pages: 1,
            total: 0,
            answered: false,
            ticks: None,
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
            chosen: None,
            pages: 1,
            total: 0,
            answered: true,
            ticks: None,
        }
    }

    /// The same, with likely values that are offered until something is typed.
    pub fn with_likely(mut self, likely: Vec<PickRow>) -> Self {
        self.rows.clone_from(&likely);
        self.likely = likely;
        self
    }

    /// The same, beginning on the value of that number.
    pub fn on(self, chosen: usize) -> Self {
        Self { chosen: Some(chosen as u64), ..self }
    }

    /// The same, but several can be taken; `taken` are ticked already.
    pub fn ticking(self, taken: &[Taken]) -> Self {
        let mut ticks = Ticked::new(taken);
        ticks.typing = !self.entry.value().is_empty();
        Self { ticks: Some(ticks), ..self }
    }

    /// Goes to the search line, or to the values below it; whether the person was elsewhere.
    fn go_typing(&mut self, to: bool) -> bool {
        let was = self.ticks.as_mut().map(|ticks| std::mem::replace(&mut ticks.typing, to));
        was.is_some_and(|was| was != to)
    }

    /// The same, but of the values of a group only one can be ticked: `group` says which group
    /// one of that number belongs to.
    pub fn one_of_each(mut self, group: Vec<(u64, u64)>) -> Self {
        if let Some(ticks) = &mut self.ticks {
            ticks.group(group);
        }
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
                // Enter right after a look leaves what there is.
                let chosen = self.chosen.filter(|_| typed.is_empty());
                let place = |row: &PickRow| row.refused.is_none() && chosen == Some(row.taken.id);
                self.at = self.rows.iter().position(place).unwrap_or(0);
            }
            Some(_) if typed.is_empty() && !self.likely.is_empty() => {
                cx.push(Command::Cancel(FIND));
                self.rows.clone_from(&self.likely);
                self.answered = true;
            }
            Some(source) => cx.ask(FIND, (source.ask)(self.entry.value(), 1), "Searching"),
        }
    }

    /// The value whose code was typed whole, wherever others that contain it stand.
    fn exact(&self) -> usize {
        let typed = fold::search(self.entry.value().trim());
        let whole = |row: &PickRow| !typed.is_empty() && fold::search(row.beside.raw()) == typed;
        self.rows.iter().position(whole).unwrap_or(0)
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

    /// Takes what is ticked; when nothing is, the selected value.
    fn press_ticked(&self, ticks: &Ticked, cx: &mut Cx) {
        let row = self.rows.get(self.at).filter(|_| ticks.is_none());
        match row {
            Some(PickRow { refused: Some(reason), .. }) => cx.say(Status::refused(reason.clone())),
            None if ticks.is_none() => {}
            row => {
                let taken = row.map_or_else(|| ticks.taken(), |row| vec![row.taken.clone()]);
                cx.push(Command::CloseWith(Event::PickedMany { field: self.field, taken }));
            }
        }
    }

    /// Ticks the selected value, or takes its tick away, and goes on to the next.
    fn tick(&mut self, cx: &mut Cx) {
        let (Some(ticks), Some(row)) = (&mut self.ticks, self.rows.get(self.at)) else { return };
        match &row.refused {
            Some(reason) => cx.say(Status::refused(reason.clone())),
            None => {
                ticks.turn(row);
                self.at = (self.at + 1).min(self.rows.len().saturating_sub(1));
            }
        }
    }

    fn press(&self, cx: &mut Cx) {
        if let Some(ticks) = &self.ticks {
            return self.press_ticked(ticks, cx);
        }
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
        let rows = if self.ticks.is_some() { cx.seen.body_rows() } else { ROWS };
        let screenful = usize::from(rows.saturating_sub(5)).max(1);
        match action {
            Action::Up if self.at == 0 => _ = self.go_typing(true),
            Action::Down | Action::PageDown if self.go_typing(false) => {}
            Action::Up => self.at = self.at.saturating_sub(1),
            Action::Down | Action::PageDown if self.at == last => self.read_on(cx),
            Action::Down => self.at = (self.at + 1).min(last),
            Action::PageUp => self.at = self.at.saturating_sub(screenful),
            Action::PageDown => self.at = (self.at + screenful).min(last),
            Action::Press => self.press(cx),
            Action::Tick => self.tick(cx),
            Action::TickPage => {
                if let Some(ticks) = &mut self.ticks {
                    ticks.turn_all(&self.rows);
                }
            }
            Action::DeleteWord => {
                self.go_typing(true);
                self.entry.delete_word();
                self.search(cx);
            }
            Action::ClearField => {
                self.go_typing(true);
                self.entry.clear();
                self.search(cx);
            }
            _ => {}
        }
    }
}

impl Screen for Picker {
    fn context(&self) -> Context {
        if self.ticks.is_some() { Context::Ticking } else { Context::Picker }
    }

    fn path(&self) -> String {
        self.title.to_owned()
    }

    fn window(&self, seen: &Seen) -> Option<(u16, u16)> {
        Some((72, if self.ticks.is_some() { seen.body_rows() } else { ROWS }))
    }

    fn dirty(&self) -> bool {
        self.ticks.as_ref().is_some_and(Ticked::changed)
    }

    fn can(&self, action: Action, _seen: &Seen) -> Can {
        let typing = self.ticks.as_ref().is_some_and(|ticks| ticks.typing);
        if action == Action::Tick && typing { Can::Hidden } else { Can::Yes }
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
        Some(if self.ticks.is_some() { Action::Tick } else { Action::Press })
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        match event {
            Event::Opened => self.search(cx),
            Event::Act(action) => self.act(action, cx),
            Event::Type(' ') if self.ticks.as_ref().is_some_and(|it| !it.typing) => self.tick(cx),
            Event::Type(c) => {
                self.go_typing(true);
                self.entry.type_char(c);
                self.search(cx);
            }
            Event::Edit(chord) => {
                self.go_typing(true);
                let before = self.entry.value().to_owned();
                self.entry.edit(chord);
                if self.entry.value() != before {
                    self.search(cx);
                }
            }
            Event::Paste(pasted) => {
                self.go_typing(true);
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
                    if let Some(ticks) = &mut self.ticks {
                        ticks.learn(&self.rows);
                        if self.entry.value().trim().is_empty() {
                            ticks.put_first(&mut self.rows);
                        }
                    }
                    self.at = self.exact();
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
        self.draw_list(area, pen);
    }
}
