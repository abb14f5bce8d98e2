//! The poller: the rooms that it works with, and the plan that it follows.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, Utc};
use url::Url;

use crate::clock::Clock;
use crate::dedupe;
use crate::extract::{self, Mode};
use crate::fetch::Fetcher;
use crate::model::{FeedId, Hints, Next};
use crate::poll::desk::{Desk, Place};
use crate::poll::sites::Sites;
use crate::poll::subscription::Subscription;
use crate::schedule;
use crate::store::{self, Matching, Store, Suspect};
use crate::telemetry::Metrics;

/// What the configuration asks of polls; a reload gives another one.
#[derive(Debug)]
pub struct Plan {
    /// The feeds by slug.
    pub subscriptions: HashMap<String, Subscription>,
    /// Defaults and bounds of the schedule.
    pub schedule: schedule::Options,
    /// The rules of packs, for pages of feeds that have none of their own.
    pub rules: extract::Rules,
    /// How long texts can be the same story.
    pub dedupe: dedupe::Options,
    /// Polls and pages under way at once.
    pub concurrency: usize,
    /// How long a claim holds: longer than the longest poll.
    pub lease: Duration,
}

impl Plan {
    /// How articles that come at `now` find their stories.
    pub(super) fn matching(&self, now: DateTime<Utc>) -> Matching {
        Matching {
            since: now - self.dedupe.window(),
            place: self.dedupe.place(),
        }
    }
}

/// Polls feeds and fetches pages; clones share it.
#[derive(Clone)]
pub struct Poller {
    pub(super) store: Store,
    pub(super) fetcher: Fetcher,
    pub(super) clock: Clock,
    pub(super) metrics: Metrics,
    pub(super) desk: Desk,
    pub(super) sites: Sites,
    plan: Arc<RwLock<Arc<Plan>>>,
}

impl Poller {
    /// A poller of what `plan` names.
    pub fn new(store: Store, fetcher: Fetcher, clock: Clock, metrics: Metrics, plan: Plan) -> Self {
        Self {
            store,
            fetcher,
            clock,
            metrics,
            desk: Desk::new(),
            sites: Sites::default(),
            plan: Arc::new(RwLock::new(Arc::new(plan))),
        }
    }

    /// Takes another plan: polls that are under way keep the old one to their end.
    pub fn replace_plan(&self, plan: Plan) {
        *self.plan.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(plan);
    }

    /// Makes the archive's list of feeds that of the plan, and sets the next poll of feeds whose
    /// schedule was changed.
    ///
    /// # Errors
    /// If the archive cannot be written.
    pub async fn sync_feeds(&self) -> Result<(), store::Error> {
        let plan = self.plan();
        let now = self.clock.now();
        let specs = plan
            .subscriptions
            .values()
            .map(|s| s.spec.clone())
            .collect();
        for changed in self.store.sync_feeds(specs, now).await? {
            if let Some(next) = plan.next_after_change(&changed.slug, changed.last_poll, now) {
                self.store.reschedule(changed.feed, next).await?;
            }
        }
        Ok(())
    }

    /// The archive's numbers of the feeds with these slugs, or of all, that are polled.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub async fn enabled(&self, slugs: Option<&[String]>) -> Result<Vec<FeedId>, store::Error> {
        let feeds = self.store.enabled_feeds().await?;
        let wanted = |slug: &String| slugs.is_none_or(|slugs| slugs.contains(slug));
        Ok(feeds
            .into_iter()
            .filter(|(slug, _)| wanted(slug))
            .map(|(_, id)| id)
            .collect())
    }

    /// A place at the desk for a document of so many bytes. What a process may have died of is read
    /// alone and with a mark.
    pub(super) async fn place(&self, bytes: usize, suspect: Option<Suspect<'_>>) -> Place<'_> {
        let Some(suspect) = suspect else {
            return self.desk.place(bytes).await;
        };
        let place = self.desk.alone().await;
        if let Err(error) = self.store.mark_reading(suspect).await {
            tracing::warn!(%error, "a suspect is read without a mark");
        }
        place
    }

    /// Leaves a public host alone until then, also after a restart.
    pub(super) async fn pause(&self, host: &str, until: DateTime<Utc>) {
        self.fetcher.hosts().pause(host, until);
        let noted = self
            .store
            .pause_host(host.to_owned(), until, self.clock.now());
        if let Err(error) = noted.await {
            tracing::warn!(host, %until, %error, "a pause is not remembered over a restart");
        }
    }

    /// The plan in force.
    pub(super) fn plan(&self) -> Arc<Plan> {
        Arc::clone(&self.plan.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Plan {
    /// How the page at an address is read: as its feed says, else by the rule for its host.
    pub(super) fn mode(&self, subscription: Option<&Subscription>, page: &Url) -> Mode {
        match subscription.map(|subscription| &subscription.extract) {
            Some(own @ (Mode::Never | Mode::Rule(_))) => own.clone(),
            Some(Mode::Auto) | None => match self.rules.rule_for(page) {
                Some(rule) => Mode::Rule(rule.clone()),
                None => Mode::Auto,
            },
        }
    }

    /// The next poll under a schedule that has just been changed.
    fn next_after_change(
        &self,
        slug: &str,
        last_poll: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Option<Next> {
        let subscription = self.subscriptions.get(slug)?;
        let mut next = schedule::next_poll(&schedule::Inputs {
            now: last_poll?,
            cadence: &subscription.cadence,
            zone: subscription.zone.unwrap_or_default(),
            local: subscription.spec.local,
            options: &self.schedule,
            outcome: schedule::Outcome::NotModified,
            retry_after: None,
            fresh_for: None,
            hints: &Hints::default(),
            failures: 0,
            interval: None,
            rhythm: None,
            dates: &[],
            jitter: 0.0,
        });
        next.at = next.at.map(|at| at.max(now));
        Some(next)
    }
}
