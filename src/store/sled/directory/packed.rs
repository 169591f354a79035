//! Packed numbers: a column of numbers that takes no room while they are all alike.
//!
//! Owns the ways in which a column is kept; knows nothing of what the numbers mean.

/// A column of numbers: all the same, each one more than the one before, or written out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Packed {
    first: i64,
    step: i64,
    length: u32,
    each: Vec<i64>,
}

impl Packed {
    /// So many numbers, the first one and how much more each is than the one before.
    pub fn ruled(first: i64, step: i64, length: usize) -> Self {
        // A segment has few enough lines.
        Self { first, step, length: length as u32, each: Vec::new() }
    }

    /// Those numbers.
    pub fn written(each: Vec<i64>) -> Self {
        Self { first: 0, step: 0, length: each.len() as u32, each }
    }

    /// How many numbers there are.
    pub fn len(&self) -> usize {
        self.length as usize
    }

    /// One of them; it must be there.
    pub fn get(&self, at: usize) -> i64 {
        if self.each.is_empty() { self.expected(at) } else { self.each[at] }
    }

    /// Adds one at the end.
    pub fn push(&mut self, number: i64) {
        let length = self.len();
        match length {
            0 => self.first = number,
            1 if number == self.first.wrapping_add(1) => self.step = 1,
            _ => {}
        }
        if !self.each.is_empty() {
            self.each.push(number);
        } else if number != self.expected(length) {
            self.each = (0..length).map(|at| self.expected(at)).collect();
            self.each.push(number);
        }
        self.length += 1;
    }

    /// The first number and how much more each one is than the one before, when that says all.
    pub fn rule(&self) -> Option<(i64, i64)> {
        self.each.is_empty().then_some((self.first, self.step))
    }

    /// The numbers.
    pub fn iter(&self) -> impl Iterator<Item = i64> {
        (0..self.len()).map(|at| self.get(at))
    }

    /// Gives back the room that is not needed.
    pub fn shrink(&mut self) {
        self.each.shrink_to_fit();
    }

    fn expected(&self, at: usize) -> i64 {
        self.first.wrapping_add(self.step.wrapping_mul(at.cast_signed() as i64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_out_as_they_went_in() {
        let columns: [&[i64]; 7] =
            [&[], &[5], &[5, 5, 5], &[5, 6, 7], &[5, 6, 6], &[5, 5, 6], &[i64::MAX, i64::MIN, 0]];
        for column in columns {
            let mut packed = Packed::default();
            column.iter().for_each(|number| packed.push(*number));
            assert_eq!(packed.iter().collect::<Vec<_>>(), column);
            let again = match packed.rule() {
                Some((first, step)) => Packed::ruled(first, step, packed.len()),
                None => Packed::written(packed.iter().collect()),
            };
            assert_eq!(again.iter().collect::<Vec<_>>(), column);
        }
    }
}
