//! The meter of a long command: how far it is, how fast, how long still; Ctrl-C stops it.

use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use signal_hook::consts::{SIGINT, SIGTERM};

use crate::domain::text::thousands;
use crate::service::Watch;

/// Milliseconds between two lines of the meter.
const EVERY: u64 = 200;
/// Milliseconds before which nothing is estimated.
const SOON: u64 = 2_000;

/// Tells on stderr how far a command is, when that is a terminal.
///
/// The first Ctrl-C, or SIGTERM, asks the command to stop between two chunks; the second
/// ends it at once.
pub(super) struct Meter {
    unit: &'static str,
    shown: bool,
    stop: Arc<AtomicBool>,
    begun: Instant,
    last: AtomicU64,
}

impl Meter {
    /// A meter of that many of something; with `quiet`, it only listens for Ctrl-C.
    pub(super) fn new(unit: &'static str, quiet: bool) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            // Where no handler can be set, Ctrl-C ends the command as it always does.
            let second = signal_hook::flag::register_conditional_default(signal, stop.clone());
            if second.is_ok() {
                let _ = signal_hook::flag::register(signal, stop.clone());
            }
        }
        let shown = !quiet && std::io::stderr().is_terminal();
        Self { unit, shown, stop, begun: Instant::now(), last: AtomicU64::new(0) }
    }

    /// Says how far it is: so many done, and which part of the whole that is.
    pub(super) fn tell(&self, done: u64, part: Option<f64>) {
        let millis = self.millis();
        if !self.shown || millis < self.last.load(Ordering::Relaxed) + EVERY {
            return;
        }
        self.last.store(millis, Ordering::Relaxed);
        let line = line(self.unit, done, part, millis);
        // A meter that nobody can see any more is not worth a failure.
        let _ = write!(std::io::stderr(), "\r\x1b[K{line}");
    }

    /// Takes its line away.
    pub(super) fn clear(&self) {
        if self.shown && self.last.load(Ordering::Relaxed) > 0 {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }

    fn millis(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

impl Watch for Meter {
    #[allow(clippy::cast_precision_loss)]
    fn progress(&self, done: u64, of: Option<u64>) {
        self.tell(done, of.filter(|of| *of > 0).map(|of| done as f64 / of as f64));
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn line(unit: &str, done: u64, part: Option<f64>, millis: u64) -> String {
    let mut line = format!("{} {unit}", thousands(done));
    if let Some(part) = part {
        line.push_str(&format!(", {:.0} %", (part * 100.0).floor()));
    }
    if millis >= SOON {
        line.push_str(&format!(", {} a second", thousands(done * 1_000 / millis)));
        if let Some(part) = part.filter(|it| *it > 0.0) {
            let left = (millis as f64 * (1.0 - part) / part / 1_000.0).max(0.0).ceil() as u64;
            line.push_str(&format!(", {}:{:02} left", left / 60, left % 60));
        }
    }
    line + "; Ctrl-C stops"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rate_and_rest_are_told_once_there_is_something_to_go_by() {
        for (done, part, millis, said) in [
            (500, None, 500, "500 rows; Ctrl-C stops"),
            (999, Some(0.5), 1_999, "999 rows, 50 %; Ctrl-C stops"),
            (
                250_000,
                Some(0.25),
                10_000,
                "250,000 rows, 25 %, 25,000 a second, 0:30 left; Ctrl-C stops",
            ),
            (1_000_000, None, 40_000, "1,000,000 rows, 25,000 a second; Ctrl-C stops"),
            (60, Some(0.01), 3_000, "60 rows, 1 %, 20 a second, 4:57 left; Ctrl-C stops"),
        ] {
            assert_eq!(line("rows", done, part, millis), said);
        }
    }
}
