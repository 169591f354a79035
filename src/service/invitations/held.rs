//! Send held: everything that is held goes, as far as it is no longer held and is one's affair.

use serde::Serialize;

use crate::domain::audit::Action;
use crate::domain::id::MailId;
use crate::domain::mail::{HeldReason, Mail, MailState};
use crate::domain::role::{Permission, Role};
use crate::domain::text::thousands;
use crate::domain::user::User;
use crate::service::accounts::{ROUNDS, permission_over};
use crate::service::session::{actor_of, denied};
use crate::service::watch::Watch;
use crate::service::{Desk, DeskError, Session, Sort};
use crate::store::query::{Filter, List, Query, Status};
use crate::store::{Changes, CommitError, RepositoryExt, Versioned};

use super::Turn;

/// Mails in one commit at most: readers wait for no longer than that.
const CHUNK: usize = 100;
/// Mails that are read at once.
const READ: usize = 1_000;
/// Of a mail that waits for nothing but for staff.
const FREE: &str = "nothing holds it back any more; Send held lets it go.";

/// What came of letting all go that is held.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Released {
    /// How many are queued now.
    pub released: u64,
    /// How many are still held: the portal is off for them, mail is not set up, the user is
    /// disabled, or is not who asked's to look after.
    pub still_held: u64,
    /// Whether it was stopped before the end.
    pub stopped: bool,
    /// Why the others are still held, and how many each.
    pub because: Vec<StillHeld>,
    /// Those that are queued, to be sent.
    #[serde(skip)]
    pub mails: Vec<MailId>,
}

/// Why some mails are still held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StillHeld {
    /// How many.
    pub mails: u64,
    /// Why, and what ends it: the middle of a sentence, with its end.
    pub why: String,
}

/// Somebody else has to let a mail go.
const NOT_YOURS: &str = "the user is not yours to look after.";

/// A held mail and its user, as they were read.
type HeldMail = (Versioned<Mail>, Versioned<User>);

/// What a commit let go, and what holds the others; nothing where they are not one's affair.
struct Let {
    released: Vec<MailId>,
    because: Vec<Option<HeldReason>>,
}

impl Released {
    fn hold(&mut self, why: String) {
        match self.because.iter_mut().find(|it| it.why == why) {
            Some(it) => it.mails += 1,
            None => self.because.push(StillHeld { mails: 1, why }),
        }
    }
}

impl Desk {
    /// Lets all held mails go, at most 100 in a commit; what would be held again stays, and what
    /// is for users whom one may not look after.
    ///
    /// # Errors
    /// When the role may look after nobody, or the store fails.
    pub fn send_held(&self, who: &Session, watch: &dyn Watch) -> Result<Released, DeskError> {
        self.expect_some(who)?;
        let ids = self.repo.numbers(&self.in_state(MailState::Held))?;
        let mut outcome = Released::default();
        let mut behind = 0;
        for chunk in ids.chunks(CHUNK) {
            if watch.stopped() {
                outcome.stopped = true;
                outcome.still_held += (ids.len() - behind) as u64;
                break;
            }
            self.release_chunk(who, chunk, &mut outcome)?;
            behind += chunk.len();
            watch.progress(behind as u64, Some(ids.len() as u64));
        }
        Ok(outcome)
    }

    fn still_held(&self, why: Option<HeldReason>) -> String {
        why.map_or_else(|| NOT_YOURS.to_owned(), |why| self.remedy(why))
    }

    /// What is held, whoever it is for, by what holds it now: a line each, for a log.
    pub(in crate::service) fn held_in_words(&self) -> Result<Vec<String>, DeskError> {
        let ids = self.repo.numbers(&self.in_state(MailState::Held))?;
        let switches = self.switches()?;
        let mut all = Released::default();
        for chunk in ids.chunks(READ) {
            for (mail, user) in self.with_users(chunk)? {
                let why = switches.holding(&user.value, mail.value.site);
                all.hold(match why {
                    Some(why) => self.remedy(why),
                    None => FREE.to_owned(),
                });
            }
        }
        let words = |it: StillHeld| {
            let mails = if it.mails == 1 { "mail is" } else { "mails are" };
            format!("{} {mails} held: {}", thousands(it.mails), it.why)
        };
        Ok(all.because.into_iter().map(words).collect())
    }

