//! What came of a mail: kept with it, and where it did not go out, its user is as before.

use crate::domain::audit::{Action, Actor};
use crate::domain::mail::{Mail, MailState, next_try};
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::domain::user::{User, UserStatus};
use crate::store::{RepositoryExt, Versioned};

use super::super::accounts::ROUNDS;
use super::super::post::Delivery;
use super::super::{Desk, DeskError};
use super::hand_over::{Handed, is_same_account};
use super::send::{Line, NotNow, Ready};
use super::take::{Move, Taken};
use super::{Delivered, busy};

/// Mails that were sent and get a line in the log; with more of them the counts tell, and what
/// went wrong has the room.
const SENT_TOLD: u64 = 20;

impl Desk {
    /// Keeps what came of a mail.
    pub(super) fn settle(
        &self,
        line: &Line<'_>,
        ready: &Ready,
        handed: Option<Handed>,
        delivery: Delivery,
        out: &mut Delivered,
    ) -> Result<(), DeskError> {
        let id = ready.taken.mail.value.id;
        // What was withheld gives its place back when it moves to where it belongs.
        if matches!(delivery, Delivery::Refused(_) | Delivery::Deferred(_)) {
            let address = &ready.taken.mail.value.address;
            self.with_limits(|limits| limits.give_back(address))?;
        }
        for _ in 0..ROUNDS {
            let Some(mail) = self.repo.fetch::<Mail>(id.0)? else {
                return self.of_nobody(ready, &delivery, out);
            };
            let user = self.repo.fetch::<User>(mail.value.user.0)?;
            let Some(step) = self.outcome(line, ready, handed.as_ref(), &delivery, mail, user)?
            else {
                return self.withheld(line, ready, out);
            };
            let now = self.clock.now();
            if self.write(&line.actor, now, std::slice::from_ref(&step))?.is_some() {
                tell(&step.after, &delivery, out);
                return Ok(());
            }
        }
        Err(busy(id))
    }

    /// How the mail stands after that, and its user; `None` when nothing was handed over
    /// because there was a reason not to.
    fn outcome(
        &self,
        line: &Line<'_>,
        ready: &Ready,
        handed: Option<&Handed>,
        delivery: &Delivery,
        mail: Versioned<Mail>,
        user: Option<Versioned<User>>,
    ) -> Result<Option<Move>, DeskError> {
        let now = self.clock.now();
        let (words, action) = match delivery {
            Delivery::Accepted(words) => (words, Action::MailSent),
            Delivery::Unknown(words) => (words, Action::MailUnknown),
            Delivery::Refused(words) => (words, Action::MailFailed),
            Delivery::Deferred(words) => (words, Action::MailRetry),
            Delivery::Withheld => return Ok(None),
        };
        let is_out = matches!(delivery, Delivery::Accepted(_) | Delivery::Unknown(_));
        let is_ours = mail.value.state == MailState::Sending;
        let mut after = mail.value.clone().tried(now, words.clone());
        after.handed_over_at = None;
        if is_out {
            after.sent_at = Some(now);
            after.sealed_secret = None;
            after.run = line.which.run();
        } else {
            let before = &ready.taken.mail.value;
            after.carries = before.carries;
            after.token_hash = before.token_hash;
            after.expires_at = before.expires_at;
        }
        // What somebody has made of it since stays: cancelled, superseded, accepted.
        let action = if is_ours { self.state_after(&mut after, delivery, now)? } else { action };
        let restored = user.map(|read| {
            let handed = handed.filter(|_| !is_out);
            let user = handed.map_or_else(|| read.value.clone(), |it| restored(&read.value, it));
            (read, user)
        });
        let step = Move::new(mail, after, None, action).noting(words.raw());
        Ok(Some(match restored {
            Some((read, user)) if is_ours => step.with_user(read, user),
            Some((read, user)) => step.with_this_user(read, user),
            None => step,
        }))
    }

    /// Sets the state of a mail that was Sending until now; what that is called in the trail.
    fn state_after(
        &self,
        mail: &mut Mail,
        delivery: &Delivery,
        now: Timestamp,
    ) -> Result<Action, DeskError> {
        Ok(match delivery {
            Delivery::Accepted(_) => {
                mail.state = MailState::Sent;
                Action::MailSent
            }
            Delivery::Unknown(_) => {
                mail.state = MailState::Unknown;
                Action::MailUnknown
            }
            Delivery::Refused(_) | Delivery::Withheld => {
                mail.state = MailState::Failed;
                Action::MailFailed
            }
            Delivery::Deferred(_) => self.put_off_one(mail, now)?,
        })
    }

