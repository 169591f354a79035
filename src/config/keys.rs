//! The keys of the configuration file: what each takes, and what goes together.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::domain::mail::Carries;
use crate::domain::text::escape;

use super::mail::{self, Password, Security};
use super::{Config, Level};

/// What is wrong, and at which byte.
pub(super) struct Wrong {
    pub(super) at: usize,
    pub(super) what: String,
}

/// A key: its section and name, what it takes in words, and how it is taken over.
pub(super) struct Key {
    pub(super) section: &'static str,
    pub(super) name: &'static str,
    takes: &'static str,
    set: fn(&mut Config, &DeValue<'_>) -> Option<()>,
}

/// The section whose keys are codes of sites.
const ADDRESSES: &str = "portal.addresses";
/// What an address of the portal takes.
const ADDRESS: &str = "an address such as \"https://portal.example\", without ? or # (http:// only for this computer itself)";
/// What a file takes.
const PATH: &str = "an absolute path in quotes";

const fn key(
    section: &'static str,
    name: &'static str,
    takes: &'static str,
    set: fn(&mut Config, &DeValue<'_>) -> Option<()>,
) -> Key {
    Key { section, name, takes, set }
}

/// Every key, by section in the order of the example; the first section has no name.
pub(super) const KEYS: [Key; 27] = [
    key("", "data_dir", PATH, |c, v| {
        c.data_dir = Some(absolute(v)?);
        Some(())
    }),
    key("log", "level", "\"error\", \"warn\", \"info\", \"debug\" or \"trace\"", |c, v| {
        let word = v.as_str()?;
        c.log.level = Level::ALL.into_iter().find(|level| level.word() == word)?;
        Some(())
    }),
    key("log", "dir", PATH, |c, v| {
        c.log.dir = Some(absolute(v)?);
        Some(())
    }),
    key("log", "keep_days", "a whole number from 1 to 3650", |c, v| {
        c.log.keep_days = number(v, 1, 3650)?;
        Some(())
    }),
    key("console", "idle_lock_minutes", "a whole number from 1 to 120", |c, v| {
        c.console.idle_lock_minutes = number(v, 1, 120)?;
        Some(())
    }),
    key("console", "absolute_hours", "a whole number from 1 to 24", |c, v| {
        c.console.absolute_hours = number(v, 1, 24)?;
        Some(())
    }),
    key("console", "ascii", "true or false", |c, v| {
        c.console.ascii = v.as_bool()?;
        Some(())
    }),
    key("portal", "site", "the code of a site in quotes", |c, v| {
        c.portal.site = Some(v.as_str().filter(|code| !code.trim().is_empty())?.to_owned());
        Some(())
    }),
    key("portal", "address", ADDRESS, |c, v| {
        c.portal.address = Some(mail::web_address(v.as_str()?)?);
        Some(())
    }),
    key("secrets", "key_file", PATH, |c, v| {
        c.secrets.key_file = Some(absolute(v)?);
        Some(())
    }),
    key(
        "mail",
        "server",
        "the name or IP address of a mail server in quotes, without its port",
        |c, v| {
            c.mail.server = Some(mail::host(v.as_str()?)?);
            Some(())
        },
    ),
    key("mail", "port", "a whole number from 1 to 65535", |c, v| {
        c.mail.port = Some(number(v, 1, 65_535)?);
        Some(())
    }),
    key("mail", "security", "\"starttls\", \"tls\" or \"none\"", |c, v| {
        let word = v.as_str()?;
        c.mail.security = Security::ALL.into_iter().find(|it| it.word() == word)?;
        Some(())
    }),
    key("mail", "user", "the name to sign in to the mail server with, in quotes", |c, v| {
        c.mail.user = Some(mail::line(v.as_str()?)?);
        Some(())
    }),
    key("mail", "password_file", PATH, |c, v| {
        c.mail.password = Some(Password::File(absolute(v)?));
        Some(())
    }),
    key("mail", "password_credential", "the name of a systemd credential in quotes", |c, v| {
        c.mail.password = Some(Password::Credential(mail::credential(v.as_str()?)?));
        Some(())
    }),
    key("mail", "roots", PATH, |c, v| {
        c.mail.roots = Some(absolute(v)?);
        Some(())
    }),
    key("mail", "from", "an address such as \"Portal Desk <desk@portal.example>\"", |c, v| {
        c.mail.from = Some(mail::sender(v.as_str()?)?);
        Some(())
    }),
    key("mail", "reply_to", "an address such as \"Help Desk <help@portal.example>\"", |c, v| {
        c.mail.reply_to = Some(mail::sender(v.as_str()?)?);
        Some(())
    }),
    key("mail", "support", "whom to ask for help, in words or as an address, in quotes", |c, v| {
        c.mail.support = Some(mail::line(v.as_str()?)?);
        Some(())
    }),
    key("mail", "per_hour", "a whole number from 1 to 1000000", |c, v| {
        c.mail.per_hour = number(v, 1, 1_000_000)?;
        Some(())
    }),
    key("mail", "per_recipient", "a whole number from 1 to 1000", |c, v| {
        c.mail.per_recipient = number(v, 1, 1_000)?;
        Some(())
    }),
    key(
        "mail",
        "hello_name",
        "the full name of this computer in quotes, as desk.portal.example",
        |c, v| {
            c.mail.hello_name = Some(mail::host(v.as_str()?)?);
            Some(())
        },
    ),
    key("mail", "templates", PATH, |c, v| {
        c.mail.templates = Some(absolute(v)?);
        Some(())
    }),
    key("invitations", "credentials", "\"temporary-password\" or \"activation-link\"", |c, v| {
        let word = v.as_str()?;
        c.invitations.credentials = Carries::ALL.into_iter().find(|it| it.word() == word)?;
        Some(())
    }),
    key("invitations", "valid_hours", "a whole number from 1 to 720", |c, v| {
        c.invitations.valid_hours = number(v, 1, 720)?;
        Some(())
    }),
    key("invitations", "hold_days", "a whole number from 1 to 365", |c, v| {
        c.invitations.hold_days = number(v, 1, 365)?;
        Some(())
    }),
];

fn absolute(value: &DeValue<'_>) -> Option<PathBuf> {
    value.as_str().map(PathBuf::from).filter(|path| path.is_absolute())
}

/// A whole number between two, both included.
fn number<N: TryFrom<u32>>(value: &DeValue<'_>, least: u32, most: u32) -> Option<N> {
    let integer = value.as_integer()?;
    let number = u32::from_str_radix(integer.as_str(), integer.radix()).ok()?;
    N::try_from(Some(number).filter(|it| (least..=most).contains(it))?).ok()
}

/// Where the keys of the file stand: section and name, and the byte their value begins at.
type Places = BTreeMap<(String, String), usize>;

pub(super) fn parse(text: &str) -> Result<Config, Wrong> {
    let table = DeTable::parse(text).map_err(|error| Wrong {
        at: error.span().map_or(0, |span| span.start),
        what: format!("this is no TOML ({}); look at config.example.toml.", error.message()),
    })?;
    let (mut config, mut places) = (Config::default(), Places::new());
    section(&mut config, &mut places, "", table.get_ref())?;
    check(&config, &places)?;
    Ok(config)
}

/// What goes together, and what does not.
fn check(config: &Config, places: &Places) -> Result<(), Wrong> {
    let place = |name: &str| places.get(&("mail".to_owned(), name.to_owned())).copied();
    let wrong = |name: &str, what: String| place(name).map_or(Ok(()), |at| Err(Wrong { at, what }));
    let mail = &config.mail;
    if let (Security::None, Some(server)) = (mail.security, &mail.server)
        && !mail::is_this_computer(server)
    {
        return wrong(
            "security",
            format!(
                "mail.security can be \"none\" only for a mail server on this computer (localhost, 127.0.0.1 or ::1), and mail.server is {server}; make it \"starttls\" or \"tls\"."
            ),
        );
    }
    if place("password_file").is_some() && place("password_credential").is_some() {
        let what =
            "mail.password_credential and mail.password_file are two passwords; leave one out.";
        return wrong("password_credential", what.into());
    }
    if mail.user.is_some() && mail.password.is_none() {
        let what = "mail.user needs a password: name the file that holds it as mail.password_file, or a systemd credential as mail.password_credential.";
        return wrong("user", what.into());
    }
    if mail.user.is_none() && mail.password.is_some() {
        let what = "a password needs a name to sign in with: set mail.user too, or leave the password out.";
        return wrong("password_file", what.into()).and(wrong("password_credential", what.into()));
    }
    Ok(())
}

/// Takes over the keys of one section; sections lie in the first one and in one another.
fn section(
    config: &mut Config,
    places: &mut Places,
    name: &str,
    table: &DeTable<'_>,
) -> Result<(), Wrong> {
    for (entry, value) in table {
        let below = FullName(name, entry.get_ref()).to_string();
        let is_section = below == ADDRESSES || KEYS.iter().any(|key| key.section == below);
        match value.get_ref() {
            DeValue::Table(inner) if is_section => section(config, places, &below, inner)?,
            _ if is_section => {
                return Err(Wrong {
                    at: value.span().start,
                    what: format!("{below} is a section; begin it with a line [{below}]."),
                });
            }
            _ if name == ADDRESSES => {
                let address = value.get_ref().as_str().and_then(mail::web_address);
                let wrong = || Wrong {
                    at: value.span().start,
                    what: format!("{} takes {ADDRESS}.", FullName(name, &escape(entry.get_ref()))),
                };
                let address = address.ok_or_else(wrong)?;
                config.portal.addresses.insert(entry.get_ref().to_string(), address);
            }
            _ => take(config, places, name, entry, value)?,
        }
    }
    Ok(())
}

fn take(
    config: &mut Config,
    places: &mut Places,
    section: &str,
    entry: &Spanned<impl AsRef<str>>,
    value: &Spanned<DeValue<'_>>,
) -> Result<(), Wrong> {
    let name = entry.get_ref().as_ref();
    let Some(key) = KEYS.iter().find(|key| key.section == section && key.name == name) else {
        return Err(Wrong { at: entry.span().start, what: unknown(section, name) });
    };
    places.insert((section.to_owned(), name.to_owned()), value.span().start);
    (key.set)(config, value.get_ref()).ok_or_else(|| Wrong {
        at: value.span().start,
        what: format!("{} takes {}.", FullName(section, name), key.takes),
    })
}

/// The sentence about a key that there is not: the nearest one, and those of its section.
fn unknown(section: &str, name: &str) -> String {
    let here: Vec<&str> = KEYS
        .iter()
        .filter(|key| key.section == section)
        .map(|key| key.name)
        .chain(KEYS.iter().filter(|_| section.is_empty()).map(|key| key.section))
        .chain(ADDRESSES.split_once('.').filter(|(home, _)| *home == section).map(|it| it.1))
        .filter(|name| !name.is_empty())
        .collect();
    let nearest = KEYS
        .iter()
        .flat_map(|key| [(key.section, key.name), ("", key.section)])
        .filter(|(_, candidate)| !candidate.is_empty())
        .map(|(home, candidate)| (strsim::damerau_levenshtein(name, candidate), home, candidate))
        .min_by_key(|(distance, home, _)| (*distance, *home != section))
        .filter(|(distance, ..)| *distance <= 2.max(name.chars().count() / 3));
    let whole = FullName(section, &escape(name)).to_string();
    if let Some((_, home, candidate)) = nearest {
        return format!(
            "there is no key {whole}; {} is meant, perhaps.",
            FullName(home, candidate)
        );
    }
    let mut names = here;
    names.dedup();
    format!("there is no key {whole}; there are {}.", names.join(", "))
}

/// A key with its section: `console.ascii`.
struct FullName<'a>(&'a str, &'a str);

impl fmt::Display for FullName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            "" => f.write_str(self.1),
            section => write!(f, "{section}.{}", self.1),
        }
    }
}
