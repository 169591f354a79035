//! The small parts of a letter: wrapped lines, escaped HTML, dates, and secrets put in last.

use chrono::{FixedOffset, Offset, Utc};
use unicode_width::UnicodeWidthStr;

use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;

/// Stands in a template's output where the secret belongs. The engine never gets the secret
/// itself, so none of its buffers holds one. A private character that no value may contain,
/// see [`value`].
pub const MARK: char = '\u{e000}';
/// The columns of a line: what a window of a terminal with 80 columns shows unbroken, and every
/// mail program too.
const COLUMNS: usize = 72;

/// A text from outside as a template may have it: what could be taken for the mark is shown
/// by its number.
pub fn value(shown: &str) -> String {
    shown.replace(MARK, "⟨U+E000⟩")
}

/// A moment with its day and its offset: `Tuesday 24 November 2026, 14:02 (UTC+01:00)`.
pub fn moment(at: Timestamp, offset: i32) -> String {
    let zone = FixedOffset::east_opt(offset).unwrap_or_else(|| Utc.fix());
    let at = at.utc().with_timezone(&zone);
    let zone = if zone.local_minus_utc() == 0 { "(UTC)" } else { "(UTC%:z)" };
    at.format(&format!("%A %-d %B %Y, %H:%M {zone}")).to_string()
}

/// `text` fit to stand in HTML, between tags and in quotes.
pub fn html(text: &str) -> String {
    // So much is enough for any text: it must not grow and leave a copy of a secret behind.
    let mut out = String::with_capacity(text.len() * 6);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// `page` with the secret where the mark stands.
pub fn reveal(page: &str, secret: &Secret) -> Secret {
    let marks = page.matches(MARK).count();
    // Made as long as it gets: a string that grows leaves copies of itself behind.
    let mut out = String::with_capacity(page.len() + marks * secret.expose().len());
    for (at, part) in page.split(MARK).enumerate() {
        if at > 0 {
            out.push_str(secret.expose());
        }
        out.push_str(part);
    }
    Secret::new(out)
}

/// One line without white space at its ends or more than one space in it.
pub fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text in paragraphs of lines of at most 72 columns.
///
/// Lines that follow each other are one paragraph, and those of a list (`- `, `1. `) begin one
/// of their own; indented lines stay as they are. A word that is longer than a line stays
/// whole, or a link would not be one any more.
pub fn wrapped(text: &str) -> String {
    let mut out = String::new();
    let mut paragraph = String::new();
    for line in text.lines().map(str::trim_end) {
        let indented = line.starts_with([' ', '\t']);
        if line.is_empty() || indented || hang(line) > 0 {
            put(&mut out, &mut paragraph);
        }
        if indented {
            out.push_str(line);
            out.push('\n');
        } else if !line.is_empty() {
            paragraph.push_str(line);
            paragraph.push(' ');
        } else if !out.is_empty() && !out.ends_with("\n\n") {
            out.push('\n');
        }
    }
    put(&mut out, &mut paragraph);
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// By how much the further lines of a list's line are moved in; nothing for other lines.
fn hang(line: &str) -> usize {
    let Some((head, _)) = line.split_once(' ') else { return 0 };
    let number = head.strip_suffix('.').is_some_and(|it| it.parse::<u8>().is_ok());
    if number || matches!(head, "-" | "*") { head.len() + 1 } else { 0 }
}

/// Puts a paragraph out in lines, and empties it.
fn put(out: &mut String, paragraph: &mut String) {
    let indent = hang(paragraph);
    let mut used = 0;
    for word in paragraph.split_whitespace() {
        let columns = word.width();
        if used > indent && used + 1 + columns > COLUMNS {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', indent));
            used = indent;
        } else if used > 0 {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += columns;
    }
    if used > 0 {
        out.push('\n');
    }
    paragraph.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_absolute_and_name_their_zone() {
        let at = Timestamp::parse("2026-11-24T13:02:00Z").unwrap();
        assert_eq!(moment(at, 3600), "Tuesday 24 November 2026, 14:02 (UTC+01:00)");
        assert_eq!(moment(at, -12_600), "Tuesday 24 November 2026, 09:32 (UTC-03:30)");
        assert_eq!(moment(at, 0), "Tuesday 24 November 2026, 13:02 (UTC)");
    }

    #[test]
    fn lines_stay_within_72_columns_and_links_whole() {
        let long = "word ".repeat(40);
        let link = format!("https://shop.example/activate#{}", "x".repeat(80));
        let text = wrapped(&format!("{long}\n{long}\n\n\n\n  {link}\n1. {long}\n2. two\n"));
        for line in text.lines().filter(|line| !line.contains("https://")) {
            assert!(line.width() <= COLUMNS, "{line}");
        }
        assert!(text.contains(&format!("\n\n  {link}\n1. word")), "{text}");
        assert!(text.contains("\n   word") && text.ends_with("word\n2. two\n"), "{text}");
        assert!(!text.contains("\n\n\n"));
    }

    #[test]
    fn wide_letters_count_twice() {
        let text = wrapped(&"山田太郎 ".repeat(30));
        assert!(text.lines().all(|line| line.width() <= COLUMNS));
        assert_eq!(text.lines().next().unwrap().width(), 8 * 8 + 7);
    }

    #[test]
    fn a_secret_stands_where_the_mark_stood_and_nowhere_else() {
        let page = format!("a {MARK} b {MARK}");
        assert_eq!(reveal(&page, &Secret::new("s".into())).expose(), "a s b s");
        assert_eq!(value(&format!("Jo{MARK}")), "Jo⟨U+E000⟩");
    }
}
