//! What polls tell of a feed's rhythm: when its newest entry came, how far apart entries come, and
//! how fast its document turns over.
//!
//! Two kinds of evidence: the dates in the document, which tell of the time before the first poll
//! already, and how many entries were new since the poll before, which nobody can misstate. Dates
//! are strangers' words: they are never taken to lie ahead, nor, for what was new at a poll, before
//! the poll that did not find it yet; where all are the same they say nothing.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::model::poll::Rhythm;
use crate::schedule::next::Outcome;

/// The gap is that of so many newest entries: the pace of now, not of last month.
const NEWEST_GAPS: usize = 10;
/// Of this many gaps the longest is left out: it is the night, or the weekend.
const ENOUGH_TO_LEAVE_ONE_OUT: usize = 4;
/// Fewer dates say nothing of the speed at which a document turns over.
const FEWEST_DATES: usize = 4;
/// A document is near to turning over when this part of it is new: three quarters. A smaller batch
/// followed by a pause is no danger, however fast it came.
const DANGER: (usize, usize) = (3, 4);
/// What came within a minute came at once, and no poll falls between it.
const AT_ONCE: TimeDelta = TimeDelta::minutes(1);
/// A burst is evidence of the next one for some days: it counts for half after each.
const FADES_IN: f64 = 86_400.0;
/// After any night, and without warning, entries may come at this many times the usual pace.
const SOME_HASTE: u32 = 4;
/// A document is not feared to turn over faster than at this many times the usual pace.
const MOST_HASTE: u32 = 8;
/// A feed is stale when nothing new has come for this long,
const STALE: Duration = Duration::from_secs(90 * 86_400);
/// and for so many times its usual gap.
const STALE_GAPS: u32 = 3;
/// Longer times make no difference to any decision.
const LONGEST: Duration = Duration::from_secs(400 * 86_400);

/// The rhythm after a poll, from the one before it and the dates in the document, in any order.
///
/// A poll that was no success leaves it as it was.
pub(super) fn observe(
    previous: Option<Rhythm>,
    outcome: Outcome,
    dates: &[DateTime<Utc>],
    now: DateTime<Utc>,
) -> Option<Rhythm> {
    let elapsed = previous.map(|previous| since(previous.read_at, now));
    let faded = previous
        .zip(elapsed)
        .and_then(|(previous, elapsed)| Some(fade(previous.half?, elapsed)));
    let (new, total, is_near) = match outcome {
        Outcome::Read { new, total } => {
            let is_near = new > 0 && new.saturating_mul(DANGER.1) >= total.saturating_mul(DANGER.0);
            (count(new), count(total), is_near)
        }
        Outcome::NotModified | Outcome::Unchanged => {
            return previous.map(|previous| Rhythm {
                read_at: now,
                half: faded,
                ..previous
            });
        }
        Outcome::Failed
        | Outcome::Throttled
        | Outcome::Gone { .. }
        | Outcome::MissingOrForbidden => return previous,
    };
    let mut dates: Vec<_> = dates.iter().map(|&date| date.min(now)).collect();
    dates.sort_unstable_by(|a, b| b.cmp(a));
    let dated = dates.first().copied().unwrap_or(now);
    let newest = match previous {
        Some(previous) if new > 0 => dated.max(previous.read_at).min(now),
        Some(previous) => previous.newest,
        None => dated,
    };
    let gap = gap_of_dates(&dates)
        .or_else(|| gap_of_arrivals(previous?, newest, new))
        .or_else(|| previous?.gap);
    let usual = gap.map(|gap| gap.saturating_mul(total) / 2);
    let arrived = elapsed
        .filter(|_| is_near)
        .map(|elapsed| half_of_arrivals(elapsed, new, total, usual));
    let hastened = half_of_span(&dates)
        .map(|half| fade(half / SOME_HASTE, since(dated, now)))
        .or_else(|| Some(usual? / SOME_HASTE));
    let half = [faded, arrived, half_of_dates(&dates, now), hastened]
        .into_iter()
        .flatten()
        .min();
    Some(Rhythm {
        read_at: now,
        newest,
        gap,
        half,
    })
}

