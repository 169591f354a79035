//! What time brings: the clock, the spinner, the which-key window, the lock.

use super::order;
use crate::domain::time::{MINUTE, Timestamp};
use crate::tui::effect::Effect;
use crate::tui::state::State;

/// Milliseconds after which progress is shown.
pub const SHOW_PROGRESS: i64 = 300;
/// Milliseconds after which the keys that may follow are shown.
pub const SHOW_KEYS: i64 = 400;

/// Moves the state on to `now`.
pub(super) fn tick(state: &mut State, now: Timestamp, effects: &mut Vec<Effect>) {
    let before = state.seen.now;
    // A clock that is set back must not stop anything.
    state.seen.now = now;
    if now.millis() / MINUTE != before.millis() / MINUTE {
        state.stale = true;
    }
    if state.pending.iter().any(|p| now.millis_since(p.since) >= SHOW_PROGRESS) {
        state.stale = true;
    }
    if !state.pressed.is_empty() && now.millis_since(state.pressed_at) >= SHOW_KEYS {
        state.stale = true;
    }
    let Some(session) = &state.seen.who else { return };
    let idle = now.millis_since(state.last_key) >= state.limits.idle;
    let absolute = now.millis_since(session.since()) >= state.limits.absolute;
    if (idle || absolute) && !state.locked {
        order::lock(state, effects);
    }
}
