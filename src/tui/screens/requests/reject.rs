//! More Options ▸ Reject: the reason is required.

use crate::domain::id::RequestId;
use crate::domain::validate::REASON;
use crate::service::Stamp;
use crate::service::request_views::RequestView;
use crate::tui::ask::{Ask, Reply, RequestAsk};
use crate::tui::event::{Command, Cx, Event};
use crate::tui::screens::Word;
use crate::tui::screens::record::Done;
use crate::tui::screens::sheet::{SAVE, Sheet, buttons};
use crate::tui::theme::Ink;
use crate::tui::widgets::field::Field;
use crate::tui::widgets::form::Form;

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
        Self { id: view.row.id, base: view.row.stamp, form: Form::new(fields, buttons("Reject")) }
    }
}

impl Sheet for Reject {
    fn title(&self) -> String {
        format!("Reject {}", self.id)
    }

    fn form(&self) -> &Form {
        &self.form
    }

    fn form_mut(&mut self) -> &mut Form {
        &mut self.form
    }

    fn text(&self) -> Vec<(&str, Ink)> {
        vec![("It can be reopened; the reason is kept with it.", Ink::Faint)]
    }

    fn save(&mut self, cx: &mut Cx) {
        let reason = self.form.text(REASON.name).to_owned();
        let ask = RequestAsk::Reject { id: self.id, base: self.base, reason, had: None };
        cx.ask(SAVE, Ask::Request(ask), "Rejecting");
    }

    fn saved(&mut self, reply: Reply, cx: &mut Cx) {
        if let Reply::Request(view) = reply {
            let (id, base) = (view.row.id, view.row.stamp);
            let back = RequestAsk::Reopen { id, base, had: view.row.contact };
            let undone = format!("{} is as it was before the rejection.", view.row.number);
            let told = format!("{} is rejected; the visitor is not told.", view.row.number);
            let done = Done::told(told).undone_by(Ask::Request(back), undone);
            cx.push(Command::CloseWith(Event::Word(Box::new(Word::Request { view, done }))));
        }
    }

    fn again(&self) -> Option<Ask> {
        Some(Ask::Request(RequestAsk::Show(self.id)))
    }

    fn meet(&mut self, reply: Reply, _cx: &mut Cx) {
        if let Reply::Request(view) = reply {
            self.base = view.row.stamp;
        }
    }
}
