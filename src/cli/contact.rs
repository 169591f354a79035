//! `contact`: the people we know, and the portal user that one of them may be.

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::domain::id::ContactId;
use crate::service::conditions;
use crate::service::contacts::{ContactForm, ContactRow, ContactView};
use crate::service::user_views::{LoginRow, UserView};
use crate::service::{Desk, NoStatus, Session, Sort};

use super::context::Context;
use super::list::{self, ListOptions, SortField};
use super::output::or_nothing;
use super::person::PersonOptions;
use super::table::record;
use super::{Failure, history, user};

/// What can be done with contacts.
#[derive(Debug, Subcommand)]
pub enum ContactCommand {
    /// List contacts by name.
    #[command(after_help = conditions::CONTACTS.help())]
    List {
        #[command(flatten)]
        list: ListOptions,
        /// Only contacts of the company of this code.
        #[arg(long, value_name = "CODE")]
        company: Option<String>,
    },
    /// Show one, with its portal user's status, last login and login history.
    Show {
        /// The contact's number, as 123 or CT-000123.
        id: ContactId,
    },
    /// Make one; a name or an email it must have.
    Create(Create),
    /// Change one; what is not given stays.
    Edit(Edit),
}

/// What `contact create` takes.
#[derive(Debug, Args)]
pub struct Create {
    #[command(flatten)]
    person: PersonOptions,
    /// The code of the company.
    #[arg(long, value_name = "CODE")]
    company: Option<String>,
}

/// What `contact edit` takes.
#[derive(Debug, Args)]
pub struct Edit {
    /// The contact's number, as 123 or CT-000123.
    id: ContactId,
    #[command(flatten)]
    person: PersonOptions,
    /// The code of the company.
    #[arg(long, value_name = "CODE", conflicts_with = "no_company")]
    company: Option<String>,
    /// No company any more.
    #[arg(long)]
    no_company: bool,
}

/// The fields that contacts can be ordered by.
pub(super) const ORDERS: [SortField; 4] = [
    ("name", Sort::Name, false),
    ("email", Sort::Email, false),
    ("company_name", Sort::Company, false),
    ("id", Sort::Number, false),
];

/// Sign-ins that `contact show` and `user show` tell of.
pub(super) const LOGINS: u64 = 10;

/// A contact and the portal user it is.
#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    contact: ContactView,
    portal_user: Option<PortalUser>,
}

/// **Options ▸ Portal User**: status, last login, login history.
#[derive(Serialize)]
struct PortalUser {
    #[serde(flatten)]
    user: UserView,
    logins: Vec<LoginRow>,
}

pub(super) fn run(command: &ContactCommand, context: &Context<'_>) -> Result<(), Failure> {
    let (desk, who) = context.signed_in()?;
    match command {
        ContactCommand::List { list, company } => {
            let mut args = list.args::<NoStatus>(&ORDERS, None)?;
            if let Some(code) = company {
                args.company = Some(desk.company_by_code(&who, code)?.id);
            }
            let page = desk.contacts(&who, &args)?;
            let headers = ["CONTACT", "NAME", "EMAIL", "PHONE", "COMPANY", "PORTAL USER"];
            list::print(context, &page, &headers, cells)
        }
        ContactCommand::Show { id } => {
            let contact = desk.contact(&who, *id)?;
            let portal_user = match contact.row.user {
                Some(user) => Some(PortalUser {
                    user: desk.user(&who, user)?,
                    logins: desk.logins(&who, user, 1, LOGINS)?.rows,
                }),
                None => None,
            };
            context.show(&Shown { contact, portal_user }, words)
        }
        ContactCommand::Create(create) => context.show(&make(desk, &who, create)?, |it| {
            format!("{} is contact {}.", it.row.label(), it.row.id)
        }),
        ContactCommand::Edit(edit) => context.show(&save(desk, &who, edit)?, |it| {
            format!("Contact {} ({}) is saved.", it.row.label(), it.row.id)
        }),
    }
}

/// Makes a contact of the fields that were given.
fn make(desk: &Desk, who: &Session, create: &Create) -> Result<ContactView, Failure> {
    let [first, last, email, phone] = create.person.over([None; 4]);
    let company = match &create.company {
        Some(code) => Some(desk.company_by_code(who, code)?.id),
        None => None,
    };
    let form = ContactForm { first, last, email, phone, company };
    Ok(desk.create_contact(who, &form)?)
}

/// Saves the fields that were given over those that are there.
fn save(desk: &Desk, who: &Session, edit: &Edit) -> Result<ContactView, Failure> {
    let now = desk.contact(who, edit.id)?.row;
    let fields = [&now.first, &now.last, &now.email, &now.phone].map(Option::as_ref);
    let [first, last, email, phone] = edit.person.over(fields);
    let company = match &edit.company {
        Some(code) => Some(desk.company_by_code(who, code)?.id),
        None => now.company.filter(|_| !edit.no_company),
    };
    let form = ContactForm { first, last, email, phone, company };
    Ok(desk.edit_contact(who, now.id, Some(now.stamp), &form)?)
}

fn cells(row: &ContactRow) -> Vec<String> {
    vec![
        row.id.to_string(),
        row.label().to_string(),
        or_nothing(row.email.as_ref()),
        or_nothing(row.phone.as_ref()),
        or_nothing(row.company_name.as_ref()),
        or_nothing(row.user_id.as_ref()),
    ]
}

fn words(it: &Shown) -> String {
    let row = &it.contact.row;
    let mut text = record(&[
        ("Contact", row.id.to_string()),
        ("First name", or_nothing(row.first.as_ref())),
        ("Last name", or_nothing(row.last.as_ref())),
        ("Email", or_nothing(row.email.as_ref())),
        ("Phone", or_nothing(row.phone.as_ref())),
        ("Company", or_nothing(row.company_name.as_ref())),
    ]);
    match &it.portal_user {
        None => text.push_str("\n\nNo portal user."),
        Some(portal) => {
            text.push_str("\n\nPortal User\n");
            text.push_str(&record(&user::summary(&portal.user)));
            text.push_str(&user::logins_words(&portal.logins));
        }
    }
    text + &history::words(&it.contact.history)
}
