//! More Options ▸ Approve: the login is suggested, and may be changed.

use ratatui::layout::Rect;

use crate::domain::id::RequestId;
use crate::domain::validate::LOGIN;
use crate::service::request_views::RequestView;
use crate::service::{DeskError, Stamp};
use crate::tui::ask::{Answer, Ask, Reply, RequestAsk};
use crate::tui::event::{Can, Command, Cx, Event, Intent, Screen, Slot, Status};
use crate::tui::keymap::{Action, Context};
use crate::tui::layout;
use crate::tui::screens::Word;
use crate::tui::state::Seen;
use crate::tui::text::wrap;
use crate::tui::theme::Ink;
use crate::tui::view::pen::Pen;
use crate::tui::widgets::field::{Field, FieldId};
use crate::tui::widgets::form::{Button, Form, Heard};

const SAVE: Slot = "save";
const USER_ID: FieldId = "user_id";

/// The approval, in a window over the request.
#[derive(Debug)]
pub struct Approve {
    id: RequestId,
    base: Stamp,
    form: Form,
    warnings: Vec<String>,
}

impl Approve {
    /// The approval of a request that can be approved.
    pub fn new(view: &RequestView) -> Self {
        let login = view.suggested_login.clone().unwrap_or_default();
        let linked = view.linked.as_ref();
        let fact = |text: Option<crate::domain::text::Text>| text.unwrap_or_default();
        let fields = vec![
            Field::fact("contact", "Contact", fact(linked.map(|c| c.label()))),
            Field::fact("company", "Company", fact(linked.and_then(|c| c.company_name.clone()))),
            Field::fact(
                "email",
                "Email",
                fact(linked.and_then(|c| c.email.clone()).or(Some(view.row.email.clone()))),
            ),
            Field::text(LOGIN.name, LOGIN.label, &login, LOGIN.max),
            Field::fact(USER_ID, "User ID", user_id(&login)).noted("group Portals"),
        ];
        let buttons = vec![
            Button { label: "Approve", action: Action::Save },
            Button { label: "Cancel", action: Action::Back },
        ];
        Self {
            id: view.row.id,
            base: view.row.stamp,
            form: Form::new(fields, buttons),
            warnings: view.warnings.iter().map(|w| format!("{}  {}", w.code, w.message)).collect(),
        }
    }

    fn answer(&mut self, answer: Answer, cx: &mut Cx) {
        match answer {
            Ok(Reply::Request(view)) => {
                let user = view.row.user_id.clone().unwrap_or_default();
                let told = format!(
                    "{} is approved: {user} waits for a password (Admin ▸ Users).",
                    view.row.number
                );
                cx.push(Command::CloseWith(Event::Word(Box::new(Word::Request { view, told }))));
            }
            Ok(_) => {}
            Err(DeskError::Problems(problems)) => {
                let elsewhere = self.form.show_problems(&problems);
                let text =
                    elsewhere.first().cloned().unwrap_or_else(|| problems[0].message.clone());
                cx.say(Status::refused(text));
            }
            Err(DeskError::Conflict(conflict)) => {
                cx.push(Command::Close);
                cx.push(Command::Changed);
                cx.say(Status::refused(format!("{conflict} What you see is as it is now.")));
            }
            Err(refusal) => cx.say(Status::refused(refusal.to_string())),
        }
    }

    fn press(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::Save if !cx.is_busy(SAVE) => {
                let login = self.form.text(LOGIN.name).to_owned();
                let ask = RequestAsk::Approve { id: self.id, base: self.base, login };
                cx.ask(SAVE, Ask::Request(ask), "Approving");
            }
            Action::Save => {}
            _ => cx.push(Command::Intend(Intent::Close)),
        }
    }
}

fn user_id(login: &str) -> String {
    let login = login.trim();
    let bare = login.strip_suffix(".P").or_else(|| login.strip_suffix(".p")).unwrap_or(login);
    if bare.is_empty() { String::new() } else { format!("{bare}.P") }
}

impl Screen for Approve {
    fn context(&self) -> Context {
        Context::Form
    }

    fn path(&self) -> String {
        format!("Approve {}", self.id)
    }

    fn window(&self, seen: &Seen) -> Option<(u16, u16)> {
        let warnings: usize = self.warnings.iter().map(|w| wrap(w, 64).len()).sum();
        Some((70, (self.form.height(64) + 5 + warnings as u16).min(seen.body_rows())))
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
            return;
        }
        match self.form.attend(&event, cx) {
            Heard::Pressed(action) => self.press(action, cx),
            Heard::Changed(_) => {
                let user_id = user_id(self.form.text(LOGIN.name));
                self.form.set_fact(USER_ID, user_id);
            }
            _ => {}
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        let inside = layout::padded(area);
        let form = self.form.height(inside.width).min(inside.height);
        let mut y = inside.y;
        for line in self.warnings.iter().flat_map(|w| wrap(w, usize::from(inside.width))) {
            if y + form < inside.bottom() {
                pen.put(inside.x, y, inside.width, &line, Ink::Caution);
                y += 1;
            }
        }
        let top = if y > inside.y { y + 1 } else { y };
        self.form.draw(Rect { y: top, height: inside.bottom().saturating_sub(top), ..inside }, pen);
    }
}
