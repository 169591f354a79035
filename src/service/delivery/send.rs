//! The line of mails that go out one after the other over one connection.

use crate::domain::activation::{TOKEN_BYTES, new_token, token_hash};
use crate::domain::audit::{Action, Actor};
use crate::domain::mail::{Carries, HeldReason, Mail, MailState};
use crate::domain::secret::Secret;
use crate::domain::text::Text;
use crate::domain::time::{MINUTE, Timestamp};
use crate::domain::user::{PasswordHash, User};
use crate::store::{RepositoryExt, Versioned};

use super::super::invitations::ended;
use super::super::post::{Carrier, Delivery, Enclosed, Head};
use super::super::sealing::SealError;
use super::super::{Desk, DeskError};
use super::hand_over::Handed;
use super::mint::Mint;
use super::take::Taken;
use super::{Deliver, Delivered, LEFT_ALONE};

/// After how long a letter is tried again that could not be written, in milliseconds.
const WRITTEN_AGAIN: i64 = 5 * MINUTE;

/// What the trail says of mails that were taken up and not sent, because nobody waits for it.
const STOPPED: &str = "put back: it was stopped";

/// What a mail makes valid when it is handed over.
#[derive(Debug, Clone)]
pub enum Valid {
    /// A password: its hash, or none when the user has it already.
    Password(Option<PasswordHash>),
    /// A link: the hash of its token.
    Link([u8; 32]),
}

/// A mail that is ready to go.
pub struct Ready {
    pub taken: Taken,
    /// Its user when the letter was written.
    pub user: Versioned<User>,
    pub valid: Valid,
    pub carries: Carries,
    /// Until when that can be used.
    pub until: Timestamp,
    /// All of the mail, head and all.
    composed: Secret,
}

/// Why a mail that was taken up does not go out now.
pub enum NotNow {
    /// Somebody has moved it since, or its user is gone.
    Moved,
    /// Its user may not be written to now.
    Hold(HeldReason),
    /// Its user is reached elsewhere by now: it is taken up anew.
    Elsewhere,
    /// Staff have set the user's password since.
    Overtaken,
    /// It can't be written: something is to be mended in the configuration.
    Unwritten(String),
    /// It can't ever be sent.
    Impossible(String),
}

/// A connection, and whether a mail has gone over it.
struct Connection {
    carrier: Box<dyn Carrier>,
    used: bool,
}

/// Mails going out one after the other.
pub struct Line<'a> {
    pub desk: &'a Desk,
    pub which: &'a Deliver,
    pub actor: Actor,
    mint: Mint,
    connection: Option<Connection>,
    /// Whether the server was left in the middle of a mail, which is as it was taken up.
    left: bool,
}

impl<'a> Line<'a> {
    /// A line of no more than `wanted` mails.
    pub fn new(desk: &'a Desk, which: &'a Deliver, wanted: usize, actor: Actor) -> Self {
        Self { desk, which, actor, mint: Mint::new(desk, wanted), connection: None, left: false }
    }

    /// Takes up those of some mails that are due, and sends them. `tell` is told how many are
    /// behind, and says whether to stop; what is not handed over by then is put back.
    ///
    /// # Errors
    /// When the store fails; what was taken up is put back by whoever delivers next.
    pub fn send_batch(
        &mut self,
        ids: &[u64],
        out: &mut Delivered,
        tell: &mut dyn FnMut(u64) -> bool,
    ) -> Result<(), DeskError> {
        let taken = self.desk.take(ids, self.which, &self.actor, out)?;
        let others = ids.len() - taken.len();
        for (at, it) in taken.iter().enumerate() {
            if tell((others + at) as u64) {
                out.stopped = true;
                return self.desk.put_back(&taken[at..], &self.actor, STOPPED);
            }
            if let Err(reason) = self.connect() {
                // Who is stopped while the server is waited for has not tried.
                if tell((others + at) as u64) {
                    out.stopped = true;
                    return self.desk.put_back(&taken[at..], &self.actor, STOPPED);
                }
                return self.not_reached(&taken[at..], &reason, out);
            }
            if let Err(error) = self.send(it, out) {
                return Err(self.desk.freed(&taken[at + 1..], error));
            }
            if self.left {
                out.stopped = true;
                return self.desk.put_back(&taken[at..], &self.actor, STOPPED);
            }
        }
        Ok(())
    }

