//! One deed to many users: what it would touch, and doing it in chunks.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use crate::domain::audit::Actor;
use crate::domain::factor::SecondFactor;
use crate::domain::id::{MailId, UserId};
use crate::domain::login::Throttle;
use crate::domain::mail::Mail;
use crate::domain::problem::{Code, Problem};
use crate::domain::role::{Permission, Role};
use crate::domain::text::Text;
use crate::domain::user::User;
use crate::store::{AuditDraft, Changes, CommitError, Key, Kind, RepositoryExt, Versioned};

use super::accounts::{ROUNDS, busy};
use super::deeds::Reason;
use super::delete_user::{deleting, without_mails};
use super::invitations::held_back;
use super::passwords::field_changes;
use super::second_factor::forgetting;
use super::session::{actor_of, denied};
use super::watch::Watch;
use super::{Desk, DeskError, ListArgs, Session, UserFilter};

pub use super::bulk_plan::{Plan, PlanRefusal};
pub use super::deeds::Deed;

/// Refused rows that an [`Outcome`] names; of the rest it has the number.
pub const REFUSED_NAMED: usize = 10_000;
/// Rows that it was done to that an [`Outcome`] names; of the rest it has the number.
pub const DONE_NAMED: usize = 10_000;

/// Which users: those ticked one by one, or all that a list shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// These.
    These(Vec<UserId>),
    /// All that match, on every page.
    Matching {
        /// What the list was asked for; its page is not looked at.
        args: ListArgs<UserFilter>,
        /// Those that were unticked.
        except: Vec<UserId>,
    },
}

/// What a deed came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// How many were selected.
    pub of: u64,
    /// To how many it was done.
    pub done: u64,
    /// To whom, by their User IDs; the first [`DONE_NAMED`] of them. Scripts ask for the list.
    #[serde(skip)]
    pub done_rows: Vec<Text>,
    /// The mails that it queued, to be sent.
    #[serde(skip)]
    pub mails: Vec<MailId>,
    /// To which it was not, and why; the first [`REFUSED_NAMED`] of them.
    pub refused: Vec<RefusedRow>,
    /// How many more were refused beyond those named.
    pub refused_more: u64,
    /// Whether it was stopped before the end.
    pub stopped: bool,
    /// Why it ended before the end when nobody stopped it; what is done is done.
    pub failed: Option<String>,
}

/// A user to whom a deed was not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefusedRow {
    /// The user.
    pub id: UserId,
    /// The User ID; the number of a user that is gone.
    pub user_id: Text,
    /// The sentence.
    pub why: String,
}

/// Users in one commit at most: readers wait for no longer than that.
const CHUNK: usize = 100;

impl Outcome {
    fn of(count: usize) -> Self {
        Self {
            of: count as u64,
            done: 0,
            done_rows: Vec::new(),
            mails: Vec::new(),
            refused: Vec::new(),
            refused_more: 0,
            stopped: false,
            failed: None,
        }
    }

    /// How many users are behind, done or refused.
    pub fn behind(&self) -> u64 {
        self.done + self.refused.len() as u64 + self.refused_more
    }

    /// How many were not looked at, because it ended before.
    pub fn left(&self) -> u64 {
        self.of.saturating_sub(self.behind())
    }

    fn add(&mut self, chunk: Chunk) {
        self.done += chunk.done.len() as u64;
        self.mails.extend(chunk.mails);
        let room = DONE_NAMED.saturating_sub(self.done_rows.len());
        self.done_rows.extend(chunk.done.into_iter().take(room));
        for row in chunk.refused {
            if self.refused.len() < REFUSED_NAMED {
                self.refused.push(row);
            } else {
                self.refused_more += 1;
            }
        }
    }
}

/// What came of one commit.
#[derive(Debug, Default)]
struct Chunk {
    done: Vec<Text>,
    mails: Vec<MailId>,
    refused: Vec<RefusedRow>,
}

impl Chunk {
    fn refuse(&mut self, id: u64, user: Option<&User>, reason: Reason) {
        let user_id = user.map_or_else(|| Text::new(UserId(id).to_string()), User::user_id);
        let why = reason.of_one(&user_id);
        self.refused.push(RefusedRow { id: UserId(id), user_id, why });
    }
}

