//! The decision after a poll: when next, and why.
//!
//! Strongest first: Retry-After; max-age and Expires; the feed's own schedule; ttl, skipHours and
//! skipDays; the adaptive estimate. "Stronger" means *not before*: the feed is polled at the first
//! time of its own cadence that all stronger rules allow. A poll that failed is a rule, too: it holds the next one back,
//! the longer the more of them failed in a row, but never for ever; only a server that says twice
//! that a feed is gone ends it. A local feed knows its own schedule and Retry-After alone.

use std::ops::RangeInclusive;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::model::entry::Hints;
use crate::model::poll::{Next, Rhythm};
use crate::schedule::adaptive::{self, Estimate};
use crate::schedule::cadence::Cadence;
use crate::schedule::duration::words;
use crate::schedule::options::Options;
use crate::schedule::rhythm;
use crate::schedule::skip;
use crate::schedule::zone::Zone;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(86_400);

/// The longest silence that a server can ask for.
const LONGEST_SILENCE: Duration = Duration::from_secs(30 * 86_400);
/// The longest ttl: feeds in the wild give seconds, or nonsense, for its minutes.
const LONGEST_TTL: Duration = Duration::from_secs(7 * 86_400);
/// No public feed is asked more often than this, whatever was configured.
const PUBLIC_MINIMUM: Duration = MINUTE;
/// Where the growth of a pause after failures ends.
const LONGEST_PAUSE: Duration = DAY;
/// The first pause after a 429 or 503 that names no time.
const THROTTLED_PAUSE: Duration = HOUR;
/// The same for a local feed, which is asked at the user's own pace, and where its growth ends.
const LOCAL_THROTTLED_PAUSE: RangeInclusive<Duration> = MINUTE..=HOUR;
/// The first pause after a 403 or 404: some sites answer 403 where 429 is meant.
const FORBIDDEN_PAUSE: Duration = Duration::from_secs(4 * 3600);
/// Jitter goes up to this, and up to a tenth of the wait.
const MOST_JITTER: Duration = Duration::from_secs(5 * 60);
/// The minute of a cron line is kept.
const MOST_CRON_JITTER: Duration = Duration::from_secs(59);

/// How a poll ended, as far as it bears on the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// 304.
    NotModified,
    /// 200 with the very body of the last time.
    Unchanged,
    /// A document was read.
    Read {
        /// Entries that were not known before.
        new: usize,
        /// Entries in the document.
        total: usize,
    },
    /// No answer, a 5xx other than 503, or a document that is not a feed.
    Failed,
    /// 429 or 503.
    Throttled,
    /// 410.
    Gone {
        /// It said so before, at least a day ago.
        confirmed: bool,
    },
    /// 404, or 403, by which some sites mean 429.
    MissingOrForbidden,
}

/// All that the decision depends on.
#[derive(Debug, Clone)]
pub struct Inputs<'a> {
    /// The moment at which the poll ended.
    pub now: DateTime<Utc>,
    /// The feed's cadence.
    pub cadence: &'a Cadence,
    /// The zone that a cron line is read in.
    pub zone: Zone,
    /// The feed lies in the user's own network.
    pub local: bool,
    /// Floor and ceiling of the adaptive estimate.
    pub options: &'a Options,
    /// How the poll ended.
    pub outcome: Outcome,
    /// The server's Retry-After as a moment, whatever the status it came with.
    pub retry_after: Option<DateTime<Utc>>,
    /// max-age, or Expires less Date.
    pub fresh_for: Option<Duration>,
    /// What the feed's last document says of how it wants to be polled.
    pub hints: &'a Hints,
    /// Polls that failed in a row, this one included.
    pub failures: u32,
    /// The adaptive estimate of the last time.
    pub interval: Option<Duration>,
    /// The feed's rhythm as the last poll left it.
    pub rhythm: Option<Rhythm>,
    /// The dates of the document's entries, as far as they have one, in any order.
    pub dates: &'a [DateTime<Utc>],
    /// A random number from 0 to 1.
    pub jitter: f64,
}

