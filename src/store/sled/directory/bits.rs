//! Bits: a set of slots, one bit each.
//!
//! Owns the words; knows nothing of what a slot is.

/// A set of small numbers. What lies beyond its length is not in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bits {
    words: Vec<u64>,
}

impl Bits {
    /// An empty set with room for the numbers below `length`.
    pub fn new(length: usize) -> Self {
        Self { words: vec![0; length.div_ceil(64)] }
    }

    /// All the numbers below `length`.
    pub fn full(length: usize) -> Self {
        let word = |at| match length - at {
            rest @ 1..64 => (1 << rest) - 1,
            _ => u64::MAX,
        };
        Self { words: (0..length).step_by(64).map(word).collect() }
    }

    /// The words that it is made of, 64 numbers each, the lowest bit first.
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// The same words, to be changed.
    pub fn words_mut(&mut self) -> &mut [u64] {
        &mut self.words
    }

    /// Makes room for the numbers below `length`; keeps what is in it.
    pub fn grow(&mut self, length: usize) {
        let words = length.div_ceil(64);
        if words > self.words.len() {
            self.words.resize(words, 0);
        }
    }

    /// Whether a number is in it.
    pub fn has(&self, at: u32) -> bool {
        self.words.get(at as usize / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }

    /// Puts a number in.
    pub fn insert(&mut self, at: u32) {
        self.grow(at as usize + 1);
        self.words[at as usize / 64] |= 1 << (at % 64);
    }

    /// Takes a number out.
    pub fn remove(&mut self, at: u32) {
        if let Some(word) = self.words.get_mut(at as usize / 64) {
            *word &= !(1 << (at % 64));
        }
    }

    /// How many numbers are in it.
    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// Keeps what is in the other one as well.
    pub fn keep(&mut self, other: &Self) {
        let theirs = other.words.iter().copied().chain(std::iter::repeat(0));
        for (word, theirs) in self.words.iter_mut().zip(theirs) {
            *word &= theirs;
        }
    }

    /// The numbers in it, from the lowest.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        self.words
            .iter()
            .zip(0u32..)
            .flat_map(|(word, at)| ones(*word).map(move |bit| at * 64 + bit))
    }
}

/// The bits that are set in a word, from the lowest.
pub fn ones(mut word: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let bit = word.trailing_zeros();
        word &= word.wrapping_sub(1);
        (bit < 64).then_some(bit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_in_and_out() {
        let mut bits = Bits::new(10);
        for at in [0, 63, 64, 200] {
            bits.insert(at);
        }
        assert_eq!(bits.iter().collect::<Vec<_>>(), [0, 63, 64, 200]);
        assert!(bits.has(63) && !bits.has(62) && !bits.has(100_000));
        bits.remove(63);
        bits.remove(100_000);
        assert_eq!(bits.count(), 3);
    }

    #[test]
    fn a_full_set_ends_where_it_should() {
        for length in [0, 1, 63, 64, 65, 200] {
            assert!(Bits::full(length).iter().eq(0..length as u32), "{length}");
        }
    }

    #[test]
    fn sets_are_held_against_each_other() {
        let of = |numbers: &[u32]| {
            let mut bits = Bits::default();
            numbers.iter().for_each(|at| bits.insert(*at));
            bits
        };
        let mut both = of(&[1, 2, 300]);
        both.keep(&of(&[2, 3]));
        assert_eq!(both.iter().collect::<Vec<_>>(), [2]);
        assert!(of(&[]).is_empty() && !both.is_empty());
    }
}
