use super::*;
use crate::domain::zone::tests::BERLIN;

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// A moment in January 2026, a Thursday.
fn now() -> Timestamp {
    at("2026-01-01T09:00:00Z")
}

/// `every …` and `at …` for the kinds that are no cron expression.
fn when(text: &str) -> When {
    match text.split_once(' ') {
        Some(("every", rest)) => When::Every(rest.into()),
        Some(("at", rest)) => When::At(rest.into()),
        _ => When::Cron(text.into()),
    }
}

fn read(text: &str) -> Schedule {
    when(text).read(now(), BERLIN).unwrap_or_else(|it| panic!("{text}: {}", it.message))
}

/// The next five, as the clocks in Berlin show them, with their offset.
fn five(text: &str, after: &str) -> Vec<String> {
    let show = |it: Timestamp| BERLIN.local(it).format("%Y-%m-%d %H:%M%:::z").to_string();
    read(text).following(at(after), BERLIN, 5).into_iter().map(show).collect()
}

#[test]
fn the_next_five() {
    for (text, after, next) in [
        (
            "every 5m",
            "2026-01-01T09:00:00Z",
            [
                "2026-01-01 10:05+01",
                "2026-01-01 10:10+01",
                "2026-01-01 10:15+01",
                "2026-01-01 10:20+01",
                "2026-01-01 10:25+01",
            ],
        ),
        // Counted from when it was typed, however long ago that was.
        (
            "every 7 hours",
            "2026-01-02T00:00:00Z",
            [
                "2026-01-02 07:00+01",
                "2026-01-02 14:00+01",
                "2026-01-02 21:00+01",
                "2026-01-03 04:00+01",
                "2026-01-03 11:00+01",
            ],
        ),
        (
            "30 6 * * 1-5",
            "2026-01-01T09:00:00Z",
            [
                "2026-01-02 06:30+01",
                "2026-01-05 06:30+01",
                "2026-01-06 06:30+01",
                "2026-01-07 06:30+01",
                "2026-01-08 06:30+01",
            ],
        ),
        // Months without a 31st.
        (
            "0 12 31 * *",
            "2026-01-01T09:00:00Z",
            [
                "2026-01-31 12:00+01",
                "2026-03-31 12:00+02",
                "2026-05-31 12:00+02",
                "2026-07-31 12:00+02",
                "2026-08-31 12:00+02",
            ],
        ),
        (
            "0 23 L * *",
            "2028-01-31T23:00:00Z",
            [
                "2028-02-29 23:00+01",
                "2028-03-31 23:00+02",
                "2028-04-30 23:00+02",
                "2028-05-31 23:00+02",
                "2028-06-30 23:00+02",
            ],
        ),
        // Leap days, over the year 2100 that has none.
        (
            "0 8 29 2 *",
            "2088-03-01T00:00:00Z",
            [
                "2092-02-29 08:00+01",
                "2096-02-29 08:00+01",
                "2104-02-29 08:00+01",
                "2108-02-29 08:00+01",
                "2112-02-29 08:00+01",
            ],
        ),
        // The first and the fifteenth, or any Friday.
        (
            "0 9 1,15 * FRI",
            "2026-01-01T09:00:00Z",
            [
                "2026-01-02 09:00+01",
                "2026-01-09 09:00+01",
                "2026-01-15 09:00+01",
                "2026-01-16 09:00+01",
                "2026-01-23 09:00+01",
            ],
        ),
        // 02:30 is left out on 29 March: due once, when the clocks have been put forward.
        (
            "30 2 * * *",
            "2026-03-27T12:00:00Z",
            [
                "2026-03-28 02:30+01",
                "2026-03-29 03:00+02",
                "2026-03-30 02:30+02",
                "2026-03-31 02:30+02",
                "2026-04-01 02:30+02",
            ],
        ),
        // So is each of several, and they fall together.
        (
            "*/20 2,3 * * *",
            "2026-03-29T00:30:00Z",
            [
                "2026-03-29 03:00+02",
                "2026-03-29 03:20+02",
                "2026-03-29 03:40+02",
                "2026-03-30 02:00+02",
                "2026-03-30 02:20+02",
            ],
        ),
        // 02:30 comes twice on 25 October: due the first time.
        (
            "30 2,14 * * *",
            "2026-10-24T13:00:00Z",
            [
                "2026-10-25 02:30+02",
                "2026-10-25 14:30+01",
                "2026-10-26 02:30+01",
                "2026-10-26 14:30+01",
                "2026-10-27 02:30+01",
            ],
        ),
        // Looked at from within the second of the two hours, it is behind.
        (
            "30 2 * * *",
            "2026-10-25T01:10:00Z",
            [
                "2026-10-26 02:30+01",
                "2026-10-27 02:30+01",
                "2026-10-28 02:30+01",
                "2026-10-29 02:30+01",
                "2026-10-30 02:30+01",
            ],
        ),
        // Every hour is every hour that passes, in both nights.
        (
            "30 * * * *",
            "2026-10-24T22:45:00Z",
            [
                "2026-10-25 01:30+02",
                "2026-10-25 02:30+02",
                "2026-10-25 02:30+01",
                "2026-10-25 03:30+01",
                "2026-10-25 04:30+01",
            ],
        ),
        (
            "30 * * * *",
            "2026-03-28T23:45:00Z",
            [
                "2026-03-29 01:30+01",
                "2026-03-29 03:30+02",
                "2026-03-29 04:30+02",
                "2026-03-29 05:30+02",
                "2026-03-29 06:30+02",
            ],
        ),
        (
            "every 1h",
            "2026-10-24T23:30:00Z",
            [
                "2026-10-25 02:00+02",
                "2026-10-25 02:00+01",
                "2026-10-25 03:00+01",
                "2026-10-25 04:00+01",
                "2026-10-25 05:00+01",
            ],
        ),
    ] {
        assert_eq!(five(text, after), next, "{text} after {after}");
    }
}

