//! What a screen is: it hears events, asks for things by commands, and draws itself.
//!
//! Owns the contract between the console and its screens. A screen must not know the layers
//! around it, the runner, or the terminal.

use std::fmt::Debug;

use ratatui::layout::Rect;

use super::ask::{Answer, Ask};
use super::input::Pasted;
use super::keymap::{Action, Chord, Context};
use super::screens::Word;
use super::state::Seen;
use super::view::pen::Pen;
use super::widgets::field::{FieldId, Taken};
use crate::service::Session;

/// The purpose of a question to the services, one of a screen's own words: a newer question
/// in the same slot makes an older one stale.
pub type Slot = &'static str;

/// What a screen hears.
#[derive(Debug, Clone)]
pub enum Event {
    /// It has just been opened.
    Opened,
    /// The terminal has a new size; it is in [`Seen`].
    Resized,
    /// An action from the key map, a menu or the palette.
    Act(Action),
    /// A character typed into a text.
    Type(char),
    /// A key that edits a text or moves in it.
    Edit(Chord),
    /// A paste into a text.
    Paste(Pasted),
    /// The answer to a question.
    Answer {
        /// The purpose of the question.
        slot: Slot,
        /// What came of it.
        answer: Answer,
    },
    /// A long deed is under way; its answer is still to come.
    Progress {
        /// The purpose of the question.
        slot: Slot,
        /// How many are behind.
        done: u64,
        /// How many there are; `None` while nobody knows.
        of: Option<u64>,
    },
    /// A value was taken from a list of values.
    Picked {
        /// The field that it is for.
        field: FieldId,
        /// The value.
        taken: Taken,
    },
    /// Several values were taken from a list of values: all that are to be there.
    PickedMany {
        /// The field that they are for.
        field: FieldId,
        /// The values.
        taken: Vec<Taken>,
    },
    /// A screen above has closed with something to tell.
    Word(Box<Word>),
    /// Something in the store was changed, here or by somebody else.
    Changed,
    /// Some time has passed since it became restless, see [`Screen::restless`].
    Roused,
}

/// Something on the screen that the mouse can be pressed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// A row of a list, a menu or a chooser, by its position.
    Row(usize),
    /// The head of a column, by its position.
    Column(usize),
    /// The tick box of a row, by its position.
    Box(usize),
    /// The tick box over all rows.
    AllBoxes,
    /// A field of a form, by its position.
    Field(usize),
    /// A button, by its position.
    Button(usize),
    /// A tab of a record, by its position.
    Tab(usize),
}

/// Whether an action makes sense right now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Can {
    /// It does.
    Yes,
    /// Not now, for this reason: a sentence.
    No(String),
    /// It does not belong here at all.
    Hidden,
}

impl Can {
    /// `No` with the reason, if there is one, else `Yes`.
    pub fn unless(reason: Option<String>) -> Self {
        reason.map_or(Self::Yes, Self::No)
    }
}

/// How a message in the status line is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// It is done.
    Done,
    /// It is worth knowing.
    Note,
    /// It was refused, or went wrong.
    Refused,
}

/// The message in the status line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// How it is meant.
    pub tone: Tone,
    /// The sentence.
    pub text: String,
}

impl Status {
    /// It is done.
    pub fn done(text: impl Into<String>) -> Self {
        Self { tone: Tone::Done, text: text.into() }
    }

    /// It is worth knowing.
    pub fn note(text: impl Into<String>) -> Self {
        Self { tone: Tone::Note, text: text.into() }
    }

    /// It was refused, or went wrong.
    pub fn refused(text: impl Into<String>) -> Self {
        Self { tone: Tone::Refused, text: text.into() }
    }
}

/// How the last change can be undone.
#[derive(Debug, Clone)]
pub struct UndoStep {
    /// The question that undoes it.
    pub ask: Ask,
    /// What to tell when it is undone.
    pub told: String,
}

/// What a screen wants done after it has heard an event.
#[derive(Debug)]
pub enum Command {
    /// Ask the services something.
    Ask {
        /// The purpose.
        slot: Slot,
        /// The question.
        ask: Box<Ask>,
        /// What to show while it takes long, as a present participle: `Saving`.
        doing: &'static str,
    },
    /// Drop the question in that slot; its answer is not wanted any more.
    Cancel(Slot),
    /// Ask the long deed in that slot to end before its next chunk; its answer still comes.
    Stop(Slot),
    /// Put a screen on top.
    Open(Box<dyn Screen>),
    /// Put a screen on top and let it act, once it has read what that is about.
    OpenAnd(Box<dyn Screen>, Action),
    /// Close this screen, saved or not.
    Close,
    /// Close this screen and tell the one below.
    CloseWith(Event),
    /// Close this screen and let the one below act.
    CloseAnd(Action),
    /// Ask whether to throw away what was typed anywhere, and if so, do this.
    Intend(Intent),
    /// Throw away what was typed, and do what was intended.
    Discard,
    /// Save, and then do what was intended.
    SaveFirst,
    /// Put a message into the status line.
    Say(Status),
    /// What was refused has been changed since: the refusal goes from the status line.
    DropRefusal,
    /// Offer to undo what was just done; `None` when there is no way back.
    Offer(Option<Box<UndoStep>>),
    /// Something in the store was changed: the other screens want to know.
    Changed,
    /// Lists opened from now on have that many rows on a page.
    PerPage(u64),
    /// Somebody has signed in.
    SignedIn(Box<Session>),
    /// The person who locked the console is back.
    Unlocked(Box<Session>),
    /// End the console.
    End,
}

