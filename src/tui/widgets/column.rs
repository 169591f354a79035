//! How columns share the width: by need, the identifying one never below 16 cells.

use crate::tui::text::width;
use crate::tui::theme::{Ink, Mark};

/// The least the identifying column has, in cells.
pub const IDENTIFYING: u16 = 16;

/// A column of a list.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its word in the header.
    pub header: &'static str,
    /// The fewest cells in which it still says something.
    pub least: u16,
    /// The most cells it ever asks for.
    pub most: u16,
    /// Whether it is what people know the row by.
    pub identifying: bool,
    /// The cells, as far as it needs them, for which columns at the right go.
    pub keeps: u16,
    /// Whether it is narrowed before the others.
    pub yields: bool,
    /// Whether it holds numbers, and so ends at its right edge.
    pub right: bool,
}

impl Column {
    /// A column between `least` and `most` cells wide.
    pub const fn new(header: &'static str, least: u16, most: u16) -> Self {
        Self { header, least, most, identifying: false, keeps: 0, yields: false, right: false }
    }

    /// The same, as the one that people know the row by.
    pub const fn identifying(self) -> Self {
        Self { identifying: true, least: IDENTIFYING, ..self }
    }

    /// The same, but columns at the right go before it gets less than `keeps` cells, where it
    /// needs them: rows that look alike tell nothing.
    pub const fn keeping(self, keeps: u16) -> Self {
        Self { keeps, ..self }
    }

    /// The same, but narrowed before the others.
    pub const fn yielding(self) -> Self {
        Self { yields: true, ..self }
    }

    /// The same, for numbers.
    pub const fn right(self) -> Self {
        Self { right: true, ..self }
    }
}

/// What stands in one column of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The mark before the text.
    pub mark: Option<Mark>,
    /// The text.
    pub text: String,
    /// What stands there when there is no room for the whole text; empty to cut it.
    pub short: String,
    /// What it is.
    pub ink: Ink,
}

impl Cell {
    /// An ordinary text; an empty one is shown as `—`.
    pub fn new(text: impl Into<String>) -> Self {
        Self::inked(text, Ink::Plain)
    }

    /// A text in `ink`; an empty one is shown as `—`.
    pub fn inked(text: impl Into<String>, ink: Ink) -> Self {
        let text = text.into();
        if text.trim().is_empty() {
            return Self::marked(Mark::Missing, "", Ink::Faint);
        }
        Self { mark: None, text, short: String::new(), ink }
    }

    /// A text with a mark before it.
    pub fn marked(mark: Mark, text: impl Into<String>, ink: Ink) -> Self {
        Self { mark: Some(mark), text: text.into(), short: String::new(), ink }
    }

    /// The same, with what stands there when there is no room for the whole text.
    pub fn or(self, short: impl Into<String>) -> Self {
        Self { short: short.into(), ..self }
    }

    /// The text as it stands in `room` cells.
    pub fn fitting(&self, room: u16) -> &str {
        let cut = !self.short.is_empty() && width(&self.text) > usize::from(room);
        if cut { &self.short } else { &self.text }
    }

    /// The cells it would like to have.
    pub fn need(&self) -> u16 {
        let mark = u16::from(self.mark.is_some());
        let text = width(&self.text) as u16;
        mark + text + u16::from(mark > 0 && text > 0)
    }
}

/// What a column's cells need: typically, and at the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// Enough for four rows out of five: one long name must not starve the other columns.
    pub typical: u16,
    /// Enough for every row.
    pub most: u16,
}

impl Need {
    /// The need of a column whose cells take that many cells each.
    pub fn of(mut cells: Vec<u16>) -> Self {
        cells.sort_unstable();
        let most = cells.last().copied().unwrap_or(0);
        let typical =
            cells.get((cells.len() * 4).div_ceil(5).saturating_sub(1)).copied().unwrap_or(0);
        Self { typical, most }
    }
}

/// The width of each column, in cells, for columns that share `room` with `gap` cells
/// between them: first what each typically needs, then what is left to those that need more.
/// A column that finds no room at all gets 0.
pub fn share(columns: &[Column], needs: &[Need], room: u16, gap: u16) -> Vec<u16> {
    let wish = |column: &Column, need: u16| {
        need.max(width(column.header) as u16 + 2).clamp(column.least.min(column.most), column.most)
    };
    let typical =
        columns.iter().zip(needs).map(|(column, need)| wish(column, need.typical)).collect();
    let mut widths = fit(columns, typical, room, gap);
    let mut left = room.saturating_sub(total(&widths, gap));
    for (at, (column, need)) in columns.iter().zip(needs).enumerate() {
        if widths[at] > 0 {
            let more = wish(column, need.most).saturating_sub(widths[at]).min(left);
            widths[at] += more;
            left -= more;
        }
    }
    widths
}

