//! The one way into a cell: text is made presentable, cut to its room and clipped.
//!
//! Owns the frame's cells and its cursor while a frame is drawn. Must not know any screen.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Style};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::tui::event::Spot;
use crate::tui::layout::framed;
use crate::tui::state::Seen;
use crate::tui::text::{cut, presentable, width};
use crate::tui::theme::{Ink, Mark, Theme};

/// Draws on one frame.
pub struct Pen<'a> {
    buffer: &'a mut Buffer,
    theme: &'a Theme,
    seen: &'a Seen,
    cursor: Option<Position>,
    spots: Vec<(Rect, Spot)>,
}

/// What a frame has besides its cells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drawn {
    /// Where the cursor stands.
    pub cursor: Option<Position>,
    /// What the mouse can be pressed on; where two lie on one another, the later one counts.
    pub spots: Vec<(Rect, Spot)>,
}

impl Drawn {
    /// What lies at that column and row.
    pub fn spot(&self, column: u16, row: u16) -> Option<Spot> {
        let at = Position { x: column, y: row };
        self.spots.iter().rev().find(|(area, _)| area.contains(at)).map(|(_, spot)| *spot)
    }
}

impl<'a> Pen<'a> {
    /// A pen for `buffer`.
    pub fn new(buffer: &'a mut Buffer, theme: &'a Theme, seen: &'a Seen) -> Self {
        Self { buffer, theme, seen, cursor: None, spots: Vec::new() }
    }

