//! `portal`: what visitors and portal users do at the portal, by command.

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::service::portal::PortalSignIn;
use crate::service::requests::RequestForm;
use crate::service::{PasswordChange, Refusal};

use super::context::Context;
use super::{Failure, output, secrets};

/// What can be done at the portal.
#[derive(Debug, Subcommand)]
pub enum PortalCommand {
    /// What New User? ▸ Submit does; prints the request's number.
    Submit(Submit),
    /// Sign in; prints ok, must-change-password or refused, and is done only when it is ok.
    SignIn {
        /// The login, with or without .P, or the email.
        #[arg(long)]
        login: String,
        /// Read the password from standard input, one line.
        #[arg(long)]
        password_stdin: bool,
        /// The code of the site; without it, the user's own.
        #[arg(long, value_name = "CODE")]
        site: Option<String>,
    },
    /// Change a portal user's password; they sign in again with the new one.
    ChangePassword {
        /// The login, with or without .P, or the email.
        #[arg(long)]
        login: String,
        /// Read the old and the new password from standard input, a line each.
        #[arg(long)]
        passwords_stdin: bool,
    },
}

/// What `portal submit` takes.
#[derive(Debug, Args)]
pub struct Submit {
    /// First name.
    #[arg(long, value_name = "NAME")]
    first_name: String,
    /// Last name.
    #[arg(long, value_name = "NAME")]
    last_name: String,
    /// Email.
    #[arg(long)]
    email: String,
    /// Phone.
    #[arg(long)]
    phone: String,
    /// The company's name.
    #[arg(long, value_name = "NAME")]
    company: String,
    /// The code of the site; without it, the portal's first one.
    #[arg(long, value_name = "CODE")]
    site: Option<String>,
}

/// What came of a sign-in, as scripts get it.
#[derive(Serialize)]
struct Outcome {
    outcome: &'static str,
}

pub(super) fn run(command: &PortalCommand, context: &Context<'_>) -> Result<(), Failure> {
    match command {
        PortalCommand::Submit(args) => submit(args, context),
        PortalCommand::SignIn { login, password_stdin, site } => {
            let password = secrets::password(*password_stdin, "Password: ")?;
            let desk = context.desk()?;
            let done = desk.portal_sign_in(login, &password, site.as_deref(), context.origin())?;
            context.show(&Outcome { outcome: done.outcome() }, |it| it.outcome.to_owned())?;
            match done {
                PortalSignIn::Ok(_) => Ok(()),
                PortalSignIn::Refused(refusal) => Err(refused(refusal)),
                PortalSignIn::MustChange => Err(Failure::outside(
                    "must_change_password",
                    Some("password"),
                    "A new password has to be chosen first; do it with portal change-password.",
                )),
            }
        }
        PortalCommand::ChangePassword { login, passwords_stdin } => {
            let (old, new) = secrets::old_and_new(*passwords_stdin)?;
            match context.desk()?.portal_change_password(login, &old, &new, context.origin())? {
                PasswordChange::Changed => context.show(&Outcome { outcome: "changed" }, |_| {
                    String::from("The password is changed; sign in with the new one.")
                }),
                PasswordChange::Refused(refusal) => Err(refused(refusal)),
            }
        }
    }
}

fn submit(args: &Submit, context: &Context<'_>) -> Result<(), Failure> {
    let form = RequestForm {
        first: args.first_name.clone(),
        last: args.last_name.clone(),
        email: args.email.clone(),
        phone: args.phone.clone(),
        company_name: args.company.clone(),
    };
    let site = args.site.as_deref().or(context.config().portal.site.as_deref());
    let request = context.desk()?.submit_request(&form, site, context.origin())?;
    let text = if context.json() { output::json(&request) } else { request.number };
    Ok(output::line(&text)?)
}

/// The failure of who was not let in.
pub(super) fn refused(refusal: Refusal) -> Failure {
    Failure::outside("refused", None, refusal.message)
}
