//! Schedules: when a job is due, read from what people type and told back in words.
//!
//! Three kinds are typed: an interval, a date and time, and a cron expression of five fields,
//! the latter two in the time of the place where the program runs.

mod cron;
mod words;

use chrono::{MappedLocalTime, NaiveDateTime};

use super::job::Schedule;
use super::problem::{Code, Problem};
use super::text::escape;
use super::time::{MINUTE, Timestamp};
use super::zone::Zone;

/// The most minutes between two runs: a year.
const MOST_MINUTES: u32 = 525_600;

/// When a job is due, as it is typed: which kind, and the text of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// Once, at a date and time: `2026-11-24 14:02`.
    At(String),
    /// In an interval: `5m`, `2h`, `1d`; a number alone is minutes.
    Every(String),
    /// By a cron expression: `30 6 * * 1-5`.
    Cron(String),
}

/// The units of an interval: what may follow the number, and the minutes of one.
const UNITS: [(&[&str], u32); 4] = [
    (&["", "m", "min", "minute", "minutes"], 1),
    (&["h", "hour", "hours"], 60),
    (&["d", "day", "days"], 24 * 60),
    (&["w", "week", "weeks"], 7 * 24 * 60),
];

impl When {
    /// The field of a form that holds the text.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::At(_) => "at",
            Self::Every(_) => "every",
            Self::Cron(_) => "cron",
        }
    }

    /// The schedule that is meant, typed at that moment and place.
    ///
    /// # Errors
    /// About [`When::field`], when it is no schedule, or one that never comes.
    pub fn read(&self, now: Timestamp, zone: Zone) -> Result<Schedule, Problem> {
        let (Self::At(text) | Self::Every(text) | Self::Cron(text)) = self;
        let text = text.trim();
        let problem = |(code, message)| Problem::field(code, self.field(), message);
        if text.is_empty() {
            let example = match self {
                Self::At(_) => "write a date and a time, such as 2026-11-24 14:02",
                Self::Every(_) => "write an interval, such as 5m, 2h or 1d",
                Self::Cron(_) => "write a cron expression, such as 30 6 * * 1-5",
            };
            let message = format!("It is not said when the job is due; {example}.");
            return Err(problem((Code::Missing, message)));
        }
        let read = match self {
            Self::At(_) => once(text, now, zone).map(Schedule::Once),
            Self::Every(_) => minutes(text)
                .map(|minutes| Schedule::Every { minutes, from: now })
                .ok_or_else(|| {
                    format!(
                        "“{}” is no interval from 1 minute to a year; write 5m, 2h or 1d.",
                        escape(text)
                    )
                }),
            Self::Cron(_) => cron::read(text, now, zone).map(Schedule::Cron),
        };
        read.map_err(|message| problem((Code::Malformed, message)))
    }
}

impl Schedule {
    /// The same as it can be typed.
    pub fn typed(&self, zone: Zone) -> When {
        match self {
            Self::Once(at) => When::At(zone.local(*at).format("%Y-%m-%d %H:%M").to_string()),
            Self::Every { minutes, .. } => When::Every(match minutes {
                it if it % 1_440 == 0 => format!("{}d", it / 1_440),
                it if it % 60 == 0 => format!("{}h", it / 60),
                it => format!("{it}m"),
            }),
            Self::Cron(expression) => When::Cron(expression.raw().to_owned()),
        }
    }

    /// Whether both are due at the same moments, wherever counting began.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Every { minutes: a, .. }, Self::Every { minutes: b, .. }) => a == b,
            // What is typed knows no seconds.
            (Self::Once(a), Self::Once(b)) => a.millis() / MINUTE == b.millis() / MINUTE,
            _ => self == other,
        }
    }

    /// The first moment after that one at which a job is due.
    ///
    /// Of a cron expression with fixed hours, a time that the clocks leave out is due when they
    /// have been put forward, and one that they show twice is due the first time only.
    pub fn next_after(&self, after: Timestamp, zone: Zone) -> Option<Timestamp> {
        match self {
            Self::Once(at) => (*at > after).then_some(*at),
            // Counting began later than that only when the clock has been put back since.
            Self::Every { minutes, from } => {
                let step = i64::from((*minutes).max(1)) * MINUTE;
                let steps = after.millis_since(*from).div_euclid(step) + 1;
                Some(from.plus_millis(steps * step))
            }
            Self::Cron(expression) => cron::next(expression.raw(), after, zone),
        }
    }

    /// The first moments after that one at which a job is due, at most `count`.
    pub fn following(&self, after: Timestamp, zone: Zone, count: usize) -> Vec<Timestamp> {
        let first = self.next_after(after, zone);
        std::iter::successors(first, |it| self.next_after(*it, zone)).take(count).collect()
    }

    /// When it is due, in words: `every weekday at 06:30`.
    pub fn in_words(&self, zone: Zone) -> String {
        match self {
            Self::Once(at) => zone.local(*at).format("on %-d %B %Y at %H:%M").to_string(),
            Self::Every { minutes, .. } => words::interval(*minutes),
            Self::Cron(expression) => words::cron(expression.raw()),
        }
    }
}

/// The minutes of an interval such as `5m`, `2 hours` or `day`.
fn minutes(text: &str) -> Option<u32> {
    let text = text.to_lowercase();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let number: u32 = if number.is_empty() { 1 } else { number.parse().ok()? };
    let unit = unit.trim();
    let (_, of_one) = UNITS.iter().find(|(words, _)| words.contains(&unit))?;
    number.checked_mul(*of_one).filter(|it| (1..=MOST_MINUTES).contains(it))
}

/// The moment of a date and a time, local or with its offset.
fn once(text: &str, now: Timestamp, zone: Zone) -> Result<Timestamp, String> {
    let forms = ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M"];
    let wall = forms.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    let at = match wall.map(|wall| zone.moments(wall)) {
        Some(MappedLocalTime::Single(at) | MappedLocalTime::Ambiguous(at, _)) => Some(at),
        Some(MappedLocalTime::None) => {
            return Err(format!(
                "There is no {} here: the clocks are put forward then; choose another time.",
                escape(text)
            ));
        }
        None if text.contains(['T', 't']) => Timestamp::parse(text),
        None => None,
    };
    let at = at.ok_or_else(|| {
        format!("“{}” is no date and time; write 2026-11-24 14:02.", escape(text))
    })?;
    if at <= now {
        let at = zone.local(at).format("%-d %B %Y %H:%M");
        return Err(format!("{at} has passed already; choose a later time."));
    }
    Ok(at)
}

#[cfg(test)]
mod tests;
