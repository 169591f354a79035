//! How a form looks: labels to the left, values underlined, errors below their field.

use ratatui::layout::Rect;

use super::{Button, Form};
use crate::tui::event::Spot;
use crate::tui::text::{thousands, wrap};
use crate::tui::theme::{Ink, Mark};
use crate::tui::view::pen::Pen;
use crate::tui::widgets::entry;
use crate::tui::widgets::field::{Field, Holds, Taken};
use crate::tui::widgets::hidden::{DOTS, Hidden};

/// The widest that the room for labels grows to, in cells; longer labels take several lines.
const LONGEST: u16 = 21;
/// The widest that the room for a value grows to, in cells.
const WIDEST: u16 = 48;

impl Form {
    /// The rows that the form needs in `width` cells, buttons included.
    pub fn height(&self, width: u16) -> u16 {
        self.fields_height(width) + if self.buttons.is_empty() { 0 } else { 2 }
    }

    /// The rows that the fields need in `width` cells.
    pub fn fields_height(&self, width: u16) -> u16 {
        self.fields.iter().map(|f| self.lines(f, width)).sum()
    }

    /// Draws the form; what does not fit scrolls so that the focus is seen.
    pub fn draw(&self, area: Rect, pen: &mut Pen) {
        self.draw_above(0, area, pen);
    }

    /// The same, but `kept` rows between the fields and the buttons are left alone.
    pub fn draw_above(&self, kept: u16, area: Rect, pen: &mut Pen) {
        let buttons = if self.buttons.is_empty() { 0 } else { 2.min(area.height) };
        let room = Rect { height: (area.height - buttons).saturating_sub(kept), ..area };
        let first = self.first_shown(room);
        let mut y = room.y;
        for (at, field) in self.fields.iter().enumerate().skip(first).filter(|(_, f)| f.shown) {
            if y >= room.bottom() {
                pen.mark(
                    room.right(),
                    room.bottom().saturating_sub(1),
                    Mark::Descending,
                    Ink::Accent,
                );
                break;
            }
            pen.spot(Rect { y, height: 1, ..room }, Spot::Field(at));
            self.draw_field(field, at == self.focus, Rect { y, height: 1, ..room }, pen);
            y += 1;
            let labels = self.label_width();
            let mut below = self.below(field, room.width).into_iter();
            let mut label = self.label_lines(field).into_iter().skip(1);
            for _ in 1..self.lines(field, room.width) {
                if y < room.bottom() {
                    let ink = if at == self.focus { Ink::Strong } else { Ink::Plain };
                    pen.put(room.x, y, labels, &label.next().unwrap_or_default(), ink);
                    let (line, ink) = below.next().unwrap_or((String::new(), Ink::Plain));
                    let x = room.x + labels + 2;
                    pen.put(x, y, room.right().saturating_sub(x), &line, ink);
                    y += 1;
                }
            }
        }
        if self.fields.iter().take(first).any(|f| f.shown) {
            pen.mark(room.right(), room.y, Mark::Ascending, Ink::Accent);
        }
        if buttons > 0 {
            let line = Rect { y: area.bottom() - 1, height: 1, ..area };
            self.draw_buttons(line, pen);
        }
    }

    fn first_shown(&self, room: Rect) -> usize {
        let heights: Vec<u16> = self.fields.iter().map(|f| self.lines(f, room.width)).collect();
        let focus = self.focus.min(self.fields.len().saturating_sub(1));
        let mut first = 0;
        while first < focus && heights[first..=focus].iter().sum::<u16>() > room.height {
            first += 1;
        }
        first
    }

    /// The room for labels; one that is longer than that takes several lines.
    fn label_width(&self) -> u16 {
        let labelled = self.fields.iter().filter(|f| f.shown && !is_head(f));
        let widths = labelled.flat_map(|field| {
            wrap(field.label, usize::from(LONGEST)).into_iter().map(|line| line.chars().count())
        });
        widths.max().unwrap_or(0) as u16
    }

    /// The lines of a field's label.
    fn label_lines(&self, field: &Field) -> Vec<String> {
        if is_head(field) {
            return vec![field.label.to_owned()];
        }
        wrap(field.label, usize::from(self.label_width()).max(1))
    }

