//! `audit`: who did what.

use clap::Subcommand;

use crate::domain::role::Permission;
use crate::service::Sort;
use crate::service::audit::{AuditFilter, AuditRow};

use super::context::Context;
use super::list::{self, ListOptions, SortField};
use super::output::{self, minute, or_nothing};
use super::{Failure, history};

/// What can be done with the trail.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// List the trail, newest first; who may read only their own deeds gets those.
    List {
        #[command(flatten)]
        list: ListOptions,
        /// Leave out who signed in and who was refused.
        #[arg(long)]
        without_sign_ins: bool,
    },
}

/// The fields that the trail can be ordered by.
const ORDERS: [SortField; 3] =
    [("seq", Sort::Number, true), ("at", Sort::Time, true), ("actor", Sort::Name, false)];

pub(super) fn run(command: &AuditCommand, context: &Context<'_>) -> Result<(), Failure> {
    let AuditCommand::List { list, without_sign_ins } = command;
    let status = without_sign_ins.then_some(AuditFilter::Deeds);
    let (desk, who) = context.signed_in()?;
    let page = desk.audit(&who, &list.args(&ORDERS, status)?)?;
    let headers = ["SEQ", "AT", "WHO", "DID", "TO", "CHANGES"];
    list::print(context, &page, &headers, cells)?;
    if !context.json() && !who.role().may(Permission::ReadAllAudit) {
        let everybody = Permission::ReadAllAudit.holders_in_words();
        output::line(&format!("These are your own; {everybody} may read everybody's."))?;
    }
    Ok(())
}

fn cells(row: &AuditRow) -> Vec<String> {
    let to = match row.targets.split_first() {
        None => None,
        Some((first, [])) => Some(first.label.to_string()),
        Some((first, rest)) => Some(format!("{} +{}", first.label, rest.len())),
    };
    let mut changes: Vec<String> =
        row.changes.iter().filter(|it| it.before.is_some()).map(history::change).collect();
    changes.extend(Some(row.remark()).filter(|it| !it.is_empty()));
    vec![
        row.seq.to_string(),
        minute(row.at),
        row.actor.to_string(),
        row.action.phrase().to_owned(),
        or_nothing(to.as_ref()),
        changes.join(", "),
    ]
}
