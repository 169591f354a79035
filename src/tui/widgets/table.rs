//! A page of rows: selection, scrolling, sorting, paging, and how it all looks.
//!
//! Owns what is selected and which page is wanted. Must not know what the rows are: a
//! screen hands them over, and turns each into cells.

use ratatui::layout::Rect;

use super::column::{Cell, Column, Need, share};
use crate::tui::event::Spot;
use crate::tui::keymap::Action;
use crate::tui::text::{thousands, width};
use crate::tui::theme::{Ink, Mark};
use crate::tui::view::pen::Pen;

/// The numbers of rows that a page may have.
pub const PER_PAGE: [u64; 4] = [10, 25, 50, 100];
/// The cells left of the first column: the selection's edge and a space.
const MARGIN: u16 = 3;
/// The cells of a tick box and the space behind it.
const BOX: u16 = 4;
/// The cells between two columns.
const GAP: u16 = 2;

/// One page of a list and what a person does with it.
#[derive(Debug, Clone)]
pub struct Table<R> {
    /// The rows of the page.
    pub rows: Vec<R>,
    /// How many rows match, on all pages.
    pub total: u64,
    /// How many rows there are without a filter.
    pub all: u64,
    /// The page shown, from 1.
    pub page: u64,
    /// How many pages there are.
    pub pages: u64,
    /// How many rows a page has.
    pub per_page: u64,
    /// The column sorted by: a position among the sortable ones that the screen knows.
    pub sort: usize,
    /// Whether the order is turned round.
    pub reverse: bool,
    selected: usize,
    top: usize,
    first_column: usize,
    /// Rows that the body showed when it was last measured.
    height: usize,
    /// Whether another page was asked for that has not come yet.
    turning: bool,
}

/// What a list shows of its rows besides their cells.
#[derive(Clone, Copy)]
pub struct Shows<'a, R> {
    /// The column sorted by, and whether it ascends.
    pub sorted: Option<(usize, bool)>,
    /// Whether a row is ticked; none where rows can't be.
    pub ticked: Option<&'a dyn Fn(&R) -> bool>,
    /// Whether all that match are ticked.
    pub all_ticked: bool,
}

impl<R> Shows<'_, R> {
    /// The order, and no ticks.
    pub fn order(column: usize, ascends: bool) -> Self {
        Self { sorted: Some((column, ascends)), ticked: None, all_ticked: false }
    }

    /// The cells left of the first column.
    fn margin(&self) -> u16 {
        MARGIN + if self.ticked.is_some() { BOX } else { 0 }
    }
}

/// What a list wants after a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wants {
    /// Nothing: it was not for the list, or only the selection moved.
    Nothing,
    /// The page has to be read again.
    Reading,
}

impl<R> Table<R> {
    /// An empty list that asks for `per_page` rows.
    pub fn new(per_page: u64) -> Self {
        Self {
            rows: Vec::new(),
            total: 0,
            all: 0,
            page: 1,
            pages: 1,
            per_page,
            sort: 0,
            reverse: false,
            selected: 0,
            top: 0,
            first_column: 0,
            height: 1,
            turning: false,
        }
    }

    /// Whether the rows are about to be replaced by those of another page or filter.
    pub fn is_turning(&self) -> bool {
        self.turning
    }

    /// Takes a page that has been read. Of another page or filter the first row is selected;
    /// else the selection stays on the row that `same` finds, or where it was.
    pub fn fill(
        &mut self,
        rows: Vec<R>,
        total: u64,
        all: u64,
        page: (u64, u64),
        same: impl Fn(&R, &R) -> bool,
    ) {
        let turned = std::mem::take(&mut self.turning);
        let kept = self.selected_row().and_then(|old| rows.iter().position(|new| same(old, new)));
        self.rows = rows;
        (self.total, self.all) = (total, all);
        (self.page, self.pages) = page;
        self.select(if turned { 0 } else { kept.unwrap_or(self.selected) });
    }

