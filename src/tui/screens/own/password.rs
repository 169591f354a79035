//! Changing one's own password: the old one has to be known.

use crate::domain::text::Text;
use crate::tui::ask::{Ask, OwnAsk, Reply, UserAsk};
use crate::tui::event::{Command, Cx, Slot, Status};
use crate::tui::screens::sheet::{SAVE, Sheet, buttons};
use crate::tui::screens::users::password::{AGAIN, PASSWORD, agreed, wanted};
use crate::tui::widgets::field::{Field, FieldId};
use crate::tui::widgets::form::Form;

const OLD: FieldId = "old_password";
const LOOK: Slot = "look";

/// A new password for who is signed in.
#[derive(Debug)]
pub struct OwnPassword {
    form: Form,
    with_factor: bool,
}

impl OwnPassword {
    /// The window for that account.
    pub fn new(user_id: Text) -> Self {
        let fields = vec![
            Field::fact("user_id", "User ID", user_id),
            Field::secret(OLD, "Old Password"),
            Field::secret(PASSWORD, "New Password").noted(wanted(false)),
            Field::secret(AGAIN, "Retype Password"),
        ];
        Self { form: Form::new(fields, buttons("Save")), with_factor: false }
    }
}

impl Sheet for OwnPassword {
    fn title(&self) -> String {
        "Change my password".to_owned()
    }

    fn form(&self) -> &Form {
        &self.form
    }

    fn form_mut(&mut self) -> &mut Form {
        &mut self.form
    }

    fn begin(&mut self, cx: &mut Cx) {
        cx.ask(LOOK, Ask::Own(OwnAsk::SecondFactor), "Reading");
    }

    fn learn(&mut self, reply: Reply, _cx: &mut Cx) {
        if let Reply::OwnFactor(found) = reply {
            self.with_factor = found.factor.is_some();
            self.form.note(PASSWORD, wanted(self.with_factor));
        }
    }

    fn save(&mut self, cx: &mut Cx) {
        if let Some(new) = agreed(&mut self.form, self.with_factor) {
            let ask = UserAsk::OwnPassword { old: self.form.secret(OLD), new };
            cx.ask(SAVE, Ask::User(ask), "Changing the password");
        }
    }

    fn saved(&mut self, reply: Reply, cx: &mut Cx) {
        match reply {
            Reply::Done => {
                self.form.wipe_secrets();
                cx.push(Command::Close);
                cx.push(Command::Changed);
                cx.say(Status::done(
                    "Your password is changed; the old one is of no use any more.",
                ));
            }
            Reply::NotLetIn(message) => {
                self.form.show_error(OLD, "The old password was not taken; type it again.");
                cx.say(Status::refused(message));
            }
            _ => {}
        }
    }
}
