//! The list of users and its other face: portal users by company.
//!
//! A face has columns, an order and a scope of its own; the rows, the search and what can be
//! done to them are the same.

use super::add::AddUser;
use super::criteria::Criteria;
use super::explain::Explain;
use super::list_view::{LOOK, ORDERS, PORTAL_LOOK, PORTAL_ORDERS};
use super::record::Record;
use super::staff::AddStaff;
use crate::domain::id::UserId;
use crate::domain::role::Permission;
use crate::service::user_views::UserRow;
use crate::service::{ListArgs, NoStatus, Page, Selection, UserFilter};
use crate::tui::ask::{Ask, Export, Reply, UserAsk};
use crate::tui::event::{Can, Screen};
use crate::tui::keymap::{Action, Context};
use crate::tui::place::Place;
use crate::tui::popup::menu::{Item, Menu};
use crate::tui::screens::Word;
use crate::tui::screens::bulk::{self, Bulk};
use crate::tui::screens::export;
use crate::tui::screens::list::{self, Chosen, Kind};
use crate::tui::screens::listing::{Look, Order};
use crate::tui::state::Seen;
use crate::tui::way::Way;

/// The list of users.
pub type List = list::List<Users>;

/// The list of portal users by company.
pub type PortalAccess = list::List<Portal>;

/// What makes it the list of users.
#[derive(Debug)]
pub struct Users;

/// What makes it the list of portal users by company.
#[derive(Debug)]
pub struct Portal;

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

    fn ask(args: ListArgs<NoStatus>, _criteria: &Criteria, _scope: &()) -> Ask {
        Ask::User(UserAsk::List(args.of_status(None)))
    }

    fn page(reply: Reply) -> Option<Page<UserRow>> {
        page(reply)
    }

    fn record(rows: &[UserRow], at: usize) -> Option<Box<dyn Screen>> {
        record(rows, at)
    }

    fn unfound(filter: &str) -> [&'static str; 2] {
        unfound(filter)
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

    fn may_add(seen: &Seen) -> Can {
        Can::unless(seen.who.as_ref().and_then(Way::why_none))
    }

    fn ways(seen: &Seen) -> Option<Box<dyn Screen>> {
        let mut possible = ways(seen);
        match (possible.next(), possible.next()) {
            (Some(only), None) => Some(new_account(only)),
            _ => {
                let items = Way::ALL.map(|way| Item::from((way, seen)));
                Some(Box::new(Menu::new("Add", items.into())))
            }
        }
    }

    fn added(word: Word) -> Option<(String, Box<dyn Screen>)> {
        added(word)
    }
}

/// The ways to make an account that are for who is signed in.
fn ways(seen: &Seen) -> impl Iterator<Item = Way> {
    Way::ALL
        .into_iter()
        .filter(|way| seen.who.as_ref().is_some_and(|who| way.why_not(who).is_none()))
}

/// The form that makes an account in that way.
pub fn new_account(way: Way) -> Box<dyn Screen> {
    match way {
        Way::CreateUser => Box::new(AddUser::create_user()),
        Way::Utility => Box::new(AddUser::utility()),
        Way::PortalAccess => Box::new(AddUser::portal_access()),
        Way::Staff => Box::new(AddStaff::default()),
    }
}

impl Kind for Portal {
    type Row = UserRow;
    type Criteria = Criteria;
    type Scope = ();

    const CONTEXT: Context = Context::PortalAccess;
    const PLACE: Place = Place::PortalAccess;
    const ORDERS: &'static [Order] = &PORTAL_ORDERS;
    const LOOK: Look<UserRow> = PORTAL_LOOK;
    const NONE: [&'static str; 2] =
        ["No portal users yet.", "a adds one; approving a portal request makes one, too."];

    fn ask(args: ListArgs<NoStatus>, _criteria: &Criteria, _scope: &()) -> Ask {
        Ask::User(among(args, "kind:portal", |args| args))
    }

    fn page(reply: Reply) -> Option<Page<UserRow>> {
        page(reply)
    }

    fn record(rows: &[UserRow], at: usize) -> Option<Box<dyn Screen>> {
        record(rows, at)
    }

    fn unfound(filter: &str) -> [&'static str; 2] {
        unfound(filter)
    }

    fn may_add(seen: &Seen) -> Can {
        may_create(seen)
    }

    fn add(_criteria: &Criteria, _scope: &()) -> Option<Box<dyn Screen>> {
        Some(Box::new(AddUser::portal_access()))
    }

    fn added(word: Word) -> Option<(String, Box<dyn Screen>)> {
        added(word)
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

/// The question for a page of a part of all users: those that `condition` and `narrowed` let
/// through.
pub(super) fn among(
    args: ListArgs<NoStatus>,
    condition: &str,
    narrowed: impl Fn(ListArgs<UserFilter>) -> ListArgs<UserFilter>,
) -> UserAsk {
    let args: ListArgs<UserFilter> = args.of_status(None);
    let text = format!("{condition} {}", args.text);
    let all = ListArgs { text: condition.to_owned(), ..args.clone() };
    UserAsk::Among { args: narrowed(ListArgs { text, ..args }), all: narrowed(all) }
}

pub(super) fn page(reply: Reply) -> Option<Page<UserRow>> {
    if let Reply::Users(page) = reply { Some(page) } else { None }
}

pub(super) fn record(rows: &[UserRow], at: usize) -> Option<Box<dyn Screen>> {
    let page = rows.iter().map(|row| row.id).collect();
    Some(Box::new(Record::new(rows.get(at)?.id, page)))
}

/// The question before a deed to the ticked users, or to the selected one; why that one can't
/// sign in.
pub(super) fn on_rows(action: Action, chosen: Chosen<UserRow>) -> Option<Box<dyn Screen>> {
    if action == Action::Explain {
        return Some(Box::new(Explain::new(chosen.row.id)));
    }
    let deed = bulk::deed(action)?;
    let users = match chosen.ticks {
        None => Selection::These(vec![chosen.row.id]),
        Some(ticks) => match export::what(chosen.asked, Some(ticks))? {
            Export::Users(users) => users,
            _ => return None,
        },
    };
    Some(Box::new(Bulk::new(deed, users)))
}

/// The question which of the users of those numbers are still in the list.
pub(super) fn still(asked: Ask, numbers: Vec<u64>) -> Option<Ask> {
    let (Ask::User(UserAsk::List(args)) | Ask::User(UserAsk::Among { args, .. })) = asked else {
        return None;
    };
    let ids = numbers.into_iter().map(UserId).collect();
    Some(Ask::User(UserAsk::Still { args, ids }))
}

fn unfound(filter: &str) -> [&'static str; 2] {
    let sentence = if filter == Criteria::standing(UserFilter::Throttled).text {
        "Nobody is throttled or locked."
    } else {
        "No user fits this search."
    };
    [sentence, "the search"]
}

fn added(word: Word) -> Option<(String, Box<dyn Screen>)> {
    let Word::User { view, told } = word else { return None };
    Some((told, Box::new(Record::alone(view.row.id))))
}

/// Whether the person's role may make portal users, with the reason when not.
pub(super) fn may_create(seen: &Seen) -> Can {
    Can::unless(seen.who.as_ref().and_then(|who| who.why_not(Permission::CreatePortalUsers)))
}
