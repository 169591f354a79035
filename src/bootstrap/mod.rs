//! Where the program is put together: the only room that names concrete parts and reads
//! the environment.
//!
//! Owns where files lie, who runs the program and from where, the log file, and what a
//! panic leaves behind. Decides nothing that a service or a screen could decide.

mod post;

use std::env;
use std::ffi::OsString;
use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt;
use std::panic::PanicHookInfo;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;

use color_eyre::config::{HookBuilder, PanicHook};
use directories::ProjectDirs;
use rustix::fs::Mode;
use tracing_appender::rolling::{RollingFileAppender, Rotation};

use crate::cli::{self, Args, Failure, Global, Surroundings};
use crate::clock::{self, Clock, SystemClock};
use crate::config::{self, Config, Level, Log};
use crate::demo;
use crate::domain::problem::reason;
use crate::domain::text::Text;
use crate::domain::time::{HOUR, MINUTE};
use crate::keyfile::KeyFile;
use crate::service::page::PER_PAGE;
use crate::service::{Desk, DeskError, Origin};
use crate::store::StoreError;
use crate::store::sled::{OPENING_THREAD, Options, SledRepository, private_dir};
use crate::tui::runner::Opening;
use crate::tui::state::{Limits, Zone};
use crate::tui::theme::Theme;
use crate::tui::{self, ConsoleOptions};

/// The program's name in the platform's directories.
const PROGRAM: &str = "portaldesk";

/// Lets all threads take memory from one heap; to be called before there are any.
///
/// With a heap for each thread, as glibc has it, what one of them gives back is of no use to
/// the others: at a million users that comes to some 30 MB (`cargo bench --bench figures`).
pub fn share_one_heap() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: sets a number of the allocator's and touches no memory of ours.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
    }
}

/// Runs the program with the process's arguments; the status to end with.
pub fn run() -> ExitCode {
    share_one_heap();
    // Whatever this process makes belongs to its owner alone.
    rustix::process::umask(Mode::RWXG | Mode::RWXO);
    keep_reports();
    match cli::read(env::args_os()) {
        Ok(args) => start(&args).unwrap_or_else(|failure| cli::report(&failure, &args.global)),
        Err(status) => status,
    }
}

fn start(args: &Args) -> Result<ExitCode, Failure> {
    let config = configuration(&args.global)?;
    let origin = origin();
    let place = || {
        let dir = data_dir(&args.global, &config)?;
        start_log(&config, &dir)?;
        Ok::<PathBuf, DeskError>(dir)
    };
    let key = || key_file(&args.global, &config);
    let post = || post::configured(&config, configuration_file(&args.global).as_deref());
    let open = || {
        let desk = open_store(&place()?, key()?, Lists::Whole, &origin)?.with_post(post());
        take_up(&desk);
        Ok(desk)
    };
    match &args.command {
        Some(_) if args.demo || args.ascii => Err(Failure::Usage(
            "--demo and --ascii are for the console; leave the command out, or them.".into(),
        )),
        Some(command) => {
            let around = Surroundings { config: &config, origin: &origin, open: &open };
            Ok(cli::run(command, &args.global, &around))
        }
        None if args.demo => demonstration(args, &config, origin),
        None => {
            tui::expect_terminal().map_err(no_console)?;
            let dir = place()?;
            let (store, key, post, from) = (dir.clone(), key()?, post(), origin.clone());
            let desk: Opening = Box::new(move || {
                let desk = open_store(&store, key, Lists::Behind, &from)?.with_post(post);
                // It waits for the lists, and nobody is to wait for it.
                let own = desk.clone();
                thread::spawn(move || take_up(&own));
                Ok(desk)
            });
            console(args, &config, origin, desk, Kept::In(&dir))
        }
    }
}