/// True if the document shares no entry with the one of the poll before: between the two there may
/// have been more.
pub(super) fn is_turnover(previous: Option<Rhythm>, outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Read { new, total } if total > 0 && new >= total)
        && previous.is_some()
}

/// True if nothing new has come for long, also by the feed's own measure.
pub(super) fn is_stale(rhythm: Option<Rhythm>, now: DateTime<Utc>) -> bool {
    rhythm.is_some_and(|rhythm| {
        let own_measure = rhythm.gap.unwrap_or_default().saturating_mul(STALE_GAPS);
        since(rhythm.newest, now) > STALE.max(own_measure)
    })
}

/// The mean of the newest gaps but the longest. `dates` begin with the newest.
fn gap_of_dates(dates: &[DateTime<Utc>]) -> Option<Duration> {
    let gaps: Vec<Duration> = dates
        .windows(2)
        .take(NEWEST_GAPS)
        .map(|pair| since(pair[1], pair[0]))
        .collect();
    if gaps.len() < 2 {
        return None;
    }
    let sum: Duration = gaps.iter().sum();
    let (sum, count) = if gaps.len() >= ENOUGH_TO_LEAVE_ONE_OUT {
        let longest = gaps.iter().max().copied().unwrap_or_default();
        (sum - longest, gaps.len() - 1)
    } else {
        (sum, gaps.len())
    };
    Some(sum / count_of(count)).filter(|gap| !gap.is_zero())
}

/// What `new` entries since the newest of the poll before say, halfway to what was known.
fn gap_of_arrivals(previous: Rhythm, newest: DateTime<Utc>, new: u32) -> Option<Duration> {
    let seen = since(previous.newest, newest).checked_div(new)?;
    Some(previous.gap.map_or(seen, |known| {
        Duration::from_secs_f64((known.as_secs_f64() * seen.as_secs_f64()).sqrt())
    }))
}

/// The time for half of the document at the highest pace at which [most of it](DANGER) came, faded
/// by its age.
fn half_of_dates(dates: &[DateTime<Utc>], now: DateTime<Utc>) -> Option<Duration> {
    if dates.len() < FEWEST_DATES {
        return None;
    }
    let most = (dates.len() * DANGER.0).div_ceil(DANGER.1);
    dates
        .windows(most.min(dates.len() - 1) + 1)
        .filter_map(|window| {
            let (latest, earliest) = (*window.first()?, *window.last()?);
            let took = latest - earliest;
            let half = since(earliest, latest) * 2 / 3;
            (took >= AT_ONCE).then(|| fade(half, since(latest, now)))
        })
        .min()
}

/// Half of the time that the document looks back.
fn half_of_span(dates: &[DateTime<Utc>]) -> Option<Duration> {
    let (newest, oldest) = (dates.first()?, dates.last()?);
    let half = since(*oldest, *newest) / 2;
    (dates.len() >= FEWEST_DATES && !half.is_zero()).then_some(half)
}

/// The time for half of the document at the pace at which `new` of `total` entries came.
///
/// `usual` is the time for half of it at the usual pace.
fn half_of_arrivals(elapsed: Duration, new: u32, total: u32, usual: Option<Duration>) -> Duration {
    let half = if new >= total {
        // How many came is not known, only that it was the whole document at least.
        elapsed / 4
    } else {
        (elapsed / new).saturating_mul(total) / 2
    };
    half.max(usual.unwrap_or_default() / MOST_HASTE)
        .min(LONGEST)
}

/// What is left of a short time as evidence when it lies `age` back: a longer one.
fn fade(time: Duration, age: Duration) -> Duration {
    let doublings = (age.as_secs_f64() / FADES_IN).min(60.0);
    let secs = time.as_secs_f64() * doublings.exp2();
    Duration::from_secs_f64(secs.min(LONGEST.as_secs_f64()))
}

/// The time from `earlier` to `later`; zero if it ran backwards.
fn since(earlier: DateTime<Utc>, later: DateTime<Utc>) -> Duration {
    (later - earlier).to_std().unwrap_or_default()
}

fn count(entries: usize) -> u32 {
    u32::try_from(entries).unwrap_or(u32::MAX)
}

fn count_of(gaps: usize) -> u32 {
    count(gaps).max(1)
}
