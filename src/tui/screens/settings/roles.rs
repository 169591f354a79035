//! The Roles tab of the Settings.

use super::role_edit::EditRole;
use super::role_record::RoleRecord;
use super::{may_administer, may_use, state};
use crate::domain::role::{Role, RoleChoice};
use crate::service::roles::RoleRow;
use crate::service::{ListArgs, NoStatus, Page, Sort};
use crate::tui::ask::{Ask, Reply, SettingsAsk, SettingsReply};
use crate::tui::event::{Can, Screen, Slot};
use crate::tui::keymap::{Action, Context};
use crate::tui::place::Place;
use crate::tui::screens::contacts::maybe;
use crate::tui::screens::list::Kind;
use crate::tui::screens::listing::{Look, Order};
use crate::tui::screens::search::Words;
use crate::tui::state::Seen;
use crate::tui::widgets::column::{Cell, Column};

/// What makes it the list of roles, and the record of one.
#[derive(Debug)]
pub struct Roles;

impl Kind for Roles {
    type Row = RoleRow;
    type Criteria = Words;
    type Scope = ();

    const CONTEXT: Context = Context::RoleList;
    const PLACE: Place = Place::Roles;
    const ORDERS: &'static [Order] = &[
        Order::rising(
            1,
            Sort::Number,
            ["built-in ones first", "built-in ones first, turned round"],
        ),
        Order::rising(0, Sort::Name, ["by kind and name", "by kind and name, last first"]),
    ];
    const LOOK: Look<RoleRow> = Look {
        columns: &[
            Column::new("Name", 12, 32).identifying().keeping(25),
            Column::new("Kind", 8, 9),
            Column::new("State", 10, 10),
            Column::new("What for", 16, 60),
        ],
        cells,
        number: |row| number(row.choice),
        ticks: false,
        heading: |row| row.name.to_string(),
        facts,
    };
    const SLOT: Slot = "roles";
    const NONE: [&'static str; 2] = ["No roles yet.", "a adds a portal role."];

    fn ask(args: ListArgs<NoStatus>, _criteria: &Words, _scope: &()) -> Ask {
        Ask::Settings(SettingsAsk::Roles(args))
    }

    fn page(reply: Reply) -> Option<Page<RoleRow>> {
        if let Reply::Settings(SettingsReply::Roles(page)) = reply { Some(page) } else { None }
    }

    fn record(rows: &[RoleRow], at: usize) -> Option<Box<dyn Screen>> {
        let page = rows.iter().map(|row| row.choice).collect();
        Some(Box::new(RoleRecord::new(rows.get(at)?.choice, page)))
    }

    fn unfound(_filter: &str) -> [&'static str; 2] {
        ["No role fits this search.", ""]
    }

    fn may_add(seen: &Seen) -> Can {
        may_administer(seen)
    }

    fn add(_criteria: &Words, _scope: &()) -> Option<Box<dyn Screen>> {
        Some(Box::new(EditRole::empty()))
    }

    fn in_record(action: Action, row: Option<&RoleRow>, seen: &Seen) -> Option<Can> {
        let known = matches!(action, Action::Delete | Action::Activate | Action::Deactivate);
        match row {
            None => known.then_some(Can::Hidden),
            Some(row) => may_change(action, row.choice, row.active, seen),
        }
    }
}

/// What a role is told again by: the built-in ones by their place in the table, the others
/// after them by their numbers.
pub(super) fn number(choice: RoleChoice) -> u64 {
    let built_in = Role::ALL.len() as u64;
    match choice {
        RoleChoice::BuiltIn(role) => {
            Role::ALL.iter().position(|it| *it == role).map_or(0, |at| at as u64)
        }
        RoleChoice::Own(id) => built_in + id.0,
    }
}

/// Whether a role can be changed so; `None` for actions that change nothing.
pub(super) fn may_change(
    action: Action,
    choice: RoleChoice,
    active: bool,
    seen: &Seen,
) -> Option<Can> {
    if !matches!(action, Action::Edit | Action::Delete | Action::Activate | Action::Deactivate) {
        return None;
    }
    let built_in = matches!(choice, RoleChoice::BuiltIn(_));
    Some(match (may_administer(seen), may_use(action, Some(active), seen)) {
        // A built-in role is in use for good: there is only one of the two to refuse.
        (_, Some(Can::Hidden)) => Can::Hidden,
        (Can::Yes, _) if built_in => Can::No(
            "This role is built in and stays as it is; a adds a portal role of your own."
                .to_owned(),
        ),
        (can, _) => can,
    })
}

fn cells(row: &RoleRow, _seen: &Seen) -> Vec<Cell> {
    vec![
        Cell::new(row.name.to_string()),
        Cell::new(row.function.to_string()),
        state(row.active),
        maybe(row.description.as_ref()),
    ]
}

fn facts(row: &RoleRow, _seen: &Seen) -> Vec<(&'static str, Cell)> {
    let mut facts = vec![
        ("Kind", Cell::new(row.function.to_string())),
        ("State", state(row.active)),
        ("What for", maybe(row.description.as_ref())),
    ];
    let label = |at: usize| if at == 0 { "May" } else { "" };
    facts.extend(row.grants.iter().enumerate().map(|(at, it)| (label(at), Cell::new(it.clone()))));
    facts
}
