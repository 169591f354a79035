//! The list of requests: newest first, searched by status, text and date.

use ratatui::layout::Rect;

use super::list_view::{self, LOOK, ORDERS};
use super::record::Record;
use super::search::{Criteria, Search};
use crate::domain::id::RequestId;
use crate::domain::request::RequestStatus;
use crate::service::ListArgs;
use crate::service::request_views::RequestRow;
use crate::tui::ask::{Ask, Reply, RequestAsk};
use crate::tui::event::{Can, Cx, Event, Screen, Slot, Status};
use crate::tui::keymap::{Action, Context};
use crate::tui::place::Place;
use crate::tui::screens::Word;
use crate::tui::screens::listing::Listing;
use crate::tui::state::{Seen, Zone};
use crate::tui::view::pen::Pen;

const ROWS: Slot = "rows";

/// The list of portal requests.
#[derive(Debug)]
pub struct List {
    listing: Listing<RequestRow>,
    criteria: Criteria,
}

impl Default for List {
    fn default() -> Self {
        Self::searching(Criteria::default())
    }
}

impl List {
    /// A list that shows only what fits `criteria`.
    pub fn searching(criteria: Criteria) -> Self {
        let mut it = Self { listing: Listing::new(&ORDERS), criteria: Criteria::default() };
        it.search(criteria, Zone::UTC);
        it
    }

    fn search(&mut self, criteria: Criteria, zone: Zone) {
        self.listing.filter.set(&criteria.text);
        self.listing.scope = criteria.words(zone);
        self.listing.table.rewind();
        self.criteria = criteria;
    }

    fn read(&self, cx: &mut Cx) {
        let (order, falling) = self.listing.order();
        let args = ListArgs::<RequestStatus> {
            text: self.listing.filter.value().to_owned(),
            status: self.criteria.status,
            since: self.criteria.stretch.0,
            until: self.criteria.stretch.1,
            page: self.listing.table.page,
            per_page: self.listing.table.per_page,
            ..ListArgs::all(order.sort, falling)
        };
        cx.ask(ROWS, Ask::Request(RequestAsk::List(args)), "Searching");
    }

    fn open(&self, cx: &mut Cx) {
        if let Some(row) = self.listing.table.selected_row() {
            let page: Vec<RequestId> = self.listing.table.rows.iter().map(|row| row.id).collect();
            cx.open(Record::new(row.id, page));
        }
    }

    fn open_search(&self, cx: &mut Cx) {
        let text = self.listing.filter.value().to_owned();
        cx.open(Search::new(&Criteria { text, ..self.criteria.clone() }, cx.seen.zone));
    }
}

impl Screen for List {
    fn context(&self) -> Context {
        if self.listing.filtering() { Context::Filter } else { Context::RequestList }
    }

    fn path(&self) -> String {
        Place::Requests.paths()[0].to_owned()
    }

    fn takes_text(&self) -> bool {
        self.listing.filtering()
    }

    fn can(&self, action: Action, _seen: &Seen) -> Can {
        self.listing.can(action)
    }

    fn unready(&self, action: Action) -> bool {
        self.listing.unready(action)
    }

    fn back(&mut self, cx: &mut Cx) -> bool {
        let left = self.listing.back();
        if left == Some(true) {
            self.read(cx);
        }
        left.is_some()
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        if self.listing.hear(&event, cx) {
            self.read(cx);
        }
        match event {
            Event::Act(Action::Open) => self.open(cx),
            Event::Act(Action::SearchForm) => self.open_search(cx),
            Event::Word(word) => {
                if let Word::Search(criteria) = *word {
                    self.search(criteria, cx.seen.zone);
                    self.read(cx);
                }
            }
            Event::Answer { answer: Ok(Reply::Requests(page)), .. } => {
                self.listing.take(page, |a, b| a.id == b.id);
            }
            Event::Answer { answer: Err(refusal), .. } => {
                cx.say(Status::refused(refusal.to_string()));
            }
            _ => {}
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        self.listing.draw(&LOOK, list_view::empty(self.listing.table.all), area, pen);
    }
}
