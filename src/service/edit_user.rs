//! Editing a user: every field, login, password and companies included.

use serde::Serialize;

use crate::domain::id::{CompanyId, UserId};
use crate::domain::problem::{Code, Problem, Warning};
use crate::domain::secret::Secret;
use crate::domain::text::Text;

use super::user_views::UserView;
use super::{Desk, DeskError, Session, Stamp};

/// What the form of a user holds, as typed.
#[derive(Debug, Clone, Default)]
pub struct UserForm {
    /// First name.
    pub first: String,
    /// Last name.
    pub last: String,
    /// Email.
    pub email: String,
    /// Phone.
    pub phone: String,
    /// The login, a portal user's with or without `.P`.
    pub login: String,
    /// The companies that a portal user acts for, the primary one first; not looked at for staff.
    pub companies: Vec<CompanyId>,
    /// A new password; `None` leaves it.
    pub password: Option<Secret>,
    /// Whether a new password has to be changed at the next sign-in; not looked at without one.
    pub must_change: bool,
}

/// What an edit would come to, as shown beside the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UserCheck {
    /// The User ID that it would give, once the login can be read.
    pub user_id: Option<Text>,
    /// What stops it, in the order of the form's fields.
    pub problems: Vec<Problem>,
    /// What is worth a second look and stops nothing.
    pub warnings: Vec<Warning>,
    /// What follows and is no trouble, a sentence each.
    pub remarks: Vec<String>,
}

impl UserForm {
    /// The form as it is opened: filled in from the user.
    pub fn of(view: &UserView) -> Self {
        let raw =
            |text: &Option<Text>| text.as_ref().map_or_else(String::new, |it| it.raw().into());
        let row = &view.row;
        let memberships = view.profile.iter().flat_map(|it| &it.memberships);
        Self {
            first: raw(&row.first),
            last: raw(&row.last),
            email: raw(&row.email),
            phone: raw(&row.phone),
            login: row.login_name.raw().to_owned(),
            companies: memberships.map(|it| it.company).collect(),
            password: None,
            must_change: true,
        }
    }
}

impl Desk {
    /// What an edit would come to; nothing is hashed and nothing written.
    ///
    /// # Errors
    /// When there is no such user, the role may not look after it, or the store can't be read.
    pub fn check_user(
        &self,
        _who: &Session,
        _id: UserId,
        _form: &UserForm,
    ) -> Result<UserCheck, DeskError> {
        Err(DeskError::refused(Code::WrongState, "Users can't be edited yet."))
    }

    /// Saves an edited user; `base` is what the form was opened with.
    ///
    /// Sign-ins since do not count as edits. Where the login follows the email, a new email is
    /// the new login, unless another login was typed. A Pending user that gets a password
    /// becomes Active. The contact moves to the primary company when its own is taken off.
    ///
    /// # Errors
    /// [`DeskError::Problems`] with everything that is wrong with the form;
    /// [`DeskError::Conflict`] when somebody else changed the user meanwhile; when it is one's
    /// own account, or the role may not.
    pub fn edit_user(
        &self,
        _who: &Session,
        _id: UserId,
        _base: Option<Stamp>,
        _form: &UserForm,
    ) -> Result<UserView, DeskError> {
        Err(DeskError::refused(Code::WrongState, "Users can't be edited yet."))
    }

    /// Takes a company off a portal user that has others; the next one becomes primary.
    ///
    /// # Errors
    /// When it is the last one or none of the user's, and as [`Desk::edit_user`].
    pub fn remove_from_company(
        &self,
        _who: &Session,
        _id: UserId,
        _base: Option<Stamp>,
        _company: CompanyId,
    ) -> Result<UserView, DeskError> {
        Err(DeskError::refused(Code::WrongState, "Users can't be edited yet."))
    }
}
