//! People with passwords, and what the tests ask about them.

use crate::domain::audit::Action;
use crate::domain::id::UserId;
use crate::domain::login::{Door, LoginEvent, LoginOutcome};
use crate::domain::role::Role;
use crate::domain::secret::Secret;
use crate::domain::user::{User, UserStatus};
use crate::service::Credentials;
use crate::service::page::entities;
use crate::service::{Desk, DeskError, Origin, Session, SignIn};
use crate::store::query::{Filter, List, Query, Row, Sort};
use crate::store::{AuditEntry, Key, Kind, Record, RepositoryExt};

use super::{House, origin};

/// A password that the policy lets pass.
pub(super) const RIGHT: &str = "correct horse battery staple";
/// Another one.
pub(super) const OTHER: &str = "tolles Gewitter am Mittag";
/// One that nobody has.
pub(super) const WRONG: &str = "a bird in the hand is wrong";

pub(super) fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

pub(super) fn at_host(host: &str) -> Origin {
    Origin { os_user: "tester".into(), host: host.into() }
}

impl House {
    /// Somebody of that role who has the password [`RIGHT`].
    pub fn person(&self, role: Role, login: &str, email: Option<&str>) -> Session {
        let somebody = self.staff(role);
        self.edit_user(somebody.user(), |user| {
            user.login_name = login.into();
            user.email = email.map(Into::into);
            user.password_hash =
                Some(self.desk.hasher.hash(&secret(RIGHT), &*self.desk.clock).unwrap());
        });
        Session::begin(&self.user(somebody.user()), origin(), self.desk.clock.now())
    }

    pub fn user(&self, id: UserId) -> User {
        self.repo.fetch::<User>(id.0).unwrap().unwrap().value
    }

    /// Changes a user behind the services' back.
    pub fn edit_user(&self, id: UserId, edit: impl FnOnce(&mut User)) {
        let mut user = self.user(id);
        edit(&mut user);
        self.put(vec![Record::User(user)]);
    }

    pub fn disable(&self, id: UserId) {
        self.edit_user(id, |user| user.status = UserStatus::Disabled);
    }

    /// Every row of a list, oldest first.
    fn rows(&self, list: List) -> Vec<Row> {
        let query = Query {
            list,
            filter: Filter::default(),
            sort: Sort::Number,
            reverse: false,
            page: 1,
            per_page: 100_000,
            partly: false,
            stop: Default::default(),
        };
        self.repo.query(&query).unwrap().rows
    }

    /// The whole trail, oldest first.
    pub fn trail(&self) -> Vec<AuditEntry> {
        let rows = self.rows(List::Audit).into_iter();
        rows.map(|row| match row {
            Row::Audit(entry) => entry,
            Row::Record(record) => panic!("the trail holds {record:?}"),
        })
        .collect()
    }

    pub fn last_told(&self) -> AuditEntry {
        self.trail().pop().expect("the fixture is told of")
    }

    /// What the login history says, newest first.
    pub fn outcomes(&self, id: UserId) -> Vec<LoginOutcome> {
        let events = entities::<LoginEvent>(self.rows(List::Logins(id)));
        events.into_iter().rev().map(|it| it.value.outcome).collect()
    }
}

/// A sign-in at the console.
pub(super) fn sign_in(desk: &Desk, name: &str, password: &str) -> SignIn {
    desk.sign_in(&Credentials::new(name, &secret(password)), Door::Console, &origin()).unwrap()
}

/// The sentence of a refused sign-in.
pub(super) fn refusal(outcome: SignIn) -> String {
    match outcome {
        SignIn::Refused(refusal) => refusal.message,
        other => panic!("let in: {other:?}"),
    }
}

pub(super) fn signed_in(outcome: SignIn) -> Session {
    match outcome {
        SignIn::SignedIn(session) => session,
        other => panic!("not signed in: {other:?}"),
    }
}

/// The problems of a refused call: their fields and sentences.
pub(super) fn problem<T: std::fmt::Debug>(
    result: Result<T, DeskError>,
) -> (Option<&'static str>, String) {
    let error = result.unwrap_err();
    (error.field(), error.to_string())
}

/// Asserts that an entry is about a user, of that action, with that remark.
pub(super) fn assert_told(entry: &AuditEntry, about: Option<UserId>, action: Action, note: &str) {
    let key = about.map(|id| Key::new(Kind::User, id.0));
    assert_eq!(entry.action, action);
    assert_eq!(entry.targets.first().map(|it| it.key), key, "{entry:?}");
    assert_eq!(entry.note.as_ref().map_or("", |it| it.raw()), note);
}
