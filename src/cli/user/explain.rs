//! `user explain`: why somebody can't sign in, line by line, with the command that mends it.

use crate::domain::login::Door;
use crate::domain::text::Text;
use crate::service::explain::DoorState;
use crate::service::{Explanation, Fix, PortalScope, Verdict};

use super::super::Failure;
use super::super::context::Context;
use super::super::table::table;
use super::{Name, login_cells};

/// The cells of the word before a line.
const WORD: usize = 8;

pub(super) fn run(name: &Name, context: &Context<'_>) -> Result<(), Failure> {
    let (desk, who) = context.signed_in()?;
    let id = desk.user_by_name(&who, &name.name)?.row.id;
    context.show(&desk.explain(&who, id)?, words)
}

fn words(it: &Explanation) -> String {
    let user = &it.user_id;
    let mut text = format!("{}\n", it.headline());
    for verdict in &it.lines {
        let word = if verdict.stops { "stops" } else { "note" };
        text.push_str(&format!("\n{word:WORD$}{}", verdict.message));
        for below in below(verdict, user) {
            text.push_str(&format!("\n{:WORD$}{below}", ""));
        }
    }
    let doors: Vec<String> = it.doors.iter().map(door).collect();
    text.push_str(&format!("\n\nDoors: {}.", doors.join(", ")));
    if !it.failures.is_empty() {
        let rows: Vec<Vec<String>> = it.failures.iter().map(login_cells).collect();
        let rows = table(&["AT", "DOOR", "FROM", "OUTCOME"], &rows);
        text.push_str(&format!("\n\nLast refused tries\n{rows}"));
    }
    text
}

/// What mends a line, or why that is nobody's or not one's own to do.
fn below(verdict: &Verdict, user: &Text) -> Vec<String> {
    let label = verdict.fix_label.as_deref().unwrap_or_default();
    let fix = verdict.fix.map(|fix| command(fix, user, verdict.about.as_ref()));
    let fix = fix.map(|command| format!("{label}: portaldesk {command}"));
    fix.into_iter().chain(verdict.why_not.clone()).collect()
}

/// The command that does it.
fn command(fix: Fix, user: &Text, about: Option<&Text>) -> String {
    let about = about.map(ToString::to_string).unwrap_or_default();
    match fix {
        Fix::PortalOn(PortalScope::Everywhere) => String::from("site portal on"),
        Fix::PortalOn(PortalScope::At(_)) => format!("site portal on --site {about}"),
        Fix::ActivateSite(_) => format!("site activate {about}"),
        Fix::SiteSync => String::from("site sync"),
        Fix::Enable => format!("user enable {user}"),
        Fix::Unlock => format!("user unlock {user}"),
        Fix::SetPassword => format!("user password {user}"),
        Fix::ResetSecondFactor => format!("user reset-factor {user}"),
        Fix::ActivateCompany(_) => format!("company activate {about}"),
        Fix::Invite { again } => {
            format!("user invite {user}{}", if again { " --again" } else { "" })
        }
        Fix::ReleaseMail(mail) => format!("invitation release {mail}"),
    }
}

fn door(it: &DoorState) -> String {
    let state = if it.open { "open" } else { "shut" };
    match (&it.site, it.door) {
        (Some(site), _) => format!("{} at {site} {state}", Door::Portal.word()),
        (None, door) => format!("{} {state}", door.word()),
    }
}
