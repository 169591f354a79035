//! How the current mail of a user ends when they get in without it, or by it.
//!
//! Whoever chooses a password of their own has accepted it; a password that staff set takes
//! its place; and who signs in before it went out needs it no more. It ends in the same commit,
//! and what was sealed for it is wiped.

use crate::domain::audit::{Action, Actor};
use crate::domain::mail::{Mail, MailState};
use crate::domain::time::Timestamp;
use crate::domain::user::{User, UserKind};
use crate::store::{Changes, Stamp, Versioned};

use super::invitations::{ended, mail_entry};
use super::{Desk, DeskError};

/// What the trail says of a mail that a password set by staff has ended.
const BY_STAFF: &str = "staff set a password";
/// What it says of one that had not gone out when its person came in.
const CAME_IN: &str = "signed in before it was sent";

/// A mail as it ends, on the version that was read.
#[derive(Debug)]
pub(super) struct MailEnd {
    mail: Mail,
    read: Stamp,
    action: Action,
    note: Option<&'static str>,
}

impl MailEnd {
    fn new(
        read: Versioned<Mail>,
        state: MailState,
        action: Action,
        note: Option<&'static str>,
    ) -> Self {
        Self { mail: ended(read.value, state), read: read.stamp, action, note }
    }

    /// Accepted: its person has chosen a password.
    pub fn accepted(read: Versioned<Mail>) -> Self {
        Self::new(read, MailState::Accepted, Action::InvitationAccept, None)
    }

    /// Adds that it ends; `actor` is who did what ended it.
    pub fn ending(self, changes: Changes, actor: &Actor, now: Timestamp) -> Changes {
        let entry = mail_entry(now, actor, self.action, &self.mail);
        let entry = match self.note {
            Some(note) => entry.noting(note),
            None => entry,
        };
        changes.also(entry).update(self.mail, self.read)
    }
}

/// Adds that a mail ends, when there is one.
pub(super) fn ending(
    changes: Changes,
    end: Option<MailEnd>,
    actor: &Actor,
    now: Timestamp,
) -> Changes {
    match end {
        Some(end) => end.ending(changes, actor, now),
        None => changes,
    }
}

impl Desk {
    /// How the current mail ends of somebody who chooses a password of their own.
    ///
    /// # Errors
    /// When the store can't be read.
    pub(super) fn accepting(&self, user: &User) -> Result<Option<MailEnd>, DeskError> {
        Ok(self.current_mail(user)?.map(MailEnd::accepted))
    }

    /// How it ends when staff set a password: one that went out is superseded, so that a link
    /// in it can be told what it is.
    ///
    /// # Errors
    /// When the store can't be read.
    pub(super) fn replacing(&self, user: &User) -> Result<Option<MailEnd>, DeskError> {
        Ok(self.current_mail(user)?.map(|it| {
            let out = went_out(&it.value);
            let state = if out { MailState::Superseded } else { MailState::Cancelled };
            MailEnd::new(it, state, Action::InvitationCancel, Some(BY_STAFF))
        }))
    }

    /// How it ends as somebody signs in, for the first time or with a password that they have
    /// remembered: one that has not gone out would take away the password that they have come
    /// in with.
    ///
    /// # Errors
    /// When the store can't be read.
    pub(super) fn arriving(&self, user: &User) -> Result<Option<MailEnd>, DeskError> {
        if user.kind == UserKind::Staff {
            return Ok(None);
        }
        let waiting = self.current_mail(user)?.filter(|it| !went_out(&it.value));
        let end =
            |it| MailEnd::new(it, MailState::Cancelled, Action::InvitationCancel, Some(CAME_IN));
        Ok(waiting.map(end))
    }

    /// The current mail of a user; a commit of this user as it was read finds no other.
    ///
    /// # Errors
    /// When the store can't be read.
    fn current_mail(&self, user: &User) -> Result<Option<Versioned<Mail>>, DeskError> {
        Ok(self.last_mail(user)?.filter(|it| it.value.state.is_current()))
    }
}

/// Whether somebody may have it.
fn went_out(mail: &Mail) -> bool {
    mail.sent_at.is_some() || mail.handed_over_at.is_some()
}
