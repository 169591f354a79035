//! Schedules in words. What is not common enough to have words of its own is described field
//! by field.

use super::cron::parse;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// Times or days that are listed; of more nobody keeps an overview.
const LISTED: usize = 6;

/// `every 5 minutes`, `every hour`, `every 3 days`.
pub(super) fn interval(minutes: u32) -> String {
    let (count, unit) = match minutes {
        it if it % 1_440 == 0 => (it / 1_440, "day"),
        it if it % 60 == 0 => (it / 60, "hour"),
        it => (it, "minute"),
    };
    every(count, unit)
}

/// `every weekday at 06:30`.
pub(super) fn cron(expression: &str) -> String {
    common(expression).unwrap_or_else(|| described(expression))
}

fn every(count: u32, unit: &str) -> String {
    if count == 1 { format!("every {unit}") } else { format!("every {count} {unit}s") }
}

/// An expression of the kinds that people write; none for an odd one.
fn common(expression: &str) -> Option<String> {
    let fields: Vec<&str> = expression.split_whitespace().collect();
    let &[minute, hour, day, month, weekday] = fields.as_slice() else { return None };
    let months = values(month, 1, 12, &MONTHS)?;
    let weekdays = values(weekday, 0, 7, &DAYS).map(|mut days| {
        days.iter_mut().for_each(|it| *it %= 7);
        days.sort_unstable();
        days.dedup();
        days
    })?;
    let when = match (day, weekday) {
        ("*", _) if weekdays.len() == 7 => None,
        ("*", _) => Some(OnDays::Of(weekdays)),
        ("L" | "l", "*") => Some(OnDays::Dates(String::from("the last day"))),
        (_, "*") => {
            let days = values(day, 1, 31, &[])?;
            let listed = days.len() <= LISTED;
            let days: Vec<String> = days.into_iter().map(ordinal).collect();
            Some(OnDays::Dates(listed.then(|| format!("the {}", list(&days)))?))
        }
        // Either of them will do, which no short sentence says.
        _ => return None,
    };
    let months = (months.len() < 12).then(|| span(&months, &MONTHS, 1));
    let time = Time::of(&values(minute, 0, 59, &[])?, &values(hour, 0, 23, &[])?)?;
    Some(match (time, when) {
        (Time::At(times), None) => join(format!("every day{}", within(months)), times),
        (Time::At(times), Some(OnDays::Of(days))) => {
            join(format!("every {}{}", day_names(&days, false), within(months)), times)
        }
        (Time::At(times), Some(OnDays::Dates(dates))) => join(of(&dates, months), times),
        (Time::Every(rhythm), None) => rhythm + &within(months),
        (Time::Every(rhythm), Some(OnDays::Of(days))) => {
            format!("{rhythm} on {}{}", day_names(&days, true), within(months))
        }
        (Time::Every(rhythm), Some(OnDays::Dates(dates))) => {
            format!("{rhythm} {}", of(&dates, months))
        }
    })
}

/// The days on which a time counts.
enum OnDays {
    /// These weekdays, 0 for Sunday.
    Of(Vec<u32>),
    /// These days of the month, in words.
    Dates(String),
}

/// The times of a day.
enum Time {
    /// At these times: `06:30 and 18:30`.
    At(String),
    /// In a rhythm: `every 5 minutes`.
    Every(String),
}

impl Time {
    fn of(minutes: &[u32], hours: &[u32]) -> Option<Self> {
        let whole_day = hours.len() == 24;
        if minutes.len() > 1
            && let Some(step) = step_of(minutes, 60)
        {
            let rhythm = every(step, "minute");
            let is_span = hours.windows(2).all(|it| it[1] == it[0] + 1);
            let (first, last) = (hours.first()?, hours.last()?);
            return match (whole_day, is_span) {
                (true, _) => Some(Self::Every(rhythm)),
                (_, true) => {
                    let end = 60 - step;
                    Some(Self::Every(format!("{rhythm} from {first:02}:00 to {last:02}:{end:02}")))
                }
                _ => None,
            };
        }
        if whole_day && let Some(step) = uneven_step(minutes) {
            return Some(Self::Every(format!("every {step} minutes from each full hour")));
        }
        if let &[minute] = minutes
            && let Some(step) = step_of(hours, 24)
            && hours.len() > 2
        {
            let past = match minute {
                0 => String::new(),
                1 => String::from(", 1 minute past"),
                it => format!(", {it} minutes past"),
            };
            return Some(Self::Every(every(step, "hour") + &past));
        }
        let times: Vec<String> = hours
            .iter()
            .flat_map(|hour| minutes.iter().map(move |minute| format!("{hour:02}:{minute:02}")))
            .collect();
        (times.len() <= LISTED).then(|| Self::At(list(&times)))
    }
}

