//! The results of an import: rows for scripts, refusals for people, a file with all of them.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use serde::Serialize;

use crate::domain::problem::reason;
use crate::domain::text::thousands;
use crate::service::Watch;
use crate::service::cell;
use crate::service::imports::{ImportRow, ImportSummary, Progress, RowOutcome};

use super::meter::Meter;
use super::{Failure, output};

/// The last document of an import.
#[derive(Serialize)]
struct Last<'a> {
    summary: &'a ImportSummary,
}

/// Where the rows' results go.
pub(super) struct Report {
    json: bool,
    file: Option<csv::Writer<BufWriter<File>>>,
    meter: Meter,
}

impl Report {
    /// A report, with a file for the results of all rows if one is named.
    ///
    /// # Errors
    /// When that file exists or can't be made.
    pub(super) fn new(json: bool, path: Option<&Path>) -> Result<Self, Failure> {
        let make = |path: &Path| {
            let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
            let file = made.map_err(|error| unwritable(&error))?;
            let mut file = csv::WriterBuilder::new()
                .terminator(csv::Terminator::CRLF)
                .from_writer(BufWriter::new(file));
            let header = ["Line", "Outcome", "Name", "Message"];
            file.write_record(header).map_err(|error| unwritable(&error.into()))?;
            Ok::<_, Failure>(file)
        };
        Ok(Self { json, file: path.map(make).transpose()?, meter: Meter::new("rows", json) })
    }

    /// Whether somebody asked to stop.
    pub(super) fn stopped(&self) -> bool {
        self.meter.stopped()
    }

    /// Prints a chunk's rows: all of them for scripts, those that are refused for people.
    ///
    /// # Errors
    /// When it can't be printed, or the file can't be written.
    #[allow(clippy::cast_precision_loss)]
    pub(super) fn add(&mut self, step: &Progress<'_>) -> Result<(), Failure> {
        if let Some(file) = &mut self.file {
            for row in step.rows {
                let name = row.name.as_ref().map_or("", |it| it.raw());
                let message = said(row);
                let cells = [
                    &row.line.to_string(),
                    row.outcome.words(),
                    &cell::write(name),
                    &cell::write(&message),
                ];
                file.write_record(cells).map_err(|error| unwritable(&error.into()))?;
            }
        }
        let mut text = String::new();
        for row in step.rows {
            if self.json {
                text.push_str(&(output::json(row) + "\n"));
            } else if row.outcome == RowOutcome::Refused {
                text.push_str(&format!("Line {}: {}\n", row.line, said(row)));
            }
        }
        if !text.is_empty() {
            self.meter.clear();
            output::line(&text)?;
        }
        let part = step.bytes as f64 / step.of_bytes.max(1) as f64;
        self.meter.tell(step.so_far.rows, Some(part));
        Ok(())
    }

    /// Takes the meter away.
    pub(super) fn end_progress(&self) {
        self.meter.clear();
    }

    /// Prints what it all came to.
    ///
    /// # Errors
    /// When it can't be printed; when rows were refused or it was stopped, so that the
    /// command's status says so.
    pub(super) fn finish(mut self, summary: &ImportSummary) -> Result<(), Failure> {
        if let Some(file) = &mut self.file {
            file.flush().map_err(|error| unwritable(&error))?;
        }
        let last = if self.json { output::json(&Last { summary }) } else { words(summary) };
        output::line(&last)?;
        if summary.stopped {
            return Err(Failure::outside(
                "stopped",
                None,
                format!(
                    "Stopped after {} rows; what went in stays. Run the same command again to go on.",
                    thousands(summary.rows)
                ),
            ));
        }
        if summary.refused > 0 { Err(Failure::Told) } else { Ok(()) }
    }
}

fn unwritable(error: &io::Error) -> Failure {
    Failure::outside(
        "result",
        Some("result"),
        format!("The result file can't be written: {}; name another.", reason(error)),
    )
}

fn said(row: &ImportRow) -> String {
    row.problems.iter().map(|it| it.message.as_str()).collect::<Vec<_>>().join(" ")
}

fn words(summary: &ImportSummary) -> String {
    let ImportSummary { rows, imported, changed, already_there, refused, dry_run, .. } = summary;
    let mut text = String::new();
    let ignored: Vec<String> = summary.ignored_columns.iter().map(|it| format!("“{it}”")).collect();
    if !ignored.is_empty() {
        text.push_str(&format!("Nothing was read from the columns {}.\n", ignored.join(", ")));
    }
    if *rows == 0 {
        return text + "The file has a header and no rows; nothing was done.";
    }
    let would = if *dry_run { "would be " } else { "" };
    let noun = if *rows == 1 { "row" } else { "rows" };
    let changed = if *changed > 0 { format!("{changed} {would}changed, ") } else { String::new() };
    text.push_str(&format!(
        "{rows} {noun}: {imported} {would}imported, {changed}{already_there} already there, {refused} refused."
    ));
    if *refused > 0 {
        text.push_str(" Correct those and import the file again; the others stay as they are.");
    }
    text
}
