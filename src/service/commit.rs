//! Handing changes to the store, and saying in people's words why it would not take them.

use crate::domain::fold;
use crate::domain::problem::{Code, Problem};
use crate::domain::text::Text;
use crate::domain::user::User;
use crate::store::{Changes, CommitError, Committed, Key, RepositoryExt, Stamp, UniqueKey};

use super::{Desk, DeskError};

/// The record that a deed is about, as it was read.
#[derive(Debug, Clone)]
pub(super) struct Subject {
    /// Its key.
    pub key: Key,
    /// What people call it.
    pub label: Text,
    /// The stamp that it was decided on; `None` for a new record.
    pub read: Option<Stamp>,
}

impl Desk {
    /// Commits; a conflict names who was faster, a taken key who has it.
    pub(super) fn commit(
        &self,
        changes: Changes,
        subject: &Subject,
    ) -> Result<Committed, DeskError> {
        self.repo.commit(changes).map_err(|error| match error {
            CommitError::Store(error) => error.into(),
            CommitError::Taken { unique, owner } => self.taken(&unique, owner),
            CommitError::Conflict(moved) => match subject.read {
                Some(read) if moved.iter().any(|it| it.key == subject.key) => {
                    self.conflict(subject.key, &subject.label, read)
                }
                _ => DeskError::refused(
                    Code::WrongState,
                    format!(
                        "{} was not saved: the {} that it depends on changed at the same moment; look again and repeat it.",
                        subject.label,
                        moved.first().map_or("record", |it| it.key.kind.word()),
                    ),
                ),
            },
        })
    }

    /// The refusal of a key that belongs to another record, by name.
    pub(super) fn taken(&self, unique: &UniqueKey, owner: u64) -> DeskError {
        match unique {
            UniqueKey::SignInName(name) => match self.repo.fetch::<User>(owner) {
                Ok(user) => self.name_taken(name, user.map(|it| it.value).as_ref()).into(),
                Err(error) => error.into(),
            },
            UniqueKey::CompanyCode(code) => Problem::field(
                Code::Taken,
                "code",
                format!("Company code {} is taken; choose another.", Text::from(code.as_str())),
            )
            .into(),
            UniqueKey::SiteCode(code) => Problem::field(
                Code::Taken,
                "site",
                format!("Site code {} is taken; choose another.", Text::from(code.as_str())),
            )
            .into(),
            UniqueKey::ContactOfUser(_) => match self.repo.fetch::<User>(owner) {
                Ok(user) => contact_has_user(user.map(|it| it.value).as_ref()).into(),
                Err(error) => error.into(),
            },
            UniqueKey::ExternalId(_, id) => Problem::field(
                Code::Taken,
                "external_id",
                format!("External id {} is taken; give another.", Text::from(id.as_str())),
            )
            .into(),
            UniqueKey::ContractNumber(_, number) => Problem::field(
                Code::Taken,
                "number",
                format!(
                    "This company has a contract {} already; give another number.",
                    Text::from(number.as_str())
                ),
            )
            .into(),
            UniqueKey::ImportedRequest(_) => {
                DeskError::refused(Code::Taken, "This row was imported before; nothing to do.")
            }
        }
    }

    /// The refusal of a login or email that `user` has, about the field that it is in there.
    pub(super) fn name_taken(&self, name: &str, user: Option<&User>) -> Problem {
        let owner = user.map_or_else(|| Text::from("another user"), User::user_id);
        let is_email = name.contains('@')
            && user.is_none_or(|user| {
                user.email
                    .as_ref()
                    .is_some_and(|email| fold::identity(email.raw()) == fold::identity(name))
            });
        let name = Text::from(name);
        if is_email {
            Problem::field(
                Code::Taken,
                "email",
                format!(
                    "Email {name} is taken by {owner}; an email can be used once, give another."
                ),
            )
        } else {
            Problem::field(
                Code::Taken,
                "login_name",
                format!("Login {name} is taken by {owner}; choose another."),
            )
        }
    }
}

/// The refusal of a contact that is somebody's already.
pub(super) fn contact_has_user(user: Option<&User>) -> Problem {
    let owner = user.map_or_else(|| Text::from("a portal user"), User::user_id);
    Problem::field(
        Code::ContactHasUser,
        "contact",
        format!(
            "This contact is already portal user {owner}; link another contact, or reject the request."
        ),
    )
}
