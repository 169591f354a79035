//! Portal Desk: who may enter the customer portal, decided from a terminal.
//!
//! The rooms, in reading order:
//!
//! - [`domain`]: what a request, a contact, a company and a user are, and which changes
//!   to them make sense. No input or output.
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
pub mod service;
pub mod store;
pub mod tui;
