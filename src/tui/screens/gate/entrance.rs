//! The way in: the first start on an empty store, else signing in, step by step.

use ratatui::layout::Rect;

use super::forms::{self, AGAIN, NAME, PASSWORD};
use super::{HELD, draw_gate};
use crate::domain::password;
use crate::domain::secret::Secret;
use crate::domain::text::Text;
use crate::service::second_factor::EnrolLeave;
use crate::service::{DeskError, FirstChange};
use crate::tui::ask::{Answer, Ask, Enrolled, GateAsk, Reply};
use crate::tui::event::{Can, Command, Cx, Event, Intent, Screen, Slot, Spot, Status};
use crate::tui::keymap::{Action, Context};
use crate::tui::screens::enrolment::{self, CODE, Enrolment, recovery_codes, typed_code};
use crate::tui::state::Seen;
use crate::tui::view::pen::Pen;
use crate::tui::widgets::form::{Form, Heard};

const LOOK: Slot = "look";
const ENTER: Slot = "enter";

/// How far somebody has come.
#[derive(Debug)]
enum Stage {
    /// Looking whether the store is empty.
    Looking,
    /// Nobody has set the store up yet.
    FirstStart,
    /// Name and password are asked.
    SignIn,
    /// The code is asked; the password waits for it, since `since`, by [`Seen::elapsed`].
    Code { name: String, password: Secret, since: i64 },
    /// A second factor has to be set up first.
    Enrol { name: String, leave: Box<EnrolLeave>, enrolment: Box<Enrolment> },
    /// A new password has to be chosen first.
    FirstChange(Box<FirstChange>),
}

/// The screen before anybody is signed in.
#[derive(Debug)]
pub struct Entrance {
    stage: Stage,
    form: Form,
    /// The leave to set a second factor up, until its key is there.
    leave: Option<Box<EnrolLeave>>,
}

impl Default for Entrance {
    fn default() -> Self {
        Self { stage: Stage::Looking, form: Form::new(Vec::new(), Vec::new()), leave: None }
    }
}

impl Entrance {
    fn ask_for_name(&mut self, name: &str) {
        self.stage = Stage::SignIn;
        self.form = forms::sign_in(name);
        self.leave = None;
    }

    /// Asks for the code; the password that was right is shown once more along with it.
    fn ask_for_code(&mut self, user_id: &Text, cx: &mut Cx) {
        let name = self.form.text(NAME).to_owned();
        let password = self.form.secret(PASSWORD);
        self.stage = Stage::Code { name, password, since: cx.seen.elapsed };
        self.form = forms::code(user_id);
        self.form.reveal(CODE);
    }

    fn ask_for_new_password(&mut self, leave: Box<FirstChange>) {
        let with_factor = matches!(self.stage, Stage::Code { .. } | Stage::Enrol { .. });
        self.form = forms::first_change(leave.user_id(), password::least(with_factor));
        self.stage = Stage::FirstChange(leave);
    }

    /// Asks for the key of a second factor that has to be set up.
    fn ask_for_key(&mut self, leave: Box<EnrolLeave>, cx: &mut Cx) {
        self.leave = Some(leave.clone());
        cx.ask(ENTER, Ask::Gate(GateAsk::BeginEnrolment(leave)), "Making a key");
    }

    /// The form on the screen.
    fn shown(&self) -> &Form {
        match &self.stage {
            Stage::Enrol { enrolment, .. } => &enrolment.form,
            _ => &self.form,
        }
    }

    fn shown_mut(&mut self) -> &mut Form {
        match &mut self.stage {
            Stage::Enrol { enrolment, .. } => &mut enrolment.form,
            _ => &mut self.form,
        }
    }

    /// The name that was typed, for another try.
    fn name(&self) -> String {
        match &self.stage {
            Stage::Code { name, .. } | Stage::Enrol { name, .. } => name.clone(),
            _ => self.form.text(NAME).to_owned(),
        }
    }

