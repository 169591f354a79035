//! The top-level screens and the click paths under which people know them.

/// A top-level screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// What needs a hand.
    Dashboard,
    /// Workflow A.
    Requests,
}

impl Place {
    /// Every place, in menu order.
    pub const ALL: [Self; 2] = [Self::Dashboard, Self::Requests];

    /// The name in menus.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dashboard => "Dashboard",
            Self::Requests => "Portal Requests",
        }
    }

    /// The documented click paths that lead here, the one shown on the screen first.
    pub const fn paths(self) -> &'static [&'static str] {
        match self {
            Self::Dashboard => &["Dashboard"],
            Self::Requests => &["Setup ▸ Portal ▸ Portal Requests"],
        }
    }
}
