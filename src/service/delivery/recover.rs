//! After an end in the middle: what was found Sending is nobody's any more.

use crate::domain::audit::Action;
use crate::domain::mail::{Mail, MailState};
use crate::domain::text::Text;
use crate::domain::user::User;
use crate::store::{RepositoryExt, Versioned};

use super::super::accounts::ROUNDS;
use super::super::{Desk, DeskError};
use super::take::Move;
use super::{BATCH, SENDER, busy, program};

/// What the log of a mail says that may have gone out.
const UNKNOWN: &str =
    "the program ended after the text had gone out and before the server's answer was kept";

impl Desk {
    /// Sees to the mails that were on their way when the program ended: those whose text had
    /// not gone out are queued again, of the others nobody knows.
    ///
    /// To be called once the store is open. Costs one look at the list, however long it is.
    ///
    /// # Errors
    /// When the store fails.
    pub fn recover_mails(&self) -> Result<(), DeskError> {
        self.recover_stranded()
    }

    /// The same in the middle of the day: a delivery whose commit failed leaves mails behind,
    /// too. Nobody is on the way while a turn is held.
    pub(super) fn recover_stranded(&self) -> Result<(), DeskError> {
        let _turn = self.outgoing.turns.take();
        let ids = self.mails_in(MailState::Sending)?;
        ids.chunks(BATCH).try_for_each(|ids| self.recover(ids))
    }

    fn recover(&self, ids: &[u64]) -> Result<(), DeskError> {
        for _ in 0..ROUNDS {
            let now = self.clock.now();
            let mails = self.repo.fetch_many::<Mail>(ids)?.into_iter().flatten();
            let stranded: Vec<Versioned<Mail>> =
                mails.filter(|it| it.value.state == MailState::Sending).collect();
            let users: Vec<u64> = stranded.iter().map(|it| it.value.user.0).collect();
            let users = self.repo.fetch_many::<User>(&users)?;
            let moves = stranded.into_iter().zip(users).map(|(read, user)| {
                let mail = read.value.clone();
                if mail.handed_over_at.is_none() {
                    let state = mail.state_in_queue();
                    let back = Move::new(read, Mail { state, ..mail }, user, Action::MailTake);
                    return back.noting("put back: the program ended before it was handed over");
                }
                let after = Mail {
                    state: MailState::Unknown,
                    sent_at: mail.handed_over_at,
                    handed_over_at: None,
                    sealed_secret: None,
                    ..mail.tried(now, UNKNOWN)
                };
                Move::new(read, after, user, Action::MailUnknown).noting(Text::from(UNKNOWN))
            });
            let moves: Vec<Move> = moves.collect();
            if self.write(&program(SENDER), now, &moves)?.is_some() {
                return Ok(());
            }
        }
        ids.first().map_or(Ok(()), |id| Err(busy(crate::domain::id::MailId(*id))))
    }
}
