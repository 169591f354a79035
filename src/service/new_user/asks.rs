//! What each form of **Add Portal User** asks for: one table.

use crate::domain::user::CreatedVia;

use super::Entrance;
use super::mailing::Mailing;

/// Whether a form asks for something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// It has to be filled in.
    Required,
    /// It may be left empty.
    Optional,
    /// There is no such field.
    Absent,
}

/// What a form asks for.
#[derive(Debug, Clone, Copy)]
pub(in crate::service) struct Asks {
    /// What the account says of how it was made.
    pub(super) via: CreatedVia,
    /// Whether both names have to be there.
    pub(super) named: bool,
    /// Whether an email has to be there.
    pub(super) mailed: bool,
    /// Whether the email is the login; else a login is asked for.
    pub(super) email_is_login: bool,
    /// The password.
    pub(super) password: Need,
    /// Whether the password is typed twice.
    pub(super) retyped: bool,
    /// Whether the account type is chosen; else it is the companies' kind.
    pub(super) typed: bool,
    /// Whether the role is chosen; else it is Portal User.
    pub(super) role: bool,
    /// Whether it takes several companies.
    pub(super) many: bool,
    /// Whether warnings stop it until they are overridden.
    pub(super) stops: bool,
    /// Whether a mail is sent to the new user.
    pub(super) mailing: Mailing,
    /// Its fields, in their order.
    pub(super) order: &'static [&'static str],
}

const COMPANY_FILE: Asks = Asks {
    via: CreatedVia::CompanyFile,
    named: true,
    mailed: false,
    email_is_login: false,
    password: Need::Required,
    retyped: false,
    typed: false,
    role: false,
    many: false,
    stops: false,
    mailing: Mailing::Never,
    order: &["company", "first", "last", "email", "phone", "login_name", "password", "invite"],
};

const PORTAL_ACCESS: Asks = Asks {
    via: CreatedVia::PortalAccess,
    named: false,
    email_is_login: true,
    mailed: true,
    password: Need::Optional,
    mailing: Mailing::Offered(true),
    ..COMPANY_FILE
};

const UTILITY: Asks = Asks {
    via: CreatedVia::Utility,
    mailed: true,
    retyped: true,
    typed: true,
    mailing: Mailing::Offered(false),
    order: &[
        "account_type",
        "login_name",
        "password",
        "retyped",
        "first",
        "last",
        "email",
        "phone",
        "company",
        "can_create_users",
        "claim_authorization_required",
        "invite",
    ],
    ..COMPANY_FILE
};

const CREATE_USER: Asks = Asks {
    via: CreatedVia::CreateUser,
    mailed: true,
    password: Need::Absent,
    role: true,
    many: true,
    stops: true,
    mailing: Mailing::ByJob,
    order: &[
        "first",
        "last",
        "email",
        "phone",
        "login_name",
        "role",
        "companies",
        "configs",
        "second_factor",
    ],
    ..COMPANY_FILE
};

/// What a portal user who may create users fills in.
pub(in crate::service) const DELEGATED: Asks =
    Asks { via: CreatedVia::PortalUser, mailed: true, password: Need::Optional, ..COMPANY_FILE };

impl Asks {
    /// What the form of that entrance asks for.
    pub(super) const fn of(via: Entrance) -> &'static Self {
        match via {
            Entrance::CompanyFile => &COMPANY_FILE,
            Entrance::PortalAccess => &PORTAL_ACCESS,
            Entrance::Utility => &UTILITY,
            Entrance::CreateUser => &CREATE_USER,
        }
    }

    /// The field that companies are chosen in.
    pub(super) const fn company(&self) -> &'static str {
        if self.many { "companies" } else { "company" }
    }
}
