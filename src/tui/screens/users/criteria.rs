//! What users are searched by: status, text and company.

use crate::domain::id::CompanyId;
use crate::domain::problem::Problem;
use crate::service::UserFilter;
use crate::tui::screens::{Word, search};
use crate::tui::state::{Seen, Zone};
use crate::tui::widgets::choice::Choice;
use crate::tui::widgets::field::{Field, Taken};
use crate::tui::widgets::form::Form;

/// What users are searched by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Criteria {
    /// How they stand; none for all.
    pub standing: Option<UserFilter>,
    /// Words that must occur.
    pub text: String,
    /// Of this company only.
    pub company: Option<Taken>,
}

impl Criteria {
    /// Users that stand so.
    pub fn standing(standing: impl Into<UserFilter>) -> Self {
        Self { standing: Some(standing.into()), ..Self::default() }
    }

    /// The company's number.
    pub fn company_id(&self) -> Option<CompanyId> {
        self.company.as_ref().map(|company| CompanyId(company.id))
    }
}

impl search::Criteria for Criteria {
    const TITLE: &'static str = "Search users";

    fn text(&self) -> &str {
        &self.text
    }

    fn with_text(self, text: String) -> Self {
        Self { text, ..self }
    }

    /// `Status Active, Acme Ltd`
    fn words(&self, _seen: &Seen) -> String {
        let status = format!("Status {}", self.standing.map_or("any", UserFilter::word));
        match &self.company {
            Some(company) => format!("{status}, {}", company.label),
            None => status,
        }
    }

    fn fields(&self, _zone: Zone) -> Vec<Field> {
        let words = std::iter::once("any").chain(UserFilter::ALL.map(UserFilter::word));
        let at = UserFilter::ALL.iter().position(|it| Some(*it) == self.standing);
        let choice = Choice::new(words, at.map_or(0, |at| at + 1));
        vec![
            Field::choice("status", "Status", choice),
            Field::text("text", "Text", &self.text, 100).noted("User ID, name, email"),
            Field::look_up("company", "Company", self.company.clone()).noted("F4 list"),
        ]
    }

    fn read(form: &Form, _zone: Zone) -> Result<Self, Vec<Problem>> {
        let chosen = form.chosen("status").checked_sub(1);
        Ok(Self {
            standing: chosen.and_then(|at| UserFilter::ALL.get(at)).copied(),
            text: form.text("text").to_owned(),
            company: form.taken("company").cloned(),
        })
    }

    fn tell(self) -> Word {
        Word::Users(self)
    }

    fn told(word: &Word) -> Option<&Self> {
        if let Word::Users(criteria) = word { Some(criteria) } else { None }
    }
}
