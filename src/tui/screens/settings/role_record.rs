//! One role: what it grants, who has it, and taking it out of use.

use ratatui::layout::Rect;

use super::role_edit::EditRole;
use super::roles::{self, Roles};
use super::state;
use crate::domain::role::RoleChoice;
use crate::domain::search::{self, Term};
use crate::domain::text::Text;
use crate::service::roles::{RoleForm, RoleRow, RoleView};
use crate::service::trail::HistoryLine;
use crate::tui::ask::{Ask, Reply, SettingsAsk, SettingsReply};
use crate::tui::event::{Can, Cx, Slot};
use crate::tui::keymap::{Action, Context};
use crate::tui::popup::question::{Press, Question};
use crate::tui::screens::Word;
use crate::tui::screens::contacts::maybe;
use crate::tui::screens::record::{self, Done, Kind};
use crate::tui::screens::users;
use crate::tui::state::Seen;
use crate::tui::text::thousands;
use crate::tui::theme::Ink;
use crate::tui::view::facts;
use crate::tui::view::pen::Pen;
use crate::tui::widgets::column::Cell;

const USE: Slot = "use";
const DELETE: Slot = "delete";
/// The rows below what a role grants that are kept for a remark.
const KEPT: u16 = 1;

/// One role.
pub type RoleRecord = record::Record<Roles>;

impl Kind for Roles {
    type Id = RoleChoice;
    type View = RoleView;

    const CONTEXT: Context = Context::RoleRecord;
    const LIST: &'static str = "Settings ▸ Roles";
    const NOUN: &'static str = "role";

    fn show(id: RoleChoice) -> Ask {
        Ask::Settings(SettingsAsk::Role(id))
    }

    fn view(reply: Reply) -> Option<Box<RoleView>> {
        if let Reply::Settings(SettingsReply::Role(view)) = reply { Some(view) } else { None }
    }

    fn id(view: &RoleView) -> RoleChoice {
        view.row.choice
    }

    fn label(view: &RoleView) -> String {
        view.row.name.to_string()
    }

    fn history(view: &RoleView) -> &[HistoryLine] {
        &view.history
    }

    fn remarks(view: &RoleView) -> Vec<(String, Ink)> {
        let text = match (&view.why_not_edit, view.row.active) {
            (Some(reason), _) => return vec![(reason.clone(), Ink::Faint)],
            (None, false) => "Inactive: it can't be given any more; who has it keeps it.",
            (None, true) => return Vec::new(),
        };
        vec![(text.to_owned(), Ink::Caution)]
    }

    fn can(view: Option<&RoleView>, action: Action, seen: &Seen) -> Option<Can> {
        let known =
            matches!(action, Action::Edit | Action::Delete | Action::Activate | Action::Deactivate);
        let Some(view) = view else {
            return known.then(|| Can::No("The role is still being read.".to_owned()));
        };
        match action {
            Action::OpenUsers if view.users == 0 => {
                Some(Can::No(format!("Nobody has the role {}.", view.row.name)))
            }
            action => roles::may_change(action, view.row.choice, view.row.active, seen),
        }
    }

    fn act(view: &RoleView, action: Action, cx: &mut Cx) {
        if action == Action::OpenUsers {
            let line = search::line(&[Term::field("role", view.row.name.raw())]);
            return cx.open(users::List::searching(users::Criteria { text: line }));
        }
        let (RoleChoice::Own(id), base) = (view.row.choice, view.row.stamp) else { return };
        let mut ask = |slot, ask, doing| cx.ask(slot, Ask::Settings(ask), doing);
        match action {
            Action::Agree(USE) => {
                ask(USE, SettingsAsk::UseRole { id, base, active: false }, "Deactivating");
            }
            Action::Activate => {
                ask(USE, SettingsAsk::UseRole { id, base, active: true }, "Activating");
            }
            Action::Agree(DELETE) => {
                ask(DELETE, SettingsAsk::DeleteRole { id, base }, "Deleting");
            }
            Action::Deactivate => cx.open(deactivating(view)),
            Action::Delete => cx.open(deleting(view)),
            Action::Edit => cx.open(EditRole::of(view)),
            _ => {}
        }
    }

