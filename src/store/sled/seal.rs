//! The seal: outside sled, how far the store had come, so that a lost or replaced file shows.
//!
//! Owns the file `seal`: two slots, written in turn, each in an envelope, so that one is
//! whole whatever happens to the other. It is written after every acknowledged commit and
//! brought to the disk at open, at close and every [`SYNC_EVERY`] commits.
//!
//! What it notices: a `db` that was deleted, emptied, cut short or replaced by an older copy,
//! and a trail that is another one. After a killed process that holds to the last commit;
//! after a power failure up to [`SYNC_EVERY`] commits may be missing unnoticed. What it does
//! not notice: a whole directory that was replaced by an older copy of itself, seal and all.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::totals::Totals;
use super::{codec, disk};
use crate::domain::problem::reason;
use crate::store::error::StoreError;

/// Commits between two times that the seal is brought to the disk.
pub const SYNC_EVERY: u64 = 64;

/// Far enough apart to lie in different blocks.
const SLOTS: [u64; 2] = [0, 4096];
const SLOT_LENGTH: usize = 512;
const KEY: &[u8] = b"seal";

/// How far the store had come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// The commits.
    pub generation: u64,
    /// The last entry of the trail.
    pub audit_seq: u64,
    /// Its hash.
    pub audit_hash: [u8; 32],
    /// The hash of the row of totals.
    totals: [u8; 32],
}

impl Seal {
    fn of(totals: &Totals) -> Result<Self, StoreError> {
        Self::in_format(totals, codec::FORMAT)
    }

    /// The seal that a program of that format would have written.
    fn in_format(totals: &Totals, format: u8) -> Result<Self, StoreError> {
        let bytes = codec::encode_as(KEY, totals, format)?;
        Ok(Self {
            generation: totals.generation,
            audit_seq: totals.audit_seq,
            audit_hash: totals.audit_hash,
            totals: *blake3::hash(&bytes).as_bytes(),
        })
    }

    /// Checks that the store has come at least as far.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] that says what is missing.
    pub fn expect(&self, totals: &Totals) -> Result<(), StoreError> {
        let (sealed, found) = (self.generation, totals.generation);
        if found < sealed {
            let what = format!("its seal knows {sealed} changes, and it shows {found}");
            return Err(StoreError::Damaged { what });
        }
        let mut sealed_by = (1..=codec::FORMAT).map(|format| Self::in_format(totals, format));
        if found == sealed && !sealed_by.any(|seal| seal.as_ref() == Ok(self)) {
            let what = "its row of totals is not the sealed one".to_owned();
            return Err(StoreError::Damaged { what });
        }
        Ok(())
    }
}

/// The file.
#[derive(Debug)]
pub struct SealFile {
    file: File,
    unsynced: u64,
    slot: usize,
}

impl SealFile {
    /// Opens or makes the file and reads the seal; `None` when there has been none yet.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when there is something in it that is no seal.
    pub fn open(dir: &Path) -> Result<(Self, Option<Seal>), StoreError> {
        let file =
            disk::private_file(&dir.join("seal")).map_err(|e| StoreError::directory(dir, &e))?;
        let length = file.metadata().map_err(|e| StoreError::directory(dir, &e))?.len();
        let seals = SLOTS.map(|at| read(&file, at));
        let last = usize::from(generation(&seals[1]) > generation(&seals[0]));
        let [first, second] = seals;
        let seal = if last == 1 { second } else { first };
        if seal.is_none() && length > 0 {
            return Err(StoreError::Damaged { what: "its seal can't be read".to_owned() });
        }
        Ok((Self { file, unsynced: 0, slot: 1 - last }, seal))
    }

