//! Cron expressions: five fields, in local time.
//!
//! Owns what happens on the nights on which clocks are changed. With `*` for the hour it is
//! the time that passes which counts, so such a job goes on through both of two like hours;
//! with hours that are named it is the clock on the wall, and each time counts once.

use chrono::MappedLocalTime;
use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};

use crate::domain::text::{Text, escape};
use crate::domain::time::Timestamp;
use crate::domain::zone::Zone;

/// The fields in their order: what people call them, and what may stand there.
const FIELDS: [(&str, &str); 5] = [
    ("minute", "0 to 59"),
    ("hour", "0 to 23"),
    ("day of the month", "1 to 31, or L for the last"),
    ("month", "1 to 12 or JAN to DEC"),
    ("weekday", "0 to 7 or SUN to SAT"),
];

/// Times that the clock shows twice or not at all which are stepped over at most; more of them
/// are not in a night.
const MOST_ODD: usize = 3 * 60;

/// An expression that can be read and whose time comes.
pub(super) fn read(text: &str, now: Timestamp, zone: Zone) -> Result<Text, String> {
    let fields: Vec<&str> = text.split_whitespace().collect();
    let &[_, _, _, _, _] = fields.as_slice() else {
        return Err(not_five(&fields.join(" ")));
    };
    let expression = fields.join(" ");
    if parse(&expression).is_none() {
        return Err(wrong(&fields));
    }
    if next(&expression, now, zone).is_none() {
        return Err(format!(
            "“{}” never comes: there is no such day; change the day or the month.",
            escape(&expression)
        ));
    }
    Ok(Text::new(expression))
}

/// Which field of an expression makes no sense, and what may stand there.
fn wrong(fields: &[&str]) -> String {
    let alone = |at: usize| {
        let mut all = ["*"; 5];
        all[at] = fields[at];
        parse(&all.join(" ")).is_none()
    };
    match (0..FIELDS.len()).find(|at| alone(*at)) {
        Some(at) => {
            let (name, range) = FIELDS[at];
            format!(
                "The {name} “{}” of the cron expression makes no sense; it is {range}, *, a range such as 1-5, a list such as 1,3 or steps such as */10.",
                escape(fields[at])
            )
        }
        None => not_five(&fields.join(" ")),
    }
}

fn not_five(text: &str) -> String {
    format!(
        "“{}” is no cron expression; write its five fields minute, hour, day, month and weekday, such as 30 6 * * 1-5.",
        escape(text)
    )
}

pub(super) fn parse(expression: &str) -> Option<Cron> {
    // Its nicknames and further fields are not offered: five fields are what people know.
    if expression.contains('@') {
        return None;
    }
    let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed);
    parser.build().parse(expression).ok()
}

/// The first moment after that one which the expression names.
pub(super) fn next(expression: &str, after: Timestamp, zone: Zone) -> Option<Timestamp> {
    let cron = parse(expression)?;
    if expression.split_whitespace().nth(1) == Some("*") {
        let found = cron.find_next_occurrence(&after.utc().with_timezone(&zone), false).ok()?;
        return Some(Timestamp::from_utc(found.to_utc()));
    }
    let mut wall = zone.local(after).naive_local();
    for _ in 0..MOST_ODD {
        wall = cron.find_next_occurrence(&wall, false).ok()?;
        let at = match zone.moments(wall) {
            MappedLocalTime::Single(at) | MappedLocalTime::Ambiguous(at, _) => at,
            MappedLocalTime::None => zone.first_moment(wall),
        };
        if at > after {
            return Some(at);
        }
    }
    None
}
