//! Changing one's own password: the old one has to be known.

use ratatui::layout::Rect;

use super::password::{AGAIN, PASSWORD, agreed};
use crate::domain::text::Text;
use crate::service::DeskError;
use crate::tui::ask::{Answer, Ask, Reply, UserAsk};
use crate::tui::event::{Can, Command, Cx, Event, Intent, Screen, Slot, Status};
use crate::tui::keymap::{Action, Context};
use crate::tui::layout;
use crate::tui::state::Seen;
use crate::tui::view::pen::Pen;
use crate::tui::widgets::field::{Field, FieldId};
use crate::tui::widgets::form::{Button, Form, Heard};

const SAVE: Slot = "save";
const OLD: FieldId = "old_password";

/// A new password for who is signed in.
#[derive(Debug)]
pub struct OwnPassword {
    form: Form,
}

impl OwnPassword {
    /// The window for that account.
    pub fn new(user_id: Text) -> Self {
        let fields = vec![
            Field::fact("user_id", "User ID", user_id),
            Field::secret(OLD, "Old Password"),
            Field::secret(PASSWORD, "New Password").noted("15 characters or more"),
            Field::secret(AGAIN, "Retype Password"),
        ];
        let buttons = vec![
            Button { label: "Save", action: Action::Save },
            Button { label: "Cancel", action: Action::Back },
        ];
        Self { form: Form::new(fields, buttons) }
    }

    fn save(&mut self, cx: &mut Cx) {
        if cx.is_busy(SAVE) {
            return;
        }
        if let Some(new) = agreed(&mut self.form) {
            let ask = UserAsk::OwnPassword { old: self.form.secret(OLD), new };
            cx.ask(SAVE, Ask::User(ask), "Changing the password");
        }
    }

    fn answer(&mut self, answer: Answer, cx: &mut Cx) {
        match answer {
            Ok(Reply::Done) => {
                self.form.wipe_secrets();
                cx.push(Command::Close);
                cx.push(Command::Changed);
                cx.say(Status::done(
                    "Your password is changed; the old one is of no use any more.",
                ));
            }
            Ok(Reply::NotLetIn(message)) => {
                self.form.show_error(OLD, "The old password was not taken; type it again.");
                cx.say(Status::refused(message));
            }
            Ok(_) => {}
            Err(DeskError::Problems(problems)) => {
                let elsewhere = self.form.show_problems(&problems);
                let text = elsewhere.first().unwrap_or(&problems[0].message).clone();
                cx.say(Status::refused(text));
            }
            Err(refusal) => cx.say(Status::refused(refusal.to_string())),
        }
    }

    fn press(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::Save => self.save(cx),
            _ => cx.push(Command::Intend(Intent::Close)),
        }
    }
}

impl Screen for OwnPassword {
    fn context(&self) -> Context {
        Context::Form
    }

    fn path(&self) -> String {
        "Change my password".to_owned()
    }

    fn window(&self, _seen: &Seen) -> Option<(u16, u16)> {
        Some((70, self.form.height(64) + 4))
    }

    fn takes_text(&self) -> bool {
        self.form.takes_text()
    }

    fn dirty(&self) -> bool {
        self.form.dirty()
    }

    fn can(&self, action: Action, _seen: &Seen) -> Can {
        self.form.can(action)
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        if let Event::Answer { answer, .. } = event {
            self.answer(answer, cx);
        } else if let Heard::Pressed(action) = self.form.attend(&event, cx) {
            self.press(action, cx);
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        self.form.draw(layout::padded(area), pen);
    }
}
