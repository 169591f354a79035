//! The file of an import: its encoding, its header, its rows with the lines they begin on.
//!
//! The rows are taken apart by the csv crate, which reads on over anything. What it would
//! guess at is found out first, so that one broken quote spoils one row and not the rest.
//! A line ends as that crate has it: with `\n`, `\r\n` or, in files of old, `\r` alone.

use crate::domain::problem::{Code, Problem};
use crate::domain::text::Text;

/// The most that a file may have, in bytes; it is read whole.
pub const MAX_BYTES: usize = 256 * 1024 * 1024;

/// The lines over which one row may stretch; beyond it, a quote has been left open.
const MAX_LINES: usize = 20;

/// A file whose encoding and header are fine.
#[derive(Debug)]
pub(super) struct Sheet<'a> {
    text: &'a str,
    at: usize,
    line: u64,
    /// For each wanted column, where it stands; `None` when it is absent.
    places: Vec<Option<usize>>,
    /// How many columns the header has.
    width: usize,
}

/// A column that a file may have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    /// Its header, in any case.
    pub name: &'static str,
    /// Whether it must be there.
    pub required: bool,
}

/// A row: the line it begins on, and its cells in the order of the wanted columns.
#[derive(Debug, PartialEq)]
pub(super) struct SheetRow {
    /// From 1, the header being the first.
    pub line: u64,
    /// The cells, empty where a column is absent; or why the row can't be read.
    pub cells: Result<Vec<String>, Problem>,
}

impl<'a> Sheet<'a> {
    /// Opens a file of these bytes.
    ///
    /// # Errors
    /// When it is not UTF-8 text, or its header does not name exactly these columns.
    pub(super) fn open(bytes: &'a [u8], columns: &[Column]) -> Result<Self, Problem> {
        let text = decode(bytes)?;
        let mut sheet = Self { text, at: 0, line: 1, places: Vec::new(), width: 0 };
        let Some((_, header)) = sheet.record() else {
            return refused(format!(
                "The file is empty; its first line has to be {}.",
                example(columns)
            ));
        };
        let line = sheet.line - 1;
        let names = header.and_then(|it| cells(it).ok_or_else(|| broken("can't be read")));
        let placed = names.and_then(|names| Ok((places(&names, columns)?, names.len())));
        (sheet.places, sheet.width) = placed.map_err(|problem| {
            Problem::field(problem.code, "file", format!("Line {line}: {}", problem.message))
        })?;
        Ok(sheet)
    }

    /// How many bytes have been read.
    pub(super) fn read(&self) -> usize {
        self.at
    }

    /// The next row that is not blank.
    fn record(&mut self) -> Option<(u64, Result<&'a str, Problem>)> {
        loop {
            let rest = &self.text[self.at..];
            if rest.is_empty() {
                return None;
            }
            let line = self.line;
            let (length, whole) = match extent(rest) {
                Ok(length) => (length, Ok(&rest[..length])),
                Err(problem) => (line_end(rest), Err(problem)),
            };
            self.at += length;
            self.line += line_ends(&rest.as_bytes()[..length]).max(1) as u64;
            if !rest[..length].trim().is_empty() {
                return Some((line, whole));
            }
        }
    }
}

impl Iterator for Sheet<'_> {
    type Item = SheetRow;

    fn next(&mut self) -> Option<SheetRow> {
        let (line, whole) = self.record()?;
        let cells = whole.and_then(|it| cells(it).ok_or_else(|| broken("can't be read"))).and_then(
            |mut cells| {
                if cells.len() != self.width {
                    return Err(Problem::whole(
                        Code::Malformed,
                        format!(
                            "The row has {} cells and the header {}; give every column one, empty ones too.",
                            cells.len(),
                            self.width
                        ),
                    ));
                }
                let take = |place: &Option<usize>| {
                    place.map(|at| std::mem::take(&mut cells[at])).unwrap_or_default()
                };
                Ok(self.places.iter().map(take).collect())
            },
        );
        Some(SheetRow { line, cells })
    }
}

