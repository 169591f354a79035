//! What the trail is searched by, and the form for it.

use ratatui::layout::Rect;

use crate::tui::event::{Can, Command, Cx, Event, Screen};
use crate::tui::keymap::{Action, Context};
use crate::tui::layout;
use crate::tui::screens::Word;
use crate::tui::screens::dates::{self, Stretch};
use crate::tui::state::{Seen, Zone};
use crate::tui::view::pen::Pen;
use crate::tui::widgets::field::Field;
use crate::tui::widgets::form::{Button, Form, Heard};

/// What the trail is searched by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Criteria {
    /// Words that must occur.
    pub text: String,
    /// When it was done.
    pub when: Stretch,
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
        let mut fields =
            vec![Field::text("text", "Text", &criteria.text, 100).noted("who, what, which record")];
        fields.extend(dates::fields(criteria.when, zone));
        let buttons = vec![
            Button { label: "Search", action: Action::Save },
            Button { label: "Cancel", action: Action::Back },
        ];
        Self { form: Form::new(fields, buttons).hurried(), zone }
    }

    fn press(&mut self, action: Action, cx: &mut Cx) {
        if action != Action::Save {
            cx.push(Command::Close);
            return;
        }
        match dates::read(&self.form, self.zone) {
            Ok(when) => {
                let criteria = Criteria { text: self.form.text("text").to_owned(), when };
                cx.push(Command::CloseWith(Event::Word(Box::new(Word::Audit(criteria)))));
            }
            Err(problems) => drop(self.form.show_problems(&problems)),
        }
    }
}

impl Screen for Search {
    fn context(&self) -> Context {
        Context::Form
    }

    fn path(&self) -> String {
        "Search the audit trail".to_owned()
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
