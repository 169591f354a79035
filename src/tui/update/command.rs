//! What screens want, done: opening, closing, asking, telling.

use super::{ahead, broadcast, order, tell};
use crate::service::Session;
use crate::tui::ask::Ask;
use crate::tui::effect::Effect;
use crate::tui::event::{Command, Event, Intent, Screen, Slot, Status, Tone};
use crate::tui::keymap::{Action, Context};
use crate::tui::place::Place;
use crate::tui::screens;
use crate::tui::state::{LayerId, State, Ticket, Waits};

/// Does what the screen of layer `id` wants.
pub(super) fn apply(state: &mut State, id: LayerId, command: Command, effects: &mut Vec<Effect>) {
    match command {
        Command::Ask { slot, ask, doing } => question(state, id, slot, ask, doing, effects),
        Command::Cancel(slot) => forget_slot(state, id, slot, effects),
        Command::Stop(slot) => {
            let of_slot =
                |waits: &Waits| matches!(waits, Waits::Layer(l, s) if *l == id && *s == slot);
            let tickets = state.pending.iter().filter(|p| of_slot(&p.waits)).map(|p| p.ticket);
            effects.extend(tickets.map(Effect::Stop));
        }
        Command::Open(screen) => open(state, screen, effects),
        Command::OpenAnd(screen, action) => {
            open(state, screen, effects);
            ahead::take_action(state, action, effects);
        }
        Command::Close => drop(close(state, id, effects)),
        Command::CloseWith(event) => {
            if let Some(below) = close(state, id, effects) {
                tell(state, below, event, effects);
            }
        }
        Command::CloseAnd(action) => {
            close(state, id, effects);
            ahead::take_action(state, action, effects);
        }
        Command::Intend(intent) => order::intend(state, intent, effects),
        Command::Discard => {
            close(state, id, effects);
            if let Some(intent) = state.intent.take() {
                order::perform(state, intent, effects);
            }
        }
        Command::SaveFirst => {
            close(state, id, effects);
            state.saving = state.top().map(|l| l.id);
            if let Some(form) = state.saving {
                tell(state, form, Event::Act(Action::Save), effects);
            }
        }
        Command::PerPage(rows) => state.seen.per_page = rows,
        Command::Say(status) => say(state, Some(id), status),
        Command::DropRefusal => drop_refusal(state),
        Command::Offer(step) => {
            state.lasting = step.is_none();
            state.undo = step.map(|step| *step);
        }
        Command::Changed => broadcast(state, Some(id), &Event::Changed, effects),
        Command::SignedIn(session) => signed_in(state, *session, effects),
        Command::Unlocked(session) => unlocked(state, id, *session, effects),
        Command::End => order::perform(state, Intent::End, effects),
    }
}

/// Puts a screen on top and lets it begin.
pub(super) fn open(state: &mut State, screen: Box<dyn Screen>, effects: &mut Vec<Effect>) {
    let id = state.push_layer(screen);
    state.pressed.clear();
    drop_refusal(state);
    state.stale = true;
    tell(state, id, Event::Opened, effects);
}

/// Closes a layer and the windows that stand on it; the layer below it.
///
/// If an intention waited for its saving, that is done now.
pub(super) fn close(state: &mut State, id: LayerId, effects: &mut Vec<Effect>) -> Option<LayerId> {
    let at = state.position(id)?;
    let windows =
        state.layers[at + 1..].iter().take_while(|l| l.screen.window(&state.seen).is_some());
    let last = at + windows.count();
    let gone: Vec<LayerId> = state.layers.drain(at..=last).map(|l| l.id).collect();
    state.stale = true;
    for layer in gone {
        forget_layer(state, layer, effects);
    }
    drop_refusal(state);
    let below = at.checked_sub(1).map(|at| state.layers[at].id);
    let waited = state.saving.take_if(|saving| *saving == id).and_then(|_| state.intent.take());
    if let Some(intent) = waited.filter(|intent| *intent != Intent::Close) {
        order::intend(state, intent, effects);
    }
    below
}

/// A refusal is about what was on top until now.
fn drop_refusal(state: &mut State) {
    state.status.take_if(|status| status.tone == Tone::Refused);
}

/// Nobody waits for the layer's reading any more. What it changes goes on, and is told of
/// when it is done.
pub(super) fn forget_layer(state: &mut State, id: LayerId, effects: &mut Vec<Effect>) {
    drop_pending(state, |waits| matches!(waits, Waits::Layer(layer, _) if *layer == id), effects);
}

fn forget_slot(state: &mut State, id: LayerId, slot: Slot, effects: &mut Vec<Effect>) {
    drop_pending(
        state,
        |waits| matches!(waits, Waits::Layer(l, s) if *l == id && *s == slot),
        effects,
    );
}

fn drop_pending(state: &mut State, of: impl Fn(&Waits) -> bool, effects: &mut Vec<Effect>) {
    let mut dropped: Vec<Ticket> = Vec::new();
    state.pending.retain_mut(|p| {
        let goes = of(&p.waits);
        if goes && p.changes {
            p.waits = Waits::Nobody;
        } else if goes {
            dropped.push(p.ticket);
        }
        !goes || p.changes
    });
    effects.extend(dropped.into_iter().map(Effect::Forget));
}

fn question(
    state: &mut State,
    id: LayerId,
    slot: Slot,
    ask: Box<Ask>,
    doing: &'static str,
    effects: &mut Vec<Effect>,
) {
    forget_slot(state, id, slot, effects);
    let ticket = state.note_question(Waits::Layer(id, slot), &ask, doing);
    effects.push(Effect::Ask { ticket, from: Some((id, slot)), ask });
}

/// Puts a message into the status line. While the console is locked, only what stands above
/// the lock is told: a message may name people.
pub(super) fn say(state: &mut State, from: Option<LayerId>, status: Status) {
    let gate = state.layers.iter().rposition(|l| l.screen.context() == Context::Gate).unwrap_or(0);
    let above = from.and_then(|id| state.position(id)).is_some_and(|at| at >= gate);
    if !state.locked || above {
        state.status = Some(status);
        state.stale = true;
    }
}

fn signed_in(state: &mut State, session: Session, effects: &mut Vec<Effect>) {
    state.seen.who = Some(session);
    state.locked = false;
    (state.last_key, state.entered) = (state.seen.elapsed, state.seen.elapsed);
    order::clear_layers(state, 0, effects);
    open(state, screens::open(Place::Dashboard), effects);
    effects.push(Effect::Clear);
}

/// The lock and whatever lies above it goes; everything below is as it was.
fn unlocked(state: &mut State, id: LayerId, session: Session, effects: &mut Vec<Effect>) {
    let note = session.recovery_note();
    state.seen.who = Some(session);
    state.locked = false;
    (state.last_key, state.entered) = (state.seen.elapsed, state.seen.elapsed);
    state.status = note.map(Status::note);
    if let Some(at) =
        state.position(id).filter(|at| state.layers[*at].screen.context() == Context::Gate)
    {
        order::clear_layers(state, at, effects);
    }
    broadcast(state, None, &Event::Changed, effects);
    effects.push(Effect::Clear);
}
