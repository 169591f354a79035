//! Sign-in to the console and to commands: staff, Portal Admin and Super User accounts.
//!
//! Owns which accounts may come in here and what a right password leads to. How a try is
//! counted and told is the affair of `attempt`.

use crate::domain::factor::Factor;
use crate::domain::id::UserId;
use crate::domain::login::{Door, LoginOutcome};
use crate::domain::secret::Secret;
use crate::domain::text::Text;
use crate::domain::time::{MINUTE, Timestamp};
use crate::domain::user::{PasswordHash, User, UserStatus};

use super::acceptance::MailEnd;
use super::attempt::{Claim, Credentials, Refusal, Try};
use super::ruling::{Answer, FactorPut, Ruling};
use super::second_factor::{EnrolLeave, Gate};
use super::session::Origin;
use super::{Desk, DeskError, Session};

/// The one sentence for unknown, wrong and locked.
pub(super) const REFUSED: &str = "That name and password don't go together, or the account is locked; try again, or ask a Security Administrator for a new password.";

/// The same for who is signed in and proves it once more.
pub(super) const NOT_YOURS: &str = "That is not your password, or your account is locked; try again, or ask a colleague who may for a new password.";

/// The sentence for a password that came by mail and is too old.
const EXPIRED: &str =
    "This password has expired; ask a Security Administrator for a new invitation.";

/// How long a first password may be changed after the sign-in that asked for it.
const FIRST_CHANGE_WITHIN: i64 = 10 * MINUTE;

/// What came of a sign-in.
#[derive(Debug)]
pub enum SignIn {
    /// Signed in.
    SignedIn(Session),
    /// The password is right; the code is asked for: sign in again with both.
    NeedsCode {
        /// What makes the code.
        factor: Factor,
        /// The User ID, as shown.
        user_id: Text,
    },
    /// The password is right; a second factor has to be set up first.
    NeedsEnrolment(EnrolLeave),
    /// Right, but a new password has to be chosen first.
    MustChange(FirstChange),
    /// Not let in.
    Refused(Refusal),
}

/// Leave to choose a new password once: see [`Desk::change_first_password`].
#[derive(Debug, Clone)]
pub struct FirstChange {
    pub(super) user: UserId,
    user_id: Text,
    pub(super) door: Door,
    pub(super) origin: Origin,
    /// The hash of the password that gave this leave; another one since ends it.
    pub(super) proven: PasswordHash,
    /// The second factor that was shown besides; another one since ends it.
    factor: (Option<Factor>, Option<Timestamp>),
    given: Timestamp,
}

impl FirstChange {
    /// Leave for who has just shown all that `user` asks for.
    pub(super) fn new(
        user: &User,
        proven: &PasswordHash,
        door: Door,
        origin: &Origin,
        given: Timestamp,
    ) -> Self {
        Self {
            user: user.id,
            user_id: user.user_id(),
            door,
            origin: origin.clone(),
            proven: proven.clone(),
            factor: (user.second_factor, user.factor_enrolled_at),
            given,
        }
    }

    /// The User ID, as shown.
    pub fn user_id(&self) -> &Text {
        &self.user_id
    }

    /// Whether it is still good for this account as it is now.
    pub(super) fn holds_for(&self, user: &User, now: Timestamp) -> bool {
        user.status == UserStatus::Active
            && user.must_change_password
            && user.password_hash.as_ref() == Some(&self.proven)
            && (user.second_factor, user.factor_enrolled_at) == self.factor
            && now.millis_since(self.given) < FIRST_CHANGE_WITHIN
    }
}

impl Desk {
    /// Signs in to the console or for a command.
    ///
    /// Takes as long for unknown names as for known ones. Password and code are looked at in
    /// one try; a code asked for clears nothing. Success clears the failures at this door, and
    /// hashes the password anew when hashes cost more by now.
    ///
    /// # Errors
    /// When name or password is missing, or the store or the machine fails; who is not let
    /// in gets [`SignIn::Refused`].
    pub fn sign_in(
        &self,
        shown: &Credentials<'_>,
        door: Door,
        origin: &Origin,
    ) -> Result<SignIn, DeskError> {
        let it = at_console(Claim::Name(shown.name), shown.password, door, origin);
        self.enter(&it, shown.code, None)
    }

