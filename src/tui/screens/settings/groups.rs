//! The Site groups tab of the Settings.

use super::group_edit::EditGroup;
use super::group_record::GroupRecord;
use super::may_administer;
use crate::service::site_groups::{GroupChoice, SiteGroupRow};
use crate::service::{ListArgs, NoStatus, Page, Sort};
use crate::tui::ask::{Ask, Reply, SettingsAsk, SettingsReply};
use crate::tui::event::{Can, Screen, Slot};
use crate::tui::keymap::{Action, Context};
use crate::tui::place::Place;
use crate::tui::screens::list::Kind;
use crate::tui::screens::listing::{Look, Order};
use crate::tui::screens::search::Words;
use crate::tui::state::Seen;
use crate::tui::text::thousands;
use crate::tui::theme::{Ink, Mark};
use crate::tui::widgets::column::{Cell, Column};

/// What makes it the list of site groups, and the record of one.
#[derive(Debug)]
pub struct Groups;

impl Kind for Groups {
    type Row = SiteGroupRow;
    type Criteria = Words;
    type Scope = ();

    const CONTEXT: Context = Context::SiteGroupList;
    const PLACE: Place = Place::SiteGroups;
    const ORDERS: &'static [Order] =
        &[Order::rising(0, Sort::Login, ["the portal's first", "the portal's first"])];
    const LOOK: Look<SiteGroupRow> = Look {
        columns: &[
            Column::new("Code", 8, 32).identifying(),
            Column::new("Portal", 14, 18),
            Column::new("Sites", 5, 6).right(),
            Column::new("Which", 16, 60),
        ],
        cells,
        number: |row| number(row.choice),
        ticks: false,
        heading: |row| row.code.to_string(),
        facts,
    };
    const SLOT: Slot = "groups";
    const NONE: [&'static str; 2] = ["No site groups yet.", "a adds one."];

    fn ask(args: ListArgs<NoStatus>, _criteria: &Words, _scope: &()) -> Ask {
        Ask::Settings(SettingsAsk::Groups(args))
    }

    fn page(reply: Reply) -> Option<Page<SiteGroupRow>> {
        if let Reply::Settings(SettingsReply::Groups(page)) = reply { Some(page) } else { None }
    }

    fn record(rows: &[SiteGroupRow], at: usize) -> Option<Box<dyn Screen>> {
        let page = rows.iter().map(|row| row.choice).collect();
        Some(Box::new(GroupRecord::new(rows.get(at)?.choice, page)))
    }

    fn unfound(_filter: &str) -> [&'static str; 2] {
        ["No site group fits this search.", ""]
    }

    fn may_add(seen: &Seen) -> Can {
        may_administer(seen)
    }

    fn add(_criteria: &Words, _scope: &()) -> Option<Box<dyn Screen>> {
        Some(Box::new(EditGroup::empty()))
    }

    fn in_record(action: Action, row: Option<&SiteGroupRow>, seen: &Seen) -> Option<Can> {
        match (action, row) {
            (Action::Delete | Action::MakePortal, None) => Some(Can::Hidden),
            (Action::Delete | Action::MakePortal, Some(row)) => {
                Some(may_change(action, row.choice, seen))
            }
            _ => None,
        }
    }
}

/// What a group is told again by; no group but the portal's has 0.
pub(super) fn number(choice: GroupChoice) -> u64 {
    match choice {
        GroupChoice::Portal => 0,
        GroupChoice::Other(id) => id.0,
    }
}

/// Whether a group can be deleted, or made the portal's.
pub(super) fn may_change(action: Action, choice: GroupChoice, seen: &Seen) -> Can {
    let portal = choice == GroupChoice::Portal;
    match may_administer(seen) {
        Can::Yes if portal && action == Action::MakePortal => Can::Hidden,
        Can::Yes if portal => Can::No(
            "The portal is made up of this group's sites; make another group the portal's first."
                .to_owned(),
        ),
        can => can,
    }
}

/// Whether it is the group that the portal is made up of.
pub(super) fn portal(row: &SiteGroupRow) -> Cell {
    if row.portal {
        Cell::marked(Mark::Full, "the portal's", Ink::Good)
    } else {
        Cell::inked("no", Ink::Faint)
    }
}

fn which(row: &SiteGroupRow) -> String {
    row.sites.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn cells(row: &SiteGroupRow, _seen: &Seen) -> Vec<Cell> {
    vec![
        Cell::new(row.code.to_string()),
        portal(row),
        Cell::new(thousands(row.sites.len() as u64)),
        Cell::new(which(row)),
    ]
}

fn facts(row: &SiteGroupRow, _seen: &Seen) -> Vec<(&'static str, Cell)> {
    vec![
        ("Code", Cell::new(row.code.to_string())),
        ("Portal", portal(row)),
        ("Sites", Cell::new(which(row))),
    ]
}
