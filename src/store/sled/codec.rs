//! The codec: how a value becomes bytes on the disk and how damage to them is noticed.
//!
//! Owns the envelope and is the only file that names `bincode`; knows nothing of sled. An
//! envelope is `PD`, the format's number, the CRC-32 of the row's key and everything after
//! it, and the value. The key is in the checksum, so that a value that ends up under another
//! key is damage too.

use std::borrow::Cow;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::keys;
use crate::store::error::StoreError;

const MAGIC: [u8; 2] = *b"PD";
/// Number of the encoding below; raised when a stored type changes its shape.
///
/// 1 is what the first release wrote, 2 came with contracts, 4 with second factors and roles, 7
/// with mails. The number is in no checksum, so those in between were left out, of which one
/// flipped bit would make another. Since then fields have only been appended to the types that
/// end a row, and each begins empty, which bincode writes as zeros: so a row of an older format
/// is read as if it went on with [`PADDING`] zeros.
pub const FORMAT: u8 = 7;
/// The formats that are read.
const FORMATS: [u8; 4] = [1, 2, 4, FORMAT];
/// More zeros than all fields that were appended since format 1 take when they are empty.
const PADDING: usize = 32;
const HEADER: usize = MAGIC.len() + 1 + 4;

/// The envelope for `value` at the row of that key.
///
/// # Errors
/// When the value can't be encoded, which none of the stored types allows.
pub fn encode<T: Serialize>(key: &[u8], value: &T) -> Result<Vec<u8>, StoreError> {
    let mut bytes = header(256);
    bytes.extend(plain(value)?);
    Ok(sealed(key, bytes))
}

/// The same envelope as a program that wrote that format would have made.
///
/// # Errors
/// As [`encode`].
pub fn encode_as<T: Serialize>(key: &[u8], value: &T, format: u8) -> Result<Vec<u8>, StoreError> {
    let mut bytes = encode(key, value)?;
    bytes[MAGIC.len()] = format;
    Ok(bytes)
}

/// The envelope for what has been encoded already, at the row of that key.
pub fn enclose(key: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut bytes = header(HEADER + payload.len());
    bytes.extend(payload);
    sealed(key, bytes)
}

fn header(capacity: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(capacity);
    bytes.extend(MAGIC);
    bytes.push(FORMAT);
    bytes.extend([0; 4]);
    bytes
}

fn sealed(key: &[u8], mut bytes: Vec<u8>) -> Vec<u8> {
    let crc = checksum(key, &bytes[HEADER..]);
    bytes[HEADER - 4..HEADER].copy_from_slice(&crc.to_le_bytes());
    bytes
}

/// The value alone, in the format of [`FORMAT`].
///
/// # Errors
/// As [`encode`].
pub fn plain<T: Serialize>(value: &T) -> Result<Vec<u8>, StoreError> {
    bincode::serde::encode_to_vec(value, bincode::config::standard())
        .map_err(|e| StoreError::Io { deed: "written", reason: e.to_string() })
}

/// The value in the envelope at the row of that key.
///
/// # Errors
/// [`StoreError::Damaged`] that names the row, when this is not what was written there.
pub fn decode<T: DeserializeOwned>(key: &[u8], bytes: &[u8]) -> Result<T, StoreError> {
    let payload = open(key, bytes)?;
    read(key, bytes[MAGIC.len()], payload)
}

/// The value that was written alone, in that format, at the row of that key.
///
/// # Errors
/// As [`decode`].
pub fn read<T: DeserializeOwned>(key: &[u8], format: u8, bytes: &[u8]) -> Result<T, StoreError> {
    let mut payload = Cow::Borrowed(bytes);
    let length = payload.len();
    let is_older = format < FORMAT;
    if is_older {
        payload.to_mut().resize(length + PADDING, 0);
    }
    let (value, used) = bincode::serde::decode_from_slice(&payload, bincode::config::standard())
        .map_err(|e| damaged(key, &format!("can't be understood ({e})")))?;
    if used == length || (is_older && used > length) {
        Ok(value)
    } else {
        Err(damaged(key, "is longer than it should be"))
    }
}

