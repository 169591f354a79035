//! The own second factor: what is set, setting it up, and new recovery codes.

use super::enrol::OwnEnrolment;
use crate::domain::factor::RECOVERY_CODES;
use crate::domain::text::Text;
use crate::service::second_factor::OwnFactor as Found;
use crate::tui::ask::{Ask, OwnAsk, Reply};
use crate::tui::event::{Command, Cx, Slot, Status};
use crate::tui::keymap::Action;
use crate::tui::screens::enrolment::{CODE, code_field, recovery_codes, typed_code};
use crate::tui::screens::sheet::{SAVE, Sheet, buttons};
use crate::tui::state::Seen;
use crate::tui::theme::Ink;
use crate::tui::widgets::field::{Field, FieldId};
use crate::tui::widgets::form::{Button, Form};

const LOOK: Slot = "look";
const PASSWORD: FieldId = "password";

/// What can be done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Deed {
    /// It is being read.
    Reading,
    /// Nothing, for this reason.
    Nothing(String),
    /// It can be set up.
    SetUp,
    /// There can be new recovery codes.
    Renew,
}

/// The window about the second factor of who is signed in.
#[derive(Debug)]
pub struct OwnFactor {
    user_id: Text,
    deed: Deed,
    form: Form,
}

impl OwnFactor {
    /// The window for that account.
    pub fn new(user_id: Text) -> Self {
        let fields = vec![Field::fact("user_id", "User ID", user_id.clone())];
        Self { user_id, deed: Deed::Reading, form: Form::new(fields, close()) }
    }

    /// Shows what was found, and asks for what the next step needs.
    fn show(&mut self, found: &Found, seen: &Seen) {
        let set = match (found.factor, found.enrolled_at) {
            (None, _) => "none: the password alone lets you in".to_owned(),
            (Some(factor), Some(at)) => {
                format!("{}, set up {}", factor.words(), seen.zone.ago(at, seen.now))
            }
            (Some(factor), None) => format!("{}, to be set up", factor.words()),
        };
        let mut fields = vec![
            Field::fact("user_id", "User ID", self.user_id.clone()),
            Field::fact("second_factor", "Second factor", set),
        ];
        if found.enrolled_at.is_some() {
            let left = format!("{} of {RECOVERY_CODES} left", found.recovery_left);
            fields.push(Field::fact("recovery", "Recovery codes", left));
        }
        let password = Field::secret(PASSWORD, "Your password");
        self.deed = match (found.enrolled_at, &found.why_not_enrol) {
            (Some(_), _) => Deed::Renew,
            (None, None) => Deed::SetUp,
            (None, Some(reason)) => Deed::Nothing(reason.clone()),
        };
        let buttons = match self.deed {
            Deed::SetUp => {
                fields.push(password);
                buttons("Set up")
            }
            Deed::Renew => {
                fields.extend([password, code_field()]);
                buttons("New recovery codes")
            }
            Deed::Reading | Deed::Nothing(_) => close(),
        };
        self.form = Form::new(fields, buttons).hurried();
        self.form.reveal(CODE);
    }
}

fn close() -> Vec<Button> {
    vec![Button { label: "Close", action: Action::Back }]
}

impl Sheet for OwnFactor {
    fn title(&self) -> String {
        "Second factor".to_owned()
    }

    fn form(&self) -> &Form {
        &self.form
    }

    fn form_mut(&mut self) -> &mut Form {
        &mut self.form
    }

    fn text(&self) -> Vec<(&str, Ink)> {
        let text = match &self.deed {
            Deed::Reading => return Vec::new(),
            Deed::Nothing(reason) => reason.as_str(),
            Deed::SetUp => {
                "Once it is set up, each sign-in asks for a code of an app on your phone besides the password."
            }
            Deed::Renew => {
                "A recovery code lets you in once when the app is not at hand. With new ones, those that you have are good no more."
            }
        };
        vec![(text, Ink::Faint)]
    }

    fn begin(&mut self, cx: &mut Cx) {
        cx.ask(LOOK, Ask::Own(OwnAsk::SecondFactor), "Reading");
    }

    fn learn(&mut self, reply: Reply, cx: &mut Cx) {
        if let Reply::OwnFactor(found) = reply {
            self.show(&found, cx.seen);
        }
    }

    fn save(&mut self, cx: &mut Cx) {
        let password = self.form.secret(PASSWORD);
        match self.deed {
            Deed::SetUp => {
                let ask = OwnAsk::BeginEnrolment { password };
                cx.ask(SAVE, Ask::Own(ask), "Making a key");
            }
            Deed::Renew => {
                if let Some(code) = typed_code(&mut self.form) {
                    let ask = OwnAsk::RenewCodes { password, code };
                    cx.ask(SAVE, Ask::Own(ask), "Making recovery codes");
                }
            }
            Deed::Reading | Deed::Nothing(_) => {}
        }
    }

    fn saved(&mut self, reply: Reply, cx: &mut Cx) {
        match reply {
            Reply::EnrolmentOffer(offer) => {
                self.form.wipe_secrets();
                cx.push(Command::Close);
                if let Some(note) = offer.note {
                    cx.say(Status::note(note));
                }
                cx.open(OwnEnrolment::new(offer));
            }
            Reply::RecoveryCodes(codes) => {
                self.form.wipe_secrets();
                cx.push(Command::Close);
                cx.push(Command::Changed);
                cx.say(Status::done("The recovery codes of before are good no more."));
                cx.open(recovery_codes(&self.user_id, &codes, cx.seen));
            }
            Reply::NotLetIn(message) => {
                self.form.wipe(PASSWORD);
                self.form.wipe(CODE);
                self.form.focus_on(PASSWORD);
                cx.say(Status::refused(message));
            }
            _ => {}
        }
    }
}
