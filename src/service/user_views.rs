//! What screens and scripts get to see of a user: never the password's hash.

use std::collections::HashMap;

use serde::Serialize;

use crate::domain::company::{Company, CompanyKind};
use crate::domain::contact::Contact;
use crate::domain::factor::Factor;
use crate::domain::id::{CompanyId, ContactId, RoleId, SiteId, UserId};
use crate::domain::login::{Door, LoginEvent, LoginOutcome};
use crate::domain::role::{Permission, RoleChoice};
use crate::domain::site::Site;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::domain::user::{
    Badge, CreatedVia, Group, Licence, PortalProfile, User, UserKind, UserStatus,
};
use crate::store::{Key, Kind, RepositoryExt, Stamp, Versioned};

use super::accounts::{permission_over, permission_to_delete};
use super::invitations::{MailRow, no_invitation, why_not_cancel, why_not_invite};
use super::trail::HistoryLine;
use super::{Desk, DeskError, Session};

/// A user in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UserRow {
    /// Its identity.
    pub id: UserId,
    /// The User ID as people see it, with `.P` for a portal user.
    pub user_id: Text,
    /// The login, without `.P`.
    pub login_name: Text,
    /// Ours or a customer's.
    pub kind: UserKind,
    /// First name.
    pub first: Option<Text>,
    /// Last name.
    pub last: Option<Text>,
    /// Email.
    pub email: Option<Text>,
    /// Phone.
    pub phone: Option<Text>,
    /// The name of its role.
    pub role: Text,
    /// Whether it can be used.
    pub status: UserStatus,
    /// The primary company.
    pub company: Option<CompanyId>,
    /// Its code.
    pub company_code: Option<Text>,
    /// Its name.
    pub company_name: Option<Text>,
    /// How many companies there are beside the primary one: `+n` in lists.
    pub more_companies: usize,
    /// The contact behind a portal user.
    pub contact: Option<ContactId>,
    /// The address of the portal where a portal user is registered: its site's website, else
    /// the site's name.
    pub website: Option<Text>,
    /// What another system calls the person.
    pub external_id: Option<Text>,
    /// The last sign-in that went through.
    pub last_login_at: Option<Timestamp>,
    /// When the account was made.
    pub created_at: Timestamp,
    /// The remarks beside the status.
    pub badges: Vec<Badge>,
    /// How often it has changed.
    pub version: u64,
    /// What it was read at.
    #[serde(skip)]
    pub stamp: Stamp,
}

impl UserRow {
    /// The name people know it by: first and last, else the email, else the login.
    pub fn label(&self) -> Text {
        crate::domain::contact::label(self.first.as_ref(), self.last.as_ref())
            .or_else(|| self.email.clone())
            .unwrap_or_else(|| self.login_name.clone())
    }
}

/// A user with all that may be shown of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UserView {
    /// The user.
    #[serde(flatten)]
    pub row: UserRow,
    /// The groups it is in.
    pub groups: Vec<Group>,
    /// Which way it was made.
    pub created_via: CreatedVia,
    /// Whether the next sign-in must begin with a new password.
    pub must_change_password: bool,
    /// When the password was last set; `None` while there is none.
    pub password_set_at: Option<Timestamp>,
    /// Failed sign-ins in a row.
    pub failed_count: u32,
    /// The address that a portal user signs in at: the website of its site, where one is
    /// entered.
    pub sign_in_address: Option<Text>,
    /// Until when sign-in waits.
    pub throttled_until: Option<Timestamp>,
    /// Whether a sign-in has to wait anywhere, at a host that the account does not count too.
    #[serde(skip)]
    pub waits: bool,
    /// What it is licensed for.
    pub licence: Option<Licence>,
    /// What it has to show besides the password.
    pub second_factor: Option<Factor>,
    /// When its second factor was set up; none while that is still to be done.
    pub factor_enrolled_at: Option<Timestamp>,
    /// Its role as it is given.
    #[serde(skip)]
    pub role_choice: RoleChoice,
    /// What makes it a portal user; not there for staff.
    #[serde(flatten)]
    pub profile: Option<ProfileView>,
    /// What happened to it but for sign-ins, newest first.
    pub history: Vec<HistoryLine>,
    /// Whether the email is the login, so that a new email moves the login.
    pub login_follows_email: bool,
    /// The last mail to it, in whatever state.
    pub invitation: Option<MailRow>,
    /// Why who asks can't send it an invitation; `None` when they can.
    #[serde(skip)]
    pub why_not_invite: Option<String>,
    /// Why who asks can't take its last mail back; `None` when they can.
    #[serde(skip)]
    pub why_not_cancel_invitation: Option<String>,
    /// Why who asks may not look after it; `None` when they may.
    pub why_not_manage: Option<String>,
    /// Why who asks may not give it another role; `None` when they may.
    pub why_not_role: Option<String>,
    /// Why who asks may not set its flags; `None` when they may.
    pub why_not_flags: Option<String>,
    /// Why who asks may not delete it; `None` when they may.
    pub why_not_delete: Option<String>,
}

