//! The Settings in tabs.
//!
//! Owns the line above them that says how the portal stands.

use ratatui::layout::Rect;

use super::tab::{Lists, Tab};
use super::{groups, roles, sync::SiteSync};
use crate::domain::site::PortalScope;
use crate::service::portal_switch::PortalState;
use crate::tui::ask::{Answer, Ask, Reply, SettingsAsk, SettingsReply};
use crate::tui::event::{Can, Command, Cx, Event, Screen, Slot, Spot, Status, UndoStep};
use crate::tui::keymap::{Action, Context};
use crate::tui::popup::question::{Press, Question};
use crate::tui::screens::Word;
use crate::tui::screens::listing::Added;
use crate::tui::screens::tabbed::{Tabbed, turns, within};
use crate::tui::state::Seen;
use crate::tui::text::thousands;
use crate::tui::theme::{Ink, Mark};
use crate::tui::view::pen::Pen;

const PORTAL: Slot = "portal state";
const TURN: Slot = "turn portal";

/// The Settings.
#[derive(Debug)]
pub struct Settings {
    tabs: Tabbed<Lists>,
    /// How the portal stands, once that is read.
    portal: Option<PortalState>,
}

impl Settings {
    /// The Settings, opened on a tab.
    pub fn on(tab: Tab) -> Self {
        let at = Tab::ALL.iter().position(|it| *it == tab).unwrap_or(0);
        Self { tabs: Tabbed::on(at, Lists::default()), portal: None }
    }

    fn tab(&self) -> Tab {
        Tab::ALL[self.tabs.at()]
    }

    fn read_portal(cx: &mut Cx) {
        cx.ask(PORTAL, Ask::Settings(SettingsAsk::Portal), "Looking how the portal stands");
    }

    /// Something was added or changed: it is told, selected in the list, and the other screens
    /// want to know.
    fn told(&mut self, told: String, added: Added, cx: &mut Cx) {
        cx.say(Status::done(told));
        cx.push(Command::Offer(None));
        cx.push(Command::Changed);
        let tab = self.tab();
        self.tabs.lists.look_for(tab, added);
        self.tabs.tell(Event::Changed, cx);
        Self::read_portal(cx);
    }

    /// Does an action on the portal as a whole; whether it was one.
    fn act(&mut self, action: Action, cx: &mut Cx) -> bool {
        match (action, &self.portal) {
            (Action::TurnWholePortal, Some(portal)) if portal.everywhere => {
                cx.open(turning_off(portal));
            }
            (Action::TurnWholePortal, Some(_)) => {
                cx.ask(TURN, Ask::Settings(turn(true)), "Switching on");
            }
            (Action::Agree(TURN), _) => {
                cx.ask(TURN, Ask::Settings(turn(false)), "Switching off");
            }
            (Action::SiteSync, _) => cx.open(SiteSync::default()),
            (Action::Refresh, _) => {
                Self::read_portal(cx);
                return false;
            }
            _ => return false,
        }
        true
    }

    fn answer(&mut self, slot: Slot, answer: Answer, cx: &mut Cx) {
        match answer {
            Ok(Reply::Settings(SettingsReply::Portal(portal))) => {
                let on = portal.everywhere;
                let mails = portal.of_mails().map_or_else(String::new, |it| format!(" {it}"));
                self.portal = Some(portal);
                if slot == TURN {
                    let word = if on { "on" } else { "off" };
                    let tail = if on { "" } else { "; nobody comes in, at no site" };
                    cx.say(Status::done(format!("The portal is {word}{tail}.{mails}")));
                    let back = if on { "off" } else { "on" };
                    cx.push(Command::Offer(Some(Box::new(UndoStep {
                        ask: Ask::Settings(turn(!on)),
                        told: format!("The portal is {back} again."),
                    }))));
                    cx.push(Command::Changed);
                    self.tabs.tell(Event::Changed, cx);
                }
            }
            Ok(_) => {}
            Err(refusal) => {
                cx.say(Status::refused(refusal.to_string()));
                if slot == TURN {
                    Self::read_portal(cx);
                }
            }
        }
    }

    /// Whether an action on the portal as a whole makes sense; `None` for other actions.
    fn can_portal(&self, action: Action) -> Option<Can> {
        if !matches!(action, Action::TurnWholePortal | Action::SiteSync) {
            return None;
        }
        Some(match (action, &self.portal) {
            (Action::SiteSync, Some(portal)) if portal.waiting > 0 => {
                Can::unless(portal.why_not_sync.clone())
            }
            (Action::SiteSync, _) => Can::Hidden,
            (_, Some(portal)) => Can::unless(portal.why_not_switch.clone()),
            (_, None) => Can::No("How the portal stands is still being read.".to_owned()),
        })
    }
}

