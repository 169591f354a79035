//! One site group: its sites, and making it the portal's.

use ratatui::layout::Rect;

use super::group_edit::EditGroup;
use super::groups::{self, Groups};
use crate::service::site_groups::{GroupChoice, SiteGroupForm, SiteGroupRow, SiteGroupView};
use crate::service::trail::HistoryLine;
use crate::tui::ask::{Ask, Reply, SettingsAsk, SettingsReply};
use crate::tui::event::{Can, Cx, Slot};
use crate::tui::keymap::{Action, Context};
use crate::tui::popup::question::{Press, Question};
use crate::tui::screens::Word;
use crate::tui::screens::record::{self, Done, Kind};
use crate::tui::state::Seen;
use crate::tui::theme::Ink;
use crate::tui::view::facts;
use crate::tui::view::pen::Pen;
use crate::tui::widgets::column::Cell;

const DELETE: Slot = "delete";
const PORTAL: Slot = "portal";
/// The rows of facts.
const FACTS: u16 = 3;

/// One site group.
pub type GroupRecord = record::Record<Groups>;

impl Kind for Groups {
    type Id = GroupChoice;
    type View = SiteGroupView;

    const CONTEXT: Context = Context::SiteGroupRecord;
    const LIST: &'static str = "Settings ▸ Site groups";
    const NOUN: &'static str = "site group";

    fn show(id: GroupChoice) -> Ask {
        Ask::Settings(SettingsAsk::Group(id))
    }

    fn view(reply: Reply) -> Option<Box<SiteGroupView>> {
        if let Reply::Settings(SettingsReply::Group(view)) = reply { Some(view) } else { None }
    }

    fn id(view: &SiteGroupView) -> GroupChoice {
        view.row.choice
    }

    fn label(view: &SiteGroupView) -> String {
        view.row.code.to_string()
    }

    fn history(view: &SiteGroupView) -> &[HistoryLine] {
        &view.history
    }

    fn remarks(view: &SiteGroupView) -> Vec<(String, Ink)> {
        if view.row.portal && !view.waiting.is_empty() {
            let codes: Vec<String> = view.waiting.iter().map(ToString::to_string).collect();
            let text = format!(
                "Not every portal user has an account at {} yet; Site sync (m in the list) makes it.",
                codes.join(", ")
            );
            return vec![(text, Ink::Caution)];
        }
        let text = match (&view.why_not_edit, view.row.portal) {
            (Some(reason), _) => return vec![(reason.clone(), Ink::Faint)],
            (None, true) => "Every portal user has an account at each active site of this group.",
            (None, false) => "x makes it the portal's.",
        };
        vec![(text.to_owned(), Ink::Plain)]
    }

    fn can(view: Option<&SiteGroupView>, action: Action, seen: &Seen) -> Option<Can> {
        let known = matches!(action, Action::Edit | Action::Delete | Action::MakePortal);
        let Some(view) = view else {
            return known.then(|| Can::No("The site group is still being read.".to_owned()));
        };
        match action {
            Action::Edit => Some(Can::unless(view.why_not_edit.clone())),
            Action::Delete | Action::MakePortal => {
                Some(groups::may_change(action, view.row.choice, seen))
            }
            _ => None,
        }
    }

    fn act(view: &SiteGroupView, action: Action, cx: &mut Cx) {
        let (choice, base) = (view.row.choice, view.row.stamp);
        match (action, choice) {
            (Action::Edit, _) => cx.open(EditGroup::of(view)),
            (Action::Delete, GroupChoice::Other(_)) => cx.open(deleting(&view.row)),
            (Action::MakePortal, GroupChoice::Other(_)) => cx.open(making(&view.row)),
            (Action::Agree(DELETE), GroupChoice::Other(id)) => {
                let ask = SettingsAsk::DeleteGroup { id, base };
                cx.ask(DELETE, Ask::Settings(ask), "Deleting");
            }
            (Action::Agree(PORTAL), GroupChoice::Other(id)) => {
                let ask = SettingsAsk::MakePortal { id, base: Some(base) };
                cx.ask(PORTAL, Ask::Settings(ask), "Making it the portal's");
            }
            _ => {}
        }
    }

    fn changed(_slot: Slot, _before: Option<&SiteGroupView>, after: &SiteGroupView) -> Done {
        Done::told(format!("{} is saved.", after.row.code))
    }

    fn gone(reply: &Reply) -> Option<Done> {
        match reply {
            Reply::Settings(SettingsReply::GroupDeleted(row)) => {
                let form =
                    SiteGroupForm { code: row.code.raw().to_owned(), sites: row.site_ids.clone() };
                let back = Ask::Settings(SettingsAsk::AddGroup(Box::new(form)));
                let told = format!("Site group {} is there again.", row.code);
                Some(
                    Done::told(format!("Site group {} is deleted.", row.code))
                        .undone_by(back, told),
                )
            }
            Reply::Settings(SettingsReply::PortalMade(view)) => {
                let code = &view.row.code;
                Some(Done::told(format!("The portal is made up of the sites of {code} now.")))
            }
            _ => None,
        }
    }

    fn heard(word: Word) -> Option<(Box<SiteGroupView>, Done)> {
        let Word::SiteGroup { view, told } = word else { return None };
        Some((view, Done::told(told)))
    }

    fn draw(view: &SiteGroupView, area: Rect, pen: &mut Pen) -> u16 {
        let row = &view.row;
        let sites: Vec<String> = row.sites.iter().map(ToString::to_string).collect();
        let cells = [
            ("Code", Cell::inked(row.code.to_string(), Ink::Strong)),
            ("Portal", groups::portal(row)),
            ("Sites", Cell::new(sites.join(", "))),
        ];
        let height = facts::rows(FACTS, area);
        let inside = Rect { x: area.x + 3, width: area.width - 4, height, ..area };
        facts::draw_cells(&cells, inside, pen).max(inside.y + FACTS)
    }
}

fn deleting(row: &SiteGroupRow) -> Question {
    let text = format!(
        "The group {} goes; its sites stay as they are. u makes it again right after.",
        row.code
    );
    let buttons = vec![("Cancel", Press::Close), ("Delete", Press::Act(Action::Agree(DELETE)))];
    Question::new(format!("Delete site group {}?", row.code), &text, buttons).deliberate()
}

fn making(row: &SiteGroupRow) -> Question {
    let text = format!(
        "The portal is then made up of the sites of {}. At sites that are not among them nobody signs in and no request comes in any more; those that are new to the portal wait for Site sync. The present group stays as a group of its own, and can be made the portal's again.",
        row.code
    );
    let buttons = vec![("Cancel", Press::Close), ("Make it so", Press::Act(Action::Agree(PORTAL)))];
    Question::new(format!("Make {} the portal's site group?", row.code), &text, buttons)
        .deliberate()
}
