//! One contact, and the way to its portal user.

use ratatui::layout::Rect;

use super::edit::Edit;
use super::{may_keep, record_view};
use crate::domain::id::ContactId;
use crate::service::DeskError;
use crate::service::contacts::ContactView;
use crate::tui::ask::{Answer, Ask, ContactAsk, Reply};
use crate::tui::event::{Can, Command, Cx, Event, Screen, Slot, Status};
use crate::tui::keymap::{Action, Context};
use crate::tui::screens::listing::neighbour;
use crate::tui::screens::{Word, users};
use crate::tui::state::Seen;
use crate::tui::view::pen::Pen;

const SHOW: Slot = "show";

/// One contact.
#[derive(Debug)]
pub struct Record {
    id: ContactId,
    /// The contacts of the page that it was opened from.
    page: Vec<ContactId>,
    pub(super) view: Option<Box<ContactView>>,
    /// Why it can't be shown.
    pub(super) trouble: Option<String>,
    /// The first line of the history that is shown.
    pub(super) top: usize,
}

impl Record {
    /// The contact `id`, on a page of others.
    pub fn new(id: ContactId, page: Vec<ContactId>) -> Self {
        Self { id, page, view: None, trouble: None, top: 0 }
    }

    fn read(&self, cx: &mut Cx) {
        cx.ask(SHOW, Ask::Contact(ContactAsk::Show(self.id)), "Reading");
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::Refresh => self.read(cx),
            Action::NextRecord => self.step(1, cx),
            Action::PreviousRecord => self.step(-1, cx),
            Action::Up => self.top = self.top.saturating_sub(1),
            Action::Down => {
                let last = self.view.as_ref().map_or(0, |v| v.history.len().saturating_sub(1));
                self.top = (self.top + 1).min(last);
            }
            Action::Edit => {
                if let Some(view) = &self.view {
                    cx.open(Edit::of(view));
                }
            }
            Action::PortalUser => self.open_user(cx),
            _ => {}
        }
    }

    fn open_user(&self, cx: &mut Cx) {
        let row = self.view.as_ref().map(|view| &view.row);
        if let Some((row, user)) = row.and_then(|row| Some((row, row.user?))) {
            let path = format!("Contacts ▸ {} ▸ Portal User", row.label());
            cx.open(users::SignIns::new(user, path).jumping());
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
                cx.say(Status::note(format!("This is the {end} contact of its page in the list.")));
            }
        }
    }

    fn answer(&mut self, answer: Answer, cx: &mut Cx) {
        match answer {
            Ok(Reply::Contact(view)) => self.show(view),
            Ok(_) => {}
            Err(refusal @ DeskError::NotFound { .. }) => {
                self.trouble = Some(refusal.to_string());
            }
            Err(refusal) => cx.say(Status::refused(refusal.to_string())),
        }
    }

    fn show(&mut self, view: Box<ContactView>) {
        self.trouble = None;
        self.top = self.top.min(view.history.len().saturating_sub(1));
        self.view = Some(view);
    }
}

impl Screen for Record {
    fn context(&self) -> Context {
        Context::ContactRecord
    }

    fn path(&self) -> String {
        match &self.view {
            Some(view) => format!("Contacts ▸ {}", view.row.label()),
            None => format!("Contacts ▸ {}", self.id),
        }
    }

    fn can(&self, action: Action, seen: &Seen) -> Can {
        let view = self.view.as_deref();
        match action {
            Action::Edit | Action::PortalUser if view.is_none() => {
                Can::No("The contact is still being read.".to_owned())
            }
            Action::Edit => may_keep(seen),
            Action::PortalUser => Can::unless(view.filter(|it| it.row.user.is_none()).map(|it| {
                format!(
                    "{} is no portal user; approving a portal request makes one.",
                    it.row.label()
                )
            })),
            Action::NextRecord | Action::PreviousRecord if self.page.len() < 2 => Can::Hidden,
            Action::Up | Action::Down if view.is_none_or(|it| it.history.is_empty()) => Can::Hidden,
            _ => Can::Yes,
        }
    }

    fn unready(&self, action: Action) -> bool {
        !matches!(action, Action::NextRecord | Action::PreviousRecord)
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        match event {
            Event::Opened | Event::Changed => self.read(cx),
            Event::Act(action) => self.act(action, cx),
            Event::Answer { answer, .. } => self.answer(answer, cx),
            Event::Word(word) => {
                if let Word::Contact { view, told } = *word {
                    cx.say(Status::done(told));
                    cx.push(Command::Offer(None));
                    cx.push(Command::Changed);
                    self.show(view);
                }
            }
            _ => {}
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        record_view::draw(self, area, pen);
    }
}
