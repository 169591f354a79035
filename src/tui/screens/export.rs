//! Writing a list, or its ticked rows, to a file on the machine that the console runs on.

use std::path::PathBuf;

use super::sheet::{SAVE, Sheet, buttons};
use crate::domain::id::UserId;
use crate::service::Selection;
use crate::tui::ask::{Ask, Export as What, Reply, RequestAsk, UserAsk};
use crate::tui::event::{Command, Cx, Status};
use crate::tui::state::Seen;
use crate::tui::text::thousands;
use crate::tui::theme::Ink;
use crate::tui::widgets::field::{Field, FieldId};
use crate::tui::widgets::form::Form;
use crate::tui::widgets::ticks::Ticks;

const FILE: FieldId = "file";
const REPLACE: FieldId = "replace";
/// The most characters of a path.
const LONGEST: usize = 1_000;

/// What is to be exported of a list that is asked for so: its ticked rows, or else all that
/// match. None of a list that can't be exported.
pub fn what(asked: Ask, ticks: Option<&Ticks>) -> Option<What> {
    let ids = |numbers: Vec<u64>| numbers.into_iter().map(UserId).collect::<Vec<_>>();
    Some(match asked {
        Ask::User(UserAsk::List(args) | UserAsk::Among { args, .. }) => {
            What::Users(match ticks.map(|ticks| (ticks.some(), ticks.but())) {
                Some((Some(some), _)) => Selection::These(ids(some)),
                Some((None, but)) => Selection::Matching { args, except: ids(but) },
                None => Selection::Matching { args, except: Vec::new() },
            })
        }
        Ask::Contacts(args) => What::Contacts(args),
        Ask::Companies(args) => What::Companies(args),
        Ask::Request(RequestAsk::List(args)) => What::Requests(args),
        _ => return None,
    })
}

/// The window that asks for the file.
#[derive(Debug)]
pub struct Export {
    what: What,
    title: String,
    form: Form,
}

impl Export {
    /// The window for `what`, which are `count` rows.
    pub fn new(what: What, count: u64, seen: &Seen) -> Self {
        let noun = noun(&what);
        let file = format!("{noun}-{}.csv", seen.zone.date(seen.now));
        let rows =
            if count == 1 { "1 row".to_owned() } else { format!("{} rows", thousands(count)) };
        let form = Form::new(
            vec![
                Field::text(FILE, "File", &file, LONGEST),
                Field::toggle(REPLACE, "Replace", false).noted("a file of that name"),
            ],
            buttons("Export"),
        );
        Self { what, title: format!("Export {noun}: {rows}"), form }
    }
}

/// What is exported, in a word that a file may be named by.
fn noun(what: &What) -> &'static str {
    match what {
        What::Users(_) => "users",
        What::Contacts(_) => "contacts",
        What::Companies(_) => "companies",
        What::Requests(_) => "requests",
    }
}

impl Sheet for Export {
    fn title(&self) -> String {
        self.title.clone()
    }

    fn form(&self) -> &Form {
        &self.form
    }

    fn form_mut(&mut self) -> &mut Form {
        &mut self.form
    }

    fn text(&self) -> Vec<(&str, Ink)> {
        let text = "As CSV, on the machine that this console runs on; nobody else there may read the file.";
        vec![(text, Ink::Faint)]
    }

    fn save(&mut self, cx: &mut Cx) {
        let path = self.form.text(FILE).trim();
        if path.is_empty() {
            self.form.show_error(FILE, "Say which file to write, such as users.csv.");
            return;
        }
        let ask = Ask::Export {
            what: self.what.clone(),
            path: PathBuf::from(path),
            replace: self.form.is_on(REPLACE),
        };
        cx.ask(SAVE, ask, "Exporting");
    }

    fn progress(&mut self, done: u64, of: Option<u64>) {
        let of = of.map(|of| format!(" of {}", thousands(of))).unwrap_or_default();
        self.form.note(FILE, format!("{}{of}", thousands(done)));
    }

    fn saved(&mut self, reply: Reply, cx: &mut Cx) {
        let Reply::Exported { rows, stopped, path } = reply else { return };
        if stopped {
            cx.say(Status::note("The export was stopped; no file was written."));
        } else {
            let rows = if rows == 1 {
                "1 row is".to_owned()
            } else {
                format!("{} rows are", thousands(rows))
            };
            cx.say(Status::done(format!("{rows} written to {path}.")));
        }
        cx.push(Command::Close);
    }
}
