//! Configuration: TOML in, typed and checked values out.
//!
//! Owns which keys there are, what each takes and its default; `config.example.toml`
//! explains them to people. Knows nothing of where the file lies, nor of who uses a value.

mod keys;
mod mail;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::domain::fold::identity;
use crate::domain::problem::reason;

pub use self::mail::{Invitations, Mail, Password, Security, Sender};
use keys::Wrong;

/// Everything that can be configured.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    /// Where the store lives; `None` for the platform's data directory.
    pub data_dir: Option<PathBuf>,
    /// The log file.
    pub log: Log,
    /// The console.
    pub console: Console,
    /// The portal.
    pub portal: Portal,
    /// What secrets in the store are sealed under.
    pub secrets: Secrets,
    /// How mails go out.
    pub mail: Mail,
    /// What invitations carry, and for how long.
    pub invitations: Invitations,
}

/// The log file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// How much is written.
    pub level: Level,
    /// Its directory; `None` for `log` in the data directory.
    pub dir: Option<PathBuf>,
    /// How many days are kept.
    pub keep_days: u16,
}

/// How much goes to the log file; each level includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// What failed.
    Error,
    /// What looks wrong.
    Warn,
    /// What happened.
    Info,
    /// How it came about.
    Debug,
    /// Every step.
    Trace,
}

impl Level {
    const ALL: [Self; 5] = [Self::Error, Self::Warn, Self::Info, Self::Debug, Self::Trace];

    /// The word in the file.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

/// The console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Console {
    /// Minutes without a key after which it locks.
    pub idle_lock_minutes: u16,
    /// Hours after which a person signs in again.
    pub absolute_hours: u16,
    /// Whether it draws in plain ASCII.
    pub ascii: bool,
}

/// The portal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Portal {
    /// The code of the site that `portal submit` and imports mean when they name none.
    pub site: Option<String>,
    /// Its address, without a `/` at the end; mails lead there.
    pub address: Option<String>,
    /// Its address at sites that have one of their own, by their code.
    pub addresses: BTreeMap<String, String>,
}

impl Portal {
    /// Its address at the site of that code, in any case.
    pub fn address_at(&self, site: &str) -> Option<&str> {
        let own = self.addresses.iter().find(|(code, _)| identity(code) == identity(site));
        own.map(|(_, address)| address).or(self.address.as_ref()).map(String::as_str)
    }
}

/// What secrets in the store are sealed under.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Secrets {
    /// The file with the key; `None` for the platform's place, or one beside the store.
    pub key_file: Option<PathBuf>,
}

impl Default for Log {
    fn default() -> Self {
        Self { level: Level::Info, dir: None, keep_days: 14 }
    }
}

impl Default for Console {
    fn default() -> Self {
        Self { idle_lock_minutes: 10, absolute_hours: 12, ascii: false }
    }
}

/// Why a configuration file was not taken, with the way out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// It can't be read.
    #[error("{} can't be read: {reason}; {remedy}.", .file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why, in words.
        reason: String,
        /// What to do.
        remedy: &'static str,
    },
    /// Something in it is wrong.
    #[error("{}, line {line}: {what}", .file.display())]
    Wrong {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong there and what is allowed: a whole sentence.
        what: String,
    },
}

/// Reads and checks a configuration file.
///
/// # Errors
/// When it can't be read, is no TOML, or holds a key or value that is not allowed.
pub fn load(file: &Path) -> Result<Config, ConfigError> {
    let text = std::fs::read_to_string(file).map_err(|error| unreadable(file, &error))?;
    keys::parse(&text).map_err(|Wrong { at, what }| ConfigError::Wrong {
        file: file.to_owned(),
        line: text.get(..at).unwrap_or(&text).matches('\n').count() + 1,
        what,
    })
}

fn unreadable(file: &Path, error: &io::Error) -> ConfigError {
    let (reason, remedy) = match error.kind() {
        ErrorKind::NotFound => ("there is no such file".into(), "name the right one with --config"),
        ErrorKind::PermissionDenied => {
            (reason(error), "mend its permissions, or give another with --config")
        }
        ErrorKind::InvalidData => ("it is no UTF-8 text".into(), "save it as UTF-8"),
        _ => (reason(error), "give another with --config"),
    };
    ConfigError::Unreadable { file: file.to_owned(), reason, remedy }
}
