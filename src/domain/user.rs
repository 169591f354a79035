//! Users: staff of ours and people of customers and partners; one entity, two kinds.

use serde::{Deserialize, Serialize};

use super::company::CompanyKind;
use super::factor::Factor;
use super::id::{CompanyId, ContactId, MailId, RoleId, SiteId, UserId};
use super::mail::InvitationTrouble;
use super::role::{Role, RoleChoice};
use super::text::Text;
use super::time::Timestamp;

/// Whose account it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum UserKind {
    /// One of ours, for the console.
    Staff,
    /// A customer's or partner's, for the portal; its User ID ends in `.P`.
    Portal,
}

/// Whether the account can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum UserStatus {
    /// No password yet.
    Pending,
    /// Can sign in.
    Active,
    /// Switched off by staff; can be switched on again.
    Disabled,
}

impl UserStatus {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Pending, Self::Active, Self::Disabled];

    /// The word on the screen.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Active => "Active",
            Self::Disabled => "Disabled",
        }
    }

    /// The status of that name, in any case.
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.word().eq_ignore_ascii_case(text.trim()))
    }
}

/// A group that a user is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Group {
    /// Everyone of ours.
    Staff,
    /// Every portal user.
    Portals,
    /// Portal users that the account utility made.
    #[serde(rename = "Service Portal")]
    ServicePortal,
}

impl Group {
    /// The word on the screen.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Staff => "Staff",
            Self::Portals => "Portals",
            Self::ServicePortal => "Service Portal",
        }
    }
}

/// What an account is licensed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Licence {
    /// The customer portal.
    Portal,
}

impl Licence {
    /// The word on the screen.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Portal => "Portal",
        }
    }
}

/// Which way the account came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum CreatedVia {
    /// The first administrator, made at first start.
    #[serde(rename = "first start")]
    FirstStart,
    /// Staff accounts.
    #[serde(rename = "staff accounts")]
    StaffAccounts,
    /// Workflow A: approval of a portal request.
    #[serde(rename = "A")]
    Request,
    /// Workflow C: added in a company's file.
    #[serde(rename = "C")]
    CompanyFile,
    /// Workflow D: added under Portal Access.
    #[serde(rename = "D")]
    PortalAccess,
    /// A row of an imported file.
    #[serde(rename = "import")]
    Import,
    /// Workflow B: the User Account Management Utility.
    #[serde(rename = "B")]
    Utility,
    /// Workflow E: Create User.
    #[serde(rename = "E")]
    CreateUser,
    /// A portal user that may create users made it.
    #[serde(rename = "portal user")]
    PortalUser,
}

/// An Argon2id hash in PHC string form; printed as `[redacted]`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PasswordHash(pub String);

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

/// The suffix that the User ID of a portal user carries on screens.
pub const PORTAL_SUFFIX: &str = ".P";

/// Failures in a row after which only staff can unlock an account (DOMAIN.md §7).
pub const LOCK_AFTER: u32 = 100;

/// An account. Never serialized for people as it is: screens and scripts get views of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Its identity.
    pub id: UserId,
    /// Ours or a customer's.
    pub kind: UserKind,
    /// The login, without `.P`; unique together with all emails.
    pub login_name: Text,
    /// First name.
    pub first: Option<Text>,
    /// Last name.
    pub last: Option<Text>,
    /// Email, unique together with all logins.
    pub email: Option<Text>,
    /// Phone.
    pub phone: Option<Text>,
    /// What it may do.
    pub role: Role,
    /// The groups it is in.
    pub groups: Vec<Group>,
    /// Whether it can be used.
    pub status: UserStatus,
    /// The hash of its password, once one is set.
    pub password_hash: Option<PasswordHash>,
    /// Whether the next sign-in must begin with a new password.
    pub must_change_password: bool,
    /// When the password was last set.
    pub password_set_at: Option<Timestamp>,
    /// Failed sign-ins in a row.
    pub failed_count: u32,
    /// Until when sign-in waits, after several failures.
    pub throttled_until: Option<Timestamp>,
    /// The last sign-in that went through.
    pub last_login_at: Option<Timestamp>,
    /// When the account was made.
    pub created_at: Timestamp,
    /// Which way it was made.
    pub created_via: CreatedVia,
    /// Whether the email is the login, so that a new email moves the login.
    pub login_follows_email: bool,
    /// What another system calls the person; unique over users.
    pub external_id: Option<Text>,
    /// What it is licensed for.
    pub licence: Option<Licence>,
    /// The portal role of one's own that it has; none but with [`Role::PortalUser`], and none
    /// there for the built-in one.
    pub portal_role: Option<RoleId>,
    /// What it has to show besides the password; none for the password alone.
    pub second_factor: Option<Factor>,
    /// When its second factor was set up; none while that is still to be done.
    pub factor_enrolled_at: Option<Timestamp>,
    /// Until when the password can be used, when it came by mail and has not been changed yet.
    pub temporary_until: Option<Timestamp>,
    /// What is wrong with its current invitation: told by its mail, in whose commits it is set.
    pub invitation: Option<InvitationTrouble>,
    /// The last mail that was made for it; those before it are reached from there.
    pub last_mail: Option<MailId>,
}

