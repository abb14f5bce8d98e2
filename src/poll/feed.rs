//! One feed, from its claim to its commit. What follows from how it went is said in
//! [`outcome`](super::outcome).

use std::sync::Arc;

use chrono::{DateTime, Utc};
use url::Url;

use crate::dedupe;
use crate::extract;
use crate::fetch::{self, Answer, FeedRequest, Fetched, HostPermit};
use crate::model::{
    ChannelFacts, Damage, FeedClaim, Known, Moving, Next, PollReport, Relocation, Tally,
};
use crate::parse;
use crate::poll::failure::Failure;
use crate::poll::outcome::{Answered, Document, Ended, Read, document, report};
use crate::poll::poller::{Plan, Poller};
use crate::poll::subscription::Subscription;
use crate::store::{self, Kept, PollCommit, Suspect, Terms, Which};
use crate::text::{charset, digest, html};

/// How a poll ended, for people and counters.
#[derive(Debug)]
pub(crate) struct Polled {
    pub(crate) slug: String,
    pub(crate) tally: Tally,
    pub(crate) failure: Option<String>,
}

impl Poller {
    /// Polls a feed that was claimed and commits what came of it.
    ///
    /// # Errors
    /// Only the archive's; a failure of the feed is a result.
    pub(crate) async fn poll_feed(
        &self,
        claim: FeedClaim,
        permit: HostPermit,
    ) -> Result<Polled, store::Error> {
        let plan = self.plan();
        let slug = claim.slug.clone();
        let Some(subscription) = plan.subscriptions.get(&slug) else {
            // Taken out of the configuration after it was claimed: the lease runs out by itself.
            return Ok(Polled {
                slug,
                tally: Tally::default(),
                failure: None,
            });
        };
        let at = self.clock.now();
        // The configuration knows literal addresses; a name is local by what it resolves to now.
        let local = claim.local || self.fetcher.is_local(&claim.url).await;
        let request = FeedRequest {
            url: &claim.url,
            validators: &claim.validators,
            local,
            permit,
            access: &subscription.access,
            home: &subscription.spec.url,
        };
        let fetched = self.fetcher.get_feed(request).await;
        self.keep(&plan, subscription, claim, at, fetched).await
    }

    /// Commits an answer that was fetched already as the poll of the feed that `which` names: the
    /// subscription of a feed costs its server one request. None: somebody else polls it just now.
    ///
    /// # Errors
    /// Only the archive's.
    pub async fn keep_fetched(
        &self,
        which: Which,
        fetched: Fetched,
    ) -> Result<Option<Tally>, store::Error> {
        let plan = self.plan();
        let now = self.clock.now();
        let owner = self.store.owner();
        let terms = Terms {
            now,
            lease_until: now + plan.lease,
            limit: 1,
            owner,
        };
        let (claims, _) = self
            .store
            .claim_feeds(which, terms, |_, _, _| Some(()))
            .await?;
        let Some((claim, ())) = claims.into_iter().next() else {
            return Ok(None);
        };
        let Some(subscription) = plan.subscriptions.get(&claim.slug) else {
            return Ok(None);
        };
        let polled = self
            .keep(&plan, subscription, claim, now, Ok(fetched))
            .await?;
        Ok(Some(polled.tally))
    }

    /// Reads what was fetched and commits it, or the failure.
    async fn keep(
        &self,
        plan: &Arc<Plan>,
        subscription: &Subscription,
        claim: FeedClaim,
        at: DateTime<Utc>,
        fetched: Result<Fetched, fetch::Error>,
    ) -> Result<Polled, store::Error> {
        let (answered, read) = match fetched {
            Ok(mut fetched) => {
                let body_digest = match &fetched.body {
                    Answer::NotModified => None,
                    Answer::Body(body) => Some(digest::body(body)),
                };
                let moved_to = match fetched.moved_to.take() {
                    Some(to) if self.is_of_its_kind(&to, &claim).await => Some(to),
                    _ => None,
                };
                let answered = Answered {
                    status: fetched.status,
                    bytes: fetched.body_bytes(),
                    body_digest,
                    moved_to,
                    validators: std::mem::take(&mut fetched.validators),
                    fresh_for: fetched.fresh_for,
                    retry_after: fetched.retry_after,
                };
                let read = self
                    .read(&claim, subscription, fetched, &answered, at)
                    .await;
                (Some(answered), read)
            }
            Err(error) => (None, Err(Failure::from(error))),
        };
        self.commit(plan, subscription, claim, at, answered.as_ref(), read)
            .await
    }

