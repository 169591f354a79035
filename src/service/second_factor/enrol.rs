//! Setting a second factor up: the key, the first code, the recovery codes.
//!
//! It begins anew each time: the last key that was shown is the one that counts, for ten
//! minutes. Until a first code proves it, nothing else of the account changes.

use crate::domain::audit::Action;
use crate::domain::factor::{Factor, RECOVERY_CODES, SecondFactor, recovery_code, recovery_hash};
use crate::domain::id::UserId;
use crate::domain::login::{Door, LoginEvent, LoginOutcome};
use crate::domain::problem::{Code, Problem};
use crate::domain::role::Role;
use crate::domain::secret::Secret;
use crate::domain::text::Text;
use crate::domain::time::{MINUTE, Timestamp};
use crate::domain::totp::{SEED_BYTES, Seed};
use crate::domain::user::{PasswordHash, User, UserStatus};
use crate::service::acceptance::ending;
use crate::service::commit::Subject;
use crate::service::passwords::field_changes;
use crate::service::ruling::FactorPut;
use crate::service::session::{Origin, actor_of};
use crate::service::sign_in::FirstChange;
use crate::service::{Desk, DeskError, Session, SignIn, Sort};
use crate::store::query::{Clause, Filter, List, Query, Status, Test};
use crate::store::{AuditDraft, Changes, Key, Kind, RepositoryExt, Stamp, Versioned};
use zeroize::Zeroizing;

use super::{bound_to, unchecked, unsealed};

/// How long a key that was shown may be proven by a first code.
const ENROL_WITHIN: i64 = 10 * MINUTE;

/// Leave to set a second factor up: see [`Desk::begin_enrolment`].
#[derive(Debug, Clone)]
pub struct EnrolLeave {
    user: UserId,
    user_id: Text,
    door: Door,
    origin: Origin,
    /// The hash of the password that gave this leave; another one since ends it.
    proven: PasswordHash,
    given: Timestamp,
}

impl EnrolLeave {
    pub(in crate::service) fn new(
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
            given,
        }
    }

    /// The User ID, as shown.
    pub fn user_id(&self) -> &Text {
        &self.user_id
    }

    /// Whether it is still good for this account as it is now.
    fn holds_for(&self, user: &User, now: Timestamp) -> bool {
        user.status == UserStatus::Active
            && user.password_hash.as_ref() == Some(&self.proven)
            && user.second_factor == Some(Factor::AuthenticatorApp)
            && user.factor_enrolled_at.is_none()
            && now.millis_since(self.given) < ENROL_WITHIN
    }
}

/// What an authenticator app has to be told; shown once.
#[derive(Debug, Clone)]
pub struct EnrolmentOffer {
    /// The User ID that the app files it under.
    pub user_id: Text,
    /// The key, base32 in groups of four.
    pub key: Secret,
    /// The address for a QR code, `otpauth://…`.
    pub uri: Secret,
    /// What the person should know before, a whole sentence.
    pub note: Option<&'static str>,
}

/// Recovery codes, each good once instead of a code of the app; shown once.
#[derive(Debug, Clone)]
pub struct RecoveryCodes(pub Vec<Secret>);

/// What came of the first code.
#[derive(Debug)]
pub struct Enrolled {
    /// The recovery codes, to be shown now and never again.
    pub codes: RecoveryCodes,
    /// How the sign-in goes on that the second factor was asked for at: signed in, or a new
    /// password first.
    pub then: SignIn,
}

