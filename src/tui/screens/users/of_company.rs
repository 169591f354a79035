//! The users of one company: workflow C, a tab of the company's record.

use super::add::AddUser;
use super::criteria::Criteria;
use super::list::{among, may_create, on_rows, page, record, still};
use super::list_view::{last_login, name, standing, website};
use crate::domain::id::CompanyId;
use crate::domain::text::Text;
use crate::service::user_views::{UserRow, UserView};
use crate::service::{ListArgs, NoStatus, Page, Sort, UserForm};
use crate::tui::ask::{Ask, Reply, UserAsk};
use crate::tui::event::{Can, Screen, Slot, UndoStep};
use crate::tui::keymap::{Action, Context};
use crate::tui::place::Place;
use crate::tui::popup::question::{Press, Question};
use crate::tui::screens::bulk;
use crate::tui::screens::list::{self, Chosen, Kind};
use crate::tui::screens::listing::{Look, Order};
use crate::tui::state::Seen;
use crate::tui::widgets::column::{Cell, Column};
use crate::tui::widgets::field::Taken;

/// The users of `company`.
pub fn company_list(company: Taken) -> list::List<CompanyUsers> {
    list::List::within(Some(company))
}

/// What makes it the list of a company's users.
#[derive(Debug)]
pub struct CompanyUsers;

impl Kind for CompanyUsers {
    type Row = UserRow;
    type Criteria = Criteria;
    type Scope = Option<Taken>;

    const CONTEXT: Context = Context::CompanyUsers;
    const PLACE: Place = Place::CompanyUsers;
    const ORDERS: &'static [Order] = &[
        Order::rising(0, Sort::Name, ["by name", "by name, last first"]),
        Order::rising(1, Sort::Login, ["by username", "by username, last first"]),
        Order::rising(2, Sort::Site, ["by website", "by website, last first"]),
        Order::rising(3, Sort::Status, ["by status", "by status, last first"]),
        Order::falling(4, Sort::LastLogin, ["latest sign-in first", "longest away first"]),
    ];
    const LOOK: Look<UserRow> = Look {
        columns: &[
            Column::new("Name", 16, 28).identifying(),
            Column::new("Username", 16, 34).identifying().keeping(20),
            // The same in nearly every row; and the status has a short form.
            Column::new("Website", 12, 30).yielding(),
            Column::new("Status", 10, 18).yielding(),
            Column::new("Last login", 12, 12),
        ],
        cells,
        ..<super::list::Users as Kind>::LOOK
    };
    const SLOT: Slot = "users";
    const NONE: [&'static str; 2] = ["No users yet.", "a adds one."];

    fn ask(args: ListArgs<NoStatus>, _criteria: &Criteria, company: &Option<Taken>) -> Ask {
        let company = company.as_ref().map(|it| CompanyId(it.id));
        Ask::User(among(args, "kind:portal", |args| ListArgs { company, ..args }))
    }

    fn page(reply: Reply) -> Option<Page<UserRow>> {
        page(reply)
    }

    fn record(rows: &[UserRow], at: usize) -> Option<Box<dyn Screen>> {
        record(rows, at)
    }

    fn unfound(filter: &str) -> [&'static str; 2] {
        if filter.is_empty() { Self::NONE } else { ["No user of this company fits.", "the search"] }
    }

    fn may_add(seen: &Seen) -> Can {
        may_create(seen)
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

    fn add(_criteria: &Criteria, company: &Option<Taken>) -> Option<Box<dyn Screen>> {
        Some(Box::new(AddUser::company_file(company.clone()?)))
    }
}

fn cells(row: &UserRow, seen: &Seen) -> Vec<Cell> {
    vec![
        Cell::new(name(row).to_string()),
        Cell::new(row.user_id.to_string()),
        website(row),
        standing(row, seen),
        last_login(row, seen),
    ]
}

/// What to do with a user who acts for other companies, too.
pub fn removing(row: &UserRow, company: &Text) -> Question {
    let others = match row.more_companies {
        1 => "another company".to_owned(),
        n => format!("{n} other companies"),
    };
    let text = format!(
        "{} ({}) acts for {others}, too. Removed from {company}, the user stays and signs in for those; deleted, the account is gone for good.",
        row.user_id,
        row.label()
    );
    let buttons = vec![
        ("Cancel", Press::Close),
        ("Remove from this company", Press::Act(Action::RemoveFromCompany)),
        ("Delete account", Press::Act(Action::DeleteAccount)),
    ];
    Question::new(format!("Delete {}?", row.user_id), &text, buttons).deliberate()
}

/// What to tell when a user was taken off a company.
pub fn removed(view: &UserView, company: &Text) -> String {
    format!("{} acts for {company} no more.", view.row.user_id)
}

/// What puts a user back into a company that it was taken off.
pub fn undo_removal(view: &UserView, company: CompanyId, primary: bool, name: &Text) -> UndoStep {
    let mut form = UserForm::of(view);
    let at = if primary { 0 } else { form.companies.len() };
    form.companies.insert(at, company);
    let (id, base) = (view.row.id, view.row.stamp);
    let ask = Ask::User(UserAsk::Edit { id, base, form: Box::new(form) });
    UndoStep { ask, told: format!("{} acts for {name} again.", view.row.user_id) }
}
