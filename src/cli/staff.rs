//! `staff`: accounts of ours, one's own password and one's own second factor.

use clap::{Args, Subcommand};

use crate::domain::login::Door;
use crate::domain::role::{Role, RoleChoice};
use crate::domain::user::UserKind;
use crate::service::staff::StaffForm;
use crate::service::user_views::UserView;
use crate::service::{
    Credentials, Desk, PasswordChange, Proven, Session, SignIn, Sort, UserForm, conditions,
};

use super::context::Context;
use super::list::{self, ListOptions, SortField};
use super::output::{minute, or_nothing};
use super::person::PersonOptions;
use super::{Failure, factor, portal, secrets};

/// The fields that staff accounts can be ordered by.
const ORDERS: [SortField; 7] = [
    ("name", Sort::Name, false),
    ("user_id", Sort::Login, false),
    ("email", Sort::Email, false),
    ("role", Sort::Role, false),
    ("status", Sort::Status, false),
    ("last_login_at", Sort::LastLogin, true),
    ("id", Sort::Number, false),
];

/// What can be done with staff accounts.
#[derive(Debug, Subcommand)]
pub enum StaffCommand {
    /// List the staff accounts by name.
    #[command(after_help = conditions::USERS.help())]
    List {
        #[command(flatten)]
        list: ListOptions,
    },
    /// Make a staff account.
    Create(Create),
    /// Change one; what is not given stays, and an empty text takes it away.
    Edit(Edit),
    /// Give one another role; not one's own.
    Role {
        /// The login, the email, or the number as US-000123.
        #[arg(value_name = "LOGIN")]
        name: String,
        /// Customer Service, Portal Data Administrator, Security Administrator or Auditor;
        /// hyphens do for spaces.
        #[arg(value_parser = role)]
        role: Role,
    },
    /// Change the password of the account that --as names; also the one of a first sign-in.
    ChangePassword {
        /// Read the old and the new password from standard input, a line each.
        #[arg(long)]
        passwords_stdin: bool,
    },
    /// Set up an authenticator app for the account that --as names: first the key for the
    /// app, then, with --confirm and its code in --code-file, the recovery codes.
    Enrol {
        /// Prove the key by the code that the app shows.
        #[arg(long)]
        confirm: bool,
    },
    /// Make new recovery codes for the account that --as names; the old ones are void.
    RecoveryCodes,
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

/// What `staff edit` takes.
#[derive(Debug, Args)]
pub struct Edit {
    /// The login, the email, or the number as US-000123.
    #[arg(value_name = "LOGIN")]
    name: String,
    #[command(flatten)]
    person: PersonOptions,
    /// Another login.
    #[arg(long = "login", value_name = "NEW")]
    login: Option<String>,
    /// Another role; hyphens do for spaces.
    #[arg(long, value_parser = role)]
    role: Option<Role>,
}

fn role(name: &str) -> Result<Role, String> {
    Role::named(name)
        .filter(|role| Role::STAFF.contains(role))
        .ok_or_else(|| format!("staff are {}", Role::STAFF.map(Role::name).join(", ")))
}

pub(super) fn run(command: &StaffCommand, context: &Context<'_>) -> Result<(), Failure> {
    match command {
        StaffCommand::List { list } => all(list, context),
        StaffCommand::Create(args) => create(args, context),
        StaffCommand::Edit(args) => edit(args, context),
        StaffCommand::Role { name, role } => {
            let (desk, who) = context.signed_in()?;
            let now = find(desk, &who, name)?;
            let form = UserForm { role: Some(RoleChoice::BuiltIn(*role)), ..UserForm::of(&now) };
            let saved = desk.edit_user(&who, now.row.id, Some(now.row.stamp), &form)?;
            context.show(&saved, |it| format!("{} is {} now.", it.row.user_id, it.row.role))
        }
        StaffCommand::ChangePassword { passwords_stdin } => change(*passwords_stdin, context),
        StaffCommand::Enrol { confirm } => enrol(*confirm, context),
        StaffCommand::RecoveryCodes => recovery_codes(context),
    }
}

/// A page of the staff accounts, in the columns of users.
fn all(list: &ListOptions, context: &Context<'_>) -> Result<(), Failure> {
    let (desk, who) = context.signed_in()?;
    let mut args = list.args(&ORDERS, None)?;
    args.text.insert_str(0, "kind:staff ");
    let headers = ["LOGIN", "NAME", "EMAIL", "ROLE", "STATUS", "LAST LOGIN"];
    list::print(context, &desk.users(&who, &args)?, &headers, |row| {
        vec![
            row.user_id.to_string(),
            row.label().to_string(),
            or_nothing(row.email.as_ref()),
            row.role.to_string(),
            row.status.word().to_owned(),
            row.last_login_at.map_or_else(|| String::from("never"), minute),
        ]
    })
}

/// The staff account of that name.
fn find(desk: &Desk, who: &Session, name: &str) -> Result<UserView, Failure> {
    let found = desk.user_by_name(who, name)?;
    if found.row.kind == UserKind::Staff {
        return Ok(found);
    }
    Err(Failure::outside(
        "wrong_state",
        Some("login_name"),
        format!("{} is no staff account; use user edit.", found.row.user_id),
    ))
}

fn edit(args: &Edit, context: &Context<'_>) -> Result<(), Failure> {
    let (desk, who) = context.signed_in()?;
    let now = find(desk, &who, &args.name)?;
    let row = &now.row;
    let fields = [&row.first, &row.last, &row.email, &row.phone].map(Option::as_ref);
    let [first, last, email, phone] = args.person.over(fields);
    let kept = UserForm::of(&now);
    let form = UserForm {
        first,
        last,
        email,
        phone,
        login: args.login.clone().unwrap_or_else(|| kept.login.clone()),
        role: args.role.map(RoleChoice::BuiltIn).or(kept.role),
        ..kept
    };
    let saved = desk.edit_user(&who, row.id, Some(row.stamp), &form)?;
    context.show(&saved, |it| format!("{} ({}) is saved.", it.row.user_id, it.row.role))
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
    context.login()?;
    let (old, new, _) = secrets::old_and_new(stdin, false)?;
    let (desk, entered) = context.enter(&old)?;
    let session = match entered {
        SignIn::MustChange(leave) => desk.change_first_password(&leave, &new)?,
        SignIn::SignedIn(session) => match desk.change_own_password(&session, &old, &new)? {
            PasswordChange::Changed => session,
            PasswordChange::Refused(refusal) => return Err(portal::refused(refusal)),
            PasswordChange::SecondFactor { .. } => return Err(factor::missing()),
        },
        SignIn::Refused(refusal) => return Err(portal::refused(refusal)),
        SignIn::NeedsEnrolment(_) => return Err(factor::to_be_set_up("staff enrol")),
        SignIn::NeedsCode { .. } => return Err(factor::missing()),
    };
    let user = desk.user(&session, session.user())?;
    context.show(&user, |it| format!("{} has a new password.", it.row.user_id))
}

/// Begins to set up one's own second factor, or ends it with a first code.
fn enrol(confirm: bool, context: &Context<'_>) -> Result<(), Failure> {
    let password = context.password()?;
    let code = if confirm { Some(context.code_or_ask()?) } else { None };
    let (desk, entered) = context.enter(&password)?;
    match (entered, code) {
        (SignIn::NeedsEnrolment(leave), None) => {
            factor::offer(context, &desk.begin_enrolment(&leave)?, "staff enrol --confirm")
        }
        (SignIn::NeedsEnrolment(leave), Some(code)) => {
            factor::codes(context, &desk.finish_enrolment(&leave, &code)?.codes)
        }
        (SignIn::SignedIn(session), None) => {
            match desk.begin_own_enrolment(&session, &password)? {
                Proven::Done(offer) => factor::offer(context, &offer, "staff enrol --confirm"),
                Proven::Refused(refusal) => Err(portal::refused(refusal)),
            }
        }
        (SignIn::SignedIn(session), Some(code)) => {
            factor::codes(context, &desk.finish_own_enrolment(&session, &code)?)
        }
        (SignIn::MustChange(_), _) => Err(Failure::outside(
            "must_change_password",
            Some("as"),
            "A new password has to be chosen first; do it with staff change-password.",
        )),
        (SignIn::NeedsCode { .. }, _) => Err(factor::missing()),
        (SignIn::Refused(refusal), _) => Err(portal::refused(refusal)),
    }
}

/// Makes new recovery codes for one's own account.
fn recovery_codes(context: &Context<'_>) -> Result<(), Failure> {
    let password = context.password()?;
    let code = context.code_or_ask()?;
    let shown = Credentials::new(context.login()?, &password).with_code(Some(&code));
    let desk = context.desk()?;
    match desk.renew_recovery_codes(&shown, Door::Command, context.origin())? {
        Proven::Done(codes) => factor::codes(context, &codes),
        Proven::Refused(refusal) => Err(portal::refused(refusal)),
    }
}