    /// The rows that a field takes: those of its label, or its line and what stands below it.
    fn lines(&self, field: &Field, width: u16) -> u16 {
        if !field.shown {
            return 0;
        }
        let below = 1 + self.below(field, width).len();
        below.max(self.label_lines(field).len()) as u16
    }

    /// What stands below a field: what is wrong with it, else why it can't be changed.
    fn below(&self, field: &Field, width: u16) -> Vec<(String, Ink)> {
        let error = field.error.as_ref().map(|it| (it, Ink::Bad));
        let Some((said, ink)) = error.or(field.reason.as_ref().map(|it| (it, Ink::Faint))) else {
            return Vec::new();
        };
        let room = width.saturating_sub(self.label_width() + 2).clamp(20, WIDEST);
        wrap(said, usize::from(room)).into_iter().map(|line| (line, ink)).collect()
    }

    fn draw_field(&self, field: &Field, focused: bool, row: Rect, pen: &mut Pen) {
        match field.holds {
            Holds::Section(open) => return draw_section(field, open, focused, row, pen),
            Holds::Heading => {
                let used = pen.put(row.x, row.y, row.width, field.label, Ink::Strong);
                let x = row.x + used + 2;
                pen.put(x, row.y, row.right().saturating_sub(x), &field.note, Ink::Faint);
                return;
            }
            _ => {}
        }
        let labels = self.label_width();
        let label = if focused { Ink::Strong } else { Ink::Plain };
        let first = self.label_lines(field).into_iter().next().unwrap_or_default();
        pen.put(row.x, row.y, labels, &first, label);
        let x = row.x + labels + 2;
        let note = self
            .fields
            .iter()
            .filter(|f| f.shown)
            .map(|f| pen.measure(&f.note))
            .max()
            .unwrap_or(0)
            .min(24);
        let room = row.right().saturating_sub(x);
        let wish = if note > 0 { room.saturating_sub(note + 2).max(16) } else { room };
        let value = Rect { x, y: row.y, width: wish.min(WIDEST).min(room), height: 1 };
        draw_value(&field.holds, focused, value, pen);
        // A value that ends early leaves its note the room that it needs.
        let ends = match &field.holds {
            Holds::Toggle { .. } => x + 3,
            Holds::Fact(fact) => x + pen.measure(fact.raw()).min(value.width),
            _ => value.right(),
        };
        let needed = row.right().saturating_sub(pen.measure(&field.note));
        let beside = (value.right() + 2).min(needed.max(ends + 2));
        pen.put(beside, row.y, row.right().saturating_sub(beside), &field.note, Ink::Faint);
    }

    fn draw_buttons(&self, line: Rect, pen: &mut Pen) {
        let mut x = line.x + self.label_width() + 2;
        for (at, button) in self.buttons.iter().enumerate() {
            let focused = self.focus == self.fields.len() + at;
            let used = draw_button(*button, focused, x, line, pen);
            pen.spot(Rect { x, y: line.y, width: used, height: 1 }, Spot::Button(at));
            x += used + 3;
        }
    }
}

/// Whether it is the head of fields: it stands in a row of its own.
fn is_head(field: &Field) -> bool {
    matches!(field.holds, Holds::Section(_) | Holds::Heading)
}

/// `▸ Person`, and `▾ Person` with its fields below.
fn draw_section(field: &Field, open: bool, focused: bool, row: Rect, pen: &mut Pen) {
    let (mark, ink) =
        if focused { (Ink::Strong, Ink::Selected) } else { (Ink::Faint, Ink::Accent) };
    let shape = if open { Mark::Opens } else { Mark::Crumb };
    let used = pen.mark(row.x, row.y, shape, mark);
    let x = row.x + used + 1;
    let used = pen.put(x, row.y, row.right().saturating_sub(x), field.label, ink);
    let x = x + used + 2;
    pen.put(x, row.y, row.right().saturating_sub(x), &field.note, Ink::Faint);
    if focused {
        pen.stand(row.x + 2, row.y);
    }
}

fn draw_button(button: Button, focused: bool, x: u16, line: Rect, pen: &mut Pen) -> u16 {
    let room = line.right().saturating_sub(x);
    let ink = if focused { Ink::Selected } else { Ink::Accent };
    let used = pen.put(x, line.y, room, &format!(" {} ", button.label), ink);
    if focused {
        pen.stand(x + 1, line.y);
    }
    used
}

