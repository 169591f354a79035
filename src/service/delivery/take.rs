//! Taking mails up, and putting back what was not sent after all.

use crate::domain::audit::{Action, Actor, FieldChange};
use crate::domain::mail::{HeldReason, Mail, MailState};
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::domain::user::{PortalProfile, User};
use crate::store::{AuditDraft, Changes, Key, Kind, RepositoryExt, Stamp, Versioned};

use super::super::accounts::ROUNDS;
use super::super::invitations::ended;
use super::super::passwords::field_changes;
use super::super::{Desk, DeskError};
use super::{Deliver, Delivered, again};

/// Why a mail is cancelled that has nowhere to go.
const NO_EMAIL: &str = "the user has no email any more";

/// A mail that was taken up, as it was before.
#[derive(Debug, Clone)]
pub struct Taken {
    /// The mail as it lies in the store now: Sending.
    pub mail: Versioned<Mail>,
    /// How it stood before.
    pub before: MailState,
}

/// What becomes of a mail that is looked at.
enum Verdict {
    Take,
    Hold(HeldReason),
    /// It is beyond a limit until then.
    Wait(Timestamp),
    /// It has waited for too long.
    Expire,
    /// Its user has no email any more.
    Cancel,
}

/// A mail that moves, together with what its user shows of it.
pub struct Move {
    pub read: Versioned<Mail>,
    pub after: Mail,
    /// The user as it was read and as it is to be, when it changes.
    pub user: Option<(Versioned<User>, User)>,
    pub action: Action,
    pub note: Option<Text>,
    /// What the trail says of the user's fields.
    pub changes: Vec<FieldChange>,
}

impl Move {
    /// That mail as it is to be; its user, when there is one, shows what is wrong with it.
    pub fn new(
        read: Versioned<Mail>,
        after: Mail,
        user: Option<Versioned<User>>,
        action: Action,
    ) -> Self {
        Self { read, after, user: None, action, note: None, changes: Vec::new() }.showing(user)
    }

    /// With that remark in the trail.
    pub fn noting(self, note: impl Into<Text>) -> Self {
        Self { note: Some(note.into()), ..self }
    }

    /// With a user who is to be like that, but for what it shows of the mail.
    pub fn with_user(self, read: Versioned<User>, mut user: User) -> Self {
        if user.last_mail.is_none_or(|last| last == self.after.id) {
            user.invitation = self.after.state.trouble();
        }
        self.with_this_user(read, user)
    }

    /// With a user who is to be exactly like that.
    pub fn with_this_user(self, read: Versioned<User>, user: User) -> Self {
        let changes = field_changes(&read.value, &user);
        let changed = (user != read.value).then_some((read, user));
        Self { user: changed, changes, ..self }
    }

    fn showing(self, user: Option<Versioned<User>>) -> Self {
        match user {
            Some(read) => {
                let user = read.value.clone();
                self.with_user(read, user)
            }
            None => self,
        }
    }
}

impl Desk {
    /// Takes up those of the mails that are due and may go out, in one commit; the others are
    /// held, put off or ended in the same one.
    pub(super) fn take(
        &self,
        ids: &[u64],
        which: &Deliver,
        actor: &Actor,
        out: &mut Delivered,
    ) -> Result<Vec<Taken>, DeskError> {
        for _ in 0..ROUNDS {
            let now = self.clock.now();
            let moves = self.verdicts(ids, which, now)?;
            if moves.is_empty() {
                return Ok(Vec::new());
            }
            match self.write(actor, now, &moves) {
                Ok(Some(stamps)) => return Ok(taken(moves, &stamps, out)),
                Ok(None) => self.give_places_back(&moves)?,
                Err(error) => {
                    self.give_places_back(&moves)?;
                    return Err(error);
                }
            }
        }
        match ids.split_at(ids.len() / 2) {
            ([], _) => Ok(Vec::new()),
            (some, others) => {
                let mut taken = self.take(some, which, actor, out)?;
                taken.extend(self.take(others, which, actor, out)?);
                Ok(taken)
            }
        }
    }

