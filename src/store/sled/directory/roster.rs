//! A roster: the lines of one list in memory.
//!
//! Owns the slots that lines lie in. A slot is written once: a changed line gets a new one
//! and the old one dies, so that a search may go on while lines are put in. What is found and
//! in which order it is told is the affair of [`Sight`].

use std::sync::Arc;

use super::bits::Bits;
use super::companies::Companies;
use super::numbers::Numbers;
use super::orders::Order;
use super::segment::{Entry, LINES, Place, Segment};
use super::sight::{Kept, Sight};
use crate::domain::id::SiteId;
use crate::store::facts::Facts;
use crate::store::query::{Mark, Sort};

/// The lines of one list.
#[derive(Debug, Default)]
pub struct Roster {
    segments: Vec<Arc<Segment>>,
    /// How many lines of each segment live.
    lives: Vec<u16>,
    slots: u32,
    alive: Arc<Bits>,
    numbers: Numbers,
    living: u32,
    /// How many segments were emptied, see [`Roster::bury`].
    emptied: u32,
    /// What has been worked out about these slots.
    kept: Arc<Kept>,
}

impl Roster {
    /// A roster of lines that were packed before; `None` when two have the same number.
    pub fn of(segments: Vec<Segment>) -> Option<Self> {
        let mut roster = Self::default();
        let lines = segments.iter().map(Segment::len).sum();
        roster.alive = Arc::new(Bits::full(lines));
        for segment in segments {
            for at in 0..segment.len() {
                let number = segment.number(at);
                if roster.numbers.insert(number, roster.slots + at as u32).is_some() {
                    return None;
                }
            }
            roster.slots += segment.len() as u32;
            roster.lives.push(segment.len() as u16);
            roster.segments.push(Arc::new(segment));
        }
        roster.living = roster.slots;
        Some(roster)
    }

    /// Takes in an order that was made before.
    pub fn put_order(&mut self, sort: Sort, order: Order) {
        self.kept.orders.put(sort, order);
    }

    /// Puts a line in, in place of the one of that number.
    pub fn put<F: Facts>(&mut self, entry: &Entry<'_, F>, table: &Companies) {
        let number = entry.facts.number();
        let before = self.numbers.get(number);
        if let Some(slot) = before {
            let (segment, at) = split(slot);
            if self.segments[segment].is_like(at, entry) {
                return;
            }
        }
        self.append(entry);
        match before {
            Some(before) => self.bury(before, table),
            None => self.living += 1,
        }
    }

    /// Takes the line of that number out.
    pub fn remove(&mut self, number: u64, table: &Companies) {
        if let Some(slot) = self.numbers.remove(number) {
            self.living -= 1;
            self.bury(slot, table);
        }
    }

    fn append<F: Facts>(&mut self, entry: &Entry<'_, F>) {
        let slot = self.slots;
        if (slot as usize).is_multiple_of(LINES) {
            self.segments.push(Arc::default());
            self.lives.push(0);
        }
        if let (Some(last), Some(lives)) = (self.segments.last_mut(), self.lives.last_mut()) {
            // Copied first when a search looks at it.
            let last = Arc::make_mut(last);
            last.push(entry);
            if last.len() == LINES {
                last.shrink();
            }
            *lives += 1;
        }
        self.slots += 1;
        self.numbers.insert(entry.facts.number(), slot);
        Arc::make_mut(&mut self.alive).insert(slot);
    }

    /// Counts a line as dead. Of a segment a third of which is dead the rest is put in anew,
    /// so that the dead take up half as much room as the living at most, and never much time
    /// at once.
    fn bury(&mut self, slot: u32, table: &Companies) {
        let (segment, _) = split(slot);
        Arc::make_mut(&mut self.alive).remove(slot);
        self.lives[segment] -= 1;
        let is_last = segment + 1 == self.segments.len();
        if is_last || usize::from(self.lives[segment]) * 3 > LINES * 2 {
            return;
        }
        let old = std::mem::take(&mut self.segments[segment]);
        self.lives[segment] = 0;
        self.emptied += 1;
        for at in 0..old.len() {
            let slot = (segment * LINES + at) as u32;
            if self.alive.has(slot) {
                Arc::make_mut(&mut self.alive).remove(slot);
                let facts = Place { segment: &old, at, companies: table };
                let companies: Vec<u32> = old.companies_of(at).collect();
                self.append(&Entry::of(&facts, &companies));
            }
        }
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
        self.put(&Entry { facts: &facts, companies, site, marks }, table);
    }

    /// Takes over the lines of another roster, in place of those of the same numbers.
    pub fn put_all(&mut self, other: &Self, table: &Companies) {
        for slot in other.alive.iter() {
            let (segment, at) = split(slot);
            let facts = Place { segment: &other.segments[segment], at, companies: table };
            let companies: Vec<u32> = facts.segment.companies_of(at).collect();
            self.put(&Entry::of(&facts, &companies), table);
        }
    }

    /// The lines as they are now, to search in while others are put in.
    pub fn sight(&self, companies: &Arc<Companies>) -> Sight {
        Sight {
            segments: self.segments.clone(),
            slots: self.slots,
            alive: Arc::clone(&self.alive),
            living: self.living as usize,
            emptied: self.emptied,
            companies: Arc::clone(companies),
            kept: Arc::clone(&self.kept),
        }
    }
}

/// Where a slot lies: its segment and its line there.
pub fn split(slot: u32) -> (usize, usize) {
    (slot as usize / LINES, slot as usize % LINES)
}
