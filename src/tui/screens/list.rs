//! A list of the console: what all of them do, around what its kind says.

use std::fmt::Debug;

use ratatui::layout::Rect;

use super::Word;
use super::export::{self, Export};
use super::listing::{Added, Listing, Look, Order};
use super::search::{Criteria, Search};
use crate::service::{ListArgs, NoStatus, Page};
use crate::tui::ask::{Ask, Reply};
use crate::tui::event::{Can, Command, Cx, Event, Screen, Slot, Spot, Status};
use crate::tui::keymap::{Action, Context};
use crate::tui::place::Place;
use crate::tui::state::Seen;
use crate::tui::text::thousands;
use crate::tui::view::pen::Pen;
use crate::tui::widgets::ticks::Ticks;

/// What rows are ticked for.
const ON_TICKS: [Action; 9] = [
    Action::Tick,
    Action::Delete,
    Action::Menu,
    Action::Disable,
    Action::Enable,
    Action::Unlock,
    Action::Invite,
    Action::Export,
    Action::ClearTicks,
];
const STILL: Slot = "still listed";

/// What makes a list the one that it is. A new list is an implementation of this, its
/// [`Criteria`], and a row of `screens::open`.
pub trait Kind: Debug + Send + 'static {
    /// A row.
    type Row: Debug + Clone + Send + 'static;
    /// What it is searched by.
    type Criteria: Criteria;
    /// What it is a list of besides, for good: the company whose users they are.
    type Scope: Debug + Clone + Default + Send + 'static;

    /// Which rows of the key map hold.
    const CONTEXT: Context;
    /// Where it stands in the menus.
    const PLACE: Place;
    /// The orders that it can be given in, the usual one first.
    const ORDERS: &'static [Order];
    /// How its rows look, what tells them apart and whether they can be ticked.
    const LOOK: Look<Self::Row>;
    /// The purpose of its questions: a list inside of a record has one of its own.
    const SLOT: Slot = "rows";

    /// The question for a page; `args` has everything but what `criteria` and `scope` say.
    fn ask(args: ListArgs<NoStatus>, criteria: &Self::Criteria, scope: &Self::Scope) -> Ask;

    /// The page in an answer.
    fn page(reply: Reply) -> Option<Page<Self::Row>>;

    /// The record of the row `at`, on a page of others.
    fn record(rows: &[Self::Row], at: usize) -> Option<Box<dyn Screen>>;

    /// That there is no row at all, and where rows come from.
    const NONE: [&'static str; 2];

    /// That no row fits a filter, and what the search form changes; nothing where there is none.
    fn unfound(filter: &str) -> [&'static str; 2];

    /// Whether a row can be added; not in every list.
    fn may_add(_seen: &Seen) -> Can {
        Can::Hidden
    }

    /// What is opened to add a row where that can be done in several ways: a menu of them, or
    /// the only one that is for who is signed in.
    fn ways(_seen: &Seen) -> Option<Box<dyn Screen>> {
        None
    }

    /// The form that adds a row.
    fn add(_criteria: &Self::Criteria, _scope: &Self::Scope) -> Option<Box<dyn Screen>> {
        None
    }

    /// Why rows can't be dealt with so by who is signed in; `None` when they can.
    fn why_not_rows(_action: Action, _seen: &Seen) -> Option<String> {
        None
    }

    /// What an action on rows opens: on the ticked ones, or on the selected one.
    fn on_rows(_action: Action, _chosen: Chosen<Self::Row>) -> Option<Box<dyn Screen>> {
        None
    }

    /// Whether an action that the record of a row does makes sense for `row`, from the list: it
    /// opens that record. `None` when it is no action of records; no row, nothing to do it to.
    fn in_record(_action: Action, _row: Option<&Self::Row>, _seen: &Seen) -> Option<Can> {
        None
    }

    /// The question which of the rows of those numbers are still in the list; none where rows
    /// can't be ticked.
    fn still(_asked: Ask, _numbers: Vec<u64>) -> Option<Ask> {
        None
    }

    /// What to tell of a row that was added, and its record.
    fn added(_word: Word) -> Option<(String, Box<dyn Screen>)> {
        None
    }
}

/// The rows that an action is for.
#[derive(Debug)]
pub struct Chosen<'a, R> {
    /// What the list is asked for, its search and its scope included.
    pub asked: Ask,
    /// The ticks, if there are any.
    pub ticks: Option<&'a Ticks>,
    /// The selected row.
    pub row: &'a R,
}

