//! A long deed in a window of its own: looked into, agreed to, watched, stopped.
//!
//! Owns the question, the progress and the stopping. What is done, and in which words, its
//! kind says.

use std::fmt::Debug;

use ratatui::layout::Rect;

use crate::tui::ask::{Answer, Ask, Reply};
use crate::tui::event::{Can, Command, Cx, Event, Screen, Slot, Spot, Status};
use crate::tui::keymap::{Action, Context};
use crate::tui::popup::question::draw_button;
use crate::tui::state::Seen;
use crate::tui::text::{thousands, width, wrap};
use crate::tui::theme::Ink;
use crate::tui::view::pen::Pen;
use crate::tui::widgets::progress;

const LOOK: Slot = "look";
const RUN: Slot = "run";
/// The columns of the window, and those inside its margin.
const COLUMNS: u16 = 66;
const INSIDE: usize = COLUMNS as usize - 6;

/// What makes a long deed the one that it is.
pub trait Kind: Debug + Send + 'static {
    /// The title of the window.
    const TITLE: &'static str;
    /// The word on the button that begins it.
    const BEGIN: &'static str;
    /// What to show while it is looked into: a sentence.
    const LOOKING: &'static str;
    /// What to show while it is done, as a present participle.
    const DOING: &'static str;
    /// What it goes through: `users`.
    const ROWS: &'static str;
    /// What Esc does while it is done, and what follows once that was pressed.
    const STOPS: [&'static str; 2];

    /// The question how things stand.
    fn look(&self) -> Ask;

    /// What is asked before it begins; or why there is nothing to ask.
    fn asking(reply: &Reply) -> Option<Result<String, String>>;

    /// The question that does it.
    fn run(&self) -> Ask;

    /// What came of it, and whether it was done to its end.
    fn told(reply: &Reply) -> Option<(String, bool)>;
}

/// The window of a long deed.
#[derive(Debug, Default)]
pub struct Errand<K> {
    stage: Stage,
    /// The button that has the focus; the safe one is 0.
    focus: usize,
    kind: K,
}

/// How far it is.
#[derive(Debug, Default)]
enum Stage {
    /// What is to be done is being read.
    #[default]
    Reading,
    /// It waits for somebody to agree, or can't be done.
    Asking { text: String, can: bool },
    /// It is being done.
    Running(Running),
}

/// A deed under way.
#[derive(Debug)]
struct Running {
    /// When it began, by [`Seen::elapsed`].
    since: i64,
    /// Rows that are behind.
    done: u64,
    /// How many there are; none while nobody knows.
    of: Option<u64>,
    /// Whether it was asked to stop.
    stopping: bool,
}

impl<K: Kind> Errand<K> {
    /// The window of that deed.
    pub fn of(kind: K) -> Self {
        Self { stage: Stage::Reading, focus: 0, kind }
    }