    /// What becomes of each of those mails that is due.
    fn verdicts(
        &self,
        ids: &[u64],
        which: &Deliver,
        now: Timestamp,
    ) -> Result<Vec<Move>, DeskError> {
        let mails = self.repo.fetch_many::<Mail>(ids)?.into_iter().flatten();
        let due: Vec<Versioned<Mail>> =
            mails.filter(|it| is_due(&it.value, now) && which.takes(it.value.purpose)).collect();
        let users: Vec<u64> = due.iter().map(|it| it.value.user.0).collect();
        let profiles = self.repo.fetch_many::<PortalProfile>(&users)?;
        let users = self.repo.fetch_many::<User>(&users)?;
        let switches = self.switches()?;
        let policy = self.post.policy();
        let mut moves = Vec::new();
        for ((mail, user), profile) in due.into_iter().zip(users).zip(profiles) {
            // A deleted user's mails go with it; this one was read just before.
            let Some(user) = user else { continue };
            let mut after = renewed(&mail.value, &user.value, profile.map(|it| it.value));
            let verdict = match (&user.value.email, switches.holding(&user.value, after.site)) {
                _ if after.expires_at.is_some_and(|until| until <= now) => Verdict::Expire,
                (None, _) => Verdict::Cancel,
                (_, Some(reason)) => Verdict::Hold(reason),
                _ => self.with_limits(|it| match it.keep(&after.address, &policy, now) {
                    Ok(()) => Verdict::Take,
                    Err(until) => Verdict::Wait(until),
                })?,
            };
            let (action, note) = match verdict {
                Verdict::Take => {
                    after.state = MailState::Sending;
                    after.next_try_at = None;
                    after.handed_over_at = None;
                    (Action::MailTake, None)
                }
                Verdict::Hold(reason) => {
                    after.state = MailState::Held;
                    after.held = Some(reason);
                    (Action::InvitationHold, Some(Text::from(reason.words())))
                }
                Verdict::Wait(until) => {
                    after.next_try_at = Some(until);
                    (Action::MailTake, Some(Text::from("not sent yet: beyond a limit")))
                }
                Verdict::Expire => {
                    after = ended(after, MailState::Expired);
                    (Action::InvitationExpire, Some(Text::from("it waited for too long")))
                }
                Verdict::Cancel => {
                    after = ended(after, MailState::Cancelled);
                    (Action::InvitationCancel, Some(Text::from(NO_EMAIL)))
                }
            };
            let it = Move::new(mail, after, Some(user), action);
            moves.push(Move { note, ..it });
        }
        Ok(moves)
    }

    fn give_places_back(&self, moves: &[Move]) -> Result<(), DeskError> {
        self.with_limits(|limits| {
            for it in moves.iter().filter(|it| it.after.state == MailState::Sending) {
                limits.give_back(&it.after.address);
            }
        })
    }

    /// Commits moves, with an entry of the trail for those of one kind and remark; the stamps
    /// of the mails in their order, `None` when one of the records has moved meanwhile.
    pub(super) fn write(
        &self,
        actor: &Actor,
        now: Timestamp,
        moves: &[Move],
    ) -> Result<Option<Vec<Stamp>>, DeskError> {
        let mut entries: Vec<AuditDraft> = Vec::new();
        for it in moves {
            let same = |entry: &AuditDraft| entry.action == it.action && entry.note == it.note;
            let entry = match entries.iter().position(same) {
                Some(at) => entries.swap_remove(at),
                None => {
                    AuditDraft { note: it.note.clone(), ..AuditDraft::new(now, actor, it.action) }
                }
            };
            entries.push(on_both(entry, it).changing(it.changes.clone()));
        }
        let mut entries = entries.into_iter();
        let Some(first) = entries.next() else { return Ok(Some(Vec::new())) };
        let mut changes = entries.fold(Changes::new(first), Changes::also);
        // The mails first, so that their stamps are the first of those that come back.
        for it in moves {
            changes = changes.update(it.after.clone(), it.read.stamp);
        }
        for (read, user) in moves.iter().filter_map(|it| it.user.as_ref()) {
            changes = changes.update(user.clone(), read.stamp);
        }
        let done = again(self.commit_raw(changes))?;
        Ok(done.map(|done| done.stamps.into_iter().take(moves.len()).collect()))
    }

    /// Puts mails back that were taken up and not handed over, as they were before; those that
    /// somebody has moved since are left alone.
    pub(super) fn put_back(
        &self,
        taken: &[Taken],
        actor: &Actor,
        note: &str,
    ) -> Result<(), DeskError> {
        self.with_limits(|limits| {
            for it in taken {
                limits.give_back(&it.mail.value.address);
            }
        })?;
        self.move_all(taken, actor, |mail, before| {
            let after = Mail { state: before, ..mail };
            (after, Action::MailTake, Text::from(note))
        })
        .map(drop)
    }

