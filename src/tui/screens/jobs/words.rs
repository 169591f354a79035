//! The words, marks and inks of jobs and their runs.

use crate::domain::job::{RunState, Step, StepRun};
use crate::domain::time::{HOUR, MINUTE, SECOND, Timestamp};
use crate::service::jobs::{JobRow, RunRow};
use crate::tui::state::Seen;
use crate::tui::text::thousands;
use crate::tui::theme::{Ink, Mark};
use crate::tui::widgets::column::Cell;

/// Whether a job runs by itself: `● Enabled`, `■ Disabled`; `◐ Running` while it does.
pub fn standing(row: &JobRow) -> Cell {
    match (row.running, row.enabled) {
        (Some(_), _) => Cell::marked(Mark::Half, "Running", Ink::Underway),
        (None, true) => Cell::marked(Mark::Full, "Enabled", Ink::Good),
        (None, false) => Cell::marked(Mark::Square, "Disabled", Ink::Faint),
    }
}

/// How a run stands: `✔ Done`, `✖ Failed`.
pub fn state(state: RunState) -> Cell {
    let (mark, ink) = match state {
        RunState::Running => (Mark::Half, Ink::Underway),
        RunState::Done => (Mark::Check, Ink::Good),
        RunState::Failed => (Mark::Cross, Ink::Bad),
        RunState::Stopped | RunState::Interrupted => (Mark::Square, Ink::Caution),
    };
    Cell::marked(mark, state.word(), ink)
}

/// When a job is due next, near moments relative: `in 5 min`, `tomorrow 06:30`.
pub fn due(row: &JobRow, seen: &Seen) -> Cell {
    match row.next_run_at {
        Some(at) => Cell::new(seen.zone.ahead(at, seen.now)),
        None if row.enabled => Cell::inked("not any more", Ink::Faint),
        None => Cell::inked("by hand only", Ink::Faint),
    }
}

/// A moment to come with all of it: `in 5 min  (22 Nov 2026 14:05 +01:00)`.
pub fn due_exactly(at: Timestamp, seen: &Seen) -> String {
    format!("{}  ({})", seen.zone.ahead(at, seen.now), seen.zone.exact(at))
}

/// The last run in a cell: `✔ 2 min ago, 3 sent`.
pub fn last(row: &JobRow, seen: &Seen) -> Cell {
    let Some(run) = &row.last else { return Cell::inked("never", Ink::Faint) };
    let ago = seen.zone.ago(run.started_at, seen.now);
    let Cell { mark, ink, .. } = state(run.state);
    let told = match run.state {
        RunState::Running => "running".to_owned(),
        _ => counts(&run.steps),
    };
    Cell { mark, text: format!("{ago}, {told}"), short: ago, ink }
}

/// What came of steps: `3 sent, 1 failed, 2 put off`; `nothing to do`.
pub fn counts(steps: &[StepRun]) -> String {
    let sum = |of: fn(&StepRun) -> u64| steps.iter().map(of).sum::<u64>();
    let through = steps.iter().map(|it| (it.ok, went_through(it.step, it.ok)));
    let rest = [(sum(|it| it.failed), "failed"), (sum(|it| it.waiting), "put off")];
    let parts: Vec<String> = through
        .chain(rest)
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{} {word}", thousands(count)))
        .collect();
    if parts.is_empty() { "nothing to do".to_owned() } else { parts.join(", ") }
}

/// What is said of those that went through a step.
const fn went_through(step: Step, count: u64) -> &'static str {
    match (step, count) {
        (Step::Notification, _) => "sent",
        (Step::SiteSync, 1) => "user synced",
        (Step::SiteSync, _) => "users synced",
        (Step::ExpireInvitations, _) => "expired",
    }
}

/// Steps in their order: `Notification, Expire invitations`.
pub fn steps(steps: &[Step]) -> String {
    steps.iter().map(|it| it.words()).collect::<Vec<_>>().join(", ")
}

/// How long something took: `0.2 s`, `41 s`, `3 min 5 s`, `2 h 10 min`.
pub fn took(started: Timestamp, ended: Timestamp) -> String {
    match ended.millis_since(started).max(0) {
        it if it < 10 * SECOND => format!("{}.{} s", it / SECOND, it % SECOND / 100),
        it if it < MINUTE => format!("{} s", it / SECOND),
        it if it < HOUR => format!("{} min {} s", it / MINUTE, it % MINUTE / SECOND),
        it => format!("{} h {} min", it / HOUR, it % HOUR / MINUTE),
    }
}

/// What a run came to, in a sentence for the status line: `Notification: 3 sent, 1 failed.`
pub fn told(run: &RunRow) -> String {
    let (name, counts) = (&run.job_name, counts(&run.steps));
    match run.state {
        RunState::Running => format!("{name} runs."),
        RunState::Done => format!("{name}: {counts}."),
        RunState::Failed => format!("{name} failed: {counts}; its run says why."),
        RunState::Stopped => format!("{name} is stopped: {counts}; what is done stays done."),
        RunState::Interrupted => format!("{name} was interrupted: {counts}."),
    }
}