/// The list of a kind.
#[derive(Debug)]
pub struct List<K: Kind> {
    listing: Listing<K::Row>,
    criteria: K::Criteria,
    scope: K::Scope,
}

impl<K: Kind> Default for List<K> {
    fn default() -> Self {
        Self::searching(K::Criteria::default())
    }
}

impl<K: Kind> List<K> {
    /// A list that shows only what fits `criteria`.
    pub fn searching(criteria: K::Criteria) -> Self {
        let mut it = Self {
            listing: Listing::new(K::ORDERS, K::Criteria::VOCABULARY),
            criteria: K::Criteria::default(),
            scope: K::Scope::default(),
        };
        it.search(criteria);
        it
    }

    /// A list of what belongs to `scope`.
    pub fn within(scope: K::Scope) -> Self {
        Self { scope, ..Self::default() }
    }

    /// Knows what it belongs to by another name; it is the same.
    pub fn rescope(&mut self, scope: K::Scope) {
        self.scope = scope;
    }

    /// Selects a row that was just added, once the page is read again.
    pub fn look_for(&mut self, added: Added) {
        self.listing.look_for(added);
    }

    /// The selected row.
    pub fn selected(&self) -> Option<&K::Row> {
        self.listing.table.selected_row()
    }

    /// How many rows are ticked, on all pages.
    pub fn ticked(&self) -> u64 {
        self.listing.ticks.count(self.listing.table.total)
    }

    fn search(&mut self, criteria: K::Criteria) {
        self.listing.narrow(criteria.text());
        self.listing.table.rewind();
        self.listing.ticks.clear();
        self.criteria = criteria;
    }

    fn args(&self) -> ListArgs<NoStatus> {
        let (order, falling) = self.listing.order();
        ListArgs {
            text: self.listing.asked().to_owned(),
            page: self.listing.table.page,
            per_page: self.listing.table.per_page,
            ..ListArgs::all(order.sort, falling)
        }
    }

    fn asked(&self) -> Ask {
        K::ask(self.args(), &self.criteria, &self.scope)
    }

    fn read(&self, cx: &mut Cx) {
        cx.ask(K::SLOT, self.asked(), "Searching");
    }

    /// The ticks, if there are any.
    fn ticks(&self) -> Option<&Ticks> {
        (self.listing.ticked() > 0).then_some(&self.listing.ticks)
    }

    /// Asks which of the ticked rows are still there: the others lose their ticks.
    fn look_after_ticks(&self, cx: &mut Cx) {
        let numbers = self.listing.ticks.named();
        if numbers.is_empty() {
            return;
        }
        if let Some(ask) = K::still(self.asked(), numbers) {
            cx.ask(STILL, ask, "Looking after the ticks");
        }
    }

    fn in_record(&self, action: Action, seen: &Seen) -> Option<Can> {
        K::in_record(action, self.selected(), seen)
    }

    fn act(&self, action: Action, cx: &mut Cx) {
        let table = &self.listing.table;
        if action == Action::Edit || self.in_record(action, cx.seen).is_some() {
            if let Some(record) = K::record(&table.rows, table.selected()) {
                cx.push(Command::OpenAnd(record, action));
            }
            return;
        }
        let screen: Option<Box<dyn Screen>> = match action {
            Action::Open => K::record(&table.rows, table.selected()),
            Action::Add => K::ways(cx.seen).or_else(|| K::add(&self.criteria, &self.scope)),
            Action::SearchForm => {
                let criteria = self.criteria.clone();
                let criteria = criteria.with_text(self.listing.filter.value().to_owned());
                Some(Box::new(Search::new(&criteria, cx.seen.zone)))
            }
            Action::Export => export::what(self.asked(), self.ticks()).map(|what| {
                let count = self.ticks().map_or(table.total, |_| self.listing.ticked());
                Box::new(Export::new(what, count, cx.seen)) as Box<dyn Screen>
            }),
            action => table.selected_row().and_then(|row| {
                let ticks = self.ticks();
                K::on_rows(action, Chosen { asked: self.asked(), ticks, row })
            }),
        };
        if let Some(screen) = screen {
            cx.push(Command::Open(screen));
        }
    }

