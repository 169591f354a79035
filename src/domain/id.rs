//! Identities: numbers that are never reused, one type for each entity.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal, $what:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            /// As people see it: the prefix and at least six digits.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "-{:06}"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = BadId;

            /// Takes the plain number or the form people see, in any case.
            fn from_str(text: &str) -> Result<Self, BadId> {
                parse(text, $prefix).map(Self).ok_or_else(|| BadId {
                    text: text.into(),
                    what: $what,
                    example: concat!($prefix, "-000123"),
                })
            }
        }
    };
}

id!(
    /// A portal request, shown as `PR-000123`.
    RequestId, "PR", "request"
);
id!(
    /// A contact, shown as `CT-000123`.
    ContactId, "CT", "contact"
);
id!(
    /// A company, shown as `CO-000123`; people name it by its code.
    CompanyId, "CO", "company"
);
id!(
    /// A staff or portal user, shown as `US-000123`; people name it by its User ID.
    UserId, "US", "user"
);
id!(
    /// A site of the portal, shown as `ST-000123`; people name it by its code.
    SiteId, "ST", "site"
);

id!(
    /// A contract, shown as `CN-000123`; people name it by its number within its company.
    ContractId, "CN", "contract"
);

id!(
    /// A portal role of one's own, shown as `RO-000123`; people name it by its name.
    RoleId, "RO", "role"
);
id!(
    /// A site group, shown as `SG-000123`; people name it by its code.
    GroupId, "SG", "site group"
);
id!(
    /// A mail in the outbox, shown as `ML-000123`.
    MailId, "ML", "mail"
);
id!(
    /// A job, shown as `JB-000123`; people name it by its name.
    JobId, "JB", "job"
);
id!(
    /// A run of a job, shown as `RN-000123`.
    RunId, "RN", "run"
);

/// A text that names no entity of its kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{text}” is no {what} number; give one such as {example} or 123")]
pub struct BadId {
    /// What was given.
    pub text: super::text::Text,
    /// The entity in a word.
    pub what: &'static str,
    /// A well-formed one.
    pub example: &'static str,
}

fn parse(text: &str, prefix: &str) -> Option<u64> {
    let text = text.trim();
    let digits = match text.get(..prefix.len()) {
        Some(head) if head.eq_ignore_ascii_case(prefix) => {
            text[prefix.len()..].strip_prefix('-')?
        }
        _ => text,
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok().filter(|n| *n > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_numbers_and_what_is_shown() {
        for text in ["123", "PR-000123", "pr-123", " 123 "] {
            assert_eq!(text.parse::<RequestId>(), Ok(RequestId(123)), "{text}");
        }
        for text in ["", "0", "-1", "CT-1", "PR-", "PR-+1", "12x", "é1"] {
            assert!(text.parse::<RequestId>().is_err(), "{text}");
        }
        assert_eq!(RequestId(2999).to_string(), "PR-002999");
    }
}
