//! What every request sees: the archive, the clock, the settings, the renderings.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;
use url::Url;

use crate::clock::Clock;
use crate::publish::{self, ALL, Format};
use crate::serve::options::Options;
use crate::serve::slot::Slot;
use crate::serve::source::Source;
use crate::store::{MergedQuery, Store};
use crate::text::pattern::Filter;

/// Writes the metrics as text when it is called.
pub type MetricsText = Arc<dyn Fn() -> String + Send + Sync>;

/// One more merged feed beside "all", as `[[channel]]` names it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChannelSpec {
    /// Its name in addresses.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Slugs of feeds: an entry must come from one of them. None named: any.
    pub feeds: Vec<String>,
    /// Labels of feeds, likewise.
    pub categories: Vec<String>,
    /// Languages of entries, likewise; `ar` is also `ar-JO`.
    pub languages: Vec<String>,
    /// A query of the archive search that an entry must answer.
    pub search: Option<String>,
    /// Patterns that must let an entry pass.
    pub filter: Filter,
}

impl ChannelSpec {
    /// The merged feed that leaves nothing out.
    pub fn all(options: &publish::Options) -> Self {
        Self {
            slug: ALL.to_owned(),
            title: options.title.clone(),
            ..Self::default()
        }
    }

    /// What to ask the archive for.
    pub fn query(&self, limit: usize) -> MergedQuery {
        MergedQuery {
            limit,
            feeds: self.feeds.clone(),
            categories: self.categories.clone(),
            languages: self.languages.clone(),
            search: self.search.clone(),
            filter: self.filter.clone(),
            story: None,
            archive_page: None,
        }
    }
}

/// All that the configuration says of serving.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// `[serve]`.
    pub options: Options,
    /// The text of the token that `options.token` names, read by whoever reads secrets. With one,
    /// every request must bring it, `/healthz` apart.
    pub token: Option<String>,
    /// `[publish]`.
    pub publish: publish::Options,
    /// `[[channel]]`, "all" not among them.
    pub channels: Vec<ChannelSpec>,
}

/// What every request sees. Clones share it.
#[derive(Clone)]
pub struct State {
    pub(super) source: Source,
    pub(super) clock: Clock,
    pub(super) metrics: MetricsText,
    live: Arc<watch::Sender<Arc<Live>>>,
}

impl State {
    /// A server's state over the archive. `metrics` is asked at each request of `/metrics`.
    pub fn new(store: Store, clock: Clock, metrics: MetricsText, settings: Settings) -> Self {
        Self::over(Source::store(store), clock, metrics, settings)
    }

    pub(super) fn over(
        source: Source,
        clock: Clock,
        metrics: MetricsText,
        settings: Settings,
    ) -> Self {
        let live = Arc::new(watch::Sender::new(Arc::new(Live::new(settings))));
        Self {
            source,
            clock,
            metrics,
            live,
        }
    }

    /// Puts new settings in force for the requests to come; those under way end under the old
    /// ones. The listening address is not among what can change.
    pub fn apply(&self, settings: Settings) {
        self.live.send_replace(Arc::new(Live::new(settings)));
    }

    /// The WebSub hub to tell of changes.
    pub fn hub(&self) -> Option<Url> {
        self.live().settings.publish.hub.clone()
    }

    pub(super) fn live(&self) -> Arc<Live> {
        Arc::clone(&self.live.borrow())
    }
}

/// The settings in force, with a place for the rendering of each feed.
pub(super) struct Live {
    pub(super) settings: Settings,
    pub(super) channels: Vec<Arc<ChannelSpec>>,
    slots: Mutex<Slots>,
}

/// What a feed is of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Subject {
    /// A channel, by its slug.
    Channel(String),
    /// What outlets changed in what they had published.
    Corrections,
    /// What answers a search, by the query string of its address.
    Search(String),
}

/// The most search feeds whose renderings are kept: anybody may ask for any.
const SEARCHES: usize = 32;

/// The places of renderings.
#[derive(Default)]
struct Slots {
    of: HashMap<(Subject, Format), Arc<Slot>>,
    /// Those of searches, the one that was asked for last at the end.
    searches: Vec<(Subject, Format)>,
}

impl Live {
    fn new(settings: Settings) -> Self {
        let all = ChannelSpec::all(&settings.publish);
        let named = settings
            .channels
            .iter()
            .filter(|channel| channel.slug != ALL)
            .cloned();
        let channels: Vec<_> = std::iter::once(all).chain(named).map(Arc::new).collect();
        Self {
            settings,
            channels,
            slots: Mutex::default(),
        }
    }

    /// The channel of that name.
    pub(super) fn channel(&self, slug: &str) -> Option<Arc<ChannelSpec>> {
        let found = self.channels.iter().find(|channel| channel.slug == slug);
        found.map(Arc::clone)
    }

    /// The place of a rendering. Those of the searches that were asked for longest ago are given up.
    pub(super) fn slot(&self, subject: Subject, format: Format) -> Arc<Slot> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let is_search = matches!(subject, Subject::Search(_));
        let key = (subject, format);
        if is_search {
            slots.searches.retain(|known| *known != key);
            slots.searches.push(key.clone());
            if slots.searches.len() > SEARCHES {
                let oldest = slots.searches.remove(0);
                slots.of.remove(&oldest);
            }
        }
        Arc::clone(slots.of.entry(key).or_default())
    }

    /// Whether a proxy may keep answers for others: nobody needs a token.
    pub(super) fn is_shared(&self) -> bool {
        self.settings.token.is_none()
    }
}
