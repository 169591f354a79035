//! The text of a file: its encoding found out, read block by block.
//!
//! A file is read twice: once whole to judge its encoding, so that nothing of a file goes in
//! whose last line can't be read, and once to import it. No more of it than a block is ever
//! in memory.

use std::io::{self, Read, Seek, SeekFrom};

use crate::domain::problem::{Code, Problem, reason};

/// How many bytes are read at once.
const BLOCK: usize = 64 * 1024;

/// What a file is read from: anything that can be read twice.
pub trait Source: Read + Seek + Send {}

impl<T: Read + Seek + Send> Source for T {}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Utf16 { big_endian: bool },
}

/// A file that is being read as text.
pub(super) struct TextReader<'a> {
    source: &'a mut dyn Source,
    encoding: Encoding,
    /// Bytes of the file in all.
    pub size: u64,
    /// Bytes that have been read.
    pub read: u64,
    /// Bytes of a character whose rest is in the next block.
    left: Vec<u8>,
    block: Vec<u8>,
}

/// Why a block is no text.
enum Trouble {
    Io(io::Error),
    /// Everything before has been handed over.
    NotText,
}

impl<'a> TextReader<'a> {
    /// Judges a file, and stands at its beginning then.
    ///
    /// # Errors
    /// When it can't be read, or is not text in UTF-8 or in UTF-16 with a byte order mark.
    pub(super) fn open(source: &'a mut dyn Source) -> Result<Self, Problem> {
        let mut reader = Self {
            source,
            encoding: Encoding::Utf8,
            size: 0,
            read: 0,
            left: Vec::new(),
            block: vec![0; BLOCK],
        };
        reader.find_encoding()?;
        reader.judge()?;
        reader.rewind().map_err(|error| unreadable(&error))?;
        Ok(reader)
    }

    /// Hands over the next block; false when there is none any more.
    ///
    /// # Errors
    /// When it can't be read, or the file has become something else since it was judged.
    pub(super) fn more(&mut self, into: &mut String) -> Result<bool, Problem> {
        self.next_block(into).map_err(|trouble| match trouble {
            Trouble::Io(error) => unreadable(&error),
            Trouble::NotText => {
                refusal("The file changed while it was read; import it again once it is whole.")
            }
        })
    }

    fn find_encoding(&mut self) -> Result<(), Problem> {
        let mut head = Vec::new();
        let found = self.source.seek(SeekFrom::End(0)).and_then(|size| {
            self.size = size;
            self.source.seek(SeekFrom::Start(0))?;
            (&mut *self.source).take(4).read_to_end(&mut head)
        });
        found.map_err(|error| unreadable(&error))?;
        self.encoding = match head[..] {
            [0xFF, 0xFE, ..] => Encoding::Utf16 { big_endian: false },
            [0xFE, 0xFF, ..] => Encoding::Utf16 { big_endian: true },
            _ if head.contains(&0) => {
                return Err(refusal(
                    "The file is UTF-16 without a byte order mark, or no text at all; save it as CSV in UTF-8 and import it again.",
                ));
            }
            _ => Encoding::Utf8,
        };
        Ok(())
    }

    /// Reads the whole file for what is no text in it.
    fn judge(&mut self) -> Result<(), Problem> {
        self.rewind().map_err(|error| unreadable(&error))?;
        let mut lines = Lines::default();
        let mut text = String::new();
        loop {
            text.clear();
            let more = self.next_block(&mut text);
            if let Some(nul) = memchr::memchr(0, text.as_bytes()) {
                lines.count(&text[..nul]);
                return Err(refusal(format!(
                    "Line {} holds a NUL byte, so this is no text file; export it as CSV in UTF-8 again.",
                    lines.line()
                )));
            }
            lines.count(&text);
            match more {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(Trouble::Io(error)) => return Err(unreadable(&error)),
                Err(Trouble::NotText) => return Err(self.not_text(lines.line())),
            }
        }
    }

    fn not_text(&self, line: u64) -> Problem {
        refusal(match self.encoding {
            Encoding::Utf8 => format!(
                "Line {line} is not UTF-8 (Latin-1 or Windows-1252, perhaps); save the file as CSV in UTF-8 and import it again."
            ),
            Encoding::Utf16 { .. } => format!(
                "Line {line} is not UTF-16, as the file's beginning says; save the file as CSV in UTF-8 and import it again."
            ),
        })
    }

    /// To the first character after the byte order mark.
    fn rewind(&mut self) -> io::Result<()> {
        self.left.clear();
        let mut head = Vec::new();
        self.source.seek(SeekFrom::Start(0))?;
        (&mut *self.source).take(3).read_to_end(&mut head)?;
        let mark = match self.encoding {
            Encoding::Utf8 if head == [0xEF, 0xBB, 0xBF] => 3,
            Encoding::Utf8 => 0,
            Encoding::Utf16 { .. } => 2,
        };
        self.read = self.source.seek(SeekFrom::Start(mark))?;
        Ok(())
    }

