//! Contact `+`: a new contact for a request, prefilled from it, with its company.

use super::look_up::COMPANIES;
use super::next;
use super::record::unlinking;
use crate::domain::id::{CompanyId, ContactId, RequestId};
use crate::domain::matching::Likeness;
use crate::domain::validate::{COMPANY_CODE, COMPANY_NAME, EMAIL, FIRST, LAST, PHONE};
use crate::service::Stamp;
use crate::service::approve::CompanyChoice;
use crate::service::companies::CompanyForm;
use crate::service::contacts::ContactForm;
use crate::service::request_views::RequestView;
use crate::tui::ask::{Ask, Reply, RequestAsk};
use crate::tui::event::{Command, Cx, Event, Slot};
use crate::tui::popup::picker::Picker;
use crate::tui::screens::Word;
use crate::tui::screens::record::Done;
use crate::tui::screens::sheet::{SAVE, Sheet, buttons};
use crate::tui::theme::Ink;
use crate::tui::widgets::choice::Choice;
use crate::tui::widgets::field::{Field, FieldId, Taken};
use crate::tui::widgets::form::Form;

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
    /// The contact that it is linked to so far.
    had: Option<ContactId>,
    /// Who has this email already.
    namesake: Option<String>,
    company_name: crate::domain::text::Text,
    form: Form,
}

impl NewContact {
    /// A form filled in with what the visitor wrote.
    pub fn new(view: &RequestView) -> Self {
        let row = &view.row;
        let fields = vec![
            Field::ruled(FIRST, row.first.raw()).noted("a name or email"),
            Field::ruled(LAST, row.last.raw()).noted("a name or email"),
            Field::ruled(EMAIL, row.email.raw()).noted("a name or email"),
            Field::ruled(PHONE, row.phone.raw()).noted("may stay empty"),
            Field::choice(
                WHICH,
                "Belongs to",
                Choice::new(["a company we have", "a new company", "no company"], NEW),
            )
            .noted("Space chooses"),
            Field::look_up(COMPANY, "Company", None).noted("F4 list"),
            Field::ruled(COMPANY_NAME, row.company_name.raw()),
            Field::choice(KIND, "Kind", Choice::new(["Customer", "Partner"], 0)),
            Field::text(COMPANY_CODE.name, COMPANY_CODE.label, "", COMPANY_CODE.max)
                .noted("empty: next free"),
        ];
        let mut it = Self {
            id: row.id,
            base: row.stamp,
            had: row.contact,
            namesake: namesake(view),
            company_name: row.company_name.clone(),
            form: Form::new(fields, buttons("Save")),
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

    /// A company that has exactly the name the visitor typed is proposed.
    fn prefill(&mut self, prefill: &ContactForm) {
        if let Some(company) = prefill.company.filter(|_| !self.form.dirty()) {
            let taken = Taken { id: company.0, label: self.company_name.clone() };
            self.form.propose_choice(WHICH, EXISTING);
            self.form.propose(COMPANY, taken);
            self.arrange();
        }
    }

    /// The company that was chosen; none when it still has to be taken from the list.
    fn company(&self) -> Option<CompanyChoice> {
        Some(match self.form.chosen(WHICH) {
            EXISTING => CompanyChoice::Existing(CompanyId(self.form.taken(COMPANY)?.id)),
            NEW => CompanyChoice::New(CompanyForm {
                name: self.form.text(COMPANY_NAME.name).to_owned(),
                code: self.form.text(COMPANY_CODE.name).to_owned(),
                partner: self.form.chosen(KIND) == 1,
                ..CompanyForm::default()
            }),
            _ => CompanyChoice::None,
        })
    }
}

/// A contact that has the visitor's email already is likely the visitor.
fn namesake(view: &RequestView) -> Option<String> {
    let same = view.candidates.iter().find(|it| it.likeness == Likeness::SameEmail)?;
    let (name, id) = (same.contact.label(), same.contact.id);
    Some(match &same.contact.user_id {
        Some(user) => format!("{name} {id} has this email and is {user} already."),
        None => format!("{name} {id} has this email; Esc, then c links it."),
    })
}

impl Sheet for NewContact {
    fn title(&self) -> String {
        format!("New contact for {}", self.id)
    }

    fn form(&self) -> &Form {
        &self.form
    }

    fn form_mut(&mut self) -> &mut Form {
        &mut self.form
    }

    fn text(&self) -> Vec<(&str, Ink)> {
        self.namesake.iter().map(|told| (told.as_str(), Ink::Caution)).collect()
    }

    fn begin(&mut self, cx: &mut Cx) {
        cx.ask(PREFILL, Ask::Request(RequestAsk::Prefill(self.id)), "Reading");
    }

    fn learn(&mut self, reply: Reply, _cx: &mut Cx) {
        if let Reply::Prefill(prefill) = reply {
            self.prefill(&prefill);
        }
    }

    fn save(&mut self, cx: &mut Cx) {
        let Some(company) = self.company() else {
            let sentence = "Take the company from the list with F4, or choose a new one or none.";
            self.form.show_error(COMPANY, sentence);
            return;
        };
        let text = |id| self.form.text(id).to_owned();
        let form = ContactForm {
            first: text(FIRST.name),
            last: text(LAST.name),
            email: text(EMAIL.name),
            phone: text(PHONE.name),
            company: None,
        };
        let ask = RequestAsk::NewContact { id: self.id, base: self.base, form, company };
        cx.ask(SAVE, Ask::Request(ask), "Saving");
    }

    fn saved(&mut self, reply: Reply, cx: &mut Cx) {
        if let Reply::Request(view) = reply {
            let name = view.row.contact_name.clone().unwrap_or_default();
            let number = &view.row.number;
            let told = match &view.why_not_approve {
                None => format!("{name} is a contact now; {number} can be approved: x, Approve."),
                Some(_) => format!("{name} is a contact now, linked to {number}{}", next(&view)),
            };
            let (back, was) = unlinking(&view, self.had);
            let undone = format!("{number} {was}; {name} stays in Contacts.");
            let done = Done::told(told).undone_by(Ask::Request(back), undone);
            cx.push(Command::CloseWith(Event::Word(Box::new(Word::Request { view, done }))));
        }
    }

    fn again(&self) -> Option<Ask> {
        Some(Ask::Request(RequestAsk::Show(self.id)))
    }

    fn meet(&mut self, reply: Reply, _cx: &mut Cx) {
        if let Reply::Request(view) = reply {
            (self.base, self.had) = (view.row.stamp, view.row.contact);
            self.namesake = namesake(&view);
        }
    }

    fn changed(&mut self, field: FieldId, _cx: &mut Cx) {
        if field == WHICH {
            self.arrange();
        }
    }

    fn look_up(&self, field: FieldId, typed: &str, cx: &mut Cx) {
        cx.open(Picker::new(field, COMPANIES, typed));
    }
}
