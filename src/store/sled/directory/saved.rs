//! Saved lists: segments, companies and orders as they lie in memory, written and read.
//!
//! Owns their form. Nothing is done for each line, so that a million are read in a moment.
//! Who keeps the file has to notice that it is another one, or an older one; what is checked
//! here is that nothing read leads out of bounds later.

use std::io::{self, Read, Write};
use std::sync::Arc;

use super::bits::Bits;
use super::bytes::{
    damaged, expect, put, put_all, put_counted, take, take_all, take_counted, take_text,
};
use super::companies::Companies;
use super::orders::{Order, SORTS};
use super::packed::Packed;
use super::roster::Roster;
use super::segment::{Entry, LINES, NOBODY, Segment};
use super::sight::Sight;

/// Begins a list, and says in which form it is written.
const LIST: u32 = u32::from_le_bytes(*b"PDL3");
/// Begins the table of companies.
const TABLE: u32 = u32::from_le_bytes(*b"PDC1");

impl Companies {
    /// Writes the table.
    ///
    /// # Errors
    /// As `to` has it.
    pub fn write(&self, to: &mut impl Write) -> io::Result<()> {
        put(to, TABLE)?;
        put_counted(to, self.ids())?;
        for place in 0..self.len() as u32 {
            put(to, u8::from(self.is_named(place)))?;
            put_counted(to, self.name(place))?;
        }
        Ok(())
    }

    /// Reads what [`Companies::write`] has written.
    ///
    /// # Errors
    /// As `from` has it, and when it is damaged.
    pub fn read(from: &mut impl Read) -> io::Result<Self> {
        expect(take::<u32>(from)? == TABLE, "no table of companies begins here")?;
        let ids: Vec<u64> = take_counted(from)?;
        let mut names = Vec::new();
        for _ in &ids {
            let named = take::<u8>(from)? != 0;
            let name = take_counted(from)?;
            names.push(named.then_some(name));
        }
        Self::of(ids, &names).ok_or_else(|| damaged("a company is there twice"))
    }
}

impl Sight {
    /// Writes the living lines of the list, and the orders that there are of them.
    ///
    /// # Errors
    /// As `to` has it.
    pub fn write(&self, to: &mut impl Write) -> io::Result<()> {
        put(to, LIST)?;
        put(to, self.living as u32)?;
        let mut living = self.alive.iter().take_while(|slot| *slot < self.slots);
        if self.living == self.span() {
            self.segments.iter().try_for_each(|segment| segment.write(to))?;
        } else {
            for _ in (0..self.living).step_by(LINES) {
                self.packed(living.by_ref().take(LINES)).write(to)?;
            }
        }
        let places = self.places();
        for (at, order) in self.kept.orders.to_save(self) {
            let slots = order.iter().filter(|slot| self.alive.has(**slot));
            let slots: Vec<u32> = slots.map(|slot| places.of(*slot)).collect();
            // One that has lost a line since, which died after this moment, is left out.
            if slots.len() == self.living {
                put(to, at as u32)?;
                put_counted(to, &slots)?;
            }
        }
        put(to, SORTS.len() as u32)
    }

    /// The lines in these slots in a segment of their own.
    fn packed(&self, slots: impl Iterator<Item = u32>) -> Segment {
        let mut segment = Segment::default();
        for slot in slots {
            let line = self.line(slot);
            let companies: Vec<u32> = line.segment.companies_of(line.at).collect();
            segment.push(&Entry::of(&line, &companies));
        }
        segment
    }

    fn places(&self) -> Places<'_> {
        let mut before = Vec::with_capacity(self.alive.words().len());
        let mut count = 0;
        for word in self.alive.words() {
            before.push(count);
            count += word.count_ones();
        }
        Places { alive: &self.alive, before }
    }
}

/// The slots that living lines get when the dead are left out.
struct Places<'a> {
    alive: &'a Bits,
    /// How many live before each word.
    before: Vec<u32>,
}

impl Places<'_> {
    fn of(&self, slot: u32) -> u32 {
        let at = slot as usize / 64;
        let below = self.alive.words()[at] & ((1 << (slot % 64)) - 1);
        self.before[at] + below.count_ones()
    }
}

