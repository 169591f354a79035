//! The Mail tab of the Settings: how mail is set up, how the letters read, and the test.
//!
//! Owns which letter is selected and how far it was scrolled. What is configured, what is
//! missing and whether a template reads well, the services say.

use ratatui::layout::Rect;

use super::mail_lines::{Line, Lines};
use super::mail_test::SendTest;
use crate::service::mail_settings::{MailSettings, TestSent};
use crate::service::post::{Model, Preview};
use crate::tui::ask::{Answer, Ask, Reply, SettingsAsk, SettingsReply};
use crate::tui::event::{Can, Cx, Event, Screen, Slot, Spot, Status};
use crate::tui::keymap::{Action, Context};
use crate::tui::place::Place;
use crate::tui::popup::letter::LetterWindow;
use crate::tui::screens::Word;
use crate::tui::state::Seen;
use crate::tui::theme::{Ink, Mark};
use crate::tui::view::pen::Pen;

const READ: Slot = "mail settings";

/// The Mail tab.
#[derive(Debug, Default)]
pub struct Mail {
    /// How mail is set up, once that is read.
    settings: Option<Box<MailSettings>>,
    /// What came of the last test that was sent from here.
    tested: Option<TestSent>,
    /// The letter that is selected.
    at: usize,
    /// The first line that is shown.
    top: usize,
}

impl Mail {
    fn lines(&self, seen: &Seen) -> Vec<Line> {
        let Some(settings) = &self.settings else { return Vec::new() };
        Lines::of(settings, self.tested.as_ref(), seen).into_lines()
    }

    /// The selected letter, where there are any.
    fn selected(&self) -> Option<Model> {
        Some(self.settings.as_ref()?.templates.models.get(self.at)?.model)
    }

    fn last(&self) -> usize {
        self.settings.as_ref().map_or(0, |it| it.templates.models.len().saturating_sub(1))
    }

    fn scroll_to(&mut self, top: usize, seen: &Seen) {
        let most = self.lines(seen).len().saturating_sub(height(seen));
        self.top = top.min(most);
    }

    /// Scrolls so that the selected letter is shown.
    fn follow(&mut self, seen: &Seen) {
        let lines = self.lines(seen);
        let line = lines.iter().position(|line| line.letter() == Some(self.at)).unwrap_or(0);
        if line < self.top {
            self.top = line;
        } else if line >= self.top + height(seen) {
            self.top = line + 1 - height(seen);
        }
        self.scroll_to(self.top, seen);
    }

    /// Whether the selected letter is among the lines that are shown.
    fn is_in_sight(&self, seen: &Seen) -> bool {
        let line = self.lines(seen).iter().position(|line| line.letter() == Some(self.at));
        line.is_none_or(|line| (self.top..self.top + height(seen)).contains(&line))
    }

    /// Goes to the letter before or after; beyond the first and the last one, scrolls. One that
    /// is out of sight is scrolled to first.
    fn step(&mut self, down: bool, seen: &Seen) {
        if !self.is_in_sight(seen) {
            return self.follow(seen);
        }
        match (down, self.at) {
            (true, at) if at < self.last() => self.at += 1,
            (false, at) if at > 0 => self.at -= 1,
            (true, _) => return self.scroll_to(self.top + 1, seen),
            (false, _) => return self.scroll_to(self.top.saturating_sub(1), seen),
        }
        self.follow(seen);
    }

    fn answer(&mut self, answer: Answer, cx: &mut Cx) {
        match answer {
            Ok(Reply::Settings(SettingsReply::Mail(settings))) => {
                self.settings = Some(settings);
                self.at = self.at.min(self.last());
                self.scroll_to(self.top, cx.seen);
            }
            Ok(_) => {}
            Err(refusal) => cx.say(Status::refused(refusal.to_string())),
        }
    }
}

/// The lines that are shown at once.
fn height(seen: &Seen) -> usize {
    usize::from(seen.body_rows()).max(1)
}

/// The letter in an answer.
fn letter(reply: Reply) -> Option<Box<Preview>> {
    if let Reply::Settings(SettingsReply::Letter(letter)) = reply { Some(letter) } else { None }
}

impl Screen for Mail {
    fn context(&self) -> Context {
        Context::MailSettings
    }

    fn path(&self) -> String {
        Place::MailSettings.paths()[0].to_owned()
    }

    fn can(&self, action: Action, seen: &Seen) -> Can {
        let still = || Can::No("How mail is set up is still being read.".to_owned());
        match (action, &self.settings) {
            (Action::Open, _) if self.selected().is_none() => Can::Hidden,
            (Action::SendTest, None) => still(),
            (Action::SendTest, Some(settings)) => Can::unless(settings.why_not_test.clone()),
            (Action::Up | Action::Down | Action::PageUp | Action::PageDown, _) => {
                let scrolls = self.lines(seen).len() > height(seen);
                let moves = matches!(action, Action::Up | Action::Down) && self.last() > 0;
                if scrolls || moves { Can::Yes } else { Can::Hidden }
            }
            _ => Can::Yes,
        }
    }

    fn unready(&self, action: Action) -> bool {
        self.settings.is_none() && matches!(action, Action::Open | Action::SendTest)
    }

    fn hit(&mut self, spot: Spot) -> Option<Action> {
        let Spot::Row(at) = spot else { return None };
        if at == self.at {
            return Some(Action::Open);
        }
        self.at = at.min(self.last());
        None
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        let (seen, height) = (cx.seen, height(cx.seen));
        match event {
            Event::Opened | Event::Changed | Event::Act(Action::Refresh) => {
                cx.ask(READ, Ask::Settings(SettingsAsk::Mail), "Looking how mail is set up");
            }
            Event::Act(Action::Up) => self.step(false, seen),
            Event::Act(Action::Down) => self.step(true, seen),
            Event::Act(Action::PageUp) => self.scroll_to(self.top.saturating_sub(height), seen),
            Event::Act(Action::PageDown) => self.scroll_to(self.top + height, seen),
            Event::Resized => self.scroll_to(self.top, seen),
            // Nobody asked for what they don't see.
            Event::Act(Action::Open) if !self.is_in_sight(seen) => self.follow(seen),
            Event::Act(Action::Open) => {
                if let Some(model) = self.selected() {
                    let ask = Ask::Settings(SettingsAsk::Letter(model));
                    cx.open(LetterWindow::new(model.words(), ask, letter));
                }
            }
            Event::Act(Action::SendTest) => {
                let to = self.settings.as_ref().and_then(|it| it.own_email.clone());
                cx.open(SendTest::new(to.unwrap_or_default().raw()));
            }
            Event::Word(word) => {
                if let Word::Tested(sent) = *word {
                    let TestSent { to, answer } = &sent;
                    cx.say(Status::done(format!("A test went to {to}; the server: {answer}")));
                    self.tested = Some(sent);
                    self.scroll_to(0, seen);
                }
            }
            Event::Answer { answer, .. } => self.answer(answer, cx),
            _ => {}
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        pen.stand(area.x + 1, area.y);
        let lines = self.lines(pen.seen());
        let shown = lines.iter().skip(self.top).take(usize::from(area.height));
        for (y, line) in (area.y..).zip(shown) {
            let row = Rect { y, height: 1, ..area };
            line.draw(row, pen);
            let Some(at) = line.letter() else { continue };
            pen.spot(row, Spot::Row(at));
            if at == self.at {
                pen.dress(row, Ink::Selected);
                pen.mark(row.x + 1, y, Mark::Edge, Ink::Selected);
                pen.stand(row.x + 1, y);
            }
        }
    }
}
