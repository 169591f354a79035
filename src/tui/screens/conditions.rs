//! A filter line and the fields of a search form: each is read from the other.
//!
//! Owns how terms of the line move into fields and back. What no field stands for stays in
//! the form's text as it was typed, so that nothing of a line is lost on the way.

use super::look_up;
use crate::domain::search::{self, Term};
use crate::domain::text::Text;
use crate::tui::popup::picker::{PickRow, Source};
use crate::tui::widgets::choice::Choice;
use crate::tui::widgets::field::{Field, FieldId, Taken};
use crate::tui::widgets::form::Form;

/// The field of a form that takes whatever has no field of its own.
pub const TEXT: FieldId = "text";
/// The most characters of a filter line.
pub const LONGEST: usize = 200;

/// Between a company's code and its name.
const BEHIND: &str = " · ";

/// Companies to search by: whoever takes one means that one, so it is written by its code. A
/// part of a name would let its namesakes through, too.
pub const COMPANIES: Source = Source {
    rows: |reply| {
        let (rows, total) = (look_up::COMPANIES.rows)(reply);
        let coded = |row: PickRow| {
            let label = Text::new(format!("{}{BEHIND}{}", row.beside.raw(), row.taken.label.raw()));
            let beside = Text::default();
            PickRow { taken: Taken { label, ..row.taken }, beside, ..row }
        };
        (rows.into_iter().map(coded).collect(), total)
    },
    ..look_up::COMPANIES
};

/// A filter line being moved into the fields of a form.
#[derive(Debug)]
pub struct Line {
    terms: Vec<Term>,
    /// A line that can't be read is left in one piece.
    broken: Option<String>,
}

impl Line {
    /// Reads a line.
    pub fn of(line: &str) -> Self {
        match search::parse(line) {
            Ok(terms) => Self { terms, broken: None },
            Err(_) => Self { terms: Vec::new(), broken: Some(line.to_owned()) },
        }
    }

    fn take(&mut self, fits: impl Fn(&Term) -> bool) -> Option<String> {
        let at = self.terms.iter().position(|term| !term.not && fits(term))?;
        Some(self.terms.remove(at).value)
    }

    /// A choice of `words` after “any”, standing at what the line says of `name`.
    pub fn choice(&mut self, name: FieldId, label: &'static str, words: &[&str]) -> Field {
        let named = |term: &Term| term.field.as_deref() == Some(name);
        let is = |term: &Term, word: &str| term.value.eq_ignore_ascii_case(word);
        let value = self.take(|term| named(term) && words.iter().any(|word| is(term, word)));
        let at = value.and_then(|it| words.iter().position(|word| word.eq_ignore_ascii_case(&it)));
        let choice = Choice::new(std::iter::once("any").chain(words.iter().copied()), 0);
        let mut choice = choice;
        choice.choose(at.map_or(0, |at| at + 1));
        Field::choice(name, label, choice)
    }

    /// Something from a list of values, by the label that the line has for `name`.
    pub fn look_up(&mut self, name: FieldId, label: &'static str) -> Field {
        let value = self.take(|term| term.field.as_deref() == Some(name));
        let taken = value.map(|value| Taken { id: 0, label: value.as_str().into() });
        Field::look_up(name, label, taken)
    }

    /// A switch that is on when the line has that flag.
    pub fn flag(&mut self, name: FieldId, label: &'static str) -> Field {
        let is = |term: &Term| {
            term.field.is_none() && !term.quoted && term.value.eq_ignore_ascii_case(name)
        };
        let on = self.take(is).is_some();
        Field::toggle(name, label, on)
    }

    /// The text of what is left.
    pub fn rest(self) -> Field {
        let text = self.broken.unwrap_or_else(|| search::line(&self.terms));
        Field::text(TEXT, "Text", &text, LONGEST)
    }
}

/// A filter line being written from the fields of a form.
#[derive(Debug, Default)]
pub struct Written(Vec<String>);

impl Written {
    /// What was chosen of `words` after “any”.
    #[must_use]
    pub fn choice(self, form: &Form, name: FieldId, words: &[&str]) -> Self {
        let chosen = form.chosen(name).checked_sub(1).and_then(|at| words.get(at));
        self.term(chosen.map(|word| Term::field(name, *word)))
    }

