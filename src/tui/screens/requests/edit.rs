//! The edit form of a request: its fields and its contact.

use super::{look_up, next};
use crate::domain::id::{ContactId, RequestId};
use crate::domain::request::RequestStatus;
use crate::domain::validate::{COMPANY_NAME, EMAIL, FIRST, LAST, PHONE};
use crate::service::request_views::RequestView;
use crate::service::requests::RequestForm;
use crate::service::{Conflict, Stamp};
use crate::tui::ask::{Ask, Reply, RequestAsk};
use crate::tui::event::{Command, Cx, Event};
use crate::tui::keymap::Action;
use crate::tui::popup::picker::PickRow;
use crate::tui::screens::Word;
use crate::tui::screens::record::Done;
use crate::tui::screens::sheet::{Meeting, SAVE, Sheet, buttons};
use crate::tui::widgets::field::{Field, FieldId, Taken, Theirs};
use crate::tui::widgets::form::Form;

const CONTACT: FieldId = "contact";

/// The edit form.
#[derive(Debug)]
pub struct Edit {
    id: RequestId,
    base: Stamp,
    form: Form,
    likely: Vec<PickRow>,
    meeting: Meeting,
}

impl Edit {
    /// A form that holds what the request holds.
    pub fn new(view: &RequestView) -> Self {
        let row = &view.row;
        let fields = vec![
            Field::ruled(FIRST, row.first.raw()),
            Field::ruled(LAST, row.last.raw()),
            Field::ruled(EMAIL, row.email.raw()),
            Field::ruled(PHONE, row.phone.raw()),
            Field::ruled(COMPANY_NAME, row.company_name.raw()),
            Field::look_up(CONTACT, "Contact", contact_of(view)).noted("F4 list, or none"),
        ];
        Self {
            id: row.id,
            base: row.stamp,
            form: Form::new(fields, buttons("Save")),
            likely: look_up::likely(view),
            meeting: Meeting::default(),
        }
    }
}

fn contact_of(view: &RequestView) -> Option<Taken> {
    let id = view.row.contact?;
    Some(Taken { id: id.0, label: view.row.contact_name.clone().unwrap_or_default() })
}

fn theirs(view: &RequestView) -> Vec<(FieldId, Theirs)> {
    let row = &view.row;
    let text = |id, value: &crate::domain::text::Text| (id, Theirs::Text(value.raw().to_owned()));
    vec![
        text(FIRST.name, &row.first),
        text(LAST.name, &row.last),
        text(EMAIL.name, &row.email),
        text(PHONE.name, &row.phone),
        text(COMPANY_NAME.name, &row.company_name),
        (CONTACT, Theirs::Taken(contact_of(view))),
    ]
}

fn saved(view: &RequestView) -> String {
    let number = &view.row.number;
    match (view.row.status, &view.row.contact_name) {
        (RequestStatus::Resolved, Some(name)) => {
            format!("{number} is saved, linked to {name}{}", next(view))
        }
        _ => format!("{number} is saved; it still needs a contact."),
    }
}

impl Sheet for Edit {
    fn title(&self) -> String {
        format!("Edit {}", self.id)
    }

    fn form(&self) -> &Form {
        &self.form
    }

    fn form_mut(&mut self) -> &mut Form {
        &mut self.form
    }

    fn save(&mut self, cx: &mut Cx) {
        let text = |id| self.form.text(id).to_owned();
        let form = RequestForm {
            first: text(FIRST.name),
            last: text(LAST.name),
            email: text(EMAIL.name),
            phone: text(PHONE.name),
            company_name: text(COMPANY_NAME.name),
        };
        let contact = self.form.taken(CONTACT).map(|taken| ContactId(taken.id));
        let ask = RequestAsk::Save { id: self.id, base: self.base, form, contact };
        cx.ask(SAVE, Ask::Request(ask), "Saving");
    }

    fn saved(&mut self, reply: Reply, cx: &mut Cx) {
        if let Reply::Request(view) = reply {
            let done = Done::told(saved(&view));
            cx.push(Command::CloseWith(Event::Word(Box::new(Word::Request { view, done }))));
        }
    }

    fn again(&self) -> Option<Ask> {
        Some(Ask::Request(RequestAsk::Show(self.id)))
    }

    fn clash(&mut self, conflict: Conflict, _cx: &mut Cx) {
        self.meeting.begin(conflict);
    }

    fn meet(&mut self, reply: Reply, cx: &mut Cx) {
        if let Reply::Request(view) = reply {
            self.meeting.show(&self.form, view.row.stamp, theirs(&view), cx);
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) -> bool {
        let settled = self.meeting.settle(action, &mut self.form, cx);
        self.base = settled.unwrap_or(self.base);
        settled.is_some()
    }

    fn look_up(&self, field: FieldId, typed: &str, cx: &mut Cx) {
        cx.open(look_up::contacts(field, typed, self.likely.clone()));
    }
}
