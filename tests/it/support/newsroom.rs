//! The rooms of the program on a folder of their own, at a time that the test holds.

use chrono::TimeDelta;
use rawi::clock::Clock;
use rawi::config::Config;
use rawi::daemon::House;
use rawi::poll::{self, Summary};
use rawi::store::Which;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::support::archive::noon;
use crate::support::origin::Origin;

/// A house on a folder of its own, at a time that the test holds.
pub(crate) struct Newsroom {
    pub(crate) house: House,
    pub(crate) clock: Clock,
    config: Config,
    _folder: TempDir,
}

impl Newsroom {
    pub(crate) async fn new(feeds: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let text =
            format!("[fetch]\nallow_networks = [\"127.0.0.0/8\"]\ntimeout = \"5s\"\n{feeds}");
        let path = folder.path().join("feeds.toml");
        let (config, _) = Config::parse(&text, &path, folder.path(), None).unwrap();
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

    /// The same archive under a process that knows nothing else.
    pub(crate) async fn restarted(self) -> Self {
        let Self {
            house,
            clock,
            config,
            _folder,
        } = self;
        house.store.clone().close().await;
        drop(house);
        let house = House::open(&config, clock.clone()).await.unwrap();
        house.poller.sync_feeds().await.unwrap();
        Self {
            house,
            clock,
            config,
            _folder,
        }
    }

    /// A round, so much later.
    pub(crate) async fn round_after(&self, minutes: i64) -> Summary {
        let time = TimeDelta::minutes(minutes).to_std().unwrap();
        self.clock.advance(time);
        self.round().await
    }

    /// One round of what is due.
    pub(crate) async fn round(&self) -> Summary {
        let stop = CancellationToken::new();
        poll::once(self.house.poller.clone(), Which::Due, None, &|_| {}, stop)
            .await
            .unwrap()
    }

    pub(crate) async fn sql(&self, query: &str) -> Vec<Vec<serde_json::Value>> {
        self.house.store.sql(query.to_owned()).await.unwrap().rows
    }
}

pub(crate) fn feed(origin: &Origin, slug: &str) -> String {
    format!(
        "[[feed]]\nslug = \"{slug}\"\nurl = \"{}\"\nschedule = \"15m\"\n",
        origin.url(&format!("/{slug}"))
    )
}
