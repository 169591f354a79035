//! The trail, newest first.

use super::criteria::Criteria;
use super::entry::Entry;
use crate::service::audit::AuditRow;
use crate::service::{ListArgs, NoStatus, Page, Sort};
use crate::tui::ask::{Ask, Reply};
use crate::tui::event::Screen;
use crate::tui::keymap::Context;
use crate::tui::place::Place;
use crate::tui::screens::list::{self, Kind};
use crate::tui::screens::listing::{Look, Order};
use crate::tui::state::Seen;
use crate::tui::text::thousands;
use crate::tui::widgets::column::{Cell, Column};

/// The list of entries.
pub type List = list::List<Audit>;

/// What makes it the list of entries.
#[derive(Debug)]
pub struct Audit;

impl Kind for Audit {
    type Row = AuditRow;
    type Criteria = Criteria;
    type Scope = ();

    const CONTEXT: Context = Context::AuditList;
    const PLACE: Place = Place::Audit;
    const ORDERS: &'static [Order] =
        &[Order::falling(1, Sort::Number, ["newest first", "oldest first"])];
    const LOOK: Look<AuditRow> = LOOK;
    const NONE: [&'static str; 2] =
        ["No deeds yet.", "Everything that is done in the console or by a command comes here."];

    fn ask(args: ListArgs<NoStatus>, criteria: &Criteria, _scope: &()) -> Ask {
        let (since, until) = criteria.when;
        Ask::Audit(ListArgs { since, until, ..args })
    }

    fn page(reply: Reply) -> Option<Page<AuditRow>> {
        if let Reply::Audit(page) = reply { Some(page) } else { None }
    }

    fn record(rows: &[AuditRow], at: usize) -> Option<Box<dyn Screen>> {
        Some(Box::new(Entry::on_page(rows.to_vec(), at)?))
    }

    fn unfound(_filter: &str) -> [&'static str; 2] {
        ["No entry fits this search.", "the dates"]
    }
}

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
    number: |row| row.seq,
    ticks: false,
};

fn cells(row: &AuditRow, seen: &Seen) -> Vec<Cell> {
    vec![
        Cell::new(thousands(row.seq)),
        Cell::new(seen.zone.ago(row.at, seen.now)),
        Cell::new(row.actor.to_string()),
        Cell::new(row.action.phrase()),
        Cell::new(targets(row)),
        Cell::new(row.remark()),
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
        ("Remark", Cell::new(row.remark())),
    ]
}

/// `PR-000007, k.lee.P`
fn targets(row: &AuditRow) -> String {
    let labels: Vec<String> = row.targets.iter().map(|target| target.label.to_string()).collect();
    labels.join(", ")
}