/// The bytes as text, without a byte order mark.
fn decode(bytes: &[u8]) -> Result<&str, Problem> {
    if bytes.len() > MAX_BYTES {
        return refused(format!(
            "The file has more than {} MiB; split it and import the parts.",
            MAX_BYTES / (1024 * 1024)
        ));
    }
    let utf16 = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]);
    let nul = bytes.iter().position(|byte| *byte == 0);
    if utf16 || nul.is_some_and(|at| at < 4) {
        return refused("The file is UTF-16; save it as CSV in UTF-8 and import it again.");
    }
    let line = |at: usize| line_ends(&bytes[..at]) + 1;
    if let Some(at) = nul {
        return refused(format!(
            "Line {} holds a NUL byte, so this is no text file; export it as CSV in UTF-8 again.",
            line(at)
        ));
    }
    let text = std::str::from_utf8(bytes).or_else(|error| {
        refused(format!(
            "Line {} is not UTF-8 (Latin-1 or Windows-1252, perhaps); save the file as CSV in UTF-8 and import it again.",
            line(error.valid_up_to())
        ))
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// Where each wanted column stands in the header.
fn places(names: &[String], columns: &[Column]) -> Result<Vec<Option<usize>>, Problem> {
    let known = |name: &str| columns.iter().position(|c| c.name.eq_ignore_ascii_case(name.trim()));
    if let [only] = names
        && let Some(separator) = [';', '\t', '|'].into_iter().find(|it| only.contains(*it))
    {
        let word = if separator == '\t' { "tabs".into() } else { format!("“{separator}”") };
        return refused(format!("the columns are parted by {word}; save the file with commas."));
    }
    if !names.iter().any(|name| known(name).is_some()) {
        return refused(format!("this is not the header; it has to be {}.", example(columns)));
    }
    let mut places = vec![None; columns.len()];
    for (at, name) in names.iter().enumerate() {
        let shown = Text::from(name.trim());
        match known(name) {
            None => {
                return refused(format!(
                    "there is no column “{shown}”; take it out. The columns are {}.",
                    example(columns)
                ));
            }
            Some(column) if places[column].is_some() => {
                return refused(format!("the column “{shown}” occurs twice; take one out."));
            }
            Some(column) => places[column] = Some(at),
        }
    }
    let missing = columns.iter().zip(&places).find(|(column, at)| column.required && at.is_none());
    match missing {
        Some((column, _)) => {
            refused(format!("the column “{}” is missing; add it to the header.", column.name))
        }
        None => Ok(places),
    }
}

fn example(columns: &[Column]) -> String {
    columns.iter().map(|column| column.name).collect::<Vec<_>>().join(",")
}

/// How many bytes the row at the beginning takes, its line break included.
///
/// # Errors
/// When its quotes are not as RFC 4180 §2 has them.
fn extent(rest: &str) -> Result<usize, Problem> {
    #[derive(Clone, Copy, PartialEq)]
    enum At {
        Start,
        Plain,
        Quoted,
        Closed,
    }
    let mut at = At::Start;
    let mut lines = 0;
    for (offset, byte) in rest.bytes().enumerate() {
        let ends = ends_line(rest.as_bytes(), offset);
        at = match (at, byte) {
            (At::Quoted, b'"') => At::Closed,
            (At::Quoted, _) if ends => {
                lines += 1;
                if lines >= MAX_LINES {
                    return Err(unclosed());
                }
                At::Quoted
            }
            (At::Quoted, _) | (At::Closed | At::Start, b'"') => At::Quoted,
            _ if ends => return Ok(offset + 1),
            // The first half of a line end.
            (_, b'\r') => at,
            (_, b',') => At::Start,
            (At::Closed, _) => return Err(after_quote()),
            (At::Plain, b'"') => return Err(stray_quote()),
            (At::Start | At::Plain, _) => At::Plain,
        };
    }
    if at == At::Quoted { Err(unclosed()) } else { Ok(rest.len()) }
}

/// How many bytes the line at the beginning takes, its end included.
fn line_end(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    (0..bytes.len()).find(|at| ends_line(bytes, *at)).map_or(bytes.len(), |at| at + 1)
}

fn line_ends(bytes: &[u8]) -> usize {
    (0..bytes.len()).filter(|at| ends_line(bytes, *at)).count()
}

/// Whether a line is over after this byte: `\r\n` is one end, at its second byte.
fn ends_line(bytes: &[u8], at: usize) -> bool {
    match bytes[at] {
        b'\n' => true,
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    }
}

/// The cells of one row; `None` when the csv crate sees anything but one row in it.
fn cells(row: &str) -> Option<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(row.len().clamp(64, 8_192))
        .from_reader(row.as_bytes());
    let mut record = csv::StringRecord::new();
    let found = reader.read_record(&mut record).ok()?;
    let cells = record.iter().map(str::to_owned).collect();
    (found && !reader.read_record(&mut record).ok()?).then_some(cells)
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

fn refused<T>(message: impl Into<String>) -> Result<T, Problem> {
    let message = message.into();
    Err(Problem::field(Code::Malformed, "file", message))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const COLUMNS: [Column; 3] = [
        Column { name: "Name", required: true },
        Column { name: "Email", required: true },
        Column { name: "Note", required: false },
    ];

    fn rows(text: &str) -> Vec<(u64, Result<Vec<String>, String>)> {
        let sheet = Sheet::open(text.as_bytes(), &COLUMNS).unwrap();
        sheet.map(|row| (row.line, row.cells.map_err(|problem| problem.message))).collect()
    }

    fn refusal(bytes: &[u8]) -> String {
        Sheet::open(bytes, &COLUMNS).unwrap_err().message
    }

    #[test]
    fn cells_come_in_the_wanted_order_with_the_line_they_begin_on() {
        let text = "\u{feff}email,NAME \r\na@b.example,\"O\"\"Brien, Zoë\"\r\n\r\nc@d.example,\"two\nlines\"\nlast,one";
        let ok = |cells: [&str; 3]| Ok(cells.map(str::to_owned).to_vec());
        assert_eq!(
            rows(text),
            [
                (2, ok(["O\"Brien, Zoë", "a@b.example", ""])),
                (4, ok(["two\nlines", "c@d.example", ""])),
                (6, ok(["one", "last", ""])),
            ]
        );
    }

    #[test]
    fn a_broken_quote_spoils_its_own_row_only() {
        let text = "Name,Email\n\"Zoë,a@b.example\nJan,c@d.example\n\"Jo\" x,e@f.example\nKa\"rl,g@h.example\nshort\nLi,i@j.example\n";
        let all = rows(text);
        let lines: Vec<(u64, bool)> = all.iter().map(|(line, it)| (*line, it.is_ok())).collect();
        assert_eq!(lines, [(2, false), (3, true), (4, false), (5, false), (6, false), (7, true)]);
        let said = |at: usize| all[at].1.clone().unwrap_err();
        assert!(said(2).contains("after a closing quote"), "{}", said(2));
        assert!(said(3).contains("middle of a cell"), "{}", said(3));
        assert!(said(4).contains("1 cells and the header 2"), "{}", said(4));
        let open = rows("Name,Email\nJan,c@d.example\n\"Zoë,a@b.example\n");
        assert!(open[1].1.clone().unwrap_err().contains("never closed"));
    }

    #[test]
    fn files_that_are_no_such_file_are_refused_as_a_whole() {
        for (bytes, sentence) in [
            (&b""[..], "The file is empty; its first line has to be Name,Email,Note."),
            (b"\xff\xfeN\0a\0", "The file is UTF-16;"),
            (b"N\0a\0m\0e\0", "The file is UTF-16;"),
            (b"Name,Email\nJ\0an,x", "Line 2 holds a NUL byte"),
            (b"Name,Email\nJan,x\nZo\xeb,y", "Line 3 is not UTF-8 (Latin-1"),
            (b"Name;Email\n", "Line 1: the columns are parted by “;”; save the file with commas."),
            (b"Jan,c@d.example\n", "Line 1: this is not the header; it has to be Name,Email,Note."),
            (b"Name,Email,Fax\n", "Line 1: there is no column “Fax”; take it out."),
            (b"Name,Email,name\n", "Line 1: the column “name” occurs twice"),
            (b"Name,Note\n", "Line 1: the column “Email” is missing; add it to the header."),
            (b"Name,\"Email\n", "Line 1: The row opens a quote that is never closed"),
        ] {
            let said = refusal(bytes);
            assert!(said.starts_with(sentence), "{said}");
        }
    }

    #[test]
    fn a_line_ends_in_any_of_three_ways() {
        let ok = |name: &str, email: &str| Ok(vec![name.to_owned(), email.into(), String::new()]);
        assert_eq!(
            rows(
                "Name,Email\rJan,a@b.example\r\r\nLi,\"c@d.example\"\r\nJo,\"two\r\nlines\"\rKa,e\rZo,f"
            ),
            [
                (2, ok("Jan", "a@b.example")),
                (4, ok("Li", "c@d.example")),
                (5, ok("Jo", "two\r\nlines")),
                (7, ok("Ka", "e")),
                (8, ok("Zo", "f")),
            ]
        );
        let broken = rows("Name,Email\r\"Jan,a\rLi,b\r");
        assert_eq!((broken[0].0, broken[0].1.is_err()), (2, true));
        assert_eq!(broken[1], (3, ok("Li", "b")));
        assert!(refusal(b"Name,Email\rJan,a\rZo\xeb,b\r").starts_with("Line 3 is not UTF-8"));
    }

    proptest! {
        /// What was written as RFC 4180 has it comes back, row by row, whatever is in it.
        #[test]
        fn every_row_that_was_written_is_read(
            written in prop::collection::vec((any::<[bool; 2]>(), "[a\", \r\né]{0,6}", "[a,\r\n\"]{0,6}", 0..3_usize), 0..12),
        ) {
            let mut text = String::from("Name,Email\r");
            for ([first, second], name, email, end) in &written {
                let cell = |text: &str, quoted: bool| match quoted || text.contains([',', '"', '\r', '\n']) {
                    true => format!("\"{}\"", text.replace('"', "\"\"")),
                    false => text.to_owned(),
                };
                text += &cell(name, *first);
                text += ",";
                text += &cell(email, *second);
                text += ["\n", "\r\n", "\r"][*end];
            }
            let read: Vec<_> = rows(&text).into_iter().map(|(_, cells)| cells).collect();
            let wanted: Vec<_> = written
                .into_iter()
                .map(|(_, name, email, _)| Ok(vec![name, email, String::new()]))
                .collect();
            prop_assert_eq!(read, wanted);
        }
    }
}
