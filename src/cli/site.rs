//! `site`: the sites of the portal, its switches, and Site sync.

use clap::{Args, Subcommand, ValueEnum};

use crate::domain::site::PortalScope;
use crate::domain::text::{Text, thousands};
use crate::service::sites::{SiteForm, SiteRow, SiteView};
use crate::service::{Desk, NoStatus, PortalState, Session, Sort, Synced};

use super::context::Context;
use super::list::{self, ListOptions, SortField};
use super::meter::Meter;
use super::output::{or_nothing, yes_no};
use super::table::record;
use super::{Failure, history};

/// What can be done with sites.
#[derive(Debug, Subcommand)]
pub enum SiteCommand {
    /// List the sites by code.
    List {
        #[command(flatten)]
        list: ListOptions,
    },
    /// Show one.
    Show(Code),
    /// Make one, active and with its portal on.
    Create {
        /// Its short name.
        #[arg(long)]
        code: String,
        /// Its name; without it, the code.
        #[arg(long, default_value = "", hide_default_value = true)]
        name: String,
        /// The address that people sign in at.
        #[arg(long, value_name = "ADDRESS", default_value = "", hide_default_value = true)]
        website: String,
        /// Put it into the portal site group: new users have an account there at once, and
        /// site sync gives one to the others.
        #[arg(long)]
        in_portal: bool,
    },
    /// Change one; what is not given stays, and an empty text takes it away.
    Edit {
        #[command(flatten)]
        site: Code,
        /// Another short name.
        #[arg(long = "code", value_name = "CODE")]
        new_code: Option<String>,
        /// Its name.
        #[arg(long)]
        name: Option<String>,
        /// The address that people sign in at.
        #[arg(long, value_name = "ADDRESS")]
        website: Option<String>,
    },
    /// Take it into use again.
    Activate(Code),
    /// Take it out of use; the last active site of the portal stays.
    Deactivate(Code),
    /// Show how the portal stands, or switch it on or off: all of it, or at one site.
    Portal {
        /// The new position of the switch; without it, nothing is changed.
        #[arg(value_name = "ON|OFF", hide_possible_values = true)]
        switch: Option<Switch>,
        /// The code of the site whose own switch is meant.
        #[arg(long, value_name = "CODE", requires = "switch")]
        site: Option<String>,
    },
    /// Give every portal user an account at each active site of the portal; Ctrl-C stops
    /// between two commits, and running it again does the rest.
    Sync,
}

/// The site that is meant.
#[derive(Debug, Args)]
pub struct Code {
    /// Its code.
    #[arg(value_name = "SITE")]
    site: String,
}

/// A position of a switch, as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    /// People can sign in and send requests.
    On,
    /// They can't.
    Off,
}

/// The fields that sites can be ordered by.
const ORDERS: [SortField; 3] =
    [("code", Sort::Login, false), ("name", Sort::Name, false), ("id", Sort::Number, false)];

pub(super) fn run(command: &SiteCommand, context: &Context<'_>) -> Result<(), Failure> {
    let (desk, who) = context.signed_in()?;
    match command {
        SiteCommand::List { list } => {
            let page = desk.sites(&who, &list.args::<NoStatus>(&ORDERS, None)?)?;
            let headers = ["CODE", "NAME", "WEBSITE", "ACTIVE", "PORTAL", "IN PORTAL", "SYNC"];
            list::print(context, &page, &headers, cells)
        }
        SiteCommand::Show(code) => context.show(&code.find(desk, &who)?, words),
        SiteCommand::Create { code, name, website, in_portal } => {
            let form = SiteForm {
                code: code.clone(),
                name: name.clone(),
                website: website.clone(),
                in_portal: *in_portal,
            };
            context.show(&desk.create_site(&who, &form)?, |it| made(&it.row))
        }
        SiteCommand::Edit { site, new_code, name, website } => {
            let now = site.find(desk, &who)?;
            let mut form = now.form();
            form.code = new_code.clone().unwrap_or(form.code);
            form.name = name.clone().unwrap_or(form.name);
            form.website = website.clone().unwrap_or(form.website);
            let saved = desk.edit_site(&who, now.row.id, Some(now.row.stamp), &form)?;
            context.show(&saved, |it| format!("Site {} is saved.", it.row.code))
        }
        SiteCommand::Activate(code) => {
            let now = code.find(desk, &who)?;
            context.show(&desk.activate_site(&who, now.row.id, None)?, |it| {
                format!("Site {} is active again.{}", it.row.code, waits(&it.row))
            })
        }
        SiteCommand::Deactivate(code) => {
            let now = code.find(desk, &who)?;
            context.show(&desk.deactivate_site(&who, now.row.id, None)?, |it| {
                format!("Site {} is inactive now. {}", it.row.code, it.if_deactivated())
            })
        }
        SiteCommand::Portal { switch: None, .. } => {
            context.show(&desk.portal_state(&who)?, standing)
        }
        SiteCommand::Portal { switch: Some(switch), site } => {
            let scope = match site {
                Some(code) => PortalScope::At(desk.site_by_code(&who, code)?.id),
                None => PortalScope::Everywhere,
            };
            let state = desk.set_portal(&who, scope, *switch == Switch::On)?;
            let word = if *switch == Switch::On { "on" } else { "off" };
            context.show(&state, |it| match site {
                Some(code) => {
                    format!(
                        "The portal is {word} at {}. {}",
                        Text::from(code.as_str()),
                        standing(it)
                    )
                }
                None => standing(it),
            })
        }
        SiteCommand::Sync => sync(desk, &who, context),
    }
}

