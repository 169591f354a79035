//! Users ▸ Add: an account for somebody of ours.

use ratatui::layout::Rect;

use super::hand_over::HandOver;
use super::password::{self, MUST_CHANGE, PASSWORD};
use crate::domain::role::Role;
use crate::domain::secret::Secret;
use crate::domain::validate::{EMAIL, FIRST, Field as Rule, LAST, LOGIN};
use crate::service::user_views::UserView;
use crate::service::{DeskError, StaffForm};
use crate::tui::ask::{Answer, Ask, Reply, UserAsk};
use crate::tui::event::{Can, Command, Cx, Event, Intent, Screen, Slot, Status};
use crate::tui::keymap::{Action, Context};
use crate::tui::layout;
use crate::tui::screens::Word;
use crate::tui::state::Seen;
use crate::tui::view::pen::Pen;
use crate::tui::widgets::choice::Choice;
use crate::tui::widgets::field::{Field, FieldId};
use crate::tui::widgets::form::{Button, Form, Heard};

const SAVE: Slot = "save";
const GENERATE: Slot = "generate";
const ROLE: FieldId = "role";

/// The form for a staff account.
#[derive(Debug)]
pub struct AddStaff {
    form: Form,
    generated: Option<Secret>,
}

impl Default for AddStaff {
    /// An empty form.
    fn default() -> Self {
        let text = |rule: Rule| Field::text(rule.name, rule.label, "", rule.max);
        let mut fields = vec![
            text(LOGIN).noted("without .P"),
            text(FIRST),
            text(LAST),
            text(EMAIL).noted("may stay empty"),
            Field::choice(ROLE, "Role", Choice::new(Role::STAFF.map(Role::name), 0))
                .noted("Space chooses"),
        ];
        fields.extend(password::fields());
        let buttons = vec![
            Button { label: "Save", action: Action::Save },
            Button { label: "Cancel", action: Action::Back },
        ];
        Self { form: Form::new(fields, buttons), generated: None }
    }
}

impl AddStaff {
    fn save(&mut self, cx: &mut Cx) {
        if cx.is_busy(SAVE) {
            return;
        }
        let Some(password) = password::agreed(&mut self.form) else { return };
        let text = |id| self.form.text(id).to_owned();
        let role = Role::STAFF.get(self.form.chosen(ROLE)).copied();
        let form = StaffForm {
            login: text(LOGIN.name),
            first: text(FIRST.name),
            last: text(LAST.name),
            email: text(EMAIL.name),
            role: role.unwrap_or(Role::CustomerService),
            password,
            must_change: self.form.is_on(MUST_CHANGE),
        };
        cx.ask(SAVE, Ask::User(UserAsk::AddStaff(Box::new(form))), "Saving");
    }

    fn answer(&mut self, answer: Answer, cx: &mut Cx) {
        match answer {
            Ok(Reply::Generated(password)) => {
                password::take_generated(&mut self.form, &password, cx);
                self.generated = Some(password);
            }
            Ok(Reply::User(view)) => self.saved(view, cx),
            Ok(_) => {}
            Err(DeskError::Problems(problems)) => {
                let elsewhere = self.form.show_problems(&problems);
                let text = elsewhere.first().unwrap_or(&problems[0].message).clone();
                cx.say(Status::refused(text));
            }
            Err(refusal) => cx.say(Status::refused(refusal.to_string())),
        }
    }

    fn saved(&mut self, view: Box<UserView>, cx: &mut Cx) {
        let set = self.form.secret(PASSWORD);
        let generated = self.generated.take().filter(|password| password.same_as(&set));
        self.form.wipe_secrets();
        let user = view.row.user_id.clone();
        let told = format!("{user} can sign in to the console now, as {}.", view.row.role);
        cx.push(Command::CloseWith(Event::Word(Box::new(Word::User { view, told }))));
        if let Some(password) = generated {
            cx.open(HandOver::new(user, &password));
        }
    }

    fn press(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::Save => self.save(cx),
            _ => cx.push(Command::Intend(Intent::Close)),
        }
    }
}

impl Screen for AddStaff {
    fn context(&self) -> Context {
        Context::Form
    }

    fn path(&self) -> String {
        "Add a staff account".to_owned()
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
        match action {
            Action::Generate => Can::Yes,
            action => self.form.can(action),
        }
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        match event {
            Event::Answer { answer, .. } => self.answer(answer, cx),
            Event::Act(Action::Generate) => {
                cx.ask(GENERATE, Ask::User(UserAsk::Generate), "Making a password");
            }
            event => {
                if let Heard::Pressed(action) = self.form.attend(&event, cx) {
                    self.press(action, cx);
                }
            }
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        self.form.draw(layout::padded(area), pen);
    }
}
