//! The Settings in tabs.
//!
//! Owns which tab is shown. Each tab is a list of its own and hears what is for it; those
//! that were left keep their filter and their page, and are read again when they come back.

use ratatui::layout::Rect;

use super::tab::{Lists, Tab};
use crate::tui::event::{Can, Command, Cx, Event, Screen, Spot, Status};
use crate::tui::keymap::{Action, Context};
use crate::tui::screens::Word;
use crate::tui::screens::listing::Added;
use crate::tui::state::Seen;
use crate::tui::view::pen::Pen;
use crate::tui::widgets::tabs;

/// The rows above a tab: the strip of tabs, a gap.
const ABOVE: u16 = 2;

/// The Settings.
#[derive(Debug)]
pub struct Settings {
    /// The position of the tab that is shown.
    at: usize,
    lists: Lists,
}

impl Settings {
    /// The Settings, opened on a tab.
    pub fn on(tab: Tab) -> Self {
        let at = Tab::ALL.iter().position(|it| *it == tab).unwrap_or(0);
        Self { at, lists: Lists::default() }
    }

    fn tab(&self) -> Tab {
        Tab::ALL[self.at]
    }

    fn list(&self) -> Option<&dyn Screen> {
        self.lists.get(self.tab())
    }

    /// Shows a tab: reads it, for the first time or again.
    fn show(&mut self, at: usize, cx: &mut Cx) {
        self.at = at;
        if self.list().is_some() {
            self.tell(Event::Changed, cx);
        } else {
            self.lists.make(self.tab());
            self.tell(Event::Opened, cx);
        }
    }

    /// Lets the list that is shown hear something; it knows only the rows that it has.
    fn tell(&mut self, event: Event, cx: &mut Cx) {
        let Some(list) = self.lists.get_mut(Tab::ALL[self.at]) else { return };
        let seen = within(cx.seen);
        let mut inner = cx.within(&seen);
        list.hear(event, &mut inner);
        let wanted = inner.into_commands();
        cx.take_over(wanted);
    }

    /// Something was added or changed: it is told, selected in the list, and the other screens
    /// want to know.
    fn told(&mut self, told: String, added: Added, cx: &mut Cx) {
        cx.say(Status::done(told));
        cx.push(Command::Offer(None));
        cx.push(Command::Changed);
        self.lists.look_for(self.tab(), added);
        self.tell(Event::Changed, cx);
    }
}

/// What a tab sees: the terminal without the rows above it.
fn within(seen: &Seen) -> Seen {
    Seen { rows: seen.rows.saturating_sub(ABOVE), ..seen.clone() }
}

impl Screen for Settings {
    fn context(&self) -> Context {
        let typing = self.list().is_some_and(|list| list.context() == Context::Filter);
        if typing { Context::Filter } else { self.tab().context() }
    }

    fn path(&self) -> String {
        self.tab().place().paths()[0].to_owned()
    }

    fn takes_text(&self) -> bool {
        self.list().is_some_and(|list| list.takes_text())
    }

    fn can(&self, action: Action, seen: &Seen) -> Can {
        match (action, self.list()) {
            (Action::NextTab | Action::PreviousTab, _) => Can::Yes,
            (action, Some(list)) => list.can(action, &within(seen)),
            (_, None) => Can::Hidden,
        }
    }

    fn unready(&self, action: Action) -> bool {
        let tabs = matches!(action, Action::NextTab | Action::PreviousTab);
        !tabs && self.list().is_some_and(|list| list.unready(action))
    }

    fn favours(&self) -> &'static [Action] {
        self.list().map_or(&[], |list| list.favours())
    }

    fn menu_title(&self) -> Option<String> {
        self.list().and_then(|list| list.menu_title())
    }

    fn restless(&self) -> bool {
        self.list().is_some_and(|list| list.restless())
    }

    fn back(&mut self, cx: &mut Cx) -> bool {
        let Some(list) = self.lists.get_mut(Tab::ALL[self.at]) else { return false };
        let seen = within(cx.seen);
        let mut inner = cx.within(&seen);
        let left = list.back(&mut inner);
        let wanted = inner.into_commands();
        cx.take_over(wanted);
        left
    }

    fn hit(&mut self, spot: Spot) -> Option<Action> {
        match spot {
            Spot::Tab(at) if at == self.at || at >= Tab::ALL.len() => None,
            Spot::Tab(at) => {
                // The next tab is the one that was pressed.
                self.at = tabs::step(at, Tab::ALL.len(), false);
                Some(Action::NextTab)
            }
            spot => self.lists.get_mut(Tab::ALL[self.at])?.hit(spot),
        }
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        match event {
            Event::Opened => self.show(self.at, cx),
            Event::Act(Action::NextTab) => {
                self.show(tabs::step(self.at, Tab::ALL.len(), true), cx);
            }
            Event::Act(Action::PreviousTab) => {
                self.show(tabs::step(self.at, Tab::ALL.len(), false), cx);
            }
            Event::Word(word) => match *word {
                Word::User { view, told } => {
                    let (number, name) = (view.row.id.0, view.row.user_id.clone());
                    self.told(told, Added { number, name }, cx);
                }
                _ => self.tell(Event::Word(word), cx),
            },
            event => self.tell(event, cx),
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        let height = area.height.saturating_sub(ABOVE);
        if let Some(list) = self.list() {
            list.draw(Rect { y: area.y + ABOVE, height, ..area }, pen);
        }
        let strip = Rect { height: 1, ..area };
        let label = |tab: Tab| tab.place().name().to_owned();
        tabs::draw(&Tab::ALL.map(label), self.at, strip, pen);
    }
}