fn sync(desk: &Desk, who: &Session, context: &Context<'_>) -> Result<(), Failure> {
    let meter = Meter::new("users", context.json());
    let outcome = desk.site_sync(who, &meter);
    meter.clear();
    let synced = outcome?;
    context.show(&synced, synced_words)?;
    if synced.stopped { Err(Failure::Told) } else { Ok(()) }
}

fn synced_words(it: &Synced) -> String {
    let users = match it.users {
        0 => String::from("No portal user lacked an account"),
        1 => String::from("1 portal user was given what it lacked"),
        n => format!("{} portal users were given what they lacked", thousands(n)),
    };
    let codes: Vec<String> = it.sites.iter().map(ToString::to_string).collect();
    let rest = match (it.stopped, codes.as_slice()) {
        (true, _) => " It was stopped; what is done is done, run it again for the rest.".into(),
        (false, []) => String::new(),
        (false, [one]) => format!(" Site {one} no longer waits."),
        (false, several) => format!(" Sites {} no longer wait.", several.join(", ")),
    };
    format!("{users}, accounts made: {}.{rest}", thousands(it.made))
}

fn made(row: &SiteRow) -> String {
    let place = if row.in_portal { "in" } else { "not in" };
    format!("Site {} is there, {place} the portal site group.{}", row.code, waits(row))
}

/// What is still to be done at a site.
fn waits(row: &SiteRow) -> &'static str {
    if row.sync_due { " Run site sync to give portal users their accounts at it." } else { "" }
}

fn standing(it: &PortalState) -> String {
    let on = if it.everywhere { "on" } else { "off" };
    let mut text = format!(
        "The portal is switched {on}; it is open at {} of the {} active sites of group {}.",
        it.sites_open, it.sites, it.group_code
    );
    if it.waiting > 0 {
        let plural = if it.waiting == 1 { " waits" } else { "s wait" };
        text.push_str(&format!(" {} site{plural} for site sync.", it.waiting));
    }
    if let Some(mails) = it.of_mails() {
        text.push_str(&format!(" {mails}"));
    }
    text
}

impl Code {
    fn find(&self, desk: &Desk, who: &Session) -> Result<SiteView, Failure> {
        let id = desk.site_by_code(who, &self.site)?.id;
        Ok(desk.site(who, id)?)
    }
}

fn cells(row: &SiteRow) -> Vec<String> {
    vec![
        row.code.to_string(),
        row.name.to_string(),
        or_nothing(Some(&row.website)),
        yes_no(row.active).to_owned(),
        String::from(if row.portal_enabled { "on" } else { "off" }),
        yes_no(row.in_portal).to_owned(),
        String::from(if row.sync_due { "due" } else { "" }),
    ]
}

fn words(it: &SiteView) -> String {
    let row = &it.row;
    let groups: Vec<String> = it.groups.iter().map(ToString::to_string).collect();
    record(&[
        ("Code", row.code.to_string()),
        ("Name", row.name.to_string()),
        ("Website", or_nothing(Some(&row.website))),
        ("Active", yes_no(row.active).to_owned()),
        ("Portal", String::from(if row.portal_enabled { "on" } else { "off" })),
        ("Groups", or_nothing(Some(&groups.join(", ")))),
        ("Site sync", String::from(if row.sync_due { "due" } else { "not due" })),
    ]) + &history::words(&it.history)
}
