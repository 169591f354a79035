//! Roles and what each may do: one table, DOMAIN.md §6 as data.
//!
//! The table is asked in the service layer, before anything is read or changed. What is
//! not in it is refused, and the refusal names the roles that may.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::fold;
use super::id::RoleId;
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

/// Something that a role may or may not do: a line of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Read requests, users, contacts and companies.
    Read,
    /// Edit, link, approve, reject and reopen requests; bring them in by import.
    HandleRequests,
    /// Create and edit contacts and companies.
    KeepCompanyFile,
    /// Edit, reset the password of, disable, enable and unlock ordinary portal users.
    ManagePortalUsers,
    /// The same for Portal Admin and Super User accounts.
    ManagePrivilegedUsers,
    /// Create portal users in a company's file, under Portal Access or by import.
    CreatePortalUsers,
    /// Delete ordinary portal users.
    DeletePortalUsers,
    /// Make and look after staff accounts; roles, sites and the portal flag.
    Administer,
    /// Read one's own trail.
    ReadOwnAudit,
    /// Read and export everybody's trail.
    ReadAllAudit,
    /// Create portal users by the User Account Management Utility.
    CreateByUtility,
    /// Create User for Portal Admin and Super User accounts, and give those roles.
    CreatePrivilegedUsers,
    /// Create User for portal roles, and give those roles.
    CreateWithPortalRole,
    /// Set Can Create Users and Claim Authorization Required.
    SetPortalFlags,
    /// Run jobs, Site sync among them.
    RunJobs,
    /// Override warnings.
    OverrideWarnings,
}

impl Permission {
    /// Every line of the table.
    pub const ALL: [Self; 16] = [
        Self::Read,
        Self::HandleRequests,
        Self::KeepCompanyFile,
        Self::ManagePortalUsers,
        Self::ManagePrivilegedUsers,
        Self::CreatePortalUsers,
        Self::DeletePortalUsers,
        Self::Administer,
        Self::ReadOwnAudit,
        Self::ReadAllAudit,
        Self::CreateByUtility,
        Self::CreatePrivilegedUsers,
        Self::CreateWithPortalRole,
        Self::SetPortalFlags,
        Self::RunJobs,
        Self::OverrideWarnings,
    ];

    /// The roles that hold it.
    pub const fn holders(self) -> &'static [Role] {
        use Role::{
            Auditor, CustomerService, PortalAdmin, PortalDataAdministrator, SecurityAdministrator,
            SuperUser,
        };
        match self {
            Self::Read | Self::ReadOwnAudit => &[
                CustomerService,
                PortalDataAdministrator,
                SecurityAdministrator,
                PortalAdmin,
                SuperUser,
                Auditor,
            ],
            Self::HandleRequests => &[CustomerService, PortalAdmin],
            Self::KeepCompanyFile | Self::CreatePortalUsers | Self::DeletePortalUsers => {
                &[CustomerService, PortalDataAdministrator, PortalAdmin]
            }
            Self::ManagePortalUsers => {
                &[CustomerService, PortalDataAdministrator, PortalAdmin, SuperUser]
            }
            Self::ManagePrivilegedUsers | Self::CreatePrivilegedUsers | Self::Administer => {
                &[SecurityAdministrator]
            }
            Self::CreateByUtility => &[PortalDataAdministrator],
            Self::CreateWithPortalRole => &[PortalAdmin],
            Self::SetPortalFlags => &[PortalDataAdministrator, PortalAdmin],
            Self::RunJobs | Self::OverrideWarnings => &[SecurityAdministrator, PortalAdmin],
            Self::ReadAllAudit => &[SecurityAdministrator, PortalAdmin, Auditor],
        }
    }

    /// What it is, to follow “may”: `edit, approve and reject requests`.
    pub const fn deed(self) -> &'static str {
        match self {
            Self::Read => "read requests, users, contacts and companies",
            Self::HandleRequests => "edit, link, approve and reject requests",
            Self::KeepCompanyFile => "create and edit contacts and companies",
            Self::ManagePortalUsers => "edit, unlock and reset portal users",
            Self::ManagePrivilegedUsers => "look after Portal Admin and Super User accounts",
            Self::CreatePortalUsers => "create portal users",
            Self::DeletePortalUsers => "delete portal users",
            Self::Administer => "look after staff accounts, roles, sites and the portal flag",
            Self::ReadOwnAudit => "read their own audit trail",
            Self::ReadAllAudit => "read everybody's audit trail",
            Self::CreateByUtility => "create users by the User Account Management Utility",
            Self::CreatePrivilegedUsers => "create Portal Admin and Super User accounts",
            Self::CreateWithPortalRole => "create users with a portal role",
            Self::SetPortalFlags => "set Can Create Users and Claim Authorization Required",
            Self::RunJobs => "run jobs",
            Self::OverrideWarnings => "override warnings",
        }
    }

    /// The roles that hold it, as a list in words: `Customer Service or Portal Admin`.
    pub fn holders_in_words(self) -> String {
        Self::holders_of_any(&[self])
    }

    /// The roles that hold one of those, as a list in words.
    pub fn holders_of_any(any: &[Self]) -> String {
        let holders = Role::ALL.into_iter().filter(|role| any.iter().any(|it| role.may(*it)));
        let names: Vec<&str> = holders.map(Role::name).collect();
        match names.split_last() {
            None => String::from("nobody"),
            Some((last, [])) => (*last).to_owned(),
            Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// DOMAIN.md §6, a row a permission, a column a role of `Role::ALL`.
    const TABLE: [(Permission, &str); 16] = [
        (Permission::Read, "●●●●●●-"),
        (Permission::HandleRequests, "●--●---"),
        (Permission::KeepCompanyFile, "●●-●---"),
        (Permission::ManagePortalUsers, "●●-●●--"),
        (Permission::ManagePrivilegedUsers, "--●----"),
        (Permission::CreatePortalUsers, "●●-●---"),
        (Permission::DeletePortalUsers, "●●-●---"),
        (Permission::Administer, "--●----"),
        (Permission::ReadOwnAudit, "●●●●●●-"),
        (Permission::ReadAllAudit, "--●●-●-"),
        (Permission::CreateByUtility, "-●-----"),
        (Permission::CreatePrivilegedUsers, "--●----"),
        (Permission::CreateWithPortalRole, "---●---"),
        (Permission::SetPortalFlags, "-●-●---"),
        (Permission::RunJobs, "--●●---"),
        (Permission::OverrideWarnings, "--●●---"),
    ];

    #[test]
    fn every_cell_of_the_table() {
        for (permission, row) in TABLE {
            for (role, cell) in Role::ALL.into_iter().zip(row.chars()) {
                assert_eq!(role.may(permission), cell == '●', "{role} {permission:?}");
            }
        }
        assert_eq!(TABLE.len(), Permission::ALL.len());
    }

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