impl UserView {
    /// Whether an authenticator app is still to be set up, at the next sign-in.
    pub fn lacks_app(&self) -> bool {
        self.second_factor == Some(Factor::AuthenticatorApp) && self.factor_enrolled_at.is_none()
    }
}

/// The portal side of a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProfileView {
    /// Customer or partner.
    pub account_type: CompanyKind,
    /// The contact behind it; scripts get it from the row.
    #[serde(skip)]
    pub contact: ContactId,
    /// That contact's name.
    pub contact_name: Option<Text>,
    /// The code of the site it belongs to.
    pub home_site: Option<Text>,
    /// May add users for its own account.
    pub can_create_users: bool,
    /// Its claims need authorization.
    pub claim_authorization_required: bool,
    /// The companies it acts for, the primary one first.
    pub memberships: Vec<MembershipView>,
    /// Its accounts at the sites of the portal.
    pub site_accounts: Vec<SiteAccountView>,
}

/// A company that a user acts for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MembershipView {
    /// The company.
    pub company: CompanyId,
    /// Its code.
    pub company_code: Option<Text>,
    /// Its name.
    pub company_name: Option<Text>,
    /// Whether it is the one that lists show.
    pub primary: bool,
    /// The code of the organization config that the user works with there.
    pub organization_config: Option<Text>,
}

/// A user's account at one site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SiteAccountView {
    /// The site's code.
    pub site: Option<Text>,
    /// The version of the user that the site holds.
    pub synced_version: u64,
}

/// One try to sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LoginRow {
    /// Its number.
    pub id: u64,
    /// When.
    pub at: Timestamp,
    /// At which door.
    pub door: Door,
    /// The site of the portal, or the host of a console.
    pub origin: Text,
    /// What came of it.
    pub outcome: LoginOutcome,
}

impl From<LoginEvent> for LoginRow {
    fn from(event: LoginEvent) -> Self {
        let LoginEvent { id, user: _, at, door, origin, outcome } = event;
        Self { id, at, door, origin, outcome }
    }
}

impl Desk {
    /// Users with their primary companies and their sites, in three reads.
    pub(super) fn user_rows(&self, users: Vec<Versioned<User>>) -> Result<Vec<UserRow>, DeskError> {
        let ids: Vec<u64> = users.iter().map(|it| it.value.id.0).collect();
        let profiles: Vec<Option<PortalProfile>> = self
            .repo
            .fetch_many::<PortalProfile>(&ids)?
            .into_iter()
            .map(|it| it.map(|it| it.value))
            .collect();
        let companies =
            self.companies_by_id(profiles.iter().flatten().filter_map(PortalProfile::primary))?;
        let sites = self.sites_by_id(profiles.iter().flatten().map(|it| it.home_site))?;
        let roles = self.roles_of(users.iter().map(|it| &it.value))?;
        let beside = Beside { companies, sites, roles, now: self.clock.now() };
        let with_profile = users.into_iter().zip(&profiles);
        Ok(with_profile.map(|(user, profile)| beside.row(user, profile.as_ref())).collect())
    }

    /// All that `who` gets to see of a user.
    pub(super) fn user_view(&self, who: &Session, id: UserId) -> Result<UserView, DeskError> {
        let user = self.user_record(id)?;
        let profile = self.repo.fetch::<PortalProfile>(id.0)?.map(|it| it.value);
        let memberships = profile.iter().flat_map(|it| &it.memberships);
        let companies = self.companies_by_id(memberships.map(|it| it.company))?;
        let why_not_manage = self.why_not(who, &user.value, permission_over)?;
        let why_not_delete = self.why_not(who, &user.value, permission_to_delete)?;
        let why_not_role = self.why_not_role(who, &user.value)?;
        let waits = self.has_waits(&user.value)?;
        let last = self.last_mail(&user.value)?;
        let mail = last.as_ref().map(|it| &it.value);
        let why_not_invite = why_not_manage.clone().or(why_not_invite(&user.value, mail).err());
        let cancels = mail.map_or_else(|| Err(no_invitation(&user.value)), why_not_cancel);
        let why_not_cancel_invitation = why_not_manage.clone().or(cancels.err());
        let invitation = self.mail_rows(last.into_iter().collect())?.pop();
        let history = self.deeds(Key::new(Kind::User, id.0))?;
        let sites = profile.iter().flat_map(|it| {
            std::iter::once(it.home_site).chain(it.site_accounts.iter().map(|it| it.site))
        });
        let sites = self.sites_by_id(sites)?;
        let portal = match &profile {
            Some(profile) => Some(self.profile_view(profile, &companies, &sites)?),
            None => None,
        };
        let it = user.value.clone();
        let roles = self.roles_of(std::iter::once(&it))?;
        let beside = Beside { companies, sites, roles, now: self.clock.now() };
        Ok(UserView {
            row: beside.row(user, profile.as_ref()),
            role_choice: it.role_choice(),
            groups: it.groups,
            created_via: it.created_via,
            must_change_password: it.must_change_password,
            password_set_at: it.password_set_at,
            sign_in_address: profile
                .as_ref()
                .and_then(|it| beside.sites.get(&it.home_site))
                .and_then(|site| self.sign_in_address(site)),
            failed_count: it.failed_count,
            throttled_until: it.throttled_until,
            waits,
            licence: it.licence,
            second_factor: it.second_factor,
            factor_enrolled_at: it.factor_enrolled_at,
            profile: portal,
            history,
            login_follows_email: it.login_follows_email,
            invitation,
            why_not_invite,
            why_not_cancel_invitation,
            why_not_manage,
            why_not_role,
            why_not_flags: who.why_not(Permission::SetPortalFlags),
            why_not_delete,
        })
    }

