//! The snapshot: lists and unique keys as they lie in memory, in a file beside sled, so that
//! a big store need not be read to be opened.
//!
//! Owns the file `lists`: what it is of (the last entry of the trail, with its hash), where
//! its parts lie and their checksums. What has changed since, the trail tells. It is written
//! under another name, synced and renamed; when there is none or it is not of this store's
//! past, everything is read instead, so nothing is lost with it.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;

use super::directory::{Directory, Picture, Roster};
use super::engine::Engine;
use super::totals::Totals;
use super::uniques::Uniques;
use super::view::{self, View};
use super::{codec, disk};
use crate::store::error::StoreError;
use crate::store::query::{Filter, List, Query, Sort, Stop};
use crate::store::record::{Key, Kind};

const NAME: &str = "lists";
const UNFINISHED: &str = "lists.new";
/// The beginning of the file: an envelope with the index, and room for it to grow.
const INDEX_LENGTH: usize = 1024;
const KEY: &[u8] = b"lists";
/// Number of the form of the parts; another one is not read.
const FORM: u32 = 3;
const BUFFER: usize = 256 << 10;
/// Records changed since beyond which reading everything is as quick.
pub const MOST_CHANGED: usize = 400_000;

/// The parts: unique keys, the table of companies, and the lists in the order of
/// [`Directory::LISTS`].
const UNIQUES: usize = 0;
const TABLE: usize = 1;
const LISTS: usize = 2;

/// What a snapshot is of, and where its parts lie.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
struct Index {
    form: u32,
    generation: u64,
    audit_seq: u64,
    audit_hash: [u8; 32],
    parts: Vec<Part>,
}

#[derive(Debug, Clone, Copy, serde::Serialize, serde::Deserialize)]
struct Part {
    at: u64,
    length: u64,
    crc: u32,
}

/// What is to be saved, of one moment.
#[derive(Debug)]
pub struct Moment {
    /// The lists.
    pub picture: Picture,
    /// The unique keys.
    pub uniques: Uniques,
    /// The totals.
    pub totals: Totals,
}

/// The orders in which lists are shown first, and so are wanted in a moment.
const FIRST_SHOWN: [(List, Sort); 7] = [
    (List::Users, Sort::Login),
    (List::Users, Sort::Name),
    (List::Users, Sort::Email),
    (List::Users, Sort::Company),
    (List::Contacts, Sort::Name),
    (List::Companies, Sort::Name),
    (List::Requests, Sort::Time),
];

impl Moment {
    /// Works out the orders that are wanted first, so that they are saved as well.
    ///
    /// # Errors
    /// None that a store gives.
    pub fn prepare(&self) -> Result<(), StoreError> {
        for (list, sight) in self.picture.lists() {
            for (_, sort) in FIRST_SHOWN.into_iter().filter(|(shown, _)| *shown == list) {
                sight.prepare(&Query {
                    list,
                    filter: Filter::default(),
                    sort,
                    reverse: false,
                    page: 1,
                    per_page: 50,
                    partly: true,
                    stop: Stop::default(),
                })?;
            }
        }
        Ok(())
    }
}

/// Writes a snapshot of the store in `dir`.
///
/// # Errors
/// As the system has it; the old one is still there then.
pub fn write(dir: &Path, moment: &Moment) -> io::Result<()> {
    let path = dir.join(UNFINISHED);
    write_at(dir, &path, moment).inspect_err(|_| {
        // What is half done only takes room, which may be what there is none of.
        drop(fs::remove_file(&path));
    })
}

