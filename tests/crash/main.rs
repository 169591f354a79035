//! What the store comes through: killed processes, damaged files, second openers, full disks.
//!
//! A child process is this binary again, asked for the one ignored test that plays it; it
//! says on its standard output what it has got acknowledged.

mod child;
mod damage;
mod deeds;
mod full;
mod holder;
mod kill;
mod mail;
#[path = "../support/sink.rs"]
mod sink;
