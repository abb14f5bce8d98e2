//! A world of feeds on a clock of its own, and what becomes of it under different schedules.
//!
//! Pure: a seed in, figures out. A feed is the times at which its entries come; a document shows
//! the newest so many of them, and a poll finds what the document shows at that moment. The adaptive
//! schedule is [`rawi::schedule::next_poll`] itself, told what the daemon would tell it.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use fastrand::Rng;
use rawi::model::{Hints, Rhythm};
use rawi::schedule::{Cadence, Inputs, Options, Outcome, Zone, next_poll};

const MINUTE: i64 = 60;
const HOUR: i64 = 3600;
const DAY: i64 = 86_400;

/// The simulated time.
pub(crate) const SPAN_DAYS: i64 = 2;

/// What kinds of feeds there are, and how many of each in three hundred.
const KINDS: [(usize, Kind); 10] = [
    (24, Kind::Agency),
    (60, Kind::Newsroom),
    (20, Kind::Batches),
    (70, Kind::WordPress),
    (10, Kind::MaxAge),
    (10, Kind::Ttl),
    (6, Kind::SkipHours),
    (10, Kind::Undated),
    (60, Kind::Blog),
    (30, Kind::Dead),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Hundreds a day round the clock, of which the document shows twenty or thirty.
    Agency,
    /// Dozens a day, few at night, rushes when something happens.
    Newsroom,
    /// What was written in three hours comes within minutes.
    Batches,
    /// Ten entries in the document, and `sy:` says hourly, however rare they are.
    WordPress,
    /// A newsroom whose server names a max-age.
    MaxAge,
    /// A newsroom that names a ttl.
    Ttl,
    /// A newsroom that names the hours of its night.
    SkipHours,
    /// A newsroom whose entries have no dates.
    Undated,
    /// One to three entries a week.
    Blog,
    /// Nothing for months.
    Dead,
}

/// A schedule to try.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Policy {
    /// rawi's, with this floor.
    Adaptive(Duration),
    /// Always after the same time, whatever the feed says.
    Fixed(Duration),
    /// Miniflux's `entry_frequency` with its default bounds and factor (`ScheduleNextCheck` in
    /// internal/model/feed.go): the mean gap of the last week's entries, 5 min to 24 h, not before
    /// max-age and ttl; feeds that are due are looked for once in a `POLLING_FREQUENCY`.
    EntryFrequency(Duration),
}

/// What a schedule costs and what it brings.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Figures {
    /// Requests to all feeds.
    pub(crate) requests: u64,
    /// Answers that brought nothing.
    pub(crate) not_modified: u64,
    /// Entries that came after the first poll of their feed and were found.
    pub(crate) seen: u64,
    /// Entries that had left their document before a poll came.
    pub(crate) unseen: u64,
    /// Seconds that found entries waited, in sum.
    pub(crate) waited_secs: i64,
    /// Polls that rawi counts as turnovers.
    pub(crate) turnovers: u64,
}

impl Figures {
    /// The mean time from an entry's coming to the poll that found it.
    pub(crate) fn mean_wait(&self) -> Duration {
        let mean = self.waited_secs / i64::try_from(self.seen.max(1)).unwrap_or(i64::MAX);
        Duration::from_secs(mean.unsigned_abs())
    }

    /// Adds the figures of other feeds.
    pub(crate) fn add(&mut self, other: &Self) {
        self.requests += other.requests;
        self.not_modified += other.not_modified;
        self.seen += other.seen;
        self.unseen += other.unseen;
        self.waited_secs += other.waited_secs;
        self.turnovers += other.turnovers;
    }
}

/// A feed: when its entries come (seconds from the start, the past included), and what it says.
#[derive(Debug)]
pub(crate) struct Feed {
    entries: Vec<i64>,
    window: usize,
    first_poll: i64,
    is_dated: bool,
    hints: Hints,
    fresh_for: Option<Duration>,
}

/// A world of feeds: three hundred divided by `part`, which follow from `seed` alone.
pub(crate) fn world(seed: u64, part: usize) -> Vec<Feed> {
    let mut rng = Rng::with_seed(seed);
    KINDS
        .iter()
        .flat_map(|&(count, kind)| std::iter::repeat_n(kind, count.div_ceil(part)))
        .map(|kind| feed(kind, &mut rng))
        .collect()
}

/// Two days of all feeds under one schedule.
pub(crate) fn run(feeds: &[Feed], policy: Policy, seed: u64) -> Figures {
    let mut sum = Figures::default();
    for (n, feed) in feeds.iter().enumerate() {
        let mut rng = Rng::with_seed(seed ^ n as u64);
        sum.add(&live(feed, policy, &mut rng));
    }
    sum
}

