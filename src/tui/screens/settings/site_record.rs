//! One site: what is known of it, and switching its portal.

use ratatui::layout::Rect;

use super::site_edit::EditSite;
use super::sites::{self, Sites};
use super::sync::SiteSync;
use super::{may, may_use, state};
use crate::domain::id::SiteId;
use crate::domain::role::Permission;
use crate::service::sites::SiteView;
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

const USE: Slot = "use";
const PORTAL: Slot = "portal";
/// The rows of facts.
const FACTS: u16 = 4;

/// One site.
pub type SiteRecord = record::Record<Sites>;

impl Kind for Sites {
    type Id = SiteId;
    type View = SiteView;

    const CONTEXT: Context = Context::SiteRecord;
    const LIST: &'static str = "Settings ▸ Sites";
    const NOUN: &'static str = "site";

    fn show(id: SiteId) -> Ask {
        Ask::Settings(SettingsAsk::Site(id))
    }

    fn view(reply: Reply) -> Option<Box<SiteView>> {
        if let Reply::Settings(SettingsReply::Site(view)) = reply { Some(view) } else { None }
    }

    fn id(view: &SiteView) -> SiteId {
        view.row.id
    }

    fn label(view: &SiteView) -> String {
        view.row.code.to_string()
    }

    fn history(view: &SiteView) -> &[HistoryLine] {
        &view.history
    }

    fn remarks(view: &SiteView) -> Vec<(String, Ink)> {
        let row = &view.row;
        let mut remarks = Vec::new();
        if row.active && row.in_portal && row.sync_due {
            let text = "Portal users who were there before it have no account at it yet: m, Site sync makes them.";
            remarks.push((text.to_owned(), Ink::Caution));
        }
        if row.active && row.in_portal && !row.portal_enabled {
            let text =
                "Its portal is off: no sign-in and no request comes in there. o switches it on.";
            remarks.push((text.to_owned(), Ink::Caution));
        }
        if row.active && row.in_portal && row.portal_enabled && !row.open {
            let text = "Its own switch is on, but the whole portal is off: O in the list of sites switches that on.";
            remarks.push((text.to_owned(), Ink::Caution));
        }
        if let Some(reason) = &view.why_not_edit {
            remarks.push((reason.clone(), Ink::Faint));
        }
        remarks
    }

    fn can(view: Option<&SiteView>, action: Action, seen: &Seen) -> Option<Can> {
        let known = matches!(
            action,
            Action::Edit
                | Action::TurnPortal
                | Action::SiteSync
                | Action::Activate
                | Action::Deactivate
        );
        let Some(view) = view else {
            return known.then(|| Can::No("The site is still being read.".to_owned()));
        };
        match action {
            Action::Edit => Some(Can::unless(view.why_not_edit.clone())),
            Action::TurnPortal => Some(sites::may_turn(&view.row, seen)),
            Action::SiteSync if !view.row.sync_due => Some(Can::Hidden),
            Action::SiteSync => Some(may(Permission::RunJobs, seen)),
            action => may_use(action, Some(view.row.active), seen),
        }
    }

    fn act(view: &SiteView, action: Action, cx: &mut Cx) {
        let (id, base, on) = (view.row.id, view.row.stamp, view.row.portal_enabled);
        let mut ask = |slot, ask, doing| cx.ask(slot, Ask::Settings(ask), doing);
        match action {
            Action::Agree(USE) => {
                ask(USE, SettingsAsk::UseSite { id, base, active: false }, "Deactivating");
            }
            Action::Activate => {
                ask(USE, SettingsAsk::UseSite { id, base, active: true }, "Activating");
            }
            Action::Agree(PORTAL) => {
                ask(PORTAL, SettingsAsk::SitePortal { id, on: false }, "Switching off");
            }
            Action::TurnPortal if !on => {
                ask(PORTAL, SettingsAsk::SitePortal { id, on: true }, "Switching on");
            }
            Action::TurnPortal => cx.open(turning_off(view)),
            Action::Deactivate => cx.open(deactivating(view)),
            Action::Edit => cx.open(EditSite::of(view)),
            Action::SiteSync => cx.open(SiteSync::default()),
            _ => {}
        }
    }

    fn changed(slot: Slot, _before: Option<&SiteView>, after: &SiteView) -> Done {
        let (id, base, code) = (after.row.id, after.row.stamp, &after.row.code);
        let use_site = |active| Ask::Settings(SettingsAsk::UseSite { id, base, active });
        let turn = |on| Ask::Settings(SettingsAsk::SitePortal { id, on });
        match (slot, after.row.active, after.row.portal_enabled) {
            (USE, true, _) => Done::told(format!("{code} is active again."))
                .undone_by(use_site(false), format!("{code} is inactive again.")),
            (USE, false, _) => {
                Done::told(format!("{code} is inactive now; nobody signs in there."))
                    .undone_by(use_site(true), format!("{code} is active again."))
            }
            (_, _, true) => Done::told(format!("The portal is on at {code}."))
                .undone_by(turn(false), format!("The portal is off at {code} again.")),
            (_, _, false) => {
                Done::told(format!("The portal is off at {code}; nobody comes in there."))
                    .undone_by(turn(true), format!("The portal is on at {code} again."))
            }
        }
    }

    fn heard(word: Word) -> Option<(Box<SiteView>, Done)> {
        let Word::Site { view, told } = word else { return None };
        Some((view, Done::told(told)))
    }

    fn draw(view: &SiteView, area: Rect, pen: &mut Pen) -> u16 {
        let inside =
            Rect { x: area.x + 3, width: area.width - 4, height: facts::rows(FACTS, area), ..area };
        let (left, right) = (named(view), standing(view));
        let needs = [facts::needed(&left), facts::needed(&right)];
        let [beside, other] = facts::beside(inside, (area.width - 3) / 2, needs);
        let below = facts::draw_cells(&left, beside, pen);
        facts::draw_cells(&right, other, pen).max(below).max(inside.y + FACTS)
    }
}

fn named(view: &SiteView) -> [(&'static str, Cell); 4] {
    let row = &view.row;
    [
        ("Code", Cell::inked(row.code.to_string(), Ink::Strong)),
        ("Name", Cell::new(row.name.to_string())),
        ("Website", Cell::new(row.website.to_string())),
        ("Number", Cell::inked(row.id.to_string(), Ink::Faint)),
    ]
}

fn standing(view: &SiteView) -> [(&'static str, Cell); 4] {
    let groups: Vec<String> = view.groups.iter().map(ToString::to_string).collect();
    [
        ("State", state(view.row.active)),
        ("Portal", sites::portal(&view.row)),
        ("Site sync", sites::sync(&view.row)),
        ("Site groups", Cell::new(groups.join(", "))),
    ]
}

fn turning_off(view: &SiteView) -> Question {
    let row = &view.row;
    let text = format!(
        "Nobody signs in at {} any more and no portal request comes in there. Accounts, passwords and requests stay, and staff work on. o switches it on again.",
        row.name
    );
    let buttons = vec![("Cancel", Press::Close), ("Switch off", Press::Act(Action::Agree(PORTAL)))];
    let title = format!("Switch the portal off at {}?", row.code);
    Question::new(title, &text, buttons).deliberate()
}

fn deactivating(view: &SiteView) -> Question {
    let buttons = vec![("Cancel", Press::Close), ("Deactivate", Press::Act(Action::Agree(USE)))];
    let title = format!("Deactivate {}?", view.row.code);
    Question::new(title, &view.if_deactivated(), buttons).deliberate()
}