#[test]
fn once_is_once() {
    for (text, moment) in [
        ("at 2026-11-24 14:02", "2026-11-24T13:02:00Z"),
        ("at 2026-11-24T14:02", "2026-11-24T13:02:00Z"),
        ("at 24.11.2026 14:02", "2026-11-24T13:02:00Z"),
        ("at 2026-11-24T14:02:00Z", "2026-11-24T14:02:00Z"),
        ("at 2026-11-24T14:02:00-05:00", "2026-11-24T19:02:00Z"),
        // Shown twice: the first one.
        ("at 2026-10-25 02:30", "2026-10-25T00:30:00Z"),
    ] {
        let schedule = read(text);
        assert_eq!(schedule.following(now(), BERLIN, 5), [at(moment)], "{text}");
        assert_eq!(schedule.next_after(at(moment), BERLIN), None);
    }
}

#[test]
fn what_is_no_schedule_is_refused_in_one_sentence() {
    for (text, said) in [
        ("", "It is not said when the job is due; write a cron expression"),
        ("every  ", "It is not said when the job is due; write an interval"),
        ("at ", "It is not said when the job is due; write a date and a time"),
        ("sometimes", "“sometimes” is no cron expression; write its five fields"),
        ("every now and then", "is no interval from 1 minute to a year"),
        ("every 0m", "is no interval"),
        ("every 5s", "is no interval"),
        ("every -5m", "is no interval"),
        ("every 99999999999h", "is no interval"),
        ("every 366d", "is no interval"),
        ("at noon", "“noon” is no date and time"),
        ("at 2026-11-24", "is no date and time"),
        ("at 2026-02-30 10:00", "is no date and time"),
        ("at 2025-11-24 14:02", "24 November 2025 14:02 has passed already"),
        ("at 2026-03-29 02:30", "There is no 2026-03-29 02:30 here"),
        ("60 * * * *", "The minute “60” of the cron expression makes no sense; it is 0 to 59"),
        ("0 25 * * *", "The hour “25”"),
        ("0 0 0 * *", "The day of the month “0”"),
        ("0 0 * FOO *", "The month “FOO”"),
        ("0 0 * * 8", "The weekday “8”"),
        ("*/0 * * * *", "The minute “*/0”"),
        ("0 0 30 2 *", "“0 0 30 2 *” never comes"),
        ("0 0 31 4,6,9,11 *", "never comes"),
        ("0 0 1 1 * *", "is no cron expression"),
        ("* * * *", "is no cron expression"),
        ("@daily", "is no cron expression"),
        ("\u{1b}[2J", "is no cron expression"),
    ] {
        let Err(problem) = when(text).read(now(), BERLIN) else { panic!("{text} was read") };
        assert!(problem.message.contains(said), "{text}: {}", problem.message);
        assert_eq!(problem.field, Some(when(text).field()));
        assert!(problem.message.ends_with('.') && !problem.message.contains('\u{1b}'));
    }
}

