//! The form of a contact: a new one, or one that there is.

use ratatui::layout::Rect;

use crate::domain::id::{CompanyId, ContactId};
use crate::domain::text::Text;
use crate::domain::validate::{EMAIL, FIRST, Field as Rule, LAST, PHONE};
use crate::service::contacts::{ContactForm, ContactView};
use crate::service::{Conflict, DeskError, Stamp};
use crate::tui::ask::{Answer, Ask, ContactAsk, Reply};
use crate::tui::event::{Can, Command, Cx, Event, Intent, Screen, Slot, Status};
use crate::tui::keymap::{Action, Context};
use crate::tui::layout;
use crate::tui::popup::conflict::Clash;
use crate::tui::popup::picker::Picker;
use crate::tui::screens::{Word, look_up};
use crate::tui::state::Seen;
use crate::tui::view::pen::Pen;
use crate::tui::widgets::field::{Field, FieldId, Taken, Theirs};
use crate::tui::widgets::form::{Button, Form, Heard};

const SAVE: Slot = "save";
const THEIRS: Slot = "theirs";
const COMPANY: FieldId = "company";

/// The form.
#[derive(Debug)]
pub struct Edit {
    /// Which contact, and what was seen of it; none for a new one.
    of: Option<(ContactId, Stamp)>,
    form: Form,
    conflict: Option<Conflict>,
    theirs: Option<(Stamp, Vec<(FieldId, Theirs)>)>,
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
        let text =
            |(rule, value): (Rule, &str)| Field::text(rule.name, rule.label, value, rule.max);
        let rules = [FIRST, LAST, EMAIL, PHONE];
        let mut fields: Vec<Field> = rules.into_iter().zip(texts).map(text).collect();
        fields.push(Field::look_up(COMPANY, "Company", company).noted("F4 list"));
        let buttons = vec![
            Button { label: "Save", action: Action::Save },
            Button { label: "Cancel", action: Action::Back },
        ];
        Self { of, form: Form::new(fields, buttons), conflict: None, theirs: None }
    }

    fn save(&self, cx: &mut Cx) {
        if cx.is_busy(SAVE) {
            return;
        }
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

    fn answer(&mut self, slot: Slot, answer: Answer, cx: &mut Cx) {
        match answer {
            Ok(Reply::Contact(view)) if slot == SAVE => {
                let name = view.row.label();
                let told = match self.of {
                    Some(_) => format!("{name} is saved."),
                    None => format!("{name} is a contact now."),
                };
                cx.push(Command::CloseWith(Event::Word(Box::new(Word::Contact { view, told }))));
            }
            Ok(Reply::Contact(view)) => self.meet(&view, cx),
            Ok(_) => {}
            Err(DeskError::Conflict(conflict)) => {
                self.conflict = Some(*conflict);
                if let Some((id, _)) = self.of {
                    let ask = Ask::Contact(ContactAsk::Show(id));
                    cx.ask(THEIRS, ask, "Reading what changed");
                }
            }
            Err(DeskError::Problems(problems)) => {
                let elsewhere = self.form.show_problems(&problems);
                let text = elsewhere.first().unwrap_or(&problems[0].message).clone();
                cx.say(Status::refused(text));
            }
            Err(refusal) => cx.say(Status::refused(refusal.to_string())),
        }
    }

    /// Shows what somebody else has changed since the form was opened.
    fn meet(&mut self, view: &ContactView, cx: &mut Cx) {
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
            self.of = self.of.map(|(id, _)| (id, stamp));
            cx.say(Status::note("Nothing is saved yet; look it over, then save with F2."));
        }
    }

    fn press(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::Save => self.save(cx),
            _ => cx.push(Command::Intend(Intent::Close)),
        }
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

impl Screen for Edit {
    fn context(&self) -> Context {
        Context::Form
    }

    fn path(&self) -> String {
        match self.of {
            Some((id, _)) => format!("Edit {id}"),
            None => "Add a contact".to_owned(),
        }
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
                    cx.open(Picker::new(field, look_up::COMPANIES, &typed));
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
