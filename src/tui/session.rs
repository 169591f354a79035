//! The loop of one console: events in, frames out.
//!
//! Owns the order of things: time, then the event, then effects, then at most one frame.
//! Must not decide anything: `update` does.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use ratatui::Terminal;
use ratatui::layout::Rect;
use ratatui::{TerminalOptions, Viewport};
use rustix::event::{PollFd, PollFlags, poll};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM};

use super::effect::Effect;
use super::input::{self, Input};
use super::runner::Runner;
use super::state::State;
use super::terminal::{Screen, Taken, use_mouse};
use super::theme::Theme;
use super::update::{Msg, update};
use super::view::pen::Drawn;
use super::view::view;
use crate::clock::Clock;
use crate::service::DeskError;

/// How long the loop sleeps when nothing moves on the screen.
const CALM: Duration = Duration::from_millis(500);
/// How long it sleeps while a spinner turns or a key sequence is open.
const BUSY: Duration = Duration::from_millis(100);

/// The most that is taken in before a frame is drawn.
const BURST: usize = 256;

/// What wakes the loop.
pub(super) enum Wake {
    /// Something for `update`.
    Msg(Msg),
    /// The process continues after a stop: the terminal has to be taken again.
    Continued,
    /// The process is asked to end, or the terminal is gone.
    Ended,
    /// The services can't be opened.
    Unopened(DeskError),
}

/// A sender that wakes the loop.
pub(super) type Waker = Sender<Wake>;

/// Everything that wakes a loop, and the way to wake it.
pub(super) fn wakes() -> (Waker, Receiver<Wake>) {
    channel()
}