    /// Puts off a mail that was tried just now, or gives it up.
    fn put_off_one(&self, mail: &mut Mail, now: Timestamp) -> Result<Action, DeskError> {
        let mut chance = [0; 2];
        self.clock.random(&mut chance)?;
        let (tries, first) = (mail.tries, mail.first_try_at.unwrap_or(now));
        let chance = u16::from_le_bytes(chance);
        mail.next_try_at = next_try(mail.purpose, tries, first, now, chance);
        let (state, action) = match mail.next_try_at {
            None => (MailState::Failed, Action::MailFailed),
            Some(_) if mail.purpose.waits_for_job() => (MailState::Queued, Action::MailRetry),
            Some(_) => (MailState::Retrying, Action::MailRetry),
        };
        mail.state = state;
        Ok(action)
    }

    /// Puts off all of some mails that were taken up: the server was not reached.
    pub(super) fn put_off(
        &self,
        taken: &[Taken],
        actor: &Actor,
        reason: &Text,
        out: &mut Delivered,
    ) -> Result<(), DeskError> {
        self.with_limits(|limits| {
            for it in taken {
                limits.give_back(&it.mail.value.address);
            }
        })?;
        let now = self.clock.now();
        // Drawn before, because what decides about a mail may be asked again.
        let mut chances = Vec::with_capacity(taken.len());
        for it in taken {
            let mut mail = it.mail.value.clone().tried(now, reason.clone());
            let action = self.put_off_one(&mut mail, now)?;
            chances.push((mail, action));
        }
        let moved = self.move_all(taken, actor, |mail, before| {
            let decided = chances.iter().find(|(it, _)| it.id == mail.id);
            match decided {
                Some((after, action)) => (after.clone(), *action, reason.clone()),
                None => (Mail { state: before, ..mail }, Action::MailTake, reason.clone()),
            }
        })?;
        for mail in &moved {
            if mail.state == MailState::Failed {
                out.failed += 1;
                out.say_of(mail, format_args!("given up: {}", reason.raw()));
            } else {
                out.waiting += 1;
            }
        }
        Ok(())
    }

    /// A mail was not handed over because there was a reason not to: what it is, and where the
    /// mail belongs.
    fn withheld(
        &self,
        line: &Line<'_>,
        ready: &Ready,
        out: &mut Delivered,
    ) -> Result<(), DeskError> {
        let why = match self.still_due(&ready.taken)? {
            Err(why) => why,
            Ok(now) if is_same_account(&ready.user.value, &now.value) => NotNow::Elsewhere,
            Ok(_) => NotNow::Overtaken,
        };
        self.not_now(&ready.taken, why, &line.actor, out)
    }

    /// The mail was deleted with its user while it was on its way.
    fn of_nobody(
        &self,
        ready: &Ready,
        delivery: &Delivery,
        out: &mut Delivered,
    ) -> Result<(), DeskError> {
        let words = match delivery {
            Delivery::Accepted(_) => {
                out.sent += 1;
                "sent; its user was deleted meanwhile"
            }
            _ => "its user was deleted meanwhile",
        };
        out.say_of(&ready.taken.mail.value, words);
        Ok(())
    }
}

/// The user without what a mail made valid that did not go out; as it is now, when that was a
/// link, which changes nothing of the user, or somebody has given it another way in since.
fn restored(now: &User, handed: &Handed) -> User {
    let Handed { before, after, .. } = handed;
    if before == after || !is_same_password(now, after) {
        return now.clone();
    }
    let was_pending = before.status == UserStatus::Pending && now.status == UserStatus::Active;
    User {
        password_hash: before.password_hash.clone(),
        password_set_at: before.password_set_at,
        must_change_password: before.must_change_password,
        temporary_until: before.temporary_until,
        failed_count: before.failed_count.saturating_add(now.failed_count),
        throttled_until: now.throttled_until.or(before.throttled_until),
        status: if was_pending { UserStatus::Pending } else { now.status },
        ..now.clone()
    }
}

fn is_same_password(one: &User, other: &User) -> bool {
    one.password_hash == other.password_hash && one.password_set_at == other.password_set_at
}

/// Counts what came of a mail, and tells of it when people may have to see to it.
fn tell(mail: &Mail, delivery: &Delivery, out: &mut Delivered) {
    match delivery {
        Delivery::Accepted(words) => {
            out.sent += 1;
            if out.sent <= SENT_TOLD {
                out.say_of(mail, format_args!("sent: {}", words.raw()));
            }
        }
        Delivery::Unknown(words) => {
            out.unknown += 1;
            out.say_of(mail, format_args!("nobody knows whether it went out: {}", words.raw()));
        }
        Delivery::Deferred(words) if mail.state.is_waiting() => {
            out.waiting += 1;
            out.say_of(mail, format_args!("put off: {}", words.raw()));
        }
        Delivery::Refused(words) | Delivery::Deferred(words) => {
            out.failed += 1;
            out.say_of(mail, words.raw());
        }
        Delivery::Withheld => {}
    }
}
