//! The file of an import: its header, its rows with the lines they begin on.
//!
//! Commas, semicolons or tabs part the columns: whichever makes a header of the first line.
//! Only so much of the file is in memory as the longest row takes, and that is bounded.

use crate::domain::problem::{Code, Problem};
use crate::domain::text::Text;
use crate::service::cell;

use super::rows::{Extent, cells, extent, line_end, line_ends};
use super::text::{Source, TextReader};

/// The most that one row may have, in bytes.
const MAX_ROW: usize = 1024 * 1024;

/// What may part the columns.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// A file whose encoding and header are fine.
pub(super) struct Sheet<'a> {
    reader: TextReader<'a>,
    /// What has been read and not been dealt with, from `at`.
    text: String,
    at: usize,
    /// Whether `text` goes to the end of the file.
    last: bool,
    line: u64,
    separator: u8,
    /// For each wanted column, where it stands; `None` when it is absent.
    places: Vec<Option<usize>>,
    /// How many columns the header has.
    width: usize,
    /// The columns that nobody asked for.
    pub ignored: Vec<Text>,
}

/// A column that a file may have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    /// Its header, in any case, with `_` and `-` as good as a space.
    pub name: &'static str,
    /// Other headers that mean the same, in lower case.
    pub also: &'static [&'static str],
    /// Whether it must be there.
    pub required: bool,
}

impl Column {
    /// A column that must be there.
    pub(super) const fn required(name: &'static str, also: &'static [&'static str]) -> Self {
        Self { name, also, required: true }
    }

    /// A column that may be absent.
    pub(super) const fn optional(name: &'static str, also: &'static [&'static str]) -> Self {
        Self { name, also, required: false }
    }

    fn is_called(&self, header: &str) -> bool {
        let header = header.trim().replace(['_', '-'], " ").to_lowercase();
        self.name.to_lowercase() == header || self.also.contains(&header.as_str())
    }
}

/// A row: the line it begins on, and its cells in the order of the wanted columns.
#[derive(Debug, PartialEq)]
pub(super) struct SheetRow {
    /// From 1, the header being the first.
    pub line: u64,
    /// The cells, empty where a column is absent; or why the row can't be read.
    pub cells: Result<Vec<String>, Problem>,
}

/// A row as it stands in the text.
type Record = (u64, Result<std::ops::Range<usize>, Problem>);

impl<'a> Sheet<'a> {
    /// Opens a file; all of it is read once, to see that it is text.
    ///
    /// # Errors
    /// When it is not text, or its header lacks a column.
    pub(super) fn open(source: &'a mut dyn Source, columns: &[Column]) -> Result<Self, Problem> {
        let mut sheet = Self {
            reader: TextReader::open(source)?,
            text: String::new(),
            at: 0,
            last: false,
            line: 1,
            separator: b',',
            places: Vec::new(),
            width: 0,
            ignored: Vec::new(),
        };
        sheet.skip_blank()?;
        if sheet.at == sheet.text.len() && sheet.last {
            return refused(format!(
                "The file is empty; its first line has to be {}.",
                example(columns)
            ));
        }
        let line = sheet.line;
        sheet.read_header(columns).map_err(|problem| {
            Problem::field(problem.code, "file", format!("Line {line}: {}", problem.message))
        })?;
        Ok(sheet)
    }

    /// Bytes of the file that have been read, and how many it has.
    pub(super) fn progress(&self) -> (u64, u64) {
        // What is read and not dealt with is less than a row or a block.
        (self.reader.read, self.reader.size)
    }

    /// Takes the header in, with the separator that makes the most of it.
    fn read_header(&mut self, columns: &[Column]) -> Result<(), Problem> {
        let mut best: Option<(usize, u8, usize, Vec<String>)> = None;
        let mut trouble = None;
        for separator in SEPARATORS {
            self.separator = separator;
            let read = match self.extent()? {
                Extent::Whole(length) => {
                    cells(&self.text[self.at..self.at + length], separator).map(|it| (length, it))
                }
                Extent::Broken(_, problem) => Err(problem),
                Extent::Open => Err(too_long()),
            };
            match read {
                Ok((length, names)) => {
                    let known = |name: &&String| columns.iter().any(|it| it.is_called(name));
                    let count = names.iter().filter(known).count();
                    if best.as_ref().is_none_or(|it| count > it.0) {
                        best = Some((count, separator, length, names));
                    }
                }
                // What is wrong is said as commas have it.
                Err(problem) if separator == b',' => trouble = Some(problem),
                Err(_) => {}
            }
        }
        let (count, separator, length, names) = match (best, trouble) {
            (Some(best), None) => best,
            (Some(best), Some(_)) if best.0 > 0 => best,
            (_, Some(trouble)) => return Err(trouble),
            (None, None) => return Err(too_long()),
        };
        if count == 0 {
            return refused(format!("this is not the header; it has to be {}.", example(columns)));
        }
        self.separator = separator;
        (self.places, self.ignored) = places(&names, columns)?;
        self.width = names.len();
        self.pass(length);
        Ok(())
    }

    /// The next row that is not blank; `None` at the end of the file.
    fn record(&mut self) -> Result<Option<Record>, Problem> {
        self.skip_blank()?;
        let (line, start) = (self.line, self.at);
        if start == self.text.len() && self.last {
            return Ok(None);
        }
        let found = match self.extent()? {
            Extent::Whole(length) => (length, Ok(())),
            Extent::Broken(length, problem) => (length, Err(problem)),
            Extent::Open => match line_end(&self.text[self.at..], self.last) {
                Some(length) => (length, Err(too_long())),
                None => {
                    self.pass_long_line()?;
                    return Ok(Some((line, Err(too_long()))));
                }
            },
        };
        let (length, whole) = found;
        let start = self.at;
        self.pass(length);
        Ok(Some((line, whole.map(|()| start..start + length))))
    }

    /// How far the row at `at` goes, with as much read as it takes.
    ///
    /// [`Extent::Open`] when it is longer than a row may be.
    fn extent(&mut self) -> Result<Extent, Problem> {
        loop {
            match extent(&self.text[self.at..], self.separator, self.last) {
                Extent::Open if self.text.len() - self.at <= MAX_ROW => self.fill()?,
                Extent::Whole(length) if length > MAX_ROW => return Ok(Extent::Open),
                found => return Ok(found),
            }
        }
    }

    /// Passes over lines with nothing in them.
    fn skip_blank(&mut self) -> Result<(), Problem> {
        loop {
            match line_end(&self.text[self.at..], self.last) {
                Some(0) => return Ok(()),
                Some(length) if self.text[self.at..self.at + length].trim().is_empty() => {
                    self.pass(length);
                }
                Some(_) => return Ok(()),
                None if self.text.len() - self.at <= MAX_ROW => self.fill()?,
                None => return Ok(()),
            }
        }
    }

    fn pass(&mut self, length: usize) {
        self.line += line_ends(&self.text[self.at..self.at + length]).max(1);
        self.at += length;
    }

    /// Passes over a line that is too long to be kept.
    fn pass_long_line(&mut self) -> Result<(), Problem> {
        loop {
            if let Some(length) = line_end(&self.text[self.at..], self.last) {
                self.pass(length);
                return Ok(());
            }
            // A line end that is not whole yet stays.
            let keep = usize::from(self.text.ends_with('\r'));
            self.at = self.text.len() - keep;
            self.fill()?;
        }
    }

    /// Reads the next block, and forgets what has been dealt with.
    fn fill(&mut self) -> Result<(), Problem> {
        self.text.drain(..self.at);
        self.at = 0;
        self.last = !self.reader.more(&mut self.text)?;
        Ok(())
    }

    fn row(&self, range: std::ops::Range<usize>) -> Result<Vec<String>, Problem> {
        let mut cells = cells(&self.text[range], self.separator)?;
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
            let text = place.map(|at| std::mem::take(&mut cells[at])).unwrap_or_default();
            if cell::is_plain(&text) { text } else { cell::read(&text).into_owned() }
        };
        Ok(self.places.iter().map(take).collect())
    }
}

impl Iterator for Sheet<'_> {
    /// A row, or why the file can't be read any further.
    type Item = Result<SheetRow, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.record() {
            Ok(None) => None,
            Ok(Some((line, whole))) => {
                let cells = whole.and_then(|range| self.row(range));
                Some(Ok(SheetRow { line, cells }))
            }
            Err(problem) => Some(Err(problem)),
        }
    }
}

