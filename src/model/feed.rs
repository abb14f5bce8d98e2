//! A feed as the configuration names it and as the archive keeps it.

use url::Url;

/// The archive's number of a feed. Stays with its slug for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FeedId(pub i64);

/// What the configuration says of a feed that the archive keeps, too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedSpec {
    /// Its name in the archive, in logs and in commands; unique.
    pub slug: String,
    /// Where it is fetched. May change; the feed's history stays.
    pub url: Url,
    /// The outlet's name as the user writes it; the feed's own title is used without it.
    pub title: Option<String>,
    /// Labels for channels and queries.
    pub categories: Vec<String>,
    /// A BCP 47 tag: the language of entries that name none.
    pub language: Option<String>,
    /// Its schedule as it is written, to notice that it was changed.
    pub cadence: String,
    /// False: not polled, its articles stay.
    pub enabled: bool,
    /// Its host lies in `allow_networks`: no spacing, no minimum interval.
    pub local: bool,
}

/// How a feed is doing, as users see it in `feeds.state`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedState {
    /// Never polled yet.
    New,
    /// The last poll succeeded.
    Ok,
    /// The last poll failed; it is tried again later.
    Failing,
    /// The host asked us to wait (429, 503).
    Throttled,
    /// The server said twice that it is gone for good (410).
    Gone,
}

impl FeedState {
    /// The word that stands in the archive.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Ok => "ok",
            Self::Failing => "failing",
            Self::Throttled => "throttled",
            Self::Gone => "gone",
        }
    }

    /// The state that a word of the archive means; a word of a newer rawi is a feed to try.
    pub fn from_word(word: &str) -> Self {
        match word {
            "ok" => Self::Ok,
            "failing" => Self::Failing,
            "throttled" => Self::Throttled,
            "gone" => Self::Gone,
            _ => Self::New,
        }
    }
}
