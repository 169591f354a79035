//! Staff accounts: made by a Security Administrator.

use crate::domain::audit::{Action, Actor};
use crate::domain::id::UserId;
use crate::domain::password;
use crate::domain::problem::{Code, Problem};
use crate::domain::role::{Permission, Role};
use crate::domain::secret::Secret;
use crate::domain::user::{CreatedVia, User};
use crate::domain::validate;
use crate::store::{AuditDraft, Changes, CommitError, Key, Kind};

use super::accounts::{ROUNDS, busy};
use super::companies::keep;
use super::setup::{Names, new_staff};
use super::trail::created;
use super::user_views::UserView;
use super::{Desk, DeskError, Session};

/// What a staff account's form holds, as typed.
#[derive(Debug, Clone)]
pub struct StaffForm {
    /// The login.
    pub login: String,
    /// First name; may be empty.
    pub first: String,
    /// Last name; may be empty.
    pub last: String,
    /// Email; may be empty.
    pub email: String,
    /// The role: one of [`Role::STAFF`].
    pub role: Role,
    /// The first password.
    pub password: Secret,
    /// Whether the person has to choose an own password at the first sign-in.
    pub must_change: bool,
}

impl StaffForm {
    /// Everything that is wrong with it in itself, whatever the store holds.
    pub fn problems(&self) -> Vec<Problem> {
        self.read().err().unwrap_or_default()
    }

    /// The names of the account.
    fn read(&self) -> Result<Names, Vec<Problem>> {
        let mut problems = Vec::new();
        let names = Names {
            login_name: keep(&mut problems, validate::staff_login(&self.login)).unwrap_or_default(),
            first: keep(&mut problems, validate::optional(validate::FIRST, &self.first)).flatten(),
            last: keep(&mut problems, validate::optional(validate::LAST, &self.last)).flatten(),
            email: keep(&mut problems, validate::optional_email(&self.email)).flatten(),
        };
        if !Role::STAFF.contains(&self.role) {
            problems.push(Problem::field(
                Code::Role,
                "role",
                format!("{} is no role of staff accounts; choose one of {}.", self.role, roles()),
            ));
        }
        let own = [&self.login, &self.first, &self.last, &self.email].map(String::as_str);
        keep(&mut problems, password::check(&password::normalize(&self.password), &own, false));
        if problems.is_empty() { Ok(names) } else { Err(problems) }
    }
}

impl Desk {
    /// Makes a staff account that can sign in at once.
    ///
    /// # Errors
    /// When a field is wrong, the login or email is taken, the role is none of staff's, the
    /// password fails the policy, or one's own role may not.
    pub fn create_staff(&self, who: &Session, form: &StaffForm) -> Result<UserView, DeskError> {
        let mut hash = None;
        for _ in 0..ROUNDS {
            let (own, read) = self.as_asked(who)?;
            let actor = self.authorize(who, Permission::Administer)?;
            let mut user = self.read_staff(form)?;
            let made = match hash.take() {
                Some(hash) => hash,
                None => self.new_hash(&user, &form.password)?,
            };
            user.password_hash = Some(made.clone());
            hash = Some(made);
            user.id = UserId(self.repo.reserve(Kind::User, 1)?);
            let (id, entry) = (user.id, self.staff_created(&actor, &user));
            // Only while who makes it is what they were when they were asked.
            match self.commit_raw(Changes::new(entry).create(user).guard(own, read)) {
                Ok(_) => return self.user_view(who, id),
                Err(CommitError::Conflict(_) | CommitError::Taken { .. }) => {}
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
        Err(busy(who.user()))
    }

    /// What the trail says of a new staff account.
    fn staff_created(&self, actor: &Actor, user: &User) -> AuditDraft {
        AuditDraft::new(user.created_at, actor, Action::UserCreate)
            .on(Key::new(Kind::User, user.id.0), user.user_id())
            .changing(created([
                ("login_name", Some(user.login_name.clone())),
                ("first", user.first.clone()),
                ("last", user.last.clone()),
                ("email", user.email.clone()),
                ("role", Some(user.role.name().into())),
                ("status", Some(user.status.word().into())),
            ]))
    }

    /// The account of a form, without number and hash.
    fn read_staff(&self, form: &StaffForm) -> Result<User, DeskError> {
        let names = form.read().map_err(DeskError::Problems)?;
        let user = new_staff(names, form.role, CreatedVia::StaffAccounts, self.clock.now());
        self.expect_names_free(&user)?;
        Ok(User { must_change_password: form.must_change, ..user })
    }
}

/// The roles of staff accounts in words.
fn roles() -> String {
    Role::STAFF.map(Role::name).join(", ")
}
