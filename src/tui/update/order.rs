//! What holds for all screens: going places, leaving, locking, undoing, asking first.

use super::{broadcast, command};
use crate::tui::effect::Effect;
use crate::tui::event::{Cx, Event, Intent, Status};
use crate::tui::keymap::{Action, Binding, Context};
use crate::tui::place::Place;
use crate::tui::popup;
use crate::tui::screens;
use crate::tui::state::{Layer, State, Waits};

/// Milliseconds within which a second Ctrl-C asks whether to leave.
const TWICE: i64 = 2_000;

/// Whether the console itself does that action, not a screen.
pub(super) fn is_for_the_console(action: Action) -> bool {
    matches!(
        action,
        Action::Help
            | Action::Palette
            | Action::Menu
            | Action::Go(_)
            | Action::New(_)
            | Action::Back
            | Action::BackOrQuit
            | Action::Quit
            | Action::Lock
            | Action::SignOut
            | Action::Mouse(_)
            | Action::OwnPassword
            | Action::OwnFactor
            | Action::Undo
            | Action::Redraw
            | Action::Interrupt
    )
}

/// Does an action that is for the console itself.
pub(super) fn obey(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
    match action {
        Action::Help => open_help(state, effects),
        Action::Palette => open_palette(state, effects),
        Action::Menu => open_menu(state, effects),
        Action::Go(place) => intend(state, Intent::Go(place), effects),
        Action::New(way) => intend(state, Intent::New(way), effects),
        Action::Back => back(state, effects),
        Action::BackOrQuit if state.layers.len() > 1 => back(state, effects),
        Action::BackOrQuit | Action::Quit => ask_to_end(state, effects),
        Action::Lock => lock(state, effects),
        Action::Mouse(on) => {
            state.mouse = on;
            state.status = Some(Status::note(if on {
                "The mouse is on; with Shift held down it is the terminal's, to select and copy."
            } else {
                "The mouse is the terminal's again."
            }));
            effects.push(Effect::Mouse(on));
        }
        Action::SignOut => intend(state, Intent::SignOut, effects),
        Action::OwnPassword => {
            if let Some(who) = &state.seen.who {
                command::open(state, screens::own_password(who), effects);
            }
        }
        Action::OwnFactor => {
            if let Some(who) = &state.seen.who {
                command::open(state, screens::own_factor(who), effects);
            }
        }
        Action::Undo => undo(state, effects),
        Action::Redraw => effects.push(Effect::Clear),
        Action::Interrupt => interrupt(state, effects),
        _ => {}
    }
}

/// Does what is intended; when something typed would be lost, asks first.
pub(super) fn intend(state: &mut State, intent: Intent, effects: &mut Vec<Effect>) {
    let threatened = match intent {
        Intent::Close => state.top().is_some_and(|l| l.screen.dirty()),
        _ => state.dirty(),
    };
    if !threatened {
        perform(state, intent, effects);
        return;
    }
    state.intent = Some(intent);
    let saves = |l: &&Layer| l.screen.dirty() && l.screen.context() == Context::Form;
    let saving = state.top().filter(saves).map(|l| l.screen.saving_is_called().unwrap_or("Save"));
    command::open(state, Box::new(popup::question::unsaved(saving)), effects);
}

/// Does what was intended, whatever was typed.
pub(super) fn perform(state: &mut State, intent: Intent, effects: &mut Vec<Effect>) {
    state.intent = None;
    state.saving = None;
    match intent {
        Intent::Close => {
            if let Some(id) = state.top().map(|l| l.id) {
                command::close(state, id, effects);
            }
        }
        Intent::Go(place) => go(state, place, effects),
        Intent::New(way) => {
            // What is made stands in the list of users.
            if state.top().is_none_or(|top| top.screen.context() != Context::UserList) {
                go(state, Place::Users, effects);
            }
            command::open(state, screens::new_account(way), effects);
        }
        Intent::SignOut => {
            state.seen.who = None;
            state.locked = false;
            (state.undo, state.lasting) = (None, false);
            state.status = None;
            clear_layers(state, 0, effects);
            command::open(state, screens::entrance(), effects);
            effects.push(Effect::Clear);
        }
        Intent::End => {
            state.ended = true;
        }
    }
}

fn go(state: &mut State, place: Place, effects: &mut Vec<Effect>) {
    state.status = None;
    if state.layers.is_empty() {
        command::open(state, screens::open(Place::Dashboard), effects);
    }
    clear_layers(state, 1, effects);
    if place == Place::Dashboard {
        broadcast(state, None, &Event::Changed, effects);
    } else {
        command::open(state, screens::open(place), effects);
    }
}

/// Closes every layer above the first `kept`, and forgets what they asked.
pub(super) fn clear_layers(state: &mut State, kept: usize, effects: &mut Vec<Effect>) {
    while state.layers.len() > kept {
        if let Some(layer) = state.layers.pop() {
            command::forget_layer(state, layer.id, effects);
        }
    }
}