    /// The selected row.
    pub fn selected_row(&self) -> Option<&R> {
        self.rows.get(self.selected)
    }

    /// The position of the selected row on the page.
    pub fn selected(&self) -> usize {
        self.selected
    }

    /// Selects the row at `at`, or the last one.
    pub fn select(&mut self, at: usize) {
        self.selected = at.min(self.rows.len().saturating_sub(1));
        self.scroll();
    }

    /// Tells the list how many rows its body shows.
    pub fn set_height(&mut self, rows: usize) {
        self.height = rows.max(1);
        self.scroll();
    }

    /// Handles an action that is for lists; `sorts` is how many sort columns there are.
    pub fn act(&mut self, action: Action, sorts: usize) -> Wants {
        match action {
            Action::Up => self.select(self.selected.saturating_sub(1)),
            Action::Down => self.select(self.selected + 1),
            Action::First => self.select(0),
            Action::Last => self.select(usize::MAX),
            Action::PageUp => self.select(self.selected.saturating_sub(self.height)),
            Action::PageDown => self.select(self.selected + self.height),
            Action::Left => self.first_column = self.first_column.saturating_sub(1),
            Action::Right => self.first_column += 1,
            Action::NextPage if self.page < self.pages => return self.turn_to(self.page + 1),
            Action::PreviousPage if self.page > 1 => return self.turn_to(self.page - 1),
            Action::FirstPage if self.page > 1 => return self.turn_to(1),
            Action::LastPage if self.page < self.pages => return self.turn_to(self.pages),
            Action::PerPage => {
                let next = PER_PAGE.iter().position(|n| *n == self.per_page).map_or(1, |at| at + 1);
                self.per_page = PER_PAGE[next % PER_PAGE.len()];
                return self.turn_to(1);
            }
            Action::Sort => {
                self.sort = (self.sort + 1) % sorts.max(1);
                self.reverse = false;
                return self.turn_to(1);
            }
            Action::ReverseSort => {
                self.reverse = !self.reverse;
                return self.turn_to(1);
            }
            _ => {}
        }
        Wants::Nothing
    }

    /// Goes back to the first page, for a new filter.
    pub fn rewind(&mut self) {
        self.turn_to(1);
    }

    fn turn_to(&mut self, page: u64) -> Wants {
        self.page = page;
        self.turning = true;
        self.select(0);
        Wants::Reading
    }

    fn scroll(&mut self) {
        let last_top = self.rows.len().saturating_sub(self.height);
        self.top = self
            .top
            .min(self.selected)
            .max((self.selected + 1).saturating_sub(self.height))
            .min(last_top);
    }

