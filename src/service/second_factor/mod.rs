//! Second factors: whether a code is right, setting one up, and looking after other people's.
//!
//! What codes are made of is sealed under a key outside the store. A code is accepted once:
//! its step, and all before it, are used up in the commit that lets its person in. A factor
//! that is set up for an account but not yet by its person lets nobody in before it is.
//! Recovery codes are kept as hashes, shown once, and good once each, without the key too.

mod enrol;
mod own;

use crate::domain::audit::Action;
use crate::domain::factor::{Factor, SecondFactor};
use crate::domain::id::UserId;
use crate::domain::login::LoginOutcome;
use crate::domain::problem::{Code, Problem};
use crate::domain::secret::Secret;
use crate::domain::totp::{Seed, is_app_code};
use crate::domain::user::{User, UserKind};
use crate::store::{Changes, Key, Kind, RepositoryExt, Stamp, Versioned};

use super::attempt::Refusal;
use super::ruling::{FactorPut, Ruling};
use super::sealing::{SealError, owner};
use super::user_views::UserView;
use super::{Desk, DeskError, Session};

pub use enrol::{EnrolLeave, Enrolled, EnrolmentOffer, RecoveryCodes};
pub use own::OwnFactor;

/// Why nobody can have codes by email yet.
const NO_MAIL: &str = "Codes by email can't be had yet; choose the authenticator app, or none.";
/// The sentence for a wrong or used code.
const WRONG_CODE: &str = "That code is wrong or was used before; type the one that the app shows now, or a recovery code.";

/// What came of something that the password, and the code where there is one, had to prove.
#[derive(Debug)]
pub enum Proven<T> {
    /// It is done.
    Done(T),
    /// They were not right, or the account may not.
    Refused(Refusal),
}

/// A kind of second factor that an account can be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactorOffer {
    /// The kind; none for the password alone.
    pub factor: Option<Factor>,
    /// The words on the screen.
    pub words: &'static str,
    /// Why it can't be chosen, a whole sentence; `None` when it can.
    pub why_not: Option<String>,
}

/// What a second factor says to a right password.
pub(super) enum Gate {
    /// There is none, or its code is right; what is to be written then.
    Open(Option<FactorPut>),
    /// The code is asked for.
    NeedsCode(Factor),
    /// It has to be set up first.
    NeedsEnrolment,
    /// Not let in.
    Shut(ShutOut),
}

/// Why a second factor lets nobody in.
pub(super) enum ShutOut {
    WrongCode,
    NoMail,
}

impl<T> From<ShutOut> for Ruling<T> {
    fn from(why: ShutOut) -> Self {
        match why {
            ShutOut::WrongCode => Self::wrong_code(WRONG_CODE),
            ShutOut::NoMail => Self::refuse(
                LoginOutcome::SecondFactor,
                "Codes can't be sent by email yet; ask an administrator for another second factor.",
            ),
        }
    }
}

impl Desk {
    /// The kinds of second factors, and why some can't be chosen.
    ///
    /// # Errors
    /// When nobody is signed in any more.
    pub fn factor_offers(&self, who: &Session) -> Result<Vec<FactorOffer>, DeskError> {
        self.role_of(who)?;
        let offer = |factor: Option<Factor>| -> Result<FactorOffer, DeskError> {
            let words = factor.map_or("None", Factor::words);
            Ok(FactorOffer { factor, words, why_not: self.why_no_factor(factor)? })
        };
        [None].into_iter().chain(Factor::ALL.map(Some)).map(offer).collect()
    }

    /// Gives an account another kind of second factor, or none; the person sets it up at the
    /// next sign-in. Without one the password may be too short, so a new one is asked for.
    ///
    /// # Errors
    /// When that kind can't be had or needs an email, the account has it already, somebody
    /// else changed the user meanwhile, it is one's own account, or the role may not.
    pub fn set_second_factor(
        &self,
        who: &Session,
        id: UserId,
        base: Option<Stamp>,
        factor: Option<Factor>,
    ) -> Result<UserView, DeskError> {
        self.look_after(who, id, base, Action::UserFactor, |user| {
            if user.second_factor == factor {
                return Err(already(user, factor).into());
            }
            let user = with_factor(user.clone(), factor);
            match factor_problem(&user) {
                Some(problem) => Err(problem.into()),
                None => Ok(user),
            }
        })
    }

    /// Resets a second factor: the person sets it up anew at the next sign-in.
    ///
    /// # Errors
    /// When none is set up, and as [`Desk::set_second_factor`].
    pub fn reset_second_factor(
        &self,
        who: &Session,
        id: UserId,
        base: Option<Stamp>,
    ) -> Result<UserView, DeskError> {
        self.look_after(who, id, base, Action::FactorReset, |user| {
            if user.second_factor.is_none() || user.factor_enrolled_at.is_none() {
                return Err(DeskError::refused(
                    Code::WrongState,
                    format!(
                        "{} has no second factor that is set up; there is nothing to reset.",
                        user.user_id()
                    ),
                ));
            }
            Ok(User { factor_enrolled_at: None, ..user.clone() })
        })
    }

    fn why_no_factor(&self, factor: Option<Factor>) -> Result<Option<String>, DeskError> {
        Ok(match factor {
            None => None,
            Some(Factor::AuthenticatorApp) => self.why_not_sealed()?.map(|it| it.to_string()),
            Some(Factor::EmailCode) => Some(NO_MAIL.to_owned()),
        })
    }

    /// Adds that what was set up for a second factor goes.
    pub(super) fn forget_factor(&self, changes: Changes, id: UserId) -> Result<Changes, DeskError> {
        let kept = self.repo.fetch::<SecondFactor>(id.0)?;
        Ok(forgetting(changes, id, kept.as_ref()))
    }

