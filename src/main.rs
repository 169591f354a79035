//! The `portaldesk` binary.

fn main() {}
