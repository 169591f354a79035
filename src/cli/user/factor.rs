//! `user factor` and `user reset-factor`: the second factors of other people.

use clap::Args;

use crate::cli::Failure;
use crate::cli::context::Context;
use crate::cli::output::minute;
use crate::service::user_views::UserView;

use super::Name;
use super::factor_word::FactorWord;

/// What `user factor` takes.
#[derive(Debug, Args)]
pub struct Give {
    #[command(flatten)]
    name: Name,
    /// The second factor: none, authenticator-app or email-code.
    #[arg(value_name = "FACTOR", hide_possible_values = true)]
    factor: FactorWord,
}

/// Gives somebody another second factor, or none.
pub(super) fn give(args: &Give, context: &Context<'_>) -> Result<(), Failure> {
    let (desk, who) = context.signed_in()?;
    let user = desk.user_by_name(&who, &args.name.name)?;
    let done = desk.set_second_factor(&who, user.row.id, None, args.factor.factor())?;
    context.show(&done, |it| match it.second_factor {
        Some(factor) => {
            format!("{} sets up {} at the next sign-in.", it.row.user_id, factor.words())
        }
        None if it.must_change_password => format!(
            "{} has no second factor any more, and chooses a new password at the next sign-in.",
            it.row.user_id
        ),
        None => format!("{} has no second factor any more.", it.row.user_id),
    })
}

/// Resets somebody's second factor.
pub(super) fn reset(name: &Name, context: &Context<'_>) -> Result<(), Failure> {
    let (desk, who) = context.signed_in()?;
    let user = desk.user_by_name(&who, &name.name)?;
    let done = desk.reset_second_factor(&who, user.row.id, None)?;
    context.show(&done, |it| {
        format!("{} sets the second factor up anew at the next sign-in.", it.row.user_id)
    })
}

/// The second factor of a user and how far it is, as `user show` has it.
pub(super) fn words(view: &UserView) -> Option<String> {
    let factor = view.second_factor?.words();
    Some(match view.factor_enrolled_at {
        Some(at) => format!("{factor}, set up {}", minute(at)),
        None => format!("{factor}, still to be set up"),
    })
}
