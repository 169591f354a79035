//! Why can't they sign in? The verdict on a user, with what mends each line ready to press.
//!
//! Owns the way from a line to its deed; what is true and who may is the service's to say, and
//! is read again after each deed.

mod view;

use ratatui::layout::Rect;
use view::Row;

use crate::domain::id::UserId;
use crate::service::{DeskError, Explanation, Fix, PortalScope, Stamp, Verdict};
use crate::tui::ask::{
    Ask, CompanyAsk, MailAsk, MailReply, Reply, SettingsAsk, SettingsReply, UserAsk,
};
use crate::tui::event::{Can, Cx, Event, Screen, Slot, Spot, Status};
use crate::tui::keymap::{Action, Context};
use crate::tui::popup::question::{Press, Question};
use crate::tui::screens::Word;
use crate::tui::screens::outbox;
use crate::tui::screens::record::{self, Done, Kind};
use crate::tui::screens::settings::SiteSync;
use crate::tui::screens::users::invitation::INVITE;
use crate::tui::screens::users::list;
use crate::tui::screens::users::password::ChangePassword;
use crate::tui::screens::users::record::{ENABLE, RESET, UNLOCK, resetting};
use crate::tui::screens::users::sign_ins::SignIns;
use crate::tui::state::Seen;
use crate::tui::view::pen::Pen;

const READ: Slot = "explain";
const SHOW: Slot = "show";
const PORTAL: Slot = "portal";
const SITE: Slot = "site";
const COMPANY: Slot = "company";
const RELEASE: Slot = "release";

/// The columns of the window, and those of them that no sentence gets.
const COLUMNS: u16 = 76;
const MARGIN: u16 = 9;
/// The rows for what Enter does, or why it can't, with the rule above them.
const FOOT: u16 = 4;
/// The rows around the lines: headline and gaps.
const AROUND: u16 = FOOT + 3;

/// The window with the verdict on one user.
#[derive(Debug)]
pub struct Explain {
    id: UserId,
    explained: Option<Box<Explanation>>,
    /// Why it can't be told.
    trouble: Option<String>,
    /// The selected line; the refused tries come after the last one.
    at: usize,
    /// The first row that is shown.
    top: usize,
    /// What the question above asks about, and what it was read at: the verdict may be read
    /// again meanwhile, and agreeing means what was asked.
    asked: Option<(Fix, Option<Stamp>)>,
}

impl Explain {
    /// The window on `id`.
    pub fn new(id: UserId) -> Self {
        Self { id, explained: None, trouble: None, at: 0, top: 0, asked: None }
    }

    fn read(&self, cx: &mut Cx) {
        cx.ask(READ, Ask::User(UserAsk::Explain(self.id)), "Looking into it");
    }

    fn selected(&self) -> Option<&Verdict> {
        self.explained.as_ref().and_then(|it| it.lines.get(self.at))
    }

    /// Whether the refused tries are selected.
    fn at_tries(&self) -> bool {
        self.explained.as_ref().is_some_and(|it| self.at == it.lines.len())
    }

    /// How many lines can be selected.
    fn count(&self) -> usize {
        self.explained
            .as_ref()
            .map_or(0, |it| it.lines.len() + usize::from(!it.failures.is_empty()))
    }

    fn step(&mut self, by: isize, seen: &Seen) {
        self.at = self.at.saturating_add_signed(by).min(self.count().saturating_sub(1));
        self.show_selected(seen);
    }

    /// Scrolls so far that the selected line is there, and all that follows the last one.
    fn show_selected(&mut self, seen: &Seen) {
        let (rows, height) = (self.rows(seen), self.height(seen));
        let of_line = |row: &Row| row.line == Some(self.at);
        let first = rows.iter().position(of_line).unwrap_or(0);
        let mut last = rows.iter().rposition(of_line).unwrap_or(0);
        if self.at + 1 >= self.count() {
            last = rows.len().saturating_sub(1);
        }
        self.top = self.top.max((last + 1).saturating_sub(height)).min(first);
    }

    /// The rows between headline and foot.
    fn height(&self, seen: &Seen) -> usize {
        let inside = self.window(seen).map_or(0, |(_, rows)| rows.saturating_sub(2 + AROUND));
        usize::from(inside.max(1))
    }

    /// What Enter does on the selected line, or why it does nothing.
    fn foot(&self) -> (Option<String>, Option<String>) {
        if self.at_tries() {
            return (Some("Every try of this user to sign in".to_owned()), None);
        }
        let Some(verdict) = self.selected() else { return (None, None) };
        (verdict.fix_label.clone(), verdict.why_not.clone())
    }

