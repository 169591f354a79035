//! The way in: the first start on an empty store, else signing in.

use ratatui::layout::Rect;

use super::draw_gate;
use crate::domain::secret::Secret;
use crate::domain::validate::{EMAIL, FIRST, LAST, LOGIN, SITE_CODE, WEBSITE};
use crate::service::{DeskError, FirstChange, FirstStart};
use crate::tui::ask::{Answer, Ask, GateAsk, Reply};
use crate::tui::event::{Can, Command, Cx, Event, Intent, Screen, Slot, Spot, Status};
use crate::tui::keymap::{Action, Context};
use crate::tui::state::Seen;
use crate::tui::view::pen::Pen;
use crate::tui::widgets::field::{Field, FieldId};
use crate::tui::widgets::form::{Button, Form, Heard};

const LOOK: Slot = "look";
const ENTER: Slot = "enter";
const NAME: FieldId = "login_name";
const PASSWORD: FieldId = "password";
const AGAIN: FieldId = "again";

/// How far somebody has come.
#[derive(Debug)]
enum Stage {
    /// Looking whether the store is empty.
    Looking,
    /// Nobody has set the store up yet.
    FirstStart,
    /// Name and password are asked.
    SignIn,
    /// A new password has to be chosen first.
    FirstChange(Box<FirstChange>),
}

/// The screen before anybody is signed in.
#[derive(Debug)]
pub struct Entrance {
    stage: Stage,
    form: Form,
}

impl Default for Entrance {
    fn default() -> Self {
        Self { stage: Stage::Looking, form: Form::new(Vec::new(), Vec::new()) }
    }
}

impl Entrance {
    fn ask_for_name(&mut self, name: &str) {
        self.stage = Stage::SignIn;
        let fields = vec![
            Field::text(NAME, "Login or email", name, LOGIN.max),
            Field::secret(PASSWORD, "Password"),
        ];
        self.form = Form::new(fields, buttons("Sign in")).hurried();
        if !name.is_empty() {
            self.form.focus_on(PASSWORD);
        }
    }

    fn ask_for_setup(&mut self) {
        self.stage = Stage::FirstStart;
        let fields = vec![
            Field::text(NAME, LOGIN.label, "", LOGIN.max),
            Field::text(FIRST.name, FIRST.label, "", FIRST.max).noted("may stay empty"),
            Field::text(LAST.name, LAST.label, "", LAST.max).noted("may stay empty"),
            Field::text(EMAIL.name, EMAIL.label, "", EMAIL.max).noted("may stay empty"),
            Field::secret(PASSWORD, "Password").noted("at least 15 characters"),
            Field::secret(AGAIN, "Retype Password"),
            Field::text(SITE_CODE.name, "Site code", "main", SITE_CODE.max),
            Field::text("site_name", "Site name", "Customer portal", 100),
            Field::text(WEBSITE.name, WEBSITE.label, "", WEBSITE.max).noted("may stay empty"),
        ];
        self.form = Form::new(fields, buttons("Set up"));
    }

    fn ask_for_new_password(&mut self, leave: Box<FirstChange>) {
        let fields = vec![
            Field::fact("user_id", "User ID", leave.user_id().clone()),
            Field::secret(PASSWORD, "New Password").noted("at least 15 characters"),
            Field::secret(AGAIN, "Retype Password"),
        ];
        self.stage = Stage::FirstChange(leave);
        self.form = Form::new(fields, buttons("Change")).hurried();
    }

    fn press(&mut self, action: Action, cx: &mut Cx) {
        if action != Action::Save {
            cx.push(Command::Intend(Intent::End));
            return;
        }
        if cx.is_busy(ENTER) {
            return;
        }
        match &self.stage {
            Stage::Looking => {}
            Stage::SignIn => {
                let name = self.form.text(NAME).to_owned();
                let ask = GateAsk::SignIn { name, password: self.form.secret(PASSWORD) };
                cx.ask(ENTER, Ask::Gate(ask), "Signing in");
            }
            Stage::FirstStart => {
                if let Some(password) = self.agreed_password() {
                    cx.ask(
                        ENTER,
                        Ask::Gate(GateAsk::SetUp(Box::new(self.setup(password)))),
                        "Setting up",
                    );
                }
            }
            Stage::FirstChange(leave) => {
                let leave = leave.clone();
                if let Some(new) = self.agreed_password() {
                    cx.ask(
                        ENTER,
                        Ask::Gate(GateAsk::ChangeFirst { leave, new }),
                        "Changing the password",
                    );
                }
            }
        }
    }

