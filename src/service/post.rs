//! The port to whatever carries mails: what a letter says is asked of it, and whether it went.
//!
//! Owns the words in which the desk speaks of mail; what a letter looks like and how a server
//! is spoken to is the affair of who gives the desk its [`Post`].

use std::fmt;

use serde::{Serialize, Serializer};

use crate::domain::mail::{Carries, Purpose};
use crate::domain::secret::Secret;
use crate::domain::text::Text;
use crate::domain::time::{DAY, HOUR, Timestamp};

use super::Desk;

/// What is configured about mails, as far as the desk decides by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailPolicy {
    /// What an invitation carries.
    pub carries: Carries,
    /// How long what it carries can be used after it was sent, in milliseconds.
    pub valid_for: i64,
    /// How long an invitation may wait to be sent before it expires, in milliseconds.
    pub waits_for: i64,
    /// Mails to one address within an hour; the others wait.
    pub per_recipient: u32,
    /// Mails within an hour altogether; the others wait.
    pub per_hour: u32,
}

impl Default for MailPolicy {
    fn default() -> Self {
        Self {
            carries: Carries::TemporaryPassword,
            valid_for: 72 * HOUR,
            waits_for: 30 * DAY,
            per_recipient: 5,
            per_hour: 20_000,
        }
    }
}

/// What a letter carries, as its text shows it.
#[derive(Debug, Clone)]
pub enum Enclosed {
    /// A password.
    Password(Secret),
    /// The token of an activation link; the link is made of the portal's address and it.
    Token(Secret),
}

/// What a letter says.
#[derive(Debug, Clone)]
pub struct Letter {
    /// What it is for.
    pub purpose: Purpose,
    /// The person's name.
    pub name: Text,
    /// The User ID.
    pub user_id: Text,
    /// The name of the person's primary company.
    pub company: Option<Text>,
    /// The code of the site whose portal it leads to.
    pub site: Text,
    /// Who invited, by name.
    pub invited_by: Text,
    /// What it carries; none in a preview, which shows dots in its place.
    pub enclosed: Option<Enclosed>,
    /// What it would carry, for a preview.
    pub carries: Carries,
    /// Until when that can be used.
    pub expires_at: Timestamp,
}

impl Letter {
    /// A letter that nobody gets: it shows how one reads. Without a secret, so with dots.
    pub fn sample(purpose: Purpose, carries: Carries, expires_at: Timestamp) -> Self {
        Self {
            purpose,
            name: "Zoë O'Brien".into(),
            user_id: "zoe.obrien.P".into(),
            company: Some("Acme Ltd".into()),
            site: Text::default(),
            invited_by: "Anna Berg".into(),
            enclosed: None,
            carries,
            expires_at,
        }
    }
}

/// A letter as it reads. Printed as `[redacted]`, as it may hold a secret.
#[derive(Clone)]
pub struct Written {
    /// The subject.
    pub subject: Text,
    /// The text.
    pub text: Secret,
    /// The same in HTML.
    pub html: Secret,
}

impl fmt::Debug for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [redacted]", self.subject)
    }
}

/// A letter as it reads without the secret in it: dots stand in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Preview {
    /// The subject.
    pub subject: Text,
    /// The text.
    pub text: String,
    /// The same in HTML.
    pub html: String,
}

impl From<Written> for Preview {
    fn from(written: Written) -> Self {
        let plain = |secret: Secret| secret.expose().to_owned();
        Self { subject: written.subject, text: plain(written.text), html: plain(written.html) }
    }
}

/// A letter that templates say how to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Model {
    /// One to a portal user.
    Of(Purpose),
    /// The one that tries the configuration.
    Test,
}

impl Model {
    /// Every letter.
    pub const ALL: [Self; 4] = [
        Self::Of(Purpose::Invitation),
        Self::Of(Purpose::ProfileCreated),
        Self::Of(Purpose::PasswordReset),
        Self::Test,
    ];

    /// What its files and the commands call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Of(Purpose::Invitation) => "invitation",
            Self::Of(Purpose::ProfileCreated) => "profile-created",
            Self::Of(Purpose::PasswordReset) => "password-reset",
            Self::Test => "test",
        }
    }

    /// The words on the screen.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Of(purpose) => purpose.words(),
            Self::Test => "Test",
        }
    }

    /// The letter of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name().eq_ignore_ascii_case(name.trim()))
    }
}

/// How the templates of a letter stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ModelState {
    /// The letter.
    #[serde(serialize_with = "by_name")]
    pub model: Model,
    /// The files that stand in place of templates of the house.
    pub replaced: Vec<String>,
    /// Why it can't be written, each in a sentence that names file and line.
    pub faults: Vec<String>,
}

fn by_name<S: Serializer>(model: &Model, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(model.name())
}

/// How the templates stand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TemplatesState {
    /// The directory whose files go before the templates of the house, where there may be one.
    pub dir: Option<String>,
    /// Every letter, in the order of [`Model::ALL`].
    pub models: Vec<ModelState>,
    /// What is wrong in the directory and keeps no letter from being written: a file whose name
    /// is none of a template.
    pub strays: Vec<String>,
}