/// Checks an envelope and gives what is in it.
///
/// # Errors
/// As [`decode`].
pub fn open<'a>(key: &[u8], bytes: &'a [u8]) -> Result<&'a [u8], StoreError> {
    let (Some((header, payload)), Some(true)) =
        (bytes.split_first_chunk::<HEADER>(), bytes.get(..2).map(|magic| magic == MAGIC))
    else {
        return Err(damaged(key, "is not in its envelope"));
    };
    let [_, _, format, crc @ ..] = *header;
    if !FORMATS.contains(&format) {
        let what = format!("is in format {format}, and this program knows 1, 2, 4 and {FORMAT}");
        return Err(damaged(key, &what));
    }
    if checksum(key, payload) != u32::from_le_bytes(crc) {
        return Err(damaged(key, "does not match its checksum"));
    }
    Ok(payload)
}

fn checksum(key: &[u8], payload: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(key);
    hasher.update(payload);
    hasher.finalize()
}

/// Damage to the row of that key.
pub fn damaged(key: &[u8], what: &str) -> StoreError {
    StoreError::Damaged { what: format!("{} {what}", keys::name(key)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::contact::Contact;
    use crate::domain::id::ContactId;
    use crate::store::record::{Key, Kind, Record, Stamp};

    fn row() -> (Vec<u8>, (Stamp, Record)) {
        let contact = Contact {
            id: ContactId(7),
            first: Some("Zoë".into()),
            last: None,
            email: Some("zoe@example.com".into()),
            phone: None,
            company: None,
            external_id: None,
        };
        let stamp = Stamp { version: 3, audit_seq: 300 };
        (keys::record(Key::new(Kind::Contact, 7)), (stamp, contact.into()))
    }

    #[test]
    fn the_format_stays_as_it_is() {
        let (key, value) = row();
        let bytes = encode(&key, &value).unwrap();
        let kept = [
            b"PD\x07".as_slice(),               // magic, format
            &bytes[3..7],                       // checksum
            b"\x03\xfb\x2c\x01",                // version 3, entry 300
            b"\x03\x07\x01\x04Zo\xc3\xab\x00",  // a contact, 7, its names
            b"\x01\x0fzoe@example.com\x00\x00", // its email, no phone, no company
            b"\x00",                            // no external id
        ]
        .concat();
        assert_eq!(bytes, kept, "raise FORMAT and keep reading what older ones wrote");
    }

    #[test]
    fn what_the_first_release_wrote_is_read() {
        let (key, value) = row();
        let kept = [
            b"PD\x01\x1b\x14\x61\x92".as_slice(), // magic, format, checksum
            b"\x03\xfb\x2c\x01",                  // version 3, entry 300
            b"\x03\x07\x01\x04Zo\xc3\xab\x00",    // a contact, 7, its names
            b"\x01\x0fzoe@example.com\x00\x00",   // its email, no phone, no company
        ]
        .concat();
        assert_eq!(decode::<(Stamp, Record)>(&key, &kept).unwrap(), value);
        assert!(decode::<u64>(&key, &kept).is_err(), "there is more in it than a number");
    }

    #[test]
    fn any_flipped_bit_is_noticed() {
        let (key, value) = row();
        let bytes = encode(&key, &value).unwrap();
        assert_eq!(decode::<(Stamp, Record)>(&key, &bytes).unwrap(), value);
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let error = decode::<(Stamp, Record)>(&key, &flipped).unwrap_err();
            assert!(error.to_string().contains("contact 7"), "{error}");
        }
        for length in 0..bytes.len() {
            assert!(decode::<(Stamp, Record)>(&key, &bytes[..length]).is_err());
        }
    }

    #[test]
    fn a_value_under_another_key_is_noticed() {
        let (key, value) = row();
        let bytes = encode(&key, &value).unwrap();
        let other = keys::record(Key::new(Kind::Contact, 8));
        assert!(decode::<(Stamp, Record)>(&other, &bytes).is_err());
    }
}