impl Roster {
    /// Reads what [`Sight::write`] has written, with a table of so many companies.
    ///
    /// # Errors
    /// As `from` has it, and when it is damaged.
    pub fn read(from: &mut impl Read, companies: usize) -> io::Result<Self> {
        expect(take::<u32>(from)? == LIST, "no list begins here")?;
        let lines: u32 = take(from)?;
        let mut segments = Vec::new();
        for first in (0..lines).step_by(LINES) {
            let segment = Segment::read(from, companies)?;
            let wanted = LINES.min((lines - first) as usize);
            expect(segment.len() == wanted, "a part of a list has another length")?;
            segments.push(segment);
        }
        let mut roster =
            Self::of(segments).ok_or_else(|| damaged("two lines have the same number"))?;
        loop {
            let at: u32 = take(from)?;
            if at as usize == SORTS.len() {
                return Ok(roster);
            }
            let sort = SORTS.get(at as usize).ok_or_else(|| damaged("an order is unknown"))?;
            let slots: Vec<u32> = take_counted(from)?;
            let within = slots.len() == lines as usize && slots.iter().all(|slot| *slot < lines);
            expect(within, "an order is not one of its list")?;
            let (slots, covered) = (Arc::new(slots), lines);
            roster.put_order(*sort, Order { slots, covered, ..Order::default() });
        }
    }
}

impl Segment {
    fn write(&self, to: &mut impl Write) -> io::Result<()> {
        put(to, self.len() as u32)?;
        put_all(to, self.ends.iter().copied())?;
        to.write_all(&self.text)?;
        put_all(to, self.letters.iter().copied())?;
        let columns = [&self.numbers, &self.times, &self.last_logins, &self.sites, &self.own_roles];
        for column in columns {
            match column.rule() {
                Some((first, step)) => {
                    put(to, 0u8)?;
                    put_all(to, [first, step])?;
                }
                None => {
                    put(to, 1u8)?;
                    put_all(to, column.iter())?;
                }
            }
        }
        put_all(to, self.flags.iter().copied())?;
        put_all(to, self.companies.iter().copied())?;
        put(to, self.several.len() as u32)?;
        put_all(to, self.several.iter().map(|(line, _)| *line))?;
        put_all(to, self.several.iter().map(|(_, company)| *company))?;
        put(to, self.throttled.len() as u32)?;
        put_all(to, self.throttled.iter().map(|(line, _)| *line))?;
        put_all(to, self.throttled.iter().map(|(_, until)| *until))
    }

    fn read(from: &mut impl Read, companies: usize) -> io::Result<Self> {
        let lines = take::<u32>(from)? as usize;
        expect(lines <= LINES, "a part of a list is too long")?;
        let ends: Vec<u32> = take_all(from, lines)?;
        expect(ends.is_sorted(), "texts overlap")?;
        let text = take_text(from, ends.last().map_or(0, |end| *end as usize))?;
        let letters = take_all(from, lines)?;
        let [numbers, times, last_logins, sites, own_roles] = [
            take_column(from, lines)?,
            take_column(from, lines)?,
            take_column(from, lines)?,
            take_column(from, lines)?,
            take_column(from, lines)?,
        ];
        let flags = take_all(from, lines)?;
        let primary: Vec<u32> = take_all(from, lines)?;
        let several: Vec<(u16, u32)> = take_list(from, lines)?;
        let throttled = take_list(from, lines)?;
        let known = |company: &u32| (*company as usize) < companies;
        let mut all = primary.iter().filter(|company| **company != NOBODY);
        let known = all.all(known) && several.iter().all(|(_, company)| known(company));
        expect(known, "a line belongs to no company that there is")?;
        let companies = primary;
        Ok(Self {
            text,
            ends,
            letters,
            numbers,
            times,
            last_logins,
            sites,
            own_roles,
            flags,
            companies,
            several,
            throttled,
        })
    }
}

fn take_column(from: &mut impl Read, lines: usize) -> io::Result<Packed> {
    if take::<u8>(from)? == 0 {
        return Ok(Packed::ruled(take(from)?, take(from)?, lines));
    }
    Ok(Packed::written(take_all(from, lines)?))
}

/// What only some lines have.
fn take_list<N: super::bytes::Number>(
    from: &mut impl Read,
    lines: usize,
) -> io::Result<Vec<(u16, N)>> {
    let length = take::<u32>(from)? as usize;
    let at: Vec<u16> = take_all(from, length)?;
    let within = at.is_sorted() && at.last().is_none_or(|line| usize::from(*line) < lines);
    expect(within, "a line is not there")?;
    Ok(at.into_iter().zip(take_all(from, length)?).collect())
}