    /// Opens a connection unless there is one that can still be used.
    fn connect(&mut self) -> Result<(), String> {
        if self.is_open() {
            return Ok(());
        }
        // The old one first: a server may let in no more than one.
        self.connection = None;
        let carrier = self.desk.post.connect()?;
        self.connection = Some(Connection { carrier, used: false });
        self.desk.leave_alone(None);
        Ok(())
    }

    /// The server is not reached: what was taken up is tried again later, nothing else is.
    fn not_reached(
        &self,
        taken: &[Taken],
        reason: &str,
        out: &mut Delivered,
    ) -> Result<(), DeskError> {
        out.broke = Some(Text::new(reason));
        self.desk.leave_alone(Some(self.desk.clock.now().plus_millis(LEFT_ALONE)));
        self.desk.put_off(taken, &self.actor, &Text::new(reason), out)
    }

    fn send(&mut self, taken: &Taken, out: &mut Delivered) -> Result<(), DeskError> {
        let desk = self.desk;
        let freed = |error| desk.freed(std::slice::from_ref(taken), error);
        let ready = match self.prepare(taken).map_err(freed)? {
            Ok(ready) => ready,
            Err(why) => return desk.not_now(taken, why, &self.actor, out),
        };
        let was_used = self.connection.as_ref().is_some_and(|it| it.used);
        let (mut delivery, mut handed) = self.carry(&ready).map_err(freed)?;
        // A server may close a connection after so many mails: that says nothing of this one.
        let closed = matches!(delivery, Delivery::Deferred(_)) && handed.is_none();
        if closed && was_used && !self.is_open() && self.connect().is_ok() {
            (delivery, handed) = self.carry(&ready).map_err(freed)?;
        }
        if self.left {
            return Ok(());
        }
        desk.settle(self, &ready, handed, delivery, out)
    }

    fn is_open(&self) -> bool {
        self.connection.as_ref().is_some_and(|it| it.carrier.is_open())
    }

    /// Hands a mail to the server: what came of it, and what became valid by it.
    fn carry(&mut self, ready: &Ready) -> Result<(Delivery, Option<Handed>), DeskError> {
        let Some(connection) = &mut self.connection else {
            return Ok((Delivery::Deferred(Text::from("there is no connection")), None));
        };
        let (mut handed, mut asked) = (Ok(None), false);
        let (desk, actor) = (self.desk, &self.actor);
        let delivery = connection.carrier.send(
            ready.taken.mail.value.address.raw(),
            &ready.composed,
            &mut || {
                asked = true;
                handed = desk.hand_over(ready, actor);
                matches!(handed, Ok(Some(_)))
            },
        );
        connection.used = true;
        self.left = delivery == Delivery::Withheld && !asked;
        Ok((delivery, handed?))
    }

    /// Makes what the mail carries and writes it, unless there is a reason against it by now.
    fn prepare(&mut self, taken: &Taken) -> Result<Result<Ready, NotNow>, DeskError> {
        let (desk, mail) = (self.desk, &taken.mail.value);
        let user = match desk.still_due(taken)? {
            Ok(user) => user,
            Err(why) => return Ok(Err(why)),
        };
        let policy = desk.post.policy();
        let until = desk.clock.now().plus_millis(policy.valid_for);
        let (enclosed, valid) = match policy.carries {
            Carries::ActivationLink => {
                let mut random = [0; TOKEN_BYTES];
                desk.clock.random(&mut random)?;
                let token = new_token(random);
                let hash = token_hash(&token);
                (Enclosed::Token(token), Valid::Link(hash))
            }
            Carries::TemporaryPassword => match desk.typed_password(mail, &user.value) {
                Ok(Some(typed)) => (Enclosed::Password(typed), Valid::Password(None)),
                Ok(None) => {
                    let (secret, hash) = self.mint.next()?;
                    (Enclosed::Password(secret), Valid::Password(Some(hash)))
                }
                Err(error @ SealError::Damaged) => {
                    return Ok(Err(NotNow::Impossible(error.of_mail())));
                }
                Err(error) => return Ok(Err(NotNow::Unwritten(error.of_mail()))),
            },
        };
        let letter = desk.letter_of(mail, policy.carries, until, Some(enclosed))?;
        let written = match desk.post.write(&letter) {
            Ok(written) => written,
            Err(why) => return Ok(Err(NotNow::Unwritten(why))),
        };
        let head = Head {
            message_id: mail.message_id.clone(),
            name: mail.name.clone(),
            address: mail.address.clone(),
            date: desk.clock.now(),
        };
        let composed = match desk.post.compose(&head, &written) {
            Ok(composed) => composed,
            Err(why) => return Ok(Err(NotNow::Impossible(why))),
        };
        let (taken, carries) = (taken.clone(), policy.carries);
        Ok(Ok(Ready { taken, user, valid, carries, until, composed }))
    }
}

