//! One deed to many users: what it would touch, and doing it in chunks.

use serde::Serialize;

use crate::domain::id::UserId;
use crate::domain::problem::Code;
use crate::domain::text::Text;

use super::user_views::UserRow;
use super::watch::Watch;
use super::{Desk, DeskError, ListArgs, Session, UserFilter};

/// Refused rows that an [`Outcome`] names; of the rest it has the number.
pub const REFUSED_NAMED: usize = 10_000;

/// Which users: those ticked one by one, or all that a list shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// These.
    These(Vec<UserId>),
    /// All that match, on every page.
    Matching {
        /// What the list was asked for; its page is not looked at.
        args: ListArgs<UserFilter>,
        /// Those that were unticked.
        except: Vec<UserId>,
    },
}

/// What can be done to many users at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// Switch them off.
    Disable,
    /// Switch them on again.
    Enable,
    /// End their waits and locks.
    Unlock,
    /// Delete them for good.
    Delete,
}

impl Deed {
    /// Every deed, in the order of a menu.
    pub const ALL: [Self; 4] = [Self::Disable, Self::Enable, Self::Unlock, Self::Delete];

    /// The word on a button: `Disable`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Disable => "Disable",
            Self::Enable => "Enable",
            Self::Unlock => "Unlock",
            Self::Delete => "Delete",
        }
    }

    /// What has been done: `disabled`.
    pub const fn done(self) -> &'static str {
        match self {
            Self::Disable => "disabled",
            Self::Enable => "enabled",
            Self::Unlock => "unlocked",
            Self::Delete => "deleted",
        }
    }
}

/// What a deed would touch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// How many users are selected; what [`Desk::bulk`] expects.
    pub count: u64,
    /// The first ten of them.
    pub sample: Vec<UserRow>,
    /// How many it would be done to, as things are now.
    pub can: u64,
    /// Why it would not be done to the others, with how many of them; the most first.
    pub refused: Vec<PlanRefusal>,
    /// What goes, a phrase each; for deleting only.
    pub goes: Vec<String>,
    /// What stays, a phrase each; for deleting only.
    pub stays: Vec<String>,
}

/// A reason that a deed would not be done to some of the selected users.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlanRefusal {
    /// How many.
    pub count: u64,
    /// The sentence.
    pub why: String,
}

/// What a deed came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// How many were selected.
    pub of: u64,
    /// To how many it was done.
    pub done: u64,
    /// To which it was not, and why; the first [`REFUSED_NAMED`] of them.
    pub refused: Vec<RefusedRow>,
    /// How many more were refused beyond those named.
    pub refused_more: u64,
    /// Whether it was stopped before the end.
    pub stopped: bool,
    /// Why it ended before the end when nobody stopped it; what is done is done.
    pub failed: Option<String>,
}

/// A user to whom a deed was not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefusedRow {
    /// The user.
    pub id: UserId,
    /// The User ID; the number of a user that is gone.
    pub user_id: Text,
    /// The sentence.
    pub why: String,
}

impl Desk {
    /// What a deed would touch, for the question before it.
    ///
    /// # Errors
    /// When the role may do it to nobody, or the store can't be read.
    pub fn bulk_plan(
        &self,
        _who: &Session,
        _deed: Deed,
        _selection: &Selection,
    ) -> Result<Plan, DeskError> {
        Err(DeskError::refused(Code::WrongState, "This can't be done to many users yet."))
    }

    /// Does a deed to every selected user that it can be done to, at most 100 in a commit.
    ///
    /// `expect` is the number that was confirmed. Who may is decided for each user anew; one
    /// that can't be done is told with its reason, and the others go on.
    ///
    /// # Errors
    /// When another number is selected by now, the role may do it to nobody, or it failed
    /// before anything was done. A failure after that is told in the [`Outcome`].
    pub fn bulk(
        &self,
        _who: &Session,
        _deed: Deed,
        _selection: &Selection,
        _expect: u64,
        _watch: &dyn Watch,
    ) -> Result<Outcome, DeskError> {
        Err(DeskError::refused(Code::WrongState, "This can't be done to many users yet."))
    }
}
