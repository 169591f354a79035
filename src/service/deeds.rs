//! The deeds that are done to many users at once: who may, what becomes of an account, and
//! why not.

use serde::Serialize;

use crate::domain::audit::Action;
use crate::domain::id::UserId;
use crate::domain::role::{Permission, Role};
use crate::domain::text::Text;
use crate::domain::user::User;

use super::accounts::{
    disabled, enabled, own_account, permission_over, permission_to_delete, unlocked,
};
use super::session::denied;

/// What can be done to many users at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// Switch them off.
    Disable,
    /// Switch them on again.
    Enable,
    /// End their waits and locks.
    Unlock,
    /// Delete them for good.
    Delete,
}

impl Deed {
    /// Every deed, in the order of a menu.
    pub const ALL: [Self; 4] = [Self::Disable, Self::Enable, Self::Unlock, Self::Delete];

    /// The word on a button: `Disable`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Disable => "Disable",
            Self::Enable => "Enable",
            Self::Unlock => "Unlock",
            Self::Delete => "Delete",
        }
    }

    /// What has been done: `disabled`.
    pub const fn done(self) -> &'static str {
        match self {
            Self::Disable => "disabled",
            Self::Enable => "enabled",
            Self::Unlock => "unlocked",
            Self::Delete => "deleted",
        }
    }
}

/// Why a deed is not done to a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Reason {
    /// It is the account of who does it.
    Own,
    /// It takes a permission that the role has not.
    Denied(Role, Permission),
    /// There is nothing to do: it is disabled already, or not, or nothing has failed.
    State(Deed),
    /// Somebody deleted it meanwhile.
    Gone,
}

impl Reason {
    /// The sentence about many.
    pub fn of_many(self) -> String {
        match self {
            Self::Own => own_account().to_string(),
            Self::Denied(role, permission) => denied(role, permission).to_string(),
            Self::State(Deed::Disable) => "They are disabled already.".into(),
            Self::State(Deed::Enable) => "They are not disabled.".into(),
            Self::State(_) => "They have no failed sign-ins; there is nothing to unlock.".into(),
            Self::Gone => "They are gone: somebody deleted them meanwhile.".into(),
        }
    }

    /// The sentence about one.
    pub fn of_one(self, user_id: &Text) -> String {
        match self {
            Self::Own | Self::Denied(..) => self.of_many(),
            Self::State(Deed::Disable) => format!("{user_id} is disabled already."),
            Self::State(Deed::Enable) => format!("{user_id} is not disabled."),
            Self::State(_) => {
                format!("{user_id} has no failed sign-ins; there is nothing to unlock.")
            }
            Self::Gone => format!("{user_id} is gone: somebody deleted it meanwhile."),
        }
    }
}

impl Deed {
    /// What it takes to do it to that account.
    pub(super) fn permission(self, user: &User) -> Permission {
        match self {
            Self::Delete => permission_to_delete(user),
            Self::Disable | Self::Enable | Self::Unlock => permission_over(user),
        }
    }

    /// What it takes to do it to an ordinary portal user.
    pub(super) const fn ordinary(self) -> Permission {
        match self {
            Self::Delete => Permission::DeletePortalUsers,
            Self::Disable | Self::Enable | Self::Unlock => Permission::ManagePortalUsers,
        }
    }

    /// What the trail calls it.
    pub(super) const fn action(self) -> Action {
        match self {
            Self::Disable => Action::UserDisable,
            Self::Enable => Action::UserEnable,
            Self::Unlock => Action::UserUnlock,
            Self::Delete => Action::UserDelete,
        }
    }

    /// What becomes of an account: as it is to be, `None` when it goes.
    ///
    /// # Errors
    /// Why it is not done to this one.
    pub(super) fn decide(
        self,
        who: UserId,
        role: Role,
        user: &User,
    ) -> Result<Option<User>, Reason> {
        if user.id == who {
            return Err(Reason::Own);
        }
        let permission = self.permission(user);
        if !role.may(permission) {
            return Err(Reason::Denied(role, permission));
        }
        let after = match self {
            Self::Disable => disabled(user),
            Self::Enable => enabled(user),
            Self::Unlock => unlocked(user),
            Self::Delete => return Ok(None),
        };
        after.map(Some).map_err(|_| Reason::State(self))
    }
}
