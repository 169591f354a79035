//! Rows of the jobs and their runs.

use super::{Row, row};
use crate::tui::keymap::action::Action::*;
use crate::tui::keymap::action::Context as C;
use crate::tui::keymap::groups::{JOB_TABS, JOBS};

pub(super) const ROWS: &[Row] = &[
    row(JOB_TABS, &["Tab", "]"], NextTab, "tabs", "Next tab: Jobs, Outbox").hint(2),
    row(JOB_TABS, &["S-Tab", "["], PreviousTab, "tabs", "Previous tab"),
    row(&[C::JobList], &["Enter"], Open, "open", "Open the selected job, with its runs")
        .hint(1)
        .menu(),
    row(&[C::JobList], &["a", "F6"], Add, "add", "Add a job").hint(3).menu(),
    row(&[C::JobRecord], &["Enter"], Open, "open the run", "Show the selected run, step by step")
        .hint(1)
        .menu(),
    row(JOBS, &["n"], RunNow, "Run now…", "Run the job now, whenever it is due")
        .short("run now")
        .hint(2)
        .menu(),
    row(JOBS, &["e"], Edit, "edit", "Edit the job: its name, steps and schedule").hint(6).menu(),
    row(JOBS, &[], Enable, "Enable", "Let it run by itself, as its schedule says").menu(),
    row(JOBS, &[], Disable, "Disable", "Let it run by hand only; it can be undone").menu(),
    row(JOBS, &["d", "Delete"], Delete, "delete", "Delete the job and its runs; asks first")
        .hint(7)
        .menu(),
    row(&[C::JobRecord], &["x", "F4"], Menu, "options", "Everything that can be done to it")
        .hint(4),
    row(&[C::JobRecord], &["Home", "g g"], First, "first", "The newest run"),
    row(&[C::JobRecord], &["End", "G"], Last, "last", "The oldest run that is kept"),
    row(&[C::JobRecord, C::JobRun], &["PgUp"], PageUp, "up", "One screenful up"),
    row(&[C::JobRecord, C::JobRun], &["PgDn"], PageDown, "down", "One screenful down"),
];
