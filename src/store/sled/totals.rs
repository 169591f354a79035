//! Totals: what the store should hold, counted along in every commit.
//!
//! Owns the one row that says how many rows there are, what they sum up to, where the trail
//! ends and which numbers were given. A row that sled drops, or brings back in an older
//! state, makes the sums differ at the next open.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::keys::{self, Section};
use crate::store::error::StoreError;
use crate::store::record::Kind;

/// The row of totals; written in every commit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// How many commits there were.
    pub generation: u64,
    /// The last entry of the trail; 0 for none.
    pub audit_seq: u64,
    /// Its hash.
    pub audit_hash: [u8; 32],
    /// Count and sum of each section.
    pub tallies: BTreeMap<Section, Tally>,
    /// The highest number that was committed of each kind, by its number in the format.
    pub given: BTreeMap<u8, u64>,
}

/// How many rows there are, and the sum of their hashes modulo 2¹²⁸, which does not depend on
/// their order. It notices accidents; an attacker could make it come out right.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// The rows.
    pub count: u64,
    /// The sum of their hashes.
    pub sum: u128,
}

impl Tally {
    /// Counts a row.
    pub fn add(&mut self, key: &[u8], value: &[u8]) {
        self.count += 1;
        self.sum = self.sum.wrapping_add(digest(key, value));
    }

    /// Takes a row out of the count.
    pub fn remove(&mut self, key: &[u8], value: &[u8]) {
        self.count = self.count.saturating_sub(1);
        self.sum = self.sum.wrapping_sub(digest(key, value));
    }
}

/// Brings tallies up to date after one row changed from `before` to `after`.
pub fn count(
    tallies: &mut BTreeMap<Section, Tally>,
    key: &[u8],
    before: Option<&[u8]>,
    after: Option<&[u8]>,
) {
    let Some(section) = keys::section(key) else { return };
    let tally = tallies.entry(section).or_default();
    if let Some(before) = before {
        tally.remove(key, before);
    }
    if let Some(after) = after {
        tally.add(key, after);
    }
}

fn digest(key: &[u8], value: &[u8]) -> u128 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&(key.len() as u64).to_le_bytes()).update(key).update(value);
    let mut first = [0; 16];
    first.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    u128::from_le_bytes(first)
}

impl Totals {
    /// The totals after one row changed from `before` to `after`.
    pub fn count(&mut self, key: &[u8], before: Option<&[u8]>, after: Option<&[u8]>) {
        count(&mut self.tallies, key, before, after);
    }

    /// Remembers that a number was given.
    pub fn give(&mut self, kind: Kind, number: u64) {
        let given = self.given.entry(kind as u8).or_default();
        *given = number.max(*given);
    }

    /// Checks that what was counted in a section is what should be there.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] that says what is missing or altered.
    pub fn expect(&self, section: Section, found: Tally) -> Result<(), StoreError> {
        let expected = self.tallies.get(&section).copied().unwrap_or_default();
        if found == expected {
            return Ok(());
        }
        let (rows, unit) = words(section);
        let what = if found.count == expected.count {
            format!("among its {rows} {unit} are some in an older or altered state")
        } else {
            format!("it shows {} {rows} {unit} of {}", found.count, expected.count)
        };
        Err(StoreError::Damaged { what })
    }
}

/// What to call the rows of a section.
fn words(section: Section) -> (&'static str, &'static str) {
    let kind = |number| Kind::ALL.into_iter().find(|kind| *kind as u8 == number).map(Kind::word);
    if let Some(word) = kind(section) {
        return (word, "records");
    }
    kind(section ^ keys::BLOCKS).map_or(("index", "records"), |word| (word, "blocks"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_do_not_depend_on_the_order_and_forget_what_left() {
        let (mut a, mut b) = (Tally::default(), Tally::default());
        a.add(b"1", b"x");
        a.add(b"2", b"y");
        b.add(b"2", b"y");
        b.add(b"3", b"z");
        b.add(b"1", b"x");
        assert_ne!(a, b);
        b.remove(b"3", b"z");
        assert_eq!(a, b);
        b.remove(b"1", b"x");
        b.add(b"1", b"w");
        assert_ne!(a, b, "an older value of one row");
    }
}
