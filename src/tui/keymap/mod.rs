//! The key map: one table that makes dispatch, the hint line, `?`, menus and the palette.
//!
//! Owns which chord asks for which action in which context. Must not know what an action
//! does, nor the state of any screen: whether an action makes sense right now is asked of
//! the screen by whoever shows or dispatches it.

mod action;
mod chord;
mod groups;
mod table;

pub use action::{Action, Context};
pub use chord::{Chord, Key};

/// A row of the table, with its keys read.
#[derive(Debug, Clone)]
pub struct Binding {
    /// Where it holds.
    pub contexts: &'static [Context],
    /// The ways to press it: each a sequence of one or two chords; none for what only a
    /// menu offers.
    pub keys: Vec<Vec<Chord>>,
    /// What it asks for.
    pub action: Action,
    /// One or two words for the hint line and menus.
    pub label: &'static str,
    /// The same for the hint line, where that has to be shorter.
    pub short: &'static str,
    /// One line for the help screen.
    pub help: &'static str,
    /// The place in the hint line, 1 first; 0 keeps it out.
    pub hint: u8,
    /// Whether the menu of its contexts offers it.
    pub menu: bool,
    /// Whether the command palette offers it.
    pub palette: bool,
}

/// What a sequence of chords means so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolved {
    /// An action.
    Action(Action),
    /// The beginning of one or more longer sequences.
    Prefix,
    /// Nothing.
    Nothing,
}

/// The table, ready for look-ups.
#[derive(Debug, Clone)]
pub struct Keymap {
    bindings: Vec<Binding>,
}

impl Default for Keymap {
    fn default() -> Self {
        Self { bindings: table::rows().map(read_row).collect() }
    }
}

fn read_row(row: &table::Row) -> Binding {
    let keys =
        row.keys.iter().filter_map(|sequence| sequence.split(' ').map(Chord::parse).collect());
    Binding {
        contexts: row.contexts,
        keys: keys.collect(),
        action: row.action,
        label: row.label,
        short: row.short,
        help: row.help,
        hint: row.hint,
        menu: row.menu,
        palette: row.palette,
    }
}

impl Keymap {
    /// The rows that hold in `context`, in table order.
    pub fn in_context(&self, context: Context) -> impl Iterator<Item = &Binding> {
        self.bindings.iter().filter(move |b| b.contexts.contains(&context))
    }

    /// What `pressed` means in `context`.
    pub fn resolve(&self, context: Context, pressed: &[Chord]) -> Resolved {
        let mut found = Resolved::Nothing;
        for binding in self.in_context(context) {
            for keys in &binding.keys {
                if keys == pressed {
                    return Resolved::Action(binding.action);
                }
                if keys.starts_with(pressed) {
                    found = Resolved::Prefix;
                }
            }
        }
        found
    }

    /// What may follow the prefix `pressed` in `context`: the next chord and the row.
    pub fn after(&self, context: Context, pressed: &[Chord]) -> Vec<(Chord, &Binding)> {
        let rows = self.in_context(context).flat_map(|b| b.keys.iter().map(move |keys| (keys, b)));
        rows.filter(|(keys, _)| keys.len() > pressed.len() && keys.starts_with(pressed))
            .map(|(keys, b)| (keys[pressed.len()], b))
            .collect()
    }

    /// The rows of the hint line in `context`, first things first.
    pub fn hints(&self, context: Context) -> Vec<&Binding> {
        let mut rows: Vec<_> =
            self.in_context(context).filter(|b| b.hint > 0 && !b.keys.is_empty()).collect();
        rows.sort_by_key(|b| b.hint);
        rows
    }

    /// The rows that the menu of `context` offers.
    pub fn menu(&self, context: Context) -> Vec<&Binding> {
        self.in_context(context).filter(|b| b.menu).collect()
    }

    /// How the first way to `action` in `context` is written, if there is one.
    pub fn written(&self, context: Context, action: Action, ascii: bool) -> Option<String> {
        let binding = self.in_context(context).find(|b| b.action == action)?;
        binding.keys.first().map(|keys| write_keys(keys, ascii))
    }
}

/// A sequence as people read it: `g d`.
pub fn write_keys(keys: &[Chord], ascii: bool) -> String {
    keys.iter().map(|c| c.name(ascii)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