/// Runs the console until the person leaves it.
fn console(
    args: &Args,
    config: &Config,
    origin: Origin,
    desk: Opening,
    kept: Kept<'_>,
) -> Result<ExitCode, Failure> {
    let terminal = variable("TERM");
    let per_page = kept.per_page();
    let options = ConsoleOptions {
        desk,
        clock: Arc::new(SystemClock),
        origin,
        zone: Zone(clock::local_offset),
        theme: Theme {
            colour: variable("NO_COLOR").is_none(),
            ascii: args.ascii
                || config.console.ascii
                || !shows_unicode(&locale(variable), terminal.as_deref()),
        },
        limits: Limits {
            idle: i64::from(config.console.idle_lock_minutes) * MINUTE,
            absolute: i64::from(config.console.absolute_hours) * HOUR,
        },
        welcome: kept.welcome(),
        per_page,
    };
    let last = tui::run(options).map_err(no_console)?;
    if last != per_page {
        kept.remember(last);
    }
    Ok(ExitCode::SUCCESS)
}

/// What a console leaves behind for the next one.
enum Kept<'a> {
    /// How many rows a page has, in a file beside the store.
    In(&'a Path),
    /// Nothing: it is a demonstration, and says this.
    Nothing(String),
}

impl Kept<'_> {
    const FILE: &'static str = "console.toml";
    const KEY: &'static str = "per_page";

    fn welcome(&self) -> Option<String> {
        if let Self::Nothing(welcome) = self { Some(welcome.clone()) } else { None }
    }

    /// The rows of a page that were chosen last; the usual ones when nobody has, or the file
    /// can't be read.
    fn per_page(&self) -> u64 {
        let read = || {
            let Self::In(dir) = self else { return None };
            let table: toml::Table = fs::read_to_string(dir.join(Self::FILE)).ok()?.parse().ok()?;
            let rows = u64::try_from(table.get(Self::KEY)?.as_integer()?).ok()?;
            PER_PAGE.contains(&rows).then_some(rows)
        };
        read().unwrap_or(ConsoleOptions::PER_PAGE)
    }

    fn remember(&self, rows: u64) {
        let Self::In(dir) = self else { return };
        if let Err(error) = fs::write(dir.join(Self::FILE), format!("{} = {rows}\n", Self::KEY)) {
            tracing::warn!(%error, "how many rows a page has can't be remembered");
        }
    }
}

/// Runs the console on a store with sample data that is gone afterwards.
fn demonstration(args: &Args, config: &Config, origin: Origin) -> Result<ExitCode, Failure> {
    tui::expect_terminal().map_err(no_console)?;
    let dir = tempfile::Builder::new().prefix("portaldesk-demo-").tempdir().map_err(|error| {
        Failure::outside(
            "demo",
            None,
            format!("There is no room for a demonstration: {}.", reason(&error)),
        )
    })?;
    start_log(
        &Config { log: Log { dir: None, ..config.log.clone() }, ..Config::default() },
        dir.path(),
    )?;
    let (place, key) = (dir.path().join("store"), dir.path().join("secrets.key"));
    let from = origin.clone();
    let filled = move || {
        let desk = open_store(&place, KeyFile::at(key), Lists::Behind, &from)?;
        let desk = desk.with_post(post::demonstrated());
        demo::fill(&desk, Arc::new(SystemClock))?;
        Ok(desk)
    };
    console(args, config, origin, Box::new(filled), Kept::Nothing(demo::welcome()))
}

fn no_console(error: std::io::Error) -> Failure {
    let error = match error.downcast::<DeskError>() {
        Ok(refusal) => return refusal.into(),
        Err(error) => error,
    };
    tracing::error!(%error, "the console ended");
    Failure::outside("console", None, error.to_string())
}

/// The locale that decides on characters: the first of the three that is set (POSIX, 8.2).
fn locale(variable: impl Fn(&str) -> Option<String>) -> String {
    ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variable).unwrap_or_default()
}

/// Whether a locale and a kind of terminal can show more than ASCII. The encoding stands
/// behind the dot; where only the encoding is set, as macOS does, there is nothing before it.
fn shows_unicode(locale: &str, terminal: Option<&str>) -> bool {
    let name = locale.split('@').next().unwrap_or_default().to_lowercase();
    let encoding = name.rsplit('.').next().unwrap_or_default();
    matches!(encoding, "utf-8" | "utf8") && terminal != Some("linux")
}

/// What is configured: in the file that was named, or else at the platform's place.
fn configuration(global: &Global) -> Result<Config, Failure> {
    match configuration_file(global) {
        Some(file) if global.config.is_some() || file.exists() => Ok(config::load(&file)?),
        _ => Ok(Config::default()),
    }
}