    /// How many mails are in that state, whoever they are for.
    pub(in crate::service) fn count_in(&self, state: MailState) -> Result<u64, DeskError> {
        Ok(self.repo.query(&self.in_state(state))?.total)
    }

    /// The query for the mails in a state, in the order of their numbers.
    pub(super) fn in_state(&self, state: MailState) -> Query {
        Query {
            list: List::Mails,
            filter: Filter { status: Some(Status::Mail(state)), ..Filter::default() },
            sort: Sort::Number,
            reverse: false,
            page: 1,
            per_page: 0,
            partly: false,
            stop: self.stop.clone(),
        }
    }

    /// Refuses who may look after no portal user at all; the role of who asks.
    pub(super) fn expect_some(&self, who: &Session) -> Result<Role, DeskError> {
        let role = self.role_of(who)?;
        let any = [Permission::ManagePortalUsers, Permission::ManagePrivilegedUsers];
        match any.into_iter().any(|it| role.may(it)) {
            true => Ok(role),
            false => Err(denied(role, Permission::ManagePortalUsers)),
        }
    }

    /// Lets some mails go in one commit; in two halves when others get in between over and over.
    fn release_chunk(
        &self,
        who: &Session,
        ids: &[u64],
        outcome: &mut Released,
    ) -> Result<(), DeskError> {
        for _ in 0..ROUNDS {
            if let Some(Let { released, because }) = self.try_release(who, ids)? {
                for why in because {
                    outcome.hold(self.still_held(why));
                }
                outcome.released += released.len() as u64;
                outcome.still_held += (ids.len() - released.len()) as u64;
                outcome.mails.extend(released);
                return Ok(());
            }
        }
        if ids.len() <= 1 {
            outcome.still_held += ids.len() as u64;
            return Ok(());
        }
        let (one, other) = ids.split_at(ids.len() / 2);
        self.release_chunk(who, one, outcome)?;
        self.release_chunk(who, other, outcome)
    }

    /// One try of a chunk, and what it let go; `None` when somebody got in between.
    fn try_release(&self, who: &Session, ids: &[u64]) -> Result<Option<Let>, DeskError> {
        let own = self.as_asked(who)?;
        let role = self.expect_some(who)?;
        let (actor, now, switches) = (actor_of(who, role), self.clock.now(), self.switches()?);
        let may_go = |(mail, user): &HeldMail| {
            mail.value.state == MailState::Held
                && user.value.id != who.user()
                && role.may(permission_over(&user.value))
                && switches.holding(&user.value, mail.value.site).is_none()
        };
        let mut released = Vec::new();
        let mut changes: Option<Changes> = None;
        let (free, held): (Vec<HeldMail>, Vec<HeldMail>) =
            self.with_users(ids)?.into_iter().partition(may_go);
        let held = held.into_iter().filter(|(mail, _)| mail.value.state == MailState::Held);
        let because = held.map(|(mail, user)| switches.holding(&user.value, mail.value.site));
        let because: Vec<Option<HeldReason>> = because.collect();
        for (mail, user) in free {
            released.push(mail.value.id);
            let mail_after = self.released(mail.value);
            let turn = Turn::to(mail.stamp, mail_after, Action::InvitationRelease);
            let after = turn.noted(user.value);
            let with = match changes.take() {
                Some(changes) => turn.written(changes, &actor, now),
                None => turn.alone(&actor, now),
            };
            changes = Some(with.update(after, user.stamp));
        }
        let Some(changes) = changes else { return Ok(Some(Let { released, because })) };
        match self.commit_raw(changes.guard(own.0, own.1)) {
            Ok(_) => Ok(Some(Let { released, because })),
            Err(CommitError::Conflict(_)) => Ok(None),
            Err(CommitError::Taken { unique, owner }) => Err(self.taken(&unique, owner)),
            Err(CommitError::Store(error)) => Err(error.into()),
        }
    }

    /// Mails with their users, in two reads; those of which one is gone are left out.
    pub(super) fn with_users(&self, ids: &[u64]) -> Result<Vec<HeldMail>, DeskError> {
        let mails: Vec<Versioned<Mail>> =
            self.repo.fetch_many::<Mail>(ids)?.into_iter().flatten().collect();
        let users: Vec<u64> = mails.iter().map(|it| it.value.user.0).collect();
        let users = self.repo.fetch_many::<User>(&users)?;
        Ok(mails.into_iter().zip(users).filter_map(|(mail, user)| Some((mail, user?))).collect())
    }
}
