//! The top-level screens and the click paths under which people know them.

/// A top-level screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// What needs a hand.
    Dashboard,
    /// Workflow A.
    Requests,
    /// Everybody's accounts.
    Users,
    /// Portal users by company: workflow D.
    PortalAccess,
    /// The people behind requests and portal users.
    Contacts,
    /// Customers and partners.
    Companies,
    /// The same, to get at a company's users: workflow C.
    CompanyUsers,
    /// What runs by itself, and what came of it.
    Jobs,
    /// Every mail to portal users.
    Outbox,
    /// Who did what.
    Audit,
    /// The sites of the portal, and the portal's own switch.
    Settings,
    /// Which sites belong together; one group is the portal's.
    SiteGroups,
    /// What an account may do.
    Roles,
    /// The accounts of colleagues.
    StaffAccounts,
    /// How mail is set up.
    MailSettings,
}

impl Place {
    /// Every place, in menu order.
    pub const ALL: [Self; 15] = [
        Self::Dashboard,
        Self::Requests,
        Self::Users,
        Self::PortalAccess,
        Self::Contacts,
        Self::Companies,
        Self::CompanyUsers,
        Self::Jobs,
        Self::Outbox,
        Self::Audit,
        Self::Settings,
        Self::SiteGroups,
        Self::Roles,
        Self::StaffAccounts,
        Self::MailSettings,
    ];

    /// The name in menus.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dashboard => "Dashboard",
            Self::Requests => "Portal Requests",
            Self::Users => "Users",
            Self::PortalAccess => "Portal Access",
            Self::Contacts => "Contacts",
            Self::Companies => "Companies",
            Self::CompanyUsers => "Users of a company",
            Self::Jobs => "Jobs",
            Self::Outbox => "Outbox",
            Self::Audit => "Audit",
            Self::Settings => "Settings",
            Self::SiteGroups => "Site groups",
            Self::Roles => "Roles",
            Self::StaffAccounts => "Staff accounts",
            Self::MailSettings => "Mail settings",
        }
    }

    /// The documented click paths that lead here, the one shown on the screen first.
    pub const fn paths(self) -> &'static [&'static str] {
        match self {
            Self::Dashboard => &["Dashboard"],
            Self::Requests => &["Setup ▸ Portal ▸ Portal Requests"],
            Self::Users => &["Admin ▸ Users", "User Management ▸ Users"],
            Self::PortalAccess => &["Settings ▸ Client ▸ Portal Access"],
            Self::Contacts => &["Contacts"],
            Self::Companies => &["Companies"],
            Self::CompanyUsers => &["Company ▸ Contacts ▸ Users"],
            Self::Jobs => &["Jobs"],
            Self::Outbox => &["Jobs ▸ Outbox", "Outbox"],
            Self::Audit => &["Audit"],
            Self::Settings => &["Settings ▸ Sites", "Settings ▸ Portal"],
            Self::SiteGroups => &["Settings ▸ Site groups"],
            Self::Roles => &["Settings ▸ Roles"],
            Self::StaffAccounts => &["Settings ▸ Staff accounts"],
            Self::MailSettings => &["Settings ▸ Mail"],
        }
    }
}
