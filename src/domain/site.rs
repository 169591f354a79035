//! Sites of the portal, and the portal's own switch.

use serde::{Deserialize, Serialize};

use super::id::{GroupId, SiteId};
use super::text::Text;

/// One web site through which the portal is reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// Its identity.
    pub id: SiteId,
    /// Its short name, unique, as `--site` takes it.
    pub code: Text,
    /// Its name.
    pub name: Text,
    /// Its address.
    pub website: Text,
    /// Whether it is in use at all.
    pub active: bool,
    /// Whether its portal takes sign-ins and requests.
    pub portal_enabled: bool,
    /// Whether portal users are still to be given their accounts at it: it came into the
    /// portal site group after they did.
    pub sync_due: bool,
}

/// A group of sites that is not the portal's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteGroup {
    /// Its identity.
    pub id: GroupId,
    /// Its short name; no other group has it, the portal's included.
    pub code: Text,
    /// The sites in it.
    pub sites: Vec<SiteId>,
}

/// The site group whose sites make up the portal; there is exactly one of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortalGroup {
    /// Its short name.
    pub code: Text,
    /// The sites in it.
    pub sites: Vec<SiteId>,
    /// The portal's global flag: off means no sign-in and no request at any site.
    pub portal_enabled: bool,
}

impl PortalGroup {
    /// Whether the portal is open at `site`: the global flag and the site's own.
    pub fn open_at(&self, site: &Site) -> bool {
        self.portal_enabled && site.active && site.portal_enabled && self.sites.contains(&site.id)
    }
}

/// Which of the portal's switches is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PortalScope {
    /// The one for all of it.
    Everywhere,
    /// That of one site.
    At(SiteId),
}
