//! Unique keys: who may hold each, in memory.
//!
//! Owns a table from the hash of a key to the numbers of records that may hold it; whether
//! they do, their records say. So the table may know too much and never too little: an entry
//! that has become wrong costs a look at a record and nothing else. It is saved with the
//! lists and made again from the records when that is lost, because a row of sled for every
//! key would cost more than all records together.

use std::collections::BTreeSet;
use std::io::{self, Read, Write};
use std::sync::Arc;

use crate::store::record::{Key, Kind, Record, UniqueKey};

/// Parts of the table, by the first byte of the hash: each grows by itself, and is copied by
/// itself when it is changed while the table is being saved.
const PARTS: usize = 1 << 8;
/// Places in a part that has just been made.
const SMALLEST: usize = 1 << 4;
/// Of so many places so many are taken at most: more make the searches long.
const FULL: (usize, usize) = (5, 6);
/// An empty place; no entry is 0, because no record has the number 0.
const EMPTY: u64 = 0;

/// The table. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Uniques {
    parts: Vec<Arc<Part>>,
    /// Numbers that do not fit into an entry.
    others: BTreeSet<(u32, u64)>,
}

impl Default for Uniques {
    fn default() -> Self {
        Self { parts: vec![Arc::default(); PARTS], others: BTreeSet::new() }
    }
}

/// Linear probing from where the hash says, in proportion to the size. An entry is the hash
/// above and the number below.
#[derive(Debug, Clone, Default)]
struct Part {
    places: Vec<u64>,
    taken: usize,
}

/// What a commit does to the table: (hash, number).
#[derive(Debug, Default)]
pub struct Moves {
    /// Keys that records give up.
    pub gone: Vec<(u32, u64)>,
    /// Keys that records hold from now on.
    pub come: Vec<(u32, u64)>,
}

/// The hash of a unique key. Its lowest bits say what kind of key it is: of two records with
/// the same number neither ever stands for the other.
pub fn hash(unique: &UniqueKey) -> u32 {
    let mut hasher = blake3::Hasher::new();
    let kind = match unique {
        UniqueKey::SignInName(text) => {
            hasher.update(text.as_bytes());
            1
        }
        UniqueKey::CompanyCode(text) => {
            hasher.update(text.as_bytes());
            2
        }
        UniqueKey::SiteCode(text) => {
            hasher.update(text.as_bytes());
            3
        }
        UniqueKey::ContactOfUser(id) => {
            hasher.update(&id.to_le_bytes());
            4
        }
        UniqueKey::ImportedRequest(text) => {
            hasher.update(text.as_bytes());
            5
        }
        UniqueKey::ExternalId(kind, text) => {
            hasher.update(text.as_bytes());
            if *kind == Kind::User { 6 } else { 7 }
        }
        UniqueKey::ContractNumber(company, text) => {
            hasher.update(&company.to_le_bytes()).update(text.as_bytes());
            8
        }
        UniqueKey::RoleName(text) => {
            hasher.update(text.as_bytes());
            9
        }
        UniqueKey::GroupCode(text) => {
            hasher.update(text.as_bytes());
            10
        }
        UniqueKey::CurrentMail(user) => {
            hasher.update(&user.to_le_bytes());
            11
        }
        UniqueKey::MailToken(token) => {
            hasher.update(token);
            12
        }
        UniqueKey::JobName(text) => {
            hasher.update(text.as_bytes());
            13
        }
    };
    let [a, b, c, d, ..] = *hasher.finalize().as_bytes();
    u32::from_le_bytes([a, b, c, d]) & !0xF | kind
}

/// The number that stands for a record in the table: the one of its own.
pub fn number(key: Key) -> u64 {
    key.number().unwrap_or(key.id)
}

/// The record of that number that may hold a unique key.
pub const fn holder(unique: &UniqueKey, number: u64) -> Key {
    let kind = match unique {
        UniqueKey::SignInName(_) => Kind::User,
        UniqueKey::CompanyCode(_) => Kind::Company,
        UniqueKey::SiteCode(_) => Kind::Site,
        UniqueKey::ContactOfUser(_) => Kind::Profile,
        UniqueKey::ImportedRequest(_) => Kind::Request,
        UniqueKey::ExternalId(kind, _) => *kind,
        UniqueKey::RoleName(_) => Kind::PortalRole,
        UniqueKey::GroupCode(_) => Kind::SiteGroup,
        UniqueKey::CurrentMail(_) | UniqueKey::MailToken(_) => Kind::Mail,
        UniqueKey::JobName(_) => Kind::Job,
        UniqueKey::ContractNumber(company, _) => {
            return Key { kind: Kind::Contract, id: *company, sub: number };
        }
    };
    Key::new(kind, number)
}

