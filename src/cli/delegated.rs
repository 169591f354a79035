//! `portal create-user` and `portal register-customer`: what a portal user with Can Create
//! Users may do, by its own password.

use clap::Args;
use serde::Serialize;

use crate::domain::secret::Secret;
use crate::service::companies::CompanyForm;
use crate::service::portal::PortalSignIn;
use crate::service::user_views::UserRow;
use crate::service::{ColleagueForm, Credentials, Delegated, DeskError};

use super::context::Context;
use super::portal::{refused, second_factor};
use super::{Failure, secrets};

/// Who does it, and where.
#[derive(Debug, Args)]
pub struct By {
    /// The portal user that does it: the login, with or without .P, or the email. Its password
    /// is asked for, or read from --password-file, and its code from --code-file.
    #[arg(long, value_name = "LOGIN")]
    by: String,
    /// The code of the site; without it, the user's own.
    #[arg(long, value_name = "CODE")]
    site: Option<String>,
}

/// What `portal create-user` takes.
#[derive(Debug, Args)]
pub struct CreateUser {
    #[command(flatten)]
    by: By,
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
    #[arg(long, default_value = "", hide_default_value = true)]
    phone: String,
    /// The login, with or without .P.
    #[arg(long)]
    login: String,
    /// The code of one of one's own companies; without it, the primary one.
    #[arg(long, value_name = "CODE")]
    company: Option<String>,
    /// Read a first password from standard input, one line; without one the user is Pending.
    #[arg(long, conflicts_with = "generate_password")]
    password_stdin: bool,
    /// Make a first password and print it.
    #[arg(long, visible_alias = "generate")]
    generate_password: bool,
}

/// What `portal register-customer` takes.
#[derive(Debug, Args)]
pub struct RegisterCustomer {
    #[command(flatten)]
    by: By,
    /// The customer's name.
    #[arg(long)]
    name: String,
    /// The customer number; without it, the next free one.
    #[arg(long, default_value = "", hide_default_value = true)]
    code: String,
    /// Its own address.
    #[arg(long, default_value = "", hide_default_value = true)]
    email: String,
    /// Its switchboard.
    #[arg(long, default_value = "", hide_default_value = true)]
    phone: String,
    /// The city it is in.
    #[arg(long, default_value = "", hide_default_value = true)]
    city: String,
    /// The country it is in.
    #[arg(long, default_value = "", hide_default_value = true)]
    country: String,
    /// Its own website.
    #[arg(long, value_name = "ADDRESS", default_value = "", hide_default_value = true)]
    website: String,
}

/// A new colleague, and the password that was made.
#[derive(Serialize)]
struct Made<'a> {
    #[serde(flatten)]
    user: UserRow,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<&'a str>,
}

pub(super) fn create_user(args: &CreateUser, context: &Context<'_>) -> Result<(), Failure> {
    let desk = context.desk()?;
    let password = if args.generate_password {
        Some(desk.generate_password()?)
    } else if args.password_stdin {
        Some(secrets::new_password(true, "")?)
    } else {
        None
    };
    let form = ColleagueForm {
        company: args.company.clone(),
        first: args.first_name.clone(),
        last: args.last_name.clone(),
        email: args.email.clone(),
        phone: args.phone.clone(),
        login: args.login.clone(),
        password: password.clone(),
    };
    let user = done(&args.by, context, |by| {
        desk.portal_create_user(by, args.by.site.as_deref(), context.origin(), &form)
    })?;
    let password = password.as_ref().filter(|_| args.generate_password).map(Secret::expose);
    context.show(&Made { user, password }, |it| {
        let mut said = format!("{} is a portal user, {}.", it.user.user_id, it.user.status.word());
        if let Some(password) = it.password {
            said.push_str(&format!(
                "\nPassword: {password}\nHand it over now; it is not shown again."
            ));
        }
        said
    })
}

pub(super) fn register(args: &RegisterCustomer, context: &Context<'_>) -> Result<(), Failure> {
    let form = CompanyForm {
        name: args.name.clone(),
        code: args.code.clone(),
        email: args.email.clone(),
        phone: args.phone.clone(),
        city: args.city.clone(),
        country: args.country.clone(),
        website: args.website.clone(),
        ..CompanyForm::default()
    };
    let desk = context.desk()?;
    let made = done(&args.by, context, |by| {
        desk.portal_register_customer(by, args.by.site.as_deref(), context.origin(), &form)
    })?;
    context.show(&made, |it| format!("{} is registered as customer {}.", it.name, it.code))
}

/// Does it with the password of who does it, and with the code when one is asked for.
fn done<T>(
    by: &By,
    context: &Context<'_>,
    deed: impl Fn(&Credentials<'_>) -> Result<Delegated<T>, DeskError>,
) -> Result<T, Failure> {
    let password = context.password_of(&by.by)?;
    let code = context.code()?;
    let shown = Credentials::new(&by.by, &password);
    let mut came = deed(&shown.with_code(code.as_ref()))?;
    let asks = matches!(came, Delegated::NotIn(PortalSignIn::SecondFactor { enrolled: true }));
    if asks && code.is_none() && secrets::can_ask() {
        came = deed(&shown.with_code(Some(&context.code_or_ask()?)))?;
    }
    match came {
        Delegated::Done(it) => Ok(it),
        Delegated::NotIn(entered) => Err(not_in(entered)),
    }
}

fn not_in(entered: PortalSignIn) -> Failure {
    match entered {
        PortalSignIn::Refused(refusal) => refused(refusal),
        PortalSignIn::SecondFactor { enrolled } => second_factor(enrolled),
        PortalSignIn::MustChange | PortalSignIn::Ok(_) => Failure::outside(
            "must_change_password",
            Some("password"),
            "A new password has to be chosen first; do it with portal change-password.",
        ),
    }
}