    /// What the second factor of `user` says to a right password and that code.
    ///
    /// # Errors
    /// When the code can't be checked for want of its key, or the store can't be read.
    pub(super) fn gate(&self, user: &User, code: Option<&Secret>) -> Result<Gate, DeskError> {
        let factor = match user.second_factor {
            None => return Ok(Gate::Open(None)),
            Some(Factor::EmailCode) => return Ok(Gate::Shut(ShutOut::NoMail)),
            Some(factor) => factor,
        };
        if user.factor_enrolled_at.is_none() {
            return Ok(Gate::NeedsEnrolment);
        }
        let Some(code) = code.filter(|it| !it.expose().trim().is_empty()) else {
            return Ok(Gate::NeedsCode(factor));
        };
        Ok(match self.used(user, code)? {
            Some(used) => Gate::Open(Some(used)),
            None => Gate::Shut(ShutOut::WrongCode),
        })
    }

    /// What is to be written when that code is right; `None` when it is not.
    fn used(&self, user: &User, code: &Secret) -> Result<Option<FactorPut>, DeskError> {
        let Some(Versioned { value: kept, stamp }) = self.repo.fetch::<SecondFactor>(user.id.0)?
        else {
            return Err(unchecked(user, &SealError::Damaged));
        };
        if !is_app_code(code.expose()) {
            return Ok(kept.without(code).map(|record| {
                let note = format!("recovery code used, {} left", record.recovery.len());
                FactorPut { record, read: Some(stamp), note: Some(note) }
            }));
        }
        let seed = self.seed_of(&kept).map_err(|error| unchecked(user, &error))?;
        let step = seed.step_of(code.expose(), self.clock.now(), kept.last_step);
        Ok(step.map(|last_step| {
            let record = SecondFactor { last_step, ..kept };
            FactorPut { record, read: Some(stamp), note: None }
        }))
    }

    /// What keeps an app's codes of `user` from being checked, or the app from being set up, and
    /// how many recovery codes there are instead.
    ///
    /// # Errors
    /// When the store can't be read.
    pub(super) fn factor_trouble(
        &self,
        user: &User,
    ) -> Result<Option<(SealError, usize)>, DeskError> {
        if user.second_factor != Some(Factor::AuthenticatorApp) {
            return Ok(None);
        }
        if user.factor_enrolled_at.is_none() {
            return Ok(self.why_not_sealed()?.map(|why| (why, 0)));
        }
        let Some(kept) = self.repo.fetch::<SecondFactor>(user.id.0)? else {
            return Ok(Some((SealError::Damaged, 0)));
        };
        let left = kept.value.recovery.len();
        Ok(self.seed_of(&kept.value).err().map(|why| (why, left)))
    }

    /// What the codes of a second factor are made of.
    fn seed_of(&self, kept: &SecondFactor) -> Result<Seed, SealError> {
        let plain = self.open_sealed(&kept.sealed_seed, &bound_to(kept.user))?;
        Seed::from_bytes(&plain).ok_or(SealError::Damaged)
    }
}

/// Adds that what is kept of somebody's second factor goes, and that nothing new is kept.
pub(super) fn forgetting(
    changes: Changes,
    id: UserId,
    kept: Option<&Versioned<SecondFactor>>,
) -> Changes {
    let key = Key::new(Kind::SecondFactor, id.0);
    match kept {
        Some(kept) => changes.delete(key, kept.stamp),
        None => changes.guard_absent(key),
    }
}

/// The account with another kind of second factor, or none; nothing of it is set up.
///
/// Without one the password has to be changed: it may be shorter than one that stands alone
/// has to be, and nobody can tell by its hash.
pub(super) fn with_factor(user: User, factor: Option<Factor>) -> User {
    let must_change = factor.is_none() && user.password_hash.is_some();
    User {
        second_factor: factor,
        factor_enrolled_at: None,
        must_change_password: user.must_change_password || must_change,
        ..user
    }
}

/// What keeps an account from having the second factor that it is to have.
pub(super) fn factor_problem(user: &User) -> Option<Problem> {
    let problem = |message| Some(Problem::field(Code::SecondFactor, "second_factor", message));
    match user.second_factor {
        Some(Factor::EmailCode) if user.email.is_none() => problem(
            "An email code needs an email to go to; fill the email in, or choose the authenticator app.",
        ),
        Some(Factor::EmailCode) => problem(NO_MAIL),
        Some(Factor::AuthenticatorApp) | None => None,
    }
}

fn already(user: &User, factor: Option<Factor>) -> Problem {
    let has = factor.map_or("no second factor", Factor::words);
    Problem::field(
        Code::WrongState,
        "second_factor",
        format!("{} has {has} already; nothing was changed.", user.user_id()),
    )
}

/// What a sealed seed is bound to.
fn bound_to(user: UserId) -> Vec<u8> {
    owner("second factor", user.0)
}

/// That a code can't be checked: a sentence for who signs in, and one in the log for who can
/// mend it.
fn unchecked(user: &User, error: &SealError) -> DeskError {
    tracing::error!("The code of {} can't be checked: {error}", user.user_id());
    let why = error.plainly();
    DeskError::Machine(format!(
        "The app's code can't be checked, because {why}; sign in with a recovery code, or ask an administrator to restore the key file or to reset your second factor."
    ))
}

/// Why an app can't be set up for want of the key: staff are told what to do about it; portal
/// users only what it is, and the log the rest.
fn unsealed(user: &User, error: &SealError) -> String {
    if user.kind == UserKind::Staff {
        return error.to_string();
    }
    tracing::error!("The second factor of {} can't be set up: {error}", user.user_id());
    format!(
        "A second factor can't be set up now, because {}; ask support about it.",
        error.plainly()
    )
}
