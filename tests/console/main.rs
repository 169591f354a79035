//! The console in a real terminal: the binary behind a PTY, watched by a terminal parser.
//!
//! Tests wait for what the screen shows; none sleeps.

mod desk;
mod terminal;

mod ending;
mod first_start;
mod jobs;
mod mail_settings;
mod outbox;
mod rendering;
mod second_factor;
mod workflow_a;
mod workflow_b;
mod workflow_c;
mod workflow_d;
mod workflow_e;
