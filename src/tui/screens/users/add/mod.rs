//! Add Portal User: one dialog, and what each way to it asks for.
//!
//! Owns the fields and what is proposed in them; what there is to fill in is a table in
//! `shape`. What the fields may hold, and what would come of them, the services say while they
//! are typed.

mod shape;

use super::checked::{CHECK, Checked, FOOT};
use super::hand_over;
use super::password::{self, MUST_CHANGE, PASSWORD};
use super::portal_side::{CAN_CREATE, CLAIM, FACTOR, PortalSide};
use crate::domain::company::CompanyKind;
use crate::domain::id::CompanyId;
use crate::domain::problem::{Code, Problem, Warning};
use crate::domain::role::Permission;
use crate::domain::text::Text;
use crate::domain::user::{CreatedVia, UserStatus};
use crate::domain::validate::{EMAIL, FIRST, Field as Rule, LAST, LOGIN, PHONE};
use crate::service::companies::CompanyView;
use crate::service::user_views::UserView;
use crate::service::{Entrance, NewUser, Overriding, Stamp};
use crate::tui::ask::{Ask, CompanyAsk, Reply, UserAsk};
use crate::tui::event::{Can, Command, Cx, Event, Slot, Status};
use crate::tui::keymap::Action;
use crate::tui::popup::picker::Picker;
use crate::tui::screens::sheet::{SAVE, Sheet, buttons};
use crate::tui::screens::{Word, look_up};
use crate::tui::text::thousands;
use crate::tui::theme::Ink;
use crate::tui::widgets::field::{FieldId, Taken};
use crate::tui::widgets::form::Form;
use shape::{COMPANY, CUSTOMERS, KINDS, OVERRIDE, RETYPED, TYPE, USER_ID};

const PREFILL: Slot = "company";

