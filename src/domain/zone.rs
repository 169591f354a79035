//! Local time: what the clocks on the wall show at a moment, and which moment they mean.
//!
//! A zone is a value like any other here, so that a test can try the nights on which clocks
//! are put forward and back without asking the system for its zone.

use std::fmt;

use chrono::{
    DateTime, Duration, FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, Offset,
    TimeZone, Utc,
};

use super::time::Timestamp;

/// A place's time: the seconds east of UTC that hold there at a moment.
#[derive(Clone, Copy)]
pub struct Zone(pub fn(Timestamp) -> i32);

impl Zone {
    /// No offset at all.
    pub const UTC: Self = Self(|_| 0);

    /// That moment as the clocks on the wall show it.
    pub fn local(self, at: Timestamp) -> DateTime<FixedOffset> {
        at.utc().with_timezone(&self.offset(at))
    }

    fn offset(self, at: Timestamp) -> FixedOffset {
        FixedOffset::east_opt((self.0)(at)).unwrap_or_else(|| Utc.fix())
    }

    /// The moments that a time on the wall means: none while clocks are put forward, two while
    /// they are put back.
    pub(super) fn moments(self, wall: NaiveDateTime) -> MappedLocalTime<Timestamp> {
        self.from_local_datetime(&wall).map(|it| Timestamp::from_utc(it.to_utc()))
    }

    /// The first moment at which clocks show that time or a later one.
    pub(super) fn first_moment(self, wall: NaiveDateTime) -> Timestamp {
        match self.moments(wall) {
            MappedLocalTime::Single(at) | MappedLocalTime::Ambiguous(at, _) => at,
            // Within the gap, the offset before it leads to the moment as far behind its end as
            // the time lies behind its beginning.
            MappedLocalTime::None => {
                let before = self.offset(Timestamp::from_utc(wall.and_utc() - Duration::days(1)));
                let beyond = Timestamp::from_utc(wall.and_utc() - seconds(before));
                self.turn(Timestamp::from_utc(wall.and_utc() - Duration::days(1)), beyond)
            }
        }
    }

    /// When the offset that holds at `before` ends; it does so before or at `after`.
    fn turn(self, before: Timestamp, after: Timestamp) -> Timestamp {
        let old = (self.0)(before);
        let (mut still, mut gone) = (before.millis(), after.millis());
        while gone - still > 1 {
            let middle = still + (gone - still) / 2;
            if (self.0)(Timestamp::from_millis(middle)) == old {
                still = middle;
            } else {
                gone = middle;
            }
        }
        Timestamp::from_millis(gone)
    }
}

fn seconds(offset: FixedOffset) -> Duration {
    Duration::seconds(i64::from(offset.local_minus_utc()))
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Zone")
    }
}

/// The offset of a zone at some moment, from which chrono finds the zone again.
#[derive(Clone, Copy)]
pub struct ZoneOffset {
    zone: Zone,
    fixed: FixedOffset,
}

impl Offset for ZoneOffset {
    fn fix(&self) -> FixedOffset {
        self.fixed
    }
}

impl fmt::Debug for ZoneOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fixed.fmt(f)
    }
}

impl TimeZone for Zone {
    type Offset = ZoneOffset;

    fn from_offset(offset: &ZoneOffset) -> Self {
        offset.zone
    }

    fn offset_from_local_date(&self, date: &NaiveDate) -> MappedLocalTime<ZoneOffset> {
        self.offset_from_local_datetime(&date.and_time(NaiveTime::MIN))
    }

    fn offset_from_local_datetime(&self, wall: &NaiveDateTime) -> MappedLocalTime<ZoneOffset> {
        // No place changes its clocks twice within two days, so the offsets a day before and a
        // day after are the only ones that can hold; each does if it leads to itself.
        let wall = wall.and_utc();
        let near = |days| self.offset(Timestamp::from_utc(wall + Duration::days(days)));
        let holds = |it: &FixedOffset| self.offset(Timestamp::from_utc(wall - seconds(*it))) == *it;
        let whole = |fixed| ZoneOffset { zone: *self, fixed };
        let (old, new) = (near(-1), near(1));
        match (holds(&old), holds(&new)) {
            (true, true) if old != new => MappedLocalTime::Ambiguous(whole(old), whole(new)),
            (true, _) => MappedLocalTime::Single(whole(old)),
            (_, true) => MappedLocalTime::Single(whole(new)),
            (false, false) => MappedLocalTime::None,
        }
    }

    fn offset_from_utc_date(&self, date: &NaiveDate) -> ZoneOffset {
        self.offset_from_utc_datetime(&date.and_time(NaiveTime::MIN))
    }

    fn offset_from_utc_datetime(&self, at: &NaiveDateTime) -> ZoneOffset {
        ZoneOffset { zone: *self, fixed: self.offset(Timestamp::from_utc(at.and_utc())) }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use chrono::{Datelike, Timelike, Weekday};

    use super::*;

    /// Central Europe since 1996: two hours ahead from the last Sunday of March, 01:00 UTC, to
    /// the last Sunday of October, 01:00 UTC, else one.
    pub(crate) const BERLIN: Zone = Zone(|at| {
        let now = at.utc();
        let turn = |month| {
            let last = NaiveDate::from_ymd_opt(now.year(), month, 31).unwrap();
            let back = last.weekday().days_since(Weekday::Sun);
            (last - Duration::days(back.into())).and_hms_opt(1, 0, 0).unwrap().and_utc()
        };
        if (turn(3)..turn(10)).contains(&now) { 7_200 } else { 3_600 }
    });

    fn wall(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
    }

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn times_on_the_wall_mean_one_moment_or_none_or_two() {
        use chrono::LocalResult::{Ambiguous, None, Single};
        for (text, moments) in [
            ("2026-07-01 12:00", Single(at("2026-07-01T10:00:00Z"))),
            ("2026-12-01 12:00", Single(at("2026-12-01T11:00:00Z"))),
            ("2026-03-29 01:59", Single(at("2026-03-29T00:59:00Z"))),
            ("2026-03-29 02:00", None),
            ("2026-03-29 02:59", None),
            ("2026-03-29 03:00", Single(at("2026-03-29T01:00:00Z"))),
            ("2026-10-25 01:59", Single(at("2026-10-24T23:59:00Z"))),
            ("2026-10-25 02:30", Ambiguous(at("2026-10-25T00:30:00Z"), at("2026-10-25T01:30:00Z"))),
            ("2026-10-25 03:00", Single(at("2026-10-25T02:00:00Z"))),
        ] {
            assert_eq!(BERLIN.moments(wall(text)), moments, "{text}");
        }
    }

    #[test]
    fn a_time_that_is_left_out_comes_when_the_clocks_have_been_put_forward() {
        let turn = at("2026-03-29T01:00:00Z");
        for text in ["2026-03-29 02:00", "2026-03-29 02:30", "2026-03-29 02:59"] {
            assert_eq!(BERLIN.first_moment(wall(text)), turn, "{text}");
        }
        assert_eq!(BERLIN.local(turn).hour(), 3);
        assert_eq!(BERLIN.first_moment(wall("2026-10-25 02:30")), at("2026-10-25T00:30:00Z"));
    }
}
