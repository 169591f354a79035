//! The trail, newest first.

use ratatui::layout::Rect;

use super::criteria::{Criteria, Search};
use super::entry::Entry;
use crate::domain::role::Permission;
use crate::service::audit::AuditRow;
use crate::service::{ListArgs, NoStatus, Sort};
use crate::tui::ask::{Ask, Reply};
use crate::tui::event::{Can, Cx, Event, Screen, Slot, Status};
use crate::tui::keymap::{Action, Context};
use crate::tui::place::Place;
use crate::tui::screens::listing::{Listing, Look, Order};
use crate::tui::screens::{Word, dates};
use crate::tui::state::Seen;
use crate::tui::text::thousands;
use crate::tui::view::pen::Pen;
use crate::tui::widgets::column::{Cell, Column};

const ROWS: Slot = "rows";

const ORDERS: [Order; 1] = [Order {
    column: 1,
    sort: Sort::Number,
    falling: true,
    words: ["newest first", "oldest first"],
}];

const LOOK: Look<AuditRow> = Look {
    columns: &[
        Column::new("Entry", 5, 12).right(),
        Column::new("When", 11, 14),
        Column::new("Who", 16, 28).identifying(),
        Column::new("Did", 14, 22),
        Column::new("To", 14, 44),
        Column::new("Remark", 24, 60),
    ],
    cells,
    heading: |row| format!("Entry {}", thousands(row.seq)),
    facts,
};

/// The list of entries.
#[derive(Debug)]
pub struct List {
    listing: Listing<AuditRow>,
    criteria: Criteria,
}

impl Default for List {
    fn default() -> Self {
        Self { listing: Listing::new(&ORDERS), criteria: Criteria::default() }
    }
}

impl List {
    fn search(&mut self, criteria: Criteria, seen: &Seen) {
        self.listing.filter.set(&criteria.text);
        self.listing.table.rewind();
        self.criteria = criteria;
        self.note_scope(seen);
    }

    fn note_scope(&mut self, seen: &Seen) {
        let who = seen.who.as_ref();
        let own = who.is_some_and(|who| who.why_not(Permission::ReadAllAudit).is_some());
        let dates = dates::words(self.criteria.when, seen.zone);
        self.listing.scope =
            if own { format!("Your own, dates {dates}") } else { format!("Dates {dates}") };
    }

    fn read(&self, cx: &mut Cx) {
        let (order, falling) = self.listing.order();
        let (since, until) = self.criteria.when;
        let args = ListArgs::<NoStatus> {
            text: self.listing.filter.value().to_owned(),
            since,
            until,
            page: self.listing.table.page,
            per_page: self.listing.table.per_page,
            ..ListArgs::all(order.sort, falling)
        };
        cx.ask(ROWS, Ask::Audit(args), "Searching");
    }
}

fn cells(row: &AuditRow, seen: &Seen) -> Vec<Cell> {
    vec![
        Cell::new(thousands(row.seq)),
        Cell::new(seen.zone.ago(row.at, seen.now)),
        Cell::new(row.actor.to_string()),
        Cell::new(row.action.phrase()),
        Cell::new(targets(row)),
        Cell::new(row.note.as_ref().map(ToString::to_string).unwrap_or_default()),
    ]
}

fn facts(row: &AuditRow, seen: &Seen) -> Vec<(&'static str, Cell)> {
    let changed: Vec<String> =
        row.changes.iter().map(|change| change.field.replace('_', " ")).collect();
    vec![
        ("When", Cell::new(seen.zone.exact(row.at))),
        ("Who", Cell::new(row.actor.to_string())),
        ("Role", Cell::new(row.role.map(|role| role.name()).unwrap_or_default())),
        ("From", Cell::new(row.origin.to_string())),
        ("Did", Cell::new(row.action.phrase())),
        ("To", Cell::new(targets(row))),
        ("Changed", Cell::new(changed.join(", "))),
        ("Remark", Cell::new(row.note.as_ref().map(ToString::to_string).unwrap_or_default())),
    ]
}

/// `PR-000007, k.lee.P`
fn targets(row: &AuditRow) -> String {
    let labels: Vec<String> = row.targets.iter().map(|target| target.label.to_string()).collect();
    labels.join(", ")
}

fn empty(all: u64) -> [&'static str; 2] {
    if all == 0 {
        ["No deeds yet.", "Everything that is done in the console or by a command comes here."]
    } else {
        ["No entry fits this search.", "Esc clears the filter; f changes the dates."]
    }
}

impl Screen for List {
    fn context(&self) -> Context {
        if self.listing.filtering() { Context::Filter } else { Context::AuditList }
    }

    fn path(&self) -> String {
        Place::Audit.paths()[0].to_owned()
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
        self.note_scope(cx.seen);
        if self.listing.hear(&event, cx) {
            self.read(cx);
        }
        match event {
            Event::Act(Action::Open) => {
                let table = &self.listing.table;
                if let Some(entry) = Entry::on_page(table.rows.clone(), table.selected()) {
                    cx.open(entry);
                }
            }
            Event::Act(Action::SearchForm) => {
                let text = self.listing.filter.value().to_owned();
                let criteria = Criteria { text, ..self.criteria.clone() };
                cx.open(Search::new(&criteria, cx.seen.zone));
            }
            Event::Word(word) => {
                if let Word::Audit(criteria) = *word {
                    self.search(criteria, cx.seen);
                    self.read(cx);
                }
            }
            Event::Answer { answer: Ok(Reply::Audit(page)), .. } => {
                self.listing.take(page, |a, b| a.seq == b.seq);
            }
            Event::Answer { answer: Err(refusal), .. } => {
                cx.say(Status::refused(refusal.to_string()));
            }
            _ => {}
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        self.listing.draw(&LOOK, empty(self.listing.table.all), area, pen);
    }
}
