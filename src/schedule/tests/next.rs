//! What decides the next poll: the order of the rules, and the promises that none may break.

use std::time::Duration;

use chrono::TimeDelta;
use proptest::prelude::*;

use super::utc;
use crate::model::poll::Next;
use crate::schedule::{Cadence, Inputs, Options, Outcome, Zone, next_poll};

const NOW: &str = "2026-01-01T10:00:00Z";

/// A poll of a public feed that brought nothing, with `change` made to it.
fn decide(cadence: &str, change: impl FnOnce(&mut Inputs<'_>)) -> Next {
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
        hints: &Hints::default(),
        failures: 0,
        interval: None,
        rhythm: None,
        dates: &[],
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

#[test]
fn the_first_estimate_is_the_floor_and_quiet_polls_lengthen_it_to_the_ceiling() {
    let mut next = decide("adaptive", |inputs| {
        inputs.outcome = Outcome::Read { new: 30, total: 30 };
    });
    assert_eq!(next.why, "adaptive: its rhythm is not known yet, so 1h");
    let mut waits = Vec::new();
    for _ in 0..10 {
        waits.push(wait(&next));
        next = decide("adaptive", |inputs| inputs.interval = next.interval);
    }
    assert_eq!(waits, [60, 90, 135, 202, 303, 455, 683, 1025, 1440, 1440]);
    assert_eq!(next.why, "adaptive: nothing was new, so 1d");
}

#[test]
fn the_more_was_new_the_sooner_the_next_poll() {
    let after = |new, total| {
        decide("adaptive", |inputs| {
            inputs.interval = Some(minutes(480));
            inputs.outcome = Outcome::Read { new, total };
        })
    };
    let cases = [
        (0, 30, 720, "adaptive: nothing was new, so 12h"),
        (3, 30, 720, "adaptive: 3 of 30 entries were new, so 12h"),
        (6, 30, 360, "adaptive: 6 of 30 entries were new, so 6h"),
        (20, 30, 240, "adaptive: 20 of 30 entries were new, so 4h"),
        (30, 30, 120, "adaptive: all 30 entries were new, so 2h"),
        (0, 0, 720, "adaptive: nothing was new, so 12h"),
    ];
    for (new, total, expected, why) in cases {
        let next = after(new, total);
        assert_eq!(
            (wait(&next), next.why.as_str()),
            (expected, why),
            "{new} of {total}"
        );
        assert_eq!(next.interval, Some(minutes(expected)));
    }
}

#[test]
fn a_local_adaptive_feed_has_a_floor_of_one_minute_and_no_hints() {
    let next = decide("adaptive", |inputs| {
        inputs.local = true;
        inputs.jitter = 1.0;
        inputs.ttl_minutes = Some(600);
        inputs.fresh_for = Some(minutes(600));
    });
    assert_eq!(wait(&next), 1);
}

#[test]
fn the_feeds_own_schedule_is_kept_by_interval_and_by_cron() {
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
fn a_ttl_outranks_the_estimate_but_not_the_feeds_own_schedule() {
    let ttl = |cadence, minutes| decide(cadence, |inputs| inputs.ttl_minutes = Some(minutes));
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
    assert_eq!(told("15m", false, 1).silence_until, None);
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
        failures: u32,
        interval_secs in proptest::option::of(0u64..10_000_000),
        jitter in 0.0f64..=1.0,
    ) {
        let parsed = Cadence::parse(cadence).unwrap();
        let options = Options::default();
        let now = utc(NOW);
        let retry_after = retry_after_secs.map(|secs| now + TimeDelta::seconds(secs));
        let next = decide(cadence, |inputs| {
            *inputs = Inputs {
                local, outcome, retry_after, ttl_minutes, failures, jitter,
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
