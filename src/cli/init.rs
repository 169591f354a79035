//! `init`: the first administrator without a screen.

use clap::Args;
use serde::Serialize;

use crate::domain::id::UserId;
use crate::domain::text::Text;
use crate::service::FirstStart;

use super::context::Context;
use super::{Failure, secrets};

/// What `init` takes.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// The first administrator's login.
    #[arg(long, value_name = "LOGIN")]
    admin: String,
    /// Read the password from standard input, one line.
    #[arg(long)]
    password_stdin: bool,
    /// First name.
    #[arg(long, value_name = "NAME")]
    first_name: Option<String>,
    /// Last name.
    #[arg(long, value_name = "NAME")]
    last_name: Option<String>,
    /// Email.
    #[arg(long)]
    email: Option<String>,
    /// The short name of the portal's first site.
    #[arg(long, value_name = "CODE")]
    site_code: Option<String>,
    /// Its name.
    #[arg(long, value_name = "NAME")]
    site_name: Option<String>,
    /// Its address, such as https://portal.example.
    #[arg(long, value_name = "URL")]
    website: Option<String>,
}

/// What `init` made.
#[derive(Serialize)]
struct Made {
    id: UserId,
    login_name: Text,
    role: &'static str,
    site: Text,
}

pub(super) fn run(args: &InitArgs, context: &Context<'_>) -> Result<(), Failure> {
    let password = secrets::new_password(args.password_stdin, "Password of the administrator: ")?;
    let mut start = FirstStart::new(args.admin.as_str(), password);
    let given = [
        (&mut start.first, &args.first_name),
        (&mut start.last, &args.last_name),
        (&mut start.email, &args.email),
        (&mut start.site_code, &args.site_code),
        (&mut start.site_name, &args.site_name),
        (&mut start.website, &args.website),
    ];
    for (field, value) in given {
        if let Some(value) = value {
            field.clone_from(value);
        }
    }
    let id = context.desk()?.set_up(&start, context.origin())?;
    let made = Made {
        id,
        login_name: Text::from(start.login.trim()),
        role: crate::domain::role::Role::SecurityAdministrator.name(),
        site: Text::from(start.site_code.trim()),
    };
    context.show(&made, |it| {
        format!(
            "{} is the first {}; make staff accounts with staff create.",
            it.login_name, it.role
        )
    })
}
