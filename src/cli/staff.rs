//! `staff`: accounts of ours, and one's own password.

use clap::{Args, Subcommand};

use crate::domain::login::Door;
use crate::domain::role::Role;
use crate::service::staff::StaffForm;
use crate::service::{PasswordChange, SignIn};

use super::context::Context;
use super::{Failure, portal, secrets};

/// What can be done with staff accounts.
#[derive(Debug, Subcommand)]
pub enum StaffCommand {
    /// Make a staff account.
    Create(Create),
    /// Change the password of the account that --as names; also the one of a first sign-in.
    ChangePassword {
        /// Read the old and the new password from standard input, a line each.
        #[arg(long)]
        passwords_stdin: bool,
    },
}

/// What `staff create` takes.
#[derive(Debug, Args)]
pub struct Create {
    /// The login.
    #[arg(long)]
    login: String,
    /// Customer Service, Portal Data Administrator, Security Administrator or Auditor;
    /// hyphens do for spaces.
    #[arg(long, value_parser = role)]
    role: Role,
    /// First name.
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    first_name: String,
    /// Last name.
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    last_name: String,
    /// Email.
    #[arg(long, default_value = "", hide_default_value = true)]
    email: String,
    /// Read the first password from standard input, one line.
    #[arg(long)]
    password_stdin: bool,
    /// The person need not choose an own password at the first sign-in.
    #[arg(long)]
    no_must_change: bool,
}

fn role(name: &str) -> Result<Role, String> {
    Role::named(name)
        .filter(|role| Role::STAFF.contains(role))
        .ok_or_else(|| format!("staff are {}", Role::STAFF.map(Role::name).join(", ")))
}

pub(super) fn run(command: &StaffCommand, context: &Context<'_>) -> Result<(), Failure> {
    match command {
        StaffCommand::Create(args) => create(args, context),
        StaffCommand::ChangePassword { passwords_stdin } => change(*passwords_stdin, context),
    }
}

fn create(args: &Create, context: &Context<'_>) -> Result<(), Failure> {
    let (desk, who) = context.signed_in()?;
    let form = StaffForm {
        login: args.login.clone(),
        first: args.first_name.clone(),
        last: args.last_name.clone(),
        email: args.email.clone(),
        role: args.role,
        password: secrets::new_password(args.password_stdin, "First password: ")?,
        must_change: !args.no_must_change,
    };
    context.show(&desk.create_staff(&who, &form)?, |it| {
        let then = if args.no_must_change { "" } else { " and chooses an own password there" };
        format!("{} ({}) can sign in{then}.", it.row.user_id, it.row.role)
    })
}

fn change(stdin: bool, context: &Context<'_>) -> Result<(), Failure> {
    let login = context.login()?;
    let (old, new) = secrets::old_and_new(stdin)?;
    let desk = context.desk()?;
    let session = match desk.sign_in(login, &old, Door::Command, context.origin())? {
        SignIn::MustChange(leave) => desk.change_first_password(&leave, &new)?,
        SignIn::SignedIn(session) => match desk.change_own_password(&session, &old, &new)? {
            PasswordChange::Changed => session,
            PasswordChange::Refused(refusal) => return Err(portal::refused(refusal)),
        },
        SignIn::Refused(refusal) => return Err(portal::refused(refusal)),
    };
    let user = desk.user(&session, session.user())?;
    context.show(&user, |it| format!("{} has a new password.", it.row.user_id))
}
