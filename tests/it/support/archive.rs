//! A real archive in a folder of its own, and the few things that tests put into it.

use chrono::{DateTime, TimeDelta, Utc};
use rawi::dedupe;
use rawi::model::{
    FeedClaim, FeedSpec, FeedState, Next, ParsedEntry, PollReport, Relocation, Tally, Validators,
};
use rawi::store::{self, Decision, Matching, Options, PollCommit, Store, Terms, Which};
use rawi::text::pattern::Filter;
use tempfile::TempDir;
use url::Url;

/// The moment at which these tests begin.
pub(crate) fn noon() -> DateTime<Utc> {
    "2026-01-15T12:00:00Z".parse().unwrap()
}

/// An archive that goes away with its folder.
pub(crate) struct Archive {
    pub(crate) folder: TempDir,
    pub(crate) store: Store,
}

impl Archive {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&options(&folder)).await.unwrap();
        Self { folder, store }
    }

    /// Closes the archive and opens it again, as a restart does.
    pub(crate) async fn reopen(self) -> Self {
        self.store.close().await;
        let store = Store::open(&options(&self.folder)).await.unwrap();
        Self {
            folder: self.folder,
            store,
        }
    }

    pub(crate) fn options(&self) -> Options {
        options(&self.folder)
    }

    /// The answer to a query, as JSON rows.
    pub(crate) async fn sql(&self, query: &str) -> Vec<Vec<serde_json::Value>> {
        self.store.sql(query.to_owned()).await.unwrap().rows
    }

    /// The single value that a query gives.
    pub(crate) async fn value(&self, query: &str) -> serde_json::Value {
        self.sql(query).await.remove(0).remove(0)
    }

    /// Claims one feed that is due.
    pub(crate) async fn claim(&self, now: DateTime<Utc>) -> Option<FeedClaim> {
        let terms = self.terms(now, 1);
        let (claims, _) = self
            .store
            .claim_feeds(Which::Due, terms, |_, _, _| Some(()))
            .await
            .unwrap();
        claims.into_iter().next().map(|(claim, ())| claim)
    }

    pub(crate) fn terms(&self, now: DateTime<Utc>, limit: usize) -> Terms {
        Terms {
            now,
            lease_until: now + TimeDelta::minutes(2),
            limit,
            owner: self.store.owner(),
        }
    }

    /// Polls `feed` by hand: `entries` are what it says now.
    pub(crate) async fn poll(
        &self,
        claim: FeedClaim,
        entries: Vec<ParsedEntry>,
        pages: bool,
        now: DateTime<Utc>,
    ) -> Result<Tally, store::Error> {
        let commit = PollCommit {
            report: report(now),
            incoming: dedupe::derive(dedupe::tell_apart(entries, now), &[], None),
            claim,
            pages,
            matching: matching(now - TimeDelta::hours(96)),
            now,
        };
        let next = Next {
            at: Some(now + TimeDelta::hours(1)),
            why: "test".to_owned(),
            interval: None,
            rhythm: None,
            is_turnover: false,
            is_stale: false,
            silence_until: None,
            host_until: None,
        };
        let decide = move |known: &_, incoming| Decision {
            changes: dedupe::decide(known, incoming),
            next,
            state: FeedState::Ok,
            relocation: Relocation::None,
            refused: 0,
        };
        self.store
            .commit_poll(commit, decide)
            .await
            .map(|kept| kept.tally)
    }
}

/// An archive of these feeds, none polled yet.
pub(crate) async fn archive_of(slugs: &[&str]) -> Archive {
    let archive = Archive::new().await;
    let specs = slugs.iter().map(|slug| feed(slug)).collect();
    archive.store.sync_feeds(specs, noon()).await.unwrap();
    archive
}

/// One feed brings entries.
pub(crate) async fn bring(
    archive: &Archive,
    slug: &str,
    entries: Vec<ParsedEntry>,
    pages: bool,
    now: DateTime<Utc>,
) -> Tally {
    let terms = archive.terms(now, 1);
    let feeds = archive.store.enabled_feeds().await.unwrap();
    let id = feeds.iter().find(|(known, _)| known == slug).unwrap().1;
    let which = Which::These(vec![id]);
    let (claims, _) = archive
        .store
        .claim_feeds(which, terms, |_, _, _| Some(()))
        .await
        .unwrap();
    let (claim, ()) = claims.into_iter().next().unwrap();
    archive.poll(claim, entries, pages, now).await.unwrap()
}

fn options(folder: &TempDir) -> Options {
    Options {
        path: folder.path().join("rawi.db"),
        ..Options::default()
    }
}

/// How articles find their stories, among those first seen since then.
pub(crate) fn matching(since: DateTime<Utc>) -> Matching {
    Matching {
        since,
        place: Some(dedupe::place),
    }
}

pub(crate) fn report(now: DateTime<Utc>) -> PollReport {
    PollReport {
        at: now,
        status: Some(200),
        bytes: 1000,
        elapsed: std::time::Duration::from_millis(5),
        sent_validators: false,
        error: None,
        answer: None,
        failures: 0,
        validators: Some(Validators {
            etag: Some(b"\"1\"".to_vec()),
            last_modified: None,
        }),
        body_digest: Some(vec![1]),
        poison: None,
        hints: None,
        channel: None,
    }
}

pub(crate) fn feed(slug: &str) -> FeedSpec {
    FeedSpec {
        slug: slug.to_owned(),
        url: Url::parse(&format!("https://{slug}.example/feed")).unwrap(),
        title: None,
        categories: vec!["jordan".to_owned()],
        language: Some("ar".to_owned()),
        cadence: "adaptive".to_owned(),
        enabled: true,
        local: false,
        filter: Filter::default(),
    }
}

/// Entry `n` of a feed, with a text of its own.
pub(crate) fn entry(slug: &str, n: u32) -> ParsedEntry {
    ParsedEntry {
        guid: Some(format!("{slug}-{n}")),
        link: Url::parse(&format!("https://{slug}.example/articles/{n}")).ok(),
        title: format!("خبر رقم {n} من {slug}"),
        summary: Some(format!("<p>ملخص الخبر رقم {n} كما كتبته {slug}</p>")),
        published: Some(noon() - TimeDelta::minutes(i64::from(n))),
        ..ParsedEntry::default()
    }
}
