//! One value out of a few, chosen by ←→ or Space.

/// A value out of a few fixed ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    options: Vec<String>,
    at: usize,
}

impl Choice {
    /// A choice that stands at `at` (the last option if there are fewer).
    pub fn new(options: impl IntoIterator<Item = impl Into<String>>, at: usize) -> Self {
        let options: Vec<String> = options.into_iter().map(Into::into).collect();
        let at = at.min(options.len().saturating_sub(1));
        Self { options, at }
    }

    /// The position of the chosen option.
    pub fn at(&self) -> usize {
        self.at
    }

    /// The word of the chosen option.
    pub fn word(&self) -> &str {
        self.word_at(self.at)
    }

    /// The word of the option `at`; empty when there is none.
    pub fn word_at(&self, at: usize) -> &str {
        self.options.get(at).map_or("", String::as_str)
    }

    /// Chooses the option `at`, if there is one.
    pub fn choose(&mut self, at: usize) {
        if at < self.options.len() {
            self.at = at;
        }
    }

    /// Goes to the next option, round the end.
    pub fn next(&mut self) {
        self.at = (self.at + 1) % self.options.len().max(1);
    }

    /// Goes to the previous option, round the beginning.
    pub fn previous(&mut self) {
        let count = self.options.len().max(1);
        self.at = (self.at + count - 1) % count;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_round_and_never_outside() {
        let mut choice = Choice::new(["a", "b"], 7);
        assert_eq!(choice.word(), "b");
        choice.next();
        assert_eq!(choice.word(), "a");
        choice.previous();
        assert_eq!(choice.at(), 1);
        let mut none = Choice::new(Vec::<String>::new(), 0);
        none.next();
        none.previous();
        assert_eq!(none.word(), "");
    }
}
