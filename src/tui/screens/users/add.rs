//! Add Portal User: one dialog, and what each way to it asks for.
//!
//! Owns the fields and what is proposed in them. What they may hold, and what would come of
//! them, the services say while they are typed.

use super::checked::{CHECK, Checked, FOOT};
use super::hand_over;
use super::password::{self, MUST_CHANGE, PASSWORD};
use crate::domain::id::CompanyId;
use crate::domain::problem::{Code, Problem};
use crate::domain::secret::Secret;
use crate::domain::text::Text;
use crate::domain::user::UserStatus;
use crate::domain::validate::{EMAIL, FIRST, Field as Rule, LAST, LOGIN, PHONE};
use crate::service::companies::CompanyView;
use crate::service::user_views::UserView;
use crate::service::{Entrance, NewUser, Stamp};
use crate::tui::ask::{Ask, CompanyAsk, Reply, UserAsk};
use crate::tui::event::{Can, Command, Cx, Event, Slot, Status};
use crate::tui::keymap::Action;
use crate::tui::popup::picker::Picker;
use crate::tui::screens::sheet::{SAVE, Sheet, buttons};
use crate::tui::screens::{Word, look_up};
use crate::tui::theme::Ink;
use crate::tui::widgets::field::{Field, FieldId, Taken};
use crate::tui::widgets::form::Form;

const COMPANY: FieldId = "company";
const USER_ID: FieldId = "user_id";
const MORE: FieldId = "more";
const PREFILL: Slot = "company";

/// What a way to the dialog asks for.
struct Shape {
    title: &'static str,
    /// The word on the button.
    saving: &'static str,
    /// The fields that are always there, with their words.
    asked: &'static [(Rule, &'static str)],
    /// The word for the password.
    password: &'static str,
    /// The rest, which a key unfolds, under this word.
    folded: (&'static str, &'static [Rule]),
    /// Where the User ID comes from.
    user_id: &'static str,
}

/// Settings ▸ Client ▸ Portal Access: workflow D.
const PORTAL_ACCESS: Shape = Shape {
    title: "Add Portal User",
    saving: "Save",
    asked: &[(EMAIL, "Company email")],
    password: "Enter Password",
    folded: ("Person", &[FIRST, LAST, PHONE]),
    user_id: "the email is the login",
};

/// Company ▸ Contacts ▸ Users: workflow C.
const COMPANY_FILE: Shape = Shape {
    title: "Add new user",
    saving: "Confirm",
    asked: &[(FIRST, "Name"), (LAST, "Surname"), (LOGIN, "Username")],
    password: "Password",
    folded: ("Email and phone", &[EMAIL, PHONE]),
    user_id: "",
};

const fn shape(via: Entrance) -> &'static Shape {
    match via {
        Entrance::PortalAccess => &PORTAL_ACCESS,
        Entrance::CompanyFile | Entrance::Utility | Entrance::CreateUser => &COMPANY_FILE,
    }
}

/// The dialog.
#[derive(Debug)]
pub struct AddUser {
    via: Entrance,
    /// The company that it is for, where that was settled before.
    company: Option<CompanyId>,
    form: Form,
    checked: Checked,
    /// The company as it was seen.
    seen: Option<Stamp>,
    /// The email that was filled in from the company.
    proposed: Option<String>,
    /// Whether the company's email is still to come.
    prefilling: bool,
    /// Whether a generated password is still to come.
    generating: bool,
}

impl AddUser {
    /// The dialog of Portal Access.
    pub fn portal_access() -> Self {
        let field = Field::look_up(COMPANY, "Company", None).noted("F4 list");
        Self::new(Entrance::PortalAccess, None, field)
    }

    /// The dialog of a company's Users tab.
    pub fn company_file(company: Taken) -> Self {
        let id = CompanyId(company.id);
        let field = Field::fact(COMPANY, "Company", company.label);
        Self::new(Entrance::CompanyFile, Some(id), field)
    }

    fn new(via: Entrance, company: Option<CompanyId>, first: Field) -> Self {
        let Shape { asked, password, folded: (section, rest), user_id, saving, .. } = *shape(via);
        let mut fields = vec![first];
        fields.extend(asked.iter().map(|(rule, word)| Field::text(rule.name, word, "", rule.max)));
        fields.extend([
            Field::secret(PASSWORD, password)
                .noted(password::strength(&Secret::new(String::new()))),
            Field::toggle(MUST_CHANGE, "Must change", true).noted("at the next sign-in"),
            Field::fact(USER_ID, "User ID", "").noted(user_id),
            Field::section(MORE, section),
        ]);
        fields.extend(rest.iter().map(|rule| Field::ruled(*rule, "").in_section(MORE)));
        Self {
            via,
            company,
            form: Form::new(fields, buttons(saving)),
            checked: Checked::default(),
            seen: None,
            proposed: None,
            prefilling: false,
            generating: false,
        }
    }

    /// The company that the user will act for, once there is one.
    fn company(&self) -> Option<CompanyId> {
        self.company.or_else(|| self.form.taken(COMPANY).map(|taken| CompanyId(taken.id)))
    }

    /// What was typed, for `company`.
    fn typed(&self, company: CompanyId) -> Box<NewUser> {
        let text = |rule: Rule| self.form.text(rule.name).to_owned();
        Box::new(NewUser {
            seen: self.seen,
            first: text(FIRST),
            last: text(LAST),
            email: text(EMAIL),
            phone: text(PHONE),
            login: text(LOGIN),
            password: Some(self.form.secret(PASSWORD)),
            must_change: self.form.is_on(MUST_CHANGE),
            ..NewUser::new(self.via, company)
        })
    }

