//! Any text through [`rawi::parse::date`].
//!
//! The text is read in several zones, with and without the moment that it was written. A moment
//! lies in the years that the reader promises; and since the short way takes two shapes in one
//! letter case only, while the long way knows no letter case, the two must agree on a text and the
//! same one in lower case.

#![no_main]

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use libfuzzer_sys::fuzz_target;
use rawi::parse::Zone;
use rawi::parse::date;
use rawi::schedule;

static ZONES: LazyLock<Vec<Zone>> = LazyLock::new(|| {
    let names = [
        "Asia/Amman",
        "America/New_York",
        "Asia/Seoul",
        "Pacific/Apia",
    ];
    let zones = names.map(|name| {
        let zone = schedule::Zone::parse(name).expect("invariant: a name of the tz database");
        Zone::new(zone.time_zone())
    });
    [Zone::default()].into_iter().chain(zones).collect()
});

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    // One second before summer time begins in Amman, and the ends of what is a date.
    let nows = [1_332_460_799, 1, 4_102_444_799].map(|at| DateTime::from_timestamp(at, 0));
    for zone in &*ZONES {
        let moment = date::parse(&text, zone);
        inspect(moment);
        assert_eq!(date::parse(&text.to_ascii_lowercase(), zone), moment);
        for now in nows {
            inspect(date::parse_at(&text, zone, now));
        }
    }
});

fn inspect(moment: Option<DateTime<Utc>>) {
    if let Some(moment) = moment {
        let seconds = moment.timestamp();
        assert!((1..4_102_444_800).contains(&seconds), "{moment}");
        assert_eq!(moment.timestamp_subsec_nanos(), 0, "{moment}");
    }
}
