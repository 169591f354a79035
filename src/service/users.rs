//! Users: the list of staff and portal users, one of them by number or name, their sign-ins.

use std::collections::HashSet;

use crate::domain::fold;
use crate::domain::id::UserId;
use crate::domain::login::LoginEvent;
use crate::domain::role::Permission;
use crate::domain::user::{User, UserKind, UserStatus};
use crate::domain::validate::strip_portal_suffix;
use crate::store::query::{List, Query, Status};
use crate::store::{Key, Kind, RepositoryExt, UniqueKey, Versioned};

use super::page::entities;
use super::user_views::{LoginRow, UserRow, UserView};
use super::{Desk, DeskError, ListArgs, Page, Session, Sort};

/// What a list of users may be narrowed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserFilter {
    /// Those of this status.
    Status(UserStatus),
    /// Those whose sign-in waits or is locked after failures, now.
    Throttled,
}

impl UserFilter {
    /// Every one, in the order of a choice.
    pub const ALL: [Self; 4] = [
        Self::Status(UserStatus::Pending),
        Self::Status(UserStatus::Active),
        Self::Status(UserStatus::Disabled),
        Self::Throttled,
    ];

    /// The word on the screen.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Status(status) => status.word(),
            Self::Throttled => "Throttled",
        }
    }

    /// The one of that name, in any case.
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word().eq_ignore_ascii_case(text.trim()))
    }
}

impl From<UserStatus> for UserFilter {
    fn from(status: UserStatus) -> Self {
        Self::Status(status)
    }
}

impl Desk {
    /// One page of the users, staff and portal.
    ///
    /// # Errors
    /// When the role may not read, or the store can't be read.
    pub fn users(
        &self,
        who: &Session,
        args: &ListArgs<UserFilter>,
    ) -> Result<Page<UserRow>, DeskError> {
        self.authorize(who, Permission::Read)?;
        let query = self.users_query(args)?;
        let mut found = self.repo.query(&query)?;
        let rows = self.user_rows(entities(std::mem::take(&mut found.rows)))?;
        Ok(Page::of(&found, args.per_page, rows))
    }

    /// One user with all that may be shown of it.
    ///
    /// # Errors
    /// When there is none of that number, or the role may not read.
    pub fn user(&self, who: &Session, id: UserId) -> Result<UserView, DeskError> {
        self.authorize(who, Permission::Read)?;
        self.user_view(who, id)
    }

    /// The user of that login, `login.P`, email or number, in any case.
    ///
    /// # Errors
    /// When there is none, or the role may not read.
    pub fn user_by_name(&self, who: &Session, name: &str) -> Result<UserView, DeskError> {
        self.authorize(who, Permission::Read)?;
        let id = self.user_named(name)?.ok_or_else(|| DeskError::not_found("user", name.trim()))?;
        self.user_view(who, id)
    }

    /// One page of a user's sign-ins, newest first; those of a deleted user stay.
    ///
    /// # Errors
    /// When there never was such a user, or the role may not read.
    pub fn logins(
        &self,
        who: &Session,
        id: UserId,
        page: u64,
        per_page: u64,
    ) -> Result<Page<LoginRow>, DeskError> {
        self.authorize(who, Permission::Read)?;
        self.expect_known(id)?;
        let query = Query {
            list: List::Logins(id),
            filter: Default::default(),
            sort: Sort::Time,
            reverse: true,
            page,
            per_page,
            partly: false,
            stop: self.stop.clone(),
        };
        let mut found = self.repo.query(&query)?;
        let events = entities::<LoginEvent>(std::mem::take(&mut found.rows));
        let rows = events.into_iter().map(|it| LoginRow::from(it.value)).collect();
        Ok(Page::of(&found, per_page, rows))
    }

    /// Refuses a number that no user has or had.
    fn expect_known(&self, id: UserId) -> Result<(), DeskError> {
        let gone = || self.repo.history(Key::new(Kind::User, id.0), 1);
        if self.repo.fetch::<User>(id.0)?.is_none() && gone()?.is_empty() {
            return Err(DeskError::not_found("user", id));
        }
        Ok(())
    }

    /// Those of `ids` that a list still shows, on whichever page, in the order given.
    ///
    /// # Errors
    /// When the role may not read, the filter can't be read, or the store can't.
    pub fn still_listed(
        &self,
        who: &Session,
        args: &ListArgs<UserFilter>,
        ids: &[UserId],
    ) -> Result<Vec<UserId>, DeskError> {
        self.authorize(who, Permission::Read)?;
        let wanted: HashSet<u64> = ids.iter().map(|id| id.0).collect();
        let mut listed = self.repo.numbers(&self.users_query(args)?)?;
        listed.retain(|number| wanted.contains(number));
        let listed: HashSet<u64> = listed.into_iter().collect();
        Ok(ids.iter().copied().filter(|id| listed.contains(&id.0)).collect())
    }

    /// The query for a list of users.
    pub(super) fn users_query(&self, args: &ListArgs<UserFilter>) -> Result<Query, DeskError> {
        self.asked(List::Users, args, |wanted| match wanted {
            UserFilter::Status(status) => Status::User(*status),
            UserFilter::Throttled => Status::Throttled(self.clock.now()),
        })
    }

    /// Names go before numbers: a login may be made of digits.
    fn user_named(&self, name: &str) -> Result<Option<UserId>, DeskError> {
        Ok(self.account_named(name)?.or_else(|| name.parse().ok()))
    }

    /// The account that somebody means who types a login, `login.P` or email.
    pub(super) fn account_named(&self, typed: &str) -> Result<Option<UserId>, DeskError> {
        let typed = typed.trim();
        let keys = [typed, strip_portal_suffix(typed)]
            .map(|name| UniqueKey::SignInName(fold::identity(name)));
        let owners = self.repo.owners(&keys)?;
        let owner = match owners[..] {
            // A login that ends in `.P` is of old; the User ID that it looks like goes before.
            [Some(whole), Some(stripped)] if whole != stripped => {
                let user = self.repo.fetch::<User>(stripped)?.map(|it| it.value);
                let is_portal = user.is_some_and(|user| user.kind == UserKind::Portal);
                Some(if is_portal { stripped } else { whole })
            }
            _ => owners.into_iter().flatten().next(),
        };
        Ok(owner.map(UserId))
    }

    pub(super) fn user_record(&self, id: UserId) -> Result<Versioned<User>, DeskError> {
        self.repo.fetch::<User>(id.0)?.ok_or_else(|| DeskError::not_found("user", id))
    }
}
