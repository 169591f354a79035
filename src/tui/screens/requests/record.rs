//! One request: what the visitor wrote, who it may be, and the steps to a portal user.

use ratatui::layout::Rect;

use super::approve::Approve;
use super::contact::NewContact;
use super::edit::Edit;
use super::reject::Reject;
use super::{look_up, may_handle, record_view};
use crate::domain::id::{ContactId, RequestId};
use crate::domain::request::RequestStatus;
use crate::service::DeskError;
use crate::service::request_views::RequestView;
use crate::tui::ask::{Answer, Ask, Reply, RequestAsk};
use crate::tui::event::{Can, Command, Cx, Event, Screen, Slot, Status, UndoStep};
use crate::tui::keymap::{Action, Context};
use crate::tui::screens::Word;
use crate::tui::state::Seen;
use crate::tui::view::pen::Pen;

const SHOW: Slot = "show";
const LINK: Slot = "link";
const UNLINK: Slot = "unlink";
const REOPEN: Slot = "reopen";

/// One portal request.
#[derive(Debug)]
pub struct Record {
    id: RequestId,
    /// The requests of the page that it was opened from.
    page: Vec<RequestId>,
    pub(super) view: Option<Box<RequestView>>,
    /// Why it can't be shown.
    pub(super) trouble: Option<String>,
    /// The first line of the history that is shown.
    pub(super) top: usize,
}

impl Record {
    /// The request `id`, on a page of others.
    pub fn new(id: RequestId, page: Vec<RequestId>) -> Self {
        Self { id, page, view: None, trouble: None, top: 0 }
    }

    /// Which request it is.
    pub fn id(&self) -> RequestId {
        self.id
    }

    fn read(&self, cx: &mut Cx) {
        cx.ask(SHOW, Ask::Request(RequestAsk::Show(self.id)), "Reading");
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::Refresh => return self.read(cx),
            Action::NextRecord => return self.step(1, cx),
            Action::PreviousRecord => return self.step(-1, cx),
            Action::Up => self.top = self.top.saturating_sub(1),
            Action::Down => {
                let last = self.view.as_ref().map_or(0, |v| v.history.len().saturating_sub(1));
                self.top = (self.top + 1).min(last);
            }
            _ => {}
        }
        let Some(view) = &self.view else { return };
        let (id, base) = (self.id, view.row.stamp);
        let change = |ask| Ask::Request(ask);
        match action {
            Action::Edit => cx.open(Edit::new(view)),
            Action::LinkContact => cx.open(look_up::contacts_for(view)),
            Action::NewContact => cx.open(NewContact::new(view)),
            Action::Approve => cx.open(Approve::new(view)),
            Action::Reject => cx.open(Reject::new(view)),
            Action::UnlinkContact => {
                cx.ask(UNLINK, change(RequestAsk::Unlink { id, base }), "Unlinking")
            }
            Action::Reopen => cx.ask(REOPEN, change(RequestAsk::Reopen { id, base }), "Reopening"),
            _ => {}
        }
    }

    fn step(&mut self, by: isize, cx: &mut Cx) {
        let at = self.page.iter().position(|id| *id == self.id);
        let next = at.and_then(|at| at.checked_add_signed(by)).and_then(|at| self.page.get(at));
        match next {
            Some(next) => {
                self.id = *next;
                self.view = None;
                self.top = 0;
                self.read(cx);
            }
            None => {
                let end = if by > 0 { "last" } else { "first" };
                cx.say(Status::note(format!(
                    "{} is the {end} one of its page in the list.",
                    self.id
                )));
            }
        }
    }

    /// Takes an answer; a change that was done is told, with the way back.
    fn answer(&mut self, slot: Slot, answer: Answer, cx: &mut Cx) {
        match answer {
            Ok(Reply::Request(view)) if slot == SHOW => self.show(view),
            Ok(Reply::Request(view)) => self.changed(slot, view, cx),
            Ok(_) => {}
            Err(refusal @ DeskError::NotFound { .. }) if slot == SHOW => {
                self.trouble = Some(refusal.to_string())
            }
            Err(DeskError::Conflict(conflict)) => {
                cx.say(Status::refused(format!("{conflict} What you see is as it is now.")));
                self.read(cx);
            }
            Err(refusal) => cx.say(Status::refused(refusal.to_string())),
        }
    }

    fn show(&mut self, view: Box<RequestView>) {
        self.trouble = None;
        self.top = self.top.min(view.history.len().saturating_sub(1));
        self.view = Some(view);
    }

    fn changed(&mut self, slot: Slot, view: Box<RequestView>, cx: &mut Cx) {
        let (id, base) = (view.row.id, view.row.stamp);
        let number = view.row.number.clone();
        let before = self.view.as_ref().map(|v| v.row.clone());
        let (told, undo) = match slot {
            LINK => {
                let name = view.row.contact_name.clone().unwrap_or_default();
                let told = format!("{number} is linked to {name} and can be approved: x, Approve.");
                (
                    told,
                    Some((RequestAsk::Unlink { id, base }, format!("{number} is unlinked again."))),
                )
            }
            UNLINK => {
                let contact = before.and_then(|row| row.contact);
                let undo = contact.map(|contact| {
                    (RequestAsk::Link { id, base, contact }, format!("{number} is linked again."))
                });
                (format!("{number} has no contact any more; it is new again."), undo)
            }
            _ => {
                let reason = before.and_then(|row| row.reject_reason).map(|r| r.raw().to_owned());
                let undo = reason.map(|reason| {
                    (
                        RequestAsk::Reject { id, base, reason },
                        format!("{number} is rejected again."),
                    )
                });
                (format!("{number} is taken up again; it is new."), undo)
            }
        };
        tell(told, undo, cx);
        self.show(view);
    }

    /// Takes what a window above has done.
    fn hear_word(&mut self, word: Word, cx: &mut Cx) {
        let Word::Request { view, told } = word else { return };
        let (id, base) = (view.row.id, view.row.stamp);
        let number = &view.row.number;
        let undo = match view.row.status {
            RequestStatus::Rejected => {
                Some((RequestAsk::Reopen { id, base }, format!("{number} is taken up again.")))
            }
            _ => None,
        };
        tell(told, undo, cx);
        if self.id == id {
            self.show(view);
        }
    }
}