fn write_at(dir: &Path, path: &Path, moment: &Moment) -> io::Result<()> {
    let file = disk::private_file(path)?;
    file.set_len(0)?;
    let mut writer = Summing {
        out: BufWriter::with_capacity(BUFFER, &file),
        at: 0,
        crc: crc32fast::Hasher::new(),
    };
    writer.write_all(&[0; INDEX_LENGTH])?;
    let mut parts = Vec::new();
    writer.begin();
    moment.uniques.write(&mut writer)?;
    parts.push(writer.end(&parts));
    moment.picture.write_table(&mut writer)?;
    parts.push(writer.end(&parts));
    for (_, sight) in moment.picture.lists() {
        sight.write(&mut writer)?;
        parts.push(writer.end(&parts));
    }
    writer.out.flush()?;
    drop(writer);
    let totals = &moment.totals;
    let index = Index {
        form: FORM,
        generation: totals.generation,
        audit_seq: totals.audit_seq,
        audit_hash: totals.audit_hash,
        parts,
    };
    let mut envelope = codec::encode(KEY, &index).map_err(io::Error::other)?;
    // Where it ends, its own length says.
    let length = u32::try_from(envelope.len()).unwrap_or(u32::MAX);
    envelope.splice(0..0, length.to_le_bytes());
    if envelope.len() > INDEX_LENGTH {
        return Err(io::Error::other("the index of the lists has no room"));
    }
    file.write_all_at(&envelope, 0)?;
    file.sync_all()?;
    fs::rename(path, dir.join(NAME))?;
    disk::sync_dir(dir)
}

/// A snapshot that has been found.
#[derive(Debug)]
pub struct Snapshot {
    file: Arc<File>,
    index: Index,
}