    fn profile_view(
        &self,
        profile: &PortalProfile,
        companies: &HashMap<CompanyId, Company>,
        sites: &HashMap<SiteId, Site>,
    ) -> Result<ProfileView, DeskError> {
        let accounts = &profile.site_accounts;
        let code = |id: &SiteId| sites.get(id).map(|it| it.code.clone());
        let contact = self.repo.fetch::<Contact>(profile.contact.0)?;
        let mut memberships: Vec<MembershipView> = profile
            .memberships
            .iter()
            .map(|it| MembershipView {
                company: it.company,
                company_code: companies.get(&it.company).map(|company| company.code.clone()),
                company_name: companies.get(&it.company).map(|company| company.name.clone()),
                primary: it.primary,
                organization_config: profile
                    .organization_configs
                    .iter()
                    .find(|config| config.company == it.company)
                    .map(|config| config.code.clone()),
            })
            .collect();
        memberships.sort_by_key(|it| !it.primary);
        Ok(ProfileView {
            account_type: profile.account_type,
            contact: profile.contact,
            contact_name: contact.map(|it| it.value.label()),
            home_site: code(&profile.home_site),
            can_create_users: profile.can_create_users,
            claim_authorization_required: profile.claim_authorization_required,
            memberships,
            site_accounts: accounts
                .iter()
                .map(|it| SiteAccountView {
                    site: code(&it.site),
                    synced_version: it.synced_version,
                })
                .collect(),
        })
    }

    /// The companies of those numbers, in one read.
    pub(super) fn companies_by_id(
        &self,
        ids: impl Iterator<Item = CompanyId>,
    ) -> Result<HashMap<CompanyId, Company>, DeskError> {
        let mut ids: Vec<u64> = ids.map(|id| id.0).collect();
        ids.sort_unstable();
        ids.dedup();
        let found = self.repo.fetch_many::<Company>(&ids)?;
        Ok(found.into_iter().flatten().map(|it| (it.value.id, it.value)).collect())
    }
}

impl Desk {
    /// Where portal users of a site sign in: the address that is configured, as mails have it,
    /// else the site's website.
    pub(super) fn sign_in_address(&self, site: &Site) -> Option<Text> {
        let website = || (!site.website.is_blank()).then(|| site.website.clone());
        self.post.portal_address(site.code.raw()).map(Text::new).or_else(website)
    }
}

/// Where a site is reached: its website, else its name.
fn address(site: &Site) -> Text {
    if site.website.is_blank() { site.name.clone() } else { site.website.clone() }
}

/// What the rows of some users take from other records.
struct Beside {
    companies: HashMap<CompanyId, Company>,
    sites: HashMap<SiteId, Site>,
    roles: HashMap<RoleId, Text>,
    now: Timestamp,
}

impl Beside {
    fn row(&self, user: Versioned<User>, profile: Option<&PortalProfile>) -> UserRow {
        let Versioned { value: user, stamp } = user;
        let primary = profile.and_then(PortalProfile::primary);
        let company = primary.and_then(|id| self.companies.get(&id));
        let count = profile.map_or(0, |it| it.memberships.len());
        let own_role = user.portal_role.and_then(|id| self.roles.get(&id));
        UserRow {
            id: user.id,
            user_id: user.user_id(),
            badges: user.badges(self.now),
            login_name: user.login_name,
            kind: user.kind,
            first: user.first,
            last: user.last,
            email: user.email,
            phone: user.phone,
            role: own_role.cloned().unwrap_or_else(|| user.role.name().into()),
            status: user.status,
            company: primary,
            company_code: company.map(|it| it.code.clone()),
            company_name: company.map(|it| it.name.clone()),
            more_companies: count.saturating_sub(1),
            contact: profile.map(|it| it.contact),
            website: profile.and_then(|it| self.sites.get(&it.home_site)).map(address),
            external_id: user.external_id,
            last_login_at: user.last_login_at,
            created_at: user.created_at,
            version: stamp.version,
            stamp,
        }
    }
}
