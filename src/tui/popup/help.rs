//! The keys that work here, from the key map.

use ratatui::layout::Rect;

use crate::tui::event::{Cx, Event, Screen};
use crate::tui::keymap::{Action, Context, Keymap, write_keys};
use crate::tui::state::Seen;
use crate::tui::theme::Ink;
use crate::tui::view::pen::Pen;

/// The columns that the keys take.
const KEYS: u16 = 18;

/// The keys of one context.
#[derive(Debug)]
pub struct Help {
    of: Context,
    lines: Vec<(String, String, &'static str)>,
    top: usize,
    height: usize,
}

impl Help {
    /// The help for `context`.
    pub fn new(keymap: &Keymap, context: Context) -> Self {
        let mut lines: Vec<(String, String, &'static str)> = Vec::new();
        for binding in keymap.in_context(context).filter(|b| !b.keys.is_empty()) {
            let written = |ascii| {
                binding.keys.iter().map(|k| write_keys(k, ascii)).collect::<Vec<_>>().join("  ")
            };
            match lines.iter_mut().find(|(_, _, help)| *help == binding.help) {
                Some((keys, ascii, _)) => {
                    keys.push_str(&format!("  {}", written(false)));
                    ascii.push_str(&format!("  {}", written(true)));
                }
                None => lines.push((written(false), written(true), binding.help)),
            }
        }
        Self { of: context, lines, top: 0, height: 1 }
    }

    fn scroll_to(&mut self, top: usize) {
        self.top = top.min(self.lines.len().saturating_sub(self.height));
    }
}

impl Screen for Help {
    fn context(&self) -> Context {
        Context::Help
    }

    fn window(&self, seen: &Seen) -> Option<(u16, u16)> {
        Some((76, (self.lines.len() as u16 + 4).min(seen.body_rows())))
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        self.height = usize::from(cx.seen.body_rows().saturating_sub(4)).max(1);
        match event {
            Event::Act(Action::Up) => self.scroll_to(self.top.saturating_sub(1)),
            Event::Act(Action::Down) => self.scroll_to(self.top + 1),
            Event::Act(Action::PageUp) => self.scroll_to(self.top.saturating_sub(self.height)),
            Event::Act(Action::PageDown) => self.scroll_to(self.top + self.height),
            Event::Resized => self.scroll_to(self.top),
            _ => {}
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        let name = format!("{}: the keys that work here", self.of.name());
        pen.put(area.x + 2, area.y, area.width.saturating_sub(4), &name, Ink::Strong);
        let rows = usize::from(area.height.saturating_sub(2));
        for (at, (keys, ascii, help)) in self.lines.iter().skip(self.top).take(rows).enumerate() {
            let y = area.y + 2 + at as u16;
            let keys = if pen.theme().ascii { ascii } else { keys };
            pen.put(area.x + 2, y, KEYS, keys, Ink::Accent);
            let x = area.x + 2 + KEYS + 2;
            pen.put(x, y, area.right().saturating_sub(x + 1), help, Ink::Plain);
        }
        if self.top + rows < self.lines.len() {
            pen.put_right(area.right().saturating_sub(2), area.y, 20, "more below", Ink::Faint);
        }
        pen.stand(area.x + 2, area.y);
    }
}
