//! Who is signed in, and what they may do, asked anew at every call.

use crate::domain::audit::{Action, Actor};
use crate::domain::factor::RECOVERY_CODES;
use crate::domain::id::UserId;
use crate::domain::role::{Permission, Role};
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::domain::user::{User, UserStatus};
use crate::store::{AuditEntry, Key, Kind, RepositoryExt};

use super::passwords::PASSWORD_SET_AT;
use super::{Desk, DeskError};

/// Where a call comes from: the operating system's account and the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The account that runs the program.
    pub os_user: Text,
    /// The host that the person sits at, as far as known.
    pub host: Text,
}

/// A person signed in to the console or to a command.
///
/// Only a sign-in makes one. It carries no permission of its own: each call looks the
/// account up, so that who is disabled, loses a role or gets a new password from staff is out
/// at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    user: UserId,
    user_id: Text,
    name: Text,
    role: Role,
    origin: Origin,
    since: Timestamp,
    /// When the password was set that it began with.
    password_set_at: Option<Timestamp>,
    /// How many recovery codes are left, when one was shown to begin it.
    recovery_left: Option<usize>,
}

impl Session {
    pub(super) fn begin(user: &User, origin: Origin, since: Timestamp) -> Self {
        Self {
            user: user.id,
            user_id: user.user_id(),
            name: user.label(),
            role: user.role,
            origin,
            since,
            password_set_at: user.password_set_at,
            recovery_left: None,
        }
    }

    /// The same, begun with a recovery code where that says how many are left.
    pub(super) fn leaving(self, recovery_left: Option<usize>) -> Self {
        Self { recovery_left, ..self }
    }

    /// What to tell who has shown a recovery code: how many are left.
    pub fn recovery_note(&self) -> Option<String> {
        Some(match self.recovery_left? {
            0 => String::from("That was your last recovery code; make new ones (second factor…)."),
            left => format!("{left} of {RECOVERY_CODES} recovery codes left."),
        })
    }

    /// The account.
    pub fn user(&self) -> UserId {
        self.user
    }

    /// The User ID, as shown.
    pub fn user_id(&self) -> &Text {
        &self.user_id
    }

    /// The person's name.
    pub fn name(&self) -> &Text {
        &self.name
    }

    /// The role at sign-in, for showing what is within reach; never for deciding.
    pub fn role(&self) -> Role {
        self.role
    }

    /// When it began.
    pub fn since(&self) -> Timestamp {
        self.since
    }

    /// Where it was begun.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Why this role may not do that, for a disabled menu line; `None` when it may.
    pub fn why_not(&self, permission: Permission) -> Option<String> {
        (!self.role.may(permission)).then(|| denied(self.role, permission).to_string())
    }

    /// Why this role may do none of what those allow, which `deed` is the word for; `None` when
    /// it may do some of it.
    pub fn why_not_any(&self, any: &[Permission], deed: &'static str) -> Option<String> {
        let may = Permission::holders_of_any(any);
        let denied = DeskError::Denied { role: self.role.name(), deed, may };
        (!any.iter().any(|it| self.role.may(*it))).then(|| denied.to_string())
    }
}

/// The refusal of something that the table does not grant.
pub(super) fn denied(role: Role, permission: Permission) -> DeskError {
    DeskError::Denied {
        role: role.name(),
        deed: permission.deed(),
        may: permission.holders_in_words(),
    }
}

impl Desk {
    /// Checks that who asks is still there and may do that; the actor for the trail.
    ///
    /// # Errors
    /// [`DeskError::SignedOut`] when the account is gone, disabled, no longer for the console,
    /// or staff have set its password since the sign-in; [`DeskError::Denied`] when its role may not.
    pub(super) fn authorize(
        &self,
        who: &Session,
        permission: Permission,
    ) -> Result<Actor, DeskError> {
        let role = self.role_of(who)?;
        if !role.may(permission) {
            return Err(denied(role, permission));
        }
        Ok(actor_of(who, role))
    }

    /// The role that the account has now.
    ///
    /// # Errors
    /// As [`Desk::authorize`], but for the permission.
    pub(super) fn role_of(&self, who: &Session) -> Result<Role, DeskError> {
        let user = self.repo.fetch::<User>(who.user.0)?.map(|it| it.value);
        match user {
            Some(user) if user.status == UserStatus::Active && user.role.uses_console() => {
                expect_name_kept(who, &user)?;
                self.expect_password_kept(who, &user)?;
                Ok(user.role)
            }
            Some(user) if user.status == UserStatus::Active => Err(DeskError::SignedOut(format!(
                "{} may not use the console any more.",
                who.user_id
            ))),
            Some(_) => Err(DeskError::SignedOut(format!(
                "{} has been disabled; a Security Administrator can enable it again.",
                who.user_id
            ))),
            None => Err(DeskError::SignedOut(format!("{} has been deleted.", who.user_id))),
        }
    }

    /// Ends a session when staff have set the password since; an own change does not end it.
    fn expect_password_kept(&self, who: &Session, user: &User) -> Result<(), DeskError> {
        if user.password_set_at == who.password_set_at {
            return Ok(());
        }
        let began_with = who.password_set_at.map(|at| at.to_string());
        let sets = |entry: &AuditEntry| {
            entry.changes.iter().find(|it| it.field == PASSWORD_SET_AT).cloned()
        };
        let set_that_one = |entry: &AuditEntry| {
            sets(entry).is_some_and(|it| it.after.as_ref().map(Text::raw) == began_with.as_deref())
        };
        let since = self.entries_back_to(Key::new(Kind::User, user.id.0), set_that_one)?;
        // By hand, or by a mail that staff had sent.
        let by_staff = |entry: &AuditEntry| match entry.action {
            Action::UserPassword => true,
            Action::MailHandOver => sets(entry).is_some(),
            _ => false,
        };
        if since.iter().any(by_staff) {
            return Err(DeskError::SignedOut(String::from(
                "Your password was set anew by staff; sign in again.",
            )));
        }
        Ok(())
    }
}

/// Ends a session when staff have given the account another login: its name in the trail would
/// be one that nobody has any more.
fn expect_name_kept(who: &Session, user: &User) -> Result<(), DeskError> {
    if user.user_id() == who.user_id {
        return Ok(());
    }
    Err(DeskError::SignedOut(format!(
        "Your User ID is {} now; sign in again with it.",
        user.user_id()
    )))
}

/// The person of a session as the trail names them.
pub(super) fn actor_of(who: &Session, role: Role) -> Actor {
    Actor {
        user: Some(who.user),
        name: who.user_id.clone(),
        role: Some(role),
        os_user: who.origin.os_user.clone(),
        origin: who.origin.host.clone(),
    }
}

/// Somebody who is not signed in: a visitor of the portal, or who sets the store up.
pub(super) fn stranger(name: &str, origin: &Origin) -> Actor {
    Actor {
        user: None,
        name: name.into(),
        role: None,
        os_user: origin.os_user.clone(),
        origin: origin.host.clone(),
    }
}
