//! One contact, and the way to its portal user.

use ratatui::layout::Rect;

use super::edit::Edit;
use super::list::Contacts;
use super::{may_keep, record_view};
use crate::domain::id::ContactId;
use crate::service::contacts::ContactView;
use crate::service::trail::HistoryLine;
use crate::tui::ask::{Ask, ContactAsk, Reply};
use crate::tui::event::{Can, Cx, Slot};
use crate::tui::keymap::{Action, Context};
use crate::tui::screens::record::{self, Done, Kind};
use crate::tui::screens::{Word, companies, users};
use crate::tui::state::Seen;
use crate::tui::theme::Ink;
use crate::tui::view::pen::Pen;

/// One contact.
pub type Record = record::Record<Contacts>;

impl Kind for Contacts {
    type Id = ContactId;
    type View = ContactView;

    const CONTEXT: Context = Context::ContactRecord;
    const LIST: &'static str = "Contacts";
    const NOUN: &'static str = "contact";

    fn show(id: ContactId) -> Ask {
        Ask::Contact(ContactAsk::Show(id))
    }

    fn view(reply: Reply) -> Option<Box<ContactView>> {
        if let Reply::Contact(view) = reply { Some(view) } else { None }
    }

    fn id(view: &ContactView) -> ContactId {
        view.row.id
    }

    fn label(view: &ContactView) -> String {
        view.row.label().to_string()
    }

    fn history(view: &ContactView) -> &[HistoryLine] {
        &view.history
    }

    fn remarks(view: &ContactView) -> Vec<(String, Ink)> {
        vec![(record_view::remark(view).to_owned(), Ink::Plain)]
    }

    fn can(view: Option<&ContactView>, action: Action, seen: &Seen) -> Option<Can> {
        match action {
            Action::Edit | Action::PortalUser if view.is_none() => {
                Some(Can::No("The contact is still being read.".to_owned()))
            }
            Action::Edit => Some(may_keep(seen)),
            Action::OpenCompany if view.is_none_or(|it| it.row.company.is_none()) => {
                Some(Can::Hidden)
            }
            Action::PortalUser => {
                let nobody = view.filter(|it| it.row.user.is_none());
                Some(Can::unless(nobody.map(|it| {
                    let name = it.row.label();
                    format!("{name} is no portal user; approving a portal request makes one, and so does a in the Users tab of the company.")
                })))
            }
            _ => None,
        }
    }

    fn act(view: &ContactView, action: Action, cx: &mut Cx) {
        match (action, view.row.user) {
            (Action::Edit, _) => cx.open(Edit::of(view)),
            (Action::OpenCompany, _) => {
                if let Some(company) = view.row.company {
                    cx.open(companies::Record::alone(company));
                }
            }
            (Action::PortalUser, Some(user)) => {
                let path = format!("Contacts ▸ {} ▸ Portal User", view.row.label());
                cx.open(users::SignIns::new(user, path).jumping());
            }
            _ => {}
        }
    }

    fn changed(_slot: Slot, _before: Option<&ContactView>, after: &ContactView) -> Done {
        Done::told(format!("{} is saved.", after.row.label()))
    }

    fn heard(word: Word) -> Option<(Box<ContactView>, Done)> {
        let Word::Contact { view, told } = word else { return None };
        Some((view, Done::told(told)))
    }

    fn draw(view: &ContactView, area: Rect, pen: &mut Pen) -> u16 {
        record_view::draw(view, area, pen)
    }
}
