//! From message to state and effects: pure, and the same every time.
//!
//! Owns which layer hears what, and everything that holds for all screens: going places,
//! locking, undoing, not losing what was typed. Must not call a service, ask for the time
//! or know any screen but by its trait.

mod ahead;
mod behind;
mod command;
mod keys;
mod order;
pub mod time;

use super::ask::{Answer, Reply};
use super::effect::Effect;
use super::event::{Cx, Event, Status};
use super::input::Input;
use super::runner::Behind;
use super::screens;
use super::state::{LayerId, State, Ticket, Waits};
use crate::domain::time::Timestamp;
use crate::service::DeskError;

/// What happens to a console.
#[derive(Debug)]
pub enum Msg {
    /// It begins: the first screen is opened.
    Begin,
    /// Time has passed.
    Tick(Timestamp),
    /// Something came from the terminal.
    Input(Input),
    /// A question was answered.
    Answer(Ticket, Answer),
    /// Something was done that nobody asked for.
    Behind(Behind),
}

/// Changes the state by a message; what has to be done besides.
pub fn update(state: &mut State, msg: Msg) -> Vec<Effect> {
    let mut effects = Vec::new();
    match msg {
        Msg::Begin => command::open(state, screens::entrance(), &mut effects),
        Msg::Tick(now) => time::tick(state, now, &mut effects),
        Msg::Input(Input::Size(columns, rows)) => {
            state.stale = true;
            (state.seen.columns, state.seen.rows) = (columns, rows);
            broadcast(state, None, &Event::Resized, &mut effects);
        }
        Msg::Input(input) => {
            state.stale = true;
            state.last_key = state.seen.elapsed;
            ahead::take(state, input, &mut effects);
        }
        Msg::Answer(ticket, answer) => {
            take_answer(state, ticket, answer, &mut effects);
        }
        Msg::Behind(it) => behind::take(state, it, &mut effects),
    }
    ahead::resume(state, &mut effects);
    effects
}

/// Lets the layer `id` hear an event, and does what it wants.
fn tell(state: &mut State, id: LayerId, event: Event, effects: &mut Vec<Effect>) {
    let Some(at) = state.position(id) else { return };
    let busy = state.busy(id);
    let mut cx = Cx::new(&state.seen, busy);
    state.layers[at].screen.hear(event, &mut cx);
    let commands = cx.into_commands();
    for wanted in commands {
        command::apply(state, id, wanted, effects);
    }
}

/// Lets every layer but `except` hear an event.
fn broadcast(state: &mut State, except: Option<LayerId>, event: &Event, effects: &mut Vec<Effect>) {
    let ids: Vec<LayerId> =
        state.layers.iter().map(|l| l.id).filter(|id| Some(*id) != except).collect();
    for id in ids {
        tell(state, id, event.clone(), effects);
    }
}

/// An answer that nobody waits for any more is dropped here.
fn take_answer(state: &mut State, ticket: Ticket, answer: Answer, effects: &mut Vec<Effect>) {
    let Some(at) = state.pending.iter().position(|p| p.ticket == ticket) else { return };
    state.stale = true;
    if let Ok(Reply::Progress { done, of }) = answer {
        if let Waits::Layer(layer, slot) = state.pending[at].waits {
            tell(state, layer, Event::Progress { slot, done, of }, effects);
        }
        return;
    }
    let waits = state.pending.remove(at).waits;
    // What was typed ahead was meant for what a yes would have led to.
    if matches!(
        answer,
        Err(_) | Ok(Reply::NotLetIn(_) | Reply::MustChange(_) | Reply::NeedsEnrolment(_))
    ) {
        state.ahead.clear();
    }
    if let Err(DeskError::SignedOut(reason)) = &answer {
        shut_out(state, reason.clone(), effects);
    }
    let told = match waits {
        Waits::Layer(layer, slot) => {
            return tell(state, layer, Event::Answer { slot, answer }, effects);
        }
        Waits::Undo(told) => told,
        Waits::Nobody => "What was still under way is done.".to_owned(),
    };
    let status = match answer {
        Ok(Reply::Outcome(outcome)) if outcome.done < outcome.of => Status::refused(
            outcome
                .failed
                .or_else(|| outcome.refused.first().map(|row| row.why.clone()))
                .unwrap_or(told),
        ),
        Ok(_) => Status::done(told),
        Err(refusal) => Status::refused(refusal.to_string()),
    };
    command::say(state, None, status);
    broadcast(state, None, &Event::Changed, effects);
}

/// The account may not go on: the console locks, and says why.
fn shut_out(state: &mut State, reason: String, effects: &mut Vec<Effect>) {
    if state.seen.who.is_some() && !state.locked {
        order::lock(state, effects);
        state.status = Some(Status::refused(reason));
    }
}

#[cfg(test)]
mod tests;
