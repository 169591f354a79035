//! Add Portal User: by the account utility (B), from a company's file (C), under Portal
//! Access (D) and by Create User (E).
//!
//! One form for all; what each asks for is a table in `asks`. What stops a form is found in
//! `draft`, what it writes is put together in `write`.

pub(super) mod asks;
mod draft;
mod mailing;
mod overriding;
mod read;
mod write;

use serde::Serialize;

use crate::domain::audit::Actor;
use crate::domain::company::CompanyKind;
use crate::domain::factor::Factor;
use crate::domain::id::{CompanyId, UserId};
use crate::domain::problem::{Code, Problem, Warning};
use crate::domain::role::{Permission, Role, RoleChoice};
use crate::domain::secret::Secret;
use crate::domain::text::Text;
use crate::domain::user::MemberConfig;
use crate::store::{CommitError, Key, Stamp};

use super::accounts::ROUNDS;
use super::contacts::ContactRow;
use super::passwords::with_password;
use super::session::denied;
use super::user_views::UserView;
use super::{Desk, DeskError, Session};

use asks::Asks;
use draft::Draft;
use read::password_of;

pub use overriding::Overriding;
pub(super) use read::{claim_problem, in_order, login_of_email};

/// The way in which a portal user is added: what the form asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entrance {
    /// Company ▸ Contacts ▸ Users: name, surname, username and password, all four required.
    CompanyFile,
    /// Settings ▸ Client ▸ Portal Access: company, email (which is the login) and password.
    PortalAccess,
    /// Activity ▸ User Account Management Utility: account type, User ID, password twice, name,
    /// email, company and the two flags.
    Utility,
    /// User Management ▸ Users and Create ▸ User: name, email, login, role and customers; no
    /// password. Warnings stop it until they are overridden.
    CreateUser,
}

impl Entrance {
    /// Every one, in the order of their letters in DOMAIN.md.
    pub const ALL: [Self; 4] =
        [Self::Utility, Self::CompanyFile, Self::PortalAccess, Self::CreateUser];

    /// Whether warnings stop it until they are overridden.
    pub const fn stops_on_warnings(self) -> bool {
        Asks::of(self).stops
    }

    /// Why who is signed in may not come in here, for a disabled line; `None` when they may.
    pub fn why_not(self, who: &Session) -> Option<String> {
        self.permission(who.role()).err().map(|error| error.to_string())
    }

    /// What it takes of that role.
    ///
    /// # Errors
    /// [`DeskError::Denied`] when the role has none of what it takes.
    fn permission(self, role: Role) -> Result<Permission, DeskError> {
        let wanted: &[Permission] = match self {
            Self::CompanyFile | Self::PortalAccess => &[Permission::CreatePortalUsers],
            Self::Utility => &[Permission::CreateByUtility],
            Self::CreateUser => {
                &[Permission::CreatePrivilegedUsers, Permission::CreateWithPortalRole]
            }
        };
        if let Some(granted) = wanted.iter().find(|it| role.may(**it)) {
            return Ok(*granted);
        }
        Err(match wanted {
            [one] => denied(role, *one),
            several => DeskError::Denied {
                role: role.name(),
                deed: "create users by Create User",
                may: several
                    .iter()
                    .map(|it| it.holders_in_words())
                    .collect::<Vec<_>>()
                    .join(" or "),
            },
        })
    }
}

