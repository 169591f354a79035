//! A secret being typed: its own buffer, wiped, shown as a constant number of dots.

use std::fmt;

use unicode_segmentation::UnicodeSegmentation;
use zeroize::Zeroizing;

use super::entry::paste_remark;
use crate::domain::secret::Secret;
use crate::tui::input::Pasted;
use crate::tui::keymap::{Chord, Key};

/// The most bytes a password may have (DOMAIN.md, section 7).
const MAX_BYTES: usize = 1_024;
/// The dots shown for any secret, however long.
pub const DOTS: usize = 12;

/// A secret being typed. The cursor always stands behind it.
pub struct Hidden {
    buffer: Zeroizing<String>,
    revealed: bool,
}

impl Default for Hidden {
    fn default() -> Self {
        // Room for the whole from the start, so that growing leaves no copy behind.
        Self { buffer: Zeroizing::new(String::with_capacity(MAX_BYTES)), revealed: false }
    }
}

impl Hidden {
    /// Whether nothing was typed.
    pub fn is_empty(&self) -> bool {
        self.buffer.is_empty()
    }

    /// Whether the text itself is to be shown.
    pub fn revealed(&self) -> bool {
        self.revealed
    }

    /// Shows or hides the text.
    pub fn turn(&mut self) {
        self.revealed = !self.revealed;
    }

    /// What was typed; for showing it revealed, nothing else.
    pub fn plain(&self) -> &str {
        &self.buffer
    }

    /// Replaces what was typed; it is shown no more than before.
    pub fn fill(&mut self, secret: &Secret) {
        let revealed = self.revealed;
        self.clear();
        self.revealed = revealed;
        for c in secret.expose().chars() {
            self.type_char(c);
        }
    }

    /// A copy to hand over.
    pub fn secret(&self) -> Secret {
        Secret::new(self.buffer.as_str().to_owned())
    }

    /// Types one character; false when it is full.
    pub fn type_char(&mut self, c: char) -> bool {
        if c.is_control() || self.buffer.len() + c.len_utf8() > MAX_BYTES {
            return false;
        }
        self.buffer.push(c);
        true
    }

    /// Handles a key that edits; whether it was one of those.
    pub fn edit(&mut self, chord: Chord) -> bool {
        if chord != Chord::plain(Key::Backspace) {
            return matches!(
                chord.key,
                Key::Left | Key::Right | Key::Home | Key::End | Key::Delete
            ) && !chord.ctrl;
        }
        if let Some((at, _)) = self.buffer.grapheme_indices(true).next_back() {
            self.buffer.truncate(at);
        }
        true
    }

    /// Wipes what was typed.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Appends a paste; a sentence when not all of it went in.
    pub fn paste(&mut self, pasted: &Pasted) -> Option<String> {
        let all = pasted.text.chars().all(|c| self.type_char(c));
        paste_remark(pasted, !all, MAX_BYTES)
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_nothing_and_is_emptied() {
        let mut hidden = Hidden::default();
        assert!(hidden.type_char('s'));
        assert_eq!(format!("{hidden:?}"), "[redacted]");
        hidden.clear();
        assert!(hidden.is_empty());
    }

    #[test]
    fn takes_no_more_than_a_password_may_have() {
        let mut hidden = Hidden::default();
        let remark = hidden.paste(&Pasted::read(&"x".repeat(5_000)));
        assert_eq!(hidden.plain().len(), MAX_BYTES);
        assert!(remark.unwrap().contains("1,024"));
        assert!(!hidden.type_char('y'));
    }
}
