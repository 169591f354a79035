//! Lookups: the few lines that an exact email, an exact name or a company can mean.
//!
//! Owns chains through the slots: of each email, of each name, of each company. They are made
//! when first asked for, and grow with the slots.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, PoisonError};

use super::segment::NOBODY;
use super::sight::Sight;
use crate::store::facts::folded;
use crate::store::query::{Column, Filter};

const END: u32 = u32::MAX;
/// Lines of a company that are looked through for an email or a name.
const LOOKED_THROUGH: usize = 5_000;

/// The chains of one roster.
#[derive(Debug, Default)]
pub struct Lookups {
    emails: Mutex<Chains>,
    names: Mutex<Chains>,
    companies: Mutex<Chains>,
    /// Lines of several companies, by their further ones, and up to which slot.
    further: Mutex<(HashMap<u32, Vec<u32>>, u32)>,
}

/// Slots with something in common, each leading to the one before.
#[derive(Debug, Default)]
struct Chains {
    heads: Vec<u32>,
    /// By slot.
    before: Vec<u32>,
}

impl Chains {
    fn follow(&self, head: usize) -> impl Iterator<Item = u32> {
        let first = self.heads.get(head).copied().unwrap_or(END);
        std::iter::successors(Some(first), |slot| self.before.get(*slot as usize).copied())
            .take_while(|slot| *slot != END)
    }

    fn add(&mut self, slot: u32, head: Option<usize>) {
        let before = match head.and_then(|head| self.heads.get_mut(head)) {
            Some(head) => std::mem::replace(head, slot),
            None => END,
        };
        self.before.push(before);
    }

    /// The slots that chains lead to from a text, among others.
    fn texts(&mut self, sight: &Sight, column: Column, texts: &[&str]) -> Vec<u32> {
        let slots = sight.span();
        if slots == 0 {
            return Vec::new();
        }
        if self.heads.len() < slots {
            // Twice the room, so that it is made anew only when the list has doubled.
            *self = Self { heads: vec![END; (2 * slots).next_power_of_two()], before: Vec::new() };
            self.before.reserve_exact(slots);
        }
        let mask = self.heads.len() - 1;
        let head = |text: &[u8]| {
            let mut hasher = DefaultHasher::new();
            text.hash(&mut hasher);
            // Only the lower bits are wanted.
            hasher.finish() as usize & mask
        };
        for slot in self.before.len()..slots {
            let slot = slot as u32;
            let line = sight.line(slot);
            let head = (line.at < line.segment.len()).then(|| head(line.text_in(column)));
            self.add(slot, head);
        }
        let mut heads: Vec<usize> = texts.iter().map(|text| head(text.as_bytes())).collect();
        heads.sort_unstable();
        heads.dedup();
        heads.into_iter().flat_map(|head| self.follow(head)).collect()
    }

    /// The slots of lines whose primary company this is.
    fn primary(&mut self, sight: &Sight, company: u32) -> Vec<u32> {
        self.heads.resize(sight.companies.len().max(self.heads.len()), END);
        self.before.reserve_exact(sight.span().saturating_sub(self.before.len()));
        for slot in self.before.len()..sight.span() {
            let slot = slot as u32;
            let line = sight.line(slot);
            let company = line.segment.companies.get(line.at).filter(|it| **it != NOBODY);
            self.add(slot, company.map(|it| *it as usize));
        }
        self.follow(company as usize).collect()
    }
}

impl Lookups {
    /// Living slots among which all are that a filter can let through; none when it asks for
    /// nothing that can be looked up.
    pub fn candidates(&self, sight: &Sight, filter: &Filter) -> Option<Vec<u32>> {
        let of_company = filter.company.map(|it| match sight.companies.known(it) {
            Some(place) => self.members(sight, place),
            None => Vec::new(),
        });
        let by_text = !filter.emails.is_empty() || filter.name.is_some();
        // The chains of a text cost memory for every line; what few lines there are of one
        // company is looked through without.
        let mut slots = if let Some(slots) =
            of_company.filter(|slots| !by_text || slots.len() <= LOOKED_THROUGH)
        {
            slots
        } else if !filter.emails.is_empty() {
            let emails: Vec<&str> = filter.emails.iter().map(String::as_str).collect();
            open(&self.emails).texts(sight, Column::Email, &emails)
        } else if let Some(name) = &filter.name {
            open(&self.names).texts(sight, Column::Name, &[&folded(name)])
        } else {
            return None;
        };
        slots.retain(|slot| (*slot as usize) < sight.span() && sight.alive.has(*slot));
        slots.sort_unstable();
        slots.dedup();
        Some(slots)
    }

    fn members(&self, sight: &Sight, company: u32) -> Vec<u32> {
        let mut slots = open(&self.companies).primary(sight, company);
        let mut further = open(&self.further);
        let (by_company, covered) = &mut *further;
        for (at, segment) in sight.segments.iter().enumerate() {
            let first = (at * super::segment::LINES) as u32;
            if first + segment.len() as u32 <= *covered {
                continue;
            }
            for (line, company) in &segment.several {
                if first + u32::from(*line) >= *covered {
                    by_company.entry(*company).or_default().push(first + u32::from(*line));
                }
            }
        }
        *covered = sight.slots.max(*covered);
        slots.extend(by_company.get(&company).into_iter().flatten());
        slots
    }
}

fn open<T>(kept: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // What a panic leaves behind leads to too few lines, never to wrong ones: each is asked.
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}
