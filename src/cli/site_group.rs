//! `site-group`: which sites belong together, and which group is the portal's.

use clap::{Args, Subcommand};

use crate::domain::id::{GroupId, SiteId};
use crate::service::site_groups::{GroupChoice, SiteGroupForm, SiteGroupRow, SiteGroupView};
use crate::service::{Desk, NoStatus, Session, Sort};

use super::context::Context;
use super::list::{self, ListOptions, SortField};
use super::output::{or_nothing, yes_no};
use super::table::record;
use super::{Failure, history};

/// What can be done with site groups.
#[derive(Debug, Subcommand)]
pub enum SiteGroupCommand {
    /// List the groups: the portal's first, the others by code.
    List {
        #[command(flatten)]
        list: ListOptions,
    },
    /// Show one.
    Show(Code),
    /// Make one; make-portal makes it the portal's.
    Create {
        /// Its short name.
        #[arg(long)]
        code: String,
        /// The code of a site in it; give all of them.
        #[arg(long, value_name = "CODE")]
        site: Vec<String>,
    },
    /// Change one; what is not given stays.
    Edit {
        #[command(flatten)]
        group: Code,
        /// Another short name.
        #[arg(long = "code", value_name = "CODE")]
        new_code: Option<String>,
        /// The code of a site in it, in place of those that are; give all of them.
        #[arg(long, value_name = "CODE", conflicts_with_all = ["add_site", "remove_site"])]
        site: Vec<String>,
        /// The code of a site that comes into it.
        #[arg(long, value_name = "CODE")]
        add_site: Vec<String>,
        /// The code of a site that leaves it.
        #[arg(long, value_name = "CODE")]
        remove_site: Vec<String>,
    },
    /// Delete one; its sites stay. The portal's can't be deleted.
    Delete {
        #[command(flatten)]
        group: Code,
        /// Really delete it; it can't be undone.
        #[arg(long)]
        yes: bool,
    },
    /// Make it the portal's; the one that was becomes a group like the others.
    MakePortal(Code),
}

/// The group that is meant.
#[derive(Debug, Args)]
pub struct Code {
    /// Its code.
    #[arg(value_name = "GROUP")]
    group: String,
}

/// The fields that groups can be ordered by.
const ORDERS: [SortField; 2] = [("code", Sort::Login, false), ("id", Sort::Number, false)];

pub(super) fn run(command: &SiteGroupCommand, context: &Context<'_>) -> Result<(), Failure> {
    let (desk, who) = context.signed_in()?;
    match command {
        SiteGroupCommand::List { list } => {
            let page = desk.site_groups(&who, &list.args::<NoStatus>(&ORDERS, None)?)?;
            list::print(context, &page, &["CODE", "PORTAL", "SITES"], cells)
        }
        SiteGroupCommand::Show(code) => {
            let choice = code.find(desk, &who)?.choice;
            context.show(&desk.site_group(&who, choice)?, words)
        }
        SiteGroupCommand::Create { code, site } => {
            let form = SiteGroupForm { code: code.clone(), sites: sites(site, desk, &who)? };
            let made = desk.create_site_group(&who, &form)?;
            context.show(&made, |it| format!("Site group {} is there.", it.row.code))
        }
        SiteGroupCommand::Edit { group, new_code, site, add_site, remove_site } => {
            let now = group.find(desk, &who)?;
            let mut ids = if site.is_empty() { now.site_ids } else { sites(site, desk, &who)? };
            ids.extend(sites(add_site, desk, &who)?);
            let gone = sites(remove_site, desk, &who)?;
            ids.retain(|id| !gone.contains(id));
            let code = new_code.clone().unwrap_or_else(|| now.code.raw().to_owned());
            let form = SiteGroupForm { code, sites: ids };
            let saved = desk.edit_site_group(&who, now.choice, Some(now.stamp), &form)?;
            context.show(&saved, |it| format!("Site group {} is saved.", it.row.code))
        }
        SiteGroupCommand::Delete { group, yes } => {
            let now = group.find(desk, &who)?;
            let id = other(&now)?;
            if !yes {
                let what = format!("Site group {}", now.code);
                let why_not = desk.site_group(&who, now.choice)?.why_not_edit;
                return Err(Failure::unconfirmed(&what, why_not, "leave it as it is"));
            }
            let gone = desk.delete_site_group(&who, id, Some(now.stamp))?;
            context.show(&gone, |it| {
                format!("Site group {} is deleted; its sites were {}.", it.code, codes(it))
            })
        }
        SiteGroupCommand::MakePortal(code) => {
            let now = code.find(desk, &who)?;
            let id = other(&now)?;
            context.show(&desk.make_portal_group(&who, id, Some(now.stamp))?, |it| {
                format!(
                    "Site group {} is the portal's now; run site sync if one of its sites waits.",
                    it.row.code
                )
            })
        }
    }
}

impl Code {
    fn find(&self, desk: &Desk, who: &Session) -> Result<SiteGroupRow, Failure> {
        Ok(desk.site_group_by_code(who, &self.group)?)
    }
}

/// The number of a group that is not the portal's.
fn other(row: &SiteGroupRow) -> Result<GroupId, Failure> {
    match row.choice {
        GroupChoice::Other(id) => Ok(id),
        GroupChoice::Portal => Err(Failure::outside(
            "wrong_state",
            Some("group"),
            format!(
                "Site group {} is the portal's; make another one the portal's first.",
                row.code
            ),
        )),
    }
}

fn sites(codes: &[String], desk: &Desk, who: &Session) -> Result<Vec<SiteId>, Failure> {
    codes.iter().map(|code| Ok(desk.site_by_code(who, code)?.id)).collect()
}

fn codes(row: &SiteGroupRow) -> String {
    let codes: Vec<String> = row.sites.iter().map(ToString::to_string).collect();
    or_nothing(Some(&codes.join(", ")))
}

fn cells(row: &SiteGroupRow) -> Vec<String> {
    vec![row.code.to_string(), yes_no(row.portal).to_owned(), codes(row)]
}

fn words(it: &SiteGroupView) -> String {
    record(&[
        ("Code", it.row.code.to_string()),
        ("Portal's", yes_no(it.row.portal).to_owned()),
        ("Sites", codes(&it.row)),
    ]) + &history::words(&it.history)
}
