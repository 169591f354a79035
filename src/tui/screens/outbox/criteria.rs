//! What mails are searched by: the filter line, dates, and a form for both.

use crate::domain::mail::MailState;
use crate::domain::problem::Problem;
use crate::domain::search::{self as language, Term};
use crate::service::conditions::{self, Vocabulary};
use crate::tui::screens::conditions::{Line, Written};
use crate::tui::screens::dates::{self, Stretch};
use crate::tui::screens::search::checked;
use crate::tui::screens::{Word, search};
use crate::tui::state::{Seen, Zone};
use crate::tui::widgets::field::Field;
use crate::tui::widgets::form::Form;

/// What mails are searched by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Criteria {
    /// The filter line.
    pub text: String,
    /// When they were queued.
    pub stretch: Stretch,
}

/// The states, as the filter line has them; those first that need a hand.
const STATUS: [&str; 11] = [
    "held",
    "failed",
    "unknown",
    "expired",
    "queued",
    "retrying",
    "sending",
    "sent",
    "accepted",
    "superseded",
    "cancelled",
];

impl Criteria {
    /// Mails in a state.
    pub fn in_state(state: MailState) -> Self {
        let term = Term::field("status", state.word().to_lowercase());
        Self { text: language::line(&[term]), ..Self::default() }
    }
}

impl search::Criteria for Criteria {
    const TITLE: &'static str = "Search mails";
    const VOCABULARY: Vocabulary = conditions::MAILS;

    fn text(&self) -> &str {
        &self.text
    }

    fn with_text(self, text: String) -> Self {
        Self { text, ..self }
    }

    /// `Queued since 2026-11-01`
    fn words(&self, seen: &Seen) -> String {
        match self.stretch {
            (None, None) => String::new(),
            stretch => format!("Queued {}", dates::words(stretch, seen.zone)),
        }
    }

    fn fields(&self, zone: Zone) -> Vec<Field> {
        let mut line = Line::of(&self.text);
        let status = line.choice("status", "State", &STATUS);
        let company = line.look_up("company", "Company").noted("F4 list");
        let text = line.rest().noted("name, email, User ID");
        let [since, until] = dates::fields(self.stretch, zone);
        vec![status, text, company, since, until]
    }

    fn read(form: &Form, zone: Zone) -> Result<Self, Vec<Problem>> {
        let stretch = dates::read(form, zone)?;
        let line =
            Written::default().choice(form, "status", &STATUS).look_up(form, "company").line(form);
        Ok(Self { text: checked::<Self>(line)?, stretch })
    }

    fn tell(self) -> Word {
        Word::Mails(self)
    }

    fn told(word: &Word) -> Option<&Self> {
        if let Word::Mails(criteria) = word { Some(criteria) } else { None }
    }
}
