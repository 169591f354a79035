//! What keys lead to: state, effects, and what the services then hold.

mod ahead;
mod behind;
mod factor;
mod gate;
mod keeping;
mod keys;
mod random;
mod requests;

use crate::tui::keymap::Context;
use crate::tui::testing::{Console, context, shows};

/// The console on the record of the newest request.
fn at_record() -> Console {
    let mut console = Console::signed_in("anna");
    console.press("2 Enter");
    assert_eq!(context(&console), Context::RequestRecord);
    console
}