fn feed(kind: Kind, rng: &mut Rng) -> Feed {
    let between = |rng: &mut Rng, low: f64, high: f64| low + (high - low) * rng.f64();
    let (a_day, night, window) = match kind {
        Kind::Agency => (between(rng, 250.0, 600.0), 0.3, rng.usize(20..=30)),
        Kind::Batches => (0.0, 0.0, 15),
        Kind::WordPress => (between(rng, 2.0, 20.0), 0.05, 10),
        Kind::Blog => (between(rng, 0.15, 0.45), 0.2, 10),
        Kind::Dead => (0.0, 0.0, 10),
        _ => (between(rng, 30.0, 120.0), 0.08, rng.usize(20..=50)),
    };
    let morning = rng.i64(0..DAY);
    let mut entries = match kind {
        Kind::Dead => {
            let last = -rng.i64(40 * DAY..400 * DAY);
            (0..10).map(|n| last - n * rng.i64(DAY..9 * DAY)).collect()
        }
        Kind::Batches => batches(morning, rng),
        _ => {
            let rushes = match kind {
                Kind::Blog | Kind::WordPress => Vec::new(),
                Kind::Agency => rushes(4, 40 * MINUTE, rng),
                _ => rushes(1, 100 * MINUTE, rng),
            };
            let haste = if kind == Kind::Agency { 2.5 } else { 5.0 };
            let pace = Pace {
                a_day,
                night,
                morning,
                rushes,
                haste,
            };
            pace.entries(window, rng)
        }
    };
    entries.sort_unstable();
    let mut hints = Hints::default();
    match kind {
        Kind::WordPress => hints.update_interval = Some(Duration::from_secs(3600)),
        Kind::Ttl => hints.ttl_minutes = Some(rng.u32(10..=20)),
        Kind::SkipHours => {
            // The sixteenth hour after the morning begins the night.
            let night = (morning + 16 * HOUR) / HOUR;
            hints.skip_hours = (0..6)
                .filter_map(|n| u8::try_from((night + n) % 24).ok())
                .collect();
        }
        _ => {}
    }
    let max_age = (kind == Kind::MaxAge).then(|| Duration::from_secs(rng.u64(5..=20) * 60));
    Feed {
        entries,
        window,
        first_poll: rng.i64(0..15 * MINUTE),
        is_dated: kind != Kind::Undated,
        hints,
        fresh_for: max_age,
    }
}

/// Times at which the pace is hastened, in the two days and the one before.
fn rushes(a_two_days: i64, length: i64, rng: &mut Rng) -> Vec<(i64, i64)> {
    (0..a_two_days * 3 / 2)
        .map(|_| {
            let start = rng.i64(-DAY..SPAN_DAYS * DAY);
            (start, start + length)
        })
        .collect()
}

/// Every three hours of the day four to eight entries within ten minutes.
fn batches(morning: i64, rng: &mut Rng) -> Vec<i64> {
    let mut entries = Vec::new();
    for day in -4..SPAN_DAYS {
        for batch in 0..5 {
            let start = day * DAY + morning + batch * 3 * HOUR + rng.i64(0..15 * MINUTE);
            let count = rng.usize(4..=8);
            entries.extend((0..count).map(|_| start + rng.i64(0..10 * MINUTE)));
        }
    }
    entries
}

/// A Poisson process by day, night and rush.
struct Pace {
    a_day: f64,
    /// The part of the day's pace that is kept in the eight hours of the night.
    night: f64,
    /// When the sixteen hours of the day begin.
    morning: i64,
    rushes: Vec<(i64, i64)>,
    haste: f64,
}

impl Pace {
    /// Enough of the past to fill the document, and the two days.
    fn entries(&self, window: usize, rng: &mut Rng) -> Vec<i64> {
        let past_days = 3.0 + 2.0 * window as f64 / self.a_day;
        let end = (SPAN_DAYS * DAY) as f64;
        // The mean over the day is `a_day`.
        let by_day = self.a_day / (16.0 + 8.0 * self.night) / HOUR as f64;
        let most = by_day * self.haste;
        let mut entries = Vec::new();
        let mut at = -past_days * DAY as f64;
        loop {
            at -= rng.f64().max(f64::MIN_POSITIVE).ln() / most;
            if at >= end {
                return entries;
            }
            let second = whole(at);
            if rng.f64() * most < by_day * self.factor(second) {
                entries.push(second);
            }
        }
    }

