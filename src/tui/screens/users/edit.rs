//! The form of a user: every field, login, password and companies included.

use super::checked::{CHECK, Checked, FOOT};
use super::companies::Companies;
use super::hand_over;
use super::password::{self, MUST_CHANGE, PASSWORD};
use super::portal_side::{FACTOR, PortalSide};
use crate::domain::id::UserId;
use crate::domain::problem::Problem;
use crate::domain::user::UserStatus;
use crate::domain::validate::{EMAIL, FIRST, Field as Rule, LAST, LOGIN, PHONE};
use crate::service::user_views::UserView;
use crate::service::{Conflict, Stamp, UserForm};
use crate::tui::ask::{Ask, Reply, UserAsk};
use crate::tui::event::{Can, Command, Cx, Event, Status};
use crate::tui::keymap::Action;
use crate::tui::popup::picker::Picker;
use crate::tui::screens::sheet::{Meeting, SAVE, Sheet, buttons};
use crate::tui::screens::{Word, look_up};
use crate::tui::theme::Ink;
use crate::tui::widgets::field::{Field, FieldId, Theirs};
use crate::tui::widgets::form::Form;

const USER_ID: FieldId = "user_id";
const ACCESS: FieldId = "access";
/// What stands beside an empty password.
const UNCHANGED: &str = "empty: unchanged";

/// The form.
#[derive(Debug)]
pub struct EditUser {
    id: UserId,
    base: Stamp,
    title: String,
    form: Form,
    /// The companies of a portal user; none for staff.
    companies: Option<Companies>,
    portal: PortalSide,
    checked: Checked,
    meeting: Meeting,
    /// Whether a generated password is still to come.
    awaits: bool,
}

impl EditUser {
    /// A form that holds what the user holds.
    pub fn of(view: &UserView) -> Self {
        let held = UserForm::of(view);
        let may = "may stay empty";
        let mut fields = vec![
            Field::ruled(FIRST, &held.first).noted(may),
            Field::ruled(LAST, &held.last).noted(may),
            Field::ruled(EMAIL, &held.email),
            Field::ruled(PHONE, &held.phone).noted(may),
            Field::ruled(LOGIN, &held.login),
            Field::secret(PASSWORD, "New Password").noted(UNCHANGED),
            Field::toggle(MUST_CHANGE, "Must change", held.must_change)
                .noted("with a new password"),
            Field::fact(USER_ID, "User ID", view.row.user_id.clone()),
        ];
        let companies = view.profile.as_ref().map(|profile| Companies::of(&profile.memberships));
        fields.extend(companies.iter().flat_map(Companies::fields));
        fields.push(Field::section(ACCESS, "Access").noted(view.row.role.shown()));
        fields.extend(PortalSide::fields(view).into_iter().map(|it| it.in_section(ACCESS)));
        let mut it = Self {
            id: view.row.id,
            base: view.row.stamp,
            title: format!("Edit {}", view.row.user_id),
            form: Form::new(fields, buttons("Save")),
            companies,
            portal: PortalSide::of(view),
            checked: Checked::default(),
            meeting: Meeting::default(),
            awaits: false,
        };
        it.note_companies();
        it
    }

    /// What was typed.
    fn typed(&self) -> Box<UserForm> {
        let text = |rule: Rule| self.form.text(rule.name).to_owned();
        let mut typed = UserForm {
            first: text(FIRST),
            last: text(LAST),
            email: text(EMAIL),
            phone: text(PHONE),
            login: text(LOGIN),
            companies: self.companies.as_ref().map(Companies::ids).unwrap_or_default(),
            password: Some(self.form.secret(PASSWORD)).filter(|password| !password.is_empty()),
            must_change: self.form.is_on(MUST_CHANGE),
            ..UserForm::default()
        };
        self.portal.fill(&mut typed, &self.form);
        Box::new(typed)
    }

    /// Asks for the organization configs of the companies as they stand in the form.
    fn read_configs(&mut self, cx: &mut Cx) {
        if let Some(companies) = &self.companies {
            self.portal.of_companies(&companies.ids(), &mut self.form, cx);
        }
    }

    /// Asks what would come of it.
    fn check(&self, cx: &mut Cx) {
        let ask = UserAsk::CheckEdit { id: self.id, form: self.typed() };
        cx.ask(CHECK, Ask::User(ask), "Checking");
    }

    /// Shows as many companies as there are, and room for one more.
    fn note_companies(&mut self) {
        if let Some(companies) = &self.companies {
            companies.arrange(&mut self.form);
        }
    }

    fn theirs(&self, view: &UserView) -> Vec<(FieldId, Theirs)> {
        let it = UserForm::of(view);
        let mut theirs = vec![
            (FIRST.name, Theirs::Text(it.first)),
            (LAST.name, Theirs::Text(it.last)),
            (EMAIL.name, Theirs::Text(it.email)),
            (PHONE.name, Theirs::Text(it.phone)),
            (LOGIN.name, Theirs::Text(it.login)),
        ];
        if let (Some(_), Some(profile)) = (&self.companies, &view.profile) {
            theirs.extend(Companies::of(&profile.memberships).theirs());
        }
        theirs.extend(self.portal.theirs(view));
        theirs
    }
}