impl Desk {
    /// Begins to set up the second factor that a sign-in asked for.
    ///
    /// # Errors
    /// [`DeskError::SignedOut`] when the leave is used up, too old, or the account has changed
    /// since; when the key file can't be used.
    pub fn begin_enrolment(&self, leave: &EnrolLeave) -> Result<EnrolmentOffer, DeskError> {
        let read = self.enrolling(leave)?;
        let user = &read.value;
        let kept = self.repo.fetch::<SecondFactor>(user.id.0)?.map(|it| it.stamp);
        let (put, offer) = self.fresh_factor(user, kept)?;
        let session = Session::begin(user, leave.origin.clone(), self.clock.now());
        let entry =
            AuditDraft::new(self.clock.now(), &actor_of(&session, user.role), Action::FactorEnrol)
                .on(Key::new(Kind::User, user.id.0), user.user_id())
                .noting(BEGUN);
        let changes = Changes::new(entry)
            .upsert(put.record, put.read)
            .guard(Key::new(Kind::User, user.id.0), read.stamp);
        self.commit(changes, &subject(&read))?;
        Ok(offer)
    }

    /// Ends it with a first code, and goes on with the sign-in.
    ///
    /// # Errors
    /// A problem with the field `code` when it is not the one that the app shows now; as
    /// [`Desk::begin_enrolment`].
    pub fn finish_enrolment(
        &self,
        leave: &EnrolLeave,
        code: &Secret,
    ) -> Result<Enrolled, DeskError> {
        let now = self.clock.now();
        let read = self.enrolling(leave)?;
        let (mut user, put, codes) = self.proven_factor(&read.value, code)?;
        let mut end = None;
        let outcome = if user.must_change_password {
            LoginOutcome::MustChange
        } else {
            end = self.arriving(&user)?;
            if end.is_some() {
                user.invitation = None;
            }
            user.last_login_at = Some(now);
            LoginOutcome::Ok
        };
        user.failed_count = 0;
        user.throttled_until = None;
        let session = Session::begin(&user, leave.origin.clone(), now);
        let (key, actor) = (Key::new(Kind::User, user.id.0), actor_of(&session, user.role));
        let draft = |action| AuditDraft::new(now, &actor, action).on(key, user.user_id());
        let mut entered = draft(Action::SignIn);
        if !outcome.is_ok() {
            entered = entered.noting(outcome.words());
        }
        let event = LoginEvent {
            id: self.repo.reserve(Kind::LoginEvent, 1)?,
            user: user.id,
            at: now,
            door: leave.door,
            origin: leave.origin.host.clone(),
            outcome,
        };
        let changes =
            Changes::new(draft(Action::FactorEnrol).changing(field_changes(&read.value, &user)))
                .also(entered)
                .update(user.clone(), read.stamp)
                .upsert(put.record, put.read)
                .create(event);
        let changes = ending(changes, end, &actor, now);
        self.commit(self.forget_waits(changes, &user)?, &subject(&read))?;
        let then = match outcome {
            LoginOutcome::Ok => SignIn::SignedIn(session),
            _ => SignIn::MustChange(FirstChange::new(
                &user,
                &leave.proven,
                leave.door,
                &leave.origin,
                now,
            )),
        };
        Ok(Enrolled { codes, then })
    }

    /// The account of a leave that is still good.
    fn enrolling(&self, leave: &EnrolLeave) -> Result<Versioned<User>, DeskError> {
        let now = self.clock.now();
        let read = self.repo.fetch::<User>(leave.user.0)?;
        read.filter(|it| leave.holds_for(&it.value, now)).ok_or_else(|| {
            DeskError::SignedOut(format!(
                "{} has to sign in again before the second factor can be set up.",
                leave.user_id
            ))
        })
    }

    /// A new seed for `user`, to be written, and what the app is told of it.
    pub(super) fn fresh_factor(
        &self,
        user: &User,
        read: Option<Stamp>,
    ) -> Result<(FactorPut, EnrolmentOffer), DeskError> {
        let mut bytes = Zeroizing::new([0; SEED_BYTES]);
        self.clock.random(&mut *bytes)?;
        let seed = Seed::new(bytes);
        let sealed_seed = self
            .seal(seed.bytes(), &bound_to(user.id))?
            .map_err(|why| DeskError::Machine(unsealed(user, &why)))?;
        let record = SecondFactor {
            user: user.id,
            sealed_seed,
            begun_at: self.clock.now(),
            enrolled_at: None,
            last_step: 0,
            recovery: Vec::new(),
        };
        let user_id = user.user_id();
        let note = self.is_alone(user)?.then_some(ALONE);
        let (key, uri) = (seed.key(), seed.uri(user_id.raw()));
        let offer = EnrolmentOffer { user_id, key, uri, note };
        Ok((FactorPut { record, read, note: Some(BEGUN.to_owned()) }, offer))
    }

