//! `portal`: what visitors and portal users do at the portal, by command.

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::domain::login::Door;
use crate::domain::secret::Secret;
use crate::service::portal::PortalSignIn;
use crate::service::requests::RequestForm;
use crate::service::{Activated, Credentials, DeskError, PasswordChange, Proven, Refusal};

use super::context::Context;
use super::delegated::{self, CreateUser, RegisterCustomer};
use super::{Failure, factor, output, secrets};

/// What can be done at the portal.
#[derive(Debug, Subcommand)]
pub enum PortalCommand {
    /// What New User? ▸ Submit does; prints the request's number.
    Submit(Submit),
    /// Sign in; prints ok, second-factor, must-change-password or refused, and is done only
    /// when it is ok.
    SignIn {
        /// The login, with or without .P, or the email.
        #[arg(long)]
        login: String,
        /// Read the password from standard input, one line.
        #[arg(long)]
        password_stdin: bool,
        /// Read the code of the second factor from standard input, the line after.
        #[arg(long, requires = "password_stdin")]
        code_stdin: bool,
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
        /// Read the code of the second factor from standard input, the line after.
        #[arg(long, requires = "passwords_stdin")]
        code_stdin: bool,
    },
    /// Choose a password with the activation link of an invitation; prints ok, used, expired,
    /// superseded, cancelled, unknown or refused, and is done only when it is ok.
    Activate {
        /// Read the link, or the token behind its #, and the new password from standard
        /// input, a line each.
        #[arg(long)]
        token_stdin: bool,
        /// The code of the site; without it, the user's own.
        #[arg(long, value_name = "CODE")]
        site: Option<String>,
    },
    /// Add a user for one's own company, as a portal user with Can Create Users.
    CreateUser(CreateUser),
    /// Register a customer, as a partner's portal user with Can Create Users.
    RegisterCustomer(RegisterCustomer),
    /// Set up a portal user's authenticator app: first the key for the app, then, with
    /// --confirm and its code, the recovery codes.
    Enrol {
        /// The login, with or without .P, or the email.
        #[arg(long)]
        login: String,
        /// Read the password from standard input, one line.
        #[arg(long)]
        password_stdin: bool,
        /// Prove the key by the code that the app shows.
        #[arg(long)]
        confirm: bool,
        /// Read that code from standard input, the line after.
        #[arg(long, requires = "password_stdin", requires = "confirm")]
        code_stdin: bool,
    },
    /// Make new recovery codes for a portal user; the old ones are void.
    RecoveryCodes {
        /// The login, with or without .P, or the email.
        #[arg(long)]
        login: String,
        /// Read the password from standard input, one line.
        #[arg(long)]
        password_stdin: bool,
        /// Read the code of the second factor from standard input, the line after.
        #[arg(long, requires = "password_stdin")]
        code_stdin: bool,
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
        PortalCommand::SignIn { login, password_stdin, code_stdin, site } => {
            let given = secrets::password_and_code(*password_stdin, *code_stdin)?;
            sign_in(login, given, site.as_deref(), context)
        }
        PortalCommand::ChangePassword { login, passwords_stdin, code_stdin } => {
            change_password(login, *passwords_stdin, *code_stdin, context)
        }
        PortalCommand::Activate { token_stdin, site } => {
            activate(*token_stdin, site.as_deref(), context)
        }
        PortalCommand::CreateUser(args) => delegated::create_user(args, context),
        PortalCommand::RegisterCustomer(args) => delegated::register(args, context),
        PortalCommand::Enrol { login, password_stdin, confirm, code_stdin } => {
            let (password, code) = secrets::password_and_code(*password_stdin, *code_stdin)?;
            let code = if *confirm { Some(code.map_or_else(ask_code, Ok)?) } else { None };
            let shown = Credentials::new(login, &password).with_code(code.as_ref());
            let (desk, origin) = (context.desk()?, context.origin());
            if *confirm {
                let proven = desk.portal_finish_enrolment(&shown, origin)?;
                return factor::codes(context, &done(proven)?);
            }
            let offer = done(desk.portal_begin_enrolment(&shown, origin)?)?;
            factor::offer(context, &offer, "portal enrol --confirm")
        }
        PortalCommand::RecoveryCodes { login, password_stdin, code_stdin } => {
            let (password, code) = secrets::password_and_code(*password_stdin, *code_stdin)?;
            let code = code.map_or_else(ask_code, Ok)?;
            let shown = Credentials::new(login, &password).with_code(Some(&code));
            let desk = context.desk()?;
            let codes = desk.renew_recovery_codes(&shown, Door::Portal, context.origin())?;
            factor::codes(context, &done(codes)?)
        }
    }
}

