//! The archive as this room sees it: what this room asks, all of them reading.

use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::time::timeout;

use crate::publish::opml::OpmlFeed;
use crate::serve::error::Error;
use crate::store::{ArchivePage, Corrections, Merged, MergedQuery, Store};

/// How long the archive may take to answer a ping.
const PING_WITHIN: Duration = Duration::from_secs(2);

/// Where the stories come from. Concrete, as the clock is: the archive, or stories that a test
/// holds in its hand.
#[derive(Clone)]
pub(super) struct Source(Kind);

#[derive(Clone)]
enum Kind {
    Store(Store),
    #[cfg(test)]
    Given(std::sync::Arc<given::Given>),
}

impl Source {
    /// The archive.
    pub(super) fn store(store: Store) -> Self {
        Self(Kind::Store(store))
    }

    /// The newest stories that the query lets in.
    ///
    /// # Errors
    ///
    /// The archive failed.
    pub(super) async fn merged(
        &self,
        query: MergedQuery,
        now: DateTime<Utc>,
    ) -> Result<Merged, Error> {
        match &self.0 {
            Kind::Store(store) => store.merged(query, now).await.map_err(Error::Archive),
            #[cfg(test)]
            Kind::Given(given) => given.merged().await,
        }
    }

    /// A document of the archived feed as it stands.
    ///
    /// # Errors
    ///
    /// The archive failed.
    pub(super) async fn archive_page(
        &self,
        number: i64,
        now: DateTime<Utc>,
    ) -> Result<ArchivePage, Error> {
        match &self.0 {
            Kind::Store(store) => store
                .archive_page(number, now)
                .await
                .map_err(Error::Archive),
            #[cfg(test)]
            Kind::Given(_) => Ok(ArchivePage {
                number,
                mark: [0; 3],
            }),
        }
    }

    /// The newest corrections.
    ///
    /// # Errors
    ///
    /// The archive failed.
    pub(super) async fn corrections(&self, limit: usize) -> Result<Corrections, Error> {
        match &self.0 {
            Kind::Store(store) => store.corrections(limit).await.map_err(Error::Archive),
            #[cfg(test)]
            Kind::Given(given) => Ok(Corrections {
                revision: given.revision(),
                rows: Vec::new(),
            }),
        }
    }

    /// A number that is another one after every change of the archive.
    pub(super) fn revision(&self) -> u64 {
        match &self.0 {
            Kind::Store(store) => store.revision(),
            #[cfg(test)]
            Kind::Given(given) => given.revision(),
        }
    }

    /// What the archive is called: all ids that we mint are made from it.
    pub(super) fn archive_id(&self) -> &str {
        match &self.0 {
            Kind::Store(store) => store.archive_id(),
            #[cfg(test)]
            Kind::Given(_) => "given",
        }
    }

    /// Asks for a sign of life.
    ///
    /// # Errors
    ///
    /// The archive failed, or took too long.
    pub(super) async fn ping(&self) -> Result<(), Error> {
        let answer = async {
            match &self.0 {
                Kind::Store(store) => store.ping().await.map_err(Error::Archive),
                #[cfg(test)]
                Kind::Given(given) => given.merged().await.map(drop),
            }
        };
        let slow = Error::Slow {
            within_secs: PING_WITHIN.as_secs(),
        };
        timeout(PING_WITHIN, answer).await.unwrap_or(Err(slow))
    }

    /// The subscriptions that the configuration holds.
    ///
    /// # Errors
    ///
    /// The archive failed.
    pub(super) async fn subscriptions(&self, now: DateTime<Utc>) -> Result<Vec<OpmlFeed>, Error> {
        let rows = match &self.0 {
            Kind::Store(store) => store.feeds(now).await.map_err(Error::Archive)?,
            #[cfg(test)]
            Kind::Given(_) => Vec::new(),
        };
        let subscribed = rows.into_iter().filter(|row| row.state != "removed");
        let feeds = subscribed.map(|row| OpmlFeed {
            title: Some(row.title),
            url: row.url,
            site: row.site,
            language: row.language,
            categories: row.categories,
        });
        Ok(feeds.collect())
    }
}

#[cfg(test)]
pub(super) mod given {
    //! Stories that a test holds in its hand.

    use std::sync::{Arc, Mutex};

    use tokio::sync::Semaphore;

    use super::*;

    pub(crate) struct Given {
        merged: Mutex<Option<Merged>>,
        asked: Mutex<usize>,
        gate: Semaphore,
    }

    impl Given {
        pub(crate) fn new(merged: Merged) -> Arc<Self> {
            Arc::new(Self {
                merged: Mutex::new(Some(merged)),
                asked: Mutex::new(0),
                gate: Semaphore::new(1_000_000),
            })
        }

        /// One whose answers wait until they are let through.
        pub(crate) fn held(merged: Merged) -> Arc<Self> {
            let given = Self::new(merged);
            given.gate.forget_permits(1_000_000);
            given
        }

        pub(crate) fn let_through(&self) {
            self.gate.add_permits(1000);
        }

        pub(crate) fn set(&self, merged: Option<Merged>) {
            *self.merged.lock().unwrap() = merged;
        }

        pub(crate) fn asked(&self) -> usize {
            *self.asked.lock().unwrap()
        }

        pub(crate) fn source(self: &Arc<Self>) -> Source {
            Source(Kind::Given(Arc::clone(self)))
        }

        pub(super) async fn merged(&self) -> Result<Merged, Error> {
            *self.asked.lock().unwrap() += 1;
            self.gate.acquire().await.unwrap().forget();
            let merged = self.merged.lock().unwrap().clone();
            merged.ok_or(Error::Archive(crate::store::Error::Closed))
        }

        pub(super) fn revision(&self) -> u64 {
            self.merged
                .lock()
                .unwrap()
                .as_ref()
                .map_or(u64::MAX, |merged| merged.revision)
        }
    }
}
