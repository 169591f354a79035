//! Roles, built in and of one's own, and what those let people do at the portal.
//!
//! What the built-in ones may do in the console is the table of [`Permission`].

use std::fmt;

use serde::{Deserialize, Serialize};

use super::fold;
use super::id::RoleId;
pub use super::permission::Permission;
use super::text::Text;

/// A role that an account can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Role {
    /// Takes requests in, approves them, helps portal users.
    #[serde(rename = "Customer Service")]
    CustomerService,
    /// Creates portal users and keeps their data.
    #[serde(rename = "Portal Data Administrator")]
    PortalDataAdministrator,
    /// Keeps staff accounts, roles, sites and the portal flag.
    #[serde(rename = "Security Administrator")]
    SecurityAdministrator,
    /// Runs the portal: requests, users, jobs. A portal user that may use the console.
    #[serde(rename = "Portal Admin")]
    PortalAdmin,
    /// Helps portal users. A portal user that may use the console.
    #[serde(rename = "Super User")]
    SuperUser,
    /// Reads everything, changes nothing.
    #[serde(rename = "Auditor")]
    Auditor,
    /// A customer's or partner's user: the portal only, never the console.
    #[serde(rename = "Portal User")]
    PortalUser,
}

impl Role {
    /// Every role, in the order of the table.
    pub const ALL: [Self; 7] = [
        Self::CustomerService,
        Self::PortalDataAdministrator,
        Self::SecurityAdministrator,
        Self::PortalAdmin,
        Self::SuperUser,
        Self::Auditor,
        Self::PortalUser,
    ];

    /// The roles of staff accounts.
    pub const STAFF: [Self; 4] = [
        Self::CustomerService,
        Self::PortalDataAdministrator,
        Self::SecurityAdministrator,
        Self::Auditor,
    ];

    /// The words on the screen.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CustomerService => "Customer Service",
            Self::PortalDataAdministrator => "Portal Data Administrator",
            Self::SecurityAdministrator => "Security Administrator",
            Self::PortalAdmin => "Portal Admin",
            Self::SuperUser => "Super User",
            Self::Auditor => "Auditor",
            Self::PortalUser => "Portal User",
        }
    }

    /// The role of that name: any case or width, hyphens, underscores or several spaces for one.
    pub fn named(text: &str) -> Option<Self> {
        let key = |name: &str| squeezed(&name_key(name));
        Self::ALL.into_iter().find(|role| key(role.name()) == key(text))
    }

    /// What it is for, to follow its name.
    pub const fn purpose(self) -> &'static str {
        match self {
            Self::CustomerService => "takes requests in, approves them and helps portal users",
            Self::PortalDataAdministrator => "creates portal users and keeps their data",
            Self::SecurityAdministrator => {
                "keeps staff accounts, roles, sites and the portal's switches"
            }
            Self::PortalAdmin => "runs the portal; a portal user that may use the console",
            Self::SuperUser => "helps portal users; a portal user that may use the console",
            Self::Auditor => "reads everything and changes nothing",
            Self::PortalUser => "a customer's or partner's user: the portal only",
        }
    }

    /// Whether an account of this role may sign in to the console.
    pub const fn uses_console(self) -> bool {
        !matches!(self, Self::PortalUser)
    }

    /// Whether this role is one that only a Security Administrator looks after.
    pub const fn is_privileged_portal(self) -> bool {
        matches!(self, Self::PortalAdmin | Self::SuperUser)
    }

    /// Whether the table grants `permission` to this role.
    pub fn may(self, permission: Permission) -> bool {
        permission.holders().contains(&self)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A portal role of one's own, for portal users that are not to be what [`Role::PortalUser`] is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortalRole {
    /// Its identity.
    pub id: RoleId,
    /// Its name; no other role has it, the built-in ones included.
    pub name: Text,
    /// What it is for.
    pub description: Option<Text>,
    /// What it lets people do at the portal.
    pub rights: Vec<PortalRight>,
    /// Whether it can be given; who has it keeps it.
    pub active: bool,
}

