//! A menu of actions; what makes no sense right now stands there with the reason.

use ratatui::layout::Rect;

use crate::domain::fold;
use crate::tui::event::{Can, Command, Cx, Event, Screen, Spot, Status, can};
use crate::tui::keymap::{Action, Binding, Context, write_keys};
use crate::tui::state::Seen;
use crate::tui::text::width;
use crate::tui::theme::{Ink, Mark};
use crate::tui::view::pen::Pen;
use crate::tui::way::Way;

/// The rows below the lines: what the selected one does, or the whole reason why not.
const FOOT: u16 = 3;

/// A line of a menu.
#[derive(Debug, Clone)]
pub struct Item {
    /// What it does.
    pub action: Action,
    /// Its word.
    pub label: String,
    /// What it does, in a line.
    pub help: &'static str,
    /// The keys that do the same.
    pub keys: String,
    /// Whether it makes sense right now.
    pub can: Can,
}

impl Item {
    /// The line for a row of the key map, as `screen` sees it.
    #[expect(clippy::borrowed_box, reason = "layers hold their screens in boxes")]
    pub fn of(binding: &Binding, screen: &Box<dyn Screen>, seen: &Seen) -> Self {
        let mut label = binding.label.to_owned();
        if let Some(first) = label.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        Self {
            action: binding.action,
            label,
            help: binding.help,
            keys: binding.keys.first().map(|keys| write_keys(keys, false)).unwrap_or_default(),
            can: can(&**screen, binding.action, seen),
        }
    }
}

impl From<(Way, &Seen)> for Item {
    /// The line for a way to make an account.
    fn from((way, seen): (Way, &Seen)) -> Self {
        Self {
            action: Action::New(way),
            label: way.path().to_owned(),
            help: way.help(),
            keys: String::new(),
            can: Can::unless(seen.who.as_ref().and_then(|who| way.why_not(who))),
        }
    }
}

/// A menu.
#[derive(Debug)]
pub struct Menu {
    title: String,
    items: Vec<Item>,
    at: usize,
    /// Letters typed to jump to a line.
    typed: String,
}

impl Menu {
    /// A menu of those lines that belong here at all.
    pub fn new(title: impl Into<String>, items: Vec<Item>) -> Self {
        let items: Vec<Item> = items.into_iter().filter(|i| i.can != Can::Hidden).collect();
        let at = items.iter().position(|i| i.can == Can::Yes).unwrap_or(0);
        Self { title: title.into(), items, at, typed: String::new() }
    }

    fn step(&mut self, forward: bool) {
        let count = self.items.len().max(1);
        self.at = (self.at + if forward { 1 } else { count - 1 }) % count;
        self.typed.clear();
    }

    /// Goes to the first line that begins with what was typed; a letter that fits nothing
    /// begins anew.
    fn jump(&mut self, c: char) {
        for typed in [format!("{}{c}", self.typed), c.to_string()] {
            let begins = |i: &Item| fold::search(&i.label).starts_with(&fold::search(&typed));
            if let Some(at) = self.items.iter().position(begins) {
                (self.at, self.typed) = (at, typed);
                return;
            }
        }
        self.typed.clear();
    }
}

impl Screen for Menu {
    fn context(&self) -> Context {
        Context::Menu
    }

    fn path(&self) -> String {
        self.title.clone()
    }

    fn window(&self, seen: &Seen) -> Option<(u16, u16)> {
        let need = |i: &Item| width(&i.label).max(width(i.help)) + width(&i.keys) + 12;
        let columns = self.items.iter().map(need).max().unwrap_or(20) as u16;
        let rows = self.items.len() as u16 + FOOT + 3;
        Some((columns.clamp(40, 66), rows.min(seen.body_rows())))
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
            Event::Type(c) => self.jump(c),
            Event::Act(Action::Up | Action::PageUp) => self.step(false),
            Event::Act(Action::Down | Action::PageDown) => self.step(true),
            Event::Act(Action::Press) => {
                match self.items.get(self.at).map(|i| (i.action, &i.can)) {
                    Some((_, Can::No(reason))) => cx.say(Status::refused(reason.clone())),
                    Some((action, _)) => cx.push(Command::CloseAnd(action)),
                    None => cx.push(Command::Close),
                }
            }
            _ => {}
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        let rows = usize::from(area.height.saturating_sub(FOOT + 1));
        let first = (self.at + 1).saturating_sub(rows);
        for (line, item) in self.items.iter().skip(first).take(rows).enumerate() {
            let row = Rect { y: area.y + line as u16, height: 1, ..area };
            let ink = if item.can == Can::Yes { Ink::Plain } else { Ink::Faint };
            pen.put(row.x + 3, row.y, row.width.saturating_sub(12), &item.label, ink);
            pen.put_right(row.right().saturating_sub(2), row.y, 10, &item.keys, Ink::Faint);
            pen.spot(row, Spot::Row(first + line));
            if first + line == self.at {
                pen.dress(row, Ink::Selected);
                pen.mark(row.x + 1, row.y, Mark::Edge, Ink::Selected);
                pen.stand(row.x + 1, row.y);
            }
        }
        let Some(item) = self.items.get(self.at) else { return };
        let foot = Rect { y: area.bottom().saturating_sub(FOOT), height: 1, ..area };
        pen.rule(Rect { y: foot.y.saturating_sub(1), ..foot });
        let (text, ink) = match &item.can {
            Can::No(reason) => (reason.as_str(), Ink::Caution),
            _ => (item.help, Ink::Plain),
        };
        let lines = crate::tui::text::wrap(text, usize::from(foot.width.saturating_sub(2)));
        for (at, line) in lines.iter().take(usize::from(FOOT)).enumerate() {
            pen.put(foot.x + 1, foot.y + at as u16, foot.width.saturating_sub(2), line, ink);
        }
    }
}
