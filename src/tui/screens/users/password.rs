//! Options ▸ Change Password: typed twice, or generated and told to the person.

use ratatui::layout::Rect;

use super::hand_over::HandOver;
use crate::domain::id::UserId;
use crate::domain::secret::Secret;
use crate::domain::user::{UserKind, UserStatus};
use crate::service::user_views::UserView;
use crate::service::{DeskError, Stamp};
use crate::tui::ask::{Answer, Ask, Reply, UserAsk};
use crate::tui::event::{Can, Command, Cx, Event, Intent, Screen, Slot, Status};
use crate::tui::keymap::{Action, Context};
use crate::tui::layout;
use crate::tui::screens::Word;
use crate::tui::state::Seen;
use crate::tui::text::wrap;
use crate::tui::theme::Ink;
use crate::tui::view::pen::Pen;
use crate::tui::widgets::field::{Field, FieldId};
use crate::tui::widgets::form::{Button, Form, Heard};

const SAVE: Slot = "save";
const GENERATE: Slot = "generate";
const THEIRS: Slot = "theirs";
pub(super) const PASSWORD: FieldId = "password";
pub(super) const AGAIN: FieldId = "again";
pub(super) const MUST_CHANGE: FieldId = "must_change";
/// The cells inside the window, when the terminal has that many.
const TEXT: usize = 64;

/// The fields of a new password.
pub(super) fn fields() -> Vec<Field> {
    vec![
        Field::secret(PASSWORD, "New Password").noted("15 characters or more"),
        Field::secret(AGAIN, "Retype Password").noted("Ctrl-G generates one"),
        Field::toggle(MUST_CHANGE, "Must change", true).noted("at the next sign-in"),
    ]
}

/// Puts a generated password into both fields.
pub(super) fn take_generated(form: &mut Form, password: &Secret, cx: &mut Cx) {
    form.set_secret(PASSWORD, password);
    form.set_secret(AGAIN, password);
    form.note(PASSWORD, "generated");
    form.note(AGAIN, "Ctrl-R shows it");
    form.focus_on(PASSWORD);
    cx.say(Status::note("A password is filled in. It can be read once more after saving."));
}

/// The password, when both fields hold the same.
pub(super) fn agreed(form: &mut Form) -> Option<Secret> {
    let password = form.secret(PASSWORD);
    if password.same_as(&form.secret(AGAIN)) {
        return Some(password);
    }
    form.show_error(AGAIN, "The two passwords differ; type both again, Ctrl-R shows them.");
    None
}

/// A new password for a user, in a window over the record.
#[derive(Debug)]
pub struct ChangePassword {
    id: UserId,
    base: Stamp,
    form: Form,
    text: String,
    generated: Option<Secret>,
}

impl ChangePassword {
    /// The window for a user that may be looked after.
    pub fn new(view: &UserView) -> Self {
        let mut all = vec![Field::fact("name", "Name", view.row.label())];
        all.extend(fields());
        let buttons = vec![
            Button { label: "Save", action: Action::Save },
            Button { label: "Cancel", action: Action::Back },
        ];
        Self {
            id: view.row.id,
            base: view.row.stamp,
            form: Form::new(all, buttons),
            text: consequence(view),
            generated: None,
        }
    }

    fn save(&mut self, cx: &mut Cx) {
        if cx.is_busy(SAVE) {
            return;
        }
        let Some(password) = agreed(&mut self.form) else { return };
        let must_change = self.form.is_on(MUST_CHANGE);
        let (id, base) = (self.id, self.base);
        let ask = UserAsk::Password { id, base, password, must_change };
        cx.ask(SAVE, Ask::User(ask), "Setting the password");
    }