    fn hear_word(&mut self, word: Word, cx: &mut Cx) {
        if let Some(criteria) = K::Criteria::told(&word) {
            self.search(criteria.clone());
            self.read(cx);
        } else if let Word::Deed { .. } = word {
            // What they were ticked for is done.
            self.listing.ticks.clear();
        } else if let Some((told, record)) = K::added(word) {
            cx.say(Status::done(told));
            cx.push(Command::Offer(None));
            cx.push(Command::Changed);
            self.read(cx);
            cx.push(Command::Open(record));
        }
    }

    fn answer(&mut self, reply: Reply, cx: &mut Cx) {
        if let Reply::StillListed(numbers) = reply {
            self.listing.ticks.keep(&numbers);
        } else if let Some(page) = K::page(reply)
            && let Some(elsewhere) = self.listing.take(page, K::LOOK.number)
        {
            cx.say(Status::note(elsewhere));
        }
    }
}

impl<K: Kind> Screen for List<K> {
    fn context(&self) -> Context {
        if self.listing.filtering() { Context::Filter } else { K::CONTEXT }
    }

    fn path(&self) -> String {
        K::PLACE.paths()[0].to_owned()
    }

    fn takes_text(&self) -> bool {
        self.listing.filtering()
    }

    fn can(&self, action: Action, seen: &Seen) -> Can {
        match action {
            Action::Add => K::may_add(seen),
            action => match (self.in_record(action, seen), K::why_not_rows(action, seen)) {
                (Some(can), _) => can,
                (None, Some(reason)) => Can::No(reason),
                (None, None) => self.listing.can(action, &K::LOOK, seen),
            },
        }
    }

    fn unready(&self, action: Action) -> bool {
        self.listing.unready(action)
    }

    fn favours(&self) -> &'static [Action] {
        if self.ticks().is_some() { &ON_TICKS } else { &[] }
    }

    fn menu_title(&self) -> Option<String> {
        self.ticks().map(|_| format!("{} selected", thousands(self.listing.ticked())))
    }

    fn restless(&self) -> bool {
        self.listing.loading.is_some()
    }

    fn back(&mut self, cx: &mut Cx) -> bool {
        let left = self.listing.back();
        if left == Some(true) {
            self.read(cx);
        }
        left.is_some()
    }

    fn hit(&mut self, spot: Spot) -> Option<Action> {
        self.listing.hit(spot, &K::LOOK)
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        if self.listing.hear(&event, &K::LOOK, cx) {
            self.read(cx);
        }
        match event {
            Event::Changed => self.look_after_ticks(cx),
            Event::Act(Action::Refresh) => self.look_after_ticks(cx),
            Event::Act(action) => self.act(action, cx),
            Event::Word(word) => self.hear_word(*word, cx),
            Event::Answer { answer: Ok(reply), .. } => self.answer(reply, cx),
            Event::Answer { answer: Err(refusal), .. } => {
                self.listing.look_no_more();
                if !self.listing.refused(&refusal) {
                    cx.say(Status::refused(refusal.to_string()));
                }
            }
            _ => {}
        }
        self.listing.scope = self.criteria.words(cx.seen);
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        let [sentence, form] = K::unfound(self.listing.asked());
        let clears =
            if self.listing.filter.value().is_empty() { "" } else { "Esc clears the filter; " };
        let advice = if form.is_empty() {
            clears.trim_end_matches("; ").to_owned() + "."
        } else {
            format!("{clears}f changes {form}.")
        };
        let empty = match self.listing.loading {
            Some(_) => ["The store is still being read.", "The list fills up by itself."],
            None if self.listing.table.all == 0 => K::NONE,
            None => [sentence, advice.as_str()],
        };
        self.listing.draw(&K::LOOK, empty, area, pen);
    }
}
