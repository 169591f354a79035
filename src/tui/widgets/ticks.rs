//! Which rows of a list are ticked, on all its pages.
//!
//! Either some rows, or all that match but some: so a million ticks cost nothing. Must not
//! know what the rows are: they are told apart by their numbers.

use std::collections::BTreeSet;

/// The ticked rows of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ticks {
    /// Whether every row that matches is ticked, but for `numbers`.
    all: bool,
    /// The ticked rows; or, of all, those that are not.
    numbers: BTreeSet<u64>,
    /// The row that was ticked last: where a range begins.
    from: Option<u64>,
}

impl Ticks {
    /// Whether the row of that number is ticked.
    pub fn is_on(&self, number: u64) -> bool {
        self.all != self.numbers.contains(&number)
    }

    /// How many rows are ticked when `total` rows match.
    pub fn count(&self, total: u64) -> u64 {
        let some = self.numbers.len() as u64;
        if self.all { total.saturating_sub(some) } else { some.min(total) }
    }

    /// Whether every row that matches is ticked.
    pub fn is_all(&self) -> bool {
        self.all && self.numbers.is_empty()
    }

    /// The ticked rows; `None` when they are all that match, but for [`Self::but`].
    pub fn some(&self) -> Option<Vec<u64>> {
        (!self.all).then(|| self.numbers.iter().copied().collect())
    }

    /// The rows that are not ticked while all others are.
    pub fn but(&self) -> Vec<u64> {
        if self.all { self.numbers.iter().copied().collect() } else { Vec::new() }
    }

    /// The numbers that it is about, ticked or not: whether they are still there is worth
    /// asking.
    pub fn named(&self) -> Vec<u64> {
        self.numbers.iter().copied().collect()
    }

    /// Ticks the row, or takes its tick away.
    pub fn turn(&mut self, number: u64) {
        self.set(number, !self.is_on(number));
        self.from = Some(number);
    }

    /// Ticks from the row that was ticked last to `to`, as far as both are among `rows`; if
    /// the first is not, only `to`.
    pub fn range(&mut self, rows: &[u64], to: u64) {
        let place = |number: u64| rows.iter().position(|it| *it == number);
        let Some(end) = place(to) else { return };
        let begin = self.from.and_then(place).unwrap_or(end);
        for number in &rows[begin.min(end)..=begin.max(end)] {
            self.set(*number, true);
        }
        self.from = Some(to);
    }

    /// Ticks all of `rows`; if they all are, takes their ticks away.
    pub fn turn_page(&mut self, rows: &[u64]) {
        let on = !rows.iter().all(|number| self.is_on(*number));
        for number in rows {
            self.set(*number, on);
        }
        self.from = None;
    }

    /// Ticks every row that matches.
    pub fn all(&mut self) {
        *self = Self { all: true, ..Self::default() };
    }

    /// Takes every tick away.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Forgets the rows that are not among `there` any more.
    pub fn keep(&mut self, there: &[u64]) {
        let there: BTreeSet<u64> = there.iter().copied().collect();
        self.numbers.retain(|number| there.contains(number));
    }

    fn set(&mut self, number: u64, on: bool) {
        if on == self.all {
            self.numbers.remove(&number);
        } else {
            self.numbers.insert(number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_rows_are_ticked_and_counted() {
        let mut ticks = Ticks::default();
        assert_eq!(ticks.count(9), 0);
        ticks.turn(4);
        ticks.turn(7);
        ticks.turn(4);
        assert!(ticks.is_on(7) && !ticks.is_on(4));
        assert_eq!((ticks.count(9), ticks.some()), (1, Some(vec![7])));
    }

    #[test]
    fn all_are_ticked_but_those_that_are_not() {
        let mut ticks = Ticks::default();
        ticks.all();
        assert!(ticks.is_all());
        ticks.turn(5);
        assert!(!ticks.is_on(5) && ticks.is_on(6) && !ticks.is_all());
        assert_eq!((ticks.count(1_000_000), ticks.some()), (999_999, None));
        assert_eq!(ticks.but(), [5]);
    }

    #[test]
    fn a_range_goes_from_the_last_tick_either_way() {
        let rows = [30, 10, 20, 40];
        let mut ticks = Ticks::default();
        ticks.turn(20);
        ticks.range(&rows, 30);
        assert_eq!(ticks.some(), Some(vec![10, 20, 30]));
        ticks.range(&rows, 40);
        assert_eq!(ticks.count(4), 4);
        ticks.clear();
        ticks.range(&rows, 10);
        assert_eq!(ticks.some(), Some(vec![10]), "without a first tick it is the row alone");
    }

    #[test]
    fn a_page_is_ticked_and_then_not() {
        let mut ticks = Ticks::default();
        ticks.turn(1);
        ticks.turn_page(&[1, 2]);
        assert_eq!(ticks.count(9), 2);
        ticks.turn_page(&[1, 2]);
        assert_eq!(ticks.count(9), 0);
        ticks.all();
        ticks.turn_page(&[1, 2]);
        assert_eq!(ticks.count(9), 7);
    }

    #[test]
    fn rows_that_are_gone_lose_their_tick() {
        let mut ticks = Ticks::default();
        ticks.turn(1);
        ticks.turn(2);
        ticks.keep(&[2, 3]);
        assert_eq!(ticks.some(), Some(vec![2]));
        ticks.all();
        ticks.turn(8);
        ticks.keep(&[]);
        assert!(ticks.is_all());
    }
}
