//! New passwords: who may choose which, and what goes with setting one.
//!
//! A new password always ends the failures so far, and always goes to the trail without
//! itself. What a password must be is the affair of [`crate::domain::password`].

use crate::domain::audit::{Action, FieldChange};
use crate::domain::company::Company;
use crate::domain::id::UserId;
use crate::domain::login::{Door, LoginEvent, LoginOutcome};
use crate::domain::password;
use crate::domain::problem::{Code, Problem};
use crate::domain::secret::Secret;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::domain::user::{PasswordHash, PortalProfile, User, UserStatus};
use crate::store::{AuditDraft, Changes, CommitError, Key, Kind, RepositoryExt};

use super::acceptance::ending;
use super::accounts::{ROUNDS, busy};
use super::attempt::{Claim, Refusal};
use super::ruling::{Answer, Ruling};
use super::session::actor_of;
use super::sign_in::{FirstChange, at_console};
use super::{Desk, DeskError, Session};

/// What the trail calls the moment at which a password was set.
pub(super) const PASSWORD_SET_AT: &str = "password_set_at";

/// What came of changing a password that had to be proven first.
#[derive(Debug)]
pub enum PasswordChange {
    /// It is changed.
    Changed,
    /// The old one is right; the code of the second factor is asked for, or it has to be
    /// set up first.
    SecondFactor {
        /// Whether it is set up.
        enrolled: bool,
    },
    /// The old one was not right, or the account may not.
    Refused(Refusal),
}

/// What the right old password leads to: problems of the new one are told as an error.
pub(super) type Change = Result<PasswordChange, DeskError>;

