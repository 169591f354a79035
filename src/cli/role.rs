//! `role`: what each role may do, and portal roles of one's own.

use clap::{Args, Subcommand};

use crate::domain::id::RoleId;
use crate::domain::role::PortalRight;
use crate::service::roles::{RoleForm, RoleRow, RoleView};
use crate::service::{Desk, NoStatus, Session, Sort};

use super::context::Context;
use super::list::{self, ListOptions, SortField};
use super::output::{or_nothing, yes_no};
use super::table::record;
use super::{Failure, history};

/// What can be done with roles.
#[derive(Debug, Subcommand)]
pub enum RoleCommand {
    /// List the roles: the built-in ones first, then one's own by name.
    List {
        #[command(flatten)]
        list: ListOptions,
    },
    /// Show one, and what it grants.
    Show(Name),
    /// Make a portal role.
    Create {
        /// Its name.
        #[arg(long)]
        name: String,
        /// What it is for.
        #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
        description: String,
        /// What it lets people do at the portal: report-cases, read-own-cases,
        /// read-company-cases or read-contracts; give all of them.
        #[arg(long, value_parser = right)]
        right: Vec<PortalRight>,
    },
    /// Change a portal role; what is not given stays.
    Edit {
        #[command(flatten)]
        role: Name,
        /// Another name.
        #[arg(long = "name", value_name = "NAME")]
        new_name: Option<String>,
        /// What it is for; an empty text takes it away.
        #[arg(long, value_name = "TEXT")]
        description: Option<String>,
        /// What it lets people do, in place of what it did; give all of them.
        #[arg(long, value_parser = right)]
        right: Vec<PortalRight>,
    },
    /// Let a portal role be given again.
    Activate(Name),
    /// Let a portal role be given no more; who has it keeps it.
    Deactivate(Name),
    /// Delete a portal role that nobody has.
    Delete {
        #[command(flatten)]
        role: Name,
        /// Really delete it; it can't be undone.
        #[arg(long)]
        yes: bool,
    },
}

/// The role that is meant.
#[derive(Debug, Args)]
pub struct Name {
    /// Its name; hyphens do for spaces.
    #[arg(value_name = "ROLE")]
    role: String,
}

fn right(word: &str) -> Result<PortalRight, String> {
    PortalRight::named(word).ok_or_else(|| {
        format!("it is one of {}", PortalRight::ALL.map(PortalRight::word).join(", "))
    })
}

/// The fields that roles can be ordered by.
const ORDERS: [SortField; 2] = [("name", Sort::Name, false), ("id", Sort::Number, false)];

pub(super) fn run(command: &RoleCommand, context: &Context<'_>) -> Result<(), Failure> {
    let (desk, who) = context.signed_in()?;
    match command {
        RoleCommand::List { list } => {
            let page = desk.roles(&who, &list.args::<NoStatus>(&ORDERS, None)?)?;
            list::print(context, &page, &["NAME", "FUNCTION", "ACTIVE", "DESCRIPTION"], cells)
        }
        RoleCommand::Show(name) => context.show(&name.find(desk, &who)?, words),
        RoleCommand::Create { name, description, right } => {
            let form = RoleForm {
                name: name.clone(),
                description: description.clone(),
                rights: right.clone(),
            };
            let made = desk.create_role(&who, &form)?;
            context.show(&made, |it| format!("Role {} is there and can be given.", it.row.name))
        }
        RoleCommand::Edit { role, new_name, description, right } => {
            let now = role.find(desk, &who)?;
            let mut form = now.form();
            form.name = new_name.clone().unwrap_or(form.name);
            form.description = description.clone().unwrap_or(form.description);
            if !right.is_empty() {
                form.rights.clone_from(right);
            }
            let saved = desk.edit_role(&who, own(&now.row)?, now.row.stamp, &form)?;
            context.show(&saved, |it| format!("Role {} is saved.", it.row.name))
        }
        RoleCommand::Activate(name) => {
            let now = name.find(desk, &who)?;
            let done = desk.activate_role(&who, own(&now.row)?, None)?;
            context.show(&done, |it| format!("Role {} can be given again.", it.row.name))
        }
        RoleCommand::Deactivate(name) => {
            let now = name.find(desk, &who)?;
            let done = desk.deactivate_role(&who, own(&now.row)?, None)?;
            context.show(&done, |it| {
                format!("Role {} is inactive now. {}", it.row.name, it.if_deactivated())
            })
        }
        RoleCommand::Delete { role, yes } => {
            let now = role.find(desk, &who)?;
            let id = own(&now.row)?;
            if !yes {
                let what = format!("Role {}", now.row.name);
                return Err(Failure::unconfirmed(&what, now.why_not_edit, "deactivate it instead"));
            }
            let gone = desk.delete_role(&who, id, now.row.stamp)?;
            context.show(&gone, |it| format!("Role {} is deleted.", it.name))
        }
    }
}

impl Name {
    fn find(&self, desk: &Desk, who: &Session) -> Result<RoleView, Failure> {
        let choice = desk.role_by_name(who, &self.role)?.choice;
        Ok(desk.role(who, choice)?)
    }
}

/// The number of a role that can be changed.
fn own(row: &RoleRow) -> Result<RoleId, Failure> {
    row.id.ok_or_else(|| {
        Failure::outside(
            "wrong_state",
            Some("role"),
            format!("{} is built in and stays as it is; make a portal role of your own.", row.name),
        )
    })
}

fn cells(row: &RoleRow) -> Vec<String> {
    vec![
        row.name.to_string(),
        row.function.to_owned(),
        yes_no(row.active).to_owned(),
        or_nothing(row.description.as_ref()),
    ]
}

fn words(it: &RoleView) -> String {
    let row = &it.row;
    record(&[
        ("Name", row.name.to_string()),
        ("Function", row.function.to_owned()),
        ("Description", or_nothing(row.description.as_ref())),
        ("Active", yes_no(row.active).to_owned()),
        ("Users", it.users.to_string()),
        ("May", row.grants.join("; ")),
    ]) + &history::words(&it.history)
}