impl Desk {
    /// Gives the places back of mails that were taken up and not sent because of that error.
    fn freed(&self, taken: &[Taken], error: DeskError) -> DeskError {
        let done = self.with_limits(|limits| {
            for it in taken {
                limits.give_back(&it.mail.value.address);
            }
        });
        done.err().unwrap_or(error)
    }

    /// The user of a mail that was taken up, unless there is a reason against sending by now.
    pub(super) fn still_due(
        &self,
        taken: &Taken,
    ) -> Result<Result<Versioned<User>, NotNow>, DeskError> {
        let mail = &taken.mail;
        let now = self.repo.fetch::<Mail>(mail.value.id.0)?;
        if now.is_none_or(|it| it.stamp.version != mail.stamp.version) {
            return Ok(Err(NotNow::Moved));
        }
        let Some(user) = self.repo.fetch::<User>(mail.value.user.0)? else {
            return Ok(Err(NotNow::Moved));
        };
        let held = self.switches()?.holding(&user.value, mail.value.site);
        Ok(if let Some(reason) = held {
            Err(NotNow::Hold(reason))
        } else if user.value.email.as_ref() != Some(&mail.value.address) {
            Err(NotNow::Elsewhere)
        } else {
            Ok(user)
        })
    }

    /// The password that staff typed for the user, when the mail carries one.
    fn typed_password(&self, mail: &Mail, user: &User) -> Result<Option<Secret>, SealError> {
        // Without a password the user has not the one that is sealed.
        if user.password_hash.is_none() {
            return Ok(None);
        }
        self.sealed_password(mail)
    }

    /// Moves a mail that does not go out now to where it waits, or ends.
    pub(super) fn not_now(
        &self,
        taken: &Taken,
        why: NotNow,
        actor: &Actor,
        out: &mut Delivered,
    ) -> Result<(), DeskError> {
        let mail = &taken.mail.value;
        self.with_limits(|limits| limits.give_back(&mail.address))?;
        let now = self.clock.now();
        let one = std::slice::from_ref(taken);
        let moved = match &why {
            NotNow::Moved => Vec::new(),
            NotNow::Hold(reason) => self.move_all(one, actor, |mail, _| {
                let after = Mail { state: MailState::Held, held: Some(*reason), ..mail };
                (after, Action::InvitationHold, Text::from(reason.words()))
            })?,
            NotNow::Elsewhere => self.move_all(one, actor, |mail, before| {
                let after = Mail { state: before, ..mail };
                (after, Action::MailTake, Text::from("put back: the address changed"))
            })?,
            NotNow::Overtaken => self.move_all(one, actor, |mail, _| {
                let after = ended(mail, MailState::Cancelled);
                (after, Action::InvitationCancel, Text::from("the password was set meanwhile"))
            })?,
            NotNow::Unwritten(why) => self.move_all(one, actor, |mail, before| {
                let next = now.plus_millis(WRITTEN_AGAIN);
                // No try: the server was not asked, and its patience is not used up.
                let after = Mail { state: before, next_try_at: Some(next), ..mail };
                (after.noted(now, why.as_str()), Action::MailRetry, Text::from(why.as_str()))
            })?,
            NotNow::Impossible(why) => self.move_all(one, actor, |mail, _| {
                let after = Mail { state: MailState::Failed, ..mail.tried(now, why.as_str()) };
                (after, Action::MailFailed, Text::from(why.as_str()))
            })?,
        };
        match (moved.first(), why) {
            (None, _) => out.say_of(mail, "was taken back meanwhile"),
            (Some(_), NotNow::Moved) => {}
            (Some(it), NotNow::Hold(reason)) => {
                out.held += 1;
                out.say_of(it, format_args!("held: {}", reason.words()));
            }
            (Some(it), NotNow::Elsewhere) => {
                out.waiting += 1;
                out.say_of(it, "the address changed; it goes to the new one");
            }
            (Some(it), NotNow::Overtaken) => {
                out.say_of(it, "cancelled: the password was set meanwhile");
            }
            (Some(it), NotNow::Unwritten(why)) => {
                out.waiting += 1;
                out.say_of(it, why);
            }
            (Some(it), NotNow::Impossible(why)) => {
                out.failed += 1;
                out.say_of(it, why);
            }
        }
        Ok(())
    }
}