/// Something that would lose what was typed, if it was not asked about first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intent {
    /// Close the top screen.
    Close,
    /// Go to a top-level screen.
    Go(super::place::Place),
    /// Make an account, in that way.
    New(super::way::Way),
    /// Sign out.
    SignOut,
    /// End the console.
    End,
}

/// What a screen may use while it hears an event.
pub struct Cx<'a> {
    /// What every screen may know.
    pub seen: &'a Seen,
    busy: Vec<Slot>,
    commands: Vec<Command>,
}

impl<'a> Cx<'a> {
    /// A context for one event; `busy` are the slots with a question under way.
    pub fn new(seen: &'a Seen, busy: Vec<Slot>) -> Self {
        Self { seen, busy, commands: Vec::new() }
    }

    /// Wants `command` done.
    pub fn push(&mut self, command: Command) {
        self.commands.push(command);
    }

    /// Asks the services something; an older question in the slot becomes stale.
    pub fn ask(&mut self, slot: Slot, ask: Ask, doing: &'static str) {
        self.push(Command::Ask { slot, ask: Box::new(ask), doing });
    }

    /// Puts a screen on top.
    pub fn open(&mut self, screen: impl Screen + 'static) {
        self.push(Command::Open(Box::new(screen)));
    }

    /// Puts a message into the status line.
    pub fn say(&mut self, status: Status) {
        self.push(Command::Say(status));
    }

    /// Whether a question in `slot` is under way.
    pub fn is_busy(&self, slot: Slot) -> bool {
        self.busy.contains(&slot)
    }

    /// A context for a part of the screen, which sees `seen`; see [`Cx::take_over`].
    pub fn within<'b>(&self, seen: &'b Seen) -> Cx<'b> {
        Cx { seen, busy: self.busy.clone(), commands: Vec::new() }
    }

    /// Wants what a part of the screen wants.
    pub fn take_over(&mut self, commands: Vec<Command>) {
        self.commands.extend(commands);
    }

    /// What is wanted.
    pub fn into_commands(self) -> Vec<Command> {
        self.commands
    }
}

/// Whether `action` makes sense right now on `screen`; what is for the console itself, the
/// screen need not know.
pub fn can(screen: &dyn Screen, action: Action, seen: &Seen) -> Can {
    match action {
        Action::New(way) => Can::unless(seen.who.as_ref().and_then(|who| way.why_not(who))),
        action => screen.can(action, seen),
    }
}

/// One layer of the console: a whole page, or a window on top of one.
///
/// [`Screen::hear`] is the only way in and must be deterministic; [`Screen::draw`] only
/// reads.
pub trait Screen: Debug + Send {
    /// Which rows of the key map hold.
    fn context(&self) -> Context;

    /// Where we are, for the title line. Windows have none.
    fn path(&self) -> String {
        String::new()
    }

    /// The columns and rows that a window wants; `None` for a whole page.
    fn window(&self, _seen: &Seen) -> Option<(u16, u16)> {
        None
    }

    /// What saving is called here: the word on the button. `None` for what the key map says.
    fn saving_is_called(&self) -> Option<&'static str> {
        None
    }

    /// Whether a character typed now is text.
    fn takes_text(&self) -> bool {
        false
    }

    /// Whether closing it would lose something typed.
    fn dirty(&self) -> bool {
        false
    }

    /// Whether it ignores keys for its first 250 ms, so that nobody agrees by accident.
    fn deliberate(&self) -> bool {
        false
    }

    /// Whether `action`, which its context binds, makes sense right now.
    fn can(&self, _action: Action, _seen: &Seen) -> Can {
        Can::Yes
    }

    /// Whether `action` has to wait while a question of this screen is under way, because it
    /// would act on what is about to be replaced.
    fn unready(&self, _action: Action) -> bool {
        false
    }

    /// The actions that matter most right now, the first first: in hint line and menu.
    fn favours(&self) -> &'static [Action] {
        &[]
    }

    /// What its menu is called right now, where it is not as the key map says.
    fn menu_title(&self) -> Option<String> {
        None
    }

    /// Whether what it shows is not whole yet: it is told [`Event::Roused`] now and then, as
    /// long as it asks nothing.
    fn restless(&self) -> bool {
        false
    }

    /// Whether it takes Esc for something of its own; the closing is not its business.
    fn back(&mut self, _cx: &mut Cx) -> bool {
        false
    }

    /// The mouse was pressed on a spot of its own: goes there, and says what that asks for.
    fn hit(&mut self, _spot: Spot) -> Option<Action> {
        None
    }

    /// Hears an event.
    fn hear(&mut self, event: Event, cx: &mut Cx);

    /// Draws itself into `area`: the body of the frame, or the inside of its window.
    fn draw(&self, area: Rect, pen: &mut Pen);
}
