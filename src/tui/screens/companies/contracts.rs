//! The Contracts tab of a company.

use super::contract_edit::EditContract;
use super::may_keep;
use crate::domain::id::CompanyId;
use crate::service::contracts::ContractRow;
use crate::service::{ListArgs, NoStatus, Page, Sort};
use crate::tui::ask::{Ask, CompanyAsk, Reply};
use crate::tui::event::{Can, Screen, Slot};
use crate::tui::keymap::{Action, Context};
use crate::tui::place::Place;
use crate::tui::popup::question::{Press, Question};
use crate::tui::screens::list::{self, Kind};
use crate::tui::screens::listing::{Look, Order};
use crate::tui::screens::search::Words;
use crate::tui::state::Seen;
use crate::tui::theme::{Ink, Mark};
use crate::tui::widgets::column::{Cell, Column};
use crate::tui::widgets::field::Taken;

/// The contracts of `company`.
pub(super) fn of_company(company: Taken) -> list::List<Contracts> {
    list::List::within(Some(company))
}

/// What makes it the list of a company's contracts.
#[derive(Debug)]
pub struct Contracts;

impl Kind for Contracts {
    type Row = ContractRow;
    type Criteria = Words;
    type Scope = Option<Taken>;

    const CONTEXT: Context = Context::CompanyContracts;
    const PLACE: Place = Place::Companies;
    const ORDERS: &'static [Order] = &[
        Order::rising(0, Sort::Login, ["by number", "by number, last first"]),
        Order::rising(1, Sort::Name, ["by config", "by config, last first"]),
        Order::falling(3, Sort::Time, ["latest first", "oldest first"]),
    ];
    const LOOK: Look<ContractRow> = Look {
        columns: &[
            Column::new("Number", 16, 24).identifying(),
            Column::new("Organization config", 16, 40),
            Column::new("State", 9, 10),
            Column::new("From", 10, 10),
            Column::new("To", 10, 10),
            Column::new("Code", 8, 16),
        ],
        cells,
        number: |row| row.id.0,
        ticks: false,
        heading: |row| row.number.to_string(),
        facts,
    };
    const SLOT: Slot = "contracts";
    const NONE: [&'static str; 2] = ["No contracts yet.", "a adds one."];

    fn ask(args: ListArgs<NoStatus>, _criteria: &Words, company: &Option<Taken>) -> Ask {
        let company = CompanyId(company.as_ref().map_or(0, |it| it.id));
        Ask::Company(CompanyAsk::Contracts { company, args })
    }

    fn page(reply: Reply) -> Option<Page<ContractRow>> {
        if let Reply::Contracts(page) = reply { Some(page) } else { None }
    }

    fn record(rows: &[ContractRow], at: usize) -> Option<Box<dyn Screen>> {
        Some(Box::new(EditContract::of(rows.get(at)?)))
    }

    fn unfound(filter: &str) -> [&'static str; 2] {
        if filter.is_empty() { Self::NONE } else { ["No contract of this company fits.", ""] }
    }

    fn may_add(seen: &Seen) -> Can {
        may_keep(seen)
    }

    fn add(_criteria: &Words, company: &Option<Taken>) -> Option<Box<dyn Screen>> {
        let company = CompanyId(company.as_ref()?.id);
        Some(Box::new(EditContract::empty(company)))
    }
}

fn cells(row: &ContractRow, _seen: &Seen) -> Vec<Cell> {
    vec![
        Cell::new(row.number.to_string()),
        Cell::new(row.config_name.to_string()),
        state(row),
        Cell::new(row.start.to_string()),
        end(row),
        Cell::new(row.config_code.to_string()),
    ]
}

fn facts(row: &ContractRow, _seen: &Seen) -> Vec<(&'static str, Cell)> {
    vec![
        ("Config", Cell::new(row.config_name.to_string())),
        ("Code", Cell::new(row.config_code.to_string())),
        ("From", Cell::new(row.start.to_string())),
        ("To", end(row)),
        ("State", state(row)),
    ]
}

fn end(row: &ContractRow) -> Cell {
    row.end.map_or_else(|| Cell::inked("no end", Ink::Faint), |day| Cell::new(day.to_string()))
}

fn state(row: &ContractRow) -> Cell {
    if row.active {
        Cell::marked(Mark::Full, "Active", Ink::Good)
    } else {
        Cell::marked(Mark::Square, "Not now", Ink::Faint)
    }
}

/// Whether to delete a contract.
pub(super) fn deleting(row: &ContractRow) -> Question {
    let text = format!(
        "Contract {} ({}) is taken off the company. Its users stay as they are; u puts it back right after.",
        row.number, row.config_name
    );
    let buttons = vec![("Cancel", Press::Close), ("Delete", Press::Act(Action::Confirm))];
    Question::new(format!("Delete contract {}?", row.number), &text, buttons).deliberate()
}
