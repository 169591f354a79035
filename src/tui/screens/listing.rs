//! What every list does alike: filter line, paging, ticks, the selected record beside it.
//!
//! Owns the filter being typed, the page of rows and which rows are ticked. Must not know what the rows are nor
//! how they are asked for: the screen around it does.

use ratatui::layout::Rect;

use super::conditions::LONGEST;
use crate::domain::search::SearchError;
use crate::service::conditions::Vocabulary;
use crate::service::{Page, Sort};
use crate::tui::event::{Can, Command, Cx, Event, Spot, Status};
use crate::tui::keymap::Action;
use crate::tui::state::Seen;
use crate::tui::text::{thousands, wrap};
use crate::tui::theme::{Ink, Mark};
use crate::tui::view::facts;
use crate::tui::view::pen::Pen;
use crate::tui::widgets::column::{Cell, Column};
use crate::tui::widgets::entry::Entry;
use crate::tui::widgets::table::{Shows, Table, Wants};
use crate::tui::widgets::ticks::Ticks;

/// Rows of the body that are not rows of the list: search line, gap, header, page line.
const AROUND: u16 = 4;
/// The cells of the tick boxes, where there are any.
const BOXES: u16 = 4;
/// The most cells that the filter's room has.
const FILTER: u16 = 48;
/// The most rows that a sentence about the filter takes.
const SENTENCE: usize = 3;

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
    orders: &'static [Order],
    /// What may be typed into the filter line.
    vocabulary: Vocabulary,
    /// What is shown: the last filter that could be read.
    asked: String,
    /// Why the filter line can't be read as it is.
    wrong: Option<SearchError>,
    filtering: bool,
    read: bool,
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
            orders,
            vocabulary,
            asked: String::new(),
            wrong: None,
            filtering: false,
            read: false,
        }
    }

    /// The order that is asked for, and whether it falls.
    pub fn order(&self) -> (Order, bool) {
        let order = self.orders[self.table.sort.min(self.orders.len() - 1)];
        (order, order.falling != self.table.reverse)
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

    /// Takes a page that was read; `number` tells a row again.
    pub fn take(&mut self, page: Page<R>, number: fn(&R) -> u64) {
        self.read = true;
        let same = |a: &R, b: &R| number(a) == number(b);
        self.table.fill(page.rows, page.total, page.all, (page.page, page.pages), same);
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
        on_rows && (!self.read || self.table.is_turning())
    }

    /// Whether an action of lists makes sense right now.
    pub fn can(&self, action: Action, look: &Look<R>, seen: &Seen) -> Can {
        let table = &self.table;
        match action {
            Action::Left | Action::Right => {
                let boxes = if look.ticks { BOXES } else { 0 };
                let (right, width) = (action == Action::Right, seen.columns - beside(seen) - boxes);
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
            Event::Changed => true,
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

    fn edit(&mut self, change: impl FnOnce(&mut Entry)) -> bool {
        let before = self.filter.value().to_owned();
        change(&mut self.filter);
        self.filter.value() != before && self.take_filter()
    }

    /// Takes what is typed for the filter, if it can be read; else the last one that could
    /// stays, and the list with it. Whether the list has to be read.
    fn take_filter(&mut self) -> bool {
        self.wrong = self.vocabulary.check(self.filter.value()).err();
        if self.wrong.is_some() || self.asked == self.filter.value() {
            return false;
        }
        self.filter.value().clone_into(&mut self.asked);
        self.table.rewind();
        // A tick is on a row that the filter shows; another filter begins without.
        self.ticks.clear();
        true
    }

    /// Draws the list; `empty` says why there is nothing and what to do about it.
    pub fn draw(&self, look: &Look<R>, empty: [&str; 2], area: Rect, pen: &mut Pen) {
        pen.stand(area.x + 1, area.y);
        let above = 1 + self.draw_wrong(area, pen);
        let body = Rect { y: area.y + above, height: area.height.saturating_sub(above), ..area };
        let seen = pen.seen();
        let beside = beside(seen);
        let rows = Rect { width: body.width - beside, ..body };
        let (order, falling) = self.order();
        let ticked = |row: &R| self.ticks.is_on((look.number)(row));
        let shows = Shows {
            ticked: look.ticks.then_some(&ticked as &dyn Fn(&R) -> bool),
            all_ticked: self.ticks.is_all(),
            ..Shows::order(order.column, !falling)
        };
        self.table.draw(look.columns, |row| (look.cells)(row, seen), shows, rows, pen);
        if self.read && self.table.rows.is_empty() {
            let x = rows.x + 3;
            let room = rows.width.saturating_sub(4);
            pen.put(x, rows.y + 2, room, empty[0], Ink::Plain);
            pen.put(x, rows.y + 3, room, empty[1], Ink::Faint);
            pen.stand(x, rows.y + 2);
        }
        if let Some(row) = self.table.selected_row().filter(|_| beside > 0) {
            let area = Rect { x: rows.right(), width: beside, ..body };
            draw_beside(&(look.heading)(row), &(look.facts)(row, seen), area, pen);
        }
        self.draw_search_line(Rect { height: 1, ..area }, pen);
    }

    /// Below the filter line, why it can't be read; else the row stays empty. Returns the rows.
    fn draw_wrong(&self, area: Rect, pen: &mut Pen) -> u16 {
        let Some(wrong) = &self.wrong else { return 1 };
        let lines = wrap(&wrong.message, usize::from(area.width.saturating_sub(4)));
        let shown = lines.len().clamp(1, SENTENCE);
        for (line, y) in lines.iter().take(shown).zip(area.y + 1..) {
            pen.put(area.x + 3, y, area.width.saturating_sub(4), line, Ink::Bad);
        }
        pen.mark(area.x + 1, area.y + 1, Mark::Cross, Ink::Bad);
        shown as u16
    }

    /// ` Status New ▾   Filter acme_                  12 of 3,000, newest first`
    fn draw_search_line(&self, line: Rect, pen: &mut Pen) {
        let mut x = line.x + 1;
        if !self.scope.is_empty() {
            x += pen.put(x, line.y, line.width * 2 / 5, &self.scope, Ink::Plain) + 1;
            x += pen.mark(x, line.y, Mark::Opens, Ink::Faint) + 3;
        }
        let right = line.right().saturating_sub(1);
        let left_of = self.draw_count(right, line, pen);
        let label = if self.filtering { Ink::Strong } else { Ink::Faint };
        x += pen.put(x, line.y, 6, "Filter", label) + 1;
        let room = left_of.saturating_sub(x + 2).min(FILTER);
        let (shown, cursor) = self.filter.window(usize::from(room), pen.theme().ascii);
        let [ground, ink] =
            if self.filtering { [Ink::Focused; 2] } else { [Ink::Field, Ink::Strong] };
        pen.put(x, line.y, room, &" ".repeat(usize::from(room)), ground);
        pen.put(x, line.y, room, &shown, ink);
        if self.filtering {
            pen.stand(x + cursor as u16, line.y);
        }
    }

    /// The count, and before it how many rows are ticked; returns where it begins. Beside
    /// ticks, the order goes when there is no room: the header shows it, too.
    fn draw_count(&self, right: u16, line: Rect, pen: &mut Pen) -> u16 {
        let [count, order] = self.counted();
        let counted = format!("{count}{order}");
        let ticked = match self.ticked() {
            0 => return pen.put_right(right, line.y, line.width / 2, &counted, Ink::Faint),
            n => format!("{} selected", thousands(n)),
        };
        let between = format!(" {} ", pen.theme().mark(Mark::Between));
        let room = line.width / 2;
        let rest = room.saturating_sub(pen.measure(&ticked) + pen.measure(&between));
        let shown = if pen.measure(&counted) > rest { count } else { counted };
        let shown = format!("{between}{shown}");
        let x = pen.put_right(right, line.y, line.width, &shown, Ink::Faint);
        pen.put_right(x, line.y, line.width, &ticked, Ink::Strong)
    }

    /// `12 of 3,000` and `, newest first`
    fn counted(&self) -> [String; 2] {
        if !self.read {
            return [const { String::new() }; 2];
        }
        let (total, all) = (thousands(self.table.total), thousands(self.table.all));
        let count =
            if self.table.total == self.table.all { all } else { format!("{total} of {all}") };
        let count = if self.wrong.is_some() { format!("as before: {count}") } else { count };
        let (order, falling) = self.order();
        let [usual, turned] = order.words;
        [count, format!(", {}", if falling == order.falling { usual } else { turned })]
    }
}

/// The columns of the record beside the list; none but in wide terminals.
fn beside(seen: &Seen) -> u16 {
    if seen.wide() { seen.columns / 3 + 2 } else { 0 }
}

/// The selected record beside the list.
fn draw_beside(heading: &str, cells: &[(&str, Cell)], area: Rect, pen: &mut Pen) {
    let upright = pen.theme().mark(Mark::Upright);
    for y in area.y..area.bottom() {
        pen.put(area.x, y, 1, upright, Ink::Faint);
    }
    let (x, width) = (area.x + 3, area.width.saturating_sub(4));
    pen.put(x, area.y, width, heading, Ink::Strong);
    let y = area.y + 2;
    let height = area.bottom().saturating_sub(y);
    facts::draw_cells(cells, Rect { x, y, width, height }, pen);
}

/// The record `by` places after `at` on a page of them.
pub fn neighbour<T: Copy + PartialEq>(page: &[T], at: T, by: isize) -> Option<T> {
    let at = page.iter().position(|id| *id == at)?;
    page.get(at.checked_add_signed(by)?).copied()
}
