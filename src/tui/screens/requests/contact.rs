//! Contact `+`: a new contact for a request, prefilled from it, with its company.

use ratatui::layout::Rect;

use super::look_up::COMPANIES;
use crate::domain::id::{CompanyId, RequestId};
use crate::domain::validate::{COMPANY_CODE, COMPANY_NAME, EMAIL, FIRST, LAST, PHONE};
use crate::service::approve::CompanyChoice;
use crate::service::companies::CompanyForm;
use crate::service::contacts::ContactForm;
use crate::service::request_views::RequestView;
use crate::service::{DeskError, Stamp};
use crate::tui::ask::{Answer, Ask, Reply, RequestAsk};
use crate::tui::event::{Can, Command, Cx, Event, Intent, Screen, Slot, Status};
use crate::tui::keymap::{Action, Context};
use crate::tui::layout;
use crate::tui::popup::picker::Picker;
use crate::tui::screens::Word;
use crate::tui::state::Seen;
use crate::tui::view::pen::Pen;
use crate::tui::widgets::choice::Choice;
use crate::tui::widgets::field::{Field, FieldId, Taken};
use crate::tui::widgets::form::{Button, Form, Heard};

const SAVE: Slot = "save";
const PREFILL: Slot = "prefill";
/// Which company the contact belongs to.
const WHICH: FieldId = "which";
const COMPANY: FieldId = "company";
const KIND: FieldId = "kind";
/// The positions of [`WHICH`].
const EXISTING: usize = 0;
const NEW: usize = 1;

/// The form for a new contact.
#[derive(Debug)]
pub struct NewContact {
    id: RequestId,
    base: Stamp,
    company_name: crate::domain::text::Text,
    form: Form,
}

impl NewContact {
    /// A form filled in with what the visitor wrote.
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
            Field::choice(
                WHICH,
                "Belongs to",
                Choice::new(["a company we have", "a new company", "no company"], NEW),
            )
            .noted("Space chooses"),
            Field::look_up(COMPANY, "Company", None).noted("F4 list"),
            text(COMPANY_NAME, &row.company_name),
            Field::choice(KIND, "Kind", Choice::new(["Customer", "Partner"], 0)),
            Field::text(COMPANY_CODE.name, COMPANY_CODE.label, "", COMPANY_CODE.max)
                .noted("empty: next free"),
        ];
        let buttons = vec![
            Button { label: "Save", action: Action::Save },
            Button { label: "Cancel", action: Action::Back },
        ];
        let mut it = Self {
            id: row.id,
            base: row.stamp,
            company_name: row.company_name.clone(),
            form: Form::new(fields, buttons),
        };
        it.arrange();
        it
    }

    /// Shows the fields that belong to the chosen kind of company.
    fn arrange(&mut self) {
        let which = self.form.chosen(WHICH);
        self.form.show_fields(&[COMPANY], which == EXISTING);
        self.form.show_fields(&[COMPANY_NAME.name, KIND, COMPANY_CODE.name], which == NEW);
    }

    fn save(&self, cx: &mut Cx) {
        if cx.is_busy(SAVE) {
            return;
        }
        let company = match self.form.chosen(WHICH) {
            EXISTING => match self.form.taken(COMPANY) {
                Some(taken) => CompanyChoice::Existing(CompanyId(taken.id)),
                None => {
                    cx.say(Status::refused(
                        "Take the company from the list with F4, or choose a new one or none.",
                    ));
                    return;
                }
            },
            NEW => CompanyChoice::New(CompanyForm {
                name: self.form.text(COMPANY_NAME.name).to_owned(),
                code: self.form.text(COMPANY_CODE.name).to_owned(),
                partner: self.form.chosen(KIND) == 1,
                ..CompanyForm::default()
            }),
            _ => CompanyChoice::None,
        };
        let text = |id| self.form.text(id).to_owned();
        let form = ContactForm {
            first: text(FIRST.name),
            last: text(LAST.name),
            email: text(EMAIL.name),
            phone: text(PHONE.name),
            company: None,
        };
        cx.ask(
            SAVE,
            Ask::Request(RequestAsk::NewContact { id: self.id, base: self.base, form, company }),
            "Saving",
        );
    }

    fn answer(&mut self, answer: Answer, cx: &mut Cx) {
        match answer {
            Ok(Reply::Prefill(prefill)) => self.prefill(&prefill),
            Ok(Reply::Request(view)) => {
                let name = view.row.contact_name.clone().unwrap_or_default();
                let told = format!(
                    "{name} is a contact now, linked to {}. Approve it with x.",
                    view.row.number
                );
                cx.push(Command::CloseWith(Event::Word(Box::new(Word::Request { view, told }))));
            }
            Ok(_) => {}
            Err(DeskError::Problems(problems)) => {
                let elsewhere = self.form.show_problems(&problems);
                let text =
                    elsewhere.first().cloned().unwrap_or_else(|| problems[0].message.clone());
                cx.say(Status::refused(text));
            }
            Err(DeskError::Conflict(conflict)) => {
                cx.say(Status::refused(format!("{conflict} What you typed stays here.")));
                cx.push(Command::Changed);
            }
            Err(refusal) => cx.say(Status::refused(refusal.to_string())),
        }
    }

    /// A company that has exactly the name the visitor typed is proposed.
    fn prefill(&mut self, prefill: &ContactForm) {
        if let Some(company) = prefill.company.filter(|_| !self.form.dirty()) {
            let taken = Taken { id: company.0, label: self.company_name.clone() };
            self.form.propose_choice(WHICH, EXISTING);
            self.form.propose(COMPANY, taken);
            self.arrange();
        }
    }

    fn press(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::Save => self.save(cx),
            _ => cx.push(Command::Intend(Intent::Close)),
        }
    }
}

impl Screen for NewContact {
    fn context(&self) -> Context {
        Context::Form
    }

    fn path(&self) -> String {
        format!("New contact for {}", self.id)
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
            Event::Opened => cx.ask(PREFILL, Ask::Request(RequestAsk::Prefill(self.id)), "Reading"),
            Event::Answer { answer, .. } => self.answer(answer, cx),
            event => match self.form.attend(&event, cx) {
                Heard::LookUp(field, typed) => cx.open(Picker::new(field, COMPANIES, &typed)),
                Heard::Pressed(action) => self.press(action, cx),
                Heard::Changed(WHICH) => self.arrange(),
                _ => {}
            },
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        self.form.draw(layout::padded(area), pen);
    }
}
