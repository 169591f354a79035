//! Windows that any screen may open: a question, a menu, a list of values, help, palette.
//!
//! Own what is chosen in them until it is told to the layer below. Must not know any
//! particular screen.

pub mod conflict;
pub mod help;
pub mod letter;
pub mod menu;
pub mod palette;
pub mod picker;
pub mod question;
pub mod reading;
