//! Numbers: from the number of a record to the slot of its line.
//!
//! Owns a table in pages. Numbers are given one after the other, so a page is mostly full and
//! a line costs four bytes; a number far from all others costs a page of its own.

use std::collections::BTreeMap;

const PAGE: u64 = 1024;
const NONE: u32 = u32::MAX;

/// Pages below this one, those of the first 67 million numbers, are found without a search.
const NEAR: u64 = 1 << 16;

type Page = Box<[u32]>;

/// A map from numbers to slots.
#[derive(Debug, Clone, Default)]
pub struct Numbers {
    near: Vec<Option<Page>>,
    far: BTreeMap<u64, Page>,
}

impl Numbers {
    /// The slot of a number.
    pub fn get(&self, number: u64) -> Option<u32> {
        let page = number / PAGE;
        let page = match page < NEAR {
            true => self.near.get(page as usize)?.as_ref(),
            false => self.far.get(&page),
        };
        let slot = *page?.get((number % PAGE) as usize)?;
        (slot != NONE).then_some(slot)
    }

    /// Remembers the slot of a number; answers with the one it had.
    pub fn insert(&mut self, number: u64, slot: u32) -> Option<u32> {
        let page = self.page(number / PAGE);
        let before = std::mem::replace(&mut page[(number % PAGE) as usize], slot);
        (before != NONE).then_some(before)
    }

    /// Forgets a number; answers with the slot it had.
    pub fn remove(&mut self, number: u64) -> Option<u32> {
        let before = self.get(number)?;
        self.page(number / PAGE)[(number % PAGE) as usize] = NONE;
        Some(before)
    }

    fn page(&mut self, page: u64) -> &mut Page {
        let empty = || vec![NONE; PAGE as usize].into_boxed_slice();
        if page >= NEAR {
            return self.far.entry(page).or_insert_with(empty);
        }
        let page = page as usize;
        if page >= self.near.len() {
            self.near.resize(page + 1, None);
        }
        self.near[page].get_or_insert_with(empty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_found_by_numbers_near_and_far() {
        let mut numbers = Numbers::default();
        for (number, slot) in [(0, 7), (1023, 8), (1024, 9), (u64::MAX, 10)] {
            assert_eq!(numbers.insert(number, slot), None);
            assert_eq!(numbers.get(number), Some(slot));
        }
        assert_eq!(numbers.insert(1024, 11), Some(9));
        assert_eq!(numbers.remove(1024), Some(11));
        assert_eq!((numbers.get(1024), numbers.remove(1024), numbers.get(5)), (None, None, None));
    }
}