    fn answer(&mut self, slot: Slot, answer: Answer, cx: &mut Cx) {
        match answer {
            Ok(Reply::Generated(password)) => {
                take_generated(&mut self.form, &password, cx);
                self.generated = Some(password);
            }
            Ok(Reply::User(view)) if slot == THEIRS => {
                self.base = view.row.stamp;
                self.text = consequence(&view);
            }
            Ok(Reply::User(view)) => self.saved(view, cx),
            Ok(_) => {}
            Err(DeskError::Problems(problems)) => {
                let elsewhere = self.form.show_problems(&problems);
                let text = elsewhere.first().unwrap_or(&problems[0].message).clone();
                cx.say(Status::refused(text));
            }
            Err(DeskError::Conflict(conflict)) => {
                cx.say(Status::refused(conflict.to_string()));
                cx.push(Command::Changed);
                cx.ask(THEIRS, Ask::User(UserAsk::Show(self.id)), "Reading what changed");
            }
            Err(refusal) => cx.say(Status::refused(refusal.to_string())),
        }
    }

    /// A generated password is shown once, when it is the one that was set.
    fn saved(&mut self, view: Box<UserView>, cx: &mut Cx) {
        let set = self.form.secret(PASSWORD);
        let generated = self.generated.take().filter(|password| password.same_as(&set));
        self.form.wipe_secrets();
        let told = told(&view);
        let user = view.row.user_id.clone();
        cx.push(Command::CloseWith(Event::Word(Box::new(Word::User { view, told }))));
        if let Some(password) = generated {
            cx.open(HandOver::new(user, &password));
        }
    }

    fn press(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::Save => self.save(cx),
            _ => cx.push(Command::Intend(Intent::Close)),
        }
    }
}

/// What setting a password will do.
fn consequence(view: &UserView) -> String {
    let user = &view.row.user_id;
    let door = if view.row.kind == UserKind::Portal { "the portal" } else { "the console" };
    match view.row.status {
        UserStatus::Pending => {
            format!("{user} has no password yet; with one, they can sign in to {door}.")
        }
        UserStatus::Active => format!("The password {user} has now stops working at once."),
        UserStatus::Disabled => {
            format!("{user} is disabled and stays so; Enable lets them in with this password.")
        }
    }
}

/// What has been done, and what happens next.
fn told(view: &UserView) -> String {
    let user = &view.row.user_id;
    match (view.row.status, view.must_change_password) {
        (UserStatus::Disabled, _) => format!("{user} has a new password but is still disabled."),
        (_, true) => {
            format!("{user} can sign in now and is asked for a new password first.")
        }
        (_, false) => format!("{user} can sign in now with that password."),
    }
}

impl Screen for ChangePassword {
    fn context(&self) -> Context {
        Context::Form
    }

    fn path(&self) -> String {
        "Change Password".to_owned()
    }

    fn window(&self, _seen: &Seen) -> Option<(u16, u16)> {
        let lines = wrap(&self.text, TEXT).len() as u16;
        Some((70, self.form.height(TEXT as u16) + lines + 5))
    }

    fn takes_text(&self) -> bool {
        self.form.takes_text()
    }

    fn dirty(&self) -> bool {
        self.form.dirty()
    }

    fn can(&self, action: Action, _seen: &Seen) -> Can {
        match action {
            Action::Generate => Can::Yes,
            action => self.form.can(action),
        }
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        match event {
            Event::Answer { slot, answer } => self.answer(slot, answer, cx),
            Event::Act(Action::Generate) => {
                cx.ask(GENERATE, Ask::User(UserAsk::Generate), "Making a password");
            }
            event => {
                if let Heard::Pressed(action) = self.form.attend(&event, cx) {
                    self.press(action, cx);
                }
            }
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        let inside = layout::padded(area);
        let mut y = inside.y;
        for line in wrap(&self.text, usize::from(inside.width)) {
            pen.put(inside.x, y, inside.width, &line, Ink::Faint);
            y += 1;
        }
        let height = inside.bottom().saturating_sub(y + 1);
        self.form.draw(Rect { y: y + 1, height, ..inside }, pen);
    }
}
