//! Turns: deliveries of one process take them one after the other, in the order in which they
//! asked.
//!
//! A turn is a batch. A mail that a form has just queued so waits for the batch that is on its
//! way and not for the ten thousand behind it.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Who is next.
#[derive(Debug, Default)]
struct Line {
    /// The number that who comes next is given.
    next: u64,
    /// The number whose turn it is.
    now: u64,
}

/// Gives out turns.
#[derive(Debug, Default)]
pub struct Turns {
    line: Mutex<Line>,
    moved: Condvar,
}

/// A turn; over on drop.
pub struct Turn<'a>(&'a Turns);

impl Turns {
    /// Waits until all who asked before have had theirs.
    pub fn take(&self) -> Turn<'_> {
        let mut line = self.line();
        let own = line.next;
        line.next += 1;
        let line = self.moved.wait_while(line, |line| line.now != own);
        drop(line.unwrap_or_else(PoisonError::into_inner));
        Turn(self)
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.line().now += 1;
        self.0.moved.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asked_first_is_first_though_the_last_one_asks_again() {
        let (turns, order) = (Turns::default(), Mutex::new(Vec::new()));
        let asked = |of: u64| {
            while turns.line().next < of {
                std::thread::yield_now();
            }
        };
        let first = turns.take();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let _turn = turns.take();
                order.lock().unwrap().push("form");
            });
            asked(2);
            scope.spawn(|| {
                let _turn = turns.take();
                order.lock().unwrap().push("job, its next batch");
            });
            asked(3);
            drop(first);
        });
        assert_eq!(order.into_inner().unwrap(), ["form", "job, its next batch"]);
    }
}
