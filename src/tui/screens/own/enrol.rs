//! Setting up the own second factor: a page, because a QR code needs all of its rows.

use ratatui::layout::Rect;

use crate::service::DeskError;
use crate::service::second_factor::EnrolmentOffer;
use crate::tui::ask::{Answer, Ask, OwnAsk, Reply};
use crate::tui::event::{Can, Command, Cx, Event, Intent, Screen, Slot, Spot, Status};
use crate::tui::keymap::{Action, Context};
use crate::tui::screens::enrolment::{CODE, Enrolment, recovery_codes, typed_code};
use crate::tui::screens::sheet::buttons;
use crate::tui::state::Seen;
use crate::tui::view::pen::Pen;
use crate::tui::widgets::form::Heard;

const PROVE: Slot = "prove";

/// The page with the key and the field for the first code.
#[derive(Debug)]
pub(super) struct OwnEnrolment(Enrolment);

impl OwnEnrolment {
    /// The page for the key of `offer`.
    pub(super) fn new(offer: Box<EnrolmentOffer>) -> Self {
        Self(Enrolment::new(offer, buttons("Go on")))
    }

    fn press(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::Save if cx.is_busy(PROVE) => {}
            Action::Save => {
                if let Some(code) = typed_code(&mut self.0.form) {
                    let ask = Ask::Own(OwnAsk::FinishEnrolment { code });
                    cx.ask(PROVE, ask, "Looking at the code");
                }
            }
            _ => cx.push(Command::Intend(Intent::Close)),
        }
    }

    fn answer(&mut self, answer: Answer, cx: &mut Cx) {
        match answer {
            Ok(Reply::RecoveryCodes(codes)) => {
                cx.push(Command::Close);
                cx.push(Command::Changed);
                cx.say(Status::done(
                    "The second factor is set up; the next sign-in asks for a code.",
                ));
                cx.open(recovery_codes(self.0.user_id(), &codes, cx.seen));
            }
            Ok(_) => {}
            Err(refusal) => {
                self.0.form.wipe(CODE);
                if let DeskError::Problems(problems) = &refusal {
                    self.0.form.show_problems(problems);
                }
                cx.say(Status::refused(refusal.to_string()));
            }
        }
    }
}

impl Screen for OwnEnrolment {
    fn context(&self) -> Context {
        Context::Form
    }

    fn path(&self) -> String {
        "Second factor".to_owned()
    }

    fn saving_is_called(&self) -> Option<&'static str> {
        self.0.form.verb()
    }

    fn takes_text(&self) -> bool {
        self.0.form.takes_text()
    }

    fn can(&self, action: Action, _seen: &Seen) -> Can {
        self.0.form.can(action)
    }

    fn hit(&mut self, spot: Spot) -> Option<Action> {
        self.0.form.hit(spot)
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        match event {
            Event::Answer { answer, .. } => self.answer(answer, cx),
            event => {
                if let Heard::Pressed(action) = self.0.form.attend(&event, cx) {
                    self.press(action, cx);
                }
            }
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        self.0.draw(area, pen);
    }
}
