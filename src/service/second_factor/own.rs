//! One's own second factor: what there is, setting one up, new recovery codes; at the console
//! and at the portal.

use crate::domain::audit::Action;
use crate::domain::factor::{Factor, SecondFactor};
use crate::domain::login::Door;
use crate::domain::problem::{Code, Problem};
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::domain::user::User;
use crate::service::attempt::{Claim, Credentials};
use crate::service::commit::Subject;
use crate::service::passwords::field_changes;
use crate::service::ruling::{Answer, FactorPut, Ruling};
use crate::service::session::{Origin, actor_of};
use crate::service::sign_in::{at_console, not_for_console};
use crate::service::{Desk, DeskError, Session};
use crate::store::{AuditDraft, Changes, Key, Kind, RepositoryExt};

use super::{EnrolmentOffer, Gate, NO_MAIL, Proven, RecoveryCodes, unsealed};

/// What an account has to show besides its password, for its own person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnFactor {
    /// The kind; none for the password alone.
    pub factor: Option<Factor>,
    /// When it was set up; none while that is still to be done.
    pub enrolled_at: Option<Timestamp>,
    /// How many recovery codes are left.
    pub recovery_left: usize,
    /// Why it can't be set up now, a whole sentence; `None` when it can.
    pub why_not_enrol: Option<String>,
}

/// A ruling whose answer may be problems, told as an error.
type Told<T> = Result<T, DeskError>;

impl Desk {
    /// What one's own account has to show besides the password.
    ///
    /// # Errors
    /// When the session is over, or the store can't be read.
    pub fn own_second_factor(&self, who: &Session) -> Result<OwnFactor, DeskError> {
        self.role_of(who)?;
        let user = self.user_record(who.user())?.value;
        let kept = self.repo.fetch::<SecondFactor>(user.id.0)?;
        Ok(OwnFactor {
            factor: user.second_factor,
            enrolled_at: user.factor_enrolled_at,
            recovery_left: kept.map_or(0, |it| it.value.recovery.len()),
            why_not_enrol: self.why_not_enrol(&user)?.map(|it| it.message),
        })
    }

    /// Begins to set up one's own authenticator app; the password is tried, and counted, as
    /// at a sign-in.
    ///
    /// # Errors
    /// When it is set up already, or the key file can't be used.
    pub fn begin_own_enrolment(
        &self,
        who: &Session,
        password: &Secret,
    ) -> Result<Proven<EnrolmentOffer>, DeskError> {
        self.role_of(who)?;
        let claim = Claim::Account(who.user(), who.user_id());
        let it = at_console(claim, password, Door::Console, who.origin());
        told(self.attempt(&it, |user| self.rule_on_begin(user))?)
    }

    /// Ends it with a first code.
    ///
    /// # Errors
    /// A problem with the field `code` when it is not the one that the app shows now; when it
    /// has not been begun, or too long ago.
    pub fn finish_own_enrolment(
        &self,
        who: &Session,
        code: &Secret,
    ) -> Result<RecoveryCodes, DeskError> {
        let role = self.role_of(who)?;
        let read = self.user_record(who.user())?;
        self.expect_enrollable(&read.value)?;
        let (user, put, codes) = self.proven_factor(&read.value, code)?;
        let key = Key::new(Kind::User, user.id.0);
        let entry = AuditDraft::new(self.clock.now(), &actor_of(who, role), Action::FactorEnrol)
            .on(key, user.user_id())
            .changing(field_changes(&read.value, &user));
        let subject = Subject { key, label: user.user_id(), read: Some(read.stamp) };
        let changes = Changes::new(entry).update(user, read.stamp).upsert(put.record, put.read);
        self.commit(changes, &subject)?;
        Ok(codes)
    }

    /// Makes new recovery codes for the account whose password and code are shown; those
    /// there were are good no more. At the console, by a command or, for portal users, there.
    ///
    /// # Errors
    /// When it has no second factor that is set up, or no code is given.
    pub fn renew_recovery_codes(
        &self,
        shown: &Credentials<'_>,
        door: Door,
        origin: &Origin,
    ) -> Result<Proven<RecoveryCodes>, DeskError> {
        if door == Door::Portal {
            return self.at_portal_or(shown, origin, |user| self.rule_on_renewal(user, shown.code));
        }
        let it = at_console(Claim::Name(shown.name), shown.password, door, origin);
        told(self.attempt(&it, |user| match not_for_console(user, self.clock.now()) {
            Some(refusal) => Ok(refusal),
            None => self.rule_on_renewal(user, shown.code),
        })?)
    }

    /// Begins to set up a portal user's authenticator app, at the portal.
    ///
    /// # Errors
    /// As [`Desk::begin_own_enrolment`] and [`Desk::portal_sign_in`].
    pub fn portal_begin_enrolment(
        &self,
        shown: &Credentials<'_>,
        origin: &Origin,
    ) -> Result<Proven<EnrolmentOffer>, DeskError> {
        self.at_portal_or(shown, origin, |user| self.rule_on_begin(user))
    }