/// The distance of numbers that begin with 0 and fill the whole evenly.
fn step_of(numbers: &[u32], whole: u32) -> Option<u32> {
    let step = whole / u32::try_from(numbers.len()).ok().filter(|it| *it > 0)?;
    let even = (0..whole).step_by(usize::try_from(step.max(1)).ok()?);
    (whole.is_multiple_of(step.max(1)) && even.eq(numbers.iter().copied())).then_some(step)
}

/// The distance of minutes that begin with 0 and fill the hour, the last of them less far from
/// its end.
fn uneven_step(minutes: &[u32]) -> Option<u32> {
    let step = minutes.get(1).copied().filter(|it| *it > 0)?;
    (0..60).step_by(usize::try_from(step).ok()?).eq(minutes.iter().copied()).then_some(step)
}

fn join(days: String, times: String) -> String {
    format!("{days} at {times}")
}

fn within(months: Option<String>) -> String {
    months.map_or_else(String::new, |it| {
        if it.starts_with("from ") { format!(" {it}") } else { format!(" in {it}") }
    })
}

fn of(dates: &str, months: Option<String>) -> String {
    match months {
        None => format!("on {dates} of every month"),
        Some(it) if it.starts_with("from ") => format!("on {dates} of every month {it}"),
        Some(it) => format!("on {dates} of {it}"),
    }
}

/// Weekdays after “every” or, when `several`, after “on”.
fn day_names(days: &[u32], several: bool) -> String {
    let s = if several { "s" } else { "" };
    if days == [1, 2, 3, 4, 5] {
        return format!("weekday{s}");
    }
    // The week begins with Monday.
    let monday_first = (1..=7).map(|day| day % 7).filter(|day| days.contains(day));
    let names: Vec<String> =
        monday_first.filter_map(|day| Some(format!("{}{s}", DAYS.get(day as usize)?))).collect();
    list(&names)
}

/// Names of numbers: a span when there are three or more in a row.
fn span(numbers: &[u32], names: &[&str], from: u32) -> String {
    let name = |it: &u32| names.get((it - from) as usize).copied().unwrap_or_default().to_owned();
    match numbers {
        [first, .., last] if numbers.len() > 2 && last - first + 1 == numbers.len() as u32 => {
            format!("from {} to {}", name(first), name(last))
        }
        _ => list(&numbers.iter().map(name).collect::<Vec<_>>()),
    }
}

/// `a, b and c`.
fn list(parts: &[String]) -> String {
    match parts.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

fn ordinal(number: u32) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

/// The numbers of a field in ascending order; none when it holds more than numbers, names,
/// ranges, lists and steps.
fn values(field: &str, least: u32, most: u32, names: &[&str]) -> Option<Vec<u32>> {
    let number = |text: &str| {
        let named = names.iter().position(|it| it[..3].eq_ignore_ascii_case(text));
        // Names of months count from 1, those of days from 0.
        let named = named.and_then(|at| u32::try_from(at).ok()).map(|at| at + least);
        text.parse().ok().or(named).filter(|it| (least..=most).contains(it))
    };
    let mut all = Vec::new();
    for part in field.split(',') {
        let (range, step) = part.split_once('/').unwrap_or((part, "1"));
        let step: usize = step.parse().ok().filter(|it| *it > 0)?;
        let (first, last) = match range.split_once('-') {
            _ if range == "*" => (least, if names.len() == 7 { 6 } else { most }),
            Some((first, last)) => (number(first)?, number(last)?),
            None => (number(range)?, number(range)?),
        };
        all.extend((first..=last).step_by(step));
    }
    all.sort_unstable();
    all.dedup();
    (!all.is_empty()).then_some(all)
}

/// What croner makes of it, as the middle of a sentence.
fn described(expression: &str) -> String {
    let Some(cron) = parse(expression) else { return expression.to_owned() };
    let sentence = cron.describe();
    let mut rest = sentence.trim_end_matches('.').chars();
    rest.next().map_or_else(String::new, |first| first.to_lowercase().chain(rest).collect())
}
