//! Numbers: from the number of a record to the slot of its line.
//!
//! Owns a table in pages. Numbers are given one after the other, so a page is mostly full and
//! a line costs four bytes; a number far from all others costs a page of its own.

use std::collections::BTreeMap;

const PAGE: u64 = 1024;
const NONE: u32 = u32::MAX;

/// A map from numbers to slots.
#[derive(Debug, Clone, Default)]
pub struct Numbers {
    pages: BTreeMap<u64, Box<[u32]>>,
}

impl Numbers {
    /// The slot of a number.
    pub fn get(&self, number: u64) -> Option<u32> {
        let slot = *self.pages.get(&(number / PAGE))?.get((number % PAGE) as usize)?;
        (slot != NONE).then_some(slot)
    }

    /// Remembers the slot of a number; answers with the one it had.
    pub fn insert(&mut self, number: u64, slot: u32) -> Option<u32> {
        let empty = || vec![NONE; PAGE as usize].into_boxed_slice();
        let page = self.pages.entry(number / PAGE).or_insert_with(empty);
        let before = std::mem::replace(&mut page[(number % PAGE) as usize], slot);
        (before != NONE).then_some(before)
    }

    /// Forgets a number; answers with the slot it had.
    pub fn remove(&mut self, number: u64) -> Option<u32> {
        let slot = self.pages.get_mut(&(number / PAGE))?.get_mut((number % PAGE) as usize)?;
        let before = std::mem::replace(slot, NONE);
        (before != NONE).then_some(before)
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
