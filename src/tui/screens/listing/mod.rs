//! What every list does alike: filter line, paging, ticks, the selected record beside it.
//!
//! Owns the filter being typed, the page of rows and which rows are ticked. Must not know
//! what the rows are nor how they are asked for: the screen around it does.

mod complete;
mod draw;

use complete::Completed;

use super::conditions::LONGEST;
use crate::domain::search::SearchError;
use crate::domain::text::Text;
use crate::service::conditions::{FILTER, Vocabulary};
use crate::service::{DeskError, Loading, Page, Sort};
use crate::tui::event::{Can, Command, Cx, Event, Spot, Status};
use crate::tui::keymap::Action;
use crate::tui::state::Seen;
use crate::tui::widgets::column::{Cell, Column};
use crate::tui::widgets::entry::Entry;
use crate::tui::widgets::table::{Table, Wants};
use crate::tui::widgets::ticks::Ticks;

/// Rows of the body that are not rows of the list: search line, gap, header, page line.
const AROUND: u16 = 4;
/// The cells of the tick boxes, where there are any.
const BOXES: u16 = 4;

/// An order that a list can be given in.
#[derive(Debug, Clone, Copy)]
pub struct Order {
    /// The column that shows it in the header.
    pub column: usize,
    /// The order.
    pub sort: Sort,
    /// Whether it falls at first: the newest, the latest.
    pub falling: bool,
    /// What it is called when it stands as at first, and when it is turned round.
    pub words: [&'static str; 2],
}

impl Order {
    /// An order that rises at first.
    pub const fn rising(column: usize, sort: Sort, words: [&'static str; 2]) -> Self {
        Self { column, sort, falling: false, words }
    }

    /// An order that falls at first.
    pub const fn falling(column: usize, sort: Sort, words: [&'static str; 2]) -> Self {
        Self { column, sort, falling: true, words }
    }
}

/// How the rows of a list look.
pub struct Look<R> {
    /// The columns.
    pub columns: &'static [Column],
    /// A row's cells, as many as there are columns.
    pub cells: fn(&R, &Seen) -> Vec<Cell>,
    /// What heads the record beside the list.
    pub heading: fn(&R) -> String,
    /// The facts of the record beside the list.
    pub facts: fn(&R, &Seen) -> Vec<(&'static str, Cell)>,
    /// What a row is told again by.
    pub number: fn(&R) -> u64,
    /// Whether rows can be ticked.
    pub ticks: bool,
}

/// A list: what is filtered by, and the page that was found.
#[derive(Debug)]
pub struct Listing<R> {
    /// The page.
    pub table: Table<R>,
    /// What is typed to narrow it.
    pub filter: Entry,
    /// What it is narrowed by besides, as shown before the filter: `Status New`.
    pub scope: String,
    /// Which rows are ticked.
    pub ticks: Ticks,
    /// How far the store has been read, while it still is.
    pub loading: Option<Loading>,
    orders: &'static [Order],
    /// What may be typed into the filter line.
    vocabulary: Vocabulary,
    /// What is shown: the last filter that could be read.
    asked: String,
    /// The filter that the rows were found by.
    told: String,
    /// Why the filter line can't be read as it is.
    wrong: Option<SearchError>,
    filtering: bool,
    read: bool,
    /// The row to select once the page is read: it was just added.
    added: Option<Added>,
}

/// A row that was just added.
#[derive(Debug)]
pub struct Added {
    /// What tells it again.
    pub number: u64,
    /// What it is called, and found by.
    pub name: Text,
}

impl<R> Listing<R> {
    /// A list that nothing has been read of yet; it can be given in `orders`, of which
    /// there must be one.
    pub fn new(orders: &'static [Order], vocabulary: Vocabulary) -> Self {
        Self {
            table: Table::new(50),
            filter: Entry::new(LONGEST),
            scope: String::new(),
            ticks: Ticks::default(),
            loading: None,
            orders,
            vocabulary,
            asked: String::new(),
            told: String::new(),
            wrong: None,
            filtering: false,
            read: false,
            added: None,
        }
    }

    /// The order that is asked for, and whether it falls.
    pub fn order(&self) -> (Order, bool) {
        let order = self.orders[self.table.sort.min(self.orders.len() - 1)];
        (order, order.falling != self.table.reverse)
    }

    /// Takes in that the filter can't be read after all: what roles there are, for one, only a
    /// store knows. The list stays as it is. False when something else was refused.
    pub fn refused(&mut self, refusal: &DeskError) -> bool {
        if refusal.field() != Some(FILTER) {
            return false;
        }
        self.wrong = Some(SearchError { at: 0, message: refusal.to_string() });
        self.asked.clone_from(&self.told);
        true
    }

    /// The filter that the list is narrowed by: the last one that could be read.
    pub fn asked(&self) -> &str {
        &self.asked
    }

    /// Narrows the list by another filter.
    pub fn narrow(&mut self, line: &str) {
        self.filter.set(line);
        self.take_filter();
    }

    /// Whether the filter is being typed.
    pub fn filtering(&self) -> bool {
        self.filtering
    }

    /// Selects a row that was just added, once the page is read; until then keys for rows wait.
    pub fn look_for(&mut self, added: Added) {
        self.added = Some(added);
    }

    /// Looks for nothing any more: the page could not be read.
    pub fn look_no_more(&mut self) {
        self.added = None;
    }

    /// Takes a page that was read; `number` tells a row again. A sentence when the row that was
    /// just added is not on it.
    pub fn take(&mut self, page: Page<R>, number: fn(&R) -> u64) -> Option<String> {
        self.read = true;
        self.loading = page.loading;
        self.told.clone_from(&self.asked);
        let same = |a: &R, b: &R| number(a) == number(b);
        self.table.fill(page.rows, page.total, page.all, (page.page, page.pages), same);
        let Added { number: added, name } = self.added.take()?;
        match self.table.rows.iter().position(|row| number(row) == added) {
            Some(at) => self.table.select(at),
            None if self.asked.is_empty() => {
                return Some(format!("{name} is added, on another page: / finds it."));
            }
            None => return Some(format!("{name} is added; the filter may hide it: Esc ends it.")),
        }
        None
    }

    /// How many rows are ticked.
    pub fn ticked(&self) -> u64 {
        self.ticks.count(self.table.total)
    }

    /// Whether an action acts on rows that are not there yet or about to be replaced.
    pub fn unready(&self, action: Action) -> bool {
        let on_rows = matches!(
            action,
            Action::Open
                | Action::Edit
                | Action::Menu
                | Action::Delete
                | Action::DeleteAccount
                | Action::Disable
                | Action::Enable
                | Action::Unlock
                | Action::Activate
                | Action::Deactivate
                | Action::TurnPortal
                | Action::MakePortal
                | Action::Explain
                | Action::Up
                | Action::Down
                | Action::First
                | Action::Last
                | Action::PageUp
                | Action::PageDown
                | Action::NextPage
                | Action::PreviousPage
                | Action::FirstPage
                | Action::LastPage
                | Action::Tick
                | Action::TickRange
                | Action::TickPage
                | Action::TickAll
        );
        on_rows && (!self.read || self.table.is_turning() || self.added.is_some())
    }

    /// Whether an action of lists makes sense right now.
    pub fn can(&self, action: Action, look: &Look<R>, seen: &Seen) -> Can {
        let table = &self.table;
        match action {
            Action::Left | Action::Right => {
                let boxes = if look.ticks { BOXES } else { 0 };
                let (right, width) =
                    (action == Action::Right, seen.columns - draw::beside(seen) - boxes);
                let cells = |row: &R| (look.cells)(row, seen);
                let why = table.why_no_scroll(right, look.columns, cells, width);
                Can::unless(why.map(str::to_owned))
            }
            Action::Open
            | Action::Edit
            | Action::Delete
            | Action::Disable
            | Action::Enable
            | Action::Unlock
            | Action::Explain
            | Action::Invite
            | Action::Preview
            | Action::OpenUser
            | Action::SendHeld
                if table.rows.is_empty() =>
            {
                Can::Hidden
            }
            Action::ClearField | Action::DeleteWord if self.filter.value().is_empty() => {
                Can::Hidden
            }
            Action::Tick | Action::TickRange | Action::TickPage | Action::TickAll
                if table.rows.is_empty() =>
            {
                Can::Hidden
            }
            Action::ClearTicks if self.ticked() == 0 => Can::Hidden,
            Action::NextPage | Action::PreviousPage | Action::FirstPage | Action::LastPage
                if table.pages < 2 =>
            {
                Can::Hidden
            }
            Action::NextPage | Action::LastPage if table.page >= table.pages => {
                Can::No("This is the last page.".to_owned())
            }
            Action::PreviousPage | Action::FirstPage if table.page < 2 => {
                Can::No("This is the first page.".to_owned())
            }
            _ => Can::Yes,
        }
    }

    /// The mouse: selects a row and opens the selected one; sorts by a column, and turns the
    /// order round; ticks a row, or all.
    pub fn hit(&mut self, spot: Spot, look: &Look<R>) -> Option<Action> {
        match spot {
            Spot::Box(at) => {
                let number = self.table.rows.get(at).map(look.number)?;
                self.table.select(at);
                self.ticks.turn(number);
                None
            }
            Spot::AllBoxes if self.ticks.is_all() => Some(Action::ClearTicks),
            Spot::AllBoxes => Some(Action::TickAll),
            Spot::Row(at) if at == self.table.selected() => Some(Action::Open),
            Spot::Row(at) => {
                self.table.select(at);
                None
            }
            Spot::Column(column) => {
                let order = self.orders.iter().position(|order| order.column == column)?;
                if order == self.table.sort {
                    return Some(Action::ReverseSort);
                }
                // Sorting goes on to the next order.
                self.table.sort = (order + self.orders.len() - 1) % self.orders.len();
                Some(Action::Sort)
            }
            _ => None,
        }
    }

    /// Hears what is for any list; true when the page has to be read (again).
    pub fn hear(&mut self, event: &Event, look: &Look<R>, cx: &mut Cx) -> bool {
        self.table.set_height(usize::from(cx.seen.body_rows().saturating_sub(AROUND)));
        match event {
            Event::Opened => {
                self.table.per_page = cx.seen.per_page;
                true
            }
            Event::Changed | Event::Roused => true,
            Event::Act(action) => self.act(*action, look, cx),
            Event::Type(c) => self.edit(|filter| {
                filter.type_char(*c);
            }),
            Event::Edit(chord) => self.edit(|filter| {
                filter.edit(*chord);
            }),
            Event::Paste(pasted) => self.edit(|filter| {
                if let Some(remark) = filter.paste(pasted) {
                    cx.say(Status::note(remark));
                }
            }),
            _ => false,
        }
    }

    /// Esc leaves the filter line and empties the filter. `None` when there is nothing to
    /// leave; else whether the page has to be read again.
    pub fn back(&mut self) -> Option<bool> {
        let narrowed = !self.filter.value().is_empty();
        if !self.filtering && !narrowed {
            return None;
        }
        self.filtering = false;
        Some(self.edit(Entry::clear))
    }

    /// Ticks; whether that is what was asked for.
    fn tick(&mut self, action: Action, look: &Look<R>) -> bool {
        let page = || self.table.rows.iter().map(look.number).collect::<Vec<_>>();
        let Some(selected) = self.table.selected_row().map(look.number) else { return false };
        match action {
            Action::Tick => {
                self.ticks.turn(selected);
                self.table.select(self.table.selected() + 1);
            }
            Action::TickRange => self.ticks.range(&page(), selected),
            Action::TickPage => self.ticks.turn_page(&page()),
            Action::TickAll => self.ticks.all(),
            Action::ClearTicks => self.ticks.clear(),
            _ => return false,
        }
        true
    }

    fn act(&mut self, action: Action, look: &Look<R>, cx: &mut Cx) -> bool {
        if look.ticks && self.tick(action, look) {
            return false;
        }
        match action {
            Action::Refresh => return true,
            Action::Filter => self.filtering = true,
            // What is wrong with it stands below the line, and is put right there.
            Action::KeepFilter => self.filtering = self.wrong.is_some(),
            Action::Complete => return self.complete(cx),
            Action::DeleteWord => return self.edit(Entry::delete_word),
            Action::ClearField => return self.edit(Entry::clear),
            action => {
                let reads = self.table.act(action, self.orders.len()) == Wants::Reading;
                if action == Action::PerPage {
                    cx.push(Command::PerPage(self.table.per_page));
                }
                return reads;
            }
        }
        false
    }

    /// Tab: goes on with what was begun, tells the ways to do so, or leaves the line as Enter
    /// does.
    fn complete(&mut self, cx: &mut Cx) -> bool {
        match complete::complete(self.filter.value(), &self.vocabulary) {
            Completed::Line(line) => return self.edit(|filter| filter.set(&line)),
            Completed::Ways(ways) => cx.say(Status::note(ways)),
            Completed::Nothing => self.filtering = self.wrong.is_some(),
        }
        false
    }

    fn edit(&mut self, change: impl FnOnce(&mut Entry)) -> bool {
        let before = self.filter.value().to_owned();
        change(&mut self.filter);
        self.filter.value() != before && self.take_filter()
    }

    /// Takes what is typed for the filter, if it can be read; else the last one that could
    /// stays, and the list with it. Whether the list has to be read.
    fn take_filter(&mut self) -> bool {
        let typed = self.filter.value();
        self.wrong = self.vocabulary.check(typed).err();
        let taken = match &self.wrong {
            None => typed,
            Some(wrong) => before_condition(&self.asked, typed, wrong.at).unwrap_or(&self.asked),
        };
        if self.asked == taken {
            return false;
        }
        self.asked = taken.to_owned();
        self.table.rewind();
        // A tick is on a row that the filter shows; another filter begins without.
        self.ticks.clear();
        true
    }
}

/// The part of `asked` before the condition of `typed` that can't be read and begins at the
/// character `at`, when the name of that condition stands at the end of `asked`: until its
/// colon came it was searched for as a word, and what that found is no result to go back to.
fn before_condition<'a>(asked: &'a str, typed: &str, at: usize) -> Option<&'a str> {
    let begin = typed.char_indices().nth(at)?.0;
    let (name, _) = typed[begin..].split_once(':')?;
    let (before, word) = asked.split_at_checked(begin)?;
    let begun = !word.is_empty() && name.starts_with(word) && typed.starts_with(before);
    begun.then_some(before)
}

/// The record `by` places after `at` on a page of them.
pub fn neighbour<T: Copy + PartialEq>(page: &[T], at: T, by: isize) -> Option<T> {
    let at = page.iter().position(|id| *id == at)?;
    page.get(at.checked_add_signed(by)?).copied()
}
