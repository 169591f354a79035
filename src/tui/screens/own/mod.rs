//! One's own account: the password, and the second factor.
//!
//! Owns what is typed there; secrets leave it only to the services. Must not decide what an
//! account needs: the services say so.

mod enrol;
mod factor;
mod password;
#[cfg(test)]
mod tests;

pub use factor::OwnFactor;
pub use password::OwnPassword;