/// Where each wanted column stands in the header, and the columns that nobody asked for.
fn places(
    names: &[String],
    columns: &[Column],
) -> Result<(Vec<Option<usize>>, Vec<Text>), Problem> {
    let mut places = vec![None; columns.len()];
    let mut ignored = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let shown = Text::from(name.trim());
        match columns.iter().position(|it| it.is_called(name)) {
            None if shown.is_blank() => {}
            None => ignored.push(shown),
            Some(column) if places[column].is_some() => {
                let twice = columns[column].name;
                return refused(if shown.raw().eq_ignore_ascii_case(twice) {
                    format!("the column “{shown}” occurs twice; take one out.")
                } else {
                    format!(
                        "the column “{shown}” means “{twice}”, which is there already; take one out."
                    )
                });
            }
            Some(column) => places[column] = Some(at),
        }
    }
    let missing = columns.iter().zip(&places).filter(|(it, at)| it.required && at.is_none());
    let missing: Vec<String> = missing.map(|(it, _)| format!("“{}”", it.name)).collect();
    match missing.as_slice() {
        [] => Ok((places, ignored)),
        [one] => refused(format!("the column {one} is missing; add it to the header.")),
        [most @ .., last] => refused(format!(
            "the columns {} and {last} are missing; add them to the header.",
            most.join(", ")
        )),
    }
}

fn example(columns: &[Column]) -> String {
    columns.iter().map(|column| column.name).collect::<Vec<_>>().join(",")
}

fn too_long() -> Problem {
    Problem::whole(
        Code::TooLong,
        format!("The row has more than {} KiB; shorten it, or close its quote.", MAX_ROW / 1024),
    )
}

fn refused<T>(message: impl Into<String>) -> Result<T, Problem> {
    Err(Problem::field(Code::Malformed, "file", message))
}

#[cfg(test)]
mod tests;
