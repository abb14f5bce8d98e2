//! crontab(5) by tables, against the calendar and against a search of our own, minute by minute.

use chrono::{DateTime, Datelike, TimeDelta, Timelike, Utc};
use proptest::prelude::*;

use super::utc;
use crate::schedule::{Cadence, CronLine, Error, Zone};

fn times(line: &str, zone: &str, after: &str, count: usize) -> Vec<String> {
    let line = CronLine::parse(line).unwrap();
    let zone = Zone::parse(zone).unwrap();
    std::iter::successors(line.next_after(utc(after), zone), |at| {
        line.next_after(*at, zone)
    })
    .take(count)
    .map(|at| at.format("%Y-%m-%dT%H:%MZ").to_string())
    .collect()
}

#[test]
fn a_line_means_what_crontab_says() {
    // 2026-01-01 is a Thursday.
    let cases = [
        (
            "*/15 * * * *",
            "2026-01-01T00:00:00Z",
            ["2026-01-01T00:15Z", "2026-01-01T00:30Z"],
        ),
        (
            "*/15 6-23 * * *",
            "2026-01-01T23:45:00Z",
            ["2026-01-02T06:00Z", "2026-01-02T06:15Z"],
        ),
        (
            "0-30/10 4 * * *",
            "2026-01-01T04:10:01Z",
            ["2026-01-01T04:20Z", "2026-01-01T04:30Z"],
        ),
        (
            "5,50 1,13 * * *",
            "2026-01-01T02:00:00Z",
            ["2026-01-01T13:05Z", "2026-01-01T13:50Z"],
        ),
        // Sunday is 0, 7 and sun, alone and in ranges.
        (
            "0 0 * * 0",
            "2026-01-01T00:00:00Z",
            ["2026-01-04T00:00Z", "2026-01-11T00:00Z"],
        ),
        (
            "0 0 * * 7",
            "2026-01-01T00:00:00Z",
            ["2026-01-04T00:00Z", "2026-01-11T00:00Z"],
        ),
        (
            "0 0 * * Sun",
            "2026-01-01T00:00:00Z",
            ["2026-01-04T00:00Z", "2026-01-11T00:00Z"],
        ),
        (
            "0 0 * * 6-7",
            "2026-01-01T00:00:00Z",
            ["2026-01-03T00:00Z", "2026-01-04T00:00Z"],
        ),
        (
            "0 0 * * sat-sun",
            "2026-01-01T00:00:00Z",
            ["2026-01-03T00:00Z", "2026-01-04T00:00Z"],
        ),
        (
            "0 0 * * mon",
            "2026-01-01T00:00:00Z",
            ["2026-01-05T00:00Z", "2026-01-12T00:00Z"],
        ),
        (
            "0 0 * * 1-7/3",
            "2026-01-01T00:00:00Z",
            ["2026-01-04T00:00Z", "2026-01-05T00:00Z"],
        ),
        (
            "0 0 1 feb,AUG *",
            "2026-01-01T00:00:00Z",
            ["2026-02-01T00:00Z", "2026-08-01T00:00Z"],
        ),
        // Both day fields restricted: either may match.
        (
            "0 0 13 * 5",
            "2026-01-01T00:00:00Z",
            ["2026-01-02T00:00Z", "2026-01-09T00:00Z"],
        ),
        (
            "0 0 13 * 5",
            "2026-01-09T00:00:00Z",
            ["2026-01-13T00:00Z", "2026-01-16T00:00Z"],
        ),
        (
            "0 0 30 2 1",
            "2026-01-31T00:00:00Z",
            ["2026-02-02T00:00Z", "2026-02-09T00:00Z"],
        ),
        // One of them starts with a star: both must match.
        (
            "0 0 */2 * 5",
            "2026-01-01T00:00:00Z",
            ["2026-01-09T00:00Z", "2026-01-23T00:00Z"],
        ),
        (
            "0 0 13 * */5",
            "2026-01-01T00:00:00Z",
            ["2026-02-13T00:00Z", "2026-03-13T00:00Z"],
        ),
        (
            "0 0 29 2 *",
            "2026-01-01T00:00:00Z",
            ["2028-02-29T00:00Z", "2032-02-29T00:00Z"],
        ),
        (
            "0 0 31 * *",
            "2026-01-31T00:00:00Z",
            ["2026-03-31T00:00Z", "2026-05-31T00:00Z"],
        ),
        (
            "@hourly",
            "2026-01-01T00:00:30Z",
            ["2026-01-01T01:00Z", "2026-01-01T02:00Z"],
        ),
        (
            "@daily",
            "2026-01-01T00:00:00Z",
            ["2026-01-02T00:00Z", "2026-01-03T00:00Z"],
        ),
        (
            "@midnight",
            "2026-01-01T00:00:00Z",
            ["2026-01-02T00:00Z", "2026-01-03T00:00Z"],
        ),
        (
            "@weekly",
            "2026-01-01T00:00:00Z",
            ["2026-01-04T00:00Z", "2026-01-11T00:00Z"],
        ),
        (
            "@monthly",
            "2026-01-01T00:00:00Z",
            ["2026-02-01T00:00Z", "2026-03-01T00:00Z"],
        ),
        (
            "@yearly",
            "2026-01-01T00:00:00Z",
            ["2027-01-01T00:00Z", "2028-01-01T00:00Z"],
        ),
        (
            "@annually",
            "2025-06-01T00:00:00Z",
            ["2026-01-01T00:00Z", "2027-01-01T00:00Z"],
        ),
    ];
    for (line, after, expected) in cases {
        assert_eq!(
            times(line, "UTC", after, 2),
            expected,
            "{line} after {after}"
        );
    }
}

