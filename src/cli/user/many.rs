//! `user disable`, `enable`, `unlock`, `invite` and `delete`: one user by name, or all that match.
//!
//! Nothing is done to many users unless their number is confirmed with `--expect`, and no
//! user is deleted without `--yes`; without them the command only says what it would do.

use clap::Args;
use serde::Serialize;

use crate::domain::id::UserId;
use crate::service::bulk::{Deed, Outcome, Plan, Selection};
use crate::service::delivery::Delivered;
use crate::service::user_views::UserView;
use crate::service::{Desk, DeskError, ListArgs, Session, Sort, UserFilter};

use super::super::Failure;
use super::super::context::Context;
use super::super::invitation;
use super::super::list::typed;
use super::super::meter::Meter;
use super::super::table::table;

const AFTER: &str = "\
With --filter, --status or --company it is done to every user that matches. Without --expect it
only says to how many, to which and what would follow; with it, the number has to be right.
Ctrl-C stops between two chunks; what is done stays done. Status 1 says that some were refused.";

/// What the deeds to users take: one by name, or all that match.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct Whom {
    /// The login, with or without .P, the email, or the number as US-000123.
    #[arg(value_name = "LOGIN", conflicts_with_all = ["filter", "status", "company", "expect"])]
    name: Option<String>,
    /// All users that match this, as in user list; an empty text matches everybody.
    #[arg(long, value_name = "TEXT", value_parser = typed, allow_hyphen_values = true)]
    filter: Option<String>,
    /// Only users of this status: Pending, Active, Disabled, or Throttled after failures.
    #[arg(long, value_name = "WORD", value_parser = super::status)]
    status: Option<UserFilter>,
    /// Only users of the company of this code.
    #[arg(long, value_name = "CODE")]
    company: Option<String>,
    /// How many match, to confirm it.
    #[arg(long, value_name = "N")]
    expect: Option<u64>,
}

/// What `user invite` takes.
#[derive(Debug, Args)]
pub struct Invite {
    #[command(flatten)]
    whom: Whom,
    /// Really, although the one that is named has signed in before: with what the mail carries a
    /// new password takes the place of the one in use.
    #[arg(long, requires = "name", conflicts_with_all = ["filter", "status", "company", "expect"])]
    again: bool,
}

/// What `user delete` takes.
#[derive(Debug, Args)]
pub struct Delete {
    #[command(flatten)]
    whom: Whom,
    /// Really delete the one that is named; it can't be undone.
    #[arg(long, requires = "name", conflicts_with_all = ["filter", "status", "company", "expect"])]
    yes: bool,
}

pub(super) fn run(deed: Deed, whom: &Whom, context: &Context<'_>) -> Result<(), Failure> {
    match &whom.name {
        Some(name) => one(deed, name, context),
        None => many(deed, whom, context),
    }
}

pub(super) fn invite(args: &Invite, context: &Context<'_>) -> Result<(), Failure> {
    let Some(name) = &args.whom.name else { return many(Deed::Invite, &args.whom, context) };
    let (desk, who) = context.signed_in()?;
    let id = desk.user_by_name(&who, name)?.row.id;
    let mail = desk.invite(&who, id, None, args.again).map_err(invitation::naming_again)?;
    invitation::told(desk, &who, mail, context)
}

pub(super) fn delete(args: &Delete, context: &Context<'_>) -> Result<(), Failure> {
    let Some(name) = &args.whom.name else { return many(Deed::Delete, &args.whom, context) };
    let (desk, who) = context.signed_in()?;
    let user = desk.user_by_name(&who, name)?.row;
    if !args.yes {
        let plan = desk.bulk_plan(&who, Deed::Delete, &Selection::These(vec![user.id]))?;
        return Err(unconfirmed(&user.user_id.to_string(), &plan));
    }
    let receipt = desk.delete_user(&who, user.id, Some(user.stamp))?;
    context.show(&receipt, |it| {
        format!(
            "{} is deleted: {}. What stays: {}.",
            it.user_id,
            it.gone.join("; "),
            it.stays.join("; ")
        )
    })
}

/// The refusal of a deletion that nobody confirmed: what it would do, and how to go on.
fn unconfirmed(user_id: &str, plan: &Plan) -> Failure {
    if let Some(refusal) = plan.refused.first() {
        return Failure::outside("wrong_state", None, refusal.why.clone());
    }
    Failure::outside(
        "not_confirmed",
        Some("yes"),
        format!(
            "{user_id} was not deleted. It can't be undone. What would go: {}. What would stay: {}. Repeat it with --yes, or disable the user instead.",
            plan.goes.join("; "),
            plan.stays.join("; ")
        ),
    )
}

