//! The contacts of one company: a tab of its record.

use super::criteria::Criteria;
use super::edit::Edit;
use super::list::Contacts;
use super::list_view::{maybe, portal_user};
use super::{may_keep, record::Record};
use crate::domain::id::CompanyId;
use crate::service::contacts::ContactRow;
use crate::service::{ListArgs, NoStatus, Page, Sort};
use crate::tui::ask::{Ask, Reply};
use crate::tui::event::{Can, Screen, Slot};
use crate::tui::keymap::Context;
use crate::tui::place::Place;
use crate::tui::screens::Word;
use crate::tui::screens::list::{self, Kind};
use crate::tui::screens::listing::{Look, Order};
use crate::tui::state::Seen;
use crate::tui::widgets::column::{Cell, Column};
use crate::tui::widgets::field::Taken;

/// The contacts of `company`.
pub fn of_company(company: Taken) -> list::List<CompanyContacts> {
    list::List::within(Some(company))
}

/// What makes it the list of a company's contacts.
#[derive(Debug)]
pub struct CompanyContacts;

impl Kind for CompanyContacts {
    type Row = ContactRow;
    type Criteria = Criteria;
    type Scope = Option<Taken>;

    const CONTEXT: Context = Context::CompanyContacts;
    const PLACE: Place = Place::Companies;
    const ORDERS: &'static [Order] = &[
        Order::rising(0, Sort::Name, ["by name", "by name, last first"]),
        Order::rising(1, Sort::Email, ["by email", "by email, last first"]),
    ];
    const LOOK: Look<ContactRow> = Look {
        columns: &[
            Column::new("Name", 16, 34).identifying(),
            Column::new("Email", 18, 40),
            Column::new("Portal user", 16, 34),
            Column::new("Phone", 12, 20),
        ],
        cells,
        ..<Contacts as Kind>::LOOK
    };
    const SLOT: Slot = "contacts";
    const NONE: [&'static str; 2] = ["No contacts here yet.", "a adds one."];

    fn ask(args: ListArgs<NoStatus>, _criteria: &Criteria, company: &Option<Taken>) -> Ask {
        let company = company.as_ref().map(|it| CompanyId(it.id));
        Ask::Contacts(ListArgs { company, ..args })
    }

    fn page(reply: Reply) -> Option<Page<ContactRow>> {
        <Contacts as Kind>::page(reply)
    }

    fn record(rows: &[ContactRow], at: usize) -> Option<Box<dyn Screen>> {
        <Contacts as Kind>::record(rows, at)
    }

    fn unfound(filter: &str) -> [&'static str; 2] {
        if filter.is_empty() {
            Self::NONE
        } else {
            ["No contact of this company fits.", "the search"]
        }
    }

    fn may_add(seen: &Seen) -> Can {
        may_keep(seen)
    }

    fn add(_criteria: &Criteria, company: &Option<Taken>) -> Option<Box<dyn Screen>> {
        Some(Box::new(Edit::empty(company.clone())))
    }

    fn added(word: Word) -> Option<(String, Box<dyn Screen>)> {
        let Word::Contact { view, told } = word else { return None };
        Some((told, Box::new(Record::alone(view.row.id))))
    }
}

fn cells(row: &ContactRow, _seen: &Seen) -> Vec<Cell> {
    vec![
        Cell::new(row.label().to_string()),
        maybe(row.email.as_ref()),
        portal_user(row),
        maybe(row.phone.as_ref()),
    ]
}
