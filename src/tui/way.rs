//! The ways to make an account: the click paths under which people know them, and for whom
//! they are.

use crate::domain::role::Permission;
use crate::service::{Entrance, Session};

/// A way to make an account from the list of users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Way {
    /// Workflow E.
    CreateUser,
    /// Workflow B.
    Utility,
    /// Workflow D.
    PortalAccess,
    /// An account for a colleague.
    Staff,
}

impl Way {
    /// Every way, in menu order.
    pub const ALL: [Self; 4] = [Self::CreateUser, Self::Utility, Self::PortalAccess, Self::Staff];

    /// The click path, or the name where there is none.
    pub const fn path(self) -> &'static str {
        match self {
            Self::CreateUser => "Create ▸ User",
            Self::Utility => "Activity ▸ User Account Management Utility",
            Self::PortalAccess => "Settings ▸ Client ▸ Portal Access ▸ + Add New Portal User",
            Self::Staff => "Add a staff account",
        }
    }

    /// What is made.
    pub const fn help(self) -> &'static str {
        match self {
            Self::CreateUser => "With a role, for one or more customers",
            Self::Utility => "For a customer or partner, with a password",
            Self::PortalAccess => "A portal user by company, email and password",
            Self::Staff => "An account for a colleague, for this console",
        }
    }

    /// Why it is not for who is signed in, and who may; `None` when it is.
    pub fn why_not(self, who: &Session) -> Option<String> {
        match self {
            Self::CreateUser => Entrance::CreateUser.why_not(who),
            Self::Utility => Entrance::Utility.why_not(who),
            Self::PortalAccess => Entrance::PortalAccess.why_not(who),
            Self::Staff => who.why_not(Permission::Administer),
        }
    }

    /// Why none is for who is signed in, and whom any of them is for; `None` when one is.
    pub fn why_none(who: &Session) -> Option<String> {
        let any = [
            Permission::CreatePrivilegedUsers,
            Permission::CreateWithPortalRole,
            Permission::CreateByUtility,
            Permission::CreatePortalUsers,
            Permission::Administer,
        ];
        who.why_not_any(&any, "create users")
    }
}