    fn press(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::Save if cx.is_busy(ENTER) => {}
            Action::Save => self.go_on(cx),
            Action::Back => self.ask_for_name(&self.name()),
            _ => cx.push(Command::Intend(Intent::End)),
        }
    }

    fn go_on(&mut self, cx: &mut Cx) {
        let (ask, doing) = match &mut self.stage {
            Stage::Looking => return,
            Stage::SignIn => {
                let name = self.form.text(NAME).to_owned();
                let password = self.form.secret(PASSWORD);
                (GateAsk::SignIn { name, password, code: None }, "Signing in")
            }
            Stage::Code { name, password, .. } => {
                let Some(code) = typed_code(&mut self.form) else { return };
                let (name, password) = (name.clone(), password.clone());
                (GateAsk::SignIn { name, password, code: Some(code) }, "Signing in")
            }
            Stage::Enrol { leave, enrolment, .. } => {
                let Some(code) = typed_code(&mut enrolment.form) else { return };
                (GateAsk::FinishEnrolment { leave: leave.clone(), code }, "Looking at the code")
            }
            Stage::FirstStart => {
                if self.agreed_password().is_none() {
                    return;
                }
                (GateAsk::SetUp(Box::new(forms::setup(&self.form))), "Setting up")
            }
            Stage::FirstChange(leave) => {
                let leave = leave.clone();
                let Some(new) = self.agreed_password() else { return };
                (GateAsk::ChangeFirst { leave, new }, "Changing the password")
            }
        };
        cx.ask(ENTER, Ask::Gate(ask), doing);
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

    fn answer(&mut self, answer: Answer, cx: &mut Cx) {
        match answer {
            Ok(reply) => self.hear_reply(reply, cx),
            Err(DeskError::Problems(problems)) => {
                self.shown_mut().wipe(CODE);
                self.shown_mut().show_problems(&problems);
                cx.say(Status::refused(problems[0].message.clone()));
            }
            Err(refusal @ DeskError::SignedOut(_)) => {
                self.ask_for_name(&self.name());
                cx.say(Status::refused(refusal.to_string()));
            }
            Err(refusal) => cx.say(Status::refused(refusal.to_string())),
        }
    }

    fn hear_reply(&mut self, reply: Reply, cx: &mut Cx) {
        match reply {
            Reply::IsEmpty(true) => {
                self.stage = Stage::FirstStart;
                self.form = forms::first_start();
            }
            Reply::IsEmpty(false) => self.ask_for_name(""),
            Reply::Done => {
                let name = self.form.text(NAME).trim().to_owned();
                self.ask_for_name(&name);
                cx.say(Status::done(format!("The store is set up. Sign in as {name}.")));
            }
            Reply::SignedIn(session) => {
                self.form.wipe_secrets();
                let note = session.recovery_note().map(|it| format!(" {it}")).unwrap_or_default();
                cx.say(Status::done(format!("Welcome, {}.{note}", session.name())));
                cx.push(Command::SignedIn(session));
            }
            Reply::MustChange(leave) => {
                cx.say(Status::note(
                    "The password was given to you; choose one that only you know.",
                ));
                self.ask_for_new_password(leave);
            }
            Reply::NeedsCode { user_id } => self.ask_for_code(&user_id, cx),
            Reply::NeedsEnrolment(leave) => self.ask_for_key(leave, cx),
            Reply::EnrolmentOffer(offer) => {
                let Some(leave) = self.leave.take() else { return };
                if let Some(note) = offer.note {
                    cx.say(Status::note(note));
                }
                let enrolment = Box::new(Enrolment::new(offer, forms::steps("Go on")));
                let name = self.form.text(NAME).to_owned();
                self.form.wipe_secrets();
                self.stage = Stage::Enrol { name, leave, enrolment };
            }
            Reply::Enrolled(enrolled) => {
                let Enrolled { user_id, codes, then } = *enrolled;
                self.hear_reply(then, cx);
                cx.open(recovery_codes(&user_id, &codes, cx.seen));
            }
            Reply::NotLetIn(message) => {
                let field = if matches!(self.stage, Stage::Code { .. }) { CODE } else { PASSWORD };
                self.form.wipe(field);
                self.form.focus_on(field);
                cx.say(Status::refused(message));
            }
            _ => {}
        }
    }

    /// A password that was typed long ago is not kept for a code that never comes.
    fn forget_the_password(&mut self, cx: &mut Cx) {
        if let Stage::Code { since, .. } = self.stage
            && cx.seen.elapsed - since >= HELD
        {
            self.ask_for_name(&self.name());
            cx.say(Status::note(enrolment::TOO_LONG));
        }
    }
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
        self.shown().takes_text()
    }

    fn can(&self, action: Action, _seen: &Seen) -> Can {
        self.shown().can(action)
    }

    fn restless(&self) -> bool {
        matches!(self.stage, Stage::Code { .. })
    }

    fn hit(&mut self, spot: Spot) -> Option<Action> {
        self.shown_mut().hit(spot)
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        match event {
            Event::Opened => cx.ask(LOOK, Ask::Gate(GateAsk::IsEmpty), "Opening the store"),
            Event::Roused => self.forget_the_password(cx),
            Event::Answer { slot: LOOK, answer: Err(refusal) } => {
                self.ask_for_name("");
                cx.say(Status::refused(refusal.to_string()));
            }
            Event::Answer { answer, .. } => self.answer(answer, cx),
            event => {
                if let Heard::Pressed(action) = self.shown_mut().attend(&event, cx) {
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
            Stage::Code { .. } => ("The password is right. Now the code.", enrolment::CODE_TEXT),
            Stage::Enrol { enrolment, .. } => return enrolment.draw(area, pen),
            Stage::FirstStart => (
                "This store is empty.",
                "Make its first Security Administrator and the portal's first site. There is no other account yet; to look around with sample data, leave and start portaldesk --demo.",
            ),
            Stage::FirstChange(_) => (
                "Choose your own password.",
                "Any characters you like: a few words do well. Not your name, your email or your company.",
            ),
        };
        draw_gate(heading, text, &self.form, area, pen);
    }
}
