//! The lock: everything stays as it is until the same person is back.

use ratatui::layout::Rect;

use super::{HELD, draw_gate};
use crate::domain::secret::Secret;
use crate::domain::text::Text;
use crate::service::Session;
use crate::tui::ask::{Answer, Ask, GateAsk, Reply};
use crate::tui::event::{Can, Command, Cx, Event, Intent, Screen, Slot, Spot, Status};
use crate::tui::keymap::{Action, Context};
use crate::tui::screens::enrolment::{self, CODE, code_field, typed_code};
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
    /// The password that was right and since when, by [`Seen::elapsed`]: the code is asked.
    held: Option<(Secret, i64)>,
}

impl Lock {
    /// The lock of a person's console.
    pub fn new(who: &Session) -> Self {
        let user_id = who.user_id().clone();
        let form = form(&user_id, Field::secret(PASSWORD, "Password"));
        Self { user_id, form, held: None }
    }

    fn ask_for_password(&mut self) {
        self.held = None;
        self.form = form(&self.user_id, Field::secret(PASSWORD, "Password"));
    }

    fn press(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::Save if cx.is_busy(ENTER) => {}
            Action::Save => self.unlock(cx),
            Action::SignOut => cx.push(Command::Intend(Intent::SignOut)),
            _ => cx.push(Command::Intend(Intent::End)),
        }
    }

    fn unlock(&mut self, cx: &mut Cx) {
        let (password, code) = match &self.held {
            None => (self.form.secret(PASSWORD), None),
            Some((password, _)) => {
                let password = password.clone();
                let Some(code) = typed_code(&mut self.form) else { return };
                (password, Some(code))
            }
        };
        cx.ask(ENTER, Ask::Gate(GateAsk::Reenter { password, code }), "Unlocking");
    }

    fn answer(&mut self, answer: Answer, cx: &mut Cx) {
        let password = self.form.secret(PASSWORD);
        self.form.wipe(PASSWORD);
        self.form.wipe(CODE);
        let meanwhile = |what: &str| {
            Status::refused(format!(
                "{} {what} meanwhile; choose Somebody else and sign in with it.",
                self.user_id
            ))
        };
        match answer {
            Ok(Reply::SignedIn(session)) => cx.push(Command::Unlocked(session)),
            Ok(Reply::MustChange(_)) => cx.say(meanwhile("got a new password")),
            Ok(Reply::NeedsEnrolment(_)) => cx.say(meanwhile("got a second factor to set up")),
            Ok(Reply::NeedsCode { .. }) => {
                self.form = form(&self.user_id, code_field());
                self.form.reveal(CODE);
                self.held = Some((password, cx.seen.elapsed));
            }
            Ok(Reply::NotLetIn(message)) => cx.say(Status::refused(message)),
            Ok(_) => {}
            Err(refusal) => cx.say(Status::refused(refusal.to_string())),
        }
    }
}

fn form(user_id: &Text, asked: Field) -> Form {
    let fields = vec![Field::fact("user_id", "User ID", user_id.clone()), asked];
    let buttons = vec![
        Button { label: "Unlock", action: Action::Save },
        Button { label: "Somebody else", action: Action::SignOut },
        Button { label: "Leave", action: Action::Quit },
    ];
    Form::new(fields, buttons).hurried()
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

    fn restless(&self) -> bool {
        self.held.is_some()
    }

    fn hit(&mut self, spot: Spot) -> Option<Action> {
        self.form.hit(spot)
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        match event {
            Event::Answer { answer, .. } => self.answer(answer, cx),
            Event::Roused => {
                if self.held.as_ref().is_some_and(|(_, since)| cx.seen.elapsed - since >= HELD) {
                    self.ask_for_password();
                    cx.say(Status::note(enrolment::TOO_LONG));
                }
            }
            event => {
                if let Heard::Pressed(action) = self.form.attend(&event, cx) {
                    self.press(action, cx);
                }
            }
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        let text = match self.held {
            None => {
                "Everything is as you left it, and nothing of it is shown. Your password brings it back."
            }
            Some(_) => enrolment::CODE_TEXT,
        };
        draw_gate("The console is locked.", text, &self.form, area, pen);
    }
}
