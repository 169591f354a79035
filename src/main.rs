//! The `portaldesk` binary: everything else is the library's.

use std::process::ExitCode;

fn main() -> ExitCode {
    portaldesk::bootstrap::run()
}
