//! Moments as people read them: local time, near ones relative.

use std::fmt;

use chrono::{DateTime, Datelike, FixedOffset};

use crate::domain::time::{DAY, HOUR, MINUTE, Timestamp};

/// How moments become local time: the offset from UTC that holds at a moment, in seconds.
#[derive(Clone, Copy)]
pub struct Zone(pub fn(Timestamp) -> i32);

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Zone")
    }
}

impl Zone {
    /// No offset at all.
    pub const UTC: Self = Self(|_| 0);

    fn local(self, at: Timestamp) -> DateTime<FixedOffset> {
        let offset = FixedOffset::east_opt((self.0)(at));
        at.utc().with_timezone(&offset.unwrap_or_else(|| chrono::Offset::fix(&chrono::Utc)))
    }

    /// The time of day: `14:02`.
    pub fn clock(self, at: Timestamp) -> String {
        self.local(at).format("%H:%M").to_string()
    }

    /// The whole of it: `24 Nov 2026 14:02 +01:00`.
    pub fn exact(self, at: Timestamp) -> String {
        self.local(at).format("%-d %b %Y %H:%M %:z").to_string()
    }

    /// Moments to come, with their days of the week: `Mon 23 Nov 06:30`; those that do not lie
    /// in one year, with it: `Tue 29 Feb 2028 02:30`.
    pub fn moments(self, all: &[Timestamp]) -> Vec<String> {
        let then: Vec<_> = all.iter().map(|at| self.local(*at)).collect();
        let one_year = then.iter().all(|it| then.first().is_some_and(|at| at.year() == it.year()));
        let format = if one_year { "%a %-d %b %H:%M" } else { "%a %-d %b %Y %H:%M" };
        then.iter().map(|at| at.format(format).to_string()).collect()
    }

    /// How far the clocks are ahead of UTC at a moment: `+01:00`.
    pub fn offset(self, at: Timestamp) -> String {
        self.local(at).format("%:z").to_string()
    }

    /// The date as forms take it: `2026-11-24`.
    pub fn date(self, at: Timestamp) -> String {
        self.local(at).format("%Y-%m-%d").to_string()
    }

    /// Relative up to a week, then the date: `2 h ago`, `yesterday`, `3 Nov`, `3 Nov 2025`.
    pub fn ago(self, at: Timestamp, now: Timestamp) -> String {
        let past = now.millis_since(at);
        let (then, today) = (self.local(at), self.local(now));
        let days = (today.date_naive() - then.date_naive()).num_days();
        match past {
            ..0 if past < -MINUTE => self.exact(at),
            _ if past < MINUTE => "just now".to_owned(),
            _ if past < HOUR => format!("{} min ago", past / MINUTE),
            _ if past < DAY && days == 0 || past < 12 * HOUR => format!("{} h ago", past / HOUR),
            _ if days <= 1 => "yesterday".to_owned(),
            _ if days <= 7 => format!("{days} days ago"),
            _ if then.year() == today.year() => then.format("%-d %b").to_string(),
            _ => then.format("%-d %b %Y").to_string(),
        }
    }

    /// What is still to come, relative up to a day: `due now`, `in 5 min`, `in 2 h`,
    /// `tomorrow 14:02`, `24 Nov 14:02`, `24 Nov 2027`.
    pub fn ahead(self, at: Timestamp, now: Timestamp) -> String {
        let left = at.millis_since(now);
        let (then, today) = (self.local(at), self.local(now));
        let days = (then.date_naive() - today.date_naive()).num_days();
        match left {
            ..=0 => "due now".to_owned(),
            // A wait is never told shorter than it is.
            _ if left <= HOUR => format!("in {} min", (left + MINUTE - 1) / MINUTE),
            _ if left < 12 * HOUR => format!("in {} h", (left + HOUR - 1) / HOUR),
            _ if days == 0 => format!("today {}", self.clock(at)),
            _ if days == 1 => format!("tomorrow {}", self.clock(at)),
            _ if then.year() == today.year() => then.format("%-d %b %H:%M").to_string(),
            _ => then.format("%-d %b %Y").to_string(),
        }
    }

