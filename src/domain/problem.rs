//! What is wrong with an input: the field, one sentence, the way out.

use serde::Serialize;

/// One thing wrong with what was asked, never overridable.
///
/// `message` is a whole sentence that says what is wrong and what to do; `field` is the
/// snake_case name of the field it is about, where there is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{message}")]
pub struct Problem {
    /// A word that scripts may rely on.
    pub code: Code,
    /// The field it is about.
    pub field: Option<&'static str>,
    /// The sentence.
    pub message: String,
}

impl Problem {
    /// A problem with one field.
    pub fn field(code: Code, field: &'static str, message: impl Into<String>) -> Self {
        Self { code, field: Some(field), message: message.into() }
    }

    /// A problem with the whole of what was asked.
    pub fn whole(code: Code, message: impl Into<String>) -> Self {
        Self { code, field: None, message: message.into() }
    }
}

/// The kinds of problems, as scripts see them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// A required field is empty.
    Missing,
    /// The text can't be what the field asks for.
    Malformed,
    /// The text is longer than the field takes.
    TooLong,
    /// Someone else has that email, login or code.
    Taken,
    /// The two passwords differ, or the password fails the policy.
    Password,
    /// What was asked does not fit the state that the object is in.
    WrongState,
    /// A portal request needs a contact first.
    ContactMissing,
    /// The contact belongs to a portal user already.
    ContactHasUser,
    /// The contact belongs to no company.
    CompanyMissing,
    /// No site of the portal site group is active.
    NoActiveSite,
    /// The portal is switched off.
    PortalOff,
    /// The role does not exist, is not active, or is not yours to give.
    Role,
    /// The account type is not the kind of the company.
    AccountType,
    /// Claim Authorization Required on a customer's user.
    ClaimAuthorization,
    /// The organization config is of no contract of that customer.
    OrganizationConfig,
    /// The second factor can't be used, or its code is wrong.
    SecondFactor,
    /// Warnings that are to be overridden are not those that there are.
    Override,
    /// Mail is not set up, a letter can't be written, or no server takes it.
    Mail,
}

/// A thing worth a second look that does not stop the work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// `W1` to `W10`, as DOMAIN.md numbers them.
    pub code: &'static str,
    /// The sentence.
    pub message: String,
}

/// The system's words for an error, without its number: `permission denied`.
pub fn reason(error: &dyn std::error::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error") {
        Some(end) => text[..end].to_lowercase(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_words() {
        let error = std::io::Error::from_raw_os_error(13);
        assert_eq!(reason(&error), "permission denied");
    }
}
