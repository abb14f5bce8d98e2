//! One page, from its claim to its commit. What is on it is read in [`article`](super::article).
//!
//! Whether it may be asked for (robots.txt, the day's budget) is `fetch`'s to say; what follows
//! from a refusal is said here: the entry stands with the feed's own text.

use chrono::{DateTime, Duration, Utc};

use crate::fetch::{self, Access, HostPermit, PageRequest};
use crate::model::{PageClaim, Suspicion};
use crate::poll::article::Asked;
use crate::poll::failure::{Class, Failure};
use crate::poll::poller::Poller;
use crate::store::{self, PageCommit, PageEnd};
use crate::telemetry::Article;
use crate::text::pattern::Filter;

/// Waits before a page is tried again; after the last of them it is given up.
const TRY_AGAIN_AFTER: [Duration; 4] = [
    Duration::minutes(30),
    Duration::hours(3),
    Duration::hours(12),
    Duration::hours(48),
];

/// How long a host is left alone that says 429 and no time; doubled with each attempt on the page.
const BARE_429: Duration = Duration::hours(1);

/// How the work on a page ended, for people and counters.
#[derive(Debug)]
pub(crate) struct PageDone {
    pub(crate) feed: String,
    pub(crate) failure: Option<String>,
}

impl Poller {
    /// Fetches a page that was claimed, extracts its article and commits what came of it.
    ///
    /// # Errors
    /// Only the archive's; a failure of the page is a result.
    pub(crate) async fn fetch_page(
        &self,
        claim: PageClaim,
        permit: HostPermit,
    ) -> Result<PageDone, store::Error> {
        let plan = self.plan();
        let subscription = plan.subscriptions.get(&claim.feed);
        // As for feeds; a page at another host than its feed's is as public as any.
        let same_host = subscription.is_some_and(|s| s.spec.url.host() == claim.url.host());
        let local = claim.local || (same_host && self.fetcher.is_local(&claim.url).await);
        let anonymous = Access::default();
        let (access, home) =
            subscription.map_or((&anonymous, &claim.url), |s| (&s.access, &s.spec.url));
        let unfiltered = Filter::default();
        let filter = subscription.map_or(&unfiltered, |s| &s.spec.filter);
        let request = PageRequest {
            url: &claim.url,
            validators: &claim.validators,
            local,
            permit,
            access,
            home,
        };
        let (article, lesson) = if claim.suspicion == Suspicion::Poison {
            (Err(Failure::Poison), None)
        } else {
            match self.fetcher.get_page(request).await {
                Ok(fetched) => {
                    let asked = Asked {
                        mode: plan.mode(subscription, &fetched.final_url),
                        local,
                        access,
                        home,
                        filter,
                    };
                    self.article(&claim, fetched, &asked).await
                }
                Err(error) => (Err(Failure::from(error)), None),
            }
        };
        let now = self.clock.now();
        let feed = claim.feed.clone();
        let (end, failure) = match article {
            Ok(end) => (end, None),
            Err(failure) => {
                tracing::debug!(feed.slug = feed, url = %claim.url, error = %failure, "no article");
                self.leave_alone(&failure, claim.attempts, local, now).await;
                let end = end_without(&failure, claim.attempts, now);
                (end, Some(failure))
            }
        };
        self.metrics.page(match (&end, &failure) {
            (PageEnd::NotModified { .. }, _) => Article::Unchanged,
            (_, None) => Article::Found,
            (_, Some(Failure::Fetch(fetch::Error::RobotsRefused { .. }))) => Article::Refused,
            (_, Some(_)) => Article::Missing,
        });
        let commit = PageCommit {
            claim,
            end,
            lesson,
            asked: self.fetcher.take_pages_asked(),
            matching: plan.matching(now),
            now,
        };
        self.store.commit_page(commit).await?;
        let failure = failure.map(|failure| failure.to_string());
        Ok(PageDone { feed, failure })
    }

    /// Pauses the host that asked for silence: the one that answered, behind redirects another
    /// than the page's own. A local one has no pauses.
    async fn leave_alone(&self, failure: &Failure, attempts: u32, local: bool, now: DateTime<Utc>) {
        let (url, until) = match failure {
            Failure::Fetch(fetch::Error::Status {
                url,
                status: status @ (429 | 503),
                retry_after,
                ..
            }) => {
                let bare = (*status == 429).then(|| now + BARE_429 * (1 << attempts.min(4)));
                (url, retry_after.or(bare))
            }
            Failure::Fetch(fetch::Error::RobotsUnreachable {
                url, retry_after, ..
            }) => (url, *retry_after),
            _ => return,
        };
        if let (Some(host), Some(until)) = (url.host_str(), until)
            && !(local && self.fetcher.is_local(url).await)
        {
            self.pause(host, until).await;
        }
    }
}

/// A page that may come later is tried again, ever more rarely; one that cannot be used is not.
fn end_without(failure: &Failure, attempts: u32, now: DateTime<Utc>) -> PageEnd {
    let reason = failure.to_string();
    let wait = usize::try_from(attempts)
        .ok()
        .and_then(|n| TRY_AGAIN_AFTER.get(n))
        .copied();
    match (failure.class(), wait) {
        (Class::Transient | Class::Blocked | Class::Missing, Some(wait)) => PageEnd::TryAgain {
            at: now + wait,
            reason,
        },
        (Class::Throttled(until), Some(wait)) => PageEnd::TryAgain {
            at: until.unwrap_or(now + wait).max(now + wait),
            reason,
        },
        _ => PageEnd::GivenUp { reason },
    }
}
