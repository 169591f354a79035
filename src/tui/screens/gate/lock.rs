//! The lock: everything stays as it is until the same person is back.

use ratatui::layout::Rect;

use super::draw_gate;
use crate::domain::text::Text;
use crate::service::Session;
use crate::tui::ask::{Answer, Ask, GateAsk, Reply};
use crate::tui::event::{Can, Command, Cx, Event, Intent, Screen, Slot, Spot, Status};
use crate::tui::keymap::{Action, Context};
use crate::tui::state::Seen;
use crate::tui::view::pen::Pen;
use crate::tui::widgets::field::{Field, FieldId};
use crate::tui::widgets::form::{Button, Form, Heard};

const ENTER: Slot = "enter";
const PASSWORD: FieldId = "password";

/// The screen of a locked console.
#[derive(Debug)]
pub struct Lock {
    user_id: Text,
    form: Form,
}

impl Lock {
    /// The lock of a person's console.
    pub fn new(who: &Session) -> Self {
        let fields = vec![
            Field::fact("user_id", "User ID", who.user_id().clone()),
            Field::secret(PASSWORD, "Password"),
        ];
        let buttons = vec![
            Button { label: "Unlock", action: Action::Save },
            Button { label: "Somebody else", action: Action::SignOut },
            Button { label: "Leave", action: Action::Quit },
        ];
        Self { user_id: who.user_id().clone(), form: Form::new(fields, buttons).hurried() }
    }

    fn press(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::Save if cx.is_busy(ENTER) => {}
            Action::Save => {
                let ask = GateAsk::Reenter { password: self.form.secret(PASSWORD) };
                cx.ask(ENTER, Ask::Gate(ask), "Unlocking");
            }
            Action::SignOut => cx.push(Command::Intend(Intent::SignOut)),
            _ => cx.push(Command::Intend(Intent::End)),
        }
    }

    fn answer(&mut self, answer: Answer, cx: &mut Cx) {
        self.form.wipe_secrets();
        match answer {
            Ok(Reply::SignedIn(session)) => cx.push(Command::Unlocked(session)),
            Ok(Reply::MustChange(_)) => cx.say(Status::refused(format!(
                "{} got a new password meanwhile; choose Somebody else and sign in with it.",
                self.user_id
            ))),
            Ok(Reply::NotLetIn(message)) => cx.say(Status::refused(message)),
            Ok(_) => {}
            Err(refusal) => cx.say(Status::refused(refusal.to_string())),
        }
    }
}

impl Screen for Lock {
    fn context(&self) -> Context {
        Context::Gate
    }

    fn path(&self) -> String {
        "Locked".to_owned()
    }

    fn takes_text(&self) -> bool {
        self.form.takes_text()
    }

    fn can(&self, action: Action, _seen: &Seen) -> Can {
        self.form.can(action)
    }

    fn hit(&mut self, spot: Spot) -> Option<Action> {
        self.form.hit(spot)
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        if let Event::Answer { answer, .. } = event {
            self.answer(answer, cx);
        } else if let Heard::Pressed(action) = self.form.attend(&event, cx) {
            self.press(action, cx);
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        let text = "Everything is as you left it, and nothing of it is shown. Your password brings it back.";
        draw_gate("The console is locked.", text, &self.form, area, pen);
    }
}
