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
    let before = std::mem::replace(&mut state.seen.now, now);
    // A clock that is put back stops nothing, least of all the lock.
    state.seen.elapsed += now.millis_since(before).max(0);
    let elapsed = state.seen.elapsed;
    let late = |since: i64, limit: i64| elapsed - since >= limit;
    state.stale |= now.millis() / MINUTE != before.millis() / MINUTE
        || state.pending.iter().any(|p| late(p.since, SHOW_PROGRESS))
        || !state.pressed.is_empty() && late(state.pressed_at, SHOW_KEYS);
    let open = state.seen.who.is_some() && !state.locked;
    if open
        && (late(state.last_key, state.limits.idle) || late(state.entered, state.limits.absolute))
    {
        order::lock(state, effects);
    }
}
