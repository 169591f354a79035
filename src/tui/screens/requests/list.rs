//! The list of requests: newest first, searched by status, text and date.

use super::list_view::{LOOK, ORDERS};
use super::record::Record;
use super::search::Criteria;
use crate::service::request_views::RequestRow;
use crate::service::{ListArgs, NoStatus, Page};
use crate::tui::ask::{Ask, Reply, RequestAsk};
use crate::tui::event::Screen;
use crate::tui::keymap::Context;
use crate::tui::place::Place;
use crate::tui::screens::list::{self, Kind};
use crate::tui::screens::listing::{Look, Order};

/// The list of portal requests.
pub type List = list::List<Requests>;

/// What makes it the list of requests.
#[derive(Debug)]
pub struct Requests;

impl Kind for Requests {
    type Row = RequestRow;
    type Criteria = Criteria;
    type Scope = ();

    const CONTEXT: Context = Context::RequestList;
    const PLACE: Place = Place::Requests;
    const ORDERS: &'static [Order] = &ORDERS;
    const LOOK: Look<RequestRow> = LOOK;
    const NONE: [&'static str; 2] = [
        "No portal requests yet.",
        "They come from the portal, or by portaldesk import requests FILE.csv.",
    ];

    fn ask(args: ListArgs<NoStatus>, criteria: &Criteria, _scope: &()) -> Ask {
        let (since, until) = criteria.stretch;
        let args = ListArgs { since, until, ..args.of_status(None) };
        Ask::Request(RequestAsk::List(args))
    }

    fn page(reply: Reply) -> Option<Page<RequestRow>> {
        if let Reply::Requests(page) = reply { Some(page) } else { None }
    }

    fn record(rows: &[RequestRow], at: usize) -> Option<Box<dyn Screen>> {
        let page = rows.iter().map(|row| row.id).collect();
        Some(Box::new(Record::new(rows.get(at)?.id, page)))
    }

    fn unfound(_filter: &str) -> [&'static str; 2] {
        ["No request fits this search.", "the search and the dates"]
    }
}
