//! `job`: what runs by itself, when, and what came of it.

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::domain::job::{RunState, Step, StepRun};
use crate::domain::schedule::When;
use crate::domain::text::thousands;
use crate::service::{Desk, DeskError, JobForm, JobRow, JobView, NoStatus, RunRow, Session, Sort};

use super::context::Context;
use super::list::{self, ListOptions, PageOptions, SortField};
use super::meter::Meter;
use super::output::{self, minute, minute_or_nothing, or_nothing, yes_no};
use super::table::record;
use super::{Failure, history};

/// What can be done with jobs.
#[derive(Debug, Subcommand)]
pub enum JobCommand {
    /// List the jobs by name.
    List {
        #[command(flatten)]
        list: ListOptions,
    },
    /// Show one, and when it is due next.
    Show(Name),
    /// Make one.
    Add {
        /// Its name.
        #[arg(value_name = "NAME")]
        name: String,
        /// What it does: notification, site-sync or expire-invitations; give all steps in
        /// their order.
        #[arg(long, value_parser = step, required = true)]
        step: Vec<Step>,
        #[command(flatten)]
        due: Due,
        /// Let it run by hand only.
        #[arg(long)]
        disabled: bool,
    },
    /// Change one; what is not given stays.
    Edit {
        #[command(flatten)]
        job: Name,
        /// Another name.
        #[arg(long = "name", value_name = "NAME")]
        new_name: Option<String>,
        /// What it does, in place of what it did; give all steps in their order.
        #[arg(long, value_parser = step)]
        step: Vec<Step>,
        #[command(flatten)]
        due: Due,
    },
    /// Let one run by itself again.
    Enable(Name),
    /// Let one run by hand only.
    Disable(Name),
    /// Delete one and what is known of its runs.
    Delete {
        #[command(flatten)]
        job: Name,
        /// Really delete it; it can't be undone.
        #[arg(long)]
        yes: bool,
    },
    /// Run one now, due or not. Ctrl-C stops it between two commits.
    Run(Name),
    /// Run every job that is due; for cron or a systemd timer, and so without --as. A line for
    /// each run. The console does the same while it is open.
    RunDue,
    /// List the runs of one, the latest first.
    History {
        #[command(flatten)]
        job: Name,
        /// Show the steps of each run and what there was to say of them.
        #[arg(long)]
        log: bool,
        #[command(flatten)]
        place: PageOptions,
    },
}

/// The job that is meant.
#[derive(Debug, Args)]
pub struct Name {
    /// Its name, or its number as JB-000123.
    #[arg(value_name = "JOB")]
    job: String,
}

/// When a job is due.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub struct Due {
    /// In an interval: 5m, 2h or 1d.
    #[arg(long, value_name = "INTERVAL")]
    every: Option<String>,
    /// By a cron expression of five fields, in local time: "30 6 * * 1-5".
    #[arg(long, value_name = "EXPRESSION")]
    cron: Option<String>,
    /// Once, in local time: "2026-11-24 14:02".
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
}

impl Due {
    fn when(&self) -> Option<When> {
        let every = self.every.clone().map(When::Every);
        let cron = || self.cron.clone().map(When::Cron);
        every.or_else(cron).or_else(|| self.at.clone().map(When::At))
    }
}

fn step(word: &str) -> Result<Step, String> {
    let found = Step::ALL.into_iter().find(|it| it.word().eq_ignore_ascii_case(word.trim()));
    found.ok_or_else(|| format!("it is one of {}", Step::ALL.map(Step::word).join(", ")))
}

/// The runs of what was due.
#[derive(Serialize)]
struct Runs {
    runs: Vec<RunRow>,
}

/// The fields that jobs can be ordered by.
const ORDERS: [SortField; 2] = [("name", Sort::Name, false), ("id", Sort::Number, false)];

pub(super) fn run(command: &JobCommand, context: &Context<'_>) -> Result<(), Failure> {
    if matches!(command, JobCommand::RunDue) {
        return run_due(context);
    }
    let (desk, who) = context.signed_in()?;
    match command {
        JobCommand::List { list } => {
            let page = desk.jobs(&who, &list.args::<NoStatus>(&ORDERS, None)?)?;
            let headers = ["NAME", "DUE", "STEPS", "ENABLED", "NEXT RUN", "LAST RUN"];
            list::print(context, &page, &headers, cells)
        }
        JobCommand::Show(name) => context.show(&name.find(desk, &who)?, words),
        JobCommand::Add { name, step, due, disabled } => {
            let when = due.when().ok_or_else(|| {
                Failure::Usage(
                    "It is not said when the job is due; give --every, --cron or --at.".into(),
                )
            })?;
            let form =
                JobForm { name: name.clone(), steps: step.clone(), when, enabled: !disabled };
            let made = desk.create_job(&who, &form)?;
            context.show(&made, |it| format!("Job {} is there. {}", it.row.name, due_next(it)))
        }
        JobCommand::Edit { job, new_name, step, due } => {
            let now = job.find(desk, &who)?;
            let mut form = now.form();
            form.name = new_name.clone().unwrap_or(form.name);
            form.when = due.when().unwrap_or(form.when);
            if !step.is_empty() {
                form.steps.clone_from(step);
            }
            let saved = desk.edit_job(&who, now.row.id, Some(now.row.stamp), &form)?;
            context.show(&saved, |it| format!("Job {} is saved. {}", it.row.name, due_next(it)))
        }
        JobCommand::Enable(name) => {
            let now = name.find(desk, &who)?;
            context.show(&desk.enable_job(&who, now.row.id, None)?, |it| {
                format!("Job {} runs by itself again. {}", it.row.name, due_next(it))
            })
        }
        JobCommand::Disable(name) => {
            let now = name.find(desk, &who)?;
            context.show(&desk.disable_job(&who, now.row.id, None)?, |it| {
                format!("Job {} runs by hand only.", it.row.name)
            })
        }
        JobCommand::Delete { job, yes } => {
            let now = job.find(desk, &who)?;
            if !yes {
                let what = format!("Job {}", now.row.name);
                return Err(Failure::unconfirmed(&what, now.why_not_edit, "disable it instead"));
            }
            let gone = desk.delete_job(&who, now.row.id, Some(now.row.stamp))?;
            context.show(&gone, |it| format!("Job {} is deleted.", it.row.name))
        }
        JobCommand::Run(name) => {
            let now = name.find(desk, &who)?;
            let meter = Meter::new("done", context.json());
            let outcome = desk.run_job(&who, now.row.id, &meter);
            meter.clear();
            let run = outcome?;
            context.show(&run, |it| line(it) + &log(it))?;
            if run.state == RunState::Done { Ok(()) } else { Err(Failure::Told) }
        }
        JobCommand::RunDue => Ok(()),
        JobCommand::History { job, log: with_log, place } => {
            let id = desk.job_by_name(&who, &job.job)?.id;
            let (page, per_page) = place.place();
            let page = desk.job_runs(&who, id, page, per_page)?;
            if *with_log && !context.json() {
                let runs: Vec<String> = page
                    .rows
                    .iter()
                    .map(|it| format!("{}  {}{}", minute(it.started_at), line(it), log(it)))
                    .collect();
                return Ok(output::line(&runs.join("\n"))?);
            }
            let headers =
                ["RUN", "BEGAN", "TIMES", "HOW", "BY", "STATE", "DONE", "FAILED", "WAITING"];
            list::print(context, &page, &headers, run_cells)
        }
    }
}

