//! From a key to what it means here and now.

use super::{order, tell};
use crate::tui::effect::Effect;
use crate::tui::event::{Can, Event, Spot, Status, can};
use crate::tui::input::{Input, Pasted};
use crate::tui::keymap::{Action, Chord, Key, Resolved};
use crate::tui::layout;
use crate::tui::state::{LayerId, State};

/// Milliseconds for which a destructive question ignores keys.
const DELIBERATION: i64 = 250;

/// Handles a key or a paste.
pub(super) fn input(state: &mut State, input: Input, effects: &mut Vec<Effect>) {
    match input {
        Input::Chord(chord) => press(state, chord, effects),
        Input::Paste(pasted) => paste(state, pasted, effects),
        Input::Hit(spot) => hit(state, spot, effects),
        Input::Wheel { down } => turn(state, down, effects),
        // A size is no key, and a point becomes a spot before it comes here.
        Input::Size(..) | Input::Point(..) => {}
    }
}

/// Handles a key.
pub(super) fn press(state: &mut State, chord: Chord, effects: &mut Vec<Effect>) {
    state.saving = None;
    if chord != Chord::ctrl('c') {
        state.interrupted = None;
    }
    if !layout::fits(state.seen.columns, state.seen.rows) {
        press_in_a_small_window(state, chord);
        return;
    }
    if deliberating(state) {
        return;
    }
    let Some(top) = state.top() else { return };
    let (id, typing) = (top.id, top.screen.takes_text());
    if state.pressed.is_empty() && typing {
        if let Some(c) = chord.typed() {
            tell(state, id, Event::Type(c), effects);
            return;
        }
        if edits(chord) {
            tell(state, id, Event::Edit(chord), effects);
            return;
        }
    }
    resolve(state, chord, effects);
}

/// Handles the mouse pressed on something.
fn hit(state: &mut State, spot: Spot, effects: &mut Vec<Effect>) {
    state.pressed.clear();
    if deliberating(state) {
        return;
    }
    let asked = state.top_mut().and_then(|top| top.screen.hit(spot));
    if let Some(action) = asked {
        act(state, action, effects);
    }
}

/// Handles the wheel: it moves where ↑ and ↓ move.
fn turn(state: &mut State, down: bool, effects: &mut Vec<Effect>) {
    state.pressed.clear();
    let action = if down { Action::Down } else { Action::Up };
    let context = state.top().map(|top| top.screen.context());
    let fits = layout::fits(state.seen.columns, state.seen.rows);
    let moves =
        fits && context.is_some_and(|it| state.keymap.in_context(it).any(|b| b.action == action));
    if moves && !deliberating(state) {
        act(state, action, effects);
    }
}

/// Handles a paste: text for the field that has the focus, never commands.
fn paste(state: &mut State, pasted: Pasted, effects: &mut Vec<Effect>) {
    state.pressed.clear();
    if !layout::fits(state.seen.columns, state.seen.rows) || deliberating(state) {
        return;
    }
    let Some(top) = state.top() else { return };
    if top.screen.takes_text() {
        let id = top.id;
        tell(state, id, Event::Paste(pasted), effects);
    } else {
        state.status = Some(Status::note("Nothing takes text here; the paste was left out."));
    }
}

fn resolve(state: &mut State, chord: Chord, effects: &mut Vec<Effect>) {
    let Some(context) = state.top().map(|l| l.screen.context()) else { return };
    let begun = !state.pressed.is_empty();
    state.pressed.push(chord);
    match state.keymap.resolve(context, &state.pressed) {
        Resolved::Prefix => state.pressed_at = state.seen.elapsed,
        Resolved::Action(action) => {
            state.pressed.clear();
            act(state, action, effects);
        }
        Resolved::Nothing => {
            state.pressed.clear();
            if begun && chord.key != Key::Esc {
                state.status =
                    Some(Status::note("No command has these keys; ? shows those that work here."));
            }
        }
    }
}

/// Does an action, if it makes sense right now.
pub(super) fn act(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
    let Some(top) = state.top() else { return };
    let id = top.id;
    match can(&*top.screen, action, &state.seen) {
        Can::No(reason) => state.status = Some(Status::refused(reason)),
        Can::Hidden => {}
        Can::Yes if !keeps_message(action) => {
            state.status = None;
            act_now(state, id, action, effects);
        }
        Can::Yes => act_now(state, id, action, effects),
    }
}

/// Whether the last message may stand for a while yet: nothing new is begun.
fn keeps_message(action: Action) -> bool {
    matches!(
        action,
        Action::Up
            | Action::Down
            | Action::First
            | Action::Last
            | Action::PageUp
            | Action::PageDown
            | Action::Left
            | Action::Right
            | Action::NextField
            | Action::PreviousField
            | Action::Press
            | Action::Toggle
            | Action::ChooseNext
            | Action::ChoosePrevious
            | Action::Reveal
            | Action::Restore
            | Action::DeleteWord
            | Action::ClearField
            | Action::LookUp
            | Action::Back
            | Action::BackOrQuit
            | Action::Help
            | Action::Undo
            | Action::Redraw
            | Action::Interrupt
    )
}

fn act_now(state: &mut State, id: LayerId, action: Action, effects: &mut Vec<Effect>) {
    if order::is_for_the_console(action) {
        order::obey(state, action, effects);
    } else {
        tell(state, id, Event::Act(action), effects);
    }
}

fn press_in_a_small_window(state: &mut State, chord: Chord) {
    state.pressed.clear();
    if chord != Chord::ctrl('c') {
        return;
    }
    if state.interrupted.take().is_some() && !state.dirty() {
        state.ended = true;
    } else {
        state.interrupted = Some(state.seen.elapsed);
    }
}

fn deliberating(state: &State) -> bool {
    state
        .top()
        .is_some_and(|l| l.screen.deliberate() && state.seen.elapsed - l.opened < DELIBERATION)
}

/// Whether a key edits a text or moves in it.
pub(super) fn edits(chord: Chord) -> bool {
    !chord.ctrl
        && matches!(
            chord.key,
            Key::Left | Key::Right | Key::Home | Key::End | Key::Backspace | Key::Delete
        )
}
