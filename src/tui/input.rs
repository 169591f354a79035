//! Terminal events become ours: chords, pastes, sizes. Everything else is dropped here.
//!
//! Owns what counts as a key press and what a paste may hold. Must not know what any key
//! does.

use crossterm::event::{
    Event as Raw, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEventKind,
};

use super::event::Spot;
use super::keymap::{Chord, Key};

/// The characters kept of a paste; fields take far fewer, and say so.
pub const MAX_PASTE: usize = 8_192;

/// What reached the console from its terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A key.
    Chord(Chord),
    /// Text pasted between brackets.
    Paste(Pasted),
    /// The terminal has a new size: columns, rows.
    Size(u16, u16),
    /// The mouse was pressed at that column and row.
    Point(u16, u16),
    /// The mouse was pressed on that spot of the top layer.
    Hit(Spot),
    /// The mouse's wheel was turned, down or up.
    Wheel {
        /// Whether it was turned down.
        down: bool,
    },
}

/// A paste made fit for a one-line field.
#[derive(Clone, PartialEq, Eq)]
pub struct Pasted {
    /// The text on one line; line breaks and tabs have become spaces.
    pub text: String,
    /// Control characters that were left out.
    pub dropped: usize,
    /// Whether there was more than [`MAX_PASTE`] characters.
    pub more: bool,
}

impl std::fmt::Debug for Pasted {
    /// Without the text: it may be a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pasted({} characters)", self.text.chars().count())
    }
}

impl Drop for Pasted {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.text);
    }
}

impl Pasted {
    /// Reads at most [`MAX_PASTE`] characters of `raw`, whatever its length.
    pub fn read(raw: &str) -> Self {
        let raw = raw.trim_end_matches(['\r', '\n']);
        let mut pasted = Self {
            text: String::with_capacity(raw.len().min(4 * MAX_PASTE)),
            dropped: 0,
            more: false,
        };
        let mut kept = 0;
        let mut after_return = false;
        for c in raw.chars() {
            if kept == MAX_PASTE {
                pasted.more = true;
                break;
            }
            match c {
                '\n' if after_return => {}
                '\n' | '\r' | '\t' => {
                    pasted.text.push(' ');
                    kept += 1;
                }
                c if c.is_control() => pasted.dropped += 1,
                c => {
                    pasted.text.push(c);
                    kept += 1;
                }
            }
            after_return = c == '\r';
        }
        pasted
    }
}

/// Reads an event of the terminal; `None` for what the console has no use for.
pub fn read(raw: &Raw) -> Option<Input> {
    match raw {
        Raw::Key(key) => chord(key).map(Input::Chord),
        Raw::Paste(text) => Some(Input::Paste(Pasted::read(text))),
        Raw::Resize(columns, rows) => {
            let (columns, rows) = known_size((*columns, *rows));
            Some(Input::Size(columns, rows))
        }
        Raw::Mouse(mouse) => match mouse.kind {
            MouseEventKind::Down(MouseButton::Left) => Some(Input::Point(mouse.column, mouse.row)),
            MouseEventKind::ScrollDown => Some(Input::Wheel { down: true }),
            MouseEventKind::ScrollUp => Some(Input::Wheel { down: false }),
            _ => None,
        },
        _ => None,
    }
}

/// The size of a terminal that knows its own; a serial line says 0×0 and is taken for 80×24.
pub fn known_size((columns, rows): (u16, u16)) -> (u16, u16) {
    if columns == 0 || rows == 0 { (80, 24) } else { (columns, rows) }
}

fn chord(event: &KeyEvent) -> Option<Chord> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
    let shift = event.modifiers.contains(KeyModifiers::SHIFT);
    if event.modifiers.intersects(KeyModifiers::ALT | KeyModifiers::SUPER | KeyModifiers::META) {
        return alt_gr(event, ctrl);
    }
    let key = match event.code {
        KeyCode::Char(c) if ctrl => return control(c),
        KeyCode::Char(c) if c.is_control() => return None,
        KeyCode::Char(c) => Key::Char(c),
        KeyCode::F(n) if !shift => Key::F(n),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Esc,
        KeyCode::Tab if shift => Key::BackTab,
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => Key::BackTab,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        _ => return None,
    };
    Some(Chord::plain(key))
}

/// AltGr arrives as Ctrl and Alt on some terminals and types a character nonetheless.
fn alt_gr(event: &KeyEvent, ctrl: bool) -> Option<Chord> {
    match event.code {
        KeyCode::Char(c) if ctrl && !c.is_ascii_alphanumeric() && !c.is_control() => {
            Some(Chord::plain(Key::Char(c)))
        }
        _ => None,
    }
}

/// Old terminals send Ctrl-H for Backspace, Ctrl-M and Ctrl-J for Enter, Ctrl-I for Tab.
fn control(c: char) -> Option<Chord> {
    match c.to_ascii_lowercase() {
        'h' => Some(Chord::plain(Key::Backspace)),
        'm' | 'j' => Some(Chord::plain(Key::Enter)),
        'i' => Some(Chord::plain(Key::Tab)),
        letter if letter.is_ascii_lowercase() => Some(Chord::ctrl(letter)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(code: KeyCode, modifiers: KeyModifiers) -> Option<Input> {
        read(&Raw::Key(KeyEvent::new(code, modifiers)))
    }

    #[test]
    fn keys_are_told_apart() {
        let chord = |c| Some(Input::Chord(c));
        assert_eq!(
            key(KeyCode::Char('S'), KeyModifiers::SHIFT),
            chord(Chord::plain(Key::Char('S')))
        );
        assert_eq!(key(KeyCode::Char('s'), KeyModifiers::CONTROL), chord(Chord::ctrl('s')));
        assert_eq!(
            key(KeyCode::Char('h'), KeyModifiers::CONTROL),
            chord(Chord::plain(Key::Backspace))
        );
        assert_eq!(key(KeyCode::Tab, KeyModifiers::SHIFT), chord(Chord::plain(Key::BackTab)));
        assert_eq!(key(KeyCode::Char('x'), KeyModifiers::ALT), None);
        assert_eq!(key(KeyCode::F(3), KeyModifiers::SHIFT), None);
        let alt_gr = KeyModifiers::ALT | KeyModifiers::CONTROL;
        assert_eq!(key(KeyCode::Char('@'), alt_gr), chord(Chord::plain(Key::Char('@'))));
    }

    #[test]
    fn a_line_that_knows_no_size_is_taken_for_an_ordinary_one() {
        assert_eq!(read(&Raw::Resize(0, 0)), Some(Input::Size(80, 24)));
        assert_eq!(read(&Raw::Resize(20, 5)), Some(Input::Size(20, 5)));
    }

    #[test]
    fn a_paste_is_one_line_without_control_characters() {
        let pasted = Pasted::read("a\r\nb\tc\u{1b}[2Jd\n");
        assert_eq!(pasted.text, "a b c[2Jd");
        assert_eq!((pasted.dropped, pasted.more), (1, false));
    }

    #[test]
    fn a_huge_paste_is_cut_where_it_is_read() {
        let pasted = Pasted::read(&"ä".repeat(10_000_000));
        assert_eq!(pasted.text.chars().count(), MAX_PASTE);
        assert!(pasted.more);
    }
}
