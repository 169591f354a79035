//! Looking after other people's accounts: passwords set by staff, disable, enable, unlock.
//!
//! Owns who may look after whom. Nobody does any of it to their own account, and a deed
//! goes through only while who does it is what they were when they were asked: so of the
//! active Security Administrators one always remains.

use crate::domain::audit::{Action, Actor};
use crate::domain::id::UserId;
use crate::domain::problem::{Code, Problem};
use crate::domain::role::Permission;
use crate::domain::secret::Secret;
use crate::domain::user::{User, UserKind, UserStatus};
use crate::store::{AuditDraft, Changes, CommitError, Key, Kind, Stamp, Versioned};

use super::acceptance::ending;
use super::invitations::held_back;
use super::passwords::{field_changes, with_password};
use super::session::denied;
use super::trail::HistoryLine;
use super::user_views::UserView;
use super::{Desk, DeskError, Session};

/// How often a deed is decided anew when sign-ins or mails moved the account under it.
pub(super) const ROUNDS: usize = 8;
/// Entries of a user's trail that are looked through for what a screen shows.
const LOOKED_THROUGH: usize = 2_000;
/// Lines of a history that a screen gets.
const HISTORY: usize = 50;

impl Desk {
    /// Sets a user's password; a Pending user becomes Active, failures are forgotten.
    ///
    /// `base` is what the form was opened with; sign-ins and mails since do not count as edits. With
    /// `must_change`, the usual way, the person has to choose an own one at the next sign-in.
    ///
    /// # Errors
    /// When the password fails the policy, somebody else changed the user meanwhile, it is
    /// one's own account, or the role may not.
    pub fn set_password(
        &self,
        who: &Session,
        id: UserId,
        base: Option<Stamp>,
        password: &Secret,
        must_change: bool,
    ) -> Result<UserView, DeskError> {
        self.look_after(who, id, base, Action::UserPassword, |user| {
            let hash = self.new_hash(user, password)?;
            Ok(with_password(user, hash, must_change, self.clock.now()))
        })
    }

    /// Switches a user off; they are out of the console at their next step, and a mail to them
    /// that waits is held.
    ///
    /// # Errors
    /// When the user is disabled already, and as [`Desk::set_password`].
    pub fn disable_user(
        &self,
        who: &Session,
        id: UserId,
        base: Option<Stamp>,
    ) -> Result<UserView, DeskError> {
        self.look_after(who, id, base, Action::UserDisable, |user| Ok(disabled(user)?))
    }

    /// Switches a user on again: Active with a password, Pending without one.
    ///
    /// # Errors
    /// When the user is not disabled, and as [`Desk::set_password`].
    pub fn enable_user(
        &self,
        who: &Session,
        id: UserId,
        base: Option<Stamp>,
    ) -> Result<UserView, DeskError> {
        self.look_after(who, id, base, Action::UserEnable, |user| Ok(enabled(user)?))
    }

    /// Ends the waits and the lock that failed sign-ins have brought upon a user.
    ///
    /// # Errors
    /// When no sign-in has failed since the last one that went through, and as
    /// [`Desk::set_password`].
    pub fn unlock_user(
        &self,
        who: &Session,
        id: UserId,
        base: Option<Stamp>,
    ) -> Result<UserView, DeskError> {
        self.look_after(who, id, base, Action::UserUnlock, |user| match unlocked(user) {
            // A good sign-in ends the failures that the account counts; one elsewhere can still
            // have to wait.
            Err(_) if self.has_waits(user)? => Ok(user.clone()),
            unlocked => Ok(unlocked?),
        })
    }

    /// Why `who` may not do to that account what takes `permission`; `None` when they may.
    pub(super) fn why_not(
        &self,
        who: &Session,
        user: &User,
        permission: fn(&User) -> Permission,
    ) -> Result<Option<String>, DeskError> {
        if user.id == who.user() {
            return Ok(Some(own_account().to_string()));
        }
        let (role, permission) = (self.role_of(who)?, permission(user));
        Ok((!role.may(permission)).then(|| denied(role, permission).to_string()))
    }

    /// Reads an account that somebody is about to do something to, and checks that they may.
    ///
    /// `permission` says what it takes; `base` is what the form was opened with.
    ///
    /// # Errors
    /// When there is none, the role may not, it is one's own, or it was edited since `base`.
    pub(super) fn reach(
        &self,
        who: &Session,
        id: UserId,
        base: Option<Stamp>,
        permission: fn(&User) -> Permission,
    ) -> Result<Reached, DeskError> {
        let own = self.as_asked(who)?;
        let read = self.user_record(id)?;
        let actor = self.authorize(who, permission(&read.value))?;
        if id == who.user() {
            return Err(own_account());
        }
        self.expect_unedited(&read, base)?;
        Ok(Reached { actor, own, read })
    }

    /// The account of who asks and its version, for a guard: to be read before its role is, so
    /// that what goes through was decided by the role that it still has.
    ///
    /// # Errors
    /// As [`Desk::role_of`].
    pub(super) fn as_asked(&self, who: &Session) -> Result<(Key, Stamp), DeskError> {
        self.role_of(who)?;
        // Deleted since its role was looked at, it is out like anyone who is.
        let own = self.user_record(who.user()).or_else(|gone| self.role_of(who).and(Err(gone)))?;
        Ok((Key::new(Kind::User, who.user().0), own.stamp))
    }