#[test]
fn a_line_is_read_by_the_clocks_of_its_zone() {
    let amman = times("0 6 * * *", "Asia/Amman", "2026-01-01T00:00:00Z", 2);
    assert_eq!(amman, ["2026-01-01T03:00Z", "2026-01-02T03:00Z"]);
    // The weekday is the zone's: Friday 01:00 in Amman is still Thursday in UTC.
    let friday = times("0 1 * * fri", "Asia/Amman", "2026-01-01T00:00:00Z", 1);
    assert_eq!(friday, ["2026-01-01T22:00Z"]);
    let kathmandu = times("*/30 * * * *", "Asia/Kathmandu", "2026-01-01T00:00:00Z", 2);
    assert_eq!(kathmandu, ["2026-01-01T00:15Z", "2026-01-01T00:45Z"]);
}

#[test]
fn a_skipped_time_is_made_up_for_at_the_change_of_the_clock() {
    // Amman went from 00:00 to 01:00 on 2021-03-26 (22:00 UTC the day before).
    let fixed = times("30 0 * * *", "Asia/Amman", "2021-03-25T12:00:00Z", 2);
    assert_eq!(fixed, ["2021-03-25T22:00Z", "2021-03-26T21:30Z"]);
    let already_made_up = times("30 0 * * *", "Asia/Amman", "2021-03-25T22:00:00Z", 1);
    assert_eq!(already_made_up, ["2021-03-26T21:30Z"]);
    // A line with a star in the hour goes on by the clock.
    let hourly = times("30 * * * *", "Asia/Amman", "2021-03-25T21:00:00Z", 3);
    assert_eq!(
        hourly,
        [
            "2021-03-25T21:30Z",
            "2021-03-25T22:30Z",
            "2021-03-25T23:30Z"
        ]
    );
    let starred = times("*/30 0 * * *", "Asia/Amman", "2021-03-25T21:00:00Z", 1);
    assert_eq!(starred, ["2021-03-26T21:00Z"]);
    // Samoa had no 2011-12-30.
    let samoa = times("0 9 * * *", "Pacific/Apia", "2011-12-29T19:00:00Z", 2);
    assert_eq!(samoa, ["2011-12-30T10:00Z", "2011-12-30T19:00Z"]);
}

#[test]
fn a_repeated_time_runs_once_unless_the_line_goes_by_the_clock() {
    // Amman went back from 01:00 to 00:00 on 2021-10-29 (22:00 UTC the day before).
    let fixed = times("30 0 * * *", "Asia/Amman", "2021-10-28T12:00:00Z", 2);
    assert_eq!(fixed, ["2021-10-28T21:30Z", "2021-10-29T22:30Z"]);
    let between = times("30 0 * * *", "Asia/Amman", "2021-10-28T21:45:00Z", 1);
    assert_eq!(between, ["2021-10-29T22:30Z"]);
    let hourly = times("30 * * * *", "Asia/Amman", "2021-10-28T21:00:00Z", 3);
    assert_eq!(
        hourly,
        [
            "2021-10-28T21:30Z",
            "2021-10-28T22:30Z",
            "2021-10-28T23:30Z"
        ]
    );
    let quarters = times("*/15 * * * *", "Europe/Berlin", "2026-10-25T00:30:00Z", 8);
    let expected = [
        "00:45", "01:00", "01:15", "01:30", "01:45", "02:00", "02:15", "02:30",
    ];
    assert_eq!(quarters, expected.map(|time| format!("2026-10-25T{time}Z")));
}

