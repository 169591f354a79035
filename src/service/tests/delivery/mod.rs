//! Mails going out: by a scripted post, over the strict model.

mod ends;
mod faults;
mod forms;
mod limits;
mod links;
mod meanwhile;
pub(in crate::service::tests) mod post;
mod secrets;

use std::sync::Arc;

use crate::clock::Clock;
use crate::domain::id::{CompanyId, MailId, UserId};
use crate::domain::mail::{Mail, MailState, Purpose};
use crate::domain::time::DAY;
use crate::domain::user::{User, UserStatus};
use crate::service::{Deliver, Delivered, Desk, HashCost};
use crate::store::{Kind, Record, RepositoryExt};

use super::House;
use super::edit_user::member;
use super::invariants::check;

use post::{Answer, Script};

/// A house whose desk sends by a script.
pub struct Mailroom {
    pub house: House,
    pub desk: Desk,
    pub post: Script,
    pub acme: CompanyId,
}

impl Mailroom {
    pub fn new() -> Self {
        let (house, post) = (House::new(), Script::default());
        let desk = house.desk.clone().with_post(Arc::new(post.clone()));
        let acme = house.company("Acme", None);
        Self { house, desk, post, acme }
    }

    /// The same store after a start of the program.
    pub fn restarted(self) -> Self {
        let desk = Desk::new(self.house.repo.clone(), self.house.clock.clone())
            .with_hashing(HashCost::CHEAP)
            .with_keys(self.house.keys.clone())
            .with_post(Arc::new(self.post.clone()));
        desk.recover_mails().unwrap();
        Self { desk, ..self }
    }

    /// A portal user with the password `RIGHT`, who has signed in once.
    pub fn active(&self, login: &str) -> UserId {
        let id = member(&self.house, login, &[self.acme]);
        self.house.edit_user(id, |user| user.last_login_at = Some(user.created_at));
        id
    }

    /// A portal user without a password.
    pub fn pending(&self, login: &str) -> UserId {
        let id = member(&self.house, login, &[self.acme]);
        self.house.edit_user(id, |user| {
            user.status = UserStatus::Pending;
            user.password_hash = None;
            user.password_set_at = None;
        });
        id
    }

    /// A queued mail to that user.
    pub fn queue(&self, user: UserId, purpose: Purpose) -> MailId {
        let id = MailId(self.house.repo.reserve(Kind::Mail, 1).unwrap());
        let (user, now) = (self.user(user), self.house.clock.now());
        let mail = Mail {
            id,
            user: user.id,
            purpose,
            state: MailState::Queued,
            name: user.label(),
            user_id: user.user_id(),
            address: user.email.clone().unwrap(),
            company: Some(self.acme),
            site: crate::domain::id::SiteId(1),
            carries: None,
            sealed_secret: None,
            token_hash: None,
            message_id: format!("m{}", id.0).into(),
            created_at: now,
            invited_by: "anna".into(),
            held: None,
            next_try_at: None,
            first_try_at: None,
            tries: 0,
            log: Vec::new(),
            handed_over_at: None,
            sent_at: None,
            expires_at: Some(now.plus_millis(30 * DAY)),
            run: None,
            previous: None,
        };
        let user = User { last_mail: Some(id), ..user };
        self.house.put(vec![Record::Mail(mail), Record::User(user)]);
        id
    }

    /// So many pending users with an invitation each: `u0@acme.example` and so on.
    pub fn invited(&self, count: usize) -> Vec<(UserId, MailId)> {
        let invite = |at| {
            let user = self.pending(&format!("u{at}"));
            (user, self.queue(user, Purpose::Invitation))
        };
        (0..count).map(invite).collect()
    }

    pub fn mail(&self, id: MailId) -> Mail {
        self.house.repo.fetch::<Mail>(id.0).unwrap().unwrap().value
    }

    pub fn user(&self, id: UserId) -> User {
        self.house.repo.fetch::<User>(id.0).unwrap().unwrap().value
    }

    /// Sends what is due, as a job does, and checks that all that is kept makes sense.
    pub fn deliver(&self) -> Delivered {
        self.deliver_which(&Deliver::All { run: None })
    }

    pub fn deliver_which(&self, which: &Deliver) -> Delivered {
        let delivered = self.desk.deliver(which, &());
        check(&*self.house.repo);
        delivered
    }

    pub fn state(&self, id: MailId) -> MailState {
        self.mail(id).state
    }

    /// The last words about a mail.
    pub fn words(&self, id: MailId) -> String {
        self.mail(id).last_try().map(|it| it.outcome.to_string()).unwrap_or_default()
    }
}

/// The counts of a delivery: sent, failed, waiting, unknown, held.
pub fn counts(it: &Delivered) -> [u64; 5] {
    [it.sent, it.failed, it.waiting, it.unknown, it.held]
}