    /// Does one deed to somebody else's account, again when a sign-in or a mail came between.
    pub(super) fn look_after(
        &self,
        who: &Session,
        id: UserId,
        base: Option<Stamp>,
        action: Action,
        deed: impl Fn(&User) -> Result<User, DeskError>,
    ) -> Result<UserView, DeskError> {
        for _ in 0..ROUNDS {
            let reached = self.reach(who, id, base, permission_over)?;
            let read = &reached.read;
            let mut user = deed(&read.value)?;
            let held = match action {
                Action::UserDisable => held_back(self.last_mail(&user)?),
                _ => None,
            };
            if let Some(held) = &held {
                user = held.noted(user);
            }
            let entry = AuditDraft::new(self.clock.now(), &reached.actor, action)
                .on(Key::new(Kind::User, id.0), read.value.user_id())
                .changing(field_changes(&read.value, &user));
            let mut changes =
                reached.guarding(Changes::new(entry).update(user.clone(), read.stamp));
            if let Some(held) = held {
                changes = held.written(changes, &reached.actor, self.clock.now());
            }
            if matches!(action, Action::UserPassword | Action::UserUnlock) {
                changes = self.forget_waits(changes, &user)?;
            }
            if action == Action::UserPassword {
                let end = self.replacing(&read.value)?;
                changes = ending(changes, end, &reached.actor, self.clock.now());
            }
            if matches!(action, Action::UserFactor | Action::FactorReset) {
                changes = self.forget_factor(changes, id)?;
            }
            match self.repo.commit(changes) {
                Ok(_) => return self.user_view(who, id),
                Err(CommitError::Conflict(_)) => {}
                Err(CommitError::Taken { unique, owner }) => return Err(self.taken(&unique, owner)),
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
        Err(busy(id))
    }

    /// Refuses when somebody edited the user since `base`; sign-ins and mails are no edits.
    fn expect_unedited(
        &self,
        read: &Versioned<User>,
        base: Option<Stamp>,
    ) -> Result<(), DeskError> {
        let Some(base) = base.filter(|base| base.version != read.stamp.version) else {
            return Ok(());
        };
        let key = Key::new(Kind::User, read.value.id.0);
        match self.edits_since(key, base.audit_seq)?.is_empty() {
            true => Ok(()),
            false => Err(self.conflict(key, &read.value.user_id(), base)),
        }
    }

    /// What happened to a user but for sign-ins and what goes by itself, newest first, for
    /// showing.
    pub(super) fn deeds(&self, key: Key) -> Result<Vec<HistoryLine>, DeskError> {
        let entries = self.repo.history(key, LOOKED_THROUGH)?;
        Ok(entries
            .into_iter()
            .filter(|entry| !entry.action.is_routine())
            .take(HISTORY)
            .map(HistoryLine::from)
            .collect())
    }
}

/// An account that somebody may do something to, as it was read.
pub(super) struct Reached {
    pub actor: Actor,
    pub read: Versioned<User>,
    own: (Key, Stamp),
}

impl Reached {
    /// Lets changes through only while who does it is what they were when they were asked.
    pub fn guarding(&self, changes: Changes) -> Changes {
        changes.guard(self.own.0, self.own.1)
    }
}

/// The account, switched off.
///
/// # Errors
/// When it is already.
pub(super) fn disabled(user: &User) -> Result<User, Problem> {
    if user.status == UserStatus::Disabled {
        return Err(wrong_state(user, "is disabled already; nothing was changed."));
    }
    Ok(User { status: UserStatus::Disabled, ..user.clone() })
}

/// The account, switched on: Active with a password, Pending without one.
///
/// # Errors
/// When it is not disabled.
pub(super) fn enabled(user: &User) -> Result<User, Problem> {
    if user.status != UserStatus::Disabled {
        return Err(wrong_state(user, "is not disabled; nothing was changed."));
    }
    let has_password = user.password_hash.is_some();
    let status = if has_password { UserStatus::Active } else { UserStatus::Pending };
    Ok(User { status, ..user.clone() })
}

/// The account without its failures.
///
/// # Errors
/// When it has none.
pub(super) fn unlocked(user: &User) -> Result<User, Problem> {
    if user.failed_count == 0 && user.throttled_until.is_none() {
        return Err(wrong_state(user, "has no failed sign-ins; there is nothing to unlock."));
    }
    Ok(User { failed_count: 0, throttled_until: None, ..user.clone() })
}

/// What it takes to look after that account.
pub(super) fn permission_over(user: &User) -> Permission {
    match user.kind {
        UserKind::Staff => Permission::Administer,
        UserKind::Portal if user.role.is_privileged_portal() => Permission::ManagePrivilegedUsers,
        UserKind::Portal => Permission::ManagePortalUsers,
    }
}

/// What it takes to delete that account.
pub(super) fn permission_to_delete(user: &User) -> Permission {
    match permission_over(user) {
        Permission::ManagePortalUsers => Permission::DeletePortalUsers,
        other => other,
    }
}

pub(super) fn own_account() -> DeskError {
    DeskError::refused(
        Code::WrongState,
        "That is your own account; change its password with the old one, and ask a colleague for anything else.",
    )
}

/// The refusal when an account moved under every round of a deed.
pub(super) fn busy(id: UserId) -> DeskError {
    DeskError::refused(
        Code::WrongState,
        format!("{id} is being signed in to over and over just now; try again."),
    )
}

fn wrong_state(user: &User, what: &str) -> Problem {
    Problem::whole(Code::WrongState, format!("{} {what}", user.user_id()))
}
