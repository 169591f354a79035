//! `user create`: **Add Portal User**, by each of its four forms.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::domain::mail::MailState;
use crate::domain::problem::Warning;
use crate::domain::secret::Secret;
use crate::domain::text::Text;
use crate::service::handout::Handout;
use crate::service::user_views::UserView;
use crate::service::{Desk, DeskError, MailRow, Session};

use super::super::company::KindWord;
use super::super::context::Context;
use super::super::output::minute;
use super::super::person::PersonOptions;
use super::super::{Failure, invitation, secrets};
use super::factor_word::FactorWord;

const AFTER: &str = "\
--via company adds a user of a company: --first-name, --last-name, --login and a password are
required. --via portal-access adds one whose email is the login; without --email it is the
company's own. An invitation is mailed at once, with the password given here or, with
--no-password, with one that is made for it; --no-invite mails none.

--via utility is the User Account Management Utility: --type, --login, a password, both names,
--email and --company are required; --can-create-users and --claim-authorization (partners only)
are set with it.

--via create-user is Create User: both names, --email, --login, --role and --import-customers are
required. The user is Pending until the Notification job has mailed a password. Warnings stop it
until --override names exactly those that there are.

The password is asked for, or read with --password-stdin, or made with --generate-password and
printed once, to be handed over; it is not kept anywhere and can't be shown again. With
--hand-over FILE it is not printed: a new file that only you can read has the sign-in address,
the User ID and the password.";

/// What `user create` takes.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct Create {
    /// The form that is filled in: utility, company, portal-access or create-user.
    #[arg(long, value_name = "FORM")]
    pub(super) via: Via,
    /// The code of the company that the user acts for; create-user takes --import-customers.
    #[arg(long, value_name = "CODE")]
    pub(super) company: Option<String>,
    /// The account type, customer or partner (utility).
    #[arg(long = "type", value_name = "KIND", hide_possible_values = true)]
    pub(super) account_type: Option<KindWord>,
    #[command(flatten)]
    pub(super) person: PersonOptions,
    /// The login, with or without .P; with portal-access it is the email.
    #[arg(long)]
    pub(super) login: Option<String>,
    /// Read the password from standard input, one line.
    #[arg(long, group = "secret")]
    pub(super) password_stdin: bool,
    /// Make a password and print it.
    #[arg(long, visible_alias = "generate", group = "secret")]
    pub(super) generate_password: bool,
    /// No password yet: the user is Pending until one is mailed, or staff set one. With
    /// portal-access only.
    #[arg(long, group = "secret")]
    pub(super) no_password: bool,
    /// The person need not choose an own password at the first sign-in; one that is mailed has
    /// to be changed in any case.
    #[arg(long)]
    pub(super) no_must_change: bool,
    /// Mail an invitation (utility); portal-access does without being asked.
    #[arg(long, conflicts_with = "no_invite")]
    pub(super) invite: bool,
    /// Mail no invitation (portal-access).
    #[arg(long)]
    pub(super) no_invite: bool,
    /// Write the sign-in to this new file, for yourself alone, in place of printing a password.
    #[arg(long, value_name = "FILE")]
    pub(super) hand_over: Option<PathBuf>,
    /// May add users for its own account, and register customers when it is a partner's.
    #[arg(long)]
    pub(super) can_create_users: bool,
    /// Its claims need authorization; partners only.
    #[arg(long)]
    pub(super) claim_authorization: bool,
    /// The assigned role, by its name (create-user).
    #[arg(long, value_name = "NAME")]
    pub(super) role: Option<String>,
    /// The codes of the customers that it acts for, the primary one first (create-user).
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    pub(super) import_customers: Vec<String>,
    /// The organization config that it works with in a company, as C000001=EU-STD.
    #[arg(long = "organization-config", id = "organization_config", value_name = "CODE=CONFIG")]
    pub(super) config: Vec<String>,
    /// The second factor: none, authenticator-app or email-code.
    #[arg(long, value_name = "FACTOR", hide_possible_values = true)]
    pub(super) factor: Option<FactorWord>,
    /// The codes of the warnings to override, exactly those that there are (create-user).
    #[arg(long = "override", value_name = "CODES", value_delimiter = ',')]
    pub(super) overridden: Vec<String>,
}

/// A form of **Add Portal User**, as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Via {
    /// Activity ▸ User Account Management Utility.
    Utility,
    /// Company ▸ Contacts ▸ Users.
    Company,
    /// Settings ▸ Client ▸ Portal Access.
    PortalAccess,
    /// User Management ▸ Users, or Create ▸ User.
    CreateUser,
}

/// A new user, with what goes with it.
#[derive(Serialize)]
struct Created<'a> {
    #[serde(flatten)]
    user: UserView,
    /// What is worth a second look.
    warnings: Vec<Warning>,
    /// What follows from it.
    remarks: Vec<String>,
    /// The password that was made, told this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<&'a str>,
    /// The file that has the sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    hand_over: Option<Text>,
}