    /// Why the columns can't be scrolled to the right (or left) when they share `width` cells,
    /// tick boxes left out.
    pub fn why_no_scroll(
        &self,
        right: bool,
        columns: &[Column],
        cells: impl Fn(&R) -> Vec<Cell>,
        width: u16,
    ) -> Option<&'static str> {
        let shown: Vec<Vec<Cell>> =
            self.rows.iter().skip(self.top).take(self.height).map(cells).collect();
        let last = last_start(columns, &needs(columns, &shown), width);
        let first = self.first_column.min(last);
        match (right, last) {
            (_, 0) => Some("All columns are on the screen."),
            (true, last) if first == last => Some("The last column is on the screen already."),
            (false, _) if first == 0 => Some("The first column is on the screen already."),
            _ => None,
        }
    }

    /// Draws header, rows and page line into `area`.
    pub fn draw(
        &self,
        columns: &[Column],
        cells: impl Fn(&R) -> Vec<Cell>,
        shows: Shows<R>,
        area: Rect,
        pen: &mut Pen,
    ) {
        if area.height < 3 {
            return;
        }
        self.draw_rows(columns, cells, shows, Rect { height: area.height - 1, ..area }, pen);
        self.draw_page_line(Rect { y: area.bottom() - 1, height: 1, ..area }, pen);
    }

    /// Draws header and rows into `area`: of a list that never has a second page.
    pub fn draw_rows(
        &self,
        columns: &[Column],
        cells: impl Fn(&R) -> Vec<Cell>,
        shows: Shows<R>,
        area: Rect,
        pen: &mut Pen,
    ) {
        if area.height < 2 {
            return;
        }
        let body = Rect { y: area.y + 1, height: area.height - 1, ..area };
        // A list without rows has nowhere else for the cursor.
        pen.stand(body.x + 1, body.y);
        let shown: Vec<Vec<Cell>> =
            self.rows.iter().skip(self.top).take(usize::from(body.height)).map(cells).collect();
        let needs = needs(columns, &shown);
        let width = area.width.saturating_sub(shows.margin() - MARGIN);
        let first = self.first_column.min(last_start(columns, &needs, width));
        let widths = share(&columns[first..], &needs[first..], room(width), GAP);
        let places = places(first, &widths, area.x + shows.margin());
        draw_header(columns, &places, shows.sorted, area, pen);
        if shows.ticked.is_some() {
            let x = area.x + MARGIN;
            let text = if shows.all_ticked { "[x]" } else { "[ ]" };
            pen.put(x, area.y, BOX, text, Ink::Faint);
            pen.spot(Rect { x, y: area.y, width: BOX - 1, height: 1 }, Spot::AllBoxes);
        }
        if first > 0 {
            pen.mark(area.x + 1, area.y, Mark::Before, Ink::Accent);
        }
        if widths.contains(&0) {
            pen.mark(area.right() - 1, area.y, Mark::Crumb, Ink::Accent);
        }
        for (at, row) in shown.iter().enumerate() {
            let line = Rect { y: body.y + at as u16, height: 1, ..body };
            draw_row(columns, &places, row, line, pen);
            pen.spot(line, Spot::Row(self.top + at));
            if let (Some(ticked), Some(row)) = (shows.ticked, self.rows.get(self.top + at)) {
                let x = line.x + MARGIN;
                let text = if ticked(row) { "[x]" } else { "[ ]" };
                pen.put(x, line.y, BOX, text, Ink::Plain);
                pen.spot(Rect { x, width: BOX - 1, ..line }, Spot::Box(self.top + at));
            }
            if self.top + at == self.selected {
                pen.dress(line, Ink::Selected);
                pen.mark(line.x + 1, line.y, Mark::Edge, Ink::Selected);
                pen.stand(line.x + 1, line.y);
            }
        }
    }

    fn draw_page_line(&self, line: Rect, pen: &mut Pen) {
        let mut text = String::new();
        if self.rows.len() > self.height {
            let last = (self.top + self.height).min(self.rows.len());
            text = format!("Rows {}–{last} of {}   ", self.top + 1, self.rows.len());
        }
        text.push_str(&format!("Page {} of {}  ", thousands(self.page), thousands(self.pages)));
        for n in PER_PAGE {
            text.push_str(&if n == self.per_page { format!(" [{n}]") } else { format!(" {n}") });
        }
        text.push_str(" per page");
        pen.put_right(line.right().saturating_sub(1), line.y, line.width, &text, Ink::Faint);
    }
}

/// The cells that columns share in a list of that width.
fn room(width: u16) -> u16 {
    width.saturating_sub(MARGIN + 1)
}

fn needs(columns: &[Column], shown: &[Vec<Cell>]) -> Vec<Need> {
    let of = |i: usize| Need::of(shown.iter().map(|row| row[i].need()).collect());
    (0..columns.len()).map(of).collect()
}