fn one(deed: Deed, name: &str, context: &Context<'_>) -> Result<(), Failure> {
    let (desk, who) = context.signed_in()?;
    let id = desk.user_by_name(&who, name)?.row.id;
    let done: UserView = do_one(deed, desk, &who, id)?;
    context.show(&done, |it| format!("{} is {} now.", it.row.user_id, it.row.status.word()))
}

fn do_one(deed: Deed, desk: &Desk, who: &Session, id: UserId) -> Result<UserView, DeskError> {
    match deed {
        Deed::Disable => desk.disable_user(who, id, None),
        Deed::Enable => desk.enable_user(who, id, None),
        Deed::Unlock => desk.unlock_user(who, id, None),
        // Both have a way of their own: one leaves nothing to look at, the other makes a mail.
        Deed::Delete | Deed::Invite => desk.user(who, id),
    }
}

fn many(deed: Deed, whom: &Whom, context: &Context<'_>) -> Result<(), Failure> {
    if whom.filter.is_none() && whom.status.is_none() && whom.company.is_none() {
        return Err(Failure::Usage(
            "Nobody is named; give a login, or --filter, --status or --company.".into(),
        ));
    }
    let (desk, who) = context.signed_in()?;
    let mut args = ListArgs::all(Sort::Login, false);
    args.text = whom.filter.clone().unwrap_or_default();
    args.status = whom.status;
    args.company = match &whom.company {
        Some(code) => Some(desk.company_by_code(&who, code)?.id),
        None => None,
    };
    let selection = Selection::Matching { args, except: Vec::new() };
    let Some(expect) = whom.expect else {
        let plan = desk.bulk_plan(&who, deed, &selection)?;
        return context.show(&plan, |plan| plan_words(deed, plan));
    };
    let meter = Meter::new("users", context.json());
    let outcome = desk.bulk(&who, deed, &selection, expect, &meter);
    meter.clear();
    let outcome = outcome?;
    let mails = outcome.mails.clone();
    let delivered = (deed == Deed::Invite).then(|| invitation::deliver(desk, mails, context));
    let whole = outcome.done == outcome.of;
    context.show(&Done { outcome, delivered }, |it| {
        let words = outcome_words(deed, &it.outcome);
        let sent = it.delivered.as_ref().map(invitation::delivered_words);
        match sent.filter(|it| !it.is_empty()) {
            Some(sent) => format!("{words}\n{sent}"),
            None => words,
        }
    })?;
    if whole { Ok(()) } else { Err(Failure::Told) }
}

/// What a deed came to, and what came of sending the mails that it queued.
#[derive(Serialize)]
struct Done {
    #[serde(flatten)]
    outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    delivered: Option<Delivered>,
}

fn plan_words(deed: Deed, plan: &Plan) -> String {
    let users = |n: u64| if n == 1 { String::from("1 user") } else { format!("{n} users") };
    if plan.count == 0 {
        return String::from("No user matches; nothing to do.");
    }
    let mut text = format!("{} would be {}.", users(plan.can), deed.done());
    for refusal in &plan.refused {
        text.push_str(&format!("\n{} would not: {}", users(refusal.count), refusal.why));
    }
    if !plan.goes.is_empty() {
        text.push_str(&format!("\nIt can't be undone. What goes: {}.", plan.goes.join("; ")));
        text.push_str(&format!("\nWhat stays: {}.", plan.stays.join("; ")));
    }
    let rows: Vec<Vec<String>> = plan.sample.iter().map(super::cells).collect();
    text.push_str(&format!("\n\n{}\n", table(&super::HEADERS, &rows)));
    let more = plan.count.saturating_sub(plan.sample.len() as u64);
    if more > 0 {
        text.push_str(&format!("… and {more} more\n"));
    }
    text + &format!("\nNothing was changed; repeat it with --expect {} to do it.", plan.count)
}

fn outcome_words(deed: Deed, it: &Outcome) -> String {
    let mut lines: Vec<String> =
        it.refused.iter().map(|row| format!("{}: {}", row.user_id, row.why)).collect();
    if it.refused_more > 0 {
        lines.push(format!("… and {} more that were refused", it.refused_more));
    }
    let refused = it.refused.len() as u64 + it.refused_more;
    let mut last = format!("{} of {} {}", it.done, it.of, deed.done());
    if refused > 0 {
        last.push_str(&format!(", {refused} refused"));
    }
    last.push('.');
    if let Some(failed) = &it.failed {
        last.push_str(&format!(
            " It ended early: {failed} What is done is done; run it again for the rest."
        ));
    } else if it.stopped {
        last.push_str(" It was stopped; what is done is done, run it again for the rest.");
    }
    lines.push(last);
    lines.join("\n")
}
