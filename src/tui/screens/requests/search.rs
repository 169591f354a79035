//! The search form: status, text and dates.

use ratatui::layout::Rect;

use crate::domain::problem::{Code, Problem};
use crate::domain::request::RequestStatus;
use crate::domain::time::{DAY, Timestamp};
use crate::tui::event::{Can, Command, Cx, Event, Screen};
use crate::tui::keymap::{Action, Context};
use crate::tui::layout;
use crate::tui::screens::Word;
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
    /// Submitted at or after this moment.
    pub since: Option<Timestamp>,
    /// Submitted before this moment.
    pub until: Option<Timestamp>,
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
        let at = RequestStatus::ALL
            .iter()
            .position(|s| Some(*s) == criteria.status)
            .map_or(0, |at| at + 1);
        let day = |at: Option<Timestamp>| at.map(|at| zone.date(at)).unwrap_or_default();
        let last = criteria.until.map(|until| until.plus_millis(-1));
        let form = Form::new(
            vec![
                Field::choice("status", "Status", Choice::new(words, at)),
                Field::text("text", "Text", &criteria.text, 100)
                    .noted("name, email, company, number"),
                Field::text("since", "From", &day(criteria.since), 12)
                    .noted("2026-11-24, or empty"),
                Field::text("until", "To", &day(last), 12).noted("that day included"),
            ],
            vec![
                Button { label: "Search", action: Action::Save },
                Button { label: "Cancel", action: Action::Back },
            ],
        );
        Self { form: form.hurried(), zone }
    }

    fn criteria(&self) -> Result<Criteria, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut day = |id| {
            let text = self.form.text(id);
            let day = self.zone.day(text);
            if day.is_none() && !text.trim().is_empty() {
                let message = "This is no date; write it as 2026-11-24, or leave it empty.";
                problems.push(Problem::field(Code::Malformed, id, message));
            }
            day
        };
        let (since, until) = (day("since"), day("until").map(|day| day.plus_millis(DAY)));
        let status =
            self.form.chosen("status").checked_sub(1).and_then(|at| RequestStatus::ALL.get(at));
        if problems.is_empty() {
            Ok(Criteria {
                status: status.copied(),
                text: self.form.text("text").to_owned(),
                since,
                until,
            })
        } else {
            Err(problems)
        }
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