/// What has been done.
fn told(view: &UserView, password: bool, loses_factor: bool) -> String {
    let user = &view.row.user_id;
    if loses_factor {
        return format!("{user} is saved, and its second factor is taken away.");
    }
    match (password, view.row.status) {
        (true, UserStatus::Active) => {
            format!("{user} is saved and signs in with the new password.")
        }
        _ => format!("{user} is saved."),
    }
}

impl Sheet for EditUser {
    fn title(&self) -> String {
        self.title.clone()
    }

    fn form(&self) -> &Form {
        &self.form
    }

    fn form_mut(&mut self) -> &mut Form {
        &mut self.form
    }

    fn begin(&mut self, cx: &mut Cx) {
        self.portal.begin(&mut self.form, cx);
        self.read_configs(cx);
    }

    fn foot_rows(&self) -> u16 {
        FOOT
    }

    fn foot(&self) -> Vec<(String, Ink)> {
        self.checked.foot(&self.form)
    }

    fn save(&mut self, cx: &mut Cx) {
        cx.push(Command::Cancel(CHECK));
        let ask = UserAsk::Edit { id: self.id, base: self.base, form: self.typed() };
        cx.ask(SAVE, Ask::User(ask), "Saving");
    }

    fn saved(&mut self, reply: Reply, cx: &mut Cx) {
        if let Reply::User(view) = reply {
            let password = self.form.secret(PASSWORD);
            self.form.wipe_secrets();
            let loses_factor = self.portal.had_factor() && view.second_factor.is_none();
            let told = told(&view, !password.is_empty(), loses_factor);
            let handed =
                (!password.is_empty()).then(|| hand_over::sign_in(&view, &password, cx.seen));
            cx.push(Command::CloseWith(Event::Word(Box::new(Word::User { view, told }))));
            if let Some(handed) = handed {
                cx.open(handed);
            }
        }
    }

    fn refused(&mut self, problems: &[Problem], cx: &mut Cx) {
        self.checked.refuse(problems);
        self.check(cx);
    }

    fn again(&self) -> Option<Ask> {
        Some(Ask::User(UserAsk::Show(self.id)))
    }

    fn clash(&mut self, conflict: Conflict, _cx: &mut Cx) {
        self.meeting.begin(conflict);
    }

    fn meet(&mut self, reply: Reply, cx: &mut Cx) {
        if let Reply::User(view) = reply {
            let theirs = self.theirs(&view);
            self.meeting.show(&self.form, view.row.stamp, theirs, cx);
        }
    }

    fn learn(&mut self, reply: Reply, cx: &mut Cx) {
        let Some(reply) = self.portal.learn(reply, &mut self.form) else { return };
        match reply {
            Reply::UserChecked(said) => {
                self.checked.take(*said);
                self.form.set_fact(USER_ID, self.checked.user_id());
                self.checked.show(&mut self.form);
            }
            Reply::Generated(password) => {
                self.awaits = false;
                self.form.set_secret(PASSWORD, &password);
                self.form.note(PASSWORD, "generated");
                self.form.focus_on(PASSWORD);
                cx.say(Status::note("A password is filled in. It is shown once after saving."));
                self.check(cx);
            }
            _ => {}
        }
    }

    fn changed(&mut self, field: FieldId, cx: &mut Cx) {
        self.checked.touch(field);
        if field == PASSWORD || field == FACTOR {
            let password = self.form.secret(PASSWORD);
            let with_factor = self.portal.factor(&self.form).is_some();
            let note = password::strength(&password, with_factor);
            let note = if password.is_empty() { UNCHANGED.to_owned() } else { note };
            self.form.note(PASSWORD, note);
        }
        if let Some(companies) = &mut self.companies {
            companies.changed(field, &mut self.form);
            self.note_companies();
        }
        if !self.form.is_section(field) {
            self.read_configs(cx);
            self.check(cx);
        }
    }

    fn arranged(&mut self) {
        self.note_companies();
        self.checked.show(&mut self.form);
    }

    fn look_up(&self, field: FieldId, typed: &str, cx: &mut Cx) {
        if !self.portal.look_up(field, &self.form, cx) {
            cx.open(Picker::new(field, look_up::COMPANIES, typed));
        }
    }

    fn may(&self, action: Action) -> Can {
        if action == Action::Generate { Can::Yes } else { self.form.can(action) }
    }

    fn awaits(&self) -> bool {
        self.awaits || self.portal.awaits()
    }

    fn act(&mut self, action: Action, cx: &mut Cx) -> bool {
        if password::generate(action, cx) {
            self.awaits = true;
            return true;
        }
        let settled = self.meeting.settle(action, &mut self.form, cx);
        if let Some(stamp) = settled {
            self.base = stamp;
            if let Some(companies) = &mut self.companies {
                companies.read(&mut self.form);
            }
            self.note_companies();
            self.read_configs(cx);
            self.check(cx);
        }
        settled.is_some()
    }
}
