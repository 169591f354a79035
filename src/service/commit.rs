//! Handing changes to the store, and saying in people's words why it would not take them.

use std::sync::PoisonError;

use crate::domain::fold;
use crate::domain::id::UserId;
use crate::domain::job::Job;
use crate::domain::problem::{Code, Problem};
use crate::domain::role::Permission;
use crate::domain::text::Text;
use crate::domain::user::{User, UserKind};
use crate::store::{Changes, CommitError, Committed, Key, Record, RepositoryExt, Stamp, UniqueKey};

use super::accounts::{ROUNDS, busy};
use super::{Desk, DeskError, Session};

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
        self.commit_raw(changes).map_err(|error| self.in_words(error, subject))
    }

    /// Commits while who asks still may: asked once more, and guarded. Another change of their
    /// own account, such as a sign-in of theirs, does not hold it back.
    ///
    /// # Errors
    /// As [`Desk::commit`] and [`Desk::authorize`].
    pub(super) fn commit_as(
        &self,
        who: &Session,
        permission: Permission,
        changes: Changes,
        subject: &Subject,
    ) -> Result<Committed, DeskError> {
        for _ in 0..ROUNDS {
            let (own, read) = self.as_asked(who)?;
            self.authorize(who, permission)?;
            match self.commit_raw(changes.clone().guard(own, read)) {
                Err(CommitError::Conflict(moved)) if moved.iter().all(|it| it.key == own) => {}
                done => return done.map_err(|error| self.in_words(error, subject)),
            }
        }
        Err(busy(who.user()))
    }

    /// Commits as long as `check` holds, and lets nobody become or stop being a portal user,
    /// join or leave a company between the look and the commit.
    pub(super) fn commit_alone(
        &self,
        changes: Changes,
        subject: &Subject,
        check: impl FnOnce() -> Result<(), DeskError>,
    ) -> Result<Committed, DeskError> {
        let _alone = self.members.write().unwrap_or_else(PoisonError::into_inner);
        check()?;
        self.repo.commit(changes).map_err(|error| self.in_words(error, subject))
    }

    /// Commits; whatever writes the profile of a portal user, or gives a portal role of one's
    /// own, comes through here.
    pub(super) fn commit_raw(&self, changes: Changes) -> Result<Committed, CommitError> {
        let joins = changes.puts().iter().any(|put| match &put.record {
            Record::Profile(_) => true,
            Record::User(user) => user.portal_role.is_some(),
            _ => false,
        });
        let _kept = joins.then(|| self.members.read().unwrap_or_else(PoisonError::into_inner));
        self.repo.commit(changes)
    }

    /// Why the store would not take them, in people's words.
    fn in_words(&self, error: CommitError, subject: &Subject) -> DeskError {
        match error {
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
        }
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
            UniqueKey::RoleName(name) => Problem::field(
                Code::Taken,
                "name",
                format!("Role {} exists already; choose another name.", Text::from(name.as_str())),
            )
            .into(),
            UniqueKey::GroupCode(code) => Problem::field(
                Code::Taken,
                "code",
                format!(
                    "Site group {} exists already; choose another code.",
                    Text::from(code.as_str())
                ),
            )
            .into(),
            // By the name as it is written, not as it is compared.
            UniqueKey::JobName(_) => match self.repo.fetch::<Job>(owner) {
                Ok(Some(job)) => job_taken(&job.value.name).into(),
                Ok(None) => job_taken(&Text::from("of that name")).into(),
                Err(error) => error.into(),
            },
            UniqueKey::CurrentMail(_) | UniqueKey::MailToken(_) => DeskError::refused(
                Code::WrongState,
                "Somebody sent this user a mail at the same moment; look again and repeat it.",
            ),
            UniqueKey::ImportedRequest(_) => {
                DeskError::refused(Code::Taken, "This row was imported before; nothing to do.")
            }
        }
    }

    /// The refusal of a login or email that `user` has, about the field that it is in there.
    pub(super) fn name_taken(&self, name: &str, user: Option<&User>) -> Problem {
        let is_email = name.contains('@')
            && user.is_none_or(|user| {
                user.email
                    .as_ref()
                    .is_some_and(|email| fold::identity(email.raw()) == fold::identity(name))
            });
        if is_email { email_taken(name, user) } else { login_taken(name, user) }
    }

    /// What is wrong with a login and an email that somebody other than `own` has, each about
    /// its field; one name for both is the email's affair.
    pub(super) fn names_taken(
        &self,
        login: Option<&Text>,
        email: Option<&Text>,
        own: Option<UserId>,
    ) -> Result<Vec<Problem>, DeskError> {
        let folded = |name: &Text| fold::identity(name.raw());
        let login = login.filter(|login| email.map(folded) != Some(folded(login)));
        let names: Vec<(&Text, bool)> =
            login.map(|it| (it, false)).into_iter().chain(email.map(|it| (it, true))).collect();
        let keys: Vec<UniqueKey> =
            names.iter().map(|(name, _)| UniqueKey::SignInName(folded(name))).collect();
        let mut problems = Vec::new();
        for ((name, is_email), owner) in names.into_iter().zip(self.repo.owners(&keys)?) {
            let Some(owner) = owner.filter(|it| own != Some(UserId(*it))) else { continue };
            let owner = self.repo.fetch::<User>(owner)?.map(|it| it.value);
            let taken = if is_email { email_taken } else { login_taken };
            problems.push(taken(name.raw(), owner.as_ref()));
        }
        Ok(problems)
    }

    /// Refuses a login or an email that somebody has, naming all that are taken.
    pub(super) fn expect_names_free(&self, user: &User) -> Result<(), DeskError> {
        let problems = self.names_taken(Some(&user.login_name), user.email.as_ref(), None)?;
        if problems.is_empty() { Ok(()) } else { Err(DeskError::Problems(problems)) }
    }
}

fn email_taken(email: &str, owner: Option<&User>) -> Problem {
    let (email, owner) = (Text::from(email), owner_name(owner));
    Problem::field(
        Code::Taken,
        "email",
        format!("Email {email} is taken by {owner}; an email can be used once, give another."),
    )
}

fn login_taken(login: &str, owner: Option<&User>) -> Problem {
    let (login, owner) = (Text::from(login), owner_name(owner));
    Problem::field(
        Code::Taken,
        "login_name",
        format!("Login {login} is taken by {owner}; choose another."),
    )
}

/// Whose it is. The User ID of staff is their login, which alone would say nothing of who
/// has it.
fn owner_name(user: Option<&User>) -> Text {
    match user {
        None => Text::from("another user"),
        Some(user) if user.kind == UserKind::Portal => user.user_id(),
        Some(user) => Text::new(format!("the staff account {}", user.user_id().raw())),
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

fn job_taken(name: &Text) -> Problem {
    let message = format!("Job {name} exists already; choose another name.");
    Problem::field(Code::Taken, "name", message)
}
