//! A roster: the lines of one list in memory.
//!
//! Owns the slots that lines lie in. A slot is written once: a changed line gets a new one
//! and the old one dies, so that a search may go on while lines are put in. What is found and
//! in which order it is told is the affair of [`Sight`].

use std::sync::Arc;

use super::bits::Bits;
use super::companies::Companies;
use super::numbers::Numbers;
use super::segment::{Entry, LINES, Place, Segment};
use super::sight::{Kept, Sight};
use crate::domain::id::SiteId;
use crate::store::facts::Facts;
use crate::store::query::Mark;

/// The lines of one list.
#[derive(Debug, Default)]
pub struct Roster {
    segments: Vec<Arc<Segment>>,
    slots: u32,
    alive: Arc<Bits>,
    numbers: Numbers,
    living: u32,
    /// What has been worked out about these slots.
    kept: Arc<Kept>,
}

impl Roster {
    /// Puts a line in, in place of the one of that number. Answers whether that changed it.
    pub fn put<F: Facts>(&mut self, entry: &Entry<'_, F>) -> bool {
        let number = entry.facts.number();
        let before = self.numbers.get(number);
        if let Some(slot) = before {
            let (segment, at) = split(slot);
            if self.segments[segment].is_like(at, entry) {
                return false;
            }
        }
        let slot = self.slots;
        if (slot as usize).is_multiple_of(LINES) {
            self.segments.push(Arc::default());
        }
        if let Some(last) = self.segments.last_mut() {
            // Copied first when a search looks at it.
            let last = Arc::make_mut(last);
            last.push(entry);
            if last.len() == LINES {
                last.shrink();
            }
        }
        self.slots += 1;
        self.numbers.insert(number, slot);
        let alive = Arc::make_mut(&mut self.alive);
        alive.insert(slot);
        match before {
            Some(before) => alive.remove(before),
            None => self.living += 1,
        }
        true
    }

    /// Takes the line of that number out. Answers whether there was one.
    pub fn remove(&mut self, number: u64) -> bool {
        let Some(slot) = self.numbers.remove(number) else { return false };
        Arc::make_mut(&mut self.alive).remove(slot);
        self.living -= 1;
        true
    }

    /// The line of that number.
    pub fn line<'a>(&'a self, number: u64, companies: &'a Companies) -> Option<Place<'a>> {
        let (segment, at) = split(self.numbers.get(number)?);
        Some(Place { segment: &self.segments[segment], at, companies })
    }

    /// Gives the line of that number other companies and another site.
    pub fn join(
        &mut self,
        number: u64,
        companies: &[u32],
        site: Option<SiteId>,
        table: &Companies,
    ) {
        let Some(slot) = self.numbers.get(number) else { return };
        let (segment, at) = split(slot);
        // Held on to, because a new line may have to be written beside it.
        let segment = Arc::clone(&self.segments[segment]);
        let facts = Place { segment: &segment, at, companies: table };
        let companies = if facts.is_staff() { &[] } else { companies };
        let none = Mark::NoCompany.bit();
        let marks = facts.marks() & !none | if companies.is_empty() { none } else { 0 };
        self.put(&Entry { facts: &facts, companies, site, marks });
    }

    /// The lines as they are now, to search in while others are put in.
    pub fn sight(&self, companies: &Arc<Companies>) -> Sight {
        Sight {
            segments: self.segments.clone(),
            slots: self.slots,
            alive: Arc::clone(&self.alive),
            living: self.living as usize,
            companies: Arc::clone(companies),
            kept: Arc::clone(&self.kept),
        }
    }
}

/// Where a slot lies: its segment and its line there.
pub fn split(slot: u32) -> (usize, usize) {
    (slot as usize / LINES, slot as usize % LINES)
}