    /// Moves mails that were taken up and are still Sending; the mails as they are then.
    pub(super) fn move_all(
        &self,
        taken: &[Taken],
        actor: &Actor,
        to: impl Fn(Mail, MailState) -> (Mail, Action, Text),
    ) -> Result<Vec<Mail>, DeskError> {
        let ids: Vec<u64> = taken.iter().map(|it| it.mail.value.id.0).collect();
        for _ in 0..ROUNDS {
            let mails = self.repo.fetch_many::<Mail>(&ids)?;
            let kept: Vec<(Versioned<Mail>, MailState)> = mails
                .into_iter()
                .zip(taken)
                .filter_map(|(mail, taken)| Some((mail?, taken.before)))
                .filter(|(mail, _)| is_untouched(&mail.value))
                .collect();
            let users: Vec<u64> = kept.iter().map(|(mail, _)| mail.value.user.0).collect();
            let users = self.repo.fetch_many::<User>(&users)?;
            let moves = kept.into_iter().zip(users).map(|((read, before), user)| {
                let (after, action, note) = to(read.value.clone(), before);
                Move::new(read, after, user, action).noting(note)
            });
            let moves: Vec<Move> = moves.collect();
            if self.write(actor, self.clock.now(), &moves)?.is_some() {
                return Ok(moves.into_iter().map(|it| it.after).collect());
            }
        }
        taken.first().map_or(Ok(Vec::new()), |it| Err(super::busy(it.mail.value.id)))
    }
}

/// An entry that is also about a mail, and about its user when it is more than a step on the
/// way.
fn on_both(entry: AuditDraft, it: &Move) -> AuditDraft {
    let mail = &it.after;
    let entry = entry.on(Key::new(Kind::Mail, mail.id.0), mail.id.to_string());
    if it.action.is_routine() && it.user.is_none() {
        return entry;
    }
    entry.on(Key::new(Kind::User, mail.user.0), mail.user_id.clone())
}

/// Those that were taken up, and the others counted.
fn taken(moves: Vec<Move>, stamps: &[Stamp], out: &mut Delivered) -> Vec<Taken> {
    let mut all = Vec::new();
    for (it, stamp) in moves.into_iter().zip(stamps) {
        let before = it.read.value.state;
        match it.after.state {
            MailState::Sending => {
                all.push(Taken { mail: Versioned { value: it.after, stamp: *stamp }, before });
            }
            MailState::Held => {
                out.held += 1;
                let why = it.after.held.map_or("", HeldReason::words);
                out.say_of(&it.after, format_args!("held: {why}"));
            }
            MailState::Queued | MailState::Retrying => out.waiting += 1,
            MailState::Expired => {
                out.failed += 1;
                out.say_of(&it.after, "expired: it waited for too long");
            }
            _ => {
                out.failed += 1;
                out.say_of(&it.after, format_args!("cancelled: {NO_EMAIL}"));
            }
        }
    }
    all
}

/// The mail with what its user is called and reached by now, and where it belongs.
fn renewed(mail: &Mail, user: &User, profile: Option<PortalProfile>) -> Mail {
    let (company, site) = profile
        .map_or((mail.company, mail.site), |it| (it.primary().or(mail.company), it.home_site));
    Mail {
        name: user.label(),
        user_id: user.user_id(),
        address: user.email.clone().unwrap_or_else(|| mail.address.clone()),
        company,
        site,
        ..mail.clone()
    }
}

/// Whether it waits and its time has come. A time that was reckoned while the clock was ahead
/// is not waited for: the last try lies in the future then, or it would be too old by that time.
pub fn is_due(mail: &Mail, now: Timestamp) -> bool {
    let waits = matches!(mail.state, MailState::Queued | MailState::Retrying);
    let is_ahead = |at: Timestamp| {
        mail.last_try().is_some_and(|it| it.at > now) || mail.expires_at.is_some_and(|end| at > end)
    };
    waits && mail.next_try_at.is_none_or(|at| at <= now || is_ahead(at))
}

/// Whether it was taken up and nothing of it went out.
fn is_untouched(mail: &Mail) -> bool {
    mail.state == MailState::Sending && mail.handed_over_at.is_none()
}
