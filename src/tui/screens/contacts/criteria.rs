//! What contacts are searched by, and the form for it.

use ratatui::layout::Rect;

use crate::domain::id::CompanyId;
use crate::tui::event::{Can, Command, Cx, Event, Screen};
use crate::tui::keymap::{Action, Context};
use crate::tui::layout;
use crate::tui::popup::picker::Picker;
use crate::tui::screens::{Word, look_up};
use crate::tui::state::Seen;
use crate::tui::view::pen::Pen;
use crate::tui::widgets::field::{Field, Taken};
use crate::tui::widgets::form::{Button, Form, Heard};

/// What contacts are searched by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Criteria {
    /// Words that must occur.
    pub text: String,
    /// Of this company only.
    pub company: Option<Taken>,
}

impl Criteria {
    /// The company's number.
    pub fn company_id(&self) -> Option<CompanyId> {
        self.company.as_ref().map(|company| CompanyId(company.id))
    }

    /// `Company Acme Ltd`
    pub fn words(&self) -> String {
        match &self.company {
            Some(company) => format!("Company {}", company.label),
            None => "Company any".to_owned(),
        }
    }
}

/// The search form, in a window over the list.
#[derive(Debug)]
pub struct Search {
    form: Form,
}

impl Search {
    /// The form, filled in with what is searched by now.
    pub fn new(criteria: &Criteria) -> Self {
        let fields = vec![
            Field::text("text", "Text", &criteria.text, 100).noted("name, email, phone, number"),
            Field::look_up("company", "Company", criteria.company.clone()).noted("F4 list"),
        ];
        let buttons = vec![
            Button { label: "Search", action: Action::Save },
            Button { label: "Cancel", action: Action::Back },
        ];
        Self { form: Form::new(fields, buttons).hurried() }
    }

    fn criteria(&self) -> Criteria {
        Criteria {
            text: self.form.text("text").to_owned(),
            company: self.form.taken("company").cloned(),
        }
    }
}

impl Screen for Search {
    fn context(&self) -> Context {
        Context::Form
    }

    fn path(&self) -> String {
        "Search contacts".to_owned()
    }

    fn window(&self, _seen: &Seen) -> Option<(u16, u16)> {
        Some((66, self.form.height(60) + 4))
    }

    fn takes_text(&self) -> bool {
        self.form.takes_text()
    }

    fn can(&self, action: Action, _seen: &Seen) -> Can {
        self.form.can(action)
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        match self.form.attend(&event, cx) {
            Heard::LookUp(field, typed) => cx.open(Picker::new(field, look_up::COMPANIES, &typed)),
            Heard::Pressed(Action::Save) => {
                let word = Word::Contacts(self.criteria());
                cx.push(Command::CloseWith(Event::Word(Box::new(word))));
            }
            Heard::Pressed(_) => cx.push(Command::Close),
            _ => {}
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        self.form.draw(layout::padded(area), pen);
    }
}
