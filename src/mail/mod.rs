//! Mail: what letters say, and how they reach a server.

pub mod templates;
