//! A page in tabs: what all of them do, whatever their lists are.
//!
//! Owns which tab is shown. Each tab is a screen of its own and hears what is for it; those
//! that were left keep their filter and their page, and are read again when they come back.

use std::fmt::Debug;

use ratatui::layout::Rect;

use crate::tui::event::{Command, Cx, Event, Screen, Spot};
use crate::tui::keymap::{Action, Context};
use crate::tui::state::Seen;
use crate::tui::view::pen::Pen;
use crate::tui::widgets::tabs;

/// The rows above a tab: what the page says of the whole, the strip of tabs, a gap.
const ABOVE: u16 = 3;

/// The screens of the tabs, as far as they were shown already.
pub trait Lists: Debug {
    /// How many tabs there are.
    const TABS: usize;

    /// The screen of a tab, where it has one and was shown.
    fn get(&self, at: usize) -> Option<&dyn Screen>;

    /// The same, to be told something.
    fn get_mut(&mut self, at: usize) -> Option<&mut dyn Screen>;

    /// Makes the screen of a tab.
    fn make(&mut self, at: usize);
}

/// The tabs of a page.
#[derive(Debug)]
pub struct Tabbed<L> {
    at: usize,
    /// The screens of the tabs.
    pub lists: L,
}

impl<L: Lists> Tabbed<L> {
    /// Tabs of which `at` is the one shown; [`Tabbed::begin`] opens it.
    pub fn on(at: usize, lists: L) -> Self {
        Self { at, lists }
    }

    /// The position of the tab that is shown.
    pub fn at(&self) -> usize {
        self.at
    }

    /// The screen of the tab that is shown.
    pub fn list(&self) -> Option<&dyn Screen> {
        self.lists.get(self.at)
    }

    /// Opens the tab that is shown.
    pub fn begin(&mut self, cx: &mut Cx) {
        self.show(self.at, cx);
    }

    /// Shows a tab: reads it, for the first time or again.
    pub fn show(&mut self, at: usize, cx: &mut Cx) {
        self.at = at;
        if self.list().is_some() {
            self.tell(Event::Changed, cx);
        } else {
            self.lists.make(at);
            self.tell(Event::Opened, cx);
        }
    }

    /// Lets the screen that is shown hear something; it knows only the rows that it has.
    pub fn tell(&mut self, event: Event, cx: &mut Cx) {
        self.with_list(cx, |list, inner| list.hear(event, inner));
    }

    /// Does something with the screen that is shown, and wants what it wants.
    fn with_list<T>(
        &mut self,
        cx: &mut Cx,
        what: impl FnOnce(&mut dyn Screen, &mut Cx) -> T,
    ) -> Option<T> {
        let list = self.lists.get_mut(self.at)?;
        let seen = within(cx.seen);
        let mut inner = cx.within(&seen);
        let came = what(list, &mut inner);
        let wanted: Vec<Command> = inner.into_commands();
        cx.take_over(wanted);
        Some(came)
    }

    /// Goes to another tab, if `action` asks for that; whether it did.
    pub fn act(&mut self, action: Action, cx: &mut Cx) -> bool {
        if turns(action) {
            self.show(tabs::step(self.at, L::TABS, action == Action::NextTab), cx);
        }
        turns(action)
    }

    /// Which rows of the key map hold; `own` are those of the tab.
    pub fn context(&self, own: Context) -> Context {
        let typing = self.list().is_some_and(|list| list.context() == Context::Filter);
        if typing { Context::Filter } else { own }
    }

    /// As [`Screen::takes_text`].
    pub fn takes_text(&self) -> bool {
        self.list().is_some_and(|list| list.takes_text())
    }

    /// As [`Screen::favours`].
    pub fn favours(&self) -> &'static [Action] {
        self.list().map_or(&[], |list| list.favours())
    }

    /// As [`Screen::menu_title`].
    pub fn menu_title(&self) -> Option<String> {
        self.list().and_then(|list| list.menu_title())
    }

    /// As [`Screen::restless`].
    pub fn restless(&self) -> bool {
        self.list().is_some_and(|list| list.restless())
    }

    /// As [`Screen::back`].
    pub fn back(&mut self, cx: &mut Cx) -> bool {
        self.with_list(cx, |list, inner| list.back(inner)).unwrap_or(false)
    }

    /// As [`Screen::hit`].
    pub fn hit(&mut self, spot: Spot) -> Option<Action> {
        match spot {
            Spot::Tab(at) if at == self.at || at >= L::TABS => None,
            Spot::Tab(at) => {
                // The next tab is the one that was pressed.
                self.at = tabs::step(at, L::TABS, false);
                Some(Action::NextTab)
            }
            spot => self.lists.get_mut(self.at)?.hit(spot),
        }
    }

    /// Draws the strip of tabs and the screen below it; the first row of `area` is the page's.
    pub fn draw(&self, words: &[String], area: Rect, pen: &mut Pen) {
        if let Some(list) = self.list() {
            list.draw(body(area), pen);
        }
        tabs::draw(words, self.at, Rect { y: area.y + 1, height: 1, ..area }, pen);
    }
}

/// Whether an action turns to another tab.
pub fn turns(action: Action) -> bool {
    matches!(action, Action::NextTab | Action::PreviousTab)
}

/// Where a tab is drawn.
pub fn body(area: Rect) -> Rect {
    Rect { y: area.y + ABOVE, height: area.height.saturating_sub(ABOVE), ..area }
}

/// What a tab sees: the terminal without the rows above it.
pub fn within(seen: &Seen) -> Seen {
    Seen { rows: seen.rows.saturating_sub(ABOVE), ..seen.clone() }
}