#[test]
fn in_words() {
    for (text, words) in [
        ("every 5m", "every 5 minutes"),
        ("every minute", "every minute"),
        ("every 90", "every 90 minutes"),
        ("every 90 min", "every 90 minutes"),
        ("every hour", "every hour"),
        ("every 120m", "every 2 hours"),
        ("every 1d", "every day"),
        ("every 2 weeks", "every 14 days"),
        ("at 2026-11-24 14:02", "on 24 November 2026 at 14:02"),
        ("* * * * *", "every minute"),
        ("*/5 * * * *", "every 5 minutes"),
        ("0 * * * *", "every hour"),
        ("5 * * * *", "every hour, 5 minutes past"),
        ("0 */2 * * *", "every 2 hours"),
        ("30 6 * * 1-5", "every weekday at 06:30"),
        ("30 6 * * mon-fri", "every weekday at 06:30"),
        ("30 6 * * *", "every day at 06:30"),
        ("0 6,18 * * *", "every day at 06:00 and 18:00"),
        ("0 9 * * 1", "every Monday at 09:00"),
        ("0 9 * * 0,6", "every Saturday and Sunday at 09:00"),
        ("0 9 * * 7", "every Sunday at 09:00"),
        ("0 9 * * 1,3,5", "every Monday, Wednesday and Friday at 09:00"),
        ("*/15 8-17 * * 1-5", "every 15 minutes from 08:00 to 17:45 on weekdays"),
        ("*/10 * * * SUN", "every 10 minutes on Sundays"),
        ("0 0 1 * *", "on the 1st of every month at 00:00"),
        ("0 0 1,15 * *", "on the 1st and 15th of every month at 00:00"),
        ("0 23 L * *", "on the last day of every month at 23:00"),
        ("0 8 29 2 *", "on the 29th of February at 08:00"),
        ("0 8 1 1,7 *", "on the 1st of January and July at 08:00"),
        ("0 8 * 6-8 *", "every day from June to August at 08:00"),
        ("0 8 3 JUN-AUG *", "on the 3rd of every month from June to August at 08:00"),
        ("*/7 * * * *", "every 7 minutes from each full hour"),
        // What has no words of its own is described.
        ("0 9 1 * FRI", "at 09:00, on day 1 or Friday"),
    ] {
        let schedule = read(text);
        assert_eq!(schedule.in_words(BERLIN), words, "{text}");
        let typed = schedule.typed(BERLIN);
        let again = typed.read(now(), BERLIN).unwrap();
        assert!(again.is_same(&schedule), "{text} is typed {typed:?}");
    }
}

#[test]
fn any_hours_and_minutes_are_told_and_due() {
    // Each combination of common fields has a next time, words, and words only once.
    for minute in ["0", "*", "*/5", "7,37", "10-20"] {
        for hour in ["0", "*", "*/6", "8-17", "2,3"] {
            for day in ["*", "1", "31", "L", "10-12"] {
                for month in ["*", "1", "JAN-MAR", "*/2"] {
                    for weekday in ["*", "1-5", "MON", "5#2", "0,6"] {
                        let text = format!("{minute} {hour} {day} {month} {weekday}");
                        let schedule = read(&text);
                        let next = schedule.following(now(), BERLIN, 3);
                        assert!(next.len() == 3 && next.is_sorted() && next[0] > now(), "{text}");
                        let words = schedule.in_words(BERLIN);
                        assert!(!words.is_empty() && !words.contains("  "), "{text}: {words}");
                    }
                }
            }
        }
    }
}
