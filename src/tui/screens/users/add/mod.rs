//! Add Portal User: one dialog, and what each way to it asks for.
//!
//! Owns the fields and what is proposed in them; what there is to fill in is a table in
//! `shape`. What the fields may hold, and what would come of them, the services say while they
//! are typed.

mod shape;
mod sheet;

use super::checked::{CHECK, Checked};
use super::password::{self, MUST_CHANGE, PASSWORD};
use super::portal_side::{CAN_CREATE, CLAIM, PortalSide};
use crate::domain::company::CompanyKind;
use crate::domain::id::CompanyId;
use crate::domain::problem::{Code, Problem};
use crate::domain::role::Permission;
use crate::domain::text::Text;
use crate::domain::validate::{EMAIL, FIRST, Field as Rule, LAST, LOGIN, PHONE};
use crate::service::companies::CompanyView;
use crate::service::{Entrance, NewUser, Overriding, Stamp};
use crate::tui::ask::{Ask, CompanyAsk, UserAsk};
use crate::tui::event::{Cx, Slot, Status};
use crate::tui::screens::sheet::buttons;
use crate::tui::widgets::field::{FieldId, Taken};
use crate::tui::widgets::form::Form;
use shape::{COMPANY, CUSTOMERS, INVITE, KINDS, OVERRIDE, RETYPED, TYPE, USER_ID};

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

    /// Whether an invitation goes out: ticked where that is asked for; in Create User a job
    /// always tells the user.
    fn invites(&self) -> bool {
        self.form.is_on(INVITE) || self.via == Entrance::CreateUser
    }

    /// Says what the password needs to be, or how good it is.
    fn note_password(&mut self) {
        let with_factor = self.portal.factor(&self.form).is_some();
        let password = self.form.secret(PASSWORD);
        let mailed = password.is_empty() && self.via == Entrance::PortalAccess && self.invites();
        let note = match mailed {
            true => "empty: one is mailed".to_owned(),
            false => password::strength(&password, with_factor),
        };
        self.form.note(PASSWORD, note);
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
            invite: self.invites(),
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
        let reason = why_not.and_then(|who| who.why_not(Permission::OverrideWarnings));
        if let (Some(false), Some(reason)) = (stops, reason) {
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