    /// Reads the body, if there is a new one.
    async fn read(
        &self,
        claim: &FeedClaim,
        subscription: &Subscription,
        fetched: Fetched,
        answered: &Answered,
        now: DateTime<Utc>,
    ) -> Result<Read, Failure> {
        let Fetched {
            body,
            content_type,
            final_url: base,
            ..
        } = fetched;
        let (Answer::Body(body), Some(body_digest)) = (body, &answered.body_digest) else {
            return Ok(Read::NotModified);
        };
        if claim.body_digest.as_ref() == Some(body_digest) {
            return Ok(Read::Unchanged);
        }
        let document = document(body_digest);
        if claim.poison.as_ref() == Some(&document) {
            return Err(Failure::Poison);
        }
        let suspect = claim.is_suspect.then_some(Suspect::Feed(claim, &document));
        let place = self.place(body.len(), suspect).await;
        let zone = subscription.zone.unwrap_or_default();
        let language = subscription.spec.language.clone();
        let filter = subscription.spec.filter.clone();
        let read = move || -> Result<_, Failure> {
            let options = parse::Options {
                zone: parse::Zone::new(zone.time_zone()),
                ..parse::Options::default()
            };
            let mut feed = parse::parse(&body, content_type.as_deref(), &base, &options)
                .map_err(|error| not_read(error, &body, content_type.as_deref()))?;
            drop(body);
            let told = dedupe::tell_apart(std::mem::take(&mut feed.entries), now);
            Ok((feed, told))
        };
        let (feed, told) = place.read(read).await??;
        let is_again = self.is_again(claim, &told).await;
        let channel = ChannelFacts {
            title: feed.title,
            site: feed.site.map(String::from),
            language: feed.language,
        };
        let declared = language.or_else(|| channel.language.clone());
        let derive = move || {
            let mut incoming = dedupe::derive(told, &is_again, declared.as_deref());
            for incoming in incoming.iter_mut().filter(|incoming| !incoming.is_again) {
                let verdict = filter.verdict(&incoming.entry.title, &incoming.body.text);
                incoming.muted = verdict.reason();
            }
            incoming
        };
        Ok(Read::Document(Box::new(Document {
            channel,
            hints: feed.hints,
            incoming: place.read(derive).await?,
            damage: feed.damage,
        })))
    }

    /// Which of the entries the archive has as they are. It is only asked to save work.
    async fn is_again(&self, claim: &FeedClaim, told: &[dedupe::Told]) -> Vec<bool> {
        let keys = told.iter().map(dedupe::Told::key_and_digest).collect();
        let known = self.store.is_again(claim.feed, keys).await;
        known.unwrap_or_else(|error| {
            tracing::debug!(feed.slug = claim.slug, %error, "all entries are looked at anew");
            Vec::new()
        })
    }

    /// Only a local feed moves inside the user's networks, and no such feed leaves them unnoticed.
    async fn is_of_its_kind(&self, to: &Url, claim: &FeedClaim) -> bool {
        self.fetcher.is_local(to).await == self.fetcher.is_local(&claim.url).await
    }

    async fn commit(
        &self,
        plan: &Arc<Plan>,
        subscription: &Subscription,
        claim: FeedClaim,
        at: DateTime<Utc>,
        answered: Option<&Answered>,
        read: Result<Read, Failure>,
    ) -> Result<Polled, store::Error> {
        let now = self.clock.now();
        let report = report(&claim, at, now, answered, &read);
        match &read {
            Ok(Read::Document(document)) => self.note_damage(&claim, &document.damage),
            Ok(_) => {}
            Err(failure) => self.note_failure(&claim, failure, &report),
        }
        let ended = Ended::new(&claim, at, now, answered, &read, &report);
        let answering = match &read {
            Err(Failure::Fetch(fetch::Error::Status { url, .. })) => (**url).clone(),
            _ => claim.url.clone(),
        };
        let incoming = match read {
            Ok(Read::Document(document)) => document.incoming,
            _ => Vec::new(),
        };
        let (slug, failure) = (claim.slug.clone(), report.error.clone());
        // A host that did not answer asked for nothing.
        let host = answering
            .host_str()
            .filter(|_| !claim.local && report.status.is_some())
            .map(str::to_owned);
        let commit = PollCommit {
            claim,
            report,
            incoming,
            pages: subscription.extract != extract::Mode::Never,
            matching: plan.matching(now),
            now,
        };
        let of = slug.clone();
        let plan = Arc::clone(plan);
        let decide = move |known: &Known, incoming| {
            ended.decide(&plan, &plan.subscriptions[&of], known, incoming)
        };
        let Kept {
            tally,
            next,
            relocation,
            refused,
        } = self.store.commit_poll(commit, decide).await?;
        note_relocation(&slug, &relocation);
        if refused > 0 {
            self.metrics.entries_refused(refused);
            tracing::warn!(
                feed.slug = slug,
                refused,
                limit = dedupe::MAX_NEW_A_DAY,
                "the feed brings more new entries than are taken of one feed in a day"
            );
        }
        if let (Some(host), Some(until)) = (host, next.host_until) {
            self.pause(&host, until).await;
        }
        if failure.is_none() {
            self.note_poll(&slug, tally, &next);
        }
        Ok(Polled {
            slug,
            tally,
            failure,
        })
    }

