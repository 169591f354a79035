//! What goes to stdout: sentences and tables for people, JSON for scripts.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

use crate::domain::text::is_invisible;
use crate::domain::time::Timestamp;

/// What is shown where there is nothing.
pub(super) const NOTHING: &str = "—";

/// A value as one line of JSON.
///
/// Characters that drive a terminal or reorder text are written as `\u` escapes: a script
/// reads the value as it is, and a person who looks at the line is not deceived by it.
pub(super) fn json(value: &impl Serialize) -> String {
    let mut out = Vec::new();
    match value.serialize(&mut Serializer::with_formatter(&mut out, Visible)) {
        Ok(()) => String::from_utf8_lossy(&out).into_owned(),
        // Only a type whose own serialization fails comes here, and none of ours does.
        Err(error) => format!("{{\"error\":{{\"code\":\"output\",\"message\":\"{error}\"}}}}"),
    }
}

/// Compact JSON whose invisible characters are escaped.
struct Visible;

impl Formatter for Visible {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        for c in fragment.chars() {
            let mut units = [0; 2];
            if is_invisible(c) {
                for unit in c.encode_utf16(&mut units) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            } else {
                write!(writer, "{c}")?;
            }
        }
        Ok(())
    }
}

/// Writes a line to stdout.
///
/// # Errors
/// When it can't be written.
pub(super) fn line(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        out.write_all(b"\n")?;
    }
    out.flush()
}

/// A value, or the sign for nothing.
pub(super) fn or_nothing(value: Option<&impl ToString>) -> String {
    value.map(ToString::to_string).filter(|it| !it.is_empty()).unwrap_or_else(|| NOTHING.into())
}

/// A moment to the minute, in UTC and saying so: `2026-06-29 11:04Z`.
pub(super) fn minute(at: Timestamp) -> String {
    at.utc().format("%Y-%m-%d %H:%MZ").to_string()
}

/// A moment to the minute, or the sign for nothing.
pub(super) fn minute_or_nothing(at: Option<Timestamp>) -> String {
    at.map_or_else(|| NOTHING.into(), minute)
}

/// `yes` or `no`.
pub(super) const fn yes_no(it: bool) -> &'static str {
    if it { "yes" } else { "no" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_faithful_and_shows_no_tricks() {
        let tricky = "a\u{202e}b\u{1b}[2J\u{e0001}é\"";
        let line = json(&tricky);
        assert_eq!(line, "\"a\\u202eb\\u001b[2J\\udb40\\udc01é\\\"\"");
        assert_eq!(serde_json::from_str::<String>(&line).unwrap(), tricky);
    }
}
