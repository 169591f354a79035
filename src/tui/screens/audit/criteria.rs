//! What the trail is searched by: text and dates.

use crate::domain::problem::Problem;
use crate::domain::role::Permission;
use crate::service::conditions::{self, Vocabulary};
use crate::tui::screens::dates::{self, Stretch};
use crate::tui::screens::{Word, search};
use crate::tui::state::{Seen, Zone};
use crate::tui::widgets::field::Field;
use crate::tui::widgets::form::Form;

/// What the trail is searched by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Criteria {
    /// Words that must occur.
    pub text: String,
    /// When it was done.
    pub when: Stretch,
}

impl search::Criteria for Criteria {
    const TITLE: &'static str = "Search the audit trail";
    const VOCABULARY: Vocabulary = conditions::WORDS;

    fn text(&self) -> &str {
        &self.text
    }

    fn with_text(self, text: String) -> Self {
        Self { text, ..self }
    }

    /// `Dates any`; who may not read everybody's trail is told that it is their own.
    fn words(&self, seen: &Seen) -> String {
        let dates = dates::words(self.when, seen.zone);
        let who = seen.who.as_ref();
        match who.and_then(|who| who.why_not(Permission::ReadAllAudit)) {
            Some(_) => format!("Your own, dates {dates}"),
            None => format!("Dates {dates}"),
        }
    }

    fn fields(&self, zone: Zone) -> Vec<Field> {
        let text = Field::text("text", "Text", &self.text, 100).noted("who, what, which record");
        let [since, until] = dates::fields(self.when, zone);
        vec![text, since, until]
    }

    fn read(form: &Form, zone: Zone) -> Result<Self, Vec<Problem>> {
        let when = dates::read(form, zone)?;
        Ok(Self { text: form.text("text").to_owned(), when })
    }

    fn tell(self) -> Word {
        Word::Audit(self)
    }

    fn told(word: &Word) -> Option<&Self> {
        if let Word::Audit(criteria) = word { Some(criteria) } else { None }
    }
}