/// What the form of **Add Portal User** holds, as typed.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Which form it is.
    pub via: Entrance,
    /// The companies that the user acts for, the primary one first; all but Create User take one.
    pub companies: Vec<CompanyId>,
    /// The first company as the form last saw it ([`NewUserCheck::seen`]): who deactivates it
    /// meanwhile is told of. `None` decides on what is there now.
    pub seen: Option<Stamp>,
    /// Customer or partner, as the utility asks; the others take the kind of the companies.
    pub account_type: Option<CompanyKind>,
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
    /// The password; without one the user is Pending. Create User takes none.
    pub password: Option<Secret>,
    /// The password once more, as the utility asks.
    pub retyped: Option<Secret>,
    /// Whether the person has to choose an own password at the first sign-in; one that goes out
    /// by mail has to be changed in any case.
    pub must_change: bool,
    /// Whether an invitation is mailed; what a company's file never does. Not looked at in Create
    /// User, after which the Notification job always tells the user.
    pub invite: bool,
    /// The role, as Create User asks; the others make Portal Users.
    pub role: Option<RoleChoice>,
    /// May add users for its own account.
    pub can_create_users: bool,
    /// Its claims need authorization; partners only.
    pub claim_authorization_required: bool,
    /// The organization configs that it works with, at most one a company.
    pub configs: Vec<MemberConfig>,
    /// What it has to show besides the password.
    pub second_factor: Option<Factor>,
    /// The warnings that are to be overridden, where they stop it.
    pub overriding: Overriding,
}

impl NewUser {
    /// An empty form for that company.
    pub fn new(via: Entrance, company: CompanyId) -> Self {
        Self { companies: vec![company], ..Self::empty(via) }
    }

