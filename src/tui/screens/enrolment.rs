//! Setting up an authenticator app: its key as a QR code and in groups, the first code, and
//! the recovery codes that come of it.
//!
//! Owns what the sign-in and one's own account have in common there. Must not ask anything:
//! whoever shows it does.

use ratatui::layout::Rect;

use crate::domain::secret::Secret;
use crate::domain::text::Text;
use crate::service::handout::{Fact, FactValue, Handout};
use crate::service::second_factor::{EnrolmentOffer, RecoveryCodes};
use crate::tui::screens::hand_over::HandOver;
use crate::tui::state::Seen;
use crate::tui::text::wrap;
use crate::tui::theme::Ink;
use crate::tui::view::pen::Pen;
use crate::tui::widgets::field::{Field, FieldId};
use crate::tui::widgets::form::{Button, Form};
use crate::tui::widgets::qr::Qr;

/// The field of a code.
pub(super) const CODE: FieldId = "code";
/// The fewest columns that the words beside a QR code take, and those between them.
const BESIDE: u16 = 34;
const GAP: u16 = 3;
/// The columns of the words where they stand alone.
const ALONE: u16 = 62;
/// What to tell who took too long with the code.
pub(super) const TOO_LONG: &str =
    "The code took more than 5 minutes, so the password is forgotten here; type it once more.";
/// What to say where a code is asked for.
pub(super) const CODE_TEXT: &str = "Type the six digits that your authenticator app shows for Portal Desk. Without the app, one of your recovery codes does as well, once.";
/// The cells of a key in eight groups of four.
const KEY: u16 = 39;
/// The numbers of recovery codes.
const NUMBERS: [&str; 10] = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"];

/// A field for a code: it is good once, so it may be seen while it is typed.
pub(super) fn code_field() -> Field {
    Field::secret(CODE, "Code")
}

/// The code in a form that was asked for; a sentence beside the field when it is missing.
pub(super) fn typed_code(form: &mut Form) -> Option<Secret> {
    let code = form.secret(CODE);
    if code.expose().trim().is_empty() {
        form.show_error(CODE, "Type the six digits that the app shows now.");
        return None;
    }
    Some(code)
}

/// An authenticator app being set up.
#[derive(Debug)]
pub(super) struct Enrolment {
    offer: Box<EnrolmentOffer>,
    /// Where the first code is typed.
    pub(super) form: Form,
}

impl Enrolment {
    /// The setting up with the key of `offer`.
    pub(super) fn new(offer: Box<EnrolmentOffer>, buttons: Vec<Button>) -> Self {
        let mut form = Form::new(vec![code_field()], buttons).hurried();
        form.reveal(CODE);
        Self { offer, form }
    }

    /// Whose it is.
    pub(super) fn user_id(&self) -> &Text {
        &self.offer.user_id
    }

    /// Draws the QR code, if the terminal can show it, and the words beside it.
    pub(super) fn draw(&self, area: Rect, pen: &mut Pen) {
        let can = pen.theme().shows_codes();
        let room = area.width.saturating_sub(BESIDE + GAP);
        let code = can.then(|| Qr::fitting(&addresses(&self.offer.uri), room, area.height));
        let Some(code) = code.flatten() else {
            let width = ALONE.min(area.width.saturating_sub(2));
            let x = area.x + (area.width - width) / 2;
            let text = if can {
                "Type the key into the app on your phone (a larger terminal shows a QR code here, too). Then type the six digits that the app shows."
            } else {
                "Type the key into the app on your phone. Then type the six digits that the app shows."
            };
            return self.draw_words(text, Rect { x, width, ..area }, pen);
        };
        code.draw(area.x, area.y, pen);
        let x = area.x + code.columns() + GAP;
        let words = Rect { x, width: area.right().saturating_sub(x + 1).min(ALONE), ..area };
        let text = "Scan the code with the app on your phone, or type the key into it. Then type the six digits that the app shows.";
        self.draw_words(text, words, pen);
    }

    fn draw_words(&self, text: &str, area: Rect, pen: &mut Pen) {
        let mut y = area.y;
        pen.put(area.x, y, area.width, "Set up an authenticator app.", Ink::Strong);
        y += 2;
        for line in wrap(text, usize::from(area.width)) {
            pen.put(area.x, y, area.width, &line, Ink::Plain);
            y += 1;
        }
        y += 1;
        let used = pen.put(area.x, y, area.width, "Account  ", Ink::Plain);
        let room = area.width.saturating_sub(used);
        pen.put(area.x + used, y, room, &self.offer.user_id.shown(), Ink::Strong);
        y += 1;
        let used = pen.put(area.x, y, area.width, "Key      ", Ink::Plain);
        let room = area.width.saturating_sub(used);
        // On one line, or on two with as many groups.
        let cells = if room < KEY { KEY / 2 } else { KEY };
        for line in wrap(self.offer.key.expose(), usize::from(cells)) {
            pen.put(area.x + used, y, room, &line, Ink::Strong);
            y += 1;
        }
        y += 1;
        let height = self.form.height(area.width).min(area.bottom().saturating_sub(y));
        self.form.draw(Rect { y, height, ..area }, pen);
    }
}

/// The address for a QR code, and a shorter one that says the same: what follows the key
/// there is what apps take for granted, and the issuer stands before the account, too.
fn addresses(uri: &Secret) -> [&str; 2] {
    let whole = uri.expose();
    [whole, whole.split('&').next().unwrap_or(whole)]
}

/// The window that shows recovery codes, this once.
pub(super) fn recovery_codes(user_id: &Text, codes: &RecoveryCodes, seen: &Seen) -> HandOver {
    let fact = |(label, code): (&'static str, &Secret)| Fact {
        label,
        value: FactValue::Secret(code.clone()),
    };
    let handout = Handout {
        title: format!("Portal Desk: the recovery codes of {user_id}"),
        facts: NUMBERS.into_iter().zip(&codes.0).map(fact).collect(),
        notes: vec![
            "Each of them lets you in once, in place of a code of the app.".to_owned(),
            format!("Made {}. Codes from before are good no more.", seen.zone.exact(seen.now)),
            "Keep this sheet where only you can get at it.".to_owned(),
        ],
    };
    let subject = Text::from(format!("{}-recovery-codes", user_id.raw()));
    HandOver::new(
        "Recovery codes",
        "Each lets you in once when the app is not at hand. Write them down now: they are shown this once.",
        "I have kept them",
        &subject,
        handout,
    )
}
