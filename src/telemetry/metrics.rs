//! Counters and gauges in the `OpenMetrics` text format (`/metrics`).
//!
//! Names are those of the rooms: `rawi_poll_*`, `rawi_fetch_*`, `rawi_store_*`. No label holds
//! what a stranger could write.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

use crate::model::{Damage, Tally};

/// The program's counters; clones share them.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    registry: Registry,
    polls: Family<Outcome, Counter>,
    entries_new: Counter,
    entries_changed: Counter,
    entries_renamed: Counter,
    entries_refused: Counter,
    redesigns: Counter,
    turnovers: Counter,
    pages: Family<Page, Counter>,
    damage: Family<Damaged, Counter>,
    feeds: Family<State, Gauge<i64>>,
    last_poll: Gauge<f64, AtomicU64>,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Outcome {
    outcome: Kind,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelValue)]
#[expect(
    non_camel_case_types,
    reason = "label values are written as they are named"
)]
enum Kind {
    ok,
    http_error,
    failed,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Page {
    article: Article,
}

/// What came of a page.
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq)]
pub enum Article {
    /// Its article.
    Found,
    /// The word that it is what it was (304).
    Unchanged,
    /// Nothing: robots.txt refuses it, and it was not asked for.
    Refused,
    /// Nothing, for another reason.
    Missing,
}

impl EncodeLabelValue for Article {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> std::fmt::Result {
        encoder.write_str(match self {
            Self::Found => "found",
            Self::Unchanged => "unchanged",
            Self::Refused => "refused",
            Self::Missing => "missing",
        })
    }
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Damaged {
    kind: Fault,
}

#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq, EncodeLabelValue)]
#[expect(
    non_camel_case_types,
    reason = "label values are written as they are named"
)]
enum Fault {
    repaired,
    cut_off,
    entry_refused,
    panic,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct State {
    state: String,
}

impl Metrics {
    /// A fresh set, all at zero.
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("rawi");
        let polls = Family::default();
        let entries_new = Counter::default();
        let entries_changed = Counter::default();
        let entries_renamed = Counter::default();
        let entries_refused = Counter::default();
        let redesigns = Counter::default();
        let turnovers = Counter::default();
        let pages = Family::default();
        let damage = Family::default();
        let feeds = Family::default();
        let last_poll = Gauge::default();
        let version = [("version", env!("CARGO_PKG_VERSION"))];
        registry.register("build", "The program", Info::new(version));
        registry.register(
            "poll_feeds",
            "Polls that ended, by outcome",
            Family::clone(&polls),
        );
        registry.register(
            "poll_entries_new",
            "Entries that were not there before",
            entries_new.clone(),
        );
        registry.register(
            "poll_entries_changed",
            "Entries that were revised",
            entries_changed.clone(),
        );
        registry.register(
            "poll_entries_renamed",
            "Entries that came under another guid",
            entries_renamed.clone(),
        );
        registry.register(
            "poll_entries_refused",
            "Entries that were not taken, as their feed brought too many within a day",
            entries_refused.clone(),
        );
        registry.register(
            "extract_redesigns",
            "Sites whose pages were seen to have a new design",
            redesigns.clone(),
        );
        registry.register(
            "turnover",
            "Polls that found every entry new: others may have passed unseen",
            turnovers.clone(),
        );
        registry.register(
            "poll_pages",
            "Pages whose turn came, by what came of them",
            Family::clone(&pages),
        );
        registry.register(
            "parse_damage",
            "Feed documents repaired or cut off, entries refused, panics caught",
            Family::clone(&damage),
        );
        registry.register(
            "store_feeds",
            "Feeds in the archive, by state",
            Family::clone(&feeds),
        );
        registry.register(
            "poll_last_timestamp_seconds",
            "When the last poll ended",
            last_poll.clone(),
        );
        Self(Arc::new(Inner {
            registry,
            polls,
            entries_new,
            entries_changed,
            entries_renamed,
            entries_refused,
            redesigns,
            turnovers,
            pages,
            damage,
            feeds,
            last_poll,
        }))
    }

    /// Counts a poll that was read, or answered by 304, and what it brought.
    pub fn polled(&self, tally: Tally, at_secs: i64) {
        self.0
            .polls
            .get_or_create(&Outcome { outcome: Kind::ok })
            .inc();
        self.0.entries_new.inc_by(tally.new as u64);
        self.0.entries_changed.inc_by(tally.changed as u64);
        self.0.entries_renamed.inc_by(tally.renamed as u64);
        self.note_time(at_secs);
    }

    /// Counts a poll that failed, with the HTTP status if there was one.
    pub fn poll_failed(&self, status: Option<u16>, at_secs: i64) {
        let outcome = if status.is_some() {
            Kind::http_error
        } else {
            Kind::failed
        };
        self.0.polls.get_or_create(&Outcome { outcome }).inc();
        self.note_time(at_secs);
    }

    /// Counts entries that were not taken.
    pub fn entries_refused(&self, refused: usize) {
        self.0.entries_refused.inc_by(refused as u64);
    }

    /// Counts a site whose pages have a new design.
    pub fn redesigned(&self) {
        self.0.redesigns.inc();
    }

    /// Counts a poll between which and the one before entries may have passed unseen.
    pub fn turnover(&self) {
        self.0.turnovers.inc();
    }

    /// Counts what was wrong with a document that was read, or with one that was not.
    pub fn damaged(&self, damage: &Damage) {
        for (kind, count) in [
            (Fault::repaired, usize::from(damage.is_repaired)),
            (Fault::cut_off, usize::from(damage.is_cut_off)),
            (Fault::entry_refused, damage.entries_refused),
            (Fault::panic, damage.panics),
        ] {
            if count > 0 {
                self.0
                    .damage
                    .get_or_create(&Damaged { kind })
                    .inc_by(count as u64);
            }
        }
    }

    /// Counts a page.
    pub fn page(&self, article: Article) {
        self.0.pages.get_or_create(&Page { article }).inc();
    }

    /// Sets how many feeds are in each state.
    pub fn set_feeds<'a>(&self, counts: impl Iterator<Item = (&'a str, i64)>) {
        self.0.feeds.clear();
        for (state, count) in counts {
            self.0
                .feeds
                .get_or_create(&State {
                    state: state.to_owned(),
                })
                .set(count);
        }
    }

    /// The page for a scraper: `OpenMetrics` text.
    pub fn render(&self) -> String {
        let mut page = String::new();
        if encode(&mut page, &self.0.registry).is_err() {
            // Writing to a String fails only if a label refuses to be written, and ours are words.
            tracing::error!("the metrics could not be written");
        }
        page
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "seconds since 1970 fit into 52 bits"
    )]
    fn note_time(&self, at_secs: i64) {
        self.0.last_poll.set(at_secs as f64);
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_names_what_was_counted() {
        let metrics = Metrics::new();
        metrics.polled(
            Tally {
                new: 3,
                changed: 1,
                renewed: 0,
                renamed: 0,
                pages: 3,
            },
            1_700_000_000,
        );
        metrics.turnover();
        metrics.poll_failed(Some(404), 1_700_000_100);
        metrics.set_feeds([("ok", 1)].into_iter());
        let page = metrics.render();
        for line in [
            "rawi_poll_feeds_total{outcome=\"ok\"} 1",
            "rawi_poll_feeds_total{outcome=\"http_error\"} 1",
            "rawi_poll_entries_new_total 3",
            "rawi_turnover_total 1",
            "rawi_store_feeds{state=\"ok\"} 1",
            "# EOF",
        ] {
            assert!(page.contains(line), "{line} is not in\n{page}");
        }
    }
}
