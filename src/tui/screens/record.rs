//! A record of the console: what all of them do, around what its kind says.

use std::fmt::{Debug, Display};

use ratatui::layout::Rect;

use super::Word;
use super::listing::neighbour;
use crate::service::trail::HistoryLine;
use crate::service::{Deed, DeskError};
use crate::tui::ask::{Answer, Ask, Reply};
use crate::tui::event::{Can, Command, Cx, Event, Screen, Slot, Status, UndoStep};
use crate::tui::keymap::{Action, Context};
use crate::tui::state::Seen;
use crate::tui::text::wrap;
use crate::tui::theme::Ink;
use crate::tui::view::facts;
use crate::tui::view::pen::Pen;
use crate::tui::widgets::field::Taken;

/// The slot in which a record is read.
pub const SHOW: Slot = "show";
/// Rows that remarks leave to the facts and the history.
const KEPT: u16 = 12;

/// A change that was done: what to tell, and the way back where there is one.
#[derive(Debug, Clone)]
pub struct Done {
    told: String,
    undo: Option<UndoStep>,
}

impl Done {
    /// It is done for good.
    pub fn told(told: impl Into<String>) -> Self {
        Self { told: told.into(), undo: None }
    }

    /// The same, but `ask` takes it back; `told` is what is told then.
    pub fn undone_by(self, ask: Ask, told: String) -> Self {
        Self { undo: Some(UndoStep { ask, told }), ..self }
    }
}

/// What makes a record the one that it is.
pub trait Kind: Debug + Send + 'static {
    /// What it is told by.
    type Id: Copy + PartialEq + Debug + Display + Send + 'static;
    /// All that is shown of it.
    type View: Debug + Send + 'static;

    /// Which rows of the key map hold.
    const CONTEXT: Context;
    /// The list that it stands in, for the path: `Users`.
    const LIST: &'static str;
    /// What it is, in a word: `user`.
    const NOUN: &'static str;

    /// The question for it.
    fn show(id: Self::Id) -> Ask;

    /// The record in an answer.
    fn view(reply: Reply) -> Option<Box<Self::View>>;

    /// Which one it is.
    fn id(view: &Self::View) -> Self::Id;

    /// What people call it.
    fn label(view: &Self::View) -> String;

    /// What happened to it, newest first.
    fn history(view: &Self::View) -> &[HistoryLine];

    /// What has to be known before the next step.
    fn remarks(view: &Self::View) -> Vec<(String, Ink)>;

    /// Whether an action of this record makes sense right now; `None` when it is for all
    /// records, `view` is not there while it is being read.
    fn can(view: Option<&Self::View>, action: Action, seen: &Seen) -> Option<Can>;

    /// Does an action of this record.
    fn act(view: &Self::View, action: Action, cx: &mut Cx);

    /// What was done by a question in that slot.
    fn changed(_slot: Slot, before: Option<&Self::View>, after: &Self::View) -> Done;

    /// Whether the record that is answered in that slot is another one, which is shown in the
    /// place of this one.
    fn follows(_slot: Slot) -> bool {
        false
    }

    /// What is told of an answer after which there is nothing to show here any more: it was
    /// deleted, or has become part of another.
    fn gone(_reply: &Reply) -> Option<Done> {
        None
    }

    /// What a window above has done.
    fn heard(word: Word) -> Option<(Box<Self::View>, Done)>;

    /// A value was taken from a list of values.
    fn picked(_view: &Self::View, _taken: &Taken, _cx: &mut Cx) {}

    /// Draws everything but remarks and history; returns the row below it.
    fn draw(view: &Self::View, area: Rect, pen: &mut Pen) -> u16;
}

/// The record of a kind.
#[derive(Debug)]
pub struct Record<K: Kind> {
    id: K::Id,
    /// The records of the page that it was opened from.
    page: Vec<K::Id>,
    view: Option<Box<K::View>>,
    /// Why it can't be shown.
    trouble: Option<String>,
    /// The first line of the history that is shown.
    top: usize,
}

impl<K: Kind> Record<K> {
    /// The record `id`, on a page of others.
    pub fn new(id: K::Id, page: Vec<K::Id>) -> Self {
        Self { id, page, view: None, trouble: None, top: 0 }
    }

    /// The record `id`, on its own.
    pub fn alone(id: K::Id) -> Self {
        Self::new(id, vec![id])
    }

    /// Which one it is.
    pub fn id(&self) -> K::Id {
        self.id
    }

    /// What was read of it.
    pub fn view(&self) -> Option<&K::View> {
        self.view.as_deref()
    }

    fn read(&self, cx: &mut Cx) {
        cx.ask(SHOW, K::show(self.id), "Reading");
    }

