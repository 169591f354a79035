//! Measuring and cutting text by what a terminal shows: graphemes and cells.
//!
//! Owns the one preparation that text goes through before it may stand in a cell. Must not
//! know where it is drawn.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::domain::text::escape;
pub use crate::domain::text::thousands;

/// A text that may be shown: escaped, every grapheme one or two cells wide, and ASCII if
/// that was asked for.
///
/// Escaping twice changes nothing, so a text that was escaped on its way is welcome.
pub fn presentable(raw: &str, ascii: bool) -> Cow<'_, str> {
    let escaped = escape(raw);
    if escaped.is_ascii() {
        return escaped;
    }
    if ascii {
        return Cow::Owned(to_ascii(&escaped));
    }
    if escaped.graphemes(true).all(|g| (1..=2).contains(&g.width())) {
        return escaped;
    }
    let mut out = String::with_capacity(escaped.len() + 8);
    for grapheme in escaped.graphemes(true) {
        match grapheme.width() {
            0 => {
                out.push('◌');
                out.push_str(grapheme);
            }
            1 | 2 => out.push_str(grapheme),
            _ => out.extend(
                grapheme
                    .chars()
                    .filter(|c| UnicodeWidthStr::width(c.encode_utf8(&mut [0; 4]) as &str) > 0),
            ),
        }
    }
    Cow::Owned(out)
}

fn to_ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // A syllable that was written out brings a space of its own along.
    let mut own_space = false;
    for grapheme in text.graphemes(true) {
        let spaced = std::mem::take(&mut own_space);
        match grapheme {
            "⟨" => out.push('<'),
            "⟩" => out.push('>'),
            "…" => out.push('~'),
            "—" | "·" | "–" => out.push('-'),
            "“" | "”" => out.push('"'),
            "▸" | "→" => out.push('>'),
            "←" => out.push('<'),
            " " if spaced => {}
            _ if grapheme.is_ascii() => out.push_str(grapheme),
            _ => {
                transliterate(grapheme, &mut out);
                own_space = out.ends_with(' ');
            }
        }
    }
    if own_space && out.len() > 1 {
        out.pop();
    }
    out
}

fn transliterate(grapheme: &str, out: &mut String) {
    let before = out.len();
    for c in grapheme.chars() {
        if let Some(ascii) = deunicode::deunicode_char(c) {
            out.extend(ascii.chars().filter(|c| c.is_ascii() && !c.is_ascii_control()));
        }
    }
    if out.len() == before {
        out.push('?');
    }
}

/// The cells that a presentable text takes.
pub fn width(text: &str) -> usize {
    text.graphemes(true).map(UnicodeWidthStr::width).sum()
}

/// The beginning of `text` that fits `max` cells; when something had to go, it ends in
/// `ellipsis` (one cell).
pub fn cut<'a>(text: &'a str, max: usize, ellipsis: &str) -> Cow<'a, str> {
    if width(text) <= max {
        return Cow::Borrowed(text);
    }
    if max == 0 {
        return Cow::Borrowed("");
    }
    let mut out = String::with_capacity(text.len());
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        let w = grapheme.width();
        if used + w > max - 1 {
            break;
        }
        out.push_str(grapheme);
        used += w;
    }
    out.push_str(ellipsis);
    Cow::Owned(out)
}

/// `text` in lines of at most `max` cells, broken at spaces where there are any.
pub fn wrap(text: &str, max: usize) -> Vec<String> {
    let max = max.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split_whitespace() {
        let w = width(word);
        if used > 0 && used + 1 + w > max {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        for grapheme in word.graphemes(true) {
            let w = grapheme.width();
            if used + w > max && used > 0 {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            line.push_str(grapheme);
            used += w;
        }
    }
    if used > 0 {
        lines.push(line);
    }
    lines
}

/// An address without what every address begins with: what is left tells them apart.
pub fn without_scheme(address: &str) -> &str {
    let bare = ["https://", "http://"].iter().find_map(|scheme| address.strip_prefix(scheme));
    bare.unwrap_or(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cutting_counts_cells_not_characters() {
        assert_eq!(cut("山田太郎", 8, "…"), "山田太郎");
        assert_eq!(cut("山田太郎", 7, "…"), "山田太…");
        assert_eq!(cut("山田太郎", 6, "…"), "山田…");
        assert_eq!(cut("abc", 0, "…"), "");
        assert_eq!(cut("Zoë", 2, "…"), "Z…");
    }

    #[test]
    fn a_lone_mark_gets_something_to_stand_on() {
        assert_eq!(presentable("\u{301}a", false), "◌\u{301}a");
        assert_eq!(width(&presentable("\u{301}\u{302}", false)), 1);
    }

    #[test]
    fn ascii_is_ascii_whatever_comes() {
        for raw in ["山田 太郎", "Zoë", "a\u{202e}b", "🙂", "\u{e000}", "אבו", "…—"] {
            let shown = presentable(raw, true);
            assert!(shown.bytes().all(|b| (0x20..0x7f).contains(&b)), "{raw:?} → {shown:?}");
            assert!(!shown.is_empty());
        }
    }

    #[test]
    fn what_is_written_out_keeps_single_spaces() {
        assert_eq!(presentable("山田 太郎", true), "Shan Tian Tai Lang");
        assert_eq!(presentable("a  ·  b", true), "a  -  b");
        assert_eq!(presentable("←→ choose", true), "<> choose", "an arrow points somewhere");
    }

    #[test]
    fn wraps_at_words_and_breaks_what_is_longer_than_a_line() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrap("", 3), Vec::<String>::new());
        assert_eq!(wrap("山田太郎", 1).len(), 4);
    }
}
