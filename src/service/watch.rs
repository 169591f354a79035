//! Long deeds: how far they are, and whether they are to stop.
//!
//! Owns the words between a deed that takes a while and whoever waits for it. A deed tells
//! of progress after every chunk that is on the disk, and asks between two whether to go on.

/// Looks on while a long deed is done. `()` looks on without a word and never stops one.
pub trait Watch: Sync {
    /// `done` of `of` are behind; `of` is `None` while nobody knows how many there are.
    fn progress(&self, done: u64, of: Option<u64>);

    /// Whether the deed is to end before its next chunk; what is done stays done.
    fn stopped(&self) -> bool;
}

impl Watch for () {
    fn progress(&self, _done: u64, _of: Option<u64>) {}

    fn stopped(&self) -> bool {
        false
    }
}
