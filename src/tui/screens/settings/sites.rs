//! The Sites tab of the Settings.

use super::site_edit::EditSite;
use super::site_record::SiteRecord;
use super::{may_administer, may_use, state};
use crate::service::sites::SiteRow;
use crate::service::{ListArgs, NoStatus, Page, Sort};
use crate::tui::ask::{Ask, Reply, SettingsAsk, SettingsReply};
use crate::tui::event::{Can, Screen, Slot};
use crate::tui::keymap::{Action, Context};
use crate::tui::place::Place;
use crate::tui::screens::list::Kind;
use crate::tui::screens::listing::{Look, Order};
use crate::tui::screens::search::Words;
use crate::tui::state::Seen;
use crate::tui::text::without_scheme;
use crate::tui::theme::{Ink, Mark};
use crate::tui::widgets::column::{Cell, Column};

/// What makes it the list of sites, and the record of one.
#[derive(Debug)]
pub struct Sites;

impl Kind for Sites {
    type Row = SiteRow;
    type Criteria = Words;
    type Scope = ();

    const CONTEXT: Context = Context::SiteList;
    const PLACE: Place = Place::Settings;
    const ORDERS: &'static [Order] = &[
        Order::rising(0, Sort::Login, ["by code", "by code, last first"]),
        Order::rising(1, Sort::Name, ["by name", "by name, last first"]),
    ];
    const LOOK: Look<SiteRow> = Look {
        columns: &[
            Column::new("Code", 8, 24).identifying(),
            Column::new("Name", 12, 32),
            Column::new("State", 10, 10),
            Column::new("Portal", 10, 10),
            Column::new("Website", 12, 40).yielding(),
        ],
        cells,
        number: |row| row.id.0,
        ticks: false,
        heading: |row| row.name.to_string(),
        facts,
    };
    const SLOT: Slot = "sites";
    const NONE: [&'static str; 2] = ["No sites yet.", "a adds one."];

    fn ask(args: ListArgs<NoStatus>, _criteria: &Words, _scope: &()) -> Ask {
        Ask::Settings(SettingsAsk::Sites(args))
    }

    fn page(reply: Reply) -> Option<Page<SiteRow>> {
        if let Reply::Settings(SettingsReply::Sites(page)) = reply { Some(page) } else { None }
    }

    fn record(rows: &[SiteRow], at: usize) -> Option<Box<dyn Screen>> {
        let page = rows.iter().map(|row| row.id).collect();
        Some(Box::new(SiteRecord::new(rows.get(at)?.id, page)))
    }

    fn unfound(_filter: &str) -> [&'static str; 2] {
        ["No site fits this search.", ""]
    }

    fn may_add(seen: &Seen) -> Can {
        may_administer(seen)
    }

    fn add(_criteria: &Words, _scope: &()) -> Option<Box<dyn Screen>> {
        Some(Box::new(EditSite::empty()))
    }

    fn in_record(action: Action, row: Option<&SiteRow>, seen: &Seen) -> Option<Can> {
        match (action, row) {
            (Action::TurnPortal, None) => Some(Can::Hidden),
            (Action::TurnPortal, Some(row)) => Some(may_turn(row, seen)),
            _ => may_use(action, row.map(|row| row.active), seen),
        }
    }
}

/// Whether the portal of a site can be switched on or off.
pub(super) fn may_turn(row: &SiteRow, seen: &Seen) -> Can {
    match may_administer(seen) {
        Can::Yes if !row.in_portal => Can::No(format!(
            "{} is not in the portal site group; edit that group on the tab Site groups first.",
            row.code
        )),
        Can::Yes if !row.active => {
            Can::No(format!("{} is inactive; x, Activate takes it into use first.", row.code))
        }
        can => can,
    }
}

/// Whether people come in through a site: `● On`, `■ Off`, `◐ Closed` where only its own switch
/// is on, `not in it`.
pub(super) fn portal(row: &SiteRow) -> Cell {
    match (row.in_portal, row.portal_enabled, row.open) {
        (false, _, _) => Cell::inked("not in it", Ink::Faint),
        (true, false, _) => Cell::marked(Mark::Square, "Off", Ink::Caution),
        (true, true, false) => Cell::marked(Mark::Half, "Closed", Ink::Caution),
        (true, true, true) => Cell::marked(Mark::Full, "On", Ink::Good),
    }
}

/// The same in the list, where `◐ Sync due` goes before `● On`.
fn portal_or_sync(row: &SiteRow) -> Cell {
    if row.open && row.sync_due {
        return Cell::marked(Mark::Half, "Sync due", Ink::Caution);
    }
    portal(row)
}

/// Whether portal users still wait for their accounts at it.
pub(super) fn sync(row: &SiteRow) -> Cell {
    match (row.in_portal, row.sync_due) {
        (false, _) => Cell::new(""),
        (true, true) => Cell::inked("due", Ink::Caution),
        (true, false) => Cell::new("done"),
    }
}

fn cells(row: &SiteRow, _seen: &Seen) -> Vec<Cell> {
    vec![
        Cell::new(row.code.to_string()),
        Cell::new(row.name.to_string()),
        state(row.active),
        portal_or_sync(row),
        Cell::new(without_scheme(&row.website.to_string())),
    ]
}

fn facts(row: &SiteRow, _seen: &Seen) -> Vec<(&'static str, Cell)> {
    vec![
        ("Code", Cell::new(row.code.to_string())),
        ("Name", Cell::new(row.name.to_string())),
        ("Website", Cell::new(row.website.to_string())),
        ("State", state(row.active)),
        ("Portal", portal(row)),
        ("Site sync", sync(row)),
    ]
}
