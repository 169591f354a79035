//! `user`: staff and portal users, their companies, their passwords and their sign-ins.

mod create;
mod edit;
mod explain;
mod factor;
mod factor_word;
mod form;
mod many;

use clap::{Args, Subcommand};

use crate::domain::login::LoginOutcome;
use crate::domain::mail::MailState;
use crate::domain::user::Badge;
use crate::service::conditions;
use crate::service::user_views::{LoginRow, MembershipView, ProfileView, UserRow, UserView};
use crate::service::{Deed, Sort, UserFilter};

use super::context::Context;
use super::list::{self, ListOptions, PageOptions, SortField};
use super::output::{minute, minute_or_nothing, or_nothing, yes_no};
use super::table::{record, table};
use super::{Failure, history, invitation, secrets};

use create::Create;
use edit::{Edit, Remove};
use many::{Delete, Whom};

/// What can be done with users.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// List users by User ID.
    #[command(after_help = conditions::USERS.help())]
    List {
        #[command(flatten)]
        list: ListOptions,
        /// Only users of this status: Pending, Active, Disabled, or Throttled after failures.
        #[arg(long, value_name = "WORD", value_parser = status)]
        status: Option<UserFilter>,
        /// Only users of the company of this code.
        #[arg(long, value_name = "CODE")]
        company: Option<String>,
    },
    /// Show one.
    Show(Name),
    /// Add a portal user, by any of the four forms.
    Create(Box<Create>),
    /// Change one; what is not given stays, and an empty text takes it away.
    Edit(Edit),
    /// Take a company off a portal user that has others.
    RemoveFromCompany(Remove),
    /// Set a password for somebody.
    Password {
        #[command(flatten)]
        name: Name,
        /// Read it from standard input, one line.
        #[arg(long)]
        password_stdin: bool,
        /// They need not choose an own one at the next sign-in.
        #[arg(long)]
        no_must_change: bool,
    },
    /// Switch users off: no sign-in any more.
    Disable(Whom),
    /// Switch users on again.
    Enable(Whom),
    /// End the wait or the lock after failed sign-ins.
    Unlock(Whom),
    /// Send users an invitation, the first one or another in place of the last.
    Invite(many::Invite),
    /// Give somebody a second factor, which they set up at the next sign-in, or take it away.
    Factor(factor::Give),
    /// Reset a second factor: they set it up anew at the next sign-in.
    ResetFactor(Name),
    /// Delete users for good; disabling them is the way that can be taken back.
    Delete(Delete),
    /// Why they can't sign in: what stops them, and the command that mends each.
    Explain(Name),
    /// List one's sign-ins, newest first.
    Logins {
        #[command(flatten)]
        name: Name,
        #[command(flatten)]
        place: PageOptions,
    },
}

/// The user that is meant.
#[derive(Debug, Args)]
pub struct Name {
    /// The login, with or without .P, the email, or the number as US-000123.
    #[arg(value_name = "LOGIN")]
    name: String,
}

/// The fields that users can be ordered by.
pub(super) const ORDERS: [SortField; 10] = [
    ("user_id", Sort::Login, false),
    ("id", Sort::Number, false),
    ("name", Sort::Name, false),
    ("email", Sort::Email, false),
    ("company_name", Sort::Company, false),
    ("role", Sort::Role, false),
    ("status", Sort::Status, false),
    ("last_login_at", Sort::LastLogin, true),
    ("created_at", Sort::Time, true),
    ("website", Sort::Site, false),
];

pub(super) fn status(word: &str) -> Result<UserFilter, String> {
    UserFilter::named(word)
        .ok_or_else(|| String::from("it is Pending, Active, Disabled or Throttled"))
}

/// The columns of the list.
const HEADERS: [&str; 7] = ["USER ID", "NAME", "EMAIL", "COMPANY", "ROLE", "STATUS", "LAST LOGIN"];

pub(super) fn run(command: &UserCommand, context: &Context<'_>) -> Result<(), Failure> {
    match command {
        UserCommand::List { list, status, company } => {
            let (desk, who) = context.signed_in()?;
            let mut args = list.args(&ORDERS, *status)?;
            if let Some(code) = company {
                args.company = Some(desk.company_by_code(&who, code)?.id);
            }
            list::print(context, &desk.users(&who, &args)?, &HEADERS, cells)
        }
        UserCommand::Show(name) => {
            let (desk, who) = context.signed_in()?;
            context.show(&desk.user_by_name(&who, &name.name)?, words)
        }
        UserCommand::Create(args) => create::run(args, context),
        UserCommand::Edit(args) => edit::run(args, context),
        UserCommand::RemoveFromCompany(args) => edit::remove(args, context),
        UserCommand::Disable(whom) => many::run(Deed::Disable, whom, context),
        UserCommand::Enable(whom) => many::run(Deed::Enable, whom, context),
        UserCommand::Unlock(whom) => many::run(Deed::Unlock, whom, context),
        UserCommand::Invite(args) => many::invite(args, context),
        UserCommand::Factor(args) => factor::give(args, context),
        UserCommand::ResetFactor(name) => factor::reset(name, context),
        UserCommand::Delete(args) => many::delete(args, context),
        UserCommand::Explain(name) => explain::run(name, context),
        UserCommand::Logins { name, place } => {
            let (desk, who) = context.signed_in()?;
            let id = desk.user_by_name(&who, &name.name)?.row.id;
            let (page, per_page) = place.place();
            let page = desk.logins(&who, id, page, per_page)?;
            list::print(context, &page, &["AT", "DOOR", "FROM", "OUTCOME"], login_cells)
        }
        UserCommand::Password { name, password_stdin, no_must_change } => {
            password(name, *password_stdin, !no_must_change, context)
        }
    }
}

