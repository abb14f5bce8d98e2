//! The article behind an entry: read from its page, and from those that it goes on on.
//!
//! Read by what the host's other pages have taught, and teaching in its turn. An article that is cut
//! into pages is fetched to its end, each page as politely as the first; pages that do not come leave
//! it as long as it got.

use std::collections::HashSet;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};
use url::Url;

use crate::dedupe;
use crate::extract::{self, Anchor, Confidence, Extracted, Mode};
use crate::fetch::{Access, Answer, Fetched, PageRequest};
use crate::model::{Body, PageClaim, Suspicion, Validators};
use crate::poll::failure::Failure;
use crate::poll::poller::Poller;
use crate::poll::sites::Known;
use crate::store::{FoundPage, Lesson, PageEnd, Suspect};
use crate::text::pattern::Filter;
use crate::text::{charset, html, language};

/// The most pages of one article.
const MOST_PAGES: usize = 12;

/// The time for all of them but the first. The claim's lease lasts longer.
const FOLLOWING_WITHIN: Duration = Duration::from_secs(45);

/// How the pages of an article are asked for, and read.
pub(super) struct Asked<'a> {
    pub(super) mode: Mode,
    pub(super) local: bool,
    pub(super) access: &'a Access,
    pub(super) home: &'a Url,
    /// The feed's own filters.
    pub(super) filter: &'a Filter,
}

/// Which page of its article a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    First,
    /// The feed says nothing of what stands there, and what it repeats of the first page is no
    /// template of the site's.
    Later,
}

/// What one page gave.
type Page = (Result<Extracted, extract::Error>, Option<Lesson>);

impl Poller {
    /// The article that begins on the page that was fetched, and what that page taught.
    pub(super) async fn article(
        &self,
        claim: &PageClaim,
        mut fetched: Fetched,
        asked: &Asked<'_>,
    ) -> (Result<PageEnd, Failure>, Option<Lesson>) {
        let validators = std::mem::take(&mut fetched.validators);
        if fetched.body == Answer::NotModified {
            let validators = claim.validators.renewed(validators);
            return (Ok(PageEnd::NotModified { validators }), None);
        }
        let (found, lesson) = match self.read_page(claim, fetched, asked, Turn::First).await {
            Ok(page) => page,
            Err(failure) => return (Err(failure), None),
        };
        if lesson.as_ref().is_some_and(|lesson| lesson.is_redesigned) {
            self.metrics.redesigned();
            tracing::info!(
                feed.slug = claim.feed,
                url = %claim.url,
                "the site's pages have a new design; it is learned anew"
            );
        }
        let end = match found {
            Ok(first) => {
                let whole = self.follow(claim, first, asked).await;
                let (title, filter) = (claim.title.clone(), asked.filter.clone());
                let place = self.desk.place(whole.html.len()).await;
                let keep = move || keep(&title, whole, validators, &filter);
                let kept = place.read(keep).await;
                kept.map(|page| PageEnd::Found(Box::new(page)))
            }
            Err(error) => Err(Failure::from(error)),
        };
        (end, lesson)
    }

    /// Adds the pages that the article goes on on.
    async fn follow(&self, claim: &PageClaim, first: Extracted, asked: &Asked<'_>) -> Extracted {
        let until = Instant::now() + FOLLOWING_WITHIN;
        let mut seen = HashSet::from([claim.url.clone()]);
        let mut rest: Vec<Extracted> = Vec::new();
        let mut next = first.next_page.clone();
        while let Some(url) = next.take()
            && rest.len() + 1 < MOST_PAGES
            && seen.insert(url.clone())
        {
            match timeout_at(until, self.next_page(claim, &url, asked)).await {
                Ok(Ok(page)) => {
                    next.clone_from(&page.next_page);
                    rest.push(page);
                }
                Ok(Err(failure)) => {
                    tracing::debug!(%url, error = %failure, "the article ends before this page");
                }
                Err(_) => tracing::debug!(%url, "the article ends before this page: no time"),
            }
        }
        if rest.is_empty() {
            return first;
        }
        extract::join(first, rest)
    }

    async fn next_page(
        &self,
        claim: &PageClaim,
        url: &Url,
        asked: &Asked<'_>,
    ) -> Result<Extracted, Failure> {
        let permit = self.fetcher.hosts().reserve_page(url, asked.local).await;
        let request = PageRequest {
            url,
            validators: &Validators::default(),
            local: asked.local,
            permit,
            access: asked.access,
            home: asked.home,
        };
        let fetched = self.fetcher.get_page(request).await?;
        let (found, _) = self.read_page(claim, fetched, asked, Turn::Later).await?;
        Ok(found?)
    }

    /// Decodes a page and finds what it has of the article.
    async fn read_page(
        &self,
        claim: &PageClaim,
        fetched: Fetched,
        asked: &Asked<'_>,
        turn: Turn,
    ) -> Result<Page, Failure> {
        let Answer::Body(body) = fetched.body else {
            return Ok((Err(extract::Error::NoBody), None));
        };
        let url = fetched.final_url;
        let host = url.host_str().unwrap_or_default().to_owned();
        let known = self.known(&host).await;
        let suspect = (claim.suspicion == Suspicion::Suspect).then_some(Suspect::Page(claim));
        let place = self.place(body.len(), suspect).await;
        let title = claim.title.clone();
        let feed_text = match turn {
            Turn::First => claim.feed_text.clone(),
            Turn::Later => String::new(),
        };
        let (mode, now) = (asked.mode.clone(), self.clock.now());
        let read = move || {
            let html = charset::decode(&body, fetched.content_type.as_deref(), charset::Kind::Html);
            let anchor = Anchor {
                title: &title,
                feed_text: &feed_text,
            };
            let reading = extract::read(&html, &url, &mode, &anchor, Some(&known.site()));
            let observed = reading.observed.filter(|_| turn == Turn::First);
            let lesson = observed.map(|observed| known.learn(&host, &observed, now));
            (reading.article, lesson)
        };
        place.read(read).await
    }

    /// What is known of a host; of one that cannot be looked up nothing is.
    async fn known(&self, host: &str) -> Known {
        let known = self.sites.of(host, &self.store).await;
        known.unwrap_or_else(|error| {
            tracing::warn!(host, %error, "what was learned of a site cannot be looked up");
            Known::default()
        })
    }
}

fn keep(title: &str, found: Extracted, validators: Validators, filter: &Filter) -> FoundPage {
    let extraction = match found.confidence {
        Confidence::High => format!("page: {}", found.rule),
        doubtful => format!("page: {}, {} confidence", found.rule, doubtful.as_str()),
    };
    let markup = Some(found.html).filter(|html| !html::only_paragraphs(html));
    let body = Body::new(title, found.text, markup);
    FoundPage {
        text_digest: dedupe::text_digest(&body),
        sketch: dedupe::sketch(title, &body.text),
        muted: filter.verdict(title, &body.text).reason(),
        language: language::settle(found.language.as_deref(), title, &body.text),
        body,
        extraction,
        dateline: found.dateline,
        image: found.image.map(String::from),
        author: found.author,
        validators,
    }
}
