//! Mails as they go out: what a letter says, the whole mail, and the talk with the mail server.
//!
//! In reading order: `templates` (what letters say), `compose` (head and all), `wire` (socket and
//! TLS), `smtp` (a session), `password` and `trust` (what it needs). Knows nothing of users, of
//! queues or of when something is sent: the desk asks through its port.

mod compose;
mod password;
mod smtp;
pub mod templates;
mod trust;
mod wire;

#[cfg(test)]
pub(crate) mod tests;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::config::{Invitations, Mail, Password, Portal, Security};
use crate::domain::secret::Secret;
use crate::domain::text::{Text, escape, thousands};
use crate::domain::time::{DAY, HOUR, Timestamp};
use crate::service::post::{
    Carrier, Head, Letter, MailPolicy, Post, Setting, TemplatesState, Written,
};

pub use smtp::Patience;
use templates::Templates;

/// All that mails go out by; nothing of it is a secret.
#[derive(Debug, Clone)]
pub struct Setup {
    /// How they go out.
    pub mail: Mail,
    /// What invitations carry.
    pub invitations: Invitations,
    /// Where the portal is.
    pub portal: Portal,
    /// The configuration file, for sentences that say where something is to be set.
    pub file: String,
    /// Where templates lie that take the place of those built in.
    pub templates: Option<PathBuf>,
    /// Where systemd laid the credentials of the service.
    pub credentials: Option<PathBuf>,
    /// How long the server may take.
    pub patience: Patience,
    /// Seconds east of UTC at a moment, for the times that letters name.
    pub zone: fn(Timestamp) -> i32,
}

impl Setup {
    /// What is missing for mails to go out, all of it, and where it is to be set.
    fn why_not(&self) -> Option<String> {
        let no_address = self.portal.address.is_none() && self.portal.addresses.is_empty();
        let needed = [
            (self.mail.server.is_none(), "mail.server (the mail server)"),
            (self.mail.from.is_none(), "mail.from (whom mails come from)"),
            (no_address, "portal.address (the address of the portal that mails lead to)"),
        ];
        let missing: Vec<&str> =
            needed.into_iter().filter_map(|(is_missing, key)| is_missing.then_some(key)).collect();
        let (explains, keys) = match missing.split_last()? {
            (only, []) => ("it", (*only).to_owned()),
            (last, others) => ("them", format!("{} and {last}", others.join(", "))),
        };
        Some(format!(
            "Mail is not set up: set {keys} in {}; config.example.toml explains {explains}.",
            self.file
        ))
    }
}

/// Mails by SMTP, as they are configured.
pub struct SmtpPost {
    setup: Setup,
    letters: Templates,
    /// Set when nothing is to be said to the server any more.
    ending: wire::Ending,
}

impl SmtpPost {
    /// Mails as they are set up; nothing is read or opened yet.
    pub fn new(setup: Setup) -> Self {
        let (dir, support) = (setup.templates.clone(), setup.mail.support.clone());
        Self { letters: Templates::new(dir, support, setup.zone), setup, ending: Arc::default() }
    }

    /// The password's place in words, and why it can't be used when it can't.
    fn password_line(&self) -> Option<String> {
        let place = self.setup.mail.password.as_ref()?;
        let words = match place {
            Password::File(path) => format!("in {}", path.display()),
            Password::Credential(name) => format!("the credential {name}"),
        };
        let trouble = password::read(place, self.setup.credentials.as_deref()).err();
        Some(trouble.unwrap_or(words))
    }
}

impl Post for SmtpPost {
    fn why_not(&self) -> Option<String> {
        self.setup.why_not()
    }

    fn policy(&self) -> MailPolicy {
        let Setup { mail, invitations, .. } = &self.setup;
        MailPolicy {
            carries: invitations.credentials,
            valid_for: i64::from(invitations.valid_hours) * HOUR,
            waits_for: i64::from(invitations.hold_days) * DAY,
            per_recipient: mail.per_recipient,
            per_hour: mail.per_hour,
        }
    }

    fn settings(&self) -> Vec<Setting> {
        let Setup { mail, invitations, portal, .. } = &self.setup;
        let mut lines: Vec<Setting> = Vec::new();
        let mut add = |what, value: Option<String>| {
            lines.extend(value.map(|it| (what, escape(&it).into_owned())));
        };
        let guard = match mail.security {
            Security::StartTls => "STARTTLS",
            Security::Tls => "TLS",
            Security::None => "in the clear, on this computer",
        };
        add("Mail server", mail.server.as_ref().map(|it| format!("{it}:{}, {guard}", mail.port())));
        add("Signs in as", mail.user.clone());
        add("Password", self.password_line());
        add("Trusted beside the system's", mail.roots.as_ref().map(|it| it.display().to_string()));
        add("Names itself", mail.hello_name.clone());
        add("From", mail.from.as_ref().map(ToString::to_string));
        add("Reply to", mail.reply_to.as_ref().map(ToString::to_string));
        add("Support", mail.support.clone());
        add("Portal address", portal.address.clone());
        for (site, address) in &portal.addresses {
            add("Portal address", Some(format!("{address} at {site}")));
        }
        add(
            "Invitations carry",
            Some(format!(
                "{}, valid for {} hours",
                invitations.credentials.word(),
                invitations.valid_hours
            )),
        );
        add("Wait at most", Some(format!("{} days", invitations.hold_days)));
        add(
            "Mails an hour",
            Some(format!(
                "{}, {} to one address",
                thousands(u64::from(mail.per_hour)),
                thousands(u64::from(mail.per_recipient))
            )),
        );
        add("Configured in", Some(self.setup.file.clone()));
        lines
    }

    fn portal_address(&self, site: &str) -> Option<String> {
        self.setup.portal.address_at(site).map(str::to_owned)
    }

    fn templates(&self) -> TemplatesState {
        self.letters.state()
    }

    fn write(&self, letter: &Letter) -> Result<Written, String> {
        let site = letter.site.raw();
        let Some(portal) = self.setup.portal.address_at(site) else {
            return Err(format!(
                "There is no address for the portal at site {}: set portal.address in {}.",
                letter.site, self.setup.file
            ));
        };
        self.letters.write(letter, portal)
    }

    fn write_test(&self, asked_by: &Text) -> Result<Written, String> {
        self.letters.write_test(asked_by)
    }

    fn compose(&self, head: &Head, written: &Written) -> Result<Secret, String> {
        let Some(from) = &self.setup.mail.from else {
            return Err(self.setup.why_not().unwrap_or_default());
        };
        compose::compose(from, self.setup.mail.reply_to.as_ref(), head, written)
    }

    fn connect(&self) -> Result<Box<dyn Carrier>, String> {
        match self.setup.why_not() {
            Some(sentence) => Err(sentence),
            None => Ok(Box::new(smtp::Session::open(&self.setup, &self.ending)?)),
        }
    }

    fn hang_up(&self) {
        self.ending.store(true, Ordering::Relaxed);
    }
}