/// The first column from which on all the others are seen, too: scrolling further to the
/// right shows nothing new.
fn last_start(columns: &[Column], needs: &[Need], width: u16) -> usize {
    let fits = |first: &usize| {
        let widths = share(&columns[*first..], &needs[*first..], room(width), GAP);
        !widths.contains(&0)
    };
    (0..columns.len()).find(fits).unwrap_or(columns.len().saturating_sub(1))
}

/// The columns that are shown: position, left edge, width.
fn places(first: usize, widths: &[u16], left: u16) -> Vec<(usize, u16, u16)> {
    let mut x = left;
    let mut out = Vec::new();
    for (i, w) in widths.iter().enumerate().filter(|(_, w)| **w > 0) {
        out.push((first + i, x, *w));
        x += w + GAP;
    }
    out
}

fn draw_header(
    columns: &[Column],
    places: &[(usize, u16, u16)],
    sorted: Option<(usize, bool)>,
    area: Rect,
    pen: &mut Pen,
) {
    for (i, x, w) in places {
        let column = &columns[*i];
        let start =
            if column.right { x + w.saturating_sub(width(column.header) as u16) } else { *x };
        pen.spot(Rect { x: *x, y: area.y, width: *w, height: 1 }, Spot::Column(*i));
        let used = pen.put(start, area.y, *w, column.header, Ink::Faint);
        if let Some((_, up)) = sorted.filter(|(at, _)| at == i) {
            let mark = if up { Mark::Ascending } else { Mark::Descending };
            pen.mark(start + used + 1, area.y, mark, Ink::Accent);
        }
    }
}

fn draw_row(
    columns: &[Column],
    places: &[(usize, u16, u16)],
    row: &[Cell],
    line: Rect,
    pen: &mut Pen,
) {
    for (i, x, w) in places {
        let cell = &row[*i];
        let mut x = *x;
        let mut room = *w;
        if columns[*i].right && cell.mark.is_none() {
            pen.put_right(x + room, line.y, room, &cell.text, cell.ink);
            continue;
        }
        if let Some(mark) = cell.mark {
            let used = pen.mark(x, line.y, mark, cell.ink) + 1;
            x += used;
            room = room.saturating_sub(used);
        }
        pen.put(x, line.y, room, cell.fitting(room), cell.ink);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: usize) -> Table<usize> {
        let mut table = Table::new(50);
        table.fill((0..rows).collect(), rows as u64, rows as u64, (1, 3), |a, b| a == b);
        table.set_height(5);
        table
    }

    #[test]
    fn the_selection_moves_inside_and_the_page_follows() {
        let mut table = table(12);
        table.act(Action::Up, 1);
        assert_eq!(table.selected(), 0);
        table.act(Action::PageDown, 1);
        table.act(Action::Down, 1);
        assert_eq!((table.selected(), table.top), (6, 2));
        table.act(Action::Last, 1);
        assert_eq!((table.selected(), table.top), (11, 7));
        table.set_height(20);
        assert_eq!(table.top, 0);
    }

    #[test]
    fn pages_turn_only_where_there_are_pages() {
        let mut table = table(12);
        assert_eq!(table.act(Action::PreviousPage, 1), Wants::Nothing);
        assert_eq!(table.act(Action::NextPage, 1), Wants::Reading);
        assert_eq!((table.page, table.selected()), (2, 0));
        assert_eq!(table.act(Action::PerPage, 1), Wants::Reading);
        assert_eq!((table.page, table.per_page), (1, 100));
    }

    #[test]
    fn the_selected_row_stays_selected_when_the_page_is_read_again() {
        let mut table = table(5);
        table.select(3);
        table.fill(vec![9, 0, 1, 2, 3], 5, 5, (1, 1), |a, b| a == b);
        assert_eq!(table.selected_row(), Some(&3));
        table.fill(vec![1], 1, 5, (1, 1), |a, b| a == b);
        assert_eq!(table.selected(), 0);
        table.fill(Vec::new(), 0, 5, (1, 1), |a, b| a == b);
        assert_eq!(table.selected_row(), None);
    }
}
