//! The keeper: the thread that reads, checks and saves behind an open store.
//!
//! Owns the order of its work. A small store is read and checked before it is opened, by the
//! same steps.

use std::sync::Arc;
use std::thread;

use super::shared::Shared;
use super::{OPENING_THREAD, checking, reading};
use crate::domain::problem::reason;
use crate::store::error::StoreError;

/// Reads what was not saved, and checks every row.
///
/// # Errors
/// [`StoreError::Damaged`] that says what is wrong, or why it can't be read.
pub fn prepare(shared: &Shared) -> Result<(), StoreError> {
    if shared.read().reading.is_some() {
        reading::read(shared)?;
    }
    check(shared)
}

fn check(shared: &Shared) -> Result<(), StoreError> {
    checking::check(shared)?;
    shared.change().busy = false;
    shared.tell();
    Ok(())
}

/// The same behind an open store. What had to be read is saved at once, even when the store
/// is closed in this moment: the next one would have to read it again.
fn prepare_behind(shared: &Shared) -> Result<(), StoreError> {
    if shared.read().reading.is_some() {
        reading::read(shared)?;
        save(shared);
    } else {
        shared.hold_back();
    }
    check(shared)
}

fn save(shared: &Shared) {
    if let Err(error) = shared.save() {
        tracing::warn!("{error}");
    }
}

/// Starts the thread, of a store that has been prepared or has still to be.
///
/// # Errors
/// When the system gives none.
pub fn start(shared: &Arc<Shared>, prepared: bool) -> Result<thread::JoinHandle<()>, StoreError> {
    let shared = Arc::clone(shared);
    // sled panics over damage; on a thread of this name that is no news for a panic hook.
    let thread = thread::Builder::new().name(OPENING_THREAD.to_owned());
    thread
        .spawn(move || keep(&shared, prepared))
        .map_err(|e| StoreError::Io { deed: "opened", reason: reason(&e) })
}

fn keep(shared: &Shared, prepared: bool) {
    let outcome = if prepared { Ok(()) } else { prepare_behind(shared) };
    match outcome {
        Ok(()) if prepared => {}
        Ok(()) => tracing::info!("every row of the store was looked at, and is in order"),
        Err(StoreError::Stopped) => return,
        Err(error) => return shared.give_up(error),
    }
    while shared.doze() {
        save(shared);
    }
}