/// Finds the snapshot of the store in `dir`; none when there is no usable one.
pub fn find(dir: &Path, engine: &Engine, totals: &Totals) -> Option<Snapshot> {
    // A kill while one was written has left it.
    let _ = fs::remove_file(dir.join(UNFINISHED));
    let found = File::open(dir.join(NAME)).and_then(read_index);
    match found {
        Ok(snapshot) if snapshot.is_of(engine, totals) => Some(snapshot),
        Ok(_) => {
            tracing::warn!("the saved lists are not of this store's past; all is read anew");
            None
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => {
            tracing::warn!(%error, "the saved lists can't be read; all is read anew");
            None
        }
    }
}

fn read_index(file: File) -> io::Result<Snapshot> {
    let mut bytes = [0; INDEX_LENGTH];
    file.read_exact_at(&mut bytes, 0)?;
    let (length, rest) = bytes.split_at(4);
    let length = length.try_into().map_or(0, u32::from_le_bytes);
    let envelope =
        rest.get(..length as usize).ok_or_else(|| io::Error::other("it has no index"))?;
    let index: Index = codec::decode(KEY, envelope).map_err(io::Error::other)?;
    let end = file.metadata()?.len();
    let whole = |part: &Part| part.at.checked_add(part.length).is_some_and(|it| it <= end);
    if index.form != FORM
        || index.parts.len() != LISTS + Directory::LISTS.len()
        || !index.parts.iter().all(whole)
    {
        return Err(io::Error::other("it is in another form, or cut short"));
    }
    Ok(Snapshot { file: Arc::new(file), index })
}

impl Snapshot {
    /// Whether the store has come from where this was taken.
    fn is_of(&self, engine: &Engine, totals: &Totals) -> bool {
        let Index { generation, audit_seq, audit_hash, .. } = self.index;
        generation <= totals.generation
            && (1..=totals.audit_seq).contains(&audit_seq)
            && view::entry(engine, audit_seq).is_ok_and(|entry| entry.hash == audit_hash)
    }

    /// The lists and unique keys as they are now, contacts put off; and how many records have
    /// changed since. `None` when it is as quick to read everything.
    ///
    /// # Errors
    /// [`StoreError`] when the store is damaged or can't be read, [`io::Error`] when the
    /// snapshot is.
    pub fn load(&self, engine: &Engine, totals: &Totals) -> Result<Option<(View, u64)>, Unusable> {
        let Some(changed) = self.changed(engine, totals)? else { return Ok(None) };
        let mut view = View { totals: totals.clone(), ..View::default() };
        let (uniques, directory) = std::thread::scope(|scope| {
            let uniques = scope.spawn(|| self.part(UNIQUES, Uniques::read));
            let directory = self.directory();
            let broken = || io::Error::other("a thread broke off");
            (uniques.join().unwrap_or_else(|_| Err(broken())), directory)
        });
        (view.uniques, view.directory) = (uniques?, directory?);
        // A profile before its user, a company before both: in the order of their keys
        // companies come first, and profiles may come after.
        for key in &changed {
            match view.record(engine, *key)? {
                Some(stored) => {
                    view.uniques.load(&stored.record);
                    view.directory.load(&stored.record);
                }
                None => view.directory.remove(*key),
            }
        }
        Ok(Some((view, changed.len() as u64)))
    }

    fn directory(&self) -> io::Result<Directory> {
        let mut directory = self.part(TABLE, |from, _| Directory::with_table(from))?;
        directory.put_contacts_off();
        for (at, list) in Directory::LISTS.into_iter().enumerate() {
            if !directory.is_put_off(list) {
                let roster = self.part(LISTS + at, |from, _| directory.read(from))?;
                directory.adopt(list, roster);
            }
        }
        Ok(directory)
    }

    /// One list, as it was saved.
    ///
    /// # Errors
    /// When it can't be read, or is not what was written.
    pub fn list(&self, list: List) -> io::Result<Roster> {
        let at = Directory::LISTS.into_iter().position(|it| it == list);
        let at = at.ok_or_else(|| io::Error::other("there is no such list"))?;
        let table = self.part(TABLE, |from, _| Directory::with_table(from))?;
        self.part(LISTS + at, |from, _| table.read(from))
    }

    fn part<T>(
        &self,
        at: usize,
        read: impl FnOnce(&mut BufReader<Checked>, u64) -> io::Result<T>,
    ) -> io::Result<T> {
        let part = self.index.parts[at];
        let checked = Checked {
            file: Arc::clone(&self.file),
            at: part.at,
            left: part.length,
            crc: crc32fast::Hasher::new(),
            expected: part.crc,
        };
        let mut from = BufReader::with_capacity(BUFFER, checked);
        let value = read(&mut from, part.length)?;
        // Nothing counts before the last byte was read and the sum is right.
        io::copy(&mut from, &mut io::sink())?;
        Ok(value)
    }

    /// The records that have changed since, told by the trail.
    fn changed(
        &self,
        engine: &Engine,
        totals: &Totals,
    ) -> Result<Option<BTreeSet<Key>>, StoreError> {
        let mut changed = BTreeSet::new();
        for seq in self.index.audit_seq + 1..=totals.audit_seq {
            for target in view::entry(engine, seq)?.targets {
                if target.key.kind == Kind::User {
                    // A profile is told of with its user.
                    changed.insert(Key::new(Kind::Profile, target.key.id));
                }
                changed.insert(target.key);
            }
            if changed.len() > MOST_CHANGED {
                return Ok(None);
            }
        }
        Ok(Some(changed))
    }
}

/// Why lists could not be had from a snapshot.
#[derive(Debug)]
pub enum Unusable {
    /// The store itself is damaged or can't be read.
    Store(StoreError),
    /// The snapshot is.
    Snapshot(io::Error),
}

impl From<StoreError> for Unusable {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<io::Error> for Unusable {
    fn from(error: io::Error) -> Self {
        Self::Snapshot(error)
    }
}

/// Counts and sums what is written.
struct Summing<W> {
    out: W,
    at: u64,
    crc: crc32fast::Hasher,
}

impl<W> Summing<W> {
    fn begin(&mut self) {
        self.crc = crc32fast::Hasher::new();
    }

    /// What has been written since the parts before.
    fn end(&mut self, before: &[Part]) -> Part {
        let at = before.last().map_or(INDEX_LENGTH as u64, |part| part.at + part.length);
        let crc = std::mem::take(&mut self.crc).finalize();
        Part { at, length: self.at - at, crc }
    }
}

impl<W: Write> Write for Summing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.crc.update(&bytes[..written]);
        self.at += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Reads one part; the last byte comes only when the sum of all is right.
#[derive(Debug)]
pub struct Checked {
    file: Arc<File>,
    at: u64,
    left: u64,
    crc: crc32fast::Hasher,
    expected: u32,
}

impl Read for Checked {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let most = into.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let read = self.file.read_at(&mut into[..most], self.at)?;
        self.crc.update(&into[..read]);
        self.at += read as u64;
        self.left -= read as u64;
        if read == 0 && most > 0 {
            return Err(io::Error::other("it is cut short"));
        }
        if self.left == 0 && self.crc.clone().finalize() != self.expected {
            return Err(io::Error::other("it does not match its checksum"));
        }
        Ok(read)
    }
}
