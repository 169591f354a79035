//! One step of a user's mail, in whichever commit it belongs to.

use std::collections::HashMap;

use crate::domain::audit::{Action, Actor};
use crate::domain::id::UserId;
use crate::domain::mail::{HeldReason, Mail, MailState};
use crate::domain::time::Timestamp;
use crate::domain::user::User;
use crate::service::{Desk, DeskError};
use crate::store::{Changes, RepositoryExt, Stamp, Versioned};

use super::{ended, mail_entry, noted, remark};

/// What becomes of a mail: it is written in one commit with its user.
pub(in crate::service) struct Turn {
    mail: Mail,
    read: Stamp,
    action: Action,
}

impl Turn {
    /// From the mail as it was read to what is to be written.
    pub const fn to(read: Stamp, mail: Mail, action: Action) -> Self {
        Self { mail, read, action }
    }

    /// The user, as it is to be written in the same commit.
    pub fn noted(&self, user: User) -> User {
        noted(user, &self.mail)
    }

    /// Adds the mail and its entry of the trail to the commit that writes the user.
    pub fn written(self, changes: Changes, actor: &Actor, now: Timestamp) -> Changes {
        let entry = mail_entry(now, actor, self.action, &self.mail).noting(remark(&self.mail));
        changes.also(entry).update(self.mail, self.read)
    }

    /// The same as a commit of its own, which the user is still to be added to.
    pub fn alone(self, actor: &Actor, now: Timestamp) -> Changes {
        let entry = mail_entry(now, actor, self.action, &self.mail).noting(remark(&self.mail));
        Changes::new(entry).update(self.mail, self.read)
    }
}

/// A mail that waits, held back because its user is switched off; none when it does not wait.
pub(in crate::service) fn held_back(last: Option<Versioned<Mail>>) -> Option<Turn> {
    let Versioned { value, stamp } = last?;
    let waits = matches!(value.state, MailState::Queued | MailState::Retrying);
    let held = Mail {
        state: MailState::Held,
        held: Some(HeldReason::UserDisabled),
        next_try_at: None,
        ..value
    };
    waits.then(|| Turn::to(stamp, held, Action::InvitationHold))
}

/// What an edit of its user does to a mail that can still be sent: it goes to the new email, and
/// nowhere when there is none left. None when the edit does nothing to it.
pub(in crate::service) fn readdressed(last: Option<Versioned<Mail>>, after: &User) -> Option<Turn> {
    let Versioned { value: mail, stamp } = last?;
    // One that is on its way is looked at by who sends it.
    if !mail.state.may_hold_secret() || mail.state == MailState::Sending {
        return None;
    }
    let Some(address) = after.email.clone() else {
        return Some(Turn::to(stamp, ended(mail, MailState::Cancelled), Action::InvitationCancel));
    };
    let moved = Mail { address, name: after.label(), user_id: after.user_id(), ..mail.clone() };
    (moved != mail).then(|| Turn::to(stamp, moved, Action::InvitationReaddress))
}

impl Desk {
    /// What an edit of a user does to the mail that can still be sent, in a sentence; none when
    /// it does nothing to it.
    pub(in crate::service) fn mail_moves(
        &self,
        before: &User,
        after: &User,
    ) -> Result<Option<String>, DeskError> {
        if before.email == after.email {
            return Ok(None);
        }
        let last = self.last_mail(before)?;
        let id = last.as_ref().map(|it| it.value.id);
        let (Some(id), Some(_)) = (id, readdressed(last, after)) else { return Ok(None) };
        Ok(Some(match &after.email {
            Some(email) => format!("Mail {id}, which is still to be sent, goes to {email}."),
            None => format!("Mail {id}, which is still to be sent, is cancelled."),
        }))
    }

    /// The last mails of some users, in one read.
    pub(in crate::service) fn last_mails<'a>(
        &self,
        users: impl Iterator<Item = &'a User>,
    ) -> Result<HashMap<UserId, Versioned<Mail>>, DeskError> {
        let ids: Vec<u64> = users.filter_map(|it| it.last_mail).map(|id| id.0).collect();
        let mails = self.repo.fetch_many::<Mail>(&ids)?;
        Ok(mails.into_iter().flatten().map(|it| (it.value.user, it)).collect())
    }

    /// All mails of some users, whatever their state; a read for each mail that one of them had.
    pub(in crate::service) fn all_mails<'a>(
        &self,
        users: impl Iterator<Item = &'a User>,
    ) -> Result<Vec<Versioned<Mail>>, DeskError> {
        let mut ids: Vec<u64> = users.filter_map(|it| it.last_mail).map(|id| id.0).collect();
        let mut all = Vec::new();
        while !ids.is_empty() {
            let mails = self.repo.fetch_many::<Mail>(&ids)?.into_iter().flatten();
            let from = all.len();
            all.extend(mails);
            let before = all[from..].iter().filter_map(|it: &Versioned<Mail>| it.value.previous);
            ids = before.map(|id| id.0).collect();
        }
        Ok(all)
    }
}
