//! What requests are searched by: status, text and dates.

use crate::domain::problem::Problem;
use crate::domain::request::RequestStatus;
use crate::tui::screens::dates::{self, Stretch};
use crate::tui::screens::{Word, search};
use crate::tui::state::{Seen, Zone};
use crate::tui::widgets::choice::Choice;
use crate::tui::widgets::field::Field;
use crate::tui::widgets::form::Form;

/// What requests are searched by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Criteria {
    /// Of this status only.
    pub status: Option<RequestStatus>,
    /// Words that must occur.
    pub text: String,
    /// When it was submitted.
    pub stretch: Stretch,
}

impl search::Criteria for Criteria {
    const TITLE: &'static str = "Search portal requests";

    fn text(&self) -> &str {
        &self.text
    }

    fn with_text(self, text: String) -> Self {
        Self { text, ..self }
    }

    /// `Status New`, with the dates if there are any.
    fn words(&self, seen: &Seen) -> String {
        let status = self.status.map_or("any", RequestStatus::word);
        match self.stretch {
            (None, None) => format!("Status {status}"),
            stretch => format!("Status {status}, {}", dates::words(stretch, seen.zone)),
        }
    }

    fn fields(&self, zone: Zone) -> Vec<Field> {
        let words = std::iter::once("any").chain(RequestStatus::ALL.iter().map(|s| s.word()));
        let chosen = RequestStatus::ALL.iter().position(|s| Some(*s) == self.status);
        let at = chosen.map_or(0, |at| at + 1);
        let [since, until] = dates::fields(self.stretch, zone);
        vec![
            Field::choice("status", "Status", Choice::new(words, at)),
            Field::text("text", "Text", &self.text, 100).noted("name, email, company"),
            since,
            until,
        ]
    }

    fn read(form: &Form, zone: Zone) -> Result<Self, Vec<Problem>> {
        let stretch = dates::read(form, zone)?;
        let chosen = form.chosen("status").checked_sub(1);
        let status = chosen.and_then(|at| RequestStatus::ALL.get(at)).copied();
        Ok(Self { status, text: form.text("text").to_owned(), stretch })
    }

    fn tell(self) -> Word {
        Word::Requests(self)
    }

    fn told(word: &Word) -> Option<&Self> {
        if let Word::Requests(criteria) = word { Some(criteria) } else { None }
    }
}
