//! A user's sign-in, to be told to the person: this once.

use crate::domain::secret::Secret;
use crate::service::handout::Handout;
use crate::service::user_views::UserView;
use crate::tui::screens::hand_over::HandOver;
use crate::tui::state::Seen;

const TEXT: &str =
    "Tell it to the person now: once this is closed, nobody can see the password again.";

/// The window that hands over the sign-in of a user whose password has just been set.
pub(super) fn sign_in(view: &UserView, password: &Secret, seen: &Seen) -> HandOver {
    let by = seen.who.as_ref().map(|who| format!(" by {}", who.user_id())).unwrap_or_default();
    let handed = format!("Handed over {}{by}.", seen.zone.exact(seen.now));
    let sheet = Handout::of_sign_in(view, password, &handed);
    HandOver::new("Tell the password", TEXT, "I have told it", &view.row.user_id, sheet)
}