    /// Does what mends the selected line, or asks about it first.
    fn mend(&mut self, cx: &mut Cx) {
        let Some((fix, base)) = self.selected().and_then(|it| it.fix.map(|fix| (fix, it.base)))
        else {
            if self.at_tries() {
                self.open_sign_ins(cx);
            }
            return;
        };
        self.asked = Some((fix, base));
        match (fix, base) {
            (Fix::PortalOn(scope), _) => cx.open(self.switching_on(scope)),
            (Fix::SiteSync, _) => cx.open(SiteSync::default()),
            (Fix::SetPassword, _) => {
                cx.ask(SHOW, Ask::User(UserAsk::Show(self.id)), "Reading the user");
            }
            (Fix::ResetSecondFactor, _) => {
                if let Some(it) = &self.explained {
                    cx.open(resetting(&it.user_id, &it.name));
                }
            }
            (Fix::Enable, Some(base)) => {
                let ask = UserAsk::Enable { id: self.id, base };
                cx.ask(ENABLE, Ask::User(ask), "Enabling");
            }
            (Fix::Unlock, Some(base)) => {
                let ask = UserAsk::Unlock { id: self.id, base };
                cx.ask(UNLOCK, Ask::User(ask), "Unlocking");
            }
            (Fix::Invite { again: true }, Some(_)) => {
                if let Some(it) = &self.explained {
                    let address = it.email.clone().unwrap_or_default();
                    cx.open(outbox::again(&it.user_id, &address, Action::Agree(INVITE)));
                }
            }
            (Fix::Invite { again: false }, Some(base)) => self.invite(base, false, cx),
            (Fix::ReleaseMail(id), _) => {
                cx.ask(RELEASE, Ask::Mail(MailAsk::Release(id)), "Releasing");
            }
            (Fix::ActivateSite(id), Some(base)) => {
                let ask = SettingsAsk::UseSite { id, base, active: true };
                cx.ask(SITE, Ask::Settings(ask), "Activating the site");
            }
            (Fix::ActivateCompany(id), Some(base)) => {
                let ask = CompanyAsk::Activate { id, base };
                cx.ask(COMPANY, Ask::Company(ask), "Activating the company");
            }
            _ => self.read(cx),
        }
    }

    /// What was asked about was agreed to.
    fn confirmed(&mut self, action: Action, cx: &mut Cx) {
        match (action, self.asked.take()) {
            (Action::Confirm, Some((Fix::PortalOn(scope), _))) => {
                let ask = SettingsAsk::SetPortal { scope, on: true };
                cx.ask(PORTAL, Ask::Settings(ask), "Switching the portal on");
            }
            (Action::Agree(RESET), Some((Fix::ResetSecondFactor, Some(base)))) => {
                let ask = UserAsk::ResetFactor { id: self.id, base };
                cx.ask(RESET, Ask::User(ask), "Resetting");
            }
            (Action::Agree(INVITE), Some((Fix::Invite { again }, Some(base)))) => {
                self.invite(base, again, cx);
            }
            _ => {}
        }
    }

    fn invite(&self, base: Stamp, again: bool, cx: &mut Cx) {
        let ask = UserAsk::Invite { id: self.id, base, again };
        cx.ask(INVITE, Ask::User(ask), "Queueing");
    }

    /// Switching on lets others in, too.
    fn switching_on(&self, scope: PortalScope) -> Question {
        let place = match scope {
            PortalScope::Everywhere => "at every site whose own switch is on".to_owned(),
            PortalScope::At(_) => {
                let code = self.selected().and_then(|it| it.about.clone()).unwrap_or_default();
                format!("at {code}")
            }
        };
        let text = format!(
            "From then on everybody with an account can sign in {place}, not this user alone, and visitors can send requests."
        );
        let label = "Switch it on";
        let buttons = vec![("Cancel", Press::Close), (label, Press::Act(Action::Confirm))];
        Question::new("Switch the portal on?", &text, buttons)
    }

    fn open_sign_ins(&self, cx: &mut Cx) {
        if let Some(it) = &self.explained {
            let path = format!("Users ▸ {} ▸ Sign-ins", it.user_id);
            cx.open(SignIns::new(self.id, path));
        }
    }

    /// A deed is done: told, and the verdict is read again.
    fn done(&self, done: Done, cx: &mut Cx) {
        record::tell(done, cx);
        self.read(cx);
    }