/// A role as an account has it: built in, or a portal role of one's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RoleChoice {
    /// One of those that are always there.
    BuiltIn(Role),
    /// A portal role of one's own.
    Own(RoleId),
}

impl RoleChoice {
    /// What it is to the table.
    pub const fn role(self) -> Role {
        match self {
            Self::BuiltIn(role) => role,
            Self::Own(_) => Role::PortalUser,
        }
    }

    /// The portal role of one's own, when it is one.
    pub const fn own(self) -> Option<RoleId> {
        match self {
            Self::BuiltIn(_) => None,
            Self::Own(id) => Some(id),
        }
    }

    /// What it takes to give it to somebody, or to take it from them: what it takes to make
    /// an account with it.
    pub const fn permission_to_give(self) -> Permission {
        match self.role() {
            Role::PortalUser => Permission::CreateWithPortalRole,
            role if role.is_privileged_portal() => Permission::CreatePrivilegedUsers,
            _ => Permission::Administer,
        }
    }
}

impl fmt::Display for RoleChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn(role) => role.fmt(f),
            Self::Own(id) => id.fmt(f),
        }
    }
}

/// The form in which the names of roles are unique: any case, hyphens or underscores for
/// spaces, as [`Role::named`] reads them.
pub fn name_key(name: &str) -> String {
    fold::identity(&name.replace(['-', '_'], " "))
}

/// One space where there are several.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Something that a portal role lets people do at the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PortalRight {
    /// Report a case.
    ReportCases,
    /// Read one's own cases.
    ReadOwnCases,
    /// Read the cases of one's companies.
    ReadCompanyCases,
    /// Read the contracts of one's companies.
    ReadContracts,
}

impl PortalRight {
    /// Every right.
    pub const ALL: [Self; 4] =
        [Self::ReportCases, Self::ReadOwnCases, Self::ReadCompanyCases, Self::ReadContracts];

    /// What the built-in Portal User may do, and Portal Admin and Super User with it.
    pub const BUILT_IN: [Self; 3] = [Self::ReportCases, Self::ReadOwnCases, Self::ReadCompanyCases];

    /// The word that commands take and scripts see.
    pub const fn word(self) -> &'static str {
        match self {
            Self::ReportCases => "report-cases",
            Self::ReadOwnCases => "read-own-cases",
            Self::ReadCompanyCases => "read-company-cases",
            Self::ReadContracts => "read-contracts",
        }
    }

    /// The right of that word, in any case.
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|right| right.word().eq_ignore_ascii_case(text.trim()))
    }

    /// The words on the screen.
    pub const fn words(self) -> &'static str {
        match self {
            Self::ReportCases => "report cases",
            Self::ReadOwnCases => "read their own cases",
            Self::ReadCompanyCases => "read their companies' cases",
            Self::ReadContracts => "read their companies' contracts",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_are_named_as_scripts_see_them() {
        for right in PortalRight::ALL {
            assert_eq!(PortalRight::named(right.word()), Some(right));
            assert_eq!(serde_json::to_value(right).unwrap(), right.word());
        }
        assert_eq!(PortalRight::named("rule"), None);
    }

    #[test]
    fn names_are_found_as_people_type_them() {
        for role in Role::ALL {
            assert_eq!(Role::named(role.name()), Some(role));
            assert_eq!(Role::named(&role.name().to_lowercase().replace(' ', "-")), Some(role));
        }
        for same in ["\u{ff30}ortal Admin", "Portal  Admin", " portal\u{a0}_admin"] {
            assert_eq!(Role::named(same), Some(Role::PortalAdmin), "{same}");
        }
        assert_eq!(Role::named("king"), None);
        assert_eq!(name_key(" Claims-Desk"), name_key("CLAIMS_desk"));
    }
}
