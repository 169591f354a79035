//! The question before a deed, and the deed under way.

use ratatui::layout::Rect;

use super::draw;
use super::result::Results;
use crate::domain::id::UserId;
use crate::service::{Deed, DeskError, Outcome, Plan, Selection};
use crate::tui::ask::{Answer, Ask, Reply, UserAsk};
use crate::tui::event::{Can, Command, Cx, Event, Screen, Slot, Spot, Status, UndoStep};
use crate::tui::keymap::{Action, Chord, Context, Key};
use crate::tui::screens::Word;
use crate::tui::state::Seen;
use crate::tui::text::thousands;
use crate::tui::view::pen::Pen;
use crate::tui::widgets::entry::Entry;

const PLAN: Slot = "plan";
const RUN: Slot = "run";
/// The digits that a number to be typed may have.
const DIGITS: usize = 12;

/// The window in which a deed is agreed to, and in which one sees how far it is.
#[derive(Debug)]
pub struct Bulk {
    pub(super) deed: Deed,
    chosen: Selection,
    pub(super) stage: Stage,
    /// The number that agreeing to delete several takes.
    pub(super) typed: Entry,
    /// What is wrong with what was typed.
    pub(super) wrong: Option<String>,
    focus: Focus,
}

/// What has the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Focus {
    /// The number to be typed.
    Number,
    /// A button, counted from the right: the safe one is 0.
    Button(usize),
}

/// How far a deed is.
#[derive(Debug)]
pub(super) enum Stage {
    /// What it would touch is being read.
    Reading,
    /// What it would touch could not be read.
    Failed(String),
    /// It waits for somebody to agree.
    Asking(Box<Plan>),
    /// It is being done.
    Running(Box<Plan>, Running),
}

/// A deed under way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Running {
    /// When it began, by [`Seen::elapsed`].
    pub since: i64,
    /// How many are behind.
    pub done: u64,
    /// Whether Esc was pressed once.
    pub stopping: Stopping,
}

/// How far the stopping of a deed is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stopping {
    /// Nobody wants it to stop.
    No,
    /// Esc was pressed once: it asks whether to stop.
    Asks,
    /// It ends after the rows under way.
    Yes,
}

/// What a button does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Press {
    /// Does it.
    Yes,
    /// Asks about disabling in its place.
    DisableInstead,
    /// Closes the window, and nothing else.
    Cancel,
}

impl Bulk {
    /// The window for a deed to the chosen users.
    pub fn new(deed: Deed, chosen: Selection) -> Self {
        Self {
            deed,
            chosen,
            stage: Stage::Reading,
            typed: Entry::new(DIGITS),
            wrong: None,
            focus: Focus::Button(0),
        }
    }

    /// The buttons, the safe one last.
    pub(super) fn buttons(&self) -> Vec<(String, Press)> {
        let mut buttons = Vec::new();
        if let Stage::Asking(plan) = &self.stage
            && plan.can > 0
        {
            buttons.push((format!("YES, {}", self.deed.word().to_lowercase()), Press::Yes));
            if self.deed == Deed::Delete {
                buttons.push(("Disable instead".to_owned(), Press::DisableInstead));
            }
        }
        let nothing = matches!(&self.stage, Stage::Asking(plan) if plan.can == 0);
        let cancel = if nothing { "Close" } else { "Cancel" };
        buttons.push((cancel.to_owned(), Press::Cancel));
        buttons
    }

    /// The button that has the focus, if one has it; the safe one at first.
    pub(super) fn focused(&self) -> Option<usize> {
        let last = self.buttons().len() - 1;
        match self.focus {
            Focus::Number if self.to_type().is_some() => None,
            Focus::Number => Some(last),
            Focus::Button(at) => Some(last - at.min(last)),
        }
    }

    /// Moves the focus on, or back: from the number over the buttons to the safe one.
    fn step(&mut self, forward: bool) {
        let buttons = self.buttons().len();
        let numbers = usize::from(self.to_type().is_some());
        let stops = numbers + buttons;
        let at = self.focused().map_or(0, |at| at + numbers);
        let at = (at + if forward { 1 } else { stops - 1 }) % stops;
        self.focus = match at.checked_sub(numbers) {
            Some(button) => Focus::Button(buttons - 1 - button),
            None => Focus::Number,
        };
    }

    /// The number that has to be typed before it is done.
    pub(super) fn to_type(&self) -> Option<u64> {
        match &self.stage {
            Stage::Asking(plan) if self.deed == Deed::Delete && plan.count > 1 && plan.can > 0 => {
                Some(plan.count)
            }
            _ => None,
        }
    }

    fn read(&mut self, cx: &mut Cx) {
        self.stage = Stage::Reading;
        (self.focus, self.wrong) = (Focus::Button(0), None);
        let ask = UserAsk::Plan { deed: self.deed, chosen: self.chosen.clone() };
        cx.ask(PLAN, Ask::User(ask), "Looking up what it touches");
    }