    fn factor(&self, at: i64) -> f64 {
        let is_day = (at - self.morning).rem_euclid(DAY) < 16 * HOUR;
        let by_hour = if is_day { 1.0 } else { self.night };
        let is_rush = self
            .rushes
            .iter()
            .any(|&(start, end)| (start..end).contains(&at));
        by_hour * if is_rush { self.haste } else { 1.0 }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "days in seconds, and rounded down"
)]
fn whole(secs: f64) -> i64 {
    secs.floor() as i64
}

/// One feed through the two days.
fn live(feed: &Feed, policy: Policy, rng: &mut Rng) -> Figures {
    let mut figures = Figures::default();
    let mut reader = Reader::default();
    let mut at = feed.first_poll;
    let mut known = None;
    while at < SPAN_DAYS * DAY {
        let published = feed.entries.partition_point(|&entry| entry <= at);
        let shown = published.saturating_sub(feed.window);
        figures.requests += 1;
        let before = known.unwrap_or(shown);
        let from = before.max(shown);
        let outcome = if known == Some(published) {
            figures.not_modified += 1;
            Outcome::NotModified
        } else {
            Outcome::Read {
                new: published - from,
                total: published - shown,
            }
        };
        if known.is_some() {
            figures.unseen += (from - before) as u64;
            figures.seen += (published - from) as u64;
            figures.waited_secs += feed.entries[from..published]
                .iter()
                .map(|entry| at - entry)
                .sum::<i64>();
        }
        known = Some(published);
        reader
            .kept
            .extend_from_slice(&feed.entries[from..published]);
        let document = match outcome {
            Outcome::NotModified => &[],
            _ => &feed.entries[shown..published],
        };
        let next = reader.next(feed, policy, at, outcome, document, rng);
        figures.turnovers += u64::from(next.1);
        at = next.0;
    }
    figures
}

/// What a reader remembers of a feed.
#[derive(Default)]
struct Reader {
    interval: Option<Duration>,
    rhythm: Option<Rhythm>,
    kept: Vec<i64>,
}

impl Reader {
    /// When the feed is polled next, and whether entries may have passed unseen.
    fn next(
        &mut self,
        feed: &Feed,
        policy: Policy,
        at: i64,
        outcome: Outcome,
        document: &[i64],
        rng: &mut Rng,
    ) -> (i64, bool) {
        match policy {
            Policy::Fixed(every) => (at + secs(every), false),
            Policy::EntryFrequency(frequency) => {
                let wanted = at + secs(self.mean_gap_of_a_week(at)).max(refresh_delay(feed));
                let tick = secs(frequency);
                (
                    feed.first_poll + ((wanted - feed.first_poll) / tick + 1) * tick,
                    false,
                )
            }
            Policy::Adaptive(floor) => {
                let now = moment(at);
                let dates: Vec<_> = document.iter().map(|&entry| moment(entry)).collect();
                let next = next_poll(&Inputs {
                    now,
                    cadence: &Cadence::Adaptive,
                    zone: Zone::default(),
                    local: false,
                    options: &Options {
                        floor,
                        ..Options::default()
                    },
                    outcome,
                    retry_after: None,
                    fresh_for: feed.fresh_for,
                    hints: &feed.hints,
                    failures: 0,
                    interval: self.interval,
                    rhythm: self.rhythm,
                    dates: if feed.is_dated { &dates } else { &[] },
                    jitter: rng.f64(),
                });
                (self.interval, self.rhythm) = (next.interval, next.rhythm);
                let at = next
                    .at
                    .map_or(i64::MAX, |next| (next - moment(0)).num_seconds());
                (at, next.is_turnover)
            }
        }
    }

    fn mean_gap_of_a_week(&self, at: i64) -> Duration {
        const BOUNDS: (i64, i64) = (5 * MINUTE, DAY);
        let first = self.kept.partition_point(|&entry| entry < at - 7 * DAY);
        let week = &self.kept[first..];
        let gap = match week {
            [first, .., last] => {
                let gaps = i64::try_from(week.len() - 1).unwrap_or(i64::MAX);
                (last - first) / gaps
            }
            _ => DAY,
        };
        Duration::from_secs(gap.clamp(BOUNDS.0, BOUNDS.1).unsigned_abs())
    }
}

fn refresh_delay(feed: &Feed) -> i64 {
    let ttl = feed
        .hints
        .ttl_minutes
        .map_or(0, |minutes| i64::from(minutes) * MINUTE);
    ttl.max(feed.fresh_for.map_or(0, secs))
}

fn secs(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}

/// A Thursday, at midnight UTC, and so many seconds.
fn moment(at: i64) -> DateTime<Utc> {
    const THURSDAY: i64 = 1_768_435_200;
    DateTime::UNIX_EPOCH + TimeDelta::seconds(THURSDAY + at)
}
