//! Dates as search forms take them.

use crate::domain::problem::{Code, Problem};
use crate::domain::time::{DAY, Timestamp};
use crate::tui::state::Zone;
use crate::tui::widgets::field::Field;
use crate::tui::widgets::form::Form;

/// A stretch of time: from a moment on, and before another.
pub type Stretch = (Option<Timestamp>, Option<Timestamp>);

const SINCE: &str = "since";
const UNTIL: &str = "until";

/// The fields of a stretch of whole days.
pub fn fields((since, until): Stretch, zone: Zone) -> [Field; 2] {
    let day = |at: Option<Timestamp>| at.map(|at| zone.date(at)).unwrap_or_default();
    let last = until.map(|until| until.plus_millis(-1));
    [
        Field::text(SINCE, "From", &day(since), 12).noted("2025-12-31, or empty"),
        Field::text(UNTIL, "To", &day(last), 12).noted("included; or empty"),
    ]
}

/// Reads the fields.
///
/// # Errors
/// A problem for each that holds no date, and one when they are the wrong way round.
pub fn read(form: &Form, zone: Zone) -> Result<Stretch, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut day = |id| {
        let text = form.text(id);
        let day = zone.day(text);
        if day.is_none() && !text.trim().is_empty() {
            let message = "This is no date; write it as 2025-12-31, or leave it empty.";
            problems.push(Problem::field(Code::Malformed, id, message));
        }
        day
    };
    let (since, until) = (day(SINCE), day(UNTIL).map(|day| day.plus_millis(DAY)));
    if since.zip(until).is_some_and(|(since, until)| since >= until) {
        let message = "This day is before the one in From; the other way round finds them.";
        problems.push(Problem::field(Code::Malformed, UNTIL, message));
    }
    if problems.is_empty() { Ok((since, until)) } else { Err(problems) }
}

/// `2026-11-01 to 2026-11-24`, `since 2026-11-01`, `any`
pub fn words((since, until): Stretch, zone: Zone) -> String {
    let last = until.map(|until| zone.date(until.plus_millis(-1)));
    match (since.map(|at| zone.date(at)), last) {
        (None, None) => "any".to_owned(),
        (Some(since), None) => format!("since {since}"),
        (None, Some(last)) => format!("until {last}"),
        (Some(since), Some(last)) if since == last => since,
        (Some(since), Some(last)) => format!("{since} to {last}"),
    }
}