    fn press(&mut self, cx: &mut Cx) {
        let buttons = self.buttons();
        let Some(at) = self.focused() else { return self.check_number() };
        match buttons.get(at).map(|(_, press)| *press) {
            Some(Press::Yes) => self.agree(cx),
            Some(Press::DisableInstead) => {
                self.deed = Deed::Disable;
                self.typed.clear();
                self.read(cx);
            }
            Some(Press::Cancel) | None => cx.push(Command::Close),
        }
    }

    /// What is wrong with the number, if one has to be typed.
    fn wrong_number(&self) -> Option<String> {
        let count = self.to_type()?;
        let typed = self.typed.value().trim().replace([',', '.', ' ', '\''], "");
        if typed.parse() == Ok(count) {
            return None;
        }
        let count = thousands(count);
        Some(if typed.is_empty() {
            format!("Type {count} first. Nothing is deleted.")
        } else {
            let typed = self.typed.value().trim();
            format!("{count} users are selected, not {typed}. Nothing is deleted.")
        })
    }

    /// Enter behind the number goes on to the button, if it is right.
    fn check_number(&mut self) {
        self.wrong = self.wrong_number();
        if self.wrong.is_none() {
            self.focus = Focus::Button(self.buttons().len() - 1);
        }
    }

    /// Agreed to: done, if the number was typed where one has to be.
    fn agree(&mut self, cx: &mut Cx) {
        self.wrong = self.wrong_number();
        if self.wrong.is_some() {
            self.focus = Focus::Number;
            return;
        }
        if let Stage::Asking(plan) = std::mem::replace(&mut self.stage, Stage::Reading) {
            let chosen = self.chosen.clone();
            let ask = UserAsk::Bulk { deed: self.deed, chosen, expect: plan.count };
            cx.ask(RUN, Ask::User(ask), doing(self.deed));
            let running = Running { since: cx.seen.elapsed, done: 0, stopping: Stopping::No };
            self.stage = Stage::Running(plan, running);
        }
    }

    fn edit(&mut self, change: impl FnOnce(&mut Entry)) {
        change(&mut self.typed);
        (self.focus, self.wrong) = (Focus::Number, None);
    }

    fn answer(&mut self, slot: Slot, answer: Answer, cx: &mut Cx) {
        match answer {
            Ok(Reply::Plan(plan)) if slot == PLAN => self.stage = Stage::Asking(plan),
            Ok(Reply::Outcome(outcome)) => self.finish(*outcome, cx),
            Ok(_) => {}
            Err(refusal) if slot == PLAN => self.stage = Stage::Failed(refusal.to_string()),
            Err(refusal) => {
                let again = matches!(
                    refusal,
                    DeskError::Conflict(_) | DeskError::Problems(_) | DeskError::NotFound { .. }
                );
                cx.say(Status::refused(refusal.to_string()));
                cx.push(Command::Changed);
                if again {
                    self.read(cx);
                } else {
                    self.stage = Stage::Failed(refusal.to_string());
                }
            }
        }
    }

    /// It is done: told in the status line, and row by row where there is more to tell.
    fn finish(&mut self, outcome: Outcome, cx: &mut Cx) {
        let Stage::Running(plan, _) = std::mem::replace(&mut self.stage, Stage::Reading) else {
            return;
        };
        let (deed, done) = (self.deed, outcome.done);
        let whole = outcome.done == outcome.of;
        let told = told(deed, &plan, &outcome);
        cx.say(if whole { Status::done(told) } else { Status::refused(told) });
        cx.push(Command::Offer(self.way_back(&outcome).map(Box::new)));
        cx.push(Command::Changed);
        let word = Box::new(Word::Deed { deed, done });
        cx.push(Command::CloseWith(Event::Word(word)));
        if plan.count > 1 {
            cx.open(Results::new(deed, &plan, outcome));
        }
    }

    /// The opposite deed to those that it was done to, where they are known.
    fn way_back(&self, outcome: &Outcome) -> Option<UndoStep> {
        let (back, word) = match self.deed {
            Deed::Disable => (Deed::Enable, "enabled"),
            Deed::Enable => (Deed::Disable, "disabled"),
            Deed::Unlock | Deed::Delete | Deed::Invite => return None,
        };
        let Selection::These(ids) = &self.chosen else { return None };
        let known = !outcome.stopped && outcome.failed.is_none() && outcome.refused_more == 0;
        let refused = |id: &UserId| outcome.refused.iter().any(|row| row.id == *id);
        let done: Vec<UserId> = ids.iter().copied().filter(|id| !refused(id)).collect();
        (known && !done.is_empty()).then(|| UndoStep {
            told: format!("{} {word} again.", users_are(done.len() as u64)),
            ask: Ask::User(UserAsk::Bulk {
                deed: back,
                expect: done.len() as u64,
                chosen: Selection::These(done),
            }),
        })
    }
}

/// `1 user is`, `1,204 users are`
fn users_are(count: u64) -> String {
    if count == 1 { "1 user is".to_owned() } else { format!("{} users are", thousands(count)) }
}