impl Desk {
    /// Does a deed to every selected user that it can be done to, at most 100 in a commit.
    ///
    /// `expect` is the number that was confirmed. Who may is decided for each user anew; one
    /// that can't be done is told with its reason, and the others go on.
    ///
    /// # Errors
    /// When another number is selected by now, the role may do it to nobody, or it failed
    /// before anything was done. A failure after that is told in the [`Outcome`].
    pub fn bulk(
        &self,
        who: &Session,
        deed: Deed,
        selection: &Selection,
        expect: u64,
        watch: &dyn Watch,
    ) -> Result<Outcome, DeskError> {
        self.expect_any(who, deed)?;
        let mut ids = self.selected(selection)?;
        if ids.len() as u64 != expect {
            return Err(other_count(ids.len() as u64, expect));
        }
        // In the order in which they lie on the disk, not in that of the list: neighbours share
        // a block there, and fewer blocks are written.
        ids.sort_unstable();
        let mut outcome = Outcome::of(ids.len());
        for chunk in ids.chunks(CHUNK) {
            if watch.stopped() {
                outcome.stopped = true;
                break;
            }
            match self.do_chunk(who, deed, chunk, &mut outcome) {
                Ok(()) => {}
                Err(error) if outcome.done == 0 => return Err(error),
                Err(error) => {
                    outcome.failed = Some(error.to_string());
                    break;
                }
            }
            watch.progress(outcome.behind(), Some(outcome.of));
        }
        Ok(outcome)
    }

    /// The numbers of the selected users, each once, in the order of the list.
    pub(super) fn selected(&self, selection: &Selection) -> Result<Vec<u64>, DeskError> {
        match selection {
            Selection::These(ids) => {
                let mut seen = HashSet::with_capacity(ids.len());
                Ok(ids.iter().map(|id| id.0).filter(|id| seen.insert(*id)).collect())
            }
            Selection::Matching { args, except } => {
                let mut ids = self.repo.numbers(&self.users_query(args)?)?;
                let except: HashSet<u64> = except.iter().map(|id| id.0).collect();
                ids.retain(|id| !except.contains(id));
                Ok(ids)
            }
        }
    }

    /// Refuses who may do that deed to no account at all; the role of who asks.
    pub(super) fn expect_any(&self, who: &Session, deed: Deed) -> Result<Role, DeskError> {
        let role = self.role_of(who)?;
        let any = [deed.ordinary(), Permission::ManagePrivilegedUsers, Permission::Administer];
        if any.into_iter().any(|permission| role.may(permission)) {
            return Ok(role);
        }
        Err(denied(role, deed.ordinary()))
    }

    /// Does a deed to some users in one commit; in two halves when others get in between over
    /// and over. What came of it goes to `outcome` at once: a half that is done stays told of
    /// when the other fails.
    fn do_chunk(
        &self,
        who: &Session,
        deed: Deed,
        ids: &[u64],
        outcome: &mut Outcome,
    ) -> Result<(), DeskError> {
        for _ in 0..ROUNDS {
            if let Some(chunk) = self.try_chunk(who, deed, ids)? {
                outcome.add(chunk);
                return Ok(());
            }
        }
        if let &[id] = ids {
            let user = self.repo.fetch::<User>(id)?.map(|it| it.value.user_id());
            let user_id = user.unwrap_or_else(|| Text::new(UserId(id).to_string()));
            let why = busy(UserId(id)).to_string();
            let refused = vec![RefusedRow { id: UserId(id), user_id, why }];
            outcome.add(Chunk { refused, ..Chunk::default() });
            return Ok(());
        }
        let (one, other) = ids.split_at(ids.len() / 2);
        self.do_chunk(who, deed, one, outcome)?;
        self.do_chunk(who, deed, other, outcome)
    }

    /// One try of a chunk; `None` when somebody got in between.
    fn try_chunk(
        &self,
        who: &Session,
        deed: Deed,
        ids: &[u64],
    ) -> Result<Option<Chunk>, DeskError> {
        let own = self.as_asked(who)?;
        let role = self.expect_any(who, deed)?;
        let (mut chunk, mut doable) = (Chunk::default(), Vec::new());
        let users = self.repo.fetch_many::<User>(ids)?;
        let mails = self.mails_to_decide(deed, &users)?;
        for (id, user) in ids.iter().zip(users) {
            let decided = match &user {
                None => Err(Reason::Gone),
                Some(user) => deed.decide(who.user(), role, &user.value, mails.of(&user.value)),
            };
            match (decided, user) {
                (Ok(after), Some(user)) => doable.push((user, after)),
                (Err(reason), user) => chunk.refuse(*id, user.map(|it| it.value).as_ref(), reason),
                (Ok(_), None) => {}
            }
        }
        let actor = actor_of(who, role);
        let changes = match deed {
            Deed::Invite => self.invite_changes(&actor, &doable, &mut chunk.mails)?,
            _ => self.chunk_changes(&actor, deed, &doable)?,
        };
        let Some(changes) = changes else { return Ok(Some(chunk)) };
        let changes = changes.guard(own.0, own.1);
        chunk.done = doable.iter().map(|(user, _)| user.value.user_id()).collect();
        match self.commit_raw(changes) {
            Ok(_) => Ok(Some(chunk)),
            Err(CommitError::Conflict(_)) => Ok(None),
            Err(CommitError::Taken { unique, owner }) => Err(self.taken(&unique, owner)),
            Err(CommitError::Store(error)) => Err(error.into()),
        }
    }

