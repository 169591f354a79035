//! Tab in the filter line: what has been begun is written to its end, or the ways to go on
//! are told.

use crate::domain::role::Role;
use crate::service::conditions::{Takes, Vocabulary};

/// What Tab makes of a filter line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Completed {
    /// The line, gone on as far as there is one way only.
    Line(String),
    /// There are several ways to go on.
    Ways(String),
    /// Nothing that can be gone on with has been begun.
    Nothing,
}

/// Goes on with the last word of `line`.
pub(super) fn complete(line: &str, vocabulary: &Vocabulary) -> Completed {
    // Some spaces take more than one byte.
    let begin = line.trim_end_matches(|c: char| !c.is_whitespace()).len();
    let (before, word) = line.split_at(begin);
    let (not, word) = word.strip_prefix('-').map_or(("", word), |word| ("-", word));
    if word.is_empty() {
        return Completed::Nothing;
    }
    let (field, begun, ways) = match word.split_once(':') {
        Some((field, begun)) => (format!("{field}:"), begun, values(field, vocabulary)),
        None => (String::new(), word, names(vocabulary)),
    };
    let begun = begun.to_lowercase();
    let fitting: Vec<&String> = ways.iter().filter(|way| way.starts_with(&begun)).collect();
    match fitting[..] {
        [] => Completed::Nothing,
        [way] => {
            let space = if way.ends_with(':') { "" } else { " " };
            Completed::Line(format!("{before}{not}{field}{way}{space}"))
        }
        [first, ..] => {
            let common = fitting.iter().fold(first.as_str(), |common, way| shared(common, way));
            if common.len() > begun.len() {
                return Completed::Line(format!("{before}{not}{field}{common}"));
            }
            let ways: Vec<&str> = fitting.iter().map(|way| way.as_str()).collect();
            Completed::Ways(format!("{field} {}", ways.join("  ")).trim().to_owned())
        }
    }
}

/// What a term may begin with: the fields with their colon, and the flags.
fn names(vocabulary: &Vocabulary) -> Vec<String> {
    let fields = vocabulary.fields.iter().map(|field| format!("{}:", field.name));
    fields.chain(vocabulary.flags.iter().map(|flag| flag.name.to_owned())).collect()
}

/// What may stand behind the colon of a field, where those are words.
fn values(field: &str, vocabulary: &Vocabulary) -> Vec<String> {
    let known = vocabulary.fields.iter().find(|it| it.name.eq_ignore_ascii_case(field));
    match known.map(|field| field.takes) {
        Some(Takes::Choice(words)) => words.iter().map(|(word, _)| (*word).to_owned()).collect(),
        Some(Takes::Role) => {
            Role::ALL.iter().map(|role| role.name().to_lowercase().replace(' ', "-")).collect()
        }
        _ => Vec::new(),
    }
}

/// The beginning that both have.
fn shared<'a>(one: &'a str, other: &str) -> &'a str {
    let same = one.chars().zip(other.chars()).take_while(|(a, b)| a == b);
    &one[..same.map(|(c, _)| c.len_utf8()).sum()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::conditions::{USERS, WORDS};

    fn line(text: &str) -> Completed {
        Completed::Line(text.to_owned())
    }

    #[test]
    fn what_has_one_way_to_go_on_is_written_to_its_end() {
        for (typed, whole) in [
            ("sta", "status:"),
            ("zoe -com", "zoe -company:"),
            ("status:pe", "status:pending "),
            ("-Status:PE", "-Status:pending "),
            ("role:cus", "role:customer-service "),
            ("neve", "never-signed-in "),
            ("山\u{3000}sta", "山\u{3000}status:"),
            ("crea", "created-"),
            ("role:po", "role:portal-"),
        ] {
            assert_eq!(complete(typed, &USERS), line(whole), "{typed}");
        }
    }

    #[test]
    fn several_ways_are_told_and_none_is_left_alone() {
        assert_eq!(
            complete("created-", &USERS),
            Completed::Ways("created-since:  created-before:".to_owned())
        );
        assert_eq!(
            complete("status:", &USERS),
            Completed::Ways("status: pending  active  disabled  throttled  locked".to_owned())
        );
        for typed in ["", "zoe ", "zoe\u{a0}", "山\u{3000}", "zoe", "name:zo", "colour:r", "山"] {
            assert_eq!(complete(typed, &USERS), Completed::Nothing, "{typed}");
        }
        assert_eq!(complete("status:", &WORDS), Completed::Nothing);
    }
}
