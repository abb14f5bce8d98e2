//! The adaptive estimate: how long a feed may be left alone, from what the last poll brought.
//!
//! The estimate aims at polls that find a small share of the document new. If all of it was new,
//! entries may have come and gone unseen, so the estimate shrinks hardest then; if nothing was, it
//! grows, so that a quiet feed is asked ever less.

use std::ops::RangeInclusive;
use std::time::Duration;

use crate::schedule::next::Outcome;

/// The share of new entries in a document that leaves the estimate as it is.
const WANTED_SHARE: f64 = 0.15;
/// The most that one poll lengthens the estimate.
const MOST_GROWTH: f64 = 1.5;
/// The most that one poll with some known entry left shortens it.
const MOST_SHRINKING: f64 = 0.5;
/// What a wholly new document shortens it to.
const TURNOVER: f64 = 0.25;

/// The estimate after a poll, within `bounds`, from the one before it; the first is their start.
///
/// A poll that read nothing leaves it as it was.
pub(super) fn estimate(
    previous: Option<Duration>,
    outcome: Outcome,
    bounds: &RangeInclusive<Duration>,
) -> Duration {
    let clamped = |interval: Duration| interval.max(*bounds.start()).min(*bounds.end());
    let Some(previous) = previous.map(clamped) else {
        return *bounds.start();
    };
    let factor = match outcome {
        Outcome::NotModified | Outcome::Unchanged | Outcome::Read { new: 0, .. } => MOST_GROWTH,
        Outcome::Read { new, total } if new >= total => TURNOVER,
        Outcome::Read { new, total } => {
            let share = new as f64 / total as f64;
            (WANTED_SHARE / share).clamp(MOST_SHRINKING, MOST_GROWTH)
        }
        Outcome::Failed
        | Outcome::Throttled
        | Outcome::Gone { .. }
        | Outcome::MissingOrForbidden => 1.0,
    };
    // Whole seconds, as the archive keeps them and as people read them.
    clamped(Duration::from_secs(previous.mul_f64(factor).as_secs()))
}

/// What the estimate was made from, in words.
pub(super) fn evidence(previous: Option<Duration>, outcome: Outcome) -> String {
    match outcome {
        _ if previous.is_none() => "its rhythm is not known yet".to_owned(),
        Outcome::Read { new, total } if new > 0 && new >= total => {
            format!("all {total} entries were new")
        }
        Outcome::Read { new, total } if new > 0 => format!("{new} of {total} entries were new"),
        Outcome::NotModified | Outcome::Unchanged | Outcome::Read { .. } => {
            "nothing was new".to_owned()
        }
        Outcome::Failed
        | Outcome::Throttled
        | Outcome::Gone { .. }
        | Outcome::MissingOrForbidden => "as before".to_owned(),
    }
}
