//! What each role may do: one table, DOMAIN.md §6 as data.
//!
//! The table is asked in the service layer, before anything is read or changed. What is
//! not in it is refused, and the refusal names the roles that may.

use super::role::Role;

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
            Self::Administer => "look after staff accounts, roles, sites, jobs and the portal flag",
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
}
