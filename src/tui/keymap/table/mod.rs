//! The table itself, in the order in which menus and the help screen have it.

mod common;
mod jobs;
mod lists;
mod mails;
mod records;
mod settings;

use super::action::{Action, Context as C};

/// A row as it is written down: keys in the notation of `Chord::parse`, the chords of a
/// sequence separated by a space.
#[derive(Debug)]
pub(super) struct Row {
    pub contexts: &'static [C],
    pub keys: &'static [&'static str],
    pub action: Action,
    pub label: &'static str,
    pub short: &'static str,
    pub help: &'static str,
    pub hint: u8,
    pub menu: bool,
    pub palette: bool,
}

const fn row(
    contexts: &'static [C],
    keys: &'static [&'static str],
    action: Action,
    label: &'static str,
    help: &'static str,
) -> Row {
    let short = label;
    Row { contexts, keys, action, label, short, help, hint: 0, menu: false, palette: false }
}

impl Row {
    const fn hint(self, place: u8) -> Self {
        Self { hint: place, ..self }
    }

    /// Called so in the hint line.
    const fn short(self, label: &'static str) -> Self {
        Self { short: label, ..self }
    }

    /// In the menu of its contexts, and so in the palette.
    const fn menu(self) -> Self {
        Self { menu: true, palette: true, ..self }
    }

    /// In the palette, under its help line.
    const fn palette(self) -> Self {
        Self { palette: true, ..self }
    }
}

/// Every row, in order.
pub(super) fn rows() -> impl Iterator<Item = &'static Row> {
    [records::ROWS, settings::ROWS, jobs::ROWS, mails::ROWS, lists::ROWS, common::ROWS]
        .into_iter()
        .flatten()
}
