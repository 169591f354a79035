//! Companies: the customers and partners whose people use the portal.

use serde::{Deserialize, Serialize};

use super::id::{CompanyId, SiteId};
use super::text::Text;

/// Whether a company buys from us or sells with us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum CompanyKind {
    /// Buys; its code is a customer number.
    Customer,
    /// Sells with us; its code is a partner ID.
    Partner,
}

impl CompanyKind {
    /// The word on the screen.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Customer => "Customer",
            Self::Partner => "Partner",
        }
    }
}

/// A customer or partner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Company {
    /// Its identity.
    pub id: CompanyId,
    /// Customer number or partner ID, unique.
    pub code: Text,
    /// Its name.
    pub name: Text,
    /// Its own address, not a person's.
    pub email: Option<Text>,
    /// Its switchboard.
    pub phone: Option<Text>,
    /// Customer or partner.
    pub kind: CompanyKind,
    /// Whether it still does business with us.
    pub active: bool,
    /// Whether business with it is held up.
    pub on_hold: bool,
    /// The site it belongs to.
    pub home_site: SiteId,
    /// The city it is in.
    pub city: Option<Text>,
    /// The country it is in.
    pub country: Option<Text>,
    /// Its own website.
    pub website: Option<Text>,
    /// The partner one of whose portal users registered it.
    pub registered_by: Option<CompanyId>,
}