    /// The buttons, the safe one first.
    fn buttons(&self) -> &'static [&'static str] {
        match &self.stage {
            Stage::Reading | Stage::Running(_) => &[],
            Stage::Asking { can: true, .. } => &["Cancel", K::BEGIN],
            Stage::Asking { can: false, .. } => &["Close"],
        }
    }

    fn press(&mut self, cx: &mut Cx) {
        match (&self.stage, self.focus) {
            (Stage::Asking { can: true, .. }, 1) => {
                cx.ask(RUN, self.kind.run(), K::DOING);
                let since = cx.seen.elapsed;
                self.stage = Stage::Running(Running { since, done: 0, of: None, stopping: false });
            }
            (Stage::Asking { .. }, _) => cx.push(Command::Close),
            _ => {}
        }
    }

    fn answer(&mut self, slot: Slot, answer: Answer, cx: &mut Cx) {
        match answer {
            Ok(reply) if slot == LOOK => {
                if let Some(asking) = K::asking(&reply) {
                    let can = asking.is_ok();
                    let text = asking.unwrap_or_else(|reason| reason);
                    (self.stage, self.focus) = (Stage::Asking { text, can }, 0);
                }
            }
            Ok(reply) => {
                if let Some((told, whole)) = K::told(&reply) {
                    cx.say(if whole { Status::done(told) } else { Status::note(told) });
                    cx.push(Command::Offer(None));
                    cx.push(Command::Changed);
                    cx.push(Command::Close);
                }
            }
            Err(refusal) => {
                cx.push(Command::Changed);
                (self.stage, self.focus) =
                    (Stage::Asking { text: refusal.to_string(), can: false }, 0);
            }
        }
    }

    fn draw_buttons(&self, line: Rect, pen: &mut Pen) {
        let all: usize = self.buttons().iter().map(|label| width(label) + 6).sum();
        let mut x = line.right().saturating_sub(all.saturating_sub(2) as u16).max(line.x);
        for (at, label) in self.buttons().iter().enumerate() {
            let used = draw_button(label, at == self.focus, x, line.y, line, pen);
            pen.spot(Rect { x, width: used, ..line }, Spot::Button(at));
            x += used + 2;
        }
    }

    fn draw_running(running: &Running, area: Rect, pen: &mut Pen) {
        let y = area.y + 1;
        match running.of {
            Some(of) => {
                let spent = pen.seen().elapsed - running.since;
                progress::draw(running.done, of, spent, Rect { y, height: 3, ..area }, pen);
            }
            None => {
                let text = format!("{} {} so far", thousands(running.done), K::ROWS);
                pen.put(area.x, y, area.width, &text, Ink::Plain);
            }
        }
        let [stops, stopping] = K::STOPS;
        let (text, ink) =
            if running.stopping { (stopping, Ink::Caution) } else { (stops, Ink::Faint) };
        pen.put(area.x, y + 4, area.width, text, ink);
        pen.stand(area.x, y);
    }
}

impl<K: Kind> Screen for Errand<K> {
    fn context(&self) -> Context {
        Context::Dialog
    }

    fn path(&self) -> String {
        K::TITLE.to_owned()
    }

    fn window(&self, seen: &Seen) -> Option<(u16, u16)> {
        let rows = match &self.stage {
            Stage::Asking { text, .. } => wrap(text, INSIDE).len() as u16 + 6,
            Stage::Reading | Stage::Running(_) => 9,
        };
        Some((COLUMNS, rows.min(seen.body_rows())))
    }

    fn can(&self, action: Action, _seen: &Seen) -> Can {
        let buttons = self.buttons().len();
        match action {
            Action::NextField | Action::PreviousField if buttons < 2 => Can::Hidden,
            Action::Press if buttons == 0 => Can::Hidden,
            Action::ClearField | Action::DeleteWord => Can::Hidden,
            _ => Can::Yes,
        }
    }

    /// Esc stops what is being done; the window stays until it has.
    fn back(&mut self, cx: &mut Cx) -> bool {
        let Stage::Running(running) = &mut self.stage else { return false };
        if !running.stopping {
            running.stopping = true;
            cx.push(Command::Stop(RUN));
        }
        true
    }

    fn hit(&mut self, spot: Spot) -> Option<Action> {
        let Spot::Button(at) = spot else { return None };
        self.focus = at;
        Some(Action::Press)
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        let count = self.buttons().len().max(1);
        match event {
            Event::Opened => cx.ask(LOOK, self.kind.look(), "Looking"),
            Event::Act(Action::NextField) => self.focus = (self.focus + 1) % count,
            Event::Act(Action::PreviousField) => self.focus = (self.focus + count - 1) % count,
            Event::Act(Action::Press) => self.press(cx),
            Event::Progress { done, of, .. } => {
                if let Stage::Running(running) = &mut self.stage {
                    (running.done, running.of) = (done, of);
                }
            }
            Event::Answer { slot, answer } => self.answer(slot, answer, cx),
            _ => {}
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        let inside = Rect { x: area.x + 2, width: area.width.saturating_sub(4), ..area };
        pen.stand(inside.x, inside.y);
        match &self.stage {
            Stage::Reading => {
                pen.put(inside.x, area.y + 1, inside.width, K::LOOKING, Ink::Faint);
            }
            Stage::Asking { text, .. } => {
                for (y, line) in (area.y + 1..).zip(wrap(text, usize::from(inside.width))) {
                    pen.put(inside.x, y, inside.width, &line, Ink::Plain);
                }
            }
            Stage::Running(running) => Self::draw_running(running, inside, pen),
        }
        self.draw_buttons(Rect { y: area.bottom().saturating_sub(2), height: 1, ..inside }, pen);
    }
}