/// The dialog.
#[derive(Debug)]
pub struct AddUser {
    via: Entrance,
    /// The company that it is for, where that was settled before.
    settled: Option<CompanyId>,
    form: Form,
    portal: PortalSide,
    checked: Checked,
    /// The company as it was seen.
    seen: Option<Stamp>,
    /// Whether the company is a partner; `None` until it is read.
    kind: Option<CompanyKind>,
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
        Self::new(Entrance::PortalAccess, None)
    }

    /// The dialog of a company's Users tab.
    pub fn company_file(company: Taken) -> Self {
        Self::new(Entrance::CompanyFile, Some(company))
    }

    /// The dialog of the User Account Management Utility.
    pub fn utility() -> Self {
        Self::new(Entrance::Utility, None)
    }

    /// The dialog of Create User.
    pub fn create_user() -> Self {
        Self::new(Entrance::CreateUser, None)
    }

    fn new(via: Entrance, company: Option<Taken>) -> Self {
        let shape = shape::of(via);
        Self {
            via,
            form: Form::new(shape.fields(company.as_ref()), buttons(shape.saving)),
            settled: company.map(|it| CompanyId(it.id)),
            portal: PortalSide::default(),
            checked: Checked::default(),
            seen: None,
            kind: None,
            proposed: None,
            prefilling: false,
            generating: false,
        }
    }

    /// Whether the dialog has that field.
    fn has(&self, id: FieldId) -> bool {
        self.form.fields().iter().any(|field| field.id == id)
    }

    /// The companies that the user will act for, the primary one first.
    fn companies(&self) -> Vec<CompanyId> {
        let one = self.settled.or_else(|| self.form.taken(COMPANY).map(|it| CompanyId(it.id)));
        match one {
            Some(one) => vec![one],
            None => self.form.taken_many(CUSTOMERS).iter().map(|it| CompanyId(it.id)).collect(),
        }
    }

    /// What was typed.
    fn typed(&self) -> Box<NewUser> {
        let text = |rule: Rule| self.form.text(rule.name).to_owned();
        let secret = |id| self.has(id).then(|| self.form.secret(id));
        let overriding = match self.form.is_on(OVERRIDE) {
            true => Overriding::Shown(self.checked.warnings().to_vec()),
            false => Overriding::None,
        };
        Box::new(NewUser {
            companies: self.companies(),
            seen: self.seen,
            account_type: self.account_type(),
            first: text(FIRST),
            last: text(LAST),
            email: text(EMAIL),
            phone: text(PHONE),
            login: text(LOGIN),
            password: secret(PASSWORD),
            retyped: secret(RETYPED),
            must_change: self.form.is_on(MUST_CHANGE),
            role: self.portal.role(&self.form),
            can_create_users: self.form.is_on(CAN_CREATE),
            claim_authorization_required: self.is_partner() && self.form.is_on(CLAIM),
            configs: self.portal.configs(&self.form),
            second_factor: self.portal.factor(&self.form),
            overriding,
            ..NewUser::empty(self.via)
        })
    }

    /// What was chosen as the account type, where that is asked for.
    fn account_type(&self) -> Option<CompanyKind> {
        let chosen = KINDS.get(self.form.chosen(TYPE)).copied();
        chosen.filter(|_| self.has(TYPE))
    }

    /// Whether it is a partner's user, as far as that is known.
    fn is_partner(&self) -> bool {
        self.account_type().or(self.kind) == Some(CompanyKind::Partner)
    }

    /// Asks what would come of it. A form that is about one company has nothing to be checked
    /// against before that is chosen.
    fn check(&self, cx: &mut Cx) {
        let waits = self.via == Entrance::PortalAccess && self.companies().is_empty();
        if !waits {
            cx.ask(CHECK, Ask::User(UserAsk::CheckNew(self.typed())), "Checking");
        }
    }

    /// Asks for what is filled in from the company.
    fn read_company(&mut self, cx: &mut Cx) {
        let companies = self.companies();
        self.kind = None;
        if let ([id], true) = (companies.as_slice(), self.has(COMPANY)) {
            cx.ask(PREFILL, Ask::Company(CompanyAsk::Show(*id)), "Reading");
        }
        self.portal.of_companies(&companies, &mut self.form, cx);
    }

    /// Fills in what comes from the company: its email in Portal Access, unless another was
    /// typed.
    fn prefill(&mut self, company: &CompanyView, cx: &mut Cx) {
        if self.companies() != [company.row.id] {
            return;
        }
        self.kind = Some(company.row.kind);
        match self.via {
            Entrance::PortalAccess => {
                let typed = self.form.text(EMAIL.name);
                if typed.is_empty() || self.proposed.as_deref() == Some(typed) {
                    let email = company.row.email.as_ref().map_or("", Text::raw).to_owned();
                    self.form.propose_text(EMAIL.name, &email);
                    self.proposed = Some(email);
                }
                self.note_email(company.row.email.is_none());
            }
            Entrance::Utility => self.form.note(COMPANY, company.row.code.shown()),
            _ => {}
        }
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

    /// Says which User ID it gives: in a line of its own, or beside what is typed as one.
    fn note_user_id(&mut self) {
        let user_id = self.checked.user_id();
        if self.has(USER_ID) {
            self.form.set_fact(USER_ID, user_id);
        } else {
            let note =
                if user_id.is_blank() { String::new() } else { format!("becomes {user_id}") };
            self.form.note(LOGIN.name, note);
        }
    }

    /// Shows what only some accounts have, and the switch that overrides warnings where they
    /// stop it.
    fn arrange(&mut self, cx: Option<&Cx>) {
        let partner = self.is_partner();
        self.form.keep(CLAIM, partner);
        let stops = self.checked.stops();
        self.form.keep(OVERRIDE, stops.is_some());
        let why_not = cx.and_then(|cx| cx.seen.who.as_ref());
        if let (Some(false), Some(reason)) =
            (stops, why_not.and_then(|who| who.why_not(Permission::OverrideWarnings)))
        {
            self.form.note(OVERRIDE, reason);
        }
    }

    /// A password was made: it goes into every field for one.
    fn generated(&mut self, password: &crate::domain::secret::Secret, cx: &mut Cx) {
        self.generating = false;
        self.form.set_secret(PASSWORD, password);
        self.form.set_secret(RETYPED, password);
        self.form.note(PASSWORD, "generated");
        self.form.focus_on(PASSWORD);
        cx.say(Status::note("A password is filled in. It is shown once after saving."));
        self.check(cx);
    }

    /// That the company of a form about one is missing.
    fn misses_company(&mut self, cx: &mut Cx) -> bool {
        let misses = self.via == Entrance::PortalAccess && self.companies().is_empty();
        if misses {
            let sentence = "Take the company from the list with F4.";
            let missing = Problem::field(Code::CompanyMissing, COMPANY, sentence);
            self.checked.refuse(&[missing]);
            self.checked.show(&mut self.form);
            self.form.focus_on(COMPANY);
            cx.say(Status::refused(sentence));
        }
        misses
    }
}

