//! The commands: the same services as the console, for scripts and for people in a shell.
//!
//! Owns the command line: its definitions, how secrets come in, what is printed and which
//! status is the end of it; one file per noun. Knows the services and the configuration;
//! knows no store, no environment, and not who gives it the desk.
//!
//! What scripts may rely on: results go to stdout, sentences about failures to stderr.
//! Status 0 is done, 1 refused or failed, 2 wrong usage, 75 try again. With `--json` both
//! are JSON; an object's names are those of the entities.

pub mod args;
mod audit;
mod company;
mod contact;
mod context;
mod contract;
mod delegated;
mod export;
mod factor;
mod failure;
mod history;
mod import;
mod init;
mod invitation;
mod job;
mod list;
mod mail;
mod manual;
mod meter;
mod output;
mod person;
mod portal;
mod report;
mod request;
mod role;
mod secrets;
mod site;
mod site_group;
mod staff;
mod table;
mod user;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};

use crate::config::Config;
use crate::domain::text::{escape, is_invisible};
use crate::service::{Desk, DeskError, Origin};

pub use args::{Args, Command, Global};
pub use failure::Failure;

use context::Context;

/// The options that take the name of a file, which need not be text.
const PATHS: [&str; 4] = ["--config", "--data-dir", "--password-file", "--code-file"];

/// What the commands are given from outside.
pub struct Surroundings<'a> {
    /// What is configured.
    pub config: &'a Config,
    /// The account and host that the command runs at.
    pub origin: &'a Origin,
    /// Opens the store; asked once at most, and only by commands that need it.
    pub open: &'a dyn Fn() -> Result<Desk, DeskError>,
}

impl std::fmt::Debug for Surroundings<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Surroundings").field("config", self.config).finish_non_exhaustive()
    }
}

/// Reads the arguments, the program's own name first.
///
/// # Errors
/// The exit status, when help or the version was asked for or the usage was wrong; what
/// there is to say has been printed then.
pub fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Args, ExitCode> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let json = arguments.iter().any(|it| it == "--json");
    Args::try_parse_from(&arguments).map_err(|error| {
        if error.kind() == ErrorKind::InvalidUtf8 {
            return failure::report(&Failure::Usage(not_text(&arguments)), json);
        }
        if error.use_stderr() && json {
            return failure::report(&Failure::from(error), true);
        }
        let text = error.to_string();
        if text.chars().any(|c| c != '\n' && is_invisible(c)) {
            // What was typed is told back, and may have come from elsewhere.
            let lines: Vec<_> = text.lines().map(escape).collect();
            let _ = writeln!(std::io::stderr(), "{}", lines.join("\n"));
        } else {
            // Nobody is left to tell when stdout or stderr is closed.
            let _ = error.print();
        }
        ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
    })
}

/// The sentence about the argument that is no UTF-8 text. Names of files need not be any, so
/// one of those is named only when there is nothing else.
fn not_text(arguments: &[OsString]) -> String {
    let before = |at: usize| arguments[at - 1].to_str().filter(|it| it.starts_with("--"));
    let is_path = |at: &usize| {
        let own = arguments[*at].to_string_lossy();
        let option = own.split_once('=').map(|(option, _)| option);
        option.or(before(*at)).is_some_and(|it| PATHS.contains(&it))
    };
    let all = 1..arguments.len();
    let odd: Vec<usize> = all.filter(|at| arguments[*at].to_str().is_none()).collect();
    let Some(at) = odd.iter().find(|at| !is_path(at)).or(odd.first()).copied() else {
        return "An argument is not UTF-8 text; write it in UTF-8.".into();
    };
    let after = before(at).map_or_else(String::new, |option| format!(" after {option}"));
    let shown = arguments[at].to_string_lossy();
    format!("The argument “{shown}”{after} is not UTF-8 text; write it in UTF-8.")
}

/// Runs a command to its end; what it has to say is printed.
pub fn run(command: &Command, global: &Global, surroundings: &Surroundings<'_>) -> ExitCode {
    let context = Context::new(global, surroundings);
    let done = match command {
        Command::Init(args) => init::run(args, &context),
        Command::Portal(command) => portal::run(command, &context),
        Command::Request(command) => request::run(command, &context),
        Command::Contact(command) => contact::run(command, &context),
        Command::Company(command) => company::run(command, &context),
        Command::Contract(command) => contract::run(command, &context),
        Command::User(command) => user::run(command, &context),
        Command::Invitation(command) => invitation::run(command, &context),
        Command::Job(command) => job::run(command, &context),
        Command::Staff(command) => staff::run(command, &context),
        Command::Role(command) => role::run(command, &context),
        Command::Site(command) => site::run(command, &context),
        Command::SiteGroup(command) => site_group::run(command, &context),
        Command::Mail(command) => mail::run(command, &context),
        Command::Import(command) => import::run(command, &context),
        Command::Export(command) => export::run(command, &context),
        Command::Audit(command) => audit::run(command, &context),
        Command::Completions { shell } => manual::completions(*shell, Args::command()),
        Command::Man => manual::man(Args::command()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => report(&failure, global),
    }
}

/// Says on stderr what went wrong; the exit status that goes with it.
pub fn report(failure: &Failure, global: &Global) -> ExitCode {
    failure::report(failure, global.json)
}
