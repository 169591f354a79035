//! How mail is set up: what is configured, how the letters read, and a test of the whole way.
//!
//! Owns who may see and try it. What is configured, and how a letter reads, [`Post`] says.
//!
//! [`Post`]: super::post::Post

use serde::{Serialize, Serializer};

use crate::domain::audit::Action;
use crate::domain::problem::{Code, Problem};
use crate::domain::role::Permission;
use crate::domain::text::Text;
use crate::domain::user::User;
use crate::domain::validate;
use crate::store::{AuditDraft, Changes, CommitError, RepositoryExt, Versioned};

use super::post::{Delivery, Head, Letter, Model, Preview, Setting, TemplatesState};
use super::{Desk, DeskError, Session};

/// How mail is set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MailSettings {
    /// Why no mail can be sent: what is not configured, and what to do; `None` when all is.
    pub why_not: Option<String>,
    /// What is configured, line by line.
    #[serde(serialize_with = "in_lines")]
    pub lines: Vec<Setting>,
    /// How the templates of the letters stand.
    pub templates: TemplatesState,
    /// The email of who asks: where a test goes if nothing else is said.
    #[serde(skip)]
    pub own_email: Option<Text>,
    /// Why who asks can't send a test; `None` when they can.
    #[serde(skip)]
    pub why_not_test: Option<String>,
}

fn in_lines<S: Serializer>(lines: &[Setting], to: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Line<'a> {
        name: &'a str,
        value: &'a str,
    }
    to.collect_seq(lines.iter().map(|(name, value)| Line { name, value }))
}

/// What came of a test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TestSent {
    /// Where it went.
    pub to: Text,
    /// What the mail server said when it took it.
    pub answer: Text,
}

impl Desk {
    /// How mail is set up. The templates are tried for it.
    ///
    /// # Errors
    /// When the role may not read, or the store can't be read.
    pub fn mail_settings(&self, who: &Session) -> Result<MailSettings, DeskError> {
        self.authorize(who, Permission::Read)?;
        let why_not = self.post.why_not();
        Ok(MailSettings {
            lines: self.post.settings(),
            templates: self.post.templates(),
            own_email: self.own_email(who)?,
            why_not_test: who.why_not(Permission::Administer).or_else(|| why_not.clone()),
            why_not,
        })
    }

    /// A letter as it would read if it were sent now, with facts made up and dots for the
    /// secret.
    ///
    /// # Errors
    /// When a template of it has a mistake, no address of the portal is configured, or the role
    /// may not read.
    pub fn preview_letter(&self, who: &Session, model: Model) -> Result<Preview, DeskError> {
        self.authorize(who, Permission::Read)?;
        let written = match model {
            Model::Test => self.post.write_test(who.name()),
            Model::Of(purpose) => {
                let policy = self.post.policy();
                let expires_at = self.clock.now().plus_millis(policy.valid_for);
                let sample = Letter::sample(purpose, policy.carries, expires_at);
                self.post.write(&Letter { site: self.site_with_address()?, ..sample })
            }
        };
        written.map(Preview::from).map_err(|why| DeskError::refused(Code::Mail, why))
    }

    /// Sends a letter to that address, at once and past the outbox, and tells what the mail
    /// server said. It is tried once; the trail has what came of it.
    ///
    /// # Errors
    /// When mail is not set up, the address is none, the server is not reached or does not take
    /// it, or the role may not.
    pub fn send_test(&self, who: &Session, to: &str) -> Result<TestSent, DeskError> {
        let actor = self.authorize(who, Permission::Administer)?;
        if let Some(why) = self.post.why_not() {
            return Err(DeskError::refused(Code::Mail, why));
        }
        let to = validate::email(to).map_err(|problem| Problem { field: Some("to"), ..problem })?;
        let outcome = self.hand_test_over(who, &to)?;
        let (note, result) = match outcome {
            Ok(answer) => (format!("to {to}: {answer}"), Ok(TestSent { to: to.clone(), answer })),
            Err(why) => {
                (format!("to {to}: not sent: {why}"), Err(DeskError::refused(Code::Mail, why)))
            }
        };
        let entry = AuditDraft::new(self.clock.now(), &actor, Action::MailTest).noting(note);
        match self.repo.commit(Changes::new(entry)) {
            Ok(_) => result,
            Err(CommitError::Store(error)) => Err(error.into()),
            // An entry alone depends on no record.
            Err(error) => Err(DeskError::Machine(error.to_string())),
        }
    }

    /// Takes the test to the server: its words, or in a sentence why it does not have it.
    fn hand_test_over(&self, who: &Session, to: &Text) -> Result<Result<Text, String>, DeskError> {
        let mut number = [0; 16];
        self.clock.random(&mut number)?;
        let head = Head {
            message_id: format!("test-{:032x}", u128::from_be_bytes(number)).into(),
            name: Text::default(),
            address: to.clone(),
            date: self.clock.now(),
        };
        let mail = self.post.write_test(who.name()).and_then(|it| self.post.compose(&head, &it));
        let delivery = mail.and_then(|mail| {
            let mut carrier = self.post.connect()?;
            Ok(carrier.send(to.raw(), &mail, &mut || true))
        });
        Ok(match delivery {
            Ok(Delivery::Accepted(words)) => Ok(words),
            Ok(Delivery::Refused(words)) => Err(format!("The mail server refuses it: {words}")),
            Ok(Delivery::Deferred(words)) => {
                Err(format!("The mail server does not take it now: {words}"))
            }
            Ok(Delivery::Unknown(words)) => Err(format!(
                "The connection was lost before the mail server said whether it has it: {words}"
            )),
            Ok(Delivery::Withheld) => Err(String::from("It was not sent.")),
            Err(why) => Err(why),
        })
    }

    fn own_email(&self, who: &Session) -> Result<Option<Text>, DeskError> {
        let own: Option<Versioned<User>> = self.repo.fetch(who.user().0)?;
        Ok(own.and_then(|it| it.value.email))
    }

    /// The code of the first site of the portal that has an address; of the first one when none
    /// has one, for the sentence that says so.
    fn site_with_address(&self) -> Result<Text, DeskError> {
        let sites = self.sites_of(self.portal_group()?.value.sites)?;
        let codes: Vec<Text> = sites.into_iter().map(|it| it.value.code).collect();
        let known = codes.iter().find(|code| self.post.portal_address(code.raw()).is_some());
        Ok(known.or(codes.first()).cloned().unwrap_or_default())
    }
}
