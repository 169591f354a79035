//! Settings: what the portal stands on and who looks after it, in tabs.
//!
//! Owns what is shown and typed there. Must not decide who may change what: the services do,
//! and say why not in their views.

mod frame;
mod tab;
#[cfg(test)]
mod tests;

pub use frame::Settings;
pub use tab::Tab;
