//! Deleting a user, for good: what goes, what stays, and the receipt.

use serde::Serialize;

use crate::domain::id::UserId;
use crate::domain::problem::Code;
use crate::domain::text::Text;

use super::{Desk, DeskError, Session, Stamp};

/// What a deletion came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// The user that was; no other ever gets the number.
    pub user: UserId,
    /// The User ID, free from now on.
    pub user_id: Text,
    /// What is gone, a phrase each.
    pub gone: Vec<String>,
    /// What stays, a phrase each.
    pub stays: Vec<String>,
}

impl Desk {
    /// Deletes a user for good; email and login are free at once.
    ///
    /// # Errors
    /// [`DeskError::Conflict`] when somebody else changed the user since `base`; when there is
    /// none, it is one's own account, or the role may not.
    pub fn delete_user(
        &self,
        _who: &Session,
        _id: UserId,
        _base: Option<Stamp>,
    ) -> Result<Receipt, DeskError> {
        Err(DeskError::refused(Code::WrongState, "Users can't be deleted yet."))
    }
}
