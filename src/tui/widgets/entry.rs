//! A one-line text: cursor, editing and the part of it that fits its room.

use tui_input::{Input, InputRequest};
use unicode_segmentation::UnicodeSegmentation;

use crate::tui::input::Pasted;
use crate::tui::keymap::{Chord, Key};
use crate::tui::text::{presentable, thousands, width};

/// One line of text being typed.
#[derive(Debug, Clone)]
pub struct Entry {
    input: Input,
    limit: usize,
}

impl Entry {
    /// An empty line that takes at most `limit` characters.
    pub fn new(limit: usize) -> Self {
        Self { input: Input::default(), limit }
    }

    /// A line that holds `text` already, the cursor behind it.
    pub fn holding(text: &str, limit: usize) -> Self {
        Self { input: Input::new(text.to_owned()), limit }
    }

    /// What was typed, as it was typed.
    pub fn value(&self) -> &str {
        self.input.value()
    }

    /// Replaces what was typed; the cursor goes behind it.
    pub fn set(&mut self, text: &str) {
        self.input = Input::new(text.to_owned());
    }

    /// Types one character; false when the line is full.
    pub fn type_char(&mut self, c: char) -> bool {
        if c.is_control() || self.value().chars().count() >= self.limit {
            return false;
        }
        self.input.handle(InputRequest::InsertChar(c)).is_some()
    }

    /// Handles a key that edits or moves; whether it was one of those.
    pub fn edit(&mut self, chord: Chord) -> bool {
        let request = match (chord.key, chord.ctrl) {
            (Key::Backspace, false) => InputRequest::DeletePrevChar,
            (Key::Delete, false) => InputRequest::DeleteNextChar,
            (Key::Left, false) => InputRequest::GoToPrevChar,
            (Key::Right, false) => InputRequest::GoToNextChar,
            (Key::Home, false) => InputRequest::GoToStart,
            (Key::End, false) => InputRequest::GoToEnd,
            _ => return false,
        };
        self.input.handle(request);
        true
    }

    /// Deletes the word before the cursor.
    pub fn delete_word(&mut self) {
        self.input.handle(InputRequest::DeletePrevWord);
    }

    /// Empties the line.
    pub fn clear(&mut self) {
        self.input.reset();
    }

    /// Inserts a paste at the cursor; a sentence when not all of it went in.
    pub fn paste(&mut self, pasted: &Pasted) -> Option<String> {
        let room = self.limit.saturating_sub(self.value().chars().count());
        let count = pasted.text.chars().count();
        let taken: String = pasted.text.chars().take(room).collect();
        let at = self.input.cursor();
        let mut text: String = self.value().chars().take(at).collect();
        text.push_str(&taken);
        text.extend(self.value().chars().skip(at));
        let cursor = at + taken.chars().count();
        self.input = Input::new(text).with_cursor(cursor);
        paste_remark(pasted, count > room, self.limit)
    }

    /// The part of the line that fits `room` cells, and the cursor's cell in it.
    ///
    /// The cursor is always inside, a cut is marked, tricks in the text are visible.
    pub fn window(&self, room: usize, ascii: bool) -> (String, usize) {
        window(self.value(), self.input.cursor(), room, ascii)
    }
}

/// What to tell about a paste that did not go in whole.
pub fn paste_remark(pasted: &Pasted, cut: bool, limit: usize) -> Option<String> {
    if cut || pasted.more {
        let limit = thousands(limit as u64);
        return Some(format!("The paste was cut: this field takes {limit} characters."));
    }
    match pasted.dropped {
        0 => None,
        1 => Some("One control character in the paste was left out.".to_owned()),
        n => {
            Some(format!("{} control characters in the paste were left out.", thousands(n as u64)))
        }
    }
}

/// The room below which a cut is not marked: the mark would take too much of it.
const MARKED: usize = 4;

