//! Rows in a text: where one ends, which cells it has, and what is wrong with its quotes.
//!
//! The rows are taken apart by the csv crate, which reads on over anything. What it would
//! guess at is found out first, so that one broken quote spoils one row and not the rest.
//! A line ends as that crate has it: with `\n`, `\r\n` or, in files of old, `\r` alone.

use crate::domain::problem::{Code, Problem};

/// The lines over which one row may stretch; beyond it, a quote has been left open.
const MAX_LINES: usize = 20;

/// How far the row at the beginning of a text goes.
pub(super) enum Extent {
    /// So many bytes, its line break included.
    Whole(usize),
    /// Its quotes are not as RFC 4180 §2 has them; its first line takes so many bytes.
    Broken(usize, Problem),
    /// It may go on after the end of the text.
    Open,
}

/// How far the row at the beginning goes; `last` says that nothing comes after this text.
pub(super) fn extent(text: &str, separator: u8, last: bool) -> Extent {
    match scan(text.as_bytes(), separator, last) {
        Ok(Some(length)) => Extent::Whole(length),
        Ok(None) => Extent::Open,
        Err(problem) => match line_end(text, last) {
            Some(length) => Extent::Broken(length, problem),
            None => Extent::Open,
        },
    }
}

fn scan(bytes: &[u8], separator: u8, last: bool) -> Result<Option<usize>, Problem> {
    #[derive(Clone, Copy, PartialEq)]
    enum At {
        Start,
        Plain,
        Quoted,
        Closed,
    }
    let mut at = At::Start;
    let mut lines = 0;
    for (offset, byte) in bytes.iter().enumerate() {
        if *byte == b'\r' && offset + 1 == bytes.len() && !last {
            return Ok(None);
        }
        let ends = ends_line(bytes, offset);
        at = match (at, *byte) {
            (At::Quoted, b'"') => At::Closed,
            (At::Quoted, _) if ends => {
                lines += 1;
                if lines >= MAX_LINES {
                    return Err(unclosed());
                }
                At::Quoted
            }
            (At::Quoted, _) | (At::Closed | At::Start, b'"') => At::Quoted,
            _ if ends => return Ok(Some(offset + 1)),
            // The first half of a line end.
            (_, b'\r') => at,
            (_, it) if it == separator => At::Start,
            (At::Closed, _) => return Err(after_quote()),
            (At::Plain, b'"') => return Err(stray_quote()),
            (At::Start | At::Plain, _) => At::Plain,
        };
    }
    match (last, at) {
        (false, _) => Ok(None),
        (true, At::Quoted) => Err(unclosed()),
        (true, _) => Ok(Some(bytes.len())),
    }
}

/// How many bytes the line at the beginning takes, its end included; `None` when it may go on.
pub(super) fn line_end(text: &str, last: bool) -> Option<usize> {
    let bytes = text.as_bytes();
    let at = memchr::memchr2(b'\n', b'\r', bytes);
    match at {
        Some(at) if bytes[at] == b'\n' => Some(at + 1),
        Some(at) => match bytes.get(at + 1) {
            Some(b'\n') => Some(at + 2),
            Some(_) => Some(at + 1),
            None => last.then_some(at + 1),
        },
        None => last.then_some(bytes.len()),
    }
}

/// How many lines end in a text that does not stop between `\r` and `\n`.
pub(super) fn line_ends(text: &str) -> u64 {
    let bytes = text.as_bytes();
    memchr::memchr2_iter(b'\n', b'\r', bytes).filter(|at| ends_line(bytes, *at)).count() as u64
}

/// Whether a line is over after this byte: `\r\n` is one end, at its second byte.
fn ends_line(bytes: &[u8], at: usize) -> bool {
    match bytes[at] {
        b'\n' => true,
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    }
}

/// The cells of one row.
///
/// # Errors
/// When the csv crate sees anything but one row in it.
pub(super) fn cells(row: &str, separator: u8) -> Result<Vec<String>, Problem> {
    if !row.contains('"') {
        let row = row.strip_suffix('\n').unwrap_or(row);
        let row = row.strip_suffix('\r').unwrap_or(row);
        return Ok(row.split(char::from(separator)).map(str::to_owned).collect());
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .buffer_capacity(row.len().clamp(64, 8_192))
        .from_reader(row.as_bytes());
    let mut record = csv::StringRecord::new();
    let found = reader.read_record(&mut record).unwrap_or(false);
    let cells = record.iter().map(str::to_owned).collect();
    let one = found && !reader.read_record(&mut record).unwrap_or(true);
    if one { Ok(cells) } else { Err(broken("can't be read")) }
}

fn unclosed() -> Problem {
    broken("opens a quote that is never closed; close it, or double it if it belongs to the text")
}

fn after_quote() -> Problem {
    broken("goes on after a closing quote; double the quotes that belong to the text")
}

fn stray_quote() -> Problem {
    broken("has a quote in the middle of a cell; put the cell in quotes and double those in it")
}

fn broken(what: &str) -> Problem {
    Problem::whole(Code::Malformed, format!("The row {what}."))
}
