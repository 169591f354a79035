//! Cells of CSV files: what goes out can do no harm, and comes back in as it was.
//!
//! Two things are written before the csv crate quotes a cell, and undone when one is read:
//!
//! - A cell that a spreadsheet would take for a formula gets an apostrophe in front:
//!   `=1+1` → `'=1+1`. So does one that would lose its own apostrophe on the way back.
//! - What is invisible, and every combining mark after the fourth on one letter, is written
//!   as its number: `⟨U+202E⟩`. A text that has such a number in it gets its bracket written
//!   as one, too.
//!
//! `read(write(text)) == text` for every text.

use std::borrow::Cow;

use crate::domain::text::{is_invisible, is_mark};

/// What a formula begins with, for one spreadsheet or another (OWASP, CSV injection).
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Combining marks on one letter that are written as they are.
const MARKS: usize = 4;

/// A text as it goes into a cell.
pub fn write(text: &str) -> Cow<'_, str> {
    let visible = visible(text);
    if needs_apostrophe(&visible) { Cow::Owned(format!("'{visible}")) } else { visible }
}

/// Whether a cell stands for itself: the usual case, told fast.
pub fn is_plain(cell: &str) -> bool {
    !cell.starts_with('\'') && !cell.contains("⟨U+")
}

/// The text that a cell stands for.
pub fn read(cell: &str) -> Cow<'_, str> {
    let rest = match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(FORMULA) || rest.starts_with('\'') => rest,
        _ => cell,
    };
    if !rest.contains("⟨U+") {
        return Cow::Borrowed(rest);
    }
    let mut text = String::with_capacity(rest.len());
    let mut left = rest;
    while let Some(at) = left.find("⟨U+") {
        let (before, number) = left.split_at(at);
        text.push_str(before);
        match numbered(number) {
            Some((c, length)) => {
                text.push(c);
                left = &number[length..];
            }
            None => {
                text.push('⟨');
                left = &number['⟨'.len_utf8()..];
            }
        }
    }
    text.push_str(left);
    Cow::Owned(text)
}

/// The character whose number stands at the beginning, and how many bytes that takes.
fn numbered(text: &str) -> Option<(char, usize)> {
    let (digits, _) = text.strip_prefix("⟨U+")?.split_once('⟩')?;
    let is_number = (4..=6).contains(&digits.len())
        && digits.bytes().all(|it| it.is_ascii_digit() || (b'A'..=b'F').contains(&it));
    let c = char::from_u32(u32::from_str_radix(digits, 16).ok().filter(|_| is_number)?)?;
    (is_invisible(c) || is_mark(c) || c == '⟨')
        .then(|| (c, "⟨U+".len() + digits.len() + '⟩'.len_utf8()))
}

fn needs_apostrophe(text: &str) -> bool {
    text.starts_with(FORMULA)
        || text.strip_prefix('\'').is_some_and(|it| it.starts_with(FORMULA) || it.starts_with('\''))
}

fn visible(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| (0x20..0x7f).contains(&b)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut marks = 0;
    for (at, c) in text.char_indices() {
        marks = if is_mark(c) && !is_invisible(c) { marks + 1 } else { 0 };
        if is_invisible(c) || marks > MARKS || text[at..].starts_with("⟨U+") {
            out.push_str(&format!("⟨U+{:04X}⟩", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formulas_are_defused_and_come_back() {
        for (text, cell) in [
            ("+44 20 7946 0018", "'+44 20 7946 0018"),
            ("=HYPERLINK(\"x\")", "'=HYPERLINK(\"x\")"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("＝1", "'＝1"),
            ("'t Hooft", "'t Hooft"),
            ("'=1", "''=1"),
            ("''", "'''"),
            ("'", "'"),
            ("", ""),
            ("Zoë", "Zoë"),
            ("a\u{202e}b", "a⟨U+202E⟩b"),
            ("\t=1", "⟨U+0009⟩=1"),
            ("⟨U+202E⟩", "⟨U+27E8⟩U+202E⟩"),
        ] {
            assert_eq!((write(text).as_ref(), read(cell).as_ref()), (cell, text));
        }
        let stacked = format!("e{}", "\u{301}".repeat(6));
        assert_eq!(write(&stacked), "e\u{301}\u{301}\u{301}\u{301}⟨U+0301⟩⟨U+0301⟩");
        assert_eq!(read("⟨U+0041⟩⟨U+20⟩⟨U+202e⟩⟨U+"), "⟨U+0041⟩⟨U+20⟩⟨U+202e⟩⟨U+");
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in "(['=+@⟨U0-2E⟩\t\u{202e}\u{301}\u{ff1d}-]|.){0,12}") {
            let cell = write(&text).into_owned();
            prop_assert!(!cell.starts_with(FORMULA));
            prop_assert!(!cell.chars().any(is_invisible));
            prop_assert_eq!(read(&cell), text);
        }
    }
}
