//! What users are searched by: the filter line, and a form that writes it.

use crate::domain::problem::Problem;
use crate::domain::search::{self, Term};
use crate::service::UserFilter;
use crate::service::conditions::{self, Vocabulary};
use crate::tui::screens::Word;
use crate::tui::screens::conditions::{Line, Written};
use crate::tui::screens::search::{self as form, checked};
use crate::tui::state::{Seen, Zone};
use crate::tui::widgets::field::Field;
use crate::tui::widgets::form::Form;

const STATUS: [&str; 5] = ["pending", "active", "disabled", "throttled", "locked"];
const KIND: [&str; 2] = ["staff", "portal"];
const INVITATION: [&str; 3] = ["held", "failed", "expired"];

/// What users are searched by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Criteria {
    /// The filter line.
    pub text: String,
}

impl Criteria {
    /// Users that stand so.
    pub fn standing(standing: impl Into<UserFilter>) -> Self {
        let word = standing.into().word().to_lowercase();
        Self { text: search::line(&[Term::field("status", word)]) }
    }
}

impl form::Criteria for Criteria {
    const TITLE: &'static str = "Search users";
    const VOCABULARY: Vocabulary = conditions::USERS;

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
        let status = line.choice("status", "Status", &STATUS);
        let company = line.look_up("company", "Company").noted("F4 list");
        let kind = line.choice("kind", "Kind", &KIND);
        let invitation = line.choice("invitation", "Invitation", &INVITATION);
        let never = line.flag("never-signed-in", "Never signed in");
        let must_change = line.flag("must-change", "Must change");
        let text = line.rest().noted("User ID, name, email");
        vec![status, text, company, kind, invitation, never, must_change]
    }

    fn read(form: &Form, _zone: Zone) -> Result<Self, Vec<Problem>> {
        let text = checked::<Self>(
            Written::default()
                .choice(form, "status", &STATUS)
                .look_up(form, "company")
                .choice(form, "kind", &KIND)
                .choice(form, "invitation", &INVITATION)
                .flag(form, "never-signed-in")
                .flag(form, "must-change")
                .line(form),
        )?;
        Ok(Self { text })
    }

    fn tell(self) -> Word {
        Word::Users(self)
    }

    fn told(word: &Word) -> Option<&Self> {
        if let Word::Users(criteria) = word { Some(criteria) } else { None }
    }
}
