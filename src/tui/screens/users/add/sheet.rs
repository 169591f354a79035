//! What the dialog does when something is typed, answered or saved.

use super::super::checked::{CHECK, FOOT};
use super::super::password::{self, PASSWORD};
use super::super::portal_side::{CAN_CREATE, CLAIM, FACTOR};
use super::super::{hand_over, invitation};
use super::AddUser;
use super::shape::{self, COMPANY, CUSTOMERS, INVITE, OVERRIDE};
use crate::domain::company::CompanyKind;
use crate::domain::mail::MailState;
use crate::domain::problem::{Problem, Warning};
use crate::domain::role::Permission;
use crate::domain::user::{CreatedVia, UserStatus};
use crate::domain::validate::EMAIL;
use crate::service::user_views::UserView;
use crate::service::{Entrance, MailRow};
use crate::tui::ask::{Ask, Reply, UserAsk};
use crate::tui::event::{Can, Command, Cx, Event, Status};
use crate::tui::keymap::Action;
use crate::tui::popup::letter::LetterWindow;
use crate::tui::popup::picker::Picker;
use crate::tui::popup::reading::Reading;
use crate::tui::screens::sheet::{self, OF_IT, SAVE, Sheet};
use crate::tui::screens::{Word, look_up, outbox};
use crate::tui::text::thousands;
use crate::tui::theme::Ink;
use crate::tui::widgets::field::FieldId;
use crate::tui::widgets::form::Form;

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
        return match &view.invitation {
            Some(mail) => {
                format!(
                    "{user} is created as {role} for {companies}; {}.",
                    invitation::queued(mail)
                )
            }
            None => format!(
                "{user} is created as {role} for {companies} and waits for a first password."
            ),
        };
    }
    if let Some(mail) = &view.invitation {
        return format!("{user} is added; {}.", invitation::queued(mail));
    }
    let app = if view.lacks_app() { " An authenticator app is set up then." } else { "" };
    match (view.row.status, view.must_change_password) {
        (UserStatus::Pending, _) => {
            format!("{user} is added and waits for a first password.")
        }
        (_, true) => {
            format!("{user} can sign in now and is asked for a new password first.{app}")
        }
        (_, false) => format!("{user} can sign in now.{app}"),
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
        let who = cx.seen.who.as_ref();
        if let Some(reason) = who.and_then(|who| who.why_not(Permission::SetPortalFlags)) {
            self.form.settle(CAN_CREATE, reason);
            self.form.settle(CLAIM, "");
        }
        if self.has(PASSWORD) {
            self.note_password();
        }
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

    fn read_on(&self, cx: &mut Cx) {
        let all = Reading::new(OF_IT, self.foot());
        cx.open(match self.checked.stops() {
            Some(_) => all.overriding(self.checked.warnings()),
            None => all,
        });
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
            // What goes out by mail at once need not be told besides.
            let queued = |mail: &MailRow| mail.state == MailState::Queued;
            let mailed =
                self.via == Entrance::PortalAccess && view.invitation.as_ref().is_some_and(queued);
            cx.push(Command::CloseWith(Event::Word(Box::new(Word::User { view, told }))));
            if !password.is_empty() && !mailed {
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
            // What can't be read here is read in a window of its own first.
            if self.form.is_on(OVERRIDE) && sheet::foot_is_cut(self, cx.seen) {
                self.form.switch(OVERRIDE, false);
                self.read_on(cx);
            }
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
            PASSWORD | FACTOR | INVITE => self.note_password(),
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

    fn told(&mut self, word: Word, cx: &mut Cx) {
        let Word::Overriding(read) = word else { return };
        let same = read == self.checked.warnings() && self.checked.stops().is_some();
        self.form.switch(OVERRIDE, same);
        if !same {
            let sentence = "The warnings have changed while you read them; read them again.";
            cx.say(Status::refused(sentence));
        }
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
            Action::Preview if self.invites() && !self.companies().is_empty() => Can::Yes,
            action => self.form.can(action),
        }
    }

    fn awaits(&self) -> bool {
        self.prefilling || self.generating || self.portal.awaits()
    }

    fn act(&mut self, action: Action, cx: &mut Cx) -> bool {
        if action == Action::Preview && self.invites() {
            cx.open(LetterWindow::new(
                "The mail, before anything is saved",
                Ask::User(UserAsk::PreviewNew(self.typed())),
                outbox::read_letter,
            ));
            return true;
        }
        let generates = self.has(PASSWORD) && password::generate(action, cx);
        self.generating |= generates;
        generates
    }
}
