//! What the Mail tab of the Settings says, line by line.

use ratatui::layout::Rect;

use crate::service::mail_settings::{MailSettings, TestSent};
use crate::service::post::{ModelState, TemplatesState};
use crate::tui::state::Seen;
use crate::tui::text::{width, wrap};
use crate::tui::theme::{Ink, Mark};
use crate::tui::view::pen::Pen;
use crate::tui::widgets::column::Cell;

/// The columns before a line: the selection's edge and a space.
const MARGIN: u16 = 3;
/// The columns of a letter's name, and of how its templates read.
const NAME: u16 = 17;
const STATE: u16 = 17;

/// A line.
#[derive(Debug)]
pub(super) enum Line {
    /// Nothing.
    Gap,
    /// A sentence, or the part of one that fits.
    Told(String, Ink),
    /// The same with a mark before it, so that it is seen.
    Marked(Mark, String, Ink),
    /// A setting: its name, in as many columns, and its value or the part that fits.
    Setting(String, u16, String),
    /// Over the letters.
    Head,
    /// A letter: its place, its name, where its templates come from, how they read.
    Letter(usize, &'static str, String, Cell),
}

impl Line {
    /// The place of the letter that it is about.
    pub(super) fn letter(&self) -> Option<usize> {
        if let Self::Letter(at, ..) = self { Some(*at) } else { None }
    }

    pub(super) fn draw(&self, row: Rect, pen: &mut Pen) {
        let (x, y) = (row.x + MARGIN, row.y);
        let room = row.width.saturating_sub(MARGIN + 1);
        match self {
            Self::Gap => {}
            Self::Told(text, ink) => drop(pen.put(x, y, room, text, *ink)),
            Self::Marked(mark, text, ink) => {
                pen.mark(row.x + 1, y, *mark, *ink);
                pen.put(x, y, room, text, *ink);
            }
            Self::Setting(name, columns, value) => {
                pen.put(x, y, *columns, name, Ink::Faint);
                pen.put(x + columns, y, room.saturating_sub(*columns), value, Ink::Plain);
            }
            Self::Head => {
                pen.put(x, y, NAME, "Letter", Ink::Strong);
                pen.put(x + NAME, y, room.saturating_sub(NAME), "Templates", Ink::Strong);
            }
            Self::Letter(_, name, from, state) => {
                pen.put(x, y, NAME - 1, name, Ink::Plain);
                let right = x + room.saturating_sub(STATE);
                pen.put(x + NAME, y, right.saturating_sub(x + NAME + 1), from, Ink::Plain);
                if let Some(mark) = state.mark {
                    pen.mark(right, y, mark, state.ink);
                }
                pen.put(right + 2, y, STATE - 2, &state.text, state.ink);
            }
        }
    }
}

/// The lines while they are put together.
pub(super) struct Lines {
    room: usize,
    lines: Vec<Line>,
}

impl Lines {
    /// What is to be said of how mail is set up.
    pub(super) fn of(settings: &MailSettings, tested: Option<&TestSent>, seen: &Seen) -> Self {
        let room = usize::from(seen.columns.saturating_sub(MARGIN + 1));
        let mut it = Self { room, lines: Vec::new() };
        match &settings.why_not {
            Some(why) => it.told(Some(Mark::Cross), why, Ink::Bad),
            None => it.told(Some(Mark::Full), "Mail is set up.", Ink::Good),
        }
        it.lines.push(Line::Gap);
        it.settings(settings, tested);
        it.letters(&settings.templates);
        it
    }

    pub(super) fn into_lines(self) -> Vec<Line> {
        self.lines
    }

    /// A sentence in as many lines as it takes.
    fn told(&mut self, mark: Option<Mark>, text: &str, ink: Ink) {
        for (at, part) in wrap(text, self.room).into_iter().enumerate() {
            self.lines.push(match mark.filter(|_| at == 0) {
                Some(mark) => Line::Marked(mark, part, ink),
                None => Line::Told(part, ink),
            });
        }
    }

    fn settings(&mut self, settings: &MailSettings, tested: Option<&TestSent>) {
        let test = tested.map(|it| ("Last test", format!("to {}: {}", it.to, it.answer)));
        let rows: Vec<(&str, &str)> = settings
            .lines
            .iter()
            .chain(&test)
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let widest = rows.iter().map(|(name, _)| width(name)).max().unwrap_or(0);
        let columns = (widest + 2).min(self.room / 2);
        for (name, value) in rows {
            for (at, part) in wrap(value, self.room - columns).into_iter().enumerate() {
                let name = if at == 0 { name } else { "" };
                self.lines.push(Line::Setting(name.to_owned(), columns as u16, part));
            }
        }
    }

    fn letters(&mut self, templates: &TemplatesState) {
        if templates.models.is_empty() {
            return;
        }
        self.lines.extend([Line::Gap, Line::Head]);
        for (at, model) in templates.models.iter().enumerate() {
            let (from, state) = (from(model), reads(model));
            self.lines.push(Line::Letter(at, model.model.words(), from, state));
        }
        self.lines.push(Line::Gap);
        for fault in templates.faults() {
            self.told(Some(Mark::Cross), fault, Ink::Bad);
        }
        for stray in &templates.strays {
            self.told(Some(Mark::Cross), stray, Ink::Caution);
        }
        if let Some(dir) = &templates.dir {
            let told =
                format!("A file of the same name in {dir} takes the place of a built-in template.");
            self.told(None, &told, Ink::Faint);
        }
    }
}

/// Where the templates of a letter come from: the files that take the place of some.
fn from(model: &ModelState) -> String {
    if model.replaced.is_empty() {
        return "built in".to_owned();
    }
    let name = |path: &String| path.rsplit('/').next().unwrap_or_default().to_owned();
    model.replaced.iter().map(name).collect::<Vec<_>>().join(", ")
}

fn reads(model: &ModelState) -> Cell {
    if model.faults.is_empty() {
        Cell::marked(Mark::Full, "reads well", Ink::Good)
    } else {
        Cell::marked(Mark::Cross, "can't be sent", Ink::Bad)
    }
}
