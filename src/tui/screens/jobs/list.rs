//! The list of jobs.

use super::edit::EditJob;
use super::record::JobRecord;
use super::words;
use crate::domain::role::Permission;
use crate::service::jobs::JobRow;
use crate::service::{ListArgs, NoStatus, Page, Sort};
use crate::tui::ask::{Ask, JobAsk, JobReply, Reply};
use crate::tui::event::{Can, Screen, Slot};
use crate::tui::keymap::{Action, Context};
use crate::tui::place::Place;
use crate::tui::screens::Word;
use crate::tui::screens::list::Kind;
use crate::tui::screens::listing::{Look, Order};
use crate::tui::screens::search::Words;
use crate::tui::state::Seen;
use crate::tui::widgets::column::{Cell, Column};

/// What makes it the list of jobs, and the record of one.
#[derive(Debug)]
pub struct Jobs;

impl Kind for Jobs {
    type Row = JobRow;
    type Criteria = Words;
    type Scope = ();

    const CONTEXT: Context = Context::JobList;
    const PLACE: Place = Place::Jobs;
    const ORDERS: &'static [Order] =
        &[Order::rising(0, Sort::Name, ["by name", "by name, last first"])];
    const LOOK: Look<JobRow> = Look {
        columns: &[
            Column::new("Name", 12, 40).identifying(),
            Column::new("Next run", 11, 15),
            Column::new("Schedule", 15, 40).yielding(),
            Column::new("State", 10, 10),
            Column::new("Last run", 13, 40),
        ],
        cells,
        number: |row| row.id.0,
        ticks: false,
        heading: |row| row.name.to_string(),
        facts,
    };
    const SLOT: Slot = "jobs";
    const NONE: [&'static str; 2] =
        ["No jobs yet: nothing runs by itself, and no notification is sent.", "a adds one."];

    fn ask(args: ListArgs<NoStatus>, _criteria: &Words, _scope: &()) -> Ask {
        Ask::Jobs(JobAsk::List(args))
    }

    fn page(reply: Reply) -> Option<Page<JobRow>> {
        if let Reply::Jobs(JobReply::List(page)) = reply { Some(page) } else { None }
    }

    fn record(rows: &[JobRow], at: usize) -> Option<Box<dyn Screen>> {
        let page = rows.iter().map(|row| row.id).collect();
        Some(Box::new(JobRecord::new(rows.get(at)?.id, page)))
    }

    fn unfound(_filter: &str) -> [&'static str; 2] {
        ["No job fits this search.", ""]
    }

    fn may_add(seen: &Seen) -> Can {
        may(Permission::Administer, seen)
    }

    fn add(_criteria: &Words, _scope: &()) -> Option<Box<dyn Screen>> {
        Some(Box::new(EditJob::empty()))
    }

    fn in_record(action: Action, row: Option<&JobRow>, seen: &Seen) -> Option<Can> {
        let known =
            matches!(action, Action::RunNow | Action::Enable | Action::Disable | Action::Delete);
        match row {
            Some(row) => may_do(action, row, seen),
            None => known.then_some(Can::Hidden),
        }
    }

    fn added(word: Word) -> Option<(String, Box<dyn Screen>)> {
        let Word::Job { view, told } = word else { return None };
        Some((told, Box::new(JobRecord::alone(view.row.id))))
    }
}

fn may(permission: Permission, seen: &Seen) -> Can {
    Can::unless(seen.who.as_ref().and_then(|who| who.why_not(permission)))
}

/// Whether something can be done to a job; `None` for what is not about one.
pub(super) fn may_do(action: Action, row: &JobRow, seen: &Seen) -> Option<Can> {
    let idle = |can: Can| match row.running {
        Some(_) if can == Can::Yes => {
            Can::No(format!("{} is running; wait until it has ended.", row.name))
        }
        _ => can,
    };
    Some(match action {
        Action::RunNow => idle(may(Permission::RunJobs, seen)),
        Action::Delete => idle(may(Permission::Administer, seen)),
        Action::Enable if row.enabled => Can::Hidden,
        Action::Disable if !row.enabled => Can::Hidden,
        Action::Enable | Action::Disable => may(Permission::Administer, seen),
        _ => return None,
    })
}

fn cells(row: &JobRow, seen: &Seen) -> Vec<Cell> {
    vec![
        Cell::new(row.name.to_string()),
        words::due(row, seen),
        Cell::new(row.words.clone()),
        words::standing(row),
        words::last(row, seen),
    ]
}

fn facts(row: &JobRow, seen: &Seen) -> Vec<(&'static str, Cell)> {
    vec![
        ("Name", Cell::new(row.name.to_string())),
        ("Schedule", Cell::new(row.words.clone())),
        ("Steps", Cell::new(words::steps(&row.steps))),
        ("State", words::standing(row)),
        ("Next run", words::due(row, seen)),
        ("Last run", words::last(row, seen)),
    ]
}