impl TemplatesState {
    /// Why letters can't be written, each reason once: several share a template.
    pub fn faults(&self) -> Vec<&str> {
        let mut faults: Vec<&str> = Vec::new();
        for fault in self.models.iter().flat_map(|it| &it.faults) {
            if !faults.contains(&fault.as_str()) {
                faults.push(fault);
            }
        }
        faults
    }
}

/// What the head of a mail says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The part of the Message-ID before the `@`; that behind it is the sender's domain.
    pub message_id: Text,
    /// Whom it goes to, by name.
    pub name: Text,
    /// Where it goes.
    pub address: Text,
    /// When it is written.
    pub date: Timestamp,
}

/// What came of handing a mail to a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// It has it, in these words.
    Accepted(Text),
    /// It does not want it, now or later.
    Refused(Text),
    /// It did not get it, and may take it later: it said so, or was not reached.
    Deferred(Text),
    /// The connection was lost after the text was sent and before it said that it has it.
    Unknown(Text),
    /// Who was asked before the text was sent said no, or the program ends and nobody was asked;
    /// nothing went out.
    Withheld,
}

/// An open connection to a server; several mails go over one.
pub trait Carrier: Send {
    /// Hands one mail over. `hand_over` is asked once the server is ready for the text and
    /// before a byte of it is sent: only when it says yes may the text go out.
    fn send(
        &mut self,
        address: &str,
        mail: &Secret,
        hand_over: &mut dyn FnMut() -> bool,
    ) -> Delivery;

    /// Whether it can still be used; after a lost connection another has to be opened.
    fn is_open(&self) -> bool;
}

/// A line of what is configured, for Settings ▸ Mail: what it is, and its value.
pub type Setting = (&'static str, String);

/// What carries mails.
pub trait Post: Send + Sync {
    /// Why no mail can be sent: what is not configured, and what to do; `None` when all is.
    fn why_not(&self) -> Option<String>;

    /// What is configured that the desk decides by.
    fn policy(&self) -> MailPolicy;

    /// What is configured, line by line, without a secret.
    fn settings(&self) -> Vec<Setting>;

    /// How the templates of the letters stand; nothing where there are none.
    fn templates(&self) -> TemplatesState {
        TemplatesState::default()
    }

    /// The portal's address at the site of that code, from the configuration only.
    fn portal_address(&self, site: &str) -> Option<String>;

    /// The letter as it reads. Without a secret in it, dots stand in its place.
    ///
    /// # Errors
    /// In a sentence, when a template has a mistake or there is no address for its site.
    fn write(&self, letter: &Letter) -> Result<Written, String>;

    /// The letter that tries the configuration.
    ///
    /// # Errors
    /// As [`Post::write`].
    fn write_test(&self, asked_by: &Text) -> Result<Written, String>;

    /// The whole mail, head and all, as it goes over the wire.
    ///
    /// # Errors
    /// In a sentence, when an address can't be one.
    fn compose(&self, head: &Head, written: &Written) -> Result<Secret, String>;

    /// Opens a connection to the server.
    ///
    /// # Errors
    /// In a sentence, when it is not reached, is not who it should be, or does not let us in.
    fn connect(&self) -> Result<Box<dyn Carrier>, String>;

    /// The program ends: what is being said to a server is broken off, but for a text that is on
    /// its way, and no mail is begun any more. One that was is [`Delivery::Withheld`].
    fn hang_up(&self) {}
}

/// No mail at all: everything is held.
pub(super) struct NoPost;

/// Why, where nobody has given the desk a post.
const NOT_HERE: &str = "Mail is not set up here.";

impl Post for NoPost {
    fn why_not(&self) -> Option<String> {
        Some(NOT_HERE.to_owned())
    }

    fn policy(&self) -> MailPolicy {
        MailPolicy::default()
    }

    fn settings(&self) -> Vec<Setting> {
        Vec::new()
    }

    fn portal_address(&self, _: &str) -> Option<String> {
        None
    }

    fn write(&self, _: &Letter) -> Result<Written, String> {
        Err(NOT_HERE.to_owned())
    }

    fn write_test(&self, _: &Text) -> Result<Written, String> {
        Err(NOT_HERE.to_owned())
    }

    fn compose(&self, _: &Head, _: &Written) -> Result<Secret, String> {
        Err(NOT_HERE.to_owned())
    }

    fn connect(&self) -> Result<Box<dyn Carrier>, String> {
        Err(NOT_HERE.to_owned())
    }
}

impl Desk {
    /// Breaks off what is being said to the mail server, because the program ends: nothing is
    /// lost by it, and a text that is on its way is still seen through.
    pub fn hang_up(&self) {
        self.post.hang_up();
    }

    /// Why no mail can be sent: what is not configured, and what to do; `None` when all is.
    pub fn mail_why_not(&self) -> Option<String> {
        self.post.why_not()
    }
}
