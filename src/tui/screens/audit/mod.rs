//! Audit: who did what, and what the record was before and after.
//!
//! Owns how the trail is searched and shown. Must not change anything: entries only come.

mod criteria;
mod entry;
mod list;
#[cfg(test)]
mod tests;

pub use criteria::Criteria;
pub use list::List;