    /// Asks what would come of it.
    fn check(&self, cx: &mut Cx) {
        if let Some(company) = self.company() {
            cx.ask(CHECK, Ask::User(UserAsk::CheckNew(self.typed(company))), "Checking");
        }
    }

    /// Asks for what is filled in from the company.
    fn read_company(&self, cx: &mut Cx) {
        if let Some(id) = self.company() {
            cx.ask(PREFILL, Ask::Company(CompanyAsk::Show(id)), "Reading");
        }
    }

    /// Fills in the company's email, unless another was typed.
    fn prefill(&mut self, company: &CompanyView, cx: &mut Cx) {
        if self.via != Entrance::PortalAccess || self.company() != Some(company.row.id) {
            return;
        }
        let typed = self.form.text(EMAIL.name);
        if typed.is_empty() || self.proposed.as_deref() == Some(typed) {
            let email = company.row.email.as_ref().map_or("", Text::raw).to_owned();
            self.form.propose_text(EMAIL.name, &email);
            self.proposed = Some(email);
        }
        self.note_email(company.row.email.is_none());
        self.check(cx);
    }

    /// Says where the email comes from.
    fn note_email(&mut self, none: bool) {
        let typed = self.form.text(EMAIL.name);
        let note = match &self.proposed {
            Some(_) if none && typed.is_empty() => "the company has none",
            Some(email) if !email.is_empty() && email == typed => "from the company",
            _ => "",
        };
        self.form.note(EMAIL.name, note);
    }
}

/// What has been done, and what comes next.
fn told(view: &UserView) -> String {
    let user = &view.row.user_id;
    match (view.row.status, view.must_change_password) {
        (UserStatus::Pending, _) => {
            format!("{user} is added and waits for a first password.")
        }
        (_, true) => {
            format!("{user} can sign in now and is asked for a new password first.")
        }
        (_, false) => format!("{user} can sign in now."),
    }
}

impl Sheet for AddUser {
    fn title(&self) -> String {
        shape(self.via).title.to_owned()
    }

    fn form(&self) -> &Form {
        &self.form
    }

    fn form_mut(&mut self) -> &mut Form {
        &mut self.form
    }

    fn begin(&self, cx: &mut Cx) {
        match self.via {
            Entrance::PortalAccess => self.read_company(cx),
            _ => self.check(cx),
        }
    }

    fn foot_rows(&self) -> u16 {
        FOOT
    }

    fn foot(&self) -> Vec<(String, Ink)> {
        self.checked.foot(&self.form)
    }

    fn save(&mut self, cx: &mut Cx) {
        let Some(company) = self.company() else {
            let sentence = "Take the company from the list with F4.";
            let missing = Problem::field(Code::CompanyMissing, COMPANY, sentence);
            self.checked.refuse(&[missing]);
            self.checked.show(&mut self.form);
            self.form.focus_on(COMPANY);
            cx.say(Status::refused(sentence));
            return;
        };
        cx.push(Command::Cancel(CHECK));
        cx.ask(SAVE, Ask::User(UserAsk::Add(self.typed(company))), "Saving");
    }

    fn saved(&mut self, reply: Reply, cx: &mut Cx) {
        if let Reply::User(view) = reply {
            let password = self.form.secret(PASSWORD);
            self.form.wipe_secrets();
            let told = told(&view);
            let handed =
                (!password.is_empty()).then(|| hand_over::sign_in(&view, &password, cx.seen));
            cx.push(Command::CloseWith(Event::Word(Box::new(Word::User { view, told }))));
            if let Some(handed) = handed {
                cx.open(handed);
            }
        }
    }

    fn reword(&self, problems: &mut [Problem]) {
        let asked = shape(self.via).asked;
        for problem in problems {
            let named = asked.iter().find(|(rule, _)| problem.field == Some(rule.name));
            if let Some((rule, word)) = named
                && let Some(rest) = problem.message.strip_prefix(rule.label)
            {
                problem.message = format!("{word}{rest}");
            }
        }
    }

    fn refused(&mut self, problems: &[Problem], cx: &mut Cx) {
        self.checked.refuse(problems);
        self.check(cx);
    }

    fn learn(&mut self, reply: Reply, cx: &mut Cx) {
        match reply {
            Reply::Company(company) => {
                self.prefilling = false;
                self.prefill(&company, cx);
            }
            Reply::NewUserChecked(mut said) => {
                self.reword(&mut said.problems);
                self.seen = said.seen;
                self.checked.take(*said);
                self.form.set_fact(USER_ID, self.checked.user_id());
                self.checked.show(&mut self.form);
            }
            Reply::Generated(password) => {
                self.generating = false;
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
        match field {
            COMPANY => {
                self.seen = None;
                self.prefilling = self.company().is_some();
                self.read_company(cx);
            }
            MORE => return,
            PASSWORD => {
                let note = password::strength(&self.form.secret(PASSWORD));
                self.form.note(PASSWORD, note);
            }
            field if field == EMAIL.name => self.note_email(false),
            _ => {}
        }
        self.check(cx);
    }

    fn arranged(&mut self) {
        self.checked.show(&mut self.form);
    }

    fn look_up(&self, field: FieldId, typed: &str, cx: &mut Cx) {
        cx.open(Picker::new(field, look_up::COMPANIES, typed));
    }

    fn may(&self, action: Action) -> Can {
        if action == Action::Generate { Can::Yes } else { self.form.can(action) }
    }

    fn awaits(&self) -> bool {
        self.prefilling || self.generating
    }

    fn act(&mut self, action: Action, cx: &mut Cx) -> bool {
        let generates = password::generate(action, cx);
        self.generating |= generates;
        generates
    }
}
