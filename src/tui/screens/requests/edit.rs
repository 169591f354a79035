//! The edit form of a request: its fields and its contact.

use ratatui::layout::Rect;

use super::look_up;
use crate::domain::id::{ContactId, RequestId};
use crate::domain::request::RequestStatus;
use crate::domain::validate::{COMPANY_NAME, EMAIL, FIRST, LAST, PHONE};
use crate::service::request_views::RequestView;
use crate::service::requests::RequestForm;
use crate::service::{Conflict, DeskError, Stamp};
use crate::tui::ask::{Answer, Ask, Reply, RequestAsk};
use crate::tui::event::{Can, Command, Cx, Event, Screen, Slot, Status};
use crate::tui::keymap::{Action, Context};
use crate::tui::layout;
use crate::tui::popup::conflict::Clash;
use crate::tui::popup::picker::PickRow;
use crate::tui::screens::Word;
use crate::tui::state::Seen;
use crate::tui::view::pen::Pen;
use crate::tui::widgets::field::{Field, FieldId, Taken, Theirs};
use crate::tui::widgets::form::{Button, Form, Heard};

const SAVE: Slot = "save";
const THEIRS: Slot = "theirs";
const CONTACT: FieldId = "contact";

/// The edit form.
#[derive(Debug)]
pub struct Edit {
    id: RequestId,
    base: Stamp,
    form: Form,
    likely: Vec<PickRow>,
    conflict: Option<Conflict>,
    theirs: Option<(Stamp, Vec<(FieldId, Theirs)>)>,
}

impl Edit {
    /// A form that holds what the request holds.
    pub fn new(view: &RequestView) -> Self {
        let row = &view.row;
        let text = |field: crate::domain::validate::Field, value: &crate::domain::text::Text| {
            Field::text(field.name, field.label, value.raw(), field.max)
        };
        let fields = vec![
            text(FIRST, &row.first),
            text(LAST, &row.last),
            text(EMAIL, &row.email),
            text(PHONE, &row.phone),
            text(COMPANY_NAME, &row.company_name),
            Field::look_up(CONTACT, "Contact", contact_of(view)).noted("F4 list"),
        ];
        let buttons = vec![
            Button { label: "Save", action: Action::Save },
            Button { label: "Cancel", action: Action::Back },
        ];
        Self {
            id: row.id,
            base: row.stamp,
            form: Form::new(fields, buttons),
            likely: look_up::likely(view),
            conflict: None,
            theirs: None,
        }
    }

    fn save(&self, cx: &mut Cx) {
        if cx.is_busy(SAVE) {
            return;
        }
        let text = |id| self.form.text(id).to_owned();
        let form = RequestForm {
            first: text(FIRST.name),
            last: text(LAST.name),
            email: text(EMAIL.name),
            phone: text(PHONE.name),
            company_name: text(COMPANY_NAME.name),
        };
        let contact = self.form.taken(CONTACT).map(|taken| ContactId(taken.id));
        cx.ask(
            SAVE,
            Ask::Request(RequestAsk::Save { id: self.id, base: self.base, form, contact }),
            "Saving",
        );
    }

    fn answer(&mut self, slot: Slot, answer: Answer, cx: &mut Cx) {
        match answer {
            Ok(Reply::Request(view)) if slot == SAVE => {
                let told = saved(&view);
                cx.push(Command::CloseWith(Event::Word(Box::new(Word::Request { view, told }))));
            }
            Ok(Reply::Request(view)) => self.meet(&view, cx),
            Ok(_) => {}
            Err(DeskError::Conflict(conflict)) => {
                self.conflict = Some(*conflict);
                cx.ask(THEIRS, Ask::Request(RequestAsk::Show(self.id)), "Reading what changed");
            }
            Err(DeskError::Problems(problems)) => {
                let elsewhere = self.form.show_problems(&problems);
                let text =
                    elsewhere.first().cloned().unwrap_or_else(|| problems[0].message.clone());
                cx.say(Status::refused(text));
            }
            Err(refusal) => cx.say(Status::refused(refusal.to_string())),
        }
    }

    /// Shows what somebody else has changed since the form was opened.
    fn meet(&mut self, view: &RequestView, cx: &mut Cx) {
        let theirs = theirs(view);
        let rows = self.form.differences(&theirs);
        self.theirs = Some((view.row.stamp, theirs));
        if let Some(conflict) = self.conflict.take() {
            cx.open(Clash::new(conflict, rows));
        }
    }

    /// Goes on from what they have saved; nothing is saved by it.
    fn rebase(&mut self, take: bool, cx: &mut Cx) {
        if let Some((stamp, theirs)) = self.theirs.take() {
            self.form.rebase(&theirs, take);
            self.base = stamp;
            cx.say(Status::note("Nothing is saved yet; look it over, then save with F2."));
        }
    }

    fn press(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::Save => self.save(cx),
            _ => cx.push(Command::Intend(crate::tui::event::Intent::Close)),
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
            format!("{number} is saved, linked to {name}, and can be approved: x, Approve.")
        }
        _ => format!("{number} is saved; it still needs a contact."),
    }
}

impl Screen for Edit {
    fn context(&self) -> Context {
        Context::Form
    }

    fn path(&self) -> String {
        format!("Edit {}", self.id)
    }

    fn window(&self, _seen: &Seen) -> Option<(u16, u16)> {
        Some((72, self.form.height(66) + 4))
    }

    fn takes_text(&self) -> bool {
        self.form.takes_text()
    }

    fn dirty(&self) -> bool {
        self.form.dirty()
    }

    fn can(&self, action: Action, _seen: &Seen) -> Can {
        self.form.can(action)
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        match event {
            Event::Answer { slot, answer } => self.answer(slot, answer, cx),
            Event::Act(Action::KeepMine) => self.rebase(false, cx),
            Event::Act(Action::TakeTheirs) => self.rebase(true, cx),
            event => match self.form.attend(&event, cx) {
                Heard::LookUp(field, typed) => {
                    cx.open(look_up::contacts(field, &typed, self.likely.clone()))
                }
                Heard::Pressed(action) => self.press(action, cx),
                _ => {}
            },
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        self.form.draw(layout::padded(area), pen);
    }
}
