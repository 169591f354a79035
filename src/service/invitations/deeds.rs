//! What people do to mails one by one: send another, take one back, let one go.

use crate::domain::audit::{Action, Actor};
use crate::domain::id::{MailId, UserId};
use crate::domain::mail::{Mail, MailState, Purpose};
use crate::domain::problem::{Code, Problem};
use crate::domain::time::Timestamp;
use crate::domain::user::User;
use crate::service::accounts::{ROUNDS, Reached, busy, permission_over};
use crate::service::{Desk, DeskError, Session};
use crate::store::{Changes, CommitError, Stamp, Versioned};

use super::queue::being_sent;
use super::turn::Turn;
use super::views::{why_not_cancel, why_not_invite};
use super::{MailView, ended};

impl Desk {
    /// Sends a user an invitation, the first one or another in place of the last: it is queued.
    /// What the last one carried can't be used from then on, wherever the new one waits.
    ///
    /// `base` is what the form was opened with. `again` is the confirmation that it takes when
    /// the user has signed in before: the mail then gives a new way in.
    ///
    /// # Errors
    /// When the user has no email, is staff's own or disabled, has signed in before and that is
    /// not confirmed, or a mail to it is being sent just now; when somebody else changed the
    /// user meanwhile, it is one's own account, or the role may not.
    pub fn invite(
        &self,
        who: &Session,
        id: UserId,
        base: Option<Stamp>,
        again: bool,
    ) -> Result<MailView, DeskError> {
        for _ in 0..ROUNDS {
            let reached = self.reach(who, id, base, permission_over)?;
            let user = &reached.read.value;
            let last = self.last_mail(user)?;
            why_not_invite(user, last.as_ref().map(|it| &it.value)).map_err(refused)?;
            let purpose = purpose_for(user);
            if purpose == Purpose::PasswordReset && !again {
                return Err(signed_in_before(user).into());
            }
            let profile = self.profile_of(user)?.ok_or_else(|| DeskError::not_found("user", id))?;
            let posting = self.posting(&reached.actor, user, &profile.value, purpose, None)?;
            let (mail, after) = (posting.mail.id, posting.noted(user.clone()));
            let changes = posting.alone(&reached.actor, self.clock.now());
            if self.done(&reached, changes, after)? {
                return self.mail_view(who, mail);
            }
        }
        Err(busy(id))
    }

    /// Takes a mail back: it is not sent any more, and what one that was sent carried can no
    /// longer be used.
    ///
    /// # Errors
    /// When it has ended already or is being sent just now, and as [`Desk::invite`].
    pub fn cancel_mail(&self, who: &Session, id: MailId) -> Result<MailView, DeskError> {
        self.step(who, id, |_, user, mail| {
            why_not_cancel(&mail).map_err(refused)?;
            let user = without_access(user, &mail, self.clock.now());
            Ok((user, ended(mail, MailState::Cancelled), Action::InvitationCancel))
        })
    }

    /// Lets a mail go that is held, has failed or was put off: it is queued again, and may wait
    /// anew.
    ///
    /// # Errors
    /// When it is none of these, or would be held again at once, and as [`Desk::invite`].
    pub fn release_mail(&self, who: &Session, id: MailId) -> Result<MailView, DeskError> {
        self.step(who, id, |_, user, mail| {
            if let Some(why) = self.why_not_release(&user, &mail)? {
                return Err(refused(why));
            }
            Ok((user, self.released(mail), Action::InvitationRelease))
        })
    }

    /// The mail, queued once more: tries are counted anew, and it may wait as long as a new one.
    pub(super) fn released(&self, mail: Mail) -> Mail {
        let expires_at = self.clock.now().plus_millis(self.post.policy().waits_for);
        Mail {
            state: MailState::Queued,
            held: None,
            next_try_at: None,
            first_try_at: None,
            tries: 0,
            expires_at: Some(expires_at),
            ..mail
        }
    }

    /// One step of a mail by somebody, anew when something came between.
    fn step(
        &self,
        who: &Session,
        id: MailId,
        to: impl Fn(&Actor, User, Mail) -> Result<(User, Mail, Action), DeskError>,
    ) -> Result<MailView, DeskError> {
        let user = self.mail_record(id)?.value.user;
        for _ in 0..ROUNDS {
            let reached = self.reach(who, user, None, permission_over)?;
            let Versioned { value: mail, stamp } = self.mail_record(id)?;
            if mail.state == MailState::Sending {
                return Err(being_sent(&mail).into());
            }
            let (after, mail, action) = to(&reached.actor, reached.read.value.clone(), mail)?;
            let turn = Turn::to(stamp, mail, action);
            let after = turn.noted(after);
            let changes = turn.alone(&reached.actor, self.clock.now());
            if self.done(&reached, changes, after)? {
                return self.mail_view(who, id);
            }
        }
        Err(busy(user))
    }

    /// Commits what is done to a mail and its user; `false` when somebody got in between.
    fn done(&self, reached: &Reached, changes: Changes, after: User) -> Result<bool, DeskError> {
        let changes = reached.guarding(changes.update(after, reached.read.stamp));
        match self.commit_raw(changes) {
            Ok(_) => Ok(true),
            Err(CommitError::Conflict(_) | CommitError::Taken { .. }) => Ok(false),
            Err(CommitError::Store(error)) => Err(error.into()),
        }
    }
}

/// What another mail to that user is for.
pub(in crate::service) fn purpose_for(user: &User) -> Purpose {
    match user.last_login_at {
        Some(_) => Purpose::PasswordReset,
        None => Purpose::Invitation,
    }
}

/// The user without the way in that a mail gave: the password that came with it is over.
///
/// A password that was set since is nobody's affair here: it has no end.
pub(super) fn without_access(user: User, mail: &Mail, now: Timestamp) -> User {
    let gave = matches!(mail.state, MailState::Sent | MailState::Unknown);
    match user.temporary_until {
        Some(until) if gave && until > now => User { temporary_until: Some(now), ..user },
        _ => user,
    }
}

fn refused(why: String) -> DeskError {
    DeskError::refused(Code::WrongState, why)
}

fn signed_in_before(user: &User) -> Problem {
    Problem::field(
        Code::Override,
        "again",
        format!(
            "{} has signed in before: another mail brings a new way in, and with it a new password takes the place of the one in use; confirm that it is meant.",
            user.user_id()
        ),
    )
}
