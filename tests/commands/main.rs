//! The commands, by the real binary on a store of its own: workflows A to E, the shapes that
//! scripts rely on, every refusal, imports, and how the process begins and ends.

mod activation;
#[path = "../support/aiosmtpd.rs"]
mod aiosmtpd;
#[path = "../support/sink.rs"]
mod sink;

mod administration;
mod contacts;
mod delegated;
mod explain;
mod exports;
mod imports;
mod jobs;
mod lists;
mod mail;
mod mail_settings;
mod process;
mod refusals;
mod second_factor;
mod shapes;
mod shop;
mod workflow_a;
mod workflow_b;
mod workflow_c;
mod workflow_d;
mod workflow_e;
