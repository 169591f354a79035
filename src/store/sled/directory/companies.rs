//! Companies: the table of those that lines belong to, and what they are called.
//!
//! Owns their places, which never change while the program runs, and their folded names in
//! one haystack, so that a line needs four bytes for its company and a new name for a
//! company of a thousand people is written once.

use memchr::memmem::Finder;

use super::bits::Bits;
use super::numbers::Numbers;
use crate::domain::id::CompanyId;
use crate::store::facts::folded;

const NONE: u32 = u32::MAX;

/// The table.
#[derive(Debug, Clone, Default)]
pub struct Companies {
    /// Their numbers, by place.
    ids: Vec<u64>,
    places: Numbers,
    /// Folded names, each ended by a line feed; some of them are no longer anybody's.
    text: Vec<u8>,
    /// Where each name in the text ends, and whose it is.
    ends: Vec<u32>,
    owners: Vec<u32>,
    /// Which of the names is the company's, by place.
    names: Vec<u32>,
    /// Counts the changes of names.
    version: u64,
}

impl Companies {
    /// The table of those companies at those places, with their folded names; `None` when one
    /// is there twice.
    pub fn of(ids: Vec<u64>, names: &[Option<Vec<u8>>]) -> Option<Self> {
        let mut table = Self { names: vec![NONE; ids.len()], ids, ..Self::default() };
        for (place, (id, name)) in (0..).zip(table.ids.clone().into_iter().zip(names)) {
            if table.places.insert(id, place).is_some() {
                return None;
            }
            if let Some(name) = name {
                table.write_name(place, name);
            }
        }
        Some(table)
    }

    /// Their numbers, by place.
    pub fn ids(&self) -> &[u64] {
        &self.ids
    }

    /// Whether the company at a place has a name.
    pub fn is_named(&self, place: u32) -> bool {
        self.names[place as usize] != NONE
    }

    /// How many changes of names there were; what was found by names holds for one only.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// How many places there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// The place of a company, which may be new.
    pub fn place(&mut self, id: CompanyId) -> u32 {
        if let Some(place) = self.places.get(id.0) {
            return place;
        }
        // Four thousand million companies do not fit into memory.
        let place = self.ids.len() as u32;
        self.ids.push(id.0);
        self.names.push(NONE);
        self.places.insert(id.0, place);
        place
    }

    /// The place of a company that lines belong to, or that has a name.
    pub fn known(&self, id: CompanyId) -> Option<u32> {
        self.places.get(id.0)
    }

    /// The company at a place.
    pub fn id(&self, place: u32) -> CompanyId {
        CompanyId(self.ids[place as usize])
    }

    /// Its folded name; nothing when there is no such company.
    pub fn name(&self, place: u32) -> &[u8] {
        match self.names[place as usize] {
            NONE => &[],
            name => self.text_of(name as usize),
        }
    }

    /// Names a company, or forgets its name.
    pub fn rename(&mut self, id: CompanyId, name: Option<&str>) {
        let place = self.place(id);
        let name = name.map(folded);
        let known = self.names[place as usize] != NONE;
        if known == name.is_some() && self.name(place) == name.as_deref().unwrap_or("").as_bytes() {
            return;
        }
        self.version += 1;
        self.names[place as usize] = NONE;
        if let Some(name) = name {
            self.write_name(place, name.as_bytes());
        }
        if self.ends.len() > 64 && self.ends.len() > 2 * self.ids.len() {
            self.compact();
        }
    }

    /// The places of the companies in whose names a text occurs.
    pub fn named(&self, finder: &Finder<'_>) -> Bits {
        let mut found = Bits::new(self.len());
        let mut from = 0;
        while let Some(hit) = self.text.get(from..).and_then(|rest| finder.find(rest)) {
            let entry = self.ends.partition_point(|end| *end as usize <= from + hit);
            let Some(owner) = self.owners.get(entry) else { break };
            if self.names[*owner as usize] as usize == entry {
                found.insert(*owner);
            }
            from = self.ends[entry] as usize;
        }
        found
    }

    fn text_of(&self, entry: usize) -> &[u8] {
        let start = if entry == 0 { 0 } else { self.ends[entry - 1] as usize };
        &self.text[start..self.ends[entry] as usize - 1]
    }

    fn write_name(&mut self, place: u32, name: &[u8]) {
        self.names[place as usize] = self.ends.len() as u32;
        self.text.extend_from_slice(name);
        self.text.push(b'\n');
        self.ends.push(self.text.len() as u32);
        self.owners.push(place);
    }

    /// Leaves out the names that are no longer anybody's.
    fn compact(&mut self) {
        let old = std::mem::take(self);
        *self = Self {
            ids: old.ids.clone(),
            places: old.places.clone(),
            version: old.version,
            ..Self::default()
        };
        self.names = vec![NONE; self.ids.len()];
        for (place, name) in (0..).zip(&old.names) {
            if *name != NONE {
                self.write_name(place, old.text_of(*name as usize));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn companies_are_found_by_what_they_are_called_now() {
        let mut companies = Companies::default();
        companies.rename(CompanyId(7), Some("Zeta & Söhne"));
        companies.rename(CompanyId(3), Some("Acme"));
        let nameless = companies.place(CompanyId(9));
        let named = |companies: &Companies, text: &str| -> Vec<u64> {
            let found = companies.named(&Finder::new(text));
            found.iter().map(|place| companies.id(place).0).collect()
        };
        assert_eq!(named(&companies, "sohne"), [7]);
        assert_eq!(named(&companies, "e"), [7, 3]);
        assert_eq!(companies.name(nameless), b"");
        for n in 0..200 {
            companies.rename(CompanyId(3), Some(&format!("Bolt {n}")));
        }
        assert_eq!(named(&companies, "acme"), [0; 0]);
        assert_eq!(named(&companies, "bolt 1"), [3]);
        assert!(companies.ends.len() < 100, "old names are let go");
        let version = companies.version();
        companies.rename(CompanyId(3), Some("bolt 199"));
        assert_eq!(companies.version(), version, "folded, it is the same name");
        companies.rename(CompanyId(3), None);
        assert_eq!(named(&companies, "bolt"), [0; 0]);
    }
}
