//! Everything that a console remembers between two keys.
//!
//! Owns the stack of layers, who is signed in, what is under way and what the status line
//! says. Must not call anything: it is changed by `update` and read by `view`.

mod zone;

pub use zone::Zone;

use std::collections::VecDeque;
use std::fmt;

use super::ask::Ask;
use super::event::{Intent, Screen, Slot, Status, UndoStep};
use super::input::Input;
use super::keymap::{Action, Chord, Keymap};
use super::layout;
use crate::domain::time::Timestamp;
use crate::service::Session;

/// What every screen may know.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The present moment.
    pub now: Timestamp,
    /// Milliseconds since the console began. It goes on when the clock is put back, so
    /// whatever waits or runs out is measured by it.
    pub elapsed: i64,
    /// How moments become local time.
    pub zone: Zone,
    /// The terminal's columns.
    pub columns: u16,
    /// The terminal's rows.
    pub rows: u16,
    /// Who is signed in.
    pub who: Option<Session>,
    /// What to tell on the sign-in screen: how to get into a demonstration.
    pub welcome: Option<String>,
    /// How many rows a page of a newly opened list has; what was last chosen.
    pub per_page: u64,
}

impl Seen {
    /// The rows between title and status line.
    pub fn body_rows(&self) -> u16 {
        self.rows.saturating_sub(4)
    }

    /// Whether the terminal is wide enough to show a record beside its list.
    pub fn wide(&self) -> bool {
        self.columns >= layout::WIDE
    }
}

/// Which layer something belongs to; never reused in a console.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LayerId(pub u32);

/// The number of a question; never reused in a console.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// A screen on the stack.
#[derive(Debug)]
pub struct Layer {
    /// Which layer it is.
    pub id: LayerId,
    /// The screen.
    pub screen: Box<dyn Screen>,
    /// When it was opened, by [`Seen::elapsed`].
    pub opened: i64,
}

/// Who waits for an answer.
#[derive(Debug)]
pub enum Waits {
    /// A screen.
    Layer(LayerId, Slot),
    /// The console itself: the last change is being undone; what to tell when it is.
    Undo(String),
    /// Nobody any more: the screen that asked has been closed, and it could not be called back.
    Nobody,
}

/// A question under way.
#[derive(Debug)]
pub struct Pending {
    /// Its number.
    pub ticket: Ticket,
    /// Who waits for it.
    pub waits: Waits,
    /// Since when, by [`Seen::elapsed`].
    pub since: i64,
    /// What to show while it takes long.
    pub doing: &'static str,
    /// Whether it changes something, and so can't be called back.
    pub changes: bool,
    /// Whether it can be asked to end early all the same.
    pub long: bool,
}

/// Something typed ahead: it waits for an answer.
#[derive(Debug)]
pub enum Ahead {
    /// A key or a paste.
    Input(Input),
    /// An action that a window asked for.
    Action(Action),
}

/// How long a console may stand open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Milliseconds without a key after which it locks.
    pub idle: i64,
    /// Milliseconds after the sign-in at which it locks in any case.
    pub absolute: i64,
}

/// The state of one console.
pub struct State {
    /// What every screen may know.
    pub seen: Seen,
    /// The key map.
    pub keymap: Keymap,
    /// The layers, the top one last. Never empty.
    pub layers: Vec<Layer>,
    /// The message in the status line.
    pub status: Option<Status>,
    /// What was done behind and waits to be told.
    pub behind: Option<Status>,
    /// What was told of it last.
    pub told_behind: Option<Status>,
    /// What is under way.
    pub pending: Vec<Pending>,
    /// How the last change can be undone.
    pub undo: Option<UndoStep>,
    /// Whether something was changed last that can't be undone.
    pub lasting: bool,
    /// The beginning of a key sequence.
    pub pressed: Vec<Chord>,
    /// When the sequence was begun, by [`Seen::elapsed`].
    pub pressed_at: i64,
    /// What was typed ahead of an answer.
    pub ahead: VecDeque<Ahead>,
    /// What to do once what was typed is saved or thrown away.
    pub intent: Option<Intent>,
    /// The layer whose saving the intent waits for.
    pub saving: Option<LayerId>,
    /// When the last key was pressed, by [`Seen::elapsed`].
    pub last_key: i64,
    /// When the person last gave the password, by [`Seen::elapsed`].
    pub entered: i64,
    /// When restless screens were last told to look again, by [`Seen::elapsed`].
    pub roused: i64,
    /// When Ctrl-C was last pressed, by [`Seen::elapsed`].
    pub interrupted: Option<i64>,
    /// Whether the mouse is used.
    pub mouse: bool,
    /// Whether the console is locked.
    pub locked: bool,
    /// How long it may stand open.
    pub limits: Limits,
    /// Whether what is on the screen is out of date.
    pub stale: bool,
    /// Whether the console has ended.
    pub ended: bool,
    next_layer: u32,
    next_ticket: u64,
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State")
            .field("layers", &self.layers)
            .field("pending", &self.pending)
            .finish_non_exhaustive()
    }
}

impl State {
    /// A console without any layer yet; `update` opens the first one.
    pub fn new(seen: Seen, limits: Limits) -> Self {
        Self {
            seen,
            keymap: Keymap::default(),
            layers: Vec::new(),
            status: None,
            behind: None,
            told_behind: None,
            pending: Vec::new(),
            undo: None,
            lasting: false,
            pressed: Vec::new(),
            pressed_at: 0,
            ahead: VecDeque::new(),
            intent: None,
            saving: None,
            last_key: 0,
            entered: 0,
            roused: 0,
            interrupted: None,
            mouse: false,
            locked: false,
            limits,
            stale: true,
            ended: false,
            next_layer: 0,
            next_ticket: 0,
        }
    }

    /// The layer that hears the keys.
    pub fn top(&self) -> Option<&Layer> {
        self.layers.last()
    }

    /// The layer that hears the keys.
    pub fn top_mut(&mut self) -> Option<&mut Layer> {
        self.layers.last_mut()
    }

    /// The position of a layer, if it is still open.
    pub fn position(&self, id: LayerId) -> Option<usize> {
        self.layers.iter().position(|l| l.id == id)
    }

    /// Puts a screen on top.
    pub fn push_layer(&mut self, screen: Box<dyn Screen>) -> LayerId {
        self.next_layer += 1;
        let id = LayerId(self.next_layer);
        self.layers.push(Layer { id, screen, opened: self.seen.elapsed });
        id
    }

    /// Notes that a question is under way, and numbers it.
    pub fn note_question(&mut self, waits: Waits, ask: &Ask, doing: &'static str) -> Ticket {
        self.next_ticket += 1;
        let ticket = Ticket(self.next_ticket);
        let (changes, long) = (ask.changes(), ask.is_long());
        let since = self.seen.elapsed;
        self.pending.push(Pending { ticket, waits, since, doing, changes, long });
        ticket
    }

    /// The slots of a layer with a question under way.
    pub fn busy(&self, id: LayerId) -> Vec<Slot> {
        let of_layer = |p: &Pending| match p.waits {
            Waits::Layer(layer, slot) if layer == id => Some(slot),
            _ => None,
        };
        self.pending.iter().filter_map(of_layer).collect()
    }

    /// Whether something typed anywhere is not saved.
    pub fn dirty(&self) -> bool {
        self.layers.iter().any(|l| l.screen.dirty())
    }
}
