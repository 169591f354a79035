//! `export`: a list as a CSV file that an import can read again.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::domain::request::RequestStatus;
use crate::domain::text::Text;
use crate::domain::text::thousands;
use crate::service::bulk::Selection;
use crate::service::exports::{Exported, to_file};
use crate::service::{Desk, DeskError, Session, UserFilter};

use super::context::Context;
use super::list::FilterOptions;
use super::meter::Meter;
use super::{Failure, company, contact, request, user};

const AFTER: &str = "\
The file is CSV as RFC 4180 has it, in UTF-8, with the columns that the import of the same name
reads; importing it again changes nothing. Only its owner may read it. It is written beside its
name and renamed when it is whole; a stop leaves nothing.

A cell that a spreadsheet would take for a formula, a phone such as +44… too, begins with an
apostrophe; characters that nobody sees are written as their number, such as ⟨U+202E⟩. The
import takes both back.";

/// What can be exported.
#[derive(Debug, Subcommand)]
pub enum ExportCommand {
    /// Export users, staff and portal.
    #[command(after_help = AFTER)]
    Users {
        #[command(flatten)]
        to: To,
        /// Only users of this status: Pending, Active, Disabled, or Throttled after failures.
        #[arg(long, value_name = "WORD", value_parser = user::status)]
        status: Option<UserFilter>,
        /// Only users of the company of this code.
        #[arg(long, value_name = "CODE")]
        company: Option<String>,
    },
    /// Export contacts.
    #[command(after_help = AFTER)]
    Contacts {
        #[command(flatten)]
        to: To,
        /// Only contacts of the company of this code.
        #[arg(long, value_name = "CODE")]
        company: Option<String>,
    },
    /// Export customers and partners.
    #[command(after_help = AFTER)]
    Companies(To),
    /// Export portal requests.
    #[command(after_help = AFTER)]
    Requests {
        #[command(flatten)]
        to: To,
        /// Only requests of this status: New, Resolved, Processed or Rejected.
        #[arg(long, value_name = "WORD", value_parser = request::status)]
        status: Option<RequestStatus>,
    },
}

/// Which rows, and where they go.
#[derive(Debug, Args)]
pub struct To {
    /// The file to write; - writes to standard output.
    #[arg(value_name = "FILE.csv")]
    file: PathBuf,
    #[command(flatten)]
    which: FilterOptions,
    /// Replace the file if there is one.
    #[arg(long)]
    force: bool,
}

/// An export as scripts are told of it.
#[derive(Serialize)]
struct Written {
    file: Text,
    rows: u64,
}

pub(super) fn run(command: &ExportCommand, context: &Context<'_>) -> Result<(), Failure> {
    match command {
        ExportCommand::Users { to, status, company } => {
            let mut args = to.which.args(&user::ORDERS, *status)?;
            let (desk, who) = context.signed_in()?;
            args.company = company_of(desk, &who, company.as_deref())?;
            let selection = Selection::Matching { args, except: Vec::new() };
            write(to, "users", context, |out, meter| {
                desk.export_users(&who, &selection, out, meter)
            })
        }
        ExportCommand::Contacts { to, company } => {
            let mut args = to.which.args(&contact::ORDERS, None)?;
            let (desk, who) = context.signed_in()?;
            args.company = company_of(desk, &who, company.as_deref())?;
            write(to, "contacts", context, |out, meter| {
                desk.export_contacts(&who, &args, out, meter)
            })
        }
        ExportCommand::Companies(to) => {
            let args = to.which.args(&company::ORDERS, None)?;
            let (desk, who) = context.signed_in()?;
            write(to, "companies", context, |out, meter| {
                desk.export_companies(&who, &args, out, meter)
            })
        }
        ExportCommand::Requests { to, status } => {
            let args = to.which.args(&request::ORDERS, *status)?;
            let (desk, who) = context.signed_in()?;
            write(to, "requests", context, |out, meter| {
                desk.export_requests(&who, &args, out, meter)
            })
        }
    }
}

fn company_of(
    desk: &Desk,
    who: &Session,
    code: Option<&str>,
) -> Result<Option<crate::domain::id::CompanyId>, DeskError> {
    code.map(|code| desk.company_by_code(who, code).map(|it| it.id)).transpose()
}

fn write(
    to: &To,
    unit: &'static str,
    context: &Context<'_>,
    export: impl FnOnce(&mut dyn Write, &Meter) -> Result<Exported, DeskError>,
) -> Result<(), Failure> {
    let meter = Meter::new(unit, context.json());
    if to.file.as_os_str() == "-" {
        let mut out = Out { inner: BufWriter::new(io::stdout().lock()), failed: None };
        let exported = export(&mut out, &meter);
        meter.clear();
        return match (out.failed, exported) {
            (Some(error), _) => Err(error.into()),
            (None, exported) => expect_whole(exported?, unit, "Stopped"),
        };
    }
    let exported = to_file(&to.file, to.force, |out| export(out, &meter));
    meter.clear();
    let (exported, file) = (exported?, Text::new(to.file.display().to_string()));
    expect_whole(exported, unit, "Stopped, and no file was written,")?;
    let written = Written { file, rows: exported.rows };
    context.show(&written, |it| format!("{} {unit} exported to {}.", it.rows, it.file))
}

fn expect_whole(exported: Exported, unit: &str, what: &str) -> Result<(), Failure> {
    if !exported.stopped {
        return Ok(());
    }
    let rows = thousands(exported.rows);
    Err(Failure::outside("stopped", None, format!("{what} after {rows} {unit}; run it again.")))
}

/// Standard output; it remembers how it failed, because who reads may have left.
struct Out<W: Write> {
    inner: W,
    failed: Option<io::Error>,
}

impl<W: Write> Out<W> {
    fn watched<T>(&mut self, done: io::Result<T>) -> io::Result<T> {
        done.map_err(|error| {
            let kind = error.kind();
            self.failed = Some(error);
            kind.into()
        })
    }
}

impl<W: Write> Write for Out<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let done = self.inner.write(bytes);
        self.watched(done)
    }

    fn flush(&mut self) -> io::Result<()> {
        let done = self.inner.flush();
        self.watched(done)
    }
}
