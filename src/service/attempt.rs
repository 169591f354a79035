//! One try of a password, whichever door it comes to: waiting, checking, counting, telling.
//!
//! Whatever comes of a try is committed before the answer goes out, on the versions of the
//! counters that it was decided on. So a hundred guesses at the same moment wait like a
//! hundred guesses in a row. Unknown names are hashed, counted and made to wait like known
//! ones, and one sentence refuses both; a locked account gives the same sentence whether the
//! password was right or wrong, so that nobody can go on guessing behind the lock.
//! A wrong code of a second factor is counted like a wrong password; that the password was
//! right is no secret any more once the code is asked for.
//! What is typed as a name is never written down when nobody has it: it may be a password.
//!
//! A password that is not looked at costs who sends it nothing. So that nobody fills the disk
//! with such tries, trail and history have the first one of a wait, and one a minute from then
//! on; of the rest nothing is written. While the portal is off it is one a minute likewise, for
//! each account, and for all unknown names together.

use std::fmt;

use crate::domain::audit::{Action, Actor};
use crate::domain::id::UserId;
use crate::domain::login::{Door, LoginEvent, LoginOutcome, SlotKey, Throttle};
use crate::domain::problem::{Code, Problem};
use crate::domain::secret::Secret;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::domain::user::{PasswordHash, User, UserKind};
use crate::store::{AuditDraft, Changes, CommitError, Key, Kind, RepositoryExt, Versioned};

use super::acceptance::ending;
use super::ruling::{Answer, FactorPut, Ruling};
use super::session::{Origin, stranger};
use super::waits::{
    Whose, after_failure, after_telling, is_told, sign_in_name, slot, telling_slot, wait_refusal,
    waits_until,
};
use super::{Desk, DeskError};

/// How often a try is decided anew when the counters moved under it.
const ROUNDS: usize = 8;

/// What all names that nobody has are counted under while the door is shut.
const ALL_UNKNOWN: &str = "";

/// The sentence when even that often was not enough.
const BUSY: &str = "Many sign-ins with this name came at the same moment; try again.";

/// Why somebody was not let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The sentence.
    pub message: String,
    /// When the next try is looked at, when there is a wait.
    pub retry_at: Option<Timestamp>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Refusal {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), retry_at: None }
    }
}

/// What somebody shows to be let in.
#[derive(Debug, Clone, Copy)]
pub struct Credentials<'a> {
    /// The login, `login.P` or email.
    pub name: &'a str,
    /// The password.
    pub password: &'a Secret,
    /// The code of the second factor, or a recovery code; not looked at without a factor.
    pub code: Option<&'a Secret>,
}

impl<'a> Credentials<'a> {
    /// A name and a password.
    pub const fn new(name: &'a str, password: &'a Secret) -> Self {
        Self { name, password, code: None }
    }

    /// The same with a code.
    #[must_use]
    pub const fn with_code(self, code: Option<&'a Secret>) -> Self {
        Self { code, ..self }
    }
}

/// Whose password is tried.
#[derive(Debug, Clone, Copy)]
pub(super) enum Claim<'a> {
    /// Of whoever has this login, `login.P` or email; at the portal, portal users only.
    Name(&'a str),
    /// Of an account that is signed in already, or that a link is of, and its User ID.
    Account(UserId, &'a Text),
    /// Of nobody that we know: a link that is not ours.
    Nobody,
}

/// A password, whose it is said to be, and where.
#[derive(Debug)]
pub(super) struct Try<'a> {
    pub claim: Claim<'a>,
    pub password: &'a Secret,
    pub door: Door,
    pub origin: &'a Origin,
    /// What the login history calls the place: the site's code, or the host.
    pub place: &'a Text,
    /// The one sentence for unknown, wrong and locked.
    pub refusal: &'static str,
}

