//! Parts that screens are made of: pure over their own state, ignorant of screens.
//!
//! Each keeps its state, hears keys, and draws itself with a pen. None of them calls a
//! service or knows what its values mean.

pub mod choice;
pub mod column;
pub mod entry;
pub mod field;
pub mod form;
pub mod hidden;
pub mod progress;
pub mod qr;
pub mod table;
pub mod tabs;
pub mod ticks;
