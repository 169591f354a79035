//! Keys: where each row lies in the one tree, in an order that scans can use.
//!
//! Owns the bytes of keys; knows nothing of values. All rows lie in one tree, because a
//! second one would cost memory for every row: the first byte tells them apart, numbers are
//! big-endian, so that rows lie by kind and number. Records of which there may be a million
//! lie in blocks of [`BLOCK_SIZE`] a row; every row costs sled time and memory of its own.
//! The bytes are part of the file format.

use crate::store::record::{Key, Kind};

/// The row of totals: one for the whole store.
pub const TOTALS: [u8; 1] = [0];

const RECORD: u8 = 1;
const UNIQUE: u8 = 2;
const HEAD: u8 = 3;
const TRAIL: u8 = 4;
const BLOCK: u8 = 5;

/// Records of one block, by number: part of the file format.
pub const BLOCK_SIZE: u64 = 16;

/// What a row is, for the totals: the kind of a record, or one of the two below.
pub type Section = u8;
/// The section of the rows in which older stores said whom a unique key belongs to.
pub const UNIQUES: Section = 0xF0;
/// The section of the rows that say where a record's part of the trail begins.
pub const HEADS: Section = 0xF1;
/// Added to the number of a kind: the section of the blocks of its records.
pub const BLOCKS: Section = 0x40;

/// Where a record lies that has a row of its own.
pub fn record(key: Key) -> Vec<u8> {
    numbered(RECORD, key)
}

/// Whether records of a kind lie in blocks; the others each have a row of their own.
pub const fn is_blocked(kind: Kind) -> bool {
    match kind {
        Kind::Company | Kind::Contact | Kind::Request | Kind::User | Kind::Profile | Kind::Mail => {
            true
        }
        Kind::Site
        | Kind::PortalGroup
        | Kind::LoginEvent
        | Kind::Throttle
        | Kind::SlotKey
        | Kind::Contract
        | Kind::SecondFactor
        | Kind::PortalRole
        | Kind::SiteGroup
        | Kind::Job
        | Kind::JobRun => false,
    }
}

/// Where the block of that number lies.
pub fn block(kind: Kind, number: u64) -> Vec<u8> {
    let mut bytes = blocks_of(kind);
    bytes.extend(number.to_be_bytes());
    bytes
}

/// Where the blocks of a kind lie.
pub fn blocks_of(kind: Kind) -> Vec<u8> {
    vec![BLOCK, kind as u8]
}

/// The kind of a block's records and its number.
pub fn parse_block(bytes: &[u8]) -> Option<(Kind, u64)> {
    let [BLOCK, kind, number @ ..] = bytes else { return None };
    let kind = Kind::ALL.into_iter().find(|it| *it as u8 == *kind)?;
    Some((kind, u64::from_be_bytes(number.try_into().ok()?)))
}

/// Where the records of a kind lie that have rows of their own.
pub fn records_of(kind: Kind) -> Vec<u8> {
    vec![RECORD, kind as u8]
}

/// Where the records below a record of that number lie.
pub fn records_below(kind: Kind, id: u64) -> Vec<u8> {
    let mut bytes = records_of(kind);
    bytes.extend(id.to_be_bytes());
    bytes
}

/// Where older stores said to whom each unique key belongs.
pub fn uniques() -> Vec<u8> {
    vec![UNIQUE]
}

/// Where it says which entry of the trail was the last about a record.
pub fn head(key: Key) -> Vec<u8> {
    numbered(HEAD, key)
}

/// Where all heads lie.
pub fn heads() -> Vec<u8> {
    vec![HEAD]
}

/// Where an entry of the trail lies.
pub fn entry(seq: u64) -> Vec<u8> {
    let mut bytes = vec![TRAIL];
    bytes.extend(seq.to_be_bytes());
    bytes
}

/// Where the whole trail lies.
pub fn trail() -> Vec<u8> {
    vec![TRAIL]
}