/// What has been done, and what comes next.
fn told(view: &UserView) -> String {
    let user = &view.row.user_id;
    if view.created_via == CreatedVia::CreateUser {
        let companies = view.profile.as_ref().map_or(0, |it| it.memberships.len());
        let companies = match companies {
            1 => "one customer".to_owned(),
            n => format!("{} customers", thousands(n as u64)),
        };
        let role = &view.row.role;
        return format!(
            "{user} is created as {role} for {companies} and waits for a first password."
        );
    }
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
        shape::of(self.via).title.to_owned()
    }

    fn form(&self) -> &Form {
        &self.form
    }

    fn form_mut(&mut self) -> &mut Form {
        &mut self.form
    }

    fn begin(&mut self, cx: &mut Cx) {
        self.portal.begin(&mut self.form, cx);
        self.read_company(cx);
        self.check(cx);
    }

    fn foot_rows(&self) -> u16 {
        FOOT
    }

    fn foot_first(&self) -> bool {
        self.checked.stops().is_some()
    }

    fn foot(&self) -> Vec<(String, Ink)> {
        self.checked.foot(&self.form)
    }

    fn save(&mut self, cx: &mut Cx) {
        if self.misses_company(cx) {
            return;
        }
        cx.push(Command::Cancel(CHECK));
        cx.ask(SAVE, Ask::User(UserAsk::Add(self.typed())), "Saving");
    }

    fn saved(&mut self, reply: Reply, cx: &mut Cx) {
        if let Reply::User(view) = reply {
            let password = self.form.secret(PASSWORD);
            self.form.wipe_secrets();
            let hand_over = hand_over::sign_in(&view, &password, cx.seen);
            let told = told(&view);
            cx.push(Command::CloseWith(Event::Word(Box::new(Word::User { view, told }))));
            if !password.is_empty() {
                cx.open(hand_over);
            }
        }
    }

    fn reword(&self, problems: &mut [Problem]) {
        for problem in problems {
            let named = shape::of(self.via).words().find(|it| problem.field == Some(it.0.name));
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

    fn warned(&mut self, warnings: &[Warning], cx: &mut Cx) {
        self.checked.warn(warnings);
        self.form.switch(OVERRIDE, false);
        self.arrange(Some(cx));
        self.form.focus_on(OVERRIDE);
    }

    fn learn(&mut self, reply: Reply, cx: &mut Cx) {
        let Some(reply) = self.portal.learn(reply, &mut self.form) else { return self.check(cx) };
        match reply {
            Reply::Company(company) => {
                self.prefilling = false;
                self.prefill(&company, cx);
            }
            Reply::NewUserChecked(mut said) => {
                self.reword(&mut said.problems);
                self.seen = said.seen;
                // Only what was read before it was ticked can be overridden.
                if said.warnings != self.checked.warnings() {
                    self.form.switch(OVERRIDE, false);
                }
                self.checked.take(*said);
                self.note_user_id();
                self.arrange(Some(cx));
                self.checked.show(&mut self.form);
            }
            Reply::Generated(password) => self.generated(&password, cx),
            _ => {}
        }
    }

    fn changed(&mut self, field: FieldId, cx: &mut Cx) {
        if field == OVERRIDE {
            return;
        }
        self.checked.touch(field);
        self.form.switch(OVERRIDE, false);
        match field {
            COMPANY | CUSTOMERS => {
                self.seen = None;
                self.prefilling = self.has(COMPANY) && !self.companies().is_empty();
                if self.via == Entrance::Utility {
                    self.form.note(COMPANY, "F4 list");
                }
                self.read_company(cx);
            }
            // What a password needs depends on the second factor beside it.
            PASSWORD | FACTOR => {
                let with_factor = self.portal.factor(&self.form).is_some();
                let note = password::strength(&self.form.secret(PASSWORD), with_factor);
                self.form.note(PASSWORD, note);
            }
            field if field == EMAIL.name => self.note_email(false),
            field if self.form.is_section(field) => return,
            _ => {}
        }
        self.check(cx);
    }

    fn arranged(&mut self) {
        self.arrange(None);
        self.checked.show(&mut self.form);
    }

    fn look_up(&self, field: FieldId, typed: &str, cx: &mut Cx) {
        if self.portal.look_up(field, &self.form, cx) {
            return;
        }
        let source = match (field, self.account_type()) {
            (CUSTOMERS, _) => look_up::IMPORTED,
            (_, Some(CompanyKind::Customer)) => look_up::CUSTOMERS,
            (_, Some(CompanyKind::Partner)) => look_up::PARTNERS,
            _ => look_up::COMPANIES,
        };
        let picker = Picker::new(field, source, typed);
        cx.open(match field {
            CUSTOMERS => picker.ticking(self.form.taken_many(CUSTOMERS)),
            _ => picker,
        });
    }

    fn may(&self, action: Action) -> Can {
        match action {
            Action::Generate if self.has(PASSWORD) => Can::Yes,
            action => self.form.can(action),
        }
    }

    fn awaits(&self) -> bool {
        self.prefilling || self.generating || self.portal.awaits()
    }

    fn act(&mut self, action: Action, cx: &mut Cx) -> bool {
        let generates = self.has(PASSWORD) && password::generate(action, cx);
        self.generating |= generates;
        generates
    }
}
