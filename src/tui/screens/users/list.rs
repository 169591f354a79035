//! The list of users, staff and portal.

use ratatui::layout::Rect;

use super::criteria::{Criteria, Search};
use super::list_view::{self, LOOK, ORDERS};
use super::record::Record;
use super::staff::AddStaff;
use crate::domain::id::UserId;
use crate::domain::role::Permission;
use crate::service::ListArgs;
use crate::service::user_views::UserRow;
use crate::tui::ask::{Ask, Reply, UserAsk};
use crate::tui::event::{Can, Command, Cx, Event, Screen, Slot, Status};
use crate::tui::keymap::{Action, Context};
use crate::tui::place::Place;
use crate::tui::screens::Word;
use crate::tui::screens::listing::Listing;
use crate::tui::state::Seen;
use crate::tui::view::pen::Pen;

const ROWS: Slot = "rows";

/// The list of users.
#[derive(Debug)]
pub struct List {
    listing: Listing<UserRow>,
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
        it.search(criteria);
        it
    }

    fn search(&mut self, criteria: Criteria) {
        self.listing.filter.set(&criteria.text);
        self.listing.scope = criteria.words();
        self.listing.table.rewind();
        self.criteria = criteria;
    }

    fn read(&self, cx: &mut Cx) {
        let (order, falling) = self.listing.order();
        let args = ListArgs {
            text: self.listing.filter.value().to_owned(),
            status: self.criteria.standing,
            company: self.criteria.company_id(),
            page: self.listing.table.page,
            per_page: self.listing.table.per_page,
            ..ListArgs::all(order.sort, falling)
        };
        cx.ask(ROWS, Ask::User(UserAsk::List(args)), "Searching");
    }

    fn open(&self, cx: &mut Cx) {
        if let Some(row) = self.listing.table.selected_row() {
            let page: Vec<UserId> = self.listing.table.rows.iter().map(|row| row.id).collect();
            cx.open(Record::new(row.id, page));
        }
    }

    fn open_search(&self, cx: &mut Cx) {
        let text = self.listing.filter.value().to_owned();
        cx.open(Search::new(&Criteria { text, ..self.criteria.clone() }));
    }

    fn hear_word(&mut self, word: Word, cx: &mut Cx) {
        match word {
            Word::Users(criteria) => {
                self.search(criteria);
                self.read(cx);
            }
            Word::User { view, told } => {
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
        if self.listing.filtering() { Context::Filter } else { Context::UserList }
    }

    fn path(&self) -> String {
        Place::Users.paths()[0].to_owned()
    }

    fn takes_text(&self) -> bool {
        self.listing.filtering()
    }

    fn can(&self, action: Action, seen: &Seen) -> Can {
        match action {
            Action::Add => {
                Can::unless(seen.who.as_ref().and_then(|who| who.why_not(Permission::Administer)))
            }
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
            Event::Act(Action::Add) => cx.open(AddStaff::default()),
            Event::Word(word) => self.hear_word(*word, cx),
            Event::Answer { answer: Ok(Reply::Users(page)), .. } => {
                self.listing.take(page, |a, b| a.id == b.id);
            }
            Event::Answer { answer: Err(refusal), .. } => {
                cx.say(Status::refused(refusal.to_string()));
            }
            _ => {}
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        let empty = list_view::empty(self.listing.table.all, &self.criteria);
        self.listing.draw(&LOOK, empty, area, pen);
    }
}