fn back(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(id) = state.top().map(|l| l.id) else { return };
    let busy = state.busy(id);
    let mut cx = Cx::new(&state.seen, busy);
    let taken = state.layers.last_mut().is_some_and(|l| l.screen.back(&mut cx));
    for wanted in cx.into_commands() {
        command::apply(state, id, wanted, effects);
    }
    if !taken && state.layers.len() > 1 {
        intend(state, Intent::Close, effects);
    }
}

fn ask_to_end(state: &mut State, effects: &mut Vec<Effect>) {
    let asked = state.top().is_some_and(|l| l.screen.context() == Context::Dialog);
    if asked {
        return;
    }
    let kept = match (&state.seen.who, &state.seen.welcome) {
        (_, Some(_)) => "This is a demonstration: nothing of it is kept.",
        (Some(_), None) => "Everything is saved.",
        (None, None) => "Nobody is signed in; what stands in the form is not kept.",
    };
    command::open(state, Box::new(popup::question::leave(state.dirty(), kept)), effects);
}

/// Locks the console: what is open stays, the screen does not.
pub(super) fn lock(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(who) = state.seen.who.clone() else { return };
    if state.locked {
        return;
    }
    state.locked = true;
    state.status = None;
    // What was typed ahead is not for the lock's password.
    state.ahead.clear();
    state.pressed.clear();
    command::open(state, screens::lock(&who), effects);
    effects.push(Effect::Clear);
}

fn undo(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(step) = state.undo.take() else {
        state.status = Some(Status::note(if state.lasting {
            "The last change can't be undone; e edits a record again."
        } else {
            "There is nothing to undo."
        }));
        return;
    };
    let ticket = state.note_question(Waits::Undo(step.told), &step.ask, "Undoing");
    effects.push(Effect::Ask { ticket, from: None, ask: Box::new(step.ask) });
}

/// Calls back what only reads, and asks what takes long to stop; a second time, asks whether
/// to leave.
fn interrupt(state: &mut State, effects: &mut Vec<Effect>) {
    let now = state.seen.elapsed;
    let twice = state.interrupted.is_some_and(|at| now - at < TWICE);
    if twice {
        state.interrupted = None;
        ask_to_end(state, effects);
        return;
    }
    state.interrupted = Some(now);
    let (kept, dropped) = std::mem::take(&mut state.pending).into_iter().partition(|p| p.changes);
    state.pending = kept;
    let stopped = !Vec::is_empty(&dropped);
    let long: Vec<_> = state.pending.iter().filter(|p| p.long).map(|p| p.ticket).collect();
    effects.extend(dropped.into_iter().map(|p| Effect::Forget(p.ticket)));
    state.status = Some(Status::note(if stopped {
        "Stopped; what you see is from before."
    } else if !long.is_empty() {
        "It stops after the rows under way; what is done stays done."
    } else if state.pending.is_empty() {
        "Ctrl-C once more asks whether to leave."
    } else {
        "It is being saved and can't be stopped; Ctrl-C once more asks whether to leave."
    }));
    effects.extend(long.into_iter().map(Effect::Stop));
}

fn open_help(state: &mut State, effects: &mut Vec<Effect>) {
    if let Some(top) = state.top() {
        let help = popup::help::Help::new(&state.keymap, top.screen.context());
        command::open(state, Box::new(help), effects);
    }
}

fn open_palette(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(top) = state.top() else { return };
    let rows = state.keymap.in_context(top.screen.context()).filter(|b| {
        b.palette && b.action != Action::Undo && b.action != Action::Mouse(state.mouse)
    });
    let items = rows.map(|b| popup::menu::Item::of(b, &top.screen, &state.seen)).collect();
    command::open(state, Box::new(popup::palette::Palette::new(items)), effects);
}

fn open_menu(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(top) = state.top() else { return };
    let mut rows = state.keymap.menu(top.screen.context());
    let first = top.screen.favours();
    rows.sort_by_key(|row| first.iter().position(|it| *it == row.action).unwrap_or(first.len()));
    let items =
        rows.into_iter().map(|b| popup::menu::Item::of(b, &top.screen, &state.seen)).collect();
    let title = menu_title(state.keymap.in_context(top.screen.context()));
    let title = top.screen.menu_title().unwrap_or(title);
    command::open(state, Box::new(popup::menu::Menu::new(title, items)), effects);
}

/// What the menu is called where it is opened: `More Options`, `Options`, `Actions`.
fn menu_title<'a>(mut rows: impl Iterator<Item = &'a Binding>) -> String {
    let label = rows.find(|b| b.action == Action::Menu).map_or("", |b| b.label);
    let words = label.split(' ').map(|word| {
        let mut word = word.to_owned();
        if let Some(first) = word.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        word
    });
    words.collect::<Vec<_>>().join(" ")
}