fn draw_value(holds: &Holds, focused: bool, area: Rect, pen: &mut Pen) {
    let ink = if focused { Ink::Focused } else { Ink::Field };
    match holds {
        // Cut at its end with a mark: a tail would read as another, whole value.
        Holds::Text { entry, .. } if !focused => underlined(entry.value(), ink, area, pen),
        Holds::Text { entry, .. } => {
            let (shown, at) = entry.window(usize::from(area.width), pen.theme().ascii);
            line(&shown, at, focused, ink, area, pen);
        }
        Holds::Secret(hidden) => draw_secret(hidden, focused, ink, area, pen),
        Holds::Choice { choice, .. } => {
            let used = pen.put(area.x, area.y, area.width.saturating_sub(2), choice.word(), ink);
            pen.mark(area.x + used + 1, area.y, Mark::Opens, Ink::Faint);
            stand(focused, area, 0, pen);
        }
        Holds::Toggle { on, .. } => {
            pen.put(area.x, area.y, area.width, if *on { "[x]" } else { "[ ]" }, ink);
            stand(focused, area, 1, pen);
        }
        Holds::LookUp { taken, .. } => {
            let room = area.width.saturating_sub(2);
            let label = taken.as_ref().map_or("", |t| t.label.raw());
            underlined(label, ink, Rect { width: room, ..area }, pen);
            pen.mark(area.right().saturating_sub(1), area.y, Mark::Opens, Ink::Faint);
            stand(focused, area, 0, pen);
        }
        Holds::Many { taken, .. } => {
            let room = area.width.saturating_sub(2);
            draw_many(taken, ink, Rect { width: room, ..area }, pen);
            pen.mark(area.right().saturating_sub(1), area.y, Mark::Opens, Ink::Faint);
            stand(focused, area, 0, pen);
        }
        // They are drawn as a whole row.
        Holds::Section(_) | Holds::Heading => {}
        Holds::Fact(fact) => {
            pen.put(area.x, area.y, area.width, fact.raw(), Ink::Plain);
        }
    }
}

/// As many of the values as there is room for, and how many more there are.
fn draw_many(taken: &[Taken], ink: Ink, area: Rect, pen: &mut Pen) {
    underlined("", ink, area, pen);
    let mut x = area.x;
    for (at, one) in taken.iter().enumerate() {
        let left = taken.len() - at;
        let more =
            if left > 1 { format!(" +{}", thousands(left as u64 - 1)) } else { String::new() };
        let label = one.label.raw();
        let gap = if at > 0 { 2 } else { 0 };
        let room = area.right().saturating_sub(x + gap);
        if at > 0 && pen.measure(label) + pen.measure(&more) > room {
            pen.put(
                x,
                area.y,
                area.right().saturating_sub(x),
                &format!(" +{}", thousands(left as u64)),
                ink,
            );
            return;
        }
        if at > 0 {
            pen.put(x, area.y, 2, ", ", ink);
        }
        x += gap + pen.put(x + gap, area.y, room.saturating_sub(pen.measure(&more)), label, ink);
    }
}

fn draw_secret(hidden: &Hidden, focused: bool, ink: Ink, area: Rect, pen: &mut Pen) {
    if hidden.revealed() {
        let end = hidden.plain().chars().count();
        let (shown, at) =
            entry::window(hidden.plain(), end, usize::from(area.width), pen.theme().ascii);
        line(&shown, at, focused, ink, area, pen);
        return;
    }
    let dots = if hidden.is_empty() { 0 } else { DOTS };
    let shown = pen.theme().mark(Mark::Dot).repeat(dots);
    line(&shown, dots, focused, ink, area, pen);
}

fn line(shown: &str, cursor: usize, focused: bool, ink: Ink, area: Rect, pen: &mut Pen) {
    underlined(shown, ink, area, pen);
    stand(focused, area, cursor as u16, pen);
}

/// Text on a line that is underlined to its end.
fn underlined(shown: &str, ink: Ink, area: Rect, pen: &mut Pen) {
    let blank = " ".repeat(usize::from(area.width));
    pen.put(area.x, area.y, area.width, &blank, ink);
    pen.put(area.x, area.y, area.width, shown, ink);
}

fn stand(focused: bool, area: Rect, at: u16, pen: &mut Pen) {
    if focused {
        pen.stand(area.x + at.min(area.width.saturating_sub(1)), area.y);
    }
}
