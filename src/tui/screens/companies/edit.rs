//! The form of a company: a new one, or one that there is.

use crate::domain::id::CompanyId;
use crate::domain::validate::{
    CITY, COMPANY_CODE, COMPANY_NAME, COMPANY_WEBSITE, COUNTRY, EMAIL, PHONE, SITE_CODE,
};
use crate::service::companies::{CompanyForm, CompanyView};
use crate::service::{Conflict, Stamp};
use crate::tui::ask::{Ask, CompanyAsk, Reply};
use crate::tui::event::{Command, Cx, Event};
use crate::tui::keymap::Action;
use crate::tui::screens::Word;
use crate::tui::screens::sheet::{Meeting, SAVE, Sheet, buttons};
use crate::tui::widgets::choice::Choice;
use crate::tui::widgets::field::{Field, FieldId, Theirs};
use crate::tui::widgets::form::Form;

const KIND: FieldId = "kind";
const ON_HOLD: FieldId = "on_hold";
/// The words of [`KIND`], at the positions that [`CompanyForm::partner`] has as a number.
const KINDS: [&str; 2] = ["Customer", "Partner"];

/// The form.
#[derive(Debug)]
pub struct Edit {
    /// Which company, and what was seen of it; none for a new one.
    of: Option<(CompanyId, Stamp)>,
    title: String,
    form: Form,
    meeting: Meeting,
}

impl Edit {
    /// An empty form.
    pub fn empty() -> Self {
        Self::new(None, "Add a company".to_owned(), &CompanyForm::default())
    }

    /// A form that holds what the company holds.
    pub fn of(view: &CompanyView) -> Self {
        let title = format!("Edit {}", view.row.name);
        Self::new(Some((view.row.id, view.row.stamp)), title, &view.form())
    }

    fn new(of: Option<(CompanyId, Stamp)>, title: String, held: &CompanyForm) -> Self {
        let code = if of.is_none() { "empty: next free" } else { "" };
        let site = if of.is_none() { "empty: the first one" } else { "the portal's site" };
        let may = "may stay empty";
        let fields = vec![
            Field::ruled(COMPANY_NAME, &held.name),
            Field::ruled(COMPANY_CODE, &held.code).noted(code),
            Field::choice(KIND, "Kind", Choice::new(KINDS, usize::from(held.partner)))
                .noted("Space chooses"),
            Field::ruled(EMAIL, &held.email).noted(may),
            Field::ruled(PHONE, &held.phone).noted(may),
            Field::ruled(CITY, &held.city).noted(may),
            Field::ruled(COUNTRY, &held.country).noted(may),
            Field::ruled(COMPANY_WEBSITE, &held.website).noted(may),
            Field::ruled(SITE_CODE, &held.site).noted(site),
            Field::toggle(ON_HOLD, "On hold", held.on_hold).noted("Space switches"),
        ];
        Self { of, title, form: Form::new(fields, buttons("Save")), meeting: Meeting::default() }
    }

    fn read(&self) -> CompanyForm {
        let text = |id| self.form.text(id).to_owned();
        CompanyForm {
            name: text(COMPANY_NAME.name),
            code: text(COMPANY_CODE.name),
            partner: self.form.chosen(KIND) == 1,
            email: text(EMAIL.name),
            phone: text(PHONE.name),
            on_hold: self.form.is_on(ON_HOLD),
            site: text(SITE_CODE.name),
            city: text(CITY.name),
            country: text(COUNTRY.name),
            website: text(COMPANY_WEBSITE.name),
        }
    }
}

fn theirs(view: &CompanyView) -> Vec<(FieldId, Theirs)> {
    let it = view.form();
    vec![
        (COMPANY_NAME.name, Theirs::Text(it.name)),
        (COMPANY_CODE.name, Theirs::Text(it.code)),
        (KIND, Theirs::Chosen(usize::from(it.partner))),
        (EMAIL.name, Theirs::Text(it.email)),
        (PHONE.name, Theirs::Text(it.phone)),
        (CITY.name, Theirs::Text(it.city)),
        (COUNTRY.name, Theirs::Text(it.country)),
        (COMPANY_WEBSITE.name, Theirs::Text(it.website)),
        (SITE_CODE.name, Theirs::Text(it.site)),
        (ON_HOLD, Theirs::Switched(it.on_hold)),
    ]
}

impl Sheet for Edit {
    fn title(&self) -> String {
        self.title.clone()
    }

    fn form(&self) -> &Form {
        &self.form
    }

    fn form_mut(&mut self) -> &mut Form {
        &mut self.form
    }

    fn save(&mut self, cx: &mut Cx) {
        let form = Box::new(self.read());
        let ask = match self.of {
            Some((id, base)) => CompanyAsk::Save { id, base, form },
            None => CompanyAsk::Create(form),
        };
        cx.ask(SAVE, Ask::Company(ask), "Saving");
    }

    fn saved(&mut self, reply: Reply, cx: &mut Cx) {
        if let Reply::Company(view) = reply {
            let (name, code) = (&view.row.name, &view.row.code);
            let told = match self.of {
                Some(_) => format!("{name} is saved."),
                None => format!("{name} is a company now, {code}."),
            };
            cx.push(Command::CloseWith(Event::Word(Box::new(Word::Company { view, told }))));
        }
    }

    fn again(&self) -> Option<Ask> {
        self.of.map(|(id, _)| Ask::Company(CompanyAsk::Show(id)))
    }

    fn clash(&mut self, conflict: Conflict, _cx: &mut Cx) {
        self.meeting.begin(conflict);
    }

    fn meet(&mut self, reply: Reply, cx: &mut Cx) {
        if let Reply::Company(view) = reply {
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
}
