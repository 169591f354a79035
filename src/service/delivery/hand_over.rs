//! The moment before the text goes out: what the mail carries becomes valid, and the store
//! knows that the mail may have gone out.

use crate::domain::audit::{Action, Actor};
use crate::domain::mail::Mail;
use crate::domain::user::User;
use crate::store::{AuditDraft, Changes, Key, Kind};

use super::super::accounts::ROUNDS;
use super::super::passwords::{field_changes, with_password};
use super::super::{Desk, DeskError};
use super::again;
use super::send::{Ready, Valid};

/// What was handed over.
pub struct Handed {
    /// The user before what the mail carries became valid.
    pub before: User,
    /// And since.
    pub after: User,
}

impl Desk {
    /// Makes valid what a mail carries, and marks it as one that may have gone out; `None`
    /// when there is a reason by now not to send it.
    ///
    /// # Errors
    /// When the store fails: nothing may be sent then either.
    pub(super) fn hand_over(
        &self,
        ready: &Ready,
        actor: &Actor,
    ) -> Result<Option<Handed>, DeskError> {
        for _ in 0..ROUNDS {
            let Ok(read) = self.still_due(&ready.taken)? else { return Ok(None) };
            if !is_same_account(&ready.user.value, &read.value) {
                return Ok(None);
            }
            let now = self.clock.now();
            let mail = &ready.taken.mail;
            let mut handed = Mail {
                handed_over_at: Some(now),
                carries: Some(ready.carries),
                expires_at: Some(ready.until),
                ..mail.value.clone()
            };
            let user = &read.value;
            let after = match &ready.valid {
                Valid::Password(hash) => {
                    let hash = hash.clone().or_else(|| user.password_hash.clone());
                    let Some(hash) = hash else { return Ok(None) };
                    let after = with_password(user, hash, true, now);
                    User { temporary_until: Some(ready.until), ..after }
                }
                Valid::Link(hash) => {
                    handed.token_hash = Some(*hash);
                    user.clone()
                }
            };
            let keys = (Key::new(Kind::Mail, handed.id.0), Key::new(Kind::User, user.id.0));
            let entry = AuditDraft::new(now, actor, Action::MailHandOver)
                .on(keys.0, handed.id.to_string())
                .on(keys.1, user.user_id())
                .changing(field_changes(user, &after));
            let mut changes = Changes::new(entry).update(handed, mail.stamp);
            if after == *user {
                changes = changes.guard(keys.1, read.stamp);
            } else {
                changes = changes.update(after.clone(), read.stamp);
                // What was tried with an old password says nothing of this one.
                changes = self.forget_waits(changes, user)?;
            }
            if again(self.commit_raw(changes))?.is_some() {
                return Ok(Some(Handed { before: read.value, after }));
            }
        }
        Ok(None)
    }
}

/// Whether nobody has given the account another way in since.
pub fn is_same_account(then: &User, now: &User) -> bool {
    then.password_set_at == now.password_set_at && then.status == now.status
}
