//! A house on a folder of its own, at a time that the test holds.

use std::time::Duration;

use rawi::clock::Clock;
use rawi::config::Config;
use rawi::daemon::House;
use rawi::poll::{self, Summary};
use rawi::store::{MergedItem, MergedQuery, Which};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::support::archive::noon;
use crate::support::origin::Origin;

/// A house whose clock stands still until the test moves it.
pub(crate) struct Newsroom {
    pub(crate) house: House,
    pub(crate) clock: Clock,
    config: Config,
    _folder: TempDir,
}

impl Newsroom {
    /// One to which loopback is open, so that an [`Origin`] is a local host.
    pub(crate) async fn new(feeds: &str) -> Self {
        Self::local(feeds, |_| {}).await
    }

    /// The same with a change in its configuration.
    pub(crate) async fn local(feeds: &str, change: impl FnOnce(&mut Config)) -> Self {
        let fetch = "allow_networks = [\"127.0.0.0/8\"]\ntimeout = \"5s\"";
        Self::with(fetch, feeds, change).await
    }

    /// One whose requests all go through `proxy`, which is asked for whole addresses: what hosts
    /// they name are public ones. They need no time between two requests, as nobody moves the
    /// clock during a round.
    pub(crate) async fn public(
        proxy: &Origin,
        feeds: &str,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        let fetch = format!("proxy = \"{}\"\ntimeout = \"5s\"", proxy.url("/"));
        Self::with(&fetch, feeds, |config| {
            config.fetch.host_spacing = Some(Duration::ZERO);
            change(config);
        })
        .await
    }

    async fn with(fetch: &str, feeds: &str, change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let text = format!("[fetch]\n{fetch}\n{feeds}");
        let path = folder.path().join("feeds.toml");
        let (mut config, _) = Config::parse(&text, &path, folder.path(), None).unwrap();
        change(&mut config);
        let clock = Clock::manual(noon());
        let house = House::open(&config, clock.clone()).await.unwrap();
        house.poller.sync_feeds().await.unwrap();
        Self {
            house,
            clock,
            config,
            _folder: folder,
        }
    }

    /// Closes the house and opens it again, as a restart does.
    pub(crate) async fn reopen(self) -> Self {
        self.house.store.clone().close().await;
        let house = House::open(&self.config, self.clock.clone()).await.unwrap();
        house.poller.sync_feeds().await.unwrap();
        Self { house, ..self }
    }

    /// Goes on with other feeds in its configuration, as a reload does.
    pub(crate) async fn configured(self, feeds: &str) -> Self {
        let text =
            format!("[fetch]\nallow_networks = [\"127.0.0.0/8\"]\ntimeout = \"5s\"\n{feeds}");
        let folder = self._folder.path();
        let (config, _) = Config::parse(&text, &folder.join("feeds.toml"), folder, None).unwrap();
        Self { config, ..self }.reopen().await
    }

    /// One round of what is due.
    pub(crate) async fn round(&self) -> Summary {
        let stop = CancellationToken::new();
        poll::once(self.house.poller.clone(), Which::Due, None, &|_| {}, stop)
            .await
            .unwrap()
    }

    /// One round of what is due so many minutes later.
    pub(crate) async fn round_after(&self, minutes: u64) -> Summary {
        self.clock.advance(Duration::from_mins(minutes));
        self.round().await
    }

    pub(crate) async fn sql(&self, query: &str) -> Vec<Vec<serde_json::Value>> {
        self.house.store.sql(query.to_owned()).await.unwrap().rows
    }

    /// What the merged feed shows now.
    pub(crate) async fn merged(&self) -> Vec<MergedItem> {
        let query = MergedQuery {
            limit: 100,
            ..MergedQuery::default()
        };
        let merged = self.house.store.merged(query, self.clock.now()).await;
        merged.unwrap().items
    }
}

/// The feed at the path of its name, polled every quarter of an hour.
pub(crate) fn feed(origin: &Origin, slug: &str) -> String {
    feed_at(origin.url(&format!("/{slug}")).as_str(), slug)
}

/// The feed at an address, likewise.
pub(crate) fn feed_at(url: &str, slug: &str) -> String {
    format!("[[feed]]\nslug = \"{slug}\"\nurl = \"{url}\"\nschedule = \"15m\"\n")
}