    /// The company that was taken from [`COMPANIES`], by its code; or what the line said.
    #[must_use]
    pub fn look_up(self, form: &Form, name: FieldId) -> Self {
        let value = form.taken(name).map(|taken| {
            let label = taken.label.raw();
            let picked = (taken.id > 0).then(|| label.split_once(BEHIND)).flatten();
            picked.map_or(label, |(code, _)| code)
        });
        self.term(value.map(|value| Term::field(name, value)))
    }

    /// The flag of a switch that is on.
    #[must_use]
    pub fn flag(mut self, form: &Form, name: FieldId) -> Self {
        if form.is_on(name) {
            self.0.push(name.to_owned());
        }
        self
    }

    /// The line, with the form's text at its end.
    pub fn line(mut self, form: &Form) -> String {
        let text = form.text(TEXT).trim();
        if !text.is_empty() {
            self.0.push(text.to_owned());
        }
        self.0.join(" ")
    }

    fn term(mut self, term: Option<Term>) -> Self {
        self.0.extend(term.map(|term| term.to_string()));
        self
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::domain::search::{self, Term};
    use crate::tui::screens::search::Criteria as _;
    use crate::tui::screens::{contacts, requests, users};
    use crate::tui::state::Zone;
    use crate::tui::widgets::form::Form;

    /// The terms of a line, whatever their order and places.
    fn terms(line: &str) -> Vec<String> {
        let mut terms: Vec<String> =
            search::parse(line).unwrap().iter().map(Term::to_string).collect();
        terms.sort();
        terms
    }

    /// The line that a form writes which was filled in from `line`.
    fn through_the_form<C: super::super::search::Criteria>(line: &str) -> String {
        let criteria = C::default().with_text(line.to_owned());
        let form = Form::new(criteria.fields(Zone::UTC), Vec::new());
        C::read(&form, Zone::UTC).unwrap().text().to_owned()
    }

    #[test]
    fn the_fields_of_a_form_hold_what_stands_in_the_line() {
        let line = r#"zoe never-signed-in status:Pending company:"Acme Ltd" -status:active"#;
        let criteria = users::Criteria { text: line.to_owned() };
        let form = Form::new(criteria.fields(Zone::UTC), Vec::new());
        assert_eq!(form.chosen("status"), 1);
        assert_eq!(form.taken("company").unwrap().label.raw(), "Acme Ltd");
        assert!(form.is_on("never-signed-in") && !form.is_on("must-change"));
        assert_eq!(form.text("text"), "zoe -status:active", "what has no field stays text");
    }

    #[test]
    fn a_line_that_cannot_be_read_is_told_at_its_field() {
        let criteria = users::Criteria { text: "zoe \"open".to_owned() };
        let form = Form::new(criteria.fields(Zone::UTC), Vec::new());
        assert_eq!(form.text("text"), "zoe \"open");
        let problems = users::Criteria::read(&form, Zone::UTC).unwrap_err();
        assert_eq!(problems[0].field, Some("text"));
        assert!(problems[0].message.contains("close it"), "{}", problems[0].message);
    }

    proptest! {
        #[test]
        fn form_and_line_say_the_same(
            parts in prop::collection::vec(prop::sample::select(vec![
                "zoe", "-zoe", "\"two words\"", "status:active", "status:dis", "-status:pending",
                "company:acme", "company:\"Acme & Sons\"", "-company:bolt", "kind:portal",
                "never-signed-in", "-never-signed-in", "\"never-signed-in\"", "must-change",
                "role:auditor", "created-since:30d", "email:a@b.example", "\"a \"\"b\"\"\"", "12:30",
            ]), 0..6)
        ) {
            let line = parts.join(" ");
            prop_assert_eq!(terms(&through_the_form::<users::Criteria>(&line)), {
                // A field takes a word in any case and writes it in small letters.
                terms(&line)
            });
        }
    }

    #[test]
    fn the_other_lists_keep_their_lines_too() {
        let line = "status:new company:acme \"a b\" submitted-since:7d";
        assert_eq!(terms(&through_the_form::<requests::Criteria>(line)), terms(line));
        let line = "x company:C000001 no-email -no-company";
        assert_eq!(terms(&through_the_form::<contacts::Criteria>(line)), terms(line));
    }
}
