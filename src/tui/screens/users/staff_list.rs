//! The accounts of colleagues: a tab of the Settings, the list of users with other columns.

use super::criteria::Criteria;
use super::list::{Users, among, on_rows, page, record, still};
use super::list_view::{last_login, maybe, name, standing};
use super::staff::AddStaff;
use crate::domain::role::Permission;
use crate::service::user_views::UserRow;
use crate::service::{ListArgs, NoStatus, Page, Sort};
use crate::tui::ask::{Ask, Reply};
use crate::tui::event::{Can, Screen, Slot};
use crate::tui::keymap::{Action, Context};
use crate::tui::place::Place;
use crate::tui::screens::bulk;
use crate::tui::screens::list::{Chosen, Kind};
use crate::tui::screens::listing::{Look, Order};
use crate::tui::state::Seen;
use crate::tui::widgets::column::{Cell, Column};

/// What makes it the list of staff accounts.
#[derive(Debug)]
pub struct StaffAccounts;

impl Kind for StaffAccounts {
    type Row = UserRow;
    type Criteria = Criteria;
    type Scope = ();

    const CONTEXT: Context = Context::StaffList;
    const PLACE: Place = Place::StaffAccounts;
    const ORDERS: &'static [Order] = &[
        Order::rising(0, Sort::Login, ["by User ID", "by User ID, last first"]),
        Order::rising(1, Sort::Role, ["by role", "by role, last first"]),
        Order::rising(2, Sort::Status, ["by status", "by status, last first"]),
        Order::falling(3, Sort::LastLogin, ["latest sign-in first", "longest away first"]),
        Order::rising(4, Sort::Name, ["by name", "by name, last first"]),
        Order::rising(5, Sort::Email, ["by email", "by email, last first"]),
    ];
    const LOOK: Look<UserRow> = Look {
        columns: &[
            Column::new("User ID", 12, 34).identifying(),
            Column::new("Role", 12, 25).keeping(25),
            Column::new("Status", 10, 21),
            Column::new("Last login", 12, 12),
            Column::new("Name", 11, 28),
            Column::new("Email", 18, 40),
        ],
        cells,
        ..<Users as Kind>::LOOK
    };
    const SLOT: Slot = "staff";
    const NONE: [&'static str; 2] = ["No staff accounts yet.", "a adds one."];

    fn ask(args: ListArgs<NoStatus>, _criteria: &Criteria, _scope: &()) -> Ask {
        Ask::User(among(args, "kind:staff", |args| args))
    }

    fn page(reply: Reply) -> Option<Page<UserRow>> {
        page(reply)
    }

    fn record(rows: &[UserRow], at: usize) -> Option<Box<dyn Screen>> {
        record(rows, at)
    }

    fn unfound(_filter: &str) -> [&'static str; 2] {
        ["No staff account fits this search.", "the search"]
    }

    fn may_add(seen: &Seen) -> Can {
        Can::unless(seen.who.as_ref().and_then(|who| who.why_not(Permission::Administer)))
    }

    fn add(_criteria: &Criteria, _scope: &()) -> Option<Box<dyn Screen>> {
        Some(Box::new(AddStaff::default()))
    }

    fn why_not_rows(action: Action, seen: &Seen) -> Option<String> {
        bulk::why_not(bulk::deed(action)?, seen)
    }

    fn on_rows(action: Action, chosen: Chosen<UserRow>) -> Option<Box<dyn Screen>> {
        on_rows(action, chosen)
    }

    fn still(asked: Ask, numbers: Vec<u64>) -> Option<Ask> {
        still(asked, numbers)
    }
}

fn cells(row: &UserRow, seen: &Seen) -> Vec<Cell> {
    vec![
        Cell::new(row.user_id.to_string()),
        Cell::new(row.role.to_string()),
        standing(row, seen),
        last_login(row, seen),
        Cell::new(name(row).to_string()),
        maybe(row.email.as_ref()),
    ]
}
