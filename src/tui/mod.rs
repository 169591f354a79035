//! The console: screens, keys, rendering.
//!
//! ```text
//! bytes → input → keymap.resolve(context, key) → Msg → update → Effect → runner → service
//!       → Answer{ticket} → update → view → one write
//! ```
//!
//! `update` is pure, `view` only reads, and `runner` alone calls services, off the drawing
//! thread. Knows the services, the domain and the clock; never the store.
//!
//! # How to add a screen
//!
//! 1. `place.rs`: a [`place::Place`] with its name and click paths, if it is a top-level one.
//! 2. `keymap/action.rs`: a `Context` for it; `keymap/groups.rs`: add that to `ROOMS`, `WORK`,
//!    `LISTS` or `RECORDS`, so that it gets the keys which all of them have; `keymap/table/`: add
//!    rows for what only it can do, and a `Go` row. The tests there prove the table.
//! 3. `ask.rs`: the questions it asks; `runner/perform.rs`: which service answers them.
//! 4. `screens/<name>/`: a list is a `list::Kind` (rows, orders, columns, search), a record a
//!    `record::Kind` (facts, actions, what to tell and how to undo it), a form that saves a
//!    `sheet::Sheet`; what all of them do stands there once. `screens/contacts` is one to go
//!    by; `screens/companies` has a record in tabs, whose lists stand inside of it. Anything else implements [`event::Screen`] itself: it keeps its state, hears
//!    events, and asks for things by [`event::Command`]s; it draws with a [`view::pen::Pen`],
//!    which makes any text safe to show. `widgets` has tables, forms and fields; `popup` has
//!    questions, menus and lists of values.
//! 5. `screens/mod.rs`: open it from there. `screens/tests.rs`: the way to it, so that every
//!    key it hints at is tried.

pub mod ask;
#[cfg(test)]
pub(crate) mod camera;
pub mod effect;
pub mod event;
pub mod input;
pub mod keymap;
pub mod layout;
pub mod place;
pub mod popup;
pub mod runner;
pub mod screens;
mod session;
pub mod state;
mod terminal;
#[cfg(test)]
pub(crate) mod testing;
pub mod text;
pub mod theme;
pub mod update;
pub mod view;
pub mod way;
pub mod widgets;

use std::io::{self, Write};
use std::sync::Arc;

use crate::clock::Clock;
use crate::service::session::Origin;

use runner::{Opening, Runner};
use session::Wake;
use state::{Limits, Seen, State, Zone};
use theme::Theme;

pub use terminal::expect as expect_terminal;
use update::Msg;

/// What a console needs to know to start.
pub struct ConsoleOptions {
    /// Opens the services, while the console is there already.
    pub desk: Opening,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// The account and host that it is started from.
    pub origin: Origin,
    /// The local offset from UTC at a moment.
    pub zone: Zone,
    /// Colours and marks.
    pub theme: Theme,
    /// When it locks.
    pub limits: Limits,
    /// What to tell on the sign-in screen, such as how to get into a demonstration.
    pub welcome: Option<String>,
    /// How many rows a page of a list has at first.
    pub per_page: u64,
}

impl ConsoleOptions {
    /// How many rows a page has until somebody chooses another number.
    pub const PER_PAGE: u64 = 50;
}

/// Said to who has left while something is under way.
const STILL: &str = "A mail is on its way to the server, or something is being saved: Portal Desk ends when that is through, after some minutes at most. Ctrl-C ends it at once; then nobody knows whether that mail went out.";

/// Runs a console on the process's terminal until the person leaves it; how many rows a page
/// had last.
///
/// # Errors
/// When stdin or stdout is no terminal, it can't be written to, or the system gives no
/// thread; each is one sentence. When the services can't be opened, their [`DeskError`] is
/// inside.
///
/// [`DeskError`]: crate::service::DeskError
pub fn run(options: ConsoleOptions) -> io::Result<u64> {
    let ConsoleOptions { desk, clock, origin, zone, theme, limits, welcome, per_page } = options;
    let seen = Seen {
        now: clock.now(),
        elapsed: 0,
        zone,
        columns: 80,
        rows: 24,
        who: None,
        welcome,
        per_page,
    };
    let mut state = State::new(seen, limits);
    let (waker, wakes) = session::wakes();
    let (answers, refusals, doings) = (waker.clone(), waker.clone(), waker.clone());
    // Nobody is left to hear it once the loop has ended.
    let runner = Runner::start(
        desk,
        &origin,
        move |ticket, answer| _ = answers.send(Wake::Msg(Msg::Answer(ticket, answer))),
        move |error| _ = refusals.send(Wake::Unopened(error)),
        move |behind| _ = doings.send(Wake::Msg(Msg::Behind(behind))),
    )?;
    let ran = session::run(&mut state, &theme, &clock, &runner, (waker, wakes));
    // The terminal is given back by now, or gone; then there is nobody to tell.
    runner.end(|| _ = writeln!(io::stderr(), "{STILL}"));
    ran?;
    Ok(state.seen.per_page)
}