/// What is known when a try is decided.
struct Seen {
    now: Timestamp,
    slot: u64,
    /// What slots are hashed with, when it is new: kept with what comes of the try.
    new_key: Option<SlotKey>,
    throttle: Option<Versioned<Throttle>>,
    /// When a try that was not looked at was last told of.
    told: Option<Versioned<Throttle>>,
    user: Option<Versioned<User>>,
}

impl Seen {
    fn wait(&self) -> Option<Timestamp> {
        self.throttle.as_ref().and_then(|it| waits_until(&it.value, self.now))
    }

    /// Whether the trail has such a try from this minute already.
    fn is_told(&self) -> bool {
        self.told.as_ref().is_some_and(|it| is_told(&it.value, self.now))
    }

    /// Adds that tries not looked at are told of, and from now on for a minute no more.
    fn telling(&self, changes: Changes) -> Changes {
        changes.upsert(after_telling(self.slot, self.now), self.told.as_ref().map(|it| it.stamp))
    }

    /// Adds that the next try that is not looked at is told of at once.
    fn telling_anew(&self, changes: Changes) -> Changes {
        match &self.told {
            Some(told) => changes.delete(Key::new(Kind::Throttle, told.value.slot), told.stamp),
            None => changes,
        }
    }

    fn hash(&self) -> Option<&PasswordHash> {
        self.user.as_ref().and_then(|it| it.value.password_hash.as_ref())
    }

    /// Keeps a new key of the slots; of two tries that made one, one is decided anew.
    fn keeping_key(&self, changes: Changes) -> Changes {
        match &self.new_key {
            Some(key) => changes.create(key.clone()),
            None => changes,
        }
    }

    fn throttle_key(&self) -> Key {
        Key::new(Kind::Throttle, self.slot)
    }
}

