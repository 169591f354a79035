//! Jobs: what runs by itself, when, and what came of it.
//!
//! Owns what is shown and typed there. Must not decide who may change or run a job, nor when
//! one is due: the services do, and say why not in their views.

mod edit;
mod frame;
mod list;
mod record;
mod run;
mod run_now;
#[cfg(test)]
mod tests;
pub mod words;

pub use frame::{Jobs, Tab};
pub use record::JobRecord;
