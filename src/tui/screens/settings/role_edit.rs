//! The form of a portal role: a new one, or one that there is.

use crate::domain::id::RoleId;
use crate::domain::role::{PortalRight, RoleChoice};
use crate::domain::validate::{ROLE_DESCRIPTION, ROLE_NAME};
use crate::service::roles::{RoleForm, RoleView};
use crate::service::{Conflict, Stamp};
use crate::tui::ask::{Ask, Reply, SettingsAsk, SettingsReply};
use crate::tui::event::{Command, Cx, Event};
use crate::tui::keymap::Action;
use crate::tui::screens::Word;
use crate::tui::screens::sheet::{Meeting, SAVE, Sheet, buttons};
use crate::tui::widgets::field::{Field, FieldId, Theirs};
use crate::tui::widgets::form::Form;

/// The fields of the rights, in the order of [`PortalRight::ALL`]; problems of all of them stand
/// at the first.
const RIGHTS: [FieldId; 4] = ["rights", "rights_2", "rights_3", "rights_4"];

const MAY: FieldId = "may";

/// The form.
#[derive(Debug)]
pub struct EditRole {
    /// Which role, and what was seen of it; none for a new one.
    of: Option<(RoleId, Option<Stamp>)>,
    title: String,
    form: Form,
    meeting: Meeting,
}

impl EditRole {
    /// An empty form; what the built-in Portal User may do is proposed.
    pub fn empty() -> Self {
        let held = RoleForm { rights: PortalRight::BUILT_IN.to_vec(), ..RoleForm::default() };
        Self::new(None, "Add a portal role".to_owned(), &held)
    }

    /// A form that holds what the role holds.
    pub fn of(view: &RoleView) -> Self {
        let of = match view.row.choice {
            RoleChoice::Own(id) => Some((id, view.row.stamp)),
            RoleChoice::BuiltIn(_) => None,
        };
        Self::new(of, format!("Edit {}", view.row.name), &view.form())
    }

    fn new(of: Option<(RoleId, Option<Stamp>)>, title: String, held: &RoleForm) -> Self {
        let mut fields = vec![
            Field::ruled(ROLE_NAME, &held.name),
            Field::ruled(ROLE_DESCRIPTION, &held.description).noted("may stay empty"),
        ];
        fields.push(Field::heading(MAY, "At the portal, who has it may"));
        fields.extend(
            RIGHTS
                .into_iter()
                .zip(PortalRight::ALL)
                .map(|(id, right)| Field::toggle(id, label(right), held.rights.contains(&right))),
        );
        Self { of, title, form: Form::new(fields, buttons("Save")), meeting: Meeting::default() }
    }
}

/// What a right is called beside its switch, where there is little room.
const fn label(right: PortalRight) -> &'static str {
    match right {
        PortalRight::ReportCases => "report cases",
        PortalRight::ReadOwnCases => "read own cases",
        PortalRight::ReadCompanyCases => "read company cases",
        PortalRight::ReadContracts => "read contracts",
    }
}

impl Sheet for EditRole {
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
        let on = RIGHTS.into_iter().zip(PortalRight::ALL).filter(|(id, _)| self.form.is_on(id));
        let form = Box::new(RoleForm {
            name: self.form.text(ROLE_NAME.name).to_owned(),
            description: self.form.text(ROLE_DESCRIPTION.name).to_owned(),
            rights: on.map(|(_, right)| right).collect(),
        });
        let ask = match self.of {
            Some((id, base)) => SettingsAsk::SaveRole { id, base, form },
            None => SettingsAsk::AddRole(form),
        };
        cx.ask(SAVE, Ask::Settings(ask), "Saving");
    }

    fn saved(&mut self, reply: Reply, cx: &mut Cx) {
        if let Reply::Settings(SettingsReply::Role(view)) = reply {
            let name = &view.row.name;
            let told = match self.of {
                Some(_) => format!("The role {name} is saved."),
                None => format!("{name} is a portal role now; a Portal Admin can give it."),
            };
            cx.push(Command::CloseWith(Event::Word(Box::new(Word::Role { view, told }))));
        }
    }

    fn again(&self) -> Option<Ask> {
        self.of.map(|(id, _)| Ask::Settings(SettingsAsk::Role(RoleChoice::Own(id))))
    }

    fn clash(&mut self, conflict: Conflict, _cx: &mut Cx) {
        self.meeting.begin(conflict);
    }

    fn meet(&mut self, reply: Reply, cx: &mut Cx) {
        let Reply::Settings(SettingsReply::Role(view)) = reply else { return };
        let Some(stamp) = view.row.stamp else { return };
        let it = view.form();
        let mut theirs = vec![
            (ROLE_NAME.name, Theirs::Text(it.name)),
            (ROLE_DESCRIPTION.name, Theirs::Text(it.description)),
        ];
        let rights = RIGHTS.into_iter().zip(PortalRight::ALL);
        theirs.extend(rights.map(|(id, it)| (id, Theirs::Switched(view.row.rights.contains(&it)))));
        self.meeting.show(&self.form, stamp, theirs, cx);
    }

    fn act(&mut self, action: Action, cx: &mut Cx) -> bool {
        let settled = self.meeting.settle(action, &mut self.form, cx);
        if let Some(stamp) = settled {
            self.of = self.of.map(|(id, _)| (id, Some(stamp)));
        }
        settled.is_some()
    }
}
