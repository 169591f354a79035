//! Typing ahead: keys that concern what is still being read wait for it.
//!
//! `/zoe Enter Enter` typed fast must open the row that the filter finds, not the one that
//! stood there before. Keys for the console itself never wait, and Esc throws away what does.

use super::{keys, order};
use crate::tui::effect::Effect;
use crate::tui::keymap::{Action, Chord, Key};
use crate::tui::state::{State, Waits};

/// Keys that wait at most; whoever types more than this ahead has lost track.
const MOST: usize = 64;

/// Whether an action has to wait until what the top layer shows has been read.
pub(super) fn waits(state: &State, action: Action) -> bool {
    let concerns_what_is_shown = action == Action::Menu || !order::is_for_the_console(action);
    concerns_what_is_shown && reading(state)
}

/// Keeps a key for later, if others wait already; false when it is to be handled now.
pub(super) fn keep(state: &mut State, chord: Chord) -> bool {
    if state.ahead.is_empty() {
        return false;
    }
    if matches!(chord.key, Key::Esc | Key::F(12)) || chord == Chord::ctrl('c') {
        state.ahead.clear();
        return false;
    }
    if chord == Chord::ctrl('l') {
        return false;
    }
    hold(state, [chord]);
    true
}

/// Keeps keys for later.
pub(super) fn hold(state: &mut State, chords: impl IntoIterator<Item = Chord>) {
    let room = MOST.saturating_sub(state.ahead.len());
    state.ahead.extend(chords.into_iter().take(room));
}

/// Handles the keys that waited, once nothing is being read any more.
pub(super) fn release(state: &mut State, effects: &mut Vec<Effect>) {
    if state.ahead.is_empty() || reading(state) {
        return;
    }
    // Keys that have to wait again are kept in their order: `keep` puts the rest behind them.
    for chord in std::mem::take(&mut state.ahead) {
        keys::press(state, chord, effects);
    }
}

/// Whether the top layer waits for the answer to a question that only reads.
fn reading(state: &State) -> bool {
    let Some(top) = state.top() else { return false };
    state
        .pending
        .iter()
        .any(|it| !it.changes && matches!(it.waits, Waits::Layer(id, _) if id == top.id))
}