/// Decides when the feed is polled next. Never in the past; never at all only if it is gone.
pub fn next_poll(inputs: &Inputs<'_>) -> Next {
    if inputs.outcome == (Outcome::Gone { confirmed: true }) {
        return Next {
            at: None,
            why: "gone for good: the server said so twice (410)".to_owned(),
            interval: inputs.interval,
            rhythm: inputs.rhythm,
            is_turnover: false,
            is_stale: false,
            silence_until: None,
            host_until: None,
        };
    }
    let silence_until = inputs
        .retry_after
        .filter(|until| *until > inputs.now)
        .map(|until| until.min(inputs.now + LONGEST_SILENCE));

    let rhythm = rhythm::observe(inputs.rhythm, inputs.outcome, inputs.dates, inputs.now);
    let is_turnover = rhythm::is_turnover(inputs.rhythm, inputs.outcome);
    let mut plan = Plan::by_cadence(inputs, rhythm, is_turnover);
    let mut host_until = silence_until;
    if let Some((delay, what)) = pause(inputs, plan.step) {
        plan.hold(delay, &what);
        if inputs.outcome == Outcome::Throttled {
            host_until = host_until.max(Some(inputs.now + delay));
        }
    }
    if !inputs.local {
        if let (Cadence::Adaptive, Some(minutes)) = (inputs.cadence, inputs.hints.ttl_minutes) {
            let ttl = (MINUTE * minutes).min(LONGEST_TTL);
            plan.not_before(inputs.now + ttl, format!("ttl of the feed: {}", words(ttl)));
        }
        if let Some(fresh_for) = inputs.fresh_for {
            let fresh_for = fresh_for.min(LONGEST_SILENCE);
            let why = format!("max-age or Expires of the server: {}", words(fresh_for));
            plan.not_before(inputs.now + fresh_for, why);
        }
    }
    if let Some(until) = silence_until {
        let wait = (until - inputs.now).to_std().unwrap_or_default();
        plan.not_before(until, format!("Retry-After of the server: {}", words(wait)));
    }
    plan.at += plan.jitter();
    plan.keep_off_skipped_hours();
    Next {
        at: Some(plan.at),
        why: plan.why,
        interval: plan.interval,
        rhythm,
        is_turnover,
        is_stale: rhythm::is_stale(rhythm, inputs.now),
        silence_until,
        host_until: host_until.filter(|_| !inputs.local),
    }
}

/// How long an outcome that is no success holds the next poll back, and why.
///
/// `step` is the time between two polls of the feed's own cadence.
fn pause(inputs: &Inputs<'_>, step: Duration) -> Option<(Duration, String)> {
    let doubled = |first: Duration, last: Duration| {
        let doublings = inputs.failures.saturating_sub(1).min(20);
        first.saturating_mul(1 << doublings).min(last)
    };
    let (delay, what) = match inputs.outcome {
        Outcome::NotModified | Outcome::Unchanged | Outcome::Read { .. } => return None,
        Outcome::Throttled if inputs.retry_after.is_some() => return None,
        Outcome::Throttled if inputs.local => {
            let (first, last) = LOCAL_THROTTLED_PAUSE.into_inner();
            (doubled(first, last), "told to slow down".to_owned())
        }
        _ if inputs.local => return None,
        Outcome::Throttled => (
            doubled(THROTTLED_PAUSE, LONGEST_PAUSE),
            "told to slow down".to_owned(),
        ),
        Outcome::MissingOrForbidden => (
            doubled(FORBIDDEN_PAUSE, LONGEST_PAUSE),
            "missing or forbidden".to_owned(),
        ),
        Outcome::Gone { .. } => (DAY, "gone (410), to be confirmed".to_owned()),
        Outcome::Failed => {
            let what = match inputs.failures {
                0 | 1 => "1 failure".to_owned(),
                count => format!("{count} failures in a row"),
            };
            (doubled(step, LONGEST_PAUSE), what)
        }
    };
    Some((delay, what))
}

/// A time for the next poll, while the rules are gone through.
struct Plan<'a> {
    inputs: &'a Inputs<'a>,
    at: DateTime<Utc>,
    why: String,
    interval: Option<Duration>,
    /// The time between two polls of the cadence.
    step: Duration,
    /// The document may turn over before the poll.
    is_urgent: bool,
}