    /// An empty form.
    pub fn empty(via: Entrance) -> Self {
        Self {
            via,
            companies: Vec::new(),
            seen: None,
            account_type: None,
            first: String::new(),
            last: String::new(),
            email: String::new(),
            phone: String::new(),
            login: String::new(),
            password: None,
            retyped: None,
            must_change: true,
            invite: Asks::of(via).mailing.at_first(),
            role: None,
            can_create_users: false,
            claim_authorization_required: false,
            configs: Vec::new(),
            second_factor: None,
            overriding: Overriding::None,
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
    /// What is worth a second look.
    pub warnings: Vec<Warning>,
    /// Whether warnings stop it here until they are overridden.
    pub stops: bool,
    /// Whether who asks may override them.
    pub may_override: bool,
    /// What follows and is no trouble, a sentence each.
    pub remarks: Vec<String>,
    /// The contact that would be linked; `None` when one would be made.
    pub contact: Option<ContactRow>,
    /// The first company as it was read for this check; for [`NewUser::seen`].
    #[serde(skip)]
    pub seen: Option<Stamp>,
}

/// Who makes an account, and by which of the forms.
#[derive(Debug, Clone)]
pub(super) struct Maker {
    pub actor: Actor,
    /// The role by which roles are given and flags are set.
    pub giver: Role,
    pub asks: &'static Asks,
    /// The role that the account gets without being asked for, because its maker has it.
    pub same_role: Option<RoleChoice>,
    /// Who makes it, as read; the account is made only while that is what it was.
    pub guards: Vec<(Key, Stamp)>,
}

impl Desk {
    /// What a form would come to; nothing is hashed and nothing written.
    ///
    /// # Errors
    /// When the role may not create portal users by that form, or the store can't be read.
    pub fn check_new_user(&self, who: &Session, form: &NewUser) -> Result<NewUserCheck, DeskError> {
        let maker = self.maker(who, form)?;
        let draft = self.draft(&maker, form)?;
        let warnings = self.warnings_of(&draft)?;
        let has_login = !draft.user.login_name.is_blank();
        let seen = draft.companies.first().map(|it| it.stamp);
        let mut remarks = draft.remarks();
        if password_of(form).is_some() {
            remarks.extend(self.address_missing(&draft)?);
        }
        remarks.extend(self.mail_remark(&maker, form, &draft)?);
        Ok(NewUserCheck {
            user_id: has_login.then(|| draft.user.user_id()),
            stops: maker.asks.stops && !warnings.is_empty(),
            warnings,
            may_override: maker.giver.may(Permission::OverrideWarnings),
            remarks,
            contact: self.contact_rows(draft.contact.into_iter().collect())?.pop(),
            seen,
            problems: draft.problems,
        })
    }

    /// Makes a portal user: Active with a password, Pending without one.
    ///
    /// The user, its profile, its memberships, its contact, its account at every active site of
    /// the portal site group and the mail to it are one commit with the trail.
    ///
    /// # Errors
    /// [`DeskError::Problems`] with everything that is wrong with the form, what somebody
    /// else took or deactivated meanwhile included; [`DeskError::Warned`] when warnings stop it
    /// and are not overridden; [`DeskError::Denied`] when the role may not; when the store or
    /// the hasher fails.
    pub fn create_portal_user(&self, who: &Session, form: &NewUser) -> Result<UserView, DeskError> {
        let made = self.make_portal_user(form, || self.maker(who, form), |problems| problems)?;
        self.user_view(who, made)
    }

    /// Makes a portal user, anew as often as others move something under it; `maker` says each
    /// time who makes it, and `wording` what they get to read of the problems.
    pub(super) fn make_portal_user(
        &self,
        form: &NewUser,
        maker: impl Fn() -> Result<Maker, DeskError>,
        wording: impl Fn(Vec<Problem>) -> Vec<Problem>,
    ) -> Result<UserId, DeskError> {
        let (mut seen, mut hash) = (form.seen, None);
        for _ in 0..ROUNDS {
            let maker = maker()?;
            let mut draft = self.draft(&maker, form)?;
            if let (Some(company), Some(seen)) = (draft.companies.first(), seen) {
                let since = self.deactivated_since(company, seen, maker.asks.company())?;
                draft.problems.splice(0..0, since);
            }
            if !draft.problems.is_empty() {
                return Err(DeskError::Problems(wording(draft.problems)));
            }
            // Who is deactivated between two rounds is told of like one that was while the
            // form was filled in.
            seen = seen.or(draft.companies.first().map(|it| it.stamp));
            let overridden = self.overridden(&maker, form, &draft)?;
            if let Some(password) = password_of(form) {
                let made = match hash.take() {
                    Some(hash) => hash,
                    None => self.hash_anew(&draft.user, password)?,
                };
                hash = Some(made.clone());
                let must_change = form.must_change || self.mails_password(&maker, form);
                draft.user = with_password(&draft.user, made, must_change, self.clock.now());
            }
            let (id, changes) = self.creation(&maker, form, draft, overridden)?;
            match self.commit_raw(changes) {
                Ok(_) => return Ok(id),
                Err(CommitError::Conflict(_) | CommitError::Taken { .. }) => {}
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
        Err(DeskError::refused(
            Code::WrongState,
            "Others changed the company or your account or took the name over and over just now; try again.",
        ))
    }

    /// Who makes the account of a form.
    ///
    /// # Errors
    /// When the role may not by that form, or may not set the flags that are ticked.
    pub(super) fn maker(&self, who: &Session, form: &NewUser) -> Result<Maker, DeskError> {
        let own = self.as_asked(who)?;
        let giver = self.role_of(who)?;
        let actor = self.authorize(who, form.via.permission(giver)?)?;
        let flagged = form.can_create_users || form.claim_authorization_required;
        if flagged && !giver.may(Permission::SetPortalFlags) {
            return Err(denied(giver, Permission::SetPortalFlags));
        }
        Ok(Maker { actor, giver, asks: Asks::of(form.via), same_role: None, guards: vec![own] })
    }

    /// The codes of the warnings that are overridden.
    ///
    /// # Errors
    /// When warnings stop the form and are not overridden, or the role may not override any.
    fn overridden(
        &self,
        maker: &Maker,
        form: &NewUser,
        draft: &Draft,
    ) -> Result<Vec<String>, DeskError> {
        if !maker.asks.stops {
            return Ok(Vec::new());
        }
        let codes = form.overriding.over(self.warnings_of(draft)?)?;
        if !codes.is_empty() && !maker.giver.may(Permission::OverrideWarnings) {
            return Err(denied(maker.giver, Permission::OverrideWarnings));
        }
        Ok(codes)
    }
}
