//! The command palette: every command and every screen, found by the words of its name.

use ratatui::layout::Rect;

use super::menu::Item;
use crate::tui::event::{Can, Command, Cx, Event, Screen, Spot, Status};
use crate::tui::keymap::{Action, Context};
use crate::tui::place::Place;
use crate::tui::state::Seen;
use crate::tui::theme::{Ink, Mark};
use crate::tui::view::pen::Pen;
use crate::tui::widgets::entry::Entry;

/// The rows of the palette's window.
const ROWS: u16 = 16;

/// The palette.
#[derive(Debug)]
pub struct Palette {
    entry: Entry,
    items: Vec<Item>,
    found: Vec<usize>,
    at: usize,
}

impl Palette {
    /// A palette of `items` and of every click path.
    pub fn new(items: Vec<Item>) -> Self {
        let mut all: Vec<Item> = Place::ALL.into_iter().flat_map(paths).collect();
        all.extend(
            items
                .into_iter()
                .filter(|i| i.can != Can::Hidden && !matches!(i.action, Action::Go(_))),
        );
        let found = (0..all.len()).collect();
        Self { entry: Entry::new(60), items: all, found, at: 0 }
    }

    fn search(&mut self) {
        let wanted = self.entry.value().to_lowercase();
        let words: Vec<&str> = wanted.split_whitespace().collect();
        let fits = |item: &Item| {
            let name = format!("{} {}", item.label, item.help).to_lowercase();
            words.iter().all(|word| name.contains(word))
        };
        self.found = (0..self.items.len()).filter(|i| fits(&self.items[*i])).collect();
        // A name that is typed whole comes first; what has the words in its name comes before
        // what has them in its explanation.
        let label = |i: &usize| self.items[*i].label.to_lowercase();
        let named = |i: &usize| words.iter().all(|w| label(i).contains(w));
        self.found.sort_by_key(|i| (label(i) != wanted.trim(), !named(i)));
        if self.found.is_empty() {
            let letters: Vec<char> = wanted.chars().filter(|c| !c.is_whitespace()).collect();
            self.found = (0..self.items.len())
                .filter(|i| in_order(&letters, &self.items[*i].label))
                .collect();
        }
        self.at = 0;
    }

    fn press(&self, cx: &mut Cx) {
        match self.found.get(self.at).map(|i| &self.items[*i]) {
            Some(Item { can: Can::No(reason), .. }) => cx.say(Status::refused(reason.clone())),
            Some(item) => cx.push(Command::CloseAnd(item.action)),
            None => {}
        }
    }
}

fn paths(place: Place) -> impl Iterator<Item = Item> {
    place.paths().iter().map(move |path| Item {
        action: Action::Go(place),
        label: (*path).to_owned(),
        help: "",
        keys: String::new(),
        can: Can::Yes,
    })
}

/// Whether the letters occur in the name in their order.
fn in_order(letters: &[char], name: &str) -> bool {
    let mut name = name.chars().flat_map(char::to_lowercase);
    letters.iter().all(|letter| name.any(|c| c == *letter))
}

impl Screen for Palette {
    fn context(&self) -> Context {
        Context::Palette
    }

    fn window(&self, _seen: &Seen) -> Option<(u16, u16)> {
        Some((66, ROWS))
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
        let last = self.found.len().saturating_sub(1);
        match event {
            Event::Act(Action::Up) => self.at = self.at.saturating_sub(1),
            Event::Act(Action::Down) => self.at = (self.at + 1).min(last),
            Event::Act(Action::PageUp) => self.at = self.at.saturating_sub(usize::from(ROWS) - 5),
            Event::Act(Action::PageDown) => self.at = (self.at + usize::from(ROWS) - 5).min(last),
            Event::Act(Action::Press) => self.press(cx),
            Event::Act(Action::DeleteWord) => {
                self.entry.delete_word();
                self.search();
            }
            Event::Act(Action::ClearField) => {
                self.entry.clear();
                self.search();
            }
            Event::Type(c) => {
                self.entry.type_char(c);
                self.search();
            }
            Event::Edit(chord) => {
                self.entry.edit(chord);
                self.search();
            }
            Event::Paste(pasted) => {
                self.entry.paste(&pasted);
                self.search();
            }
            _ => {}
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        let room = area.width.saturating_sub(5);
        let (shown, cursor) = self.entry.window(usize::from(room), pen.theme().ascii);
        pen.put(area.x + 1, area.y, 1, ":", Ink::Accent);
        pen.put(area.x + 3, area.y, room, &shown, Ink::Strong);
        pen.rule(Rect { y: area.y + 1, height: 1, ..area });
        let rows = usize::from(area.height.saturating_sub(2));
        let first = (self.at + 1).saturating_sub(rows);
        for (line, item) in
            self.found.iter().skip(first).take(rows).map(|i| &self.items[*i]).enumerate()
        {
            let row = Rect { y: area.y + 2 + line as u16, height: 1, ..area };
            draw_item(item, row, pen);
            pen.spot(row, Spot::Row(first + line));
            if first + line == self.at {
                pen.dress(row, Ink::Selected);
                pen.mark(row.x + 1, row.y, Mark::Edge, Ink::Selected);
            }
        }
        if self.found.is_empty() {
            pen.put(
                area.x + 3,
                area.y + 2,
                room,
                "No command has these words. Ctrl-U starts again.",
                Ink::Faint,
            );
        }
        pen.stand(area.x + 3 + cursor as u16, area.y);
    }
}

fn draw_item(item: &Item, row: Rect, pen: &mut Pen) {
    let ink = if item.can == Can::Yes { Ink::Plain } else { Ink::Faint };
    let keys = pen.put_right(row.right().saturating_sub(2), row.y, 10, &item.keys, Ink::Faint);
    let used = pen.put(row.x + 3, row.y, keys.saturating_sub(row.x + 4), &item.label, ink);
    let help = row.x + 3 + used.max(18) + 2;
    if !item.help.is_empty() {
        pen.put(help, row.y, keys.saturating_sub(help + 1), item.help, Ink::Faint);
    }
}
