//! `contract`: what a company has agreed with us, and the organization config it names.

use clap::{Args, Subcommand};

use crate::service::contracts::{ContractForm, ContractRow};
use crate::service::{NoStatus, Sort};

use super::Failure;
use super::context::Context;
use super::list::{self, ListOptions, SortField};
use super::output::or_nothing;

/// What can be done with contracts.
#[derive(Debug, Subcommand)]
pub enum ContractCommand {
    /// List a company's contracts by number.
    List {
        #[command(flatten)]
        company: Whose,
        #[command(flatten)]
        list: ListOptions,
    },
    /// Enter one.
    Create {
        #[command(flatten)]
        company: Whose,
        /// The contract number, unique within the company.
        #[arg(long)]
        number: String,
        /// The code of the organization config.
        #[arg(long, value_name = "CODE")]
        config_code: String,
        /// The name of the organization config.
        #[arg(long, value_name = "NAME")]
        config_name: String,
        /// The first day, as 2026-06-29.
        #[arg(long, value_name = "DAY")]
        start: String,
        /// The last day; without it, there is no end.
        #[arg(long, value_name = "DAY", default_value = "", hide_default_value = true)]
        end: String,
    },
    /// Change one; what is not given stays.
    Edit {
        #[command(flatten)]
        which: Which,
        /// Another number.
        #[arg(long = "number", value_name = "NUMBER")]
        new_number: Option<String>,
        /// The code of the organization config.
        #[arg(long, value_name = "CODE")]
        config_code: Option<String>,
        /// The name of the organization config.
        #[arg(long, value_name = "NAME")]
        config_name: Option<String>,
        /// The first day, as 2026-06-29.
        #[arg(long, value_name = "DAY")]
        start: Option<String>,
        /// The last day.
        #[arg(long, value_name = "DAY", conflicts_with = "no_end")]
        end: Option<String>,
        /// No end any more.
        #[arg(long)]
        no_end: bool,
    },
    /// Delete one; it is printed, so that it can be entered again.
    Delete {
        #[command(flatten)]
        which: Which,
    },
}

/// The company that is meant.
#[derive(Debug, Args)]
pub struct Whose {
    /// The customer number or partner ID.
    #[arg(value_name = "COMPANY")]
    company: String,
}

/// The contract that is meant.
#[derive(Debug, Args)]
pub struct Which {
    /// The customer number or partner ID.
    #[arg(value_name = "COMPANY")]
    company: String,
    /// The contract number.
    #[arg(value_name = "NUMBER")]
    number: String,
}

/// The fields that contracts can be ordered by.
const ORDERS: [SortField; 4] = [
    ("number", Sort::Login, false),
    ("config_name", Sort::Name, false),
    ("start", Sort::Time, true),
    ("id", Sort::Number, false),
];

pub(super) fn run(command: &ContractCommand, context: &Context<'_>) -> Result<(), Failure> {
    let (desk, who) = context.signed_in()?;
    match command {
        ContractCommand::List { company, list } => {
            let company = desk.company_by_code(&who, &company.company)?.id;
            let page = desk.contracts(&who, company, &list.args::<NoStatus>(&ORDERS, None)?)?;
            let headers = ["NUMBER", "CONFIG", "NAME", "START", "END", "ACTIVE"];
            list::print(context, &page, &headers, cells)
        }
        ContractCommand::Create { company, number, config_code, config_name, start, end } => {
            let company = desk.company_by_code(&who, &company.company)?;
            let form = ContractForm {
                number: number.clone(),
                config_code: config_code.clone(),
                config_name: config_name.clone(),
                start: start.clone(),
                end: end.clone(),
            };
            let made = desk.create_contract(&who, company.id, &form)?;
            context.show(&made, |it| format!("{} has contract {} now.", company.name, it.number))
        }
        ContractCommand::Edit {
            which,
            new_number,
            config_code,
            config_name,
            start,
            end,
            no_end,
        } => {
            let company = desk.company_by_code(&who, &which.company)?.id;
            let now = desk.contract_by_number(&who, company, &which.number)?;
            let kept = now.form();
            let end = end.clone().unwrap_or(kept.end);
            let form = ContractForm {
                number: new_number.clone().unwrap_or(kept.number),
                config_code: config_code.clone().unwrap_or(kept.config_code),
                config_name: config_name.clone().unwrap_or(kept.config_name),
                start: start.clone().unwrap_or(kept.start),
                end: if *no_end { String::new() } else { end },
            };
            let saved = desk.edit_contract(&who, company, now.id, Some(now.stamp), &form)?;
            context.show(&saved, |it| format!("Contract {} is saved.", it.number))
        }
        ContractCommand::Delete { which } => {
            let company = desk.company_by_code(&who, &which.company)?.id;
            let now = desk.contract_by_number(&who, company, &which.number)?;
            let gone = desk.delete_contract(&who, company, now.id, Some(now.stamp))?;
            context.show(&gone, |it| {
                let until = it.end.map_or_else(String::new, |day| format!(" to {day}"));
                format!(
                    "Contract {} is deleted: {} ({}), from {}{until}.",
                    it.number, it.config_name, it.config_code, it.start
                )
            })
        }
    }
}

fn cells(row: &ContractRow) -> Vec<String> {
    vec![
        row.number.to_string(),
        row.config_code.to_string(),
        row.config_name.to_string(),
        row.start.to_string(),
        or_nothing(row.end.as_ref()),
        super::output::yes_no(row.active).to_owned(),
    ]
}
