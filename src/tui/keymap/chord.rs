//! One pressed key: what it is, and how people write it.

use std::fmt;

/// The key itself, without its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// A key that types a character; its case is part of it.
    Char(char),
    /// A function key, 1 to 12.
    F(u8),
    /// Enter.
    Enter,
    /// Escape.
    Esc,
    /// Tab.
    Tab,
    /// Shift and Tab.
    BackTab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Cursor up.
    Up,
    /// Cursor down.
    Down,
    /// Cursor left.
    Left,
    /// Cursor right.
    Right,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
}

/// A key with or without Ctrl. Other modifiers never reach the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Chord {
    /// The key.
    pub key: Key,
    /// Whether Ctrl was held.
    pub ctrl: bool,
}

impl Chord {
    /// A key by itself.
    pub const fn plain(key: Key) -> Self {
        Self { key, ctrl: false }
    }

    /// A letter with Ctrl.
    pub const fn ctrl(letter: char) -> Self {
        Self { key: Key::Char(letter), ctrl: true }
    }

    /// The character that this chord types, if it types one.
    pub fn typed(self) -> Option<char> {
        match self.key {
            Key::Char(c) if !self.ctrl => Some(c),
            _ => None,
        }
    }

    /// Reads the notation of the key table: `Enter`, `S-Tab`, `C-s`, `F1`, `Space`, `,`.
    pub fn parse(name: &str) -> Option<Self> {
        if let Some(letter) = name.strip_prefix("C-") {
            return one_char(letter).map(Self::ctrl);
        }
        if let Some((_, key)) = NAMED.iter().find(|(n, _)| *n == name) {
            return Some(Self::plain(*key));
        }
        if let Some(n) = name.strip_prefix('F').and_then(|n| n.parse().ok()) {
            return (1..=12).contains(&n).then_some(Self::plain(Key::F(n)));
        }
        one_char(name).map(|c| Self::plain(Key::Char(c)))
    }

    /// The name on the key cap, short: `↑` or, in ASCII, `Up`.
    pub fn name(self, ascii: bool) -> String {
        if let (true, Key::Char(c)) = (self.ctrl, self.key) {
            return format!("Ctrl-{}", c.to_ascii_uppercase());
        }
        if !ascii {
            let arrow = match self.key {
                Key::Up => Some("↑"),
                Key::Down => Some("↓"),
                Key::Left => Some("←"),
                Key::Right => Some("→"),
                _ => None,
            };
            if let Some(arrow) = arrow {
                return arrow.to_owned();
            }
        }
        match self.key {
            Key::F(n) => format!("F{n}"),
            Key::BackTab => "Shift-Tab".to_owned(),
            Key::Char(' ') => "Space".to_owned(),
            Key::Char(c) => c.to_string(),
            key => NAMED.iter().find(|(_, k)| *k == key).map_or("?", |(n, _)| n).to_owned(),
        }
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.name(false))
    }
}

const NAMED: [(&str, Key); 15] = [
    ("Enter", Key::Enter),
    ("Esc", Key::Esc),
    ("Tab", Key::Tab),
    ("S-Tab", Key::BackTab),
    ("Backspace", Key::Backspace),
    ("Delete", Key::Delete),
    ("Up", Key::Up),
    ("Down", Key::Down),
    ("Left", Key::Left),
    ("Right", Key::Right),
    ("Home", Key::Home),
    ("End", Key::End),
    ("PgUp", Key::PageUp),
    ("PgDn", Key::PageDown),
    ("Space", Key::Char(' ')),
];

fn one_char(text: &str) -> Option<char> {
    let mut chars = text.chars();
    let first = chars.next()?;
    chars.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_notation_of_the_table() {
        assert_eq!(Chord::parse("C-s"), Some(Chord::ctrl('s')));
        assert_eq!(Chord::parse("F12"), Some(Chord::plain(Key::F(12))));
        assert_eq!(Chord::parse("F"), Some(Chord::plain(Key::Char('F'))));
        assert_eq!(Chord::parse("S-Tab"), Some(Chord::plain(Key::BackTab)));
        assert_eq!(Chord::parse(","), Some(Chord::plain(Key::Char(','))));
        assert_eq!(Chord::parse("F13"), None);
        assert_eq!(Chord::parse("Entr"), None);
    }

    #[test]
    fn names_are_short_and_ascii_when_asked() {
        assert_eq!(Chord::ctrl('s').name(false), "Ctrl-S");
        assert_eq!(Chord::plain(Key::Up).name(false), "↑");
        assert_eq!(Chord::plain(Key::Up).name(true), "Up");
        assert_eq!(Chord::plain(Key::PageDown).name(false), "PgDn");
    }
}