/// The configuration file that was named, or else the platform's place for it, where it may not
/// be.
fn configuration_file(global: &Global) -> Option<PathBuf> {
    let usual =
        || ProjectDirs::from("", "", PROGRAM).map(|dirs| dirs.config_dir().join("config.toml"));
    global.config.clone().or_else(usual)
}

/// Where the store lives: as the arguments say, else the configuration, else the platform.
fn data_dir(global: &Global, config: &Config) -> Result<PathBuf, DeskError> {
    let given = global.data_dir.as_ref().or(config.data_dir.as_ref());
    let dir = given.cloned().or_else(usual_data_dir).ok_or_else(|| {
        DeskError::Machine(
            "This account has no home directory; say where the store lives with --data-dir.".into(),
        )
    })?;
    std::path::absolute(&dir).map_err(|error| StoreError::directory(&dir, &error).into())
}

/// The platform's place for the store, where this account has one.
fn usual_data_dir() -> Option<PathBuf> {
    ProjectDirs::from("", "", PROGRAM).map(|dirs| dirs.data_dir().to_owned())
}

/// Where the key of the store's secrets lies, see [`KeyFile::of_store`].
fn key_file(global: &Global, config: &Config) -> Result<KeyFile, DeskError> {
    let dir = data_dir(global, config)?;
    let dirs = ProjectDirs::from("", "", PROGRAM);
    let usual = dirs.as_ref().map(|it| (it.data_dir(), it.config_dir()));
    let named = config.secrets.key_file.as_deref();
    KeyFile::of_store(&dir, named, usual).map_err(DeskError::Machine)
}

/// When the lists of a big store have to be there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lists {
    /// Before the store is used: for a command, which answers once.
    Whole,
    /// They may come while it is used: for a console, which says how far they are.
    Behind,
}

fn open_store(dir: &Path, key: KeyFile, lists: Lists, origin: &Origin) -> Result<Desk, DeskError> {
    let clock = Arc::new(SystemClock);
    let repo = SledRepository::open(dir, Options::at(clock.now()))?;
    if lists == Lists::Whole {
        repo.wait_for_lists()?;
    }
    tracing::info!(dir = %dir.display(), "the store is open");
    let desk = Desk::new(Arc::new(repo), clock).with_keys(Arc::new(key));
    match desk.recover_runs(origin) {
        Ok(0) => {}
        Ok(runs) => tracing::warn!(runs, "runs of jobs were interrupted when the program ended"),
        // A store that can be read only is still good for looking at.
        Err(error) => tracing::error!(%error, "interrupted runs could not be marked"),
    }
    Ok(desk)
}

/// Takes up what a process that ended in the middle has left behind.
fn take_up(desk: &Desk) {
    // Whoever only reads goes on; the next delivery tries this again.
    if let Err(error) = desk.recover_mails() {
        tracing::warn!(%error, "mails that were on their way when the program ended stay as they are");
    }
}

/// Who runs the program, and the host that they sit at: over SSH, the one they came from.
fn origin() -> Origin {
    let over_ssh = variable("SSH_CONNECTION");
    let host = over_ssh
        .as_deref()
        .and_then(|it| it.split_whitespace().next())
        .map(str::to_owned)
        .unwrap_or_else(|| rustix::system::uname().nodename().to_string_lossy().into_owned());
    Origin { os_user: Text::new(os_user()), host: Text::new(host) }
}

/// The name of the account that runs the program, from the password file: the environment
/// can claim anything. Accounts that are not in it are named by their variable and number.
fn os_user() -> String {
    let number = rustix::process::getuid().as_raw();
    let accounts = fs::read_to_string("/etc/passwd").unwrap_or_default();
    account_name(&accounts, number).unwrap_or_else(|| match variable("USER") {
        Some(name) => format!("{name} (uid {number})"),
        None => format!("uid {number}"),
    })
}

/// The account of that number in a password file.
fn account_name(accounts: &str, number: u32) -> Option<String> {
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == number.to_string()).then(|| name.to_owned())
    })
}