/// What to show while it takes long.
fn doing(deed: Deed) -> &'static str {
    match deed {
        Deed::Disable => "Disabling",
        Deed::Enable => "Enabling",
        Deed::Unlock => "Unlocking",
        Deed::Delete => "Deleting",
        Deed::Invite => "Inviting",
    }
}

/// What came of it, in a sentence or two.
pub(super) fn told(deed: Deed, plan: &Plan, outcome: &Outcome) -> String {
    let (done, of) = (thousands(outcome.done), thousands(outcome.of));
    let verb = deed.done();
    if let Some(failed) = &outcome.failed {
        return format!("{done} of {of} are {verb}, then it ended: {failed}");
    }
    if outcome.stopped {
        return format!("Stopped: {done} of {of} are {verb} and stay so.");
    }
    match (&plan.sample[..], &outcome.refused[..]) {
        ([_], [refused]) if outcome.of == 1 => refused.why.clone(),
        ([only], []) if outcome.of == 1 => match deed {
            Deed::Delete if !plan.stays.is_empty() => {
                format!("{} is deleted. What stays: {}.", only.user_id, plan.stays.join(", "))
            }
            _ => format!("{} is {verb}.", only.user_id),
        },
        _ if outcome.done == outcome.of => format!("{} {verb}.", users_are(outcome.done)),
        _ => format!("{done} of {of} users are {verb}; for the others it says why not."),
    }
}

impl Screen for Bulk {
    fn context(&self) -> Context {
        Context::Dialog
    }

    fn path(&self) -> String {
        let word = self.deed.word();
        match &self.stage {
            Stage::Asking(plan) | Stage::Running(plan, _) if plan.count == 1 => {
                let who = plan.sample.first().map(|row| row.user_id.to_string());
                format!("{word} {}", who.unwrap_or_else(|| "1 user".to_owned()))
            }
            Stage::Asking(plan) | Stage::Running(plan, _)
                if self.deed == Deed::Invite && plan.can < plan.count =>
            {
                format!("{word} {} of {} users", thousands(plan.can), thousands(plan.count))
            }
            Stage::Asking(plan) | Stage::Running(plan, _) => {
                format!("{word} {} users", thousands(plan.count))
            }
            Stage::Reading | Stage::Failed(_) => format!("{word} users"),
        }
    }

    fn window(&self, seen: &Seen) -> Option<(u16, u16)> {
        Some((draw::COLUMNS, draw::rows(self, seen)))
    }

    fn takes_text(&self) -> bool {
        // The number may be typed before it is known which.
        let reading = matches!(self.stage, Stage::Reading);
        self.to_type().is_some() || reading && self.deed == Deed::Delete
    }

    fn deliberate(&self) -> bool {
        true
    }

    fn can(&self, action: Action, _seen: &Seen) -> Can {
        let buttons = action == Action::NextField || action == Action::PreviousField;
        let edits = action == Action::ClearField || action == Action::DeleteWord;
        match &self.stage {
            Stage::Running(..) if buttons || action == Action::Press => Can::Hidden,
            _ if buttons && self.buttons().len() < 2 => Can::Hidden,
            _ if edits && !self.takes_text() => Can::Hidden,
            _ => Can::Yes,
        }
    }

    fn back(&mut self, cx: &mut Cx) -> bool {
        let Stage::Running(_, running) = &mut self.stage else { return false };
        running.stopping = match running.stopping {
            Stopping::No => Stopping::Asks,
            Stopping::Asks => {
                cx.push(Command::Stop(RUN));
                Stopping::Yes
            }
            Stopping::Yes => Stopping::Yes,
        };
        true
    }

    fn hit(&mut self, spot: Spot) -> Option<Action> {
        let Spot::Button(at) = spot else { return None };
        let last = self.buttons().len() - 1;
        self.focus = Focus::Button(last.checked_sub(at)?);
        Some(Action::Press)
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        match event {
            Event::Opened => self.read(cx),
            Event::Act(Action::NextField) => self.step(true),
            Event::Act(Action::PreviousField) => self.step(false),
            Event::Edit(Chord { key: Key::Right, .. }) => self.step(true),
            Event::Edit(Chord { key: Key::Left, .. }) => self.step(false),
            Event::Act(Action::ClearField) => self.edit(Entry::clear),
            Event::Act(Action::DeleteWord) => self.edit(Entry::delete_word),
            Event::Act(Action::Press) => self.press(cx),
            Event::Type(c) => self.edit(|typed| {
                typed.type_char(c);
            }),
            Event::Edit(chord) => self.edit(|typed| {
                typed.edit(chord);
            }),
            Event::Paste(pasted) => self.edit(|typed| drop(typed.paste(&pasted))),
            Event::Progress { done, .. } => {
                if let Stage::Running(_, running) = &mut self.stage {
                    running.done = done;
                }
            }
            Event::Answer { slot, answer } => self.answer(slot, answer, cx),
            _ => {}
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        draw::draw(self, area, pen);
    }
}
