//! A roster: the lines of one list in memory, in every order that has been asked for.
//!
//! Owns orders, filtering and paging over [`Line`]s; knows neither records nor sled.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::store::line::{Line, Matcher};
use crate::store::query::{Filter, Query, Sort, place};

/// The orders that are kept; [`Sort`] says what they mean.
const SORTS: [Sort; 10] = [
    Sort::Number,
    Sort::Time,
    Sort::Name,
    Sort::Email,
    Sort::Company,
    Sort::Status,
    Sort::Login,
    Sort::LastLogin,
    Sort::Role,
    Sort::Site,
];

/// The lines of one list. A slot keeps its place while its line lives.
#[derive(Debug, Default)]
pub struct Roster {
    slots: Vec<Option<Line>>,
    free: Vec<u32>,
    by_number: HashMap<u64, u32>,
    /// Made when first asked for, then kept up to date.
    orders: [OnceLock<Vec<u32>>; SORTS.len()],
}

/// One page: the numbers of its rows, and the figures of [`crate::store::Found`].
#[derive(Debug, PartialEq, Eq)]
pub struct Page {
    /// The rows.
    pub numbers: Vec<u64>,
    /// Rows that match.
    pub total: u64,
    /// Rows in the list.
    pub all: u64,
    /// The page, from 1.
    pub page: u64,
    /// The pages.
    pub pages: u64,
}

impl Roster {
    /// Puts a line in, in place of the one of that number.
    pub fn put(&mut self, line: Line) {
        if let Some(&slot) = self.by_number.get(&line.number) {
            if self.slots[slot as usize].as_ref() == Some(&line) {
                return;
            }
            self.unlist(slot);
            self.slots[slot as usize] = Some(line);
            self.enlist(slot);
            return;
        }
        let number = line.number;
        let slot = match self.free.pop() {
            Some(slot) => {
                self.slots[slot as usize] = Some(line);
                slot
            }
            None => {
                self.slots.push(Some(line));
                // Four thousand million lines do not fit into memory.
                u32::try_from(self.slots.len() - 1).unwrap_or(u32::MAX)
            }
        };
        self.by_number.insert(number, slot);
        self.enlist(slot);
    }

    /// Takes the line of that number out.
    pub fn remove(&mut self, number: u64) {
        if let Some(slot) = self.by_number.remove(&number) {
            self.unlist(slot);
            self.slots[slot as usize] = None;
            self.free.push(slot);
        }
    }

    /// The lines that a condition holds for.
    pub fn numbers_where(&self, condition: impl Fn(&Line) -> bool) -> Vec<u64> {
        self.slots.iter().flatten().filter(|line| condition(line)).map(|line| line.number).collect()
    }

    /// One page of the list.
    pub fn page(&self, query: &Query) -> Page {
        let order = self.order(query.list.order(query.sort));
        let all = order.len() as u64;
        // Lines are tried in the order in which they lie in memory, not in that of the list:
        // for many lines that is several times faster.
        let passing = (query.filter != Filter::default()).then(|| self.passing(&query.filter));
        let total = passing.as_ref().map_or(all, |it| it.iter().filter(|it| **it).count() as u64);
        let (page, pages, range) = place(total, query.page, query.per_page);
        let (start, length) = (range.start as usize, (range.end - range.start) as usize);
        let slots: &mut dyn Iterator<Item = &u32> =
            if query.reverse { &mut order.iter().rev() } else { &mut order.iter() };
        let rows: Vec<&u32> = match &passing {
            None => slots.skip(start).take(length).collect(),
            Some(passing) => {
                slots.filter(|slot| passing[**slot as usize]).skip(start).take(length).collect()
            }
        };
        let numbers = rows.into_iter().filter_map(|slot| self.number(*slot)).collect();
        Page { numbers, total, all, page, pages }
    }

    /// Of each slot, whether the filter lets its line through.
    fn passing(&self, filter: &Filter) -> Vec<bool> {
        let matcher = Matcher::new(filter);
        let passes = |line: &Option<Line>| line.as_ref().is_some_and(|it| matcher.lets_through(it));
        self.slots.iter().map(passes).collect()
    }

    fn number(&self, slot: u32) -> Option<u64> {
        self.slots[slot as usize].as_ref().map(|line| line.number)
    }

    fn order(&self, sort: Sort) -> &[u32] {
        let at = SORTS.iter().position(|it| *it == sort).unwrap_or(0);
        self.orders[at].get_or_init(|| {
            let mut slots: Vec<u32> = self.by_number.values().copied().collect();
            slots.sort_by(|a, b| compare(&self.slots, *a, *b, sort));
            slots
        })
    }

    fn enlist(&mut self, slot: u32) {
        for (order, sort) in self.orders.iter_mut().zip(SORTS) {
            if let Some(order) = order.get_mut() {
                let at = order.partition_point(|it| compare(&self.slots, *it, slot, sort).is_lt());
                order.insert(at, slot);
            }
        }
    }

    fn unlist(&mut self, slot: u32) {
        for (order, sort) in self.orders.iter_mut().zip(SORTS) {
            if let Some(order) = order.get_mut() {
                let at = order.partition_point(|it| compare(&self.slots, *it, slot, sort).is_lt());
                order.remove(at);
            }
        }
    }
}

fn compare(slots: &[Option<Line>], a: u32, b: u32, sort: Sort) -> std::cmp::Ordering {
    match (&slots[a as usize], &slots[b as usize]) {
        (Some(a), Some(b)) => a.compare(b, sort),
        (a, b) => a.is_some().cmp(&b.is_some()),
    }
}
