//! Keys typed ahead: what would act on something that is about to be replaced waits for it.
//!
//! Owns which keys wait, and lets them act in their order once the answer is there. So
//! `/zoe Enter Enter` opens the row that was searched, however fast it is typed.

use super::{keys, order};
use crate::tui::effect::Effect;
use crate::tui::event::{Slot, Status};
use crate::tui::input::Input;
use crate::tui::keymap::{Action, Chord, Key, Resolved};
use crate::tui::state::{Ahead, Layer, State, Waits};

/// The most that is kept; nobody types further ahead.
const MOST: usize = 200;

/// Takes a key or a paste: at once, or later when it has to wait.
pub(super) fn take(state: &mut State, input: Input, effects: &mut Vec<Effect>) {
    if let Input::Chord(chord) = input
        && is_a_way_out(chord)
    {
        state.ahead.clear();
        return keys::press(state, chord, effects);
    }
    let mouse = matches!(input, Input::Hit(_) | Input::Wheel { .. });
    if mouse && (!state.ahead.is_empty() || has_to_wait(state, &input)) {
        // What stood under the mouse may be something else by then.
        return;
    }
    if state.ahead.is_empty() && !has_to_wait(state, &input) {
        return keys::input(state, input, effects);
    }
    if state.ahead.len() < MOST {
        state.ahead.push_back(Ahead::Input(input));
    } else {
        // Half of what was typed might do something else than the whole.
        state.ahead.clear();
        state.status = Some(Status::note(
            "You were far ahead of what is being read, so none of those keys is taken. Type them again.",
        ));
    }
}

/// Takes an action that a window has just asked of the layer below it.
pub(super) fn take_action(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
    if state.top().is_some_and(|top| is_changing(state, top) || is_unready(state, top, action)) {
        state.ahead.push_back(Ahead::Action(action));
    } else {
        keys::act(state, action, effects);
    }
}

/// Lets act what has waited, as far as it has to wait no longer.
pub(super) fn resume(state: &mut State, effects: &mut Vec<Effect>) {
    while let Some(next) = state.ahead.pop_front() {
        let waits = match &next {
            Ahead::Input(input) => has_to_wait(state, input),
            Ahead::Action(action) => state
                .top()
                .is_some_and(|top| is_changing(state, top) || is_unready(state, top, *action)),
        };
        if waits {
            state.ahead.push_front(next);
            return;
        }
        match next {
            Ahead::Input(input) => keys::input(state, input, effects),
            Ahead::Action(action) => keys::act(state, action, effects),
        }
    }
}

/// Esc and Ctrl-C never wait, and nothing that was typed before them is done later.
fn is_a_way_out(chord: Chord) -> bool {
    chord == Chord::ctrl('c')
        || chord == Chord::plain(Key::Esc)
        || chord == Chord::plain(Key::F(12))
}

fn has_to_wait(state: &State, input: &Input) -> bool {
    let Some(top) = state.top() else { return false };
    if is_changing(state, top) {
        return true;
    }
    let chord = match input {
        Input::Chord(chord) => chord,
        Input::Hit(_) => return is_unready(state, top, Action::Open),
        Input::Wheel { .. } => return is_unready(state, top, Action::Down),
        _ => return false,
    };
    if top.screen.takes_text() && (chord.typed().is_some() || keys::edits(*chord)) {
        return false;
    }
    let mut pressed = state.pressed.clone();
    pressed.push(*chord);
    match state.keymap.resolve(top.screen.context(), &pressed) {
        Resolved::Action(action) => is_unready(state, top, action),
        _ => false,
    }
}

/// Whether something is being saved for this layer, or undone under it.
fn is_changing(state: &State, top: &Layer) -> bool {
    state.pending.iter().any(|p| match p.waits {
        Waits::Layer(layer, _) => layer == top.id && p.changes,
        Waits::Undo(_) => true,
        Waits::Nobody => false,
    })
}

/// Help, other places and the way back never wait.
fn is_unready(state: &State, top: &Layer, action: Action) -> bool {
    if order::is_for_the_console(action) && !matches!(action, Action::Menu | Action::Undo) {
        return false;
    }
    let busy: Vec<Slot> = state.busy(top.id);
    !busy.is_empty() && top.screen.unready(action)
}
