//! What was done behind, told where it matters, and never over what the person is reading.

use super::broadcast;
use crate::domain::job::{RunState, StepRun};
use crate::service::delivery::Delivered;
use crate::service::jobs::RunRow;
use crate::tui::effect::Effect;
use crate::tui::event::{Event, Status, Tone};
use crate::tui::keymap::Context;
use crate::tui::runner::Behind;
use crate::tui::screens::jobs::words;
use crate::tui::state::{LayerId, State};
use crate::tui::text::thousands;

/// Milliseconds without a key after which a message has been read.
const READ: i64 = 4_000;

/// Takes what was done behind: the screens that it touches look again, and it waits to be told.
pub(super) fn take(state: &mut State, behind: Behind, effects: &mut Vec<Effect>) {
    let told = match &behind {
        Behind::Delivered(delivered) => of_mails(delivered),
        Behind::Ran(run) => of_run(run),
        Behind::Broke(why) => Some(Status::refused(why.clone())),
    };
    // What went wrong is not hidden by what went well after it.
    let keeps = state.behind.as_ref().is_some_and(|it| it.tone == Tone::Refused);
    if let Some(told) = told.filter(|it| !keeps || it.tone == Tone::Refused) {
        let again = state.told_behind.as_ref() == Some(&told) && told.tone == Tone::Refused;
        if !again {
            state.behind = Some(told);
        }
    }
    if state.seen.who.is_some() && !state.locked {
        match touched(&behind) {
            Touched::Nothing => {}
            Touched::Runs => say_to(state, shows_runs, effects),
            Touched::Records => broadcast(state, None, &Event::Changed, effects),
        }
    }
    tell(state);
}

/// What is not any more as screens show it.
enum Touched {
    /// All is as it was.
    Nothing,
    /// When a job ran last and is due next.
    Runs,
    /// Anything.
    Records,
}

fn touched(behind: &Behind) -> Touched {
    match behind {
        Behind::Delivered(it) => {
            let moved = it.sent + it.failed + it.waiting + it.unknown + it.held > 0;
            if moved || !it.log.is_empty() { Touched::Records } else { Touched::Nothing }
        }
        Behind::Ran(run) if run.steps.iter().all(is_idle) => Touched::Runs,
        Behind::Ran(_) => Touched::Records,
        Behind::Broke(_) => Touched::Nothing,
    }
}

/// Whether a screen says when jobs run.
const fn shows_runs(context: Context) -> bool {
    matches!(
        context,
        Context::Dashboard
            | Context::JobList
            | Context::JobRecord
            | Context::JobRun
            | Context::OutboxList
    )
}

/// Has those screens look again that `fits`.
fn say_to(state: &mut State, fits: fn(Context) -> bool, effects: &mut Vec<Effect>) {
    let layers = state.layers.iter().filter(|layer| fits(layer.screen.context()));
    let ids: Vec<LayerId> = layers.map(|layer| layer.id).collect();
    for id in ids {
        super::tell(state, id, Event::Changed, effects);
    }
}

fn is_idle(step: &StepRun) -> bool {
    step.ok + step.failed + step.waiting == 0
}

/// Tells what waits to be told, once the message before it is gone or has been read.
pub(super) fn tell(state: &mut State) {
    if state.behind.is_none() || state.seen.who.is_none() || state.locked {
        return;
    }
    let read = state.seen.elapsed - state.last_key >= READ;
    let free = match &state.status {
        None => true,
        Some(status) => read && status.tone != Tone::Refused,
    };
    if free {
        state.status = state.behind.take();
        state.told_behind.clone_from(&state.status);
        state.stale = true;
    }
}

/// What there is to tell of a run: nothing of one that found nothing to do.
fn of_run(run: &RunRow) -> Option<Status> {
    let told = words::told(run);
    match run.state {
        RunState::Done if run.steps.iter().all(is_idle) => None,
        RunState::Done => Some(Status::done(told)),
        RunState::Running | RunState::Stopped => None,
        RunState::Failed | RunState::Interrupted => Some(Status::refused(format!("{told} ▸ 6"))),
    }
}

/// What there is to tell of mails: `3 mails are sent, 1 failed ▸ 6`.
fn of_mails(it: &Delivered) -> Option<Status> {
    if let Some(broke) = &it.broke {
        return Some(Status::refused(broke.to_string()));
    }
    let wrong = [(it.failed, "failed"), (it.unknown, "may have gone out"), (it.held, "held")];
    let wrong = wrong.iter().filter(|(count, _)| *count > 0);
    let mut parts: Vec<String> =
        wrong.map(|(count, word)| format!("{} {word}", thousands(*count))).collect();
    let all_well = parts.is_empty();
    match it.sent {
        0 => {}
        1 => parts.insert(0, "1 mail is sent".to_owned()),
        n => parts.insert(0, format!("{} mails are sent", thousands(n))),
    }
    match (parts.is_empty(), all_well) {
        (true, _) => None,
        (false, true) => Some(Status::done(format!("{}.", parts.join(", ")))),
        (false, false) if it.sent == 0 => {
            Some(Status::refused(format!("Mails: {} ▸ 6", parts.join(", "))))
        }
        (false, false) => Some(Status::refused(format!("{} ▸ 6", parts.join(", ")))),
    }
}
