//! Questions about what the portal stands on: sites, site groups, roles, the portal's switch.

use crate::domain::id::{GroupId, RoleId, SiteId};
use crate::domain::role::RoleChoice;
use crate::domain::site::PortalScope;
use crate::service::mail_settings::{MailSettings, TestSent};
use crate::service::portal_switch::PortalState;
use crate::service::post::{Model, Preview};
use crate::service::roles::{RoleForm, RoleRow, RoleView};
use crate::service::site_groups::{GroupChoice, SiteGroupForm, SiteGroupRow, SiteGroupView};
use crate::service::site_sync::Synced;
use crate::service::sites::{SiteForm, SiteRow, SiteView};
use crate::service::{ListArgs, NoStatus, Page, Stamp};

/// A question about the Settings. `base` is what the asker has seen; without one, what is saved
/// goes over whatever is there.
#[derive(Debug, Clone)]
pub enum SettingsAsk {
    /// Where the portal is on.
    Portal,
    /// Switch the portal on or off.
    SetPortal {
        /// Where.
        scope: PortalScope,
        /// Whether on.
        on: bool,
    },
    /// A page of the sites.
    Sites(ListArgs<NoStatus>),
    /// One site.
    Site(SiteId),
    /// Make one.
    AddSite(Box<SiteForm>),
    /// Save its fields.
    SaveSite {
        /// Which.
        id: SiteId,
        /// What was seen.
        base: Stamp,
        /// The fields.
        form: Box<SiteForm>,
    },
    /// Take it into use, or out of it.
    UseSite {
        /// Which.
        id: SiteId,
        /// What was seen.
        base: Stamp,
        /// Whether into use.
        active: bool,
    },
    /// Switch its portal on or off, and show it.
    SitePortal {
        /// Which.
        id: SiteId,
        /// Whether on.
        on: bool,
    },
    /// Give every portal user the accounts that are missing at new sites. It may take long,
    /// see [`super::Reply::Progress`].
    SiteSync,
    /// A page of the site groups.
    Groups(ListArgs<NoStatus>),
    /// One site group.
    Group(GroupChoice),
    /// Make one.
    AddGroup(Box<SiteGroupForm>),
    /// Save its fields.
    SaveGroup {
        /// Which.
        id: GroupChoice,
        /// What was seen.
        base: Stamp,
        /// The fields.
        form: Box<SiteGroupForm>,
    },
    /// Delete it.
    DeleteGroup {
        /// Which.
        id: GroupId,
        /// What was seen.
        base: Stamp,
    },
    /// Make it the portal's.
    MakePortal {
        /// Which.
        id: GroupId,
        /// What was seen.
        base: Option<Stamp>,
    },
    /// A page of the roles.
    Roles(ListArgs<NoStatus>),
    /// One role.
    Role(RoleChoice),
    /// Make one.
    AddRole(Box<RoleForm>),
    /// Save its fields.
    SaveRole {
        /// Which.
        id: RoleId,
        /// What was seen.
        base: Option<Stamp>,
        /// The fields.
        form: Box<RoleForm>,
    },
    /// Let it be given, or not any more.
    UseRole {
        /// Which.
        id: RoleId,
        /// What was seen.
        base: Option<Stamp>,
        /// Whether it can be given.
        active: bool,
    },
    /// Delete it.
    DeleteRole {
        /// Which.
        id: RoleId,
        /// What was seen.
        base: Option<Stamp>,
    },
    /// How mail is set up.
    Mail,
    /// A letter as it would read now.
    Letter(Model),
    /// Send a test to that address.
    SendTest(String),
}

impl SettingsAsk {
    pub(super) fn changes(&self) -> bool {
        !matches!(
            self,
            Self::Portal
                | Self::Sites(_)
                | Self::Site(_)
                | Self::Groups(_)
                | Self::Group(_)
                | Self::Roles(_)
                | Self::Role(_)
                | Self::Mail
                | Self::Letter(_)
        )
    }
}

/// An answer to one of them.
#[derive(Debug, Clone)]
pub enum SettingsReply {
    /// Where the portal is on.
    Portal(PortalState),
    /// A page of sites.
    Sites(Page<SiteRow>),
    /// One site.
    Site(Box<SiteView>),
    /// What Site sync has made.
    Synced(Synced),
    /// A page of site groups.
    Groups(Page<SiteGroupRow>),
    /// One site group.
    Group(Box<SiteGroupView>),
    /// A site group as it was before it was deleted.
    GroupDeleted(Box<SiteGroupRow>),
    /// The portal's site group, which another one was until now.
    PortalMade(Box<SiteGroupView>),
    /// A page of roles.
    Roles(Page<RoleRow>),
    /// One role.
    Role(Box<RoleView>),
    /// A role as it was before it was deleted.
    RoleDeleted(Box<RoleRow>),
    /// How mail is set up.
    Mail(Box<MailSettings>),
    /// A letter.
    Letter(Box<Preview>),
    /// A test that a server took.
    TestSent(TestSent),
}
