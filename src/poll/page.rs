//! One page, from its claim to its commit.

use chrono::{DateTime, Duration, Utc};

use crate::dedupe;
use crate::extract::{self, Anchor, Extracted};
use crate::fetch::{Answer, Fetched, HostPermit, PageRequest};
use crate::model::{Body, PageClaim};
use crate::poll::failure::{Class, Failure};
use crate::poll::poller::Poller;
use crate::store::{self, FoundPage, PageEnd};
use crate::text::{charset, html};

/// Waits before a page is tried again; after the last of them it is given up.
const TRY_AGAIN_AFTER: [Duration; 4] = [
    Duration::minutes(30),
    Duration::hours(3),
    Duration::hours(12),
    Duration::hours(48),
];

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
        let mode = subscription.map_or(extract::Mode::Auto, |s| s.extract.clone());
        // As for feeds; a page at another host than its feed's is as public as any.
        let same_host = subscription.is_some_and(|s| s.spec.url.host() == claim.url.host());
        let local = claim.local || (same_host && self.fetcher.is_local(&claim.url).await);
        let request = PageRequest {
            url: &claim.url,
            local,
            permit,
        };
        let article = match self.fetcher.get_page(request).await {
            Ok(fetched) => article(&claim, fetched, mode).await,
            Err(error) => Err(Failure::from(error)),
        };
        let now = self.clock.now();
        let feed = claim.feed.clone();
        let (end, failure) = match article {
            Ok(found) => (PageEnd::Found(Box::new(found)), None),
            Err(failure) => {
                tracing::debug!(feed.slug = feed, url = %claim.url, error = %failure, "no article");
                if let (Class::Throttled(Some(until)), false) = (failure.class(), claim.local)
                    && let Some(host) = claim.url.host_str()
                {
                    self.fetcher.hosts().pause(host, until);
                }
                (
                    end_without(&failure, claim.attempts, now),
                    Some(failure.to_string()),
                )
            }
        };
        self.metrics.page(failure.is_none());
        let texts_since = now - plan.dedupe.window;
        self.store.commit_page(claim, end, texts_since, now).await?;
        Ok(PageDone { feed, failure })
    }
}

/// Decodes the page and finds its article, on a thread that may block and may panic.
async fn article(
    claim: &PageClaim,
    fetched: Fetched,
    mode: extract::Mode,
) -> Result<FoundPage, Failure> {
    let title = claim.title.clone();
    let feed_text = claim.feed_text.clone();
    let work = tokio::task::spawn_blocking(move || -> Result<FoundPage, extract::Error> {
        let Answer::Body(body) = fetched.body else {
            return Err(extract::Error::NoBody);
        };
        let html = charset::decode(&body, fetched.content_type.as_deref(), charset::Kind::Html);
        let anchor = Anchor {
            title: &title,
            feed_text: &feed_text,
        };
        extract::extract(&html, &fetched.final_url, &mode, &anchor).map(|found| keep(&title, found))
    });
    Ok(work.await.map_err(|_| Failure::Panicked)??)
}

fn keep(title: &str, found: Extracted) -> FoundPage {
    let markup = Some(found.html).filter(|html| !html::only_paragraphs(html));
    let body = Body::new(title, found.text, markup);
    FoundPage {
        text_digest: dedupe::text_digest(&body),
        body,
        extraction: format!("page: {}", found.rule),
        dateline: found.dateline,
        image: found.image.map(String::from),
        author: found.author,
        language: found.language,
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
        (Class::Transient | Class::Refused, Some(wait)) => PageEnd::TryAgain {
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
