//! One page, from its claim to its commit.
//!
//! Whether it may be asked for (robots.txt, the day's budget) is `fetch`'s to say; what follows
//! from a refusal is said here: the entry stands with the feed's own text.

use chrono::{DateTime, Duration, Utc};

use crate::dedupe;
use crate::extract::{self, Anchor, Extracted};
use crate::fetch::{self, Access, Answer, Fetched, HostPermit, PageRequest};
use crate::model::{Body, PageClaim, Suspicion, Validators};
use crate::poll::failure::{Class, Failure};
use crate::poll::poller::Poller;
use crate::poll::sites::Known;
use crate::store::{self, FoundPage, Lesson, PageCommit, PageEnd, Suspect};
use crate::telemetry::Article;
use crate::text::{charset, html};

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
                    let mode = plan.mode(subscription, &fetched.final_url);
                    self.article(&claim, fetched, mode).await
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
            texts_since: now - plan.dedupe.window,
            now,
        };
        self.store.commit_page(commit).await?;
        let failure = failure.map(|failure| failure.to_string());
        Ok(PageDone { feed, failure })
    }

    /// Decodes the page and finds its article. A page that a process may have died of is read alone
    /// and with a mark.
    async fn article(
        &self,
        claim: &PageClaim,
        fetched: Fetched,
        mode: extract::Mode,
    ) -> (Result<PageEnd, Failure>, Option<Lesson>) {
        let Answer::Body(body) = fetched.body else {
            let validators = renewed(&claim.validators, fetched.validators);
            return (Ok(PageEnd::NotModified { validators }), None);
        };
        let host = fetched.final_url.host_str().unwrap_or_default().to_owned();
        let known = self.known(&host).await;
        let place = if claim.suspicion == Suspicion::Suspect {
            let place = self.desk.alone().await;
            if let Err(error) = self.store.mark_reading(Suspect::Page(claim)).await {
                tracing::warn!(url = %claim.url, %error, "a suspect is read without a mark");
            }
            place
        } else {
            self.desk.place(body.len()).await
        };
        let title = claim.title.clone();
        let feed_text = claim.feed_text.clone();
        let now = self.clock.now();
        let read = move || {
            let html = charset::decode(&body, fetched.content_type.as_deref(), charset::Kind::Html);
            let anchor = Anchor {
                title: &title,
                feed_text: &feed_text,
            };
            let site = known.site();
            let page = &fetched.final_url;
            let reading = extract::read(&html, page, &mode, &anchor, Some(&site));
            let lesson = reading
                .observed
                .map(|observed| known.learn(&host, &observed, now));
            let found = reading
                .article
                .map(|found| keep(&title, found, fetched.validators));
            (found, lesson)
        };
        match place.read(read).await {
            Ok((found, lesson)) => {
                if lesson.as_ref().is_some_and(|lesson| lesson.is_redesigned) {
                    self.metrics.redesigned();
                    tracing::info!(
                        feed.slug = claim.feed,
                        url = %claim.url,
                        "the site's pages have a new design; it is learned anew"
                    );
                }
                let end = found.map(|found| PageEnd::Found(Box::new(found)));
                (end.map_err(Failure::from), lesson)
            }
            Err(failure) => (Err(failure), None),
        }
    }

    /// What is known of a host; of one that cannot be looked up nothing is.
    async fn known(&self, host: &str) -> Known {
        let known = self.sites.of(host, &self.store).await;
        known.unwrap_or_else(|error| {
            tracing::warn!(host, %error, "what was learned of a site cannot be looked up");
            Known::default()
        })
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

/// The validators after a 304: what it leaves out stays as it was (RFC 9111 §3.2).
fn renewed(old: &Validators, new: Validators) -> Validators {
    Validators {
        etag: new.etag.or_else(|| old.etag.clone()),
        last_modified: new.last_modified.or_else(|| old.last_modified.clone()),
    }
}

fn keep(title: &str, found: Extracted, validators: Validators) -> FoundPage {
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
        validators,
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