    /// Ends it with a first code; they sign in with the next one.
    ///
    /// # Errors
    /// As [`Desk::finish_own_enrolment`] and [`Desk::portal_sign_in`].
    pub fn portal_finish_enrolment(
        &self,
        shown: &Credentials<'_>,
        origin: &Origin,
    ) -> Result<Proven<RecoveryCodes>, DeskError> {
        self.at_portal_or(shown, origin, |user| {
            let proven = match (self.why_not_enrol(user)?, shown.code) {
                (Some(problem), _) => Err(problem.into()),
                (None, None) => Err(no_code()),
                (None, Some(code)) => self.proven_factor(user, code),
            };
            match proven {
                Ok((enrolled, put, codes)) => {
                    let changes = field_changes(user, &enrolled);
                    let ruling = done(Action::FactorEnrol, codes, put);
                    Ok(Ruling { user: Some(enrolled), changes, ..ruling })
                }
                Err(error) => refused(error),
            }
        })
    }

    /// Tries at the portal, for the outcome of a call about a second factor.
    fn at_portal_or<T>(
        &self,
        shown: &Credentials<'_>,
        origin: &Origin,
        rule: impl FnMut(&User) -> Result<Ruling<Told<T>>, DeskError>,
    ) -> Result<Proven<T>, DeskError> {
        told(self.portal_attempt(shown, None, origin, rule)?)
    }

    /// What the right password leads to when a second factor is to be set up.
    fn rule_on_begin(&self, user: &User) -> Result<Ruling<Told<EnrolmentOffer>>, DeskError> {
        if let Some(problem) = self.why_not_enrol(user)? {
            return refused(problem.into());
        }
        let kept = self.repo.fetch::<SecondFactor>(user.id.0)?.map(|it| it.stamp);
        let (put, offer) = self.fresh_factor(user, kept)?;
        Ok(done(Action::FactorEnrol, offer, put))
    }

    /// What password and code lead to when new recovery codes are to be made.
    fn rule_on_renewal(
        &self,
        user: &User,
        code: Option<&Secret>,
    ) -> Result<Ruling<Told<RecoveryCodes>>, DeskError> {
        let used = match self.gate(user, code)? {
            Gate::Open(Some(used)) => used,
            Gate::NeedsCode(_) => return refused(no_code()),
            Gate::Shut(why) => return Ok(why.into()),
            Gate::Open(None) | Gate::NeedsEnrolment => {
                return refused(DeskError::refused(
                    Code::WrongState,
                    format!(
                        "{} has no second factor that is set up; set it up first.",
                        user.user_id()
                    ),
                ));
            }
        };
        let (codes, recovery) = self.fresh_recovery(user.id)?;
        let record = SecondFactor { recovery, ..used.record };
        Ok(done(Action::FactorRecovery, codes, FactorPut { record, note: None, ..used }))
    }

    fn expect_enrollable(&self, user: &User) -> Result<(), DeskError> {
        self.why_not_enrol(user)?.map_or(Ok(()), |problem| Err(problem.into()))
    }

    /// Why the person of that account can't set up an authenticator app.
    fn why_not_enrol(&self, user: &User) -> Result<Option<Problem>, DeskError> {
        let problem = |message| Some(Problem::field(Code::SecondFactor, "second_factor", message));
        if user.factor_enrolled_at.is_some() {
            return Ok(problem(format!(
                "The second factor of {} is set up already; ask an administrator to reset it first.",
                user.user_id()
            )));
        }
        Ok(match user.second_factor {
            Some(Factor::EmailCode) => problem(NO_MAIL.to_owned()),
            _ => match self.why_not_sealed()? {
                Some(why) => problem(unsealed(user, &why)),
                None => None,
            },
        })
    }
}

/// Done: the failures so far are over, for all that was asked for has been shown.
fn done<T>(action: Action, answer: T, put: FactorPut) -> Ruling<Told<T>> {
    Ruling {
        answer: Answer::Granted(Ok(answer)),
        user: None,
        clears: false,
        outcome: None,
        action,
        changes: Vec::new(),
        note: None,
        factor: Some(put),
        fails: false,
        mail: None,
    }
}

/// The password was right, what is asked for can't be done: told, and nothing changed.
fn refused<T>(error: DeskError) -> Result<Ruling<Told<T>>, DeskError> {
    match error {
        error @ DeskError::Problems(_) => Ok(Ruling {
            answer: Answer::Granted(Err(error)),
            user: None,
            clears: false,
            outcome: None,
            action: Action::SignInRefused,
            changes: Vec::new(),
            note: Some("right password, second factor not changed"),
            factor: None,
            fails: false,
            mail: None,
        }),
        error => Err(error),
    }
}

fn told<T>(answer: Answer<Told<T>>) -> Result<Proven<T>, DeskError> {
    match answer {
        Answer::Granted(done) => done.map(Proven::Done),
        Answer::Refused(refusal) => Ok(Proven::Refused(refusal)),
    }
}

fn no_code() -> DeskError {
    Problem::field(
        Code::Missing,
        "code",
        "The code is missing; type the one that the app shows now, or a recovery code.",
    )
    .into()
}
