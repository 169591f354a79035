//! Settings ▸ Mail ▸ Send a test: where to, and why it did not go.

use crate::domain::problem::Problem;
use crate::domain::validate::EMAIL;
use crate::tui::ask::{Ask, Reply, SettingsAsk, SettingsReply};
use crate::tui::event::{Command, Cx, Event};
use crate::tui::screens::Word;
use crate::tui::screens::sheet::{SAVE, Sheet, buttons};
use crate::tui::theme::Ink;
use crate::tui::widgets::field::{Field, FieldId};
use crate::tui::widgets::form::Form;

const TO: FieldId = "to";

/// The window in which a test is sent.
#[derive(Debug)]
pub struct SendTest {
    form: Form,
    /// Why the last one did not go.
    trouble: Option<String>,
}

impl SendTest {
    /// The window, with an address to begin with.
    pub fn new(to: &str) -> Self {
        let fields = vec![Field::text(TO, "To", to, EMAIL.max)];
        Self { form: Form::new(fields, buttons("Send")), trouble: None }
    }
}

impl Sheet for SendTest {
    fn title(&self) -> String {
        "Send a test".to_owned()
    }

    fn form(&self) -> &Form {
        &self.form
    }

    fn form_mut(&mut self) -> &mut Form {
        &mut self.form
    }

    fn text(&self) -> Vec<(&str, Ink)> {
        let text = "A short letter goes out at once, past the outbox. It carries nothing that anybody could sign in with.";
        vec![(text, Ink::Faint)]
    }

    fn foot(&self) -> Vec<(String, Ink)> {
        self.trouble.iter().map(|trouble| (trouble.clone(), Ink::Bad)).collect()
    }

    fn save(&mut self, cx: &mut Cx) {
        self.trouble = None;
        let to = self.form.text(TO).to_owned();
        cx.ask(SAVE, Ask::Settings(SettingsAsk::SendTest(to)), "Sending a test");
    }

    fn saved(&mut self, reply: Reply, cx: &mut Cx) {
        if let Reply::Settings(SettingsReply::TestSent(sent)) = reply {
            cx.push(Command::CloseWith(Event::Word(Box::new(Word::Tested(sent)))));
        }
    }

    /// Another address is what can be tried: the cursor is in it again.
    fn refused(&mut self, problems: &[Problem], _cx: &mut Cx) {
        self.form.focus_on(TO);
        self.trouble = problems.iter().find(|it| it.field.is_none()).map(|it| it.message.clone());
    }

    fn changed(&mut self, _field: FieldId, _cx: &mut Cx) {
        self.trouble = None;
    }
}
