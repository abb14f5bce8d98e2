//! The rooms of one configuration, wired: what `run` and the other verbs share.

use std::collections::HashMap;
use std::time::Duration;

use crate::clock::Clock;
use crate::config::Config;
use crate::daemon::error::Error;
use crate::fetch::Fetcher;
use crate::poll::{Plan, Poller, Subscription};
use crate::store::Store;
use crate::telemetry::Metrics;

/// What a lease lasts beyond the longest fetch: an article may go on on further pages.
const LEASE_MARGIN: Duration = Duration::from_secs(120);

/// The rooms of one configuration, opened and wired.
#[derive(Clone)]
pub struct House {
    /// The archive.
    pub store: Store,
    /// The write side.
    pub poller: Poller,
    /// The door to the network.
    pub fetcher: Fetcher,
    /// The counters.
    pub metrics: Metrics,
    /// The time.
    pub clock: Clock,
}

impl House {
    /// Opens the archive and wires the rooms to it. Its list of feeds is made that of the
    /// configuration by [`Poller::sync_feeds`].
    ///
    /// # Errors
    /// If the archive or the network's client cannot be had.
    pub async fn open(config: &Config, clock: Clock) -> Result<Self, Error> {
        let store = Store::open(&config.archive).await?;
        let fetcher = Fetcher::new(config.fetch.clone(), clock.clone())?;
        fetcher.learn_pages_asked(store.pages_asked(clock.now()).await?);
        for (host, until) in store.paused_hosts(clock.now()).await? {
            fetcher.hosts().pause(&host, until);
        }
        let metrics = Metrics::new();
        let poller = Poller::new(
            store.clone(),
            fetcher.clone(),
            clock.clone(),
            metrics.clone(),
            plan(config),
        );
        Ok(Self {
            store,
            poller,
            fetcher,
            metrics,
            clock,
        })
    }
}

/// What the configuration asks of polls.
pub(super) fn plan(config: &Config) -> Plan {
    let by_slug = |subscription: &Subscription| subscription.spec.slug.clone();
    let subscriptions: HashMap<_, _> = config
        .subscriptions
        .iter()
        .map(|s| (by_slug(s), s.clone()))
        .collect();
    Plan {
        subscriptions,
        schedule: config.schedule.clone(),
        rules: config.extract.clone(),
        dedupe: config.dedupe.clone(),
        concurrency: config.fetch.concurrency,
        lease: config.fetch.timeout + LEASE_MARGIN,
    }
}
