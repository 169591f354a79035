//! What can be configured about mails and invitations, and what its values look like.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;

use crate::domain::mail::Carries;
use crate::domain::text::is_invisible;
use crate::domain::validate;

/// How mails go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The mail server's name or IP address.
    pub server: Option<String>,
    /// Its port; `None` for the usual one of [`Mail::security`].
    pub port: Option<u16>,
    /// How the connection to it is guarded.
    pub security: Security,
    /// The name to sign in to it with; `None` where it asks for none.
    pub user: Option<String>,
    /// Where the password for that lies.
    pub password: Option<Password>,
    /// A file with certificate authorities that are trusted beside those of the system.
    pub roots: Option<PathBuf>,
    /// Whom mails come from.
    pub from: Option<Sender>,
    /// Whom an answer goes to; `None` for [`Mail::from`].
    pub reply_to: Option<Sender>,
    /// Whom people ask for help, in words or as an address.
    pub support: Option<String>,
    /// Mails within an hour altogether.
    pub per_hour: u32,
    /// Mails to one address within an hour.
    pub per_recipient: u32,
    /// How this computer names itself to the mail server; `None` for its IP address.
    pub hello_name: Option<String>,
    /// Where templates lie that take the place of those built in; `None` for `templates`
    /// beside the configuration file.
    pub templates: Option<PathBuf>,
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            server: None,
            port: None,
            security: Security::StartTls,
            user: None,
            password: None,
            roots: None,
            from: None,
            reply_to: None,
            support: None,
            per_hour: 20_000,
            per_recipient: 5,
            hello_name: None,
            templates: None,
        }
    }
}

impl Mail {
    /// The port: the one that is set, or else the usual one of how the connection is guarded.
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(match self.security {
            Security::StartTls => 587,
            Security::Tls => 465,
            Security::None => 25,
        })
    }
}

/// How the connection to the mail server is guarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// By TLS, after STARTTLS in the clear; without it nothing is sent.
    StartTls,
    /// By TLS from the first byte on.
    Tls,
    /// Not at all: for a server on this computer only.
    None,
}

impl Security {
    pub(super) const ALL: [Self; 3] = [Self::StartTls, Self::Tls, Self::None];

    /// The word in the file.
    pub const fn word(self) -> &'static str {
        match self {
            Self::StartTls => "starttls",
            Self::Tls => "tls",
            Self::None => "none",
        }
    }
}

/// Where the password for the mail server lies; it is never in the configuration itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Password {
    /// In a file that only its owner can read.
    File(PathBuf),
    /// In the credential of that name that systemd hands to the service.
    Credential(String),
}

/// Whom a mail comes from or an answer goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The name, when there is one.
    pub name: Option<String>,
    /// The address.
    pub address: String,
}

impl fmt::Display for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name} <{}>", self.address),
            None => f.write_str(&self.address),
        }
    }
}

/// What invitations carry, and for how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitations {
    /// What they carry.
    pub credentials: Carries,
    /// Hours for which that can be used after it was sent.
    pub valid_hours: u16,
    /// Days for which an invitation may wait to be sent.
    pub hold_days: u16,
}

impl Default for Invitations {
    fn default() -> Self {
        Self { credentials: Carries::TemporaryPassword, valid_hours: 72, hold_days: 30 }
    }
}

/// Whether a mail server of that name runs on this computer, whatever is asked about it.
pub fn is_this_computer(host: &str) -> bool {
    let address = host.parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|it| it.is_loopback())
}

/// A line of text: not empty, and nothing in it that nobody sees.
pub(super) fn line(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty() && text.len() <= 200 && !text.contains(is_invisible)).then(|| text.to_owned())
}

/// A host's name or IP address.
pub(super) fn host(text: &str) -> Option<String> {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-')
    };
    let is_name = || text.len() <= 253 && text.split('.').all(label);
    (text.parse::<IpAddr>().is_ok() || is_name()).then(|| text.to_owned())
}

/// A credential's name: a file's, without a way out of its directory.
pub(super) fn credential(text: &str) -> Option<String> {
    let named = line(text)?;
    (!named.contains('/') && named != "." && named != "..").then_some(named)
}

/// `Name <address>` or an address alone.
pub(super) fn sender(text: &str) -> Option<Sender> {
    let text = line(text)?;
    let (name, address) = match text.strip_suffix('>').map(|it| it.rsplit_once('<')) {
        Some(parts) => parts?,
        None => ("", &*text),
    };
    let address = validate::email(address).ok()?.raw().to_owned();
    let name = name.trim().trim_matches('"').trim();
    // Mail servers that take other letters before the @ are rare, and are not spoken to.
    let local = address.rsplit_once('@')?.0;
    (local.is_ascii() && !name.contains(['<', '>', '"']))
        .then(|| Sender { name: Some(name.to_owned()).filter(|it| !it.is_empty()), address })
}

/// An address of the portal, without a `/` at its end: by `https://`, and in the clear only
/// where it does not leave this computer.
pub(super) fn web_address(text: &str) -> Option<String> {
    let address = line(text)?;
    let (guarded, rest) = match (address.strip_prefix("https://"), address.strip_prefix("http://"))
    {
        (Some(rest), _) => (true, rest),
        (_, Some(rest)) => (false, rest),
        _ => return None,
    };
    let authority = rest.split('/').next()?;
    let (name, port) = match authority.strip_prefix('[') {
        Some(v6) => v6.split_once(']')?,
        None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
    };
    let port_is_one =
        port.is_empty() || port.strip_prefix(':').is_some_and(|it| it.parse::<u16>().is_ok());
    let plain = address.bytes().all(|it| it.is_ascii_graphic() && !br#"?#@"'<>\`"#.contains(&it));
    (plain && port_is_one && host(name).is_some() && (guarded || is_this_computer(name)))
        .then(|| address.trim_end_matches('/').to_owned())
}
