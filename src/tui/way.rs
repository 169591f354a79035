//! The ways to make an account: the click paths under which people know them, and for whom
//! they are.

use crate::domain::role::Permission;
use crate::service::{DeskError, Session};

/// A way to make an account from the list of users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Way {
    /// Workflow D.
    PortalAccess,
    /// An account for a colleague.
    Staff,
}

impl Way {
    /// Every way, in menu order.
    pub const ALL: [Self; 2] = [Self::PortalAccess, Self::Staff];

    /// The click path, or the name where there is none.
    pub const fn path(self) -> &'static str {
        match self {
            Self::PortalAccess => "Settings ▸ Client ▸ Portal Access ▸ + Add New Portal User",
            Self::Staff => "Add a staff account",
        }
    }

    /// What is made.
    pub const fn help(self) -> &'static str {
        match self {
            Self::PortalAccess => "A portal user by company, email and password",
            Self::Staff => "An account for a colleague, for this console",
        }
    }

    /// What it needs; one of them is enough.
    const fn permissions(self) -> &'static [Permission] {
        match self {
            Self::PortalAccess => &[Permission::CreatePortalUsers],
            Self::Staff => &[Permission::Administer],
        }
    }

    /// Why it is not for who is signed in, and who may; `None` when it is.
    pub fn why_not(self, who: &Session) -> Option<String> {
        let needed = self.permissions();
        if let [one] = needed {
            return who.why_not(*one);
        }
        if needed.iter().any(|it| who.role().may(*it)) {
            return None;
        }
        let may: Vec<String> = needed.iter().map(|it| it.holders_in_words()).collect();
        let denied = DeskError::Denied {
            role: who.role().name(),
            deed: "create users by Create User",
            may: may.join(" or "),
        };
        Some(denied.to_string())
    }
}
