//! What commands print of a second factor, and how they fail for want of one.

use serde::Serialize;

use crate::domain::text::Text;
use crate::service::{EnrolmentOffer, RecoveryCodes};

use super::Failure;
use super::context::Context;
use super::table::record;

/// What an app has to be told, as scripts get it.
#[derive(Serialize)]
struct Offer<'a> {
    user_id: &'a Text,
    key: &'a str,
    uri: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
}

/// Recovery codes, as scripts get them.
#[derive(Serialize)]
struct Codes<'a> {
    recovery_codes: Vec<&'a str>,
}

/// Prints the key for the app; `next` is the command that proves it.
pub(super) fn offer(
    context: &Context<'_>,
    offer: &EnrolmentOffer,
    next: &str,
) -> Result<(), Failure> {
    let (key, uri) = (offer.key.expose(), offer.uri.expose());
    let shown = Offer { user_id: &offer.user_id, key, uri, note: offer.note };
    context.show(&shown, |it| {
        let fields = [
            ("User ID", it.user_id.to_string()),
            ("Key", it.key.to_owned()),
            ("Address", it.uri.to_owned()),
        ];
        let note = it.note.map(|note| format!("\n{note}")).unwrap_or_default();
        format!(
            "{}\n\nGive the authenticator app the key or the address, then prove it within ten minutes with {next}.{note}",
            record(&fields)
        )
    })
}

/// Prints recovery codes, a line each.
pub(super) fn codes(context: &Context<'_>, codes: &RecoveryCodes) -> Result<(), Failure> {
    let shown = Codes { recovery_codes: codes.0.iter().map(|it| it.expose()).collect() };
    context.show(&shown, |it| {
        format!(
            "These are the recovery codes; each is good once instead of a code of the app. Keep them safe, they are not shown again.\n\n{}",
            it.recovery_codes.join("\n")
        )
    })
}

/// The failure of who gave no code.
pub(super) fn missing() -> Failure {
    Failure::outside(
        "second_factor",
        Some("code"),
        "The code of the second factor is asked for; give it too.",
    )
}

/// The failure of whose second factor is still to be set up.
pub(super) fn to_be_set_up(command: &str) -> Failure {
    Failure::outside(
        "second_factor",
        None,
        format!("The second factor has to be set up first; do it with {command}."),
    )
}
