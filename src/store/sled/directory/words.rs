//! Words: a text looked for in every line, and the answers that are kept.
//!
//! Owns the scan through a haystack. The names of companies are not in it: which of them a
//! text occurs in is found once, and lines are then asked for their company only.

use std::sync::Arc;

use memchr::memchr_iter;

use super::bits::Bits;
use super::segment::{NOBODY, Place, Segment, letter};
use super::sight::Sight;
use crate::store::facts::TextTest;
use crate::store::query::{Column, Filter};

/// How many answers are kept; one is 125 kB for a million lines.
const KEPT: usize = 24;

/// One line in so many must have been found for an answer to be worth narrowing.
const NARROW: usize = 50;

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// A text, in one column or anywhere.
    Text(Option<Column>, String),
    /// All that a filter asks.
    Filter(Filter),
}

/// The answers to the last questions, the newest last.
#[derive(Debug, Default)]
pub struct Answers {
    kept: Vec<Answer>,
}

#[derive(Debug)]
struct Answer {
    ask: Ask,
    bits: Arc<Bits>,
    /// The slots that were looked at.
    covered: u32,
    /// The names of companies it was found with.
    version: u64,
}

impl Answers {
    /// The answer to a question as far as it goes: the slots below the second are in it.
    pub fn known(&mut self, ask: &Ask, version: u64) -> Option<(Arc<Bits>, u32)> {
        let at = self.kept.iter().position(|it| it.ask == *ask && it.version == version)?;
        let answer = self.kept.remove(at);
        let known = (Arc::clone(&answer.bits), answer.covered);
        self.kept.push(answer);
        Some(known)
    }

    /// Keeps an answer in place of an older one.
    pub fn keep(&mut self, ask: Ask, bits: Arc<Bits>, covered: u32, version: u64) {
        let newer = |it: &Answer| it.version > version || it.covered > covered;
        if self.kept.iter().any(|it| it.ask == ask && newer(it)) {
            return;
        }
        self.kept.retain(|it| it.ask != ask);
        if self.kept.len() == KEPT {
            self.kept.remove(0);
        }
        self.kept.push(Answer { ask, bits, covered, version });
    }

    /// An answer that holds all that this text can occur in, when it is a small one.
    pub fn narrowing(&self, sight: &Sight, word: &Word<'_>) -> Option<Arc<Bits>> {
        let wider = |it: &&Answer| match &it.ask {
            Ask::Text(column, text) => {
                *column == word.test.column && word.test.text.contains(text.as_str())
            }
            Ask::Filter(_) => false,
        };
        let version = sight.companies.version();
        self.kept
            .iter()
            .filter(|it| it.version == version && it.covered >= sight.slots)
            .filter(wider)
            .map(|it| (it.bits.count(), &it.bits))
            .min_by_key(|(count, _)| *count)
            .filter(|(count, _)| *count < sight.span() / NARROW)
            .map(|(_, bits)| Arc::clone(bits))
    }
}

/// A text to look for, and the companies in whose names it occurs.
#[derive(Debug)]
pub struct Word<'a> {
    test: &'a TextTest,
    companies: Bits,
    any_company: bool,
}

impl<'a> Word<'a> {
    /// Looks a text up in the names of companies.
    pub fn of(test: &'a TextTest, sight: &Sight) -> Self {
        let companies = if test.looks_at_names() {
            sight.companies.named(&test.finder)
        } else {
            Bits::default()
        };
        let any_company = !companies.is_empty();
        Self { test, companies, any_company }
    }

    /// The question that it asks.
    pub fn ask(&self) -> Ask {
        Ask::Text(self.test.column, self.test.text.clone())
    }

    /// Whether the text occurs in a line.
    pub fn occurs(&self, line: &Place<'_>) -> bool {
        let mut companies = line.segment.companies_of(line.at);
        self.test.occurs_in_own(line)
            || self.any_company && companies.any(|it| self.companies.has(it))
    }

    /// Finds the lines of a segment in which the text occurs.
    pub fn find_all(&self, segment: &Segment, block: &mut [u64]) {
        match (self.test.column, letter(&self.test.text)) {
            (None, Some(letter)) => segment.mark_letter(letter, block),
            (None, None) => self.scan(segment, block, |_, _| true),
            (Some(column), _) => self.scan(segment, block, |line, hit| {
                memchr_iter(b'\n', &segment.text(line)[..hit]).count() == column as usize
            }),
        }
        if self.test.roles != 0 {
            segment.mark_roles(self.test.roles, block);
        }
        if self.any_company {
            for (line, company) in segment.companies.iter().enumerate() {
                if *company != NOBODY && self.companies.has(*company) {
                    block[line / 64] |= 1 << (line % 64);
                }
            }
            for (line, company) in &segment.several {
                if self.companies.has(*company) {
                    block[usize::from(*line) / 64] |= 1 << (line % 64);
                }
            }
        }
    }

    /// Goes from hit to hit; `counts` is asked of each by its line and its place there.
    fn scan(&self, segment: &Segment, block: &mut [u64], counts: impl Fn(usize, usize) -> bool) {
        let (text, ends) = (&segment.text, &segment.ends);
        let (mut line, mut from) = (0, 0);
        while let Some(hit) = text.get(from..).and_then(|rest| self.test.finder.find(rest)) {
            let hit = from + hit;
            line += passed(&ends[line..], hit);
            let Some(end) = ends.get(line) else { break };
            let (start, end) = (segment.start(line), *end as usize);
            if hit + self.test.text.len() <= end && counts(line, hit - start) {
                block[line / 64] |= 1 << (line % 64);
                from = end;
            } else {
                from = hit + 1;
            }
        }
    }
}

/// How many of these ends lie at or before a place. Mostly the first is looked for.
fn passed(ends: &[u32], place: usize) -> usize {
    let before = |end: &u32| *end as usize <= place;
    match ends.iter().take(4).position(|end| !before(end)) {
        Some(at) => at,
        None => ends.partition_point(before),
    }
}