impl Uniques {
    /// The numbers of records that may hold a key of that hash.
    pub fn candidates(&self, hash: u32) -> Vec<u64> {
        let mut found = self.parts[part(hash)].candidates(hash);
        found.extend(self.others.range((hash, 0)..=(hash, u64::MAX)).map(|(_, number)| *number));
        found
    }

    /// Takes in the keys of a record; those that are known already stay.
    pub fn load(&mut self, record: &Record) {
        let number = number(record.key());
        for unique in record.unique_keys() {
            self.insert(hash(&unique), number);
        }
    }

    /// Does what a commit does.
    pub fn apply(&mut self, moves: &Moves) {
        for (hash, number) in &moves.gone {
            self.remove(*hash, *number);
        }
        for (hash, number) in &moves.come {
            self.insert(*hash, *number);
        }
    }

    fn insert(&mut self, hash: u32, number: u64) {
        match entry(hash, number) {
            Some(entry) => Arc::make_mut(&mut self.parts[part(hash)]).insert(entry),
            None => _ = self.others.insert((hash, number)),
        }
    }

    fn remove(&mut self, hash: u32, number: u64) {
        match entry(hash, number) {
            Some(entry) => Arc::make_mut(&mut self.parts[part(hash)]).remove(entry),
            None => _ = self.others.remove(&(hash, number)),
        }
    }

    /// Writes the table.
    ///
    /// # Errors
    /// As the system has it.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(&(self.others.len() as u64).to_le_bytes())?;
        for (hash, number) in &self.others {
            out.write_all(&hash.to_le_bytes())?;
            out.write_all(&number.to_le_bytes())?;
        }
        let mut buffer = Vec::new();
        for part in &self.parts {
            out.write_all(&(part.places.len() as u64).to_le_bytes())?;
            buffer.clear();
            buffer.extend(part.places.iter().flat_map(|entry| entry.to_le_bytes()));
            out.write_all(&buffer)?;
        }
        Ok(())
    }

    /// Reads a table that was written, of at most so many bytes.
    ///
    /// # Errors
    /// As the system has it, and when it is none.
    pub fn read(from: &mut impl Read, most: u64) -> io::Result<Self> {
        let mut table = Self::default();
        let mut word = [0; 8];
        let count = |word: [u8; 8]| {
            let count = u64::from_le_bytes(word);
            let bad = || io::Error::other("a table is longer than its file");
            if count > most / 8 { Err(bad()) } else { Ok(count as usize) }
        };
        from.read_exact(&mut word)?;
        for _ in 0..count(word)? {
            let mut hash = [0; 4];
            from.read_exact(&mut hash)?;
            from.read_exact(&mut word)?;
            table.others.insert((u32::from_le_bytes(hash), u64::from_le_bytes(word)));
        }
        let mut buffer = Vec::new();
        for part in &mut table.parts {
            from.read_exact(&mut word)?;
            buffer.resize(8 * count(word)?, 0);
            from.read_exact(&mut buffer)?;
            let entries = buffer.as_chunks::<8>().0.iter().map(|it| u64::from_le_bytes(*it));
            let places: Vec<u64> = entries.collect();
            let taken = places.iter().filter(|entry| **entry != EMPTY).count();
            if taken > 0 && taken == places.len() {
                return Err(io::Error::other("a table has no room"));
            }
            *part = Arc::new(Part { places, taken });
        }
        Ok(table)
    }
}

/// The part that a hash belongs to.
const fn part(hash: u32) -> usize {
    (hash >> 24) as usize
}

impl Part {
    fn candidates(&self, hash: u32) -> Vec<u64> {
        let mut found: Vec<u64> = Vec::new();
        if self.places.is_empty() {
            return found;
        }
        let mut at = self.home(hash);
        while self.places[at] != EMPTY {
            let (theirs, number) = split(self.places[at]);
            if theirs == hash {
                found.push(number);
            }
            at = self.after(at);
        }
        found
    }

    fn insert(&mut self, entry: u64) {
        if (self.taken + 1) * FULL.1 > self.places.len() * FULL.0 {
            self.grow();
        }
        if self.place(entry) {
            self.taken += 1;
        }
    }

    /// Whether it is new.
    fn place(&mut self, entry: u64) -> bool {
        let mut at = self.home(split(entry).0);
        while self.places[at] != EMPTY {
            if self.places[at] == entry {
                return false;
            }
            at = self.after(at);
        }
        self.places[at] = entry;
        true
    }

    fn remove(&mut self, entry: u64) {
        if self.places.is_empty() {
            return;
        }
        let mut at = self.home(split(entry).0);
        while self.places[at] != entry {
            if self.places[at] == EMPTY {
                return;
            }
            at = self.after(at);
        }
        self.taken -= 1;
        // What stands behind moves up, unless it stands where it belongs.
        let mut gap = at;
        let mut next = self.after(at);
        while self.places[next] != EMPTY {
            let home = self.home(split(self.places[next]).0);
            if self.distance(home, next) >= self.distance(gap, next) {
                self.places[gap] = self.places[next];
                gap = next;
            }
            next = self.after(next);
        }
        self.places[gap] = EMPTY;
    }