impl Desk {
    /// Tries a password; `proven` decides what a right one leads to.
    ///
    /// `proven` may be asked more than once, when the counters move meanwhile.
    ///
    /// # Errors
    /// When name or password is missing, and as [`Desk::commit`].
    pub(super) fn attempt<T>(
        &self,
        it: &Try<'_>,
        mut proven: impl FnMut(&User) -> Result<Ruling<T>, DeskError>,
    ) -> Result<Answer<T>, DeskError> {
        expect_typed(it)?;
        let mut checked: Option<(Option<PasswordHash>, bool)> = None;
        for _ in 0..ROUNDS {
            let seen = self.look(it)?;
            let (changes, answer) = if let Some(until) = seen.wait() {
                let answer = Answer::Refused(wait_refusal(seen.now, until));
                if seen.is_told() {
                    return Ok(answer);
                }
                (self.unseen(it, &seen, LoginOutcome::Throttled)?, answer)
            } else {
                let right = match &checked {
                    Some((hash, right)) if hash.as_ref() == seen.hash() => *right,
                    _ => {
                        let right = self.hasher.verify(it.password, seen.hash(), &*self.clock)?;
                        checked = Some((seen.hash().cloned(), right));
                        right
                    }
                };
                match &seen.user {
                    Some(user) if right && !user.value.is_locked() => match proven(&user.value)? {
                        Ruling { answer: Answer::Refused(refusal), fails: true, .. } => {
                            self.failed(it, &seen, Some(refusal))?
                        }
                        ruling => self.ruled(it, &seen, user, ruling)?,
                    },
                    _ => self.failed(it, &seen, None)?,
                }
            };
            match self.repo.commit(seen.keeping_key(changes)) {
                Ok(_) => return Ok(answer),
                Err(CommitError::Conflict(_)) => {}
                Err(CommitError::Taken { unique, owner }) => return Err(self.taken(&unique, owner)),
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
        Err(DeskError::refused(Code::WrongState, BUSY))
    }

    /// Refuses a try before its password is looked at, and tells the trail once a minute.
    ///
    /// # Errors
    /// As [`Desk::attempt`].
    pub(super) fn turn_away(
        &self,
        it: &Try<'_>,
        outcome: LoginOutcome,
        message: &str,
    ) -> Result<Refusal, DeskError> {
        expect_typed(it)?;
        for _ in 0..ROUNDS {
            let seen = self.look_for(it, ALL_UNKNOWN)?;
            if seen.is_told() {
                return Ok(Refusal::new(message));
            }
            let changes = seen.keeping_key(self.unseen(it, &seen, outcome)?);
            match self.repo.commit(changes) {
                Ok(_) => return Ok(Refusal::new(message)),
                Err(CommitError::Conflict(_)) => {}
                Err(CommitError::Taken { unique, owner }) => return Err(self.taken(&unique, owner)),
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
        Err(DeskError::refused(Code::WrongState, BUSY))
    }

    fn look(&self, it: &Try<'_>) -> Result<Seen, DeskError> {
        let name = match it.claim {
            Claim::Name(name) => sign_in_name(name),
            Claim::Account(_, user_id) => sign_in_name(user_id.raw()),
            Claim::Nobody => ALL_UNKNOWN.to_owned(),
        };
        self.look_for(it, &name)
    }

    /// What is known of a try; one of a name that nobody has is counted under `unknown`.
    fn look_for(&self, it: &Try<'_>, unknown: &str) -> Result<Seen, DeskError> {
        let id = match it.claim {
            Claim::Name(name) => self.account_named(name)?,
            Claim::Account(id, _) => Some(id),
            Claim::Nobody => None,
        };
        let user = match id {
            Some(id) => self.repo.fetch::<User>(id.0)?,
            None => None,
        };
        let user =
            user.filter(|user| it.door != Door::Portal || user.value.kind == UserKind::Portal);
        let (key, is_new) = self.slot_key()?;
        let whose = user.as_ref().map_or(Whose::Name(unknown), |it| Whose::Account(it.value.id));
        let slot = slot(&key, it.door, whose, &it.origin.host);
        let mut counters = self.repo.fetch_many::<Throttle>(&[slot, telling_slot(slot)])?;
        let told = counters.pop().flatten();
        let throttle = counters.pop().flatten();
        let new_key = is_new.then_some(key);
        Ok(Seen { now: self.clock.now(), slot, new_key, throttle, told, user })
    }

    /// Tells of a try whose password was not looked at.
    fn unseen(
        &self,
        it: &Try<'_>,
        seen: &Seen,
        outcome: LoginOutcome,
    ) -> Result<Changes, DeskError> {
        let draft = refused_draft(it, seen, outcome.words());
        self.with_event(seen.telling(Changes::new(draft)), it, seen, outcome)
    }

    /// Counts a failure of a known or unknown name; one of the code alone has its own refusal.
    fn failed<T>(
        &self,
        it: &Try<'_>,
        seen: &Seen,
        wrong_code: Option<Refusal>,
    ) -> Result<(Changes, Answer<T>), DeskError> {
        let throttle =
            after_failure(seen.throttle.as_ref().map(|it| &it.value), seen.slot, seen.now);
        let until = throttle.until;
        let stamp = seen.throttle.as_ref().map(|it| it.stamp);
        let outcome = match &seen.user {
            _ if wrong_code.is_some() => LoginOutcome::WrongCode,
            Some(user) if user.value.is_locked() => LoginOutcome::Locked,
            Some(user) if user.value.password_hash.is_none() => LoginOutcome::Pending,
            _ => LoginOutcome::WrongPassword,
        };
        let note = if seen.user.is_some() { outcome.words() } else { "unknown name" };
        let mut changes = Changes::new(refused_draft(it, seen, note)).upsert(throttle, stamp);
        changes = seen.telling_anew(changes);
        if let Some(Versioned { value, stamp }) = &seen.user {
            let mut user = value.clone();
            user.failed_count = user.failed_count.saturating_add(1);
            user.throttled_until = user.throttled_until.max(until);
            changes = changes.update(user, *stamp);
        }
        let changes = self.with_event(changes, it, seen, outcome)?;
        let refusal = wrong_code.unwrap_or_else(|| Refusal::new(it.refusal));
        Ok((changes, Answer::Refused(refusal)))
    }

    /// Writes what a right password leads to.
    fn ruled<T>(
        &self,
        it: &Try<'_>,
        seen: &Seen,
        read: &Versioned<User>,
        ruling: Ruling<T>,
    ) -> Result<(Changes, Answer<T>), DeskError> {
        let mut draft = match ruling.answer {
            Answer::Granted(_) => {
                AuditDraft::new(seen.now, &actor(&read.value, it.origin), ruling.action)
                    .on(Key::new(Kind::User, read.value.id.0), read.value.user_id())
            }
            Answer::Refused(_) => refused_draft(it, seen, ""),
        }
        .changing(ruling.changes);
        let of_factor = ruling.factor.as_ref().and_then(|it| it.note.as_deref());
        let notes: Vec<&str> = ruling.note.into_iter().chain(of_factor).collect();
        draft.note = (!notes.is_empty()).then(|| Text::new(notes.join("; ")));
        let mut changes = Changes::new(draft);
        changes = match &seen.throttle {
            Some(throttle) if ruling.clears => changes.delete(seen.throttle_key(), throttle.stamp),
            Some(throttle) => changes.guard(seen.throttle_key(), throttle.stamp),
            None => changes.guard_absent(seen.throttle_key()),
        };
        let user_key = Key::new(Kind::User, read.value.id.0);
        changes = match ruling.user {
            Some(mut user) => {
                if ruling.clears {
                    user.failed_count = 0;
                    user.throttled_until = None;
                }
                changes.update(user, read.stamp)
            }
            None => changes.guard(user_key, read.stamp),
        };
        if let Some(FactorPut { record, read: kept, .. }) = ruling.factor {
            changes = changes.upsert(record, kept);
        }
        changes = ending(changes, ruling.mail, &actor(&read.value, it.origin), seen.now);
        if let Some(outcome) = ruling.outcome {
            changes = self.with_event(changes, it, seen, outcome)?;
        }
        Ok((changes, ruling.answer))
    }

    /// Adds a line to the login history of a known account.
    fn with_event(
        &self,
        changes: Changes,
        it: &Try<'_>,
        seen: &Seen,
        outcome: LoginOutcome,
    ) -> Result<Changes, DeskError> {
        let Some(user) = &seen.user else { return Ok(changes) };
        Ok(changes.create(LoginEvent {
            id: self.repo.reserve(Kind::LoginEvent, 1)?,
            user: user.value.id,
            at: seen.now,
            door: it.door,
            origin: it.place.clone(),
            outcome,
        }))
    }
}

/// Refuses an empty name or password before anything is counted.
fn expect_typed(it: &Try<'_>) -> Result<(), DeskError> {
    let missing = |field, label| {
        Problem::field(Code::Missing, field, format!("{label} is missing; fill it in."))
    };
    match it.claim {
        Claim::Name(name) if name.trim().is_empty() => {
            Err(missing("login_name", "The login or email").into())
        }
        _ if it.password.is_empty() => Err(missing("password", "The password").into()),
        _ => Ok(()),
    }
}

/// The account itself, once its password has been right.
pub(super) fn actor(user: &User, origin: &Origin) -> Actor {
    Actor {
        user: Some(user.id),
        name: user.user_id(),
        role: Some(user.role),
        os_user: origin.os_user.clone(),
        origin: origin.host.clone(),
    }
}

fn refused_draft(it: &Try<'_>, seen: &Seen, note: &str) -> AuditDraft {
    let actor = stranger("not signed in", it.origin);
    let draft = AuditDraft::new(seen.now, &actor, Action::SignInRefused).noting(note);
    match &seen.user {
        Some(user) => draft.on(Key::new(Kind::User, user.value.id.0), user.value.user_id()),
        None => draft,
    }
}