    fn changed(_slot: Slot, _before: Option<&RoleView>, after: &RoleView) -> Done {
        let (name, active, base) = (&after.row.name, after.row.active, after.row.stamp);
        let [is, was] = match active {
            true => ["active again", "inactive again"],
            false => ["inactive now; who has it keeps it", "active again"],
        };
        let done = Done::told(format!("{name} is {is}."));
        let RoleChoice::Own(id) = after.row.choice else { return done };
        let back = SettingsAsk::UseRole { id, base, active: !active };
        done.undone_by(Ask::Settings(back), format!("{name} is {was}."))
    }

    fn gone(reply: &Reply) -> Option<Done> {
        let Reply::Settings(SettingsReply::RoleDeleted(row)) = reply else { return None };
        let done = Done::told(format!("The role {} is deleted.", row.name));
        Some(match back(row) {
            Some(ask) => done.undone_by(ask, format!("The role {} is there again.", row.name)),
            None => done,
        })
    }

    fn heard(word: Word) -> Option<(Box<RoleView>, Done)> {
        let Word::Role { view, told } = word else { return None };
        Some((view, Done::told(told)))
    }

    fn draw(view: &RoleView, area: Rect, pen: &mut Pen) -> u16 {
        let row = &view.row;
        let inside = Rect { x: area.x + 3, width: area.width - 4, height: 2, ..area };
        let named = [
            ("Name", Cell::inked(row.name.to_string(), Ink::Strong)),
            ("Kind", Cell::new(row.function.to_string())),
        ];
        let standing = [("State", state(row.active)), ("Users", Cell::new(thousands(view.users)))];
        let needs = [facts::needed(&named), facts::needed(&standing)];
        let [left, right] = facts::beside(inside, (area.width - 3) / 2, needs);
        facts::draw_cells(&named, left, pen);
        let y = facts::draw_cells(&standing, right, pen);
        let what_for = maybe(row.description.as_ref());
        let y = facts::draw_cell("What for", &what_for, Rect { y, height: 2, ..inside }, pen);
        let height = area.bottom().saturating_sub(y + KEPT);
        draw_grants(&row.grants, Rect { y, height, ..inside }, pen)
    }
}

/// What a role lets people do, one below the other; where there are too few rows for that, one
/// after the other. Returns the row below.
fn draw_grants(grants: &[String], area: Rect, pen: &mut Pen) -> u16 {
    let mut y = area.y;
    if grants.len() > usize::from(area.height) {
        return facts::draw_cell("May", &Cell::new(grants.join("; ")), area, pen);
    }
    for (at, grant) in grants.iter().enumerate() {
        let label = if at == 0 { "May" } else { "" };
        y = facts::draw_cell(label, &Cell::new(grant.as_str()), Rect { y, height: 1, ..area }, pen);
    }
    y
}

/// What makes a deleted role again; one that could not be given is not made active by it.
fn back(row: &RoleRow) -> Option<Ask> {
    let form = RoleForm {
        name: row.name.raw().to_owned(),
        description: row.description.as_ref().map_or("", Text::raw).to_owned(),
        rights: row.rights.clone(),
    };
    row.active.then(|| Ask::Settings(SettingsAsk::AddRole(Box::new(form))))
}

fn deactivating(view: &RoleView) -> Question {
    let buttons = vec![("Cancel", Press::Close), ("Deactivate", Press::Act(Action::Agree(USE)))];
    let title = format!("Deactivate the role {}?", view.row.name);
    Question::new(title, &view.if_deactivated(), buttons).deliberate()
}

fn deleting(view: &RoleView) -> Question {
    let name = &view.row.name;
    let text = match view.users {
        0 => format!("Nobody has the role {name}. It goes for good."),
        1 => format!(
            "1 user has the role {name}: give them another one first. Deactivate only takes it out of use."
        ),
        n => format!(
            "{} users have the role {name}: give them another one first. Deactivate only takes it out of use.",
            thousands(n)
        ),
    };
    let mut buttons = vec![("Cancel", Press::Close)];
    if view.users == 0 {
        buttons.push(("Delete", Press::Act(Action::Agree(DELETE))));
    } else if view.row.active {
        buttons.push(("Deactivate", Press::Act(Action::Agree(USE))));
    }
    Question::new(format!("Delete the role {name}?"), &text, buttons).deliberate()
}
