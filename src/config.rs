//! Configuration: TOML in, typed and checked values out.
//!
//! Owns which keys there are, what each takes and its default; `config.example.toml`
//! explains them to people. Knows nothing of where the file lies, nor of who uses a value.

use std::fmt;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::domain::problem::reason;

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
    parse(&text).map_err(|Wrong { at, what }| ConfigError::Wrong {
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

/// What is wrong, and at which byte.
struct Wrong {
    at: usize,
    what: String,
}

/// A key: its section and name, what it takes in words, and how it is taken over.
struct Key {
    section: &'static str,
    name: &'static str,
    takes: &'static str,
    set: fn(&mut Config, &DeValue<'_>) -> Option<()>,
}

const fn key(
    section: &'static str,
    name: &'static str,
    takes: &'static str,
    set: fn(&mut Config, &DeValue<'_>) -> Option<()>,
) -> Key {
    Key { section, name, takes, set }
}

/// Every key, by section in the order of the example; the first section has no name.
const KEYS: [Key; 9] = [
    key("", "data_dir", "an absolute path in quotes", |c, v| {
        c.data_dir = Some(absolute(v)?);
        Some(())
    }),
    key("log", "level", "\"error\", \"warn\", \"info\", \"debug\" or \"trace\"", |c, v| {
        let word = v.as_str()?;
        c.log.level = Level::ALL.into_iter().find(|level| level.word() == word)?;
        Some(())
    }),
    key("log", "dir", "an absolute path in quotes", |c, v| {
        c.log.dir = Some(absolute(v)?);
        Some(())
    }),
    key("log", "keep_days", "a whole number from 1 to 3650", |c, v| {
        c.log.keep_days = number(v).filter(|n| (1..=3650).contains(n))?;
        Some(())
    }),
    key("console", "idle_lock_minutes", "a whole number from 1 to 120", |c, v| {
        c.console.idle_lock_minutes = number(v).filter(|n| (1..=120).contains(n))?;
        Some(())
    }),
    key("console", "absolute_hours", "a whole number from 1 to 24", |c, v| {
        c.console.absolute_hours = number(v).filter(|n| (1..=24).contains(n))?;
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
    key("secrets", "key_file", "an absolute path in quotes", |c, v| {
        c.secrets.key_file = Some(absolute(v)?);
        Some(())
    }),
];

fn absolute(value: &DeValue<'_>) -> Option<PathBuf> {
    value.as_str().map(PathBuf::from).filter(|path| path.is_absolute())
}

fn number(value: &DeValue<'_>) -> Option<u16> {
    let integer = value.as_integer()?;
    u16::from_str_radix(integer.as_str(), integer.radix()).ok()
}

fn parse(text: &str) -> Result<Config, Wrong> {
    let table = DeTable::parse(text).map_err(|error| Wrong {
        at: error.span().map_or(0, |span| span.start),
        what: format!("this is no TOML ({}); look at config.example.toml.", error.message()),
    })?;
    let mut config = Config::default();
    section(&mut config, "", table.get_ref())?;
    Ok(config)
}

/// Takes over the keys of one section; the first section also holds the others.
fn section(config: &mut Config, name: &str, table: &DeTable<'_>) -> Result<(), Wrong> {
    for (entry, value) in table {
        let is_section = name.is_empty() && KEYS.iter().any(|key| key.section == entry.get_ref());
        match value.get_ref() {
            DeValue::Table(inner) if is_section => section(config, entry.get_ref(), inner)?,
            _ if is_section => {
                return Err(Wrong {
                    at: value.span().start,
                    what: format!("{0} is a section; begin it with a line [{0}].", entry.get_ref()),
                });
            }
            _ => take(config, name, entry, value)?,
        }
    }
    Ok(())
}

fn take(
    config: &mut Config,
    section: &str,
    entry: &Spanned<impl AsRef<str>>,
    value: &Spanned<DeValue<'_>>,
) -> Result<(), Wrong> {
    let name = entry.get_ref().as_ref();
    let Some(key) = KEYS.iter().find(|key| key.section == section && key.name == name) else {
        return Err(Wrong { at: entry.span().start, what: unknown(section, name) });
    };
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
        .filter(|name| !name.is_empty())
        .collect();
    let nearest = KEYS
        .iter()
        .flat_map(|key| [(key.section, key.name), ("", key.section)])
        .filter(|(_, candidate)| !candidate.is_empty())
        .map(|(home, candidate)| (strsim::damerau_levenshtein(name, candidate), home, candidate))
        .min_by_key(|(distance, home, _)| (*distance, *home != section))
        .filter(|(distance, ..)| *distance <= 2.max(name.chars().count() / 3));
    let whole = FullName(section, crate::domain::text::escape(name).as_ref()).to_string();
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

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = include_str!("../config.example.toml");

    fn read(text: &str) -> Result<Config, String> {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("config.toml");
        std::fs::write(&file, text).unwrap();
        let strip = format!("{}, ", file.display());
        load(&file).map_err(|error| error.to_string().replace(&strip, ""))
    }

    /// The example with the lines that are behind a # for having no fixed default.
    fn example_in_full() -> String {
        let is_key =
            |line: &str| KEYS.iter().any(|key| line.starts_with(&format!("# {} = ", key.name)));
        let bare = |line: &str| line.strip_prefix("# ").unwrap_or(line).to_owned();
        let lines = EXAMPLE.lines().map(|line| if is_key(line) { bare(line) } else { line.into() });
        lines.collect::<Vec<String>>().join("\n")
    }

    #[test]
    fn the_example_holds_the_defaults() {
        assert_eq!(read(EXAMPLE), Ok(Config::default()));
        assert_eq!(read(""), Ok(Config::default()));
    }

    #[test]
    fn the_example_holds_every_key_and_takes_it() {
        let text = example_in_full();
        let table = DeTable::parse(&text).unwrap().into_inner();
        for key in &KEYS {
            let found = match key.section {
                "" => table.contains_key(key.name),
                section => table.get(section).is_some_and(|inner| match inner.get_ref() {
                    DeValue::Table(inner) => inner.contains_key(key.name),
                    _ => false,
                }),
            };
            assert!(found, "config.example.toml does not explain {}", key.name);
        }
        let config = read(&text).unwrap();
        assert_eq!(config.data_dir, Some(PathBuf::from("/srv/portaldesk")));
        assert_eq!(config.portal.site.as_deref(), Some("main"));
        let key_file = PathBuf::from("/etc/portaldesk/secrets.key");
        assert_eq!(config.secrets.key_file, Some(key_file));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line_and_the_way_out() {
        for (text, sentence) in [
            (
                "\n[console]\nasci = true",
                "line 3: there is no key console.asci; console.ascii is meant, perhaps.",
            ),
            ("ascii = true", "line 1: there is no key ascii; console.ascii is meant, perhaps."),
            (
                "[portal]\nfavourite = 1",
                "line 2: there is no key portal.favourite; there are site.",
            ),
            (
                "[consol]\nascii = true",
                "line 1: there is no key consol; console is meant, perhaps.",
            ),
            ("[log]\nkeep_days = 0", "line 2: log.keep_days takes a whole number from 1 to 3650."),
            (
                "[console]\nidle_lock_minutes = 0",
                "line 2: console.idle_lock_minutes takes a whole number from 1 to 120.",
            ),
            ("[console]\nascii = \"on\"", "line 2: console.ascii takes true or false."),
            (
                "[secrets]\nkey_file = \"key\"",
                "line 2: secrets.key_file takes an absolute path in quotes.",
            ),
            ("data_dir = \"here\"", "line 1: data_dir takes an absolute path in quotes."),
            (
                "[log]\nlevel = \"loud\"",
                "line 2: log.level takes \"error\", \"warn\", \"info\", \"debug\" or \"trace\".",
            ),
            ("console = 5", "line 1: console is a section; begin it with a line [console]."),
        ] {
            assert_eq!(read(text), Err(sentence.to_owned()), "{text}");
        }
        let broken = read("[console]\nascii = = true").unwrap_err();
        assert!(broken.starts_with("line 2: this is no TOML ("), "{broken}");
    }

    #[test]
    fn values_are_taken_over() {
        let config =
            read("[console]\nascii = true\nabsolute_hours = 24\n[log]\nlevel = \"debug\"").unwrap();
        assert!(config.console.ascii);
        assert_eq!((config.console.absolute_hours, config.log.level), (24, Level::Debug));
    }

    #[test]
    fn a_file_that_can_not_be_read_is_said_with_the_way_out() {
        let missing = load(Path::new("/nowhere/config.toml")).unwrap_err().to_string();
        assert_eq!(
            missing,
            "/nowhere/config.toml can't be read: there is no such file; name the right one with --config."
        );
        let denied = unreadable(Path::new("a"), &io::Error::from_raw_os_error(13)).to_string();
        assert!(denied.contains("permission denied; mend its permissions, or"), "{denied}");
        let dir = tempfile::tempdir().unwrap();
        let place = load(dir.path()).unwrap_err().to_string();
        assert!(place.ends_with("is a directory; give another with --config."), "{place}");
        let file = dir.path().join("latin.toml");
        std::fs::write(&file, b"# gr\xfcn\n").unwrap();
        let latin = load(&file).unwrap_err().to_string();
        assert!(latin.ends_with("it is no UTF-8 text; save it as UTF-8."), "{latin}");
    }
}
