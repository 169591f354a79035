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
    checking::check(shared)?;
    shared.change().busy = false;
    shared.tell();
    Ok(())
}

/// Starts the thread.
///
/// # Errors
/// When the system gives none.
pub fn start(shared: &Arc<Shared>) -> Result<thread::JoinHandle<()>, StoreError> {
    let shared = Arc::clone(shared);
    // sled panics over damage; on a thread of this name that is no news for a panic hook.
    let thread = thread::Builder::new().name(OPENING_THREAD.to_owned());
    thread
        .spawn(move || keep(&shared))
        .map_err(|e| StoreError::Io { deed: "opened", reason: reason(&e) })
}

fn keep(shared: &Shared) {
    match prepare(shared) {
        Ok(()) => tracing::info!("every row of the store was looked at, and is in order"),
        Err(StoreError::Stopped) => {}
        Err(error) => shared.give_up(error),
    }
}
