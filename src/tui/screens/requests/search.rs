//! The search form: status, text and dates.

use ratatui::layout::Rect;

use crate::domain::problem::Problem;
use crate::domain::request::RequestStatus;
use crate::tui::event::{Can, Command, Cx, Event, Screen};
use crate::tui::keymap::{Action, Context};
use crate::tui::layout;
use crate::tui::screens::Word;
use crate::tui::screens::dates::{self, Stretch};
use crate::tui::state::{Seen, Zone};
use crate::tui::view::pen::Pen;
use crate::tui::widgets::choice::Choice;
use crate::tui::widgets::field::Field;
use crate::tui::widgets::form::{Button, Form, Heard};

/// What requests are searched by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Criteria {
    /// Of this status only.
    pub status: Option<RequestStatus>,
    /// Words that must occur.
    pub text: String,
    /// When it was submitted.
    pub stretch: Stretch,
}

impl Criteria {
    /// `Status New`, with the dates if there are any.
    pub fn words(&self, zone: Zone) -> String {
        let status = self.status.map_or("any", RequestStatus::word);
        match self.stretch {
            (None, None) => format!("Status {status}"),
            stretch => format!("Status {status}, {}", dates::words(stretch, zone)),
        }
    }
}

/// The search form, in a window over the list.
#[derive(Debug)]
pub struct Search {
    form: Form,
    zone: Zone,
}

impl Search {
    /// The form, filled in with what is searched by now.
    pub fn new(criteria: &Criteria, zone: Zone) -> Self {
        let words = std::iter::once("any").chain(RequestStatus::ALL.iter().map(|s| s.word()));
        let chosen = RequestStatus::ALL.iter().position(|s| Some(*s) == criteria.status);
        let at = chosen.map_or(0, |at| at + 1);
        let [since, until] = dates::fields(criteria.stretch, zone);
        let fields = vec![
            Field::choice("status", "Status", Choice::new(words, at)),
            Field::text("text", "Text", &criteria.text, 100).noted("name, email, company"),
            since,
            until,
        ];
        let buttons = vec![
            Button { label: "Search", action: Action::Save },
            Button { label: "Cancel", action: Action::Back },
        ];
        Self { form: Form::new(fields, buttons).hurried(), zone }
    }

    fn criteria(&self) -> Result<Criteria, Vec<Problem>> {
        let stretch = dates::read(&self.form, self.zone)?;
        let chosen = self.form.chosen("status").checked_sub(1);
        let status = chosen.and_then(|at| RequestStatus::ALL.get(at)).copied();
        Ok(Criteria { status, text: self.form.text("text").to_owned(), stretch })
    }

    fn press(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::Save => match self.criteria() {
                Ok(criteria) => {
                    cx.push(Command::CloseWith(Event::Word(Box::new(Word::Search(criteria)))))
                }
                Err(problems) => drop(self.form.show_problems(&problems)),
            },
            _ => cx.push(Command::Close),
        }
    }
}

impl Screen for Search {
    fn context(&self) -> Context {
        Context::Form
    }

    fn path(&self) -> String {
        "Search portal requests".to_owned()
    }

    fn window(&self, _seen: &Seen) -> Option<(u16, u16)> {
        Some((64, self.form.height(58) + 4))
    }

    fn takes_text(&self) -> bool {
        self.form.takes_text()
    }

    fn can(&self, action: Action, _seen: &Seen) -> Can {
        self.form.can(action)
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        if let Heard::Pressed(action) = self.form.attend(&event, cx) {
            self.press(action, cx);
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        self.form.draw(layout::padded(area), pen);
    }
}
