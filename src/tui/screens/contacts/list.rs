//! The list of contacts.

use super::criteria::Criteria;
use super::edit::Edit;
use super::list_view::{LOOK, ORDERS};
use super::may_keep;
use super::record::Record;
use crate::service::contacts::ContactRow;
use crate::service::{ListArgs, NoStatus, Page};
use crate::tui::ask::{Ask, Reply};
use crate::tui::event::{Can, Screen};
use crate::tui::keymap::Context;
use crate::tui::place::Place;
use crate::tui::screens::Word;
use crate::tui::screens::list::{self, Kind};
use crate::tui::screens::listing::{Look, Order};
use crate::tui::state::Seen;

/// The list of contacts.
pub type List = list::List<Contacts>;

/// What makes it the list of contacts.
#[derive(Debug)]
pub struct Contacts;

impl Kind for Contacts {
    type Row = ContactRow;
    type Criteria = Criteria;
    type Scope = ();

    const CONTEXT: Context = Context::ContactList;
    const PLACE: Place = Place::Contacts;
    const ORDERS: &'static [Order] = &ORDERS;
    const LOOK: Look<ContactRow> = LOOK;
    const NONE: [&'static str; 2] =
        ["No contacts yet.", "a adds one; + on a portal request makes one of what was written."];

    fn ask(args: ListArgs<NoStatus>, _criteria: &Criteria, _scope: &()) -> Ask {
        Ask::Contacts(args)
    }

    fn page(reply: Reply) -> Option<Page<ContactRow>> {
        if let Reply::Contacts(page) = reply { Some(page) } else { None }
    }

    fn record(rows: &[ContactRow], at: usize) -> Option<Box<dyn Screen>> {
        let page = rows.iter().map(|row| row.id).collect();
        Some(Box::new(Record::new(rows.get(at)?.id, page)))
    }

    fn unfound(_filter: &str) -> [&'static str; 2] {
        ["No contact fits this search.", "the search"]
    }

    fn may_add(seen: &Seen) -> Can {
        may_keep(seen)
    }

    fn add(_criteria: &Criteria, _scope: &()) -> Option<Box<dyn Screen>> {
        Some(Box::new(Edit::empty(None)))
    }

    fn added(word: Word) -> Option<(String, Box<dyn Screen>)> {
        let Word::Contact { view, told } = word else { return None };
        Some((told, Box::new(Record::alone(view.row.id))))
    }
}
