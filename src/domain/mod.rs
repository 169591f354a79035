//! The model: entities, transitions, validation, roles. Knows nothing of any other room.
//!
//! Every rule here is a plain function of its arguments; time and randomness come in as
//! values, so that each rule can be checked in a table-driven test.

pub mod text;
