//! The Details tab of a company: what is known of it, and what is done to it as a whole.

use ratatui::layout::Rect;

use super::edit::Edit;
use super::list::Companies;
use super::list_view::state;
use crate::domain::id::CompanyId;
use crate::service::companies::CompanyView;
use crate::service::trail::HistoryLine;
use crate::tui::ask::{Ask, CompanyAsk, Reply};
use crate::tui::event::{Can, Cx, Slot};
use crate::tui::keymap::{Action, Context};
use crate::tui::popup::question::{Press, Question};
use crate::tui::screens::Word;
use crate::tui::screens::contacts::maybe;
use crate::tui::screens::record::{self, Done, Kind};
use crate::tui::state::Seen;
use crate::tui::theme::Ink;
use crate::tui::view::facts;
use crate::tui::view::pen::Pen;
use crate::tui::widgets::column::Cell;

pub(super) const DEACTIVATE: Slot = "deactivate";
pub(super) const ACTIVATE: Slot = "activate";
/// The rows of facts.
const FACTS: u16 = 5;

/// The facts and the history of one company.
pub(super) type Details = record::Record<Companies<false>>;

impl Kind for Companies<false> {
    type Id = CompanyId;
    type View = CompanyView;

    const CONTEXT: Context = Context::CompanyRecord;
    const LIST: &'static str = "Companies";
    const NOUN: &'static str = "company";

    fn show(id: CompanyId) -> Ask {
        Ask::Company(CompanyAsk::Show(id))
    }

    fn view(reply: Reply) -> Option<Box<CompanyView>> {
        if let Reply::Company(view) = reply { Some(view) } else { None }
    }

    fn id(view: &CompanyView) -> CompanyId {
        view.row.id
    }

    fn label(view: &CompanyView) -> String {
        view.row.name.to_string()
    }

    fn history(view: &CompanyView) -> &[HistoryLine] {
        &view.history
    }

    fn remarks(view: &CompanyView) -> Vec<(String, Ink)> {
        let text = match (&view.why_not_edit, view.row.active, view.row.on_hold) {
            (Some(reason), _, _) => return vec![(reason.clone(), Ink::Faint)],
            (None, false, _) => "Inactive: whoever adds a user is warned. x, Activate ends it.",
            (None, true, true) => "On hold: whoever adds a user is warned. e changes it.",
            (None, true, false) => "",
        };
        vec![(text.to_owned(), Ink::Plain)]
    }

    fn can(view: Option<&CompanyView>, action: Action, _seen: &Seen) -> Option<Can> {
        let wanted = match action {
            Action::Edit => None,
            Action::Deactivate | Action::Confirm => Some(true),
            Action::Activate => Some(false),
            _ => return None,
        };
        let Some(view) = view else {
            return Some(Can::No("The company is still being read.".to_owned()));
        };
        let otherwise = match wanted {
            Some(active) if active != view.row.active => {
                let state = if view.row.active { "active" } else { "inactive" };
                Some(format!("{} is {state} already.", view.row.name))
            }
            _ => None,
        };
        Some(Can::unless(view.why_not_edit.clone().or(otherwise)))
    }

    fn act(view: &CompanyView, action: Action, cx: &mut Cx) {
        let (id, base) = (view.row.id, view.row.stamp);
        match action {
            Action::Edit => cx.open(Edit::of(view)),
            Action::Deactivate => cx.open(deactivating(view)),
            Action::Confirm => {
                let ask = Ask::Company(CompanyAsk::Deactivate { id, base });
                cx.ask(DEACTIVATE, ask, "Deactivating");
            }
            Action::Activate => {
                cx.ask(ACTIVATE, Ask::Company(CompanyAsk::Activate { id, base }), "Activating");
            }
            _ => {}
        }
    }

    fn changed(slot: Slot, _before: Option<&CompanyView>, after: &CompanyView) -> Done {
        let (id, base, name) = (after.row.id, after.row.stamp, &after.row.name);
        if slot == DEACTIVATE {
            let back = Ask::Company(CompanyAsk::Activate { id, base });
            Done::told(format!("{name} is inactive now."))
                .undone_by(back, format!("{name} is active again."))
        } else {
            let back = Ask::Company(CompanyAsk::Deactivate { id, base });
            Done::told(format!("{name} is active again."))
                .undone_by(back, format!("{name} is inactive again."))
        }
    }

    fn heard(word: Word) -> Option<(Box<CompanyView>, Done)> {
        let Word::Company { view, told } = word else { return None };
        Some((view, Done::told(told)))
    }

    fn draw(view: &CompanyView, area: Rect, pen: &mut Pen) -> u16 {
        let (left, right) = (address(view), business(view));
        let rows = FACTS.max(right.len() as u16);
        let height = facts::rows(rows, area);
        let inside = Rect { x: area.x + 3, width: area.width - 4, height, ..area };
        let needs = [facts::needed(&left), facts::needed(&right)];
        let [beside, other] = facts::beside(inside, (area.width - 3) / 2, needs);
        let below = facts::draw_cells(&left, beside, pen);
        facts::draw_cells(&right, other, pen).max(below).max(inside.y + rows)
    }
}

fn address(view: &CompanyView) -> [(&'static str, Cell); 5] {
    let row = &view.row;
    [
        ("Email", maybe(row.email.as_ref())),
        ("Phone", maybe(row.phone.as_ref())),
        ("City", maybe(row.city.as_ref())),
        ("Country", maybe(row.country.as_ref())),
        ("Website", maybe(row.website.as_ref())),
    ]
}

fn business(view: &CompanyView) -> Vec<(&'static str, Cell)> {
    let row = &view.row;
    let mut facts = vec![
        ("Code", Cell::inked(row.code.to_string(), Ink::Strong)),
        ("Kind", Cell::new(row.kind.word())),
        ("State", state(row)),
        ("Portal site", maybe(view.home_site.as_ref())),
        ("Number", Cell::inked(row.id.to_string(), Ink::Faint)),
    ];
    if view.registered_by.is_some() {
        facts.push(("Registered by", maybe(view.registered_by.as_ref())));
    }
    facts
}

fn deactivating(view: &CompanyView) -> Question {
    let buttons = vec![("Cancel", Press::Close), ("Deactivate", Press::Act(Action::Confirm))];
    let title = format!("Deactivate {}?", view.row.name);
    Question::new(title, &view.if_deactivated(), buttons).deliberate()
}