    /// Whether `user` is the only Security Administrator who can sign in: nobody could reset a
    /// second factor that they have lost.
    fn is_alone(&self, user: &User) -> Result<bool, DeskError> {
        if user.role != Role::SecurityAdministrator {
            return Ok(false);
        }
        let role = Clause { not: false, test: Test::Role(user.role) };
        let query = Query {
            list: List::Users,
            filter: Filter {
                status: Some(Status::User(UserStatus::Active)),
                clauses: vec![role],
                ..Filter::default()
            },
            sort: Sort::Number,
            reverse: false,
            page: 1,
            per_page: 0,
            partly: false,
            stop: self.stop.clone(),
        };
        Ok(self.repo.query(&query)?.total <= 1)
    }

    /// The account with the second factor that `code` proves, and its recovery codes.
    ///
    /// # Errors
    /// A problem with the field `code`, or that it has not been begun or too long ago.
    pub(super) fn proven_factor(
        &self,
        user: &User,
        code: &Secret,
    ) -> Result<(User, FactorPut, RecoveryCodes), DeskError> {
        let now = self.clock.now();
        let kept = self.repo.fetch::<SecondFactor>(user.id.0)?;
        let begun = |it: &Versioned<SecondFactor>| {
            it.value.enrolled_at.is_none() && now.millis_since(it.value.begun_at) < ENROL_WITHIN
        };
        let Some(Versioned { value: kept, stamp }) = kept.filter(begun) else {
            return Err(DeskError::refused(
                Code::SecondFactor,
                "No second factor is being set up, or it was begun more than ten minutes ago; begin again.",
            ));
        };
        let seed = self.seed_of(&kept).map_err(|error| unchecked(user, &error))?;
        let Some(last_step) = seed.step_of(code.expose(), now, kept.last_step) else {
            return Err(Problem::field(
                Code::SecondFactor,
                "code",
                "That is not the code that the app shows now; see that the clocks are right, and type the next one.",
            )
            .into());
        };
        let (codes, recovery) = self.fresh_recovery(user.id)?;
        let record = SecondFactor { enrolled_at: Some(now), last_step, recovery, ..kept };
        let user = User {
            second_factor: Some(Factor::AuthenticatorApp),
            factor_enrolled_at: Some(now),
            ..user.clone()
        };
        Ok((user, FactorPut { record, read: Some(stamp), note: None }, codes))
    }

    /// Ten new recovery codes, and what is kept of them.
    pub(super) fn fresh_recovery(
        &self,
        id: UserId,
    ) -> Result<(RecoveryCodes, Vec<[u8; 32]>), DeskError> {
        let mut codes = Vec::with_capacity(RECOVERY_CODES);
        for _ in 0..RECOVERY_CODES {
            let mut random = [0; 16];
            self.clock.random(&mut random)?;
            codes.push(recovery_code(random));
        }
        let kept = codes.iter().map(|code| recovery_hash(id, code)).collect();
        Ok((RecoveryCodes(codes), kept))
    }
}

/// What who is alone should know.
const ALONE: &str = "Nobody else can reset it for you; make a second Security Administrator, too.";

/// What the trail says of a key that was shown and is still to be proven.
const BEGUN: &str = "begun, still to be proven";

fn subject(read: &Versioned<User>) -> Subject {
    let user = &read.value;
    let key = Key::new(Kind::User, user.id.0);
    Subject { key, label: user.user_id(), read: Some(read.stamp) }
}