    /// What every screen may know: the time, who is signed in.
    pub fn seen(&self) -> &'a Seen {
        self.seen
    }

    /// The theme drawn with.
    pub fn theme(&self) -> &'a Theme {
        self.theme
    }

    /// Writes `text` at (x, y) in at most `room` cells, cut with `…`; returns the cells used.
    pub fn put(&mut self, x: u16, y: u16, room: u16, text: &str, ink: Ink) -> u16 {
        self.write(x, y, room, text, self.theme.style(ink))
    }

    fn write(&mut self, x: u16, y: u16, room: u16, text: &str, style: Style) -> u16 {
        let shown = presentable(text, self.theme.ascii);
        let shown = cut(&shown, usize::from(room), self.theme.mark(Mark::Cut));
        let mut at = x;
        for grapheme in shown.graphemes(true) {
            let cells = grapheme.width() as u16;
            if !self.inside(at, y) || !self.inside(at.saturating_add(cells.saturating_sub(1)), y) {
                break;
            }
            self.buffer[(at, y)].set_symbol(grapheme).set_style(style);
            for rest in 1..cells {
                self.buffer[(at + rest, y)].reset();
                self.buffer[(at + rest, y)].set_style(style);
            }
            at += cells;
        }
        at - x
    }

    /// Writes `text` so that it ends before the cell `right`; returns where it begins.
    pub fn put_right(&mut self, right: u16, y: u16, room: u16, text: &str, ink: Ink) -> u16 {
        let shown = presentable(text, self.theme.ascii);
        let shown = cut(&shown, usize::from(room), self.theme.mark(Mark::Cut)).into_owned();
        let x = right.saturating_sub(width(&shown) as u16);
        self.put(x, y, room, &shown, ink);
        x
    }

    /// Writes `text` in the middle of `area`'s first row.
    pub fn put_centred(&mut self, area: Rect, text: &str, ink: Ink) {
        let shown = presentable(text, self.theme.ascii);
        let free = usize::from(area.width).saturating_sub(width(&shown));
        self.put(area.x + (free / 2) as u16, area.y, area.width, &shown, ink);
    }

    /// Writes a mark.
    pub fn mark(&mut self, x: u16, y: u16, mark: Mark, ink: Ink) -> u16 {
        self.write(x, y, 1, self.theme.mark(mark), self.theme.mark_style(ink))
    }

    /// Writes one cell of two modules of a code, the upper and the lower one: black on white,
    /// whatever the ground of the terminal is, so that a camera can read it.
    pub fn modules(&mut self, x: u16, y: u16, upper: bool, lower: bool) {
        if !self.inside(x, y) {
            return;
        }
        // A cell of one kind is all ground: no font draws a block without seams.
        let (symbol, ground) = match (upper, lower) {
            (true, true) => (" ", Color::Black),
            (true, false) => ("▀", Color::White),
            (false, true) => ("▄", Color::White),
            (false, false) => (" ", Color::White),
        };
        let style = Style::reset().fg(Color::Black).bg(ground);
        self.buffer[(x, y)].set_symbol(symbol).set_style(style);
    }

    /// The cells that `text` will take.
    pub fn measure(&self, text: &str) -> u16 {
        width(&presentable(text, self.theme.ascii)) as u16
    }

    /// Dresses what stands in `area` in `ink` and nothing else.
    pub fn dress(&mut self, area: Rect, ink: Ink) {
        let style = self.theme.style(ink);
        for position in area.intersection(self.buffer.area).positions() {
            let cell = &mut self.buffer[position];
            cell.modifier = ratatui::style::Modifier::empty();
            cell.fg = ratatui::style::Color::Reset;
            cell.set_style(style);
        }
    }

    /// A horizontal rule over the width of `area`, on its first row.
    pub fn rule(&mut self, area: Rect) {
        let line = self.theme.mark(Mark::Rule).repeat(usize::from(area.width));
        self.put(area.x, area.y, area.width, &line, Ink::Faint);
    }

    /// Empties `area`, frames it and writes `title` into the frame; returns the room inside.
    pub fn window(&mut self, area: Rect, title: &str) -> Rect {
        self.clear(area);
        if area.width < 4 || area.height < 3 {
            return Rect { width: 0, height: 0, ..area };
        }
        let [top_left, top_right, bottom_left, bottom_right] = self.theme.corners();
        let rule = self.theme.mark(Mark::Rule).repeat(usize::from(area.width) - 2);
        let upright = self.theme.mark(Mark::Upright);
        let (right, bottom) = (area.right() - 1, area.bottom() - 1);
        self.put(area.x, area.y, area.width, &format!("{top_left}{rule}{top_right}"), Ink::Faint);
        self.put(
            area.x,
            bottom,
            area.width,
            &format!("{bottom_left}{rule}{bottom_right}"),
            Ink::Faint,
        );
        for y in area.y + 1..bottom {
            self.put(area.x, y, 1, upright, Ink::Faint);
            self.put(right, y, 1, upright, Ink::Faint);
        }
        if !title.is_empty() {
            let room = area.width - 4;
            self.put(area.x + 2, area.y, room, &format!(" {title} "), Ink::Strong);
        }
        framed(area)
    }

    /// Empties `area`.
    pub fn clear(&mut self, area: Rect) {
        for position in area.intersection(self.buffer.area).positions() {
            self.buffer[position].reset();
        }
        self.mend_left_edge(area);
    }

    /// Stands the cursor at (x, y) if that is on the screen.
    pub fn stand(&mut self, x: u16, y: u16) {
        if self.inside(x, y) {
            self.cursor = Some(Position { x, y });
        }
    }

    /// The mouse can be pressed there.
    pub fn spot(&mut self, area: Rect, spot: Spot) {
        self.spots.push((area, spot));
    }

    /// Nothing that was drawn so far has the cursor any more, or can be pressed on.
    pub fn lift(&mut self) {
        self.cursor = None;
        self.spots.clear();
    }

    /// Ends the drawing: in ASCII, sweeps the cells once more.
    pub fn finish(self) -> Drawn {
        if self.theme.ascii {
            for cell in &mut self.buffer.content {
                if !cell.symbol().is_ascii() {
                    cell.set_symbol("?");
                }
            }
        }
        Drawn { cursor: self.cursor, spots: self.spots }
    }

    fn inside(&self, x: u16, y: u16) -> bool {
        self.buffer.area.contains(Position { x, y })
    }

    /// A wide character whose right half was just cleared loses its left half, too.
    fn mend_left_edge(&mut self, area: Rect) {
        if area.x == 0 {
            return;
        }
        for y in area.y..area.bottom() {
            let x = area.x - 1;
            if self.inside(x, y) && self.buffer[(x, y)].symbol().width() > 1 {
                self.buffer[(x, y)].set_symbol(" ");
            }
        }
    }
}
