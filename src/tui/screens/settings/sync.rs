//! Site sync: the accounts that portal users lack at new sites are made, after a question.

use ratatui::layout::Rect;

use crate::service::portal_switch::PortalState;
use crate::service::site_sync::Synced;
use crate::tui::ask::{Answer, Ask, Reply, SettingsAsk, SettingsReply};
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

/// The window in which Site sync is agreed to, and in which one sees how far it is.
#[derive(Debug, Default)]
pub struct SiteSync {
    stage: Stage,
    /// The button that has the focus; the safe one is 0.
    focus: usize,
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

/// Site sync under way.
#[derive(Debug)]
struct Running {
    /// When it began, by [`Seen::elapsed`].
    since: i64,
    /// Users that are behind.
    done: u64,
    /// How many there are; none while nobody knows.
    of: Option<u64>,
    /// Whether it was asked to stop.
    stopping: bool,
}

impl SiteSync {
    /// The buttons, the safe one first.
    fn buttons(&self) -> &'static [&'static str] {
        match &self.stage {
            Stage::Reading | Stage::Running(_) => &[],
            Stage::Asking { can: true, .. } => &["Cancel", "Start"],
            Stage::Asking { can: false, .. } => &["Close"],
        }
    }

    fn press(&mut self, cx: &mut Cx) {
        match self.buttons().get(self.focus) {
            Some(&"Start") => {
                let ask = Ask::Settings(SettingsAsk::SiteSync);
                cx.ask(RUN, ask, "Making accounts at new sites");
                let since = cx.seen.elapsed;
                self.stage = Stage::Running(Running { since, done: 0, of: None, stopping: false });
            }
            Some(_) => cx.push(Command::Close),
            None => {}
        }
    }

    fn answer(&mut self, answer: Answer, cx: &mut Cx) {
        match answer {
            Ok(Reply::Settings(SettingsReply::Portal(state))) => {
                (self.stage, self.focus) = (asking(&state), 0);
            }
            Ok(Reply::Settings(SettingsReply::Synced(synced))) => {
                let told = told(&synced);
                let whole = !synced.stopped;
                cx.say(if whole { Status::done(told) } else { Status::note(told) });
                cx.push(Command::Offer(None));
                cx.push(Command::Changed);
                cx.push(Command::Close);
            }
            Ok(_) => {}
            Err(refusal) => {
                cx.push(Command::Changed);
                (self.stage, self.focus) =
                    (Stage::Asking { text: refusal.to_string(), can: false }, 0);
            }
        }
    }
}

/// What is asked, or why there is nothing to ask.
fn asking(state: &PortalState) -> Stage {
    if let Some(reason) = &state.why_not_sync {
        return Stage::Asking { text: reason.clone(), can: false };
    }
    let sites = match state.waiting {
        0 => {
            let text = "No site waits for Site sync: every portal user has an account at each active site of the portal.";
            return Stage::Asking { text: text.to_owned(), can: false };
        }
        1 => "1 site of the portal is".to_owned(),
        n => format!("{} sites of the portal are", thousands(n)),
    };
    let users = match state.users {
        1 => "The 1 portal user is".to_owned(),
        n => format!("The {} portal users are", thousands(n)),
    };
    let text = format!(
        "{sites} newer than some portal users. {users} gone through, and whoever lacks an account there gets it. Nothing else changes. It can be stopped, and started again, at any time."
    );
    Stage::Asking { text, can: true }
}

/// What came of it.
fn told(synced: &Synced) -> String {
    let users = match synced.users {
        1 => "1 user".to_owned(),
        n => format!("{} users", thousands(n)),
    };
    match (synced.stopped, synced.made) {
        (true, _) => format!(
            "Site sync is stopped: {users} got their accounts and keep them. Started again, it makes the rest."
        ),
        (false, 0) => "Site sync is done: nobody lacked an account.".to_owned(),
        (false, 1) => "Site sync is done: 1 account is made.".to_owned(),
        (false, made) => {
            format!("Site sync is done: {} accounts are made, for {users}.", thousands(made))
        }
    }
}

impl Screen for SiteSync {
    fn context(&self) -> Context {
        Context::Dialog
    }

    fn path(&self) -> String {
        "Site sync".to_owned()
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
            Event::Opened => cx.ask(LOOK, Ask::Settings(SettingsAsk::Portal), "Looking"),
            Event::Act(Action::NextField) => self.focus = (self.focus + 1) % count,
            Event::Act(Action::PreviousField) => self.focus = (self.focus + count - 1) % count,
            Event::Act(Action::Press) => self.press(cx),
            Event::Progress { done, of, .. } => {
                if let Stage::Running(running) = &mut self.stage {
                    (running.done, running.of) = (done, of);
                }
            }
            Event::Answer { answer, .. } => self.answer(answer, cx),
            _ => {}
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        let inside = Rect { x: area.x + 2, width: area.width.saturating_sub(4), ..area };
        pen.stand(inside.x, inside.y);
        match &self.stage {
            Stage::Reading => {
                pen.put(
                    inside.x,
                    area.y + 1,
                    inside.width,
                    "Looking which sites wait…",
                    Ink::Faint,
                );
            }
            Stage::Asking { text, .. } => {
                for (y, line) in (area.y + 1..).zip(wrap(text, usize::from(inside.width))) {
                    pen.put(inside.x, y, inside.width, &line, Ink::Plain);
                }
            }
            Stage::Running(running) => draw_running(running, inside, pen),
        }
        self.draw_buttons(Rect { y: area.bottom().saturating_sub(2), height: 1, ..inside }, pen);
    }
}

impl SiteSync {
    fn draw_buttons(&self, line: Rect, pen: &mut Pen) {
        let all: usize = self.buttons().iter().map(|label| width(label) + 6).sum();
        let mut x = line.right().saturating_sub(all.saturating_sub(2) as u16).max(line.x);
        for (at, label) in self.buttons().iter().enumerate() {
            let used = draw_button(label, at == self.focus, x, line.y, line, pen);
            pen.spot(Rect { x, width: used, ..line }, Spot::Button(at));
            x += used + 2;
        }
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
            let text = format!("{} users so far", thousands(running.done));
            pen.put(area.x, y, area.width, &text, Ink::Plain);
        }
    }
    let (text, ink) = if running.stopping {
        ("It stops after the users under way; what is made stays.", Ink::Caution)
    } else {
        ("Esc stops it; what is made stays.", Ink::Faint)
    };
    pen.put(area.x, y + 4, area.width, text, ink);
    pen.stand(area.x, y);
}