impl Desk {
    /// Changes the password of a first sign-in, and signs in with it.
    ///
    /// # Errors
    /// When the new one fails the policy or is the old one; [`DeskError::SignedOut`] when
    /// the leave is used up, too old, or the account has changed since.
    pub fn change_first_password(
        &self,
        leave: &FirstChange,
        new: &Secret,
    ) -> Result<Session, DeskError> {
        for _ in 0..ROUNDS {
            let now = self.clock.now();
            let read = self.repo.fetch::<User>(leave.user.0)?;
            let read = read.filter(|it| leave.holds_for(&it.value, now)).ok_or_else(|| {
                DeskError::SignedOut(format!(
                    "{} has to sign in again before the password can be changed.",
                    leave.user_id()
                ))
            })?;
            let hash = self.new_hash(&read.value, new)?;
            let mut user = with_password(&read.value, hash, false, now);
            user.last_login_at = Some(now);
            let session = Session::begin(&user, leave.origin.clone(), now);
            let key = Key::new(Kind::User, user.id.0);
            let actor = actor_of(&session, user.role);
            let draft = |action| AuditDraft::new(now, &actor, action).on(key, user.user_id());
            let event = LoginEvent {
                id: self.repo.reserve(Kind::LoginEvent, 1)?,
                user: user.id,
                at: now,
                door: leave.door,
                origin: leave.origin.host.clone(),
                outcome: LoginOutcome::Ok,
            };
            let own = draft(Action::OwnPassword).changing(field_changes(&read.value, &user));
            let changes = Changes::new(own)
                .also(draft(Action::SignIn))
                .update(user.clone(), read.stamp)
                .create(event);
            let changes = ending(changes, self.accepting(&read.value)?, &actor, now);
            match self.repo.commit(changes) {
                Ok(_) => return Ok(session),
                // Its mail, or what else the account counts, moved: looked at once more.
                Err(CommitError::Conflict(_)) => {}
                Err(CommitError::Taken { unique, owner }) => return Err(self.taken(&unique, owner)),
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
        Err(busy(leave.user))
    }

    /// Changes one's own password; the old one is tried, and counted, as at a sign-in. The
    /// session has shown a second factor already; no code is asked for again.
    ///
    /// # Errors
    /// When the new one fails the policy or is the old one, when the account is no longer
    /// one for the console, or when the store or the machine fails.
    pub fn change_own_password(
        &self,
        who: &Session,
        old: &Secret,
        new: &Secret,
    ) -> Result<PasswordChange, DeskError> {
        self.role_of(who)?;
        let claim = Claim::Account(who.user(), who.user_id());
        let it = at_console(claim, old, Door::Console, who.origin());
        finish(self.attempt(&it, |user| self.rule_on_change(user, new))?)
    }

    /// What the right old password of `user` leads to when a new one is to take its place.
    pub(super) fn rule_on_change(
        &self,
        user: &User,
        new: &Secret,
    ) -> Result<Ruling<Change>, DeskError> {
        let hash = match self.new_hash(user, new) {
            Ok(hash) => hash,
            Err(error @ DeskError::Problems(_)) => return Ok(new_one_refused(error)),
            Err(error) => return Err(error),
        };
        let changed = with_password(user, hash, false, self.clock.now());
        Ok(Ruling {
            answer: Answer::Granted(Ok(PasswordChange::Changed)),
            clears: true,
            outcome: None,
            action: Action::OwnPassword,
            changes: field_changes(user, &changed),
            note: None,
            factor: None,
            fails: false,
            mail: self.accepting(user)?,
            user: Some(changed),
        })
    }

    /// A random password of 100 bits that passes the policy, to be handed over.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub fn generate_password(&self) -> Result<Secret, DeskError> {
        let mut random = [0u8; 20];
        self.clock.random(&mut random)?;
        Ok(password::generate(random))
    }

    /// The hash of a new password for `user`, once it has passed the policy.
    ///
    /// # Errors
    /// A problem with the field `password` when it fails the policy or is the present one.
    pub(super) fn new_hash(&self, user: &User, new: &Secret) -> Result<PasswordHash, DeskError> {
        let companies = self.company_names(user.id)?;
        check_password(user, &companies, new)?;
        self.hash_anew(user, new)
    }

    /// The hash of a new password that has passed the policy.
    ///
    /// # Errors
    /// A problem with the field `password` when it is the present one.
    pub(super) fn hash_anew(&self, user: &User, new: &Secret) -> Result<PasswordHash, DeskError> {
        let new = password::normalize(new);
        let present = user.password_hash.as_ref();
        if present.is_some() && self.hasher.verify(&new, present, &*self.clock)? {
            return Err(Problem::field(
                Code::Password,
                "password",
                "The new password is the present one; choose another.",
            )
            .into());
        }
        self.hasher.hash(&new, &*self.clock)
    }

    /// The names of the companies that a portal user acts for.
    fn company_names(&self, user: UserId) -> Result<Vec<Text>, DeskError> {
        let Some(profile) = self.repo.fetch::<PortalProfile>(user.0)? else {
            return Ok(Vec::new());
        };
        let ids: Vec<u64> = profile.value.memberships.iter().map(|it| it.company.0).collect();
        let companies = self.repo.fetch_many::<Company>(&ids)?;
        Ok(companies.into_iter().flatten().map(|it| it.value.name).collect())
    }
}

/// Holds a new password of `user` against the policy.
///
/// # Errors
/// A problem with the field `password`.
pub(super) fn check_password(user: &User, companies: &[Text], new: &Secret) -> Result<(), Problem> {
    let own: Vec<&str> = [&user.first, &user.last, &user.email]
        .into_iter()
        .flatten()
        .chain([&user.login_name])
        .chain(companies)
        .map(Text::raw)
        .collect();
    password::check(&password::normalize(new), &own, user.second_factor.is_some())
}

/// The account with a new password; a Pending one becomes Active, a Disabled one stays so.
pub(super) fn with_password(
    user: &User,
    hash: PasswordHash,
    must_change: bool,
    now: Timestamp,
) -> User {
    let mut user = user.clone();
    user.password_hash = Some(hash);
    user.password_set_at = Some(now);
    user.must_change_password = must_change;
    user.temporary_until = None;
    // The mail that brought the last one ends with it.
    user.invitation = None;
    user.failed_count = 0;
    user.throttled_until = None;
    if user.status == UserStatus::Pending {
        user.status = UserStatus::Active;
    }
    user
}

/// What the trail says of a changed account, in fields that are no secrets.
pub(super) fn field_changes(before: &User, after: &User) -> Vec<FieldChange> {
    let fields = |user: &User| {
        [
            ("status", Some(user.status.word().to_owned())),
            ("must_change_password", Some(yes_no(user.must_change_password))),
            (PASSWORD_SET_AT, user.password_set_at.map(|at| at.to_string())),
            ("temporary_until", user.temporary_until.map(|at| at.to_string())),
            ("failed_count", Some(user.failed_count.to_string())),
            ("throttled_until", user.throttled_until.map(|at| at.to_string())),
            ("second_factor", user.second_factor.map(|it| it.words().to_owned())),
            ("factor_enrolled_at", user.factor_enrolled_at.map(|at| at.to_string())),
        ]
    };
    let pairs = fields(before).into_iter().zip(fields(after));
    super::trail::differences(
        pairs.map(|((name, was), (_, is))| (name, was.map(Text::from), is.map(Text::from))),
    )
}

fn yes_no(value: bool) -> String {
    String::from(if value { "yes" } else { "no" })
}

/// The old one was right, the new one is not good enough: told, and nothing changed.
fn new_one_refused(error: DeskError) -> Ruling<Change> {
    Ruling {
        answer: Answer::Granted(Err(error)),
        user: None,
        clears: false,
        outcome: None,
        action: Action::SignInRefused,
        changes: Vec::new(),
        note: Some("right password, new one refused"),
        factor: None,
        fails: false,
        mail: None,
    }
}

/// The outcome of a change, with the problems of the new password as an error.
pub(super) fn finish(answer: Answer<Change>) -> Result<PasswordChange, DeskError> {
    match answer {
        Answer::Granted(change) => change,
        Answer::Refused(refusal) => Ok(PasswordChange::Refused(refusal)),
    }
}
