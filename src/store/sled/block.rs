//! Blocks: several records in one row, because a row costs sled time and memory of its own.
//!
//! Owns how they lie in it: in the order of their slots, of each the slot, the format that it
//! was written in, its length and its bytes. A record that is not touched keeps its bytes.

use std::collections::BTreeMap;

use super::keys::{self, BLOCK_SIZE};
use super::{codec, view};
use crate::store::error::StoreError;
use crate::store::record::{Key, Stored};

/// What is to be done to the records of one block: by slot the new bytes, `None` to go.
pub type Edits = BTreeMap<u8, Option<Vec<u8>>>;

/// Slot, format and length.
const HEADER: usize = 1 + 1 + 4;

/// The row of the block that a record lies in and its slot; none for a kind that has rows of
/// its own.
pub fn place(key: Key) -> Option<(Vec<u8>, u8)> {
    if !keys::is_blocked(key.kind) {
        return None;
    }
    // Smaller than the size of a block, which fits.
    let slot = (key.id % BLOCK_SIZE) as u8;
    Some((keys::block(key.kind, key.id / BLOCK_SIZE), slot))
}

/// One record as it lies in a block.
struct Entry<'a> {
    slot: u8,
    format: u8,
    bytes: &'a [u8],
}

/// Takes the entries of a block apart; stops where it is damaged.
struct Entries<'a> {
    row: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Entries<'a> {
    fn of(row: &'a [u8], bytes: &'a [u8]) -> Result<Self, StoreError> {
        Ok(Self { row, rest: codec::open(row, bytes)? })
    }

    fn take(&mut self) -> Option<Entry<'a>> {
        let ([slot, format, length @ ..], rest) = self.rest.split_first_chunk::<HEADER>()?;
        let length = u32::from_le_bytes(*length) as usize;
        let (bytes, rest) = rest.split_at_checked(length)?;
        self.rest = rest;
        Some(Entry { slot: *slot, format: *format, bytes })
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = Result<Entry<'a>, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let entry = self.take();
        if entry.is_none() {
            self.rest = &[];
        }
        Some(entry.ok_or_else(|| codec::damaged(self.row, "can't be taken apart")))
    }
}

fn stored(row: &[u8], entry: &Entry<'_>) -> Result<Stored, StoreError> {
    let (stamp, record) = codec::read(row, entry.format, entry.bytes)?;
    let stored = Stored { stamp, record };
    let key = stored.record.key();
    match place(key) {
        Some((theirs, slot)) if theirs == row && slot == entry.slot => Ok(stored),
        _ => Err(view::misplaced(key, row)),
    }
}

/// The record in that slot of a block.
///
/// # Errors
/// [`StoreError::Damaged`] when the block or the record is.
pub fn get(row: &[u8], bytes: &[u8], slot: u8) -> Result<Option<Stored>, StoreError> {
    for entry in Entries::of(row, bytes)? {
        let entry = entry?;
        if entry.slot == slot {
            return stored(row, &entry).map(Some);
        }
    }
    Ok(None)
}

/// All records of a block, in the order of their numbers.
///
/// # Errors
/// As [`get`].
pub fn all(row: &[u8], bytes: &[u8]) -> Result<Vec<Stored>, StoreError> {
    Entries::of(row, bytes)?.map(|entry| stored(row, &entry?)).collect()
}

/// The block with those edits done to it; `None` when nothing is left in it.
///
/// # Errors
/// As [`get`].
pub fn edit(
    row: &[u8],
    before: Option<&[u8]>,
    edits: &Edits,
) -> Result<Option<Vec<u8>>, StoreError> {
    let mut slots: BTreeMap<u8, (u8, &[u8])> = BTreeMap::new();
    if let Some(before) = before {
        for entry in Entries::of(row, before)? {
            let entry = entry?;
            slots.insert(entry.slot, (entry.format, entry.bytes));
        }
    }
    for (slot, edit) in edits {
        match edit {
            Some(bytes) => slots.insert(*slot, (codec::FORMAT, bytes)),
            None => slots.remove(slot),
        };
    }
    if slots.is_empty() {
        return Ok(None);
    }
    let length = slots.values().map(|(_, bytes)| HEADER + bytes.len()).sum();
    let mut payload = Vec::with_capacity(length);
    for (slot, (format, bytes)) in slots {
        payload.extend([slot, format]);
        // A record of four gigabytes does not fit into a row.
        payload.extend(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes());
        payload.extend(bytes);
    }
    Ok(Some(codec::enclose(row, &payload)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::contract::sample::contact;
    use crate::store::record::{Kind, Record, Stamp};

    const STAMP: Stamp = Stamp { version: 1, audit_seq: 7 };

    fn bytes(id: u64, name: &str) -> Vec<u8> {
        codec::plain(&(STAMP, Record::from(contact(id, name, "", None)))).unwrap()
    }

    fn edited(before: Option<&[u8]>, edits: &[(u64, Option<&str>)]) -> Option<Vec<u8>> {
        let row = keys::block(Kind::Contact, 1);
        let edits = edits.iter().map(|(id, name)| {
            let (place, slot) = place(Key::new(Kind::Contact, *id)).unwrap();
            assert_eq!(place, row);
            (slot, name.map(|name| bytes(*id, name)))
        });
        edit(&row, before, &edits.collect()).unwrap()
    }

    fn names(block: &[u8]) -> Vec<String> {
        let stored = all(&keys::block(Kind::Contact, 1), block).unwrap();
        let name = |it: Stored| match it.record {
            Record::Contact(it) => format!("{} {}", it.id.0, it.label()),
            other => panic!("{other:?}"),
        };
        stored.into_iter().map(name).collect()
    }

    #[test]
    fn records_come_and_go_one_by_one() {
        let one = edited(None, &[(20, Some("Anna"))]).unwrap();
        let two = edited(Some(&one), &[(17, Some("Zoë")), (31, Some("Jan"))]).unwrap();
        assert_eq!(names(&two), ["17 Zoë", "20 Anna", "31 Jan"]);
        let changed = edited(Some(&two), &[(20, Some("Anne")), (31, None)]).unwrap();
        assert_eq!(names(&changed), ["17 Zoë", "20 Anne"]);
        assert_eq!(edited(Some(&changed), &[(20, None), (17, None)]), None);
        let row = keys::block(Kind::Contact, 1);
        assert_eq!(get(&row, &changed, 1).unwrap().unwrap().stamp, STAMP);
        assert_eq!(get(&row, &changed, 15).unwrap(), None);
    }

    #[test]
    fn damage_is_noticed_and_named() {
        let row = keys::block(Kind::Contact, 1);
        let block = edited(None, &[(20, Some("Anna")), (21, Some("Jan"))]).unwrap();
        for bit in 0..block.len() * 8 {
            let mut flipped = block.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let error = all(&row, &flipped).unwrap_err().to_string();
            assert!(error.contains("the block from contact 16 to 31"), "{error}");
        }
        let elsewhere = keys::block(Kind::Contact, 2);
        assert!(all(&elsewhere, &block).is_err(), "under another key");
        let cut = codec::enclose(&row, &codec::open(&row, &block).unwrap()[..9]);
        assert!(all(&row, &cut).unwrap_err().to_string().contains("can't be taken apart"));
    }
}
