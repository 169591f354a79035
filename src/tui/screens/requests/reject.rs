//! More Options ▸ Reject: the reason is required.

use ratatui::layout::Rect;

use crate::domain::id::RequestId;
use crate::domain::validate::REASON;
use crate::service::request_views::RequestView;
use crate::service::{DeskError, Stamp};
use crate::tui::ask::{Answer, Ask, Reply, RequestAsk};
use crate::tui::event::{Can, Command, Cx, Event, Intent, Screen, Slot, Status};
use crate::tui::keymap::{Action, Context};
use crate::tui::layout;
use crate::tui::screens::Word;
use crate::tui::state::Seen;
use crate::tui::theme::Ink;
use crate::tui::view::pen::Pen;
use crate::tui::widgets::field::Field;
use crate::tui::widgets::form::{Button, Form, Heard};

const SAVE: Slot = "save";

/// The rejection, in a window over the request.
#[derive(Debug)]
pub struct Reject {
    id: RequestId,
    base: Stamp,
    form: Form,
}

impl Reject {
    /// The rejection of a request.
    pub fn new(view: &RequestView) -> Self {
        let fields = vec![
            Field::fact("name", "Visitor", view.row.label()),
            Field::text(REASON.name, REASON.label, "", REASON.max),
        ];
        let buttons = vec![
            Button { label: "Reject", action: Action::Save },
            Button { label: "Cancel", action: Action::Back },
        ];
        Self { id: view.row.id, base: view.row.stamp, form: Form::new(fields, buttons) }
    }

    fn answer(&mut self, answer: Answer, cx: &mut Cx) {
        match answer {
            Ok(Reply::Request(view)) => {
                let told = format!("{} is rejected; the visitor is not told.", view.row.number);
                cx.push(Command::CloseWith(Event::Word(Box::new(Word::Request { view, told }))));
            }
            Ok(_) => {}
            Err(DeskError::Problems(problems)) => {
                self.form.show_problems(&problems);
                cx.say(Status::refused(problems[0].message.clone()));
            }
            Err(DeskError::Conflict(conflict)) => {
                cx.say(Status::refused(format!("{conflict} Your reason stays here.")));
                cx.push(Command::Changed);
            }
            Err(refusal) => cx.say(Status::refused(refusal.to_string())),
        }
    }

    fn press(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::Save if !cx.is_busy(SAVE) => {
                let reason = self.form.text(REASON.name).to_owned();
                let ask = RequestAsk::Reject { id: self.id, base: self.base, reason };
                cx.ask(SAVE, Ask::Request(ask), "Rejecting");
            }
            Action::Save => {}
            _ => cx.push(Command::Intend(Intent::Close)),
        }
    }
}

impl Screen for Reject {
    fn context(&self) -> Context {
        Context::Form
    }

    fn path(&self) -> String {
        format!("Reject {}", self.id)
    }

    fn window(&self, _seen: &Seen) -> Option<(u16, u16)> {
        Some((70, self.form.height(64) + 6))
    }

    fn takes_text(&self) -> bool {
        self.form.takes_text()
    }

    fn dirty(&self) -> bool {
        self.form.dirty()
    }

    fn can(&self, action: Action, _seen: &Seen) -> Can {
        self.form.can(action)
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        if let Event::Answer { answer, .. } = event {
            self.answer(answer, cx);
        } else if let Heard::Pressed(action) = self.form.attend(&event, cx) {
            self.press(action, cx);
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        let inside = layout::padded(area);
        let text = "It can be reopened; the reason is kept with it.";
        pen.put(inside.x, inside.y, inside.width, text, Ink::Faint);
        let form = Rect { y: inside.y + 2, height: inside.height.saturating_sub(2), ..inside };
        self.form.draw(form, pen);
    }
}