/// The section that a row is counted in; none for the trail, which is chained instead.
pub fn section(bytes: &[u8]) -> Option<Section> {
    match bytes {
        [RECORD, kind, ..] => Some(*kind),
        [UNIQUE, ..] => Some(UNIQUES),
        [HEAD, ..] => Some(HEADS),
        [BLOCK, kind, ..] => Some(BLOCKS | *kind),
        _ => None,
    }
}

/// The key of the record that a record's row or a head is about.
pub fn parse(bytes: &[u8]) -> Option<Key> {
    let [RECORD | HEAD, kind, rest @ ..] = bytes else { return None };
    let kind = Kind::ALL.into_iter().find(|it| *it as u8 == *kind)?;
    let (id, sub) = rest.split_first_chunk::<8>()?;
    let sub = sub.try_into().ok()?;
    Some(Key { kind, id: u64::from_be_bytes(*id), sub: u64::from_be_bytes(sub) })
}

/// All sections and where their rows lie.
pub fn sections() -> Vec<(Section, Vec<u8>)> {
    let rows = Kind::ALL.map(|kind| (kind as u8, records_of(kind)));
    let blocks = Kind::ALL.map(|kind| (BLOCKS | kind as u8, blocks_of(kind)));
    let rest = [(UNIQUES, uniques()), (HEADS, heads())];
    rows.into_iter().chain(blocks).chain(rest).collect()
}

/// Where the rows lie that are counted, in the order of their keys.
pub fn counted() -> [[u8; 1]; 4] {
    [[RECORD], [UNIQUE], [HEAD], [BLOCK]]
}

/// What to call a row in a message.
pub fn name(bytes: &[u8]) -> String {
    match (bytes, parse(bytes)) {
        ([RECORD, ..], Some(key)) => key.to_string(),
        ([HEAD, ..], Some(key)) => format!("the history of {key}"),
        ([TRAIL, seq @ ..], _) => match seq.try_into() {
            Ok(seq) => format!("entry {} of the trail", u64::from_be_bytes(seq)),
            Err(_) => "an entry of the trail".to_owned(),
        },
        ([BLOCK, ..], _) => match parse_block(bytes) {
            Some((kind, number)) => {
                let first = number.saturating_mul(BLOCK_SIZE);
                let last = first.saturating_add(BLOCK_SIZE - 1);
                format!("the block from {} {first} to {last}", kind.word())
            }
            None => "a block of records".to_owned(),
        },
        ([UNIQUE, ..], _) => "the index of logins, emails and codes".to_owned(),
        _ if bytes == TOTALS => "the row of totals".to_owned(),
        _ => "a row of no known kind".to_owned(),
    }
}

fn numbered(first: u8, key: Key) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(18);
    bytes.extend([first, key.kind as u8]);
    bytes.extend(key.id.to_be_bytes());
    bytes.extend(key.sub.to_be_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_lie_in_the_order_of_their_keys() {
        let mut keys: Vec<Key> = Vec::new();
        for kind in Kind::ALL {
            for id in [0, 1, 255, 256, u64::MAX] {
                keys.extend([0, 1, 256].map(|sub| Key { kind, id, sub }));
            }
        }
        let rows: Vec<Vec<u8>> = keys.iter().map(|key| record(*key)).collect();
        assert!(keys.is_sorted() && rows.is_sorted());
        for (key, row) in keys.iter().zip(&rows) {
            assert_eq!(parse(row), Some(*key));
            assert_eq!(section(row), Some(key.kind as u8));
            assert_eq!(parse(&head(*key)), Some(*key));
        }
        assert!(entry(255) < entry(256));
    }

    #[test]
    fn damage_is_named_after_what_it_hit() {
        assert_eq!(name(&record(Key::new(Kind::User, 7))), "user 7");
        assert_eq!(name(&entry(12)), "entry 12 of the trail");
        assert_eq!(name(&block(Kind::User, 1)), "the block from user 16 to 31");
        assert_eq!(name(&[9, 9]), "a row of no known kind");
    }
}
