//! Search: which slots a filter lets through.
//!
//! Owns the way there: exact texts and companies are looked up, words are found in the
//! haystacks, and what is left is asked of each line that has come so far. Two threads share
//! a long list.

use std::sync::{Arc, PoisonError};
use std::thread;

use super::bits::{Bits, ones};
use super::segment::{LINES, Place, Segment};
use super::sight::Sight;
use super::words::{Ask, Word};
use crate::store::error::StoreError;
use crate::store::facts::Matcher;
use crate::store::query::{Filter, Stop};

/// 64 lines each, of one segment.
pub const WORDS: usize = LINES / 64;

/// A list of more segments than this is shared by two threads.
const SHARED: usize = if cfg!(test) { 2 } else { 8 };

/// What a filter lets through.
#[derive(Debug)]
pub enum Hits {
    /// Every line.
    All,
    /// The lines in these slots.
    Of(Bits),
    /// The lines in these few slots.
    Few(Vec<u32>),
}

impl Hits {
    /// How many lines those are.
    pub fn count(&self, sight: &Sight) -> usize {
        match self {
            Self::All => sight.living,
            Self::Of(bits) => bits.count(),
            Self::Few(slots) => slots.len(),
        }
    }
}

impl Sight {
    /// The living slots that a filter lets through.
    ///
    /// # Errors
    /// [`StoreError::Stopped`] when nobody waits for the answer any more.
    pub fn search(
        &self,
        filter: &Filter,
        matcher: &Matcher<'_>,
        stop: &Stop,
    ) -> Result<Hits, StoreError> {
        if *filter == Filter::default() {
            return Ok(Hits::All);
        }
        if let Some(slots) = self.kept.lookups.candidates(self, filter) {
            let passes = |slot: &u32| matcher.lets_through(&self.line(*slot));
            return Ok(Hits::Few(slots.into_iter().filter(passes).collect()));
        }
        let mut found = match matcher.texts() {
            [only] if matcher.is_texts_only() && !only.not => {
                (*self.word(&Word::of(only, self), stop)?).clone()
            }
            _ => (*self.filtered(filter, matcher, stop)?).clone(),
        };
        // What was found before may have died since.
        found.keep(&self.alive);
        Ok(Hits::Of(found))
    }

    /// The slots, dead ones included, that a filter of several conditions lets through.
    fn filtered(
        &self,
        filter: &Filter,
        matcher: &Matcher<'_>,
        stop: &Stop,
    ) -> Result<Arc<Bits>, StoreError> {
        let mut texts = Vec::new();
        for test in matcher.texts() {
            texts.push((self.word(&Word::of(test, self), stop)?, test.not));
        }
        let rest = !matcher.is_texts_only();
        self.answer(Ask::Filter(filter.clone()), stop, |at, segment, block| {
            all_of(segment, block);
            for (bits, not) in &texts {
                let theirs = bits.words().iter().skip(at * WORDS);
                for (word, theirs) in block.iter_mut().zip(theirs) {
                    *word &= if *not { !theirs } else { *theirs };
                }
            }
            if rest {
                self.keep_passing(segment, block, |line| matcher.passes_but_for_texts(line));
            }
        })
    }

    /// The slots in whose lines a text occurs, dead ones included.
    fn word(&self, word: &Word<'_>, stop: &Stop) -> Result<Arc<Bits>, StoreError> {
        let few = self.answers().narrowing(self, word);
        self.answer(word.ask(), stop, |at, segment, block| match &few {
            Some(few) => {
                let theirs = few.words().iter().skip(at * WORDS);
                block.iter_mut().zip(theirs).for_each(|(word, theirs)| *word = *theirs);
                self.keep_passing(segment, block, |line| word.occurs(line));
            }
            None => word.find_all(segment, block),
        })
    }

    /// Of the lines that are in a block, keeps those that a condition holds for.
    fn keep_passing(
        &self,
        segment: &Segment,
        block: &mut [u64],
        passes: impl Fn(&Place<'_>) -> bool,
    ) {
        for (at, word) in block.iter_mut().enumerate() {
            for bit in ones(*word) {
                let line = at * 64 + bit as usize;
                let place = Place { segment, at: line, companies: &self.companies };
                if line >= segment.len() || !passes(&place) {
                    *word &= !(1 << bit);
                }
            }
        }
    }

    /// The answer that is kept, brought up to date with the slots that have come since.
    fn answer(
        &self,
        ask: Ask,
        stop: &Stop,
        fill: impl Fn(usize, &Segment, &mut [u64]) + Sync,
    ) -> Result<Arc<Bits>, StoreError> {
        let (mut bits, covered) = match self.answers().known(&ask, self.companies.version()) {
            Some((bits, covered)) if covered >= self.slots => return Ok(bits),
            Some((bits, covered)) => ((*bits).clone(), covered),
            None => (Bits::default(), 0),
        };
        bits.grow(self.segments.len() * LINES);
        let from = covered as usize / LINES;
        let blocks = &mut bits.words_mut()[from * WORDS..];
        self.fill(from, blocks, stop, &fill)?;
        let bits = Arc::new(bits);
        let version = self.companies.version();
        self.answers().keep(ask, Arc::clone(&bits), self.slots, version);
        Ok(bits)
    }

    fn fill(
        &self,
        from: usize,
        blocks: &mut [u64],
        stop: &Stop,
        fill: &(impl Fn(usize, &Segment, &mut [u64]) + Sync),
    ) -> Result<(), StoreError> {
        let run = |from: usize, blocks: &mut [u64]| {
            for (at, block) in (from..).zip(blocks.chunks_mut(WORDS)) {
                if stop.is_set() {
                    return Err(StoreError::Stopped);
                }
                if let Some(segment) = self.segments.get(at) {
                    block.fill(0);
                    fill(at, segment, block);
                }
            }
            Ok(())
        };
        let segments = self.segments.len() - from;
        if segments <= SHARED {
            return run(from, blocks);
        }
        let half = segments / 2;
        let (mine, theirs) = blocks.split_at_mut(half * WORDS);
        thread::scope(|scope| {
            let other = scope.spawn(|| run(from + half, theirs));
            let own = run(from, mine);
            // The other one can't panic where this one doesn't; should it, it is no answer.
            own.and(other.join().unwrap_or(Err(StoreError::Stopped)))
        })
    }

    fn answers(&self) -> std::sync::MutexGuard<'_, super::words::Answers> {
        // Answers are put in whole; a panic elsewhere leaves them as they were.
        self.kept.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Every line of a segment.
fn all_of(segment: &Segment, block: &mut [u64]) {
    for (at, word) in block.iter_mut().enumerate() {
        *word = match segment.len().saturating_sub(at * 64) {
            0 => 0,
            rest @ 1..64 => (1 << rest) - 1,
            _ => u64::MAX,
        };
    }
}
