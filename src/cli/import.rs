//! `import`: data from a file, with a result for every row.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, IsTerminal, Read, Write};
use std::ops::ControlFlow;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::domain::problem::reason;
use crate::domain::text::Text;
use crate::service::imports::{
    ImportArgs, ImportRow, ImportSummary, MAX_BYTES, Progress, RowOutcome,
};

use super::context::Context;
use super::{Failure, output};

/// What can be imported.
#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// Import portal requests from a CSV file.
    Requests(Requests),
}

const AFTER: &str = "\
The first line names the columns, in any order:
  First Name,Last Name,Email,Phone,Company,Submitted At
The file is UTF-8. Submitted At may be absent or empty, and then is the moment of the import.

A bad row is reported with its line and the others go in. A row that was imported before is
already there, so that a second run does nothing twice.

With --json there is one document a row, {\"line\",\"outcome\",\"request\",\"problems\"}, and a last
one {\"summary\": {\"rows\",\"imported\",\"already_there\",\"refused\",\"dry_run\",\"stopped\"}}. An outcome
is imported, would-be-imported, already-there or refused. Status 1 says that rows were refused.";

/// What `import requests` takes.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct Requests {
    /// The CSV file; - reads standard input.
    #[arg(value_name = "FILE.csv")]
    file: PathBuf,
    /// Only say what would happen.
    #[arg(long)]
    dry_run: bool,
    /// The code of the site that the requests belong to.
    #[arg(long, value_name = "CODE")]
    site: Option<String>,
    /// Write the result of every row to this file too, as JSON, one a line. It must not exist.
    #[arg(long, value_name = "FILE")]
    result: Option<PathBuf>,
}

pub(super) fn run(command: &ImportCommand, context: &Context<'_>) -> Result<(), Failure> {
    let ImportCommand::Requests(args) = command;
    let bytes = read(&args.file)?;
    let (desk, who) = context.signed_in()?;
    let mut report = Report::new(context.json(), args.result.as_deref())?;
    let name = args.file.file_name().unwrap_or_default().to_string_lossy();
    let what = ImportArgs {
        file: if args.file.as_os_str() == "-" { "standard input" } else { &name },
        site: args.site.as_deref().or(context.config().portal.site.as_deref()),
        dry_run: args.dry_run,
    };
    let mut broken = None;
    let summary = desk.import_requests(&who, what, &bytes, &mut |step| match report.add(&step) {
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

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let limit = MAX_BYTES as u64 + 1;
    let done = if path.as_os_str() == "-" {
        std::io::stdin().lock().take(limit).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes))
    };
    done.map(|_| bytes).map_err(|error| {
        let shown = Text::new(path.display().to_string());
        Failure::outside(
            "file",
            Some("file"),
            format!("{shown} can't be read: {}; name another file.", reason(&error)),
        )
    })
}

/// The last document of an import.
#[derive(Serialize)]
struct Last {
    summary: ImportSummary,
}

/// Where the rows' results go.
struct Report {
    json: bool,
    file: Option<BufWriter<File>>,
    meter: bool,
}

impl Report {
    fn new(json: bool, path: Option<&Path>) -> Result<Self, Failure> {
        let make = |path: &Path| {
            let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
            made.map(BufWriter::new).map_err(|error| unwritable(&error))
        };
        let meter = std::io::stderr().is_terminal();
        Ok(Self { json, file: path.map(make).transpose()?, meter })
    }

    /// Prints a chunk's rows: all of them for scripts, those that are refused for people.
    fn add(&mut self, step: &Progress<'_>) -> Result<(), Failure> {
        let mut text = String::new();
        if let Some(file) = &mut self.file {
            for row in step.rows {
                writeln!(file, "{}", output::json(row)).map_err(|error| unwritable(&error))?;
            }
        }
        for row in step.rows {
            if self.json {
                text.push_str(&(output::json(row) + "\n"));
            } else if row.outcome == RowOutcome::Refused {
                text.push_str(&(refusal(row) + "\n"));
            }
        }
        if !text.is_empty() {
            self.end_progress();
            output::line(&text)?;
        }
        if self.meter {
            let percent = step.bytes * 100 / step.of_bytes.max(1);
            // A meter that nobody can see any more is not worth a failure.
            let _ = write!(std::io::stderr(), "\r{} rows, {percent} %", step.so_far.rows);
        }
        Ok(())
    }

    /// Takes the meter's line away.
    fn end_progress(&self) {
        if self.meter {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }

    fn finish(mut self, summary: &ImportSummary) -> Result<(), Failure> {
        if let Some(file) = &mut self.file {
            let last = output::json(&Last { summary: *summary });
            writeln!(file, "{last}")
                .and_then(|()| file.flush())
                .map_err(|error| unwritable(&error))?;
        }
        let last =
            if self.json { output::json(&Last { summary: *summary }) } else { words(summary) };
        output::line(&last)?;
        if summary.refused > 0 { Err(Failure::Told) } else { Ok(()) }
    }
}

fn unwritable(error: &std::io::Error) -> Failure {
    Failure::outside(
        "result",
        Some("result"),
        format!("The result file can't be written: {}; name another.", reason(error)),
    )
}

fn refusal(row: &ImportRow) -> String {
    let said: Vec<String> = row.problems.iter().map(|it| it.message.clone()).collect();
    format!("Line {}: {}", row.line, said.join(" "))
}

fn words(summary: &ImportSummary) -> String {
    let ImportSummary { rows, imported, already_there, refused, dry_run, .. } = summary;
    let verb = if *dry_run { "would be imported" } else { "imported" };
    let noun = if *rows == 1 { "row" } else { "rows" };
    let mut text = format!(
        "{rows} {noun}: {imported} {verb}, {already_there} already there, {refused} refused."
    );
    if *refused > 0 {
        text.push_str(" Correct those and import the file again; the others stay as they are.");
    }
    text
}
