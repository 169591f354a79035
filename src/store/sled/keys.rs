//! Keys: where each row lies in the one tree, in an order that scans can use.
//!
//! Owns the bytes of keys; knows nothing of values. All rows lie in one tree, because a
//! second one would cost memory for every row: the first byte tells them apart, numbers are
//! big-endian, so that rows lie by kind and number. The bytes are part of the file format.

use crate::store::record::{Key, Kind, UniqueKey};

/// The row of totals: one for the whole store.
pub const TOTALS: [u8; 1] = [0];

const RECORD: u8 = 1;
const UNIQUE: u8 = 2;
const HEAD: u8 = 3;
const TRAIL: u8 = 4;

/// What a row is, for the totals: the kind of a record, or one of the two below.
pub type Section = u8;
/// The section of the rows that say whom a unique key belongs to.
pub const UNIQUES: Section = 0xF0;
/// The section of the rows that say where a record's part of the trail begins.
pub const HEADS: Section = 0xF1;

/// Where a record lies.
pub fn record(key: Key) -> Vec<u8> {
    numbered(RECORD, key)
}

/// Where the records of a kind lie.
pub fn records_of(kind: Kind) -> Vec<u8> {
    vec![RECORD, kind as u8]
}

/// Where the records below a record of that number lie.
pub fn records_below(kind: Kind, id: u64) -> Vec<u8> {
    let mut bytes = records_of(kind);
    bytes.extend(id.to_be_bytes());
    bytes
}

/// Where it says to whom a unique key belongs.
pub fn unique(unique: &UniqueKey) -> Vec<u8> {
    let mut bytes = vec![UNIQUE];
    match unique {
        UniqueKey::SignInName(text) => extend(&mut bytes, 1, text.as_bytes()),
        UniqueKey::CompanyCode(text) => extend(&mut bytes, 2, text.as_bytes()),
        UniqueKey::SiteCode(text) => extend(&mut bytes, 3, text.as_bytes()),
        UniqueKey::ContactOfUser(id) => extend(&mut bytes, 4, &id.to_be_bytes()),
        UniqueKey::ImportedRequest(text) => extend(&mut bytes, 5, text.as_bytes()),
        UniqueKey::ExternalId(kind, text) => {
            extend(&mut bytes, 6, &[*kind as u8]);
            bytes.extend(text.as_bytes());
        }
        UniqueKey::ContractNumber(company, text) => {
            extend(&mut bytes, 7, &company.to_be_bytes());
            bytes.extend(text.as_bytes());
        }
    }
    bytes
}

/// Where all unique keys lie.
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

/// What to call a row in a message.
pub fn name(bytes: &[u8]) -> String {
    match (bytes, parse(bytes)) {
        ([RECORD, ..], Some(key)) => key.to_string(),
        ([HEAD, ..], Some(key)) => format!("the history of {key}"),
        ([TRAIL, seq @ ..], _) => match seq.try_into() {
            Ok(seq) => format!("entry {} of the trail", u64::from_be_bytes(seq)),
            Err(_) => "an entry of the trail".to_owned(),
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

fn extend(bytes: &mut Vec<u8>, tag: u8, rest: &[u8]) {
    bytes.push(tag);
    bytes.extend(rest);
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
        assert_eq!(name(&[9, 9]), "a row of no known kind");
    }
}