    fn note_damage(&self, claim: &FeedClaim, damage: &Damage) {
        self.metrics.damaged(damage);
        if damage.is_cut_off || damage.entries_refused > 0 {
            tracing::warn!(
                feed.slug = claim.slug,
                url = %claim.url,
                cut_off = damage.is_cut_off,
                entries_refused = damage.entries_refused,
                "the document is damaged; what could be read of it was"
            );
        }
    }

    fn note_failure(&self, claim: &FeedClaim, failure: &Failure, report: &PollReport) {
        if matches!(
            failure,
            Failure::Panicked
                | Failure::Parse {
                    source: parse::Error::Panicked,
                    ..
                }
        ) {
            self.metrics.damaged(&Damage {
                panics: 1,
                ..Damage::default()
            });
        }
        if claim.state.is_well() {
            tracing::warn!(
                feed.slug = claim.slug,
                url = %claim.url,
                status = report.status,
                error = %failure,
                "the feed cannot be read; it is tried again"
            );
        } else {
            tracing::debug!(feed.slug = claim.slug, error = %failure, "the feed still fails");
        }
        self.metrics
            .poll_failed(failure.status(), report.at.timestamp());
    }

    fn note_poll(&self, slug: &str, tally: Tally, next: &Next) {
        self.metrics.polled(tally, self.clock.now().timestamp());
        if next.is_turnover {
            self.metrics.turnover();
            tracing::warn!(
                feed.slug = slug,
                entries = tally.new,
                "every entry of the feed is new: others may have passed unseen"
            );
        }
        if tally.renamed > 0 {
            tracing::info!(
                feed.slug = slug,
                entries = tally.renamed,
                "guids changed; the entries are known by their addresses and titles"
            );
        }
        if tally.new + tally.changed > 0 {
            tracing::info!(
                feed.slug = slug,
                new = tally.new,
                changed = tally.changed,
                next = next.at.map(tracing::field::display),
                why = next.why,
                "polled"
            );
        }
    }
}

/// Tells of a feed that moved.
fn note_relocation(slug: &str, relocation: &Relocation) {
    match relocation {
        Relocation::None | Relocation::Withdrawn => {}
        Relocation::Announced(Moving { to, answers, .. }) => {
            tracing::debug!(feed.slug = slug, %to, answers, "the server says that the feed has moved");
        }
        Relocation::Moved(to) => tracing::warn!(
            feed.slug = slug,
            %to,
            "the feed has moved and is asked there from now on; write the address into feeds.toml"
        ),
        Relocation::Returned => tracing::warn!(
            feed.slug = slug,
            "the address that the feed moved to fails; it is asked at the configured one again"
        ),
    }
}

/// The part of an answer that brought no feed that is looked at, in bytes.
const ANSWER_LOOKED_AT: usize = 16 << 10;

fn not_read(source: parse::Error, body: &[u8], content_type: Option<&str>) -> Failure {
    let start = &body[..body.len().min(ANSWER_LOOKED_AT)];
    let page = charset::decode(start, content_type, charset::Kind::Html);
    Failure::Parse {
        answer: html::first_words(&page),
        challenge: matches!(source, parse::Error::NotAFeed { .. })
            .then(|| fetch::challenge_of(start))
            .flatten(),
        source,
    }
}
