//! Add Portal User: from a company's file (workflow C) and from Portal Access (workflow D).

use serde::Serialize;

use crate::domain::id::CompanyId;
use crate::domain::problem::{Code, Problem, Warning};
use crate::domain::secret::Secret;
use crate::domain::text::Text;
use crate::store::Stamp;

use super::contacts::ContactRow;
use super::user_views::UserView;
use super::{Desk, DeskError, Session};

/// The way in which a portal user is added: what the form asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entrance {
    /// Company ▸ Contacts ▸ Users: name, surname, username and password, all four required.
    CompanyFile,
    /// Settings ▸ Client ▸ Portal Access: company, email (which is the login) and password.
    PortalAccess,
}

/// What the form of **Add Portal User** holds, as typed.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Which form it is.
    pub via: Entrance,
    /// The company that the user acts for.
    pub company: CompanyId,
    /// The company as the form last saw it ([`NewUserCheck::seen`]): who deactivates it
    /// meanwhile is told of. `None` decides on what is there now.
    pub seen: Option<Stamp>,
    /// First name.
    pub first: String,
    /// Last name.
    pub last: String,
    /// Email; in Portal Access it is the login too.
    pub email: String,
    /// Phone.
    pub phone: String,
    /// The login, with or without `.P`; empty in Portal Access.
    pub login: String,
    /// The password; without one the user is Pending.
    pub password: Option<Secret>,
    /// Whether the person has to choose an own password at the first sign-in.
    pub must_change: bool,
}

impl NewUser {
    /// An empty form for that company.
    pub fn new(via: Entrance, company: CompanyId) -> Self {
        Self {
            via,
            company,
            seen: None,
            first: String::new(),
            last: String::new(),
            email: String::new(),
            phone: String::new(),
            login: String::new(),
            password: None,
            must_change: true,
        }
    }
}

/// What a form would come to, as shown beside it while it is filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewUserCheck {
    /// The User ID that it would give, once the login can be read.
    pub user_id: Option<Text>,
    /// What stops it, in the order of the form's fields.
    pub problems: Vec<Problem>,
    /// What is worth a second look and stops nothing.
    pub warnings: Vec<Warning>,
    /// What follows and is no trouble, a sentence each.
    pub remarks: Vec<String>,
    /// The contact that would be linked; `None` when one would be made.
    pub contact: Option<ContactRow>,
    /// The company as it was read for this check; for [`NewUser::seen`].
    #[serde(skip)]
    pub seen: Option<Stamp>,
}

impl Desk {
    /// What a form would come to; nothing is hashed and nothing written.
    ///
    /// # Errors
    /// When the role may not create portal users, or the store can't be read.
    pub fn check_new_user(
        &self,
        _who: &Session,
        _form: &NewUser,
    ) -> Result<NewUserCheck, DeskError> {
        Err(DeskError::refused(Code::WrongState, "Portal users can't be added yet."))
    }

    /// Makes a portal user: Active with a password, Pending without one.
    ///
    /// The user, its profile, its membership, its contact and its account at every active
    /// site of the portal site group are one commit with the trail.
    ///
    /// # Errors
    /// [`DeskError::Problems`] with everything that is wrong with the form, what somebody
    /// else took or deactivated meanwhile included; [`DeskError::Denied`] when the role may
    /// not; when the store or the hasher fails.
    pub fn create_portal_user(
        &self,
        _who: &Session,
        _form: &NewUser,
    ) -> Result<UserView, DeskError> {
        Err(DeskError::refused(Code::WrongState, "Portal users can't be added yet."))
    }
}
