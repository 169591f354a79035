//! Why a row of users is refused.

use crate::domain::company::Company;
use crate::domain::problem::{Code, Problem};
use crate::domain::validate::FIRST;
use crate::service::DeskError;

use super::super::firms::EXTERNAL_ID;
use super::Draft;

/// The refusal of a row about a user whom an earlier row named differently.
pub(super) fn twice(draft: &Draft) -> DeskError {
    let what = match (&draft.external, &draft.email, &draft.login) {
        (Some(it), ..) => format!("External Id {}", it.text),
        (None, Some(it), _) => format!("Email {}", it.text),
        (None, None, Some(it)) => format!("Login {}", it.text),
        (None, None, None) => String::from("The user"),
    };
    let field = if draft.external.is_some() { EXTERNAL_ID.name } else { "email" };
    Problem::field(
        Code::Taken,
        field,
        format!("{what} is on an earlier line of this file with other data; leave one of the two."),
    )
    .into()
}

pub(super) fn no_staff() -> Problem {
    Problem::field(
        Code::Role,
        "kind",
        "A staff account can't be made from a file; a Security Administrator makes it under Staff accounts.",
    )
}

pub(super) fn nameless() -> Problem {
    Problem::field(
        Code::Missing,
        FIRST.name,
        "There is no such user yet, and a new one needs a name or an email; fill in at least one of them.",
    )
}

pub(super) fn no_company() -> DeskError {
    Problem::field(
        Code::CompanyMissing,
        "company",
        "Customer Id is missing; a new portal user needs a company.",
    )
    .into()
}

pub(super) fn other_kind(company: &Company, with: &Company) -> Problem {
    Problem::field(
        Code::WrongState,
        "company",
        format!(
            "{} is a {} and {} a {}; a user acts for companies of one kind only.",
            company.name,
            company.kind.word(),
            with.name,
            with.kind.word()
        ),
    )
}
