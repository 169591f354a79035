//! Expiry: what is too old is over, and nothing of it is kept.

use crate::domain::audit::{Action, Actor};
use crate::domain::mail::{Mail, MailState};
use crate::domain::time::Timestamp;
use crate::service::accounts::ROUNDS;
use crate::service::watch::Watch;
use crate::service::{Desk, DeskError};
use crate::store::{Changes, CommitError, RepositoryExt};

use super::deeds::without_access;
use super::{Turn, ended};

/// Mails in one commit at most.
const CHUNK: usize = 100;

/// The states from which a mail expires: it was sent, may have been, or waits or failed for long.
const FROM: [MailState; 6] = [
    MailState::Queued,
    MailState::Held,
    MailState::Retrying,
    MailState::Sent,
    MailState::Unknown,
    MailState::Failed,
];

/// What came of looking for mails that are too old.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::service) struct Expired {
    /// How many expired.
    pub expired: u64,
    /// How many others changed over and over just then: the next look finds them.
    pub busy: u64,
    /// Whether it was stopped before the end.
    pub stopped: bool,
}

impl Desk {
    /// Marks mails whose time is over as Expired: what they carried can no longer be used, and a
    /// password sealed in them is wiped. At most 100 are written in a commit.
    ///
    /// # Errors
    /// When the store fails; what is done stays done.
    pub(in crate::service) fn expire_invitations(
        &self,
        actor: &Actor,
        watch: &dyn Watch,
    ) -> Result<Expired, DeskError> {
        let mut outcome = Expired::default();
        let mut looked_at = 0;
        for state in FROM {
            let ids = self.repo.numbers(&self.in_state(state))?;
            for chunk in ids.chunks(CHUNK) {
                if watch.stopped() {
                    outcome.stopped = true;
                    return Ok(outcome);
                }
                self.expire_chunk(actor, chunk, &mut outcome)?;
                looked_at += chunk.len() as u64;
                watch.progress(looked_at, None);
            }
        }
        Ok(outcome)
    }

    /// Whether the time of any mail is over.
    ///
    /// # Errors
    /// When the store can't be read.
    pub(in crate::service) fn expiry_is_due(&self) -> Result<bool, DeskError> {
        let now = self.clock.now();
        for state in FROM {
            for ids in self.repo.numbers(&self.in_state(state))?.chunks(CHUNK) {
                let mails = self.repo.fetch_many::<Mail>(ids)?;
                if mails.iter().flatten().any(|it| is_over(&it.value, now)) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    fn expire_chunk(
        &self,
        actor: &Actor,
        ids: &[u64],
        outcome: &mut Expired,
    ) -> Result<(), DeskError> {
        for _ in 0..ROUNDS {
            if let Some(expired) = self.try_expire(actor, ids)? {
                outcome.expired += expired;
                return Ok(());
            }
        }
        match ids.len() {
            0 => {}
            1 => outcome.busy += 1,
            len => {
                let (one, other) = ids.split_at(len / 2);
                self.expire_chunk(actor, one, outcome)?;
                self.expire_chunk(actor, other, outcome)?;
            }
        }
        Ok(())
    }

    /// One try of a chunk, and how many expired; `None` when somebody got in between.
    fn try_expire(&self, actor: &Actor, ids: &[u64]) -> Result<Option<u64>, DeskError> {
        let now = self.clock.now();
        let mut changes: Option<Changes> = None;
        let mut expired = 0;
        for (mail, user) in self.with_users(ids)? {
            if !is_over(&mail.value, now) {
                continue;
            }
            expired += 1;
            let after = without_access(user.value, &mail.value, now);
            let over = ended(mail.value, MailState::Expired);
            let turn = Turn::to(mail.stamp, over, Action::InvitationExpire);
            let after = turn.noted(after);
            let with = match changes.take() {
                Some(changes) => turn.written(changes, actor, now),
                None => turn.alone(actor, now),
            };
            changes = Some(with.update(after, user.stamp));
        }
        let Some(changes) = changes else { return Ok(Some(0)) };
        match self.commit_raw(changes) {
            Ok(_) => Ok(Some(expired)),
            Err(CommitError::Conflict(_)) => Ok(None),
            Err(CommitError::Taken { unique, owner }) => Err(self.taken(&unique, owner)),
            Err(CommitError::Store(error)) => Err(error.into()),
        }
    }
}

/// Whether the time of a mail is over and it has not been told so.
fn is_over(mail: &Mail, now: Timestamp) -> bool {
    FROM.contains(&mail.state) && mail.expires_at.is_some_and(|until| until <= now)
}
