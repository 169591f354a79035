//! What companies are searched by: the filter line, and a form that writes it.

use crate::domain::problem::Problem;
use crate::service::conditions::{self, Vocabulary};
use crate::tui::screens::Word;
use crate::tui::screens::conditions::{Line, Written};
use crate::tui::screens::search::{self, checked};
use crate::tui::state::{Seen, Zone};
use crate::tui::widgets::field::Field;
use crate::tui::widgets::form::Form;

const STATUS: [&str; 3] = ["active", "inactive", "on-hold"];
const KIND: [&str; 2] = ["customer", "partner"];

/// What companies are searched by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Criteria {
    /// The filter line.
    pub text: String,
}

impl search::Criteria for Criteria {
    const TITLE: &'static str = "Search companies";
    const VOCABULARY: Vocabulary = conditions::COMPANIES;

    fn text(&self) -> &str {
        &self.text
    }

    fn with_text(self, text: String) -> Self {
        Self { text }
    }

    fn words(&self, _seen: &Seen) -> String {
        String::new()
    }

    fn fields(&self, _zone: Zone) -> Vec<Field> {
        let mut line = Line::of(&self.text);
        let status = line.choice("status", "State", &STATUS).noted("Space chooses");
        let kind = line.choice("kind", "Kind", &KIND).noted("Space chooses");
        let mute = line.flag("no-email", "No email");
        vec![line.rest().noted("name, code, email, phone"), status, kind, mute]
    }

    fn read(form: &Form, _zone: Zone) -> Result<Self, Vec<Problem>> {
        let line = Written::default().choice(form, "status", &STATUS).choice(form, "kind", &KIND);
        let text = checked::<Self>(line.flag(form, "no-email").line(form))?;
        Ok(Self { text })
    }

    fn tell(self) -> Word {
        Word::Companies(self)
    }

    fn told(word: &Word) -> Option<&Self> {
        if let Word::Companies(criteria) = word { Some(criteria) } else { None }
    }
}
