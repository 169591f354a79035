//! `company`: customers and partners.

use clap::{Args, Subcommand};

use crate::service::companies::{CompanyForm, CompanyRow};
use crate::service::{NoStatus, Sort};

use super::Failure;
use super::context::Context;
use super::list::{self, ListOptions, SortField};
use super::output::{or_nothing, yes_no};
use super::table::record;

/// What can be done with companies.
#[derive(Debug, Subcommand)]
pub enum CompanyCommand {
    /// List companies by name.
    List {
        #[command(flatten)]
        list: ListOptions,
    },
    /// Show one.
    Show {
        /// The customer number or partner ID.
        code: String,
    },
    /// Make one.
    Create(Create),
}

/// What `company create` takes.
#[derive(Debug, Args)]
pub struct Create {
    /// Its name.
    #[arg(long)]
    name: String,
    /// The customer number or partner ID; without it, the next free one.
    #[arg(long, default_value = "", hide_default_value = true)]
    code: String,
    /// It is a partner, not a customer.
    #[arg(long)]
    partner: bool,
    /// Its own address.
    #[arg(long, default_value = "", hide_default_value = true)]
    email: String,
    /// Its switchboard.
    #[arg(long, default_value = "", hide_default_value = true)]
    phone: String,
}

/// The fields that companies can be ordered by.
const ORDERS: [SortField; 4] = [
    ("name", Sort::Name, false),
    ("code", Sort::Login, false),
    ("email", Sort::Email, false),
    ("id", Sort::Number, false),
];

pub(super) fn run(command: &CompanyCommand, context: &Context<'_>) -> Result<(), Failure> {
    let (desk, who) = context.signed_in()?;
    match command {
        CompanyCommand::List { list } => {
            let page = desk.companies(&who, &list.args::<NoStatus>(&ORDERS, None)?)?;
            list::print(context, &page, &["CODE", "NAME", "KIND", "EMAIL", "PHONE"], cells)
        }
        CompanyCommand::Show { code } => context.show(&desk.company_by_code(&who, code)?, words),
        CompanyCommand::Create(create) => {
            let form = CompanyForm {
                name: create.name.clone(),
                code: create.code.clone(),
                partner: create.partner,
                email: create.email.clone(),
                phone: create.phone.clone(),
            };
            let made = desk.create_company(&who, &form)?;
            context.show(&made, |it| format!("{} is {} {}.", it.name, it.kind.word(), it.code))
        }
    }
}

fn cells(row: &CompanyRow) -> Vec<String> {
    vec![
        row.code.to_string(),
        row.name.to_string(),
        row.kind.word().to_owned(),
        or_nothing(row.email.as_ref()),
        or_nothing(row.phone.as_ref()),
    ]
}

fn words(row: &CompanyRow) -> String {
    record(&[
        ("Code", row.code.to_string()),
        ("Name", row.name.to_string()),
        ("Kind", row.kind.word().to_owned()),
        ("Email", or_nothing(row.email.as_ref())),
        ("Phone", or_nothing(row.phone.as_ref())),
        ("Active", yes_no(row.active).to_owned()),
        ("On hold", yes_no(row.on_hold).to_owned()),
    ])
}