    /// The password, when both fields hold the same.
    fn agreed_password(&mut self) -> Option<Secret> {
        let password = self.form.secret(PASSWORD);
        if password.same_as(&self.form.secret(AGAIN)) {
            return Some(password);
        }
        self.form
            .show_error(AGAIN, "The two passwords differ; type both again, Ctrl-R shows them.");
        None
    }

    fn setup(&self, password: Secret) -> FirstStart {
        let text = |id| self.form.text(id).to_owned();
        FirstStart {
            login: text(NAME),
            first: text(FIRST.name),
            last: text(LAST.name),
            email: text(EMAIL.name),
            password,
            site_code: text(SITE_CODE.name),
            site_name: text("site_name"),
            website: text(WEBSITE.name),
        }
    }

    fn answer(&mut self, answer: Answer, cx: &mut Cx) {
        match answer {
            Ok(Reply::IsEmpty(true)) => self.ask_for_setup(),
            Ok(Reply::IsEmpty(false)) => self.ask_for_name(""),
            Ok(Reply::Done) => {
                let name = self.form.text(NAME).trim().to_owned();
                self.ask_for_name(&name);
                cx.say(Status::done(format!("The store is set up. Sign in as {name}.")));
            }
            Ok(Reply::SignedIn(session)) => {
                self.form.wipe_secrets();
                cx.say(Status::done(format!("Welcome, {}.", session.name())));
                cx.push(Command::SignedIn(session));
            }
            Ok(Reply::MustChange(leave)) => {
                cx.say(Status::note(
                    "The password was given to you; choose one that only you know.",
                ));
                self.ask_for_new_password(leave);
            }
            Ok(Reply::NotLetIn(message)) => {
                self.form.wipe_secrets();
                self.form.focus_on(PASSWORD);
                cx.say(Status::refused(message));
            }
            Ok(_) => {}
            Err(DeskError::Problems(problems)) => {
                self.form.show_problems(&problems);
                cx.say(Status::refused(problems[0].message.clone()));
            }
            Err(refusal @ DeskError::SignedOut(_)) => {
                self.ask_for_name("");
                cx.say(Status::refused(refusal.to_string()));
            }
            Err(refusal) => cx.say(Status::refused(refusal.to_string())),
        }
    }
}

fn buttons(first: &'static str) -> Vec<Button> {
    vec![
        Button { label: first, action: Action::Save },
        Button { label: "Leave", action: Action::Quit },
    ]
}

impl Screen for Entrance {
    fn context(&self) -> Context {
        Context::Gate
    }

    fn path(&self) -> String {
        match self.stage {
            Stage::FirstStart => "First start".to_owned(),
            _ => "Sign in".to_owned(),
        }
    }

    fn takes_text(&self) -> bool {
        self.form.takes_text()
    }

    fn can(&self, action: Action, _seen: &Seen) -> Can {
        self.form.can(action)
    }

    fn hit(&mut self, spot: Spot) -> Option<Action> {
        self.form.hit(spot)
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        match event {
            Event::Opened => cx.ask(LOOK, Ask::Gate(GateAsk::IsEmpty), "Opening the store"),
            Event::Answer { slot: LOOK, answer: Err(refusal) } => {
                self.ask_for_name("");
                cx.say(Status::refused(refusal.to_string()));
            }
            Event::Answer { answer, .. } => self.answer(answer, cx),
            event => {
                if let Heard::Pressed(action) = self.form.attend(&event, cx) {
                    self.press(action, cx);
                }
            }
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        let welcome = pen.seen().welcome.clone().unwrap_or_default();
        let (heading, text) = match &self.stage {
            Stage::Looking => {
                pen.stand(area.x, area.y);
                ("The store is being opened.", "")
            }
            Stage::SignIn => {
                ("Who may enter the customer portal is decided here.", welcome.as_str())
            }
            Stage::FirstStart => (
                "This store is empty.",
                "Make its first Security Administrator and the portal's first site. There is no other account yet; to look around with sample data, leave and start portaldesk --demo.",
            ),
            Stage::FirstChange(_) => (
                "Choose your own password.",
                "It has at least 15 characters, any you like: a few words do well. Not your name, your email or your company.",
            ),
        };
        draw_gate(heading, text, &self.form, area, pen);
    }
}
