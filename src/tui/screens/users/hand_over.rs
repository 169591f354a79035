//! A user's sign-in, to be told to the person: this once.

use crate::domain::mail::MailState;
use crate::domain::secret::Secret;
use crate::service::handout::Handout;
use crate::service::user_views::UserView;
use crate::tui::screens::hand_over::HandOver;
use crate::tui::state::Seen;

const TEXT: &str =
    "Tell it to the person now: once this is closed, nobody can see the password again.";
/// The same where a mail is on its way as well, or is held.
const MAILED: &str = "A mail with a sign-in is queued as well. Tell the password to the person now: once this is closed, nobody can see it again.";
const HELD: &str = "The mail with a sign-in is held for now. Tell the password to the person now: once this is closed, nobody can see it again.";

/// The window that hands over the sign-in of a user whose password has just been set.
pub(super) fn sign_in(view: &UserView, password: &Secret, seen: &Seen) -> HandOver {
    let by = seen.who.as_ref().map(|who| format!(" by {}", who.user_id())).unwrap_or_default();
    let handed = format!("Handed over {}{by}.", seen.zone.exact(seen.now));
    let sheet = Handout::of_sign_in(view, password, &handed);
    let text = match view.invitation.as_ref().map(|mail| mail.state) {
        Some(MailState::Queued | MailState::Sending | MailState::Retrying) => MAILED,
        Some(MailState::Held) => HELD,
        _ => TEXT,
    };
    HandOver::new("Tell the password", text, "I have told it", &view.row.user_id, sheet)
}
