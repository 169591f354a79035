//! What contacts are searched by: the filter line, and a form that writes it.

use crate::domain::problem::Problem;
use crate::service::conditions::{self, Vocabulary};
use crate::tui::screens::Word;
use crate::tui::screens::conditions::{Line, Written};
use crate::tui::screens::search::{self, checked};
use crate::tui::state::{Seen, Zone};
use crate::tui::widgets::field::Field;
use crate::tui::widgets::form::Form;

/// What contacts are searched by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Criteria {
    /// The filter line.
    pub text: String,
}

impl search::Criteria for Criteria {
    const TITLE: &'static str = "Search contacts";
    const VOCABULARY: Vocabulary = conditions::CONTACTS;

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
        let company = line.look_up("company", "Company").noted("F4 list");
        let alone = line.flag("no-company", "No company");
        let mute = line.flag("no-email", "No email");
        vec![line.rest().noted("name, email, phone, number"), company, alone, mute]
    }

    fn read(form: &Form, _zone: Zone) -> Result<Self, Vec<Problem>> {
        let line = Written::default().look_up(form, "company");
        let text =
            checked::<Self>(line.flag(form, "no-company").flag(form, "no-email").line(form))?;
        Ok(Self { text })
    }

    fn tell(self) -> Word {
        Word::Contacts(self)
    }

    fn told(word: &Word) -> Option<&Self> {
        if let Word::Contacts(criteria) = word { Some(criteria) } else { None }
    }
}
