//! What decides the next poll: the order of the rules, and the promises that none may break.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc, Weekday};
use proptest::prelude::*;

use super::utc;
use crate::model::entry::Hints;
use crate::model::poll::{Next, Rhythm};
use crate::schedule::{Cadence, Inputs, Options, Outcome, Zone, next_poll};

const NOW: &str = "2026-01-01T10:00:00Z";

/// A poll of a public feed that brought nothing, with `change` made to it.
fn decide(cadence: &str, change: impl FnOnce(&mut Inputs<'_>)) -> Next {
    decide_on(cadence, &Hints::default(), &[], change)
}

/// The same of a feed with hints, or with dates in its document.
fn decide_on(
    cadence: &str,
    hints: &Hints,
    dates: &[DateTime<Utc>],
    change: impl FnOnce(&mut Inputs<'_>),
) -> Next {
    let options = Options::default();
    let mut inputs = Inputs {
        now: utc(NOW),
        cadence: &Cadence::parse(cadence).unwrap(),
        zone: Zone::parse("Asia/Amman").unwrap(),
        local: false,
        options: &options,
        outcome: Outcome::NotModified,
        retry_after: None,
        fresh_for: None,
        hints,
        failures: 0,
        interval: None,
        rhythm: None,
        dates,
        jitter: 0.0,
    };
    change(&mut inputs);
    next_poll(&inputs)
}

fn minutes(count: i64) -> Duration {
    TimeDelta::minutes(count).to_std().unwrap()
}

fn wait(next: &Next) -> i64 {
    (next.at.unwrap() - utc(NOW)).num_minutes()
}

/// So many entries before now, the newest first, each so many minutes before the one after it.
fn dates(count: i64, newest: i64, gap: i64) -> Vec<DateTime<Utc>> {
    let back = |n| utc(NOW) - TimeDelta::minutes(newest + n * gap);
    (0..count).map(back).collect()
}

/// A first poll that found entries with these dates.
fn first_poll(dates: &[DateTime<Utc>]) -> Next {
    decide_on("adaptive", &Hints::default(), dates, |inputs| {
        let total = dates.len();
        inputs.outcome = Outcome::Read { new: total, total };
    })
}

/// Polls that find nothing, each when the one before it says, for so long.
fn quiet(first: &Next, days: i64) -> Vec<i64> {
    let mut waits = Vec::new();
    let (mut now, mut next) = (utc(NOW), first.clone());
    while now < utc(NOW) + TimeDelta::days(days) {
        let at = next.at.unwrap();
        waits.push((at - now).num_minutes());
        now = at;
        next = decide("adaptive", |inputs| {
            (inputs.now, inputs.rhythm, inputs.interval) = (now, next.rhythm, next.interval);
        });
    }
    waits
}

#[test]
fn the_first_poll_has_an_estimate_from_the_dates_in_the_document() {
    let cases = [
        (
            dates(20, 1, 2),
            60,
            "half of its entries may be new within 4m 45s, so 1h (the floor)",
        ),
        (dates(20, 30, 120), 94, "an entry every 2h, so 1h 34m"),
        (dates(10, 600, 1440), 328, "an entry every 1d, so 5h 28m"),
        (
            dates(10, 20_000, 20_000),
            1440,
            "nothing new for 13d 21h, so 1d (the ceiling)",
        ),
    ];
    for (dates, expected, why) in cases {
        let next = first_poll(&dates);
        assert_eq!(
            (wait(&next), next.why.as_str()),
            (expected, &*format!("adaptive: {why}"))
        );
        assert!(
            !next.is_turnover,
            "before the first poll nothing was there to be missed"
        );
    }
}

#[test]
fn dates_that_say_nothing_are_not_believed() {
    let start = "adaptive: its rhythm is not known yet, so 1h";
    assert_eq!(first_poll(&[]).why, start);
    assert_eq!(
        first_poll(&dates(30, 0, 0)).why,
        start,
        "the time of the document's making"
    );
    assert_eq!(
        first_poll(&dates(30, -600, 0)).why,
        start,
        "all of them to come"
    );
    let ahead = first_poll(&dates(2, -60, 30)).rhythm.unwrap();
    assert_eq!(ahead.newest, utc(NOW));
}

#[test]
fn b5_a_quiet_feed_is_asked_ever_less_up_to_the_ceiling() {
    let waits = quiet(&first_poll(&dates(20, 30, 120)), 9);
    assert!(waits.is_sorted(), "{waits:?}");
    assert_eq!(waits.last(), Some(&1440));
    assert!(waits.len() < 30, "{waits:?}");
    let unknown = quiet(&first_poll(&[]), 9);
    assert!(
        unknown.is_sorted() && unknown.last() == Some(&1440),
        "{unknown:?}"
    );
}

#[test]
fn b5_no_haste_goes_below_the_floor() {
    for newest in [0, 1] {
        assert_eq!(wait(&first_poll(&dates(500, newest, 1))), 60);
    }
}

/// What was known before the poll: read eight hours ago, with an entry every so many minutes.
fn rhythm(gap: i64) -> Option<Rhythm> {
    let read_at = utc(NOW) - TimeDelta::hours(8);
    Some(Rhythm {
        read_at,
        newest: read_at,
        gap: Some(minutes(gap)),
        half: None,
    })
}

#[test]
fn a_document_that_is_all_new_is_a_turnover_and_polled_sooner() {
    let after = |new, total, gap| {
        decide("adaptive", |inputs| {
            inputs.rhythm = rhythm(gap);
            inputs.outcome = Outcome::Read { new, total };
        })
    };
    let all = after(20, 20, 600);
    assert!(all.is_turnover);
    let why = "adaptive: all 20 entries were new and others may have passed unseen, so 1h 34m";
    assert_eq!(all.why, why);
    let one_was_known = after(19, 20, 600);
    assert!(!one_was_known.is_turnover);
    assert!(wait(&all) < wait(&after(1, 20, 600)) / 2);
    assert!(!after(0, 0, 600).is_turnover, "an empty document");
    let first = first_poll(&dates(20, 1, 60));
    assert!(!first.is_turnover);
}

#[test]
fn a_document_that_may_turn_over_is_polled_before_and_on_time() {
    // Thirty entries in ninety minutes, then nothing for half a day.
    let burst = decide_on(
        "adaptive",
        &Hints::default(),
        &dates(30, 720, 3),
        |inputs| {
            inputs.outcome = Outcome::Read { new: 30, total: 30 };
        },
    );
    let half = burst.rhythm.unwrap().half.unwrap();
    assert!((minutes(10)..minutes(30)).contains(&half), "{half:?}");
    assert_eq!(wait(&burst), 60, "{}", burst.why);
    let late = decide_on(
        "adaptive",
        &Hints::default(),
        &dates(30, 720, 3),
        |inputs| {
            inputs.outcome = Outcome::Read { new: 30, total: 30 };
            inputs.jitter = 1.0;
        },
    );
    assert_eq!(late.at, burst.at, "no jitter where each minute counts");
    // The evidence fades.
    let waits = quiet(&burst, 20);
    assert!(
        waits.is_sorted() && waits.last() == Some(&1440),
        "{waits:?}"
    );
}

#[test]
fn a_burst_of_years_ago_does_not_hasten_a_feed_that_is_read_anew_at_each_poll() {
    let imported = dates(10, 1_000_000, 1);
    let again = decide_on("adaptive", &Hints::default(), &imported, |inputs| {
        inputs.rhythm = first_poll(&imported).rhythm;
        inputs.outcome = Outcome::Read { new: 0, total: 10 };
    });
    assert_eq!(wait(&again), 1440, "{}", again.why);
}

#[test]
fn a_poll_that_failed_teaches_nothing() {
    for outcome in [
        Outcome::Failed,
        Outcome::Throttled,
        Outcome::MissingOrForbidden,
    ] {
        let next = decide("adaptive", |inputs| {
            (inputs.rhythm, inputs.outcome, inputs.failures) = (rhythm(60), outcome, 1);
        });
        assert_eq!(next.rhythm, rhythm(60));
    }
}

#[test]
fn a_local_adaptive_feed_has_a_floor_of_one_minute_and_no_hints() {
    let hints = Hints {
        ttl_minutes: Some(600),
        skip_hours: vec![10, 11],
        update_interval: Some(minutes(600)),
        ..Hints::default()
    };
    let next = decide_on("adaptive", &hints, &[], |inputs| {
        inputs.local = true;
        inputs.jitter = 1.0;
        inputs.fresh_for = Some(minutes(600));
    });
    assert_eq!(wait(&next), 1);
}

#[test]
fn b1_the_feeds_own_schedule_is_kept_by_interval_and_by_cron() {
    let every = decide("15m", |_| ());
    assert_eq!(
        (wait(&every), every.why.as_str()),
        (15, "own schedule: every 15m")
    );
    // 10:00 UTC is 13:00 in Amman.
    let cron = decide("*/20 13 * * *", |_| ());
    assert_eq!(
        (wait(&cron), cron.why.as_str()),
        (20, "cron */20 13 * * * (Asia/Amman)")
    );
    let local = decide("1s", |inputs| inputs.local = true);
    assert_eq!(local.at, Some(utc("2026-01-01T10:00:01Z")));
    let public = decide("1s", |_| ());
    assert_eq!(
        wait(&public),
        1,
        "a public feed is never asked more often than once a minute"
    );
}

#[test]
fn b4_a_ttl_outranks_the_estimate_but_not_the_feeds_own_schedule() {
    let ttl = |cadence, minutes| {
        let hints = Hints {
            ttl_minutes: Some(minutes),
            ..Hints::default()
        };
        decide_on(cadence, &hints, &[], |_| ())
    };
    let next = ttl("adaptive", 180);
    assert_eq!(
        (wait(&next), next.why.as_str()),
        (180, "ttl of the feed: 3h")
    );
    assert_eq!(wait(&ttl("adaptive", 5)), 60);
    assert_eq!(wait(&ttl("15m", 180)), 15);
    assert_eq!(
        wait(&ttl("adaptive", u32::MAX)),
        7 * 24 * 60,
        "nonsense is capped"
    );
}

/// 2026-01-01 is a Thursday, and it is ten o'clock.
fn skipping(cadence: &str, hours: &[u8], days: &[Weekday], jitter: f64) -> Next {
    let hints = Hints {
        skip_hours: hours.to_vec(),
        skip_days: days.to_vec(),
        ..Hints::default()
    };
    decide_on(cadence, &hints, &[], |inputs| inputs.jitter = jitter)
}

#[test]
fn b4_skip_hours_move_the_poll_to_the_first_hour_that_is_allowed() {
    let next = skipping("adaptive", &[11, 12, 14], &[], 0.0);
    assert_eq!(next.at, Some(utc("2026-01-01T13:00:00Z")));
    let why = "adaptive: its rhythm is not known yet, so 1h; skipHours or skipDays of the feed: not before Thu 13:00 UTC";
    assert_eq!(next.why, why);
    let late = skipping("adaptive", &[11, 12, 14], &[], 1.0).at.unwrap();
    assert_eq!(
        late,
        utc("2026-01-01T13:05:00Z"),
        "not all at the stroke of the hour"
    );
    assert_eq!(
        wait(&skipping("adaptive", &[10, 12], &[], 0.0)),
        60,
        "11 is allowed"
    );
    assert_eq!(
        wait(&skipping("15m", &[10, 11], &[], 0.0)),
        15,
        "its own schedule is stronger"
    );
    let midnight = skipping(
        "adaptive",
        &[11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23],
        &[],
        0.0,
    );
    assert_eq!(midnight.at, Some(utc("2026-01-02T00:00:00Z")));
}

#[test]
fn b4_skip_days_move_the_poll_to_the_first_day_that_is_allowed() {
    let next = skipping("adaptive", &[0, 1], &[Weekday::Thu, Weekday::Fri], 0.0);
    assert_eq!(next.at, Some(utc("2026-01-03T02:00:00Z")));
}

#[test]
fn b4_a_feed_that_skips_all_hours_or_all_days_means_nothing_by_it() {
    let hours: Vec<u8> = (0..24).collect();
    let days: Vec<Weekday> = (0..7).map(|n| Weekday::try_from(n).unwrap()).collect();
    assert_eq!(wait(&skipping("adaptive", &hours, &days, 0.0)), 60);
    assert_eq!(wait(&skipping("adaptive", &[11], &days, 0.0)), 120);
    assert_eq!(
        wait(&skipping("adaptive", &[35, 255], &[], 0.0)),
        120,
        "numbers wrap"
    );
}

#[test]
fn b4_sy_hints_are_where_the_estimate_begins_and_nothing_more() {
    let says = |every: i64, dates: &[DateTime<Utc>]| {
        let hints = Hints {
            update_interval: Some(minutes(every)),
            ..Hints::default()
        };
        decide_on("adaptive", &hints, dates, |inputs| {
            let total = dates.len();
            inputs.outcome = Outcome::Read { new: total, total };
        })
    };
    let next = says(300, &[]);
    let why = "adaptive: its rhythm is not known yet; sy:update* of the feed, so 5h";
    assert_eq!((wait(&next), next.why.as_str()), (300, why));
    assert_eq!(wait(&says(1, &[])), 60, "never below the floor");
    assert_eq!(wait(&says(525_600, &[])), 1440, "never above the ceiling");
    let weekly = dates(10, 600, 10_080);
    assert!(
        wait(&says(60, &weekly)) > 600,
        "what WordPress says of every feed is not believed"
    );
}

#[test]
fn b3_max_age_holds_back_even_an_own_schedule() {
    let fresh = |cadence, duration| decide(cadence, |inputs| inputs.fresh_for = Some(duration));
    let next = fresh("15m", minutes(120));
    let why = "max-age or Expires of the server: 2h";
    assert_eq!((wait(&next), next.why.as_str()), (120, why));
    assert_eq!(wait(&fresh("15m", minutes(5))), 15);
    assert_eq!(wait(&fresh("15m", Duration::MAX)), 30 * 24 * 60);
    // A cron line is kept: the first of its times that max-age allows.
    let cron = fresh("*/20 * * * *", minutes(90));
    assert_eq!(wait(&cron), 100);
    let why = "max-age or Expires of the server: 1h 30m; then cron */20 * * * * (Asia/Amman)";
    assert_eq!(cron.why, why);
    assert_eq!(wait(&fresh("*/20 * * * *", minutes(80))), 80);
}

#[test]
fn c1_and_c4_retry_after_is_obeyed_whatever_its_length_up_to_30_days() {
    let told = |local, minutes: i64| {
        decide("15m", |inputs| {
            inputs.local = local;
            inputs.outcome = Outcome::Throttled;
            inputs.failures = 1;
            inputs.retry_after = Some(inputs.now + TimeDelta::minutes(minutes));
        })
    };
    for local in [false, true] {
        let next = told(local, 3 * 24 * 60);
        assert_eq!(next.at, Some(utc("2026-01-04T10:00:00Z")));
        assert_eq!(next.silence_until, next.at);
        assert_eq!(next.why, "Retry-After of the server: 3d");
        let capped = told(local, 400 * 24 * 60);
        assert_eq!(capped.silence_until, Some(utc("2026-01-31T10:00:00Z")));
        // Shorter than the schedule: both hold.
        let short = told(local, 5);
        assert_eq!(
            (wait(&short), short.silence_until),
            (15, Some(utc("2026-01-01T10:05:00Z")))
        );
        let past = told(local, -5);
        assert_eq!((wait(&past), past.silence_until), (15, None));
    }
}

#[test]
fn c2_a_bare_429_pauses_for_an_hour_and_doubles() {
    let told = |cadence, local, failures| {
        decide(cadence, |inputs| {
            (inputs.local, inputs.failures) = (local, failures);
            inputs.outcome = Outcome::Throttled;
        })
    };
    let waits = [1, 2, 3, 5, 6, 1000].map(|failures| wait(&told("15m", false, failures)));
    assert_eq!(waits, [60, 120, 240, 960, 1440, 1440]);
    assert_eq!(told("15m", false, 1).why, "told to slow down, so 1h");
    let next = told("15m", false, 2);
    assert_eq!(next.silence_until, None, "a poll by hand may try");
    assert_eq!(
        next.host_until,
        Some(utc(NOW) + TimeDelta::hours(2)),
        "the host as a whole waits"
    );
    assert_eq!(
        told("10s", true, 2).host_until,
        None,
        "a local host never does"
    );
    let local = [1, 2, 7].map(|failures| wait(&told("10s", true, failures)));
    assert_eq!(local, [1, 2, 60]);
}

#[test]
fn c6_failures_lengthen_the_wait_to_a_day_and_never_stop_the_feed() {
    let failed = |cadence, failures| {
        decide(cadence, |inputs| {
            inputs.failures = failures;
            inputs.outcome = Outcome::Failed;
            inputs.interval = Some(minutes(60));
        })
    };
    let waits = [1, 2, 3, 6, 1000].map(|failures| wait(&failed("adaptive", failures)));
    assert_eq!(waits, [60, 120, 240, 1440, 1440]);
    assert_eq!(failed("adaptive", 3).why, "3 failures in a row, so 4h");
    assert_eq!(
        failed("adaptive", 1).why,
        "1 failure; adaptive: as before, so 1h"
    );
    assert!(failed("15m", u32::MAX).at.is_some());
    assert_eq!(
        failed("adaptive", 9).interval,
        Some(minutes(60)),
        "the estimate is kept"
    );
    assert_eq!(
        [1, 3].map(|failures| wait(&failed("15m", failures))),
        [15, 60]
    );
    assert_eq!(
        wait(&failed("7d", 4)),
        7 * 24 * 60,
        "never sooner than the feed's own cadence"
    );
    assert_eq!(
        [1, 2, 3].map(|failures| wait(&failed("*/20 * * * *", failures))),
        [20, 20, 60]
    );
    assert_eq!(
        wait(&failed("0 12 * * 1", 9)),
        4 * 24 * 60 - 60,
        "the next Monday noon in Amman"
    );
}

#[test]
fn a_local_feed_that_fails_keeps_its_schedule() {
    let next = decide("10s", |inputs| {
        (inputs.local, inputs.failures, inputs.outcome) = (true, 9, Outcome::Failed);
    });
    assert_eq!(next.at, Some(utc("2026-01-01T10:00:10Z")));
}

#[test]
fn c7_a_403_or_404_waits_four_hours_and_longer_when_it_comes_again() {
    let waits = [1, 2, 3, 9].map(|failures| {
        let next = decide("15m", |inputs| {
            inputs.failures = failures;
            inputs.outcome = Outcome::MissingOrForbidden;
        });
        wait(&next)
    });
    assert_eq!(waits, [240, 480, 960, 1440]);
}

#[test]
fn c8_a_410_is_asked_once_more_after_a_day_and_then_never() {
    let gone = |confirmed| decide("15m", |inputs| inputs.outcome = Outcome::Gone { confirmed });
    assert_eq!(wait(&gone(false)), 24 * 60);
    assert_eq!(gone(true).at, None);
}

#[test]
fn b6_jitter_is_late_never_early_and_keeps_the_minute_of_a_cron_line() {
    let late = |cadence, jitter| decide(cadence, |inputs| inputs.jitter = jitter).at.unwrap();
    assert_eq!(late("10m", 1.0), utc("2026-01-01T10:11:00Z"));
    assert_eq!(late("1d", 1.0), utc("2026-01-02T10:05:00Z"));
    assert_eq!(late("0 * * * *", 1.0), utc("2026-01-01T11:00:59Z"));
    for odd in [-1.0, f64::NAN, f64::NEG_INFINITY] {
        assert_eq!(late("10m", odd), utc("2026-01-01T10:10:00Z"));
    }
    assert_eq!(late("10m", 9.0), utc("2026-01-01T10:11:00Z"));
}

fn outcomes() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        Just(Outcome::NotModified),
        Just(Outcome::Unchanged),
        (0usize..500, 0usize..500).prop_map(|(a, b)| Outcome::Read {
            new: a.min(b),
            total: a.max(b)
        }),
        Just(Outcome::Failed),
        Just(Outcome::Throttled),
        Just(Outcome::Gone { confirmed: false }),
        Just(Outcome::MissingOrForbidden),
    ]
}

