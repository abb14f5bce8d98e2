//! The adaptive estimate: how long a feed may be left alone, by its [`Rhythm`].
//!
//! Three times are weighed. *The root rule*: of all ways to spend a number of requests on many
//! feeds, entries wait least in sum when each feed is asked in the proportion of the square root of
//! the gap between its entries. (To ask a feed at interval T costs 1/T requests in a time, and lets
//! the 1/gap entries of that time wait T/2 each; the sum of μ/T and T/(2·gap) is least at
//! T² = 2μ·gap.) *Silence*: a feed that has been
//! quiet for long is asked ever less, by a share of its silence, through nights and for ever.
//! *Turnover*: none of this may let the document turn over between two polls, for what has left it
//! was never seen; so the estimate is never longer than the shortest time known in which half of it
//! was new.

use std::ops::RangeInclusive;
use std::time::Duration;

use crate::model::poll::Rhythm;
use crate::schedule::duration::words;
use crate::schedule::next::{Inputs, Outcome};

/// 2μ of the root rule: one more request must save the entries some forty minutes of waiting in sum.
/// With it, and the floor at 15 minutes, 300 feeds of all kinds cost a third of what a poll of each
/// every 15 minutes does (`cargo bench --bench schedule`).
const WORTH_OF_A_REQUEST: Duration = Duration::from_secs(75 * 60);
/// A feed is asked again after this part of its silence.
const SILENCE_SHARE: u32 = 3;
/// What quiet polls lengthen the estimate by while nothing is known of the rhythm.
const GROWTH: f64 = 1.5;

/// A time, and what it was made from, in words.
pub(super) struct Estimate {
    pub(super) step: Duration,
    pub(super) why: String,
    /// The document may turn over before that: the poll is not to be late.
    pub(super) is_urgent: bool,
}

/// The estimate after a poll, within `bounds`; `rhythm` knows of that poll already.
pub(super) fn estimate(
    inputs: &Inputs<'_>,
    rhythm: Option<Rhythm>,
    is_turnover: bool,
    bounds: &RangeInclusive<Duration>,
) -> Estimate {
    let (wanted, evidence) = match rhythm {
        Some(rhythm) => by_rhythm(inputs, rhythm, is_turnover, bounds),
        None => by_nothing(inputs, bounds),
    };
    let (floor, ceiling) = (*bounds.start(), *bounds.end());
    // Whole seconds, as the archive keeps them and as people read them.
    let step = Duration::from_secs(wanted.as_secs()).clamp(floor, ceiling);
    let bound = if wanted < floor {
        " (the floor)"
    } else if wanted > ceiling {
        " (the ceiling)"
    } else {
        ""
    };
    let is_urgent = rhythm
        .and_then(|rhythm| rhythm.half)
        .is_some_and(|half| half < step);
    Estimate {
        is_urgent,
        step,
        why: format!("adaptive: {evidence}, so {}{bound}", words(step)),
    }
}

fn by_rhythm(
    inputs: &Inputs<'_>,
    rhythm: Rhythm,
    is_turnover: bool,
    bounds: &RangeInclusive<Duration>,
) -> (Duration, String) {
    let silence = (inputs.now - rhythm.newest).to_std().unwrap_or_default();
    let patience = silence / SILENCE_SHARE;
    let (usual, usually) = match rhythm.gap {
        Some(gap) => (root(gap), format!("an entry every {}", words(gap))),
        None => start(inputs, bounds),
    };
    let (wanted, evidence) = if patience > usual {
        (patience, format!("nothing new for {}", words(silence)))
    } else {
        (usual, usually)
    };
    let Some(half) = rhythm.half.filter(|half| *half < wanted || is_turnover) else {
        return (wanted, evidence);
    };
    let evidence = match inputs.outcome {
        Outcome::Read { total, .. } if is_turnover => {
            format!("all {total} entries were new and others may have passed unseen")
        }
        _ => format!("half of its entries may be new within {}", words(half)),
    };
    (half.min(wanted), evidence)
}

/// The square root of gap × worth: [the root rule](self).
fn root(gap: Duration) -> Duration {
    let secs = (gap.as_secs_f64() * WORTH_OF_A_REQUEST.as_secs_f64()).sqrt();
    Duration::from_secs_f64(secs)
}

/// Where nothing is known of the gap: what the feed says of itself, else the floor.
fn start(inputs: &Inputs<'_>, bounds: &RangeInclusive<Duration>) -> (Duration, String) {
    let named = inputs
        .hints
        .update_interval
        .filter(|_| !inputs.local)
        .map(|named| named.clamp(*bounds.start(), *bounds.end()));
    match named {
        Some(named) => (
            named,
            "its rhythm is not known yet; sy:update* of the feed".to_owned(),
        ),
        None => (*bounds.start(), "its rhythm is not known yet".to_owned()),
    }
}

/// No poll has told of the rhythm: the estimate of before, longer if nothing came.
fn by_nothing(inputs: &Inputs<'_>, bounds: &RangeInclusive<Duration>) -> (Duration, String) {
    match (inputs.interval, inputs.outcome) {
        (Some(before), Outcome::NotModified | Outcome::Unchanged) => {
            let longer = before.clamp(*bounds.start(), *bounds.end()).mul_f64(GROWTH);
            (longer.min(*bounds.end()), "nothing was new".to_owned())
        }
        (Some(before), _) => {
            let before = before.clamp(*bounds.start(), *bounds.end());
            (before, "as before".to_owned())
        }
        (None, _) => start(inputs, bounds),
    }
}
