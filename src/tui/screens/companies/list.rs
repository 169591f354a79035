//! The list of companies, and the same list as the way to a company's users.

use super::criteria::Criteria;
use super::edit::Edit;
use super::list_view::{LOOK, ORDERS};
use super::may_keep;
use super::record::Record;
use super::tab::Tab;
use crate::service::companies::CompanyRow;
use crate::service::{ListArgs, NoStatus, Page};
use crate::tui::ask::{Ask, Reply};
use crate::tui::event::{Can, Screen};
use crate::tui::keymap::Context;
use crate::tui::place::Place;
use crate::tui::screens::Word;
use crate::tui::screens::list::{self, Kind};
use crate::tui::screens::listing::{Look, Order};
use crate::tui::state::Seen;

/// The list of companies.
pub type List = list::List<Companies<false>>;

/// The same list as the way to a company's users: what is opened shows them.
pub type UsersOf = list::List<Companies<true>>;

/// What makes it the list of companies, or the way to their users.
#[derive(Debug)]
pub struct Companies<const USERS: bool>;

impl<const USERS: bool> Companies<USERS> {
    const TAB: Tab = if USERS { Tab::Users } else { Tab::Details };
}

impl<const USERS: bool> Kind for Companies<USERS> {
    type Row = CompanyRow;
    type Criteria = Criteria;
    type Scope = ();

    const CONTEXT: Context = Context::CompanyList;
    const PLACE: Place = if USERS { Place::CompanyUsers } else { Place::Companies };
    const ORDERS: &'static [Order] = &ORDERS;
    const LOOK: Look<CompanyRow> = LOOK;
    const NONE: [&'static str; 2] =
        ["No companies yet.", "a adds one; portaldesk import companies brings in many."];

    fn ask(args: ListArgs<NoStatus>, _criteria: &Criteria, _scope: &()) -> Ask {
        Ask::Companies(args)
    }

    fn page(reply: Reply) -> Option<Page<CompanyRow>> {
        if let Reply::Companies(page) = reply { Some(page) } else { None }
    }

    fn record(rows: &[CompanyRow], at: usize) -> Option<Box<dyn Screen>> {
        let page = rows.iter().map(|row| row.id).collect();
        Some(Box::new(Record::new(rows.get(at)?.id, page).on(Self::TAB)))
    }

    fn unfound(_filter: &str) -> [&'static str; 2] {
        ["No company fits this search.", "the search"]
    }

    fn may_add(seen: &Seen) -> Can {
        may_keep(seen)
    }

    fn add(_criteria: &Criteria, _scope: &()) -> Option<Box<dyn Screen>> {
        Some(Box::new(Edit::empty()))
    }

    fn added(word: Word) -> Option<(String, Box<dyn Screen>)> {
        let Word::Company { view, told } = word else { return None };
        Some((told, Box::new(Record::alone(view.row.id).on(Self::TAB))))
    }
}