/// A variable of the environment that is set, is text and is not empty.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads it")]
fn variable(name: &str) -> Option<String> {
    let value: OsString = env::var_os(name)?;
    value.into_string().ok().filter(|it| !it.is_empty())
}

/// Begins the log: a file a day, for as many days as are configured.
fn start_log(config: &Config, data_dir: &Path) -> Result<(), DeskError> {
    let make = |dir: &Path| DirBuilder::new().recursive(true).mode(0o700).create(dir);
    // Before anything is put into it.
    private_dir(data_dir)?;
    let dir = config.log.dir.clone().unwrap_or_else(|| data_dir.join("log"));
    let files = make(&dir).map_err(|error| reason(&error)).and_then(|()| {
        RollingFileAppender::builder()
            .rotation(Rotation::DAILY)
            .filename_prefix(PROGRAM)
            .filename_suffix("log")
            .max_log_files(usize::from(config.log.keep_days))
            .build(&dir)
            .map_err(|error| reason(&error))
    });
    let files = files.map_err(|reason| {
        DeskError::Machine(format!(
            "The log directory {} can't be used: {reason}; see to it, or name another as log.dir in the configuration.",
            dir.display()
        ))
    })?;
    let level = match config.log.level {
        Level::Error => tracing::Level::ERROR,
        Level::Warn => tracing::Level::WARN,
        Level::Info => tracing::Level::INFO,
        Level::Debug => tracing::Level::DEBUG,
        Level::Trace => tracing::Level::TRACE,
    };
    let log = tracing_subscriber::fmt().with_max_level(level).with_ansi(false).with_writer(files);
    // Only a second log in one process is refused; the first goes on then.
    let _ = log.try_init();
    Ok(())
}

/// A panic is a mistake of ours: its report goes to the log, a sentence to the person.
fn keep_reports() {
    let (panics, errors) = HookBuilder::default().display_env_section(false).into_hooks();
    // Only a second hook in one process is refused; the first does as well.
    let _ = errors.install();
    std::panic::set_hook(Box::new(move |info| report_panic(&panics, info)));
}

fn report_panic(panics: &PanicHook, info: &PanicHookInfo<'_>) {
    if std::thread::current().name() == Some(OPENING_THREAD) {
        return;
    }
    tracing::error!("{}", panics.panic_report(info));
    eprintln!("Portal Desk made a mistake and had to stop; what happened is in its log file.");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascii_is_for_those_who_have_no_more() {
        for (locale, terminal, unicode) in [
            ("en_GB.UTF-8", Some("xterm-256color"), true),
            ("C.utf8", None, true),
            ("UTF-8", Some("xterm-256color"), true),
            ("utf8", Some("xterm"), true),
            ("UTF-8", Some("linux"), false),
            ("utf-80", Some("xterm"), false),
            ("de_DE.UTF-8@euro", Some("screen"), true),
            ("en_GB.UTF-8", Some("linux"), false),
            ("de_DE.ISO-8859-1", Some("xterm"), false),
            ("C", Some("xterm"), false),
            ("", Some("xterm"), false),
        ] {
            assert_eq!(shows_unicode(locale, terminal), unicode, "{locale} {terminal:?}");
        }
    }

    #[test]
    fn the_first_locale_that_is_set_decides() {
        let of = |set: &[(&str, &str)]| {
            locale(|name| set.iter().find(|(own, _)| *own == name).map(|(_, it)| (*it).to_owned()))
        };
        let all = [("LANG", "de_DE.UTF-8"), ("LC_CTYPE", "UTF-8"), ("LC_ALL", "C")];
        assert_eq!((of(&all), of(&all[..2])), ("C".into(), "UTF-8".into()));
        assert_eq!((of(&all[..1]), of(&[])), ("de_DE.UTF-8".into(), String::new()));
    }

    #[test]
    fn accounts_are_found_by_their_number() {
        let accounts = "root:x:0:0:root:/root:/bin/sh\nanna:x:1000:1000:,,,:/home/anna:/bin/sh\n";
        assert_eq!(account_name(accounts, 1000).as_deref(), Some("anna"));
        assert_eq!(account_name(accounts, 100), None);
    }
}
