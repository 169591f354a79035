//! One user: what is known of the account, and looking after it.

use ratatui::layout::Rect;

use super::own_password::OwnPassword;
use super::password::ChangePassword;
use super::record_view;
use super::sign_ins::SignIns;
use crate::domain::id::UserId;
use crate::domain::user::UserStatus;
use crate::service::DeskError;
use crate::service::user_views::UserView;
use crate::tui::ask::{Answer, Ask, Reply, UserAsk};
use crate::tui::event::{Can, Command, Cx, Event, Screen, Slot, Status, UndoStep};
use crate::tui::keymap::{Action, Context};
use crate::tui::popup::question::{Press, Question};
use crate::tui::screens::listing::neighbour;
use crate::tui::screens::{Word, contacts};
use crate::tui::state::Seen;
use crate::tui::view::pen::Pen;

const SHOW: Slot = "show";
const DISABLE: Slot = "disable";
const ENABLE: Slot = "enable";
const UNLOCK: Slot = "unlock";

/// One user.
#[derive(Debug)]
pub struct Record {
    id: UserId,
    /// The users of the page that it was opened from.
    page: Vec<UserId>,
    pub(super) view: Option<Box<UserView>>,
    /// Why it can't be shown.
    pub(super) trouble: Option<String>,
    /// The first line of the history that is shown.
    pub(super) top: usize,
}

impl Record {
    /// The user `id`, on a page of others.
    pub fn new(id: UserId, page: Vec<UserId>) -> Self {
        Self { id, page, view: None, trouble: None, top: 0 }
    }

    fn read(&self, cx: &mut Cx) {
        cx.ask(SHOW, Ask::User(UserAsk::Show(self.id)), "Reading");
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
            action => self.look_after(action, cx),
        }
    }

    fn look_after(&self, action: Action, cx: &mut Cx) {
        let Some(view) = &self.view else { return };
        let (id, base) = (self.id, view.row.stamp);
        let mut ask = |slot, ask, doing| cx.ask(slot, Ask::User(ask), doing);
        match action {
            Action::ChangePassword => match cx.seen.who.as_ref().filter(|it| it.user() == id) {
                Some(who) => cx.open(OwnPassword::new(who.user_id().clone())),
                None => cx.open(ChangePassword::new(view)),
            },
            Action::Disable => cx.open(disabling(view)),
            Action::Confirm => ask(DISABLE, UserAsk::Disable { id, base }, "Disabling"),
            Action::Enable => ask(ENABLE, UserAsk::Enable { id, base }, "Enabling"),
            Action::Unlock => ask(UNLOCK, UserAsk::Unlock { id, base }, "Unlocking"),
            Action::SignIns => {
                let path = format!("Users ▸ {} ▸ Sign-ins", view.row.user_id);
                cx.open(SignIns::new(id, path));
            }
            Action::OpenContact => {
                if let Some(profile) = &view.profile {
                    cx.open(contacts::Record::new(profile.contact, vec![profile.contact]));
                }
            }
            _ => {}
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
                cx.say(Status::note(format!("This is the {end} user of its page in the list.")));
            }
        }
    }

    /// Takes an answer; a change that was done is told, with the way back.
    fn answer(&mut self, slot: Slot, answer: Answer, cx: &mut Cx) {
        match answer {
            Ok(Reply::User(view)) if slot == SHOW => self.show(view),
            Ok(Reply::User(view)) => self.changed(slot, view, cx),
            Ok(_) => {}
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

    fn show(&mut self, view: Box<UserView>) {
        self.trouble = None;
        self.top = self.top.min(view.history.len().saturating_sub(1));
        self.view = Some(view);
    }

    fn changed(&mut self, slot: Slot, view: Box<UserView>, cx: &mut Cx) {
        let (id, base) = (view.row.id, view.row.stamp);
        let user = &view.row.user_id;
        let (told, undo) = match slot {
            DISABLE => (
                format!("{user} is disabled and can't sign in any more."),
                Some((UserAsk::Enable { id, base }, format!("{user} is enabled again."))),
            ),
            ENABLE => (
                enabled(&view),
                Some((UserAsk::Disable { id, base }, format!("{user} is disabled again."))),
            ),
            _ => (format!("{user} can try to sign in again at once."), None),
        };
        tell(told, undo, cx);
        self.show(view);
    }
}

fn tell(told: String, undo: Option<(UserAsk, String)>, cx: &mut Cx) {
    cx.say(Status::done(told));
    cx.push(Command::Offer(undo.map(|(ask, told)| UndoStep { ask: Ask::User(ask), told })));
    cx.push(Command::Changed);
}

/// What follows from enabling: who has no password yet still can't come in.
fn enabled(view: &UserView) -> String {
    let user = &view.row.user_id;
    match view.row.status {
        UserStatus::Pending => format!("{user} is enabled and waits for a first password."),
        _ => format!("{user} is enabled and can sign in again."),
    }
}

fn disabling(view: &UserView) -> Question {
    let user = &view.row.user_id;
    let text = format!(
        "{user} ({}) can't sign in from then on and is out at the next step if signed in now. Password and history stay; Enable takes it back.",
        view.row.label()
    );
    let buttons = vec![("Cancel", Press::Close), ("Disable", Press::Act(Action::Confirm))];
    Question::new(format!("Disable {user}?"), &text, buttons).deliberate()
}

impl Screen for Record {
    fn context(&self) -> Context {
        Context::UserRecord
    }

    fn path(&self) -> String {
        match &self.view {
            Some(view) => format!("Users ▸ {}", view.row.user_id),
            None => format!("Users ▸ {}", self.id),
        }
    }

    fn can(&self, action: Action, seen: &Seen) -> Can {
        let view = self.view.as_deref();
        let own = seen.who.as_ref().is_some_and(|who| who.user() == self.id);
        let manage = |can: fn(&UserView) -> bool, otherwise: &str| match view {
            None => Can::No("The user is still being read.".to_owned()),
            Some(UserView { why_not_manage: Some(reason), .. }) => Can::No(reason.clone()),
            Some(view) if can(view) => Can::Yes,
            Some(_) => Can::No(otherwise.to_owned()),
        };
        match action {
            Action::ChangePassword if own => Can::Yes,
            Action::ChangePassword => manage(|_| true, ""),
            Action::Disable | Action::Confirm => {
                manage(|it| it.row.status != UserStatus::Disabled, "This user is disabled already.")
            }
            Action::Enable => manage(
                |it| it.row.status == UserStatus::Disabled,
                "Only a disabled user can be enabled.",
            ),
            Action::Unlock => manage(
                |it| it.failed_count > 0 || it.throttled_until.is_some(),
                "No sign-in has failed since the last good one; there is nothing to unlock.",
            ),
            Action::OpenContact if view.is_none_or(|it| it.profile.is_none()) => Can::Hidden,
            Action::SignIns if view.is_none() => Can::Hidden,
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
            Event::Answer { slot, answer } => self.answer(slot, answer, cx),
            Event::Word(word) => {
                if let Word::User { view, told } = *word {
                    tell(told, None, cx);
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