fn tell(told: String, undo: Option<(RequestAsk, String)>, cx: &mut Cx) {
    cx.say(Status::done(told));
    cx.push(Command::Offer(undo.map(|(ask, told)| UndoStep { ask: Ask::Request(ask), told })));
    cx.push(Command::Changed);
}

impl Screen for Record {
    fn context(&self) -> Context {
        Context::RequestRecord
    }

    fn path(&self) -> String {
        format!("Portal Requests ▸ {}", self.id)
    }

    fn can(&self, action: Action, seen: &Seen) -> Can {
        let status = self.view.as_ref().map(|v| v.row.status);
        let open = status.is_some_and(RequestStatus::is_open);
        let linked = self.view.as_ref().is_some_and(|v| v.row.contact.is_some());
        let handled = |can: bool, otherwise: &str| match may_handle(seen) {
            Can::Yes if !can => Can::No(otherwise.to_owned()),
            can => can,
        };
        match action {
            Action::Edit | Action::LinkContact | Action::NewContact => {
                handled(open, "This request is closed; only an open one can be changed.")
            }
            Action::Reject => handled(open, "This request is closed already."),
            Action::UnlinkContact => {
                handled(open && linked, "No contact is linked, or the request is closed.")
            }
            Action::Reopen => handled(
                status == Some(RequestStatus::Rejected),
                "Only a rejected request can be reopened.",
            ),
            Action::Approve => {
                let reason = self.view.as_ref().and_then(|v| v.why_not_approve.as_deref());
                handled(
                    self.view.is_some() && reason.is_none(),
                    reason.unwrap_or("The request is still being read."),
                )
            }
            Action::NextRecord | Action::PreviousRecord if self.page.len() < 2 => Can::Hidden,
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
            Event::Answer { slot, answer } => self.answer(slot, answer, cx),
            Event::Word(word) => self.hear_word(*word, cx),
            Event::Picked { taken, .. } => {
                if let Some(view) = &self.view {
                    let contact = ContactId(taken.id);
                    let ask = RequestAsk::Link { id: self.id, base: view.row.stamp, contact };
                    cx.ask(LINK, Ask::Request(ask), "Linking");
                }
            }
            _ => {}
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        record_view::draw(self, area, pen);
    }
}