/// See [`Entry::window`]; `cursor` counts characters.
pub fn window(text: &str, cursor: usize, room: usize, ascii: bool) -> (String, usize) {
    let mut cells: Vec<(String, usize)> = Vec::new();
    let (mut chars, mut before) = (0, 0);
    for grapheme in text.graphemes(true) {
        let shown = presentable(grapheme, ascii).into_owned();
        let w = width(&shown);
        if chars < cursor {
            before += 1;
        }
        chars += grapheme.chars().count();
        cells.push((shown, w));
    }
    let room = room.max(1);
    let marked = room >= MARKED;
    // Behind the text there is room for the cursor; a cut on the right takes a cell.
    let right = usize::from(marked && before < cells.len());
    let (mut start, mut used) = first_shown(&cells, before, room - right);
    let mut out = String::new();
    let mut filled = 0;
    if start > 0 && marked {
        (start, used) = first_shown(&cells, before, room - right - 1);
        out.push_str(if ascii { "<" } else { "‹" });
        (filled, used) = (1, used + 1);
    }
    let rest: usize = cells[start..].iter().map(|(_, w)| w).sum();
    let cut = marked && filled + rest > room;
    let room = room - usize::from(cut);
    for (shown, w) in &cells[start..] {
        if filled + w > room {
            break;
        }
        out.push_str(shown);
        filled += w;
    }
    if cut {
        out.push_str(if ascii { ">" } else { "›" });
    }
    (out, used)
}

/// The first of the cells that are shown when the cursor stands on the cell `before`, and the
/// room from there to the cursor.
fn first_shown(cells: &[(String, usize)], before: usize, room: usize) -> (usize, usize) {
    let (mut start, mut used) = (before, 0);
    while start > 0 && used + cells[start - 1].1 < room {
        start -= 1;
        used += cells[start].1;
    }
    (start, used)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_steps_over_graphemes() {
        let mut entry = Entry::holding("e\u{301}x", 10);
        entry.edit(Chord::plain(Key::Backspace));
        entry.edit(Chord::plain(Key::Backspace));
        assert_eq!(entry.value(), "");
    }

    #[test]
    fn the_window_keeps_the_cursor_inside() {
        let entry = Entry::holding("山田太郎abc", 20);
        for room in 1..14 {
            let (shown, at) = entry.window(room, false);
            assert!(at < room, "{room}: {shown} {at}");
            assert!(width(&shown) <= room);
        }
        assert_eq!(entry.window(20, false), ("山田太郎abc".to_owned(), 11));
    }

    #[test]
    fn a_cut_is_marked_so_that_the_tail_does_not_read_as_a_whole() {
        let mut entry = Entry::holding("farah.andersson75@acme.example", 80);
        assert_eq!(entry.window(17, false), ("‹75@acme.example".to_owned(), 16));
        assert_eq!(entry.window(17, true), ("<75@acme.example".to_owned(), 16));
        entry.edit(Chord::plain(Key::Home));
        assert_eq!(entry.window(17, false), ("farah.andersson7›".to_owned(), 0));
        for _ in 0..18 {
            entry.edit(Chord::plain(Key::Right));
        }
        assert_eq!(entry.window(17, false), ("‹h.andersson75@a›".to_owned(), 15));
        assert_eq!(entry.window(31, false), ("farah.andersson75@acme.example".to_owned(), 18));
    }

    #[test]
    fn tricks_are_visible_while_typing() {
        let entry = Entry::holding("a\u{202e}", 20);
        assert_eq!(entry.window(20, false), ("a⟨U+202E⟩".to_owned(), 9));
    }

    #[test]
    fn a_paste_fills_up_to_the_limit_and_says_so() {
        let mut entry = Entry::holding("ab", 5);
        entry.edit(Chord::plain(Key::Left));
        let remark = entry.paste(&Pasted::read("12345"));
        assert_eq!(entry.value(), "a123b");
        assert_eq!(remark.as_deref(), Some("The paste was cut: this field takes 5 characters."));
        assert_eq!(entry.paste(&Pasted::read("")), None);
        assert!(!entry.type_char('x'));
    }
}
