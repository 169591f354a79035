//! A user's sign-in, to be told to the person: this once.

use crate::domain::secret::Secret;
use crate::domain::user::UserKind;
use crate::service::handout::{Fact, FactValue, Handout};
use crate::service::user_views::UserView;
use crate::tui::screens::hand_over::HandOver;
use crate::tui::state::Seen;

const TEXT: &str =
    "Tell it to the person now: once this is closed, nobody can see the password again.";
/// What stands for the address of a portal whose site has none.
const NO_ADDRESS: &str = "none is entered for the user's site";

/// The window that hands over the sign-in of a user whose password has just been set.
pub(super) fn sign_in(view: &UserView, password: &Secret, seen: &Seen) -> HandOver {
    let user = &view.row.user_id;
    let address = match &view.sign_in_address {
        Some(address) => FactValue::Text(address.clone()),
        None if view.row.kind == UserKind::Staff => {
            FactValue::Text("this console: portaldesk, in a terminal".into())
        }
        None => FactValue::Missing(NO_ADDRESS),
    };
    let fact = |label, value| Fact { label, value };
    let facts = vec![
        fact("Sign-in address", address),
        fact("User ID", FactValue::Text(user.clone())),
        fact("Password", FactValue::Secret(password.clone())),
    ];
    HandOver::new(
        "Tell the password",
        TEXT,
        "I have told it",
        user,
        Handout {
            title: format!("Portal Desk: the sign-in of {user}"),
            facts,
            notes: notes(view, seen),
        },
    )
}

/// What the sheet tells the person besides.
fn notes(view: &UserView, seen: &Seen) -> Vec<String> {
    let mut notes = Vec::new();
    if view.must_change_password {
        notes.push("You will be asked for a new password when you sign in.".to_owned());
    }
    let by = seen.who.as_ref().map(|who| format!(" by {}", who.user_id())).unwrap_or_default();
    notes.push(format!("Handed over {}{by}.", seen.zone.exact(seen.now)));
    notes.push("Keep this sheet to yourself, and destroy it once you have signed in.".to_owned());
    notes
}
