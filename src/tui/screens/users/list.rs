//! The list of users, staff and portal.

use super::criteria::Criteria;
use super::list_view::{LOOK, ORDERS};
use super::record::Record;
use super::staff::AddStaff;
use crate::domain::role::Permission;
use crate::service::user_views::UserRow;
use crate::service::{ListArgs, NoStatus, Page, UserFilter};
use crate::tui::ask::{Ask, Reply, UserAsk};
use crate::tui::event::{Can, Screen};
use crate::tui::keymap::Context;
use crate::tui::place::Place;
use crate::tui::screens::Word;
use crate::tui::screens::list::{self, Kind};
use crate::tui::screens::listing::{Look, Order};
use crate::tui::state::Seen;

/// The list of users.
pub type List = list::List<Users>;

/// What makes it the list of users.
#[derive(Debug)]
pub struct Users;

impl Kind for Users {
    type Row = UserRow;
    type Criteria = Criteria;
    type Scope = ();

    const CONTEXT: Context = Context::UserList;
    const PLACE: Place = Place::Users;
    const ORDERS: &'static [Order] = &ORDERS;
    const LOOK: Look<UserRow> = LOOK;
    const NONE: [&'static str; 2] =
        ["No users yet.", "Approving a portal request makes one; a adds a staff account."];

    fn ask(args: ListArgs<NoStatus>, criteria: &Criteria, _scope: &()) -> Ask {
        let company = criteria.company_id();
        let args = ListArgs { company, ..args.of_status(criteria.standing) };
        Ask::User(UserAsk::List(args))
    }

    fn page(reply: Reply) -> Option<Page<UserRow>> {
        if let Reply::Users(page) = reply { Some(page) } else { None }
    }

    fn record(rows: &[UserRow], at: usize) -> Option<Box<dyn Screen>> {
        let page = rows.iter().map(|row| row.id).collect();
        Some(Box::new(Record::new(rows.get(at)?.id, page)))
    }

    fn unfound(criteria: &Criteria) -> [&'static str; 2] {
        match criteria.standing {
            Some(UserFilter::Throttled) => {
                ["Nobody who fits is throttled or locked.", "status and company"]
            }
            _ => ["No user fits this search.", "status and company"],
        }
    }

    fn may_add(seen: &Seen) -> Can {
        Can::unless(seen.who.as_ref().and_then(|who| who.why_not(Permission::Administer)))
    }

    fn add(_criteria: &Criteria, _scope: &()) -> Option<Box<dyn Screen>> {
        Some(Box::new(AddStaff::default()))
    }

    fn added(word: Word) -> Option<(String, Box<dyn Screen>)> {
        let Word::User { view, told } = word else { return None };
        Some((told, Box::new(Record::alone(view.row.id))))
    }
}
