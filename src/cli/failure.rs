//! How a command fails: the sentence, the word for scripts, the exit status.

use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use serde::Serialize;

use crate::config::ConfigError;
use crate::domain::problem::{Warning, reason};
use crate::domain::text::escape;
use crate::service::DeskError;

use super::output;

/// Exit status for “the store is held, try again” (`EX_TEMPFAIL` of sysexits.h).
const TRY_AGAIN: u8 = 75;

/// Why a command did not do what was asked.
#[derive(Debug)]
pub enum Failure {
    /// The services refused, or the store failed.
    Desk(DeskError),
    /// Another process holds the store, and there is more to say of that.
    Held {
        /// That it does.
        error: DeskError,
        /// A sentence more.
        also: &'static str,
    },
    /// The configuration is wrong.
    Config(ConfigError),
    /// The arguments make no sense, alone or together.
    Usage(String),
    /// Something outside: a file, a terminal, a password that can't be read.
    Outside {
        /// The word for scripts.
        code: &'static str,
        /// The option or field it is about.
        field: Option<&'static str>,
        /// The sentence.
        message: String,
    },
    /// Whoever read the output has left; there is nobody to tell.
    NobodyReads,
    /// All has been said on stdout; only the status is left.
    Told,
}

impl Failure {
    /// Something outside is not as it has to be.
    pub fn outside(
        code: &'static str,
        field: Option<&'static str>,
        message: impl Into<String>,
    ) -> Self {
        Self::Outside { code, field, message: message.into() }
    }

    /// The refusal of a deletion that nobody confirmed, or may do: what to do instead.
    pub fn unconfirmed(what: &str, why_not: Option<String>, instead: &str) -> Self {
        match why_not {
            Some(reason) => Self::outside("denied", None, reason),
            None => Self::outside(
                "not_confirmed",
                Some("yes"),
                format!(
                    "{what} was not deleted. It can't be undone; repeat it with --yes, or {instead}."
                ),
            ),
        }
    }

    fn status(&self) -> u8 {
        match self {
            Self::NobodyReads => 0,
            Self::Usage(_) => 2,
            Self::Desk(error) if error.is_held() => TRY_AGAIN,
            Self::Held { .. } => TRY_AGAIN,
            _ => 1,
        }
    }

    /// The word for scripts, the field, and the sentences; none when all has been said.
    fn parts(&self) -> Option<(String, Option<&str>, Vec<String>)> {
        let one = |code: &str, field, message: String| Some((code.into(), field, vec![message]));
        match self {
            Self::Desk(error) => {
                let said = match error {
                    DeskError::Problems(problems) => {
                        problems.iter().map(|it| it.message.clone()).collect()
                    }
                    DeskError::Warned(warnings) => warned(warnings),
                    DeskError::Store(_) => vec![sentence(&error.to_string())],
                    _ => vec![error.to_string()],
                };
                Some((error.code(), error.field(), said))
            }
            Self::Held { error, also } => {
                let said = format!("{} {also}", sentence(&error.to_string()));
                Some((error.code(), None, vec![said]))
            }
            Self::Config(error) => one("config", None, error.to_string()),
            Self::Usage(message) => one("usage", None, message.clone()),
            Self::Outside { code, field, message } => one(code, *field, message.clone()),
            Self::NobodyReads | Self::Told => None,
        }
    }
}

impl From<DeskError> for Failure {
    fn from(error: DeskError) -> Self {
        Self::Desk(error)
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::Config(error)
    }
}

impl From<clap::Error> for Failure {
    fn from(error: clap::Error) -> Self {
        let text = error.to_string();
        let said = text.split("\n\n").next().unwrap_or_default();
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        let said = said.trim_start_matches("error: ").trim_end_matches('.');
        Self::Usage(sentence(&format!("{said}; --help shows what there is.")))
    }
}

/// Failures of writing to stdout.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::BrokenPipe => Self::NobodyReads,
            _ => Self::outside(
                "output",
                None,
                format!("The output can't be written: {}.", reason(&error)),
            ),
        }
    }
}

/// An error as scripts get it.
#[derive(Serialize)]
struct Document<'a> {
    error: Body<'a>,
}

#[derive(Serialize)]
struct Body<'a> {
    code: &'a str,
    message: &'a str,
    field: Option<&'a str>,
    /// The warnings that stopped it.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    warnings: &'a [Warning],
}

/// Says on stderr what went wrong; the exit status that goes with it.
pub(super) fn report(failure: &Failure, json: bool) -> ExitCode {
    if let Some((code, field, said)) = failure.parts() {
        let mut lines: Vec<String> = said.iter().map(|it| escape(it).into_owned()).collect();
        tracing::warn!(code, said = lines.join(" "), "the command failed");
        if json {
            let first = lines.first().map_or("", String::as_str);
            let warnings = match failure {
                Failure::Desk(DeskError::Warned(warnings)) => warnings.as_slice(),
                _ => &[],
            };
            let error = Body { code: &code, message: first, field, warnings };
            lines = vec![output::json(&Document { error })];
        }
        // Nobody is left to tell when stderr is closed.
        let _ = writeln!(io::stderr().lock(), "{}", lines.join("\n"));
    }
    ExitCode::from(failure.status())
}

/// The warnings that stop something, a line each, and how to go on all the same.
fn warned(warnings: &[Warning]) -> Vec<String> {
    let mut codes: Vec<&str> = warnings.iter().map(|it| it.code).collect();
    codes.dedup();
    let mut lines: Vec<String> =
        warnings.iter().map(|it| format!("{}: {}", it.code, it.message)).collect();
    lines.push(format!(
        "Nothing was done; change what is warned of, or give --override {}.",
        codes.join(",")
    ));
    lines
}

/// A message that begins in the middle of a sentence, as one of its own.
fn sentence(message: &str) -> String {
    let mut chars = message.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
