//! What requests are searched by: the filter line, dates, and a form for both.

use crate::domain::problem::Problem;
use crate::domain::request::RequestStatus;
use crate::domain::search::{self as language, Term};
use crate::service::conditions::{self, Vocabulary};
use crate::tui::screens::conditions::{Line, Written};
use crate::tui::screens::dates::{self, Stretch};
use crate::tui::screens::search::checked;
use crate::tui::screens::{Word, search};
use crate::tui::state::{Seen, Zone};
use crate::tui::widgets::field::Field;
use crate::tui::widgets::form::Form;

/// What requests are searched by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Criteria {
    /// The filter line.
    pub text: String,
    /// When it was submitted.
    pub stretch: Stretch,
}

const STATUS: [&str; 4] = ["new", "resolved", "processed", "rejected"];

impl Criteria {
    /// Requests of a status.
    pub fn of_status(status: RequestStatus) -> Self {
        let term = Term::field("status", status.word().to_lowercase());
        Self { text: language::line(&[term]), ..Self::default() }
    }
}

impl search::Criteria for Criteria {
    const TITLE: &'static str = "Search portal requests";
    const VOCABULARY: Vocabulary = conditions::REQUESTS;

    fn text(&self) -> &str {
        &self.text
    }

    fn with_text(self, text: String) -> Self {
        Self { text, ..self }
    }

    /// `Submitted since 2026-11-01`
    fn words(&self, seen: &Seen) -> String {
        match self.stretch {
            (None, None) => String::new(),
            stretch => format!("Submitted {}", dates::words(stretch, seen.zone)),
        }
    }

    fn fields(&self, zone: Zone) -> Vec<Field> {
        let mut line = Line::of(&self.text);
        let status = line.choice("status", "Status", &STATUS);
        let [since, until] = dates::fields(self.stretch, zone);
        vec![status, line.rest().noted("name, email, company"), since, until]
    }

    fn read(form: &Form, zone: Zone) -> Result<Self, Vec<Problem>> {
        let stretch = dates::read(form, zone)?;
        let line = Written::default().choice(form, "status", &STATUS).line(form);
        Ok(Self { text: checked::<Self>(line)?, stretch })
    }

    fn tell(self) -> Word {
        Word::Requests(self)
    }

    fn told(word: &Word) -> Option<&Self> {
        if let Word::Requests(criteria) = word { Some(criteria) } else { None }
    }
}
