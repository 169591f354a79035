//! Questions about users.

use crate::domain::id::{CompanyId, MailId, UserId};
use crate::domain::secret::Secret;
use crate::service::{Deed, ListArgs, NewUser, Selection, StaffForm, Stamp, UserFilter, UserForm};

/// A question about users. `base` is what the asker has seen, as in [`super::RequestAsk`].
#[derive(Debug, Clone)]
pub enum UserAsk {
    /// A page of them.
    List(ListArgs<UserFilter>),
    /// A page of those that are part of a larger list, which is counted, too.
    Among {
        /// Which of them.
        args: ListArgs<UserFilter>,
        /// The list that they are part of; its page is not looked at.
        all: ListArgs<UserFilter>,
    },
    /// Which of these a list still shows.
    Still {
        /// The list.
        args: ListArgs<UserFilter>,
        /// Which.
        ids: Vec<UserId>,
    },
    /// One with all that may be shown of it.
    Show(UserId),
    /// Why one can't sign in.
    Explain(UserId),
    /// A page of a user's sign-ins.
    Logins {
        /// Whose.
        id: UserId,
        /// The page, from 1.
        page: u64,
        /// Rows a page.
        per_page: u64,
    },
    /// A password that nobody had to think up.
    Generate,
    /// Set a user's password.
    Password {
        /// Whose.
        id: UserId,
        /// What was seen.
        base: Stamp,
        /// The password.
        password: Secret,
        /// Whether the next sign-in has to begin with an own one.
        must_change: bool,
    },
    /// Switch a user off.
    Disable {
        /// Which.
        id: UserId,
        /// What was seen.
        base: Stamp,
    },
    /// Switch a user on again.
    Enable {
        /// Which.
        id: UserId,
        /// What was seen.
        base: Stamp,
    },
    /// End the wait or the lock after failed sign-ins.
    Unlock {
        /// Whose.
        id: UserId,
        /// What was seen.
        base: Stamp,
    },
    /// Send an invitation, the first one or another in its place.
    Invite {
        /// Whom.
        id: UserId,
        /// What was seen.
        base: Stamp,
        /// Whether it was agreed that somebody who has signed in before gets a new way in.
        again: bool,
    },
    /// Take the invitation back.
    CancelInvitation {
        /// Whose.
        id: UserId,
        /// The mail.
        mail: MailId,
    },
    /// How the mail to a new portal user would read, with dots for its secret.
    PreviewNew(Box<NewUser>),
    /// Have a second factor set up anew.
    ResetFactor {
        /// Whose.
        id: UserId,
        /// What was seen.
        base: Stamp,
    },
    /// Change one's own password.
    OwnPassword {
        /// The present one.
        old: Secret,
        /// The new one.
        new: Secret,
    },
    /// Make a staff account.
    AddStaff(Box<StaffForm>),
    /// The roles that a portal user can have.
    RolesToGive,
    /// The second factors that an account can have.
    FactorOffers,
    /// The organization configs that the contracts of these companies name.
    Configs(Vec<CompanyId>),
    /// What a new portal user would come to.
    CheckNew(Box<NewUser>),
    /// Make a portal user.
    Add(Box<NewUser>),
    /// What an edit would come to.
    CheckEdit {
        /// Whose.
        id: UserId,
        /// The fields.
        form: Box<UserForm>,
    },
    /// Save a user's fields.
    Edit {
        /// Whose.
        id: UserId,
        /// What was seen.
        base: Stamp,
        /// The fields.
        form: Box<UserForm>,
    },
    /// Take a user off one of its companies.
    Remove {
        /// Whom.
        id: UserId,
        /// What was seen.
        base: Stamp,
        /// The company.
        company: CompanyId,
    },
    /// What a deed to many users would touch.
    Plan {
        /// What would be done.
        deed: Deed,
        /// To whom.
        chosen: Selection,
    },
    /// Do it. It may take long, see [`super::Reply::Progress`].
    Bulk {
        /// What is done.
        deed: Deed,
        /// To whom.
        chosen: Selection,
        /// How many that are: what was agreed to.
        expect: u64,
    },
}

impl UserAsk {
    pub(super) fn changes(&self) -> bool {
        !matches!(
            self,
            Self::List(_)
                | Self::Among { .. }
                | Self::Still { .. }
                | Self::Show(_)
                | Self::Explain(_)
                | Self::Logins { .. }
                | Self::Generate
                | Self::RolesToGive
                | Self::FactorOffers
                | Self::Configs(_)
                | Self::CheckNew(_)
                | Self::PreviewNew(_)
                | Self::CheckEdit { .. }
                | Self::Plan { .. }
        )
    }
}
