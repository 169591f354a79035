//! What contacts are searched by: text and company.

use crate::domain::id::CompanyId;
use crate::domain::problem::Problem;
use crate::tui::screens::{Word, search};
use crate::tui::state::{Seen, Zone};
use crate::tui::widgets::field::{Field, Taken};
use crate::tui::widgets::form::Form;

/// What contacts are searched by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Criteria {
    /// Words that must occur.
    pub text: String,
    /// Of this company only.
    pub company: Option<Taken>,
}

impl Criteria {
    /// The company's number.
    pub fn company_id(&self) -> Option<CompanyId> {
        self.company.as_ref().map(|company| CompanyId(company.id))
    }
}

impl search::Criteria for Criteria {
    const TITLE: &'static str = "Search contacts";

    fn text(&self) -> &str {
        &self.text
    }

    fn with_text(self, text: String) -> Self {
        Self { text, ..self }
    }

    /// `Company Acme Ltd`
    fn words(&self, _seen: &Seen) -> String {
        match &self.company {
            Some(company) => format!("Company {}", company.label),
            None => "Company any".to_owned(),
        }
    }

    fn fields(&self, _zone: Zone) -> Vec<Field> {
        vec![
            Field::text("text", "Text", &self.text, 100).noted("name, email, phone, number"),
            Field::look_up("company", "Company", self.company.clone()).noted("F4 list"),
        ]
    }

    fn read(form: &Form, _zone: Zone) -> Result<Self, Vec<Problem>> {
        let company = form.taken("company").cloned();
        Ok(Self { text: form.text("text").to_owned(), company })
    }

    fn tell(self) -> Word {
        Word::Contacts(self)
    }

    fn told(word: &Word) -> Option<&Self> {
        if let Word::Contacts(criteria) = word { Some(criteria) } else { None }
    }
}
