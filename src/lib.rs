//! Portal Desk: who may enter the customer portal, decided from a terminal.
//!
//! The rooms, in reading order:
//!
//! - [`domain`]: what a request, a contact, a company and a user are, and which changes
//!   to them make sense. No input or output.
//! - [`clock`]: the time and random numbers, as values.
//! - [`store`]: the port to whatever keeps the records, and what keeps them: sled, or a
//!   strict model in memory.
//! - [`service`]: everything that can be done: who may, what follows, one commit.
//! - [`keyfile`]: the key that secrets in the store are sealed under.
//! - [`mail`]: what letters say, and how they reach a server.
//! - [`config`]: the configuration file, typed and checked.
//! - [`cli`]: the commands. [`tui`]: the console. [`demo`]: a store to look around in.
//! - [`bootstrap`]: picks the concrete parts and puts them together.
//!
//! A room imports only rooms above it: `tests/architecture` reads the imports and fails
//! on a breach.
//!
//! What always holds: a change and its audit entry are committed together or not at all;
//! an acknowledged commit is on the disk; no plaintext password is stored, logged or shown
//! again; text from outside reaches a screen, a log or a file only escaped.

pub mod bootstrap;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod domain;
pub mod keyfile;
pub mod mail;
pub mod service;
pub mod store;
pub mod tui;