/// Runs the console on the process's terminal until it ends.
///
/// # Errors
/// When the terminal can't be taken over or written to, or the system gives no thread; with
/// a [`DeskError`] inside when the services can't be opened.
pub(super) fn run(
    state: &mut State,
    theme: &Theme,
    clock: &Arc<dyn Clock>,
    runner: &Runner,
    (waker, wakes): (Waker, Receiver<Wake>),
) -> io::Result<()> {
    watch_signals(waker.clone())?;
    let taken = Taken::take()?;
    // Begins to listen for new sizes: one that comes between here and the first read would
    // be missed otherwise, and the size that is asked for next be the wrong one for good.
    crossterm::event::poll(Duration::ZERO)?;
    let (columns, rows) = input::known_size(crossterm::terminal::size()?);
    (state.seen.columns, state.seen.rows) = (columns, rows);
    read_keys(waker)?;
    let mut drawing = Drawing::new(io::stdout(), columns, rows)?;
    let mut effects = update(state, Msg::Begin);
    loop {
        carry_out(effects, state, runner, &mut drawing)?;
        if state.ended {
            return Ok(());
        }
        drawing.draw(state, theme)?;
        let wake = wakes.recv_timeout(pause(state));
        effects = update(state, Msg::Tick(clock.now()));
        match wake {
            Ok(wake) => {
                // A burst of keys makes one frame.
                let burst = std::iter::once(wake).chain(wakes.try_iter().take(BURST));
                for wake in burst {
                    effects.extend(heed(wake, state, &taken, &mut drawing)?);
                }
            }
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
            Err(RecvTimeoutError::Timeout) if terminal_gone() => return Ok(()),
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

/// Does what a wake asks for; nothing any more once the console has ended.
fn heed<W: Write>(
    wake: Wake,
    state: &mut State,
    taken: &Taken,
    drawing: &mut Drawing<W>,
) -> io::Result<Vec<Effect>> {
    if state.ended {
        return Ok(Vec::new());
    }
    match wake {
        Wake::Msg(msg) => {
            note_size(&msg, drawing)?;
            let Some(msg) = drawing.locate(msg) else { return Ok(Vec::new()) };
            return Ok(update(state, msg));
        }
        Wake::Continued => {
            taken.take_again()?;
            use_mouse(state.mouse)?;
            drawing.stale = true;
        }
        Wake::Ended => state.ended = true,
        Wake::Unopened(error) => return Err(io::Error::other(error)),
    }
    Ok(Vec::new())
}

fn note_size<W: Write>(msg: &Msg, drawing: &mut Drawing<W>) -> io::Result<()> {
    match msg {
        Msg::Input(Input::Size(columns, rows)) => drawing.resize(*columns, *rows),
        _ => Ok(()),
    }
}

fn carry_out<W: Write>(
    effects: Vec<Effect>,
    state: &State,
    runner: &Runner,
    drawing: &mut Drawing<W>,
) -> io::Result<()> {
    for effect in effects {
        match effect {
            Effect::Ask { ticket, from, ask } => {
                runner.ask(ticket, from, state.seen.who.clone(), *ask);
            }
            Effect::Forget(ticket) => runner.forget(ticket),
            Effect::Stop(ticket) => runner.stop(ticket),
            Effect::Mouse(on) => use_mouse(on)?,
            Effect::Clear => drawing.stale = true,
        }
    }
    Ok(())
}

fn pause(state: &State) -> Duration {
    if state.pending.is_empty() && state.pressed.is_empty() { CALM } else { BUSY }
}

/// What has been drawn on a terminal.
pub(super) struct Drawing<W: Write> {
    terminal: Terminal<Screen<W>>,
    stale: bool,
    drawn: Drawn,
}

impl<W: Write> Drawing<W> {
    /// What the mouse was pressed on, in place of where; none when there is nothing.
    fn locate(&self, msg: Msg) -> Option<Msg> {
        match msg {
            Msg::Input(Input::Point(column, row)) => {
                self.drawn.spot(column, row).map(|spot| Msg::Input(Input::Hit(spot)))
            }
            msg => Some(msg),
        }
    }

    /// Nothing drawn yet on `out`.
    pub(super) fn new(out: W, columns: u16, rows: u16) -> io::Result<Self> {
        let viewport = Viewport::Fixed(Rect::new(0, 0, columns, rows));
        let terminal =
            Terminal::with_options(Screen::new(out, columns, rows), TerminalOptions { viewport })?;
        Ok(Self { terminal, stale: true, drawn: Drawn::default() })
    }

    /// Draws a frame, if anything has changed.
    pub(super) fn draw(&mut self, state: &mut State, theme: &Theme) -> io::Result<()> {
        if !self.stale && !state.stale {
            return Ok(());
        }
        if self.stale {
            self.terminal.clear()?;
        }
        let mut drawn = Drawn::default();
        self.terminal.draw(|frame| drawn = view(state, theme, frame))?;
        self.drawn = drawn;
        (self.stale, state.stale) = (false, false);
        Ok(())
    }

    fn resize(&mut self, columns: u16, rows: u16) -> io::Result<()> {
        self.terminal.backend_mut().resize(columns, rows);
        self.terminal.resize(Rect::new(0, 0, columns, rows))?;
        self.stale = true;
        Ok(())
    }
}

/// Reads the keys on a thread of its own, until the terminal gives an error.
fn read_keys(waker: Waker) -> io::Result<()> {
    thread::Builder::new().name("keys".to_owned()).spawn(move || {
        while let Ok(event) = crossterm::event::read() {
            let Some(input) = input::read(&event) else { continue };
            if waker.send(Wake::Msg(Msg::Input(input))).is_err() {
                return;
            }
        }
        let _ = waker.send(Wake::Ended);
    })?;
    Ok(())
}

fn watch_signals(waker: Waker) -> io::Result<()> {
    let mut signals = signal_hook::iterator::Signals::new([SIGTERM, SIGHUP, SIGINT, SIGCONT])?;
    thread::Builder::new().name("signals".to_owned()).spawn(move || {
        for signal in signals.forever() {
            let wake = if signal == SIGCONT { Wake::Continued } else { Wake::Ended };
            // Once the console has ended, who presses Ctrl-C will not wait for what is left.
            if waker.send(wake).is_err() && signal == SIGINT {
                let _ = signal_hook::low_level::emulate_default_handler(SIGINT);
            }
        }
    })?;
    Ok(())
}

/// Whether the terminal has hung up: its reader would spin on it without ever telling.
fn terminal_gone() -> bool {
    let stdin = io::stdin();
    let mut fds = [PollFd::new(&stdin, PollFlags::empty())];
    let asked = poll(&mut fds, Some(&rustix::event::Timespec { tv_sec: 0, tv_nsec: 0 }));
    asked.is_ok() && fds[0].revents().intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL)
}