    fn next_block(&mut self, into: &mut String) -> Result<bool, Trouble> {
        let count = loop {
            match self.source.read(&mut self.block) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Trouble::Io(error)),
                Ok(count) => break count,
            }
        };
        self.read += count as u64;
        if count == 0 {
            return if self.left.is_empty() { Ok(false) } else { Err(Trouble::NotText) };
        }
        let mut bytes = std::mem::take(&mut self.left);
        bytes.extend_from_slice(&self.block[..count]);
        let good = match self.encoding {
            Encoding::Utf8 => utf8(&bytes, into),
            Encoding::Utf16 { big_endian } => utf16(&bytes, big_endian, into),
        };
        let used = good.ok_or(Trouble::NotText)?;
        bytes.drain(..used);
        self.left = bytes;
        Ok(true)
    }
}

/// Hands over what is UTF-8; how many bytes that were, `None` when the rest never will be.
fn utf8(bytes: &[u8], into: &mut String) -> Option<usize> {
    match std::str::from_utf8(bytes) {
        Ok(text) => {
            into.push_str(text);
            Some(bytes.len())
        }
        Err(error) => {
            let good = error.valid_up_to();
            into.push_str(std::str::from_utf8(&bytes[..good]).unwrap_or_default());
            error.error_len().is_none().then_some(good)
        }
    }
}

/// The same for UTF-16.
fn utf16(bytes: &[u8], big_endian: bool, into: &mut String) -> Option<usize> {
    let (pairs, _) = bytes.as_chunks::<2>();
    let units = pairs
        .iter()
        .map(|pair| if big_endian { u16::from_be_bytes(*pair) } else { u16::from_le_bytes(*pair) });
    let mut used = 0;
    for read in char::decode_utf16(units) {
        match read {
            Ok(c) => {
                into.push(c);
                used += c.len_utf16() * 2;
            }
            // The first half of a pair at the very end: the other half is in the next block.
            Err(error) if used + 2 == pairs.len() * 2 && error.unpaired_surrogate() < 0xDC00 => {
                return Some(used);
            }
            Err(_) => return None,
        }
    }
    Some(used)
}

/// Counts lines, block by block, as the rows are counted later.
#[derive(Default)]
struct Lines {
    ends: u64,
    after_return: bool,
}

impl Lines {
    fn count(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let mut from = 0;
        while let Some(at) = memchr::memchr2(b'\n', b'\r', &bytes[from..]).map(|it| it + from) {
            let joined = bytes[at] == b'\n'
                && (if at == 0 { self.after_return } else { bytes[at - 1] == b'\r' });
            self.ends += u64::from(!joined);
            from = at + 1;
        }
        if let Some(last) = bytes.last() {
            self.after_return = *last == b'\r';
        }
    }

    /// The line that what comes next is on.
    fn line(&self) -> u64 {
        self.ends + 1
    }
}

fn unreadable(error: &io::Error) -> Problem {
    refusal(format!("The file can't be read ({}); see to it and import it again.", reason(error)))
}

fn refusal(message: impl Into<String>) -> Problem {
    Problem::field(Code::Malformed, "file", message)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn text_of(bytes: Vec<u8>) -> Result<String, String> {
        let mut source = Cursor::new(bytes);
        let mut reader = TextReader::open(&mut source).map_err(|it| it.message)?;
        let mut text = String::new();
        while reader.more(&mut text).map_err(|it| it.message)? {}
        assert_eq!(reader.read, reader.size);
        Ok(text)
    }

    fn utf16_of(text: &str, big_endian: bool) -> Vec<u8> {
        let bytes = |unit: u16| if big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() };
        std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(bytes).collect()
    }

    #[test]
    fn a_text_is_the_same_in_every_encoding() {
        // Characters of one to four bytes, at every place of a block's border.
        for shift in 0..5 {
            let text = format!("{}{}", "x".repeat(shift), "aé山😀\r\n".repeat(20_000));
            let marked = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
            for bytes in
                [text.clone().into_bytes(), marked, utf16_of(&text, false), utf16_of(&text, true)]
            {
                assert!(text_of(bytes).unwrap() == text);
            }
        }
        assert_eq!(text_of(Vec::new()).unwrap(), "");
    }

    #[test]
    fn the_line_that_is_no_text_is_named() {
        let many = "a\r\n".repeat(100_000);
        for (bytes, says) in [
            ([many.as_bytes(), b"b\nZo\xeb,x"].concat(), "Line 100002 is not UTF-8 (Latin-1"),
            ([many.as_bytes(), b"b\rZo\xe5\xb1"].concat(), "Line 100002 is not UTF-8"),
            ([many.as_bytes(), b"b\0"].concat(), "Line 100001 holds a NUL byte"),
            ([utf16_of(&many, true), vec![0xD8, 0x3D]].concat(), "Line 100001 is not UTF-16"),
            ([utf16_of("a\nb", false), vec![0x0A]].concat(), "Line 2 is not UTF-16"),
            (b"N\0a\0m\0e\0".to_vec(), "The file is UTF-16 without a byte order mark"),
            (b"\xff\xfe\0\0N\0\0\0".to_vec(), "Line 1 holds a NUL byte"),
        ] {
            let said = text_of(bytes).unwrap_err();
            assert!(said.starts_with(says), "{said}");
        }
    }
}