    /// Everything that a deed to some users writes, an entry of the trail for each of them.
    fn chunk_changes(
        &self,
        actor: &Actor,
        deed: Deed,
        doable: &[(Versioned<User>, Option<User>)],
    ) -> Result<Option<Changes>, DeskError> {
        let gone: Vec<&User> = doable
            .iter()
            .filter(|(_, after)| after.is_none())
            .map(|(user, _)| &user.value)
            .collect();
        let pasts = self.pasts(&gone)?;
        let gone: Vec<u64> = gone.iter().map(|it| it.id.0).collect();
        let mut factors = self.repo.fetch_many::<SecondFactor>(&gone)?.into_iter();
        let all = || doable.iter().map(|(user, _)| &user.value);
        let mut waiting = match deed {
            Deed::Disable => self.last_mails(all())?,
            _ => HashMap::new(),
        };
        let mut going: HashMap<UserId, Vec<Versioned<Mail>>> = HashMap::new();
        if deed == Deed::Delete {
            for mail in self.all_mails(all())? {
                going.entry(mail.value.user).or_default().push(mail);
            }
        }
        let mut changes: Option<Changes> = None;
        for (user, after) in doable {
            let past = pasts.get(&user.value.id);
            let mails = going.remove(&user.value.id).unwrap_or_default();
            let held = held_back(waiting.remove(&user.value.id));
            let after = after.clone().map(|it| match &held {
                Some(held) => held.noted(it),
                None => it,
            });
            let entry = match &after {
                Some(after) => AuditDraft::new(self.clock.now(), actor, deed.action())
                    .on(Key::new(Kind::User, after.id.0), user.value.user_id())
                    .changing(field_changes(&user.value, after)),
                None => self.deletion(actor, &user.value, past, &mails),
            };
            let with = match changes.take() {
                Some(changes) => changes.also(entry),
                None => Changes::new(entry),
            };
            let with = match held {
                Some(held) => held.written(with, actor, self.clock.now()),
                None => with,
            };
            changes = Some(match after {
                Some(after) => with.update(after, user.stamp),
                None => {
                    let factor = factors.next().flatten();
                    let with = forgetting(with, user.value.id, factor.as_ref());
                    let with = without_mails(with, &mails);
                    deleting(with, user, past.map(|it| &it.profile))
                }
            });
        }
        let Some(mut changes) = changes else { return Ok(None) };
        if matches!(deed, Deed::Unlock | Deed::Delete) {
            for throttle in self.waits_of_many(doable)? {
                changes =
                    changes.delete(Key::new(Kind::Throttle, throttle.value.slot), throttle.stamp);
            }
        }
        Ok(Some(changes))
    }

    /// The counters of failures of some users, each once: two users may share one.
    fn waits_of_many(
        &self,
        users: &[(Versioned<User>, Option<User>)],
    ) -> Result<Vec<Versioned<Throttle>>, DeskError> {
        let Some(key) = self.kept_slot_key()? else { return Ok(Vec::new()) };
        let mut slots = Vec::new();
        for (user, _) in users {
            // Each failure is counted in the account too: one that never changed has none.
            if user.stamp.version > 1 {
                slots.extend(self.slots_of(&key, &user.value)?);
            }
        }
        slots.sort_unstable();
        slots.dedup();
        self.waits_in(&slots)
    }
}

fn other_count(count: u64, expect: u64) -> DeskError {
    Problem::field(
        Code::WrongState,
        "expect",
        format!(
            "{count} users are selected by now, and not the {expect} that were confirmed; look again. Nothing was changed."
        ),
    )
    .into()
}