    fn last_line(&self) -> usize {
        self.view.as_ref().map_or(0, |view| K::history(view).len().saturating_sub(1))
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::Refresh => self.read(cx),
            Action::NextRecord => self.step(1, cx),
            Action::PreviousRecord => self.step(-1, cx),
            Action::Up => self.top = self.top.saturating_sub(1),
            Action::Down => self.top = (self.top + 1).min(self.last_line()),
            action => {
                if let Some(view) = &self.view {
                    K::act(view, action, cx);
                }
            }
        }
    }

    fn step(&mut self, by: isize, cx: &mut Cx) {
        match neighbour(&self.page, self.id, by) {
            Some(next) => {
                *self = Self::new(next, std::mem::take(&mut self.page));
                self.read(cx);
            }
            None => {
                let end = if by > 0 { "last" } else { "first" };
                let noun = K::NOUN;
                cx.say(Status::note(format!("This is the {end} {noun} of its page in the list.")));
            }
        }
    }

    /// Takes an answer; a change that was done is told, with the way back.
    fn answer(&mut self, slot: Slot, answer: Answer, cx: &mut Cx) {
        match answer {
            Ok(reply) => {
                if let Some(done) = K::gone(&reply) {
                    tell(done, cx);
                    cx.push(Command::Close);
                    return;
                }
                let Some(view) = K::view(reply) else { return };
                if slot != SHOW {
                    tell(K::changed(slot, self.view.as_deref(), &view), cx);
                }
                if K::follows(slot) {
                    let (was, is) = (self.id, K::id(&view));
                    self.page.iter_mut().filter(|id| **id == was).for_each(|id| *id = is);
                    (self.id, self.top) = (is, 0);
                }
                self.take(view);
            }
            Err(refusal @ DeskError::NotFound { .. }) if slot == SHOW => {
                self.trouble = Some(refusal.to_string());
            }
            Err(DeskError::Conflict(conflict)) => {
                cx.say(Status::refused(format!("{conflict} What you see is as it is now.")));
                self.read(cx);
            }
            Err(refusal) => cx.say(Status::refused(refusal.to_string())),
        }
    }

    fn take(&mut self, view: Box<K::View>) {
        if K::id(&view) == self.id {
            self.trouble = None;
            self.view = Some(view);
            self.top = self.top.min(self.last_line());
        }
    }
}

/// Tells of a change that was done, and offers the way back.
pub fn tell(done: Done, cx: &mut Cx) {
    cx.say(Status::done(done.told));
    cx.push(Command::Offer(done.undo.map(Box::new)));
    cx.push(Command::Changed);
}

impl<K: Kind> Screen for Record<K> {
    fn context(&self) -> Context {
        K::CONTEXT
    }

    fn path(&self) -> String {
        let label = self.view.as_ref().map_or_else(|| self.id.to_string(), |view| K::label(view));
        format!("{} ▸ {label}", K::LIST)
    }

    fn can(&self, action: Action, seen: &Seen) -> Can {
        let view = self.view.as_deref();
        match action {
            Action::NextRecord | Action::PreviousRecord if self.page.len() < 2 => Can::Hidden,
            Action::Up | Action::Down if self.last_line() == 0 => Can::Hidden,
            action => K::can(view, action, seen).unwrap_or(Can::Yes),
        }
    }

    fn unready(&self, action: Action) -> bool {
        !matches!(action, Action::NextRecord | Action::PreviousRecord)
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        match event {
            Event::Opened | Event::Changed => self.read(cx),
            Event::Act(action) => self.act(action, cx),
            Event::Answer { slot, answer } => self.answer(slot, answer, cx),
            // Of what is deleted there is nothing to show.
            Event::Word(word) if matches!(*word, Word::Deed { deed: Deed::Delete, done: 1.. }) => {
                cx.push(Command::Close);
            }
            Event::Word(word) => {
                if let Some((view, done)) = K::heard(*word) {
                    tell(done, cx);
                    self.take(view);
                }
            }
            Event::Picked { taken, .. } => {
                if let Some(view) = &self.view {
                    K::picked(view, &taken, cx);
                }
            }
            _ => {}
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        pen.stand(area.x + 1, area.y);
        let room = area.width.saturating_sub(2);
        if let Some(trouble) = &self.trouble {
            pen.put(area.x + 1, area.y, room, trouble, Ink::Bad);
            return;
        }
        let Some(view) = &self.view else { return };
        let below = K::draw(view, area, pen);
        let wrapped = |(text, ink): (String, Ink)| {
            wrap(&text, usize::from(room)).into_iter().map(move |line| (line, ink))
        };
        let most = area.height.saturating_sub(KEPT).max(1).min(area.bottom().saturating_sub(below));
        let most = usize::from(most);
        let lines: Vec<_> = K::remarks(view).into_iter().flat_map(wrapped).take(most).collect();
        let foot = area.bottom().saturating_sub(lines.len() as u16);
        for (y, (line, ink)) in (foot..).zip(&lines) {
            pen.put(area.x + 1, y, room, line, *ink);
        }
        let height = foot.saturating_sub(below + 2);
        let history = Rect { x: area.x + 3, y: below + 1, width: area.width - 4, height };
        facts::draw_history(K::history(view), self.top, history, pen);
    }
}