impl User {
    /// The User ID as people see it: the login, with `.P` for a portal user.
    pub fn user_id(&self) -> Text {
        match self.kind {
            UserKind::Staff => self.login_name.clone(),
            UserKind::Portal => Text::new(format!("{}{PORTAL_SUFFIX}", self.login_name.raw())),
        }
    }

    /// The name people know it by: first and last, else the email, else the login.
    pub fn label(&self) -> Text {
        super::contact::label(self.first.as_ref(), self.last.as_ref())
            .or_else(|| self.email.clone())
            .unwrap_or_else(|| self.login_name.clone())
    }

    /// Whether a hundred failures in a row have locked it until staff unlock it.
    pub const fn is_locked(&self) -> bool {
        self.failed_count >= LOCK_AFTER
    }

    /// Whether its password came by mail and can be used no more.
    pub fn is_password_over(&self, now: Timestamp) -> bool {
        self.temporary_until.is_some_and(|until| until <= now)
    }

    /// Its role as it is given.
    pub fn role_choice(&self) -> RoleChoice {
        self.portal_role.map_or(RoleChoice::BuiltIn(self.role), RoleChoice::Own)
    }

    /// The badges beside the status, as of `now`.
    pub fn badges(&self, now: Timestamp) -> Vec<Badge> {
        let mut badges = Vec::new();
        if self.is_locked() {
            badges.push(Badge::Locked);
        } else if let Some(until) = self.throttled_until.filter(|until| *until > now) {
            badges.push(Badge::Throttled { until });
        }
        if self.must_change_password && self.password_hash.is_some() {
            badges.push(Badge::MustChange);
        }
        if self.second_factor.is_some() && self.factor_enrolled_at.is_none() {
            badges.push(Badge::NotEnrolled);
        }
        if self.last_login_at.is_none() {
            badges.push(Badge::NeverSignedIn);
        }
        badges.extend(self.invitation.map(Badge::Invitation));
        badges
    }
}

/// A remark beside the status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Badge {
    /// Needs an unlock by staff.
    Locked,
    /// Sign-in waits until then.
    Throttled {
        /// The end of the wait.
        until: Timestamp,
    },
    /// Must change the password at the next sign-in.
    MustChange,
    /// Has never signed in.
    NeverSignedIn,
    /// Has a second factor that is still to be set up.
    NotEnrolled,
    /// Has an invitation that somebody has to see to.
    Invitation(InvitationTrouble),
}

/// What makes a user a portal user; shares its user's number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortalProfile {
    /// The user it belongs to.
    pub user: UserId,
    /// Customer or partner: the kind of every member company.
    pub account_type: CompanyKind,
    /// The contact behind the user; one live user a contact.
    pub contact: ContactId,
    /// The site it belongs to.
    pub home_site: SiteId,
    /// May add users for its own account.
    pub can_create_users: bool,
    /// Its claims need authorization; partners only.
    pub claim_authorization_required: bool,
    /// The companies it acts for: at least one, exactly one of them primary.
    pub memberships: Vec<Membership>,
    /// The account that each active site of the portal site group holds.
    pub site_accounts: Vec<SiteAccount>,
    /// The organization config that it works with in a company; at most one a company, of a
    /// contract of that company. Kept apart from the memberships because only the end of a
    /// stored record can grow.
    pub organization_configs: Vec<MemberConfig>,
}

impl PortalProfile {
    /// The company that lists show.
    pub fn primary(&self) -> Option<CompanyId> {
        self.memberships.iter().find(|m| m.primary).map(|m| m.company)
    }
}

/// That a user acts for a company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// The company.
    pub company: CompanyId,
    /// Whether it is the one that lists show.
    pub primary: bool,
}

/// The organization config of a user in one of its companies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberConfig {
    /// The company.
    pub company: CompanyId,
    /// The code of the config, as a contract of the company has it.
    pub code: Text,
}

/// A user's account at one site of the portal site group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteAccount {
    /// The site.
    pub site: SiteId,
    /// The version of the user that the site holds.
    pub synced_version: u64,
}