pub(super) fn run(args: &Create, context: &Context<'_>) -> Result<(), Failure> {
    if let Some(file) = &args.hand_over {
        expect_free(file)?;
    }
    args.expect_own_options()?;
    let (desk, who) = context.signed_in()?;
    let form = args.form(desk, &who)?;
    let check = desk.check_new_user(&who, &form)?;
    let user = desk.create_portal_user(&who, &form).map_err(naming_options)?;
    let user = invited(desk, &who, user, context)?;
    let hand_over = match (&args.hand_over, &form.password) {
        (Some(file), Some(password)) => Some(handed_over(&user, password, file, who.user_id())?),
        _ => None,
    };
    let told = args.generate_password && hand_over.is_none();
    let password = form.password.as_ref().filter(|_| told).map(Secret::expose);
    let (warnings, remarks) = (check.warnings, check.remarks);
    context.show(&Created { user, warnings, remarks, password, hand_over }, words)
}

/// The user, once the invitation that was queued with it has been sent.
fn invited(
    desk: &Desk,
    who: &Session,
    user: UserView,
    context: &Context<'_>,
) -> Result<UserView, Failure> {
    let now = |it: &&MailRow| it.state == MailState::Queued && !it.purpose.waits_for_job();
    let Some(mail) = user.invitation.as_ref().filter(now).map(|it| it.id) else {
        return Ok(user);
    };
    invitation::deliver(desk, vec![mail], context);
    Ok(desk.user(who, user.row.id)?)
}

/// The same refusal, each problem with the option that its field is given by.
fn naming_options(error: DeskError) -> DeskError {
    let DeskError::Problems(mut problems) = error else { return error };
    for problem in &mut problems {
        let option = match problem.field {
            Some("account_type") => "type",
            Some("company") => "company",
            Some("companies") => "import-customers",
            Some("role") => "role",
            Some("login_name") => "login",
            Some("first") => "first-name",
            Some("last") => "last-name",
            Some("email") => "email",
            Some("configs") => "organization-config",
            Some("second_factor") => "factor",
            Some("invite") => "invite",
            _ => continue,
        };
        let message = problem.message.trim_end_matches('.');
        problem.message = format!("{message} (--{option}).");
    }
    DeskError::Problems(problems)
}

/// Refuses a file that is there already, before anything is done.
fn expect_free(file: &Path) -> Result<(), Failure> {
    let there = match (file.symlink_metadata(), file.parent()) {
        (Ok(_), _) => "is there already, and nothing is written over",
        (Err(_), Some(dir)) if !dir.as_os_str().is_empty() && !dir.is_dir() => {
            "is in no directory that there is"
        }
        _ => return Ok(()),
    };
    let shown = Text::new(file.display().to_string());
    let message = format!("{shown} {there}; name another file.");
    Err(Failure::outside("file", Some("hand_over"), message))
}

/// Writes the sign-in of a new user to a file; its path.
fn handed_over(
    user: &UserView,
    password: &Secret,
    file: &Path,
    by: &Text,
) -> Result<Text, Failure> {
    let at = minute(user.row.created_at);
    let sheet = Handout::of_sign_in(user, password, &format!("Handed over {at} by {by}."));
    let written = sheet.write(file).map_err(|error| {
        let id = &user.row.user_id;
        let message = format!(
            "{id} is made, but the sign-in was not written: {error} Set a new password with user password {id}."
        );
        Failure::outside("file", Some("hand_over"), message)
    })?;
    Ok(Text::new(written.display().to_string()))
}

fn words(it: &Created<'_>) -> String {
    let row = &it.user.row;
    let more = match row.more_companies {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    let company =
        row.company_name.as_ref().map_or_else(String::new, |name| format!(" of {name}{more}"));
    let mut lines =
        vec![format!("{} is a portal user{company}, {}.", row.user_id, row.status.word())];
    if let Some(password) = it.password {
        lines.push(format!("Password: {password}"));
        lines.push(String::from("Hand it over now; it is not shown again."));
    }
    if let Some(file) = &it.hand_over {
        lines.push(format!("The sign-in to hand over is in {file}; destroy it afterwards."));
    }
    if let Some(mail) = &it.user.invitation {
        // Why it is held is told with what ends that, by the remark.
        lines.push(match mail.state {
            MailState::Held if !it.remarks.is_empty() => {
                format!("{} {}: Held.", mail.purpose.words(), mail.id)
            }
            _ => invitation::sentence(&invitation::in_a_line(mail)),
        });
    }
    lines.extend(asides(&it.remarks, &it.warnings));
    lines.join("\n")
}

/// What follows from a deed and what is worth a second look, a line each.
pub(super) fn asides(remarks: &[String], warnings: &[Warning]) -> Vec<String> {
    let warned = warnings.iter().map(|warning| format!("{}: {}", warning.code, warning.message));
    remarks.iter().cloned().chain(warned).collect()
}

impl Create {
    /// The password that goes into the form.
    pub(super) fn password(&self, desk: &Desk) -> Result<Option<Secret>, Failure> {
        if self.no_password || self.via == Via::CreateUser {
            return Ok(None);
        }
        if self.generate_password {
            return Ok(Some(desk.generate_password()?));
        }
        secrets::new_password(self.password_stdin, "First password: ").map(Some)
    }
}
