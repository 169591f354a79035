//! What time brings: the clock, the spinner, the which-key window, the lock.

use super::{behind, order, tell};
use crate::domain::time::{MINUTE, Timestamp};
use crate::tui::effect::Effect;
use crate::tui::event::Event;
use crate::tui::keymap::Context;
use crate::tui::state::{LayerId, State};

/// Milliseconds after which progress is shown.
pub const SHOW_PROGRESS: i64 = 300;
/// Milliseconds after which the keys that may follow are shown.
pub const SHOW_KEYS: i64 = 400;

/// Milliseconds between two looks at what is not whole yet.
const ROUSED: i64 = 400;

/// Moves the state on to `now`.
pub(super) fn tick(state: &mut State, now: Timestamp, effects: &mut Vec<Effect>) {
    let before = std::mem::replace(&mut state.seen.now, now);
    // A clock that is put back stops nothing, least of all the lock.
    state.seen.elapsed += now.millis_since(before).max(0);
    let elapsed = state.seen.elapsed;
    let late = |since: i64, limit: i64| elapsed - since >= limit;
    state.stale |= now.millis() / MINUTE != before.millis() / MINUTE
        || state.pending.iter().any(|p| late(p.since, SHOW_PROGRESS))
        || !state.pressed.is_empty() && late(state.pressed_at, SHOW_KEYS);
    if late(state.roused, ROUSED) {
        state.roused = elapsed;
        rouse(state, effects);
    }
    behind::tell(state);
    let open = state.seen.who.is_some() && !state.locked;
    if open
        && (late(state.last_key, state.limits.idle) || late(state.entered, state.limits.absolute))
    {
        order::lock(state, effects);
    }
}

/// Lets the screens look again whose content is not whole yet, unless they are waiting for an
/// answer anyway. Under a lock nothing stirs.
fn rouse(state: &mut State, effects: &mut Vec<Effect>) {
    let gate = state.layers.iter().rposition(|l| l.screen.context() == Context::Gate);
    let first = gate.filter(|_| state.locked).unwrap_or(0);
    let restless = state.layers.iter().skip(first).filter(|layer| layer.screen.restless());
    let ids: Vec<LayerId> =
        restless.map(|layer| layer.id).filter(|id| state.busy(*id).is_empty()).collect();
    for id in ids {
        tell(state, id, Event::Roused, effects);
    }
}
