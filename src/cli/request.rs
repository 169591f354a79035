//! `request`: portal requests, from New to Processed.

use clap::{Args, Subcommand};

use crate::domain::id::{ContactId, RequestId};
use crate::domain::request::RequestStatus;
use crate::service::approve::CompanyChoice;
use crate::service::companies::CompanyForm;
use crate::service::conditions;
use crate::service::request_views::{RequestRow, RequestView};
use crate::service::requests::RequestForm;
use crate::service::{Desk, Session, Sort};

use super::context::Context;
use super::list::{self, ListOptions, SortField};
use super::output::{minute, or_nothing};
use super::person::{PersonOptions, or_kept};
use super::table::{record, table};
use super::{Failure, history};

/// What can be done with requests.
#[derive(Debug, Subcommand)]
pub enum RequestCommand {
    /// List requests, newest first.
    #[command(after_help = conditions::REQUESTS.help())]
    List {
        #[command(flatten)]
        list: ListOptions,
        /// Only requests of this status: New, Resolved, Processed or Rejected.
        #[arg(long, value_name = "WORD", value_parser = status)]
        status: Option<RequestStatus>,
    },
    /// Show one with its likely contacts, its warnings and its history.
    Show(Id),
    /// Change what the visitor typed; what is not given stays.
    Edit(Edit),
    /// Link a contact: the request is Resolved.
    Link {
        #[command(flatten)]
        id: Id,
        /// The contact's number.
        #[arg(long, value_name = "ID")]
        contact: ContactId,
    },
    /// Take the contact off again: the request is New.
    Unlink(Id),
    /// Make a contact from the request and link it: the request is Resolved.
    ///
    /// Without an option about its company, the contact joins the one company that has
    /// exactly the name that the visitor typed, if there is just one.
    CreateContact(CreateContact),
    /// Approve: the portal user exists, and waits for a password.
    Approve {
        #[command(flatten)]
        id: Id,
        /// The login, with or without .P; without it, first.last.
        #[arg(long)]
        login: Option<String>,
    },
    /// Turn it down.
    Reject {
        #[command(flatten)]
        id: Id,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Take a rejection back: the request is New.
    Reopen(Id),
}

/// The request that is meant.
#[derive(Debug, Args)]
pub struct Id {
    /// The request's number, as 123 or PR-000123.
    id: RequestId,
}

/// What `request edit` takes.
#[derive(Debug, Args)]
pub struct Edit {
    #[command(flatten)]
    id: Id,
    #[command(flatten)]
    person: PersonOptions,
    /// The company, in the visitor's words.
    #[arg(long, value_name = "NAME")]
    company: Option<String>,
}

/// What `request create-contact` takes.
#[derive(Debug, Args)]
pub struct CreateContact {
    #[command(flatten)]
    id: Id,
    /// The code of the contact's company.
    #[arg(long, value_name = "CODE", conflicts_with_all = ["new_company", "no_company"])]
    company: Option<String>,
    /// Make a company of this name for the contact.
    #[arg(long, value_name = "NAME", conflicts_with = "no_company")]
    new_company: Option<String>,
    /// The new company's code; without it, the next free one.
    #[arg(long, value_name = "CODE", requires = "new_company")]
    company_code: Option<String>,
    /// The new company is a partner, not a customer.
    #[arg(long, requires = "new_company")]
    partner: bool,
    /// The contact belongs to no company.
    #[arg(long)]
    no_company: bool,
}

/// The fields that requests can be ordered by.
pub(super) const ORDERS: [SortField; 6] = [
    ("submitted_at", Sort::Time, true),
    ("id", Sort::Number, false),
    ("name", Sort::Name, false),
    ("email", Sort::Email, false),
    ("company_name", Sort::Company, false),
    ("status", Sort::Status, false),
];

pub(super) fn status(word: &str) -> Result<RequestStatus, String> {
    RequestStatus::named(word)
        .ok_or_else(|| String::from("it is New, Resolved, Processed or Rejected"))
}

pub(super) fn run(command: &RequestCommand, context: &Context<'_>) -> Result<(), Failure> {
    let (desk, who) = context.signed_in()?;
    let changed = |view: RequestView| context.show(&view, changed_words);
    match command {
        RequestCommand::List { list, status } => {
            let page = desk.requests(&who, &list.args(&ORDERS, *status)?)?;
            let headers = ["NUMBER", "SUBMITTED", "NAME", "EMAIL", "COMPANY", "STATUS", "CONTACT"];
            list::print(context, &page, &headers, cells)
        }
        RequestCommand::Show(id) => context.show(&desk.request(&who, id.id)?, words),
        RequestCommand::Edit(edit) => changed(save(desk, &who, edit)?),
        RequestCommand::Link { id, contact } => {
            changed(desk.link_request(&who, id.id, None, *contact)?)
        }
        RequestCommand::Unlink(id) => changed(desk.unlink_request(&who, id.id, None)?),
        RequestCommand::CreateContact(args) => {
            let company = company_choice(desk, &who, args)?;
            changed(desk.create_contact_for_request(&who, args.id.id, None, None, &company)?)
        }
        RequestCommand::Approve { id, login } => {
            changed(desk.approve_request(&who, id.id, None, login.as_deref())?.request)
        }
        RequestCommand::Reject { id, reason } => {
            changed(desk.reject_request(&who, id.id, None, reason)?)
        }
        RequestCommand::Reopen(id) => changed(desk.reopen_request(&who, id.id, None)?),
    }
}

/// Saves the fields that were given over those that are there.
fn save(desk: &Desk, who: &Session, edit: &Edit) -> Result<RequestView, Failure> {
    let now = desk.request(who, edit.id.id)?.row;
    let fields = [&now.first, &now.last, &now.email, &now.phone].map(Some);
    let [first, last, email, phone] = edit.person.over(fields);
    let company_name = or_kept(edit.company.as_ref(), Some(&now.company_name));
    let form = RequestForm { first, last, email, phone, company_name };
    Ok(desk.save_request(who, now.id, Some(now.stamp), &form, now.contact)?)
}

fn company_choice(
    desk: &Desk,
    who: &Session,
    args: &CreateContact,
) -> Result<CompanyChoice, Failure> {
    if let Some(code) = &args.company {
        return Ok(CompanyChoice::Existing(desk.company_by_code(who, code)?.id));
    }
    if let Some(name) = &args.new_company {
        return Ok(CompanyChoice::New(CompanyForm {
            name: name.clone(),
            code: args.company_code.clone().unwrap_or_default(),
            partner: args.partner,
            ..CompanyForm::default()
        }));
    }
    Ok(if args.no_company { CompanyChoice::None } else { CompanyChoice::AsTyped })
}

fn cells(row: &RequestRow) -> Vec<String> {
    vec![
        row.number.clone(),
        minute(row.submitted_at),
        row.label().to_string(),
        row.email.to_string(),
        row.company_name.to_string(),
        row.status.word().to_owned(),
        match (row.user_id.as_ref().or(row.contact_name.as_ref()), row.likely) {
            (None, 1..) => format!("{} likely", row.likely),
            (known, _) => or_nothing(known),
        },
    ]
}

/// What a change came to.
fn changed_words(view: &RequestView) -> String {
    let row = &view.row;
    let what = match (row.status, &row.user_id, &row.contact_name) {
        (RequestStatus::Processed, Some(user), _) => {
            format!("Processed: {user} waits for a password; set one with user password.")
        }
        (RequestStatus::Resolved, _, Some(contact)) => match &view.why_not_approve {
            None => format!("Resolved: {contact} is its contact; it can be approved."),
            Some(why) => format!("Resolved: {contact} is its contact. {why}"),
        },
        (RequestStatus::Rejected, ..) => {
            format!("Rejected: {}", or_nothing(row.reject_reason.as_ref()))
        }
        (status, ..) => format!("{}.", status.word()),
    };
    format!("{} is {what}", row.number)
}

fn words(view: &RequestView) -> String {
    let row = &view.row;
    let mut text = record(&[
        ("Number", row.number.clone()),
        ("Status", row.status.word().to_owned()),
        ("Submitted", format!("{} at {}", minute(row.submitted_at), row.site)),
        ("First name", row.first.to_string()),
        ("Last name", row.last.to_string()),
        ("Email", row.email.to_string()),
        ("Phone", row.phone.to_string()),
        ("Company", row.company_name.to_string()),
        ("Contact", contact_words(row)),
        ("Portal user", or_nothing(row.user_id.as_ref())),
    ]);
    if let Some(reason) = &row.reject_reason {
        text.push_str(&format!("\n\nRejected: {reason}"));
    }
    if let Some(user) = &view.existing_user {
        let (id, status) = (&user.user_id, user.status.word());
        text.push_str(&format!("\n\nThis email is portal user {id}'s already ({status})."));
    }
    if let Some(why) = view.why_not_approve.as_ref().filter(|_| row.status.is_open()) {
        text.push_str(&format!("\n\n{why}"));
    }
    for warning in &view.warnings {
        text.push_str(&format!("\n{}  {}", warning.code, warning.message));
    }
    if !view.candidates.is_empty() {
        let rows: Vec<Vec<String>> = view.candidates.iter().map(candidate_cells).collect();
        text.push_str(&format!(
            "\n\nLikely contacts\n{}",
            table(&["CONTACT", "NAME", "COMPANY", "WHY"], &rows)
        ));
    }
    text + &history::words(&view.history)
}

fn candidate_cells(candidate: &crate::service::matches::Candidate) -> Vec<String> {
    let contact = &candidate.contact;
    vec![
        contact.id.to_string(),
        contact.label().to_string(),
        or_nothing(contact.company_name.as_ref()),
        candidate.likeness.words().to_owned(),
    ]
}

fn contact_words(row: &RequestRow) -> String {
    match (&row.contact, &row.contact_name) {
        (Some(id), Some(name)) => format!("{name} ({id})"),
        (Some(id), None) => id.to_string(),
        _ => super::output::NOTHING.to_owned(),
    }
}