    /// Writes how far the store has come, and now and then brings it to the disk.
    ///
    /// # Errors
    /// When it can't be written; the seal then lags behind.
    pub fn note(&mut self, totals: &Totals) -> Result<(), StoreError> {
        let envelope = codec::encode(KEY, &Seal::of(totals)?)?;
        let mut slot = [0; SLOT_LENGTH];
        let length = u16::try_from(envelope.len()).unwrap_or(u16::MAX);
        slot[..2].copy_from_slice(&length.to_le_bytes());
        let Some(room) = slot.get_mut(2..2 + envelope.len()) else {
            let reason = "the seal is too long for its slot".to_owned();
            return Err(StoreError::Io { deed: "sealed", reason });
        };
        room.copy_from_slice(&envelope);
        self.file.write_all_at(&slot, SLOTS[self.slot]).map_err(|e| failed(&e))?;
        self.slot = 1 - self.slot;
        self.unsynced += 1;
        if self.unsynced >= SYNC_EVERY { self.sync() } else { Ok(()) }
    }

    /// Brings the seal to the disk.
    ///
    /// # Errors
    /// As the system has it.
    pub fn sync(&mut self) -> Result<(), StoreError> {
        self.file.sync_data().map_err(|e| failed(&e))?;
        self.unsynced = 0;
        Ok(())
    }
}

fn failed(error: &io::Error) -> StoreError {
    StoreError::Io { deed: "sealed", reason: reason(error) }
}

fn generation(seal: &Option<Seal>) -> Option<u64> {
    seal.as_ref().map(|seal| seal.generation)
}

fn read(file: &File, at: u64) -> Option<Seal> {
    let mut slot = [0; SLOT_LENGTH];
    file.read_exact_at(&mut slot, at).ok()?;
    let (length, rest) = slot.split_first_chunk::<2>()?;
    let envelope = rest.get(..usize::from(u16::from_le_bytes(*length)))?;
    codec::decode(KEY, envelope).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn totals(generation: u64) -> Totals {
        Totals { generation, audit_seq: generation, ..Totals::default() }
    }

    #[test]
    fn the_last_seal_is_read_and_the_one_before_when_it_is_torn() {
        let dir = tempfile::tempdir().unwrap();
        let (mut file, none) = SealFile::open(dir.path()).unwrap();
        assert_eq!(none, None);
        file.note(&totals(0)).unwrap();
        let (_, seal) = SealFile::open(dir.path()).unwrap();
        assert_eq!(seal.unwrap().generation, 0, "the first one lies in one slot only");
        for generation in 1..=3 {
            file.note(&totals(generation)).unwrap();
        }
        drop(file);
        let (file, seal) = SealFile::open(dir.path()).unwrap();
        assert_eq!(seal.unwrap().generation, 3);
        file.file.write_all_at(&[0xFF; 40], SLOTS[1 - file.slot]).unwrap();
        drop(file);
        let (mut file, seal) = SealFile::open(dir.path()).unwrap();
        assert_eq!(seal.unwrap().generation, 2, "the torn one is passed over");
        file.note(&totals(4)).unwrap();
        let (_, seal) = SealFile::open(dir.path()).unwrap();
        assert_eq!(seal.unwrap().generation, 4, "and written over");
    }

    #[test]
    fn less_than_was_sealed_is_refused() {
        let seal = Seal::of(&totals(5)).unwrap();
        seal.expect(&totals(5)).unwrap();
        seal.expect(&totals(6)).unwrap();
        Seal::in_format(&totals(5), 1).unwrap().expect(&totals(5)).unwrap();
        let refused = seal.expect(&totals(4)).unwrap_err().to_string();
        assert!(refused.contains("knows 5 changes, and it shows 4"), "{refused}");
        let mut altered = totals(5);
        altered.give(crate::store::Kind::User, 9);
        seal.expect(&altered).unwrap_err();
    }

    #[test]
    fn a_file_of_noise_is_damage() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("seal"), [7; 5000]).unwrap();
        assert!(matches!(SealFile::open(dir.path()), Err(StoreError::Damaged { .. })));
    }
}
