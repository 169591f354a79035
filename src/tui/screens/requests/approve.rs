//! More Options ▸ Approve: the login is suggested, and may be changed.

use crate::domain::id::RequestId;
use crate::domain::validate::LOGIN;
use crate::service::Stamp;
use crate::service::request_views::RequestView;
use crate::tui::ask::{Ask, Reply, RequestAsk};
use crate::tui::event::{Command, Cx, Event};
use crate::tui::screens::Word;
use crate::tui::screens::record::Done;
use crate::tui::screens::sheet::{SAVE, Sheet, buttons};
use crate::tui::theme::Ink;
use crate::tui::widgets::field::{Field, FieldId};
use crate::tui::widgets::form::Form;

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
            Field::ruled(LOGIN, &login),
            Field::fact(USER_ID, "User ID", user_id(&login)).noted("group Portals"),
        ];
        Self {
            id: view.row.id,
            base: view.row.stamp,
            form: Form::new(fields, buttons("Approve")),
            warnings: view.warnings.iter().map(|w| w.message.clone()).collect(),
        }
    }
}

fn user_id(login: &str) -> String {
    let login = login.trim();
    let bare = login.strip_suffix(".P").or_else(|| login.strip_suffix(".p")).unwrap_or(login);
    if bare.is_empty() { String::new() } else { format!("{bare}.P") }
}

impl Sheet for Approve {
    fn title(&self) -> String {
        format!("Approve {}", self.id)
    }

    fn form(&self) -> &Form {
        &self.form
    }

    fn form_mut(&mut self) -> &mut Form {
        &mut self.form
    }

    fn text(&self) -> Vec<(&str, Ink)> {
        self.warnings.iter().map(|warning| (warning.as_str(), Ink::Caution)).collect()
    }

    fn save(&mut self, cx: &mut Cx) {
        let login = self.form.text(LOGIN.name).to_owned();
        let ask = RequestAsk::Approve { id: self.id, base: self.base, login };
        cx.ask(SAVE, Ask::Request(ask), "Approving");
    }

    fn saved(&mut self, reply: Reply, cx: &mut Cx) {
        if let Reply::Request(view) = reply {
            let user = view.row.user_id.clone().unwrap_or_default();
            let done = Done::told(format!(
                "{} is approved: {user} waits for a password; o opens the user.",
                view.row.number
            ));
            cx.push(Command::CloseWith(Event::Word(Box::new(Word::Request { view, done }))));
        }
    }

    fn again(&self) -> Option<Ask> {
        Some(Ask::Request(RequestAsk::Show(self.id)))
    }

    /// Shows the request as it is now; a login that was typed stays.
    fn meet(&mut self, reply: Reply, cx: &mut Cx) {
        if let Reply::Request(view) = reply {
            let typed = self.form.dirty().then(|| self.form.text(LOGIN.name).to_owned());
            *self = Self::new(&view);
            if let Some(typed) = typed {
                self.form.set_text(LOGIN.name, &typed);
                self.changed(LOGIN.name, cx);
            }
        }
    }

    fn changed(&mut self, _field: FieldId, _cx: &mut Cx) {
        let user_id = user_id(self.form.text(LOGIN.name));
        self.form.set_fact(USER_ID, user_id);
    }
}
