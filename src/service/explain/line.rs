//! A line of the verdict, and which doors it keeps shut.

use crate::domain::id::SiteId;
use crate::domain::text::Text;
use crate::store::Stamp;

use super::Fix;

/// Where somebody comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry {
    /// The portal with no site named, which means this one.
    Meant(SiteId),
    /// The portal that has no site.
    Nowhere,
    /// The portal, this site named.
    Named(SiteId),
    /// The console.
    Console,
}

/// Which doors a line keeps shut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stops {
    /// None of them.
    Nothing,
    /// All of them.
    Everything,
    /// Those of the portal, at every site.
    Portal,
    /// This site of the portal.
    Site(SiteId),
    /// These sites of the portal, when they are named.
    Named(Vec<SiteId>),
    /// The console.
    Console,
}

impl Stops {
    pub fn holds_at(&self, entry: Entry) -> bool {
        match (self, entry) {
            (Self::Nothing, _) => false,
            (Self::Everything, _) | (Self::Console, Entry::Console) => true,
            (Self::Portal, Entry::Meant(_) | Entry::Named(_) | Entry::Nowhere) => true,
            (Self::Site(site), Entry::Meant(it) | Entry::Named(it)) => *site == it,
            (Self::Named(sites), Entry::Named(it)) => sites.contains(&it),
            _ => false,
        }
    }
}

/// A line before it is known who reads it.
pub(super) struct Line {
    pub code: &'static str,
    pub stops: Stops,
    pub message: String,
    pub about: Option<Text>,
    pub fix: Option<Fix>,
    pub fix_label: Option<String>,
    /// What the site or company that is mended was read at.
    pub base: Option<Stamp>,
    /// What is said where there is nothing to press.
    pub instead: Option<String>,
}

impl Line {
    /// A line that nothing here mends; `instead` says what does.
    pub fn told(
        code: &'static str,
        stops: Stops,
        message: impl Into<String>,
        instead: impl Into<String>,
    ) -> Self {
        let (message, instead) = (message.into(), Some(instead.into()));
        Self { code, stops, message, about: None, fix: None, fix_label: None, base: None, instead }
    }

    /// A line that `fix` mends.
    pub fn mended(
        code: &'static str,
        stops: Stops,
        message: impl Into<String>,
        (fix, label): (Fix, impl Into<String>),
    ) -> Self {
        let (fix, fix_label) = (Some(fix), Some(label.into()));
        let (message, about, base, instead) = (message.into(), None, None, None);
        Self { code, stops, message, about, fix, fix_label, base, instead }
    }

    pub fn about(self, code: &Text) -> Self {
        Self { about: Some(code.clone()), ..self }
    }

    pub fn read_at(self, base: Stamp) -> Self {
        Self { base: Some(base), ..self }
    }
}