fn sign_in(
    login: &str,
    (password, code): (Secret, Option<Secret>),
    site: Option<&str>,
    context: &Context<'_>,
) -> Result<(), Failure> {
    let desk = context.desk()?;
    let enter = |code: Option<&Secret>| {
        let shown = Credentials::new(login, &password).with_code(code);
        desk.portal_sign_in(&shown, site, context.origin())
    };
    let mut entered = enter(code.as_ref())?;
    if matches!(entered, PortalSignIn::SecondFactor { enrolled: true }) && can_ask(&code) {
        entered = enter(Some(&ask_code()?))?;
    }
    context.show(&Outcome { outcome: entered.outcome() }, |it| it.outcome.to_owned())?;
    match entered {
        PortalSignIn::Ok(_) => Ok(()),
        PortalSignIn::Refused(refusal) => Err(refused(refusal)),
        PortalSignIn::SecondFactor { enrolled } => Err(second_factor(enrolled)),
        PortalSignIn::MustChange => Err(Failure::outside(
            "must_change_password",
            Some("password"),
            "A new password has to be chosen first; do it with portal change-password.",
        )),
    }
}

fn change_password(
    login: &str,
    stdin: bool,
    code_stdin: bool,
    context: &Context<'_>,
) -> Result<(), Failure> {
    let (old, new, code) = secrets::old_and_new(stdin, code_stdin)?;
    let desk = context.desk()?;
    let change = |code: Option<&Secret>| {
        let shown = Credentials::new(login, &old).with_code(code);
        desk.portal_change_password(&shown, &new, context.origin())
    };
    let mut changed = change(code.as_ref())?;
    if matches!(changed, PasswordChange::SecondFactor { enrolled: true }) && can_ask(&code) {
        changed = change(Some(&ask_code()?))?;
    }
    match changed {
        PasswordChange::Changed => context.show(&Outcome { outcome: "changed" }, |_| {
            String::from("The password is changed; sign in with the new one.")
        }),
        PasswordChange::Refused(refusal) => Err(refused(refusal)),
        PasswordChange::SecondFactor { enrolled } => Err(second_factor(enrolled)),
    }
}

fn activate(stdin: bool, site: Option<&str>, context: &Context<'_>) -> Result<(), Failure> {
    let (link, new) = secrets::link_and_new(stdin)?;
    let activated = context.desk()?.portal_activate(&link, &new, site, context.origin());
    // A password that the policy does not take is refused, too; why, the error tells.
    let outcome = match &activated {
        Ok(activated) => activated.outcome(),
        Err(error @ DeskError::Problems(_)) if error.field() != Some("token") => "refused",
        Err(_) => return activated.map(drop).map_err(Failure::from),
    };
    context.show(&Outcome { outcome }, |it| match &activated {
        Ok(Activated::Ok { user_id }) => {
            format!("{}\nThe password of {user_id} is set; sign in with it.", it.outcome)
        }
        _ => it.outcome.to_owned(),
    })?;
    let activated = activated?;
    match activated {
        Activated::Ok { .. } => Ok(()),
        Activated::Refused { why, refusal } => {
            Err(Failure::outside(why.word(), None, refusal.message))
        }
    }
}

/// Whether a code can still be asked for.
fn can_ask(given: &Option<Secret>) -> bool {
    given.is_none() && secrets::can_ask()
}

fn ask_code() -> Result<Secret, Failure> {
    secrets::ask_code("Code: ", "give it on standard input with --code-stdin")
}

/// What was proven, or the failure of who was not let in.
fn done<T>(proven: Proven<T>) -> Result<T, Failure> {
    match proven {
        Proven::Done(it) => Ok(it),
        Proven::Refused(refusal) => Err(refused(refusal)),
    }
}

pub(super) fn second_factor(enrolled: bool) -> Failure {
    if enrolled { factor::missing() } else { factor::to_be_set_up("portal enrol") }
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
