//! `import`: data from a file, with a result for every row.

use std::fs::File;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use crate::domain::problem::reason;
use crate::domain::text::Text;
use crate::service::imports::{ImportArgs, ImportSummary, Sink};
use crate::service::{Desk, DeskError, Session};

use super::Failure;
use super::context::Context;
use super::report::Report;

/// What can be imported.
#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// Import customers and partners from a CSV file.
    #[command(after_help = COMPANIES)]
    Companies(FileOptions),
    /// Import contacts from a CSV file.
    #[command(after_help = CONTACTS)]
    Contacts(FileOptions),
    /// Import portal users from a CSV file; they are Pending until they get a password.
    #[command(after_help = USERS)]
    Users(FileOptions),
    /// Import portal requests from a CSV file.
    #[command(after_help = REQUESTS)]
    Requests {
        #[command(flatten)]
        file: FileOptions,
        /// The code of the site that the requests belong to.
        #[arg(long, value_name = "CODE")]
        site: Option<String>,
    },
}

macro_rules! after {
    ($columns:literal) => {
        concat!(
            "The first line names the columns, in any order:\n  ",
            $columns,
            "\n
A column that is not among these is told and not read. The columns are parted by commas,
semicolons or tabs; the file is UTF-8, or UTF-16 with a byte order mark.

A bad row is reported with its line and the others go in. Rows that are there already change
nothing, so that a file can be imported again after a stop or with its bad rows corrected.

With --json there is one document a row, {\"line\",\"outcome\",\"name\",\"problems\"} and the number
of its record, and a last one {\"summary\": {\"rows\",\"imported\",\"changed\",\"already_there\",
\"refused\",\"ignored_columns\",\"dry_run\",\"stopped\"}}. An outcome is imported, changed,
would-be-imported, would-be-changed, already-there or refused. Status 1 says that rows were
refused or the import was stopped."
        )
    };
}

const REQUESTS: &str = after!(
    "First Name,Last Name,Email,Phone,Company,Submitted At
and, as exports have it: Request, the number, by which a request of that moment is known again.
Status of an export is passed over. Submitted At may be absent or empty, and then is the moment of the import."
);

const COMPANIES: &str = after!(
    "Customer Id,Company,Kind,Email,Phone,City,Country,Website,Active,On Hold
A company is known by its Customer Id. Kind is Customer or Partner, Active and On Hold are yes
or no; a new company is an active Customer unless they say otherwise. An empty cell leaves what
a company has; any other that differs changes it."
);

const CONTACTS: &str = after!(
    "External Id,First Name,Last Name,Email,Phone,Company,Customer Id
A contact is known by its External Id, else by its email, else, when it has none, by its name
within its company. Customer Id names the company; Company does it where that is empty and just
one is called so. An empty cell leaves what a contact has; any other that differs changes it."
);

const USERS: &str = after!(
    "External Id,First Name,Last Name,Email,Phone,Company,Customer Id,Login
and, as exports have them: Other Customer Ids,Kind. Role and Status of an export are passed over.
A user is known by the External Id, else by the email, else, without one, by the login. Customer
Id names the company; Company does it where that is empty and just one is called so. An empty
Login of a new user is made of the name: first.last, with the lowest free number from 2. An
empty cell leaves what a user has; any other that differs changes it."
);

/// What every import takes.
#[derive(Debug, Args)]
pub struct FileOptions {
    /// The CSV file; - reads standard input.
    #[arg(value_name = "FILE.csv")]
    file: PathBuf,
    /// Only say what would happen.
    #[arg(long)]
    dry_run: bool,
    /// Write the result of every row to this CSV file too: Line,Outcome,Name,Message. It must
    /// not exist.
    #[arg(long, value_name = "FILE")]
    result: Option<PathBuf>,
}

/// One of the desk's imports.
type Import<'a> = dyn FnOnce(
        &Desk,
        &Session,
        ImportArgs<'_>,
        &mut File,
        &mut Sink<'_>,
    ) -> Result<ImportSummary, DeskError>
    + 'a;

pub(super) fn run(command: &ImportCommand, context: &Context<'_>) -> Result<(), Failure> {
    match command {
        ImportCommand::Companies(file) => bring_in(
            file,
            context,
            Box::new(|desk, who, args, source, sink| {
                desk.import_companies(who, args, source, sink)
            }),
        ),
        ImportCommand::Contacts(file) => bring_in(
            file,
            context,
            Box::new(|desk, who, args, source, sink| desk.import_contacts(who, args, source, sink)),
        ),
        ImportCommand::Users(file) => bring_in(
            file,
            context,
            Box::new(|desk, who, args, source, sink| desk.import_users(who, args, source, sink)),
        ),
        ImportCommand::Requests { file, site } => {
            let site = site.as_deref().or(context.config().portal.site.as_deref());
            bring_in(
                file,
                context,
                Box::new(move |desk, who, args, source, sink| {
                    desk.import_requests(who, args, site, source, sink)
                }),
            )
        }
    }
}

fn bring_in(
    options: &FileOptions,
    context: &Context<'_>,
    import: Box<Import<'_>>,
) -> Result<(), Failure> {
    let mut file = open(&options.file)?;
    let (desk, who) = context.signed_in()?;
    let mut report = Report::new(context.json(), options.result.as_deref())?;
    let name = options.file.file_name().unwrap_or_default().to_string_lossy();
    let args = ImportArgs {
        file: if is_stdin(&options.file) { "standard input" } else { &name },
        dry_run: options.dry_run,
    };
    let mut broken = None;
    let summary = import(desk, &who, args, &mut file, &mut |step| match report.add(&step) {
        Ok(()) if report.stopped() => ControlFlow::Break(()),
        Ok(()) => ControlFlow::Continue(()),
        Err(failure) => {
            broken = Some(failure);
            ControlFlow::Break(())
        }
    });
    report.end_progress();
    if let Some(failure) = broken {
        return Err(failure);
    }
    report.finish(&summary?)
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// The file; what can be read once only is copied to a nameless file first, because an
/// import reads twice.
fn open(path: &Path) -> Result<File, Failure> {
    let copied = |input: &mut dyn io::Read| {
        let mut copy = tempfile::tempfile()?;
        io::copy(input, &mut copy).map(|_| copy)
    };
    let opened = if is_stdin(path) {
        copied(&mut io::stdin().lock())
    } else {
        File::open(path).and_then(|mut file| {
            if file.metadata()?.is_file() { Ok(file) } else { copied(&mut file) }
        })
    };
    opened.map_err(|error| {
        let shown = Text::new(path.display().to_string());
        Failure::outside(
            "file",
            Some("file"),
            format!("{shown} can't be read: {}; name another file.", reason(&error)),
        )
    })
}