impl<'a> Plan<'a> {
    /// What the feed's cadence alone says.
    fn by_cadence(inputs: &'a Inputs<'a>, rhythm: Option<Rhythm>, is_turnover: bool) -> Self {
        let now = inputs.now;
        match inputs.cadence {
            Cadence::Every(every) => {
                let step = if inputs.local {
                    *every
                } else {
                    (*every).max(PUBLIC_MINIMUM)
                };
                let why = format!("own schedule: every {}", words(step));
                Self {
                    inputs,
                    at: now + step,
                    why,
                    interval: inputs.interval,
                    step,
                    is_urgent: false,
                }
            }
            Cadence::Cron(line) => {
                let fallback = inputs.options.ceiling;
                let at = line.next_after(now, inputs.zone).unwrap_or(now + fallback);
                let second = line.next_after(at, inputs.zone);
                let step = second
                    .and_then(|second| (second - at).to_std().ok())
                    .unwrap_or(fallback);
                let why = format!("cron {line} ({})", inputs.zone);
                Self {
                    inputs,
                    at,
                    why,
                    interval: inputs.interval,
                    step,
                    is_urgent: false,
                }
            }
            Cadence::Adaptive => {
                let floor = if inputs.local {
                    MINUTE
                } else {
                    inputs.options.floor
                };
                let bounds = floor..=inputs.options.ceiling.max(floor);
                let Estimate {
                    step,
                    why,
                    is_urgent,
                } = adaptive::estimate(inputs, rhythm, is_turnover, &bounds);
                Self {
                    inputs,
                    at: now + step,
                    why,
                    interval: Some(step),
                    step,
                    is_urgent,
                }
            }
        }
    }

    /// Holds the next poll back after one that was no success.
    fn hold(&mut self, delay: Duration, what: &str) {
        let delay = match (self.inputs.cadence, self.inputs.outcome) {
            // A cron line names the time of the first retry already; only further ones cost more.
            (Cadence::Cron(_), Outcome::Failed) => delay.saturating_sub(self.step),
            _ => delay,
        };
        let earliest = self.inputs.now + delay;
        if earliest > self.at {
            self.not_before(earliest, format!("{what}, so {}", words(delay)));
        } else {
            self.why = format!("{what}; {}", self.why);
        }
    }

    /// Moves the poll to the first time of the cadence at or after `earliest`, if it is sooner.
    fn not_before(&mut self, earliest: DateTime<Utc>, why: String) {
        if earliest <= self.at {
            return;
        }
        (self.at, self.why) = match self.inputs.cadence {
            Cadence::Cron(line) => {
                let just_before = earliest - TimeDelta::nanoseconds(1);
                let at = line
                    .next_after(just_before, self.inputs.zone)
                    .unwrap_or(earliest);
                (
                    at,
                    format!("{why}; then cron {line} ({})", self.inputs.zone),
                )
            }
            Cadence::Every(_) | Cadence::Adaptive => (earliest, why),
        };
    }

    /// Moves the poll of an adaptive feed out of the hours and days in which it wants none.
    fn keep_off_skipped_hours(&mut self) {
        let hints_hold = !self.inputs.local && *self.inputs.cadence == Cadence::Adaptive;
        if let Some(allowed) = skip::first_allowed_after(self.inputs.hints, self.at)
            && hints_hold
        {
            self.at = allowed + MOST_JITTER.mul_f64(self.share());
            let until = allowed.format("%a %H:%M");
            self.why = format!(
                "{}; skipHours or skipDays of the feed: not before {until} UTC",
                self.why
            );
        }
    }

    /// What is added to the time, so that feeds that were polled together drift apart.
    fn jitter(&self) -> Duration {
        let most = match self.inputs.cadence {
            _ if self.inputs.local || self.is_urgent => return Duration::ZERO,
            Cadence::Cron(_) => MOST_CRON_JITTER,
            Cadence::Every(_) | Cadence::Adaptive => MOST_JITTER,
        };
        let wait = (self.at - self.inputs.now).to_std().unwrap_or_default();
        (wait / 10).min(most).mul_f64(self.share())
    }

    /// The random share of the most jitter.
    fn share(&self) -> f64 {
        if self.inputs.jitter.is_nan() {
            0.0
        } else {
            self.inputs.jitter.clamp(0.0, 1.0)
        }
    }
}
