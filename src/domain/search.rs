//! The language of the filter line: words, "phrases", `field:value`, and `-` for “not”.
//!
//! Owns how a typed line is cut into terms, and how terms are written back; knows no list and
//! no field. A part with a colon is a field only where letters stand before it, so that
//! `12:30` and `::1` are searched for as they are; whatever is in quotes is too.

use std::fmt;

/// One term of a filter line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Whether rows with it are left out: a `-` stands before it.
    pub not: bool,
    /// The field before the colon, in lower case; none for a bare text.
    pub field: Option<String>,
    /// The text, or the value after the colon, without its quotes.
    pub value: String,
    /// Whether it was in quotes, and is to be taken as it is.
    pub quoted: bool,
    /// Where it begins in the line, in characters.
    pub at: usize,
}

/// What is wrong with a filter line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SearchError {
    /// Where, in characters from the beginning of the line.
    pub at: usize,
    /// What, and what to do about it.
    pub message: String,
}

impl Term {
    /// A bare text; it is quoted where it would be read as something else.
    pub fn text(value: impl Into<String>) -> Self {
        let value = value.into();
        let quoted = needs_quotes(&value) || value.starts_with('-') || field_of(&value).is_some();
        Self { not: false, field: None, value, quoted, at: 0 }
    }

    /// A field and its value.
    pub fn field(field: &str, value: impl Into<String>) -> Self {
        let value = value.into();
        let quoted = needs_quotes(&value);
        Self { not: false, field: Some(field.to_owned()), value, quoted, at: 0 }
    }
}

impl fmt::Display for Term {
    /// As it is typed, so that [`parse`] reads the same term again.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.not {
            f.write_str("-")?;
        }
        if let Some(field) = &self.field {
            write!(f, "{field}:")?;
        }
        if self.quoted {
            write!(f, "\"{}\"", self.value.replace('"', "\"\""))
        } else {
            f.write_str(&self.value)
        }
    }
}

/// Terms as one line that [`parse`] reads again.
pub fn line(terms: &[Term]) -> String {
    terms.iter().map(Term::to_string).collect::<Vec<_>>().join(" ")
}

/// Cuts a line into its terms.
///
/// In quotes, two quotation marks in a row stand for one.
///
/// # Errors
/// When a quotation mark is not closed, or a field has no value; it says where.
pub fn parse(line: &str) -> Result<Vec<Term>, SearchError> {
    let chars: Vec<char> = line.chars().collect();
    let mut terms = Vec::new();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        if c.is_whitespace() {
            at += 1;
            continue;
        }
        let begin = at;
        let followed = |at: usize| chars.get(at).is_some_and(|c| !c.is_whitespace());
        let not = c == '-' && followed(at + 1);
        at += usize::from(not);
        let bare: String = chars[at..].iter().take_while(|c| !c.is_whitespace()).collect();
        let field = field_of(&bare).map(str::to_lowercase);
        at += field.as_ref().map_or(0, |field| field.chars().count() + 1);
        let quoted = chars.get(at) == Some(&'"');
        let value = if quoted {
            let (value, end) = quotation(&chars, at)?;
            at = end;
            value
        } else {
            let value: String = chars[at..].iter().take_while(|c| !c.is_whitespace()).collect();
            at += value.chars().count();
            value
        };
        match (&field, value.trim().is_empty()) {
            (Some(field), true) => {
                return Err(SearchError {
                    at: begin,
                    message: format!("“{field}:” needs a value right after the colon."),
                });
            }
            // Empty quotes ask for nothing.
            (None, true) => {}
            _ => terms.push(Term { not, field, value, quoted, at: begin }),
        }
    }
    Ok(terms)
}

/// What is in the quotes that open at `open`, and where it goes on behind them.
fn quotation(chars: &[char], open: usize) -> Result<(String, usize), SearchError> {
    let mut value = String::new();
    let mut at = open + 1;
    while let Some(&c) = chars.get(at) {
        match (c, chars.get(at + 1)) {
            ('"', Some('"')) => at += 1,
            ('"', _) => return Ok((value, at + 1)),
            _ => {}
        }
        value.push(c);
        at += 1;
    }
    Err(SearchError {
        at: open,
        message: "A quotation mark is open; close it with another \".".to_owned(),
    })
}

/// The letters (and hyphens) before the first colon, where there are only such.
fn field_of(text: &str) -> Option<&str> {
    let (field, _) = text.split_once(':')?;
    let is_letter = |c: char| c.is_ascii_alphabetic();
    let named = field.starts_with(is_letter) && field.chars().all(|c| is_letter(c) || c == '-');
    named.then_some(field)
}

fn needs_quotes(value: &str) -> bool {
    value.is_empty() || value.contains(char::is_whitespace) || value.starts_with('"')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn said(text: &str) -> Vec<(bool, Option<String>, String)> {
        parse(text).unwrap().into_iter().map(|it| (it.not, it.field, it.value)).collect()
    }

    #[test]
    fn words_phrases_fields_and_their_opposites() {
        let field = |name: &str| Some(name.to_owned());
        assert_eq!(
            said(r#"acme "jan kowalski" Status:pending -company:"Acme GmbH" -test"#),
            [
                (false, None, "acme".to_owned()),
                (false, None, "jan kowalski".to_owned()),
                (false, field("status"), "pending".to_owned()),
                (true, field("company"), "Acme GmbH".to_owned()),
                (true, None, "test".to_owned()),
            ]
        );
        assert_eq!(said("  "), []);
        assert_eq!(said(r#"""#.repeat(2).as_str()), []);
        for plain in ["12:30", "::1", "a.b:c", "-", "o'brien", "50%", "a@b.example"] {
            assert_eq!(said(plain), [(false, None, plain.to_owned())], "{plain}");
        }
        assert_eq!(said(r#""say ""hi""""#), [(false, None, "say \"hi\"".to_owned())]);
        assert_eq!(said(r#""status:pending""#), [(false, None, "status:pending".to_owned())]);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let open = parse(r#"zoë "jan kow"#).unwrap_err();
        assert_eq!((open.at, open.message.contains("close it")), (4, true));
        let empty = parse("zoë status: x").unwrap_err();
        assert_eq!((empty.at, empty.message.contains("“status:”")), (4, true));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            parts in prop::collection::vec((any::<bool>(), any::<bool>(), r#"[a-z:" é-]{1,8}"#), 0..5)
        ) {
            let terms: Vec<Term> = parts
                .into_iter()
                .filter(|(_, _, value)| !value.trim().is_empty())
                .map(|(not, field, value)| {
                    let term = if field { Term::field("name", value) } else { Term::text(value) };
                    Term { not, ..term }
                })
                .collect();
            let read = parse(&line(&terms)).unwrap();
            let read: Vec<Term> = read.into_iter().map(|term| Term { at: 0, ..term }).collect();
            prop_assert_eq!(read, terms);
        }

        #[test]
        fn nothing_that_is_typed_panics(text in "\\PC{0,40}") {
            let _ = parse(&text);
        }
    }
}