/// Narrows `widths` until they fit. Columns that would not even find their least room go
/// first, from the right, so that the others share it.
fn fit(columns: &[Column], mut widths: Vec<u16>, room: u16, gap: u16) -> Vec<u16> {
    let wished = widths.clone();
    let least = |at: usize| {
        let column = &columns[at];
        column.least.min(column.most).max(column.keeps.min(wished[at]))
    };
    let mut shown = widths.len();
    while shown > 1 && (0..shown).map(|at| least(at) + gap).sum::<u16>() > room + gap {
        shown -= 1;
        widths[shown] = 0;
    }
    while total(&widths, gap) > room {
        let shrinkable = (0..shown).filter(|at| widths[*at] > least(*at));
        let order = |at: &usize| (columns[*at].yields, !columns[*at].identifying, widths[*at]);
        let Some(widest) = shrinkable.max_by_key(order) else { break };
        widths[widest] -= 1;
    }
    if let [only] = &mut widths[..shown] {
        *only = room.min(*only);
    }
    widths
}

fn total(widths: &[u16], gap: u16) -> u16 {
    let shown = widths.iter().filter(|w| **w > 0).count() as u16;
    widths.iter().sum::<u16>() + gap * shown.saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 3] = [
        Column::new("When", 6, 14),
        Column::new("Name", 0, 40).identifying(),
        Column::new("Status", 8, 20),
    ];

    fn needs(cells: [u16; 3]) -> [Need; 3] {
        cells.map(|n| Need { typical: n, most: n })
    }

    #[test]
    fn one_long_name_does_not_starve_the_others() {
        assert_eq!(Need::of(vec![40, 9, 8, 10, 7]), Need { typical: 10, most: 40 });
        let mut of = needs([10, 18, 11]);
        of[1].most = 40;
        assert_eq!(share(&COLUMNS, &of, 45, 3), [10, 18, 11]);
        assert_eq!(share(&COLUMNS, &of, 50, 3), [10, 23, 11]);
        assert_eq!(share(&COLUMNS, &of, 90, 3), [10, 40, 11]);
    }

    #[test]
    fn everything_gets_what_it_needs_when_there_is_room() {
        assert_eq!(share(&COLUMNS, &needs([10, 20, 11]), 80, 3), [10, 20, 11]);
    }

    #[test]
    fn the_identifying_column_gives_way_last_and_keeps_sixteen() {
        assert_eq!(share(&COLUMNS, &needs([14, 40, 20]), 60, 3), [6, 40, 8]);
        assert_eq!(share(&COLUMNS, &needs([14, 40, 20]), 36, 3), [6, 16, 8]);
    }

    #[test]
    fn columns_go_for_what_another_one_keeps_and_one_that_yields_is_narrowed_first() {
        let columns = [
            Column::new("Name", 0, 40).identifying(),
            Column::new("Username", 0, 40).identifying().keeping(24),
            Column::new("Website", 8, 30).yielding(),
            Column::new("Status", 8, 20),
        ];
        let needs = |of: [u16; 4]| of.map(|n| Need { typical: n, most: n });
        assert_eq!(share(&columns, &needs([16, 32, 12, 11]), 70, 2), [16, 32, 8, 8]);
        assert_eq!(share(&columns, &needs([16, 32, 12, 11]), 61, 2), [16, 32, 9, 0]);
        assert_eq!(share(&columns, &needs([16, 9, 12, 11]), 61, 2), [16, 16, 12, 11]);
    }

    #[test]
    fn what_finds_no_room_goes_from_the_right() {
        assert_eq!(share(&COLUMNS, &needs([14, 40, 20]), 30, 3), [6, 21, 0]);
        assert_eq!(share(&COLUMNS, &needs([14, 40, 20]), 4, 3), [4, 0, 0]);
    }

    #[test]
    fn nothing_there_is_a_dash() {
        assert_eq!(Cell::new(" ").mark, Some(Mark::Missing));
        assert_eq!(Cell::marked(Mark::Full, "New", Ink::Caution).need(), 5);
    }
}
