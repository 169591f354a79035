//! Reading a form of **Add Portal User**: its texts, its password, its flags.

use crate::domain::company::{Company, CompanyKind};
use crate::domain::problem::{Code, Problem};
use crate::domain::secret::Secret;
use crate::domain::text::Text;
use crate::domain::validate::{self, EMAIL, FIRST, LAST, LOGIN, PHONE};
use crate::service::companies::keep;
use crate::service::portal_user::Person;

use super::NewUser;
use super::asks::{Asks, Need};

/// Brings problems into the order of a form's fields; what is about none of them comes last.
pub(in crate::service) fn in_order(problems: &mut [Problem], fields: &[&str]) {
    problems.sort_by_key(|it| {
        fields.iter().position(|field| it.field == Some(field)).unwrap_or(fields.len())
    });
}

/// Reads the person of a form; a login that can't be read is left blank.
pub(super) fn person(form: &NewUser, asks: &Asks, problems: &mut Vec<Problem>) -> Person {
    let named = |field, raw: &str| match asks.named {
        true => validate::required(field, raw).map(Some),
        false => validate::optional(field, raw),
    };
    let first = keep(problems, named(FIRST, &form.first)).flatten();
    let last = keep(problems, named(LAST, &form.last)).flatten();
    let email = match asks.mailed {
        true => validate::email(&form.email).map(Some),
        false => validate::optional_email(&form.email),
    };
    let email = keep(problems, email).flatten();
    let phone = keep(problems, validate::optional(PHONE, &form.phone)).flatten();
    let login = match asks.email_is_login {
        false => keep(problems, validate::portal_login(&form.login)),
        true => {
            if !form.login.trim().is_empty() {
                problems.push(login_is_email());
            }
            let login = email.as_ref().map(|email| login_of_email(email.raw()));
            login.and_then(|login| keep(problems, login))
        }
    };
    Person { login_name: login.unwrap_or_default(), first, last, email, phone }
}

/// An email as a login; what is wrong with it is wrong with the email.
pub(in crate::service) fn login_of_email(email: &str) -> Result<Text, Problem> {
    validate::portal_login(email).map_err(|problem| {
        let message = format!("The email is the login here. {}", problem.message);
        Problem::field(problem.code, EMAIL.name, message)
    })
}

/// The password that was typed; an empty field is none.
pub(super) fn password_of(form: &NewUser) -> Option<&Secret> {
    form.password.as_ref().filter(|it| !it.is_empty())
}

/// What is wrong with the password and its repetition, but for the policy.
pub(super) fn password_problems(form: &NewUser, asks: &Asks) -> Vec<Problem> {
    let mut problems = Vec::new();
    let password = password_of(form);
    match (asks.password, password) {
        (Need::Required, None) => {
            let message =
                "Password is missing; type one of at least 15 characters, or generate one.";
            problems.push(Problem::field(Code::Missing, "password", message));
        }
        (Need::Absent, Some(_)) => {
            let message = "Create User sets no password: the user is Pending until the notification, or until staff set one; leave it out.";
            problems.push(Problem::field(Code::Password, "password", message));
        }
        _ => {}
    }
    let (true, Some(password)) = (asks.retyped, password) else { return problems };
    match form.retyped.as_ref().filter(|it| !it.is_empty()) {
        None => {
            let message = "Retype Password is missing; type the password once more.";
            problems.push(Problem::field(Code::Missing, "retyped", message));
        }
        Some(again) if !again.same_as(password) => {
            let message = "The two passwords differ; type them again.";
            problems.push(Problem::field(Code::Password, "retyped", message));
        }
        Some(_) => {}
    }
    problems
}

/// What is wrong with the account type of a form and the kinds of its companies; the account
/// type that it comes to.
pub(super) fn account_type(
    form: &NewUser,
    asks: &Asks,
    companies: &[&Company],
    problems: &mut Vec<Problem>,
) -> Option<CompanyKind> {
    let first = companies.first().copied();
    if !asks.typed {
        let kind = first.map(|it| it.kind);
        let other = companies.iter().find(|it| Some(it.kind) != kind);
        if let (Some(first), Some(other)) = (first, other) {
            problems.push(two_kinds(first, other, asks.company()));
        }
        return kind;
    }
    match (form.account_type, first) {
        (None, _) => {
            let message = "Account Type is missing; choose Customer or Partner.";
            problems.push(Problem::field(Code::Missing, "account_type", message));
        }
        (Some(kind), Some(company)) if company.kind != kind => {
            problems.push(other_type(company, kind));
        }
        _ => {}
    }
    form.account_type.or(first.map(|it| it.kind))
}

/// That Claim Authorization Required is set on a customer's user.
pub(in crate::service) fn claim_problem(
    required: bool,
    kind: Option<CompanyKind>,
) -> Option<Problem> {
    (required && kind == Some(CompanyKind::Customer)).then(|| {
        Problem::field(
            Code::ClaimAuthorization,
            "claim_authorization_required",
            "Claim Authorization Required is for partners only, and this is a customer's user; take it off.",
        )
    })
}

fn login_is_email() -> Problem {
    Problem::field(
        Code::Malformed,
        LOGIN.name,
        "Under Portal Access the email is the login; leave the login empty.",
    )
}

fn two_kinds(first: &Company, other: &Company, field: &'static str) -> Problem {
    Problem::field(
        Code::AccountType,
        field,
        format!(
            "{} is a {} and {} a {}; the companies of a user are of one kind, take the others off.",
            first.name,
            first.kind.word(),
            other.name,
            other.kind.word()
        ),
    )
}

fn other_type(company: &Company, kind: CompanyKind) -> Problem {
    Problem::field(
        Code::AccountType,
        "account_type",
        format!(
            "The account type is {}, and {} is a {}; choose that account type, or another company.",
            kind.word(),
            company.name,
            company.kind.word()
        ),
    )
}
