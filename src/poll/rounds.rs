//! Claiming what is due and keeping a bounded number of it under way.
//!
//! [`run`] goes on until it is told to stop, [`once`] until nothing is left to do now. Both claim
//! only as much as there are free places, so there is no queue that could grow, and none to drain
//! at the end. What is claimed when the stop comes has [`GRACE`] to end; after that it is dropped
//! and its lease runs out.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::fetch::{HostPermit, Wait};
use crate::model::{FeedId, FeedState, Tally};
use crate::poll::feed::Polled;
use crate::poll::page::PageDone;
use crate::poll::poller::Poller;
use crate::store::{self, Admission, Terms, Which};

/// How long polls and pages may go on after the stop.
const GRACE: Duration = Duration::from_millis(2500);
/// How long freed places are gathered before new work is claimed for them, so that many short
/// polls share one claim.
const GATHER: Duration = Duration::from_millis(4);
/// The longest sleep: another process may have added work.
const LONGEST_SLEEP: TimeDelta = TimeDelta::seconds(60);
/// The longest sleep while something that is due waits for its host: the archive tells the time of
/// the first that is due, and behind it others may become due at hosts that are free.
const BEHIND_A_WAIT: TimeDelta = TimeDelta::seconds(1);
/// How long one round waits for a host that wants a pause.
const PATIENCE: TimeDelta = TimeDelta::seconds(60);
/// The pause after the archive could not be written.
const AFTER_STORE_ERROR: TimeDelta = TimeDelta::seconds(10);

/// What has just ended, for progress bars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done<'a> {
    /// A feed was polled.
    Feed {
        /// Which.
        slug: &'a str,
        /// What it brought.
        tally: Tally,
        /// Why it failed, if it did.
        failure: Option<&'a str>,
    },
    /// A page was fetched.
    Page {
        /// Of which feed.
        feed: &'a str,
        /// Why it failed, if it did.
        failure: Option<&'a str>,
    },
}

/// What one round did.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Feeds polled.
    pub feeds: usize,
    /// Entries that were not there before.
    pub new: usize,
    /// Entries that say something else now.
    pub changed: usize,
    /// Pages fetched, with an article or without.
    pub pages: usize,
    /// Pages without an article.
    pub pages_failed: usize,
    /// Feeds that failed, with the reason, by slug.
    pub failed: BTreeMap<String, String>,
}

/// Polls what is due until `shutdown`; `wake` tells that the plan was replaced.
///
/// An archive that cannot be written is no reason to end: it is tried again.
pub async fn run(poller: Poller, wake: Arc<tokio::sync::Notify>, shutdown: CancellationToken) {
    let mut rounds = Rounds::new(poller, Which::Due, None);
    while !shutdown.is_cancelled() {
        // A claim that waits for another process's lock does not hold the stop; what it leases after
        // all is freed by the next daemon.
        let claimed = tokio::select! {
            claimed = rounds.claim() => claimed,
            () = shutdown.cancelled() => break,
        };
        if let Err(error) = claimed {
            tracing::error!(%error, "the archive cannot be used; polling pauses");
            rounds.not_before = Some(rounds.poller.clock.now() + AFTER_STORE_ERROR);
        }
        let until = rounds.next_claim().await;
        tokio::select! {
            () = shutdown.cancelled() => break,
            () = wake.notified() => {}
            () = rounds.wait(until) => {}
        }
        rounds.gather(&|_| {}).await;
    }
    rounds.finish().await;
}

