//! Mails by people's hands: queued, sent again, cancelled, released, held, expired.

mod deeds;
mod life;
mod queue;

use crate::domain::mail::{Mail, MailState};
use crate::store::Versioned;

use super::invariants::Dump;

/// Checks mails against their users: what a user's invitation is said to be is how its current
/// mail stands, and nothing is sealed in one that can't be sent any more (8).
pub(super) fn check_mails(dump: &Dump) {
    for mail in dump.mails.iter().map(|it| &it.value) {
        let id = mail.id;
        assert!(dump.users.iter().any(|it| it.value.id == mail.user), "{id} is left of nobody");
        let sealed = mail.sealed_secret.is_some();
        assert!(!sealed || mail.state.may_hold_secret(), "8: {id} is {:?}", mail.state);
        assert_eq!(mail.held.is_some(), mail.state == MailState::Held, "{id}");
        assert!(mail.handed_over_at.is_none() || mail.state == MailState::Sending, "{id}");
        let before = mail.previous.map(|it| dump.mails.iter().find(|mail| mail.value.id == it));
        let chained = |it: &Versioned<Mail>| it.value.user == mail.user && it.value.id < id;
        assert!(before.is_none_or(|it| it.is_some_and(chained)), "{id} comes after another");
    }
    for user in dump.users.iter().map(|it| &it.value) {
        let own: Vec<&Mail> =
            dump.mails.iter().map(|it| &it.value).filter(|it| it.user == user.id).collect();
        assert_eq!(user.last_mail, own.iter().map(|it| it.id).max(), "{}", user.id);
        let current: Vec<&&Mail> = own.iter().filter(|it| it.state.is_current()).collect();
        assert!(current.len() <= 1, "{} has {current:?}", user.id);
        let last = own.iter().max_by_key(|it| it.id);
        assert!(current.first().is_none_or(|it| Some(it.id) == last.map(|it| it.id)));
        let told = current.first().and_then(|it| it.state.trouble());
        assert_eq!(user.invitation, told, "{}: {current:?}", user.id);
    }
}