fn turn(on: bool) -> SettingsAsk {
    SettingsAsk::SetPortal { scope: PortalScope::Everywhere, on }
}

fn turning_off(portal: &PortalState) -> Question {
    let buttons = vec![("Cancel", Press::Close), ("Switch off", Press::Act(Action::Agree(TURN)))];
    Question::new("Switch the whole portal off?", &portal.if_off(), buttons).deliberate()
}

/// ` Portal  ● On  O off   open at 3 of 4 sites of MAIN            1 site waits for sync`
fn draw_head(portal: &PortalState, line: Rect, pen: &mut Pen) {
    let right = line.right().saturating_sub(1);
    let waits = match portal.waiting {
        0 => String::new(),
        1 => "1 site waits for sync".to_owned(),
        n => format!("{} sites wait for sync", thousands(n)),
    };
    let left_of = pen.put_right(right, line.y, line.width / 2, &waits, Ink::Caution);
    let mut x = line.x + 1;
    x += pen.put(x, line.y, 8, "Portal", Ink::Strong) + 2;
    let (mark, word, ink) = match portal.everywhere {
        true => (Mark::Full, "On", Ink::Good),
        false => (Mark::Square, "Off everywhere", Ink::Bad),
    };
    x += pen.mark(x, line.y, mark, ink) + 1;
    x += pen.put(x, line.y, 16, word, ink) + 2;
    if portal.why_not_switch.is_none() {
        x += pen.put(x, line.y, 1, "O", Ink::Accent) + 1;
        let other = if portal.everywhere { "off" } else { "on" };
        x += pen.put(x, line.y, 3, other, Ink::Faint) + 2;
    }
    x += 1;
    let (open, sites) = (thousands(portal.sites_open), thousands(portal.sites));
    let of = if portal.sites == 1 { "site" } else { "sites" };
    let text = format!("open at {open} of {sites} {of} of {}", portal.group_code);
    pen.put(x, line.y, left_of.saturating_sub(x + 2), &text, Ink::Faint);
}

impl Screen for Settings {
    fn context(&self) -> Context {
        self.tabs.context(self.tab().context())
    }

    fn path(&self) -> String {
        self.tab().place().paths()[0].to_owned()
    }

    fn takes_text(&self) -> bool {
        self.tabs.takes_text()
    }

    fn can(&self, action: Action, seen: &Seen) -> Can {
        match (self.can_portal(action), self.tabs.list()) {
            _ if turns(action) => Can::Yes,
            (Some(can), _) => can,
            (None, Some(list)) => list.can(action, &within(seen)),
            (None, None) => Can::Hidden,
        }
    }

    fn unready(&self, action: Action) -> bool {
        if matches!(action, Action::TurnWholePortal | Action::SiteSync) {
            return self.portal.is_none();
        }
        !turns(action) && self.tabs.list().is_some_and(|list| list.unready(action))
    }

    fn favours(&self) -> &'static [Action] {
        self.tabs.favours()
    }

    fn menu_title(&self) -> Option<String> {
        self.tabs.menu_title()
    }

    fn restless(&self) -> bool {
        self.tabs.restless()
    }

    fn back(&mut self, cx: &mut Cx) -> bool {
        self.tabs.back(cx)
    }

    fn hit(&mut self, spot: Spot) -> Option<Action> {
        self.tabs.hit(spot)
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        match event {
            Event::Opened => {
                Self::read_portal(cx);
                self.tabs.begin(cx);
            }
            Event::Changed => {
                Self::read_portal(cx);
                self.tabs.tell(Event::Changed, cx);
            }
            Event::Act(action) if self.tabs.act(action, cx) || self.act(action, cx) => {}
            Event::Answer { slot: slot @ (PORTAL | TURN), answer } => self.answer(slot, answer, cx),
            Event::Word(word) => match *word {
                Word::User { view, told } => {
                    let (number, name) = (view.row.id.0, view.row.user_id.clone());
                    self.told(told, Added { number, name }, cx);
                }
                Word::Site { view, told } => {
                    let (number, name) = (view.row.id.0, view.row.code.clone());
                    self.told(told, Added { number, name }, cx);
                }
                Word::SiteGroup { view, told } => {
                    let (number, name) = (groups::number(view.row.choice), view.row.code.clone());
                    self.told(told, Added { number, name }, cx);
                }
                Word::Role { view, told } => {
                    let (number, name) = (roles::number(view.row.choice), view.row.name.clone());
                    self.told(told, Added { number, name }, cx);
                }
                _ => self.tabs.tell(Event::Word(word), cx),
            },
            event => self.tabs.tell(event, cx),
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        self.tabs.draw(&Tab::ALL.map(|tab| tab.word().to_owned()), area, pen);
        if let Some(portal) = &self.portal {
            draw_head(portal, Rect { height: 1, ..area }, pen);
        }
    }
}