fn password(
    name: &Name,
    stdin: bool,
    must_change: bool,
    context: &Context<'_>,
) -> Result<(), Failure> {
    let (desk, who) = context.signed_in()?;
    let user = desk.user_by_name(&who, &name.name)?;
    let password =
        secrets::new_password(stdin, &format!("New password of {}: ", user.row.user_id))?;
    let done = desk.set_password(&who, user.row.id, None, &password, must_change)?;
    context.show(&done, |it| {
        let then = if must_change { " and has to choose an own password there" } else { "" };
        let text =
            format!("{} can sign in with this password{then}; hand it over.", it.row.user_id);
        match ended(&user, it) {
            Some(more) => format!("{text} {more}"),
            None => text,
        }
    })
}

/// What a password that staff set makes of the mail whose place it takes.
fn ended(before: &UserView, after: &UserView) -> Option<String> {
    let (was, is) = (before.invitation.as_ref()?, after.invitation.as_ref()?);
    if was.id != is.id || was.state == is.state {
        return None;
    }
    let what = match is.state {
        MailState::Cancelled => "is taken back and not sent",
        MailState::Superseded => "no longer counts",
        _ => return None,
    };
    Some(format!("{} {} to {} {what}.", is.purpose.words(), is.id, is.address))
}

fn cells(row: &UserRow) -> Vec<String> {
    let more =
        if row.more_companies > 0 { format!(" +{}", row.more_companies) } else { String::new() };
    vec![
        row.user_id.to_string(),
        row.label().to_string(),
        or_nothing(row.email.as_ref()),
        or_nothing(row.company_name.as_ref()) + &more,
        row.role.to_string(),
        row.status.word().to_owned(),
        row.last_login_at.map_or_else(|| String::from("never"), minute),
    ]
}

fn words(view: &UserView) -> String {
    let row = &view.row;
    let groups: Vec<&str> = view.groups.iter().map(|it| it.word()).collect();
    let mut fields = summary(view);
    fields.extend([
        ("Name", row.label().to_string()),
        ("Email", or_nothing(row.email.as_ref())),
        ("Phone", or_nothing(row.phone.as_ref())),
        ("Role", row.role.to_string()),
        ("Groups", groups.join(", ")),
        ("Password set", minute_or_nothing(view.password_set_at)),
        ("Created", minute(row.created_at)),
    ]);
    if let Some(profile) = &view.profile {
        let sites: Vec<String> =
            profile.site_accounts.iter().map(|it| or_nothing(it.site.as_ref())).collect();
        fields.extend([
            ("Company", companies(profile)),
            ("Account type", profile.account_type.word().to_owned()),
            ("Can create users", yes_no(profile.can_create_users).to_owned()),
            ("Claim authorization", yes_no(profile.claim_authorization_required).to_owned()),
            ("Contact", or_nothing(profile.contact_name.as_ref())),
            ("Sites", sites.join(", ")),
            ("Website", or_nothing(row.website.as_ref())),
        ]);
        if view.login_follows_email {
            fields.push(("Login", String::from("is the email, and moves with it")));
        }
    }
    if let Some(licence) = view.licence {
        fields.push(("Licence", licence.word().to_owned()));
    }
    if let Some(factor) = factor::words(view) {
        fields.push(("Second factor", factor));
    }
    if let Some(mail) = &view.invitation {
        fields.push(("Mail", invitation::in_a_line(mail)));
    }
    if let Some(id) = &row.external_id {
        fields.push(("External id", id.to_string()));
    }
    record(&fields) + &history::words(&view.history)
}

/// The companies with their codes and organization configs, the primary one first.
fn companies(profile: &ProfileView) -> String {
    let name = |it: &MembershipView| {
        let (name, code) =
            (or_nothing(it.company_name.as_ref()), or_nothing(it.company_code.as_ref()));
        match &it.organization_config {
            Some(config) => format!("{name} ({code}, {config})"),
            None => format!("{name} ({code})"),
        }
    };
    let names: Vec<String> = profile.memberships.iter().map(name).collect();
    names.join(", ")
}

/// User ID, status with its remarks, and last login.
pub(super) fn summary(view: &UserView) -> Vec<(&'static str, String)> {
    let row = &view.row;
    let mut status = vec![row.status.word().to_owned()];
    status.extend(row.badges.iter().map(badge));
    vec![
        ("User ID", row.user_id.to_string()),
        ("Status", status.join(", ")),
        ("Last login", row.last_login_at.map_or_else(|| String::from("never"), minute)),
    ]
}

fn badge(badge: &Badge) -> String {
    match badge {
        Badge::Locked => String::from("locked"),
        Badge::Throttled { until } => format!("throttled until {}", minute(*until)),
        Badge::MustChange => String::from("must change password"),
        Badge::NeverSignedIn => String::from("never signed in"),
        Badge::NotEnrolled => String::from("second factor to be set up"),
        Badge::Invitation(trouble) => trouble.words().to_lowercase(),
    }
}

/// Sign-ins under a heading.
pub(super) fn logins_words(logins: &[LoginRow]) -> String {
    if logins.is_empty() {
        return String::new();
    }
    let rows: Vec<Vec<String>> = logins.iter().map(login_cells).collect();
    format!("\n\nLogin history\n{}", table(&["AT", "DOOR", "FROM", "OUTCOME"], &rows))
}

fn login_cells(row: &LoginRow) -> Vec<String> {
    let outcome: LoginOutcome = row.outcome;
    vec![
        minute(row.at),
        row.door.word().to_owned(),
        row.origin.to_string(),
        outcome.words().to_owned(),
    ]
}
