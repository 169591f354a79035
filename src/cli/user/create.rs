//! `user create`: **Add Portal User**, from a company's file or from Portal Access.

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::domain::problem::Warning;
use crate::domain::secret::Secret;
use crate::service::user_views::UserView;
use crate::service::{Desk, Entrance, NewUser, Session};

use super::super::context::Context;
use super::super::person::PersonOptions;
use super::super::{Failure, secrets};

const AFTER: &str = "\
--via company adds a user of a company: --first-name, --last-name, --login and a password are
required. --via portal-access adds one whose email is the login; without --email it is the
company's own.

The password is asked for, or read with --password-stdin, or made with --generate-password and
printed once, to be handed over; it is not kept anywhere and can't be shown again.";

/// What `user create` takes.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct Create {
    /// The form that is filled in: company, or portal-access.
    #[arg(long, value_name = "FORM")]
    via: Via,
    /// The code of the company that the user acts for.
    #[arg(long, value_name = "CODE")]
    company: String,
    #[command(flatten)]
    person: PersonOptions,
    /// The login, with or without .P; with portal-access it is the email.
    #[arg(long)]
    login: Option<String>,
    /// Read the password from standard input, one line.
    #[arg(long, group = "secret")]
    password_stdin: bool,
    /// Make a password and print it.
    #[arg(long, group = "secret")]
    generate_password: bool,
    /// No password yet: the user is Pending until staff set one. With portal-access only.
    #[arg(long, group = "secret")]
    no_password: bool,
    /// The person need not choose an own password at the first sign-in.
    #[arg(long)]
    no_must_change: bool,
}

/// A form of **Add Portal User**, as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Via {
    /// Company ▸ Contacts ▸ Users.
    Company,
    /// Settings ▸ Client ▸ Portal Access.
    PortalAccess,
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
}

pub(super) fn run(args: &Create, context: &Context<'_>) -> Result<(), Failure> {
    let (desk, who) = context.signed_in()?;
    let form = filled(args, desk, &who)?;
    let check = desk.check_new_user(&who, &form)?;
    let user = desk.create_portal_user(&who, &form)?;
    let password = form.password.as_ref().filter(|_| args.generate_password).map(Secret::expose);
    let (warnings, remarks) = (check.warnings, check.remarks);
    context.show(&Created { user, warnings, remarks, password }, words)
}

/// The form, with the password that goes into it.
fn filled(args: &Create, desk: &Desk, who: &Session) -> Result<NewUser, Failure> {
    let company = desk.company_by_code(who, &args.company)?;
    let via = match args.via {
        Via::Company => Entrance::CompanyFile,
        Via::PortalAccess => Entrance::PortalAccess,
    };
    // Portal Access fills in the company's own email, to be replaced.
    let own = company.email.as_ref().filter(|_| args.via == Via::PortalAccess);
    let [first, last, email, phone] = args.person.over([None, None, own, None]);
    let login = args.login.clone().unwrap_or_default();
    let must_change = !args.no_must_change;
    let form =
        NewUser { first, last, email, phone, login, must_change, ..NewUser::new(via, company.id) };
    let password = if args.no_password {
        None
    } else if args.generate_password {
        Some(desk.generate_password()?)
    } else {
        Some(secrets::new_password(args.password_stdin, "First password: ")?)
    };
    Ok(NewUser { password, ..form })
}

fn words(it: &Created<'_>) -> String {
    let row = &it.user.row;
    let company = row.company_name.as_ref().map_or_else(String::new, |name| format!(" of {name}"));
    let mut lines =
        vec![format!("{} is a portal user{company}, {}.", row.user_id, row.status.word())];
    if let Some(password) = it.password {
        lines.push(format!("Password: {password}"));
        lines.push(String::from("Hand it over now; it is not shown again."));
    }
    lines.extend(asides(&it.remarks, &it.warnings));
    lines.join("\n")
}

/// What follows from a deed and what is worth a second look, a line each.
pub(super) fn asides(remarks: &[String], warnings: &[Warning]) -> Vec<String> {
    let warned = warnings.iter().map(|warning| format!("{}: {}", warning.code, warning.message));
    remarks.iter().cloned().chain(warned).collect()
}
