//! Contacts: people we know, most of them at a company.

use serde::{Deserialize, Serialize};

use super::id::{CompanyId, ContactId};
use super::text::Text;

/// A person we know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Its identity.
    pub id: ContactId,
    /// First name.
    pub first: Option<Text>,
    /// Last name.
    pub last: Option<Text>,
    /// Where the person reads mail.
    pub email: Option<Text>,
    /// Where the person answers.
    pub phone: Option<Text>,
    /// Where the person works.
    pub company: Option<CompanyId>,
    /// What another system calls the person; unique over contacts.
    pub external_id: Option<Text>,
}

impl Contact {
    /// The name people know it by: first and last, else the email, else the number.
    pub fn label(&self) -> Text {
        label(self.first.as_ref(), self.last.as_ref())
            .or_else(|| self.email.clone())
            .unwrap_or_else(|| Text::new(self.id.to_string()))
    }
}

/// First and last name as one, when there is either.
pub fn label(first: Option<&Text>, last: Option<&Text>) -> Option<Text> {
    let parts: Vec<&str> = [first, last]
        .into_iter()
        .flatten()
        .map(|t| t.raw().trim())
        .filter(|t| !t.is_empty())
        .collect();
    (!parts.is_empty()).then(|| Text::new(parts.join(" ")))
}