/// Polls `which` once, and fetches the pages (of `pages`, or of all feeds) that are due, and
/// returns when all is committed.
///
/// # Errors
/// If the archive cannot be used. A feed that fails is in the summary.
pub async fn once(
    poller: Poller,
    which: Which,
    pages: Option<Arc<[FeedId]>>,
    progress: &(dyn Fn(Done<'_>) + Sync),
    shutdown: CancellationToken,
) -> Result<Summary, store::Error> {
    let mut rounds = Rounds::new(poller, which, pages);
    while !shutdown.is_cancelled() {
        rounds.claim().await?;
        let until = rounds.next_claim().await;
        if rounds.tasks.is_empty() && !rounds.left_over {
            break;
        }
        tokio::select! {
            () = shutdown.cancelled() => break,
            () = rounds.wait(until) => {}
        }
        rounds.gather(progress).await;
    }
    rounds.finish().await;
    match rounds.broken {
        Some(error) => Err(error),
        None => Ok(rounds.summary),
    }
}

/// A poll that panicked outside of its reading threads; its lease runs out.
fn unless_panicked(ended: Result<Ended, JoinError>) -> Option<Ended> {
    ended
        .inspect_err(|error| tracing::error!(%error, "a poll panicked; please report it"))
        .ok()
}

enum Ended {
    Feed(Result<Polled, store::Error>),
    Page(Result<PageDone, store::Error>),
}

/// When the first of the hosts that were asked in vain may be asked again. Told by the claim itself:
/// a look at the hosts afterwards would miss those that have become free in between.
#[derive(Debug, Clone, Default)]
struct Refused(Arc<Mutex<Option<DateTime<Utc>>>>);

impl Refused {
    /// A host that is busy is told of by the end of what keeps it busy.
    fn note(&self, wait: Wait) {
        if let Wait::Until(at) = wait {
            let mut first = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            *first = Some(first.map_or(at, |first| first.min(at)));
        }
    }

    fn take(&self) -> Option<DateTime<Utc>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// The place at a host, and the place of a feed that is not well.
type Places = (HostPermit, Option<OwnedSemaphorePermit>);

struct Rounds {
    poller: Poller,
    which: Which,
    pages: Option<Arc<[FeedId]>>,
    tasks: JoinSet<Ended>,
    ended: Vec<Ended>,
    /// Something is due that could not be claimed, because its host wants a short pause.
    left_over: bool,
    /// The hosts that gave no place to what was due in the last claim.
    refused: Refused,
    /// Places for feeds that are not well: servers that do not answer hold theirs for long, and must
    /// not hold all.
    doubtful: Arc<Semaphore>,
    not_before: Option<DateTime<Utc>>,
    summary: Summary,
    broken: Option<store::Error>,
}

impl Rounds {
    fn new(poller: Poller, which: Which, pages: Option<Arc<[FeedId]>>) -> Self {
        let doubtful = (poller.plan().concurrency / 2).max(1);
        Self {
            poller,
            doubtful: Arc::new(Semaphore::new(doubtful)),
            which,
            pages,
            tasks: JoinSet::new(),
            ended: Vec::new(),
            left_over: false,
            refused: Refused::default(),
            not_before: None,
            summary: Summary::default(),
            broken: None,
        }
    }

    /// Claims feeds, then pages, for the places that are free, and starts them.
    async fn claim(&mut self) -> Result<(), store::Error> {
        let now = self.poller.clock.now();
        if self.not_before.is_some_and(|time| time > now) {
            return Ok(());
        }
        self.not_before = None;
        let plan = self.poller.plan();
        let owner = self.poller.store.owner();
        let terms = |limit| Terms {
            now,
            lease_until: now + plan.lease,
            limit,
            owner,
        };
        let free = plan.concurrency.saturating_sub(self.tasks.len());
        if free == 0 {
            return Ok(());
        }
        let which = std::mem::replace(&mut self.which, Which::Due);
        let (feeds, rest) = if which == Which::These(Vec::new()) {
            (Vec::new(), which)
        } else {
            let admit = self.admit();
            self.poller
                .store
                .claim_feeds(which, terms(free), admit)
                .await?
        };
        self.which = rest;
        let free = free - feeds.len();
        for (claim, (permit, doubtful)) in feeds {
            let poller = self.poller.clone();
            self.tasks.spawn(async move {
                let ended = poller.poll_feed(claim, permit).await;
                drop(doubtful);
                Ended::Feed(ended)
            });
        }
        if free == 0 {
            return Ok(());
        }
        let pages = self.pages.clone();
        let admit = self.admit_page();
        for (claim, permit) in self
            .poller
            .store
            .claim_pages(pages, terms(free), admit)
            .await?
        {
            let poller = self.poller.clone();
            self.tasks
                .spawn(async move { Ended::Page(poller.fetch_page(claim, permit).await) });
        }
        Ok(())
    }

    /// Gives a place at a host, if it has one now, and one of the few for a feed that is not well.
    fn admit(&self) -> impl FnMut(&url::Url, bool, FeedState) -> Option<Places> + Send + 'static {
        let (fetcher, refused) = (self.poller.fetcher.clone(), self.refused.clone());
        let places = Arc::clone(&self.doubtful);
        move |url, local, state| {
            let doubtful = if state.is_well() {
                None
            } else {
                // The end of one of them is waited for anyway.
                Some(Arc::clone(&places).try_acquire_owned().ok()?)
            };
            let place = fetcher.hosts().place(url, local);
            let place = place.map_err(|wait| refused.note(wait)).ok()?;
            Some((place, doubtful))
        }
    }

    /// Gives a place for a page at a host, if it has one now and pages left for the day.
    fn admit_page(&self) -> impl FnMut(&url::Url, bool) -> Admission<HostPermit> + Send + 'static {
        let (fetcher, refused) = (self.poller.fetcher.clone(), self.refused.clone());
        move |url, local| {
            if !local && let Some(morning) = fetcher.pages_spent_until(url) {
                return Admission::NotBefore(morning);
            }
            match fetcher.hosts().place_for_page(url, local) {
                Ok(place) => Admission::Now(place),
                Err(wait) => {
                    refused.note(wait);
                    Admission::Later
                }
            }
        }
    }

    /// When there may be something to claim, if nothing ends before.
    async fn next_claim(&mut self) -> DateTime<Utc> {
        let now = self.poller.clock.now();
        let latest = now + LONGEST_SLEEP;
        if let Some(time) = self.not_before {
            return time;
        }
        if self.tasks.len() >= self.poller.plan().concurrency {
            return latest;
        }
        let due = self.poller.store.next_due(self.pages.clone(), now).await;
        let (feed, page) = due.unwrap_or_default();
        let waits = [feed, page].into_iter().flatten().any(|at| at <= now);
        let latest = if waits { now + BEHIND_A_WAIT } else { latest };
        let free_host = self.refused.take();
        self.left_over = free_host.is_some_and(|at| at <= now + PATIENCE);
        let later = |at: &DateTime<Utc>| *at > now;
        [feed.filter(later), page.filter(later), free_host]
            .into_iter()
            .flatten()
            .min()
            .map_or(latest, |at| at.min(latest))
    }

    /// Waits for the end of a poll or a page, a free host, or the time.
    async fn wait(&mut self, until: DateTime<Utc>) {
        tokio::select! {
            Some(ended) = self.tasks.join_next() => self.ended.extend(unless_panicked(ended)),
            () = self.poller.clock.sleep_until(until) => {}
        }
    }

    /// Notes what has ended; waits a moment for more, if most places are still taken.
    async fn gather(&mut self, progress: &(dyn Fn(Done<'_>) + Sync)) {
        let half = self.poller.plan().concurrency / 2;
        if self.tasks.len() > half {
            let more = async {
                while self.tasks.len() > half
                    && let Some(ended) = self.tasks.join_next().await
                {
                    self.ended.extend(unless_panicked(ended));
                }
            };
            // Err means that the moment is over.
            let _ = tokio::time::timeout(GATHER, more).await;
        }
        while let Some(ended) = self.tasks.try_join_next() {
            self.ended.extend(unless_panicked(ended));
        }
        for ended in std::mem::take(&mut self.ended) {
            self.note(ended, progress);
        }
    }

    fn note(&mut self, ended: Ended, progress: &(dyn Fn(Done<'_>) + Sync)) {
        match ended {
            Ended::Feed(Ok(Polled {
                slug,
                tally,
                failure,
            })) => {
                progress(Done::Feed {
                    slug: &slug,
                    tally,
                    failure: failure.as_deref(),
                });
                self.summary.feeds += 1;
                self.summary.new += tally.new;
                self.summary.changed += tally.changed;
                if let Some(failure) = failure {
                    self.summary.failed.insert(slug, failure);
                }
            }
            Ended::Page(Ok(PageDone { feed, failure })) => {
                progress(Done::Page {
                    feed: &feed,
                    failure: failure.as_deref(),
                });
                self.summary.pages += 1;
                self.summary.pages_failed += usize::from(failure.is_some());
            }
            Ended::Feed(Err(store::Error::LeaseLost))
            | Ended::Page(Err(store::Error::LeaseLost)) => {
                tracing::debug!("a claim was lost to another process");
            }
            Ended::Feed(Err(error)) | Ended::Page(Err(error)) => {
                tracing::error!(%error, "what was fetched could not be kept; it is fetched again");
                self.not_before = Some(self.poller.clock.now() + AFTER_STORE_ERROR);
                self.broken = Some(error);
            }
        }
    }

    /// Lets what is under way come to its end, for as long as the grace lasts.
    async fn finish(&mut self) {
        let end = async {
            while let Some(ended) = self.tasks.join_next().await {
                self.ended.extend(unless_panicked(ended));
            }
        };
        if tokio::time::timeout(GRACE, end).await.is_err() {
            tracing::info!(
                dropped = self.tasks.len(),
                "polls under way are dropped; they are due again"
            );
        }
        self.tasks.shutdown().await;
        for ended in std::mem::take(&mut self.ended) {
            self.note(ended, &|_| {});
        }
    }
}