    fn answer(&mut self, slot: Slot, reply: Reply, cx: &mut Cx) {
        match (slot, reply) {
            (READ, Reply::Explained(explained)) => self.take(explained, cx.seen),
            (SHOW, Reply::User(view)) => cx.open(ChangePassword::new(&view)),
            (slot, Reply::User(view)) => {
                self.done(<list::Users as Kind>::changed(slot, None, &view), cx);
            }
            (_, Reply::Company(view)) => {
                let (id, base, name) = (view.row.id, view.row.stamp, &view.row.name);
                let back = Ask::Company(CompanyAsk::Deactivate { id, base });
                let done = Done::told(format!("{name} is active again."))
                    .undone_by(back, format!("{name} is inactive again."));
                self.done(done, cx);
            }
            (_, Reply::Mail(MailReply::Mail(view))) => {
                let told = format!("Mail {} is released: it waits for its turn.", view.row.id);
                self.done(Done::told(told), cx);
            }
            (_, Reply::Settings(reply)) => self.done(Done::told(switched(&reply)), cx),
            _ => {}
        }
    }

    /// Takes a verdict; the line that was selected stays so while it is there.
    fn take(&mut self, explained: Box<Explanation>, seen: &Seen) {
        let key = |it: &Verdict| (it.code, it.about.clone());
        let was = self.selected().map(key);
        let same = explained.lines.iter().position(|it| Some(key(it)) == was);
        let first = explained.lines.iter().position(|it| it.stops);
        self.trouble = None;
        self.explained = Some(explained);
        (self.at, self.top) = (same.or(first).unwrap_or(0), 0);
        self.show_selected(seen);
    }

    fn refused(&mut self, slot: Slot, refusal: DeskError, cx: &mut Cx) {
        match refusal {
            DeskError::NotFound { .. } if slot == READ => self.trouble = Some(refusal.to_string()),
            DeskError::Conflict(conflict) => {
                cx.say(Status::refused(format!("{conflict} What you see is as it is now.")));
                self.read(cx);
            }
            refusal => {
                cx.say(Status::refused(refusal.to_string()));
                if slot != READ {
                    self.read(cx);
                }
            }
        }
    }
}

/// What is told of a switch that was pressed.
fn switched(reply: &SettingsReply) -> String {
    match reply {
        SettingsReply::Site(view) => format!("{} is in use again.", view.row.name),
        _ => "The portal is switched on.".to_owned(),
    }
}

impl Screen for Explain {
    fn context(&self) -> Context {
        Context::Explanation
    }

    fn path(&self) -> String {
        "Why can't they sign in?".to_owned()
    }

    fn window(&self, seen: &Seen) -> Option<(u16, u16)> {
        let rows = self.rows(seen).len().clamp(3, 1_000) as u16;
        Some((COLUMNS, (rows + AROUND + 2).min(seen.body_rows())))
    }

    fn can(&self, action: Action, _seen: &Seen) -> Can {
        match action {
            Action::Up | Action::Down if self.count() < 2 => Can::Hidden,
            Action::Press => match self.foot() {
                (_, Some(reason)) => Can::No(reason),
                (Some(_), None) => Can::Yes,
                (None, None) => Can::Hidden,
            },
            _ => Can::Yes,
        }
    }

    /// What is pressed has to be what is read.
    fn unready(&self, action: Action) -> bool {
        matches!(action, Action::Press | Action::Up | Action::Down)
    }

    fn hit(&mut self, spot: Spot) -> Option<Action> {
        let Spot::Row(at) = spot else { return None };
        if self.at == at {
            return Some(Action::Press);
        }
        self.at = at;
        None
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        match event {
            Event::Opened | Event::Changed | Event::Act(Action::Refresh) => self.read(cx),
            Event::Resized => self.show_selected(cx.seen),
            Event::Act(Action::Up) => self.step(-1, cx.seen),
            Event::Act(Action::Down) => self.step(1, cx.seen),
            Event::Act(Action::Press) => self.mend(cx),
            Event::Act(action @ (Action::Confirm | Action::Agree(RESET | INVITE))) => {
                self.confirmed(action, cx);
            }
            Event::Answer { slot, answer: Ok(reply) } => self.answer(slot, reply, cx),
            Event::Answer { slot, answer: Err(refusal) } => self.refused(slot, refusal, cx),
            Event::Word(word) => {
                if let Word::User { told, .. } = *word {
                    self.done(Done::told(told), cx);
                }
            }
            _ => {}
        }
    }
    fn draw(&self, area: Rect, pen: &mut Pen) {
        self.draw_all(area, pen);
    }
}