    /// Lets the person of a locked console in again, under the same rules as a sign-in.
    ///
    /// # Errors
    /// As [`Desk::sign_in`].
    pub fn reauthenticate(
        &self,
        who: &Session,
        password: &Secret,
        code: Option<&Secret>,
    ) -> Result<SignIn, DeskError> {
        let claim = Claim::Account(who.user(), who.user_id());
        let it = at_console(claim, password, Door::Console, who.origin());
        self.enter(&it, code, Some("console unlocked"))
    }

    fn enter(
        &self,
        it: &Try<'_>,
        code: Option<&Secret>,
        note: Option<&'static str>,
    ) -> Result<SignIn, DeskError> {
        let answer = self.attempt(it, |user| {
            let ruling = self.rule_on_console(user, it, code)?;
            Ok(Ruling { note: ruling.note.or(note), ..ruling })
        })?;
        Ok(match answer {
            Answer::Granted(sign_in) => sign_in,
            Answer::Refused(refusal) => SignIn::Refused(refusal),
        })
    }

    /// What the right password of `user` leads to at the console.
    fn rule_on_console(
        &self,
        user: &User,
        it: &Try<'_>,
        code: Option<&Secret>,
    ) -> Result<Ruling<SignIn>, DeskError> {
        let Some(proven) = &user.password_hash else {
            return Ok(Ruling::refuse(LoginOutcome::Pending, REFUSED));
        };
        let now = self.clock.now();
        if let Some(refusal) = not_for_console(user, now) {
            return Ok(refusal);
        }
        let used = match self.gate(user, code)? {
            Gate::Open(used) => used,
            Gate::NeedsCode(factor) => {
                let answer = SignIn::NeedsCode { factor, user_id: user.user_id() };
                return Ok(Ruling::ask(LoginOutcome::SecondFactor, answer));
            }
            Gate::NeedsEnrolment => {
                let leave = EnrolLeave::new(user, proven, it.door, it.origin, now);
                let answer = SignIn::NeedsEnrolment(leave);
                return Ok(Ruling::ask(LoginOutcome::SecondFactor, answer));
            }
            Gate::Shut(refusal) => return Ok(refusal.into()),
        };
        if user.must_change_password {
            let answer =
                SignIn::MustChange(FirstChange::new(user, proven, it.door, it.origin, now));
            let ruling = Ruling::grant(user.clone(), LoginOutcome::MustChange, answer);
            return Ok(ruling.writing(used));
        }
        let (user, end) = self.arrived(user, it.password, now)?;
        let left = used.as_ref().and_then(FactorPut::recovery_left);
        let session = Session::begin(&user, it.origin.clone(), now).leaving(left);
        let answer = SignIn::SignedIn(session);
        Ok(Ruling::grant(user, LoginOutcome::Ok, answer).writing(used).ending(end))
    }

    /// The account after a sign-in that went through, and how its mail ends with it.
    pub(super) fn arrived(
        &self,
        user: &User,
        password: &Secret,
        now: Timestamp,
    ) -> Result<(User, Option<MailEnd>), DeskError> {
        let end = self.arriving(user)?;
        let mut user = user.clone();
        if end.is_some() {
            user.invitation = None;
        }
        user.last_login_at = Some(now);
        if user.password_hash.as_ref().is_some_and(|hash| self.hasher.is_outdated(hash)) {
            user.password_hash = Some(self.hasher.hash(password, &*self.clock)?);
        }
        Ok((user, end))
    }
}

/// A try of a password at the console or by a command.
pub(super) fn at_console<'a>(
    claim: Claim<'a>,
    password: &'a Secret,
    door: Door,
    origin: &'a Origin,
) -> Try<'a> {
    let refusal = match claim {
        Claim::Name(_) => REFUSED,
        Claim::Account(..) | Claim::Nobody => NOT_YOURS,
    };
    Try { claim, password, door, origin, place: &origin.host, refusal }
}

/// The refusal of an account whose password was right and that may not come in all the same.
pub(super) fn not_for_console<T>(user: &User, now: Timestamp) -> Option<Ruling<T>> {
    if user.status == UserStatus::Disabled {
        return Some(Ruling::refuse(
            LoginOutcome::Disabled,
            format!("{} is disabled; ask a Security Administrator to enable it.", user.user_id()),
        ));
    }
    if !user.role.uses_console() {
        return Some(Ruling::refuse(
            LoginOutcome::WrongDoor,
            format!(
                "{} is an account for the portal, not for this console; sign in at the portal.",
                user.user_id()
            ),
        ));
    }
    user.is_password_over(now).then(|| Ruling::refuse(LoginOutcome::PasswordExpired, EXPIRED))
}
