//! The deeds that are done to many users at once: who may, what becomes of an account, and
//! why not.

use serde::Serialize;

use crate::domain::audit::Action;
use crate::domain::id::UserId;
use crate::domain::mail::{Mail, MailState};
use crate::domain::role::{Permission, Role};
use crate::domain::text::Text;
use crate::domain::user::{User, UserKind, UserStatus};

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
    /// Send them an invitation, the first one or another in place of the last.
    Invite,
}

impl Deed {
    /// Every deed, in the order of a menu.
    pub const ALL: [Self; 5] =
        [Self::Disable, Self::Enable, Self::Unlock, Self::Invite, Self::Delete];

    /// The word on a button: `Disable`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Disable => "Disable",
            Self::Enable => "Enable",
            Self::Unlock => "Unlock",
            Self::Delete => "Delete",
            Self::Invite => "Invite",
        }
    }

    /// What has been done: `disabled`.
    pub const fn done(self) -> &'static str {
        match self {
            Self::Disable => "disabled",
            Self::Enable => "enabled",
            Self::Unlock => "unlocked",
            Self::Delete => "deleted",
            Self::Invite => "invited",
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
    /// It can't be sent an invitation.
    Uninvited(Uninvited),
}

/// Why an account among many is not sent an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Uninvited {
    /// It is a staff account.
    Staff,
    /// It is disabled.
    Disabled,
    /// It has no email.
    NoEmail,
    /// It has signed in before: that takes a confirmation for each.
    SignedIn,
    /// A mail to it waits already, or is being sent.
    Waits,
}

impl Uninvited {
    /// What it says of an account, or of many.
    const fn said(self, many: bool) -> &'static str {
        match (self, many) {
            (Self::Staff, true) => "are staff accounts; only portal users are invited.",
            (Self::Staff, false) => "is a staff account; only portal users are invited.",
            (Self::Disabled, true) => "are disabled; enable them first.",
            (Self::Disabled, false) => "is disabled; enable it first.",
            (Self::NoEmail, true) => {
                "have no email; enter one, or set a password and hand it over."
            }
            (Self::NoEmail, false) => {
                "has no email; enter one, or set a password and hand it over."
            }
            (Self::SignedIn, true) => "have signed in before; send those a new sign-in one by one.",
            (Self::SignedIn, false) => "has signed in before; send it a new sign-in by itself.",
            (Self::Waits, true) => "have a mail waiting already, to be sent or to be released.",
            (Self::Waits, false) => "has a mail waiting already, to be sent or to be released.",
        }
    }
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
            Self::Uninvited(why) => format!("They {}", why.said(true)),
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
            Self::Uninvited(why) => format!("{user_id} {}", why.said(false)),
        }
    }
}

impl Deed {
    /// What it takes to do it to that account.
    pub(super) fn permission(self, user: &User) -> Permission {
        match self {
            Self::Delete => permission_to_delete(user),
            Self::Disable | Self::Enable | Self::Unlock | Self::Invite => permission_over(user),
        }
    }

    /// What it takes to do it to an ordinary portal user.
    pub(super) const fn ordinary(self) -> Permission {
        match self {
            Self::Delete => Permission::DeletePortalUsers,
            Self::Disable | Self::Enable | Self::Unlock | Self::Invite => {
                Permission::ManagePortalUsers
            }
        }
    }

    /// What the trail calls it.
    pub(super) const fn action(self) -> Action {
        match self {
            Self::Disable => Action::UserDisable,
            Self::Enable => Action::UserEnable,
            Self::Unlock => Action::UserUnlock,
            Self::Delete => Action::UserDelete,
            Self::Invite => Action::InvitationQueue,
        }
    }

    /// What becomes of an account: as it is to be, `None` when it goes. `last` is the last mail
    /// to it, for a deed that asks for it.
    ///
    /// # Errors
    /// Why it is not done to this one.
    pub(super) fn decide(
        self,
        who: UserId,
        role: Role,
        user: &User,
        last: Option<&Mail>,
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
            Self::Invite => {
                return invitable(user, last)
                    .map(|()| Some(user.clone()))
                    .map_err(Reason::Uninvited);
            }
        };
        after.map(Some).map_err(|_| Reason::State(self))
    }
}

/// Refuses an account that can't be sent an invitation among many.
fn invitable(user: &User, last: Option<&Mail>) -> Result<(), Uninvited> {
    let waits = |it: &Mail| it.state.is_waiting() || it.state == MailState::Sending;
    if user.kind == UserKind::Staff {
        Err(Uninvited::Staff)
    } else if user.status == UserStatus::Disabled {
        Err(Uninvited::Disabled)
    } else if user.email.is_none() {
        Err(Uninvited::NoEmail)
    } else if user.last_login_at.is_some() {
        Err(Uninvited::SignedIn)
    } else if last.is_some_and(waits) {
        Err(Uninvited::Waits)
    } else {
        Ok(())
    }
}
