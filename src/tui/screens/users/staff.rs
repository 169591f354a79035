//! Users ▸ Add: an account for somebody of ours.

use super::password::{self, Generated, MUST_CHANGE};
use crate::domain::role::Role;
use crate::domain::validate::{EMAIL, FIRST, LAST, LOGIN};
use crate::service::StaffForm;
use crate::tui::ask::{Ask, Reply, UserAsk};
use crate::tui::event::{Can, Cx};
use crate::tui::keymap::Action;
use crate::tui::screens::sheet::{SAVE, Sheet, buttons};
use crate::tui::widgets::choice::Choice;
use crate::tui::widgets::field::{Field, FieldId};
use crate::tui::widgets::form::Form;

const ROLE: FieldId = "role";

/// The form for a staff account.
#[derive(Debug)]
pub struct AddStaff {
    form: Form,
    generated: Generated,
}

impl Default for AddStaff {
    /// An empty form.
    fn default() -> Self {
        let mut fields = vec![
            Field::ruled(LOGIN, "").noted("without .P"),
            Field::ruled(FIRST, "").noted("may stay empty"),
            Field::ruled(LAST, "").noted("may stay empty"),
            Field::ruled(EMAIL, "").noted("may stay empty"),
            Field::choice(ROLE, "Role", Choice::new(Role::STAFF.map(Role::name), 0))
                .noted("Space chooses"),
        ];
        fields.extend(password::fields(false));
        Self { form: Form::new(fields, buttons("Save")), generated: Generated::default() }
    }
}

impl Sheet for AddStaff {
    fn title(&self) -> String {
        "Add a staff account".to_owned()
    }

    fn form(&self) -> &Form {
        &self.form
    }

    fn form_mut(&mut self) -> &mut Form {
        &mut self.form
    }

    fn save(&mut self, cx: &mut Cx) {
        let text = |id| self.form.text(id).to_owned();
        let role = Role::STAFF.get(self.form.chosen(ROLE)).copied();
        let form = StaffForm {
            login: text(LOGIN.name),
            first: text(FIRST.name),
            last: text(LAST.name),
            email: text(EMAIL.name),
            role: role.unwrap_or(Role::CustomerService),
            password: self.form.secret(password::PASSWORD),
            must_change: self.form.is_on(MUST_CHANGE),
        };
        // What is wrong with the second field no service can see: all is shown at once.
        if let Some(differ) = password::differing(&self.form) {
            let problems: Vec<_> = form.problems().into_iter().chain([differ]).collect();
            self.form.show_problems(&problems);
            return;
        }
        cx.ask(SAVE, Ask::User(UserAsk::AddStaff(Box::new(form))), "Saving");
    }

    fn saved(&mut self, reply: Reply, cx: &mut Cx) {
        if let Reply::User(view) = reply {
            let user = &view.row.user_id;
            let told = format!("{user} can sign in to the console now, as {}.", view.row.role);
            password::close(&mut self.form, view, told, cx);
        }
    }

    fn learn(&mut self, reply: Reply, cx: &mut Cx) {
        self.generated.learn(reply, &mut self.form, cx);
    }

    fn may(&self, action: Action) -> Can {
        if action == Action::Generate { Can::Yes } else { self.form.can(action) }
    }

    fn awaits(&self) -> bool {
        self.generated.awaits
    }

    fn act(&mut self, action: Action, cx: &mut Cx) -> bool {
        let generates = password::generate(action, cx);
        self.generated.awaits |= generates;
        generates
    }
}
