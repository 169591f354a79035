//! Text from outside: kept as it came, shown only with its tricks made visible.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::char::is_combining_mark;

/// Combining marks shown on one base character; Vietnamese and pointed Hebrew need three.
const MAX_STACKED_MARKS: usize = 4;

/// A string that somebody outside typed or sent: a name, an email, a reason.
///
/// It is stored and compared as it came ([`Text::raw`]); `Display` and `Debug` go through
/// [`escape`], so that no way to a screen, a log, a CSV or a mail header shows it raw.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Text(String);

impl Text {
    /// Wraps a string as it came.
    pub fn new(raw: impl Into<String>) -> Self {
        Self(raw.into())
    }

    /// The string as it came: for comparing, searching and editing, never for showing.
    pub fn raw(&self) -> &str {
        &self.0
    }

    /// True when nothing but white space is in it.
    pub fn is_blank(&self) -> bool {
        self.0.trim().is_empty()
    }

    /// The string as it may be shown: see [`escape`].
    pub fn shown(&self) -> Cow<'_, str> {
        escape(&self.0)
    }
}

impl From<&str> for Text {
    fn from(raw: &str) -> Self {
        Self(raw.to_owned())
    }
}

impl From<String> for Text {
    fn from(raw: String) -> Self {
        Self(raw)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.shown())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.shown())
    }
}

/// Makes control, bidi, zero-width and other invisible characters visible as `⟨U+202E⟩`,
/// and cuts stacks of combining marks after four.
pub fn escape(raw: &str) -> Cow<'_, str> {
    if raw.bytes().all(|b| (0x20..0x7f).contains(&b)) {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len() + 16);
    let mut marks = 0;
    for c in raw.chars() {
        if is_combining_mark(c) && !is_invisible(c) {
            marks += 1;
            if marks <= MAX_STACKED_MARKS {
                out.push(c);
            }
            continue;
        }
        marks = 0;
        if is_invisible(c) {
            out.push_str(&format!("⟨U+{:04X}⟩", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// True for characters that take no cell, reorder their neighbours or drive a terminal.
///
/// Control characters; format characters (general category Cf of Unicode 16); line and
/// paragraph separators; variation selectors; the blank Hangul fillers.
pub fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(u32::from(c),
            0xAD | 0x34F | 0x61C | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x180B..=0x180F
            | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F | 0x3164
            | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFB
            | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A | 0xE0000..=0xE0FFF)
}

/// True for a mark that combines with the character before it.
pub fn is_mark(c: char) -> bool {
    is_combining_mark(c)
}

/// A whole number with thousands separators: `1,204`.
pub fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_is_shown_as_it_is() {
        for raw in ["Zoë O'Brien", "山田 太郎", "אבו כף-גרוסמן", "Nguyễn Thị"] {
            assert_eq!(escape(raw), raw);
        }
    }

    #[test]
    fn tricks_are_made_visible() {
        assert_eq!(escape("a\u{202e}b"), "a⟨U+202E⟩b");
        assert_eq!(escape("\u{1b}[2J"), "⟨U+001B⟩[2J");
        assert_eq!(escape("x\u{200b}y"), "x⟨U+200B⟩y");
        assert_eq!(format!("{}", Text::from("a\tb")), "a⟨U+0009⟩b");
        assert_eq!(format!("{:?}", Text::from("\n")), "\"⟨U+000A⟩\"");
    }

    #[test]
    fn stacked_marks_are_cut() {
        let zalgo = format!("e{}", "\u{301}".repeat(40));
        assert_eq!(escape(&zalgo).chars().count(), 1 + MAX_STACKED_MARKS);
    }

    #[test]
    fn thousands_are_separated() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(1_204), "1,204");
        assert_eq!(thousands(1_000_000), "1,000,000");
    }
}
