//! The model: entities, transitions, validation, roles. Knows nothing of any other room.
//!
//! Every rule here is a plain function of its arguments; time and randomness come in as
//! values, so that each rule can be checked in a table-driven test.

pub mod activation;
pub mod audit;
pub mod company;
pub mod contact;
pub mod contract;
pub mod factor;
pub mod fold;
pub mod id;
pub mod job;
pub mod login;
pub mod lookalike;
pub mod mail;
pub mod matching;
pub mod password;
pub mod permission;
pub mod problem;
pub mod request;
pub mod role;
pub mod schedule;
pub mod search;
pub mod secret;
pub mod site;
pub mod text;
pub mod time;
pub mod totp;
pub mod user;
pub mod validate;
pub mod zone;
