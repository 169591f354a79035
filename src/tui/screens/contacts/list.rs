//! The list of contacts.

use ratatui::layout::Rect;

use super::criteria::{Criteria, Search};
use super::edit::Edit;
use super::list_view::{self, LOOK, ORDERS};
use super::may_keep;
use super::record::Record;
use crate::domain::id::ContactId;
use crate::service::contacts::ContactRow;
use crate::service::{ListArgs, NoStatus};
use crate::tui::ask::{Ask, Reply};
use crate::tui::event::{Can, Command, Cx, Event, Screen, Slot, Status};
use crate::tui::keymap::{Action, Context};
use crate::tui::place::Place;
use crate::tui::screens::Word;
use crate::tui::screens::listing::Listing;
use crate::tui::state::Seen;
use crate::tui::view::pen::Pen;

const ROWS: Slot = "rows";

/// The list of contacts.
#[derive(Debug)]
pub struct List {
    listing: Listing<ContactRow>,
    criteria: Criteria,
}

impl Default for List {
    fn default() -> Self {
        let mut it = Self { listing: Listing::new(&ORDERS), criteria: Criteria::default() };
        it.search(Criteria::default());
        it
    }
}

impl List {
    fn search(&mut self, criteria: Criteria) {
        self.listing.filter.set(&criteria.text);
        self.listing.scope = criteria.words();
        self.listing.table.rewind();
        self.criteria = criteria;
    }

    fn read(&self, cx: &mut Cx) {
        let (order, falling) = self.listing.order();
        let args = ListArgs::<NoStatus> {
            text: self.listing.filter.value().to_owned(),
            company: self.criteria.company_id(),
            page: self.listing.table.page,
            per_page: self.listing.table.per_page,
            ..ListArgs::all(order.sort, falling)
        };
        cx.ask(ROWS, Ask::Contacts(args), "Searching");
    }

    fn open(&self, cx: &mut Cx) {
        if let Some(row) = self.listing.table.selected_row() {
            let page: Vec<ContactId> = self.listing.table.rows.iter().map(|row| row.id).collect();
            cx.open(Record::new(row.id, page));
        }
    }

    fn open_search(&self, cx: &mut Cx) {
        let text = self.listing.filter.value().to_owned();
        cx.open(Search::new(&Criteria { text, ..self.criteria.clone() }));
    }

    fn hear_word(&mut self, word: Word, cx: &mut Cx) {
        match word {
            Word::Contacts(criteria) => {
                self.search(criteria);
                self.read(cx);
            }
            Word::Contact { view, told } => {
                cx.say(Status::done(told));
                cx.push(Command::Offer(None));
                cx.push(Command::Changed);
                self.read(cx);
                cx.open(Record::new(view.row.id, vec![view.row.id]));
            }
            _ => {}
        }
    }
}

impl Screen for List {
    fn context(&self) -> Context {
        if self.listing.filtering() { Context::Filter } else { Context::ContactList }
    }

    fn path(&self) -> String {
        Place::Contacts.paths()[0].to_owned()
    }

    fn takes_text(&self) -> bool {
        self.listing.filtering()
    }

    fn can(&self, action: Action, seen: &Seen) -> Can {
        match action {
            Action::Add => may_keep(seen),
            action => self.listing.can(action),
        }
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
            Event::Act(Action::Add) => cx.open(Edit::empty(self.criteria.company.clone())),
            Event::Word(word) => self.hear_word(*word, cx),
            Event::Answer { answer: Ok(Reply::Contacts(page)), .. } => {
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
