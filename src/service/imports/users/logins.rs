//! Logins for rows that give none: the name, with the lowest free number from 2.

use std::collections::HashMap;

/// Names whose next number is kept; beyond it, all are found out again.
const KEPT: usize = 200_000;
/// Numbers that are looked at beyond those that a chunk needs when all are free.
const MORE: u64 = 1;

/// Where the free numbers of each name begin, as far as the rows so far tell.
#[derive(Default)]
pub(super) struct Logins {
    next: HashMap<String, u64>,
}

impl Logins {
    /// The logins that `count` rows with that name may get.
    pub(super) fn candidates(&self, base: &str, count: u64) -> Vec<String> {
        let from = self.from(base);
        (from..from + count + MORE).map(|number| numbered(base, number)).collect()
    }

    /// The lowest login that is free; `is_free` looks it up.
    ///
    /// # Errors
    /// Those of `is_free`.
    pub(super) fn lowest<E>(
        &self,
        base: &str,
        mut is_free: impl FnMut(&str) -> Result<bool, E>,
    ) -> Result<(String, u64), E> {
        let mut number = self.from(base);
        loop {
            let login = numbered(base, number);
            if is_free(&login)? {
                return Ok((login, number));
            }
            number += 1;
        }
    }

    /// All numbers up to this one are in use.
    pub(super) fn used(&mut self, base: &str, number: u64) {
        if self.next.len() > KEPT {
            self.next.clear();
        }
        match self.next.get_mut(base) {
            Some(next) => *next = number + 1,
            None => {
                self.next.insert(base.to_owned(), number + 1);
            }
        }
    }

    fn from(&self, base: &str) -> u64 {
        self.next.get(base).copied().unwrap_or(1)
    }
}

fn numbered(base: &str, number: u64) -> String {
    if number == 1 { base.to_owned() } else { format!("{base}{number}") }
}