    /// The first moment of the local day that `at` lies in.
    pub fn midnight(self, at: Timestamp) -> Timestamp {
        self.day(&self.date(at)).unwrap_or(at)
    }

    /// The first moment of a local date given as `2026-11-24`, `24.11.2026` or `24 Nov 2026`.
    pub fn day(self, text: &str) -> Option<Timestamp> {
        let text = text.trim();
        let forms = ["%Y-%m-%d", "%d.%m.%Y", "%d %b %Y"];
        let date =
            forms.iter().find_map(|form| chrono::NaiveDate::parse_from_str(text, form).ok())?;
        let midnight = Timestamp::from_utc(date.and_hms_opt(0, 0, 0)?.and_utc());
        let guess = midnight.plus_millis(-1_000 * i64::from((self.0)(midnight)));
        Some(midnight.plus_millis(-1_000 * i64::from((self.0)(guess))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn near_moments_are_relative_and_far_ones_dates() {
        let now = at("2026-11-24T14:02:00Z");
        let ago = |then| Zone::UTC.ago(at(then), now);
        assert_eq!(ago("2026-11-24T14:01:30Z"), "just now");
        assert_eq!(ago("2026-11-24T14:00:00Z"), "2 min ago");
        assert_eq!(ago("2026-11-24T12:00:00Z"), "2 h ago");
        assert_eq!(ago("2026-11-23T10:00:00Z"), "yesterday");
        assert_eq!(ago("2026-11-20T10:00:00Z"), "4 days ago");
        assert_eq!(ago("2026-11-03T10:00:00Z"), "3 Nov");
        assert_eq!(ago("2025-11-03T10:00:00Z"), "3 Nov 2025");
    }

    #[test]
    fn what_is_to_come_is_relative_and_then_a_date() {
        let now = at("2026-11-24T14:02:00Z");
        let ahead = |then| Zone::UTC.ahead(at(then), now);
        assert_eq!(ahead("2026-11-24T14:02:00Z"), "due now");
        assert_eq!(ahead("2026-11-24T13:02:00Z"), "due now");
        assert_eq!(ahead("2026-11-24T14:02:01Z"), "in 1 min");
        assert_eq!(ahead("2026-11-24T15:02:00Z"), "in 60 min");
        assert_eq!(ahead("2026-11-24T15:03:00Z"), "in 2 h");
        assert_eq!(ahead("2026-11-25T04:30:00Z"), "tomorrow 04:30");
        assert_eq!(ahead("2026-11-26T04:30:00Z"), "26 Nov 04:30");
        assert_eq!(ahead("2027-11-26T04:30:00Z"), "26 Nov 2027");
    }

    #[test]
    fn moments_of_several_years_tell_them() {
        let moments = |all: [&str; 2]| Zone::UTC.moments(&all.map(at));
        let near = moments(["2026-11-24T14:02:00Z", "2026-12-01T06:30:00Z"]);
        assert_eq!(near, ["Tue 24 Nov 14:02", "Tue 1 Dec 06:30"]);
        let far = moments(["2028-02-29T02:30:00Z", "2032-02-29T02:30:00Z"]);
        assert_eq!(far, ["Tue 29 Feb 2028 02:30", "Sun 29 Feb 2032 02:30"]);
        assert_eq!(Zone::UTC.moments(&[]), [""; 0]);
    }

    #[test]
    fn the_zone_moves_clock_and_days() {
        let zone = Zone(|_| 3_600);
        assert_eq!(zone.clock(at("2026-11-24T14:02:00Z")), "15:02");
        assert_eq!(zone.exact(at("2026-11-24T14:02:00Z")), "24 Nov 2026 15:02 +01:00");
        assert_eq!(zone.day("2026-11-24"), Some(at("2026-11-23T23:00:00Z")));
        assert_eq!(zone.day("24.11.2026"), zone.day("2026-11-24"));
        assert_eq!(zone.day("soon"), None);
    }
}