/// Runs what is due; 1 when a run of them failed.
fn run_due(context: &Context<'_>) -> Result<(), Failure> {
    let desk = context.desk().map_err(|failure| match failure {
        Failure::Desk(error) if error.is_held() => {
            Failure::Held { error, also: "A console that is open runs what is due by itself." }
        }
        other => other,
    })?;
    let meter = Meter::new("done", context.json());
    let outcome = desk.run_due(context.origin(), &meter);
    meter.clear();
    let runs = Runs { runs: outcome? };
    let went_well = runs.runs.iter().all(|it| it.state == RunState::Done);
    if context.json() {
        context.show(&runs, |_| String::new())?;
    } else {
        for run in &runs.runs {
            output::line(&line(run))?;
        }
    }
    if went_well { Ok(()) } else { Err(Failure::Told) }
}

impl Name {
    fn find(&self, desk: &Desk, who: &Session) -> Result<JobView, DeskError> {
        let id = desk.job_by_name(who, &self.job)?.id;
        desk.job(who, id)
    }
}

fn due_next(it: &JobView) -> String {
    match it.row.next_run_at {
        Some(at) => format!("It is due {}, next at {}.", it.row.words, minute(at)),
        None => String::from("It is not due by itself."),
    }
}

/// `Notification: done, made up; Notification 3 done, 1 failed, 0 waiting`.
fn line(it: &RunRow) -> String {
    let steps: Vec<String> = it.steps.iter().map(step_line).collect();
    let what = if it.is_idle() { String::from("nothing to do") } else { steps.join("; ") };
    let state = it.state.word().to_lowercase();
    let parts = [state, it.trigger.words().to_owned(), what];
    let parts: Vec<String> = parts.into_iter().filter(|it| !it.is_empty()).collect();
    format!("{}: {}", it.job_name, parts.join(", "))
}

fn step_line(it: &StepRun) -> String {
    format!(
        "{}: {} done, {} failed, {} waiting",
        it.step.words(),
        thousands(it.ok),
        thousands(it.failed),
        thousands(it.waiting)
    )
}

/// What there is to say of a run, a line each.
fn log(it: &RunRow) -> String {
    let lines = it.steps.iter().flat_map(|step| &step.log);
    lines.map(|line| format!("\n  {line}")).collect()
}

fn steps(row: &JobRow) -> String {
    let steps: Vec<&str> = row.steps.iter().map(|it| it.words()).collect();
    steps.join(", ")
}

/// When it last ran and what came of it.
fn last(row: &JobRow) -> Option<String> {
    let run = row.last.as_ref()?;
    Some(format!("{} {}", minute(run.started_at), run.state.word()))
}

fn cells(row: &JobRow) -> Vec<String> {
    vec![
        row.name.to_string(),
        row.words.clone(),
        steps(row),
        yes_no(row.enabled).to_owned(),
        minute_or_nothing(row.next_run_at),
        or_nothing(last(row).as_ref()),
    ]
}

fn run_cells(run: &RunRow) -> Vec<String> {
    let (ok, failed, waiting) = run.counts();
    vec![
        run.id.to_string(),
        minute(run.started_at),
        thousands(run.times),
        run.trigger.words().to_owned(),
        run.by.to_string(),
        run.state.word().to_owned(),
        thousands(ok),
        thousands(failed),
        thousands(waiting),
    ]
}

fn words(it: &JobView) -> String {
    let row = &it.row;
    let next: Vec<String> = it.next.iter().map(|at| minute(*at)).collect();
    record(&[
        ("Job", row.id.to_string()),
        ("Name", row.name.to_string()),
        ("Due", row.words.clone()),
        ("Steps", steps(row)),
        ("Enabled", yes_no(row.enabled).to_owned()),
        ("Next runs", or_nothing(Some(&next.join(", ")))),
        ("Last run", or_nothing(row.last.as_ref().map(line).as_ref())),
    ]) + &history::words(&it.history)
}