#[test]
fn what_is_no_line_is_refused_with_the_reason() {
    let cases = [
        ("0 */15 6-23 * * *", "has 6 fields, but cron has five"),
        ("*/15 *", "has 2 fields"),
        (
            "60 * * * *",
            "minute field of cron: it holds numbers from 0 to 59",
        ),
        (
            "* 24 * * *",
            "hour field of cron: it holds numbers from 0 to 23",
        ),
        (
            "* * 0 * *",
            "day-of-month field of cron: it holds numbers from 1 to 31",
        ),
        ("* * * 13 *", "from 1 to 12, or jan to dec"),
        ("* * * * 8", "from 0 to 7, or sun to sat"),
        ("* * * * monday", "from 0 to 7, or sun to sat"),
        ("30-10 * * * *", "the range runs backwards"),
        ("* * * * fri-tue", "the range runs backwards"),
        ("*/0 * * * *", "a step is a whole number from 1"),
        ("*/x * * * *", "a step is a whole number from 1"),
        ("5/15 * * * *", "a step follows `*` or a range"),
        ("+5 * * * *", "minute field"),
        ("5, * * * *", "minute field"),
        ("? * * * *", "minute field"),
        ("* * L * *", "day-of-month field"),
        ("@reboot", "no nickname"),
        ("@Hourly", "no nickname"),
        ("0 0 30 2 *", "never comes"),
        ("0 0 31 2,4,6,9,11 *", "never comes"),
        ("0 0 30 2 */2", "never comes"),
    ];
    for (line, reason) in cases {
        let error = Cadence::parse(line).expect_err(line).to_string();
        assert!(error.contains(reason), "{line}: {error}");
    }
}

#[test]
fn a_schedule_is_adaptive_an_interval_or_cron() {
    assert_eq!(Cadence::parse("adaptive"), Ok(Cadence::Adaptive));
    let quarter = std::time::Duration::from_secs(900);
    assert_eq!(Cadence::parse("15m"), Ok(Cadence::Every(quarter)));
    assert_eq!(Cadence::parse("0m"), Err(Error::Zero("0m".to_owned())));
    assert_eq!(
        Cadence::parse("often"),
        Err(Error::Schedule("often".to_owned()))
    );
    let cron = Cadence::parse(" */15  6-23 * * * ").unwrap();
    assert_eq!(cron.to_string(), "cron */15 6-23 * * *");
}

/// A line in numbers, and what it means, said once more in another way.
#[derive(Debug, Clone)]
struct Plain {
    minute: u32,
    hours: (u32, u32),
    day: Option<u32>,
    month: Option<u32>,
    weekday: Option<u32>,
}

impl Plain {
    fn text(&self) -> String {
        let field = |number: Option<u32>| number.map_or("*".to_owned(), |n| n.to_string());
        let (first, last) = self.hours;
        let (day, month, weekday) = (field(self.day), field(self.month), field(self.weekday));
        format!("{} {first}-{last} {day} {month} {weekday}", self.minute)
    }

    fn matches(&self, at: DateTime<Utc>) -> bool {
        let day = self.day.is_none_or(|day| day == at.day());
        let weekday = self
            .weekday
            .is_none_or(|day| day % 7 == at.weekday().num_days_from_sunday());
        let days = match (self.day, self.weekday) {
            (Some(_), Some(_)) => day || weekday,
            _ => day && weekday,
        };
        at.minute() == self.minute
            && (self.hours.0..=self.hours.1).contains(&at.hour())
            && self.month.is_none_or(|month| month == at.month())
            && days
    }
}

proptest! {
    #[test]
    fn the_next_time_is_the_first_minute_that_matches(
        minute in 0u32..60,
        hours in (0u32..24, 0u32..24),
        day in proptest::option::of(1u32..32),
        month in proptest::option::of(prop_oneof![Just(1u32), Just(3), Just(12)]),
        weekday in proptest::option::of(0u32..8),
        start in 1_700_000_000i64..1_900_000_000,
    ) {
        let hours = (hours.0.min(hours.1), hours.0.max(hours.1));
        let plain = Plain { minute, hours, day, month, weekday };
        let now = DateTime::from_timestamp(start, 5).unwrap();
        let found = CronLine::parse(&plain.text()).unwrap().next_after(now, Zone::default());
        let hour_start = now - TimeDelta::seconds(start % 3600) - TimeDelta::nanoseconds(5);
        let expected = (0..24 * 800)
            .map(|hour| hour_start + TimeDelta::hours(hour) + TimeDelta::minutes(minute.into()))
            .find(|at| *at > now && plain.matches(*at));
        prop_assert_eq!(found, expected, "{}", plain.text());
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "[-*/,0-9a-z@ ]{0,24}") {
        let _ = Cadence::parse(&text);
    }

    #[test]
    fn in_any_zone_the_next_time_lies_ahead_and_shows_the_minute(
        place in 0usize..590,
        start in 0i64..4_000_000_000,
        minute in 0u32..60,
    ) {
        let zone = Zone::names().nth(place).map(|name| Zone::parse(name).unwrap()).unwrap();
        let now = DateTime::from_timestamp(start, 0).unwrap();
        let line = CronLine::parse(&format!("{minute} * * * *")).unwrap();
        let next = line.next_after(now, zone).unwrap();
        prop_assert!(next > now && next - now <= TimeDelta::hours(26), "{zone}: {now} {next}");
        prop_assert_eq!(zone.wall_clock(next).minute(), minute);
    }
}