proptest! {
    #[test]
    fn the_next_poll_keeps_every_promise(
        cadence in proptest::sample::select(vec!["adaptive", "1m", "15m", "3d", "*/15 6-23 * * *"]),
        local: bool,
        outcome in outcomes(),
        retry_after_secs in proptest::option::of(-100_000i64..10_000_000),
        fresh_secs in proptest::option::of(0u64..10_000_000),
        ttl_minutes in proptest::option::of(any::<u32>()),
        skip_hours in proptest::collection::vec(any::<u8>(), 0..30),
        dates in proptest::collection::vec(any::<i32>(), 0..60),
        known in proptest::option::of((0i64..10_000_000, 0i64..10_000_000, any::<Option<u64>>(), any::<Option<u64>>())),
        failures: u32,
        interval_secs in proptest::option::of(0u64..10_000_000),
        jitter in 0.0f64..=1.0,
    ) {
        let parsed = Cadence::parse(cadence).unwrap();
        let options = Options::default();
        let now = utc(NOW);
        let retry_after = retry_after_secs.map(|secs| now + TimeDelta::seconds(secs));
        let dates: Vec<_> = dates.into_iter().map(|ago| now - TimeDelta::seconds(ago.into())).collect();
        let hints = Hints { ttl_minutes, skip_hours, ..Hints::default() };
        let rhythm = known.map(|(read, newest, gap, half)| Rhythm {
            read_at: now - TimeDelta::seconds(read),
            newest: now - TimeDelta::seconds(newest),
            gap: gap.map(Duration::from_secs),
            half: half.map(Duration::from_secs),
        });
        let next = decide_on(cadence, &hints, &dates, |inputs| {
            *inputs = Inputs {
                local, outcome, retry_after, rhythm, failures, jitter,
                fresh_for: fresh_secs.map(Duration::from_secs),
                interval: interval_secs.map(Duration::from_secs),
                ..inputs.clone()
            };
        });
        let at = next.at.expect("only a confirmed 410 ends a feed");
        prop_assert!(at > now);
        prop_assert!(at <= now + TimeDelta::days(31));
        prop_assert!(next.silence_until.is_none_or(|until| at >= until && until > now));
        match &parsed {
            Cadence::Every(every) => prop_assert!(at >= now + *every),
            Cadence::Cron(line) => {
                let zone = Zone::parse("Asia/Amman").unwrap();
                let minute = at - TimeDelta::seconds(at.timestamp() % 60)
                    - TimeDelta::nanoseconds(at.timestamp_subsec_nanos().into());
                let previous = minute - TimeDelta::nanoseconds(1);
                prop_assert_eq!(line.next_after(previous, zone), Some(minute));
            }
            Cadence::Adaptive if !local => prop_assert!(at >= now + options.floor),
            Cadence::Adaptive => prop_assert!(at >= now + TimeDelta::minutes(1)),
        }
        if !local {
            let fresh = fresh_secs.map_or(now, |secs| now + TimeDelta::seconds(secs.min(2_592_000) as i64));
            prop_assert!(at >= fresh);
        }
        prop_assert!(!next.why.is_empty());
    }
}
