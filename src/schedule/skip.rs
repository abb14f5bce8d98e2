//! `skipHours` and `skipDays` of RSS 2.0: hours and days (GMT) in which a feed asks to be left alone.

use chrono::{DateTime, Datelike, DurationRound, TimeDelta, Timelike, Utc};

use crate::model::entry::Hints;

/// The first moment after `at` that the feed allows; none if `at` itself is allowed.
///
/// A feed that skips every hour, or every day, means nothing by it.
pub(super) fn first_allowed_after(hints: &Hints, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let mut hours = [false; 24];
    for &hour in &hints.skip_hours {
        hours[usize::from(hour % 24)] = true;
    }
    let mut days = [false; 7];
    for day in &hints.skip_days {
        days[day.num_days_from_monday() as usize] = true;
    }
    let hours_hold = hours.contains(&false);
    let days_hold = days.contains(&false);
    let is_skipped = |at: DateTime<Utc>| {
        let day = at.weekday().num_days_from_monday() as usize;
        (hours_hold && hours[at.hour() as usize]) || (days_hold && days[day])
    };
    if !is_skipped(at) {
        return None;
    }
    let this_hour = at.duration_trunc(TimeDelta::hours(1)).ok()?;
    (1..=8 * 24)
        .map(|hours| this_hour + TimeDelta::hours(hours))
        .find(|&hour| !is_skipped(hour))
}
