//! The form of a contact: a new one, or one that there is.

use crate::domain::id::{CompanyId, ContactId};
use crate::domain::text::Text;
use crate::domain::validate::{EMAIL, FIRST, Field as Rule, LAST, PHONE};
use crate::service::contacts::{ContactForm, ContactView};
use crate::service::{Conflict, Stamp};
use crate::tui::ask::{Ask, ContactAsk, Reply};
use crate::tui::event::{Command, Cx, Event};
use crate::tui::keymap::Action;
use crate::tui::popup::picker::Picker;
use crate::tui::screens::sheet::{Meeting, SAVE, Sheet, buttons};
use crate::tui::screens::{Word, look_up};
use crate::tui::widgets::field::{Field, FieldId, Taken, Theirs};
use crate::tui::widgets::form::Form;

const COMPANY: FieldId = "company";

/// The form.
#[derive(Debug)]
pub struct Edit {
    /// Which contact, and what was seen of it; none for a new one.
    of: Option<(ContactId, Stamp)>,
    form: Form,
    meeting: Meeting,
}

impl Edit {
    /// An empty form; `company` is the one that the list was narrowed to.
    pub fn empty(company: Option<Taken>) -> Self {
        Self::new(None, [""; 4], company)
    }

    /// A form that holds what the contact holds.
    pub fn of(view: &ContactView) -> Self {
        let row = &view.row;
        let texts = [&row.first, &row.last, &row.email, &row.phone].map(raw);
        Self::new(Some((row.id, row.stamp)), texts, company_of(view))
    }

    fn new(of: Option<(ContactId, Stamp)>, texts: [&str; 4], company: Option<Taken>) -> Self {
        let [first, last, email, phone] = texts;
        let fields = vec![
            Field::ruled(FIRST, first).noted("a name or email"),
            Field::ruled(LAST, last).noted("a name or email"),
            Field::ruled(EMAIL, email).noted("a name or email"),
            Field::ruled(PHONE, phone).noted("may stay empty"),
            Field::look_up(COMPANY, "Company", company).noted("F4 list, or none"),
        ];
        let form = Form::new(fields, buttons("Save"));
        Self { of, form, meeting: Meeting::default() }
    }
}

fn raw(text: &Option<Text>) -> &str {
    text.as_ref().map_or("", Text::raw)
}

fn company_of(view: &ContactView) -> Option<Taken> {
    let id = view.row.company?;
    Some(Taken { id: id.0, label: view.row.company_name.clone().unwrap_or_default() })
}

fn theirs(view: &ContactView) -> Vec<(FieldId, Theirs)> {
    let row = &view.row;
    let text = |rule: Rule, value| (rule.name, Theirs::Text(raw(value).to_owned()));
    vec![
        text(FIRST, &row.first),
        text(LAST, &row.last),
        text(EMAIL, &row.email),
        text(PHONE, &row.phone),
        (COMPANY, Theirs::Taken(company_of(view))),
    ]
}

impl Sheet for Edit {
    fn title(&self) -> String {
        match self.of {
            Some((id, _)) => format!("Edit {id}"),
            None => "Add a contact".to_owned(),
        }
    }

    fn form(&self) -> &Form {
        &self.form
    }

    fn form_mut(&mut self) -> &mut Form {
        &mut self.form
    }

    fn save(&mut self, cx: &mut Cx) {
        let text = |rule: Rule| self.form.text(rule.name).to_owned();
        let form = ContactForm {
            first: text(FIRST),
            last: text(LAST),
            email: text(EMAIL),
            phone: text(PHONE),
            company: self.form.taken(COMPANY).map(|taken| CompanyId(taken.id)),
        };
        let ask = match self.of {
            Some((id, base)) => ContactAsk::Save { id, base, form },
            None => ContactAsk::Create(form),
        };
        cx.ask(SAVE, Ask::Contact(ask), "Saving");
    }

    fn saved(&mut self, reply: Reply, cx: &mut Cx) {
        if let Reply::Contact(view) = reply {
            let name = view.row.label();
            let told = match self.of {
                Some(_) => format!("{name} is saved."),
                None => format!("{name} is a contact now."),
            };
            cx.push(Command::CloseWith(Event::Word(Box::new(Word::Contact { view, told }))));
        }
    }

    fn again(&self) -> Option<Ask> {
        self.of.map(|(id, _)| Ask::Contact(ContactAsk::Show(id)))
    }

    fn clash(&mut self, conflict: Conflict, _cx: &mut Cx) {
        self.meeting.begin(conflict);
    }

    fn meet(&mut self, reply: Reply, cx: &mut Cx) {
        if let Reply::Contact(view) = reply {
            self.meeting.show(&self.form, view.row.stamp, theirs(&view), cx);
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) -> bool {
        let settled = self.meeting.settle(action, &mut self.form, cx);
        if let Some(stamp) = settled {
            self.of = self.of.map(|(id, _)| (id, stamp));
        }
        settled.is_some()
    }

    fn look_up(&self, field: FieldId, typed: &str, cx: &mut Cx) {
        cx.open(Picker::new(field, look_up::COMPANIES, typed));
    }
}
