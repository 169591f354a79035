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
            let back: Vec<i64> = (0..packed.len()).map(|at| packed.get(at)).collect();
            assert_eq!(back, column);
        }
    }
}