    fn grow(&mut self) {
        let size = (self.places.len() / 4 * 5).max(SMALLEST);
        let old = std::mem::replace(&mut self.places, vec![EMPTY; size]);
        for entry in old.into_iter().filter(|entry| *entry != EMPTY) {
            self.place(entry);
        }
    }

    fn home(&self, hash: u32) -> usize {
        ((u64::from(hash & 0xFF_FFFF) * self.places.len() as u64) >> 24) as usize
    }

    fn after(&self, at: usize) -> usize {
        if at + 1 == self.places.len() { 0 } else { at + 1 }
    }

    /// Places from one to the other, forward.
    fn distance(&self, from: usize, to: usize) -> usize {
        if to >= from { to - from } else { to + self.places.len() - from }
    }
}

fn entry(hash: u32, number: u64) -> Option<u64> {
    let number = u32::try_from(number).ok().filter(|number| *number > 0)?;
    Some(u64::from(hash) << 32 | u64::from(number))
}

const fn split(entry: u64) -> (u32, u64) {
    ((entry >> 32) as u32, entry & 0xFFFF_FFFF)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn it_knows_what_came_and_did_not_go(
            steps in prop::collection::vec((any::<bool>(), 0..40u32, 0..60u64), 1..3000),
        ) {
            let mut table = Uniques::default();
            let mut model: BTreeSet<(u32, u64)> = BTreeSet::new();
            for (comes, hash, number) in steps {
                // Hashes at the end of their range, so that probing goes round; numbers too
                // big for an entry among them.
                let hash = u32::MAX - hash * 7;
                let number = if number > 55 { number << 40 } else { number };
                let moved = vec![(hash, number)];
                if comes {
                    model.insert((hash, number));
                    table.apply(&Moves { come: moved, ..Moves::default() });
                } else {
                    model.remove(&(hash, number));
                    table.apply(&Moves { gone: moved, ..Moves::default() });
                }
            }
            let mut bytes = Vec::new();
            table.write(&mut bytes).unwrap();
            let read = Uniques::read(&mut bytes.as_slice(), bytes.len() as u64).unwrap();
            for hash in (0..40).map(|hash| u32::MAX - hash * 7) {
                let numbers: BTreeSet<u64> = model.range((hash, 0)..=(hash, u64::MAX)).map(|it| it.1).collect();
                for table in [&table, &read] {
                    let found = table.candidates(hash);
                    prop_assert_eq!(found.len(), numbers.len());
                    prop_assert_eq!(&found.into_iter().collect::<BTreeSet<u64>>(), &numbers);
                }
            }
            for length in 0..bytes.len().min(300) {
                prop_assert!(Uniques::read(&mut &bytes[..length], length as u64).is_err());
            }
        }
    }

    #[test]
    fn records_of_one_number_do_not_stand_for_each_other() {
        let text = || "anna".to_owned();
        let keys = [
            UniqueKey::SignInName(text()),
            UniqueKey::CompanyCode(text()),
            UniqueKey::SiteCode(text()),
            UniqueKey::ContactOfUser(5),
            UniqueKey::ImportedRequest(text()),
            UniqueKey::ExternalId(Kind::User, text()),
            UniqueKey::ExternalId(Kind::Contact, text()),
            UniqueKey::ContractNumber(5, text()),
        ];
        let kinds: BTreeSet<u32> = keys.iter().map(|key| hash(key) & 0xF).collect();
        assert_eq!(kinds.len(), keys.len(), "whatever the rest of the hash is");
        let entries = || keys.iter().map(|key| (hash(key), 5)).collect();
        let mut table = Uniques::default();
        table.apply(&Moves { come: entries(), ..Moves::default() });
        table.apply(&Moves { gone: vec![(hash(&keys[0]), 5)], ..Moves::default() });
        assert!(table.candidates(hash(&keys[0])).is_empty());
        assert!(keys[1..].iter().all(|key| table.candidates(hash(key)) == [5]));
    }

    #[test]
    fn it_grows() {
        let mut table = Uniques::default();
        let key = |number: u64| UniqueKey::SignInName(format!("user{number}"));
        for number in 1..=20_000 {
            table.insert(hash(&key(number)), number);
        }
        assert_eq!(table.parts.iter().map(|part| part.taken).sum::<usize>(), 20_000);
        assert!((1..=20_000).all(|it| table.candidates(hash(&key(it))).contains(&it)));
        let places: usize = table.parts.iter().map(|part| part.places.len()).sum();
        assert!(places < 20_000 * 8 / 5, "{places} places");
    }
}
