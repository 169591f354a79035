//! A generated password, to be read to the person: this once.

use ratatui::layout::Rect;

use crate::domain::secret::Secret;
use crate::domain::text::Text;
use crate::tui::event::{Can, Command, Cx, Event, Screen};
use crate::tui::keymap::{Action, Context};
use crate::tui::layout;
use crate::tui::state::Seen;
use crate::tui::text::wrap;
use crate::tui::theme::Ink;
use crate::tui::view::pen::Pen;
use crate::tui::widgets::field::{Field, FieldId};
use crate::tui::widgets::form::{Button, Form, Heard};

const PASSWORD: FieldId = "password";
const WHY: &str = "Read it to the person now: once this is closed, nobody can see it again.";

/// The password, plain to read: that is what the window is for. Nothing can be typed here.
#[derive(Debug)]
pub struct HandOver {
    form: Form,
}

impl HandOver {
    /// The hand-over of a password to a user.
    pub fn new(user_id: Text, password: &Secret) -> Self {
        let fields = vec![
            Field::fact("user_id", "User ID", user_id),
            Field::secret(PASSWORD, "Password").noted("Ctrl-R hides it"),
        ];
        let buttons = vec![Button { label: "I have told it", action: Action::Back }];
        let mut form = Form::new(fields, buttons);
        form.set_secret(PASSWORD, password);
        form.reveal(PASSWORD);
        Self { form }
    }
}

impl Screen for HandOver {
    fn context(&self) -> Context {
        Context::Form
    }

    fn path(&self) -> String {
        "Tell the password".to_owned()
    }

    fn window(&self, _seen: &Seen) -> Option<(u16, u16)> {
        Some((66, self.form.height(60) + 7))
    }

    /// A key pressed too much must not close the only sight of the password.
    fn deliberate(&self) -> bool {
        true
    }

    fn can(&self, action: Action, _seen: &Seen) -> Can {
        match action {
            Action::Save | Action::Restore | Action::DeleteWord | Action::ClearField => Can::Hidden,
            action => self.form.can(action),
        }
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        if matches!(event, Event::Type(_) | Event::Edit(_) | Event::Paste(_)) {
            return;
        }
        if let Heard::Pressed(_) = self.form.attend(&event, cx) {
            cx.push(Command::Close);
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        let inside = layout::padded(area);
        let lines = wrap(WHY, usize::from(inside.width));
        for (y, line) in (inside.y..).zip(&lines) {
            pen.put(inside.x, y, inside.width, line, Ink::Plain);
        }
        let y = inside.y + lines.len() as u16 + 1;
        let height = inside.bottom().saturating_sub(y);
        self.form.draw(Rect { y, height, ..inside }, pen);
    }
}
