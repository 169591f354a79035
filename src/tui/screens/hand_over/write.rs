//! Writing a sheet of what is handed over, on the machine that the console runs on.

use std::path::PathBuf;

use crate::service::handout::Handout;
use crate::tui::ask::{Ask, Reply};
use crate::tui::event::{Command, Cx, Status};
use crate::tui::screens::sheet::{SAVE, Sheet, buttons};
use crate::tui::theme::Ink;
use crate::tui::widgets::field::{Field, FieldId};
use crate::tui::widgets::form::Form;

const FILE: FieldId = "file";
/// The most characters of a path.
const LONGEST: usize = 1_000;

/// The window that asks for the file.
#[derive(Debug)]
pub(super) struct WriteSheet {
    handout: Handout,
    form: Form,
}

impl WriteSheet {
    /// The window for a sheet of `handout`, which goes to `file` unless another is named.
    pub(super) fn new(handout: Handout, file: &str) -> Self {
        let fields = vec![Field::text(FILE, "File", file, LONGEST)];
        Self { handout, form: Form::new(fields, buttons("Write")).hurried() }
    }
}

impl Sheet for WriteSheet {
    fn title(&self) -> String {
        "Write a sheet".to_owned()
    }

    fn form(&self) -> &Form {
        &self.form
    }

    fn form_mut(&mut self) -> &mut Form {
        &mut self.form
    }

    fn text(&self) -> Vec<(&str, Ink)> {
        let text = "Plain text to print, in a new file on the machine that this console runs on; nobody else there may read it. Delete it once it is printed.";
        vec![(text, Ink::Faint)]
    }

    fn save(&mut self, cx: &mut Cx) {
        let path = self.form.text(FILE).trim();
        if path.is_empty() {
            self.form.show_error(FILE, "Say which file to write, such as ./sheet.txt.");
            return;
        }
        let ask =
            Ask::Handout { path: PathBuf::from(path), handout: Box::new(self.handout.clone()) };
        cx.ask(SAVE, ask, "Writing the sheet");
    }

    fn saved(&mut self, reply: Reply, cx: &mut Cx) {
        let Reply::Written(path) = reply else { return };
        cx.push(Command::Close);
        cx.say(Status::done(format!("The sheet is in {path}; print it, then delete it.")));
    }
}
