//! The form of a contract: a new one, or one that there is.

use crate::domain::id::{CompanyId, ContractId};
use crate::domain::text::Text;
use crate::domain::validate::{
    CONFIG_CODE, CONFIG_NAME, CONTRACT_NUMBER, END, Field as Rule, START,
};
use crate::service::contracts::{ContractForm, ContractRow};
use crate::service::{Conflict, Stamp};
use crate::tui::ask::{Ask, CompanyAsk, Reply};
use crate::tui::event::{Command, Cx, Event};
use crate::tui::keymap::Action;
use crate::tui::screens::Word;
use crate::tui::screens::sheet::{Meeting, SAVE, Sheet, buttons};
use crate::tui::widgets::field::{Field, FieldId, Theirs};
use crate::tui::widgets::form::Form;

/// The form.
#[derive(Debug)]
pub struct EditContract {
    company: CompanyId,
    /// Which contract, what was seen of it, and its number then; none for a new one.
    of: Option<(ContractId, Stamp, Text)>,
    form: Form,
    meeting: Meeting,
}

impl EditContract {
    /// An empty form for a contract of `company`.
    pub fn empty(company: CompanyId) -> Self {
        Self::new(company, None, &ContractForm::default())
    }

    /// A form that holds what the contract holds.
    pub fn of(row: &ContractRow) -> Self {
        Self::new(row.company, Some((row.id, row.stamp, row.number.clone())), &row.form())
    }

    fn new(company: CompanyId, of: Option<(ContractId, Stamp, Text)>, held: &ContractForm) -> Self {
        let fields = vec![
            Field::ruled(CONTRACT_NUMBER, &held.number),
            Field::ruled(CONFIG_CODE, &held.config_code),
            Field::ruled(CONFIG_NAME, &held.config_name),
            Field::ruled(START, &held.start).noted("as 2025-12-31"),
            Field::ruled(END, &held.end).noted("empty: no end"),
        ];
        Self { company, of, form: Form::new(fields, buttons("Save")), meeting: Meeting::default() }
    }
}

fn theirs(row: &ContractRow) -> Vec<(FieldId, Theirs)> {
    let it = row.form();
    vec![
        (CONTRACT_NUMBER.name, Theirs::Text(it.number)),
        (CONFIG_CODE.name, Theirs::Text(it.config_code)),
        (CONFIG_NAME.name, Theirs::Text(it.config_name)),
        (START.name, Theirs::Text(it.start)),
        (END.name, Theirs::Text(it.end)),
    ]
}

impl Sheet for EditContract {
    fn title(&self) -> String {
        match &self.of {
            Some((_, _, number)) => format!("Edit contract {number}"),
            None => "Add a contract".to_owned(),
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
        let form = Box::new(ContractForm {
            number: text(CONTRACT_NUMBER),
            config_code: text(CONFIG_CODE),
            config_name: text(CONFIG_NAME),
            start: text(START),
            end: text(END),
        });
        let company = self.company;
        let ask = match self.of {
            Some((id, base, _)) => CompanyAsk::SaveContract { company, id, base, form },
            None => CompanyAsk::AddContract { company, form },
        };
        cx.ask(SAVE, Ask::Company(ask), "Saving");
    }

    fn saved(&mut self, reply: Reply, cx: &mut Cx) {
        if let Reply::Contract(row) = reply {
            let number = &row.number;
            let told = match self.of {
                Some(_) => format!("Contract {number} is saved."),
                None => format!("Contract {number} is added."),
            };
            cx.push(Command::CloseWith(Event::Word(Box::new(Word::Contract { told }))));
        }
    }

    fn again(&self) -> Option<Ask> {
        let (_, _, number) = self.of.as_ref()?;
        let (company, number) = (self.company, number.raw().to_owned());
        Some(Ask::Company(CompanyAsk::Contract { company, number }))
    }

    fn clash(&mut self, conflict: Conflict, _cx: &mut Cx) {
        self.meeting.begin(conflict);
    }

    fn meet(&mut self, reply: Reply, cx: &mut Cx) {
        if let Reply::Contract(row) = reply {
            self.meeting.show(&self.form, row.stamp, theirs(&row), cx);
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) -> bool {
        let settled = self.meeting.settle(action, &mut self.form, cx);
        if let (Some(stamp), Some(of)) = (settled, &mut self.of) {
            of.1 = stamp;
        }
        settled.is_some()
    }
}
